"""Directories of results: written whole or not at all, and never over somebody else's files."""

import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import uuid4

from greatpowers.scenario.errors import GreatPowersError
from greatpowers.storage.files import OURS, PARTIAL, checked_path, disk_faults, is_within, reason
from greatpowers.storage.manifest import MANIFEST, read_manifest, write_manifest

GONE_ON_WITH = ("experiment", "calibration", "search")
"""Kinds of results that are resumed; others are replaced by new ones."""


def check_place(directory: Path, kind: str) -> None:
    """Raise :class:`GreatPowersError` if results of a kind may not be written to a directory; look only.

    It may be new, empty, or hold results of ours: of the same kind, or both of kinds that are replaced.
    """
    checked_path(directory)
    with disk_faults(directory, kept=False):
        if directory.exists() and not directory.is_dir():
            raise GreatPowersError(f"{directory}: this is a file; expected a directory.")
        found = read_manifest(directory)
        others = [] if found or not directory.is_dir() else [path.name for path in directory.iterdir()]
    if others := sorted(name for name in others if not name.startswith(OURS)):
        text = f"this directory holds files that greatpowers did not write, such as '{others[0]}'"
        raise GreatPowersError(f"{directory}: {text}; it is left alone: choose another one.")
    there = kind if found is None else str(found.get("kind"))
    if there != kind and not {there, kind}.isdisjoint(GONE_ON_WITH):
        text = f"this directory holds {_one(there)}, and {_one(kind)} is not written over it; choose another one"
        raise GreatPowersError(f"{directory}: {text}.")


def _one(kind: str) -> str:
    return f"{'an' if kind.startswith(tuple('aeiou')) else 'a'} {kind}"


@contextmanager
def whole_directory(directory: str | Path, manifest: Mapping[str, Any]) -> Iterator[Path]:
    """A place to write results to; they appear under `directory` all together when the block ends without error.

    The place is a hidden directory beside the target, renamed at the end; the manifest is written last, with the names
    of everything else. Results of ours that were there are replaced; files that others added to them stay. Raises
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


def written_within(directory: Path, kind: str) -> bool:
    """Whether results of a kind are written to a directory as it is, and not beside it first."""
    return directory.is_dir() and (kind in GONE_ON_WITH or _must_stay(directory.resolve()))


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
    number = next(n for n in range(2, 10**6) if not os.path.lexists(partial.with_name(f"{target.name}-{n}")))
    other = partial.rename(partial.with_name(f"{target.name}-{number}"))
    raise GreatPowersError(f"{asked}: {why}, so it is left alone; the results are in {other}.")


def own_files(directory: Path, within: str = "") -> set[str]:
    """Files of ours in a directory of results, relative to it: those the manifest names, and so on inside them."""
    manifest, found = read_manifest(directory), set[str]()
    for name in filter(is_within, map(str, (manifest or {}).get("files", ()))):
        path = directory / name
        if path.is_dir() and not path.is_symlink():
            found |= own_files(path, f"{within}{name}/")
        else:
            found.add(f"{within}{name}")
    return found


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
        ours_inside = any(found.startswith(f"{name}/") for found in own)
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
