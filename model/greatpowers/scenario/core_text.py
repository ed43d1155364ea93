"""What the source text of the core says about itself: its equations, the order of a round, its fixed numbers."""

import ast
import importlib
import inspect
import pkgutil
from collections.abc import Iterator, Sequence
from types import ModuleType
from typing import NamedTuple

from greatpowers.core import equations, phases, round as round_module


class Equation(NamedTuple):
    """An equation of the core: its function, and `remark`, the docstring."""

    module: ModuleType
    name: str
    arguments: list[str]
    remark: str


class Phase(NamedTuple):
    """A line of `play_round`: the function called, its number in the list (empty if it has none) and its comment."""

    module: ModuleType
    name: str
    number: str
    remark: str


class Constant(NamedTuple):
    """A number fixed in a phase, as written there, and the comment above it."""

    module: ModuleType
    name: str
    value: str
    remark: str


def equations_of_the_core() -> Iterator[Equation]:
    """Every equation, file by file."""
    for module in modules_in(equations):
        for node in ast.parse(inspect.getsource(module)).body:
            if isinstance(node, ast.FunctionDef):
                arguments = [argument.arg for argument in node.args.args]
                yield Equation(module, node.name, arguments, ast.get_docstring(node) or "")


def phases_of_a_round() -> Iterator[Phase]:
    """What `play_round` calls, in its order."""
    source = inspect.getsource(round_module)
    body = ast.parse(source).body
    homes = {a.name: n.module for n in body if isinstance(n, ast.ImportFrom) and n.module for a in n.names}
    played = next(n for n in body if isinstance(n, ast.FunctionDef) and n.name == "play_round")
    for statement in played.body:
        if isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Call):
            name = ast.unparse(statement.value.func)
            comment = source.splitlines()[statement.lineno - 1].partition("#")[2].strip()
            number = comment.split()[0] if comment[:1].isdigit() else ""
            yield Phase(importlib.import_module(homes[name]), name, number, comment.removeprefix(number).strip())


def constants_of_phases() -> Iterator[Constant]:
    """Every constant of the phases; one that directly follows another shares its comment."""
    for module in modules_in(phases):
        source = inspect.getsource(module)
        lines, remark, last = source.splitlines(), "", 0
        for node in ast.parse(source).body:
            if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant):
                remark = remark if node.lineno == last + 1 else _comment_above(lines, node.lineno - 1)
                last = node.lineno
                yield Constant(module, ast.unparse(node.targets[0]), str(node.value.value), remark)


def _comment_above(lines: Sequence[str], row: int) -> str:
    """The comment that ends just above line `row` (counted from 0)."""
    found: list[str] = []
    while row > 0 and lines[row - 1].startswith("#"):
        row -= 1
        found.insert(0, lines[row].lstrip("# "))
    return " ".join(found)


def modules_in(package: ModuleType) -> list[ModuleType]:
    """The modules of a package, by name."""
    found = sorted(module.name for module in pkgutil.iter_modules(package.__path__))
    return [importlib.import_module(f"{package.__name__}.{name}") for name in found]
