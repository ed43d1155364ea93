"""Functions of the user's own, named from a command line, a file or another process: where they are, and what of them.

They stand for metrics and for choices of the model; both are named alike.
"""

import importlib
import sys
import traceback
from pathlib import Path
from types import ModuleType
from typing import Any

from greatpowers.scenario.errors import GreatPowersError, suggestion
from greatpowers.storage.files import checksum, checksum_of


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
