"""Phase 5, fighting: clashes, wars and who joins them, attrition, outcomes, and what happens to control."""

from greatpowers.core.context import Case, Round, open_case
from greatpowers.core.declare import Floats, Ints
from greatpowers.core.equations.choice import (
    chance_of_either,
    control_change,
    control_retaken,
    incident_risk,
    prize,
)
from greatpowers.core.equations.economy import contest_share, held_finite
from greatpowers.core.equations.response import balancing_stake, stake_of_order
from greatpowers.core.equations.war import (
    attrition_share,
    chance_of_ending,
    effort_of_war,
    growth_of_intensity,
    joining_chance,
    joining_stake,
    nuclear_hazard,
    share_engaged,
    treaty_covers,
    weight_of_help,
)
from greatpowers.core.kernel import inlined, kernel
from greatpowers.core.ladder import AT_WAR, EBB, GAIN, HOLD, SEVERITY, Rung
from greatpowers.core.log import BY_CHALLENGER, DEFEAT, NAN, NUCLEAR, STALEMATE, VICTORY, Event, Log, write
from greatpowers.core.luck import GuardianDraw, TheatreDraw, uniform, uniform_of_guardian
from greatpowers.core.metrics import Metric
from greatpowers.core.parameters import Parameters
from greatpowers.core.phases.assessment import (
    TRIPWIRE_PRESENCE,
    balance_at,
    challenger_force,
    chance_of_answer,
    force_of_host,
    host_readiness,
    odds_as_hosts_see_them,
    room_on_rung,
)
from greatpowers.core.phases.control import keep_within_hold, shift_control
from greatpowers.core.phases.settlement import break_deal
from greatpowers.core.workspace import ByRung, StateRoom, StateSnapshot, TheatreRoom, zeros
from greatpowers.core.world import Pair, StateRow, TheatreRow, World

# Most that a round of war, or a nuclear exchange, takes of a state: even a shattered one goes on.
GREATEST_LOSS = 0.95

# The war has no outcome yet, as a float beside outcomes.
GOES_ON = -1.0


@kernel
def clash_leads_to_war(case: Case, log: Log) -> bool:
    """Whether fire is exchanged this round, the host answers it, and one side or the other then chooses war."""
    p, theatre = case.p, case.theatre
    rung = theatre.rung
    if rung < Rung.PROVOCATION or theatre.standing_down == 1 or theatre.ceiling < Rung.PROXY_SUPPORT:
        return False
    facing = case.mark.force + force_of_host(case, rung, theatre.aid)
    risk = incident_risk(p.clash, SEVERITY[rung], facing, challenger_force(case, rung))
    draw = uniform(case.luck, TheatreDraw.CLASH)
    if draw >= risk:
        return False
    answer = chance_of_answer(p, balance_at(case, rung, case.mark.force, 0.0))
    answered = uniform(case.luck, TheatreDraw.ANSWER) < answer
    write(
        log, case.now, Event.CLASH, case.k, theatre.challenger, theatre.host, 1.0 * rung, 1.0 * rung,
        risk, draw, 1.0 if answered else 0.0,
    )  # fmt: skip
    if not answered:
        return False
    theatre.resisted = 1
    return war_is_chosen(case, log)


@kernel
def war_is_chosen(case: Case, log: Log) -> bool:
    """Whether, after an exchange of fire, peace or war is put before the leaders and one of them chooses war."""
    theatre, draw = case.theatre, uniform(case.luck, TheatreDraw.CLASH_WAR)
    balance = odds_as_hosts_see_them(case)
    challenger, host = case.trace.war_chance, host_readiness(case, theatre.rung, balance)
    table = case.by_rung[ByRung.MATTER, theatre.rung]
    chosen = bool(draw < table * chance_of_either(challenger, host))
    write(
        log, case.now, Event.DECISION, case.k, theatre.challenger, theatre.host, table, 1.0 if chosen else 0.0,
        challenger, host, draw,
    )  # fmt: skip
    return chosen


@inlined
def mark_enemies(world: World, k: int, enemies: Ints) -> None:
    """Note every pair of states that fight each other in the war of theatre k, in a matrix [N, N]."""
    n = world.states.size
    for i in range(n):
        if world.stances[k, i].side == 1:
            for j in range(n):
                if world.stances[k, j].side == -1:
                    enemies[i, j] = 1
                    enemies[j, i] = 1


@kernel
def is_fought(theatre: TheatreRow, great: bool) -> bool:
    """Whether there is war in a theatre: any, or one with great powers on both sides."""
    return bool(theatre.great_power_war == 1 if great else theatre.war == 1)


@inlined
def find_enemies(r: Round, great: bool) -> bool:
    """Note who fights whom, in any war or in one of great powers; whether there is such a war."""
    world, enemies, at_war = r.world, r.workspace.enemies, False
    for k in range(world.theatres.size):
        at_war = at_war or is_fought(world.theatres[k], great)
    for i in range(world.states.size if at_war else 0):
        for j in range(world.states.size):
            enemies[i, j] = 0
    for k in range(world.theatres.size):
        if is_fought(world.theatres[k], great):
            mark_enemies(world, k, enemies)
    return at_war


@inlined
def outbreaks(r: Round) -> None:
    """Find every theatre where war breaks out this round, then let it.

    War comes at the top rung, by clash, or by spreading: enemies in one theatre are enemies in all they dispute.
    """
    world, enemies = r.world, r.workspace.enemies
    at_war = find_enemies(r, great=False)
    for k in range(world.theatres.size):
        theatre = world.theatres[k]
        if theatre.war == 1:
            continue
        case = open_case(r, k)
        pressed = theatre.standing_down == 0
        disputed = pressed and theatre.rung >= Rung.PROVOCATION and theatre.ceiling >= Rung.PROXY_SUPPORT
        spreads = at_war and disputed and enemies[theatre.challenger, theatre.host] == 1
        if (pressed and theatre.rung == Rung.WAR) or spreads or clash_leads_to_war(case, r.workspace.log):
            theatre.spread = 1 if spreads and theatre.rung < Rung.WAR else 0
            begin_war(r, case)


@kernel
def clear_sides(world: World, k: int) -> None:
    """Nobody is in the war of theatre k, or called to it."""
    for g in range(world.states.size):
        world.stances[k, g].side = world.stances[k, g].bound = 0


@kernel
def pledged(tie: Pair) -> float:
    """What a state would do for another by treaty: its commitment where one is written, else nothing."""
    return tie.alliance if tie.treaty > 0.0 else 0.0


@inlined
def call_allies(r: Round, case: Case) -> None:
    """Each treaty, for itself, covers the war in theatre k or not; whom one calls is written down.

    A tie that grew under a common threat obliges nobody: only what was once written does.
    """
    world, p = r.world, r.p
    log, k = r.workspace.log, case.k
    c, h = case.theatre.challenger, case.theatre.host
    for g in range(world.states.size):
        if g in (c, h):
            continue
        with_host, with_challenger = pledged(world.pairs[g, h]), pledged(world.pairs[g, c])
        draw = uniform_of_guardian(r.luck, k, g, GuardianDraw.CASUS)
        side = treaty_covers(draw, with_host, with_challenger, p.casus_foederis, p.casus_offence)
        world.stances[k, g].bound = int(side)
        if side > 0.0:
            write(log, r.now, Event.CALL, k, g, h, 0.0, side, with_host, p.casus_foederis, draw)
        elif side < 0.0:
            write(log, r.now, Event.CALL, k, g, c, 0.0, side, with_challenger, p.casus_offence, draw)


@kernel
def count_calls(world: World, k: int, called: Floats, came: Floats) -> None:
    """Add who was called to the war in theatre k, which ends, and who came, to `called` and `came` [N]."""
    for g in range(called.size):
        stance = world.stances[k, g]
        if stance.bound != 0:
            called[g] += 1.0
            came[g] += 1.0 if stance.side == stance.bound else 0.0


@inlined
def judge_reliability(r: Round, called: Floats, came: Floats) -> None:
    """What is believed of a state's treaties moves towards the share of this round's calls [N] that it honoured."""
    for g in range(called.size):
        if called[g] > 0.0:
            state = r.world.states[g]
            state.reliability += r.p.reliability_gain * (came[g] / called[g] - state.reliability)


@inlined
def begin_war(r: Round, case: Case) -> None:
    """Open the war in theatre k between challenger and host, at the top of the ladder; a deal there is broken by it."""
    world, k = r.world, case.k
    theatre, log = case.theatre, r.workspace.log
    case.mark.erupted = 1
    c, h = theatre.challenger, theatre.host
    theatre.war, theatre.war_age, theatre.intensity, theatre.deaths = 1, 0, 1.0, 0.0
    theatre.standing_down, theatre.resisted = 0, 1
    clear_sides(world, k)
    world.stances[k, c].side = -1
    world.stances[k, h].side = 1
    log.flows[Metric.WARS_BEGUN] += 1.0 - theatre.spread
    theatre.crisis_age = max(1, theatre.crisis_age)  # where it comes in the midst of peace, it is no crisis of its own
    write(
        log, r.now, Event.WAR, k, c, h, 1.0 * theatre.previous_rung, 1.0 * theatre.rung,
        case.trace.true_balance, 1.0 * theatre.spread, case.trace.war_balance,
    )  # fmt: skip
    theatre.rung = AT_WAR
    call_allies(r, case)
    if theatre.deal == 1:
        break_deal(case, log, BY_CHALLENGER, 1.0, 0.0)


@kernel
def stake_with_host(
    case: Case, state: StateRow, standing: StateSnapshot, tie: Pair, rivalry: float, here: float, bound: int
) -> float:
    """Stake of a state in fighting beside a theatre's host, in [0, 1].

    `tie` is to the host, `here` its presence, `bound` the side a treaty calls it to. Only great powers fight to keep a
    balance. Own troops on the spot add at most the stake at which joining and staying out are equally good: troops
    under fire alone leave it open.
    """
    p = case.p
    worth, reach = prize(case.theatre.salience, case.host_standing.power, standing.power, p.intangible), tie.reach
    pact = tie.alliance if bound == 1 else 0.0
    stake = joining_stake(
        pact * state.resolve * reach,
        p.policing,
        stake_of_order(state.order_weight, case.system.order) * state.resolve * reach,
        p.balancing * balancing_stake(state.power_weight, worth, rivalry) * reach * standing.great,
        p.war_join_cost * min(1.0, here / TRIPWIRE_PRESENCE),
    )
    return stake


@kernel
def chance_of_joining(p: Parameters, stake: float, enemy_nuclear: float) -> float:
    """Chance per round of joining; it costs more against a second strike, whether or not one has one's own."""
    cost = p.war_join_cost * (1.0 + p.nuclear_dread * p.nuclear_fear * enemy_nuclear)
    return joining_chance(p.war_joining, stake, cost, p.join_noise)


@inlined
def choose_sides(r: Round, case: Case) -> None:
    """Third states join the war of theatre k, each by its own stake as the snapshot has it."""
    world, p = r.world, r.p
    workspace, k = r.workspace, case.k
    c, h = case.theatre.challenger, case.theatre.host
    states, standings = world.states, workspace.standing
    stances = world.stances[k]
    with_host, with_challenger = strongest_deterrent(world, k, 1.0), strongest_deterrent(world, k, -1.0)
    for g in range(states.size):
        state, stance = states[g], stances[g]
        if stance.side != 0:
            continue
        draw = uniform_of_guardian(r.luck, k, g, GuardianDraw.WAR)
        if draw >= p.war_joining and draw <= 1.0 - p.war_joining:
            continue
        tie, other_tie = world.pairs[g, h], world.pairs[g, c]
        arriving = state.capability * tie.reach
        beside_host = stake_with_host(
            case, state, standings[g], tie, max(other_tie.rivalry, other_tie.hostility), stance.presence, stance.bound
        )
        beside_host *= (1.0 - other_tie.alliance) * weight_of_help(arriving, case.challenger.capability)
        pact = other_tie.alliance if stance.bound == -1 else 0.0
        beside_challenger = pact * state.resolve * (1.0 - tie.alliance) * tie.reach
        beside_challenger *= weight_of_help(arriving, case.host.capability)
        chance = chance_of_joining(p, beside_host, with_challenger)
        other = chance_of_joining(p, beside_challenger, with_host)
        if draw < chance:
            stance.side = 1
            write(workspace.log, r.now, Event.JOINING, k, g, c, 0.0, 1.0, beside_host, chance, draw)
        elif draw > 1.0 - other:
            stance.side = -1
            write(workspace.log, r.now, Event.JOINING, k, g, h, 0.0, -1.0, beside_challenger, other, draw)


@kernel
def great_powers_at_war(world: World, k: int) -> bool:
    """Whether great powers fight each other already in a theatre other than k."""
    found = False
    for other in range(world.theatres.size):
        found = found or (other != k and world.theatres[other].great_power_war == 1)
    return found


@inlined
def escalate_to_great_powers(r: Round, k: int) -> None:
    """Great powers on both sides make a great-power war."""
    world, workspace = r.world, r.workspace
    theatre, ours, theirs = world.theatres[k], 0.0, 0.0
    stances, standings = world.stances[k], workspace.standing
    for g in range(standings.size):
        if standings[g].great == 1:
            ours += standings[g].power if stances[g].side == 1 else 0.0
            theirs += standings[g].power if stances[g].side == -1 else 0.0
    if ours <= 0.0 or theirs <= 0.0 or theatre.great_power_war == 1:
        return
    theatre.great_power_war = 1
    if not great_powers_at_war(world, k):
        workspace.log.flows[Metric.GREAT_POWER_WARS_BEGUN] += 1.0
    write(
        workspace.log, r.now, Event.GREAT_POWER_WAR, k, theatre.challenger, theatre.host, NAN, NAN,
        theatre.intensity, ours, theirs,
    )  # fmt: skip


@inlined
def join_wars(r: Round) -> None:
    """Third states choose sides in every war; a stake in one war does not depend on the sides taken in another."""
    world = r.world
    for k in range(world.theatres.size):
        if world.theatres[k].war == 1:
            choose_sides(r, open_case(r, k))
            escalate_to_great_powers(r, k)


@kernel
def front_opens(case: Case) -> bool:
    """Whether a great power that fights the host elsewhere, in a war among great powers, carries the war here: once."""
    p, theatre = case.p, case.theatre
    if theatre.war == 1 or theatre.spread == 1 or theatre.standing_down == 1 or theatre.ceiling < Rung.PROXY_SUPPORT:
        return False
    return bool(case.standing.great == 1 and uniform(case.luck, TheatreDraw.FRONT) < p.general_war * theatre.salience)


@inlined
def widen_wars(r: Round) -> None:
    """A war among great powers becomes general: each of them carries it to where it would win something of an enemy."""
    world, enemies = r.world, r.workspace.enemies
    general = find_enemies(r, great=True)
    for k in range(world.theatres.size):
        theatre = world.theatres[k]
        if general and enemies[theatre.challenger, theatre.host] == 1:
            case = open_case(r, k)
            if front_opens(case):
                theatre.spread = 1
                begin_war(r, case)
                escalate_to_great_powers(r, k)
        elif theatre.war == 0:
            theatre.spread = 0  # the war that came here is over, and another may come


@inlined
def count_wars(world: World, wars: Floats) -> None:
    """How many wars each state is in: it divides its force over them."""
    for k in range(world.theatres.size):
        stances = world.stances[k]
        for g in range(wars.size if world.theatres[k].war == 1 else 0):
            wars[g] += abs(stances[g].side)


@kernel
def side_force(world: World, k: int, side: float, wars: Floats) -> float:
    """Force of one side of the war in theatre k, each belligerent's divided over its wars."""
    force, h, stances, states, pairs = 0.0, world.theatres[k].host, world.stances[k], world.states, world.pairs
    for g in range(wars.size):
        if stances[g].side == side:
            force += states[g].capability * pairs[g, h].reach / wars[g]
    return force


@inlined
def wage(r: Round, k: int, growth: float, wars: Floats, losses: Floats, efforts: Floats) -> float:
    """A round of the war in theatre k: it grows, kills and wears down; returns the challenger's odds.

    Adds to `losses` and `efforts` [N], shares of each state's force lost and engaged. Each side engages what the war
    has mobilised of the force at hand, and no more than finds an enemy.
    """
    world, p = r.world, r.p
    theatre, h = world.theatres[k], world.theatres[k].host
    theatre.war_age += 1
    theatre.intensity = held_finite(theatre.intensity * growth_of_intensity(p.war_growth, growth), theatre.intensity)
    attacking, defending = side_force(world, k, -1.0, wars), side_force(world, k, 1.0, wars)
    odds = contest_share(p.initiative * attacking, defending, p.contest_exponent)
    fallen = total = 0.0
    for g in range(wars.size):
        total += world.states[g].capability
    for g in range(wars.size):
        side, state = world.stances[k, g].side, world.states[g]
        if side != 0:
            mine, theirs, opponents = (defending, attacking, odds) if side == 1 else (attacking, defending, 1.0 - odds)
            arriving = world.pairs[g, h].reach / wars[g]
            mobilised = effort_of_war(p.war_effort, theatre.intensity, state.capability / total, p.totality)
            effort = mobilised * share_engaged(mine, theirs, p.superiority) * arriving
            loss = attrition_share(p.attrition, effort, opponents)
            efforts[g] += effort
            losses[g] += loss
            fallen += loss * state.capability
            bill_belligerent(r, k, g, effort)
    theatre.killed = p.deaths_scale * fallen / total
    theatre.deaths += theatre.killed
    return odds


@inlined
def bill_belligerent(r: Round, k: int, g: int, effort: float) -> None:
    """Book what the war costs a state: the challenger as a target, third states beside the host as senders."""
    world = r.world
    cost, theatre, flows = (
        100.0 * r.p.war_drag * effort * world.states[g].economy,
        world.theatres[k],
        r.workspace.log.flows,
    )
    flows[Metric.WAR_COST] += cost
    if g == theatre.challenger:
        flows[Metric.TARGET_COST] += cost
    elif g != theatre.host and world.stances[k, g].side == 1:
        flows[Metric.SENDER_COST] += cost


@kernel
def strongest_deterrent(world: World, k: int, side: float) -> float:
    """Largest second-strike capacity on one side of the war in theatre k."""
    strongest = 0.0
    for g in range(world.states.size):
        if world.stances[k, g].side == side:
            strongest = max(strongest, world.states[g].nuclear)
    return strongest


@inlined
def nuclear_use(r: Round, k: int, draw: float, losses: Floats) -> bool:
    """Whether a great-power war goes nuclear this round; if so both sides' nuclear powers are devastated."""
    world, p, log = r.world, r.p, r.workspace.log
    theatre = world.theatres[k]
    if theatre.great_power_war == 0:
        return False
    hazard = nuclear_hazard(
        p.nuclear_hazard,
        strongest_deterrent(world, k, 1.0),
        strongest_deterrent(world, k, -1.0),
        theatre.intensity,
    )
    if draw >= hazard:
        return False
    for g in range(losses.size):
        if world.stances[k, g].side != 0 and world.states[g].nuclear > 0.0:
            losses[g] += p.devastation
            world.states[g].economy *= 1.0 - min(GREATEST_LOSS, p.devastation)
    world.system[0].nuclear_uses += 1
    world.system[0].order *= 1.0 - p.order_shock
    log.flows[Metric.NUCLEAR_USES] += 1.0
    write(log, r.now, Event.NUCLEAR_USE, k, theatre.challenger, theatre.host, NAN, NAN, hazard, draw, theatre.intensity)
    return True


@kernel
def outcome_of(p: Parameters, odds: float, luck: float) -> float:
    """Outcome for the challenger: a stalemate with its own chance, else decided by the contest."""
    if luck < p.stalemate:
        return STALEMATE
    return VICTORY if (luck - p.stalemate) < (1.0 - p.stalemate) * odds else DEFEAT


@inlined
def end_war(r: Round, k: int, outcome: float, odds: float) -> float:
    """Close the war in theatre k; the fronts stand down with the next round. Returns the change of control it brings.

    A victor takes of what is left by the odds; an armistice recognises what a settlement would; what is neither won
    nor settled is held loosely, and retaken.
    """
    world, p, workspace = r.world, r.p, r.workspace
    theatre, shift = world.theatres[k], 0.0
    write(
        workspace.log, r.now, Event.WAR_END, k, theatre.challenger, theatre.host, 1.0 * theatre.rung, NAN,
        outcome, odds, theatre.deaths,
    )  # fmt: skip
    if outcome == VICTORY and theatre.landless == 0:
        workspace.marks[k].won = 1
        shift = p.spoils * odds * (1.0 - theatre.control)
        theatre.annexed = 1
    elif outcome == DEFEAT:
        shift = -p.spoils * theatre.control
        theatre.annexed = 0
        theatre.recognised *= 1.0 - p.spoils * (1.0 - theatre.entrenched)
    elif outcome == STALEMATE:
        theatre.recognised += odds * (theatre.control - theatre.recognised)
    shift *= 1.0 - theatre.entrenched  # who wins behind a front that has set gains or loses little land by it
    theatre.entrenched = 0.0
    theatre.war, theatre.war_age, theatre.intensity, theatre.great_power_war = 0, 0, 0.0, 0
    theatre.standing_down = 1
    clear_sides(world, k)
    return shift


@inlined
def contest_control(case: Case, odds: float) -> float:
    """Change of control this round by the true balance of forces; where a host does not resist, at full advantage.

    What the rung cannot hold is retaken by host and guardians.
    """
    theatre, mark = case.theatre, case.mark
    if theatre.landless == 1:
        return 0.0
    if theatre.war == 1:
        balance = odds
    elif theatre.resisted == 0 and theatre.rung >= Rung.PROXY_SUPPORT:
        balance = 1.0
    else:
        balance = balance_at(case, theatre.rung, case.mark.force, 0.0)
    gain = 0.0 if theatre.standing_down == 1 else GAIN[theatre.rung] * (1.0 - theatre.entrenched)
    rung, loose = theatre.rung, theatre.control - theatre.recognised
    change = control_change(gain, HOLD[rung], EBB[rung], balance, loose, mark.held)
    if theatre.war == 0 and rung < Rung.WAR:
        change = min(change, room_on_rung(case, rung))
    return change - control_retaken(case.p.retaking, loose, mark.loose, HOLD[rung], balance)


@inlined
def annex(r: Round, k: int) -> None:
    """Territory seized is annexed: a claim that carves it out of deals and keeps sanctions up, not a hold for good."""
    theatre = r.world.theatres[k]
    seizing = theatre.rung == Rung.SEIZURE and theatre.war == 0 and theatre.standing_down == 0
    if seizing and theatre.annexed == 0 and theatre.control > 0.0:
        theatre.annexed = 1
        write(
            r.workspace.log, r.now, Event.ANNEXATION, k, theatre.challenger, theatre.host, NAN, NAN,
            theatre.control, theatre.recognised, SEVERITY[Rung.SEIZURE],
        )  # fmt: skip


@inlined
def wage_wars(r: Round, losses: Floats, odds: Floats) -> None:
    """A round of every war, which may go nuclear or end; odds [T] and the change of control it brings, in marks."""
    world, p, workspace = r.world, r.p, r.workspace
    wars, efforts = zeros(workspace.state_room[StateRoom.WARS]), zeros(workspace.state_room[StateRoom.EFFORTS])
    called, came = zeros(workspace.state_room[StateRoom.CALLED]), zeros(workspace.state_room[StateRoom.CAME])
    count_wars(world, wars)
    for k in range(odds.size):
        theatre, dice = world.theatres[k], r.luck.theatre[k]
        workspace.marks[k].spoils = 0.0
        if theatre.war == 0:
            continue
        odds[k] = wage(r, k, uniform(dice, TheatreDraw.WAR_GROWTH), wars, losses, efforts)
        workspace.log.flows[Metric.BATTLE_DEATHS] += theatre.killed
        outcome = GOES_ON
        if nuclear_use(r, k, uniform(dice, TheatreDraw.NUCLEAR), losses):
            outcome = NUCLEAR
        elif uniform(dice, TheatreDraw.WAR_STOP) < chance_of_ending(
            p.war_stop, p.war_clarity, odds[k], p.war_hardening, theatre.intensity
        ):
            outcome = outcome_of(p, odds[k], uniform(dice, TheatreDraw.WAR_OUTCOME))
        if outcome != GOES_ON:
            count_calls(world, k, called, came)
            workspace.marks[k].spoils = end_war(r, k, outcome, odds[k])
    for i in range(wars.size):
        world.states[i].war_effort = min(1.0, efforts[i])
    judge_reliability(r, called, came)


@kernel
def fight(r: Round) -> None:
    """War breaks out, draws others in, is waged and may end; control moves everywhere by the balance of forces."""
    world, workspace = r.world, r.workspace
    losses, odds = zeros(workspace.state_room[StateRoom.LOSSES]), zeros(workspace.theatre_room[TheatreRoom.ODDS])
    outbreaks(r)
    join_wars(r)
    widen_wars(r)
    wage_wars(r, losses, odds)
    shift = zeros(workspace.theatre_room[TheatreRoom.SHIFT])
    for k in range(odds.size):
        shift[k] = contest_control(open_case(r, k), odds[k]) + workspace.marks[k].spoils
    keep_within_hold(world, workspace, shift)
    shift_control(world, workspace, shift)
    for k in range(odds.size):
        theatre = world.theatres[k]
        if workspace.marks[k].won == 1:  # what a victor holds is his for good
            theatre.recognised = theatre.control
        annex(r, k)
    for i in range(losses.size):
        world.states[i].capability *= 1.0 - min(GREATEST_LOSS, losses[i])
