"""How good probabilities of rare events are: ranking, Brier score and its parts, log score, calibration."""

from typing import NamedTuple

import numpy as np
from scipy.stats import beta

from greatpowers.core.declare import Floats, Ints

QUANTILES = (0.0, 0.25, 0.5, 0.7, 0.8, 0.9, 0.95, 0.975, 0.99, 1.0)
"""Where the bins of a calibration curve begin and end, finer towards the top, where the events are."""

LEVEL = 0.95


LEAST_CHANCE = 1e-9
"""Probabilities nearer to 0 or 1 count as so near, where a logarithm is taken."""


class RankedScores:
    """Scores in order, ties known, so that measures of ranking can be taken many times with other weights.

    With `strata` [n], cases are ranked among those of their own stratum only.
    """

    def __init__(self, scores: Floats, outcome: Floats, strata: Ints | None = None) -> None:
        apart = np.zeros(len(scores), dtype=np.int64) if strata is None else strata
        _, rank = np.unique(scores, return_inverse=True)
        key = apart * (int(rank.max()) + 1 if len(rank) else 1) + rank
        _, first, place = np.unique(key, return_index=True, return_inverse=True)
        self._place, self._size, self._events = place, len(first), np.flatnonzero(outcome > 0)
        self._begins = np.unique(apart[first], return_index=True)[1]  # where among the places each stratum begins

    def auc(self, weights: Floats | None = None) -> float:
        """Chance that an event scores above a non-event, ties counting half  (Mann & Whitney 1947).

        `weights` [n] say how often each case counts. Over strata it is the mean of theirs, each counting with its
        events. NaN without events or without non-events.
        """
        events, others = self._masses(weights)
        above_all = np.cumsum(others)
        before = above_all[self._begins] - others[self._begins]  # those of earlier strata, below nobody in this one
        below = above_all - others / 2 - np.repeat(before, np.diff([*self._begins, self._size]))
        won, mine, theirs = (np.add.reduceat(part, self._begins) for part in (events * below, events, others))
        known = (mine > 0) & (theirs > 0)
        return float((won[known] / theirs[known]).sum() / mine[known].sum()) if known.any() else float("nan")

    def precision(self, weights: Floats | None = None) -> float:
        """Average precision: mean, over events, of the share of events at or above their score; strata are left aside.

        The area under the curve of precision against recall, by steps; NaN without events.
        """
        events, others = (part[::-1] for part in self._masses(weights))
        found, told = np.cumsum(events), np.cumsum(events + others)
        if not found.size or found[-1] <= 0:
            return float("nan")
        share = np.divide(found, told, out=np.zeros_like(found), where=told > 0)
        return float(events @ share / found[-1])

    def _masses(self, weights: Floats | None) -> tuple[Floats, Floats]:
        """Weight of events and of non-events at each place, from the lowest score up."""
        mass = np.ones(len(self._place)) if weights is None else weights
        events: Floats = np.bincount(self._place[self._events], mass[self._events], self._size).astype(np.float64)
        everybody: Floats = np.bincount(self._place, mass, self._size).astype(np.float64)
        return events, everybody - events


def auc(scores: Floats, outcome: Floats) -> float:
    """Area under the curve of :func:`roc`: see :meth:`RankedScores.auc`."""
    return RankedScores(scores, outcome).auc()


def average_precision(scores: Floats, outcome: Floats) -> float:
    """See :meth:`RankedScores.precision`."""
    return RankedScores(scores, outcome).precision()


def log_losses(chance: Floats, outcome: Floats) -> Floats:
    """Loss of each case, minus the logarithm of the probability given to what happened  (Good 1952), nats: [n]."""
    told = np.clip(chance, LEAST_CHANCE, 1 - LEAST_CHANCE)
    found: Floats = -np.where(outcome > 0, np.log(told), np.log1p(-told))
    return found


def log_odds(chance: Floats) -> Floats:
    """log(p / (1 - p)) of probabilities: [n]."""
    told = np.clip(chance, LEAST_CHANCE, 1 - LEAST_CHANCE)
    found: Floats = np.log(told) - np.log1p(-told)
    return found


def roc(scores: Floats, outcome: Floats) -> tuple[Floats, Floats]:
    """Shares of non-events and of events at or above each threshold, from none to all: [distinct scores + 1] each."""
    values, place = np.unique(-scores, return_inverse=True)
    counts = (np.bincount(place, part, len(values)).astype(np.float64) for part in (1 - outcome, outcome))
    others, events = map(_shares, counts)
    return others, events


def _shares(counts: Floats) -> Floats:
    found: Floats = np.concatenate([[0.0], np.cumsum(counts)]) / counts.sum()
    return found


def brier(chance: Floats, outcome: Floats) -> float:
    """Mean squared difference of probability and outcome, (1/n) Σ (p - y)²  (Brier 1950)."""
    return float(((chance - outcome) ** 2).mean())


def skill(score: Floats, reference: Floats) -> Floats:
    """1 - S / S_reference of Brier or log scores: 1 is perfect, 0 no better than the reference, below 0 worse."""
    with np.errstate(divide="ignore", invalid="ignore"):
        found: Floats = 1 - score / reference
    return found


class Parts(NamedTuple):
    """The Brier score taken apart by bins: reliability - resolution + uncertainty + within.

    Reliability is the mean squared distance of each bin's mean probability from its share of events (0 is best),
    resolution that of its share from the share overall (more is better), uncertainty what the share overall leaves
    (Murphy 1973); `within` is what bins that hold several probabilities hide  (Stephenson, Coelho & Jolliffe 2008).
    """

    reliability: float
    resolution: float
    uncertainty: float
    within: float


def parts(chance: Floats, outcome: Floats, bins: Ints) -> Parts:
    """The parts for cases [n] in bins [n]."""
    count, mean, share = _by_bin(chance, outcome, bins)
    overall = outcome.mean()
    reliability = np.average((mean - share) ** 2, weights=count)
    resolution = np.average((share - overall) ** 2, weights=count)
    uncertainty = overall * (1 - overall)
    within = brier(chance, outcome) - (reliability - resolution + uncertainty)
    return Parts(float(reliability), float(resolution), float(uncertainty), float(within))


def _by_bin(chance: Floats, outcome: Floats, bins: Ints) -> tuple[Floats, Floats, Floats]:
    """Cases, mean probability and share of events of each bin that holds any."""
    _, place = np.unique(bins, return_inverse=True)
    count = np.bincount(place).astype(np.float64)
    return count, np.bincount(place, chance) / count, np.bincount(place, outcome) / count


def quantile_bins(chance: Floats) -> Ints:
    """The bin of each case [n] between :data:`QUANTILES` of all cases; equal probabilities are in one bin."""
    _, place, count = np.unique(chance, return_inverse=True, return_counts=True)
    middle = (np.cumsum(count) - count / 2) / len(chance)
    found: Ints = (np.searchsorted(QUANTILES, middle, side="right") - 1)[place]
    return found


class Bin(NamedTuple):
    """One point of a calibration curve: cases, their mean probability, the share of events with its 95 % interval."""

    cases: int
    chance: float
    share: float
    low: float
    high: float


def calibration(chance: Floats, outcome: Floats) -> list[Bin]:
    """The calibration curve by quantile bins; intervals of shares are Jeffreys'  (Brown, Cai & DasGupta 2001)."""
    counted = zip(*_by_bin(chance, outcome, quantile_bins(chance)), strict=True)
    return [_bin(int(cases), float(mean), float(share)) for cases, mean, share in counted]


def _bin(cases: int, mean: float, share: float) -> Bin:
    events = round(share * cases)
    ends = (float(beta.ppf(at, events + 0.5, cases - events + 0.5)) for at in ((1 - LEVEL) / 2, (1 + LEVEL) / 2))
    low, high = ends
    return Bin(cases, mean, share, low if events else 0.0, high if events < cases else 1.0)
