"""History matching: which parameters the facts rule out, and how likely they make those that are left.

A point is ruled out if, for more facts than may be missed, the emulated figure lies further from the record than the
cut-off, in s.d. of everything that can be wrong: the record, the model's own error, and the emulator  (implausibility:
Craig et al. 1997; Vernon, Goldstein & Bower 2010). Three of them leave 95 % of any distribution with one peak
(Pukelsheim 1994).
"""

from collections.abc import Sequence
from dataclasses import dataclass

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
