"""Directories of results: written whole or not at all, and never over somebody else's files."""

import json
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import uuid4

from greatpowers.scenario.errors import GreatPowersError

MANIFEST = "manifest.json"
SOFTWARE = "greatpowers"
EXPERIMENT = "experiment"
GONE_ON_WITH = (EXPERIMENT, "calibration")
"""Kinds of directories that are gone on with and never replaced."""


@contextmanager
def whole_directory(directory: str | Path) -> Iterator[Path]:
    """A place to write results to; they appear under `directory` all together when the block ends without error.

    The place is a hidden directory beside the target, renamed at the end. Results of ours that were there are
    replaced; files that others added to them stay. Raises :class:`GreatPowersError` if `directory` holds anything
    else, or cannot be written.
    """
    if "\0" in str(directory):
        raise GreatPowersError(f"{str(directory)!r}: cannot be written (it has a null byte); choose another directory.")
    with _as_sentences(directory):
        target = Path(directory).expanduser().resolve()
        _refuse_foreign(target, directory)
        in_place = _must_stay(target)
        beside = target if in_place else target.parent
        beside.mkdir(parents=True, exist_ok=True)
        partial = beside / f".{target.name}.{uuid4().hex[:8]}"
        partial.mkdir()
        try:
            yield partial
            (_fill if in_place else _swap)(partial, target)
        finally:
            shutil.rmtree(partial, ignore_errors=True)


def write_manifest(place: Path, manifest: Mapping[str, Any]) -> None:
    """Write the manifest, the names of everything written so far with it; to be called last."""
    files = sorted([*(path.name for path in place.iterdir()), MANIFEST])
    text = json.dumps({**manifest, "files": files}, indent=2, ensure_ascii=False)
    (place / MANIFEST).write_text(text + "\n", encoding="utf-8")


def read_manifest(directory: Path) -> dict[str, Any] | None:
    """The manifest of a directory of ours, or None if it has none of ours."""
    try:
        found = json.loads((directory / MANIFEST).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return found if isinstance(found, dict) and found.get("software") == SOFTWARE else None


@contextmanager
def _as_sentences(directory: str | Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        reason = error.strerror or error
        raise GreatPowersError(f"{directory}: cannot be written ({reason}); choose another directory.") from error


def _refuse_foreign(target: Path, asked: str | Path) -> None:
    if not target.exists():
        return
    if not target.is_dir():
        raise GreatPowersError(f"{asked}: this is a file; expected a directory.")
    manifest = read_manifest(target)
    if any(target.iterdir()) and manifest is None:
        text = "this directory holds files that greatpowers did not write; choose another one, or empty it."
        raise GreatPowersError(f"{asked}: {text}")
    if manifest is not None and manifest.get("kind") in GONE_ON_WITH:
        article = "an" if manifest["kind"] == EXPERIMENT else "a"
        text = f"this directory holds {article} {manifest['kind']}, which is not written over; choose another one."
        raise GreatPowersError(f"{asked}: {text}")


def _must_stay(target: Path) -> bool:
    """Whether the directory itself may not be moved: a mounted volume, or where somebody stands."""
    return target.is_dir() and (target.is_mount() or Path.cwd().is_relative_to(target))


def _own_files(target: Path) -> set[str]:
    manifest = read_manifest(target) or {}
    return {name for name in manifest.get("files", []) if isinstance(name, str)}


def _swap(partial: Path, target: Path) -> None:
    """Put `partial` in the target's place, taking along what others have put there."""
    if not target.exists():
        partial.rename(target)
        return
    own = _own_files(target)
    for entry in target.iterdir():
        if entry.name not in own and not (partial / entry.name).exists():
            entry.rename(partial / entry.name)
    aside = target.with_name(f"{partial.name}.old")
    target.rename(aside)
    try:
        partial.rename(target)
    except OSError:
        aside.rename(target)
        raise
    shutil.rmtree(aside, ignore_errors=True)


def _fill(partial: Path, target: Path) -> None:
    """Move what was written into a directory that must stay where it is, the manifest last."""
    for name in _own_files(target):
        (target / name).unlink(missing_ok=True)
    for entry in sorted(partial.iterdir(), key=lambda path: path.name == MANIFEST):
        entry.replace(target / entry.name)
