"""One process to a directory of results: a lock that its owner's death undoes."""

import contextlib
import fcntl
import json
import os
import socket
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from greatpowers.experiments.storage import PARTIAL
from greatpowers.scenario.errors import GreatPowersError
from greatpowers.storage.directories import read_manifest

LOCK = "lock"


def check_kind(directory: Path, kind: str, *own: str) -> None:
    """Raise :class:`GreatPowersError` if a directory holds anything but what a run of this kind wrote; look only.

    `own` are files that such a run writes before its manifest, besides the lock.
    """
    if directory.exists() and not directory.is_dir():
        raise GreatPowersError(f"{directory}: this is a file; expected a directory.")
    if not directory.is_dir():
        return
    manifest = read_manifest(directory)
    if manifest is not None and manifest.get("kind") != kind:
        text = f"this holds a {manifest.get('kind')}, not a {kind}; choose another directory with --out"
        raise GreatPowersError(f"{directory}: {text}.")
    others = {p.name for p in directory.iterdir() if not p.name.startswith(PARTIAL)} - {LOCK, *own}
    if manifest is None and others:
        text = f"this directory holds files that no {kind} wrote, such as '{min(others)}'"
        raise GreatPowersError(f"{directory}: {text}; it is left alone: choose another one with --out.")


@contextlib.contextmanager
def only_process(directory: Path) -> Iterator[None]:
    """Hold the directory's lock; raises :class:`GreatPowersError` if a living process holds it.

    The file says who holds it. The lock itself is the operating system's (flock), so that of a process that was
    killed is free at once.
    """
    handle = _acquire(directory / LOCK)
    try:
        os.ftruncate(handle, 0)
        os.write(handle, _holder().encode())
        yield
    finally:
        with contextlib.suppress(OSError):  # the directory may be gone
            (directory / LOCK).unlink()
        os.close(handle)


def _acquire(path: Path) -> int:
    while True:
        handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            if _is_same(handle, path):
                return handle
        except BlockingIOError:
            os.close(handle)
            raise GreatPowersError(_refusal(path)) from None
        except BaseException:
            os.close(handle)
            raise
        os.close(handle)  # its last owner removed the file between our opening and locking it


def _is_same(handle: int, path: Path) -> bool:
    try:
        found = os.stat(path)
    except FileNotFoundError:
        return False
    own = os.fstat(handle)
    return (found.st_dev, found.st_ino) == (own.st_dev, own.st_ino)


def _holder() -> str:
    now = datetime.now(UTC).isoformat(timespec="seconds")
    return json.dumps({"pid": os.getpid(), "host": socket.gethostname(), "since": now}) + "\n"


def _refusal(path: Path) -> str:
    who = "another process"
    with contextlib.suppress(OSError, ValueError, KeyError, TypeError):
        found = json.loads(path.read_text(encoding="utf-8"))
        who = f"process {found['pid']} on {found['host']}, since {found['since']},"
    return f"{path.parent}: {who} is working on this directory; wait until it is done, or stop it first."
