"""``greatpowers discover``: in which worlds one policy does worse than another."""

from argparse import ArgumentParser, Namespace

import greatpowers as gp
from greatpowers.cli import terminal
from greatpowers.cli.arguments import Command, add_output


def _arguments(parser: ArgumentParser) -> None:
    parser.add_argument("directory", metavar="RESULTS_DIR", help="what 'greatpowers batch' wrote, with many points")
    parser.add_argument("--loser", metavar="P", required=True, help="policy that does worse in the worlds looked for")
    parser.add_argument("--winner", metavar="P", required=True, help="policy it is compared with")
    parser.add_argument("--metric", metavar="M", help="by which; mean_severity if not given")
    text = "theatre whose outcome the metric is, as in --metric war --place donbas; its severity without --metric"
    parser.add_argument("--place", metavar="P", help=text)
    parser.add_argument(
        "--better",
        metavar="B",
        choices=("more", "less"),
        help="more or less: which of the metric is better, where the model does not know",
    )
    parser.add_argument(
        "--method", metavar="M", default="prim", help="prim (a box) or cart (a tree); prim if not given"
    )
    add_output(parser, "directory to write to; one within RESULTS_DIR if not given", "write tables and text only")


COMMAND = Command(
    "in which worlds one policy does worse than another",
    "Find in which worlds of an experiment one policy loses to another: limits on a few parameters.",
    (
        ("greatpowers discover results/deep-uncertainty --loser half-a-loaf --winner containment", "as a box (PRIM)"),
        ("greatpowers discover results/mine --loser a --winner b --metric war --place donbas", "by war in one place"),
    ),
    _arguments,
)


def execute(arguments: Namespace) -> None:
    """Find the worlds, write and tell; raises :class:`GreatPowersError`."""
    from greatpowers.scenario.library import path_of
    from greatpowers.studies.discovery import place_column

    results = gp.open_results(arguments.directory)
    metric = arguments.metric or ("mean_severity" if arguments.place is None else "severity")
    if arguments.place is not None:
        metric = place_column(results, metric, arguments.place)
    name = f"discover-{arguments.loser}-{arguments.winner}-{metric}-{arguments.method}"
    chosen = arguments.out if arguments.out is not None else str(path_of(arguments.directory) / name)
    directory = terminal.destination(chosen, "discovery")
    terminal.remark("looking for the worlds")
    better = None if arguments.better is None else arguments.better == "more"
    discovery = gp.discover(results, arguments.loser, arguments.winner, metric, arguments.method, better=better)
    figures = {} if arguments.no_figures else discovery.figures()
    terminal.write_and_print(
        directory,
        lambda place: discovery.save(place, figures),
        lambda screen: screen.print(discovery.sentence(), "", sep="\n", soft_wrap=True),
    )
