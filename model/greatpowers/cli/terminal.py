"""What appears on the terminal: results on stdout, everything else on stderr; plain text when nobody looks.

Progress is a bar where somebody watches, and nothing where nobody does.
"""

import contextlib
import os
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import IO, Any

from rich import box
from rich.cells import cell_len
from rich.console import Console
from rich.measure import Measurement
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    ProgressColumn,
    Task,
    TextColumn,
    TimeRemainingColumn,
)
from rich.table import Table
from rich.text import Text

from greatpowers.presentation.tables import TableColumn, cell

PIPED_WIDTH = 100
NARROWEST_TEXT = 12


class Screen(Console):
    """A console that leaves a closed pipe to whoever started the command."""

    def on_broken_pipe(self) -> None:
        """Raise :class:`BrokenPipeError` instead of leaving here and now."""
        raise BrokenPipeError

    def table(self, table: Table) -> None:
        """Print a table and an empty line; on too narrow a terminal its lines run over rather than lose digits."""
        self.print(table, crop=False)
        self.print()

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


def grid(title: str, columns: Sequence[TableColumn], rows: Iterable[Mapping[str, Any]], caption: str = "") -> Table:
    """A table of `rows`; columns with nothing in them are left out."""
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
    return table


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

COMPILING = "compiling the engine once for this version, about 20 s"


class PointRate(ProgressColumn):
    """Parameter sets a minute."""

    def render(self, task: Task) -> Text:
        """The rate so far, once there is one."""
        return Text(f"{60 * task.speed:.1f}/min" if task.speed else "")


class Rate(ProgressColumn):
    """Histories a second."""

    def render(self, task: Task) -> Text:
        """The rate so far, once there is one."""
        return Text(f"{task.speed:.0f}/s" if task.speed else "")


def needs_compiling() -> bool:
    """Whether the engine's machine code has yet to be made."""
    from greatpowers.core.kernel import is_cached, is_compiled

    return is_compiled() and not is_cached()


def announce_compiling() -> None:
    """Say why the first run takes longer, if it does."""
    if needs_compiling():
        say(COMPILING)


@contextlib.contextmanager
def stage_bar() -> Iterator[Callable[[str, int, int], None]]:
    """A function to be told (stage, done, total) of work whose stages have names; a bar on a terminal."""
    screen = notes()
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), PointRate(), TimeRemainingColumn())
    bar = Progress(*columns, console=screen, transient=True, disable=not screen.is_terminal, speed_estimate_period=SLOW)
    with bar:
        task = bar.add_task("beginning", total=None)
        yield lambda stage, done, total: bar.update(
            task, description=stage.replace("-", " "), completed=done, total=total
        )


@contextlib.contextmanager
def progress_bar(what: str) -> Iterator[Callable[[int, int], None]]:
    """A function to be told (done, total): draws a bar with the rate and the time left on a terminal."""
    screen = notes()
    bar = Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        Rate(),
        TimeRemainingColumn(),
        console=screen,
        transient=True,
        disable=not screen.is_terminal,
    )
    with bar:
        task = bar.add_task(what, total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)
