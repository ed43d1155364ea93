"""Arguments of ``greatpowers validate``."""

import argparse

from greatpowers.cli.arguments import assignment, whole_number


def validate_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of ``greatpowers validate``."""
    parser.add_argument("--fast", action="store_true", help="a quarter of the histories, for a first look")
    parser.add_argument(
        "--out", metavar="DIR", help="directory to write to; ./greatpowers-results/validate if not given"
    )
    parser.add_argument(
        "--parameters", metavar="FILE", help="TOML file whose table [parameters] replaces defaults, such as a posterior"
    )
    parser.add_argument(
        "--param",
        metavar="NAME=VALUE",
        action="append",
        default=[],
        type=assignment,
        help="another value for one parameter, also of the file; may be repeated",
    )
    parser.add_argument(
        "--workers",
        metavar="N",
        type=whole_number("--workers", 1, 1024),
        help="histories to play at the same time; one per core if not given. Results do not depend on it",
    )
