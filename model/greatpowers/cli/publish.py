"""``greatpowers publish``: a world, its policies and the engine as one page that plays by itself."""

from argparse import ArgumentParser, Namespace

import greatpowers as gp
from greatpowers.cli import terminal
from greatpowers.cli.arguments import Command, add_parameters, add_policies, add_rounds, add_scenario


def _arguments(parser: ArgumentParser) -> None:
    add_scenario(parser, default="2017")
    parser.add_argument("--out", metavar="FILE", required=True, help="the page to write, such as page.html")
    add_policies(parser, "policies to choose from, names or paths; those that the scenario compares if not given")
    add_rounds(parser)
    add_parameters(parser)
    parser.add_argument(
        "--no-answer",
        action="store_true",
        help="leave out the answer to the world's own question, which takes a minute or two to play the first time",
    )


COMMAND = Command(
    "a world as one page that plays in a browser, without a server",
    "Write a world, its policies and the engine to one HTML file. Whoever opens it, from disk or from a site, chooses "
    "policy and luck, moves levers, and compares two policies; results are those of this program, to the byte, "
    "and no network is needed. The answer to the world's own question stands first, as long as the world, its "
    "length and both policies are those that it asks about.",
    (
        ("greatpowers publish 2017 --out page.html", "a page to send to somebody, or to put on a site"),
        ("greatpowers publish 1936 --policies appeasement,containment --out 1936.html", "with two policies"),
    ),
    _arguments,
)


def execute(arguments: Namespace) -> None:
    """Build the world and write the page; raises :class:`GreatPowersError` if it cannot be done."""
    from greatpowers.server.published import answer_for, check_page_place, publish
    from greatpowers.simulation.setup import given_policies, prepare_all
    from greatpowers.storage.files import checked_path

    if not arguments.out.strip():
        raise gp.GreatPowersError("--out is empty; expected the name of a file.")
    path = checked_path(arguments.out)
    check_page_place(path)
    scenario, parameters = terminal.chosen_scenario(arguments.scenario, arguments.param)
    setups = prepare_all(scenario, given_policies(scenario, arguments.policies), arguments.rounds, parameters)
    answer = None
    if not arguments.no_answer and not parameters:
        with terminal.progress_bar("playing the answer") as progress:
            answer = answer_for(setups, progress)
    publish(setups, path, answer, parameters)
    print(f"{path}: {path.stat().st_size / 1000:,.0f} kB; open it in a browser.")
