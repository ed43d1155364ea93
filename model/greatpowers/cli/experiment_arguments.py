"""The arguments of the commands that run experiments."""

import argparse

from greatpowers.cli.arguments import whole_number


def batch_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of ``greatpowers batch``."""
    parser.add_argument("file", metavar="FILE", help="a shipped experiment, or the path of a TOML file")
    parser.add_argument(
        "--out",
        metavar="DIR",
        help="directory of results, begun or gone on with; ./greatpowers-results/NAME if not given",
    )
    parser.add_argument("--dry-run", action="store_true", help="check everything, say what it would take, run nothing")
    parser.add_argument(
        "--workers",
        metavar="N",
        type=whole_number("--workers", 1, 1024),
        help="runs to play at the same time; one per core if not given. Results do not depend on it",
    )
    parser.add_argument(
        "--dask",
        metavar="ADDRESS",
        help="play on the Dask cluster whose scheduler is there, such as tcp://10.0.0.5:8786; "
        "'local' starts one with a process per core",
    )


def rerun_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of ``greatpowers rerun``."""
    parser.add_argument("directory", metavar="DIR", help="what 'greatpowers batch' wrote")
    parser.add_argument(
        "--row",
        metavar="N",
        required=True,
        type=whole_number("--row", 0, 2**63 - 1),
        help="which run: its value in the column 'row'",
    )
    parser.add_argument("--out", metavar="DIR2", help="directory to keep the run in; it is only told if not given")
