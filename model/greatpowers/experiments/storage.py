"""Files of an experiment: each written whole or not at all, its checksum in a journal once it is safe on disk."""

import contextlib
import errno
import hashlib
import os
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from greatpowers.scenario.errors import GreatPowersError

JOURNAL = "journal"
"""Name of the file of checksums, a line a file: it exists while the experiment is unfinished."""

PARTIAL = ".partial-"
"""How the names of files begin that are still being written."""

FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
GONE = (errno.ENOENT, errno.ENOTDIR, errno.ESTALE)
CHUNK = 2**20


def write_whole(path: Path, content: bytes) -> None:
    """Write a file so that at any moment, a power cut included, it is there as a whole or not at all."""
    partial = path.with_name(f"{PARTIAL}{path.name}")
    try:
        with partial.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        partial.replace(path)
    except BaseException:
        with contextlib.suppress(OSError):
            partial.unlink()
        raise
    sync_directory(path.parent)


def sync_directory(directory: Path) -> None:
    """Make the names in a directory last."""
    handle = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def sweep(directory: Path) -> None:
    """Remove what a killed process left half-written."""
    for partial in directory.glob(f"{PARTIAL}*"):
        partial.unlink(missing_ok=True)


def checksum(content: bytes) -> str:
    """SHA-256 of a file's content."""
    return hashlib.sha256(content).hexdigest()


def checksum_of(path: Path) -> str:
    """SHA-256 of a file, or an empty string if it cannot be read."""
    found = hashlib.sha256()
    try:
        with path.open("rb") as file:
            while chunk := file.read(CHUNK):
                found.update(chunk)
    except OSError:
        return ""
    return found.hexdigest()


class Journal:
    """Names and checksums of the files that are safe on disk."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._path = directory / JOURNAL
        self._sums: dict[str, str] = {}

    @property
    def sums(self) -> Mapping[str, str]:
        """Checksum by name, sorted."""
        return dict(sorted(self._sums.items()))

    def read(self) -> Mapping[str, str]:
        """What earlier processes wrote down; torn lines are as good as none."""
        try:
            lines = self._path.read_text(encoding="ascii", errors="replace").splitlines()
        except FileNotFoundError:
            return {}
        return dict((line[65:], line[:64]) for line in lines if len(line) > 65 and line[64] == " ")

    def start(self, sums: Mapping[str, str]) -> None:
        """Begin with the files that were found to be sound."""
        self._sums = dict(sums)
        write_whole(self._path, "".join(f"{found} {name}\n" for name, found in self.sums.items()).encode("ascii"))

    def write(self, name: str, content: bytes) -> None:
        """Write a file of the directory, then its line."""
        write_whole(self._directory / name, content)
        found = checksum(content)
        with self._path.open("ab", buffering=0) as file:
            file.write(f"{found} {name}\n".encode("ascii"))
            os.fsync(file.fileno())
        self._sums[name] = found

    def close(self) -> None:
        """Remove the journal: its content stands elsewhere now."""
        self._path.unlink(missing_ok=True)


def sound(directory: Path, sums: Mapping[str, str], names: Iterable[str]) -> dict[str, str]:
    """Those of `names` whose files are as their checksums say."""
    wanted = ((name, sums[name]) for name in names if name in sums)
    return {name: found for name, found in wanted if checksum_of(directory / name) == found}


@contextlib.contextmanager
def disk_faults(directory: Path) -> Iterator[None]:
    """Turn what the file system reports into a sentence: what happened, what is safe, and what to do."""
    try:
        yield
    except OSError as error:
        raise GreatPowersError(f"{directory}: {_reason(error, directory)}") from error


def _reason(error: OSError, directory: Path) -> str:
    if error.errno in FULL:
        return (
            "the disk is full, or a limit on it is reached; what is finished is kept. "
            "Make room and give the same command again."
        )
    if error.errno in GONE and not directory.is_dir():
        return (
            "the directory has vanished while the experiment ran. If it comes back, the same command goes on where it "
            "stopped; otherwise that command starts anew."
        )
    return f"cannot be written ({(error.strerror or str(error)).lower()}); what is finished is kept."
