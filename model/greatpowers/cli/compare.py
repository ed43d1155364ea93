"""``greatpowers compare``: every policy on the same luck, as a table, files and figures."""

from argparse import Namespace

from greatpowers.cli.choices import chosen_scenario
from greatpowers.cli.comparison_tables import print_differences, print_means
from greatpowers.cli.destination import destination, print_files, write_and_tell
from greatpowers.cli.progress import announce_compiling, progress_bar
from greatpowers.cli.terminal import Screen, heading, output, remark
from greatpowers.scenario.load import compared, load_policy
from greatpowers.simulation.comparison import Comparison, compare
from greatpowers.simulation.figures import figures_of


def execute(arguments: Namespace) -> None:
    """Compare, write and print; raises :class:`GreatPowersError` before computing if it cannot be done."""
    scenario, parameters = chosen_scenario(arguments.scenario, arguments.param)
    policies = [load_policy(name) for name in arguments.policies or compared(scenario)]
    directory = destination(arguments.out, "comparison", f"compare-{scenario.name}")
    announce_compiling()
    with progress_bar("playing histories") as told:
        found = compare(
            scenario,
            policies,
            seeds=arguments.seeds,
            rounds=arguments.rounds,
            parameters=parameters,
            workers=arguments.workers,
            progress=told,
        )
    if not arguments.no_figures:
        remark("drawing figures")
    figures, screen = {} if arguments.no_figures else figures_of(found), output()
    write_and_tell(lambda: found.save(directory, figures), lambda: _tell(screen, found))
    print_files(screen, directory)


def _tell(screen: Screen, found: Comparison) -> None:
    screen.print(heading(f"{found.scenario.name}: {found.scenario.title}"))
    screen.print(f"{_plural(len(found.seeds), 'history', 'histories')} of {found.rounds} rounds for each policy.\n")
    print_means(screen, found)
    if len(found.policies) > 1:
        print_differences(screen, found)


def _plural(count: int, one: str, many: str) -> str:
    return f"{count} {one if count == 1 else many}"
