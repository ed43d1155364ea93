"""History matching: which parameters the facts rule out, and how likely they make those that are left.

Also what the facts say of each parameter: how much narrower it is, which facts inform it, what goes together.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.special import gammaln

from greatpowers.calibration.discrepancy import Aim
from greatpowers.calibration.emulator import Emulators
from greatpowers.core.declare import Floats

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
        found: Floats = np.zeros(len(at))
        for k in self.used:
            aim = self.aims[k]
            found += log_density(aim.deviation(mean[:, k], variance[:, k]), self.tails)
            found -= np.log(aim.spread(variance[:, k]))
        return found


def largest(deviations: Floats, passed_over: int) -> Floats:
    """The largest deviation in each row after the `passed_over` largest; 0 if no more are left: [points]."""
    if passed_over >= deviations.shape[1]:
        return np.zeros(len(deviations))
    found: Floats = np.sort(np.abs(deviations), axis=1)[:, -1 - passed_over]
    return found


def log_density(deviations: Floats, tails: float) -> Floats:
    """Log density of Student's t at these deviations, the normal's as `tails` grows; any shape.

    With few degrees of freedom a fact that the model cannot meet at all costs about the same everywhere, and leaves the
    others to decide  (O'Hagan & Pericchi 2012).
    """
    constant = gammaln((tails + 1) / 2) - gammaln(tails / 2) - np.log(tails * np.pi) / 2
    found: Floats = constant - (tails + 1) / 2 * np.log1p(deviations**2 / tails)
    return found


def misfit(deviations: Floats, tails: float) -> Floats:
    """How badly figures fit: -2 log density of all facts together, 0 where all are met: [points]."""
    at_best = log_density(np.zeros(1), tails)[0]
    found: Floats = -2 * (log_density(deviations, tails) - at_best).sum(axis=1)
    return found


def ruling_out(deviations: Floats) -> Floats:
    """Share of points that each fact alone rules out: [facts]."""
    found: Floats = (np.abs(deviations) > CUT_OFF).mean(axis=0)
    return found


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
    found = np.asarray(np.corrcoef(states.T))
    above = np.array(np.triu_indices(len(names), 1)).T
    strength = np.array([found[i, j] for i, j in above])
    chosen = np.argsort(-np.abs(strength), kind="stable")[:PAIRS]
    return [
        {"one": names[above[k, 0]], "other": names[above[k, 1]], "correlation": round(float(strength[k]), 4)}
        for k in chosen
    ]
