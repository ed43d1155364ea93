"""``greatpowers scenario build``: the world of a year, from the published record, as a file to run and to change."""

from argparse import Namespace
from pathlib import Path

from greatpowers.cli.terminal import output, remark
from greatpowers.historical.build_world import HEAD, build_scenario, scenario_text
from greatpowers.historical.published.records import Records
from greatpowers.scenario.errors import GreatPowersError
from greatpowers.storage.files import checked_path, disk_faults, write_whole


def execute(arguments: Namespace) -> None:
    """Build and write it; raises :class:`GreatPowersError`."""
    place = _checked_file(arguments.out)
    records = Records(arguments.data)
    remark("reading the published files")
    found = build_scenario(records, arguments.year, arguments.states, arguments.rounds)
    text = scenario_text(found, arguments.year, records)
    if place.exists() and place.read_bytes() != text.encode():
        raise GreatPowersError(_left_alone(place))
    with disk_faults(place, kept=False):
        write_whole(place, text)
    screen = output()
    screen.print(
        f"{found.title}: {len(found.states)} states, {len(found.theatres)} theatres, {found.rounds} rounds from "
        f"{found.start}."
    )
    screen.print("File written:")
    screen.print(f"  {place}", soft_wrap=True)


def _checked_file(text: str) -> Path:
    """Where to write; what is there is left alone."""
    path = checked_path(text)
    if path.suffix != ".toml":
        raise GreatPowersError(f"--out is '{text}'; expected the name of a file that ends in .toml.")
    if path.is_dir():
        raise GreatPowersError(f"--out is '{text}', which is a directory; expected a file.")
    if not path.absolute().parent.is_dir():
        raise GreatPowersError(f"--out is '{text}', and there is no directory '{path.parent}' to write it in.")
    if path.exists() and not path.read_bytes().startswith(HEAD.encode()):
        raise GreatPowersError(_left_alone(path))
    return path


def _left_alone(path: Path) -> str:
    return f"{path}: this file is there already, and is left alone; choose another name with --out."
