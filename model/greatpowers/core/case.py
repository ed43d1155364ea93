"""One theatre as its parties see it: the rows that concern it, side by side.

Rows are references into the world's tables, not copies: `case.theatre.rung = 3` changes the world. To Numba a row is
one pointer, so a case costs nothing to hand around (whole tables do: they dominated the time to compile).
"""

from typing import NamedTuple

from greatpowers.core.declare import Floats, Table
from greatpowers.core.desk import Desk, Mark, Standing
from greatpowers.core.kernel import inlined
from greatpowers.core.levers import Lever
from greatpowers.core.luck import Dice, RoundLuck
from greatpowers.core.trace import Weighed
from greatpowers.core.world import Pair, State, System, Theatre, World


class Case(NamedTuple):
    """A theatre, its parties and what is written about them this round."""

    theatre: Theatre
    challenger: State
    host: State
    claim: Pair  # what the challenger is to the host
    standing: Standing  # the challenger's
    host_standing: Standing  # the host's
    lever: Lever
    mark: Mark
    system: System
    trace: Weighed  # trace
    luck: Dice  # what the theatre draws with
    by_rung: Floats  # [ByRung, 8]


@inlined
def open_case(world: World, levers: Table[Lever], luck: RoundLuck, desk: Desk, k: int) -> Case:
    """The case of theatre k."""
    theatre = world.theatres[k]
    c, h = theatre.challenger, theatre.host
    return Case(
        theatre, world.states[c], world.states[h], world.pairs[c, h], desk.standing[c], desk.standing[h],
        levers[k], desk.marks[k], world.system[0], desk.trace_rows[k], luck.theatre[k],
        desk.by_rung,
    )  # fmt: skip
