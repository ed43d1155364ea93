"""What a calibration found: draws, centre, and what both predict for every fact, fitted and held apart."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np

from greatpowers.calibration.checkpoint import EvaluatedPoint, figures
from greatpowers.calibration.priors import CalibrationSettings
from greatpowers.calibration.problem import Problem
from greatpowers.core.declare import Floats
from greatpowers.validation.facts import Target, Verdict, agrees, judge
from greatpowers.validation.periods import Use

LEVEL = 0.95


class Spread(NamedTuple):
    """Median and 95 % interval of a figure over parameter sets; NaN where none of them had one."""

    median: float
    low: float
    high: float


class Prediction(NamedTuple):
    """What is predicted for a fact: by the prior, the posterior and its centre.

    `within` is the share of draws that agree. The verdict is on the posterior's median, `centred` on the centre. The
    prior is NaN for facts of years that waves do not play.
    """

    fact: Target
    use: Use
    prior: Spread
    posterior: Spread
    centre: float
    verdict: Verdict
    centred: Verdict
    within: float


@dataclass(frozen=True, eq=False)
class Calibrated:
    """A calibration that is complete.

    `points` holds everything that was played, by stage; `reports` what each wave showed; `judged` which draws were
    kept and why; `centre` which candidate became the centre. `minutes` is no part of any result.
    """

    settings: CalibrationSettings
    problem: Problem
    points: Mapping[str, Sequence[EvaluatedPoint]]
    reports: Sequence[Mapping[str, Any]]
    judged: Mapping[str, Any]
    identifiability: Mapping[str, Any]
    mixing: Mapping[str, float]
    centre: int
    centre_misfit: float
    minutes: float

    @property
    def names(self) -> tuple[str, ...]:
        """The free parameters."""
        return self.settings.priors.names

    @cached_property
    def kept(self) -> list[EvaluatedPoint]:
        """The draws of the posterior."""
        return [self.points["draws"][k] for k in self.judged["kept"]]

    @property
    def middle(self) -> EvaluatedPoint:
        """The centre."""
        return self.points["centre"][self.centre]

    @cached_property
    def predictions(self) -> list[Prediction]:
        """Every fact: fitted, held apart, predicted."""
        return [*self.fitted, *self.apart, *self.predicted]

    @cached_property
    def fitted(self) -> list[Prediction]:
        """Of the facts that were fitted."""
        return [self._predicted(fact, "fitted") for fact in self.problem.fitted]

    @cached_property
    def apart(self) -> list[Prediction]:
        """Of the facts held apart, which the fit never saw."""
        return [self._predicted(fact, "held-apart") for fact in self.problem.apart]

    @cached_property
    def predicted(self) -> list[Prediction]:
        """Of the facts about years that a fit to the past never saw."""
        return [self._predicted(fact, "predicted") for fact in self.problem.predicted]

    def _predicted(self, fact: Target, use: Use) -> Prediction:
        drawn = figures(self.kept, fact.id)
        posterior, centre = spread(drawn), figures([self.middle], fact.id).item()
        agreeing = [agrees(judge(fact, float(x))) for x in drawn]
        return Prediction(
            fact,
            use,
            spread(figures(self.points["wave-1"], fact.id) if use != "predicted" else np.empty(0)),
            posterior,
            centre,
            judge(fact, posterior.median),
            judge(fact, centre),
            float(np.mean(agreeing)),
        )


def spread(values: Floats) -> Spread:
    """Median and interval of values, NaN passed over."""
    seen = values[np.isfinite(values)]
    if not seen.size:
        return Spread(*[float("nan")] * 3)
    low, median, high = np.quantile(seen, [(1 - LEVEL) / 2, 0.5, (1 + LEVEL) / 2]).tolist()
    return Spread(median, low, high)


def agreeing(predictions: Sequence[Prediction]) -> int:
    """How many of them the posterior's median meets."""
    return sum(agrees(found.verdict) for found in predictions)


def agreeing_at_centre(predictions: Sequence[Prediction]) -> int:
    """How many of them the centre meets."""
    return sum(agrees(found.centred) for found in predictions)
