"""``greatpowers search``: policies that are hard to better in many uncertain worlds."""

from argparse import Namespace

from greatpowers.cli.destination import destination, print_paths, said_when_stopped
from greatpowers.cli.progress import announce_compiling, progress_bar
from greatpowers.cli.terminal import output, remark
from greatpowers.presentation.figures import Drawers
from greatpowers.scenario.load import load_policy, load_scenario
from greatpowers.studies.policy_search import search_policies
from greatpowers.studies.search_answer import POLICIES, answer, save_search, search_figures, search_tables
from greatpowers.studies.search_settings import OBJECTIVES, SEARCHED, SearchSettings
from greatpowers.studies.search_store import KIND


def execute(arguments: Namespace) -> None:
    """Search, write and tell; raises :class:`GreatPowersError` before playing if it cannot be done."""
    settings = SearchSettings(
        scenario=load_scenario(arguments.scenario),
        generations=arguments.generations,
        population=arguments.population,
        worlds=arguments.worlds,
        seeds=arguments.seeds,
        rounds=arguments.rounds,
        robustness=arguments.robust,
        base=load_policy(arguments.base),
        seed=arguments.seed,
        objectives=tuple(arguments.objectives or OBJECTIVES),
        levers=tuple(arguments.levers or SEARCHED),
    )
    directory = destination(arguments.out, KIND, f"search-{settings.scenario.name}")
    announce_compiling()
    with said_when_stopped(directory), progress_bar("playing histories") as told:
        found = search_policies(settings, directory, arguments.workers, told)
    tables = search_tables(found)
    figures: Drawers = {}
    if not arguments.no_figures:
        remark("drawing figures")
        figures = search_figures(found, tables)
    written = save_search(found, directory, figures)
    screen = output()
    screen.print(answer(found, tables), soft_wrap=True)
    screen.print()
    print_paths(screen, [path for path in written if path.suffix != ".toml"])
    screen.print(f"  {directory / POLICIES}/found-*.toml: policies that every command accepts", soft_wrap=True)
