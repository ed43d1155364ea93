"""``greatpowers scenario build``: the world of a year, from the published record, as a file to run and to change."""

from argparse import Namespace
from pathlib import Path

from greatpowers.cli.terminal import output, remark
from greatpowers.historical.build_world import build_scenario
from greatpowers.historical.published.records import Records
from greatpowers.historical.write_scenario import scenario_text
from greatpowers.scenario.errors import GreatPowersError


def execute(arguments: Namespace) -> None:
    """Build and write it; raises :class:`GreatPowersError`."""
    place = _checked_file(arguments.out)
    records = Records(arguments.data)
    remark("reading the published files")
    found = build_scenario(records, arguments.year, arguments.states, arguments.rounds)
    try:
        place.write_text(scenario_text(found, arguments.year, records), encoding="utf-8")
    except OSError as error:
        raise GreatPowersError(f"cannot write to '{arguments.out}' ({error.strerror or error}).") from None
    screen = output()
    screen.print(
        f"{found.title}: {len(found.states)} states, {len(found.theatres)} theatres, {found.rounds} rounds from "
        f"{found.start}."
    )
    screen.print("File written:")
    screen.print(f"  {place}", soft_wrap=True)


def _checked_file(text: str) -> Path:
    """Where to write; what is there is replaced if it is a TOML file."""
    path = Path(text).expanduser()
    if not text.strip() or path.suffix != ".toml":
        raise GreatPowersError(f"--out is '{text}'; expected the name of a file that ends in .toml.")
    if path.is_dir():
        raise GreatPowersError(f"--out is '{text}', which is a directory; expected a file.")
    if not path.absolute().parent.is_dir():
        raise GreatPowersError(f"--out is '{text}', and there is no directory '{path.parent}' to write it in.")
    return path
