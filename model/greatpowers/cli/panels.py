"""What the commands that make a panel do alike: choose, play, tell, write."""

from argparse import Namespace
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from greatpowers.cli.terminal import Screen
    from greatpowers.simulation.panels import Panel


def carry_out(
    arguments: Namespace, make: "Callable[..., Panel]", own: tuple[str, ...], tell: "Callable[[Screen, Any], str]"
) -> None:
    """Make a panel of what was asked, tell of it, and write it if a directory was given.

    `make` takes the arguments in `own` besides those that every panel has. `tell` prints the panel and returns the line
    that stands last, empty for none. Raises :class:`GreatPowersError` before anything is played if it cannot be done.
    """
    from greatpowers.cli.checked import chosen_scenario, destination, print_files, write_and_tell
    from greatpowers.cli.terminal import announce_compiling, heading, output, progress_bar

    scenario, parameters = chosen_scenario(arguments.scenario, arguments.param)
    directory = None if arguments.out is None else destination(arguments.out, arguments.command)
    asked = {name: getattr(arguments, name) for name in (*own, "seeds", "rounds", "workers")}
    announce_compiling()
    with progress_bar("playing histories") as told:
        found = make(scenario, parameters=parameters, progress=told, **asked)
    screen, last = output(), []

    def say() -> None:
        screen.print(heading(f"{found.scenario.name}: {found.scenario.title}"))
        last.append(tell(screen, found))

    write_and_tell(lambda: directory is None or found.save(directory), say)
    if directory is not None:
        screen.print()
        print_files(screen, directory)
    if last[0]:
        screen.print(f"\n{last[0]}")
