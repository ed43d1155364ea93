"""The arguments of the commands that read the published record."""

import argparse

from greatpowers.cli.arguments import MOST_ROUNDS, shortened, whole_number
from greatpowers.cli.parser import suggestion

ACTIONS = ("build",)


def _action(text: str) -> str:
    if text not in ACTIONS:
        raise argparse.ArgumentTypeError(
            f"there is nothing called '{shortened(text)}' to do with a scenario. {suggestion(text, ACTIONS)}"
        )
    return text


def data_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of ``greatpowers data``."""
    parser.add_argument("directory", metavar="DIR", help="directory with the files downloaded; zip archives count too")


def scenario_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of ``greatpowers scenario``."""
    parser.add_argument("action", metavar="ACTION", type=_action, help="build: a scenario from the published record")
    parser.add_argument(
        "--year",
        metavar="Y",
        required=True,
        type=whole_number("--year", 1816, 2016),
        help="year in whose first quarter the world starts, 1816 to 2016",
    )
    parser.add_argument("--data", metavar="DIR", required=True, help="directory with the files downloaded")
    parser.add_argument("--out", metavar="FILE", required=True, help="TOML file to write")
    parser.add_argument(
        "--states",
        metavar="N",
        type=whole_number("--states", 2, 1000),
        help="keep the N most powerful states, and all that border on a major power; every state if not given",
    )
    parser.add_argument(
        "--rounds",
        metavar="N",
        default=80,
        type=whole_number("--rounds", 1, MOST_ROUNDS),
        help="rounds of a run, each a quarter of a year (80 if not given)",
    )
