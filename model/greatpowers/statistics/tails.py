"""The tail of a sample as a power law: where it begins, its exponent, and samples like it.

The arithmetic of the powerlaw package for continuous sizes, on whole arrays, because goodness of fit takes hundreds
of fits.
"""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from greatpowers.core.declare import Floats

MOST_STARTS = 200
"""Starts that are tried; beyond, evenly spread ones in order of size."""


class Fit(NamedTuple):
    """A power law above `start`: exponent, Kolmogorov-Smirnov distance, sizes in the tail."""

    start: float
    exponent: float
    distance: float
    tail: int


@dataclass(frozen=True, eq=False)
class Drawn:
    """What fits to resampled sizes gave: exponents and starts (of the data drawn again), distances (of the law)."""

    exponents: Floats
    starts: Floats
    distances: Floats


def fit_from(values: Floats, start: float) -> Fit:
    """The power law above a start, by maximum likelihood  (Hill 1975; Clauset et al. 2009, eq. 3.1).

    `values` ascend.
    """
    tail = values[np.searchsorted(values, start) :]
    logs = np.log(tail / start)
    exponent = 1 + tail.size / max(float(logs.sum()), 1e-300)
    model = -np.expm1((1 - exponent) * logs)
    steps = np.arange(tail.size + 1) / tail.size
    distance = max(float(np.abs(model - steps[:-1]).max()), float(np.abs(steps[1:] - model).max()))
    return Fit(start, exponent, distance, tail.size)


def begin(values: Floats, start: float | None = None) -> Fit:
    """The fit whose distance is smallest over all starts (Clauset et al. 2009, sec. 3.3), or that from `start`."""
    if start is not None:
        return fit_from(values, start)
    # The largest two sizes leave nothing to fit.
    starts = np.unique(values)[:-1]
    starts = starts[starts < values[-2]] if (starts < values[-2]).any() else starts[:1]
    if starts.size > MOST_STARTS:
        starts = starts[np.linspace(0, starts.size - 1, MOST_STARTS).astype(np.int64)]
    return min((fit_from(values, float(one)) for one in starts), key=lambda fit: fit.distance)


def bootstrap_tails(values: Floats, fit: Fit, start: float | None, resamples: int, seed: int) -> Drawn:
    """Fits to the sizes drawn again, and to samples of the fitted law with the data's own body below the start.

    (Semiparametric bootstrap: Clauset et al. 2009, sec. 4.1)
    """
    luck = np.random.default_rng(seed)
    body, share = values[values < fit.start], fit.tail / values.size
    exponents, starts, distances = [], [], []
    for _ in range(resamples):
        again = np.sort(luck.choice(values, values.size))
        low = start if start is None or start < again[-1] else None
        found = begin(again, low)
        exponents.append(found.exponent)
        starts.append(found.start)
        in_tail = int(luck.binomial(values.size, share)) if body.size else values.size
        tail = fit.start * (1 - luck.random(max(in_tail, 2))) ** (-1 / (fit.exponent - 1))
        made = np.concatenate([luck.choice(body, values.size - in_tail), tail]) if body.size else tail
        distances.append(begin(np.sort(made), start).distance)
    return Drawn(np.array(exponents), np.array(starts), np.array(distances))
