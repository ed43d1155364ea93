"""``greatpowers validate``: histories held against the record, fact by fact."""

from argparse import ArgumentParser, Namespace
from functools import partial
from typing import TYPE_CHECKING, Any

from greatpowers.cli import terminal
from greatpowers.cli.arguments import Command, add_output, add_parameter_file, add_workers
from greatpowers.presentation.tables import TableColumn, numbers

if TYPE_CHECKING:
    from greatpowers.validation.published_results import Replication
    from greatpowers.validation.scorecard import Scorecard, Scored


AGREED_BROKEN = 1
"""Exit code when a fact of the agreed set is missed."""

COLUMNS = (
    TableColumn("fact", "Fact", keep=True),
    *numbers(record="Record", record_range="its interval", model="Model", model_range="95%"),
    TableColumn("verdict", "Verdict", keep=True),
)

OTHER_COLUMNS = (
    TableColumn("claim", "Result and source"),
    TableColumn("found", "What was found"),
    TableColumn("model", "Model (95%)", keep=True),
    TableColumn("verdict", "Verdict"),
)


def _arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--fast", action="store_true", help="a quarter of the histories, for a first look")
    add_output(parser, "directory to write to; ./greatpowers-results/validate if not given")
    add_parameter_file(parser)
    add_workers(parser)


COMMAND = Command(
    "compare the model with the record of 1816 to today",
    "Play the eras of the record, measure them as it was measured, and say fact by fact whether they agree.",
    (
        ("greatpowers validate --fast", "a first look"),
        ("greatpowers validate --parameters posterior.toml --out card", "another set of parameters"),
        ("greatpowers validate --parameters until-1945/posterior.toml", "fitted to the past: the rest is predicted"),
    ),
    _arguments,
)


def execute(arguments: Namespace) -> int:
    """Play, measure, tell and write; returns 1 if the agreed set does not hold.

    Raises :class:`GreatPowersError` before anything is played if it cannot be done.
    """
    from greatpowers.validation.scorecard import score
    from greatpowers.validation.scorecard_page import read_until, save_scorecard

    parameters = terminal.chosen_parameters(arguments)
    until = None if arguments.parameters is None else read_until(arguments.parameters)
    directory = terminal.destination(arguments.out, "scorecard", "validate")
    with terminal.progress_bar("playing histories") as progress:
        card = score(parameters, fast=arguments.fast, workers=arguments.workers, progress=progress, until=until)
    terminal.write_and_print(directory, partial(save_scorecard, card), lambda screen: _print_result(screen, card))
    return AGREED_BROKEN if card.broken else 0


def _print_result(screen: "terminal.Screen", card: "Scorecard") -> None:
    from greatpowers.validation.scorecard_page import answer, details

    screen.grid("Against the record", COLUMNS, [_row(row, _word(card, row)) for row in card.rows])
    screen.grid("Other people's results", OTHER_COLUMNS, map(_other, card.others), leading=1)
    screen.heading(answer(card))
    left_out = [f"  {fact.id}: {fact.left_out}" for fact in card.left_out]
    lacking = f"{len(left_out)} facts of the short list cannot be expressed:"
    screen.print(*details(card)[:-1], lacking, *left_out, "", sep="\n")


def _word(card: "Scorecard", row: "Scored") -> str:
    """What a fit to the past alone did with a fact; nothing to say of other fits, nor of facts about all years."""
    use = card.use(row.fact)
    return "" if card.until is None or use == "none" else use.replace("-", " ")


def _row(row: "Scored", use: str) -> dict[str, Any]:
    from greatpowers.validation.facts import WORDS
    from greatpowers.validation.scorecard_page import interval, number

    spread = " (spread)" if row.fact.interval == "spread" else ""  # which is no error
    return {
        "fact": row.fact.id,
        "record": number(row.fact.value),
        "record_range": interval(row.fact.low, row.fact.high) + spread,
        "model": number(row.value),
        "model_range": interval(row.low, row.high),
        "verdict": ", ".join(filter(None, (WORDS[row.verdict], "given" if row.fact.basis == "given" else "", use))),
    }


def _other(replication: "Replication") -> dict[str, Any]:
    from greatpowers.validation.published_results import AGREEMENTS
    from greatpowers.validation.scorecard_page import interval, number

    lines = []
    for name, figure in replication.figures.items():
        bounds = interval(figure.low, figure.high)
        lines += [f"{name}:", f"  {number(figure.value)} ({bounds})" if bounds else f"  {number(figure.value)}"]
    return {
        "claim": f"{replication.claim}\n({replication.source})",
        "found": replication.found,
        "model": "\n".join(lines),
        "verdict": AGREEMENTS[replication.verdict],
    }
