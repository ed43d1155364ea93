"""Files: each written whole or not at all, and the file system's errors as sentences."""

import contextlib
import errno
import hashlib
import json
import math
import os
import tempfile
import threading
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path, PurePath
from typing import Any, BinaryIO

from greatpowers.scenario.errors import GreatPowersError
from greatpowers.scenario.library import LARGEST_TABLE, check_is_file, content_of, holds

OURS = ".greatpowers-"
"""How names begin of what is there only while a command works: locks, and what is half-written."""

PARTIAL = f"{OURS}partial-"

FULL = (errno.ENOSPC, errno.EFBIG, getattr(errno, "EDQUOT", errno.ENOSPC))
GONE = (errno.ENOENT, errno.ENOTDIR, getattr(errno, "ESTALE", errno.ENOENT))


@contextlib.contextmanager
def writing(path: Path) -> Iterator[BinaryIO]:
    """A file to write to; it takes the place of `path` as the block ends, and at no moment is `path` half of it."""
    partial = path.with_name(f"{PARTIAL}{path.name}")
    try:
        with partial.open("wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        partial.replace(path)
    except BaseException:
        with contextlib.suppress(OSError):
            partial.unlink()
        raise
    sync_directory(path.parent)


def write_whole(path: Path, content: bytes | str) -> None:
    """Write a file, text as UTF-8, so that at any moment, a power cut included, all of it is there or nothing."""
    with writing(path) as file:
        file.write(content.encode() if isinstance(content, str) else content)


def try_writing(place: Path, name: str) -> None:
    """Make a directory of a name in a place and remove it; raises :class:`OSError` if that cannot be done.

    What permissions say is not enough: disks may be read-only, and names too long for them.
    """
    with tempfile.TemporaryDirectory(dir=place, prefix=OURS) as trial:
        (Path(trial) / name).mkdir(exist_ok=True)


def check_can_be_written(path: Path) -> None:
    """Raise :class:`GreatPowersError` if a file cannot be written to `path`, before its content is worked out."""
    with disk_faults(path, kept=False):
        if path.is_file() or not path.exists():  # neither a pipe nor a terminal
            try_writing(path.resolve().parent, f"{PARTIAL}{path.name}")


def write_new(path: Path, content: bytes) -> None:
    """Write a file whole where there is none; raises :class:`GreatPowersError` where one says something else."""
    place = checked_path(path)
    with disk_faults(place, kept=False):
        if place.exists():
            if not place.is_file() or not holds(place, content):
                raise GreatPowersError(f"{path}: there is something else by that name; choose another one.")
            return
        write_whole(place, content)


def write_text(path: Path, text: str) -> None:
    """Write text as UTF-8, with the same ends of lines on every system, where the directory itself comes whole."""
    path.write_text(text, encoding="utf-8", newline="\n")


def json_text(value: Any, indent: int = 2) -> str:
    """Plain data as the text of a JSON file; what has no value is null."""
    return json.dumps(with_null(value), indent=indent, ensure_ascii=False, allow_nan=False) + "\n"


def with_null(value: Any) -> Any:
    """Plain data with None for what is not finite, and Python's own numbers for NumPy's, as JSON may hold them."""
    if isinstance(value, Mapping):
        return {key: with_null(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [with_null(item) for item in value]
    plain = value.item() if hasattr(value, "item") else value
    return None if isinstance(plain, float) and not math.isfinite(plain) else plain


def sync_directory(directory: Path) -> None:
    """Make the names in a directory last, where the system can open one (Windows cannot)."""
    try:
        handle = os.open(directory, os.O_RDONLY)
    except PermissionError:
        return
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def sweep(directory: Path) -> None:
    """Remove what a killed process left half-written."""
    for partial in directory.rglob(f"{PARTIAL}*"):
        if partial.is_file():  # a directory is of a command that is writing just now
            partial.unlink(missing_ok=True)


def checksum(content: bytes) -> str:
    """SHA-256 of a file's content."""
    return hashlib.sha256(content).hexdigest()


def checksum_of(path: Path) -> str:
    """SHA-256 of a file, or an empty string if it cannot be read."""
    try:
        check_is_file(path)
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        return ""


def checksum_of_data(content: object) -> str:
    """SHA-256 of plain data."""
    return checksum(json.dumps(content, sort_keys=True).encode())


class Lines:
    """A text file that lines are added to, each safe on disk before the next; any thread may add some."""

    def __init__(self, path: Path) -> None:
        self.path, self._lock = path, threading.Lock()

    def read(self) -> list[str]:
        """The lines; what a killed process left of one is cut off."""
        try:
            content = content_of(self.path, LARGEST_TABLE)
        except FileNotFoundError:
            return []
        whole = content[: content.rfind(b"\n") + 1]
        if whole != content:
            write_whole(self.path, whole)
        return whole.decode("utf-8", "replace").split("\n")[:-1]

    def add(self, line: str) -> None:
        """Add a line."""
        with self._lock, self.path.open("ab", buffering=0) as file:
            file.write(f"{line}\n".encode())
            os.fsync(file.fileno())

    def replace(self, lines: Sequence[str]) -> None:
        """Put other lines in the place of all there are."""
        write_whole(self.path, "".join(f"{line}\n" for line in lines))


def is_within(name: str) -> bool:
    """Whether the name of a file leads nowhere but into the directory that it is kept in."""
    path = PurePath(name)
    return bool(path.parts) and not path.is_absolute() and not path.drive and ".." not in path.parts


def checked_path(text: str | Path) -> Path:
    """The path meant by `text`; raises :class:`GreatPowersError` for what names no place to write to."""
    if not str(text).strip() or "\0" in str(text):
        why = "it has a null byte" if str(text).strip() else "it has no name"
        raise GreatPowersError(f"{str(text)!r}: cannot be written ({why}); choose another place.")
    try:
        path = Path(text).expanduser()
        os.fsencode(path)
        dangling = path.is_symlink() and not path.exists()
    except UnicodeEncodeError as error:
        why = f"names of files cannot have {error.object[error.start : error.end]!r} in this locale"
        raise GreatPowersError(f"{text}: cannot be written ({why}); choose another place.") from None
    except (OSError, RuntimeError) as error:
        raise GreatPowersError(f"{text}: cannot be written ({reason(error)}); choose another place.") from None
    if dangling:
        raise GreatPowersError(f"{text}: this is a link to '{os.readlink(path)}', which is not there; choose another.")
    return path


@contextlib.contextmanager
def disk_faults(directory: Path, kept: bool = True) -> Iterator[None]:
    """Turn what the file system reports into a sentence: what happened, what to do, and that what is finished is kept.

    `kept` is false where nothing is finished before all is. What did not come from the file system passes as it is.
    """
    try:
        yield
    except OSError as error:
        if not is_of_files(error):
            raise
        raise GreatPowersError(f"{directory}: {_sentence(error, directory, kept)}") from error


def is_of_files(error: OSError) -> bool:
    """Whether an error is of the file system, and not of a program at the other end or one that was waited for."""
    answers = isinstance(error, TimeoutError | ConnectionError)  # with a number where a disk of the network gives them
    return not isinstance(error, BrokenPipeError) and not (answers and error.errno is None)


def _sentence(error: OSError, directory: Path, kept: bool) -> str:
    if not kept:
        return f"cannot be written ({reason(error)}); choose another directory."
    if error.errno in FULL:
        return (
            "the disk is full, or a limit on it is reached; what is finished is kept. "
            "Make room and give the same command again."
        )
    if error.errno in GONE and not directory.is_dir():
        return (
            "the directory has vanished while the command ran. If it comes back, the same command goes on where it "
            "stopped; otherwise that command starts anew."
        )
    return f"cannot be written ({reason(error)}); what is finished is kept."


def reason(error: Exception) -> str:
    """Why something failed, in the middle of a sentence."""
    text = getattr(error, "strerror", None) or str(error) or type(error).__name__
    return text.splitlines()[0].rstrip(".")
