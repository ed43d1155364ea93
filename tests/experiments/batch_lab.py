"""A small experiment, and ways to run, interrupt and compare it, which the tests of the laboratory share."""

import hashlib
import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from nursery import Begun, Nursery

MODEL = Path(__file__).resolve().parents[2] / "model"

WORLD = """
format = 1
name = "islands"
title = "Six states"
[synthetic]
states = 6
power_maximizers = 0.5
seed = 9
"""

EXPERIMENT = """
format = 1
name = "small"
title = "A small experiment"
scenarios = ["islands.toml"]
policies = ["laissez-faire", "containment"]
rounds = 12
replicates = 10
record = "round"
part_rows = 20
[synthetic]
power_maximizers = [0.0, 0.5]
[levers]
sanctions = [0.0, 0.5]
[uncertainties]
all = { from = 0.5, to = 2.0 }
sample = { method = "lhs", size = 8, seed = 1 }
"""
ROWS, PARTS = 640, 32


def write_experiment(directory: Path, text: str = EXPERIMENT) -> Path:
    """The experiment's file, its world beside it."""
    directory.mkdir(parents=True, exist_ok=True)
    (directory / "islands.toml").write_text(WORLD)
    path = directory / "small.toml"
    path.write_text(text)
    return path


def environment() -> dict[str, str]:
    """That of a user whose package is in this checkout."""
    return {**os.environ, "PYTHONPATH": str(MODEL), "PYTHONIOENCODING": "utf-8"}


def command(*words: object) -> list[str]:
    """A command line of greatpowers."""
    return [sys.executable, "-m", "greatpowers", *map(str, words)]


def batch(
    nursery: Nursery, experiment: Path, out: Path, *more: object, seconds: float = -1.0
) -> "subprocess.CompletedProcess[str]":
    """Run `greatpowers batch` to its end, or kill it after some seconds."""
    return nursery.run(["batch", experiment, "--out", out, *more], seconds, environment=environment())


def begin(nursery: Nursery, experiment: Path, out: Path, *more: object) -> Begun:
    """Start `greatpowers batch` and leave it running."""
    return nursery.begin(["batch", experiment, "--out", out, *more], environment=environment())


def parts_in(out: Path) -> int:
    """How many parts are there."""
    return len(list((out / "runs").glob("part-*.parquet")))


def wait_until(holds: Callable[[], bool], seconds: float = 600.0) -> None:
    """Wait until something is so."""
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.005)


def data_of(out: Path) -> dict[str, str]:
    """Checksum of every file but the manifest, which says when it was written."""
    files = (path for path in sorted(out.rglob("*")) if path.is_file() and path.name != "manifest.json")
    return {path.relative_to(out).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def one_sentence(text: str) -> bool:
    """Whether a complaint is one line of ours, without a traceback."""
    return text.startswith("greatpowers: ") and len(text.strip().splitlines()) == 1 and "Traceback" not in text
