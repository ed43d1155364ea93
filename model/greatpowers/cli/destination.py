"""Where results go: looked at before anything is computed, so that nobody waits for what cannot be kept."""

import contextlib
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

from greatpowers.cli.terminal import Screen, say
from greatpowers.scenario.errors import GreatPowersError
from greatpowers.storage.directories import check_place, written_within
from greatpowers.storage.files import OURS, checked_path, reason
from greatpowers.storage.manifest import read_manifest

RESULTS = "greatpowers-results"
REMEDY = "choose another one with --out"


def destination(out: str | None, kind: str, name: str = "") -> Path:
    """The directory asked for, or one of this name among the results, for results of a kind.

    It may be new, empty, or hold results of ours; what others have put there is safe. Raises
    :class:`GreatPowersError` if results cannot be written there.
    """
    if out is not None and not out.strip():
        raise GreatPowersError("--out is empty; expected the name of a directory.")
    path = checked_path(f"./{RESULTS}/{name}" if out is None else out)
    check_place(path, kind)
    try:
        _try_writing(path, kind)
    except (OSError, ValueError) as error:
        raise GreatPowersError(f"cannot write to '{path}' ({reason(error).lower()}); {REMEDY}.") from None
    return path


def _try_writing(path: Path, kind: str) -> None:
    """Make a directory of the same name and remove it: permissions do not tell about read-only disks and the like."""
    place = path.absolute() if written_within(path, kind) else path.absolute().parent
    while not place.exists():
        place = place.parent
    with tempfile.TemporaryDirectory(dir=place, prefix=OURS) as trial:
        (Path(trial) / path.name).mkdir(exist_ok=True)


def write_and_tell(write: Callable[[], object], tell: Callable[[], object]) -> None:
    """Write results, then tell them; they are told as well if they cannot be written, so that they are not lost."""
    try:
        write()
    except GreatPowersError:
        tell()
        raise
    tell()


def print_files(screen: Screen, directory: Path) -> None:
    """Say where results are, one path a line, so that they can be copied."""
    manifest = read_manifest(directory) or {}
    print_paths(screen, [directory / name for name in sorted(manifest.get("files", ()))])


def print_paths(screen: Screen, paths: list[Path]) -> None:
    """The same for files that are known."""
    screen.print("Files written:")
    for path in paths:
        screen.print(f"  {path}", soft_wrap=True)


@contextlib.contextmanager
def said_when_stopped(directory: Path) -> Iterator[None]:
    """Say what an interrupt leaves behind."""
    try:
        yield
    except KeyboardInterrupt:
        say(f"stopped; what is finished is kept in {directory}, and the same command goes on from there.")
        raise
