"""The event log: what happened, to whom, when, and the numbers behind it.

The kernel writes rows into arrays of fixed capacity; `happened` goes on counting past it, so the caller can tell that
the room was too small and run again with more (a run is a pure function of its inputs).
"""

import math
from enum import IntEnum
from typing import NamedTuple, cast

import numpy as np

from greatpowers.core.declare import Floats, Ints
from greatpowers.core.kernel import kernel
from greatpowers.core.metrics import N_METRICS
from greatpowers.core.trace import TraceRows, as_columns, trace_rows


class Event(IntEnum):
    """Kind of an event."""

    RUNG = 0
    SANCTIONS = 1
    PRESENCE = 2
    STRIKE = 3
    APPEAL = 4
    RESISTANCE = 5
    YIELD = 6
    CLASH = 7
    WAR = 8
    JOINING = 9
    GREAT_POWER_WAR = 10
    NUCLEAR_USE = 11
    WAR_END = 12
    OFFER = 13
    REFUSAL = 14
    DEAL = 15
    TRANCHE = 16
    CHEATING = 17
    DEAL_BROKEN = 18
    TURN = 19
    ANNEXATION = 20
    ALIGNMENT = 21
    COMPROMISE = 22
    DECISION = 23
    CALL = 24
    LET_PASS = 25


class Column(IntEnum):
    """Columns of :attr:`Log.codes`; `-1` where a column says nothing."""

    ROUND = 0
    KIND = 1
    THEATRE = 2
    ACTOR = 3
    OTHER = 4


# No theatre, or no other state. Numba would compile a function anew for each plain integer constant it is given.
NONE = cast(int, np.int64(-1))

# Meaning of the last three of the five numbers an event carries, by kind; the first two are always what was before
# and after (rungs, sides, switches), NaN where there is nothing of the kind.
NUMBERS: dict[Event, tuple[str, str, str]] = {
    Event.RUNG: ("believed_credibility", "true_credibility", "luck"),
    Event.SANCTIONS: ("level", "target_level", "breadth"),
    Event.PRESENCE: ("share_of_force", "declared", "resolve"),
    Event.STRIKE: ("resolve", "luck", "control_undone"),
    Event.APPEAL: ("belief", "probability", "luck"),
    Event.RESISTANCE: ("contest_share", "probability_of_resisting", "luck"),
    Event.YIELD: ("contest_share", "probability_of_yielding", "luck"),
    Event.CLASH: ("risk", "luck", "answered"),
    Event.WAR: ("contest_share", "spread", "odds_in_war"),
    Event.JOINING: ("stake", "probability", "luck"),
    Event.GREAT_POWER_WAR: ("intensity", "power_with_host", "power_with_challenger"),
    Event.NUCLEAR_USE: ("hazard", "luck", "intensity"),
    Event.WAR_END: ("outcome", "contest_share", "deaths"),
    Event.OFFER: ("keep", "relief", "pain"),
    Event.REFUSAL: ("challenger_probability", "host_probability", "coalition_probability"),
    Event.DEAL: ("keep", "relief", "trust"),
    Event.TRANCHE: ("relief_paid", "trust", "sanctions"),
    Event.CHEATING: ("chance_of_detection", "luck", "caught"),
    Event.DEAL_BROKEN: ("hazard", "luck", "age"),
    Event.TURN: ("hazard", "luck", "resolve"),
    Event.ANNEXATION: ("control", "recognised", "severity"),
    Event.ALIGNMENT: ("alliance", "belief", "threat"),
    Event.COMPROMISE: ("granted", "chance", "luck"),
    Event.DECISION: ("challenger_ready", "host_ready", "luck"),
    Event.CALL: ("commitment", "chance", "luck"),
    Event.LET_PASS: ("contest_share", "probability_of_letting_pass", "luck"),
}


class Breaker(IntEnum):
    """Who broke a deal: the value after a DEAL_BROKEN event."""

    CHALLENGER = 0
    GUARDIANS = 1
    SPOILERS = 2


class Outcome(IntEnum):
    """How a war ended for the challenger: the first number of a WAR_END event."""

    DEFEAT = 0
    STALEMATE = 1
    VICTORY = 2
    NUCLEAR = 3


# The same as plain numbers, for the same reason.
BY_CHALLENGER, BY_GUARDIANS, BY_SPOILERS = (float(who) for who in Breaker)
DEFEAT, STALEMATE, VICTORY, NUCLEAR = (float(how) for how in Outcome)
NAN = math.nan


class Log(NamedTuple):
    """Events of a run, in order of happening, and counts of the present round."""

    codes: Ints  # [capacity, Column]
    numbers: Floats  # [capacity, 5] before, after, and three by kind: see NUMBERS
    trace_rows: TraceRows  # [capacity or 0] what the challenger weighed; filled for RUNG events, else zero
    happened: Ints  # [1] events that happened, written or not
    flows: Floats  # [Metric] counts of this round

    @property
    def traces(self) -> Floats:
        """The traces as an array [capacity, Trace]."""
        return as_columns(self.trace_rows)


def empty_log(capacity: int, traces: bool = True) -> Log:
    """A log with room for `capacity` events, and for what the challenger weighed unless told otherwise."""
    return Log(
        np.zeros((capacity, len(Column)), dtype=np.int64),
        np.zeros((capacity, 5)),
        trace_rows((capacity if traces else 0,)),
        np.zeros(1, dtype=np.int64),
        np.zeros(N_METRICS),
    )


@kernel
def write(
    log: Log, now: int, kind: int, theatre: int, actor: int, other: int, before: float, after: float,
    first: float, second: float, third: float,
) -> int:  # fmt: skip
    """Append one event and return its row, or -1 when the log is full."""
    row = int(log.happened[0])
    log.happened[0] += 1
    if row >= log.codes.shape[0]:
        return -1
    code, number = log.codes[row], log.numbers[row]
    code[0], code[1], code[2], code[3], code[4] = now, kind, theatre, actor, other
    number[0], number[1], number[2], number[3], number[4] = before, after, first, second, third
    return row
