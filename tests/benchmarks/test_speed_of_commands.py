"""How long a user waits: for help, for the first compilation, for the main job."""

import os
import statistics
import subprocess
import sys
import time
from pathlib import Path
from typing import Any


def median_of(benchmark: Any, command: list[str], environment: dict[str, str], rounds: int) -> float:
    """Median seconds that a command takes in a process of its own."""

    def call() -> None:
        subprocess.run(command, env=environment, stdin=subprocess.DEVNULL, capture_output=True, check=True)

    benchmark.pedantic(call, rounds=rounds)
    seconds: float = statistics.median(benchmark.stats.stats.data)
    return seconds


def greatpowers(*arguments: object) -> list[str]:
    return [sys.executable, "-m", "greatpowers", *map(str, arguments)]


def test_help(benchmark: Any, figures: Any, environment: dict[str, str]) -> None:
    command = greatpowers("--help")
    subprocess.run(command, env=environment, capture_output=True, check=True)
    figures.add("greatpowers --help", f"{median_of(benchmark, command, environment, 9):10.2f} s")
    start = [sys.executable, "-c", "pass"]
    alone = min(_seconds(start, environment) for _ in range(5))
    figures.add("  of which Python itself", f"{alone:10.2f} s")


def test_the_first_compilation(benchmark: Any, figures: Any, environment: dict[str, str], tmp_path: Path) -> None:
    cold = {**environment, "NUMBA_CACHE_DIR": str(tmp_path)}
    before = os.times()
    seconds = median_of(benchmark, greatpowers("warmup"), cold, 1)
    after = os.times()
    worked = after.children_user + after.children_system - before.children_user - before.children_system
    figures.add("first-ever compilation", f"{seconds:10.1f} s, of which {worked:.1f} s on a processor")
    warm = min(_seconds(greatpowers("warmup"), cold) for _ in range(3))
    figures.add("the same with a warm cache", f"{warm:10.2f} s")


def test_the_main_job(benchmark: Any, figures: Any, environment: dict[str, str], tmp_path: Path) -> None:
    subprocess.run(greatpowers("warmup"), env=environment, capture_output=True, check=True)
    command = greatpowers("compare", "2017", "--out", tmp_path / "comparison")
    figures.add("greatpowers compare 2017 (defaults)", f"{median_of(benchmark, command, environment, 3):10.1f} s")


def test_the_main_job_without_starting_or_drawing(benchmark: Any, figures: Any) -> None:
    from greatpowers import compare

    benchmark.pedantic(compare, args=("2017",), rounds=3, warmup_rounds=1)
    figures.add("compare('2017') in Python, no figures", f"{statistics.median(benchmark.stats.stats.data):10.1f} s")


def _seconds(command: list[str], environment: dict[str, str]) -> float:
    start = time.perf_counter()
    subprocess.run(command, env=environment, capture_output=True, check=True)
    return time.perf_counter() - start
