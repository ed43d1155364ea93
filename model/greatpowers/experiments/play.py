"""Playing parts: units of work for threads, and whole parts for whoever is given one."""

import threading
from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from greatpowers.core.declare import Floats
from greatpowers.core.parameters import pack
from greatpowers.dictionary import METRIC_NAMES
from greatpowers.experiments.plan import Job, Point, Segment, policies_of_seed, seeds_of
from greatpowers.scenario.build import build_parameters, build_policy, build_world
from greatpowers.simulation.run import play_matched
from greatpowers.simulation.setup import Setup
from greatpowers.simulation.summary import SUMMARY_COLUMNS, summarise


class Values(NamedTuple):
    """What a part holds: summaries [rows, columns] and metrics [rounds of all rows, series], both float64."""

    runs: Floats
    rounds: Floats


def setups_of(point: Point) -> list[Setup]:
    """Each policy of a point made ready to run; the world is built once for all of them."""
    parameters = build_parameters(point.scenario, point.parameters)
    world, packed = build_world(point.scenario, parameters), pack(parameters)
    return [
        Setup(point.scenario, policy, parameters, point.rounds, world, build_policy(point.scenario, policy), packed)
        for policy in point.policies
    ]


class Part:
    """A part being played: units may be played by any thread and in any order, each once."""

    def __init__(self, job: Job) -> None:
        self.job = job
        rounds = sum((high - low) * point.rounds for point, low, high in job.segments)
        self.values = Values(np.empty((job.rows, len(job.columns))), np.empty((rounds, len(job.series))))
        self._summary = [SUMMARY_COLUMNS.index(name) for name in job.columns]
        self._series = [METRIC_NAMES.index(name) for name in job.series]
        self._left, self._lock = 0, threading.Lock()

    def units(self) -> Iterator["Unit"]:
        """Every unit of the part, in order; all of them must be played."""
        seeds = [seeds_of(segment, self.job.replicates) for segment in self.job.segments]
        self._left = sum(map(len, seeds))
        row, round_row = 0, 0
        for segment, numbers in zip(self.job.segments, seeds, strict=True):
            bench = _Bench(segment.point, len(numbers))
            for seed in numbers:
                yield Unit(self, bench, segment, row, round_row, seed)
            row += segment.high - segment.low
            round_row += (segment.high - segment.low) * segment.point.rounds

    def keep(self, row: int, round_row: int, metrics: Floats) -> None:
        """Write down one run."""
        self.values.runs[row] = summarise(metrics)[self._summary]
        if self._series:
            self.values.rounds[round_row : round_row + len(metrics)] = metrics[:, self._series]

    def finished(self) -> bool:
        """Count one unit as played; whether it was the last."""
        with self._lock:
            self._left -= 1
            return self._left == 0


class Unit(NamedTuple):
    """One seed at one point, for every policy whose row lies in the part."""

    part: Part
    bench: "_Bench"
    segment: Segment
    row: int
    round_row: int
    seed: int

    def play(self) -> int:
        """Play the unit; the number of runs played."""
        job, rounds = self.part.job, self.bench.point.rounds
        policies = policies_of_seed(self.segment, self.seed, job.replicates)
        setups = self.bench.setups()
        played = play_matched([setups[policy] for policy in policies], job.seed_base + self.seed)
        for policy, metrics in zip(policies, played, strict=True):
            offset = policy * job.replicates + self.seed - self.segment.low
            self.part.keep(self.row + offset, self.round_row + offset * rounds, metrics)
        self.bench.leave()
        return len(policies)


class _Bench:
    """The setups of a point while its units are being played: made by the first, dropped by the last."""

    def __init__(self, point: Point, users: int) -> None:
        self.point = point
        self._users, self._setups = users, list[Setup]()
        self._lock = threading.Lock()

    def setups(self) -> list[Setup]:
        with self._lock:
            if not self._setups:
                self._setups = setups_of(self.point)
            return self._setups

    def leave(self) -> None:
        with self._lock:
            self._users -= 1
            if self._users == 0:
                self._setups = []


def play_part(job: Job) -> Values:
    """Play a whole part, one run after another."""
    part = Part(job)
    for unit in part.units():
        unit.play()
    return part.values
