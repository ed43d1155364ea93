"""From the rows that histories leave to one figure: the estimators that facts share.

Each takes the rows of all histories together, of shape [rows, width], so that a bootstrap over histories only has to
put other rows together.
"""

import math

import numpy as np
from scipy.optimize import minimize
from scipy.special import ndtr

from greatpowers.core.declare import Floats
from greatpowers.validation.observed import DAYS_PER_ROUND

WARS_IN_RECORD = 95
"""Wars in the record: the slope of a survival function depends on how many values it is drawn from."""


def ratio(rows: Floats) -> float:
    """Sum of the first column over the sum of the second; NaN if that is nothing."""
    total = rows.sum(axis=0)
    return float(total[0] / total[1]) if total[1] > 0 else math.nan


def mean(rows: Floats) -> float:
    """Mean of the first column, without its NaN."""
    values = rows[:, 0][np.isfinite(rows[:, 0])]
    return float(values.mean()) if values.size else math.nan


def median(rows: Floats) -> float:
    """Median of the first column."""
    return float(np.median(rows[:, 0])) if len(rows) else math.nan


def spread(rows: Floats) -> float:
    """Standard deviation of the first column."""
    return float(rows[:, 0].std(ddof=1)) if len(rows) > 1 else math.nan


def correlation(rows: Floats) -> float:
    """Correlation of the first two columns."""
    if len(rows) < 3 or min(rows[:, 0].std(), rows[:, 1].std()) == 0:
        return math.nan
    return float(np.corrcoef(rows[:, 0], rows[:, 1])[0, 1])


def dispersion(rows: Floats) -> float:
    """Variance over mean of yearly counts; rows are a history's years, its sum of counts and of their squares."""
    years, counts, squares = rows.T
    if counts.sum() == 0:
        return math.nan
    variance = (squares - counts**2 / years) / (years - 1)
    return float((years * variance).sum() / counts.sum())


def median_days(rows: Floats) -> float:
    """Median length in days of what touched the numbers of rounds in the first column.

    A round is a quarter, and most disputes are shorter. What begins at any time of a quarter and lasts d of them
    touches at most m with probability E[clip(m - d, 0, 1)], which is the mean of the distribution function of d from
    m - 1 to m. Lengths are taken as lognormal, and its median is that of greatest likelihood.
    """
    if not len(rows):
        return math.nan
    touched, counts = np.unique(rows[:, 0], return_counts=True)
    if touched.size == 1:  # the spread is unknown: as long as the middle of what is possible
        return DAYS_PER_ROUND * max(0.5, float(touched[0]) - 1.0)

    def unlikely(values: Floats) -> float:
        median, spread = values[0], math.exp(values[1])
        chance = _touching_at_most(touched, median, spread) - _touching_at_most(touched - 1, median, spread)
        return -float(counts @ np.log(np.maximum(chance, 1e-12)))

    middle = math.log(max(0.3, float(np.average(touched, weights=counts)) - 1.0))
    return float(DAYS_PER_ROUND * math.exp(minimize(unlikely, [middle, 0.0], method="Nelder-Mead").x[0]))


NODES, WEIGHTS = np.polynomial.legendre.leggauss(12)


def _touching_at_most(quarters: Floats, log_median: float, spread: float) -> Floats:
    """Probability of touching at most so many quarters, of lognormal lengths: the mean of their distribution function.

    The mean is over the last of these quarters, by Gauss-Legendre quadrature.
    """
    points = np.maximum(quarters[:, None] - 0.5 + NODES / 2, 1e-9)
    below = ndtr((np.log(points) - log_median) / spread) @ WEIGHTS / 2
    probability: Floats = np.where(quarters >= 1, below, 0.0)
    return probability


def survival_slope(rows: Floats) -> float:
    """Slope of log10 P(S >= s) on log10 s by least squares, the mean over samples as large as the record's.

    (Cederman 2003)
    """
    sizes = rows[:, 0]
    if sizes.size < 5:
        return math.nan
    parts = np.array_split(sizes, max(1, sizes.size // WARS_IN_RECORD))
    return float(np.mean([_slope(part) for part in parts]))


def _slope(sizes: Floats) -> float:
    ordered = np.sort(sizes)
    above = 1.0 - np.arange(ordered.size) / ordered.size
    return float(np.polyfit(np.log10(ordered), np.log10(above), 1)[0])


LEAST_IN_TAIL = 7.061
"""Battle deaths, in thousands, from which the sizes of wars follow a power law  (Clauset 2018)."""


def tail_exponent(rows: Floats) -> float:
    """Exponent of the density of sizes in the tail, 1 + n/Σ ln(s/s0), by maximum likelihood  (Hill 1975)."""
    sizes = rows[:, 0][rows[:, 0] >= LEAST_IN_TAIL]
    if sizes.size < 5:
        return math.nan
    return float(1.0 + sizes.size / np.log(sizes / LEAST_IN_TAIL).sum())


def logit_fit(outcome: Floats, regressors: Floats) -> Floats:
    """Coefficients [k] of a logistic regression of `outcome` [n] on `regressors` [n, k]; NaN without convergence."""
    beta, failed = np.zeros(regressors.shape[1]), np.full(regressors.shape[1], math.nan)
    if outcome.size <= regressors.shape[1] or outcome.min() == outcome.max():
        return failed
    for _ in range(50):
        chance = 1 / (1 + np.exp(-np.clip(regressors @ beta, -30, 30)))
        weight = np.maximum(chance * (1 - chance), 1e-12)
        try:
            step = np.linalg.solve((regressors.T * weight) @ regressors, regressors.T @ (outcome - chance))
        except np.linalg.LinAlgError:
            return failed
        beta = beta + step
        if np.abs(step).max() < 1e-8:
            return beta if np.abs(beta).max() < 25 else failed
    return failed


def win_constant(rows: Floats) -> float:
    """Constant of the regression of victory (first column) on the log ratio of capabilities (second)."""
    return float(_wins(rows)[0])


def win_slope(rows: Floats) -> float:
    """Slope of the same regression."""
    return float(_wins(rows)[1])


def _wins(rows: Floats) -> Floats:
    if len(rows) < 5:
        return np.full(2, math.nan)
    return logit_fit(rows[:, 0], np.column_stack([np.ones(len(rows)), rows[:, 1]]))
