"""How large wars are: whether the tail of their sizes is a power law, and of which exponent.

After Clauset, Shalizi & Newman (2009): where the tail begins is chosen by the Kolmogorov-Smirnov distance, the
exponent by maximum likelihood, goodness of fit by parametric bootstrap, and rivals by Vuong's likelihood ratio. The
arithmetic is that of the powerlaw package for continuous sizes, on whole arrays, because goodness of fit takes
hundreds of fits.
"""

import warnings
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import pandas as pd

from greatpowers.core.declare import Floats
from greatpowers.scenario.errors import GreatPowersError, shown
from greatpowers.simulation.intervals import LEVEL, Interval
from greatpowers.statistics.checks import fetch, need_count, need_metric, need_rows, need_share, need_spread, need_whole
from greatpowers.statistics.outcomes import records

MOST_STARTS = 200
"""Starts that are tried; beyond, evenly spread ones in order of size."""


class PowerLawFit(NamedTuple):
    """A power law above `start`: exponent, Kolmogorov-Smirnov distance, sizes in the tail."""

    start: float
    exponent: float
    distance: float
    tail: int


@dataclass(frozen=True, eq=False)
class ResampledFits:
    """What fits to resampled sizes gave: exponents and starts (of the data drawn again), distances (of the law)."""

    exponents: Floats
    starts: Floats
    distances: Floats


def fit_from(values: Floats, start: float) -> PowerLawFit:
    """The power law above a start, by maximum likelihood  (Hill 1975; Clauset et al. 2009, eq. 3.1).

    `values` ascend.
    """
    tail = values[np.searchsorted(values, start) :]
    logs = np.log(tail / start)
    exponent = 1 + tail.size / max(float(logs.sum()), 1e-300)
    model = -np.expm1((1 - exponent) * logs)
    steps = np.arange(tail.size + 1) / tail.size
    distance = max(float(np.abs(model - steps[:-1]).max()), float(np.abs(steps[1:] - model).max()))
    return PowerLawFit(start, exponent, distance, tail.size)


def begin(values: Floats, start: float | None = None) -> PowerLawFit:
    """The fit whose distance is smallest over all starts (Clauset et al. 2009, sec. 3.3), or that from `start`."""
    if start is not None:
        return fit_from(values, start)
    # The largest two sizes leave nothing to fit.
    starts = np.unique(values)[:-1]
    starts = starts[starts < values[-2]] if (starts < values[-2]).any() else starts[:1]
    if starts.size > MOST_STARTS:
        starts = starts[np.linspace(0, starts.size - 1, MOST_STARTS).astype(np.int64)]
    return min((fit_from(values, float(one)) for one in starts), key=lambda fit: fit.distance)


def bootstrap_tails(values: Floats, fit: PowerLawFit, start: float | None, resamples: int, seed: int) -> ResampledFits:
    """Fits to the sizes drawn again, and to samples of the fitted law with the data's own body below the start.

    (Semiparametric bootstrap: Clauset et al. 2009, sec. 4.1)
    """
    luck = np.random.default_rng(seed)
    body, share = values[values < fit.start], fit.tail / values.size
    exponents, starts, distances = [], [], []
    for _ in range(resamples):
        again = np.sort(luck.choice(values, values.size))
        low = start if start is None or start < again[-1] else None
        refit = begin(again, low)
        exponents.append(refit.exponent)
        starts.append(refit.start)
        in_tail = int(luck.binomial(values.size, share)) if body.size else values.size
        tail = fit.start * (1 - luck.random(max(in_tail, 2))) ** (-1 / (fit.exponent - 1))
        made = np.concatenate([luck.choice(body, values.size - in_tail), tail]) if body.size else tail
        distances.append(begin(np.sort(made), start).distance)
    return ResampledFits(np.array(exponents), np.array(starts), np.array(distances))


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
        alpha = f"{self.exponent.mean:.2f} (95% interval {self.exponent.low:.2f} to {self.exponent.high:.2f})"
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
    sizes: Floats = values[values > 0]
    need_count(sizes.size, 1, f"runs with any {metric.replace('_', ' ')}", "a distribution of sizes")
    return sizes


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
    fit = begin(values, fixed)
    need_count(fit.tail, LEAST_TAIL, "sizes in the tail", "a power law")
    drawn = bootstrap_tails(values, fit, fixed, resamples, seed)
    low, high = np.quantile(drawn.exponents, [0.5 - level / 2, 0.5 + level / 2])
    starts = np.quantile(drawn.starts, [0.5 - level / 2, 0.5 + level / 2])
    return Tail(
        exponent=Interval(fit.exponent, float(low), float(high)),
        start=fit.start,
        start_interval=(float(starts[0]), float(starts[1])),
        tail=fit.tail,
        n=values.size,
        distance=fit.distance,
        p_value=float((drawn.distances >= fit.distance).mean()),
        resamples=resamples,
        comparisons=_comparisons(values, fit.start),
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


def _comparisons(values: Floats, start: float) -> pd.DataFrame:
    """Vuong's likelihood ratios against the rivals, all above the same start  (Vuong 1989).

    The optimiser of the powerlaw package wanders through parameters without a likelihood, and would warn of them; what
    it ends with is checked here.
    """
    rows, powerlaw = [], fetch("powerlaw")
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        fit = powerlaw.Fit(values, xmin=start, verbose=0)
        for rival in RIVALS:
            ratio, p = fit.distribution_compare("power_law", rival, normalized_ratio=True)
            sure = bool(np.isfinite(ratio) and np.isfinite(p) and p < REJECTED)
            favours = "neither" if not sure else "power law" if ratio > 0 else rival.replace("_", " ")
            rows.append((rival, float(ratio), float(p), favours))
    return pd.DataFrame(rows, columns=["alternative", "ratio", "p", "favours"])
