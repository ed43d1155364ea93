"""The directory of a calibration: started or resumed, every stage and every point on disk before the next.

Points come in the order in which they were finished, which depends on the number of workers; the finished ledger is put
in order, so that equal calibrations end with equal bytes. Minutes are in a file of their own. What was found in the end
is :class:`Calibrated`: draws, centre, and what both predict for every fact, fitted and held apart.
"""

import contextlib
import csv
import json
import math
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from greatpowers.calibration.problem import CalibrationSettings, Figures, Problem
from greatpowers.core.declare import Floats
from greatpowers.scenario.library import text_in
from greatpowers.storage.files import Lines, with_null, write_whole
from greatpowers.storage.manifest import FORMAT, stamped
from greatpowers.validation.facts import Target, Use, Verdict, agrees, judge

KIND, LEARNER = "calibration", "scikit-learn"
LEDGER, LOG, STAGES = "ledger.jsonl", "timing.csv", "stages"

Key = tuple[str, int]
"""A stage ("wave-1", "draws", "centre") and the number of a point in it, from 0."""


@dataclass(frozen=True, eq=False)
class EvaluatedPoint:
    """A point that was played: where in the unit cube, from which seed on, its parameters, and what was measured."""

    stage: str
    point: int
    at: tuple[float, ...]
    seed: int
    runs: int
    parameters: Mapping[str, float]
    figures: Figures

    @property
    def key(self) -> Key:
        """Stage and number."""
        return self.stage, self.point

    def line(self) -> str:
        """The point as a line of JSON; what has no value is null."""
        return json.dumps(with_null(self.__dict__), allow_nan=False)


def played_from(line: str) -> EvaluatedPoint | None:
    """The point of a line; None if it is torn."""
    try:
        record: dict[str, Any] = json.loads(line)
        figures = {n: tuple(math.nan if x is None else x for x in xs) for n, xs in record.pop("figures").items()}
        return EvaluatedPoint(**{**record, "at": tuple(record["at"])}, figures=figures)
    except (ValueError, KeyError, TypeError, AttributeError):
        return None


class Checkpoint:
    """What a calibration has worked out so far, read from its directory: the plans of stages, and the points played."""

    def __init__(self, settings: CalibrationSettings, directory: Path) -> None:
        self.directory, self._stages = directory, stages_of(settings)
        self._ledger, self._log = Lines(directory / LEDGER), directory / LOG
        (directory / STAGES).mkdir(exist_ok=True)
        points = [played_from(line) for line in self._ledger.read()]
        self.points: dict[Key, EvaluatedPoint] = {played.key: played for played in points if played is not None}
        if None in points:
            self._ledger.replace([played.line() for played in self.points.values()])

    def add(self, played: EvaluatedPoint) -> None:
        """Write a point down; any thread may."""
        self._ledger.add(played.line())
        self.points[played.key] = played

    def finish(self) -> None:
        """Put the points in order."""
        self._ledger.replace([played.line() for played in self.of(*self._stages)])

    def of(self, *stages: str) -> list[EvaluatedPoint]:
        """The points of some stages, in order."""
        order = {stage: number for number, stage in enumerate(stages)}
        chosen = [played for played in self.points.values() if played.stage in order]
        return sorted(chosen, key=lambda played: (order[played.stage], played.point))

    def read(self, stage: str) -> dict[str, Any] | None:
        """What was worked out for a stage, or None."""
        try:
            record = json.loads(text_in(self._path(stage)))
        except (OSError, ValueError):
            return None
        return record if isinstance(record, dict) else None

    def write(self, stage: str, content: Mapping[str, Any]) -> None:
        """Keep what was worked out for a stage."""
        write_whole(self._path(stage), json.dumps(with_null(content), allow_nan=False) + "\n")

    def _path(self, stage: str) -> Path:
        return self.directory / STAGES / f"{stage}.json"

    @property
    def minutes(self) -> float:
        """Minutes of all calls together, those that were interrupted included."""
        if not self._log.exists():
            return 0.0
        with self._log.open(encoding="utf-8", newline="") as file:
            return sum(float(row["minutes"] or 0) for row in csv.DictReader(file))

    @contextlib.contextmanager
    def timed(self, what: str, points: int = 0) -> Iterator[None]:
        """Write down how long a block took, also if it is interrupted."""
        start = time.monotonic()
        try:
            yield
        finally:
            minutes = (time.monotonic() - start) / 60
            with contextlib.suppress(OSError), self._log.open("a", encoding="utf-8", newline="") as file:
                writer = csv.writer(file, lineterminator="\n")
                if file.tell() == 0:
                    writer.writerow(("what", "minutes", "points"))
                writer.writerow((what, f"{minutes:.3f}", points or ""))


def stages_of(settings: CalibrationSettings) -> list[str]:
    """Names of the stages, in order."""
    return [*(wave(number) for number in range(settings.waves)), "draws", "centre"]


def wave(number: int) -> str:
    """Name of a wave, counted from 0."""
    return f"wave-{number + 1}"


def manifest_of(settings: CalibrationSettings, problem: Problem) -> dict[str, Any]:
    """Everything about a calibration but its numbers, as plain data."""
    return {
        **stamped(LEARNER),
        "kind": KIND,
        "format": FORMAT,
        "experiment_text": settings.text(),
        "contents": dict(problem.contents),
    }


def places(points: Sequence[EvaluatedPoint]) -> Floats:
    """Where points lie in the unit cube: [points, parameters]."""
    return np.array([played.at for played in points])


def figures(points: Sequence[EvaluatedPoint], fact: str) -> Floats:
    """The figure of a fact at every point, NaN where there is none: [points]."""
    return np.array([played.figures[fact][0] for played in points])


def replicates(points: Sequence[EvaluatedPoint], fact: str) -> Floats:
    """The figures of single replicates: [points, replicates], no columns if there was only one."""
    return np.array([played.figures[fact][1:] for played in points]).reshape(len(points), -1)


LEVEL = 0.95


class Spread(NamedTuple):
    """Median and 95% interval of a figure over parameter sets; NaN where none of them had one."""

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
        problem = self.problem
        facts: dict[Use, Sequence[Target]] = {
            "fitted": problem.fitted, "held-apart": problem.apart, "predicted": problem.predicted
        }  # fmt: skip
        return [self._predicted(fact, use) for use, some in facts.items() for fact in some]

    def of(self, use: Use) -> list[Prediction]:
        """Of facts that were fitted, or that the fit never saw: held apart from it, or about years after it."""
        return [prediction for prediction in self.predictions if prediction.use == use]

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


def agreeing(predictions: Sequence[Prediction], centre: bool = False) -> int:
    """How many of them the posterior's median meets, or its centre."""
    return sum(agrees(prediction.centred if centre else prediction.verdict) for prediction in predictions)
