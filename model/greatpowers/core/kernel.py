"""The one decorator through which everything in the core is compiled.

Numba's own disk cache looks only at the file a function is written in. A rule edited in one file would go on
being answered from the machine code compiled into another. So the cache lives in a directory named after the
text of the whole core: an edit anywhere changes the name, and stale answers cannot be found.

The directory is ``$NUMBA_CACHE_DIR`` if set, else the user's cache directory, else a temporary one, so an
installation that cannot be written to works as well. Compiled code is run as it is found, so a directory in which
others could lay some is not used, and what is damaged is compiled again. ``NUMBA_DISABLE_JIT=1`` runs the same text
as Python.
"""

import contextlib
import gc
import hashlib
import os
import pickle
import stat
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import numba
from numba.core import caching, event
from platformdirs import user_cache_path

OTHERS_WRITE = stat.S_IWGRP | stat.S_IWOTH

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


def _is_ours(directory: Path) -> bool:
    """Whether a directory, made if it is not there, is this user's, and nobody else can write there or replace it.

    False where the system does not say whose it is.
    """
    if not hasattr(os, "getuid"):
        return False
    try:
        directory.mkdir(mode=0o700, exist_ok=True)
        found, above = directory.lstat(), directory.parent.stat()
    except OSError:
        return False
    own = stat.S_ISDIR(found.st_mode) and found.st_uid == os.getuid() and not found.st_mode & OTHERS_WRITE
    kept = above.st_uid in (os.getuid(), 0) and (not above.st_mode & OTHERS_WRITE or above.st_mode & stat.S_ISVTX)
    return own and bool(kept)


def _find_cache_directory() -> Path | None:
    name, chosen = f"core-{core_fingerprint()}", os.environ.get("NUMBA_CACHE_DIR")
    places = [Path(chosen)] if chosen else []
    own = user_cache_path("greatpowers", appauthor=False)
    for place in (*places, *([own] if own.is_absolute() else [])):
        if _usable(place / name):
            return place / name
    try:
        shared = Path(tempfile.gettempdir()) / (
            f"greatpowers-{os.getuid()}" if hasattr(os, "getuid") else "greatpowers"
        )
        if _is_ours(shared) and _is_ours(shared / name) and _usable(shared / name):
            return shared / name
        _SESSION.append(tempfile.TemporaryDirectory(prefix="greatpowers-", ignore_cleanup_errors=True))
    except OSError:
        return None
    return Path(_SESSION[-1].name)


_SESSION: list["tempfile.TemporaryDirectory[str]"] = []
"""A directory that goes when this process does."""

CACHE_DIRECTORY = _find_cache_directory()
"""Where compiled code is kept; None where nothing can be written at all."""


def is_compiled() -> bool:
    """Whether kernels run as machine code (False under ``NUMBA_DISABLE_JIT=1``)."""
    return not numba.config.DISABLE_JIT


def is_cached() -> bool:
    """Whether an earlier session left compiled code for exactly this text of the core and this Python."""
    python = f"py{sys.version_info.major}{sys.version_info.minor}"
    return CACHE_DIRECTORY is not None and not _SESSION and any(CACHE_DIRECTORY.rglob(f"*play_rounds*.{python}*.nbi"))


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


class _CheckedFiles(caching.IndexDataCacheFile):  # type: ignore[misc]
    """Numba's files of compiled code, each with its checksum at the end: what is damaged is as good as not there."""

    def save(self, key: Any, data: Any) -> None:
        """Keep compiled code, where there is room for it."""
        with contextlib.suppress(OSError):
            super().save(key, data)

    def _load_index(self) -> Any:
        try:
            with open(self._index_path, "rb") as file:
                version = pickle.load(file)
                content = _sound(file.read())
        except Exception:  # damaged bytes make a pickle raise anything
            return {}
        stamp, found = pickle.loads(content) if version == self._version else (None, {})
        return found if stamp == self._source_stamp else {}

    def _load_data(self, name: str) -> Any:
        try:
            return pickle.loads(_sound(Path(self._data_path(name)).read_bytes()))
        except ValueError as error:
            raise OSError(str(error)) from None  # which Numba takes for a file that is not there

    def _dump(self, value: Any) -> bytes:
        content: bytes = super()._dump(value)
        return content + hashlib.sha256(content).digest()


def _sound(content: bytes) -> bytes:
    """What was kept, without its checksum; raises :class:`ValueError` if they do not agree."""
    size = hashlib.sha256().digest_size
    if len(content) < size or hashlib.sha256(content[:-size]).digest() != content[-size:]:
        raise ValueError("compiled code is damaged")
    return content[:-size]


class _Cache(caching.FunctionCache):  # type: ignore[misc]
    def __init__(self, function: Any) -> None:
        super().__init__(function)
        stamp = self._impl.locator.get_source_stamp()
        self._cache_file = _CheckedFiles(self._cache_path, self._impl.filename_base, stamp)


def _compile(function: F, **options: object) -> F:
    compiled: F = numba.njit(nogil=True, fastmath=False, error_model="numpy", **options)(function)
    if CACHE_DIRECTORY is None or not is_compiled():
        return compiled
    before = numba.config.CACHE_DIR
    numba.config.CACHE_DIR = str(CACHE_DIRECTORY)
    try:
        compiled._cache = _Cache(function)  # type: ignore[attr-defined]
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
