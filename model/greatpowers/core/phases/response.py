"""Phase 4, response: the host decides, then every guardian; all from one snapshot, then it takes effect."""

import numpy as np

from greatpowers.core.case import Case, open_case
from greatpowers.core.declare import Row
from greatpowers.core.desk import Desk, RoundLuck
from greatpowers.core.equations.belief import clip, past_actions
from greatpowers.core.equations.choice import logit, prize
from greatpowers.core.equations.response import (
    approach,
    balancing_stake,
    effective_breadth,
    presence_wish,
    sanctions_advantage,
    yielding_point,
)
from greatpowers.core.kernel import kernel, spliced
from greatpowers.core.ladder import SEVERITY, Rung
from greatpowers.core.levers import Levers
from greatpowers.core.log import NAN, Event, write
from greatpowers.core.metrics import Metric
from greatpowers.core.parameters import Parameters
from greatpowers.core.phases.appraisal import balance_at, standing_severity
from greatpowers.core.phases.control import shift_control
from greatpowers.core.world import World

# A state lends presence or aid to a rival's victim up to this share of its force, however much it would like to.
BALANCER_CEILING = 0.2

# Spread of a host's choice to appeal, in belief.
APPEAL_NOISE = 0.15

# The lowest rung at which force is used, as a plain number for Numba.
LEAST_FORCE = int(Rung.LIMITED_INTERVENTION)

# Wish at which joining sanctions and staying out are equally good: somebody must want it for anything to happen.
SANCTIONS_THRESHOLD = 0.1


@kernel
def host_yields(case: Case, p: Parameters, now: int, desk: Desk, k: int) -> bool:
    """A host facing a step up yields (True) or resists, by its doctrine and odds; resisting, it may appeal.

    It weighs the contest as it would be if it came to force, and yields the less readily the less is done to it.
    """
    theatre, host = case.theatre, case.host
    rung = 1.0 * theatre.rung
    belief = past_actions(host.kept, host.broken)
    in_force = max(theatre.rung, LEAST_FORCE)
    balance = balance_at(case, p, in_force, case.mark.force, belief * case.trace.true_shield)
    point = yielding_point(p.yield_point, host.power_weight, host.order_weight, host.welfare_weight)
    chance, draw = SEVERITY[theatre.rung] * logit(balance - point, p.yield_noise), case.luck.host
    if draw < chance:
        write(desk.log, now, Event.YIELD, k, theatre.host, theatre.challenger, rung, rung, balance, chance, draw)
        return True
    if theatre.resisted == 0:
        write(desk.log, now, Event.RESISTANCE, k, theatre.host, theatre.challenger, rung, rung, balance, chance, draw)
    theatre.resisted = 1
    appeal, draw = logit(belief - 0.5, APPEAL_NOISE), case.luck.appeal
    if theatre.appealed == 0 and draw < appeal:
        theatre.appealed = 1
        write(desk.log, now, Event.APPEAL, k, theatre.host, theatre.challenger, rung, rung, belief, appeal, draw)
    return False


@spliced
def hosts_decide(world: World, p: Parameters, levers: Levers, luck: RoundLuck, now: int, desk: Desk) -> None:
    """Every host whose challenger has just stepped up to a crisis decides; those who yield hand over control."""
    handed_over = np.zeros(world.theatres.size)
    for k in range(world.theatres.size):
        theatre = world.theatres[k]
        stepped_up = theatre.rung > theatre.previous_rung and theatre.rung >= Rung.PROVOCATION
        if not stepped_up or theatre.war == 1 or theatre.standing_down == 1:
            continue
        case = open_case(world, levers, luck, desk, k)
        if host_yields(case, p, now, desk, k):
            theatre.standing_down = 1
            handed_over[k] = p.yield_transfer * SEVERITY[theatre.rung] * max(0.0, 1.0 - case.host_standing.held)
    shift_control(world, handed_over)


@spliced
def join_sanctions(
    world: World, p: Parameters, levers: Levers, luck: RoundLuck, desk: Desk, k: int, severity: float
) -> float:
    """Each state decides whether to take part in the theatre's sanctions; returns their breadth before busting."""
    theatre, lever, leader = world.theatres[k], levers[k], world.system[0].leader
    c = theatre.challenger
    taking_part, trade = world.pairs[c, theatre.host].trade, desk.standing[c].trade
    states, guards, stances, pairs, draws = world.states, desk.guard[k], world.stances[k], world.pairs, luck.guardian[k]
    for g in range(states.size):
        guard, stance, state = guards[g], stances[g], states[g]
        m = guard.membership
        if m <= 0.0:
            stance.sanctioning = 0.0
            continue
        if severity > 0.0:
            before = stance.sanctioning
            pull = p.appeal_pull * theatre.appealed * m + lever.secondary * pairs[g, leader].trade
            wish = sanctions_advantage(
                lever.sanctions, m, severity, state.resolve, guard.trade, state.openness,
                p.trade_at_stake, p.habit * before, pull,
            )  # fmt: skip
            joins = draws[g].sanctions < logit(wish - SANCTIONS_THRESHOLD, p.join_noise)
            stance.sanctioning = 1.0 if joins else 0.0
            if joins and before == 0.0:
                desk.flows[Metric.SANCTIONS_IMPOSED] += 1.0
        taking_part += stance.sanctioning * pairs[c, g].trade
    return min(1.0, taking_part / trade) if trade > 0.0 else 0.0


@spliced
def release_senders(world: World, k: int) -> None:
    """Nobody takes part in the theatre's sanctions any more."""
    for g in range(world.states.size):
        world.stances[k, g].sanctioning = 0.0


@spliced
def set_sanctions(world: World, p: Parameters, levers: Levers, luck: RoundLuck, now: int, desk: Desk, k: int) -> None:
    """Level and breadth of the theatre's sanctions: fast up, slow down, less whatever relief a deal has paid."""
    theatre, leader = world.theatres[k], world.system[0].leader
    declared = levers[k].sanctions if leader >= 0 else 0.0
    severity, before = standing_severity(theatre, theatre.rung), theatre.sanctions
    if declared > 0.0:
        breadth = join_sanctions(world, p, levers, luck, desk, k, severity)
        theatre.breadth = effective_breadth(breadth, p.busting, levers[k].secondary)
    elif before < 0.01:
        release_senders(world, k)
    target = declared * severity * world.states[max(leader, 0)].resolve
    if theatre.deal == 1:
        ceiling = theatre.deal_sanctions * (1.0 - theatre.deal_relief * theatre.deal_paid)
        theatre.sanctions = min(before, ceiling)
    else:
        theatre.sanctions = approach(before, target, p.sanctions_rise, p.sanctions_fall)
    if abs(theatre.sanctions - before) > 0.05:
        write(
            desk.log, now, Event.SANCTIONS, k, leader, theatre.challenger, before, theatre.sanctions,
            theatre.sanctions, target, theatre.breadth,
        )  # fmt: skip


@kernel
def denial(case: Case, p: Parameters, guard: Row, power_weight: float, power: float) -> float:
    """Share of its force a balancer would spend to deny a rival the prize, in [0, BALANCER_CEILING]."""
    worth = prize(case.theatre.salience, case.host_standing.power, power, p.intangible)
    stake = p.balancing * balancing_stake(power_weight, worth, guard.rivalry)
    gain = stake * guard.reach * SEVERITY[case.theatre.rung] - p.operations
    return min(BALANCER_CEILING, max(0.0, gain))


@kernel
def declared_presence(case: Case) -> float:
    """Presence the policy declares for a theatre as things stand: standing, and more past the red line."""
    theatre, lever = case.theatre, case.lever
    if case.system.leader < 0:
        return 0.0
    standing = lever.standing * (1.0 - theatre.deal_neutrality) if theatre.deal == 1 else lever.standing
    if theatre.war == 0 and theatre.rung < lever.red_line:
        return float(standing)
    return max(standing, lever.presence)


@spliced
def wish_presence(world: World, case: Case, p: Parameters, desk: Desk, k: int) -> None:
    """What every guardian would like to have in theatre k, from the snapshot; balancers also shape the aid it gets."""
    mark, declared = case.mark, declared_presence(case)
    quiet, facing = case.theatre.rung < Rung.PROXY_SUPPORT, case.challenger.nuclear
    mark.declared, mark.balancers, without = declared, 0.0, 1.0
    mark.idle = 1 if quiet and declared <= 0.0 and mark.posted <= 0.0 else 0
    states, guards, stances, standings = world.states, desk.guard[k], world.stances[k], desk.standing
    for g in range(states.size if mark.idle == 0 else 0):
        guard, state, here = guards[g], states[g], stances[g].presence
        wish = presence_wish(declared, state.resolve, guard.membership, facing, state.nuclear, p.nuclear_fear)
        if not quiet and guard.rivalry > 0.0:
            denying = denial(case, p, guard, state.power_weight, standings[g].power)
            without *= 1.0 - denying
            wish = max(wish, denying)
        guard.wish = approach(here, wish, p.deployment, p.deployment)
    mark.balancers = 1.0 - without


@spliced
def deploy(world: World, now: int, desk: Desk) -> None:
    """Send what was wished, scaled down where a guardian's force, less what it has at war, would not suffice."""
    states, marks = world.states, desk.marks
    wanted = np.zeros(states.size)
    for k in range(marks.size):
        guards = desk.guard[k]
        for g in range(states.size if marks[k].idle == 0 else 0):
            wanted[g] += guards[g].wish
    for k in range(marks.size):
        guards, stances, force = desk.guard[k], world.stances[k], 0.0
        for g in range(states.size if marks[k].idle == 0 else 0):
            stance, guard, free = stances[g], guards[g], 1.0 - min(1.0, states[g].war_effort)
            before, after = stance.presence, guard.wish * (free / wanted[g] if wanted[g] > free else 1.0)
            stance.presence = after if after > 1e-6 else 0.0
            force += stance.presence * guard.arriving
            if (before < 0.01) != (after < 0.01):
                write(
                    desk.log, now, Event.PRESENCE, k, g, world.theatres[k].challenger, before, after,
                    after, marks[k].declared, states[g].resolve,
                )  # fmt: skip
        marks[k].force = force


@spliced
def send_aid(case: Case, p: Parameters) -> None:
    """Aid to the host: the policy's level by the guardians' will, or what balancers give; none in quiet times."""
    theatre = case.theatre
    will = case.mark.will if case.system.leader >= 0 else 0.0
    target = max(case.lever.aid * will, case.mark.balancers) if theatre.rung >= Rung.PROVOCATION else 0.0
    theatre.aid = clip(approach(theatre.aid, target, p.deployment, p.deployment))


@spliced
def strike(world: World, case: Case, p: Parameters, now: int, desk: Desk, k: int) -> None:
    """Answer open intervention with a strike, if policy allows and the leader has the will."""
    theatre, leader = case.theatre, case.system.leader
    case.mark.struck = 0.0
    if leader < 0 or theatre.rung < Rung.OPEN_INTERVENTION:
        return
    resolve, draw = case.lever.strike * world.states[leader].resolve, case.luck.strike
    if draw >= resolve:
        return
    undone = p.strike_effect * max(0.0, theatre.control - theatre.recognised)
    theatre.control -= undone
    case.mark.struck = 1.0
    write(desk.log, now, Event.STRIKE, k, leader, theatre.challenger, NAN, NAN, resolve, draw, undone)


@kernel
def respond(world: World, p: Parameters, levers: Levers, luck: RoundLuck, now: int, desk: Desk) -> None:
    """Hosts decide; then sanctions, presence, aid and strikes, each guardian by its own stake."""
    hosts_decide(world, p, levers, luck, now, desk)
    for k in range(world.theatres.size):
        case = open_case(world, levers, luck, desk, k)
        wish_presence(world, case, p, desk, k)
        set_sanctions(world, p, levers, luck, now, desk, k)
        send_aid(case, p)
        strike(world, case, p, now, desk, k)
    deploy(world, now, desk)
