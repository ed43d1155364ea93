"""The manifest of a directory: what was run to get what lies in it; and whether two were run with the same."""

import json
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from greatpowers.scenario.errors import GreatPowersError, shown
from greatpowers.storage.files import reason, write_whole

MANIFEST = "manifest.json"
SOFTWARE = "greatpowers"
FORMAT = 1
"""Of directories that are gone on with."""

LIBRARIES = ("numpy", "numba", "scipy", "pyarrow", "scikit-learn")
"""Libraries on which numbers or bytes depend."""

SHAPES: Mapping[type, tuple[str, ...]] = {
    str: (
        *("kind", "version", "core", "created", "experiment", "title", "experiment_text", "experiment_sha256"),
        *("points_sha256", "record", "scenario", "policy", "policy_file", "config_sha256", "baseline", "commit"),
    ),
    int: ("format", "points", "rows", "parts", "part_rows", "seed_base", "events", "seed", "rounds"),
    bool: ("recorded",),
    list: ("files", "policies", "columns", "series"),
    dict: ("environment", "machine", "contents", "configuration"),
}
"""What a manifest may say, by the type of the value; other keys say what they like."""

WORDS = {str: "a text", int: "a whole number", bool: "true or false", list: "a list", dict: "a table"}


def read_manifest(directory: Path) -> dict[str, Any] | None:
    """The manifest of a directory; None if there is none.

    Raises :class:`GreatPowersError` where it is damaged, of another program, or cannot be read.
    """
    path = directory / MANIFEST
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        raise GreatPowersError(f"{path}: this file cannot be read ({reason(error)}).") from None
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict) or found.get("software") != SOFTWARE:
        text = f"its {MANIFEST} is damaged, or greatpowers did not write it, so nobody can tell what was run"
        raise GreatPowersError(f"{directory}: {text}; put it back from a copy, or choose another directory.")
    for kind, names in SHAPES.items():
        for name in names:
            if name in found and type(found[name]) is not kind:
                said = "null" if found[name] is None else shown(found[name])
                raise GreatPowersError(f"{path}: '{name}' is {said}; expected {WORDS[kind]}. The file is damaged.")
    return found


def write_manifest(place: Path, manifest: Mapping[str, Any]) -> None:
    """Write a manifest, whole or not at all."""
    write_whole(place / MANIFEST, json.dumps(manifest, indent=2, ensure_ascii=False) + "\n")


def difference(old: Mapping[str, Any], new: Mapping[str, Any]) -> str:
    """The first thing in which what was run differs, as the end of a sentence; empty if in nothing."""
    return next(_differences(old, new), "")


def _differences(old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[str]:
    if old.get("format") != new["format"]:
        yield f"the format of the directory was {old.get('format')} and is {new['format']}"
    if old.get("version") != new["version"]:
        yield f"it was begun with greatpowers {old.get('version')}, and this is {new['version']}"
    if old.get("core") != new["core"]:
        yield f"the rules of the model have changed (core {old.get('core')}, now {new['core']})"
    for library in LIBRARIES:
        before, now = old.get("environment", {}).get(library), new["environment"].get(library)
        if before != now:
            yield f"it was begun with {library} {before}, and this is {library} {now}"
    try:
        before = tomllib.loads(old.get("experiment_text", ""))
    except tomllib.TOMLDecodeError as error:
        yield f"the 'experiment_text' of its {MANIFEST} is damaged ({error})"
        return
    yield from _changed_settings(before, tomllib.loads(new["experiment_text"]))
    before, now = old.get("contents", {}), new["contents"]
    for name in {**before, **now}:
        if before.get(name) != now.get(name):
            yield f"the content of {name} has changed"


def _changed_settings(old: Mapping[str, Any], new: Mapping[str, Any], within: str = "") -> Iterator[str]:
    for key in {**old, **new}:
        name, before, now = f"{within}{key}", old.get(key), new.get(key)
        if isinstance(before, Mapping) and isinstance(now, Mapping):
            yield from _changed_settings(before, now, f"{name}.")
        elif before != now:
            yield f"'{name}' {_was(before)} and {_is(now)}"


def _was(value: Any) -> str:
    return "was not set" if value is None else f"was {_text(value)}"


def _is(value: Any) -> str:
    return "is not set now" if value is None else f"is {_text(value)} now"


def _text(value: Any) -> str:
    return "[" + ", ".join(map(shown, value)) + "]" if isinstance(value, list) and len(value) <= 8 else shown(value)
