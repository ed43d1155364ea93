"""Intervals for runs that share worlds and luck."""

import math
from collections.abc import Callable, Iterator

import numpy as np
from scipy.special import ndtri, stdtrit

from greatpowers.core.declare import Floats, Ints
from greatpowers.simulation.intervals import LEVEL, Interval, mean_interval


def crossed_interval(values: Floats, level: float = LEVEL) -> Interval:
    """Mean and t interval of `values` [worlds, seeds], where every world met the same seeds.

    Runs of one world resemble each other, and so do runs on one seed: the variance of the mean is that of the
    worlds' means plus that of the seeds' means, less what both contain (two-way clustering: Cameron, Gelbach & Miller
    2011; crossed random effects, exactly). With one world or one seed it is the ordinary interval of the other.
    """
    worlds, seeds = values.shape
    if (worlds == 1 or seeds == 1) and level == LEVEL:
        return mean_interval(values.reshape(-1))
    mean = float(values.mean())
    if worlds * seeds < 2:
        return Interval(mean, math.nan, math.nan)
    by_world, by_seed = values.mean(axis=1), values.mean(axis=0)
    rest = values - by_world[:, None] - by_seed[None, :] + mean
    parts = [float(part.var(ddof=1)) / part.size for part in (by_world, by_seed) if part.size > 1]
    freedom = min(part.size for part in (by_world, by_seed) if part.size > 1) - 1
    variance = parts[0]
    if len(parts) == 2:
        overlap = float((rest**2).sum()) / ((worlds - 1) * (seeds - 1)) / values.size
        variance = max(*parts, sum(parts) - overlap)
    half = float(stdtrit(freedom, 0.5 + level / 2)) * math.sqrt(variance)
    return Interval(mean, mean - half, mean + half)


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
