"""Phase 8, order and alignment: norms erode or hold, and the threatened look for protection."""

from greatpowers.core.context import Round
from greatpowers.core.declare import Floats
from greatpowers.core.equations.belief import past_actions
from greatpowers.core.equations.economy import alliance_next, order_next, wear
from greatpowers.core.equations.response import membership, stake_of_order
from greatpowers.core.kernel import inlined, kernel
from greatpowers.core.ladder import SEVERITY, Rung
from greatpowers.core.log import NAN, NONE, Event, write
from greatpowers.core.workspace import Guardian, PairColumn, StateRoom, zeros


@kernel
def keep_order(r: Round) -> None:
    """The order wears down by the share of the world's power that breaks it, each power by the gravest of its breaches.

    So neither the number of states nor how finely a map is cut makes an order weaker. Interference, short of any
    militarized act, is what powers do all the time, and no breach. An answer limits the loss and never adds. Time heals
    slowly, towards the level that would stay if nothing happened and that the power of those who live for the order can
    carry.
    """
    world, p, workspace = r.world, r.p, r.workspace
    system, gravest = world.system[0], zeros(workspace.state_room[StateRoom.GRAVEST])
    worn = gross = upheld = 0.0
    for k in range(world.theatres.size):
        theatre = world.theatres[k]
        c, severity = theatre.challenger, SEVERITY[theatre.rung]
        if theatre.rung >= Rung.PROVOCATION:
            gravest[c] = max(gravest[c], wear(severity, theatre.answered, p.answer_limit))
        gross = max(gross, severity if theatre.rung > theatre.previous_rung else 0.0)
    for i in range(world.states.size):
        power = workspace.standing[i].power
        upheld += power * world.states[i].order_weight
        worn += power * gravest[i]
    system.gross = gross
    untroubled = min(1.0, system.untroubled * upheld)
    system.order = order_next(system.order, worn, p.order_down, p.order_reversion, untroubled)


@inlined
def survey_threats(r: Round, threat: Floats, neutral: Floats) -> None:
    """Threat to each host [N], neutrality it is bound to [N], and by whom it is pressed."""
    world = r.world
    for k in range(world.theatres.size):
        theatre = world.theatres[k]
        c, h, severity = theatre.challenger, theatre.host, SEVERITY[theatre.rung]
        if theatre.rung >= Rung.PROVOCATION:
            threat[h] = max(threat[h], severity)
            r.workspace.pressing[h, c] = 1
        if theatre.deal == 1:
            neutral[h] = max(neutral[h], theatre.deal_neutrality)


@inlined
def turn_to(r: Round, h: int, threat: float, neutral: float, belief: float, after: Floats) -> None:
    """Where the alliance of host h with each state goes, into `after` [N].

    What it would want with a guardian is as strong as that one is great, bound to the order and believed.
    """
    world, p, workspace = r.world, r.p, r.workspace
    alliances, treaties, pressing = (
        workspace.towards[PairColumn.ALLIANCE, h],
        workspace.towards[PairColumn.TREATY, h],
        workspace.pressing[h],
    )
    weight, resolve, great = (
        workspace.guardians[Guardian.ORDER_WEIGHT], workspace.guardians[Guardian.RESOLVE],
        workspace.guardians[Guardian.GREAT],
    )  # fmt: skip
    order, aligning, pull = world.system[0].order, p.aligning, p.treaty_pull
    bandwagon = (1.0 - belief) * (1.0 - world.states[h].order_weight)
    for g in range(after.size):
        stake = membership(stake_of_order(weight[g], order), alliances[g], 0.0)
        wanted = max(alliances[g], belief * resolve[g] * stake * great[g]) * (1.0 - neutral)
        appeal = bandwagon if pressing[g] == 1 else wanted
        after[g] = alliance_next(alliances[g], treaties[g], threat, appeal, aligning, pull)
    after[h] = alliances[h]


@kernel
def align(r: Round) -> None:
    """Threatened hosts draw near to credible guardians, or to the challenger where guardians are not believed."""
    world, workspace = r.world, r.workspace
    n = world.states.size
    threat, neutral = zeros(workspace.state_room[StateRoom.THREAT]), zeros(workspace.state_room[StateRoom.NEUTRAL])
    alliances_after = zeros(workspace.state_room[StateRoom.ALLIANCES])
    survey_threats(r, threat, neutral)
    for h in range(n):
        host = world.states[h]
        belief = past_actions(host.answered_count, host.unanswered_count)
        standing = workspace.standing[h]
        if threat[h] == 0.0 and standing.adrift == 0:
            continue
        alliances, treaties, standing.adrift = (
            workspace.towards[PairColumn.ALLIANCE, h],
            workspace.towards[PairColumn.TREATY, h],
            0,
        )
        turn_to(r, h, threat[h], neutral[h], belief, alliances_after)
        for g in range(n):
            before, after = alliances[g], alliances_after[g]
            if after != treaties[g] and g != h:
                standing.adrift = 1
            if after == before:
                continue
            world.pairs[g, h].alliance = alliances[g] = after
            if (before < 0.5) != (after < 0.5):
                write(workspace.log, r.now, Event.ALIGNMENT, NONE, h, g, before, after, belief, threat[h], NAN)
    for k in range(world.theatres.size):
        workspace.pressing[world.theatres[k].host, world.theatres[k].challenger] = 0
