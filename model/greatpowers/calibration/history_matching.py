"""History matching: which parameters the facts rule out, and how likely they make those that are left.

Also what the facts say of each parameter: how much narrower it is, which facts inform it, what goes together.

The discrepancy of a fact: rates, ratios and lengths are compared by their logarithm, shares by their log-odds, slopes,
log-odds, correlations and growth as they are. The error of the record is half its 95% interval, over 1.96, on that
scale and for each side by itself, so that 1.96 of them are the end of the interval; a quarter of the value where the
record gives none; and nothing on a side that is left open. The model's own error (discrepancy) is a share of the value
(Kennedy & O'Hagan 2001). A tenth of the value is added before a logarithm is taken, so that none counted in a short
history is a low figure and not minus infinity.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from scipy.special import gammaln

from greatpowers.calibration.emulator import Emulators
from greatpowers.core.declare import Floats
from greatpowers.validation.facts import CLOSE, Target

Kind = Literal["plain", "log", "logit"]

LOG_UNITS = frozenset({
    "per 1000 state-years", "per 100 state-years", "per state-year", "per dyad-year", "per decade", "ratio", "days",
    "years", "% of GDP", "log points", "battle deaths",
})  # fmt: skip
LOGIT_UNITS = frozenset({"fraction", "index 0-1"})

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
            deviation: Floats = off / np.sqrt(side**2 + self.discrepancy**2 + variance)
        return deviation

    def spread(self, variance: Floats | float) -> Floats:
        """Width of the likelihood at this variance of the figure: the s.d. of all errors together."""
        return np.sqrt(self.error**2 + np.asarray(variance))


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
        scaled: Floats = np.log(np.maximum(x, 0.0) + shift)
    elif kind == "logit":
        inside = (np.clip(x, 0.0, 1.0) + shift) / (1 + 2 * shift)
        scaled = np.log(inside) - np.log1p(-inside)
    else:
        scaled = x
    return scaled


def _slope(x: float, kind: Kind, shift: float) -> float:
    """Derivative of the scale."""
    if kind == "log":
        return 1 / (x + shift)
    if kind == "logit":
        inside = (x + shift) / (1 + 2 * shift)
        return 1 / (inside * (1 - inside) * (1 + 2 * shift))
    return 1.0


CUT_OFF = 3.0


@dataclass(frozen=True, eq=False)
class Match:
    """Emulated facts held against the record: `aims` in the order of the emulators' facts."""

    aims: Sequence[Aim]
    emulators: Emulators
    misses: int
    tails: float

    @property
    def used(self) -> list[int]:
        """Which facts count: those that could be emulated."""
        return self.emulators.usable

    def deviations(self, at: Floats) -> Floats:
        """S.d. between figure and record, by fact: [points, used facts]."""
        mean, variance = self.emulators.predict(at)
        return np.column_stack([self.aims[k].deviation(mean[:, k], variance[:, k]) for k in self.used])

    def implausibility(self, at: Floats) -> Floats:
        """The largest deviation that counts, once as many facts as may be missed are passed over: [points]."""
        return largest(self.deviations(at), self.misses)

    def log_likelihood(self, at: Floats) -> Floats:
        """Log likelihood of points, up to a constant: [points]."""
        mean, variance = self.emulators.predict(at)
        total: Floats = np.zeros(len(at))
        for k in self.used:
            aim = self.aims[k]
            total += log_density(aim.deviation(mean[:, k], variance[:, k]), self.tails)
            total -= np.log(aim.spread(variance[:, k]))
        return total


def largest(deviations: Floats, passed_over: int) -> Floats:
    """The largest deviation in each row after the `passed_over` largest; 0 if no more are left: [points]."""
    if passed_over >= deviations.shape[1]:
        return np.zeros(len(deviations))
    return np.sort(np.abs(deviations), axis=1)[:, -1 - passed_over]


def log_density(deviations: Floats, tails: float) -> Floats:
    """Log density of Student's t at these deviations, the normal's as `tails` grows; any shape.

    With few degrees of freedom a fact that the model cannot meet at all costs about the same everywhere, and leaves the
    others to decide  (O'Hagan & Pericchi 2012).
    """
    constant = gammaln((tails + 1) / 2) - gammaln(tails / 2) - np.log(tails * np.pi) / 2
    density: Floats = constant - (tails + 1) / 2 * np.log1p(deviations**2 / tails)
    return density


def misfit(deviations: Floats, tails: float) -> Floats:
    """How badly figures fit: -2 log density of all facts together, 0 where all are met: [points]."""
    at_best = log_density(np.zeros(1), tails)[0]
    total: Floats = -2 * (log_density(deviations, tails) - at_best).sum(axis=1)
    return total


def ruling_out(deviations: Floats) -> Floats:
    """Share of points that each fact alone rules out: [facts]."""
    shares: Floats = (np.abs(deviations) > CUT_OFF).mean(axis=0)
    return shares


UNIFORM_SD = 12**-0.5
PROBES = 48
"""States of the posterior at which parameters are moved, to see which facts follow."""

LOW, HIGH = 0.1, 0.9
"""How far a parameter is moved: over the middle four fifths of its prior."""

UNMOVED = 0.9
"""Ratio of widths above which the facts count as having left a parameter where the prior put it."""

INFORMING, PAIRS = 3, 12
"""Facts named for each parameter, and pairs of parameters named."""


def identifiability(match: Match, names: Sequence[str], states: Floats) -> dict[str, Any]:
    """What is known of each parameter, from states of the emulated posterior [n, parameters], as plain data.

    `width` is the posterior's s.d. over the prior's, on the prior's scale; `facts` are those that move most, in their
    own s.d., when the parameter goes over most of its prior and the others stay as the posterior has them.
    """
    widths = states.std(axis=0) / UNIFORM_SD
    moves = sensitivity(match, states[:: max(1, len(states) // PROBES)][:PROBES])
    facts = [match.aims[k].id for k in match.used]
    return {
        "parameters": {
            name: {"width": round(float(widths[k]), 4), "facts": _most(facts, moves[k])} for k, name in enumerate(names)
        },
        "unmoved": [name for name, width in zip(names, widths, strict=True) if width > UNMOVED],
        "correlations": _correlations(names, states),
    }


def _most(facts: Sequence[str], moves: Floats) -> dict[str, float]:
    chosen = np.argsort(-np.abs(moves), kind="stable")[:INFORMING]
    return {facts[k]: round(float(moves[k]), 4) for k in chosen}


def sensitivity(match: Match, states: Floats) -> Floats:
    """How far each fact moves when each parameter does, on average, in s.d. of the fact: [parameters, facts]."""
    errors = np.array([match.aims[k].error for k in match.used])
    rows = []
    for parameter in range(states.shape[1]):
        low, high = states.copy(), states.copy()
        low[:, parameter], high[:, parameter] = LOW, HIGH
        moved = match.emulators.means(high) - match.emulators.means(low)
        rows.append(moved[:, match.used].mean(axis=0) / errors)
    return np.array(rows)


def _correlations(names: Sequence[str], states: Floats) -> list[dict[str, Any]]:
    """The pairs of parameters that go together most in the posterior."""
    if len(names) < 2:
        return []
    correlations = np.asarray(np.corrcoef(states.T))
    above = np.array(np.triu_indices(len(names), 1)).T
    strength = np.array([correlations[i, j] for i, j in above])
    chosen = np.argsort(-np.abs(strength), kind="stable")[:PAIRS]
    return [
        {"one": names[above[k, 0]], "other": names[above[k, 1]], "correlation": round(float(strength[k]), 4)}
        for k in chosen
    ]
