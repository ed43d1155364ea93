"""Measures of robustness: what to make of one policy's outcomes over many worlds  (McPhail et al. 2018).

Each takes the outcomes of all policies and gives one number a policy. They differ in how much they fear the worst
world, and in whether a policy is held to itself, to the best of each world (regret) or to a threshold.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import numpy as np

from greatpowers.core.declare import Floats


@dataclass(frozen=True, eq=False)
class Gains:
    """Outcomes `values` [policies, worlds, seeds] in the metric's unit, whether more is better, and what satisfies."""

    values: Floats
    more: bool
    threshold: float

    @property
    def sign(self) -> float:
        """1 where more is better, else -1: what makes a gain of an outcome, and an outcome of a gain."""
        return 1.0 if self.more else -1.0

    @cached_property
    def worlds(self) -> Floats:
        """Mean over seeds, [policies, worlds]."""
        found: Floats = self.values.mean(axis=2)
        return found

    @cached_property
    def gains(self) -> Floats:
        """The same with more always better."""
        found: Floats = self.sign * self.worlds
        return found

    @cached_property
    def regret(self) -> Floats:
        """Distance from the best policy of each world, [policies, worlds]."""
        found: Floats = self.gains.max(axis=0) - self.gains
        return found


def maximin(found: Gains) -> Floats:
    """Outcome in the worst world  (Wald 1950)."""
    worst: Floats = found.sign * found.gains.min(axis=1)
    return worst


def hurwicz(found: Gains) -> Floats:
    """Halfway between worst and best world  (Hurwicz 1951, optimism .5)."""
    middle: Floats = found.sign * (found.gains.min(axis=1) + found.gains.max(axis=1)) / 2
    return middle


def laplace(found: Gains) -> Floats:
    """Mean over worlds  (Laplace's principle of insufficient reason)."""
    means: Floats = found.worlds.mean(axis=1)
    return means


def minimax_regret(found: Gains) -> Floats:
    """Largest regret in any world  (Savage 1951)."""
    worst: Floats = found.regret.max(axis=1)
    return worst


def regret_90(found: Gains) -> Floats:
    """Regret that nine worlds in ten stay below  (Kasprzyk et al. 2013)."""
    bound: Floats = np.quantile(found.regret, 0.9, axis=1)
    return bound


def mean_variance(found: Gains) -> Floats:
    """Mean and spread over worlds in one: (m + 1)(s + 1) where less is better, (m + 1)/(s + 1) where more is.

    (Hamarat et al. 2014)
    """
    mean, spread = found.worlds.mean(axis=1), found.worlds.std(axis=1)
    combined: Floats = (mean + 1) / (spread + 1) if found.more else (mean + 1) * (spread + 1)
    return combined


def undesirable_deviations(found: Gains) -> Floats:
    """Mean distance below the policy's own middle world, in the worlds below it  (Kwakkel, Eker & Pruyt 2016)."""
    short = np.maximum(0.0, np.median(found.gains, axis=1, keepdims=True) - found.gains)
    mean: Floats = short.sum(axis=1) / np.maximum(1, (short > 0).sum(axis=1))
    return mean


def satisficing(found: Gains) -> Floats:
    """Share of single histories that reach the threshold  (Simon 1956)."""
    reached: Floats = (found.sign * found.values >= found.sign * found.threshold).mean(axis=(1, 2))
    return reached


def starr_domain(found: Gains) -> Floats:
    """Share of worlds whose mean reaches the threshold  (Starr 1963)."""
    reached: Floats = (found.gains >= found.sign * found.threshold).mean(axis=1)
    return reached


Kind = Literal["outcome", "distance", "share", "combined"]


@dataclass(frozen=True)
class Measure:
    """A measure: its name for people, where it comes from, what kind of number it gives, and how it is computed.

    Kinds: `outcome` and `combined` are better the way the metric is, `distance` is better low, `share` high.
    """

    label: str
    source: str
    kind: Kind
    compute: Callable[[Gains], Floats]

    @property
    def meaning(self) -> str:
        """What it says, in a sentence."""
        return (self.compute.__doc__ or "").split("  (")[0].strip().rstrip(".")

    @property
    def phrase(self) -> str:
        """Its name within a sentence."""
        return self.label if self.label.startswith("Starr") else self.label[:1].lower() + self.label[1:]

    def more(self, metric_more: bool) -> bool:
        """Whether more of the measure is more robust."""
        return metric_more if self.kind in ("outcome", "combined") else self.kind == "share"

    def unit(self, metric_unit: str) -> str:
        """Unit of the measure for a metric of this unit."""
        return {"share": "share in [0, 1]", "combined": "index"}.get(self.kind, metric_unit)


MEASURES = {
    "maximin": Measure("Worst world", "Wald 1950", "outcome", maximin),
    "hurwicz": Measure("Worst and best", "Hurwicz 1951", "outcome", hurwicz),
    "laplace": Measure("Mean", "Laplace", "outcome", laplace),
    "minimax_regret": Measure("Largest regret", "Savage 1951", "distance", minimax_regret),
    "regret_90": Measure("90th percentile regret", "Kasprzyk et al. 2013", "distance", regret_90),
    "mean_variance": Measure("Mean-variance", "Hamarat et al. 2014", "combined", mean_variance),
    "undesirable_deviations": Measure(
        "Undesirable deviations", "Kwakkel, Eker & Pruyt 2016", "distance", undesirable_deviations
    ),
    "satisficing": Measure("Satisficing histories", "Simon 1956", "share", satisficing),
    "starr_domain": Measure("Starr's domain", "Starr 1963", "share", starr_domain),
}
"""Measures of robustness, by name."""
