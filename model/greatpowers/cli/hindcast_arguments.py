"""Arguments of ``greatpowers hindcast``."""

import argparse

from greatpowers.cli.arguments import LARGEST_SEED, assignment, whole_number


def hindcast_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of ``greatpowers hindcast``."""
    parser.add_argument("--data", metavar="DIR", required=True, help="directory with the published files downloaded")
    parser.add_argument(
        "--out", metavar="DIR", help="directory to write to; ./greatpowers-results/hindcast if not given"
    )
    _years(parser)
    _histories(parser)


def _years(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--from", dest="first", metavar="Y", default=1816, type=whole_number("--from", 1816, 2016),
        help="first start year (1816 if not given). Start years that end in 6, 1 and 8 were looked at during "
        "development; those in 6 serve calibration; those in 3 were looked at once, those in 4 are held for validation",
    )  # fmt: skip
    parser.add_argument(
        "--to", dest="last", metavar="Y", default=2010, type=whole_number("--to", 1816, 2016),
        help="last start year (2010 if not given)",
    )  # fmt: skip
    parser.add_argument(
        "--every", metavar="N", default=10, type=whole_number("--every", 1, 200),
        help="years from one start year to the next (10 if not given)",
    )  # fmt: skip
    parser.add_argument(
        "--ahead", metavar="N", default=5, type=whole_number("--ahead", 1, 5),
        help="years to look ahead from each start year, 1 to 5 (5 if not given)",
    )  # fmt: skip


def _histories(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--runs", metavar="N", type=whole_number("--runs", 1, 1_000_000),
        help="histories of each start year (100 if not given, 20 with --fast)",
    )  # fmt: skip
    parser.add_argument("--fast", action="store_true", help="a fifth of the histories, for a first look")
    parser.add_argument(
        "--seed", metavar="S", default=0, type=whole_number("--seed", 0, LARGEST_SEED),
        help="seed of the first history of each start year (0 if not given)",
    )  # fmt: skip
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
