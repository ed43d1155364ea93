"""``greatpowers explain``: why a rung rose or a war began, from the record of a run."""

from argparse import ArgumentParser, Namespace

import greatpowers as gp
from greatpowers.cli import terminal
from greatpowers.cli.arguments import Command, round_reader


def _arguments(parser: ArgumentParser) -> None:
    parser.add_argument("run_dir", metavar="RUN_DIR", help="what 'greatpowers run ... --out RUN_DIR' wrote")
    parser.add_argument("--theatre", metavar="T", help="id of a theatre ('greatpowers show' lists them)")
    parser.add_argument(
        "--round",
        metavar="R",
        type=round_reader("--round"),
        help="a round, counted from 0, or its quarter such as 2019Q3",
    )


COMMAND = Command(
    "say why a rung rose or a war began",
    "Say what an actor weighed, what it believed and what was true, its luck, and how others answered.",
    (
        ("greatpowers explain my-run", "the most important step: the first war, else the highest rung"),
        ("greatpowers explain my-run --theatre donbas --round 2019Q3", "one theatre in one quarter"),
    ),
    _arguments,
)


def execute(arguments: Namespace) -> None:
    """Print the explanation; raises :class:`GreatPowersError` for what the run does not have."""
    history = gp.load_history(arguments.run_dir)
    when = None if arguments.round is None else terminal.chosen_round(history, arguments.round, "--round")
    terminal.output().print(str(gp.explain(history, theatre=arguments.theatre, round=when)), soft_wrap=True)
