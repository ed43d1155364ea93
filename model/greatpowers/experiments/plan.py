"""The plan of an experiment: which run stands in which row, worked out by arithmetic and never listed.

Rows are ordered by (point, policy, seed); points by (scenario, generated world, doctrines, levers, sample), the last
running fastest. A part is a fixed range of rows; it holds whole points unless a point is larger than a part.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain
from typing import Any, NamedTuple

import numpy as np

from greatpowers.dictionary import METRIC_NAMES, place_columns
from greatpowers.experiments.load import Study, check_size, varied
from greatpowers.experiments.schema import sample_count, samples
from greatpowers.scenario.schema import PolicyPreset, Scenario
from greatpowers.scenario.synthetic import expand
from greatpowers.simulation.own import NO_RULES, OwnMetric, Rules
from greatpowers.simulation.summary import SUMMARY_COLUMNS

FEWEST_PART_ROWS, MOST_PART_ROWS = 200, 4096
"""Runs in a part, unless the experiment says: a hundredth of all, within these bounds."""

WHOLE_POINT_ROWS = 12_288
"""Points up to this size are kept in one part, so that its policies share the luck of a seed."""

PART_BYTES = 48 * 2**20
"""Size of a part's values in memory, which limits its rows when rounds are recorded."""

GIVEN = "given"
"""Name of the assignment of doctrines of an experiment that assigns none."""


@dataclass(frozen=True, eq=False)
class Point:
    """What the runs of a point have in common: everything but policy and seed. `parameters` are those varied."""

    number: int
    scenario: Scenario
    policies: tuple[PolicyPreset, ...]
    parameters: Mapping[str, float]
    rounds: int
    rules: Rules = NO_RULES


class PointRows(NamedTuple):
    """The rows of one point that lie in one part: `low` to `high` - 1, counted within the point."""

    point: Point
    low: int
    high: int


class Recording(NamedTuple):
    """What is kept of each run.

    `columns` are of the summary, `series` of the metrics; `own` are metrics of the user's own; `places` are theatres
    of which it is recorded what becomes of them.
    """

    columns: tuple[str, ...]
    series: tuple[str, ...]
    own: tuple[OwnMetric, ...]
    places: tuple[str, ...]

    @property
    def by_run(self) -> tuple[str, ...]:
        """Names of the numbers of a run, in order."""
        return (*self.columns, *(metric.name for metric in self.own), *place_columns(self.places))


@dataclass(frozen=True, eq=False)
class Job:
    """One part, with all that is needed to play it anywhere."""

    part: int
    first_row: int
    segments: tuple[PointRows, ...]
    policies: tuple[str, ...]
    seed_base: int
    replicates: int
    recording: Recording

    @property
    def rows(self) -> int:
        """Runs in the part."""
        return sum(segment.high - segment.low for segment in self.segments)


class AxisPosition(NamedTuple):
    """Where a point stands on each axis."""

    scenario: int
    world: int
    doctrines: int
    levers: int
    sample: int


class Plan:
    """Rows, points and parts of a study."""

    def __init__(self, study: Study) -> None:
        experiment = study.experiment
        self.study = study
        self.assignments = dict(experiment.doctrines) or {GIVEN: {}}
        axes = (len(study.scenarios), _cells(experiment.synthetic), len(self.assignments), _cells(experiment.levers))
        self.axes = AxisPosition(*axes, sample_count(experiment, study.posterior))
        self.points = math.prod(self.axes)
        self.policies = tuple(policy.name for policy in study.policies)
        self.rows_per_point = len(self.policies) * experiment.replicates
        self.rows = self.points * self.rows_per_point
        sizes = (
            *zip(_AXES, self.axes, strict=True),
            ("policies", len(self.policies)),
            ("seeds", experiment.replicates),
        )
        check_size(experiment.name, self.rows, sizes)
        self.samples = samples(experiment, study.posterior)
        columns = tuple(experiment.metrics or SUMMARY_COLUMNS)
        series = tuple(name for name in columns if name in METRIC_NAMES) if experiment.record == "round" else ()
        self.recording = Recording(columns, series, study.own_metrics, experiment.places or ())
        self.part_rows = self._rows_of_part()
        self._world = lru_cache(maxsize=8)(self._build_world)

    @property
    def parts(self) -> int:
        """Number of parts."""
        return -(-self.rows // self.part_rows)

    @property
    def longest(self) -> int:
        """Most rounds of a run."""
        return self.study.experiment.rounds or max(scenario.rounds for scenario in self.study.scenarios)

    @property
    def values_per_row(self) -> int:
        """Numbers that are kept of a run, its rounds included, whether or not its own metrics are at hand."""
        asked, missing = self.recording, len(self.study.experiment.own_metrics or ()) - len(self.recording.own)
        return len(asked.by_run) + missing + self.longest * len(asked.series)

    def _rows_of_part(self) -> int:
        """Rows of every part but the last: whole points where they fit."""
        asked, whole = self.study.experiment.part_rows, self.rows_per_point
        wide = max(1, PART_BYTES // (8 * self.values_per_row))
        most = asked or min(wide, max(FEWEST_PART_ROWS, min(MOST_PART_ROWS, self.rows // 100)))
        if whole <= most:
            return most // whole * whole
        return whole if asked is None and whole <= min(wide, WHOLE_POINT_ROWS) else most

    def range_of(self, part: int) -> tuple[int, int]:
        """First row of a part, and the row after its last."""
        return part * self.part_rows, min(self.rows, (part + 1) * self.part_rows)

    def units(self, part: int) -> int:
        """Seeds to be played in a part, each counted once for every point it is played at."""
        low, high = self.range_of(part)
        count, seeds, whole = 0, self.study.experiment.replicates, self.rows_per_point
        if low % whole == 0 and high % whole == 0:
            return (high - low) // whole * seeds
        while low < high:
            end = min(high, (low // whole + 1) * whole)
            count, low = count + min(seeds, end - low), end
        return count

    def job(self, part: int) -> Job:
        """Everything needed to play a part."""
        low, high = self.range_of(part)
        whole, segments = self.rows_per_point, []
        for number in range(low // whole, (high - 1) // whole + 1):
            start = number * whole
            segments.append(PointRows(self.point(number), max(low - start, 0), min(high - start, whole)))
        luck = self.study.experiment.seed_base, self.study.experiment.replicates
        return Job(part, low, tuple(segments), self.policies, *luck, self.recording)

    def place(self, number: int) -> AxisPosition:
        """Where a point stands on each axis."""
        return AxisPosition(*map(int, np.unravel_index(number, self.axes)))

    def row(self, row: int) -> tuple[int, int, int]:
        """Point, policy (its position) and seed of a row."""
        number, rest = divmod(row, self.rows_per_point)
        policy, seed = divmod(rest, self.study.experiment.replicates)
        return number, policy, self.study.experiment.seed_base + seed

    def point(self, number: int) -> Point:
        """The point of this number, its world generated, its doctrines assigned, its levers set."""
        at = self.place(number)
        scenario, policies = self._world(*at[:4])
        rounds = self.study.experiment.rounds or scenario.rounds
        return Point(number, scenario, policies, self.samples[at.sample], rounds, self.study.rules)

    def labels(self, number: int) -> dict[str, Any]:
        """What distinguishes a point, as columns: its scenario, world, doctrines, levers and sample."""
        at, experiment = self.place(number), self.study.experiment
        return {
            "point": number,
            "scenario": self.study.scenarios[at.scenario].name,
            "doctrines": list(self.assignments)[at.doctrines],
            "sample": at.sample,
            **{f"synthetic_{name}": value for name, value in cell(experiment.synthetic, at.world).items()},
            **{f"lever_{name}": float(value) for name, value in cell(experiment.levers, at.levers).items()},
        }

    def _build_world(
        self, scenario: int, world: int, doctrines: int, levers: int
    ) -> tuple[Scenario, tuple[PolicyPreset, ...]]:
        study, experiment = self.study, self.study.experiment
        built = study.scenarios[scenario]
        if built.synthetic is not None:
            built = expand(varied(built, cell(experiment.synthetic, world)))
        built = assigned(built, list(self.assignments.values())[doctrines])
        chosen = cell(experiment.levers, levers)
        return without_terms(built, chosen), tuple(with_levers(policy, chosen) for policy in study.policies)


_AXES = ("scenarios", "generated worlds", "doctrine assignments", "cells of levers", "samples")


def _cells(grid: Mapping[str, Sequence[Any]]) -> int:
    return math.prod(map(len, grid.values()))


def cell(grid: Mapping[str, Sequence[Any]], number: int) -> dict[str, Any]:
    """One combination of a grid, the last key running fastest."""
    places = np.unravel_index(number, [len(values) for values in grid.values()])
    return {name: values[int(place)] for (name, values), place in zip(grid.items(), places, strict=True)}


def assigned(scenario: Scenario, assignment: Mapping[str, str]) -> Scenario:
    """The scenario with doctrines given to states, which then have no weights of their own any more."""
    if not assignment:
        return scenario
    states = [
        state.model_copy(update={"doctrine": assignment[state.id], "weights": {}}) if state.id in assignment else state
        for state in scenario.states
    ]
    return scenario.model_copy(update={"states": tuple(states)})


def with_levers(policy: PolicyPreset, levers: Mapping[str, float]) -> PolicyPreset:
    """The policy with these levers in place of its own, in every segment of its schedule."""
    if not levers:
        return policy
    numbers = {name: float(value) for name, value in levers.items()}
    schedule = tuple(s.model_copy(update={"levers": {**s.levers, **numbers}}) for s in policy.schedule)
    return policy.model_copy(update={"levers": {**policy.levers, **numbers}, "schedule": schedule})


def without_terms(scenario: Scenario, levers: Mapping[str, float]) -> Scenario:
    """The scenario without what its terms say of these levers: the cell of a grid holds everywhere."""
    if not levers or not scenario.terms:
        return scenario
    remaining = [
        terms.model_copy(update={"levers": {n: v for n, v in terms.levers.items() if n not in levers}})
        for terms in scenario.terms
    ]
    return scenario.model_copy(update={"terms": tuple(terms for terms in remaining if terms.levers)})


def policies_of_seed(segment: PointRows, seed: int, replicates: int) -> range:
    """Which policies (by position) play a seed (by position) within a segment."""
    return range(max(0, -(-(segment.low - seed) // replicates)), -(-(segment.high - seed) // replicates))


def seeds_of(segment: PointRows, replicates: int) -> Sequence[int]:
    """The seeds (by position) that are played in a segment."""
    if segment.high - segment.low >= replicates:
        return range(replicates)
    first, last = segment.low % replicates, (segment.high - 1) % replicates
    return range(first, last + 1) if first <= last else list(chain(range(last + 1), range(first, replicates)))
