"""Rank correlations of what drives an outcome."""

import numpy as np
from scipy.stats import rankdata

from greatpowers.core.declare import Floats, Ints

RESAMPLES = 200
SPARE = 10
"""Observations beyond the number of factors without which partial correlations say nothing."""

NOISE = 1e-12


def rank_correlations(factors: Floats, outcome: Floats) -> Floats:
    """Partial rank correlation of each factor [n, factors] with the outcome [n], the others held constant.

    (Iman & Helton 1988; Saltelli et al. 2008.) Where n is too small for that, Spearman's plain rank correlation.
    """
    ranks = rankdata(np.column_stack([factors, outcome]), axis=0)
    spread = ranks.std(axis=0)
    if spread[-1] < NOISE:
        return np.full(factors.shape[1], np.nan)
    standard = (ranks - ranks.mean(axis=0)) / np.where(spread > NOISE, spread, 1.0)
    correlation = standard.T @ standard / len(outcome)
    if not is_partial(*factors.shape):
        plain: Floats = correlation[:-1, -1]
        return plain
    precision = np.linalg.pinv(correlation, hermitian=True)
    scale = np.sqrt(np.maximum(np.diag(precision)[:-1] * precision[-1, -1], NOISE))
    found: Floats = np.clip(-precision[:-1, -1] / scale, -1.0, 1.0)
    return found


def is_partial(observations: int, factors: int) -> bool:
    """Whether there are enough observations to hold the other factors constant."""
    return observations >= 2 * factors + SPARE


def bootstrap_spread(factors: Floats, outcomes: Floats, seed: int = 0, resamples: int = RESAMPLES) -> Floats:
    """Standard error [factors] of the rank correlations, by resampling worlds, or seeds where worlds are no sample.

    `outcomes` is [n] to resample observations with their factors, or [n, seeds] to resample the seeds.  (Efron 1979)
    """
    luck = np.random.default_rng(seed)
    found = []
    for _ in range(resamples):
        drawn: Ints = luck.integers(0, outcomes.shape[-1], size=(outcomes.shape[-1],))
        if outcomes.ndim == 1:
            found.append(rank_correlations(factors[drawn], outcomes[drawn]))
        else:
            found.append(rank_correlations(factors, outcomes[:, drawn].mean(axis=1)))
    spread: Floats = np.nanstd(np.array(found), axis=0, ddof=1)
    return spread
