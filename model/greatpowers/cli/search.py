"""``greatpowers search``: policies that are hard to better in many uncertain worlds."""

from argparse import ArgumentParser, Namespace
from typing import TYPE_CHECKING

import greatpowers as gp
from greatpowers.cli import terminal
from greatpowers.cli.arguments import MOST_ROUNDS, Command, add_count, add_output, add_seed, add_workers, listed

if TYPE_CHECKING:
    from greatpowers.presentation.figures import Drawers


def _arguments(parser: ArgumentParser) -> None:
    parser.add_argument("scenario", metavar="SCENARIO", help="a shipped scenario or the path of a TOML file")
    add_count(parser, "--generations", 100_000, "generations; 40 if not given. More can be added later", 40)
    add_count(parser, "--population", 100_000, "policies in a generation; 40 if not given", 40)
    add_count(parser, "--worlds", 1_000_000, "uncertain worlds that judge a policy; 16 if not given", 16)
    add_count(parser, "--seeds", 1_000_000, "matched seeds in each world; 4 if not given", 4)
    add_count(parser, "--rounds", MOST_ROUNDS, "rounds of a history; the scenario's own number if not given")
    parser.add_argument(
        "--robust",
        metavar="RULE",
        default="worst-decile",
        help="how worlds are summed up: mean, worst-decile, or regret (90th percentile); worst-decile if not given",
    )
    parser.add_argument(
        "--objectives",
        metavar="A,B,...",
        type=listed("--objectives"),
        help="metrics; mean_severity,order,sender_cost,great_power_war if not given",
    )
    text = "theatre whose outcomes are the objectives; severity,control,sender_cost,war there without --objectives"
    parser.add_argument("--place", metavar="P", help=text)
    parser.add_argument(
        "--levers", metavar="A,B,...", type=listed("--levers"), help="levers that are moved; thirteen if not given"
    )
    parser.add_argument(
        "--base", metavar="P", default="half-a-loaf", help="policy that is varied: it sets the levers not moved"
    )
    add_seed(parser, "of the search; 0 if not given")
    add_output(
        parser,
        "started or resumed; ./greatpowers-results/search-SCENARIO if not given",
        "write tables and text only",
    )
    add_workers(parser, "histories to play at a time")


COMMAND = Command(
    "search for policies that no other policy beats in many uncertain worlds",
    "Move levers by a many-objective search; judge what it finds on fresh worlds. If it is interrupted, the "
    "same command resumes it.",
    (
        ("greatpowers search 2017", "40 generations of 40 policies"),
        ("greatpowers search 2017 --generations 10 --population 24 --worlds 8", "a first look"),
    ),
    _arguments,
)


def execute(arguments: Namespace) -> None:
    """Search, write and tell; raises :class:`GreatPowersError` before playing if it cannot be done."""
    from greatpowers.studies.policy_search import KIND
    from greatpowers.studies.search_answer import POLICIES, answer, save_search, search_figures, search_tables
    from greatpowers.studies.search_settings import OBJECTIVES, SEARCHED, in_place

    chosen = tuple(arguments.objectives or OBJECTIVES)
    settings = terminal.asked(
        gp.SearchSettings,
        arguments,
        scenario=gp.load_scenario(arguments.scenario),
        robustness=arguments.robust,
        base=gp.load_policy(arguments.base),
        objectives=in_place(arguments.objectives or (), arguments.place) if arguments.place else chosen,
        levers=tuple(arguments.levers or SEARCHED),
    )
    directory = terminal.destination(arguments.out, KIND, f"search-{settings.scenario.name}")
    with terminal.said_when_stopped(directory), terminal.progress_bar("playing histories") as progress:
        search = gp.search_policies(settings, directory, arguments.workers, progress)
    tables = search_tables(search)
    figures: Drawers = {}
    if not arguments.no_figures:
        terminal.remark("drawing figures")
        figures = search_figures(search, tables)
    written = save_search(search, directory, figures)
    screen = terminal.output()
    screen.print(answer(search, tables), soft_wrap=True)
    screen.print()
    screen.paths([path for path in written if path.suffix != ".toml"])
    screen.print(f"  {directory / POLICIES}/found-*.toml: policies that every command accepts", soft_wrap=True)
