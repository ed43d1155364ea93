"""What appears on the terminal: results on stdout, everything else on stderr; plain text when nobody looks.

Progress is a bar where somebody watches, and nothing where nobody does. What commands do alike is here too: check what
was asked for before anything is computed, write, and say where.
"""

import contextlib
import os
import sys
import textwrap
from argparse import Namespace
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from inspect import signature
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, TypeVar

from rich import box
from rich.cells import cell_len
from rich.console import Console
from rich.measure import Measurement
from rich.progress import BarColumn, MofNCompleteColumn, Progress, ProgressColumn, Task, TextColumn, TimeRemainingColumn
from rich.table import Table
from rich.text import Text

from greatpowers.presentation.tables import TableColumn, cell
from greatpowers.scenario.build import build_parameters
from greatpowers.scenario.errors import GreatPowersError, complain
from greatpowers.scenario.load import load_scenario
from greatpowers.scenario.schema import Scenario
from greatpowers.storage.files import checked_path, reason, try_writing
from greatpowers.storage.manifest import check_place, read_manifest, written_within

if TYPE_CHECKING:
    from greatpowers.simulation.history import History
    from greatpowers.simulation.panels import Panel

PIPED_WIDTH = 100
NARROWEST_TEXT = 12


class Screen(Console):
    """A console that leaves a closed pipe to whoever started the command."""

    def on_broken_pipe(self) -> None:
        """Raise :class:`BrokenPipeError` instead of leaving here and now."""
        raise BrokenPipeError

    def heading(self, text: str) -> None:
        """Print a line that stands above something."""
        self.print(Text(text, style="bold"))

    def table(self, table: Table) -> None:
        """Print a table and an empty line; on too narrow a terminal its lines run over rather than lose digits."""
        self.print(table, crop=False)
        self.print()

    def grid(
        self,
        title: str,
        columns: Sequence[TableColumn],
        rows: Iterable[Mapping[str, Any]],
        caption: str = "",
        leading: int = 0,
    ) -> None:
        """Print a table of `rows`, so many lines apart; columns with nothing in them are left out."""
        listed = list(rows)
        used = [column for column in columns if any(cell(row[column.key]) for row in listed)] or list(columns)
        table = Table(
            title=title or None,
            caption=caption or None,
            box=box.SIMPLE_HEAD,
            title_justify="left",
            caption_justify="left",
            title_style="bold",
            padding=(0, 1, 0, 0),
            pad_edge=False,
            leading=leading,
        )
        for column in used:
            cells = [cell(row[column.key]) for row in listed]
            whole = column.keep or column.number
            table.add_column(
                column.heading,
                justify="right" if column.number else "left",
                no_wrap=whole,
                overflow="fold",
                min_width=_least_width(column, cells) if whole else min(_least_width(column, cells), NARROWEST_TEXT),
                max_width=column.most,
            )
        for row in listed:
            table.add_row(*(cell(row[column.key]) for column in used))
        self.table(table)

    def files(self, directory: Path) -> None:
        """Say where results are, one path a line, so that they can be copied."""
        manifest = read_manifest(directory) or {}
        self.paths([directory / name for name in sorted(manifest.get("files", ()))])

    def paths(self, paths: Sequence[Path]) -> None:
        """The same for files that are known."""
        self.print("File written:" if len(paths) == 1 else "Files written:")
        for path in paths:
            self.print(f"  {path}", soft_wrap=True)

    def fits(self, table: Table) -> bool:
        """Whether a table fits without breaking anything over lines."""
        return Measurement.get(self, self.options.update(width=10_000), table).maximum <= self.width


def output() -> Screen:
    """Where results go."""
    return _screen(sys.stdout)


def notes() -> Screen:
    """Where remarks, progress and errors go."""
    return _screen(sys.stderr)


def _screen(stream: IO[str]) -> Screen:
    watched = stream.isatty()
    return Screen(
        file=stream,
        force_terminal=watched,
        width=None if watched else _piped_width(),
        markup=False,
        highlight=False,
        emoji=False,
    )


def _piped_width() -> int:
    columns = os.environ.get("COLUMNS", "")
    return max(int(columns), 40) if columns.isascii() and columns.isdigit() else PIPED_WIDTH


def heading(text: str) -> Text:
    """A line that stands above something."""
    return Text(text, style="bold")


def in_lines(text: str, width: int) -> str:
    """Broken at spaces and hyphens, never inside a word, so that many columns can stand side by side."""
    return "\n".join(textwrap.wrap(text, width, break_long_words=False))


def _least_width(column: TableColumn, cells: Iterable[str]) -> int:
    """Width that shows the heading and every line of every cell whole."""
    return max(cell_len(line) for text in (column.heading, *cells) for line in text.split("\n"))


def say(text: str) -> None:
    """One remark on stderr, not broken into lines."""
    notes().print(text, soft_wrap=True)


def remark(text: str) -> None:
    """One remark on stderr for somebody who watches, nothing otherwise."""
    if notes().is_terminal:
        say(text)


SLOW = 300.0
"""Seconds over which the rate of slow work is averaged."""


class Rate(ProgressColumn):
    """How many so far, in a form of its own, in so many seconds; nothing until there is a rate."""

    def __init__(self, form: str, seconds: int) -> None:
        super().__init__()
        self._form, self._seconds = form, seconds

    def render(self, task: Task) -> Text:
        """The rate so far, once there is one."""
        return Text(self._form.format(self._seconds * task.speed) if task.speed else "")


def needs_compiling() -> bool:
    """Whether the engine's machine code has yet to be made."""
    from greatpowers.core.kernel import is_cached, is_compiled

    return is_compiled() and not is_cached()


def announce_compiling() -> None:
    """Say why the first run takes longer, if it does."""
    if needs_compiling():
        from greatpowers.simulation.run import COMPILING

        say(COMPILING)


@contextlib.contextmanager
def stage_bar() -> Iterator[Callable[[str, int, int], None]]:
    """A function to call with (stage, done, total) for work in named stages; a bar on a terminal."""
    with _bar(Rate("{:.1f}/min", 60), SLOW) as bar:
        task = bar.add_task("beginning", total=None)
        yield lambda stage, done, total: bar.update(
            task, description=stage.replace("-", " "), completed=done, total=total
        )


@contextlib.contextmanager
def progress_bar(what: str) -> Iterator[Callable[[int, int], None]]:
    """A function to call with (done, total): draws a bar with the rate and the time left on a terminal."""
    with _bar(Rate("{:.0f}/s", 1)) as bar:
        task = bar.add_task(what, total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)


@contextlib.contextmanager
def _bar(rate: Rate, averaged: float = 30.0) -> Iterator[Progress]:
    """A bar, on a terminal; elsewhere nothing, where older releases of Rich write an empty line.

    Before it is said why the first run takes longer, if it does.
    """
    announce_compiling()
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), rate, TimeRemainingColumn())
    bar = Progress(*columns, console=notes(), transient=True, speed_estimate_period=averaged)
    bar.disable = not bar.console.is_terminal
    with contextlib.nullcontext() if bar.disable else bar:
        yield bar


RESULTS = "greatpowers-results"
REMEDY = "choose another one with --out"


def destination(out: str | None, kind: str, name: str = "") -> Path:
    """The directory asked for, or one of this name among the results, for results of a kind.

    It may be new, empty, or hold earlier results; what others have put there is safe. Raises
    :class:`GreatPowersError` if results cannot be written there.
    """
    if out is not None and not out.strip():
        raise GreatPowersError("--out is empty; expected the name of a directory.")
    path = checked_path(f"./{RESULTS}/{name}" if out is None else out)
    check_place(path, kind)
    try:
        place = path.absolute() if written_within(path, kind) else path.absolute().parent
        while not place.exists():
            place = place.parent
        try_writing(place, path.name)
    except (OSError, ValueError) as error:
        raise GreatPowersError(f"cannot write to '{path}' ({reason(error).lower()}); {REMEDY}.") from None
    return path


def write_and_print(
    directory: Path | None,
    write: Callable[[Path], object],
    tell: Callable[[Screen], object],
    names: Callable[[], Screen] = output,
) -> None:
    """Write results if a directory was given, print them, and say on `names` where they are.

    They are printed as well if they cannot be written, so that they are not lost.
    """
    screen = output()
    try:
        if directory is not None:
            write(directory)
    except GreatPowersError:
        tell(screen)
        raise
    tell(screen)
    if directory is not None:
        names().files(directory)


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


def chosen_round(history: "History", given: int | str, option: str) -> int:
    """The round meant by a number or a quarter; raises :class:`GreatPowersError` if the history does not have it."""
    quarters = history.metrics["quarter"].tolist()
    number = quarters.index(given) if given in quarters else given
    if not isinstance(number, int) or number >= len(quarters):
        last = len(quarters) - 1
        raise GreatPowersError(
            f"{option} is {given}, which is not in this run; expected 0 to {last}, or {quarters[0]} to {quarters[-1]}."
        )
    return number


def chosen_parameters(arguments: Namespace) -> dict[str, float]:
    """The parameters of the file and of ``--param``, checked."""
    from greatpowers.scenario.kinds import PARAMETERS, setting_faults
    from greatpowers.validation.scorecard_page import read_parameters

    parameters = read_parameters(arguments.parameters) if arguments.parameters is not None else {}
    given = _each_once(arguments.param)
    complain("--param", [("", fault) for fault in setting_faults(given, PARAMETERS, "parameter")])
    return {**parameters, **given}


Asked = TypeVar("Asked")


def asked(kind: Callable[..., Asked], arguments: Namespace, **given: Any) -> Asked:
    """A dataclass whose fields are the arguments of the same names, unless they are `given`."""
    wanted = signature(kind).parameters
    return kind(**{name: value for name, value in {**vars(arguments), **given}.items() if name in wanted})


def _each_once(pairs: Sequence[tuple[str, float]]) -> dict[str, float]:
    parameters: dict[str, float] = {}
    for name, value in pairs:
        if name in parameters:
            raise GreatPowersError(f"--param gives '{name}' twice; expected each parameter once.")
        parameters[name] = value
    return parameters


def carry_out(
    arguments: Namespace, make: "Callable[..., Panel]", own: tuple[str, ...], tell: Callable[[Screen, Any], str | None]
) -> None:
    """Make the panel that was asked for, tell of it, and write it if a directory was given.

    `make` takes the arguments in `own` besides those that every panel has. `tell` prints the panel, and may return a
    line that stands last. Raises :class:`GreatPowersError` before anything is played if it cannot be done.
    """
    scenario, parameters = chosen_scenario(arguments.scenario, arguments.param)
    directory = None if arguments.out is None else destination(arguments.out, arguments.command)
    wanted = {name: getattr(arguments, name) for name in (*own, "seeds", "rounds", "workers")}
    with progress_bar("playing histories") as progress:
        panel = make(scenario, parameters=parameters, progress=progress, **wanted)
    last: str | None = None

    def say(screen: Screen) -> None:
        nonlocal last
        screen.heading(f"{panel.scenario.name}: {panel.scenario.title}")
        last = tell(screen, panel)
        if directory is not None:
            screen.print()

    write_and_print(directory, panel.save, say)
    if last:
        output().print(f"\n{last}")
