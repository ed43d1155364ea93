"""In which worlds the best option is beaten, as a sentence and a figure, where there are worlds enough."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from greatpowers.experiments.report.figures import WIDTH, Drawn, drawn
from greatpowers.experiments.report.findings import GOALS, SAME, Verdict
from greatpowers.experiments.report.options import Bools, Study
from greatpowers.experiments.report.words import NOUNS
from greatpowers.presentation.svg import blank
from greatpowers.scenario.errors import GreatPowersError
from greatpowers.statistics.boxes import Box
from greatpowers.statistics.factors import varied_factors
from greatpowers.statistics.figures.discovery import draw_box
from greatpowers.statistics.scenario_discovery import LEAST_CASES, prim

FEWEST_WORLDS = 100


@dataclass(frozen=True)
class Discovered:
    """A paragraph, and a figure where there is a box."""

    text: str
    figure: Drawn | None


def discovered(study: Study, found: Verdict) -> Discovered | None:
    """The worlds in which another option does better than the best; None where worlds are few or nothing varies."""
    factors = varied_factors(study.worlds)
    if len(study.options) < 2 or len(study.worlds) < FEWEST_WORLDS or not factors or found.constant:
        return None
    cases, best = _beaten(study, found), study.options[found.best].label
    what = f"another one does better than {best} by {NOUNS[found.metric]}"
    hits = int(cases.sum())
    if min(hits, len(cases) - hits) < LEAST_CASES:
        text = f"{what[:1].upper()}{what[1:]} in {hits:,} of {len(cases):,} worlds, which leaves nothing to tell apart."
        return Discovered(text, None)
    try:
        box = prim(study.worlds, cases, factors)
    except GreatPowersError as error:  # the library that looks for boxes is not installed
        return Discovered(f"In which worlds {what} was not looked for: {error}", None)
    return Discovered(box.sentence(what), _figure(study.worlds, cases, box, what) if box.trusted else None)


def _beaten(study: Study, found: Verdict) -> Bools:
    means = study.values[found.metric].mean(axis=2)
    gains = means if GOALS[found.metric] else -means
    others = np.delete(gains, found.best, axis=0).max(axis=0)
    beaten: Bools = others > gains[found.best] + SAME
    return beaten


def _figure(worlds: pd.DataFrame, cases: Bools, box: Box, what: str) -> Drawn:
    figure = blank(WIDTH, 4.4)
    draw_box(figure, worlds, cases, box)
    caption = f"Each mark is a world. Diamonds: {what}. The frame is the box of the sentence above, found by PRIM."
    return drawn("box", "Where the answer changes", figure, caption)
