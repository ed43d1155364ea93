"""Arguments of ``greatpowers calibrate``."""

import argparse

from greatpowers.cli.arguments import whole_number


def calibrate_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of ``greatpowers calibrate``."""
    parser.add_argument(
        "--out",
        metavar="DIR",
        help="directory of results, begun or gone on with; ./greatpowers-results/calibrate if not given",
    )
    _count(parser, "--waves", 50, "waves, each where the one before left room (4 if not given)")
    _count(parser, "--size", 100_000, "parameter sets to play in each wave (200 if not given)")
    _count(parser, "--runs", 1000, "histories of every world for each parameter set (2 if not given)")
    _count(parser, "--draws", 100_000, "draws of the posterior to play and to filter (100 if not given)")
    parser.add_argument(
        "--seed",
        metavar="S",
        default=1,
        type=whole_number("--seed", 0, 2**63 - 1),
        help="which luck: the same one gives the same posterior, byte for byte (1 if not given)",
    )
    parser.add_argument(
        "--parameters",
        metavar="FILE",
        help="TOML file of free parameters and how far each may lie; the table that ships if not given",
    )
    parser.add_argument(
        "--fast", action="store_true", help="few parameter sets and one history each, to see that everything works"
    )
    _count(parser, "--workers", 1024, "parameter sets to play at the same time; one per core if not given. "
           "Results do not depend on it")  # fmt: skip


def _count(parser: argparse.ArgumentParser, option: str, most: int, text: str) -> None:
    parser.add_argument(option, metavar="N", type=whole_number(option, 1, most), help=text)
