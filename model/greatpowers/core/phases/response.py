"""Phase 4, response: the host decides, then every guardian; all from one snapshot, then it takes effect."""

from greatpowers.core.context import Case, Round, open_case
from greatpowers.core.declare import Floats, Ints
from greatpowers.core.equations.belief import clip, past_actions
from greatpowers.core.equations.choice import at_stake_at_home, logit, loss_in_war, prize
from greatpowers.core.equations.response import (
    ALLIED,
    MOST_HOSTILITY,
    approach,
    balancing_stake,
    effective_breadth,
    explicit_demand,
    presence_wish,
    sanctions_advantage,
    spared_by_yielding,
    yielding_point,
)
from greatpowers.core.fast import answer_all, exact_answer, take_part
from greatpowers.core.kernel import inlined, kernel
from greatpowers.core.ladder import SEVERITY, Rung
from greatpowers.core.log import NAN, Event, Log, write
from greatpowers.core.luck import GuardianDraw, TheatreDraw, draw_guardians, uniform
from greatpowers.core.metrics import Metric
from greatpowers.core.phases.assessment import (
    left_short_of_war,
    most_under_deal,
    odds_as_hosts_see_them,
    standing_severity,
)
from greatpowers.core.phases.control import hand_over
from greatpowers.core.phases.leadership import SANCTIONED
from greatpowers.core.rules import ask
from greatpowers.core.workspace import (
    GUARDIAN,
    HOST,
    Guardian,
    GuardianHere,
    PairColumn,
    Scratch,
    StateRoom,
    TheatreRoom,
    Workspace,
    zeros,
)
from greatpowers.core.world import World

# A state lends presence or aid to a rival's victim up to this share of its force, however much it would like to.
# Assumed: a fifth, since nobody leaves home bare for a stranger.
BALANCER_CEILING = 0.2

# Spread of a host's choice to appeal, in belief. Assumed: .3 to either side of even odds makes it seven in eight sure.
APPEAL_NOISE = 0.15

# Wish at which joining sanctions and staying out are equally good: somebody must want it for anything to happen.
# Assumed: less than half of what a full and resolute member wishes at proxy support.
SANCTIONS_THRESHOLD = 0.1

# Sanctions that nothing declares are over below this level: too little to be kept up by anybody.
LEAST_SANCTIONS = 0.01


@kernel
def land_to_cede(case: Case) -> float:
    """Share of the host that may still change hands short of war: none where there is no land to hold."""
    return left_short_of_war(case.host_standing.held) if case.theatre.landless == 0 else 0.0


@kernel
def chance_of_giving_way(case: Case, balance: float) -> float:
    """Chance that a host facing a step up does not resist, by its doctrine and the odds in war.

    It weighs what giving in costs against the war it fears, by how ready the challenger is for one.
    """
    p, theatre, host = case.p, case.theatre, case.host
    lost = loss_in_war(p.war_loss, 1.0 - balance, case.challenger.nuclear, p.nuclear_dread, p.victory_price)
    home = at_stake_at_home(p.homeland, theatre.landless)
    spared = spared_by_yielding(
        case.trace.war_chance, lost, home, p.spoils, balance, p.yield_transfer * land_to_cede(case),
        SEVERITY[theatre.rung],
    )  # fmt: skip
    point = yielding_point(p.yield_point, host.power_weight, host.order_weight, host.welfare_weight)
    return logit(spared - point, p.yield_noise)


@kernel
def host_yields(case: Case, log: Log, balance: float, chance: float) -> bool:
    """A host facing a step up gives way, by this chance, or resists and may appeal; whether it yields what is asked.

    Where it gives way and nothing was asked of it, it lets the step pass. Either way the challenger goes home.
    """
    k, theatre, host = case.k, case.theatre, case.host
    rung, draw = 1.0 * theatre.rung, uniform(case.luck, TheatreDraw.HOST)
    belief = past_actions(host.answered_count, host.unanswered_count)
    yielding = chance * explicit_demand(SEVERITY[theatre.rung], case.p.demand)
    if draw < yielding:
        theatre.standing_down = 1
        write(log, case.now, Event.YIELD, k, theatre.host, theatre.challenger, rung, rung, balance, yielding, draw)
        return True
    if draw < chance:
        theatre.standing_down = 1
        passing = chance - yielding
        write(log, case.now, Event.LET_PASS, k, theatre.host, theatre.challenger, rung, rung, balance, passing, draw)
        return False
    if theatre.resisted == 0:
        write(
            log, case.now, Event.RESISTANCE, k, theatre.host, theatre.challenger, rung, rung, balance, 1.0 - chance,
            draw,
        )  # fmt: skip
    theatre.resisted = 1
    appeal, draw = logit(belief - 0.5, APPEAL_NOISE), uniform(case.luck, TheatreDraw.APPEAL)
    if theatre.appealed == 0 and draw < appeal:
        theatre.appealed = 1
        write(log, case.now, Event.APPEAL, k, theatre.host, theatre.challenger, rung, rung, belief, appeal, draw)
    return False


@inlined
def hosts_decide(r: Round) -> None:
    """Every host whose challenger has just stepped up to a crisis decides; those who yield cede control for good."""
    world = r.world
    handed_over = zeros(r.workspace.theatre_room[TheatreRoom.HANDED_OVER])
    for k in range(world.theatres.size):
        theatre = world.theatres[k]
        stepped_up = theatre.rung > theatre.previous_rung and theatre.rung >= Rung.PROVOCATION
        if not stepped_up or theatre.war == 1 or theatre.standing_down == 1:
            continue
        case = open_case(r, k)
        balance = odds_as_hosts_see_them(case)
        chance = chance_of_giving_way(case, balance)
        if r.workspace.rules[HOST] != 0:
            chance = ask(r.workspace.rules, r.workspace.fault, HOST, world, case, theatre.host, chance)
        if host_yields(case, r.workspace.log, balance, chance):
            handed_over[k] = r.p.yield_transfer * SEVERITY[theatre.rung] * land_to_cede(case)
    hand_over(world, r.workspace, handed_over)


@inlined
def weigh_joining(r: Round, k: int, declared: float, severity: float) -> None:
    """What each state would gain by taking part in the theatre's sanctions, and its answer where that is plain."""
    world, p, workspace = r.world, r.p, r.workspace
    theatre, lever, members, guardians = (
        world.theatres[k],
        r.levers[k],
        workspace.guard[k, GuardianHere.MEMBERSHIP],
        workspace.guardians,
    )
    secondary, appeal = lever.secondary, p.appeal_pull * theatre.appealed
    weight, habit, joined = p.trade_at_stake, p.habit, workspace.guard[k, GuardianHere.JOINED]
    advantages, trade = workspace.scratch[Scratch.ADVANTAGE], workspace.towards[PairColumn.TRADE, theatre.challenger]
    for g in range(members.size):
        m = members[g]
        pull = appeal * m + secondary * guardians[Guardian.LEADER_TRADE, g]
        wish = sanctions_advantage(
            declared, m, severity, guardians[Guardian.RESOLVE, g], trade[g],
            guardians[Guardian.OPENNESS, g], weight, habit * joined[g], pull,
        )  # fmt: skip
        advantages[g] = wish - SANCTIONS_THRESHOLD
    draws = workspace.scratch[Scratch.DRAW]
    draw_guardians(r.luck, k, GuardianDraw.SANCTIONS, draws)
    answer_all(advantages, draws, p.join_noise, workspace.scratch[Scratch.ANSWER])
    if workspace.rules[GUARDIAN] != 0:
        ask_guardians(
            workspace.rules, workspace.fault, world, open_case(r, k), members, p.join_noise, workspace.scratch
        )


@kernel
def ask_guardians(
    rules: Ints, fault: Floats, world: World, case: Case, members: Floats, noise: float, scratch: Floats
) -> None:
    """Put every member's answer by a rule of the user's own in place of that by its wish."""
    for g in range(members.size):
        if members[g] > 0.0:
            chance = logit(scratch[Scratch.ADVANTAGE, g], noise)
            chance = ask(rules, fault, GUARDIAN, world, case, g, chance)
            scratch[Scratch.ANSWER, g] = 1.0 if scratch[Scratch.DRAW, g] < chance else 0.0


@inlined
def join_sanctions(r: Round, k: int, declared: float, severity: float) -> float:
    """Each state decides whether to take part in the theatre's sanctions; returns their breadth before busting.

    Old sanctions that a policy no longer declares lose their senders by the same choice.
    """
    world, workspace = r.world, r.workspace
    theatre = world.theatres[k]
    custom, trade = (
        workspace.towards[PairColumn.CUSTOM, theatre.challenger],
        workspace.standing[theatre.challenger].trade,
    )
    members, joined, stances = (
        workspace.guard[k, GuardianHere.MEMBERSHIP],
        workspace.guard[k, GuardianHere.JOINED],
        world.stances[k],
    )
    answers, draws = workspace.scratch[Scratch.ANSWER], workspace.scratch[Scratch.DRAW]
    taking_part = custom[theatre.host]
    if severity > 0.0:
        weigh_joining(r, k, declared, severity)
    for g in range(members.size if severity > 0.0 else 0):
        answers[g] = exact_answer(answers[g], draws[g], workspace.scratch[Scratch.ADVANTAGE, g], r.p.join_noise)
    workspace.log.flows[Metric.SANCTIONS_IMPOSED] += take_part(answers if severity > 0.0 else joined, members, joined)
    for g in range(members.size):
        stances[g].sanctioning = joined[g]
        taking_part += joined[g] * custom[g]
    return min(1.0, taking_part / trade) if trade > 0.0 else 0.0


@inlined
def release_senders(world: World, workspace: Workspace, k: int) -> None:
    """Nobody takes part in the theatre's sanctions any more."""
    joined = workspace.guard[k, GuardianHere.JOINED]
    for g in range(joined.size):
        if joined[g] != 0.0:
            world.stances[k, g].sanctioning = joined[g] = 0.0


@inlined
def set_sanctions(r: Round, k: int) -> None:
    """Level and breadth of the theatre's sanctions: fast up, slow down, less whatever relief a deal has paid."""
    world, p, levers = r.world, r.p, r.levers
    theatre, leader = world.theatres[k], world.system[0].leader
    declared = levers[k].sanctions if leader >= 0 else 0.0
    severity, before = standing_severity(theatre, theatre.rung), theatre.sanctions
    if declared > 0.0 or before >= LEAST_SANCTIONS:
        breadth = join_sanctions(r, k, declared, severity)
        theatre.breadth = effective_breadth(breadth, p.busting, levers[k].secondary)
    else:
        release_senders(world, r.workspace, k)
    target = declared * severity * world.states[max(leader, 0)].resolve
    if theatre.deal == 1:
        theatre.sanctions = min(before, most_under_deal(theatre))
    else:
        theatre.sanctions = approach(before, target, p.sanctions_rise, p.sanctions_fall)
    if abs(theatre.sanctions - before) > 0.05:
        write(
            r.workspace.log, r.now, Event.SANCTIONS, k, leader, theatre.challenger, before, theatre.sanctions,
            theatre.sanctions, target, theatre.breadth,
        )  # fmt: skip


@kernel
def denial(case: Case, rivalry: float, reach: float, power_weight: float, power: float) -> float:
    """Share of its force a balancer would spend to deny a rival the prize, in [0, BALANCER_CEILING]."""
    p = case.p
    worth = prize(case.theatre.salience, case.host_standing.power, power, p.intangible)
    stake = p.balancing * balancing_stake(power_weight, worth, rivalry)
    gain = stake * reach * SEVERITY[case.theatre.rung] - p.operations
    return float(min(BALANCER_CEILING, max(0.0, gain)))


@kernel
def at_odds(workspace: Workspace, one: int, other: int) -> float:
    """How far two states are rivals: by position, or by the hostility that their past has left."""
    return float(
        max(workspace.towards[PairColumn.RIVALRY, other, one], workspace.towards[PairColumn.HOSTILITY, other, one])
    )


@inlined
def is_balancer(workspace: Workspace, g: int, c: int, h: int) -> bool:
    """Whether great power g may stand beside h against c: no ally of c, not hostile to h, more at odds with c than h.

    Only great powers balance so: what becomes of a stranger's land weighs nothing with the small, who look for shelter
    instead  (Walt 1987). Whoever is under the coalition's sanctions itself guards nobody.
    """
    if workspace.standing[g].sanctioned == 1:
        return False
    hostile = workspace.towards[PairColumn.HOSTILITY, h, g] > MOST_HOSTILITY
    allied = workspace.towards[PairColumn.ALLIANCE, c, g] >= ALLIED
    return bool(at_odds(workspace, g, h) < at_odds(workspace, g, c) and not hostile and not allied)


@inlined
def declared_presence(case: Case) -> float:
    """Presence the policy declares for a theatre as things stand: standing, and more past the red line."""
    theatre, lever = case.theatre, case.lever
    if case.system.leader < 0:
        return 0.0
    standing = lever.standing * (1.0 - theatre.deal_neutrality) if theatre.deal == 1 else lever.standing
    if theatre.rung < lever.red_line:
        return float(standing)
    return max(standing, lever.presence)


@inlined
def wish_presence(r: Round, case: Case) -> None:
    """What every guardian would like to have in theatre k, from the snapshot; balancers also shape the aid it gets."""
    world, p, workspace = r.world, r.p, r.workspace
    k, mark, declared = case.k, case.mark, declared_presence(case)
    quiet, facing = case.theatre.rung < Rung.PROXY_SUPPORT, case.challenger.nuclear
    mark.declared, mark.balancers, without = declared, 0.0, 1.0
    mark.idle = 1 if quiet and declared <= 0.0 and mark.posted <= 0.0 else 0
    wish, camp, here = (
        workspace.guard[k, GuardianHere.WISH],
        workspace.guard[k, GuardianHere.CAMP],
        workspace.guard[k, GuardianHere.HERE],
    )
    guardians, n, fear, speed = workspace.guardians, world.states.size, p.nuclear_fear, p.deployment
    if mark.idle == 1:
        return
    resolve = guardians[Guardian.RESOLVE]
    for g in range(n):
        wish[g] = presence_wish(declared, resolve[g], camp[g], facing, fear)
    c, h = world.theatres[k].challenger, world.theatres[k].host
    reach, great = workspace.towards[PairColumn.REACH, h], guardians[Guardian.GREAT]
    for g in range(0 if quiet else n):
        if great[g] == 0.0:
            continue
        rivalry = at_odds(workspace, g, c)
        if rivalry > 0.0 and g != h and is_balancer(workspace, g, c, h):
            power, weight = guardians[Guardian.POWER, g], world.states[g].power_weight
            denying = denial(case, rivalry, reach[g], weight, power)
            without *= 1.0 - denying
            wish[g] = max(wish[g], denying)
    mark.balancers = 1.0 - without
    for g in range(n):
        after = approach(here[g], wish[g], speed, speed)
        wish[g] = after if max(camp[g], wish[g]) > 0.0 else 0.0  # who does not belong goes home at once


@inlined
def deploy(r: Round) -> None:
    """Send what was wished, scaled down where a guardian's force, less what it has at war, would not suffice.

    Whoever has come under the coalition's sanctions this round goes home with it.
    """
    world, workspace = r.world, r.workspace
    states, marks = world.states, workspace.marks
    wanted, share = zeros(workspace.state_room[StateRoom.WANTED]), zeros(workspace.state_room[StateRoom.SHARE])
    for g in range(states.size):
        share[g] = 1.0
    for k in range(marks.size):
        if world.theatres[k].sanctions > SANCTIONED:
            share[world.theatres[k].challenger] = 0.0
    for k in range(marks.size):
        wish = workspace.guard[k, GuardianHere.WISH]
        for g in range(states.size if marks[k].idle == 0 else 0):
            wanted[g] += wish[g]
    for g in range(states.size):
        free = 1.0 - min(1.0, states[g].war_effort)
        if wanted[g] > free:
            share[g] *= free / wanted[g]
    for k in range(marks.size):
        guards, stances, force = workspace.guard[k], world.stances[k], 0.0
        arriving = workspace.towards[PairColumn.ARRIVING, world.theatres[k].host]
        for g in range(states.size if marks[k].idle == 0 else 0):
            before, after = guards[GuardianHere.HERE, g], guards[GuardianHere.WISH, g] * share[g]
            if before == 0.0 and after <= 1e-6:
                continue
            presence = after if after > 1e-6 else 0.0
            stances[g].presence = guards[GuardianHere.HERE, g] = presence
            force += presence * arriving[g]
            if (before < 0.01) != (after < 0.01):
                write(
                    workspace.log, r.now, Event.PRESENCE, k, g, world.theatres[k].challenger, before, after,
                    after, marks[k].declared, states[g].resolve,
                )  # fmt: skip
        marks[k].force = force


@inlined
def send_aid(case: Case) -> None:
    """Aid to the host: the policy's level by the guardians' will, or what balancers give; none in quiet times."""
    p, theatre = case.p, case.theatre
    target = max(case.lever.aid * case.mark.will, case.mark.balancers) if theatre.rung >= Rung.PROVOCATION else 0.0
    theatre.aid = clip(approach(theatre.aid, target, p.deployment, p.deployment))


@inlined
def strike(r: Round, case: Case) -> None:
    """Answer open intervention with a strike, if policy allows and the leader has the will."""
    workspace, k = r.workspace, case.k
    theatre, leader = case.theatre, case.system.leader
    case.mark.struck = 0.0
    if leader < 0 or theatre.rung < Rung.OPEN_INTERVENTION or workspace.guard[k, GuardianHere.CAMP, leader] <= 0.0:
        return
    resolve, draw = case.lever.strike * r.world.states[leader].resolve, uniform(case.luck, TheatreDraw.STRIKE)
    if draw >= resolve:
        return
    undone = r.p.strike_effect * max(0.0, theatre.control - theatre.recognised)
    theatre.control -= undone
    case.mark.struck = 1.0
    write(workspace.log, r.now, Event.STRIKE, k, leader, theatre.challenger, NAN, NAN, resolve, draw, undone)


@kernel
def respond(r: Round) -> None:
    """Hosts decide; then sanctions, presence, aid and strikes, each guardian by its own stake."""
    hosts_decide(r)
    for k in range(r.world.theatres.size):
        case = open_case(r, k)
        wish_presence(r, case)
        set_sanctions(r, k)
        send_aid(case)
        strike(r, case)
    deploy(r)
