"""One process to a directory of results: a lock that its owner's death undoes."""

import contextlib
import json
import os
import socket
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from filelock import FileLock, Timeout

from greatpowers.scenario.errors import GreatPowersError
from greatpowers.storage.files import OURS, write_whole

LOCK, HOLDER = f"{OURS}lock", f"{OURS}holder"


@contextlib.contextmanager
def only_process(directory: Path) -> Iterator[None]:
    """Hold the directory's lock; raises :class:`GreatPowersError` if a living process holds it.

    The lock is the operating system's, so that of a process that was killed is free at once; a file beside it says who
    holds it.
    """
    lock = FileLock(directory / LOCK, timeout=0)
    try:
        lock.acquire()
    except Timeout:
        raise GreatPowersError(_refusal(directory)) from None
    try:
        write_whole(directory / HOLDER, _holder())
        yield
    finally:
        for name in (HOLDER, LOCK):  # the lock while it is held: who waits for it looks whether it is still there
            with contextlib.suppress(OSError):
                (directory / name).unlink()
        lock.release()


def _holder() -> str:
    now = datetime.now(UTC).isoformat(timespec="seconds")
    return json.dumps({"pid": os.getpid(), "host": socket.gethostname(), "since": now}) + "\n"


def _refusal(directory: Path) -> str:
    who = "another process"
    with contextlib.suppress(OSError, ValueError, KeyError, TypeError):
        found = json.loads((directory / HOLDER).read_text(encoding="utf-8"))
        who = f"process {found['pid']} on {found['host']}, since {found['since']},"
    return f"{directory}: {who} is working on this directory; wait until it is done, or stop it first."
