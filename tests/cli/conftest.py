"""A way to call the command line as a user would: in a process of its own, from another directory."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from nursery import Nursery

MODEL = Path(__file__).resolve().parents[2] / "model"
UNWANTED = (
    "COLUMNS",
    "FORCE_COLOR",
    "NO_COLOR",
    "TTY_COMPATIBLE",
    "TTY_INTERACTIVE",
    "NUMBA_DISABLE_JIT",
    "PYTHONUNBUFFERED",
)

Command = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture(scope="session")
def environment() -> dict[str, str]:
    """The environment of a user whose package is in this checkout and whose output goes to a file."""
    inherited = {name: value for name, value in os.environ.items() if name not in UNWANTED}
    return {**inherited, "PYTHONPATH": str(MODEL), "PYTHONIOENCODING": "utf-8"}


@pytest.fixture(scope="session")
def elsewhere(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A directory that is not the checkout."""
    return tmp_path_factory.mktemp("elsewhere")


@pytest.fixture(scope="session")
def greatpowers(environment: dict[str, str], elsewhere: Path, nursery: Nursery) -> Command:
    """`greatpowers(*arguments, cwd=...)`: runs the command and returns the finished process.

    `anew`, and with settings of Python or Numba, it starts from nothing.
    """

    def call(
        *arguments: object, cwd: Path = elsewhere, anew: bool = False, **settings: str
    ) -> "subprocess.CompletedProcess[str]":
        if not anew and not any(name.startswith(("PYTHON", "NUMBA_")) for name in settings):
            return nursery.run(arguments, cwd=cwd, environment={**environment, **settings})
        return subprocess.run(
            [sys.executable, "-m", "greatpowers", *map(str, arguments)],
            cwd=cwd,
            env={**environment, **settings},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=600,
        )

    return call


@pytest.fixture(scope="session")
def saved_run(greatpowers: Command, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A history of 24 rounds of the template on disk, told to have been written."""
    directory = tmp_path_factory.mktemp("runs") / "a-run"
    finished = greatpowers("run", "template", "--seed", 1, "--rounds", 24, "--out", directory, "--no-figures")
    assert finished.returncode == 0, finished.stderr
    return directory
