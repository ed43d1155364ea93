"""Distances, the share of a force that arrives over them, and trade as gravity has it."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from greatpowers.core.declare import Floats, Ints
from greatpowers.core.mathematics import arcsin_of, cos_of, exp_of, sin_of

EARTH_RADIUS = 6371.0
"""Mean radius in km."""

NEAREST = 100.0
"""Distance in km below which trade no longer grows: capitals closer than that are as good as one place."""


class Bases(NamedTuple):
    """Forward bases: arrays of shape [bases]; indices of states, and strength as a share in [0, 1]."""

    state: Ints
    host: Ints
    strength: Floats


def great_circle(latitude: Floats, longitude: Floats) -> Floats:
    """Distances in km [N, N] between points given in degrees [N]  (haversine formula; Sinnott 1984)."""
    phi, lam = np.radians(latitude), np.radians(longitude)
    half_phi = sin_of((phi[:, None] - phi[None, :]) / 2) ** 2
    half_lam = sin_of((lam[:, None] - lam[None, :]) / 2) ** 2
    chord = half_phi + cos_of(phi)[:, None] * cos_of(phi)[None, :] * half_lam
    return 2 * EARTH_RADIUS * arcsin_of(np.sqrt(np.clip(chord, 0.0, 1.0)))


def home_reach(distances: Floats, contiguous: Ints, decay: float) -> Floats:
    """Share of row's force that arrives at column: exp(-d/decay), contiguous 1  (Boulding 1962).

    `distances` and `decay` in km; `contiguous` [pairs, 2] holds indices of neighbours.
    """
    reach = exp_of(-distances / decay)
    reach[contiguous[:, 0], contiguous[:, 1]] = 1.0
    reach[contiguous[:, 1], contiguous[:, 0]] = 1.0
    np.fill_diagonal(reach, 1.0)
    return reach


def based_reach(reach: Floats, distances: Floats, bases: Bases, basing: float, decay: float) -> Floats:
    """Reach from home or from the best base, whichever is more: max(home, basing * strength * exp(-d/decay)).

    `d` runs from the base's host to the target; `basing` is the share of home strength a full base gives
    (Harkavy 1989).
    """
    best = reach.copy()
    from_base = basing * bases.strength[:, None] * exp_of(-distances[bases.host] / decay)
    np.maximum.at(best, bases.state, from_base)
    np.fill_diagonal(best, 1.0)
    return best


def gravity_trade(economy: Floats, distances: Floats) -> Floats:
    """Share of row's trade with column, in proportion to column's economy over distance  (Tinbergen 1962).

    Rows add up to 1; a lone state trades with nobody. Exponent -1 of distance is close to the mean estimate of
    Disdier & Head (2008).
    """
    pull = economy[None, :] / np.maximum(distances, NEAREST)
    np.fill_diagonal(pull, 0.0)
    total = pull.sum(axis=1, keepdims=True)
    shares: Floats = np.divide(pull, total, out=np.zeros_like(pull), where=total > 0)
    return shares


def neighbours(positions: Floats) -> Ints:
    """Pairs [pairs, 2] of points [N, 2] with nobody in between: no third point in the circle on their diameter.

    The graph is connected and planar  (Gabriel & Sokal 1969).
    """
    squared = ((positions[:, None, :] - positions[None, :, :]) ** 2).sum(axis=2)
    return as_pairs([(i, j) for i in range(len(positions)) for j in _apart(squared, i) if j > i])


def _apart(squared: Floats, i: int) -> list[int]:
    """The points that nobody separates from point `i`: no k with |ik|^2 + |jk|^2 < |ij|^2."""
    detour = squared[i][None, :] + squared
    np.fill_diagonal(detour, np.inf)
    detour[:, i] = np.inf
    return [int(j) for j in np.flatnonzero(detour.min(axis=1) >= squared[i])]


def as_pairs(pairs: Sequence[tuple[int, int]]) -> Ints:
    """Index pairs as an array [pairs, 2], also when there are none."""
    return np.array(pairs, dtype=np.int64).reshape(-1, 2)
