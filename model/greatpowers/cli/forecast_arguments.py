"""Arguments of ``greatpowers forecast``."""

import argparse

from greatpowers.cli.arguments import MOST_SEEDS, assignment, whole_number


def forecast_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of ``greatpowers forecast``."""
    parser.add_argument(
        "scenarios", metavar="SCENARIO", nargs="*",
        help="scenarios that say what happened, shipped names or paths; 2017 1913 1936 1978 if none",
    )  # fmt: skip
    parser.add_argument(
        "--seeds", metavar="N", default=200, type=whole_number("--seeds", 1, MOST_SEEDS),
        help="histories under each policy, on seeds 0 to N-1 (200 if not given)",
    )  # fmt: skip
    parser.add_argument(
        "--out", metavar="DIR", help="directory to write to; ./greatpowers-results/forecast if not given"
    )
    parser.add_argument(
        "--parameters", metavar="FILE", help="TOML file whose table [parameters] replaces defaults, such as a posterior"
    )
    parser.add_argument(
        "--param", metavar="NAME=VALUE", action="append", default=[], type=assignment,
        help="another value for one parameter, also of the file; may be repeated",
    )  # fmt: skip
    parser.add_argument(
        "--workers", metavar="N", type=whole_number("--workers", 1, 1024),
        help="histories to play at the same time; one per core if not given. Results do not depend on it",
    )  # fmt: skip
