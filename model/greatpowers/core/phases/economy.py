"""Phase 7, economy and arms: growth less what conflict takes, and the arms race."""

from greatpowers.core.context import Round
from greatpowers.core.declare import Floats
from greatpowers.core.equations.economy import arms_shock, burden_next, capability_next, output_next, sanctions_drag
from greatpowers.core.kernel import inlined, kernel
from greatpowers.core.ladder import SEVERITY
from greatpowers.core.luck import StateDraw, normal
from greatpowers.core.metrics import Metric
from greatpowers.core.workspace import Guardian, GuardianHere, PairColumn, StateRoom, zeros

# Share of past grievance that lasts another round. Assumed: half of it is forgotten in three or four years.
GRIEVANCE_MEMORY = 0.95


@inlined
def bill_senders(r: Round, k: int, bills: Floats) -> None:
    """Add what theatre k costs each sender, as a share of its output: trade cut, force deployed, aid given.

    The camp pays for aid by its power; where there is no camp, those who are there to balance do.
    """
    world, p, workspace = r.world, r.p, r.workspace
    theatre, mark = world.theatres[k], workspace.marks[k]
    level = theatre.sanctions
    if level <= 0.0 and mark.force <= 0.0 and theatre.aid <= 0.0:
        return
    aid = p.presence_cost * theatre.aid * workspace.standing[theatre.host].power
    here, camp, joined = (
        workspace.guard[k, GuardianHere.HERE],
        workspace.guard[k, GuardianHere.CAMP],
        workspace.guard[k, GuardianHere.JOINED],
    )
    trade, openness = workspace.towards[PairColumn.TRADE, theatre.challenger], workspace.guardians[Guardian.OPENNESS]
    presence_cost, bite = p.presence_cost, p.sender_bite
    givers, mass = (camp, mark.weight) if mark.weight > 0.0 else (here, 0.0)
    for g in range(bills.size if mass <= 0.0 else 0):
        mass += here[g] * workspace.guardians[Guardian.POWER, g]
    share = aid / mass if mass > 0.0 else 0.0
    for g in range(bills.size):
        bills[g] += presence_cost * here[g] + share * givers[g]
    for g in range(bills.size):
        bills[g] += bite * (joined[g] * level * trade[g] * openness[g])


@inlined
def arms_race(r: Round, i: int) -> float:
    """How far the arms of state i's rivals exceed their custom, weighted by rivalry, at most 1  (Richardson 1960)."""
    world, workspace = r.world, r.workspace
    race, states, rivals = 0.0, world.states, workspace.rivals[i]
    for place in range(workspace.standing[i].rivals):
        other = states[rivals[place]]
        if other.burden_custom > 0.0:
            race += world.pairs[i, rivals[place]].rivalry * max(0.0, other.burden / other.burden_custom - 1.0)
    return min(1.0, race)


@inlined
def work(r: Round, i: int, growth: float, felt: float, bill: float, threat: float, held: float) -> None:
    """A round of state i's economy: costs booked, arms bought, burden set, output grown."""
    p, state = r.p, r.world.states[i]
    state.target_cost = sanctions_drag(p.sanction_bite, felt, state.openness)
    state.sender_cost = min(0.5, bill)
    drag = state.target_cost + state.sender_cost + p.war_drag * state.war_effort
    state.capability = capability_next(state.capability, p.depreciation, state.burden, state.economy, state.arms_yield)
    state.grievance = GRIEVANCE_MEMORY * state.grievance + (1.0 - GRIEVANCE_MEMORY) * min(1.0, held)
    state.burden = burden_next(
        state.burden, state.burden_custom, threat, state.grievance, p.arms_reaction, p.arms_fatigue, p.arms_grievance
    )
    state.economy = output_next(state.economy, p.growth, p.growth_noise, growth, drag)


@kernel
def produce(r: Round) -> None:
    """Output grows less drag; the burden follows threat, fatigue and grievance; arms are bought and wear out."""
    world, workspace = r.world, r.workspace
    n = world.states.size
    felt, bills, threats = (
        zeros(workspace.state_room[StateRoom.FELT]),
        zeros(workspace.state_room[StateRoom.BILLS]),
        zeros(workspace.state_room[StateRoom.ARMS]),
    )
    for k in range(world.theatres.size):
        theatre = world.theatres[k]
        felt[theatre.challenger] += theatre.sanctions * theatre.breadth
        threats[theatre.host] = min(1.0, threats[theatre.host] + SEVERITY[theatre.rung])
        bill_senders(r, k, bills)
    for i in range(n):
        threats[i] += arms_race(r, i)
    for i in range(n):
        state, dice = world.states[i], r.luck.state[i]
        output = state.economy
        state.capability = arms_shock(state.capability, r.p.arms_noise, normal(dice, StateDraw.ARMS))
        work(r, i, normal(dice, StateDraw.GROWTH), felt[i], bills[i], threats[i], workspace.standing[i].held)
        workspace.log.flows[Metric.TARGET_COST] += 100.0 * state.target_cost * output
        workspace.log.flows[Metric.SENDER_COST] += 100.0 * state.sender_cost * output
