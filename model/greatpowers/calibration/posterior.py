"""The posterior: drawn with the emulators, played with the model, and filtered by what the model really gave.

Filtered rather than weighted: figures of a few histories are noisy, and weights by them would leave one lucky draw. The
emulator's prediction for a draw and the draw's own figures are put together, each by its variance; a draw that this
rules out, by the rule and the cut-off of the last wave, is dropped. Where the emulator was sure and right nothing
changes, where it was unsure the model decides. If that leaves less than half, no parameters near these meet enough of
the facts; then the half of least misfit is kept, and it is said.
"""

from typing import NamedTuple

import numpy as np

from greatpowers.calibration.history_matching import Match, largest, misfit
from greatpowers.calibration.learning import Evidence
from greatpowers.calibration.problem import CENTRES
from greatpowers.calibration.slice_sampling import Chains, chains, frame_around, joined, tempered
from greatpowers.core.declare import Floats, Ints

POPULATION = 128
"""Points that are moved together to find what is not ruled out."""

CHAINS = 64
STEPS, THIN = 240, 6
"""Moves of a chain in one block, and how many of them lie between states that are kept."""

MOST_BLOCKS, MIXED = 8, 1.05
"""Blocks are added until the worst split R-hat of all parameters is below this, or there are that many."""

FEWEST_KEPT = 0.5
"""Share of the draws that is kept at least, those that fit best: a model that cannot meet every fact keeps some too."""

NO_IDEA = 1e12
"""Variance of a prediction that nobody made."""

NEAREST = 0.5
"""Share of the draws, those nearest to the median, among which the centre is looked for."""


def sample(match: Match, luck: np.random.Generator) -> Chains:
    """States of the emulated posterior, from chains that run until they have mixed or reached their longest length.

    Two blocks find the form of the posterior; those that follow move around it, and only they are kept.
    """
    start = tempered(match.log_likelihood, CHAINS, match.emulators.points.shape[1], luck)
    early = chains(match.log_likelihood, start, STEPS // 4, THIN, luck)
    late = chains(match.log_likelihood, early.states[-1], STEPS, THIN, luck, frame_around(early.points))
    frame = frame_around(late.points)
    sampled = chains(match.log_likelihood, late.states[-1], STEPS, THIN, luck, frame)
    for _ in range(MOST_BLOCKS - 1):
        if sampled.rhat < MIXED:
            break
        sampled = joined(sampled, chains(match.log_likelihood, sampled.states[-1], STEPS, THIN, luck, frame))
    return sampled


def evenly(points: Floats, size: int) -> Floats:
    """So many of the points, evenly spread over their order."""
    return points[np.linspace(0, len(points) - 1, size).round().astype(np.int64)]


class Filtered(NamedTuple):
    """Draws that were kept, in order, and of every draw: the implausibility it was judged by, and its misfit."""

    kept: Ints
    implausibility: Floats
    misfit: Floats
    relaxed: bool


def filtered(match: Match, drawn: Evidence, noise: Floats, level: float) -> Filtered:
    """Which draws their own figures do not rule out; `noise` is the variance of luck by fact, `level` the cut-off."""
    mean, variance = match.emulators.predict(drawn.at)
    columns = [
        aim.deviation(*_together(mean[:, k], variance[:, k], drawn.on_scale[:, k], noise[k]))
        for k, aim in enumerate(match.aims)
    ]
    far = largest(np.column_stack(columns), match.misses)
    real = misfit(drawn.deviations(noise), match.tails)
    kept = np.flatnonzero(far <= level)
    fewest = int(np.ceil(FEWEST_KEPT * len(far)))
    if kept.size >= fewest:
        return Filtered(kept, far, real, False)
    return Filtered(np.sort(np.argsort(real, kind="stable")[:fewest]), far, real, True)


def _together(mean: Floats, variance: Floats, figure: Floats, noise: float) -> tuple[Floats, Floats]:
    """Prediction and figure as one estimate with its variance, weighted by how sure each is; either may be missing."""
    there, measured = np.isfinite(mean), np.isfinite(figure)
    unsure = np.where(there, variance, NO_IDEA)
    share = np.where(measured, unsure / (unsure + noise), 0.0)
    base = np.where(there, mean, 0.0)
    return base + share * (np.where(measured, figure, 0.0) - base), (1 - share) * unsure


def centres(at: Floats, unfit: Floats) -> Floats:
    """Candidates for the centre, from draws [n, d] and their misfits [n]: [CENTRES, d].

    The median, the mean, the draws of least misfit among those nearest to the median, and points halfway between these
    and the median.
    """
    median, mean = np.median(at, axis=0), at.mean(axis=0)
    spread = np.maximum(at.std(axis=0), 1e-9)
    distance = (((at - median) / spread) ** 2).sum(axis=1)
    near = np.argsort(distance, kind="stable")[: max(1, int(np.ceil(NEAREST * len(at))))]
    best = at[near[np.argsort(unfit[near], kind="stable")]]
    best = best[np.arange((CENTRES - 2) // 2) % len(best)]
    return np.vstack([median, mean, best, (best + median) / 2])
