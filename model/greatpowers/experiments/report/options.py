"""An experiment sorted by who decides: options, which the coalition chooses, and worlds, which it does not.

An option is a policy with one cell of the grid over levers. A world is everything else that a point fixes: scenario,
doctrines, settings of a generated world, parameters  (levers and uncertainties: Lempert, Popper & Bankes 2003).
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from greatpowers.core.declare import Floats, Ints
from greatpowers.core.levers import SWITCH
from greatpowers.core.parameters import Parameters
from greatpowers.experiments.results import Cube, Results
from greatpowers.scenario.errors import GreatPowersError
from greatpowers.scenario.load import load_policy
from greatpowers.simulation import intervals
from greatpowers.simulation.comparison import BASELINE
from greatpowers.simulation.summary import OUTCOMES, worst_outcome
from greatpowers.statistics.checks import bare_name
from greatpowers.statistics.outcomes import crossed_interval, world_interval

Bools = NDArray[np.bool_]

SHARES = (SWITCH, "share in [0, 1]", "severity in [0, 1]", "share of rounds")
"""Units of which no mean is above one."""

NO_FACTORS = ("point", "rounds")

RECORD, DEEP, GENERATED = "the record", "deep uncertainty", "the draw of worlds"
"""What may leave open which world is ours: parameters that agree with the record, wide ranges, random worlds."""


@dataclass(frozen=True)
class PolicyOption:
    """A policy, and the levers of its cell if there is a grid."""

    policy: str
    title: str
    cell: tuple[tuple[str, float], ...] = ()

    @property
    def label(self) -> str:
        """What to call it: the policy, the levers, or both where both differ."""
        levers = ", ".join(f"{name.replace('_', ' ')} {value:g}" for name, value in self.cell)
        return f"{self.title} ({levers})" if levers and self.title else levers or self.title


@dataclass(frozen=True, eq=False)
class PolicyOptions:
    """Values by metric, each [options, worlds, seeds], without a gap.

    `worlds` has a row a world and a column for each thing that differs between them; `draws` [worlds] numbers the
    worlds that were drawn at random together: those with equal numbers differ only by design.
    """

    results: Results
    options: list[PolicyOption]
    worlds: pd.DataFrame
    draws: Ints
    baseline: int
    seeds: int
    values: dict[str, Floats]
    left_out: int

    def interval(self, values: Floats, level: float = intervals.LEVEL) -> intervals.Interval:
        """Mean of `values` [worlds, seeds] with its interval; worlds that differ by design are averaged first."""
        return crossed_interval(self._of_draws(values), level)

    def _of_draws(self, values: Floats) -> Floats:
        """`values` [worlds, seeds] averaged over the worlds of each random draw: [draws, seeds]."""
        if not self.sampled:
            only: Floats = values.mean(axis=0, keepdims=True)
            return only
        sizes = np.bincount(self.draws)
        means = np.zeros((sizes.size, values.shape[1]))
        np.add.at(means, self.draws, values)
        by_draw: Floats = means / sizes[:, None]
        return by_draw

    def estimate(self, metric: str, option: int) -> intervals.Interval:
        """Mean of a metric under one option; of a share of runs, at least the score interval  (Wilson 1927).

        Its bounds stay within what is possible: an amount is never below nothing, a share never above one.
        """
        values, unit = self.values[metric][option], self.results.describe(metric).unit
        lowest, highest = 0.0 if values.min() >= 0 else -math.inf, 1.0 if unit in SHARES else math.inf
        interval = intervals.clipped(self.interval(values), lowest, highest)
        if unit != SWITCH:
            return interval
        luck = intervals.share_interval(values.reshape(-1))
        return luck if len(self.worlds) == 1 else intervals.widened(interval, luck)

    def difference(self, metric: str, option: int, other: int, level: float = intervals.LEVEL) -> intervals.Interval:
        """Mean paired difference of one option from another, on the same worlds and seeds, luck and worlds as drawn."""
        one, rest = self.values[metric][option], self.values[metric][other]
        return self._of_shares(self.interval(one - rest, level), metric, one, rest, level)

    def by_luck(self, metric: str, option: int, other: int) -> intervals.Interval:
        """The same difference, with what other luck could have brought in these worlds."""
        one, rest = self.values[metric][option], self.values[metric][other]
        return self._of_shares(intervals.mean_interval((one - rest).mean(axis=0)), metric, one, rest)

    def left_open(self, metric: str, option: int, other: int) -> intervals.Interval:
        """The same difference, with the interval of its expected value in another world of the kind drawn."""
        one, rest = self.values[metric][option], self.values[metric][other]
        interval = self._of_shares(world_interval(self._of_draws(one - rest)), metric, one, rest)
        return intervals.widened(interval, self.difference(metric, option, other))

    def _of_shares(
        self, interval: intervals.Interval, metric: str, one: Floats, other: Floats, level: float = intervals.LEVEL
    ) -> intervals.Interval:
        """An interval of a difference as it is, or of shares of runs one that never shrinks to nothing."""
        if self.results.describe(metric).unit != SWITCH:
            return interval
        if len(self.worlds) == 1:
            return intervals.paired_share_interval(one.reshape(-1), other.reshape(-1), level)
        return intervals.at_least_luck(interval, one, other, level)

    def of_worlds(self, chosen: Ints) -> "PolicyOptions":
        """The same study of some of its worlds only."""
        _, draws = np.unique(self.draws[chosen], return_inverse=True)
        values = {name: outcomes[:, chosen] for name, outcomes in self.values.items()}
        return replace(self, worlds=self.worlds.iloc[chosen].reset_index(drop=True), draws=draws, values=values)

    @cached_property
    def factors(self) -> list[str]:
        """Names of what differs between worlds, apart from numbers of samples."""
        return [name for name in self.worlds.columns if name != "sample"]

    @cached_property
    def sampled(self) -> bool:
        """Whether worlds were drawn at random (a sample of parameters, or generated worlds)."""
        return bool(self.draws.max() > 0)

    @property
    def drawn_from(self) -> str:
        """What leaves open which of the sampled worlds is ours; empty where they were chosen."""
        if not self.sampled:
            return ""
        experiment = self.results.experiment
        return RECORD if experiment.get("parameters") else DEEP if experiment.get("uncertainties") else GENERATED

    @property
    def noun(self) -> str:
        """What options are: policies, or settings of a grid over levers."""
        return "settings" if self.lever_names else "policies"

    @cached_property
    def lever_names(self) -> list[str]:
        """Levers that differ between options."""
        return [name for name, _ in self.options[0].cell]


def build_study(results: Results, cube: Cube) -> PolicyOptions:
    """Sort the runs of a cube; points (or, within the only one, runs) that are not complete are left out."""
    points = cube.points
    varied = _varied(points, is_uncertain(results.experiment) or points["scenario"].nunique() < 2)
    levers = [name for name in varied if bare_name(name)[0] == "lever"]
    others = [name for name in varied if name not in levers]
    cells, cell_of = _numbered(points, levers)
    worlds, world_of = _numbered(points, others)
    place = np.full((len(cells), len(worlds)), -1)
    place[cell_of, world_of] = np.arange(len(points))
    if (place < 0).any() or place.size != len(points):
        raise GreatPowersError(f"{results.directory}: points.parquet does not hold every lever in every world once.")
    titles = _titles(cube.policies) if len(cube.policies) > 1 or not levers else [""]
    options = [
        PolicyOption(
            policy,
            titles[k] if len(cube.policies) > 1 or not levers else "",
            tuple(zip((bare_name(name)[1] for name in levers), row, strict=True)),
        )
        for row in cells.to_numpy(dtype=object).tolist()  # which has an empty row where nothing varies
        for k, policy in enumerate(cube.policies)
    ]
    there = _by_option(cube.there, place)
    chosen, complete, seeds = _complete(there)
    values = {
        name: _by_option(outcomes, place)[np.ix_(chosen, complete, seeds)] for name, outcomes in cube.values.items()
    }
    used = [options[i] for i in chosen]
    table = worlds.iloc[complete].reset_index(drop=True)
    left_out = int(there.size - len(chosen) * len(complete) * len(seeds))
    return PolicyOptions(
        results, used, table, _draws(table, results), _baseline(used, results), len(seeds), values, left_out
    )


def is_uncertain(experiment: Mapping[str, Any]) -> bool:
    """Whether an experiment varies parameters, over ranges or by draws of a posterior."""
    return bool(experiment.get("uncertainties") or experiment.get("parameters"))


def _varied(points: pd.DataFrame, uncertain: bool) -> list[str]:
    """Columns that differ between points; parameters only where they are sampled, not where scenarios set them."""
    passed = NO_FACTORS if uncertain else (*NO_FACTORS, *Parameters._fields)
    return [n for n in points.columns if n not in passed and points[n].nunique(dropna=False) > 1]


def _numbered(points: pd.DataFrame, columns: list[str]) -> tuple[pd.DataFrame, Ints]:
    """The distinct rows of some columns in order of appearance, and which of them each point has."""
    if not columns:
        return pd.DataFrame(index=[0]), np.zeros(len(points), dtype=np.int64)
    groups = points.groupby(columns, sort=False, dropna=False)
    numbers: Ints = np.array(groups.ngroup(), dtype=np.int64)
    return points[columns].drop_duplicates().reset_index(drop=True), numbers


def _by_option(values: NDArray[Any], place: Ints) -> NDArray[Any]:
    """[points, policies, seeds] as [cells x policies, worlds, seeds]."""
    cells, worlds = place.shape
    return values[place].swapaxes(1, 2).reshape(cells * values.shape[1], worlds, values.shape[2])


def _complete(there: Floats | Bools) -> tuple[Ints, Ints, Ints]:
    """Options, worlds and seeds without a gap: whole worlds, or the fullest block of the world that has most."""
    options, _, seeds = there.shape
    whole = np.flatnonzero(there.all(axis=(0, 2)))
    if whole.size:
        return np.arange(options), whole, np.arange(seeds)
    world = int(there.sum(axis=(0, 2)).argmax())
    counts = there[:, world].sum(axis=1)
    order = np.argsort(-counts, kind="stable")
    blocks = [there[order[: n + 1], world].all(axis=0) for n in range(options)]
    best = int(np.argmax([(n + 1) * block.sum() for n, block in enumerate(blocks)]))
    return np.sort(order[: best + 1]), np.array([world]), np.flatnonzero(blocks[best])


def _draws(worlds: pd.DataFrame, results: Results) -> Ints:
    """Number of each world's random draw: a sample of parameters and a seed of a generated world."""
    uncertain = results.experiment.get("uncertainties") or {}
    method = (results.experiment.get("sample") or uncertain.get("sample") or {}).get("method", "lhs")
    drawn = [name for name in worlds.columns if _is_drawn(name, method == "grid")]
    return _numbered(worlds, drawn)[1] if len(worlds) else np.zeros(0, dtype=np.int64)


def _is_drawn(column: str, grid: bool) -> bool:
    name = bare_name(column)[1]
    if name == "seed":
        return True
    return not grid and (name == "sample" or column in Parameters._fields)


def _baseline(options: list[PolicyOption], results: Results) -> int:
    wanted = str(results.experiment.get("baseline") or BASELINE)
    return next((i for i, option in enumerate(options) if option.policy == wanted), 0)


def _titles(policies: Sequence[str]) -> list[str]:
    titles = []
    for name in policies:
        try:
            titles.append(load_policy(name).title)
        except GreatPowersError:
            titles.append(name)
    return titles


NEEDED = ("highest_level", "wars_begun", "great_power_war", "nuclear_uses")


def outcome_shares(study: PolicyOptions) -> Floats | None:
    """Share of runs [options, outcomes] by their worst outcome, or None where what it takes was not recorded."""
    if not set(NEEDED) <= set(study.values):
        return None
    shares = np.zeros((len(study.options), len(OUTCOMES)))
    for i in range(len(study.options)):
        worst = worst_outcome(pd.DataFrame({name: study.values[name][i].reshape(-1) for name in NEEDED}))
        shares[i] = [float((worst == name).mean()) for name in OUTCOMES]
    return shares
