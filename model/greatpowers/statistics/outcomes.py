"""From runs to outcomes: matched runs as an array, replicates averaged, which way is better; and bootstraps."""

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from scipy.special import ndtri, stdtrit

from greatpowers.core.declare import Floats, Ints
from greatpowers.core.levers import SWITCH
from greatpowers.dictionary import PLACE_MARK, Described
from greatpowers.scenario.errors import GreatPowersError
from greatpowers.simulation import intervals
from greatpowers.simulation.comparison import BASELINE
from greatpowers.statistics import checks


def crossed_interval(values: Floats, level: float = intervals.LEVEL) -> intervals.Interval:
    """Mean and t interval of `values` [worlds, seeds], where every world met the same seeds.

    Runs of one world resemble each other, and so do runs on one seed: the variance of the mean is that of the
    worlds' means plus that of the seeds' means, less what both contain (two-way clustering: Cameron, Gelbach & Miller
    2011; crossed random effects, exactly). With one world or one seed it is the ordinary interval of the other.
    """
    worlds, seeds = values.shape
    if worlds == 1 or seeds == 1:
        return intervals.mean_interval(values.reshape(-1), level)
    mean, by_world, by_seed = float(values.mean()), values.mean(axis=1), values.mean(axis=0)
    rest = values - by_world[:, None] - by_seed[None, :] + mean
    parts = [float(part.var(ddof=1)) / part.size for part in (by_world, by_seed)]
    overlap = float((rest**2).sum()) / ((worlds - 1) * (seeds - 1)) / values.size
    variance = max(*parts, sum(parts) - overlap)
    half = float(stdtrit(min(worlds, seeds) - 1, 0.5 + level / 2)) * math.sqrt(variance)
    return intervals.Interval(mean, mean - half, mean + half)


def crossed_difference(one: Floats, other: Floats, unit: str, level: float = intervals.LEVEL) -> intervals.Interval:
    """The paired difference of runs [worlds, seeds] with its interval; of what is 0 or 1, never less than luck's."""
    interval = crossed_interval(one - other, level)
    if unit != SWITCH:
        return interval
    if min(one.shape) == 1:
        return intervals.paired_share_interval(one.reshape(-1), other.reshape(-1), level)
    return intervals.at_least_luck(interval, one, other, level)


def world_interval(values: Floats) -> intervals.Interval:
    """What worlds that were drawn leave open: the interval in which the expected value in another such world lies.

    As :func:`~greatpowers.simulation.intervals.expected_interval`, for `values` [worlds, seeds] where every world met
    the same seeds. What a seed did to all of them is taken out first, and what it leaves uncertain of the mean added.
    NaN bounds for one world.
    """
    by_seed = values.mean(axis=0)
    interval, luck = intervals.expected_interval(values - by_seed + by_seed.mean()), intervals.mean_interval(by_seed)
    half = math.hypot(interval.high - interval.mean, 0.0 if math.isnan(luck.high) else luck.high - luck.mean)
    return intervals.Interval(interval.mean, interval.mean - half, interval.mean + half)


def resampled(worlds: int, seeds: int, resamples: int, seed: int) -> Iterator[tuple[Ints, Ints]]:
    """Indices of worlds and of seeds, drawn again with replacement, each by itself  (pigeonhole bootstrap: Owen 2007).

    Where there is one world, or one seed, only the other is drawn. The intervals that follow are conservative: what
    is peculiar to a single run counts in both directions.
    """
    luck = np.random.default_rng(seed)
    for _ in range(resamples):
        yield luck.integers(0, worlds, worlds), luck.integers(0, seeds, seeds)


def bootstrap(
    values: Floats, statistic: Callable[[Floats], Floats], resamples: int, seed: int, level: float = intervals.LEVEL
) -> tuple[Floats, Floats]:
    """Percentile interval of a statistic of `values` [policies, worlds, seeds]: low and high, shaped like it.

    (Efron 1979)
    """
    _, worlds, seeds = values.shape
    drawn = [statistic(values[:, chosen][:, :, luck]) for chosen, luck in resampled(worlds, seeds, resamples, seed)]
    low, high = np.quantile(np.array(drawn), [0.5 - level / 2, 0.5 + level / 2], axis=0)
    return low, high


def score_interval(shares: Floats, n: int, level: float = intervals.LEVEL) -> tuple[Floats, Floats]:
    """Score interval of shares of `n` cases: low and high, shaped like them; never empty  (Wilson 1927)."""
    z2 = float(ndtri(0.5 + level / 2)) ** 2
    centre = (shares + z2 / (2 * n)) / (1 + z2 / n)
    half = np.sqrt(z2 * (shares * (1 - shares) / n + z2 / (4 * n**2))) / (1 + z2 / n)
    return np.clip(centre - half, 0.0, shares), np.clip(centre + half, shares, 1.0)


RANK_RESAMPLES = 200
SPARE = 10
"""Observations beyond the number of factors without which partial correlations say nothing."""

NOISE = 1e-12
RIDGE = 1e-9
"""Added to the diagonal of a correlation matrix. A constant factor, or an outcome that follows one exactly, would make
it singular, and a pseudo-inverse would turn the sign there."""


def rank_correlations(factors: Floats, outcome: Floats) -> Floats:
    """Partial rank correlation of each factor [n, factors] with the outcome [n], the others held constant.

    (Iman & Helton 1988; Saltelli et al. 2008.) Where n is too small for that, Spearman's plain rank correlation.
    """
    ranks = pd.DataFrame(np.column_stack([factors, outcome])).rank().to_numpy()
    spread = ranks.std(axis=0)
    if spread[-1] < NOISE:
        return np.full(factors.shape[1], np.nan)
    standard = (ranks - ranks.mean(axis=0)) / np.where(spread > NOISE, spread, 1.0)
    correlation = standard.T @ standard / len(outcome)
    if not is_partial(*factors.shape):
        plain: Floats = correlation[:-1, -1]
        return plain
    precision = np.linalg.inv(correlation + RIDGE * np.eye(len(correlation)))
    scale = np.sqrt(np.maximum(np.diag(precision)[:-1] * precision[-1, -1], NOISE))
    partial: Floats = np.clip(-precision[:-1, -1] / scale, -1.0, 1.0)
    return partial


def is_partial(observations: int, factors: int) -> bool:
    """Whether there are enough observations to hold the other factors constant."""
    return observations >= 2 * factors + SPARE


def bootstrap_spread(factors: Floats, outcomes: Floats, seed: int = 0, resamples: int = RANK_RESAMPLES) -> Floats:
    """Standard error [factors] of the rank correlations, by resampling worlds, or seeds where worlds are no sample.

    `outcomes` is [n] to resample observations with their factors, or [n, seeds] to resample the seeds.  (Efron 1979)
    """
    luck = np.random.default_rng(seed)
    estimates = []
    for _ in range(resamples):
        drawn: Ints = luck.integers(0, outcomes.shape[-1], size=(outcomes.shape[-1],))
        if outcomes.ndim == 1:
            estimates.append(rank_correlations(factors[drawn], outcomes[drawn]))
        else:
            estimates.append(rank_correlations(factors, outcomes[:, drawn].mean(axis=1)))
    spread: Floats = np.nanstd(np.array(estimates), axis=0, ddof=1)
    return spread


MORE_IS_BETTER = {
    **dict.fromkeys(("order", "peace", "alliance_cohesion", "deals_kept"), True),
    **dict.fromkeys(
        (
            "highest_level", "highest_rung", "mean_severity", "level_2", "level_3", "level_4", "level_5", "new_crises",
            "wars_begun", "wars_under_way", "great_power_wars_begun", "great_power_war", "nuclear_uses",
            "battle_deaths", "war_cost", "revision", "target_cost", "sender_cost", "deterrence_failures",
        ),
        False,
    ),
}  # fmt: skip
"""Metrics of which more, or less, is what the coalition wants; of others the user must say."""

LESS_IN_PLACES = (
    *("severity", "highest_rung", "quarters_of_force", "war", "wars_begun", "great_power_war", "joined"),
    *("battle_deaths", "control", "target_cost"),
)
"""The same of outcomes of a place: less of each is better; of deals and sanctions the user must say."""


@dataclass(frozen=True, eq=False)
class Matched:
    """One metric where every policy met the same worlds and luck: `values` of shape [policies, worlds, seeds].

    `described` says what the metric is called, and its unit.
    """

    metric: str
    policies: list[str]
    worlds: list[int]
    seeds: list[int]
    values: Floats
    described: Described

    @property
    def means(self) -> Floats:
        """Mean over seeds, [policies, worlds]."""
        means: Floats = self.values.mean(axis=2)
        return means

    def index(self, policy: str) -> int:
        """Place of a policy; raises :class:`GreatPowersError` if it was not played."""
        return self.policies.index(checks.need_policy(policy, self.policies))

    def baseline(self, given: str | None) -> int:
        """Place of the policy others are held against: that given, else laissez-faire, else the first."""
        return self.index(given or (BASELINE if BASELINE in self.policies else self.policies[0]))


def more_is_better(metric: str, given: bool | None = None) -> bool:
    """Whether more of a metric is better: as `given`, or as the coalition would have it."""
    if given is not None:
        return bool(given)
    if metric.partition(PLACE_MARK)[0] in LESS_IN_PLACES and PLACE_MARK in metric:
        return False
    if metric not in MORE_IS_BETTER:
        known = f"'{metric}' is neither good nor bad in itself"
        raise GreatPowersError(f"{known}; say whether more of it is better (better=True) or less (better=False).")
    return MORE_IS_BETTER[metric]


Runs = pd.DataFrame | Matched
"""A table with a row a run, or what it was made into."""


def matched(runs: Runs, metric: str, option: str = "policy", world: str = "point", least: int = 2) -> Matched:
    """The runs of at least `least` policies as an array.

    `runs` has columns `option`, `world`, seed and the metric, one row a run; a table without `world` is of one world.
    What is matched already is given back as it is. Worlds in which a run is missing, as in an experiment under way,
    are left out. Raises :class:`GreatPowersError` if the metric was not recorded or is missing in a run, or if nothing
    is left.
    """
    if isinstance(runs, Matched):
        checks.need_count(len(runs.policies), least, "policies", "a comparison")
        return runs
    checks.need_rows(runs, "runs")
    checks.need_metric(runs, metric)
    checks.need_columns(runs, [option, "seed"], "these runs")
    places = runs[world] if world in runs.columns else pd.Series(0, index=runs.index)
    policy_of, policies = pd.factorize(runs[option])
    world_of, worlds = pd.factorize(places, sort=True)
    seed_of, seeds = pd.factorize(runs["seed"], sort=True)
    checks.need_count(len(policies), least, "policies", "a comparison")
    shape = (len(policies), len(worlds), len(seeds))
    flat = np.ravel_multi_index((policy_of, world_of, seed_of), shape)
    if np.unique(flat).size < flat.size:
        raise GreatPowersError(f"some runs have the same {option}, {world} and seed; expected one row a run.")
    there, values = np.zeros(shape, dtype=np.bool_), np.full(shape, np.nan)
    there.flat[flat], values.flat[flat] = True, runs[metric].to_numpy(dtype=np.float64)
    whole = np.flatnonzero(there.all(axis=(0, 2)))
    checks.need_count(whole.size, 1, "worlds in which every policy met every seed", "a matched comparison")
    complete, described = values[:, whole], checks.describe_metric(runs, metric)
    checks.need_values(complete, metric)
    return Matched(
        metric, [str(p) for p in policies], _plain(np.asarray(worlds)[whole]), _plain(seeds), complete, described
    )


def by_world(runs: pd.DataFrame, metric: str, option: str = "policy", world: str = "point") -> pd.DataFrame:
    """Mean over seeds of a metric: rows worlds, columns policies, in the metric's unit."""
    matched_runs = matched(runs, metric, option, world, least=1)
    index = pd.Index(matched_runs.worlds, name=world)
    return pd.DataFrame(matched_runs.means.T, index=index, columns=pd.Index(matched_runs.policies, name=option))


def outcome(
    runs: pd.DataFrame, metric: str, policy: str | None = None, against: str | None = None
) -> "pd.Series[float]":
    """One number a point: the mean over seeds under a policy, or its paired difference from another.

    Replicates are averaged before anything is asked of the points, or luck would count as sensitivity. `policy` may
    be left out where only one was played. The series is named after what it holds and indexed by point.
    """
    matched_runs = matched(runs, metric, least=1)
    if policy is None:
        if len(matched_runs.policies) > 1:
            raise GreatPowersError(f"say under which policy: {', '.join(matched_runs.policies)}.")
        policy = matched_runs.policies[0]
    values, name = matched_runs.means[matched_runs.index(policy)], metric
    if against is not None:
        if against == policy:
            raise GreatPowersError(f"policy '{policy}' cannot be compared with itself; name another one.")
        values, name = values - matched_runs.means[matched_runs.index(against)], f"{metric}: {policy} - {against}"
    return pd.Series(values, index=pd.Index(matched_runs.worlds, name="point"), name=name)


def _plain(values: "Ints | pd.Index[int]") -> list[int]:
    numbers: list[int] = np.asarray(values).tolist()
    return numbers


def records(table: pd.DataFrame) -> Iterator[Any]:
    """The rows as named tuples; what is in them no checker of types can know."""
    return iter(table.itertuples(index=False))
