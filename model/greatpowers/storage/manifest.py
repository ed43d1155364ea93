"""What a directory of results says of itself: what was run, as TOML that loads again; on what; and its manifest.

Directories are written whole or not at all, and never over files that this program did not write.
"""

import hashlib
import json
import os
import platform
import shutil
import subprocess
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from itertools import count
from pathlib import Path
from typing import Any, cast
from uuid import uuid4

import numba
import numpy as np
import tomli_w
from pydantic import BaseModel
from pydantic.fields import FieldInfo

import greatpowers
from greatpowers.core.kernel import core_fingerprint, is_compiled
from greatpowers.scenario.build import segments_of
from greatpowers.scenario.errors import GreatPowersError, a_or_an, shown
from greatpowers.scenario.library import names, path_of, text_in
from greatpowers.scenario.schema import PolicyPreset, Scenario
from greatpowers.storage.files import OURS, PARTIAL, checked_path, disk_faults, is_within, reason, write_whole

MANIFEST = "manifest.json"
SOFTWARE = "greatpowers"
FORMAT = 1
"""Of directories that are resumed."""

LIBRARIES = ("numpy", "numba", "scipy", "pyarrow", "scikit-learn")
"""Libraries on which numbers or bytes depend."""

SHAPES: Mapping[type, tuple[str, ...]] = {
    str: (
        *("kind", "version", "core", "created", "experiment", "title", "experiment_text", "experiment_sha256"),
        *("points_sha256", "record", "scenario", "policy", "policy_file", "config_sha256", "baseline", "commit"),
    ),
    int: ("format", "points", "rows", "parts", "part_rows", "seed_base", "events", "seed", "rounds"),
    bool: ("recorded",),
    list: ("files", "policies", "columns", "series", "own_metrics", "rules"),
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
        manifest = json.loads(text_in(path))
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        raise GreatPowersError(f"{path}: this file cannot be read ({reason(error)}).") from None
    except (ValueError, RecursionError):
        manifest = None
    if not isinstance(manifest, dict) or manifest.get("software") != SOFTWARE:
        text = f"its {MANIFEST} is damaged, or greatpowers did not write it, so nobody can tell what was run"
        raise GreatPowersError(f"{directory}: {text}; put it back from a copy, or choose another directory.")
    for kind, keys in SHAPES.items():
        for name in keys:
            if name in manifest and type(manifest[name]) is not kind:
                given = "null" if manifest[name] is None else shown(manifest[name])
                raise GreatPowersError(f"{path}: '{name}' is {given}; expected {WORDS[kind]}. The file is damaged.")
    return manifest


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
            was = "was not set" if before is None else f"was {_text(before)}"
            yield f"'{name}' {was} and {'is not set' if now is None else f'is {_text(now)}'} now"


def _text(value: Any) -> str:
    return "[" + ", ".join(map(shown, value)) + "]" if isinstance(value, list) and len(value) <= 8 else shown(value)


CONFIG = "config.toml"


def configuration(scenario: Scenario, policies: Iterable[PolicyPreset]) -> dict[str, str]:
    """Texts by file name: the resolved scenario, and each policy under its own name, so that terms find it."""
    chosen = list(policies)
    texts = {CONFIG: scenario_text(scenario, chosen)}
    for policy in chosen:
        texts[policy_file(policy.name)] = tomli_w.dumps(plain(policy))
    return texts


def policy_file(policy: str) -> str:
    """Name of the file that a policy of this name is written to."""
    return f"{policy}.toml" if policy != "config" else "config-policy.toml"


def scenario_text(scenario: Scenario, policies: Iterable[PolicyPreset]) -> str:
    """The scenario as TOML, without mention of policies that neither ship nor took part: nobody could read them."""
    chosen = list(policies)
    known = {*names("policies"), *(policy.name for policy in chosen)}
    asked = {name for policy in chosen for segment in segments_of(policy) for name in segment.terms}
    terms = tuple(term for term in scenario.terms if term.policy in known | asked)
    own = tuple(name for name in scenario.policies if name in known)
    under = scenario.happened_under if scenario.happened_under in known else None
    update = {"terms": terms, "policies": own, "happened_under": under}
    return tomli_w.dumps(plain(scenario.model_copy(update=update)))


def digest(texts: Mapping[str, str]) -> str:
    """SHA-256 of the texts, by file name in order."""
    hasher = hashlib.sha256()
    for name in sorted(texts):
        hasher.update(f"{name}\n{texts[name]}\n".encode())
    return hasher.hexdigest()


def plain(value: Any) -> Any:
    """A model as TOML holds it: keys as files write them, optional settings that say nothing left out."""
    if isinstance(value, BaseModel):
        fields = type(value).model_fields.items()
        entries = (
            (field.alias or name, getattr(value, name), _is_given(getattr(value, name), field))
            for name, field in fields
        )
        return {key: plain(item) for key, item, stated in entries if stated}
    if isinstance(value, Mapping):
        return {key: plain(item) for key, item in value.items()}
    return [plain(item) for item in value] if isinstance(value, tuple | list) else value


def _is_given(value: Any, field: FieldInfo) -> bool:
    """Whether a setting is written: an empty list says something where leaving it out would mean another."""
    if value is None:
        return False
    return field.is_required() or not _says_nothing(value) or field.default is None


def _says_nothing(value: Any) -> bool:
    if isinstance(value, BaseModel):
        return not plain(value)
    return value is None or value == "" or (isinstance(value, tuple | list | dict) and not value)


def provenance() -> dict[str, Any]:
    """Version, fingerprint of the rules, environment and the time of day, as plain data."""
    return {
        "software": "greatpowers",
        "version": greatpowers.__version__,
        "core": fingerprint(),
        "created": datetime.now(UTC).isoformat(timespec="seconds"),
        "environment": environment(),
    }


@cache
def fingerprint() -> str:
    """Hash of the rules as they were when first asked for: later edits do not change what was imported."""
    return core_fingerprint()


@cache
def fingerprint_of(*patterns: str) -> str:
    """Hash of modules of the package and of tables beside them, as :func:`fingerprint` is of the rules.

    `patterns` are those of :meth:`pathlib.Path.glob`, from the package's own directory on.
    """
    hasher, package = hashlib.sha256(), Path(greatpowers.__file__).parent
    for path in sorted({path for pattern in patterns for path in package.glob(pattern)}):
        if path.suffix in (".py", ".toml"):
            hasher.update(path.read_bytes())
    return hasher.hexdigest()[:16]


def environment() -> dict[str, Any]:
    """Versions of what numbers depend on, and the platform."""
    return {
        "python": platform.python_version(),
        "numpy": np.__version__,
        "numba": numba.__version__,
        "compiled": is_compiled(),
        "platform": platform.platform(),
    }


def stamped(*libraries: str) -> dict[str, Any]:
    """The same, with the libraries that results on disk depend on, the commit if it is known, and the machine."""
    stamp, commit = provenance(), _commit()
    stamp["environment"] |= {name: version_of(name) for name in ("scipy", "pyarrow", *libraries)}
    machine = {"name": platform.node(), "cores": available_cores(), **variants()}
    return {**stamp, **({"commit": commit} if commit else {}), "machine": machine}


@cache
def variants() -> Mapping[str, str]:
    """What last digits may hang on beside versions: the processor, and which text of NumPy and BLAS it gets."""
    from llvmlite.binding import get_host_cpu_name  # of Numba, which has loaded it

    built = cast(Mapping[str, Any], np.show_config(mode="dicts"))
    algebra = built.get("Build Dependencies", {}).get("blas", {})
    return {
        "architecture": platform.machine(),
        "processor": get_host_cpu_name(),
        "simd": " ".join(built.get("SIMD Extensions", {}).get("found", ())),
        "blas": f"{algebra.get('name', '')} {algebra.get('version', '')}".strip(),
    }


def other_machine(old: Mapping[str, Any], new: Mapping[str, Any]) -> str:
    """In what the machine that something was begun on differs from this one, as a clause; empty if in nothing."""
    before, now = old.get("machine", {}), new.get("machine", {})
    for name in variants():
        if name in before and before[name] != now.get(name):
            return f"'{name}' was {shown(before[name])} and is {shown(now.get(name))} now"
    return ""


def version_of(library: str) -> str:
    """Version of a library; empty if it is not installed."""
    try:
        return version(library)
    except PackageNotFoundError:
        return ""


def available_cores() -> int:
    """Cores this process may use."""
    allowed = getattr(os, "sched_getaffinity", None)
    return len(allowed(0)) if allowed else os.cpu_count() or 1


def _commit() -> str:
    """The commit of the checkout the package is in, marked if there are changes; empty for an installed package."""
    checkout = Path(greatpowers.__file__).parents[2]
    if not (checkout / ".git").exists():
        return ""
    try:
        done = subprocess.run(
            ["git", "-C", str(checkout), "describe", "--always", "--dirty", "--abbrev=40", "--exclude=*"],
            capture_output=True, encoding="utf-8", errors="replace", timeout=20, check=True, stdin=subprocess.DEVNULL,
            env={**os.environ, "GIT_OPTIONAL_LOCKS": "0"},
        )  # fmt: skip
    except (OSError, subprocess.SubprocessError):
        return ""
    return done.stdout.strip()


RESUMABLE = ("experiment", "calibration", "search")
"""Kinds of results that are resumed; others are replaced by new ones."""


def check_place(directory: Path, kind: str) -> None:
    """Raise :class:`GreatPowersError` if results of a kind may not be written to a directory; look only.

    It may be new, empty, or hold earlier results: of the same kind, or both of kinds that are replaced.
    """
    checked_path(directory)
    with disk_faults(directory, kept=False):
        if directory.exists() and not directory.is_dir():
            raise GreatPowersError(f"{directory}: this is a file; expected a directory.")
        manifest = read_manifest(directory)
        others = [] if manifest or not directory.is_dir() else [path.name for path in directory.iterdir()]
    if others := sorted(name for name in others if not name.startswith(OURS)):
        text = f"this directory holds files that greatpowers did not write, such as '{others[0]}'"
        raise GreatPowersError(f"{directory}: {text}; it is left alone: choose another one.")
    there = kind if manifest is None else str(manifest.get("kind"))
    if there != kind and not {there, kind}.isdisjoint(RESUMABLE):
        text = f"this directory holds {a_or_an(there)}, and {a_or_an(kind)} is not written over it; choose another one"
        raise GreatPowersError(f"{directory}: {text}.")


@contextmanager
def whole_directory(directory: str | Path, manifest: Mapping[str, Any]) -> Iterator[Path]:
    """A place to write results to; they appear under `directory` all together when the block ends without error.

    The place is a hidden directory beside the target, renamed at the end; the manifest is written last, with the names
    of everything else. Earlier results there are replaced; files that others added to them stay. Raises
    :class:`GreatPowersError` if `directory` holds anything else, or cannot be written. If others have put a file where
    one of the results belongs, it stays and the results come to lie beside; the sentence says where.
    """
    target = checked_path(directory)
    check_place(target, str(manifest["kind"]))
    with disk_faults(target, kept=False):
        target = target.resolve()
        beside = target if _must_stay(target) else target.parent
        beside.mkdir(parents=True, exist_ok=True)
        partial = beside / f"{PARTIAL}{uuid4().hex[:8]}"
        partial.mkdir()
        try:
            yield partial
            write_manifest(partial, {**manifest, "files": sorted([*(p.name for p in partial.iterdir()), MANIFEST])})
            _put(partial, target, directory)
        finally:
            shutil.rmtree(partial, ignore_errors=True)


def save_whole(directory: str | Path, manifest: Mapping[str, Any], content: Mapping[str, bytes | str]) -> Path:
    """Write results that consist of these files, text as UTF-8, by :func:`whole_directory`, and return their path."""
    with whole_directory(directory, manifest) as place:
        for name, data in content.items():
            (place / name).write_bytes(data.encode() if isinstance(data, str) else data)
    return path_of(directory)


def written_within(directory: Path, kind: str) -> bool:
    """Whether results of a kind are written to a directory as it is, and not beside it first."""
    return directory.is_dir() and (kind in RESUMABLE or _must_stay(directory.resolve()))


def _must_stay(target: Path) -> bool:
    """Whether a directory may not be moved: a mounted volume, where somebody stands, or within one of others."""
    movable = os.access(target.parent, os.W_OK)
    return target.is_dir() and (target.is_mount() or Path.cwd().is_relative_to(target) or not movable)


def _put(partial: Path, target: Path, asked: str | Path) -> None:
    """Put what was written where it belongs, or else beside."""
    if not target.exists():
        partial.rename(target)
        return
    own, new = own_files(target), _files(partial)
    foreign = sorted(name for name in new - own if os.path.lexists(target / name))
    try:
        if not foreign:
            (_fill if partial.parent == target else _swap)(partial, target, own)
            return
        why = f"'{foreign[0]}' in it was not written by greatpowers"
    except OSError as error:
        why = f"it cannot be replaced ({reason(error)})"
    number = next(n for n in count(2) if not os.path.lexists(partial.with_name(f"{target.name}-{n}")))
    other = partial.rename(partial.with_name(f"{target.name}-{number}"))
    raise GreatPowersError(f"{asked}: {why}, so it is left alone; the results are in {other}.")


def own_files(directory: Path, within: str = "") -> set[str]:
    """Files in a directory of results that this program wrote, relative to it: those of its manifests."""
    manifest, files = read_manifest(directory), set[str]()
    for name in filter(is_within, map(str, (manifest or {}).get("files", ()))):
        path = directory / name
        if path.is_dir() and not path.is_symlink():
            files |= own_files(path, f"{within}{name}/")
        else:
            files.add(f"{within}{name}")
    return files


def _files(directory: Path) -> set[str]:
    return {path.relative_to(directory).as_posix() for path in directory.rglob("*") if path.is_file()}


def _swap(partial: Path, target: Path, own: set[str]) -> None:
    """Put `partial` in the target's place; what others have put there comes along."""
    aside = partial.with_name(f"{partial.name}-old")
    target.rename(aside)
    try:
        partial.rename(target)
    except OSError:
        aside.rename(target)
        raise
    _carry(aside, target, own)
    shutil.rmtree(aside, ignore_errors=True)


def _carry(old: Path, new: Path, own: set[str], within: str = "") -> None:
    """Move everything that is not ours to where it had been."""
    for entry in old.iterdir():
        name = f"{within}{entry.name}"
        ours_inside = any(file.startswith(f"{name}/") for file in own)
        if ours_inside or (new / entry.name).is_dir():
            (new / entry.name).mkdir(exist_ok=True)
            _carry(entry, new / entry.name, own, f"{name}/")
        elif name not in own:
            entry.rename(new / entry.name)


def _fill(partial: Path, target: Path, own: set[str]) -> None:
    """Move what was written into a directory that must stay where it is, the manifest last."""
    new = _files(partial)
    for name in own - new:
        (target / name).unlink(missing_ok=True)
    for name in sorted(new, key=lambda name: (name == MANIFEST, name)):
        (target / name).parent.mkdir(parents=True, exist_ok=True)
        (partial / name).replace(target / name)
