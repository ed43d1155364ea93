"""``greatpowers calibrate``: the parameters that the record leaves, fitted to some facts and tried on the others."""

from argparse import Namespace
from collections.abc import Iterator, Sequence
from typing import Any

from greatpowers.calibration.checkpoint import KIND, LEDGER, LOG
from greatpowers.calibration.page import answer, details
from greatpowers.calibration.priors import load_priors
from greatpowers.calibration.result import Calibrated, Prediction
from greatpowers.calibration.run import calibrate
from greatpowers.calibration.save import POSTERIOR, save_calibration
from greatpowers.calibration.settings import FAST, Settings
from greatpowers.cli.destination import destination, print_paths, said_when_stopped
from greatpowers.cli.progress import announce_compiling, stage_bar
from greatpowers.cli.terminal import Column, Screen, grid, heading, output
from greatpowers.validation.facts import WORDS
from greatpowers.validation.scorecard_page import interval, number

COLUMNS = (
    Column("fact", "Fact", keep=True),
    Column("record", "Record", number=True),
    Column("record_range", "its interval", number=True),
    Column("posterior", "Posterior", number=True),
    Column("posterior_range", "95 %", number=True),
    Column("within", "Draws", number=True),
    Column("verdict", "Median", keep=True),
)
NUMBERS = ("waves", "size", "runs", "draws")


def execute(arguments: Namespace) -> None:
    """Calibrate, write and tell; raises :class:`GreatPowersError` before anything is played if it cannot be done."""
    settings = Settings(load_priors(arguments.parameters), seed=arguments.seed, **chosen_numbers(arguments))
    directory = destination(arguments.out, KIND, "calibrate")
    announce_compiling()
    with said_when_stopped(directory), stage_bar() as told:
        found = calibrate(settings, directory, arguments.workers, told)
        told("writing", settings.points, settings.points)
        files = save_calibration(found, directory)
    screen = output()
    _tell(screen, found)
    print_paths(screen, [*files, directory / LEDGER, directory / LOG])
    screen.print(f"Next: greatpowers validate --parameters {directory / POSTERIOR}", soft_wrap=True)


def chosen_numbers(arguments: Namespace) -> dict[str, int]:
    """Waves, size, runs and draws: those given, else those of ``--fast`` if it is; the defaults otherwise."""
    given = {name: getattr(arguments, name) for name in NUMBERS if getattr(arguments, name) is not None}
    return {**(FAST if arguments.fast else {}), **given}


def _tell(screen: Screen, found: Calibrated) -> None:
    for title, predictions in (("Facts that were fitted", found.fitted), ("Facts held apart", found.apart)):
        screen.table(grid(title, COLUMNS, list(_rows(predictions))))
    screen.print(heading(answer(found)))
    for line in details(found):
        screen.print(line)
    screen.print(f"It took {found.minutes:.1f} minutes.")
    screen.print()


def _rows(predictions: Sequence[Prediction]) -> Iterator[dict[str, Any]]:
    for found in predictions:
        yield {
            "fact": found.fact.id,
            "record": number(found.fact.value),
            "record_range": interval(found.fact.low, found.fact.high),
            "posterior": number(found.posterior.median),
            "posterior_range": interval(found.posterior.low, found.posterior.high),
            "within": f"{found.within:.0%}",
            "verdict": WORDS[found.verdict],
        }
