"""``greatpowers scenario build``: the world of a year, from the published record, as a file to run and to change."""

from argparse import ArgumentParser, Namespace
from pathlib import Path

import greatpowers as gp
from greatpowers.cli import terminal
from greatpowers.cli.arguments import MOST_ROUNDS, Command, add_count, one_of, whole_number
from greatpowers.scenario.errors import GreatPowersError
from greatpowers.scenario.library import first_of, holds


def _arguments(parser: ArgumentParser) -> None:
    kind = one_of(("build",), "to do with a scenario")
    parser.add_argument("action", metavar="ACTION", type=kind, help="build: a scenario from the published record")
    parser.add_argument(
        "--year",
        metavar="Y",
        required=True,
        type=whole_number("--year", 1816, 2016),
        help="year in whose first quarter the world starts, 1816 to 2016",
    )
    parser.add_argument("--data", metavar="DIR", required=True, help="directory with the files downloaded")
    parser.add_argument("--out", metavar="FILE", required=True, help="TOML file to write")
    add_count(
        parser,
        "--states",
        1000,
        "keep the N most powerful states, and all that border on a major power; every state if not given",
        None,
        2,
    )
    add_count(parser, "--rounds", MOST_ROUNDS, "rounds of a run, each a quarter of a year (80 if not given)", 80)


COMMAND = Command(
    "build a scenario from the published record",
    "Build the world of a year, 1816 to 2016, from published files, as a scenario to run and to change.",
    (
        ("greatpowers scenario build --year 1962 --data downloads --out 1962.toml", "all states of 1962"),
        (
            "greatpowers scenario build --year 1900 --data downloads --out 1900.toml --states 20",
            "the twenty strongest, and neighbours of major powers",
        ),
    ),
    _arguments,
)


def execute(arguments: Namespace) -> None:
    """Build and write it; raises :class:`GreatPowersError`."""
    from greatpowers.historical.rules import lacking
    from greatpowers.storage.files import disk_faults, write_whole

    place = _checked_file(arguments.out)
    records = gp.Records(arguments.data)
    terminal.remark("reading the published files")
    scenario = gp.build_scenario(records, arguments.year, arguments.states, arguments.rounds)
    text = gp.scenario_text(scenario, arguments.year, records)
    if place.exists() and not holds(place, text.encode()):
        raise GreatPowersError(_left_alone(place))
    with disk_faults(place, kept=False):
        write_whole(place, text)
    screen = terminal.output()
    screen.print(
        f"{scenario.title}: {len(scenario.states)} states, {len(scenario.theatres)} theatres, "
        f"{scenario.rounds} rounds from {scenario.start}."
    )
    for sentence in lacking(records, arguments.year):
        screen.print(sentence)
    for left in records.others():
        if left.older:
            screen.print(f"Left aside: {left.name}, {left.reason}.")
    screen.paths([place])


def _checked_file(text: str) -> Path:
    """Where to write; what is there is left alone."""
    from greatpowers.historical.build_world import HEAD
    from greatpowers.storage.files import check_can_be_written, checked_path

    path = checked_path(text)
    if path.suffix != ".toml":
        raise GreatPowersError(f"--out is '{text}'; expected the name of a file that ends in .toml.")
    if path.is_dir():
        raise GreatPowersError(f"--out is '{text}', which is a directory; expected a file.")
    if not path.absolute().parent.is_dir():
        raise GreatPowersError(f"--out is '{text}', and there is no directory '{path.parent}' to write it in.")
    if path.exists() and not first_of(path, len(HEAD.encode())).startswith(HEAD.encode()):
        raise GreatPowersError(_left_alone(path))
    check_can_be_written(path)
    return path


def _left_alone(path: Path) -> str:
    return f"{path}: this file is there already, and is left alone; choose another name with --out."
