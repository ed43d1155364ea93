"""Arrays of a record as tables, and tables back as arrays."""

import json
import math
from collections.abc import Iterable, Sequence

import numpy as np
import pandas as pd

from greatpowers.core.declare import Floats, Ints
from greatpowers.core.log import Column, Event
from greatpowers.core.trace import OPTIONS
from greatpowers.dictionary import METRIC_NAMES, TRACE_NAMES, event_numbers
from greatpowers.scenario.checks import QUARTERS, quarter_name, quarter_number
from greatpowers.scenario.schema import Scenario

EVENT_NUMBERS = ("before", "after", "first", "second", "third")
OPTION_COLUMNS = {
    option: [TRACE_NAMES.index(name) for name in TRACE_NAMES if name.endswith(f"_{word}")]
    for option, word in enumerate(OPTIONS)
}


def quarter_of(start: str, round_number: int) -> str:
    """The quarter of a round, such as 2017Q1; `start` is that of round 0."""
    return quarter_name(quarter_number(start) + round_number)


def years(start: str, rounds: int) -> Floats:
    """When each round begins, in years with fractions: array [R]."""
    return int(start[:4]) + (int(start[5]) - 1 + np.arange(rounds, dtype=np.float64)) / QUARTERS


def metrics_frame(metrics: Floats, start: str) -> pd.DataFrame:
    """Metrics [R, Metric] with an index `round` and a column `quarter`."""
    frame = pd.DataFrame(metrics, columns=list(METRIC_NAMES), index=pd.RangeIndex(len(metrics), name="round"))
    frame.insert(0, "quarter", [quarter_of(start, r) for r in range(len(metrics))])
    return frame


def long_frame(values: Floats, key: str, ids: Iterable[str], names: Sequence[str]) -> pd.DataFrame:
    """An array [rounds, things, columns] as a long table: `round`, `key` with the id of the thing, then the columns."""
    rounds, things, width = values.shape
    frame = pd.DataFrame(values.reshape(rounds * things, width), columns=list(names))
    frame.insert(0, "round", np.repeat(np.arange(rounds), things))
    frame.insert(1, key, pd.Series(list(ids) * rounds, dtype="str"))
    return frame


def appraisals_frame(traces: Floats, ids: Iterable[str]) -> pd.DataFrame:
    """Traces [R, T, Trace] as a long table, NaN for options that were not open."""
    shown = traces.copy()
    for option, columns in OPTION_COLUMNS.items():
        closed = traces[..., TRACE_NAMES.index(f"probability_{OPTIONS[option]}")] == 0.0
        shown[..., columns] = np.where(closed[..., None], np.nan, shown[..., columns])
    return long_frame(shown, "theatre", ids, TRACE_NAMES)


def from_long(frame: pd.DataFrame, shape: tuple[int, int], names: Sequence[str]) -> Floats:
    """The array [rounds, things, columns] that a long table was made from; `shape` is (rounds, things)."""
    values = frame[list(names)].to_numpy(dtype=np.float64, na_value=0.0)
    return np.ascontiguousarray(values.reshape(*shape, len(names)))


def events_frame(codes: Ints, numbers: Floats, scenario: Scenario) -> pd.DataFrame:
    """The event log as a table, with ids for indices and names for kinds."""
    states = [state.id for state in scenario.states]
    places = [theatre.id for theatre in scenario.theatres]
    frame = pd.DataFrame(
        {
            "round": codes[:, Column.ROUND],
            "quarter": _texts([quarter_of(scenario.start, int(r)) for r in codes[:, Column.ROUND]]),
            "kind": _texts([Event(kind).name.lower() for kind in codes[:, Column.KIND]]),
            "theatre": _texts([_named(places, index) for index in codes[:, Column.THEATRE]]),
            "actor": _texts([_named(states, index) for index in codes[:, Column.ACTOR]]),
            "other": _texts([_named(states, index) for index in codes[:, Column.OTHER]]),
        }
    )
    for column, name in enumerate(EVENT_NUMBERS):
        frame[name] = numbers[:, column]
    frame["numbers"] = _texts([_numbers_text(k, n) for k, n in zip(codes[:, Column.KIND], numbers[:, 2:], strict=True)])
    return frame


def events_back(frame: pd.DataFrame, scenario: Scenario) -> tuple[Ints, Floats]:
    """Codes and numbers of the event log a table was made from."""
    codes = np.full((len(frame), len(Column)), -1, dtype=np.int64)
    codes[:, Column.ROUND] = frame["round"]
    codes[:, Column.KIND] = [Event[kind.upper()] for kind in frame["kind"]]
    codes[:, Column.THEATRE] = _indices(frame["theatre"], scenario.theatre_index())
    codes[:, Column.ACTOR] = _indices(frame["actor"], scenario.state_index())
    codes[:, Column.OTHER] = _indices(frame["other"], scenario.state_index())
    return codes, frame[list(EVENT_NUMBERS)].to_numpy(dtype=np.float64)


def _texts(values: list[str] | list[str | None]) -> "pd.Series[str]":
    return pd.Series(values, dtype="str")


def _named(names: Sequence[str], index: int) -> str | None:
    return names[index] if index >= 0 else None


def _indices(column: "pd.Series[str]", index: dict[str, int]) -> list[int]:
    return [index[name] if isinstance(name, str) else -1 for name in column]


def _numbers_text(kind: int, values: Floats) -> str:
    named = zip(event_numbers(int(kind)), values.tolist(), strict=True)
    return json.dumps({name: None if math.isnan(value) else value for name, value in named})
