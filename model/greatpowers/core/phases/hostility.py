"""Phase 6b, hostility: pairs remember crises and wars, and what was agreed and kept lets them forget.

One stock for each pair, shared by all theatres between the two  (Goertz & Diehl 1993; Werner & Yuen 2005).
"""

from greatpowers.core.context import Round
from greatpowers.core.declare import Floats
from greatpowers.core.equations.belief import grown
from greatpowers.core.kernel import inlined, kernel
from greatpowers.core.ladder import Rung
from greatpowers.core.parameters import Parameters
from greatpowers.core.phases.settlement import ROUNDS_PER_YEAR
from greatpowers.core.workspace import PairColumn, Workspace
from greatpowers.core.world import TheatreRow


@inlined
def fade(p: Parameters, workspace: Workspace, hostilities: Floats) -> None:
    """All hostility [N, N] fades by a round."""
    for i in range(hostilities.shape[0]):
        for place in range(workspace.standing[i].foes):
            hostilities[i, workspace.foes[i, place]] *= p.hostility_memory


@kernel
def kept_another_year(theatre: TheatreRow) -> bool:
    """Whether a deal has just held for another year."""
    return bool(
        theatre.deal == 1
        and theatre.rung == Rung.PEACE
        and theatre.deal_age > 0
        and theatre.deal_age % ROUNDS_PER_YEAR == 0
    )


@inlined
def reconcile(r: Round, hostilities: Floats) -> None:
    """A settlement, and every year that a deal is kept, takes a share of the pair's hostility away."""
    world = r.world
    for k in range(world.theatres.size):
        theatre = world.theatres[k]
        c, h = theatre.challenger, theatre.host
        if r.workspace.marks[k].settled == 1 or kept_another_year(theatre):
            hostilities[c, h] *= 1.0 - r.p.reconciliation
            hostilities[h, c] = hostilities[c, h]


@inlined
def embitter(r: Round, hostilities: Floats) -> None:
    """New crises, then new wars, add to the hostility of their pairs; each step alike, so that no order matters."""
    world, p = r.world, r.p
    for k in range(world.theatres.size):
        theatre = world.theatres[k]
        if theatre.crisis_age == 1:
            c, h = theatre.challenger, theatre.host
            hostilities[c, h] = hostilities[h, c] = grown(hostilities[c, h], p.hostility_crisis)
    for k in range(world.theatres.size):
        theatre = world.theatres[k]
        if r.workspace.marks[k].erupted == 1:
            c, h = theatre.challenger, theatre.host
            hostilities[c, h] = hostilities[h, c] = grown(hostilities[c, h], p.hostility_war)


@kernel
def remember(r: Round) -> None:
    """Hostility of every pair fades, falls with what was settled or kept, and rises with new crises and wars."""
    world, hostilities = r.world, r.workspace.towards[PairColumn.HOSTILITY]
    fade(r.p, r.workspace, hostilities)
    reconcile(r, hostilities)
    embitter(r, hostilities)
    for i in range(world.states.size):
        for place in range(r.workspace.standing[i].foes):
            j = r.workspace.foes[i, place]
            world.pairs[i, j].hostility = hostilities[i, j]
