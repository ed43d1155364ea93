"""How large wars are: whether the tail of their sizes is a power law, and of which exponent.

After Clauset, Shalizi & Newman (2009): where the tail begins is chosen by the Kolmogorov-Smirnov distance, the
exponent by maximum likelihood, goodness of fit by parametric bootstrap, and rivals by Vuong's likelihood ratio.
"""

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from greatpowers.core.declare import Floats
from greatpowers.scenario.errors import GreatPowersError, shown
from greatpowers.simulation.intervals import LEVEL, Interval
from greatpowers.statistics.checks import fetch, need_count, need_metric, need_rows, need_share, need_spread, need_whole
from greatpowers.statistics.records import records
from greatpowers.statistics.tails import begin, bootstrap_tails

LEAST_SIZES, LEAST_TAIL = 50, 10
REJECTED = 0.1
"""P-value at or below which the power law is ruled out, as the authors propose."""

RIVALS = ("lognormal", "exponential", "truncated_power_law")


@dataclass(frozen=True)
class Tail:
    """A power law fitted to the tail of some sizes: density falls as size^-exponent above `start`.

    `exponent` has a bootstrap interval that includes doubt about where the tail begins. `p_value` is the share of
    samples from the fitted law that lie further from their own fit than the data do: .1 or less rules the law out.
    `comparisons` has a row a rival: alternative, ratio (Vuong's normalised log likelihood ratio, above 0 for the power
    law), p (two-sided), favours ("power law", the rival, or "neither" where p is .1 or more).
    """

    exponent: Interval
    start: float
    start_interval: tuple[float, float]
    tail: int
    n: int
    distance: float
    p_value: float
    resamples: int
    comparisons: pd.DataFrame

    @property
    def plausible(self) -> bool:
        """Whether a power law is not ruled out."""
        return self.p_value > REJECTED

    def sentence(self) -> str:
        """What it says about the tail."""
        alpha = f"{self.exponent.mean:.2f} (95 % interval {self.exponent.low:.2f} to {self.exponent.high:.2f})"
        verdict = "is not ruled out" if self.plausible else "is ruled out"
        against = [
            f"{row.alternative.replace('_', ' ')}: {'undecided' if row.favours == 'neither' else row.favours}"
            for row in records(self.comparisons)
        ]
        return (
            f"The largest {self.tail:,} of {self.n:,} wars, from {self.start:.3g} on, fall off with exponent {alpha}; "
            f"a power law {verdict} (p = {self.p_value:.2f}); against rivals, {'; '.join(against)}."
        )


def sizes_of(runs: pd.DataFrame, metric: str = "battle_deaths") -> Floats:
    """The sizes above 0 among the values of a metric: one number a run, in the metric's unit."""
    need_rows(runs, "runs")
    need_metric(runs, metric)
    values = runs[metric].to_numpy(dtype=np.float64)
    found: Floats = values[values > 0]
    need_count(found.size, 1, f"runs with any {metric.replace('_', ' ')}", "a distribution of sizes")
    return found


def fit_tail(
    sizes: Floats, start: float | None = None, resamples: int = 300, seed: int = 0, level: float = LEVEL
) -> Tail:
    """Fit a power law to the tail of `sizes` (any unit, all above 0), test it, and hold it against its rivals.

    `start` fixes where the tail begins. 300 resamples give the p-value to within .03. Raises
    :class:`GreatPowersError` for fewer than 50 sizes, ten in the tail, equal sizes, or sizes that are not above 0.
    """
    need_share(level, "level")
    need_whole(resamples, "resamples", 50)
    values = np.sort(_checked(sizes))
    fixed = _checked_start(values, start)
    found = begin(values, fixed)
    need_count(found.tail, LEAST_TAIL, "sizes in the tail", "a power law")
    drawn = bootstrap_tails(values, found, fixed, resamples, seed)
    low, high = np.quantile(drawn.exponents, [0.5 - level / 2, 0.5 + level / 2])
    starts = np.quantile(drawn.starts, [0.5 - level / 2, 0.5 + level / 2])
    return Tail(
        exponent=Interval(found.exponent, float(low), float(high)),
        start=found.start,
        start_interval=(float(starts[0]), float(starts[1])),
        tail=found.tail,
        n=values.size,
        distance=found.distance,
        p_value=float((drawn.distances >= found.distance).mean()),
        resamples=resamples,
        comparisons=_comparisons(values, found.start),
    )


def _checked(sizes: Floats) -> Floats:
    values = np.asarray(sizes, dtype=np.float64).reshape(-1)
    need_count(values.size, LEAST_SIZES, "sizes", "the shape of a tail")
    wrong = int(np.count_nonzero(~(np.isfinite(values) & (values > 0))))
    if wrong:
        raise GreatPowersError(f"{wrong:,} of {values.size:,} sizes are missing or not above 0; leave such runs out.")
    need_spread(values, "sizes", "there is no tail")
    return values


def _checked_start(values: Floats, start: float | None) -> float | None:
    if start is not None and not 0 < start < values[-1]:
        bounds = f"expected a size above 0 and below the largest, {values[-1]:.3g}"
        raise GreatPowersError(f"the tail begins at {shown(float(start))}; {bounds}.")
    return start


def rival_curves(values: Floats, start: float, grid: Floats) -> dict[str, Floats]:
    """Shares at least so large under lognormal and exponential, fitted above `start`, at the sizes of `grid`."""
    with _fitting(values, start) as fit:
        return {name: np.asarray(getattr(fit, name).ccdf(grid), dtype=np.float64) for name in RIVALS[:2]}


@contextmanager
def _fitting(values: Floats, start: float) -> Iterator[Any]:
    """The powerlaw package's fit above `start`, in a context in which it keeps its thoughts to itself.

    Its optimiser wanders through parameters without a likelihood; what it ends with is checked where it is used.
    """
    powerlaw = fetch("powerlaw")
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        yield powerlaw.Fit(values, xmin=start, verbose=0)


def _comparisons(values: Floats, start: float) -> pd.DataFrame:
    """Vuong's likelihood ratios against the rivals, all above the same start  (Vuong 1989)."""
    rows = []
    with _fitting(values, start) as fit:
        for rival in RIVALS:
            ratio, p = fit.distribution_compare("power_law", rival, normalized_ratio=True)
            sure = bool(np.isfinite(ratio) and np.isfinite(p) and p < REJECTED)
            favours = "neither" if not sure else "power law" if ratio > 0 else rival.replace("_", " ")
            rows.append((rival, float(ratio), float(p), favours))
    return pd.DataFrame(rows, columns=["alternative", "ratio", "p", "favours"])
