"""Playing parts: units of work for threads, whole parts for whoever is given one, and what all of it will take."""

import threading
import time
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np

from greatpowers.core.declare import Floats
from greatpowers.core.parameters import Parameters
from greatpowers.dictionary import METRIC_NAMES
from greatpowers.experiments.plan import Job, Plan, Point, PointRows, policies_of_seed, seeds_of
from greatpowers.scenario.build import build_parameters
from greatpowers.simulation.ensemble import play_and_read
from greatpowers.simulation.own import OwnMetric, own_values
from greatpowers.simulation.run import play_matched, simulate_prepared
from greatpowers.simulation.setup import Setup, setups_in
from greatpowers.simulation.summary import SUMMARY_COLUMNS, summarise
from greatpowers.storage.manifest import available_cores


class Values(NamedTuple):
    """What a part holds: summaries [rows, columns] and metrics [rounds of all rows, series], both float64."""

    runs: Floats
    rounds: Floats


def setups_of(point: Point) -> list[Setup]:
    """Each policy of a point made ready to run; the world is built once for all of them."""
    parameters = build_parameters(point.scenario, point.parameters)
    return setups_in(point.scenario, point.policies, point.rounds, parameters, point.rules)


def play_point(
    setups: Sequence[Setup], seed: int, own: Sequence[OwnMetric], places: Sequence[str] = ()
) -> list[tuple[Floats, Floats]]:
    """Metrics [R, Metric], and own metrics and outcomes of places, of one run for each setup, all on the same luck."""
    if places:
        index = setups[0].scenario.theatre_index()
        rows = [index[place] for place in places]
        readings = [play_and_read(setup, seed, own) for setup in setups]
        return [
            (reading.metrics, np.append(reading.values[len(SUMMARY_COLUMNS) :], reading.places[rows]))
            for reading in readings
        ]
    if not own:
        return [(metrics, np.empty(0)) for metrics in play_matched(setups, seed)]
    histories = [simulate_prepared(setup, seed) for setup in setups]
    return [(history.track.metrics, own_values(own, history)) for history in histories]


def try_own_functions(plan: Plan) -> None:
    """Play the first run with own metrics and rules; raises :class:`GreatPowersError` if one fails."""
    if plan.study.own_metrics or plan.study.rules:
        play_point(setups_of(plan.point(0))[:1], plan.study.experiment.seed_base, plan.study.own_metrics)


class PartRun:
    """A part being played: units may be played by any thread and in any order, each once."""

    def __init__(self, job: Job) -> None:
        self.job = job
        rounds = sum((high - low) * point.rounds for point, low, high in job.segments)
        kept = job.recording
        self.values = Values(np.empty((job.rows, len(kept.by_run))), np.empty((rounds, len(kept.series))))
        self._summary = [SUMMARY_COLUMNS.index(name) for name in kept.columns]
        self._series = [METRIC_NAMES.index(name) for name in kept.series]
        self._left, self._lock = 0, threading.Lock()

    def units(self) -> Iterator["Unit"]:
        """Every unit of the part, in order; all of them must be played."""
        seeds = [seeds_of(segment, self.job.replicates) for segment in self.job.segments]
        self._left = sum(map(len, seeds))
        row, round_row = 0, 0
        for segment, numbers in zip(self.job.segments, seeds, strict=True):
            bench = _Bench(segment.point)
            for seed in numbers:
                yield Unit(self, bench, segment, row, round_row, seed)
            row += segment.high - segment.low
            round_row += (segment.high - segment.low) * segment.point.rounds

    def keep(self, row: int, round_row: int, metrics: Floats, own: Floats) -> None:
        """Write down one run."""
        self.values.runs[row] = np.append(summarise(metrics)[self._summary], own)
        if self._series:
            self.values.rounds[round_row : round_row + len(metrics)] = metrics[:, self._series]

    def finished(self) -> bool:
        """Count one unit as played; whether it was the last."""
        with self._lock:
            self._left -= 1
            return self._left == 0


class Unit(NamedTuple):
    """One seed at one point, for every policy whose row lies in the part."""

    part: PartRun
    bench: "_Bench"
    segment: PointRows
    row: int
    round_row: int
    seed: int

    def play(self) -> int:
        """Play the unit; the number of runs played."""
        job, rounds = self.part.job, self.bench.point.rounds
        policies = policies_of_seed(self.segment, self.seed, job.replicates)
        setups = self.bench.setups()
        chosen = [setups[policy] for policy in policies]
        played = play_point(chosen, job.seed_base + self.seed, job.recording.own, job.recording.places)
        for policy, (metrics, own) in zip(policies, played, strict=True):
            offset = policy * job.replicates + self.seed - self.segment.low
            self.part.keep(self.row + offset, self.round_row + offset * rounds, metrics, own)
        return len(policies)


class _Bench:
    """The setups of a point while its units are being played: made by the first, and gone with the last of them."""

    def __init__(self, point: Point) -> None:
        self.point, self._setups, self._lock = point, list[Setup](), threading.Lock()

    def setups(self) -> list[Setup]:
        with self._lock:
            if not self._setups:
                self._setups = setups_of(self.point)
            return self._setups


def play_part(job: Job) -> Values:
    """Play a whole part, one run after another."""
    part = PartRun(job)
    for unit in part.units():
        unit.play()
    return part.values


TRIALS = 8
"""Points that are tried, at most."""

ENOUGH_SECONDS = 1.5
KEY_BYTES = 4.0
"""Bytes of a row's keys, which compress to nearly nothing."""

SQUEEZED = 0.7
"""What compression leaves of a column, about: some hold counts, some all of a number's digits."""


class BatchEstimate(NamedTuple):
    """Seconds the experiment will take, and bytes it will fill."""

    seconds: float
    bytes: float


def estimate(plan: Plan, workers: int | None = None) -> BatchEstimate:
    """Measure some runs, spread over the points, and reckon from them."""
    cores = available_cores() if workers is None else min(workers, available_cores())
    per_point, per_run = _measured(plan)
    return BatchEstimate((plan.points * per_point + plan.rows * per_run) / cores, size_of(plan))


def size_of(plan: Plan) -> float:
    """Bytes on disk, about."""
    rows = KEY_BYTES + 8 * SQUEEZED * plan.values_per_row
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
        for metrics, _ in play_point(setups, seed, plan.recording.own, plan.recording.places):
            summarise(metrics)
        ready, played = ready + between - started, played + time.perf_counter() - between
        points, runs = points + 1, runs + len(setups)
        if ready + played > ENOUGH_SECONDS and points > 1:
            break
    return ready / points, played / runs
