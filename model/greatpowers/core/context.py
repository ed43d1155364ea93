"""What the phases work with: the round at hand, and one theatre of it as its parties see it.

Every phase takes the `Round`. A step that concerns one theatre takes its `Case`; one that needs both takes the round
first. What needs a single table takes that. Then come the theatre's index `k` and whatever else there is.
"""

from typing import NamedTuple

from greatpowers.core.declare import Floats, Table
from greatpowers.core.kernel import inlined
from greatpowers.core.levers import Lever
from greatpowers.core.luck import Dice, RoundLuck
from greatpowers.core.parameters import Parameters
from greatpowers.core.trace import Weighed
from greatpowers.core.workspace import StateSnapshot, TheatreNote, Workspace
from greatpowers.core.world import Pair, StateRow, System, TheatreRow, World


class Round(NamedTuple):
    """One round being played."""

    world: World
    p: Parameters
    levers: Table[Lever]  # [T] in force
    luck: RoundLuck
    now: int  # its number
    workspace: Workspace


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
    standing: StateSnapshot  # the challenger's
    host_standing: StateSnapshot
    lever: Lever
    mark: TheatreNote
    system: System
    trace: Weighed
    luck: Dice  # what the theatre draws with
    by_rung: Floats  # [ByRung, 8]


@inlined
def open_case(r: Round, k: int) -> Case:
    """The case of theatre k."""
    world, workspace, theatre = r.world, r.workspace, r.world.theatres[k]
    c, h = theatre.challenger, theatre.host
    return Case(
        r.p, r.now, k, theatre, world.states[c], world.states[h], world.pairs[c, h], workspace.standing[c],
        workspace.standing[h], r.levers[k], workspace.marks[k], world.system[0], workspace.trace_rows[k],
        r.luck.theatre[k], workspace.by_rung,
    )  # fmt: skip
