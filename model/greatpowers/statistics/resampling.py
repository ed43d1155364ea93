"""Intervals for runs that share worlds and luck, by resampling both, and rank correlations with theirs."""

import math
from collections.abc import Callable, Iterator

import numpy as np
from scipy.special import ndtri, stdtrit
from scipy.stats import rankdata

from greatpowers.core.declare import Floats, Ints
from greatpowers.core.levers import SWITCH
from greatpowers.simulation.intervals import (
    LEVEL,
    Interval,
    at_least_luck,
    expected_interval,
    mean_interval,
    paired_share_interval,
)


def crossed_interval(values: Floats, level: float = LEVEL) -> Interval:
    """Mean and t interval of `values` [worlds, seeds], where every world met the same seeds.

    Runs of one world resemble each other, and so do runs on one seed: the variance of the mean is that of the
    worlds' means plus that of the seeds' means, less what both contain (two-way clustering: Cameron, Gelbach & Miller
    2011; crossed random effects, exactly). With one world or one seed it is the ordinary interval of the other.
    """
    worlds, seeds = values.shape
    if worlds == 1 or seeds == 1:
        return mean_interval(values.reshape(-1), level)
    mean, by_world, by_seed = float(values.mean()), values.mean(axis=1), values.mean(axis=0)
    rest = values - by_world[:, None] - by_seed[None, :] + mean
    parts = [float(part.var(ddof=1)) / part.size for part in (by_world, by_seed)]
    overlap = float((rest**2).sum()) / ((worlds - 1) * (seeds - 1)) / values.size
    variance = max(*parts, sum(parts) - overlap)
    half = float(stdtrit(min(worlds, seeds) - 1, 0.5 + level / 2)) * math.sqrt(variance)
    return Interval(mean, mean - half, mean + half)


def crossed_difference(one: Floats, other: Floats, unit: str, level: float = LEVEL) -> Interval:
    """The paired difference of runs [worlds, seeds] with its interval; of what is 0 or 1, never less than luck's."""
    found = crossed_interval(one - other, level)
    if unit != SWITCH:
        return found
    if min(one.shape) == 1:
        return paired_share_interval(one.reshape(-1), other.reshape(-1), level)
    return at_least_luck(found, one, other, level)


def world_interval(values: Floats) -> Interval:
    """What worlds that were drawn leave open: the interval in which the expected value in another such world lies.

    As :func:`~greatpowers.simulation.intervals.expected_interval`, for `values` [worlds, seeds] where every world met
    the same seeds. What a seed did to all of them is taken out first, and what it leaves uncertain of the mean added.
    NaN bounds for one world.
    """
    by_seed = values.mean(axis=0)
    found, luck = expected_interval(values - by_seed + by_seed.mean()), mean_interval(by_seed)
    half = math.hypot(found.high - found.mean, 0.0 if math.isnan(luck.high) else luck.high - luck.mean)
    return Interval(found.mean, found.mean - half, found.mean + half)


def resampled(worlds: int, seeds: int, resamples: int, seed: int) -> Iterator[tuple[Ints, Ints]]:
    """Indices of worlds and of seeds, drawn again with replacement, each by itself  (pigeonhole bootstrap: Owen 2007).

    Where there is one world, or one seed, only the other is drawn. The intervals that follow are conservative: what
    is peculiar to a single run counts in both directions.
    """
    luck = np.random.default_rng(seed)
    for _ in range(resamples):
        yield luck.integers(0, worlds, worlds), luck.integers(0, seeds, seeds)


def bootstrap(
    values: Floats, statistic: Callable[[Floats], Floats], resamples: int, seed: int, level: float = LEVEL
) -> tuple[Floats, Floats]:
    """Percentile interval of a statistic of `values` [policies, worlds, seeds]: low and high, shaped like it.

    (Efron 1979)
    """
    _, worlds, seeds = values.shape
    drawn = [statistic(values[:, chosen][:, :, luck]) for chosen, luck in resampled(worlds, seeds, resamples, seed)]
    low, high = np.quantile(np.array(drawn), [0.5 - level / 2, 0.5 + level / 2], axis=0)
    return low, high


def score_interval(shares: Floats, n: int, level: float = LEVEL) -> tuple[Floats, Floats]:
    """Score interval of shares of `n` cases: low and high, shaped like them; never empty  (Wilson 1927)."""
    z2 = float(ndtri(0.5 + level / 2)) ** 2
    centre = (shares + z2 / (2 * n)) / (1 + z2 / n)
    half = np.sqrt(z2 * (shares * (1 - shares) / n + z2 / (4 * n**2))) / (1 + z2 / n)
    return np.clip(centre - half, 0.0, shares), np.clip(centre + half, shares, 1.0)


RANK_RESAMPLES = 200
SPARE = 10
"""Observations beyond the number of factors without which partial correlations say nothing."""

NOISE = 1e-12


def rank_correlations(factors: Floats, outcome: Floats) -> Floats:
    """Partial rank correlation of each factor [n, factors] with the outcome [n], the others held constant.

    (Iman & Helton 1988; Saltelli et al. 2008.) Where n is too small for that, Spearman's plain rank correlation.
    """
    ranks = rankdata(np.column_stack([factors, outcome]), axis=0)
    spread = ranks.std(axis=0)
    if spread[-1] < NOISE:
        return np.full(factors.shape[1], np.nan)
    standard = (ranks - ranks.mean(axis=0)) / np.where(spread > NOISE, spread, 1.0)
    correlation = standard.T @ standard / len(outcome)
    if not is_partial(*factors.shape):
        plain: Floats = correlation[:-1, -1]
        return plain
    precision = np.linalg.pinv(correlation, hermitian=True)
    scale = np.sqrt(np.maximum(np.diag(precision)[:-1] * precision[-1, -1], NOISE))
    found: Floats = np.clip(-precision[:-1, -1] / scale, -1.0, 1.0)
    return found


def is_partial(observations: int, factors: int) -> bool:
    """Whether there are enough observations to hold the other factors constant."""
    return observations >= 2 * factors + SPARE


def bootstrap_spread(factors: Floats, outcomes: Floats, seed: int = 0, resamples: int = RANK_RESAMPLES) -> Floats:
    """Standard error [factors] of the rank correlations, by resampling worlds, or seeds where worlds are no sample.

    `outcomes` is [n] to resample observations with their factors, or [n, seeds] to resample the seeds.  (Efron 1979)
    """
    luck = np.random.default_rng(seed)
    found = []
    for _ in range(resamples):
        drawn: Ints = luck.integers(0, outcomes.shape[-1], size=(outcomes.shape[-1],))
        if outcomes.ndim == 1:
            found.append(rank_correlations(factors[drawn], outcomes[drawn]))
        else:
            found.append(rank_correlations(factors, outcomes[:, drawn].mean(axis=1)))
    spread: Floats = np.nanstd(np.array(found), axis=0, ddof=1)
    return spread
