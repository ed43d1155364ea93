"""Borgonovo's delta: how far knowing a factor shifts the whole distribution of an outcome.

Written out here because SALib's own (1.6) takes minutes for the eighty parameters of this model and draws from NumPy's
hidden stream; the tests hold the two against each other.
"""

import math

import numpy as np

from greatpowers.core.declare import Floats, Ints

GRID = 100
MOST_CLASSES = 48


def class_count(n: int) -> int:
    """Classes into which the range of a factor is cut for n points  (Plischke, Borgonovo & Smith 2013, eq. 30)."""
    power: float = 2 / (7 + math.tanh((1500 - n) / 500))
    return min(math.ceil(math.pow(n, power)), MOST_CLASSES)


def kernel_density(values: Floats, grid: Floats) -> Floats:
    """Gaussian kernel density of `values` on `grid`; one point mass if they are equal  (Silverman 1986)."""
    n, spread = values.size, float(values.std(ddof=1)) if values.size > 1 else 0.0
    step = float(grid[1] - grid[0])
    width = max(spread * (n * 3 / 4) ** -0.2, step / 2)
    away = (grid[:, None] - values[None, :]) / width
    density: Floats = np.exp(-0.5 * away**2).sum(axis=1) / (n * width * math.sqrt(2 * math.pi))
    return density


def delta_of(factor: Floats, outcome: Floats, grid: Floats, overall: Floats) -> float:
    """Half the mean area between the outcome's density and its density within each class of the factor."""
    order = np.argsort(factor, kind="stable")
    shift = 0.0
    for part in np.array_split(outcome[order], class_count(outcome.size)):
        shift += part.size * float(np.trapezoid(np.abs(overall - kernel_density(part, grid)), grid))
    return shift / (2 * outcome.size)


def deltas(factors: Floats, outcome: Floats) -> Floats:
    """Delta [factors] of each column of `factors` [n, factors], as it is, with its upward bias."""
    grid = np.linspace(outcome.min(), outcome.max(), GRID)
    overall = kernel_density(outcome, grid)
    return np.array([delta_of(column, outcome, grid, overall) for column in factors.T])


def delta_indices(factors: Floats, outcome: Floats, resamples: int, seed: int) -> tuple[Floats, Floats]:
    """Delta [factors], with the bias that few points bring taken off, and its standard error.

    (Borgonovo 2007; bootstrap of Plischke, Borgonovo & Smith 2013, sec. 4)
    """
    luck = np.random.default_rng(seed)
    rows: list[Ints] = [luck.integers(0, outcome.size, outcome.size) for _ in range(resamples)]
    drawn = np.array([deltas(factors[row], outcome[row]) for row in rows])
    corrected: Floats = np.clip(2 * deltas(factors, outcome) - drawn.mean(axis=0), 0.0, 1.0)
    return corrected, drawn.std(axis=0, ddof=1)
