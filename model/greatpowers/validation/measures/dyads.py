"""Measures of pairs of states: how often disputes begin, by who they are and how they stand."""

import numpy as np

from greatpowers.core.declare import Floats, Ints
from greatpowers.core.history import StateColumn
from greatpowers.validation.measures.estimators import logit_fit
from greatpowers.validation.measures.wars import INVOKED
from greatpowers.validation.reading import Reading

REGRESSORS = ("constant", "near", "log distance", "both great", "one great", "log capability ratio", "defence pact")
"""Those of the record's regression that a scenario has; it has no regimes, hence no joint democracy."""

PAST = 15
"""Years of its past that say whether a pair is quiet or busy."""


def pair_years_with_onset(reading: Reading) -> Ints:
    """Pair-years in which a dispute began, each once: rows (year, lower state, higher state)."""
    found, seen = reading.disputes, reading.seen
    pairs = seen.dyads[found.dyad]
    rows = np.column_stack([seen.year_of(found.begin), pairs]).astype(np.int64)
    return np.unique(rows, axis=0)


def between(great: int, reading: Reading) -> Floats:
    """Pair-years with an onset, and all pair-years, of pairs with so many great powers (0, 1 or 2)."""
    seen, onsets = reading.seen, pair_years_with_onset(reading)
    flags = seen.great.astype(np.int64)
    hits = (flags[onsets[:, 0], onsets[:, 1]] + flags[onsets[:, 0], onsets[:, 2]] == great).sum()
    powers = flags.sum(axis=1)
    others = seen.size - powers
    pairs = (others * (others - 1) / 2, powers * others, powers * (powers - 1) / 2)[great]
    return np.array([[hits, pairs.sum()]], dtype=np.float64)


def by_contiguity(contiguous: bool, reading: Reading) -> Floats:
    """Pair-years with an onset, and all pair-years, of pairs that are neighbours or are not."""
    seen, onsets = reading.seen, pair_years_with_onset(reading)
    hits = (seen.contiguous[onsets[:, 1], onsets[:, 2]] == contiguous).sum()
    neighbours = np.triu(seen.contiguous, 1).sum()
    pairs = neighbours if contiguous else seen.size * (seen.size - 1) / 2 - neighbours
    return np.array([[hits, pairs * seen.years]], dtype=np.float64)


def after_years_with(least: int, most: float, reading: Reading) -> Floats:
    """Years of neighbours in which a dispute began after 15 in which so many began, at least and at most; and all."""
    seen = reading.seen
    low, high = np.nonzero(np.triu(seen.contiguous, 1))
    if seen.years <= PAST or not low.size:
        return np.zeros((1, 2))
    begun = np.zeros((seen.years + 1, seen.size, seen.size))
    pairs = seen.dyads[reading.disputes.dyad]
    np.add.at(begun, (seen.year_of(reading.disputes.begin) + 1, pairs[:, 0], pairs[:, 1]), 1.0)
    total = begun[:, low, high].cumsum(axis=0)  # [years + 1, neighbours] disputes begun before each year
    past = total[PAST:-1] - total[: -PAST - 1]
    chosen = (past >= least) & (past <= most)
    return np.array([[(np.diff(total, axis=0)[PAST:][chosen] > 0).sum(), chosen.sum()]], dtype=np.float64)


def logit_coefficient(regressor: str, reading: Reading) -> Floats:
    """A coefficient of the record's regression of onset on pair and year, over pairs that share a theatre."""
    outcome, table = dyad_years(reading)
    varies = table.std(axis=0) > 0
    varies[0] = True
    place = REGRESSORS.index(regressor)
    if not varies[place]:
        return np.array([[np.nan]])
    return np.array([[logit_fit(outcome, table[:, varies])[varies[:place].sum()]]])


def dyad_years(reading: Reading) -> tuple[Floats, Floats]:
    """Onset [years · P] and the regressors [years · P, REGRESSORS] of every politically relevant pair-year."""
    seen = reading.seen
    low, high = seen.dyads.T
    capability = seen.yearly(StateColumn.CAPABILITY)
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = np.abs(np.log(capability[:, low] / capability[:, high]))
    great = seen.great.astype(np.int64)
    powers = great[:, low] + great[:, high]
    onset = np.zeros((seen.years, len(seen.dyads)))
    onset[seen.year_of(reading.disputes.begin), reading.disputes.dyad] = 1.0
    pact = np.maximum(seen.treaty[low, high], seen.treaty[high, low]) >= INVOKED
    fixed = (seen.contiguous[low, high], np.log1p(seen.distance[low, high]), pact)
    near, away, allied = (np.broadcast_to(part, onset.shape) for part in fixed)
    table = np.stack([np.ones_like(onset), near, away, powers == 2, powers == 1, ratio, allied], axis=-1)
    known = np.isfinite(table).all(axis=-1)
    return onset[known], table[known]
