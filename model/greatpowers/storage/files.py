"""Files: each written whole or not at all, and what the file system reports told as a sentence.

And functions of the user's own in files or modules, which stand for metrics and for choices of the model: both are
named alike, from a command line, a file or another process.
"""

import contextlib
import errno
import hashlib
import importlib
import os
import sys
import threading
import traceback
from collections.abc import Iterator, Sequence
from pathlib import Path, PurePath
from types import ModuleType
from typing import Any, BinaryIO

from greatpowers.scenario.errors import GreatPowersError, suggestion

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


def write_new(path: Path, content: bytes) -> None:
    """Write a file whole where there is none; raises :class:`GreatPowersError` where one says something else."""
    place = checked_path(path)
    with disk_faults(place, kept=False):
        if place.exists():
            if not place.is_file() or place.read_bytes() != content:
                raise GreatPowersError(f"{path}: there is something else by that name; choose another one.")
            return
        write_whole(place, content)


def write_text(path: Path, text: str) -> None:
    """Write text as UTF-8, with the same ends of lines on every system, where the directory itself comes whole."""
    path.write_text(text, encoding="utf-8", newline="\n")


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
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        return ""


class Lines:
    """A text file that lines are added to, each safe on disk before the next; any thread may add some."""

    def __init__(self, path: Path) -> None:
        self.path, self._lock = path, threading.Lock()

    def read(self) -> list[str]:
        """The lines; what a killed process left of one is cut off."""
        try:
            content = self.path.read_bytes()
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

    `kept` is false where nothing is finished before all is.
    """
    try:
        yield
    except OSError as error:
        raise GreatPowersError(f"{directory}: {_sentence(error, directory, kept)}") from error


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


def named_function(where: str, text: str, beside: Path, how: str) -> tuple[Any, ModuleType, str]:
    """The function that FILE.py:FUNCTION or PACKAGE.MODULE:FUNCTION names, its module, and its name from anywhere.

    Raises :class:`GreatPowersError`, which begins with `where` and says `how` to name one.
    """
    source, colon, name = text.strip().rpartition(":")
    path = (beside / Path(source).expanduser()).resolve()
    try:
        if source.endswith(".py"):
            module, reference = _module_in(path, where), f"{path}:{name}"
        elif colon and all(part.isidentifier() for part in source.split(".")):
            module, reference = importlib.import_module(source), f"{source}:{name}"
        else:
            raise GreatPowersError(f"{where}: this names no function; {how}.")
    except GreatPowersError:
        raise
    except Exception as error:
        raise GreatPowersError(f"{where}: it cannot be imported, {failure_of(error, str(path))}.") from error
    function = getattr(module, name, None)
    if not callable(function):
        known = [key for key, value in vars(module).items() if callable(value) and not key.startswith("_")]
        raise GreatPowersError(f"{where}: there is no function '{name}' in '{source}'. {suggestion(name, known)}")
    return function, module, reference


def _module_in(path: Path, where: str) -> ModuleType:
    """The module in a file, run once for each content: no cache of Python's is left beside it."""
    try:
        content = path.read_bytes()
    except OSError as error:
        raise GreatPowersError(f"{where}: '{path}' cannot be read ({error.strerror or error}).") from None
    name = f"greatpowers_own_{path.stem}_{checksum(f'{path}:'.encode() + content)[:16]}"
    if name not in sys.modules:
        module = ModuleType(name)
        module.__file__ = str(path)
        sys.modules[name] = module
        try:
            exec(compile(content, str(path), "exec"), module.__dict__)
        except BaseException:
            del sys.modules[name]
            raise
    return sys.modules[name]


def failure_of(error: Exception, file: str) -> str:
    """What went wrong, in one line, and the line of `file` where it did."""
    said = " ".join(str(error).split())
    text = f"{type(error).__name__}: {said[:200]}" if said else type(error).__name__
    lines = [frame.lineno for frame in traceback.extract_tb(error.__traceback__) if frame.filename == file]
    return f"{text.rstrip('.')} ({Path(file).name}, line {lines[-1]})" if lines else text.rstrip(".")


def failure_in(function: object, error: Exception) -> str:
    """What went wrong in a function that was called, and the line of its own file where it did."""
    return failure_of(error, getattr(getattr(function, "__code__", None), "co_filename", ""))


def module_of(function: object) -> ModuleType | None:
    """The module that a function was defined in, if it is known."""
    return sys.modules.get(getattr(function, "__module__", None) or "")


def checksum_of_module(module: ModuleType | None) -> str:
    """SHA-256 of the file of a module; empty where there is none."""
    file = getattr(module, "__file__", None)
    return checksum_of(Path(file)) if file else ""
