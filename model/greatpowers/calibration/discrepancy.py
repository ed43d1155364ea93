"""Discrepancy model of a fact: scale of comparison, target value on it, and standard deviation of the error.

Rates, ratios and lengths are compared by their logarithm, shares by their log-odds, slopes, log-odds, correlations and
growth as they are. The error of the record is half its 95 % interval, over 1.96, on that scale and for each side by
itself, so that 1.96 of them are the end of the interval; a quarter of the value where the record gives none; and
nothing on a side that is left open. The model's own error (discrepancy) is a share of the value  (Kennedy & O'Hagan
2001). A tenth of the value is added before a logarithm is taken, so that none counted in a short history is a low
figure and not minus infinity.
"""

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np

from greatpowers.core.declare import Floats
from greatpowers.validation.facts import CLOSE, Target

Kind = Literal["plain", "log", "logit"]

LOG_UNITS = frozenset({
    "per 1000 state-years", "per 100 state-years", "per state-year", "per dyad-year", "per decade", "ratio", "days",
    "years", "% of GDP", "log points", "battle deaths",
})  # fmt: skip
LOGIT_UNITS = frozenset({"fraction", "index 0-1"})
PLAIN_UNITS = frozenset({"slope", "log-odds", "log-odds per log ratio", "correlation", "percentage points per year",
    "log skill",
})  # fmt: skip

NORMAL_95 = 1.96
START = 0.1
"""What is added to a figure before its logarithm is taken, as a share of the record's value."""

NARROWEST_SIDE = 0.25
"""Least error of one side of an interval, as a share of the other side's."""


@dataclass(frozen=True)
class Aim:
    """One fact on its scale: value, s.d. below and above it (infinite where open), the model's own error, and shift."""

    fact: Target
    kind: Kind
    value: float
    below: float
    above: float
    discrepancy: float
    shift: float

    @property
    def id(self) -> str:
        """The fact."""
        return self.fact.id

    @property
    def error(self) -> float:
        """Typical s.d.: the record's and the model's own together, the sides' mean."""
        sides = [side for side in (self.below, self.above) if math.isfinite(side)]
        return math.hypot(sum(sides) / len(sides), self.discrepancy)

    def on_scale(self, figures: Floats) -> Floats:
        """Figures on the scale they are compared on, of any shape; NaN where there is none."""
        finite = np.where(np.isfinite(figures), figures, math.nan)
        return _onto(finite, self.kind, self.shift)

    def deviation(self, at: Floats, variance: Floats | float) -> Floats:
        """How many s.d. figures on the scale lie from the record, with their own variance counted in; signed."""
        off = at - self.value
        side = np.where(off < 0, self.below, self.above)
        with np.errstate(invalid="ignore"):
            found: Floats = off / np.sqrt(side**2 + self.discrepancy**2 + variance)
        return found

    def spread(self, variance: Floats | float) -> Floats:
        """Width of the likelihood at this variance of the figure: the s.d. of all errors together."""
        found: Floats = np.sqrt(self.error**2 + np.asarray(variance))
        return found


def aim_of(fact: Target, discrepancy: float) -> Aim:
    """What a fact asks for; `discrepancy` is the model's own error as a share of the value."""
    kind = kind_of(fact)
    shift = START * (min(fact.value, 1 - fact.value) if kind == "logit" else fact.value if kind == "log" else 0.0)
    low, high = _bounds(fact)
    value, bottom, top = _onto(np.array([fact.value, low, high]), kind, shift).tolist()
    below, above = _sides((value - bottom) / NORMAL_95, (top - value) / NORMAL_95)
    own = discrepancy * abs(fact.value) * _slope(fact.value, kind, shift)
    return Aim(fact, kind, value, below, above, own, shift)


def kind_of(fact: Target) -> Kind:
    """The scale of a fact, by its unit; what lies on the edge of a scale is compared as it is."""
    if fact.unit in LOGIT_UNITS:
        return "logit" if 0 < fact.value < 1 else "plain"
    return "log" if fact.unit in LOG_UNITS and fact.value > 0 else "plain"


def _bounds(fact: Target) -> tuple[float, float]:
    """The record's error; a quarter of the value to both sides where it gives none, or a spread only."""
    if fact.has_error:
        return fact.low, fact.high
    width = CLOSE * abs(fact.value)
    return fact.value - width, fact.value + width


def _sides(below: float, above: float) -> tuple[float, float]:
    """S.d. to both sides: infinite where the bound is open, and none much narrower than the other."""
    if math.isnan(below) or math.isnan(above):
        return (math.inf if math.isnan(below) else below), (math.inf if math.isnan(above) else above)
    widest = max(below, above)
    return max(below, NARROWEST_SIDE * widest), max(above, NARROWEST_SIDE * widest)


def _onto(x: Floats, kind: Kind, shift: float) -> Floats:
    if kind == "log":
        found: Floats = np.log(np.maximum(x, 0.0) + shift)
    elif kind == "logit":
        inside = (np.clip(x, 0.0, 1.0) + shift) / (1 + 2 * shift)
        found = np.log(inside) - np.log1p(-inside)
    else:
        found = x
    return found


def _slope(x: float, kind: Kind, shift: float) -> float:
    """Derivative of the scale."""
    if kind == "log":
        return 1 / (x + shift)
    if kind == "logit":
        inside = (x + shift) / (1 + 2 * shift)
        return 1 / (inside * (1 - inside) * (1 + 2 * shift))
    return 1.0
