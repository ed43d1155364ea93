"""Other people's results, asked of the same histories: what was found, by whom, and what the model says.

Most are facts of the scorecard or measures beside them. One needs worlds of its own: Cusack and Stoll's question of
what collective security does for the system and for those who practise it.
"""

import math
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Literal, NamedTuple

import numpy as np
import pandas as pd

from greatpowers.core.declare import Floats
from greatpowers.scenario.load import parse_toml, synthetic
from greatpowers.simulation.ensemble import Progress, ensemble, run_jobs
from greatpowers.validation.measures.registry import OTHER_MEASURES
from greatpowers.validation.play import RESAMPLES, Estimate, Rows, estimated, figures_of

WORLDS, SEEDS, ROUNDS = 8, 10, 80
"""Generated worlds, matched histories of each, and rounds of a history, for Cusack and Stoll."""

COLLECTIVE, NOBODY = "collective-security", "laissez-faire"
BROAD_OVER_NARROW = 4.1
"""Growth lost to sanctions of the United Nations over that lost to those of the United States alone: 2.9 / 0.7."""


Agreement = Literal["same", "different", "unmeasured"]
"""The model says the same as a published result; it does not; it gives no figure to tell by."""

AGREEMENTS: dict[Agreement, str] = {"same": "same", "different": "not the same", "unmeasured": "nothing to measure"}


class Replication(NamedTuple):
    """What the model says of a published result: its figures, by name, and whether it says the same.

    `test` says, in words, when `same` holds.
    """

    claim: str
    found: str
    source: str
    figures: dict[str, Estimate]
    same: bool
    test: str

    @property
    def verdict(self) -> Agreement:
        """Whether it says the same, or has no figure to tell by."""
        if any(not math.isfinite(figure.value) for figure in self.figures.values()):
            return "unmeasured"
        return "same" if self.same else "different"


class PublishedResult(NamedTuple):
    """What others found, and how the model is asked for it.

    `measures` names facts of the scorecard, measures beside them, and changes by collective security, under the names
    of the figures; `same` takes these figures in their order, and `test` says in words when it holds.
    """

    claim: str
    found: str
    source: str
    measures: Mapping[str, str]
    same: Callable[..., bool]
    test: str

    def answer(self, known: Mapping[str, Estimate]) -> Replication:
        """The model's answer, from figures by what they measure."""
        figures = {name: known[measure] for name, measure in self.measures.items()}
        return Replication(self.claim, self.found, self.source, figures, self.same(*figures.values()), self.test)


def answers(
    rows: Rows, facts: Mapping[str, Estimate], security: Mapping[str, Estimate], resamples: int = RESAMPLES
) -> list[Replication]:
    """Every published result with the model's answer."""
    beside = {name: estimated(figures_of(measure, rows, name, resamples)) for name, measure in OTHER_MEASURES.items()}
    return [result.answer({**facts, **beside, **security}) for result in PUBLISHED]


def collective_security(
    parameters: Mapping[str, float] | None = None, workers: int | None = None, progress: Progress | None = None
) -> dict[str, Estimate]:
    """Changes that collective security brings where half of twenty states maximize power, a generated world the unit.

    Wars begun and order at the end of a history, and the share of the order's followers of which challengers hold less
    than half; histories with and without it have the same luck. By name of the metric.
    """
    worlds = [synthetic(seed=seed, power_maximizers=0.5) for seed in range(1, WORLDS + 1)]
    changes: list[pd.Series[float] | None] = [None] * WORLDS

    def play(number: int) -> None:
        with_it, without = (
            ensemble(worlds[number], policy, range(SEEDS), ROUNDS, parameters, workers=1).runs
            for policy in (COLLECTIVE, NOBODY)
        )
        changes[number] = (with_it - without)[["wars_begun", "order", "followers_kept"]].mean()

    run_jobs(WORLDS, play, workers, progress)
    table = pd.DataFrame(changes)
    return {str(name): _mean_of(table[name].to_numpy(dtype=np.float64)) for name in table}


def _mean_of(values: Floats) -> Estimate:
    """The mean with an interval of two standard errors."""
    mean, error = float(values.mean()), float(values.std(ddof=1) / math.sqrt(values.size))
    return Estimate(mean, mean - 2 * error, mean + 2 * error)


SAME: Mapping[str, Callable[..., bool]] = {
    "collective-security": lambda fewer, order, kept: fewer.high < 0 and order.low > 0 and kept.low > 0,
    "onsets-poisson": lambda dispersion: 0.8 < dispersion.value < 1.25,
    "heavy-tail": lambda exponent: 1.25 < exponent.value < 2.0,
    "scaling": lambda slope: abs(slope.value + 0.41) < 0.1,
    "sanctions-succeed": lambda success: 0.25 < success.value < 0.45,
    "threats": lambda threatened, imposed: threatened.low > imposed.high,
    "coalitions": lambda broad, narrow: broad.value < BROAD_OVER_NARROW / 2 * narrow.value < 0,
    "alliances": lambda whole, early: 0.4 < whole.value < 0.6 and early.value > whole.value,
    "senders": lambda ratio: 0.5 < ratio.value < 1.0,
}
"""When the model says the same as a published result, by the result's name in ``data/published.toml``."""

_FILE = Path(__file__).parent / "data" / "published.toml"
PUBLISHED = tuple(PublishedResult(**told, same=SAME[name]) for name, told in parse_toml(_FILE, _FILE.name).items())
