"""What is on a front, how much of the space it covers, and how far others lie from it. Less is better throughout."""

import numpy as np
from numpy.typing import NDArray

from greatpowers.core.declare import Floats, Ints
from greatpowers.statistics.checks import fetch

Flags = NDArray[np.bool_]


def undominated(values: Floats) -> Flags:
    """Which points [n, objectives] no other point equals or betters in everything and betters in something: [n]."""
    found: Flags = np.asarray(fetch("moocore").is_nondominated(values, keep_weakly=True), dtype=np.bool_)
    return found


def dominates(values: Floats, point: Floats) -> Flags:
    """Which of the points [n, objectives] are as good as `point` in everything and better in something: [n]."""
    return np.asarray((values <= point).all(axis=-1) & (values < point).any(axis=-1), dtype=np.bool_)


def covered(values: Floats, best: Floats, worst: Floats) -> float:
    """Share of the box between `best` and `worst` that some point betters: the hypervolume  (Zitzler & Thiele 1999)."""
    span = np.where(worst > best, worst - best, 1.0)
    scaled = (values - best) / span
    inside = scaled[(scaled < 1.0).all(axis=1)]
    if inside.size == 0:
        return 0.0
    return float(fetch("moocore").hypervolume(np.maximum(inside, 0.0), ref=np.ones(values.shape[1])))


def spread_out(values: Floats, count: int) -> Ints:
    """Indices of at most `count` points that lie far from each other, the best in each objective among them.

    Each next point is the one farthest from those chosen (Gonzalez 1985), in units of each objective's range.
    """
    if len(values) <= count:
        return np.arange(len(values))
    span = np.ptp(values, axis=0)
    scaled = (values - values.min(axis=0)) / np.where(span > 0, span, 1.0)
    chosen = list(dict.fromkeys(int(k) for k in scaled.argmin(axis=0)))[:count]
    distance = np.min([np.linalg.norm(scaled - scaled[k], axis=1) for k in chosen], axis=0)
    while len(chosen) < count:
        chosen.append(int(distance.argmax()))
        distance = np.minimum(distance, np.linalg.norm(scaled - scaled[chosen[-1]], axis=1))
    return np.array(sorted(chosen), dtype=np.int64)


def nearest(values: Floats, point: Floats, scale: Floats) -> int:
    """Index of the point that has to give up least to reach `point`: the additive epsilon  (Zitzler et al. 2003).

    Of those that dominate it, so the one that betters it most in the objective in which it betters it least.
    """
    worst: Floats = ((values - point) / np.where(scale > 0, scale, 1.0)).max(axis=1)
    total: Floats = ((values - point) / np.where(scale > 0, scale, 1.0)).sum(axis=1)
    return int(np.lexsort((total, np.round(worst, 12)))[0])
