"""The commands that play the worlds of the record, on small worlds in their place: a second instead of minutes."""

from functools import partial
from typing import Any

import brief_chains

import greatpowers.calibration.run
import greatpowers.validation.scorecard
from greatpowers import synthetic
from greatpowers.calibration.problem import record_problem
from greatpowers.validation.measures.registry import MEASURES
from greatpowers.validation.play import EraWorld, Stretch

SMALL = synthetic(states=6, seed=3)
WORLDS = tuple(
    EraWorld(name, (Stretch(SMALL, 3),), "containment", 2, 2, "a small world")
    for name in dict.fromkeys(name for measure in MEASURES.values() for name in measure.worlds)
)


RESAMPLES = 40
"""Of the histories that the scorecard measures: a tenth of the package's, since each fits lengths by search."""


def small_problem(**more: Any) -> Any:
    """What `greatpowers calibrate` fits, on one small world: to every fact of it belongs an emulator."""
    return record_problem(WORLDS[:1], **more)


def use() -> None:
    """Let the commands of this process play them, and move few points briefly."""
    greatpowers.calibration.run.record_problem = small_problem
    brief_chains.use()
    scorecard: Any = greatpowers.validation.scorecard
    scorecard.score = partial(scorecard.score, worlds=WORLDS, resamples=RESAMPLES)
