"""``greatpowers discover``: in which worlds one policy does worse than another."""

from argparse import Namespace
from pathlib import Path

from greatpowers.cli.destination import destination, print_files, write_and_tell
from greatpowers.cli.terminal import output, remark
from greatpowers.experiments.results import open_results
from greatpowers.studies.discovery import discover


def execute(arguments: Namespace) -> None:
    """Find the worlds, write and tell; raises :class:`GreatPowersError`."""
    results = open_results(arguments.directory)
    name = f"discover-{arguments.loser}-{arguments.winner}-{arguments.metric}-{arguments.method}"
    chosen = arguments.out if arguments.out is not None else str(Path(arguments.directory).expanduser() / name)
    directory = destination(chosen, "discovery")
    remark("looking for the worlds")
    found = discover(results, arguments.loser, arguments.winner, arguments.metric, arguments.method)
    figures, screen = {} if arguments.no_figures else found.figures(), output()
    write_and_tell(
        lambda: found.save(directory, figures), lambda: screen.print(found.sentence(), "", sep="\n", soft_wrap=True)
    )
    print_files(screen, directory)
