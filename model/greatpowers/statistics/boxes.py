"""A box in the space of factors: its limits, how well it picks out the cases of interest, and what it says."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import bdtrc

from greatpowers.core.declare import Ints
from greatpowers.simulation.intervals import Interval
from greatpowers.statistics.checks import describe_factor, named
from greatpowers.statistics.outcomes import records
from greatpowers.statistics.resampling import score_interval

Bools = NDArray[np.bool_]
Limits = Mapping[str, tuple[float, float]]
"""Lowest and highest value of the factors that are restricted; an infinite end is open."""

INSIGNIFICANT = 0.05


class Counts(NamedTuple):
    """Points `inside` a box, cases among them, and points and cases in all."""

    inside: int
    hits: int
    n: int
    cases: int

    @property
    def density(self) -> Interval:
        """Share of cases among the points inside, with its score interval."""
        return share_of(self.hits, self.inside)

    @property
    def coverage(self) -> Interval:
        """Share of all cases that lie inside, with its score interval."""
        return share_of(self.hits, self.cases)

    @property
    def agreement(self) -> float:
        """Matthews correlation of being inside with being a case, in [-1, 1]; 0 for a box that says nothing.

        (Matthews 1975) Unlike density and coverage it cannot be had by a box of one point, or of all.
        """
        out, miss = self.n - self.inside, self.cases - self.hits
        product = float(self.inside) * out * self.cases * (self.n - self.cases)
        gain = float(self.hits) * (out - miss) - float(self.inside - self.hits) * miss
        return gain / product**0.5 if product > 0 else 0.0

    def plus(self, other: "Counts") -> "Counts":
        """Both together."""
        return Counts(*(a + b for a, b in zip(self, other, strict=True)))


def share_of(hits: int, n: int) -> Interval:
    """A share with its score interval; of nothing, it may be anything."""
    if n == 0:
        return Interval(0.0, 0.0, 1.0)
    low, high = score_interval(np.array(hits / n), n)
    return Interval(hits / n, float(low), float(high))


def inside(points: pd.DataFrame, limits: Limits) -> Bools:
    """Which points lie inside."""
    found = np.ones(len(points), dtype=np.bool_)
    for name, (low, high) in limits.items():
        values = points[name].to_numpy(dtype=np.float64)
        found &= (values >= low) & (values <= high)
    return found


def count(points: pd.DataFrame, cases: Bools, limits: Limits) -> Counts:
    """How the box does on these points."""
    chosen = inside(points, limits)
    return Counts(int(chosen.sum()), int(cases[chosen].sum()), len(points), int(cases.sum()))


def quasi_p(points: pd.DataFrame, cases: Bools, limits: Limits) -> dict[str, float]:
    """For each restriction, the chance of a box as dense as this if it did nothing  (Bryant & Lempert 2010).

    One-sided binomial test against the density without that restriction. Quasi, because the same points chose the box.
    """
    return _quasi_p({name: inside(points, {name: ends}) for name, ends in limits.items()}, cases)


def _quasi_p(within: Mapping[str, Bools], cases: Bools) -> dict[str, float]:
    """The same from which points are within each restriction."""
    found = {}
    whole = np.logical_and.reduce(list(within.values()))
    n, hits = int(whole.sum()), int(cases[whole].sum())
    for name in within:
        others = np.logical_and.reduce([np.ones_like(whole), *(part for key, part in within.items() if key != name)])
        density = float(cases[others].mean()) if others.any() else 0.0
        found[name] = float(bdtrc(hits - 1, n, density)) if hits > 0 else 1.0
    return found


def pruned(points: pd.DataFrame, cases: Bools, limits: Limits, dimensions: int) -> dict[str, tuple[float, float]]:
    """The box with at most `dimensions` restrictions, each of which earns its place: the weakest go first."""
    within = {name: inside(points, {name: ends}) for name, ends in limits.items()}
    while within:
        p = _quasi_p(within, cases)
        weakest = max(p, key=lambda name: p[name])
        if len(within) <= dimensions and p[weakest] <= INSIGNIFICANT:
            break
        del within[weakest]
    return {name: limits[name] for name in within}


@dataclass(frozen=True, eq=False)
class Box:
    """A box and how well it does, on the points that chose it and on points held out.

    `limits` has a row a restriction: factor, label, unit, low, high (the box; infinite where open), least, most (what
    was sampled), quasi_p. `counts` are on all points; `held_out` adds up what boxes found without them did on each
    fold. `trajectory` has a row a step of the search: coverage, density, restrictions.
    """

    method: str
    ends: Limits
    limits: pd.DataFrame
    counts: Counts
    held_out: Counts
    trajectory: pd.DataFrame

    @property
    def found(self) -> bool:
        """Whether there is a box at all that picks out cases better than chance."""
        return bool(self.ends)

    @property
    def coverage(self) -> Interval:
        """Share of the cases inside."""
        return self.counts.coverage

    @property
    def density(self) -> Interval:
        """Share of cases among the points inside."""
        return self.counts.density

    @property
    def held_out_density(self) -> Interval:
        """The density that boxes found in the same way have on points that did not choose them."""
        return self.held_out.density

    @property
    def held_out_coverage(self) -> Interval:
        """The coverage that boxes found in the same way have on points that did not choose them."""
        return self.held_out.coverage

    @property
    def trusted(self) -> bool:
        """Whether boxes found in the same way beat the base rate on points held out, beyond doubt (95 %)."""
        return self.held_out.inside > 0 and self.held_out.density.low > self.base_rate

    @property
    def base_rate(self) -> float:
        """Share of cases among all points."""
        return self.counts.cases / self.counts.n

    def contains(self, points: pd.DataFrame) -> "pd.Series[bool]":
        """Which points lie inside."""
        return pd.Series(inside(points, self.ends), index=points.index, name="inside")

    def sentence(self, what: str = "it happens") -> str:
        """Where `what` is true, in plain words with sizes and intervals."""
        c = self.counts
        if not self.found:
            return (
                f"No box tells the {c.cases:,} worlds in which {what} from the other {c.n - c.cases:,} "
                f"better than chance would (n = {c.n:,} worlds)."
            )
        density, coverage, honest = (_percent(one) for one in (c.density, c.coverage, self.held_out.density))
        subject = what[:1].upper() + what[1:]
        text = (
            f"{subject} most often where {self.conditions()}: in {c.hits:,} of {c.inside:,} such worlds "
            f"(density {density}), which are {c.hits:,} of the {c.cases:,} worlds in which it does "
            f"(coverage {coverage}); in all it does in {c.cases:,} of {c.n:,} worlds ({self.base_rate * 100:.0f} %). "
        )
        if not self.trusted:
            return text + "Boxes found in the same way are no better than chance on worlds held out: do not trust it."
        return text + f"Boxes found in the same way have density {honest} on worlds held out."

    def conditions(self, meaning: bool = True) -> str:
        """The restrictions in words, with what each factor means if asked for."""
        return " and ".join(_condition(row, meaning) for row in records(self.limits))


def describe_limits(points: pd.DataFrame, cases: Bools, limits: Limits) -> pd.DataFrame:
    """The table of a box's restrictions, the surest first."""
    rows, p = [], quasi_p(points, cases, limits) if limits else {}
    for name, (low, high) in limits.items():
        found = describe_factor(name)
        least, most = float(points[name].min()), float(points[name].max())
        rows.append((name, found.label, found.unit, low, high, least, most, p[name]))
    columns = ["factor", "label", "unit", "low", "high", "least", "most", "quasi_p"]
    return pd.DataFrame(rows, columns=columns).sort_values("quasi_p", kind="stable", ignore_index=True)


def _condition(row: Any, meaning: bool) -> str:
    sampled = f"sampled {row.least:.3g} to {row.most:.3g}"
    notes = "; ".join(
        note for note in (describe_factor(row.factor).formula if meaning else "", row.unit, sampled) if note
    )
    if np.isfinite(row.low) and np.isfinite(row.high):
        return f"{named(row.factor)} is between {row.low:.3g} and {row.high:.3g} ({notes})"
    end = f"above {row.low:.3g}" if np.isfinite(row.low) else f"below {row.high:.3g}"
    return f"{named(row.factor)} is {end} ({notes})"


def _percent(found: Interval) -> str:
    mean, low, high = (f"{value * 100:.0f}" for value in found)
    return f"{mean} %, 95 % interval {low} to {high} %"


def folds(cases: Bools, parts: int, seed: int) -> list[Ints]:
    """Places of the points of each fold, cases spread evenly over them."""
    luck = np.random.default_rng(seed)
    order = np.concatenate([luck.permutation(np.flatnonzero(cases == kind)) for kind in (False, True)])
    return [order[part::parts] for part in range(parts)]
