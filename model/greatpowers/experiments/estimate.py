"""What an experiment will take, before it is run: time, from playing a few runs of it, and room on the disk."""

import time
from typing import NamedTuple

from greatpowers.core.parameters import Parameters
from greatpowers.experiments.plan import Plan
from greatpowers.experiments.play import setups_of
from greatpowers.simulation.run import play_matched
from greatpowers.simulation.summary import summarise
from greatpowers.storage.provenance import available_cores

TRIALS = 8
"""Points that are tried, at most."""

ENOUGH_SECONDS = 1.5
KEY_BYTES = 4.0
"""Bytes of a row's keys, which compress to nearly nothing."""

SQUEEZED = 0.7
"""What compression leaves of a column, about: some hold counts, some all of a number's digits."""


class Estimate(NamedTuple):
    """Seconds the experiment will take, and bytes it will fill."""

    seconds: float
    bytes: float


def estimate(plan: Plan, workers: int | None = None) -> Estimate:
    """Measure some runs, spread over the points, and reckon from them."""
    cores = available_cores() if workers is None else min(workers, available_cores())
    per_point, per_run = _measured(plan)
    return Estimate((plan.points * per_point + plan.rows * per_run) / cores, size_of(plan))


def size_of(plan: Plan) -> float:
    """Bytes on disk, about."""
    rows = KEY_BYTES + 8 * SQUEEZED * (len(plan.columns) + plan.longest * len(plan.series))
    return plan.rows * rows + plan.points * 8 * SQUEEZED * (4 + len(Parameters._fields)) * bool(plan.samples.names)


def _measured(plan: Plan) -> tuple[float, float]:
    """Seconds to make a point ready, and to play a run."""
    seed = plan.study.experiment.seed_base
    play_matched(setups_of(plan.point(0))[:1], seed)  # whatever has to be compiled is compiled now
    ready, played, points, runs = 0.0, 0.0, 0, 0
    numbers = {plan.points * k // TRIALS for k in range(TRIALS)}
    for number in sorted(numbers, key=lambda n: n * 0.618034 % 1):
        started = time.perf_counter()
        setups = setups_of(plan.point(number))
        between = time.perf_counter()
        for metrics in play_matched(setups, seed):
            summarise(metrics)
        ready, played = ready + between - started, played + time.perf_counter() - between
        points, runs = points + 1, runs + len(setups)
        if ready + played > ENOUGH_SECONDS and points > 1:
            break
    return ready / points, played / runs
