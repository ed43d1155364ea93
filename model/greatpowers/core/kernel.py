"""The one decorator through which everything in the core is compiled.

Numba's own disk cache looks only at the file a function is written in. A rule edited in one file would go on
being answered from the machine code compiled into another. So the cache lives in a directory named after the
text of the whole core: an edit anywhere changes the name, and stale answers cannot be found.

The directory is ``$NUMBA_CACHE_DIR`` if set, else the user's cache directory, else a temporary one, so an
installation that cannot be written to works as well. ``NUMBA_DISABLE_JIT=1`` runs the same text as Python.
"""

import gc
import hashlib
import os
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import numba
from numba.core import event

F = TypeVar("F", bound=Callable[..., object])


def core_fingerprint() -> str:
    """Short hash of the text of every module in the core."""
    digest = hashlib.sha256()
    root = Path(__file__).parent
    for path in sorted(root.rglob("*.py")):
        digest.update(path.relative_to(root).as_posix().encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


def _usable(directory: Path) -> bool:
    try:
        directory.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=directory):
            return True
    except OSError:
        return False


def _find_cache_directory() -> Path:
    chosen = os.environ.get("NUMBA_CACHE_DIR")
    home = os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache")
    places = [Path(chosen)] if chosen else []
    places += [Path(home) / "greatpowers", Path(tempfile.gettempdir()) / f"greatpowers-{os.getuid()}"]
    for place in places:
        directory = place / f"core-{core_fingerprint()}"
        if _usable(directory):
            return directory
    return Path(tempfile.mkdtemp(prefix="greatpowers-"))


CACHE_DIRECTORY = _find_cache_directory()


def is_compiled() -> bool:
    """Whether kernels run as machine code (False under ``NUMBA_DISABLE_JIT=1``)."""
    return not numba.config.DISABLE_JIT


def is_cached() -> bool:
    """Whether an earlier session left compiled code for exactly this text of the core and this Python."""
    python = f"py{sys.version_info.major}{sys.version_info.minor}"
    return any(CACHE_DIRECTORY.rglob(f"*play_rounds*.{python}*.nbi"))


class _StillCollector(event.Listener):  # type: ignore[misc]
    """Keeps the garbage collector from searching what Numba builds while it compiles: a seventh of that time."""

    def __init__(self) -> None:
        self.depth, self.was_on = 0, False

    def on_start(self, _event: event.Event) -> None:
        """Compiling starts, perhaps inside other compiling."""
        if self.depth == 0:
            self.was_on = gc.isenabled()
            gc.disable()
        self.depth += 1

    def on_end(self, _event: event.Event) -> None:
        """Compiling ends."""
        self.depth -= 1
        if self.depth == 0 and self.was_on:
            gc.enable()


event.register("numba:compile", _StillCollector())


def _compile(function: F, **options: object) -> F:
    before = numba.config.CACHE_DIR
    numba.config.CACHE_DIR = str(CACHE_DIRECTORY)
    try:
        decorate = numba.njit(cache=True, nogil=True, fastmath=False, error_model="numpy", **options)
        compiled: F = decorate(function)
    finally:
        numba.config.CACHE_DIR = before
    return compiled


def kernel(function: F) -> F:
    """Compile a step of the model that only other kernels call.

    It has no door to Python, which halves the time to compile; calling it from Python crashes the interpreter
    unless compilation is off.
    """
    return _compile(function, no_cpython_wrapper=True, no_cfunc_wrapper=True)


def entry(function: F) -> F:
    """Compile an equation, or a kernel that Python calls as well."""
    return _compile(function, no_cfunc_wrapper=True)


def spliced(function: F) -> F:
    """Compile a kernel into each of its callers.

    For kernels with one caller, and those that return rows of tables, which Numba cannot return from a call. Like a
    kernel it is not for Python to call.
    """
    return _compile(function, inline="always", no_cpython_wrapper=True, no_cfunc_wrapper=True)
