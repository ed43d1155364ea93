"""Where results go: looked at before anything is computed, so that nobody waits for what cannot be kept."""

import os
import tempfile
from pathlib import Path

from greatpowers.cli.terminal import Screen
from greatpowers.scenario.errors import GreatPowersError
from greatpowers.storage.directories import read_manifest

REMEDY = "choose another one with --out"


def checked_destination(text: str) -> Path:
    """The directory meant by `text`; raises :class:`GreatPowersError` if results cannot be written there.

    It may be new, empty, or hold results of ours, which are then replaced; what others have put there is safe.
    """
    if not text.strip():
        raise GreatPowersError("--out is empty; expected the name of a directory.")
    path = Path(text).expanduser()
    try:
        _check_content(path, text)
        _try_writing(path)
    except (OSError, ValueError, RuntimeError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise GreatPowersError(f"cannot write to '{text}' ({reason.lower()}); {REMEDY}.") from None
    return path


def _check_content(path: Path, text: str) -> None:
    if path.exists() and not path.is_dir():
        raise GreatPowersError(f"--out is '{text}', which is a file; expected a directory.")
    if path.is_dir() and any(path.iterdir()) and read_manifest(path) is None:
        raise GreatPowersError(
            f"the directory '{text}' holds files that greatpowers did not write; it is left alone: {REMEDY}."
        )


def _try_writing(path: Path) -> None:
    """Make a directory of the same name and remove it: permissions do not tell about read-only disks and the like."""
    place = Path(os.path.abspath(path)).parent
    while not place.exists():
        place = place.parent
    with tempfile.TemporaryDirectory(dir=place, prefix=".greatpowers-") as trial:
        (Path(trial) / path.name).mkdir(exist_ok=True)


def print_files(screen: Screen, directory: Path) -> None:
    """Say where results are, one path a line, so that they can be copied."""
    manifest = read_manifest(directory) or {}
    screen.print("Files written:")
    for name in sorted(manifest.get("files", ())):
        screen.print(f"  {directory / name}", soft_wrap=True)
