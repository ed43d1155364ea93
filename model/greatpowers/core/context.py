"""What the phases work with: the round at hand, and one theatre of it as its parties see it.

Every phase takes the `Round`. A step that concerns one theatre takes its `Case`; one that needs both takes the round
first. What needs a single table takes that. Then come the theatre's index `k` and whatever else there is.
"""

from typing import NamedTuple

from greatpowers.core.declare import Floats, Table
from greatpowers.core.desk import Desk, Mark, Standing
from greatpowers.core.kernel import inlined
from greatpowers.core.levers import Lever
from greatpowers.core.luck import Dice, RoundLuck
from greatpowers.core.parameters import Parameters
from greatpowers.core.trace import Weighed
from greatpowers.core.world import Pair, StateRow, System, TheatreRow, World


class Round(NamedTuple):
    """One round being played."""

    world: World
    p: Parameters
    levers: Table[Lever]  # [T] in force
    luck: RoundLuck
    now: int  # its number
    desk: Desk


class Case(NamedTuple):
    """One theatre in this round: the rows that concern it, side by side.

    Rows are references into the tables, not copies: `case.theatre.rung = 3` changes the world. To Numba a row is one
    pointer, so a case costs little to hand around (whole tables do: they dominated the time to compile).
    """

    p: Parameters
    now: int
    k: int  # index of the theatre
    theatre: TheatreRow
    challenger: StateRow
    host: StateRow
    claim: Pair  # what the challenger is to the host
    standing: Standing  # the challenger's
    host_standing: Standing
    lever: Lever
    mark: Mark
    system: System
    trace: Weighed
    luck: Dice  # what the theatre draws with
    by_rung: Floats  # [ByRung, 8]


@inlined
def open_case(r: Round, k: int) -> Case:
    """The case of theatre k."""
    world, desk, theatre = r.world, r.desk, r.world.theatres[k]
    c, h = theatre.challenger, theatre.host
    return Case(
        r.p, r.now, k, theatre, world.states[c], world.states[h], world.pairs[c, h], desk.standing[c],
        desk.standing[h], r.levers[k], desk.marks[k], world.system[0], desk.trace_rows[k], r.luck.theatre[k],
        desk.by_rung,
    )  # fmt: skip
