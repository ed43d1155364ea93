"""The core computes, and needs nothing but NumPy, Numba and a little of the standard library for it."""

import ast
from pathlib import Path

import pytest

import greatpowers

CORE = Path(greatpowers.__file__).parent / "core"
ALLOWED = {
    "collections", "copy", "enum", "functools", "gc", "greatpowers", "hashlib", "math", "numba", "numpy", "os",
    "pathlib", "sys", "tempfile", "typing",
}  # fmt: skip
OF_THE_CACHE = {"contextlib", "json", "llvmlite", "pickle", "platformdirs", "stat", "zlib"}
"""What the one module that keeps compiled code needs besides: where a user's caches are, whether they are sound, and
how to read the code that the package brings along (llvmlite is Numba's own)."""


def roots_of_imports(path: Path) -> set[str]:
    modules = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            modules |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            modules.add(node.module or "")
    return {name.split(".")[0] for name in modules}


@pytest.mark.parametrize("path", sorted(CORE.rglob("*.py")), ids=lambda path: path.relative_to(CORE).as_posix())
def test_a_module_of_the_core_imports_numpy_numba_and_little_else(path: Path) -> None:
    assert roots_of_imports(path) <= ALLOWED | (OF_THE_CACHE if path == CORE / "kernel.py" else set())
