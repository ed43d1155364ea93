"""Means and their 95 % confidence intervals."""

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri, stdtrit

from greatpowers.core.declare import Floats

LEVEL = 0.95
UPPER = 0.5 + LEVEL / 2
BANDS = {"p5": 0.05, "p25": 0.25, "median": 0.5, "p75": 0.75, "p95": 0.95}


class Interval(NamedTuple):
    """A mean and the bounds of its interval; bounds are NaN where there are too few values."""

    mean: float
    low: float
    high: float


def mean_interval(values: Floats) -> Interval:
    """Mean and t interval of independent values; for paired differences as well  (Student 1908)."""
    n, mean = values.size, float(values.mean())
    if n < 2:
        return Interval(mean, math.nan, math.nan)
    half = float(stdtrit(n - 1, UPPER)) * float(values.std(ddof=1)) / math.sqrt(n)
    return Interval(mean, mean - half, mean + half)


def share_interval(hits: Floats) -> Interval:
    """Share of ones among zeros and ones, with the score interval, which does not shrink to nothing at 0 or 1.

    (Wilson 1927)
    """
    n, share, z = hits.size, float(hits.mean()), float(ndtri(UPPER))
    centre = (share + z**2 / (2 * n)) / (1 + z**2 / n)
    half = z / (1 + z**2 / n) * math.sqrt(share * (1 - share) / n + (z / (2 * n)) ** 2)
    return Interval(share, max(0.0, min(share, centre - half)), min(1.0, max(share, centre + half)))


def matching_gain(first: Floats, second: Floats) -> float:
    """How many times the runs independent luck would need for the same interval of the difference of two means.

    Both are [n] on the same seeds: the sum of their variances over the variance of their difference; NaN where the
    difference does not vary.  (common random numbers: Glasserman & Yao 1992)
    """
    spread = float(np.var(first - second, ddof=1)) if first.size > 1 else 0.0
    return float(np.var(first, ddof=1) + np.var(second, ddof=1)) / spread if spread > 0.0 else math.nan


def interval_of(values: Floats, unit: str) -> Interval:
    """The interval that suits the unit: of a share for what is 0 or 1, else of a mean."""
    return share_interval(values) if unit == "0 or 1" else mean_interval(values)


def quantiles(values: NDArray[np.float32], levels: tuple[float, ...]) -> Floats:
    """Quantiles over the first axis: shape [levels, ...]."""
    found: Floats = np.quantile(values.astype(np.float64), levels, axis=0)
    return found
