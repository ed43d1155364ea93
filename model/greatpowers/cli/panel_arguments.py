"""The arguments of the commands that judge the model itself: is it plausible, and what do its answers rest on."""

import argparse

from greatpowers.cli.arguments import MOST_ROUNDS, MOST_SEEDS, assignment, policy_names, whole_number

PANEL_SEEDS, MECHANISM_SEEDS = 500, 60


def plausibility_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of ``greatpowers plausibility``."""
    _what_is_played(parser, PANEL_SEEDS, least=1)


def mechanisms_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of ``greatpowers mechanisms``."""
    _what_is_played(parser, MECHANISM_SEEDS, least=2)


def _what_is_played(parser: argparse.ArgumentParser, seeds: int, least: int) -> None:
    parser.add_argument(
        "scenario",
        metavar="SCENARIO",
        nargs="?",
        default="2017",
        help="a shipped scenario ('greatpowers list scenarios') or the path of a TOML file; 2017 if none",
    )
    parser.add_argument(
        "--policies",
        metavar="A,B,...",
        type=policy_names,
        help="policies to play, shipped names or paths; the scenario's own or the six presets if not given",
    )
    parser.add_argument(
        "--seeds",
        metavar="N",
        default=seeds,
        type=whole_number("--seeds", least, MOST_SEEDS),
        help=f"histories per policy, on seeds 0 to N-1 ({seeds} if not given)",
    )
    parser.add_argument(
        "--rounds",
        metavar="N",
        type=whole_number("--rounds", 1, MOST_ROUNDS),
        help="rounds to play, each a quarter of a year; the scenario's own number if not given",
    )
    parser.add_argument("--out", metavar="DIR", help="directory to write to; nothing is written if not given")
    parser.add_argument(
        "--workers",
        metavar="N",
        type=whole_number("--workers", 1, 1024),
        help="histories to play at the same time; one per core if not given. Results do not depend on it",
    )
    parser.add_argument(
        "--param",
        metavar="NAME=VALUE",
        action="append",
        default=[],
        type=assignment,
        help="another value for a parameter ('greatpowers list parameters'); may be repeated",
    )
