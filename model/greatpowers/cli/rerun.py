"""``greatpowers rerun``: one run of an experiment or comparison again, in full."""

from argparse import ArgumentParser, Namespace

import greatpowers as gp
from greatpowers.cli import terminal
from greatpowers.cli.arguments import Command, whole_number
from greatpowers.presentation.tables import cell


def _arguments(parser: ArgumentParser) -> None:
    parser.add_argument("directory", metavar="DIR", help="what 'greatpowers batch' or 'greatpowers compare' wrote")
    parser.add_argument(
        "--row",
        metavar="N",
        required=True,
        type=whole_number("--row", 0, 2**63 - 1),
        help="which run: its value in the column 'row', or in a comparison its place in the table, from 0",
    )
    parser.add_argument("--out", metavar="DIR2", help="directory to keep the run in; nothing is written if not given")


COMMAND = Command(
    "play one run of an experiment or comparison again, in full",
    "Play one run of an experiment or comparison again, check it against its row, and keep trajectories and events.",
    (("greatpowers rerun results/mine --row 137 --out run-137", "and then 'greatpowers explain run-137'"),),
    _arguments,
)


def execute(arguments: Namespace) -> None:
    """Play the run, compare it with its row, keep and tell it; raises :class:`GreatPowersError`."""
    directory = None if arguments.out is None else terminal.destination(arguments.out, "history")
    terminal.announce_compiling()
    replay = gp.rerun(arguments.directory, arguments.row)
    screen, history = terminal.output(), replay.history
    screen.heading(f"Row {arguments.row}: {history.policy.name}, seed {history.seed}")
    screen.print(", ".join(f"{name} {cell(value)}" for name, value in replay.labels.items()), soft_wrap=True)
    screen.print("Played again, it gives the numbers of the table.\n")
    if directory is None:
        screen.print(str(gp.chronicle(history)), soft_wrap=True)
    else:
        history.save(directory)
        screen.files(directory)
