"""Benchmarks: run `pytest tests/benchmarks` on a machine with nothing else to do. They measure and judge nothing."""

import os
import sys
from importlib.util import find_spec, module_from_spec, spec_from_file_location
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))  # played_rounds, which these share

if find_spec("fastapi") and find_spec("playwright"):
    # A server and its pages are those of the tests of the server.
    _spec = spec_from_file_location("server_fixtures", Path(__file__).parents[1] / "server" / "conftest.py")
    assert _spec is not None and _spec.loader is not None
    _fixtures = sys.modules["server_fixtures"] = module_from_spec(_spec)
    _spec.loader.exec_module(_fixtures)
    server, tabs = _fixtures.server, _fixtures.tabs
    open_page, page = _fixtures.open_page, _fixtures.page

FIGURES = pytest.StashKey[list[tuple[str, str]]]()


class Figures:
    """What was found, for the table at the end."""

    def __init__(self, rows: list[tuple[str, str]]) -> None:
        self._rows = rows

    def add(self, what: str, figure: str) -> None:
        """One line of the table."""
        self._rows.append((what, figure))


def pytest_configure(config: pytest.Config) -> None:
    config.stash[FIGURES] = []


@pytest.fixture(scope="session")
def figures(pytestconfig: pytest.Config) -> Figures:
    return Figures(pytestconfig.stash[FIGURES])


@pytest.fixture(scope="session")
def environment() -> dict[str, str]:
    """The environment of a process that finds this checkout and is not told how to compile."""
    import greatpowers

    here, model = str(Path(__file__).parent), str(Path(greatpowers.__file__).parents[1])
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(("NUMBA_", "COV_"))}
    return {**inherited, "PYTHONPATH": os.pathsep.join([here, model])}


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    rows = config.stash.get(FIGURES, [])
    if not rows:
        return
    width = max(len(what) for what, _ in rows)
    terminalreporter.section("figures")
    for what, figure in rows:
        terminalreporter.write_line(f"{what:<{width}}  {figure}")
