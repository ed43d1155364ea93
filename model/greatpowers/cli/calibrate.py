"""``greatpowers calibrate``: the parameters that the record leaves, fitted to some facts and tried on the others."""

from argparse import ArgumentParser, Namespace
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

import greatpowers as gp
from greatpowers.cli import terminal
from greatpowers.cli.arguments import Command, add_count, add_output, add_seed, whole_number
from greatpowers.presentation.tables import TableColumn, numbers

if TYPE_CHECKING:
    from greatpowers.calibration.checkpoint import Calibrated, Prediction


COLUMNS = (
    TableColumn("fact", "Fact", keep=True),
    *numbers(
        record="Record", record_range="its interval", posterior="Posterior", posterior_range="95%", within="Draws"
    ),
    TableColumn("verdict", "Median", keep=True),
)
FIRST_YEAR, LAST_YEAR = 1816, 2016
NUMBERS = ("waves", "size", "runs", "draws")


def _arguments(parser: ArgumentParser) -> None:
    add_output(parser, "directory of results, started or resumed; ./greatpowers-results/calibrate if not given")
    add_count(parser, "--waves", 50, "waves, each where the one before left room (4 if not given)")
    add_count(parser, "--size", 100_000, "parameter sets to play in each wave (200 if not given)")
    add_count(parser, "--runs", 1000, "histories of every world for each parameter set (2 if not given)")
    add_count(parser, "--draws", 100_000, "draws of the posterior to play and to filter (100 if not given)")
    add_seed(parser, "which luck: the same one gives the same posterior, byte for byte (1 if not given)", 1)
    parser.add_argument(
        "--data",
        metavar="DIR",
        help="directory with the published files downloaded: the fit then also covers who disputes with whom, pair by "
        "pair on six start years; without it, only how often",
    )
    parser.add_argument(
        "--until",
        metavar="Y",
        type=whole_number("--until", FIRST_YEAR, LAST_YEAR),
        help="fit what is known of the years up to this one alone (facts are measured on either side of 1945), and "
        "predict what came later; all years if not given",
    )
    parser.add_argument(
        "--parameters",
        metavar="FILE",
        help="TOML file of free parameters and how far each may lie; the table that ships if not given",
    )
    parser.add_argument(
        "--fast", action="store_true", help="few parameter sets and one history each, to see that everything works"
    )
    add_count(parser, "--workers", 1024, "parameter sets to play at the same time; one per core if not given. "
           "Results do not depend on it")  # fmt: skip


COMMAND = Command(
    "fit the free parameters to the record, and predict the facts held apart",
    "Find the parameters that agree with the record, and what they predict. If it is interrupted, the same command "
    "resumes it.",
    (
        ("greatpowers calibrate --fast --out look", "does everything work?"),
        ("greatpowers calibrate --data downloads --out calibration", "4 waves of 200 parameter sets, then 100 draws"),
        ("greatpowers calibrate --data downloads --until 1945 --out until-1945", "fit the past, predict the rest"),
    ),
    _arguments,
)


def execute(arguments: Namespace) -> None:
    """Calibrate, write and tell; raises :class:`GreatPowersError` before anything is played if it cannot be done."""
    from greatpowers.calibration.checkpoint import KIND, LEDGER, LOG
    from greatpowers.calibration.page import POSTERIOR, save_calibration
    from greatpowers.calibration.problem import CalibrationSettings, load_priors
    from greatpowers.calibration.run import calibrate, problem_of

    priors, numbers = load_priors(arguments.parameters), chosen_numbers(arguments)
    settings = CalibrationSettings(priors, seed=arguments.seed, until=arguments.until, **numbers)
    records = None if arguments.data is None else gp.Records(arguments.data)
    directory = terminal.destination(arguments.out, KIND, "calibrate")
    problem = problem_of(settings, records)
    with terminal.said_when_stopped(directory), terminal.stage_bar() as progress:
        calibration = calibrate(settings, directory, arguments.workers, progress, problem)
        progress("writing", settings.points, settings.points)
        files = save_calibration(calibration, directory)
    screen = terminal.output()
    _print_result(screen, calibration)
    screen.paths([*files, directory / LEDGER, directory / LOG])
    screen.print(f"Next: greatpowers validate --parameters {directory / POSTERIOR}", soft_wrap=True)


def chosen_numbers(arguments: Namespace) -> dict[str, int]:
    """Waves, size, runs and draws: those given, else those of ``--fast`` if it is; the defaults otherwise."""
    from greatpowers.calibration.problem import FAST

    given = {name: getattr(arguments, name) for name in NUMBERS if getattr(arguments, name) is not None}
    return {**(FAST if arguments.fast else {}), **given}


def _print_result(screen: "terminal.Screen", calibration: "Calibrated") -> None:
    from greatpowers.calibration.page import answer, details, parts

    for title, _, predictions in parts(calibration):
        screen.grid(title, COLUMNS, list(_rows(predictions)))
    screen.heading(answer(calibration))
    screen.print(*details(calibration), f"It took {calibration.minutes:.1f} minutes.", "", sep="\n")


def _rows(predictions: "Sequence[Prediction]") -> Iterator[dict[str, Any]]:
    from greatpowers.validation.facts import WORDS
    from greatpowers.validation.scorecard_page import interval, number

    for prediction in predictions:
        yield {
            "fact": prediction.fact.id,
            "record": number(prediction.fact.value),
            "record_range": interval(prediction.fact.low, prediction.fact.high),
            "posterior": number(prediction.posterior.median),
            "posterior_range": interval(prediction.posterior.low, prediction.posterior.high),
            "within": f"{prediction.within:.0%}",
            "verdict": WORDS[prediction.verdict],
        }
