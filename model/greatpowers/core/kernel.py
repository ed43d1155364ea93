"""The one decorator through which everything in the core is compiled.

Numba's own disk cache looks only at the file a function is written in. A rule edited in one file would go on
being answered from the machine code compiled into another. So the cache lives in a directory named after the
text of the whole core: an edit anywhere changes the name, and stale answers cannot be found.

The directory is ``$NUMBA_CACHE_DIR`` if set, else the user's cache directory, else a temporary one, so an
installation that cannot be written to works as well. Compiled code is run as it is found, so a directory that is not
this user's, or in which others could lay some, is not used wherever it is, and what is damaged is compiled again.
``NUMBA_DISABLE_JIT=1`` runs the same text as Python.

From text to code that can be linked Numba takes three times as long as from there to machine code. So the package
brings that code of the rounds along (:func:`shipped`). It is the same text in another form, and counts only where it
was made from exactly this text.

Importing touches no file: the directory is looked for, and made, when something is first compiled.
"""

import contextlib
import gc
import hashlib
import json
import os
import pickle
import stat
import sys
import tempfile
import zlib
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar, cast

import llvmlite.binding as llvm
import numba
from numba.core import caching, types
from numba.core.codegen import JITCodeLibrary
from numba.core.compiler import Compiler, compile_result
from numba.core.compiler_lock import global_compiler_lock
from numba.core.funcdesc import ExternalFunctionDescriptor, default_mangler
from numba.core.registry import CPUDispatcher
from platformdirs import user_cache_path

ALWAYS: dict[str, object] = {
    **{"nopython": True, "nogil": True, "fastmath": False, "error_model": "numpy"},
    **{"no_cfunc_wrapper": True, "boundscheck": None, "_nrt": False},
}
WITHOUT_DOOR: dict[str, object] = {"no_cpython_wrapper": True}
"""Options of Numba: what all of the core is compiled with, and what nothing but compiled code calls.

Nothing is allocated, and nobody counts the references to arrays: whoever calls an entry holds them until it returns.
"""

SHIPPED = Path(__file__).with_name("rounds.bc.z")
SYMBOL = "greatpowers.rounds"
"""Code of the rounds that can be linked, behind a line that says what it was made for, and its name there."""

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
        with tempfile.TemporaryFile(dir=directory):
            return True
    except OSError:
        return False


def _is_ours(directory: Path) -> bool:
    """Whether a directory, made if it is not there, is this user's, and nobody else can write there.

    Where the system does not say whose a directory is, it is whoever's the place above it is.
    """
    try:
        directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        found = directory.lstat()
    except OSError:
        return False
    if not hasattr(os, "getuid"):
        return True
    return stat.S_ISDIR(found.st_mode) and found.st_uid == os.getuid() and not found.st_mode & OTHERS_WRITE


def _stays(directory: Path) -> bool:
    """Whether nobody else can put another directory in the place of this one."""
    above = directory.parent.stat()
    return above.st_uid in (os.getuid(), 0) and (not above.st_mode & OTHERS_WRITE or bool(above.st_mode & stat.S_ISVTX))


def _find_cache_directory() -> Path | None:
    """The first of the places for compiled code that can be used, made if it is not there."""
    name, chosen = f"core-{core_fingerprint()}", os.environ.get("NUMBA_CACHE_DIR")
    places = [Path(chosen)] if chosen else []
    own = user_cache_path("greatpowers", appauthor=False)
    for place in (*places, *([own] if own.is_absolute() else [])):
        if _is_ours(place / name) and _usable(place / name):
            return place / name
    try:
        if hasattr(os, "getuid"):
            shared = Path(tempfile.gettempdir()) / f"greatpowers-{os.getuid()}"
            if _is_ours(shared) and _stays(shared) and _is_ours(shared / name) and _usable(shared / name):
                return shared / name
        _SESSION.append(tempfile.TemporaryDirectory(prefix="greatpowers-", ignore_cleanup_errors=True))
    except OSError:
        return None
    return Path(_SESSION[-1].name)


_SESSION: list["tempfile.TemporaryDirectory[str]"] = []
"""A directory that goes when this process does."""


@cache
def cache_directory() -> Path | None:
    """Where this process keeps compiled code, made when first asked for; None where nothing can be written at all."""
    return _find_cache_directory()


if not TYPE_CHECKING:

    def __getattr__(name: str) -> Any:
        """`CACHE_DIRECTORY`, which is looked for when it is asked for."""
        if name == "CACHE_DIRECTORY":
            return cache_directory()
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def is_compiled() -> bool:
    """Whether kernels run as machine code (False under ``NUMBA_DISABLE_JIT=1``)."""
    return not numba.config.DISABLE_JIT


def is_cached() -> bool:
    """Whether an earlier session left compiled code for exactly this text of the core and this Python."""
    directory, python = cache_directory(), f"py{sys.version_info.major}{sys.version_info.minor}"
    return directory is not None and not _SESSION and any(directory.rglob(f"*play_rounds*.{python}*.nbi"))


class _CheckedFiles(caching.IndexDataCacheFile):
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


class _Cache(caching.FunctionCache):
    def __init__(self, function: Any) -> None:
        super().__init__(function)
        stamp = self._impl.locator.get_source_stamp()
        self._cache_file = _CheckedFiles(self._cache_path, self._impl.filename_base, stamp)


@contextlib.contextmanager
def _still_collector() -> Iterator[None]:
    """Keeps the garbage collector from searching what Numba builds while it compiles: a seventh of that time."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


class _Unset:
    """The compiler's memory, which has no place for what is not machine code yet."""

    def __init__(self, codegen: Any) -> None:
        self._codegen = codegen

    def __getattr__(self, name: str) -> Any:
        return getattr(self._codegen, name)

    def set_env(self, *_: Any) -> None:
        """Nothing to set."""


class _Ingredient(JITCodeLibrary):
    """Code that is linked into other code only: optimised and made machine code there, once, not here as well."""

    @property
    def codegen(self) -> Any:
        """What made this library."""
        return _Unset(self._codegen)

    def _optimize_functions(self, module: Any) -> None:
        module.data_layout = self._codegen._data_layout
        passes, builder = self._codegen._function_pass_manager(opt=1, loop_vectorize=False, slp_vectorize=False)
        for function in module.functions:
            if not function.is_declaration:
                passes.run(function, builder)

    def _optimize_final_module(self) -> None:
        pass

    def _finalize_final_module(self) -> None:
        self._finalize_dynamic_globals()
        self._finalized = True


def _short_name(name: str, types: Any, *, abi_tags: Any = (), uid: Any = None) -> str:
    """A kernel's name in compiled code: Numba's own spells out every field of every table, many kilobytes of text."""
    digest = hashlib.sha256(default_mangler(name, types, abi_tags=abi_tags, uid=uid).encode()).hexdigest()
    return str(default_mangler(f"{name}.{digest[:32]}", ()))


class _Ingredients(Compiler):
    """Numba's compiler, up to code that can be linked."""

    def define_pipelines(self) -> Any:
        """Numba's own steps, into such a library."""
        state = self.state
        state.targetctx.mangler = _short_name
        state.library = _Ingredient(state.targetctx.codegen(), state.func_id.func_qualname)
        state.library.enable_object_caching()
        return super().define_pipelines()


class _Within(CPUDispatcher):
    """A function as other compiled code calls it."""

    def __init__(self, function: Any, **options: Any) -> None:
        super().__init__(function, pipeline_class=_Ingredients, **options)

    def __call__(self, *_arguments: Any, **_named: Any) -> Any:
        """Refuse: only compiled code knows how to hand arguments over."""
        raise TypeError(
            f"{self.py_func.__module__}.{self.py_func.__name__} can only be called from other kernels; to call it from "
            "Python, set NUMBA_DISABLE_JIT=1."
        )


def purpose(arguments: Any) -> dict[str, object]:
    """What code that is shipped must have been made for, to be used here with arguments of these types."""
    return {
        "core": core_fingerprint(),
        "numba": numba.__version__.rpartition(".")[0],  # which decides how functions call each other
        "machine": llvm.get_process_triple(),  # it might do elsewhere as well, which nobody has tried
        "boundscheck": bool(numba.config.BOUNDSCHECK),
        "arguments": hashlib.sha256(repr(tuple(arguments)).encode()).hexdigest()[:16],
    }


class _ShippedCode(caching.NullCache):
    """Where a kernel's code is found without compiling, if it came with the package."""

    def load_overload(self, signature: Any, context: Any) -> Any:
        """The code for these types of arguments, or None, and Numba makes it from the text."""
        try:
            told, _, content = SHIPPED.read_bytes().partition(b"\n")
            if json.loads(told)["purpose"] != purpose(signature):
                return None
            module = llvm.parse_bitcode(zlib.decompress(content))
        except (OSError, ValueError, LookupError, RuntimeError, zlib.error):
            return None
        library = _Ingredient(context.codegen(), SYMBOL)
        library.add_llvm_module(module)
        library.finalize()
        return compile_result(
            target_context=context,
            entry_point=[].append,  # a function of C, as Numba wants, by which it knows this code; never called
            signature=types.none(*signature),
            objectmode=False,
            fndesc=ExternalFunctionDescriptor(SYMBOL, types.none, tuple(signature)),
            library=library,
        )


class _Shipped(_Within):
    def __init__(self, function: Any, **options: Any) -> None:
        super().__init__(function, **options)
        self._cache = _ShippedCode()


class _Compiled(CPUDispatcher):
    """A function that Numba compiles for each kind of arguments, from or into the cache of this text of the core.

    Python calls this one; compiled code is given the same function without the door.
    """

    def __init__(self, function: Any, targetoptions: dict[str, object]) -> None:
        super().__init__(function, targetoptions=targetoptions)
        self._within = _Within(function, targetoptions={**targetoptions, **WITHOUT_DOOR})
        self._is_kept = False

    @property
    def _numba_type_(self) -> Any:
        return self._within._numba_type_

    def compile(self, signature: Any) -> Any:
        """Machine code for these types of arguments."""
        with global_compiler_lock, _still_collector():  # by the lock no other thread sets the collector meanwhile
            if not self._is_kept:
                self._keep()
            return super().compile(signature)

    def _keep(self) -> None:
        """Find out where the code of this function is kept."""
        self._is_kept, directory = True, cache_directory()
        if directory is None:
            return
        before = numba.config.CACHE_DIR
        numba.config.CACHE_DIR = str(directory)
        try:
            self._cache = _Cache(self.py_func)
        finally:
            numba.config.CACHE_DIR = before


def _compile(kind: Any, function: F, **options: object) -> F:
    if not is_compiled():
        return function
    return cast(F, kind(function, targetoptions={**ALWAYS, **options}))


def kernel(function: F) -> F:
    """Compile a step of the model that only other kernels call.

    It has no door to Python, which halves the time to compile; calling it from Python raises :class:`TypeError` unless
    compilation is off.
    """
    return _compile(_Within, function, **WITHOUT_DOOR)


def entry(function: F) -> F:
    """Compile an equation, or a kernel that Python calls as well."""
    return _compile(_Compiled, function)


def shipped(function: F) -> F:
    """Compile a kernel that returns nothing, or take the code of it that the package brings along.

    There is one; `python -m greatpowers.browser.build` makes it. Where it is missing, was made from another text, for
    another kind of machine or another release of Numba, compiling only takes longer.
    """
    return _compile(_Shipped, function, **WITHOUT_DOOR)


def inlined(function: F) -> F:
    """Compile a kernel into each of its callers.

    For kernels with one caller, and those that return rows of tables, which Numba cannot return from a call. Like a
    kernel it is not for Python to call.
    """
    return _compile(_Within, function, inline="always", **WITHOUT_DOOR)
