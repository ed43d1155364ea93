"""A model of six parameters that answers at once and whose truth is known, for the tests of the calibration."""

import hashlib
import math
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import numpy as np

from greatpowers.calibration.checkpoint import Calibrated
from greatpowers.calibration.page import save_calibration
from greatpowers.calibration.problem import CalibrationSettings, Priors, Problem, read_priors
from greatpowers.calibration.run import calibrate
from greatpowers.core.declare import Floats
from greatpowers.core.parameters import Parameters
from greatpowers.validation.facts import Split, Target

NAMES = ("jolt", "talk", "horizon", "operations", "hurting", "war_stop")
"""The first three move the facts; the others do nothing."""

TRUTH = np.array([0.7, 0.3, 0.6, 0.5, 0.5, 0.5])
NOISE = 0.02
NOT_REPEATED = {"manifest.json", "timing.csv"}


def priors(**more: object) -> Priors:
    """Half to twice the default for each."""
    table = {
        name: {
            "low": Parameters._field_defaults[name] / 2,
            "high": Parameters._field_defaults[name] * 2,
            "scale": "log",
        }
        for name in NAMES
    }
    return read_priors({"format": 1, "misses": 0, "priors": table, **more})


PRIORS = priors()


def truth(at: Floats) -> dict[str, float]:
    """Every fact at a point of the cube, without luck."""
    return {
        "sum": 1 + 2 * at[0] - at[1],
        "share": 0.2 + 0.5 * at[1] ** 2 + 0.1 * at[0],
        "ratio": math.exp(at[2] - at[0]),
        "product": at[2] * at[1] + at[0],
        "apart": at[0] + at[2],
    }


def played(parameters: Mapping[str, float], seed: int, runs: int) -> dict[str, Sequence[float]]:
    """The facts with luck: of all runs together, then of each."""
    luck = np.random.default_rng(seed)
    figures = {
        name: x * (1 + NOISE * luck.standard_normal(runs)) for name, x in truth(PRIORS.place(parameters)).items()
    }
    return {name: (float(values.mean()), *(values.tolist() if runs > 1 else ())) for name, values in figures.items()}


def fact(name: str, unit: str, width: float, split: Split = "fitted") -> Target:
    """A fact of the made-up record, whose value is the truth's."""
    value = truth(TRUTH)[name]
    return Target(
        name,
        "toy",
        value,
        value - width,
        value + width,
        "error",
        unit,
        "",
        name,
        "",
        "made up",
        split,
        True,
        "found",
        "",
        "",
    )


FITTED = (
    fact("sum", "slope", 0.1),
    fact("share", "fraction", 0.05),
    fact("ratio", "ratio", 0.1),
    fact("product", "slope", 0.05),
)
APART = (fact("apart", "slope", 0.1, "held-apart")._replace(basis="given", given_by="the toy"),)

Play = Callable[[Mapping[str, float], int, int], Mapping[str, Sequence[float]]]


def problem(play: Play = played, contents: Mapping[str, str] | None = None) -> Problem:
    """The toy as something to calibrate."""
    return Problem(FITTED, APART, play, contents or {"the toy": "1"})


def settings(**changed: object) -> CalibrationSettings:
    """A calibration of a second."""
    return CalibrationSettings(
        **{"priors": PRIORS, "waves": 2, "size": 30, "runs": 2, "draws": 20, "seed": 1} | changed
    )  # type: ignore[arg-type]


def run(directory: Path, workers: int = 2, play: Play = played, **changed: object) -> Calibrated:
    """Calibrate the toy and write everything."""
    calibration = calibrate(settings(**changed), directory, workers, problem=problem(play))
    save_calibration(calibration, directory)
    return calibration


def data_of(directory: Path) -> dict[str, str]:
    """Checksum of every file that must repeat."""
    files = (path for path in sorted(directory.rglob("*")) if path.is_file() and path.name not in NOT_REPEATED)
    return {path.relative_to(directory).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}
