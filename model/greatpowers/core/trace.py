"""What went through the actor's mind: the numbers behind each challenger's choice, one row a theatre.

Appraisal fills the row from the snapshot at the start of the challenge; the choice is made from it; the event log
and `explain` read it. It is the model's only scratch space, so intentions are complete before anything resolves.
"""

from enum import IntEnum
from typing import Annotated, cast

import numpy as np
from numpy.typing import NDArray

from greatpowers.core.declare import Floats, Table, rows

OPTIONS = ("down", "hold", "up")
N_OPTIONS = len(OPTIONS)


class Trace(IntEnum):
    """Columns of a row of the trace. Those ending in `_` open a run of three: down, hold, up."""

    UTILITY_ = 0
    GAIN_ = 3
    OPERATIONS_ = 6
    SANCTION_LOSS_ = 9
    CLASH_LOSS_ = 12
    NORM_COST_ = 15
    CHEATING_LOSS_ = 18
    PROBABILITY_ = 21
    BALANCE_ = 24
    EXPECTED_SANCTIONS_ = 27
    EXPECTED_PRESENCE_ = 30
    CLASH_RISK_ = 33
    BELIEVED_CREDIBILITY = 36
    TRUE_CREDIBILITY = 37
    EXPECTED_BREADTH = 38
    EXPECTED_AID = 39
    EXPECTED_SHIELD = 40
    EXPECTED_DREAD = 41
    ENCROACHMENT = 42
    VALUE = 43
    TRUE_BALANCE = 44
    LUCK = 45
    MOVE = 46
    PRESENCE_FORCE = 47
    DECLARED_PRESENCE_FORCE = 48
    TRUE_SHIELD = 49
    WAR_BALANCE = 50
    WAR_WISH = 51
    WAR_CHANCE = 52
    WAR_LOSS = 53
    ATTENTION = 54
    AUDIENCE_COST_ = 55


N_TRACE = 58


A_NUMBER = np.dtype(np.float64)
OF_EACH_OPTION = np.dtype((np.float64, (N_OPTIONS,)))


class Weighed:
    """The same row as a record: `row.utility[2]` is column UTILITY_ + 2."""

    utility: Annotated[Floats, OF_EACH_OPTION]
    gain: Annotated[Floats, OF_EACH_OPTION]
    operations: Annotated[Floats, OF_EACH_OPTION]
    sanction_loss: Annotated[Floats, OF_EACH_OPTION]
    clash_loss: Annotated[Floats, OF_EACH_OPTION]
    norm_cost: Annotated[Floats, OF_EACH_OPTION]
    cheating_loss: Annotated[Floats, OF_EACH_OPTION]
    probability: Annotated[Floats, OF_EACH_OPTION]
    balance: Annotated[Floats, OF_EACH_OPTION]
    expected_sanctions: Annotated[Floats, OF_EACH_OPTION]
    expected_presence: Annotated[Floats, OF_EACH_OPTION]
    clash_risk: Annotated[Floats, OF_EACH_OPTION]
    believed_credibility: Annotated[float, A_NUMBER]
    true_credibility: Annotated[float, A_NUMBER]
    expected_breadth: Annotated[float, A_NUMBER]
    expected_aid: Annotated[float, A_NUMBER]
    expected_shield: Annotated[float, A_NUMBER]
    expected_dread: Annotated[float, A_NUMBER]
    encroachment: Annotated[float, A_NUMBER]
    value: Annotated[float, A_NUMBER]
    true_balance: Annotated[float, A_NUMBER]
    luck: Annotated[float, A_NUMBER]
    move: Annotated[float, A_NUMBER]
    presence_force: Annotated[float, A_NUMBER]
    declared_presence_force: Annotated[float, A_NUMBER]
    true_shield: Annotated[float, A_NUMBER]
    war_balance: Annotated[float, A_NUMBER]
    war_wish: Annotated[float, A_NUMBER]
    war_chance: Annotated[float, A_NUMBER]
    war_loss: Annotated[float, A_NUMBER]
    attention: Annotated[float, A_NUMBER]
    audience_cost: Annotated[Floats, OF_EACH_OPTION]


TraceRows = Table[Weighed]


def trace_rows(shape: tuple[int, ...]) -> TraceRows:
    """Empty rows of the trace, as records."""
    return rows(Weighed, shape)


def as_columns(traces: TraceRows) -> Floats:
    """The same memory as an array of floats with the columns of :class:`Trace` as its last axis."""
    found = cast(NDArray[np.void], traces)
    columns: Floats = found.view(np.ndarray).view(np.float64).reshape(*found.shape, N_TRACE)
    return columns
