"""Phase 1, leadership: elections and turns of will, then talk."""

from greatpowers.core.context import Round
from greatpowers.core.equations.economy import is_great_power, power_share
from greatpowers.core.equations.leadership import (
    claim,
    hazard_of_turning_committed,
    hazard_of_turning_reluctant,
    is_election,
)
from greatpowers.core.kernel import inlined, kernel
from greatpowers.core.log import NONE, Event, write
from greatpowers.core.luck import StateDraw, uniform
from greatpowers.core.workspace import Guardian, GuardianHere, PairColumn
from greatpowers.core.world import StateRow

# Sanctions on a challenger in any theatre above this level make it a target, whom no policy counts on. Assumed: low,
# and above what is left of old sanctions that nobody renews.
SANCTIONED = 0.05


@inlined
def take_stock(r: Round) -> None:
    """Power shares, great powers, engaged force and control held, as everybody sees them at the start of the round."""
    world, workspace = r.world, r.workspace
    economies = capabilities = 0.0
    for i in range(world.states.size):
        economies += world.states[i].economy
        capabilities += world.states[i].capability
    for i in range(world.states.size):
        state, standing = world.states[i], workspace.standing[i]
        standing.power = power_share(state.economy, economies, state.capability, capabilities)
        standing.great = 1 if is_great_power(standing.power, state.nuclear, r.p.great_power_share) else 0
        workspace.guardians[Guardian.GREAT, i] = standing.great
        standing.capability, standing.trust = state.capability, state.trust
        workspace.guardians[Guardian.ENGAGED, i], standing.held = state.war_effort, 0.0
        standing.sanctioned = 0
    guardians = workspace.guardians
    for k in range(world.theatres.size):
        theatre = world.theatres[k]
        workspace.standing[theatre.host].held += theatre.control
        if theatre.sanctions > SANCTIONED:
            workspace.standing[theatre.challenger].sanctioned = 1
        engaged, here = guardians[Guardian.ENGAGED], workspace.guard[k, GuardianHere.HERE]
        for g in range(world.states.size):
            engaged[g] = min(1.0, engaged[g] + here[g])
    for column in range(workspace.log.flows.size):
        workspace.log.flows[column] = 0.0
    take_holdings(r)
    take_pasts(r)


@inlined
def take_holdings(r: Round) -> None:
    """What each challenger holds of a host in all their theatres together, and how much of it is not recognised."""
    world, workspace = r.world, r.workspace
    held, loose = workspace.holdings[0], workspace.holdings[1]
    for k in range(world.theatres.size):
        theatre = world.theatres[k]
        held[theatre.challenger, theatre.host] = loose[theatre.challenger, theatre.host] = 0.0
    for k in range(world.theatres.size):
        theatre = world.theatres[k]
        held[theatre.challenger, theatre.host] += theatre.control
        loose[theatre.challenger, theatre.host] += theatre.control - theatre.recognised
    for k in range(world.theatres.size):
        theatre, mark = world.theatres[k], workspace.marks[k]
        mark.settled = mark.erupted = mark.won = 0
        mark.held, mark.loose = held[theatre.challenger, theatre.host], loose[theatre.challenger, theatre.host]


@inlined
def take_pasts(r: Round) -> None:
    """How embroiled each state is: hostility between it and all others together, 1 - Π(1 - H)."""
    world, workspace = r.world, r.workspace
    for i in range(world.states.size):
        hostilities, foes, left = workspace.towards[PairColumn.HOSTILITY, i], workspace.foes[i], 1.0
        for place in range(workspace.standing[i].foes):
            left *= 1.0 - hostilities[foes[place]]
        workspace.standing[i].embroiled = 1.0 - left


@inlined
def hazard_of_turning(r: Round, state: StateRow, gross: float, burden_share: float, power: float) -> float:
    """Chance that a leadership turns this round."""
    p, election = r.p, is_election(r.now, state.election_period, state.election_offset)
    base = p.election_turn if election else p.irregular_turn
    if state.committed == 0:
        return hazard_of_turning_committed(base, p.jolt, gross, state.order_weight)
    return hazard_of_turning_reluctant(base, burden_share, power, p.burden_turn)


@inlined
def turn(r: Round, i: int, hazard: float, luck: float) -> None:
    """Turn state i's leadership if luck falls within the hazard."""
    state = r.world.states[i]
    state.turned = 1 if luck < hazard else 0
    if state.turned == 0:
        return
    before = state.committed
    state.committed = 1 - before
    state.resolve = state.resolve_reluctant if before == 1 else state.resolve_committed
    write(r.workspace.log, r.now, Event.TURN, NONE, i, NONE, 1.0 * before, 1.0 - before, hazard, luck, state.resolve)


@inlined
def talk(r: Round) -> None:
    """What the coalition's leader says moves every belief a little."""
    world, p = r.world, r.p
    leader = world.system[0].leader
    if leader < 0:
        return
    claimed = world.states[leader].claimed
    for i in range(world.states.size):
        world.states[i].answered_count += p.talk * claimed
        world.states[i].unanswered_count += p.talk * (1.0 - claimed)


@kernel
def lead(r: Round) -> None:
    """Leaderships turn, at elections mostly; then leaders talk."""
    world, workspace = r.world, r.workspace
    take_stock(r)
    burden = bearers = 0.0
    for i in range(world.states.size):
        burden += world.states[i].sender_cost * world.states[i].economy
        bearers += workspace.standing[i].power * world.states[i].order_weight
    for i in range(world.states.size):
        state, dice = world.states[i], r.luck.state[i]
        burden_share = state.sender_cost * state.economy / burden if burden > 0.0 else 0.0
        power = workspace.standing[i].power * state.order_weight / bearers if bearers > 0.0 else 0.0
        hazard = hazard_of_turning(r, state, world.system[0].gross, burden_share, power)
        turn(r, i, hazard, uniform(dice, StateDraw.TURN))
        state.claimed = claim(state.committed == 1, uniform(dice, StateDraw.TALK), r.p.bluff)
    talk(r)
