"""``greatpowers fork``: one history, and what would have become of it under another policy from some round on."""

from argparse import ArgumentParser, Namespace
from pathlib import Path

import greatpowers as gp
from greatpowers.cli import terminal
from greatpowers.cli.arguments import MOST_ROUNDS, Command, add_count, add_output, add_seed, round_reader
from greatpowers.scenario.errors import GreatPowersError


def _arguments(parser: ArgumentParser) -> None:
    parser.add_argument(
        "target",
        metavar="RUN_DIR|SCENARIO",
        help="what 'greatpowers run ... --out RUN_DIR' wrote, or a scenario to play first",
    )
    parser.add_argument(
        "--at",
        metavar="ROUND",
        required=True,
        type=round_reader("--at"),
        help="first round that may differ, counted from 0, or its quarter such as 2019Q1",
    )
    parser.add_argument("--policy", metavar="P", help="policy from that round on, a shipped name or a path")
    parser.add_argument(
        "--true-beliefs", action="store_true", help="instead, challengers believe the truth about resolve and force"
    )
    parser.add_argument(
        "--original", metavar="P", help="of a scenario: the policy it is played under first; laissez-faire if not given"
    )
    add_seed(parser, "of a scenario: which luck; 0 if none", None)
    add_count(parser, "--rounds", MOST_ROUNDS, "of a scenario: rounds to play; the scenario's own number if not given")
    add_output(
        parser, "directory to write both histories to; nothing is written if not given", "write tables and text only"
    )


COMMAND = Command(
    "what if: the same history with another policy from some round on",
    "Play a history again on the same luck, with another policy from a round on; say what differs.",
    (
        ("greatpowers fork my-run --at 2019Q1 --policy half-a-loaf --out fork", "a saved run"),
        (
            "greatpowers fork 2017 --original containment --seed 4 --at 12 --policy laissez-faire",
            "a scenario, played first",
        ),
        ("greatpowers fork my-run --at 30 --true-beliefs", "what if nobody had misjudged anything?"),
    ),
    _arguments,
)


def execute(arguments: Namespace) -> None:
    """Play, fork, write and tell; raises :class:`GreatPowersError` before playing if it cannot be done."""
    from greatpowers.narrative.divergence import account

    directory = None if arguments.out is None else terminal.destination(arguments.out, "fork")
    if (arguments.policy is None) != arguments.true_beliefs:
        given = "both are" if arguments.true_beliefs else "neither is"
        raise GreatPowersError(f"say what is to differ with either --policy or --true-beliefs; {given} given.")
    policy = None if arguments.policy is None else gp.load_policy(arguments.policy)
    history = _history(arguments)
    when = terminal.chosen_round(history, arguments.at, "--at")
    forked = gp.fork_beliefs(history, when) if policy is None else gp.fork(history, when, policy)
    screen = terminal.output()
    screen.print(str(gp.divergence(forked)), soft_wrap=True)
    if directory is not None:
        if not arguments.no_figures:
            terminal.remark("drawing figures")
        forked.save(directory, account(forked), {} if arguments.no_figures else gp.figures_of(forked))
        screen.print()
        screen.files(directory)


def _history(arguments: Namespace) -> "gp.History":
    """The history that was saved, or that is played now."""
    from greatpowers.scenario.library import path_of

    place = path_of(arguments.target)
    terminal.announce_compiling()
    if place.is_dir():
        for name in ("original", "seed", "rounds"):
            if getattr(arguments, name) is not None:
                raise GreatPowersError(f"--{name} is for a scenario, and '{arguments.target}' is a run already.")
        return gp.load_history(place)
    if _looks_like_a_directory(arguments.target):
        raise GreatPowersError(f"{arguments.target}: there is no such directory; expected a run, or a scenario.")
    original = gp.load_policy(arguments.original or "laissez-faire")
    return gp.simulate(gp.load_scenario(arguments.target), original, arguments.seed or 0, arguments.rounds)


def _looks_like_a_directory(target: str) -> bool:
    return target not in gp.names("scenarios") and not target.endswith(".toml") and Path(target).name != target
