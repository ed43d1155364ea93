"""``greatpowers fork``: one history, and what would have become of it under another policy from some round on."""

from argparse import Namespace
from pathlib import Path

from greatpowers.cli.choices import chosen_round
from greatpowers.cli.destination import destination, print_files
from greatpowers.cli.progress import announce_compiling
from greatpowers.cli.terminal import output, remark
from greatpowers.narrative.divergence import account, divergence
from greatpowers.scenario.errors import GreatPowersError
from greatpowers.scenario.library import names
from greatpowers.scenario.load import load_policy, load_scenario
from greatpowers.simulation.figures import figures_of
from greatpowers.simulation.fork import fork, fork_beliefs
from greatpowers.simulation.history import History, load_history
from greatpowers.simulation.run import simulate

OF_A_SCENARIO = {"--original": "original", "--seed": "seed", "--rounds": "rounds"}


def execute(arguments: Namespace) -> None:
    """Play, fork, write and tell; raises :class:`GreatPowersError` before playing if it cannot be done."""
    directory = None if arguments.out is None else destination(arguments.out, "fork")
    if (arguments.policy is None) != arguments.true_beliefs:
        given = "both are" if arguments.true_beliefs else "neither is"
        raise GreatPowersError(f"say what is to differ with either --policy or --true-beliefs; {given} given.")
    policy = None if arguments.policy is None else load_policy(arguments.policy)
    history = _history(arguments)
    when = chosen_round(history, arguments.at, "--at")
    found = fork_beliefs(history, when) if policy is None else fork(history, when, policy)
    screen = output()
    screen.print(divergence(found), soft_wrap=True)
    if directory is not None:
        if not arguments.no_figures:
            remark("drawing figures")
        found.save(directory, account(found), {} if arguments.no_figures else figures_of(found))
        screen.print()
        print_files(screen, directory)


def _history(arguments: Namespace) -> History:
    """The history that was saved, or that is played now."""
    place = Path(arguments.target).expanduser()
    announce_compiling()
    if place.is_dir():
        for option, name in OF_A_SCENARIO.items():
            if getattr(arguments, name) is not None:
                raise GreatPowersError(f"{option} is for a scenario, and '{arguments.target}' is a run already.")
        return load_history(place)
    if _looks_like_a_directory(arguments.target):
        raise GreatPowersError(f"{arguments.target}: there is no such directory; expected a run, or a scenario.")
    original = load_policy(arguments.original or "laissez-faire")
    return simulate(load_scenario(arguments.target), original, arguments.seed or 0, arguments.rounds)


def _looks_like_a_directory(target: str) -> bool:
    return target not in names("scenarios") and not target.endswith(".toml") and Path(target).name != target
