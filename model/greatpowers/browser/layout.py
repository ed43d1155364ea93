"""What lies where in the memory of the engine that browsers run, read off the declarations of the core.

The engine takes the arguments of :func:`~greatpowers.core.history.play_rounds`. Its module carries this description of
them, so that a page lays out any world, and names what it reads, without a second list of fields in JavaScript. The
module as it is shipped says what it was made of; a world and policies go to it as plain data (:func:`plain_data`).
"""

import base64
import json
from collections.abc import Iterable, Iterator, Sequence
from enum import IntEnum
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from greatpowers.core.declare import table
from greatpowers.core.history import StateColumn, TheatreColumn, new_track
from greatpowers.core.kernel import core_fingerprint
from greatpowers.core.ladder import SEVERITY
from greatpowers.core.levers import Levers, Policy
from greatpowers.core.log import NUMBERS, Column, Event
from greatpowers.core.luck import luck_of
from greatpowers.core.metrics import METRICS
from greatpowers.core.parameters import Parameters, pack
from greatpowers.core.workspace import new_workspace
from greatpowers.core.world import empty_world
from greatpowers.scenario.errors import GreatPowersError
from greatpowers.simulation.setup import Setup
from greatpowers.simulation.summary import GREAT_POWER_WAR, LEAST_SHOCK, SUMMARY_COLUMNS
from greatpowers.storage.manifest import fingerprint

ASSETS = Path(__file__).parent / "assets"
MODULE = ASSETS / "engine.wasm"
REMEDY = "python -m greatpowers.browser.build"

SECTION = b"greatpowers"
"""Name of the custom section with the description."""


def shipped_engine() -> bytes:
    """The module; raises :class:`GreatPowersError` if it was made from another text of the core than this one."""
    try:
        content = MODULE.read_bytes()
        made = described(content)["core"]
    except (OSError, ValueError, KeyError):
        raise GreatPowersError(f"{MODULE}: there is no engine for browsers here; build it: {REMEDY}") from None
    if made != core_fingerprint():
        raise GreatPowersError(
            f"{MODULE}: the engine for browsers was made from other rules (core {made}, now {core_fingerprint()}); "
            f"build it anew: {REMEDY}"
        )
    return content


def with_description(content: bytes, metadata: dict[str, Any]) -> bytes:
    """A module with its description in a custom section at its end."""
    text = json.dumps(metadata, separators=(",", ":")).encode()
    section = _number(len(SECTION)) + SECTION + text
    return content + b"\0" + _number(len(section)) + section


def described(content: bytes) -> dict[str, Any]:
    """What a module says of itself; raises :class:`ValueError` where it says nothing, or is none."""
    at = 8  # behind the mark and the version
    while at < len(content):
        kind = content[at]
        size, start = _read_number(content, at + 1)
        length, name = _read_number(content, start)
        if kind == 0 and content[name : name + length] == SECTION:
            metadata: dict[str, Any] = json.loads(content[name + length : start + size])
            return metadata
        at = start + size
    raise ValueError("this is no engine of greatpowers")


def _number(value: int) -> bytes:
    """A whole number as WebAssembly writes it, seven bits a byte (LEB128)."""
    encoded = bytearray()
    while value >= 0x80:
        encoded.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes([*encoded, value])


def _read_number(content: bytes, at: int) -> tuple[int, int]:
    """A number, and where what follows it begins."""
    value = shift = 0
    while True:
        value |= (content[at] & 0x7F) << shift
        at, shift = at + 1, shift + 7
        if content[at - 1] < 0x80:
            return value, at


NAMES = ("world", "policy", "p", "luck", "first", "workspace", "track")
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
    full_track = new_track(recorded, states, theatres, full=True)
    track = full_track._replace(metrics=new_track(rounds, states, theatres, full=False).metrics)
    luck, workspace = luck_of(0, states, theatres), new_workspace(states, theatres, capacity)
    return empty_world(states, theatres), policy, pack(Parameters()), luck, 0, workspace, track


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
            "workspace.log.codes": _names(Column),
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
        entry: dict[str, Any] = {"name": name, "type": described_type(value.dtype)}
        if isinstance(value, np.ndarray):
            entry["shape"] = [*map(_axis, value.shape, other.shape)]
            if not name.startswith(GIVEN):
                entry |= _first_content(name, other)
        yield entry


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


def plain_data(setups: Sequence[Setup]) -> dict[str, Any]:
    """What `engine.take` of `assets/engine.js` takes: one world, its parameters and a policy for each setup, as JSON.

    The setups are of one world, as :func:`~greatpowers.simulation.setup.prepare_all` makes them. Arrays are the bytes
    of their items in base64, numbers with the lowest byte first; types and shapes stand in the module, and `core` is
    the fingerprint of the rules that it must have been made from.
    """
    first = setups[0]
    if any(setup.world is not first.world for setup in setups):
        raise ValueError("the setups are of several worlds; expected policies in one.")
    states, theatres = first.sizes
    return {
        "core": fingerprint(),
        "rounds": first.rounds,
        "sizes": {"states": states, "theatres": theatres},
        "arrays": _packed(("world", "p"), (first.world, first.packed)),
        "policies": {setup.policy.name: policy_data(setup.levers) for setup in setups},
    }


def policy_data(policy: Policy) -> dict[str, Any]:
    """A policy as built, as `engine.policy` of `assets/engine.js` takes it: [segments, T] levers and first rounds."""
    return {"segments": policy.starts.size, "arrays": _packed(("policy",), (policy,))}


def parameters_data(parameters: Parameters) -> str:
    """Parameters as the engine takes them in place of those of a world: the bytes of the array `p`."""
    return _packed(("p",), (pack(parameters),))["p"]


def _packed(names: Iterable[str], values: Iterable[Any]) -> dict[str, str]:
    """Every array and record in its bytes."""
    arrays = ((name, np.asarray(value)) for name, value in flattened(values, names))
    return {
        name: base64.b64encode(array.astype(array.dtype.newbyteorder("<")).tobytes()).decode() for name, array in arrays
    }
