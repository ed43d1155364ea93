"""The restricted mean of a survival curve, with its variance."""

import math

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

from greatpowers.core.declare import Floats
from greatpowers.simulation.intervals import Interval


def area_under(durations: Floats, observed: NDArray[np.bool_], horizon: float, level: float) -> Interval:
    """Area under Kaplan-Meier's curve up to `horizon`, with its interval.

    The variance is the sum over event times t of A(t)^2 d / (n (n - d)), with A(t) the area from t to the horizon, d
    events among n at risk  (Greenwood 1926; Klein & Moeschberger 2003, eq. 4.5.2). Without an event that is 0; then the
    lower bound is the horizon times the least share that n runs without one allow (Clopper & Pearson 1934).
    """
    times = np.unique(durations[observed & (durations <= horizon)])
    at_risk = np.array([(durations >= t).sum() for t in times], dtype=np.float64)
    events = np.array([(observed & (durations == t)).sum() for t in times], dtype=np.float64)
    survival = np.concatenate([[1.0], np.cumprod(1 - events / np.maximum(at_risk, 1))])
    edges = np.concatenate([[0.0], times, [horizon]])
    areas = survival * np.diff(edges)
    beyond = areas[::-1].cumsum()[::-1][1:]
    spare = at_risk - events
    terms = np.divide(beyond**2 * events, at_risk * spare, out=np.zeros_like(beyond), where=spare > 0)
    mean, half = float(areas.sum()), float(ndtri(0.5 + level / 2)) * math.sqrt(float(terms.sum()))
    if times.size == 0:
        return Interval(mean, horizon * least_share(durations.size, level), horizon)
    return Interval(mean, max(0.0, mean - half), min(horizon, mean + half))


def least_share(n: int, level: float) -> float:
    """Lower bound of a share of which n of n were seen  (Clopper & Pearson 1934)."""
    return float((0.5 - level / 2) ** (1 / n))
