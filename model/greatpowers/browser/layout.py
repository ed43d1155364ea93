"""What lies where in the memory of the engine that browsers run, read off the declarations of the core.

The engine takes the arguments of :func:`~greatpowers.core.history.play_rounds`. Its module carries this description of
them, so that a page lays out any world, and names what it reads, without a second list of fields in JavaScript.
"""

import base64
from collections.abc import Iterable, Iterator
from enum import IntEnum
from typing import Any

import numpy as np
from numpy.typing import NDArray

from greatpowers.core.declare import table
from greatpowers.core.desk import new_desk
from greatpowers.core.history import StateColumn, TheatreColumn, new_track
from greatpowers.core.ladder import SEVERITY
from greatpowers.core.levers import Levers, Policy
from greatpowers.core.log import NUMBERS, Column, Event
from greatpowers.core.luck import luck_of
from greatpowers.core.metrics import METRICS
from greatpowers.core.parameters import Parameters, pack
from greatpowers.core.world import empty_world
from greatpowers.simulation.summary import GREAT_POWER_WAR, LEAST_SHOCK, SUMMARY_COLUMNS

NAMES = ("world", "policy", "p", "luck", "first", "desk", "track")
"""Arguments of the engine's entry."""

SIZES = ("states", "theatres", "segments", "rounds", "recorded", "capacity")
"""What the shapes of arrays depend on; `recorded` is the number of rounds, or 0 where only metrics are kept."""

GIVEN = ("world", "policy", "p", "luck.key")
"""Arguments whose content comes from outside; the rest is the engine's own."""

# Two worlds: an axis that is equally long in both does not depend on their sizes.
ONE, OTHER = (5, 6, 7, 9, 10, 11), (12, 13, 14, 15, 16, 17)


def arguments(states: int, theatres: int, segments: int, rounds: int, recorded: int, capacity: int) -> tuple[Any, ...]:
    """Arguments for a call of `play_rounds` on a world of zeros, in order."""
    policy = Policy(np.zeros(segments, dtype=np.int64), table(Levers, (segments, theatres)))
    kept = new_track(recorded, states, theatres, full=True)
    track = kept._replace(metrics=new_track(rounds, states, theatres, full=False).metrics)
    luck, desk = luck_of(0, states, theatres), new_desk(states, theatres, capacity)
    return empty_world(states, theatres), policy, pack(Parameters()), luck, 0, desk, track


def flattened(values: Iterable[Any], names: Iterable[str] = NAMES) -> Iterator[tuple[str, Any]]:
    """Arrays, the record and the number that arguments consist of, by name, in the order of the compiled entry."""
    for name, value in zip(names, values, strict=True):
        if hasattr(value, "_fields"):
            yield from flattened(value, [f"{name}.{part}" for part in value._fields])
        else:
            yield name, value


def description() -> dict[str, Any]:
    """The arguments in order, each with type, shape and first content; names of columns, events and numbers."""
    return {
        "arguments": list(_described()),
        "columns": {
            "track.metrics": [entry.name for entry in METRICS],
            "track.states": _names(StateColumn),
            "track.theatres": _names(TheatreColumn),
            "desk.log.codes": _names(Column),
        },
        "events": {kind.name.lower(): ["before", "after", *NUMBERS[kind]] for kind in Event},
        "summary": {
            "columns": list(SUMMARY_COLUMNS),
            "rules": [entry.whole_run for entry in METRICS],
            "least_shock": LEAST_SHOCK,
            "great_power_war": GREAT_POWER_WAR,
        },
        "severity": SEVERITY.tolist(),
    }


def _names(columns: type[IntEnum]) -> list[str]:
    return [column.name.lower() for column in columns]


def _described() -> Iterator[dict[str, Any]]:
    for (name, value), (_, other) in zip(flattened(arguments(*ONE)), flattened(arguments(*OTHER)), strict=True):
        if isinstance(value, int):
            yield {"name": name}
            continue
        found: dict[str, Any] = {"name": name, "type": described_type(value.dtype)}
        if isinstance(value, np.ndarray):
            found["shape"] = [*map(_axis, value.shape, other.shape)]
            if not name.startswith(GIVEN):
                found |= _first_content(name, other)
        yield found


def _axis(one: int, other: int) -> str | int:
    """The name of a size, or a fixed length."""
    if one == other:
        return one
    return SIZES[list(zip(ONE, OTHER, strict=True)).index((one, other))]


def described_type(kind: np.dtype[Any]) -> dict[str, Any]:
    """Bytes of an item, and where in it its fields are: name, offset, kind of number, how many."""
    fields = [(name, *kind.fields[name][:2]) for name in kind.names or ()] if kind.fields else [("", kind, 0)]
    return {
        "bytes": kind.itemsize,
        "fields": [[name, offset, part.base.str, part.itemsize // 8] for name, part, offset in fields],
    }


def _first_content(name: str, array: NDArray[Any]) -> dict[str, Any]:
    """Nothing where it is zeros; else what every item holds, or that items count up from 0."""
    content = np.ascontiguousarray(array)
    items = [content.tobytes()[at : at + array.itemsize] for at in range(0, content.nbytes, array.itemsize)]
    if not any(map(any, items)):
        return {}
    if len(set(items)) == 1:
        return {"item": base64.b64encode(items[0]).decode()}
    if array.ndim == 1 and (array == np.arange(array.size)).all():
        return {"counts": True}
    raise ValueError(f"{name} begins with neither zeros, nor equal items, nor numbers that count up.")
