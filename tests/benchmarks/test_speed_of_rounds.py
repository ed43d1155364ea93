"""How fast a round is: compiled against uncompiled, and by the numbers of theatres and of states."""

import json
import statistics
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from bare_loop import seconds_of
from played_rounds import Rounds, rounds_of_2017, rounds_of_size

from greatpowers.core.world import copy_world

SCRIPT = Path(__file__).parent / "played_rounds.py"
THEATRES = (10, 100, 1000, 3000)
STATES = (25, 50, 100, 200)


def median_per_round(benchmark: Any, played: Rounds, times: int = 15) -> float:
    """Seconds a round takes, median over goes; the benchmark's own figures are for all rounds of a go."""
    benchmark.extra_info["rounds"] = played.number
    benchmark.pedantic(played.play, setup=lambda: ((copy_world(played.world),), {}), rounds=times, warmup_rounds=1)
    seconds: float = statistics.median(benchmark.stats.stats.data)
    return seconds / played.number


def test_a_compiled_round_against_the_same_text_uncompiled(benchmark: Any, figures: Any, environment: Any) -> None:
    count, goes = 8, 3
    compiled = median_per_round(benchmark, rounds_of_2017(count), times=50)
    done = subprocess.run(
        [sys.executable, str(SCRIPT), str(count), str(goes)],
        env={**environment, "NUMBA_DISABLE_JIT": "1"}, capture_output=True, text=True, check=True,
    )  # fmt: skip
    uncompiled = json.loads(done.stdout)
    figures.add("2017, one round, compiled", f"{compiled * 1e6:10.1f} µs")
    figures.add("2017, one round, uncompiled", f"{uncompiled * 1e6:10.1f} µs")
    figures.add("2017, compiled is faster by", f"{uncompiled / compiled:10.0f} times")


def test_a_round_against_a_bare_loop(benchmark: Any, figures: Any, environment: Any) -> None:
    played = rounds_of_2017(80)
    done = subprocess.run(
        [sys.executable, str(SCRIPT.with_name("bare_loop.py")), "8"],
        env={**environment, "NUMBA_DISABLE_JIT": "1"}, capture_output=True, text=True, check=True,
    )  # fmt: skip
    floor = seconds_of(json.loads(done.stdout), played.world.states.size, played.world.theatres.size, 50)
    seconds = median_per_round(benchmark, played, times=50)
    figures.add("2017, a bare loop with the same calls", f"{floor * 1e6:10.1f} µs")
    figures.add("2017, a round is longer by", f"{seconds / floor:10.2f} times")


PER_THEATRE: dict[int, float] = {}
PER_STATE: dict[int, float] = {}


@pytest.mark.parametrize("theatres", THEATRES)
def test_rounds_by_the_number_of_theatres(theatres: int, benchmark: Any, figures: Any) -> None:
    seconds = median_per_round(benchmark, rounds_of_size(50, theatres, 20))
    PER_THEATRE[theatres] = seconds / theatres
    growth = PER_THEATRE[theatres] / PER_THEATRE.get(THEATRES[0], PER_THEATRE[theatres])
    each = f"{PER_THEATRE[theatres] * 1e6:7.2f} µs a theatre, {growth:5.2f} of that with {THEATRES[0]}"
    figures.add(f"50 states, {theatres} theatres", f"{1.0 / seconds:10.0f} rounds/s, {each}")


@pytest.mark.parametrize("states", STATES)
def test_rounds_by_the_number_of_states(states: int, benchmark: Any, figures: Any) -> None:
    seconds = median_per_round(benchmark, rounds_of_size(states, 100, 20))
    PER_STATE[states] = seconds / states
    growth = PER_STATE[states] / PER_STATE.get(STATES[0], PER_STATE[states])
    each = f"{PER_STATE[states] * 1e6:7.2f} µs a state,   {growth:5.2f} of that with {STATES[0]}"
    figures.add(f"{states} states, 100 theatres", f"{1.0 / seconds:10.0f} rounds/s, {each}")


def test_the_largest_world_plays(benchmark: Any, figures: Any) -> None:
    seconds = median_per_round(benchmark, rounds_of_size(200, 3000, 5), times=5)
    figures.add("200 states, 3000 theatres", f"{1.0 / seconds:10.1f} rounds/s")
