"""Emulators: what the model would measure at parameters nobody has played, learnt from those that were.

For each fact a Gaussian process over the unit cube of the priors, fitted by scikit-learn to the figures on the fact's
scale. There are nearly as many parameters as points, and each fact depends on a few of them; so a lasso, its penalty
by cross-validation, first says how much each parameter matters (active variables: Craig et al. 1997; lasso: Tibshirani
1996), and each axis is shrunk accordingly, none to nothing. Over these axes the process has a linear part, whose
slopes are drawn from a normal distribution rather than fitted one by one, a smooth part (squared exponential), and the
noise of the simulation (Rasmussen & Williams 2006, §2.7 and §5.4), with the hyperparameters of greatest marginal
likelihood. Predictions are of the figure without noise: what a long simulation would give.

Tried on the model with 80 parameters and 81 points, predicting 27 others, fourfold; mean over the fitted facts of the
share of variance explained: ridge regression .34, linear and smooth part over equal axes .36, lasso alone .51, as
described .54. A twelfth of the variance was luck, which nobody predicts.
"""

import math
from concurrent.futures import Executor
from dataclasses import dataclass
from functools import cache
from typing import Any, NamedTuple

import numpy as np

from greatpowers.core.declare import Floats, Ints
from greatpowers.statistics.checks import fetch

FEWEST_POINTS = 8
"""Points with a figure that an emulator takes."""

MOST_FOR_LENGTHS = 400
"""Points, the latest, from which hyperparameters are worked out; all are used to predict."""

FOLDS = 5
FLOOR = 0.1
"""Relevance of a parameter that the lasso passes over: it may still matter, in ways that are not straight."""

SAME = 1e-12

LEAST_NOISE = 0.01
"""Noise as a share of the variance that is assumed at least: with few points the best fit may be none at all."""


@cache
def borrow(module: str) -> Any:
    """A module of the extra `calibration`; fetched once, since fetching touches filters that all threads share."""
    return fetch(module, "calibration")


class Shape(NamedTuple):
    """Relevance of each parameter [d], the largest 1; variances of linear part, smooth part and noise; its length.

    Variances are shares of the figure's own over the points; the length is that of the smooth part, over shrunk axes.
    """

    relevance: Floats
    linear: float
    smooth: float
    length: float
    noise: float


@dataclass(frozen=True, eq=False)
class Emulator:
    """One fact's emulator over the points `rows` of all: mean and scale of its figures, shape, what prediction takes.

    `weights` [n] and `inverse` [n, n] are K⁻¹y and K⁻¹ of the points' own covariance.
    """

    rows: Ints
    mean: float
    scale: float
    shape: Shape
    weights: Floats
    inverse: Floats

    @property
    def noise(self) -> float:
        """Variance of the simulation's noise, on the fact's scale."""
        return self.shape.noise * self.scale**2


@dataclass(frozen=True, eq=False)
class Emulators:
    """Emulators of several facts over the same points [n, d] of the cube; a fact that cannot be emulated has None.

    A `crew` of threads shares the facts between them; predictions are the same without one.
    """

    points: Floats
    facts: tuple[Emulator | None, ...]
    crew: Executor | None = None

    @property
    def usable(self) -> list[int]:
        """Which facts have an emulator."""
        return [k for k, emulator in enumerate(self.facts) if emulator is not None]

    def predict(self, at: Floats) -> tuple[Floats, Floats]:
        """Mean and variance of facts at points [m, d], on their scales: two arrays [m, facts], NaN without emulator."""
        mean = np.full((len(at), len(self.facts)), math.nan)
        variance = mean.copy()
        each = map if self.crew is None else self.crew.map
        for k, moments in zip(self.usable, each(lambda fact: self._predict(fact, at), self.usable), strict=True):
            mean[:, k], variance[:, k] = moments
        return mean, variance

    def _predict(self, fact: int, at: Floats) -> tuple[Floats, Floats]:
        emulator = self._of(fact)
        across = covariance(at, self.points[emulator.rows], emulator.shape)
        left = own_variance(at, emulator.shape) - np.einsum("ij,ij->i", across @ emulator.inverse, across)
        return emulator.mean + emulator.scale * (across @ emulator.weights), emulator.scale**2 * np.maximum(left, 0.0)

    def means(self, at: Floats) -> Floats:
        """Means alone, which are much quicker: [m, facts]."""
        mean = np.full((len(at), len(self.facts)), math.nan)
        for k in self.usable:
            emulator = self._of(k)
            mean[:, k] = emulator.mean + emulator.scale * (
                covariance(at, self.points[emulator.rows], emulator.shape) @ emulator.weights
            )
        return mean

    def _of(self, fact: int) -> Emulator:
        emulator = self.facts[fact]
        assert emulator is not None
        return emulator


HALF = 0.5
"""Middle of the cube: the linear part is 0 there."""


def covariance(left: Floats, right: Floats, shape: Shape) -> Floats:
    """Covariance of figures without noise, a x·y + b exp(-|x - y|² / 2 l²), of points [m, d] and [n, d]: [m, n]."""
    x, y = (left - HALF) * shape.relevance, (right - HALF) * shape.relevance
    products = x @ y.T
    squares = np.maximum((x**2).sum(axis=1)[:, None] + (y**2).sum(axis=1) - 2 * products, 0.0)
    matrix: Floats = shape.linear * products + shape.smooth * np.exp(squares / (-2 * shape.length**2))
    return matrix


def own_variance(at: Floats, shape: Shape) -> Floats:
    """The same of each point with itself: [m]."""
    variance: Floats = shape.linear * (((at - HALF) * shape.relevance) ** 2).sum(axis=1) + shape.smooth
    return variance


def condition(points: Floats, figures: Floats, shape: Shape) -> Emulator:
    """The emulator of one fact from figures [n] at points [n, d], for a given shape; NaN are passed over."""
    rows = np.flatnonzero(np.isfinite(figures))
    mean, scale = float(figures[rows].mean()), float(figures[rows].std())
    own = covariance(points[rows], points[rows], shape) + shape.noise * np.eye(rows.size)
    inverse = np.linalg.inv(own)
    inverse = (inverse + inverse.T) / 2
    return Emulator(rows, mean, scale, shape, inverse @ ((figures[rows] - mean) / scale), inverse)


def shape_of(points: Floats, figures: Floats) -> Shape | None:
    """The shape of one fact; None if there are too few figures, or if they are all the same."""
    rows = np.flatnonzero(np.isfinite(figures))
    if rows.size < FEWEST_POINTS or np.ptp(figures[rows]) < SAME * max(1.0, float(np.abs(figures[rows]).max())):
        return None
    latest = rows[-MOST_FOR_LENGTHS:]
    return _shape(points[latest], (figures[latest] - figures[rows].mean()) / figures[rows].std())


def _shape(points: Floats, target: Floats) -> Shape:
    """Relevances by lasso, then hyperparameters of greatest marginal likelihood, by scikit-learn."""
    process, kernels = borrow("sklearn.gaussian_process"), borrow("sklearn.gaussian_process.kernels")
    relevance = relevance_of(points - HALF, target)
    kernel = (
        kernels.ConstantKernel(0.5, (1e-4, 1e3)) * kernels.DotProduct(0.0, "fixed")
        + kernels.ConstantKernel(0.3, (1e-4, 1e2)) * kernels.RBF(1.5, (0.3, 50.0))
        + kernels.WhiteKernel(0.2, (LEAST_NOISE, 2.0))
    )
    fit = process.GaussianProcessRegressor(kernel, alpha=1e-10, copy_X_train=False)
    fitted: Any = fit.fit((points - HALF) * relevance, target).kernel_
    linear, smooth = fitted.k1.k1.k1.constant_value, fitted.k1.k2.k1.constant_value
    return Shape(
        relevance, float(linear), float(smooth), float(fitted.k1.k2.k2.length_scale), float(fitted.k2.noise_level)
    )


def relevance_of(points: Floats, target: Floats) -> Floats:
    """How much each parameter matters: sizes of the lasso's slopes, the largest 1, none below a floor: [d]."""
    slopes = np.abs(borrow("sklearn.linear_model").LassoCV(cv=FOLDS).fit(points, target).coef_)
    if slopes.max() == 0:
        return np.ones(len(slopes))
    relevance: Floats = FLOOR + (1 - FLOOR) * slopes / slopes.max()
    return relevance


class Accuracy(NamedTuple):
    """How an emulator did on points it had not seen.

    `error` is the root mean square of the difference over the s.d. of the figures; `explained` the share of their
    variance; `noise` the share that is noise of the simulation, which nobody can predict; `covered` the share of
    figures within the 95% interval.
    """

    error: float
    explained: float
    noise: float
    covered: float


def accuracy(mean: Floats, variance: Floats, noise: float, figures: Floats) -> Accuracy:
    """Of predictions [n] with their variance, against figures [n]; NaN are passed over."""
    seen = np.isfinite(figures) & np.isfinite(mean)
    if seen.sum() < 2 or figures[seen].std() == 0:
        return Accuracy(math.nan, math.nan, math.nan, math.nan)
    off, whole = figures[seen] - mean[seen], float(figures[seen].var())
    wide = 1.96 * np.sqrt(variance[seen] + noise)
    error = math.sqrt(float((off**2).mean()) / whole)
    return Accuracy(error, 1 - error**2, min(1.0, noise / whole), float((np.abs(off) <= wide).mean()))
