"""From points that were played to emulators held against the record, and to what is said of both."""

import math
from collections.abc import Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from greatpowers.calibration.checkpoint import EvaluatedPoint, figures, places, replicates
from greatpowers.calibration.emulator import Accuracy, Emulator, Emulators, accuracy, condition, shape_of
from greatpowers.calibration.history_matching import CUT_OFF, Aim, Match, ruling_out
from greatpowers.calibration.problem import Priors
from greatpowers.calibration.slice_sampling import hypercube
from greatpowers.core.declare import Floats
from greatpowers.simulation.ensemble import run_jobs


@dataclass(frozen=True, eq=False)
class Evidence:
    """Figures of some facts at some points, and nothing of any other fact."""

    aims: Sequence[Aim]
    points: Sequence[EvaluatedPoint]

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
        deviations = np.column_stack(columns)
        return np.where(np.isfinite(deviations), deviations, CUT_OFF)


def _noise(aim: Aim, points: Sequence[EvaluatedPoint]) -> float:
    """Mean over points of the variance among replicates, over their number; NaN if there is none."""
    scaled = aim.on_scale(replicates(points, aim.id))
    count = np.isfinite(scaled).sum(axis=1)
    chosen = scaled[count >= 2]
    if not len(chosen):
        return math.nan
    return float(np.nanvar(chosen, axis=1, ddof=1).mean() / scaled.shape[1])


HELD_OUT = 5
"""Every fifth point is held out, to see how well the others predict it."""

SCATTERED = 4096
"""Points of the cube on which facts are asked how much they rule out."""


@dataclass(frozen=True, eq=False)
class Learnt:
    """Emulators of all points, held against the record, and how those of four fifths did on the rest, fact by fact."""

    match: Match
    accuracies: tuple[Accuracy | None, ...]


def learn(seen: Evidence, priors: Priors, workers: int | None, crew: Executor | None = None) -> Learnt:
    """Learn every fact; equal whatever the number of workers, and whether a crew shares predictions or not."""
    learnt: list[tuple[Emulator | None, Accuracy | None]] = [(None, None)] * len(seen.aims)

    def work(number: int) -> None:
        learnt[number] = _learn_fact(seen.at, seen.on_scale[:, number])

    run_jobs(len(seen.aims), work, workers, None)
    emulators = Emulators(seen.at, tuple(emulator for emulator, _ in learnt), crew)
    match = Match(seen.aims, emulators, priors.table.misses, priors.table.tails)
    return Learnt(match, tuple(how for _, how in learnt))


def _learn_fact(at: Floats, figures: Floats) -> tuple[Emulator | None, Accuracy | None]:
    """The emulator of a fact: its shape from four fifths of the points, then conditioned on all."""
    held = np.arange(len(at)) % HELD_OUT == HELD_OUT - 1
    shape = shape_of(at[~held], figures[~held])
    if shape is None:
        return None, None
    trial = condition(at[~held], figures[~held], shape)
    mean, variance = Emulators(at[~held], (trial,)).predict(at[held])
    how = accuracy(mean[:, 0], variance[:, 0], trial.noise, figures[held])
    return condition(at, figures, shape), how


def report(learnt: Learnt, share: float, level: float, luck: np.random.Generator) -> dict[str, Any]:
    """What a wave showed, as plain data: what is left of the cube, which facts rule out most, how emulators did."""
    match = learnt.match
    scattered = hypercube(SCATTERED, match.emulators.points.shape[1], luck)
    ruled = ruling_out(match.deviations(scattered))
    names = [match.aims[k].id for k in match.used]
    return {
        "points": len(match.emulators.points),
        "share_left": share,
        "cut_off": level,
        "ruled_out_by": dict(zip(names, (round(float(x), 6) for x in ruled), strict=True)),
        "accuracy": {name: _rounded(learnt.accuracies[k]) for name, k in zip(names, match.used, strict=True)},
        "not_emulated": [aim.id for k, aim in enumerate(match.aims) if k not in match.used],
    }


def _rounded(how: Accuracy | None) -> Mapping[str, float]:
    return {} if how is None else {name: round(value, 6) for name, value in how._asdict().items()}


def middle(reported: Mapping[str, Any], name: str) -> float:
    """The median over facts of one figure of accuracy."""
    values: Sequence[float] = [how[name] for how in reported["accuracy"].values() if how.get(name) is not None]
    return float(np.median(values)) if values else float("nan")
