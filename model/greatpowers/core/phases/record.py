"""Phase 9, record: the round's metrics."""

import math

from greatpowers.core.context import Round
from greatpowers.core.declare import Floats
from greatpowers.core.kernel import inlined, kernel
from greatpowers.core.ladder import GREAT_POWER_WAR_LEVEL, HOSTILITY, NUCLEAR_LEVEL, SEVERITY
from greatpowers.core.levers import Lever
from greatpowers.core.metrics import Metric
from greatpowers.core.workspace import PairColumn, StateRoom, Workspace, zeros
from greatpowers.core.world import TheatreRow, World

# Order weight from which a state is one of the order's followers, and the share of it that nobody survives losing.
FOLLOWER = 0.5
LOST = 0.5


@kernel
def level_of(theatre: TheatreRow) -> int:
    """Hostility level of a theatre in the MID coding; 5 in war whatever the rung, 8 in great-power war."""
    if theatre.great_power_war == 1:
        return GREAT_POWER_WAR_LEVEL
    return 5 if theatre.war == 1 else int(HOSTILITY[theatre.rung])


@inlined
def record_escalation(r: Round, row: Floats) -> None:
    """Levels, rungs, severity and wars under way."""
    world = r.world
    severity = highest = rung = wars = 0.0
    for k in range(world.theatres.size):
        theatre = world.theatres[k]
        level = level_of(theatre)
        highest, rung = max(highest, 1.0 * level), max(rung, 1.0 * theatre.rung)
        severity += 1.0 if theatre.war == 1 else SEVERITY[theatre.rung]
        wars += theatre.war
        row[Metric.LEVEL_1 + min(level, 5) - 1] += 1.0
    row[Metric.HIGHEST_LEVEL] = NUCLEAR_LEVEL if r.workspace.log.flows[Metric.NUCLEAR_USES] > 0.0 else highest
    row[Metric.HIGHEST_RUNG], row[Metric.WARS_UNDER_WAY] = rung, wars
    row[Metric.MEAN_SEVERITY] = severity / max(1, world.theatres.size)
    row[Metric.PEACE] = 1.0 if wars == 0.0 else 0.0


@kernel
def concentration(workspace: Workspace) -> float:
    """CON over the great powers, sqrt((Σp² - 1/n)/(1 - 1/n)), p renormalised; 1 for one power  (Singer et al. 1972)."""
    total = squares = 0.0
    n = 0
    for i in range(workspace.standing.size):
        if workspace.standing[i].great == 1:
            total += workspace.standing[i].power
            squares += workspace.standing[i].power * workspace.standing[i].power
            n += 1
    if n < 2:
        return 1.0 * n
    return math.sqrt(max(0.0, (squares / (total * total) - 1.0 / n) / (1.0 - 1.0 / n)))


@inlined
def record_stability(r: Round, row: Floats) -> None:
    """Order, revision, concentration, cohesion, churn."""
    world, workspace = r.world, r.workspace
    n = world.states.size
    squares = churn = bond = will = before = after = 0.0
    for i in range(n):
        before += workspace.standing[i].capability
        after += world.states[i].capability
    ties = zeros(workspace.state_room[StateRoom.TIES])
    for j in range(n):
        for i in range(n):
            ties[i] += workspace.towards[PairColumn.ALLIANCE, j, i]
    for i in range(n):
        squares += workspace.standing[i].power * workspace.standing[i].power
        churn += 0.5 * abs(world.states[i].capability / after - workspace.standing[i].capability / before)
        bond += ties[i]
        will += ties[i] * world.states[i].resolve
    for k in range(world.theatres.size):
        row[Metric.REVISION] += world.theatres[k].control * workspace.standing[world.theatres[k].host].power
    row[Metric.ORDER] = world.system[0].order
    row[Metric.CONCENTRATION], row[Metric.EFFECTIVE_POWERS] = concentration(workspace), 1.0 / squares
    row[Metric.ALLIANCE_COHESION] = will / bond if bond > 0.0 else 0.0
    row[Metric.CAPABILITY_CHURN] = churn


@inlined
def followers_kept(world: World, workspace: Workspace) -> float:
    """Share of the states that value the order of which challengers together hold less than half."""
    held = zeros(workspace.state_room[StateRoom.LOST])
    for k in range(world.theatres.size):
        held[world.theatres[k].host] += world.theatres[k].control
    followers = kept = 0.0
    for i in range(held.size):
        if world.states[i].order_weight >= FOLLOWER:
            followers += 1.0
            kept += 1.0 if held[i] < LOST else 0.0
    return kept / followers if followers > 0.0 else 1.0


@inlined
def record_deterrence(theatre: TheatreRow, lever: Lever, row: Floats) -> None:
    """A try where the challenger stood just below a declared red line or crossed it; a failure where it crossed."""
    if lever.presence <= 0.0 or theatre.previous_rung >= lever.red_line:
        return
    crossed = theatre.rung >= lever.red_line
    if crossed or theatre.previous_rung + 1 >= lever.red_line:
        row[Metric.DETERRENCE_TRIES] += 1.0
        row[Metric.DETERRENCE_FAILURES] += 1.0 if crossed else 0.0


@inlined
def record_policy(r: Round, row: Floats) -> None:
    """Sanctions, breadth, deterrence, deals, relief, and belief against truth."""
    world, workspace = r.world, r.workspace
    size = max(1, world.theatres.size)
    level = broad = deals = relief = believed = true = 0.0
    for k in range(world.theatres.size):
        theatre = world.theatres[k]
        level += theatre.sanctions
        broad += theatre.sanctions * theatre.breadth
        deals += theatre.deal
        relief += theatre.deal * theatre.deal_relief * theatre.deal_paid
        believed += workspace.trace_rows[k].believed_credibility
        true += workspace.trace_rows[k].true_credibility
        record_deterrence(theatre, r.levers[k], row)
    row[Metric.SANCTIONS], row[Metric.DEALS_IN_FORCE] = level / size, deals
    row[Metric.BREADTH] = broad / level if level > 0.0 else 0.0
    row[Metric.RELIEF_PAID] = relief / deals if deals > 0.0 else 0.0
    row[Metric.CREDIBILITY], row[Metric.TRUE_CREDIBILITY] = believed / size, true / size
    row[Metric.MISPERCEPTION] = (believed - true) / size


@kernel
def record(r: Round, row: Floats) -> None:
    """Fill one row of metrics, shape [Metric]: flows counted during the round, stocks as it ends."""
    for column in range(row.size):
        row[column] = r.workspace.log.flows[column]
    record_escalation(r, row)
    record_stability(r, row)
    record_policy(r, row)
    row[Metric.FOLLOWERS_KEPT] = followers_kept(r.world, r.workspace)
