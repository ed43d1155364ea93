"""``greatpowers validate``: histories held against the record, fact by fact."""

from argparse import Namespace
from typing import Any

from greatpowers.cli.destination import destination, print_files, write_and_tell
from greatpowers.cli.progress import announce_compiling, progress_bar
from greatpowers.cli.terminal import Column, Screen, grid, heading, output
from greatpowers.scenario.errors import GreatPowersError, complain
from greatpowers.scenario.kinds import PARAMETERS, setting_faults
from greatpowers.validation.facts import WORDS, Target
from greatpowers.validation.play import Figure
from greatpowers.validation.published_results import AGREEMENTS, Answer
from greatpowers.validation.scorecard import Scorecard, Scored, score
from greatpowers.validation.scorecard_files import read_parameters, save_scorecard
from greatpowers.validation.scorecard_page import answer, details, interval, number

AGREED_BROKEN = 1
"""Exit code when a fact of the agreed set is missed."""

COLUMNS = (
    Column("fact", "Fact", keep=True),
    Column("record", "Record", number=True),
    Column("record_range", "its interval", number=True),
    Column("model", "Model", number=True),
    Column("model_range", "95 %", number=True),
    Column("verdict", "Verdict", keep=True),
)

OTHER_COLUMNS = (
    Column("claim", "Result and source"),
    Column("found", "What was found"),
    Column("model", "Model (95 %)", keep=True),
    Column("verdict", "Verdict"),
)


def execute(arguments: Namespace) -> int:
    """Play, measure, tell and write; returns 1 if the agreed set does not hold.

    Raises :class:`GreatPowersError` before anything is played if it cannot be done.
    """
    parameters = chosen_parameters(arguments)
    directory = destination(arguments.out, "scorecard", "validate")
    announce_compiling()
    with progress_bar("playing histories") as told:
        card = score(parameters, fast=arguments.fast, workers=arguments.workers, progress=told)
    screen = output()
    write_and_tell(lambda: save_scorecard(card, directory), lambda: _tell(screen, card))
    print_files(screen, directory)
    return AGREED_BROKEN if card.broken else 0


def chosen_parameters(arguments: Namespace) -> dict[str, float]:
    """The parameters of the file and of ``--param``, checked."""
    found = read_parameters(arguments.parameters) if arguments.parameters is not None else {}
    given: dict[str, float] = {}
    for name, value in arguments.param:
        if name in given:
            raise GreatPowersError(f"--param gives '{name}' twice; expected each parameter once.")
        given[name] = value
    complain("--param", [("", fault) for fault in setting_faults(given, PARAMETERS, "parameter")])
    return {**found, **given}


def _tell(screen: Screen, card: Scorecard) -> None:
    screen.table(grid("Against the record", COLUMNS, [_row(row) for row in card.rows]))
    others = grid("Other people's results", OTHER_COLUMNS, [_other(said) for said in card.others])
    others.leading = 1
    screen.table(others)
    screen.print(heading(answer(card)))
    for line in details(card)[:-1]:
        screen.print(line)
    screen.print(f"{len(card.left_out)} facts of the short list cannot be expressed:")
    for fact in card.left_out:
        screen.print(f"  {fact.id}: {fact.left_out}")
    screen.print()


def _row(row: Scored) -> dict[str, Any]:
    return {
        "fact": row.fact.id,
        "record": number(row.fact.value),
        "record_range": _range(row.fact),
        "model": number(row.value),
        "model_range": interval(row.low, row.high),
        "verdict": WORDS[row.verdict] + (", given" if row.fact.basis == "given" else ""),
    }


def _range(fact: Target) -> str:
    """The record's interval, marked where it is a spread and no error."""
    bounds = interval(fact.low, fact.high)
    return f"{bounds} (spread)" if fact.interval == "spread" else bounds


def _other(said: Answer) -> dict[str, Any]:
    return {
        "claim": f"{said.claim}\n({said.source})",
        "found": said.found,
        "model": "\n".join(line for name, figure in said.figures.items() for line in (f"{name}:", _figure(figure))),
        "verdict": AGREEMENTS[said.verdict],
    }


def _figure(figure: Figure) -> str:
    """A figure with its interval, if it has one."""
    bounds = interval(figure.low, figure.high)
    return f"  {number(figure.value)} ({bounds})" if bounds else f"  {number(figure.value)}"
