"""Phase 6, settlement: deals are kept, cheated on or broken; new ones are proposed where it hurts."""

from greatpowers.core.context import Case, Round, open_case
from greatpowers.core.equations.belief import past_actions
from greatpowers.core.equations.choice import (
    at_stake_at_home,
    control_change,
    control_retaken,
    logit,
    loss_in_war,
    projected_change,
    sanction_loss,
)
from greatpowers.core.equations.settlement import (
    ceasefire_hazard,
    coalition_gain,
    cost_of_recognition,
    host_gain,
    pain,
    settlement_for_challenger,
    settlement_for_host,
    spoilers_next,
    worth_of_neutrality,
)
from greatpowers.core.kernel import inlined, kernel
from greatpowers.core.ladder import EBB, HOLD, SEVERITY, Rung
from greatpowers.core.log import BY_CHALLENGER, BY_GUARDIANS, BY_SPOILERS, NAN, Event, Log, write
from greatpowers.core.luck import StateDraw, TheatreDraw, uniform
from greatpowers.core.metrics import Metric
from greatpowers.core.phases.assessment import odds_as_hosts_see_them
from greatpowers.core.rules import ask
from greatpowers.core.trace import OPTIONS
from greatpowers.core.workspace import (
    AS_CHALLENGER,
    AS_COALITION,
    AS_HOST,
    DEAL,
    GuardianHere,
    TheatreRoom,
    greatest_power,
    zeros,
)
from greatpowers.core.world import TheatreRow

# A round is a quarter of a year.
ROUNDS_PER_YEAR = 4

HOLD_ON = OPTIONS.index("hold")

# Spread of the host's and the coalition's choice to accept, in shares of what is at stake. Assumed: a gain of .3 makes
# it seven in eight sure.
ACCEPT_NOISE = 0.15


@kernel
def snap_back(theatre: TheatreRow) -> None:
    """Return lifted sanctions, as far as the deal provides."""
    theatre.sanctions += theatre.deal_snapback * max(0.0, theatre.deal_sanctions - theatre.sanctions)


@kernel
def break_deal(case: Case, log: Log, breaker: float, hazard: float, luck: float) -> None:
    """End the deal in theatre k and write down who broke it, with the hazard and the luck of it."""
    theatre = case.theatre
    if breaker == BY_CHALLENGER:
        log.flows[Metric.DEALS_BROKEN_BY_CHALLENGER] += 1.0
        snap_back(theatre)
    elif breaker == BY_GUARDIANS:
        log.flows[Metric.DEALS_BROKEN_BY_GUARDIANS] += 1.0
    else:
        log.flows[Metric.DEALS_BROKEN_BY_SPOILERS] += 1.0
    theatre.deal = 0
    write(
        log, case.now, Event.DEAL_BROKEN, case.k, theatre.challenger, theatre.host, NAN, breaker,
        hazard, luck, 1.0 * theatre.deal_age,
    )  # fmt: skip


@kernel
def cheats_and_is_caught(case: Case, log: Log) -> bool:
    """Anything but peace or a step down is cheating; monitors see it, and grave breaches show by themselves.

    Caught, sanctions snap back and relief starts anew; a material breach (proxies or worse) ends the deal.
    """
    theatre = case.theatre
    rung = theatre.rung
    if rung == 0 or rung < theatre.previous_rung:
        return False
    chance = max(theatre.deal_monitors * case.p.detection, SEVERITY[rung])
    draw = uniform(case.luck, TheatreDraw.DETECTION)
    caught = bool(draw < chance)
    material = rung >= Rung.PROXY_SUPPORT
    write(
        log, case.now, Event.CHEATING, case.k, theatre.challenger, theatre.host, 1.0 * theatre.previous_rung,
        1.0 * rung, chance, draw, 1.0 if caught else 0.0,
    )  # fmt: skip
    if caught and material:
        break_deal(case, log, BY_CHALLENGER, chance, draw)
    elif caught:
        snap_back(theatre)
        theatre.deal_paid = 0.0
    return caught and material


@inlined
def guardians_renege(r: Round, case: Case) -> bool:
    """A leader whose will has turned may break the deal its predecessor signed; the challenger's trust falls."""
    world, p = r.world, r.p
    leader = world.system[0].leader
    if leader < 0 or world.states[leader].turned == 0:
        return False
    draw = uniform(r.luck.state[leader], StateDraw.RENEGE)
    if draw >= p.renege:
        return False
    case.challenger.trust *= 1.0 - p.trust_loss
    break_deal(case, r.workspace.log, BY_GUARDIANS, p.renege, draw)
    return True


@kernel
def ceasefire_fails(case: Case, log: Log) -> bool:
    """Spoilers may break the cease-fire; peacekeepers hold it.

    Without a line to hold there is none that could fail: an agreement about arms, where no land can be seized, is not
    a cease-fire.
    """
    p, theatre = case.p, case.theatre
    if theatre.control <= 0.0 or theatre.ceiling < Rung.SEIZURE:
        return False
    hazard = ceasefire_hazard(p.ceasefire_failure, theatre.spoilers, theatre.deal_peacekeepers, p.peacekeeping)
    draw = uniform(case.luck, TheatreDraw.CEASEFIRE)
    if draw >= hazard:
        return False
    break_deal(case, log, BY_SPOILERS, hazard, draw)
    return True


@inlined
def pay_tranche(case: Case, log: Log) -> None:
    """Each year of compliance earns a tranche of relief, and with it some trust."""
    p, theatre = case.p, case.theatre
    challenger, before = case.challenger, case.standing.trust
    due = theatre.deal_age % ROUNDS_PER_YEAR == 0 and theatre.rung == Rung.PEACE and theatre.deal_paid < 1.0
    if not due or theatre.deal_relief <= 0.0:
        return
    theatre.deal_paid = min(1.0, theatre.deal_paid + 1.0 / theatre.deal_tranches)
    challenger.trust += p.trust_gain * (1.0 - challenger.trust)
    write(
        log, case.now, Event.TRANCHE, case.k, case.system.leader, theatre.challenger, NAN, NAN,
        theatre.deal_relief * theatre.deal_paid, before + p.trust_gain * (1.0 - before), theatre.sanctions,
    )  # fmt: skip


@inlined
def uphold(r: Round, case: Case) -> None:
    """A round of a deal in force: it is cheated on, reneged on, broken by spoilers, or it pays."""
    case.theatre.deal_age += 1
    if (
        cheats_and_is_caught(case, r.workspace.log)
        or guardians_renege(r, case)
        or ceasefire_fails(case, r.workspace.log)
    ):
        return
    pay_tranche(case, r.workspace.log)


@kernel
def newly_recognised(case: Case) -> float:
    """Control that the deal on offer would recognise beyond what is recognised already."""
    return max(0.0, case.lever.keep * case.theatre.control - case.theatre.recognised)


@kernel
def neutrality_conceded(case: Case) -> float:
    """A host out of the coalition's camp: what is won by it beyond what earlier deals conceded here."""
    return max(0.0, case.lever.neutrality * case.mark.encircled - case.theatre.conceded)


@kernel
def newly_conceded(case: Case) -> float:
    """What the world sees won by the deal on offer: control recognised, and a neutral host; each counts once."""
    return min(1.0, newly_recognised(case) + neutrality_conceded(case))


@kernel
def change_in_peace(case: Case, granted: float) -> float:
    """Control that the challenger loses over the horizon if it goes home, with so much more of it recognised."""
    p, mark, loose = case.p, case.mark, case.theatre.control - case.theatre.recognised - granted
    change = control_change(0.0, HOLD[0], EBB[0], 0.5, loose, mark.held)
    change -= control_retaken(p.retaking, loose, mark.loose - granted, HOLD[0], 0.5)
    return projected_change(change, p.horizon, loose, 0.0)


@kernel
def challenger_gain(case: Case) -> float:
    """Utility of the deal over holding the present rung: recognition, relief by trust, reassurance, no more risk."""
    p, theatre = case.p, case.theatre
    challenger, row = case.challenger, case.trace
    change = change_in_peace(case, newly_recognised(case))
    remaining = theatre.sanctions * (1.0 - case.lever.relief * case.standing.trust)
    loss = challenger.welfare_weight * sanction_loss(
        p.sanction_bite, remaining, row.expected_breadth, challenger.openness, p.horizon
    )
    pledge = worth_of_neutrality(case.mark.prize, challenger.fear_weight, case.mark.encircled, case.lever.neutrality)
    return float(row.value * change - loss + pledge - row.utility[1])


@inlined
def sign(r: Round, case: Case, greatest: float) -> None:
    """Put the deal in force: terms, recognition, its price in order, and what other challengers learn from it."""
    world, p, log = r.world, r.p, r.workspace.log
    theatre, lever = case.theatre, case.lever
    granted, conceded = newly_recognised(case), newly_conceded(case)
    theatre.recognised += granted
    theatre.conceded += neutrality_conceded(case)
    theatre.deal, theatre.deal_age, theatre.deal_paid = 1, 0, 0.0
    theatre.deal_relief, theatre.deal_tranches = lever.relief, lever.tranches
    theatre.deal_neutrality, theatre.deal_monitors = lever.neutrality, lever.monitors
    theatre.deal_peacekeepers, theatre.deal_snapback = lever.peacekeepers, lever.snapback
    theatre.deal_sanctions = theatre.sanctions
    price = cost_of_recognition(p.concession, conceded, max(case.standing.power, case.host_standing.power) / greatest)
    world.system[0].order = max(0.0, world.system[0].order - price)
    for i in range(world.states.size):
        if i != theatre.challenger:
            world.states[i].unanswered_count += p.demonstration * conceded
    log.flows[Metric.DEALS_ACCEPTED] += 1.0
    write(
        log, r.now, Event.DEAL, case.k, theatre.challenger, theatre.host, 1.0 * theatre.rung, 0.0,
        lever.keep, lever.relief, case.challenger.trust,
    )  # fmt: skip


@inlined
def hurt_at_the_table(case: Case, membership: float) -> float:
    """How much the theatre hurts the challenger or the leader, if a deal can be proposed there at all; else 0."""
    theatre, lever = case.theatre, case.lever
    carved_out = lever.carve_out > 0.5 and theatre.annexed == 1
    quiet = theatre.rung == Rung.PEACE and theatre.control <= 0.0
    if lever.deal < 0.5 or carved_out or quiet or theatre.war == 1 or theatre.spoilers > lever.spoiler_limit:
        return 0.0
    if theatre.rung > theatre.previous_rung:  # nobody signs with the one who has just raised the stakes
        return 0.0
    severity = SEVERITY[theatre.rung]
    hurt = max(pain(theatre.sanctions, theatre.breadth, theatre.answered * severity), severity * membership)
    return hurt if hurt > case.p.hurting else 0.0


@kernel
def chances_of_acceptance(case: Case, hurt: float, price: float, resolve: float) -> tuple[float, float, float]:
    """Chances that challenger, host and coalition accept the deal on offer."""
    lever, host = case.lever, case.host
    gain = host_gain(
        SEVERITY[case.theatre.rung], case.trace.true_balance, lever.monitors + lever.peacekeepers,
        newly_recognised(case), lever.neutrality, past_actions(host.answered_count, host.unanswered_count),
    )  # fmt: skip
    by_challenger = logit(challenger_gain(case), case.p.deal_noise)
    return by_challenger, logit(gain, ACCEPT_NOISE), logit(coalition_gain(hurt, resolve, price), ACCEPT_NOISE)


@kernel
def accepted_by_all(case: Case, log: Log, by_challenger: float, by_host: float, by_coalition: float) -> bool:
    """Whether all three accept, by these chances; a refusal is written down."""
    theatre, dice = case.theatre, case.luck
    if (
        uniform(dice, TheatreDraw.CHALLENGER_ACCEPTS) < by_challenger
        and uniform(dice, TheatreDraw.HOST_ACCEPTS) < by_host
        and uniform(dice, TheatreDraw.COALITION_ACCEPTS) < by_coalition
    ):
        return True
    write(
        log, case.now, Event.REFUSAL, case.k, theatre.challenger, theatre.host, NAN, NAN,
        by_challenger, by_host, by_coalition,
    )  # fmt: skip
    return False


@inlined
def ask_party(r: Round, case: Case, party: int, chance: float) -> float:
    """Chance that a party accepts, by a rule of the user's own."""
    return ask(r.workspace.rules, r.workspace.fault, DEAL, r.world, case, party, chance)


@inlined
def negotiate(r: Round, case: Case, greatest: float) -> bool:
    """Propose a deal in theatre k if it hurts; True if all accept it."""
    world, p = r.world, r.p
    workspace, k = r.workspace, case.k
    theatre, lever, leader = case.theatre, case.lever, world.system[0].leader
    if leader < 0:
        return False
    hurt = hurt_at_the_table(case, workspace.guard[k, GuardianHere.MEMBERSHIP, leader])
    if hurt <= 0.0 or uniform(case.luck, TheatreDraw.PROPOSAL) >= p.proposal:
        return False
    workspace.log.flows[Metric.DEALS_OFFERED] += 1.0
    write(
        workspace.log,
        r.now,
        Event.OFFER,
        k,
        leader,
        theatre.challenger,
        1.0 * theatre.rung,
        0.0,
        lever.keep,
        lever.relief,
        hurt,
    )
    weight = max(case.standing.power, case.host_standing.power) / greatest
    state = world.states[leader]
    price = cost_of_recognition(p.concession, newly_conceded(case), weight) * state.order_weight
    by_challenger, by_host, by_coalition = chances_of_acceptance(case, hurt, price, state.resolve)
    if workspace.rules[DEAL] != 0:
        by_challenger = ask_party(r, case, AS_CHALLENGER, by_challenger)
        by_host = ask_party(r, case, AS_HOST, by_host)
        by_coalition = ask_party(r, case, AS_COALITION, by_coalition)
    return accepted_by_all(case, workspace.log, by_challenger, by_host, by_coalition)


@kernel
def both_settle(case: Case, granted: float) -> float:
    """Chance that challenger and host both prefer to settle on these terms, by what each expects of going on."""
    p, row = case.p, case.trace
    by_challenger = settlement_for_challenger(row.value, change_in_peace(case, granted), row.utility[HOLD_ON])
    home, balance = at_stake_at_home(p.homeland, case.theatre.landless), odds_as_hosts_see_them(case)
    lost = loss_in_war(p.war_loss, 1.0 - balance, case.challenger.nuclear, p.nuclear_dread, p.victory_price)
    danger = SEVERITY[case.theatre.rung] * row.war_chance
    by_host = settlement_for_host(danger, lost, home, p.spoils, balance, granted)
    return logit(by_challenger, p.deal_noise) * logit(by_host, p.yield_noise)


@kernel
def settle_between(case: Case, log: Log) -> None:
    """Challenger and host settle where both prefer it: what is recognised of the gain follows the odds.

    Most crises end otherwise: the challenger goes home and nothing is decided.
    """
    theatre = case.theatre
    if theatre.crisis_age == 0 or theatre.resisted == 0 or theatre.war == 1 or theatre.standing_down == 1:
        return
    if theatre.rung > theatre.previous_rung:  # nobody settles with the one who has just raised the stakes
        return
    granted = case.trace.true_balance * max(0.0, theatre.control - theatre.recognised)
    chance = case.p.bargaining * both_settle(case, granted)
    draw = uniform(case.luck, TheatreDraw.BARGAIN)
    if draw >= chance:
        return
    theatre.recognised += granted
    theatre.standing_down = case.mark.settled = 1
    write(
        log, case.now, Event.COMPROMISE, case.k, theatre.challenger, theatre.host, 1.0 * theatre.rung, 0.0,
        granted, chance, draw,
    )  # fmt: skip


@inlined
def tend_spoilers(case: Case) -> None:
    """Spoilers grow where atrocity meets weak control, and shrink under a deal or counter-insurgency."""
    p, theatre = case.p, case.theatre
    atrocity = SEVERITY[theatre.rung] if theatre.rung >= Rung.OPEN_INTERVENTION else 0.0
    settling = max(case.lever.counter_insurgency, 1.0 if theatre.deal == 1 else 0.0)
    theatre.spoilers = spoilers_next(
        theatre.spoilers, atrocity, 1.0 - theatre.control, settling, p.spoilers_up, p.spoilers_down
    )


@kernel
def settle(r: Round) -> None:
    """Deals in force live another round; elsewhere parties negotiate; then what was agreed is signed."""
    greatest = greatest_power(r.workspace)
    agreed = zeros(r.workspace.theatre_room[TheatreRoom.AGREED])
    for k in range(agreed.size):
        case = open_case(r, k)
        tend_spoilers(case)
        if case.theatre.deal == 1:
            uphold(r, case)
        elif negotiate(r, case, greatest):
            agreed[k] = 1.0
        else:
            settle_between(case, r.workspace.log)
    for k in range(agreed.size):
        if agreed[k] > 0.0:
            sign(r, open_case(r, k), greatest)
