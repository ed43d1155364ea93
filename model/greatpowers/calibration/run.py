"""The order of a calibration: waves of points, each where the one before left room; draws; the centre.

Every stage is a design that is written down, then played point by point into the ledger. Killed at any moment, the same
call goes on with the point it was at and ends with the same bytes.
"""

import hashlib
import warnings
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from greatpowers.calibration import posterior
from greatpowers.calibration.checkpoint import Calibrated, Checkpoint, EvaluatedPoint, manifest_of, stages_of, wave
from greatpowers.calibration.emulator import borrow
from greatpowers.calibration.history_matching import CUT_OFF, aim_of, identifiability, misfit
from greatpowers.calibration.learning import Evidence, Learnt, learn, report
from greatpowers.calibration.pairs import with_pairs
from greatpowers.calibration.problem import CENTRE_RUNS, DRAW_RUNS, CalibrationSettings, Problem, record_problem
from greatpowers.calibration.slice_sampling import hypercube, narrowed, tempered
from greatpowers.core.declare import Floats
from greatpowers.historical.published.records import Records
from greatpowers.scenario.errors import GreatPowersError
from greatpowers.simulation.ensemble import run_jobs
from greatpowers.storage.checkpoint import resumed
from greatpowers.storage.files import checked_path
from greatpowers.storage.manifest import available_cores

StageProgress = Callable[[str, int, int], None]
"""StageProgress (what is being done, points done, points in all), from any thread, one call at a time."""

DRAWS, CENTRE = "draws", "centre"
MODULES = ("sklearn.gaussian_process", "sklearn.gaussian_process.kernels", "sklearn.linear_model")


def calibrate(
    settings: CalibrationSettings,
    directory: str | Path,
    workers: int | None = None,
    progress: StageProgress | None = None,
    problem: Problem | None = None,
) -> Calibrated:
    """Calibrate, or go on with a calibration, in a directory; raises :class:`GreatPowersError` on what cannot be run.

    Without a `problem` (:func:`problem_of`, or one of one's own) the fit asks the record how often there are disputes,
    not who disputes with whom.
    Equal settings give equal results, whatever the number of workers and however often it was interrupted.
    """
    for module in MODULES:
        borrow(module)
    asked = problem_of(settings) if problem is None else problem
    place, threads = checked_path(directory), workers or available_cores()
    with (
        resumed(place, manifest_of(settings, asked)),
        one_thread_a_sum(),
        no_warnings(),
        ThreadPoolExecutor(threads) as crew,
    ):
        return _Run(settings, asked, Checkpoint(settings, place), workers, progress, crew).all()


def problem_of(settings: CalibrationSettings, records: Records | None = None) -> Problem:
    """What the settings ask of the record; with published files who disputes with whom as well.

    Raises :class:`GreatPowersError` if nothing is left to fit, or the files do not tell of a start year.
    """
    problem = record_problem(until=settings.until)
    return problem if records is None else with_pairs(problem, records, settings.until)


def one_thread_a_sum() -> AbstractContextManager[Any]:
    """Linear algebra on one thread: sums in another order have other last digits, and these would grow."""
    limits: AbstractContextManager[Any] = borrow("threadpoolctl").threadpool_limits(1)
    return limits


@contextmanager
def no_warnings() -> Iterator[None]:
    """Without scikit-learn's remarks on hyperparameters at their bounds, which is where they may be."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", borrow("sklearn.exceptions").ConvergenceWarning)
        yield


class _Run:
    """One run of a calibration: plays what is missing, and reads from disk what is there."""

    def __init__(
        self,
        settings: CalibrationSettings,
        problem: Problem,
        store: Checkpoint,
        workers: int | None,
        progress: StageProgress | None,
        crew: Executor,
    ) -> None:
        self.settings, self.problem, self.store = settings, problem, store
        self._workers, self._progress, self._crew = workers, progress, crew
        self._stages = stages_of(settings)
        self._aims = [aim_of(fact, settings.priors.table.discrepancy) for fact in problem.fitted]
        self._learnt: tuple[int, Learnt] | None = None

    def all(self) -> Calibrated:
        """Every stage in order, and what comes of it."""
        for number in range(self.settings.waves):
            self._stage(wave(number), partial(self._plan_wave, number), self.settings.runs)
        self._stage(DRAWS, self._plan_draws, DRAW_RUNS * self.settings.runs)
        judged = self._kept(f"{DRAWS}-judged", self._judge)
        self._stage(CENTRE, lambda: self._plan_centre(judged), CENTRE_RUNS * self.settings.runs)
        self.store.finish()
        return self._result(judged)

    # Stages

    def _stage(self, stage: str, plan: Callable[[], dict[str, Any]], runs: int) -> None:
        """Plan a stage, or read its plan; play what of it is missing."""
        design = np.array(self._kept(stage, plan)["design"])
        missing = [k for k in range(len(design)) if not self._is_played(stage, k, design[k])]
        self._report(stage)

        def work(job: int) -> None:
            self.store.add(self._play(stage, missing[job], design[missing[job]], runs))
            self._report(stage)

        if missing:
            with self.store.timed(stage, len(missing)):
                run_jobs(len(missing), work, self._workers, None)

    def _kept(self, stage: str, plan: Callable[[], dict[str, Any]]) -> dict[str, Any]:
        """What was worked out for a stage, from disk if it is there."""
        record = self.store.read(stage)
        if record is None:
            with self.store.timed(f"planning {stage}"):
                self.store.write(stage, plan())
            record = self.store.read(stage)
        assert record is not None
        return record

    def _is_played(self, stage: str, point: int, at: Floats) -> bool:
        played = self.store.points.get((stage, point))
        if played is not None and played.at != tuple(at.tolist()):
            text = f"point {point} of {stage} in its ledger is another one than was planned"
            raise GreatPowersError(f"{self.store.directory}: cannot go on: {text}; begin anew with another --out.")
        return played is not None

    def _play(self, stage: str, point: int, at: Floats, runs: int) -> EvaluatedPoint:
        parameters = self.settings.priors.values(at)
        seed = seed_of(self.settings.seed, stage, point)
        figures = self.problem.figures(parameters, seed, runs, predicting=stage in (DRAWS, CENTRE))
        return EvaluatedPoint(stage, point, tuple(at.tolist()), seed, runs, parameters, figures)

    def _report(self, stage: str) -> None:
        self._say(f"{stage} of {self.settings.waves}" if stage.startswith("wave") else stage)

    # Plans

    def _plan_wave(self, number: int) -> dict[str, Any]:
        """The first wave fills the cube; half of any other fills what is not ruled out, half follows the posterior."""
        size, dimensions = self.settings.size, self.settings.priors.size
        luck = self._luck(number)
        if number == 0:
            return {"design": hypercube(size, dimensions, luck).tolist(), "report": None}
        learnt = self._learn(number)
        wave_report, region = self._matched(learnt, size - size // 2, luck)
        likely = tempered(learnt.match.log_likelihood, size // 2, dimensions, luck) if size > 1 else region[:0]
        return {"design": np.vstack([region, likely]).tolist(), "report": wave_report}

    def _plan_draws(self) -> dict[str, Any]:
        learnt = self._learn(self.settings.waves)
        luck = self._luck(self.settings.waves)
        wave_report, _ = self._matched(learnt, 1, luck)
        states = posterior.sample(learnt.match, luck)
        known = identifiability(learnt.match, self.settings.priors.names, states.points)
        mixing = {"rhat": round(states.rhat, 4), "effective": round(states.effective, 1), "states": len(states.points)}
        design = posterior.evenly(states.points, self.settings.draws)
        return {"design": design.tolist(), "report": wave_report, "identifiability": known, "mixing": mixing}

    def _matched(self, learnt: Learnt, size: int, luck: np.random.Generator) -> tuple[dict[str, Any], Floats]:
        """What the points so far show, and `size` points that it does not rule out."""
        match, population = learnt.match, max(size, posterior.POPULATION)
        region = narrowed(match.implausibility, CUT_OFF, population, match.emulators.points.shape[1], luck)
        return report(learnt, region.share, region.level, luck), posterior.evenly(region.at, size)

    def _judge(self) -> dict[str, Any]:
        """Which draws are kept, by what the model gave."""
        learnt, drawn = self._learn(self.settings.waves), self._seen(DRAWS)
        level = float(self._kept(DRAWS, self._plan_draws)["report"]["cut_off"])  # that the last wave came down to
        filtered = posterior.filtered(learnt.match, drawn, self._noise(learnt, drawn), level)
        return {
            "kept": filtered.kept.tolist(),
            "relaxed": filtered.relaxed,
            "implausibility": filtered.implausibility.tolist(),
            "misfit": filtered.misfit.tolist(),
            "noise": self._noise(learnt, drawn).tolist(),
        }

    def _plan_centre(self, judged: dict[str, Any]) -> dict[str, Any]:
        at = self._seen(DRAWS).at[judged["kept"]]
        return {"design": posterior.centres(at, np.array(judged["misfit"])[judged["kept"]]).tolist()}

    # What is known so far

    def _learn(self, waves: int) -> Learnt:
        """Emulators of the first so many waves."""
        if self._learnt is None or self._learnt[0] != waves:
            self._say(f"learning from {waves} wave{'s' if waves > 1 else ''}")
            seen = self._seen(*map(wave, range(waves)))
            self._learnt = waves, learn(seen, self.settings.priors, self._workers, self._crew)
        return self._learnt[1]

    def _say(self, what: str) -> None:
        if self._progress is not None:
            self._progress(what, len(self.store.points), self.settings.points)

    def _seen(self, *stages: str) -> Evidence:
        """Fitted facts of some stages: all that the fit ever sees."""
        return Evidence(self._aims, self.store.of(*stages))

    def _noise(self, learnt: Learnt, seen: Evidence) -> Floats:
        """Variance of luck in draws, by fact: from replicates; without any, from what the emulator took for noise."""
        guessed = [0.0 if emulator is None else emulator.noise / DRAW_RUNS for emulator in learnt.match.emulators.facts]
        return np.where(np.isfinite(seen.noise), seen.noise, guessed)

    def _luck(self, number: int) -> np.random.Generator:
        return np.random.default_rng([self.settings.seed, number])

    def _result(self, judged: dict[str, Any]) -> Calibrated:
        """Everything, read from ledger and stages."""
        table = self.settings.priors.table
        centre = self._seen(CENTRE)
        unfit = misfit(centre.deviations(np.array(judged["noise"]) * DRAW_RUNS / CENTRE_RUNS), table.tails)
        plans = {stage: self._kept(stage, dict) for stage in self._stages}
        return Calibrated(
            settings=self.settings,
            problem=self.problem,
            points={stage: tuple(self.store.of(stage)) for stage in self._stages},
            reports=tuple(plans[stage]["report"] for stage in self._stages[1 : self.settings.waves + 1]),
            judged=judged,
            identifiability=plans[DRAWS]["identifiability"],
            mixing=plans[DRAWS]["mixing"],
            centre=int(np.argmin(unfit)),
            centre_misfit=float(unfit.min()),
            minutes=self.store.minutes,
        )


def seed_of(seed: int, stage: str, point: int) -> int:
    """First seed of a point: far from those of all others, so that no two points share their luck."""
    return int.from_bytes(hashlib.sha256(f"{seed} {stage} {point}".encode()).digest()[:7], "big")
