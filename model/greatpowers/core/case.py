"""One theatre as its parties see it: the rows that concern it, side by side.

Rows are references into the world's tables, not copies: `case.theatre.rung = 3` changes the world. To Numba a row is
one pointer, so a case costs nothing to hand around (whole tables do: they dominated the time to compile).
"""

from typing import NamedTuple

from greatpowers.core.declare import Floats, Row
from greatpowers.core.desk import Desk
from greatpowers.core.kernel import inlined
from greatpowers.core.levers import Levers
from greatpowers.core.luck import Dice, RoundLuck
from greatpowers.core.world import World


class Case(NamedTuple):
    """A theatre, its parties and what is written about them this round."""

    theatre: Row  # of Theatres
    challenger: Row  # of States
    host: Row  # of States
    claim: Row  # of Pairs: what the challenger is to the host
    standing: Row  # of Standing: the challenger's
    host_standing: Row  # of Standing: the host's
    lever: Row  # of Levers
    mark: Row  # of Marks
    system: Row  # of System
    trace: Row  # of the trace
    luck: Dice  # what the theatre draws with
    by_rung: Floats  # [ByRung, 8]


@inlined
def open_case(world: World, levers: Levers, luck: RoundLuck, desk: Desk, k: int) -> Case:
    """The case of theatre k."""
    theatre = world.theatres[k]
    c, h = theatre.challenger, theatre.host
    return Case(
        theatre, world.states[c], world.states[h], world.pairs[c, h], desk.standing[c], desk.standing[h],
        levers[k], desk.marks[k], world.system[0], desk.trace_rows[k], luck.theatre[k],
        desk.by_rung,
    )  # fmt: skip
