"""Phase 2, appraisal: every challenger works out what each rung would bring, from one snapshot.

Nothing in the world changes here; each theatre's row of the trace is filled.
"""

import math

from greatpowers.core.context import Case, Round, open_case
from greatpowers.core.equations.belief import credibility, encroachment, past_actions, visible_tie
from greatpowers.core.equations.choice import (
    attention_odds,
    audience_cost,
    confrontation_cost,
    control_change,
    control_retaken,
    incident_risk,
    influence_kept,
    logit,
    logit_weight,
    loss_in_war,
    norm_cost,
    prize,
    projected_change,
    risk_of_going_on,
    sanction_loss,
    spoils_expected,
    survival_risk,
    value_of_control,
)
from greatpowers.core.equations.economy import contest_share
from greatpowers.core.equations.response import (
    alignment_with,
    approach,
    camp_of,
    effective_breadth,
    membership,
    presence_wish,
    stake_of_order,
)
from greatpowers.core.equations.settlement import worth_of_neutrality
from greatpowers.core.kernel import inlined, kernel
from greatpowers.core.ladder import AT_WAR, COMMITMENT, EBB, GAIN, HOLD, SEVERITY, Rung
from greatpowers.core.luck import TheatreDraw, normal
from greatpowers.core.mathematics import exp
from greatpowers.core.phases.assessment import (
    TRIPWIRE_PRESENCE,
    balance_at,
    challenger_force,
    chance_of_answer,
    force_of_host,
    host_readiness,
    opposing_force,
    room_on_rung,
    standing_severity,
)
from greatpowers.core.rules import ask_challenger
from greatpowers.core.trace import N_OPTIONS, OPTIONS, Weighed
from greatpowers.core.workspace import CHALLENGER, ByRung, Guardian, GuardianHere, PairColumn

DOWN, UP = OPTIONS.index("down"), OPTIONS.index("up")


@inlined
def muster(r: Round) -> None:
    """Set down what guardians are alike in every theatre, and in all theatres of one host."""
    world, workspace = r.world, r.workspace
    order, guardians = world.system[0].order, workspace.guardians
    for g in range(world.states.size):
        state = world.states[g]
        guardians[Guardian.CAPABILITY, g], guardians[Guardian.RESOLVE, g] = state.capability, state.resolve
        guardians[Guardian.POWER, g], guardians[Guardian.RELIABILITY, g] = (
            workspace.standing[g].power,
            state.reliability,
        )
        guardians[Guardian.STAKE, g] = stake_of_order(state.order_weight, order)
    align_with_leader(r)
    capability = guardians[Guardian.CAPABILITY]
    for h in range(world.states.size):
        reach, arriving = workspace.towards[PairColumn.REACH, h], workspace.towards[PairColumn.ARRIVING, h]
        for g in range(capability.size if workspace.standing[h].contested == 1 else 0):
            arriving[g] = capability[g] * reach[g]


@inlined
def align_with_leader(r: Round) -> None:
    """How far each state is of the leader's camp; whom the coalition has under sanctions is not of it."""
    world, workspace = r.world, r.workspace
    leader, guardians = world.system[0].leader, workspace.guardians
    for g in range(world.states.size):
        guardians[Guardian.UNSANCTIONED, g] = 1.0 - workspace.standing[g].sanctioned
        guardians[Guardian.ALIGNED, g] = 0.0
        if leader >= 0:
            with_leader = 1.0 if g == leader else workspace.towards[PairColumn.ALLIANCE, leader, g]
            guardians[Guardian.ALIGNED, g] = max(0.0, alignment_with(with_leader, world.states[g].order_weight))


@inlined
def enlist(r: Round, k: int) -> None:
    """Who is of the coalition in theatre k: who minds the breach, and who would send troops, aid and strikes."""
    world, workspace = r.world, r.workspace
    c, h, members, camp = (
        world.theatres[k].challenger, world.theatres[k].host, workspace.guard[k, GuardianHere.MEMBERSHIP],
        workspace.guard[k, GuardianHere.CAMP],
    )  # fmt: skip
    with_host, with_challenger = workspace.towards[PairColumn.ALLIANCE, h], workspace.towards[PairColumn.ALLIANCE, c]
    stake, aligned, unsanctioned, hostilities = (
        workspace.guardians[Guardian.STAKE], workspace.guardians[Guardian.ALIGNED],
        workspace.guardians[Guardian.UNSANCTIONED], workspace.towards[PairColumn.HOSTILITY, h],
    )  # fmt: skip
    for g in range(members.size):
        members[g] = membership(stake[g], with_host[g], with_challenger[g])
    for g in range(members.size):
        sides_with = camp_of(members[g], aligned[g], with_host[g], with_challenger[g], hostilities[g])
        camp[g] = unsanctioned[g] * sides_with
    members[c] = members[h] = camp[c] = camp[h] = 0.0


@inlined
def survey_coalition(r: Round, k: int) -> None:
    """One pass over the coalition: what it has promised, how broad it is, what it could and would really do."""
    world, workspace = r.world, r.workspace
    c, row, mark = world.theatres[k].challenger, workspace.trace_rows[k], workspace.marks[k]
    declared, facing = r.levers[k].presence, world.states[c].nuclear
    guards, guardians, trade = workspace.guard[k], workspace.guardians, workspace.towards[PairColumn.CUSTOM, c]
    arriving = workspace.towards[PairColumn.ARRIVING, world.theatres[k].host]
    promised = weight = calculus = breadth = will = 0.0
    for g in range(trade.size):
        camp = guards[GuardianHere.CAMP, g]
        breadth += guards[GuardianHere.MEMBERSHIP, g] * trade[g]
        if camp <= 0.0:
            continue
        free = min(1.0, 1.0 - guardians[Guardian.ENGAGED, g] + guards[GuardianHere.HERE, g])
        mass = camp * guardians[Guardian.POWER, g]
        promised += free * arriving[g] * presence_wish(declared, 1.0, camp, facing, r.p.nuclear_fear)
        weight += mass
        will += mass * guardians[Guardian.RESOLVE, g]
        calculus += mass * camp * free
    # Without a leader a policy is carried out by nobody, whatever the will of those bound to the host.
    mark.weight, mark.will = weight, will / weight if weight > 0.0 and world.system[0].leader >= 0 else 0.0
    row.true_credibility = mark.will
    row.declared_presence_force, row.expected_breadth = promised, breadth
    row.believed_credibility = calculus / weight if weight > 0.0 else 0.0


@inlined
def survey_allies(r: Round, k: int) -> None:
    """One pass over the host's allies and whoever is there: force, shield, cover, nuclear shadow, pressure."""
    world, workspace = r.world, r.workspace
    c, h, row, guardians = (
        world.theatres[k].challenger,
        world.theatres[k].host,
        workspace.trace_rows[k],
        workspace.guardians,
    )
    with_host, with_challenger = workspace.towards[PairColumn.ALLIANCE, h], workspace.towards[PairColumn.ALLIANCE, c]
    here_now, arriving = workspace.guard[k, GuardianHere.HERE], workspace.towards[PairColumn.ARRIVING, h]
    powers, great = guardians[Guardian.POWER], guardians[Guardian.GREAT]
    posted = force = shield = true_shield = dread = pressure = 0.0
    bare, menace = 1.0, workspace.standing[h].power
    for g in range(world.states.size):
        tie, presence = with_host[g] if g != c else 0.0, here_now[g]
        posted += presence
        if max(tie, presence) <= 0.0:
            continue
        apart = 1.0 - with_challenger[g]
        bound, here = tie * apart, presence * arriving[g]
        helping = bound * (1.0 - guardians[Guardian.ENGAGED, g]) * arriving[g]
        force += here
        seen = visible_tie(tie, presence, TRIPWIRE_PRESENCE) * apart
        pressure += seen * arriving[g]
        bare *= 1.0 - bound * great[g]
        menace += seen * powers[g]
        shield += helping * guardians[Guardian.RELIABILITY, g]
        true_shield += helping * guardians[Guardian.RESOLVE, g]
        dread = max(dread, bound * guardians[Guardian.NUCLEAR, g])
    workspace.marks[k].posted, workspace.marks[k].force = posted, force
    workspace.marks[k].cover, workspace.marks[k].menace = 1.0 - bare, menace
    row.presence_force, row.encroachment = force, pressure / workspace.standing[c].power
    row.expected_shield, row.true_shield, row.expected_dread = shield, true_shield, dread


@inlined
def form_beliefs(case: Case) -> None:
    """Turn the survey into what the challenger believes: credibility, breadth, aid, shield, encroachment, value."""
    p = case.p
    theatre, challenger = case.theatre, case.challenger
    row, trade = case.trace, case.standing.trade
    past = past_actions(challenger.answered_count, challenger.unanswered_count)
    q = credibility(past, row.believed_credibility, p.current_calculus)
    if case.system.leader < 0:  # what nobody carries out deters nobody
        q = 0.0
    if p.true_beliefs > 0.5:
        q, row.expected_shield = row.true_credibility, row.true_shield
    potential = (row.expected_breadth + case.claim.trade) / trade if trade > 0.0 else 0.0
    row.expected_breadth = max(theatre.breadth, effective_breadth(min(1.0, potential), p.busting, case.lever.secondary))
    row.believed_credibility = q
    row.expected_aid = max(theatre.aid, q * case.lever.aid)
    row.expected_shield *= p.casus_foederis
    row.true_shield *= p.casus_foederis
    row.expected_dread = max(case.host.nuclear, p.casus_foederis * row.expected_dread)
    row.attention = attention_to(case)
    neutrality = theatre.deal_neutrality if theatre.deal == 1 else 0.0
    case.mark.encircled = encroachment(row.encroachment, case.claim.reach, 0.0)
    row.encroachment = encroachment(row.encroachment, case.claim.reach, neutrality)
    worth = prize(theatre.salience, case.host_standing.power, case.standing.power, p.intangible)
    worth *= 1.0 - p.fellowship * case.claim.alliance
    case.mark.prize = worth * p.extraction
    row.value = value_of_control(worth, p.extraction, challenger.power_weight, challenger.fear_weight, row.encroachment)


@inlined
def attention_to(case: Case) -> float:
    """Prior odds that the challenger looks at this place and goes up: by what is at stake, the past and the cover."""
    p, past = case.p, case.claim.hostility
    others = 0.5 * (case.standing.embroiled + case.host_standing.embroiled) - past
    log_odds = p.attention_hostility * past + p.attention_spill * max(0.0, others)
    size = case.host_standing.power / case.standing.power
    left = (1.0 - p.attention_cover * case.mark.cover) * (1.0 - p.fellowship * case.claim.alliance)
    return attention_odds(p.attention, case.mark.noticed, log_odds, size, p.attention_parity, left)


@inlined
def risk_of_war(case: Case, rung: int, balance: float, facing: float, own: float) -> float:
    """Chance that this rung means a war this round that the challenger did not choose: certain at the top."""
    p = case.p
    if rung == Rung.WAR:
        return 1.0
    if rung < Rung.PROVOCATION or case.theatre.ceiling < Rung.PROXY_SUPPORT:
        return 0.0
    incident = incident_risk(p.clash, SEVERITY[rung], facing, own)
    answer = chance_of_answer(p, balance)
    table = case.by_rung[ByRung.MATTER, rung]
    return float(incident * answer * table * host_readiness(case, rung, case.trace.war_balance))


@inlined
def cost_of_cheating(case: Case, rung: int, loss_per_sanction: float) -> float:
    """What a challenger under a deal would lose by being caught: detection x (relief it trusts in, and the pledge)."""
    theatre = case.theatre
    if theatre.deal == 0 or rung == 0 or rung < theatre.rung:
        return 0.0
    caught = max(theatre.deal_monitors * case.p.detection, SEVERITY[rung])
    at_stake = theatre.deal_sanctions * theatre.deal_relief * max(case.challenger.trust, theatre.deal_paid)
    pledge = worth_of_neutrality(
        case.mark.prize, case.challenger.fear_weight, case.mark.encircled, theatre.deal_neutrality
    )
    # Assumed: whoever is caught loses half of the relief anyway, as no more of it is paid, the rest by snapback.
    return float(caught * (at_stake * (0.5 + 0.5 * theatre.deal_snapback) * loss_per_sanction + pledge))


@inlined
def cost_of_backing_down(case: Case, option: int) -> float:
    """What going down by itself costs in a crisis; a deal in force is a reason that can be told at home."""
    theatre = case.theatre
    if option != DOWN or theatre.rung < Rung.PROVOCATION or theatre.deal == 1:
        return 0.0
    return audience_cost(case.p.audience_cost, SEVERITY[theatre.rung])


@kernel
def expected_sanctions(case: Case, rung: int) -> float:
    """Level of sanctions the challenger expects at a rung, on average over the horizon: declared x believed.

    It foresees that those in force come down, though slowly, once it complies.
    """
    theatre = case.theatre
    relief = theatre.deal_relief * theatre.deal_paid if theatre.deal == 1 else 0.0
    declared = case.lever.sanctions * standing_severity(theatre, rung) * (1.0 - relief)
    expected = declared * case.trace.believed_credibility
    if expected >= theatre.sanctions:
        return expected
    return approach(expected, theatre.sanctions, case.by_rung[ByRung.SANCTIONS_LEFT, rung], 0.0)


@kernel
def norm_of(case: Case, rung: int) -> float:
    """Cost of the breach to the challenger, by how it values the order."""
    return norm_cost(
        case.challenger.order_weight, case.system.order, case.by_rung[ByRung.GRAVITY, rung], case.p.norm_cost
    )


@kernel
def loss_per_sanction(case: Case) -> float:
    """Loss over the horizon per unit of sanctions, as the challenger feels it."""
    p = case.p
    loss = sanction_loss(p.sanction_bite, 1.0, case.trace.expected_breadth, case.challenger.openness, p.horizon)
    return float(case.challenger.welfare_weight * loss)


@kernel
def weigh_war(case: Case, error_own: float, error_other: float) -> None:
    """What war would bring the challenger, and how ready it is for it, should fire be exchanged."""
    p, theatre, row = case.p, case.theatre, case.trace
    promised = row.declared_presence_force if case.lever.red_line <= AT_WAR else 0.0
    presence = max(row.presence_force, row.believed_credibility * promised)
    facing = force_of_host(case, AT_WAR, row.expected_aid)
    theirs = opposing_force(facing, AT_WAR, presence, row.expected_shield) * error_other
    balance = contest_share(challenger_force(case, AT_WAR) * error_own, theirs, p.contest_exponent)
    gain = row.value * spoils_expected(balance, p.spoils, land_left(case), theatre.control)
    case.mark.survival = survival_risk(p.survival, balance, case.standing.power, case.mark.menace)
    row.war_loss = loss_in_war(p.war_loss, balance, row.expected_dread, p.nuclear_dread, p.victory_price) - gain
    sanctions = expected_sanctions(case, AT_WAR) * loss_per_sanction(case)
    norm = norm_of(case, AT_WAR)
    row.war_balance = balance
    row.war_wish = -row.war_loss - case.mark.survival - sanctions - norm
    row.war_chance = logit(row.war_wish, p.war_noise)


@inlined
def cost_of_operations(case: Case, rung: int) -> float:
    """Cost of force committed over the horizon, and of the dispute as such."""
    p = case.p
    dispute = confrontation_cost(p.confrontation, p.shelter, case.system.order, p.remoteness, case.claim.reach, rung)
    return float(p.operations * p.horizon * COMMITMENT[rung] + dispute)


@inlined
def expected_change(case: Case, rung: int, balance: float, room: float) -> float:
    """Control the challenger expects to win or lose on a rung over the horizon: never more than the rung can hold.

    Where there is no land to win, what it gains is the influence that the stance brings while it lasts.
    """
    p, theatre, mark = case.p, case.theatre, case.mark
    if theatre.landless == 1:
        return influence_kept(p.influence, HOLD[rung], balance)
    loose = theatre.control - theatre.recognised
    change = control_change(GAIN[rung], HOLD[rung], EBB[rung], balance, loose, mark.held)
    change -= control_retaken(p.retaking, loose, mark.loose, HOLD[rung], balance)
    return projected_change(change, p.horizon, loose, min(room, room_on_rung(case, rung)))


@kernel
def land_left(case: Case) -> float:
    """Share of the host that is left to conquer: none where there is no land to hold."""
    return max(0.0, 1.0 - case.host_standing.held) if case.theatre.landless == 0 else 0.0


@kernel
def weigh(case: Case, option: int, error_own: float, error_other: float) -> None:
    """Fill the columns of one option (0 down, 1 hold, 2 up) of a theatre's trace.

    The regime itself is at stake where it uses force: a provocation, or a proxy, is no reason to overthrow it.
    """
    p, theatre, row = case.p, case.theatre, case.trace
    rung = theatre.rung + option - 1
    promised = row.declared_presence_force if rung >= case.lever.red_line else 0.0
    presence = max(row.presence_force, row.believed_credibility * promised)
    own = challenger_force(case, rung) * error_own
    facing = force_of_host(case, rung, row.expected_aid)
    theirs = opposing_force(facing, rung, presence, row.expected_shield) * error_other
    balance = contest_share(own, theirs, p.contest_exponent)
    room = land_left(case)
    if rung == Rung.WAR:
        change = spoils_expected(balance, p.spoils, room, theatre.control)
        loss = row.war_loss + case.mark.survival + row.value * change
    else:
        change = expected_change(case, rung, balance, room)
        loss = max(0.0, row.war_loss + (case.mark.survival if rung >= Rung.LIMITED_INTERVENTION else 0.0))
    loss_rate = loss_per_sanction(case)
    sanctions = expected_sanctions(case, rung)
    risk = risk_of_war(case, rung, balance, presence + facing * error_other, own)
    row.balance[option], row.expected_sanctions[option] = balance, sanctions
    row.expected_presence[option], row.clash_risk[option] = presence, risk
    row.gain[option] = row.value * change
    row.operations[option] = cost_of_operations(case, rung) + p.inertia * abs(option - 1)
    row.sanction_loss[option] = sanctions * loss_rate
    row.clash_loss[option] = risk_of_going_on(risk, p.exposure) * loss
    if rung <= Rung.PROVOCATION:
        row.clash_loss[option] *= p.probe_fear
    row.norm_cost[option] = norm_of(case, rung)
    row.cheating_loss[option] = cost_of_cheating(case, rung, loss_rate)
    row.audience_cost[option] = cost_of_backing_down(case, option)
    row.utility[option] = (
        row.gain[option] - row.operations[option] - row.sanction_loss[option]
        - row.clash_loss[option] - row.norm_cost[option] - row.cheating_loss[option] - row.audience_cost[option]
    )  # fmt: skip


@inlined
def close_option(row: Weighed, option: int) -> None:
    """Clear what an earlier round left in the columns of an option that is not open now."""
    row.balance[option] = row.expected_sanctions[option] = row.expected_presence[option] = row.clash_risk[option] = 0.0
    row.gain[option] = row.operations[option] = row.sanction_loss[option] = row.clash_loss[option] = 0.0
    row.norm_cost[option] = row.cheating_loss[option] = row.audience_cost[option] = 0.0
    row.utility[option] = row.probability[option] = 0.0


@kernel
def weigh_options(case: Case, error_own: float, error_other: float) -> None:
    """Weigh the options open (between peace and the ceiling) and their logit probabilities.

    Below provocation going up also takes attention: prior odds weigh it (see :func:`attention_to`).
    """
    p, row = case.p, case.trace
    first = 1 if case.theatre.rung == 0 else 0
    last = 1 if case.theatre.rung >= case.theatre.ceiling else 2
    best, total = -math.inf, 0.0
    for option in range(N_OPTIONS):
        if option < first or option > last:
            close_option(row, option)
    weigh_war(case, error_own, error_other)
    for option in range(first, last + 1):
        weigh(case, option, error_own, error_other)
        best = max(best, row.utility[option])
    probing = case.theatre.rung < Rung.PROVOCATION
    noise = p.information_cost if probing else p.choice_noise
    for option in range(first, last + 1):
        row.probability[option] = logit_weight(row.utility[option], best, noise)
        if probing and option == UP:
            row.probability[option] *= row.attention
        total += row.probability[option]
    for option in range(first, last + 1):
        row.probability[option] /= total


@kernel
def appraise(r: Round) -> None:
    """Every challenger weighs going down, holding and going up, in every theatre, from the same snapshot."""
    p, rules = r.p, r.workspace.rules
    error = 0.0 if p.true_beliefs > 0.5 else p.intelligence_error
    muster(r)
    for k in range(r.world.theatres.size):
        enlist(r, k)
        survey_coalition(r, k)
        survey_allies(r, k)
        case = open_case(r, k)
        form_beliefs(case)
        own, other = normal(case.luck, TheatreDraw.OWN), normal(case.luck, TheatreDraw.OTHER)
        weigh_options(case, exp(error * own), exp(error * other))
        if rules[CHALLENGER] != 0:
            ask_challenger(rules, r.workspace.fault, r.world, case)
        row = case.trace
        row.true_balance = balance_at(case, case.theatre.rung, row.presence_force, row.true_shield)
