"""What went through the actor's mind: the numbers behind each challenger's choice, one row a theatre.

Appraisal fills the row from the snapshot at the start of the challenge; the choice is made from it; the event log
and `explain` read it. It is the model's only scratch space, so intentions are complete before anything resolves.
"""

from enum import IntEnum
from typing import Any

import numpy as np

from greatpowers.core.declare import Floats

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


N_TRACE = 55


def _layout() -> list[tuple[str, type, tuple[int, ...]]]:
    return [(c.name.rstrip("_").lower(), np.float64, (len(OPTIONS),) if c.name.endswith("_") else ()) for c in Trace]


# The same row as a record: `row.utility[2]` is column UTILITY_ + 2.
TRACE_ROW = np.dtype(_layout())


TraceRows = Any  # a record array of TRACE_ROW


def trace_rows(shape: tuple[int, ...]) -> TraceRows:
    """Empty rows of the trace, as records."""
    return np.zeros(shape, TRACE_ROW).view(np.recarray)


def as_columns(rows: TraceRows) -> Floats:
    """The same memory as an array of floats with the columns of :class:`Trace` as its last axis."""
    columns: Floats = rows.view(np.ndarray).view(np.float64).reshape(*rows.shape, N_TRACE)
    return columns
