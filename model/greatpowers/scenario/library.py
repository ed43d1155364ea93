"""What is there by its name: what ships with the package (scenarios, policies, doctrines, ...), and user functions.

The user's own functions stand for metrics and for choices of the model; both are named alike, from a command line, a
file or another process: where they are, and what of them.
"""

import importlib
import sys
import traceback
from pathlib import Path
from types import ModuleType
from typing import Any

import greatpowers
from greatpowers.scenario.errors import GreatPowersError, nearest, suggestion
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


SINGULAR = {
    "scenarios": "scenario",
    "policies": "policy",
    "doctrines": "doctrine",
    "experiments": "experiment",
    "posteriors": "posterior",
}
KINDS = tuple(SINGULAR)
HIDDEN = ("template",)


def configs_directory() -> Path:
    """Where the shipped files are: inside the installed package, else in the checkout."""
    return _shipped("configs")


def notebooks_directory() -> Path:
    """Where the shipped notebooks are: inside the installed package, else in the checkout."""
    return _shipped("notebooks")


def _shipped(folder: str) -> Path:
    package = Path(greatpowers.__file__).parent
    installed = package / folder
    return installed if installed.is_dir() else package.parents[1] / folder


def names(kind: str) -> list[str]:
    """Shipped names of a kind, one of :data:`KINDS`, sorted; the template is left out."""
    return [stem for stem in _stems(kind) if stem not in HIDDEN]


def _stems(kind: str) -> list[str]:
    if kind not in KINDS:
        raise GreatPowersError(f"there is no kind of file '{kind}'. {suggestion(kind, KINDS)}")
    return sorted(path.stem for path in (configs_directory() / kind).glob("*.toml"))


def locate(kind: str, name_or_path: str | Path) -> tuple[Path, str]:
    """The file meant, and what to call it in messages. A shipped name wins; anything else is a path."""
    text = str(name_or_path)
    if text in _stems(kind):
        return configs_directory() / kind / f"{text}.toml", f"{text}.toml"
    path = Path(text).expanduser()
    if not text or "\0" in text or not _exists(path):
        raise GreatPowersError(_not_found(kind, text))
    return path, text


def _exists(path: Path) -> bool:
    """Whether there is something at `path`; a place that may not be looked into is left for reading to report."""
    try:
        return path.exists()
    except PermissionError:
        return True
    except OSError:
        return False


def _not_found(kind: str, text: str) -> str:
    noun = SINGULAR[kind]
    for other in KINDS:
        if other != kind and text in _stems(other):
            return f"'{text}' is a {SINGULAR[other]}; expected a {noun}. Known: {', '.join(names(kind))}."
    if "/" in text or "\\" in text or text.endswith(".toml"):
        stem = Path(text).stem
        near = stem if stem in _stems(kind) else nearest(stem, _stems(kind))
        return f"there is no file '{text}'." + (f" Did you mean the shipped {noun} '{near}'?" if near else "")
    remedy = suggestion(text, _stems(kind))
    return f"there is no {noun} '{text}', neither shipped nor as a file. {remedy}"
