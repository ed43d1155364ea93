"""What the model really gave at points that were played, held against the record."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from greatpowers.calibration.checkpoint import Played, figures, places, replicates
from greatpowers.calibration.discrepancy import Aim
from greatpowers.calibration.history_matching import CUT_OFF
from greatpowers.core.declare import Floats


@dataclass(frozen=True, eq=False)
class Evidence:
    """Figures of some facts at some points, and nothing of any other fact."""

    aims: tuple[Aim, ...]
    points: tuple[Played, ...]

    @cached_property
    def at(self) -> Floats:
        """Where the points lie: [points, parameters]."""
        return places(self.points)

    @cached_property
    def on_scale(self) -> Floats:
        """Figures on the facts' scales, NaN where there was nothing to measure: [points, facts]."""
        return np.column_stack([aim.on_scale(figures(self.points, aim.id)) for aim in self.aims])

    @cached_property
    def noise(self) -> Floats:
        """Variance of the figures that is luck, on the facts' scales, from how replicates differ: [facts].

        Pooled over all points, since a few replicates of one point say next to nothing; a bootstrap of two histories
        would give half of it. NaN with a single history a point.
        """
        return np.array([_noise(aim, self.points) for aim in self.aims])

    def deviations(self, noise: Floats) -> Floats:
        """S.d. between figure and record with this variance of luck; what has no figure counts as at the cut-off.

        Shape [points, facts].
        """
        columns = [aim.deviation(self.on_scale[:, k], noise[k]) for k, aim in enumerate(self.aims)]
        found = np.column_stack(columns)
        return np.where(np.isfinite(found), found, CUT_OFF)


def evidence(aims: Sequence[Aim], points: Sequence[Played]) -> Evidence:
    """The figures of these facts at these points."""
    return Evidence(tuple(aims), tuple(points))


def _noise(aim: Aim, points: Sequence[Played]) -> float:
    """Mean over points of the variance among replicates, over their number; NaN if there is none."""
    found = aim.on_scale(replicates(points, aim.id))
    count = np.isfinite(found).sum(axis=1)
    chosen = found[count >= 2]
    if not len(chosen):
        return math.nan
    return float(np.nanvar(chosen, axis=1, ddof=1).mean() / found.shape[1])
