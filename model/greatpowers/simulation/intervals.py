"""Means and their 95% confidence intervals."""

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from greatpowers.core.declare import Floats
from greatpowers.core.levers import SWITCH

LEVEL = 0.95
UPPER = 0.5 + LEVEL / 2


def normal_quantile(share: float) -> float:
    """The value below which this share of a standard normal distribution lies."""
    from scipy.special import ndtri  # which takes a tenth of a second to load, and histories are played meanwhile

    return float(ndtri(share))


def t_quantile(freedom: float, share: float) -> float:
    """The same of Student's t with so many degrees of freedom."""
    from scipy.special import stdtrit

    return float(stdtrit(freedom, share))


def simultaneous(comparisons: int) -> float:
    """The level of each of so many intervals at which all of them together hold 95%  (Bonferroni; Dunn 1961).

    Of the ways to do that it asks nothing of how the comparisons hang together, and gives an interval for each: means
    by Student's t and shares of pairs alike. What resamples all together (max-t; Westfall & Young 1993) is narrower
    where they are much alike; tests step by step (Holm 1979) have no such intervals.
    """
    return 1 - (1 - LEVEL) / max(1, comparisons)


LEAST_FREEDOM = 2
BANDS = {"p5": 0.05, "p25": 0.25, "median": 0.5, "p75": 0.75, "p95": 0.95}


class Interval(NamedTuple):
    """A mean and the bounds of its interval; bounds are NaN where there are too few values."""

    mean: float
    low: float
    high: float

    @property
    def leaves_out_zero(self) -> bool:
        """Whether the sign is known; never where the bounds are not."""
        return bool(self.low > 0 or self.high < 0)


def mean_interval(values: Floats, level: float = LEVEL) -> Interval:
    """Mean and t interval of independent values; for paired differences as well  (Student 1908)."""
    return mean_intervals(values[np.newaxis], level)[0]


def mean_intervals(values: Floats, level: float = LEVEL) -> list[Interval]:
    """The same of each row of `values` [rows, n], at once."""
    n, means = values.shape[-1], values.mean(axis=-1).tolist()
    if n < 2:
        return [Interval(mean, math.nan, math.nan) for mean in means]
    quantile, root = t_quantile(n - 1, 0.5 + level / 2), math.sqrt(n)
    halves = [quantile * spread / root for spread in values.std(axis=-1, ddof=1).tolist()]
    return [Interval(mean, mean - half, mean + half) for mean, half in zip(means, halves, strict=True)]


def share_interval(hits: Floats) -> Interval:
    """Share of ones among zeros and ones, with the score interval, which does not shrink to nothing at 0 or 1.

    (Wilson 1927)
    """
    n, share, z = hits.size, float(hits.mean()), normal_quantile(UPPER)
    centre = (share + z**2 / (2 * n)) / (1 + z**2 / n)
    half = z / (1 + z**2 / n) * math.sqrt(share * (1 - share) / n + (z / (2 * n)) ** 2)
    return Interval(share, max(0.0, min(share, centre - half)), min(1.0, max(share, centre + half)))


def paired_share_interval(one: Floats, other: Floats, level: float = LEVEL) -> Interval:
    """Difference of two shares of ones on the same seeds, with an interval that does not shrink to nothing at 0.

    The adjusted Wald interval: half a pair is added to each way in which the two can differ or agree  (Agresti & Min
    2005). The difference itself is as observed. NaN bounds for fewer than two pairs.
    """
    n, difference = one.size, float((one - other).mean())
    if n < 2:
        return Interval(difference, math.nan, math.nan)
    more, less = (float(np.count_nonzero((one - other) * sign > 0)) + 0.5 for sign in (1, -1))
    centre = (more - less) / (n + 2)
    half = normal_quantile(0.5 + level / 2) * math.sqrt(more + less - (more - less) ** 2 / (n + 2)) / (n + 2)
    return Interval(difference, max(-1.0, min(difference, centre - half)), min(1.0, max(difference, centre + half)))


def difference_of(one: Floats, other: Floats, unit: str, level: float = LEVEL) -> Interval:
    """The paired difference that suits the unit: of shares for what is 0 or 1, else of means."""
    return differences_of(one[np.newaxis], other, unit, level)[0]


def differences_of(rows: Floats, other: Floats, unit: str, level: float = LEVEL) -> list[Interval]:
    """The same of each of some `rows` [rows, n] from one `other` [n]."""
    if unit == SWITCH:
        return [paired_share_interval(row, other, level) for row in rows]
    return mean_intervals(rows - other, level)


RARE, ENOUGH = 0.05, 1500
"""A share below which an event is rare, and histories of each policy from which on rare events are ranked."""

POWER = 0.8


def is_rare(one: Floats, other: Floats) -> bool:
    """Whether what is 0 or 1 is too rare, in too few histories, to say under which of two policies it comes more."""
    return one.size < ENOUGH and float(max(one.mean(), other.mean())) < RARE


def histories_needed(one: Floats, other: Floats) -> int:
    """Histories of each policy that would tell half of these events from all of them, at least :data:`ENOUGH`.

    For a difference of paired shares at 5% with a power of 80%, from how many pairs differ in what was played, half
    a pair added each way  (Miettinen 1968; Connor 1987). Rounded up to two digits.
    """
    pairs = one.size + 2
    share = (float(one.sum() + other.sum()) + 1) / (2 * pairs)
    apart = share / 2
    differ = max(apart, (float(np.count_nonzero(one != other)) + 1) / pairs)
    sure, power = normal_quantile(UPPER), normal_quantile(POWER)
    needed = (sure * math.sqrt(differ) + power * math.sqrt(max(0.0, differ - apart**2))) ** 2 / apart**2
    digits = int(10 ** max(0, math.floor(math.log10(needed)) - 1))
    return max(ENOUGH, math.ceil(needed / digits) * digits)


def expected_interval(values: Floats, lowest: float = -math.inf, highest: float = math.inf) -> Interval:
    """What uncertain parameters leave open of an expected value: `values` are histories on draws, [draws, histories].

    Every draw needs luck of its own: histories that all draws share move all their means alike, which no spread shows.
    Mean over draws, and the interval in which the expected value of another draw lies: the variance of the draws'
    means less what luck adds to it, and the error of the mean of all, with the degrees of freedom that such a
    difference of variances has  (Satterthwaite 1946), at least two. It stays within `lowest` and `highest`. NaN bounds
    for fewer than two draws.
    """
    return expected_intervals(values[np.newaxis], [lowest], highest)[0]


def expected_intervals(values: Floats, lowest: Sequence[float], highest: float = math.inf) -> list[Interval]:
    """The same of each of `values` [rows, draws, histories], at once; each row is `lowest` by its own."""
    draws, histories = values.shape[1:]
    means = values.mean(axis=-1)
    middles = means.mean(axis=-1).tolist()
    if draws < 2:
        return [Interval(mean, math.nan, math.nan) for mean in middles]
    spreads, lucks = means.var(axis=-1, ddof=1).tolist(), [0.0] * len(middles)
    if histories > 1:
        lucks = (values.var(axis=-1, ddof=1).mean(axis=-1) / histories).tolist()
    rows = zip(middles, spreads, lucks, lowest, strict=True)
    return [_expected(mean, spread, luck, draws, histories, low, highest) for mean, spread, luck, low in rows]


def _expected(
    mean: float, spread: float, luck: float, draws: int, histories: int, lowest: float, highest: float
) -> Interval:
    """The interval for this mean and variance of the draws' means, `luck` of it by luck."""
    variance = max(0.0, spread - luck) + spread / draws
    if variance == 0.0:
        return Interval(mean, mean, mean)
    of_luck = luck**2 / (draws * (histories - 1)) if histories > 1 else 0.0
    freedom = variance**2 / (((1 + 1 / draws) * spread) ** 2 / (draws - 1) + of_luck)
    half = t_quantile(min(draws - 1, max(LEAST_FREEDOM, freedom)), UPPER) * math.sqrt(variance)
    return Interval(mean, max(lowest, mean - half), min(highest, mean + half))


def expected_of(values: Floats, unit: str) -> Interval:
    """What draws [draws, histories] leave open of an expected value, by its unit: see :func:`expected_interval`.

    What no draw has seen may still come: for what is 0 or 1 the interval never shrinks below that of luck.
    """
    return expected_of_each(values[np.newaxis], unit)[0]


def expected_of_each(values: Floats, unit: str) -> list[Interval]:
    """The same of each of `values` [rows, draws, histories]."""
    if unit != SWITCH:
        lowest = [0.0 if least >= 0 else -math.inf for least in values.min(axis=(-2, -1))]
        return expected_intervals(values, lowest)
    intervals = expected_intervals(values, [0.0] * len(values), 1.0)
    return [widened(part, share_interval(row.reshape(-1))) for part, row in zip(intervals, values, strict=True)]


def expected_difference_of(one: Floats, other: Floats, unit: str) -> Interval:
    """The same of a paired difference, both [draws, histories] on the same draws and seeds."""
    return expected_differences_of(one[np.newaxis], other, unit)[0]


def expected_differences_of(rows: Floats, other: Floats, unit: str) -> list[Interval]:
    """The same of each of some `rows` [rows, draws, histories] from one `other` [draws, histories]."""
    intervals = expected_intervals(rows - other, [-math.inf] * len(rows))
    if unit != SWITCH:
        return intervals
    return [at_least_luck(part, row, other) for part, row in zip(intervals, rows, strict=True)]


def at_least_luck(interval: Interval, one: Floats, other: Floats, level: float = LEVEL) -> Interval:
    """An interval of the paired difference of two shares of ones: within what is possible, no narrower than luck's."""
    return widened(clipped(interval, -1.0, 1.0), paired_share_interval(one.reshape(-1), other.reshape(-1), level))


def clipped(interval: Interval, lowest: float, highest: float) -> Interval:
    """The interval within what is possible; without bounds it stays so."""
    if math.isnan(interval.low):
        return interval
    return Interval(interval.mean, max(lowest, interval.low), min(highest, interval.high))


def widened(interval: Interval, of_luck: Interval) -> Interval:
    """The interval, at least as wide as that of luck."""
    return Interval(
        interval.mean, float(np.fmin(interval.low, of_luck.low)), float(np.fmax(interval.high, of_luck.high))
    )


def matching_gain(first: Floats, second: Floats) -> float:
    """How many times the runs independent luck would need for the same interval of the difference of two means.

    Both are [n] on the same seeds: the sum of their variances over the variance of their difference; NaN where the
    difference does not vary.  (common random numbers: Glasserman & Yao 1992)
    """
    spread = float(np.var(first - second, ddof=1)) if first.size > 1 else 0.0
    return float(np.var(first, ddof=1) + np.var(second, ddof=1)) / spread if spread > 0.0 else math.nan


def interval_of(values: Floats, unit: str) -> Interval:
    """The interval that suits the unit: of a share for what is 0 or 1, else of a mean."""
    return intervals_of(values[np.newaxis], unit)[0]


def intervals_of(values: Floats, unit: str) -> list[Interval]:
    """The same of each row of `values` [rows, n]."""
    return [share_interval(row) for row in values] if unit == SWITCH else mean_intervals(values)


def quantiles(values: NDArray[np.float32], levels: tuple[float, ...]) -> Floats:
    """Quantiles over the first axis: shape [levels, ...]."""
    cut_points: Floats = np.quantile(values.astype(np.float64), levels, axis=0)
    return cut_points


LOWER, HIGHER = "lower", "higher"
MAYBE_LOWER, MAYBE_HIGHER = "lower unless the record misleads", "higher unless the record misleads"
NO_TELLING, TOO_RARE = "no telling", "too rare to tell"
VERDICTS = (LOWER, HIGHER, MAYBE_LOWER, MAYBE_HIGHER, NO_TELLING, TOO_RARE)
"""Verdicts on a difference: surely lower or higher, so by luck alone but not for every posterior draw, or neither; none
of an event that is rare in few histories."""


def judged(values: Sequence[Floats], unit: str, luck: Interval, left_open: Interval) -> tuple[float, str]:
    """The verdict on a difference, behind how many histories it takes of an event that is too rare for one, else NaN.

    `values` are those of every history under the one policy, and under the other.
    """
    one, other = values
    if unit == SWITCH and is_rare(one, other):
        return float(histories_needed(one, other)), TOO_RARE
    return math.nan, verdict(luck, left_open)


def verdict(luck: Interval, left_open: Interval) -> str:
    """What two intervals of a difference say, one of :data:`VERDICTS`.

    Lower or higher where both leave out 0; a reservation where that of luck does and the posterior's does not; else no
    telling. Without a posterior the first is luck's alone.
    """
    if not luck.leaves_out_zero:
        return NO_TELLING
    lower = luck.mean < 0
    agrees = np.isnan(left_open.low) or (left_open.high < 0 if lower else left_open.low > 0)
    if agrees:
        return LOWER if lower else HIGHER
    return MAYBE_LOWER if lower else MAYBE_HIGHER
