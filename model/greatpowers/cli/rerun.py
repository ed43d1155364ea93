"""``greatpowers rerun``: one run of an experiment again, in full."""

from argparse import Namespace

from greatpowers.cli.destination import destination, print_files
from greatpowers.cli.progress import announce_compiling
from greatpowers.cli.terminal import cell, heading, output
from greatpowers.experiments.rerun import rerun
from greatpowers.narrative.chronicle import chronicle


def execute(arguments: Namespace) -> None:
    """Play the run, compare it with its row, keep and tell it; raises :class:`GreatPowersError`."""
    directory = None if arguments.out is None else destination(arguments.out, "history")
    announce_compiling()
    found = rerun(arguments.directory, arguments.row)
    screen, history = output(), found.history
    screen.print(heading(f"Row {arguments.row}: {history.policy.name}, seed {history.seed}"))
    screen.print(", ".join(f"{name} {cell(value)}" for name, value in found.labels.items()), soft_wrap=True)
    screen.print("Played again, it gives the numbers of the table.\n")
    if directory is None:
        screen.print(chronicle(history), soft_wrap=True)
    else:
        history.save(directory)
        print_files(screen, directory)
