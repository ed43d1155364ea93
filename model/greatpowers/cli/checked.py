"""What commands do alike: check what was asked for before anything is computed, write, and say where."""

import contextlib
import tempfile
from argparse import Namespace
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from greatpowers.cli.terminal import Screen, announce_compiling, heading, output, progress_bar, say
from greatpowers.scenario.build import build_parameters
from greatpowers.scenario.errors import GreatPowersError, complain
from greatpowers.scenario.load import load_scenario
from greatpowers.scenario.schema import Scenario
from greatpowers.storage.files import OURS, checked_path, reason
from greatpowers.storage.manifest import check_place, read_manifest, written_within

if TYPE_CHECKING:
    from greatpowers.simulation.history import History
    from greatpowers.simulation.panels import Panel

RESULTS = "greatpowers-results"
REMEDY = "choose another one with --out"


def destination(out: str | None, kind: str, name: str = "") -> Path:
    """The directory asked for, or one of this name among the results, for results of a kind.

    It may be new, empty, or hold results of ours; what others have put there is safe. Raises
    :class:`GreatPowersError` if results cannot be written there.
    """
    if out is not None and not out.strip():
        raise GreatPowersError("--out is empty; expected the name of a directory.")
    path = checked_path(f"./{RESULTS}/{name}" if out is None else out)
    check_place(path, kind)
    try:
        _try_writing(path, kind)
    except (OSError, ValueError) as error:
        raise GreatPowersError(f"cannot write to '{path}' ({reason(error).lower()}); {REMEDY}.") from None
    return path


def _try_writing(path: Path, kind: str) -> None:
    """Make a directory of the same name and remove it: permissions do not tell about read-only disks and the like."""
    place = path.absolute() if written_within(path, kind) else path.absolute().parent
    while not place.exists():
        place = place.parent
    with tempfile.TemporaryDirectory(dir=place, prefix=OURS) as trial:
        (Path(trial) / path.name).mkdir(exist_ok=True)


def write_and_tell(write: Callable[[], object], tell: Callable[[], object]) -> None:
    """Write results, then tell them; they are told as well if they cannot be written, so that they are not lost."""
    try:
        write()
    except GreatPowersError:
        tell()
        raise
    tell()


def print_files(screen: Screen, directory: Path) -> None:
    """Say where results are, one path a line, so that they can be copied."""
    manifest = read_manifest(directory) or {}
    print_paths(screen, [directory / name for name in sorted(manifest.get("files", ()))])


def print_paths(screen: Screen, paths: list[Path]) -> None:
    """The same for files that are known."""
    screen.print("Files written:")
    for path in paths:
        screen.print(f"  {path}", soft_wrap=True)


@contextlib.contextmanager
def said_when_stopped(directory: Path) -> Iterator[None]:
    """Say what an interrupt leaves behind."""
    try:
        yield
    except KeyboardInterrupt:
        say(f"stopped; what is finished is kept in {directory}, and the same command goes on from there.")
        raise


def chosen_scenario(name: str, overrides: Sequence[tuple[str, float]]) -> tuple[Scenario, dict[str, float]]:
    """The scenario and the parameters given with ``--param``; raises :class:`GreatPowersError`."""
    scenario = load_scenario(name)
    parameters = _each_once(overrides)
    build_parameters(scenario, parameters)
    return scenario, parameters


def chosen_round(history: "History", asked: int | str, option: str) -> int:
    """The round meant by a number or a quarter; raises :class:`GreatPowersError` if the history does not have it."""
    quarters = history.metrics["quarter"].tolist()
    number = quarters.index(asked) if asked in quarters else asked
    if not isinstance(number, int) or number >= len(quarters):
        last = len(quarters) - 1
        raise GreatPowersError(
            f"{option} is {asked}, which is not in this run; expected 0 to {last}, or {quarters[0]} to {quarters[-1]}."
        )
    return number


def chosen_parameters(arguments: Namespace) -> dict[str, float]:
    """The parameters of the file and of ``--param``, checked."""
    from greatpowers.scenario.kinds import PARAMETERS, setting_faults
    from greatpowers.validation.scorecard_files import read_parameters

    found = read_parameters(arguments.parameters) if arguments.parameters is not None else {}
    given = _each_once(arguments.param)
    complain("--param", [("", fault) for fault in setting_faults(given, PARAMETERS, "parameter")])
    return {**found, **given}


def _each_once(pairs: Sequence[tuple[str, float]]) -> dict[str, float]:
    parameters: dict[str, float] = {}
    for name, value in pairs:
        if name in parameters:
            raise GreatPowersError(f"--param gives '{name}' twice; expected each parameter once.")
        parameters[name] = value
    return parameters


def carry_out(
    arguments: Namespace, make: "Callable[..., Panel]", own: tuple[str, ...], tell: Callable[[Screen, Any], str]
) -> None:
    """Make the panel that was asked for, tell of it, and write it if a directory was given.

    `make` takes the arguments in `own` besides those that every panel has. `tell` prints the panel and returns the line
    that stands last, empty for none. Raises :class:`GreatPowersError` before anything is played if it cannot be done.
    """
    scenario, parameters = chosen_scenario(arguments.scenario, arguments.param)
    directory = None if arguments.out is None else destination(arguments.out, arguments.command)
    asked = {name: getattr(arguments, name) for name in (*own, "seeds", "rounds", "workers")}
    announce_compiling()
    with progress_bar("playing histories") as told:
        found = make(scenario, parameters=parameters, progress=told, **asked)
    screen, last = output(), []

    def say() -> None:
        screen.print(heading(f"{found.scenario.name}: {found.scenario.title}"))
        last.append(tell(screen, found))

    write_and_tell(lambda: directory is None or found.save(directory), say)
    if directory is not None:
        screen.print()
        print_files(screen, directory)
    if last[0]:
        screen.print(f"\n{last[0]}")
