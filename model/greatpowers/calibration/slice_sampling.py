"""Points of the unit cube drawn from a density: elliptical slice sampling, with tempering and narrowing to start it.

A point u of the cube is the normal distribution function of a standard normal vector, so that the prior is a standard
normal and nothing has a wall. Elliptical slice sampling (Murray, Adams & MacKay 2010) then takes a likelihood and no
tuning at all. The affine-invariant ensembles of emcee were the other candidate; they are known to fail, without saying
so, beyond some tens of dimensions (Huijser, Goodman & Brewer 2015), and here there may be eighty. All chains move at
the same time, as rows of one array, because emulators predict a hundred points nearly as fast as one.

Densities are functions of an array of points [n, dimensions] that return an array [n].
"""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from scipy.special import ndtr, ndtri
from scipy.stats import qmc

from greatpowers.core.declare import Floats, Ints

Density = Callable[[Floats], Floats]

INNERMOST = 1e-12
"""How near to a wall of the cube a point may come."""

MOST_SHRINKS = 200
HALF = 0.5
MOVES = 6
"""Slice moves of every point at each step of tempering or narrowing."""

FEWEST_LEFT = 2.0**-20
"""Share of the prior below which a region is not narrowed any further: about a millionth."""

GROWTH = 1e-9
SHRUNK, WIDENED = 0.2, 1.2
"""How far covariances of a frame are drawn towards their diagonal, and how much wider than the points it is."""


def hypercube(size: int, dimensions: int, luck: np.random.Generator) -> Floats:
    """A Latin hypercube: [size, dimensions]."""
    points: Floats = qmc.LatinHypercube(dimensions, rng=luck).random(size)
    return np.clip(points, INNERMOST, 1 - INNERMOST)


class Frame(NamedTuple):
    """A normal distribution that ellipses are drawn from, in place of the prior's: mean [d] and root [d, d]."""

    mean: Floats
    root: Floats

    def normal(self, within: Floats) -> Floats:
        """Points of the frame as points of the prior's normal space."""
        return self.mean + within @ self.root.T

    def within(self, normal: Floats) -> Floats:
        """The reverse."""
        return np.asarray(np.linalg.solve(self.root, (normal - self.mean).T).T, dtype=np.float64)


def frame_around(at: Floats) -> Frame:
    """The frame of points of the cube: their mean and, widened, their covariance, drawn towards its diagonal.

    Ellipses of the posterior's own form move much further in one step than the prior's, which pass through it like a
    needle  (Nishihara, Murray & Adams 2014).
    """
    normal = ndtri(at)
    covariance = np.atleast_2d(np.cov(normal.T))
    shrunk = (1 - SHRUNK) * covariance + SHRUNK * np.diag(np.diag(covariance))
    root: Floats = np.asarray(
        np.linalg.cholesky(WIDENED**2 * shrunk + GROWTH * np.eye(len(covariance))), dtype=np.float64
    )
    return Frame(normal.mean(axis=0), root)


def slice_move(
    at: Floats, value: Floats, density: Density, luck: np.random.Generator, frame: Frame | None = None
) -> tuple[Floats, Floats]:
    """One elliptical slice move of every chain; points [n, d] and log densities [n] before and after."""
    here = ndtri(at) if frame is None else frame.within(ndtri(at))
    other = luck.standard_normal(at.shape)
    level = value + _tilt(here, frame) + np.log(luck.random(len(at)))
    angle = luck.uniform(0.0, 2 * np.pi, len(at))
    low, high = angle - 2 * np.pi, angle.copy()
    points, worth = at.copy(), value.copy()
    moving = np.arange(len(at))
    for _ in range(MOST_SHRINKS):
        turn = angle[moving, None]
        mixed = here[moving] * np.cos(turn) + other[moving] * np.sin(turn)
        tried = _in_cube(mixed if frame is None else frame.normal(mixed))
        values = density(tried)
        good = values + _tilt(mixed, frame) > level[moving]
        done = moving[good]
        points[done], worth[done] = tried[good], values[good]
        moving = moving[~good]
        if not moving.size:
            break
        left = angle[moving] < 0
        low[moving] = np.where(left, angle[moving], low[moving])
        high[moving] = np.where(left, high[moving], angle[moving])
        angle[moving] = luck.uniform(low[moving], high[moving])
    return points, worth


def _tilt(within: Floats, frame: Frame | None) -> Floats:
    """Log density of the prior over that of the frame, up to a constant: [n]."""
    if frame is None:
        return np.zeros(len(within))
    tilt: Floats = ((within**2).sum(axis=1) - (frame.normal(within) ** 2).sum(axis=1)) / 2
    return tilt


def _in_cube(normal: Floats) -> Floats:
    return np.clip(ndtr(normal), INNERMOST, 1 - INNERMOST)


def tempered(density: Density, size: int, dimensions: int, luck: np.random.Generator) -> Floats:
    """Points drawn from the density, from the prior on by degrees: [size, dimensions].

    Each step raises the power of the likelihood as far as leaves half the points worth having, draws among the points
    by their weights and moves them  (sequential Monte Carlo: Del Moral, Doucet & Jasra 2006).
    """
    at = hypercube(size, dimensions, luck)
    value, power = density(at), 0.0
    while power < 1.0:
        step = _step(value, 1.0 - power)
        chosen = resampled(step * value, size, luck)
        at, value, power = at[chosen], value[chosen], power + step
        if 1.0 - power < GROWTH:
            power = 1.0
        at, value = _moved(at, value, density, power, luck)
    return at


def _moved(
    at: Floats, value: Floats, density: Density, power: float, luck: np.random.Generator
) -> tuple[Floats, Floats]:
    """Some slice moves under a power of the density; the values that come back are of the density itself."""
    for _ in range(MOVES):
        at, raised = slice_move(at, power * value, lambda points: power * density(points), luck)
        value = raised / power
    return at, value


def _step(value: Floats, most: float) -> float:
    """The largest rise in power, by bisection, that leaves the weights worth half the points."""
    if effective(most * value) >= HALF * value.size:
        return most
    low, high = 0.0, most
    for _ in range(50):
        middle = (low + high) / 2
        low, high = (middle, high) if effective(middle * value) >= HALF * value.size else (low, middle)
    return max(low, GROWTH)


def effective(log_weights: Floats) -> float:
    """How many points of equal weight the weights are worth  (Kish 1965)."""
    weights = np.exp(log_weights - log_weights.max())
    return float(weights.sum() ** 2 / (weights**2).sum())


def resampled(log_weights: Floats, size: int, luck: np.random.Generator) -> Ints:
    """Which points to take, by their weights, systematically: indices [size]."""
    weights = np.exp(log_weights - log_weights.max())
    edges = np.cumsum(weights) / weights.sum()
    return np.searchsorted(edges, (np.arange(size) + luck.random()) / size).clip(0, len(weights) - 1)


class Region(NamedTuple):
    """Points spread over a region of the cube [n, d], its share of the cube, and the level that bounds it.

    `level` is what was asked for, or higher where that would have left next to nothing.
    """

    at: Floats
    share: float
    level: float


def narrowed(statistic: Density, level: float, size: int, dimensions: int, luck: np.random.Generator) -> Region:
    """Points where a statistic is at most `level`, and how much of the cube that is.

    Halves what is left until the level is reached (subset simulation: Au & Beck 2001); where less than
    :data:`FEWEST_LEFT` would be left, it stops and says at which level.
    """
    at = hypercube(size, dimensions, luck)
    share, bound = 1.0, np.inf
    while True:
        value = statistic(at)
        reached = float((value <= level).mean()) >= HALF
        bound = level if reached else min(bound, float(np.median(value)))
        share *= float((value <= bound).mean())
        at = _refilled(at, value, bound, statistic, luck)
        if reached or share < FEWEST_LEFT:
            return Region(at, share, bound)


def _refilled(at: Floats, value: Floats, bound: float, statistic: Density, luck: np.random.Generator) -> Floats:
    """As many points as before, all within the bound, moved apart."""

    def density(points: Floats) -> Floats:
        return np.where(statistic(points) <= bound, 0.0, -np.inf)

    inside = np.flatnonzero(value <= bound)
    at = at[inside[luck.integers(0, inside.size, len(at))]]
    for _ in range(MOVES):
        at, _ = slice_move(at, np.zeros(len(at)), density, luck)
    return at


class Chains(NamedTuple):
    """States of chains [kept, chains, dimensions], the worst split R-hat of any parameter, and independent draws."""

    states: Floats
    rhat: float
    effective: float

    @property
    def points(self) -> Floats:
        """All states, step by step: [kept x chains, dimensions]."""
        return self.states.reshape(-1, self.states.shape[-1])


def chains(
    density: Density, start: Floats, steps: int, thin: int, luck: np.random.Generator, frame: Frame | None = None
) -> Chains:
    """Chains from the points in `start`, `steps` moves each, every `thin`-th state kept."""
    at, value = start, density(start)
    states = []
    for number in range(1, steps + 1):
        at, value = slice_move(at, value, density, luck, frame)
        if number % thin == 0:
            states.append(at)
    stacked = np.array(states)
    return Chains(stacked, *_mixing(ndtri(stacked)))


def joined(before: Chains, after: Chains) -> Chains:
    """Chains that were continued, as one."""
    states = np.concatenate([before.states, after.states])
    return Chains(states, *_mixing(ndtri(states)))


def _mixing(states: Floats) -> tuple[float, float]:
    """Worst split R-hat, and least number of independent draws, of any parameter  (Gelman et al. 2013, §11.4-5)."""
    half = len(states) // 2
    if half < 2:
        return float("nan"), float("nan")
    parts = np.concatenate([states[:half], states[half : 2 * half]], axis=1)  # [half, 2 chains, d]
    within = parts.var(axis=0, ddof=1).mean(axis=0)
    between = half * parts.mean(axis=0).var(axis=0, ddof=1)
    total = (half - 1) / half * within + between / half
    rhat = float(np.sqrt(total / within).max())
    return rhat, float(_independent(parts, total).min())


def _independent(parts: Floats, total: Floats) -> Floats:
    """Independent draws by parameter, from variograms of the chains: [d]."""
    length, chains_in, _ = parts.shape
    sums, running = np.zeros_like(total), np.ones(total.shape, dtype=np.bool_)
    for lag in range(1, length):
        variogram = ((parts[lag:] - parts[:-lag]) ** 2).mean(axis=(0, 1))
        correlation = 1 - variogram / (2 * total)
        running &= correlation > 0
        if not running.any():
            break
        sums += np.where(running, correlation, 0.0)
    independent: Floats = length * chains_in / (1 + 2 * sums)
    return independent
