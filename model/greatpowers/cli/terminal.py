"""What appears on the terminal: results on stdout, everything else on stderr; plain text when nobody looks."""

import os
import sys
from collections.abc import Iterable, Mapping, Sequence
from typing import IO, Any, NamedTuple

from rich import box
from rich.cells import cell_len
from rich.console import Console
from rich.measure import Measurement
from rich.table import Table
from rich.text import Text

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


class Column(NamedTuple):
    """One column of a table: the key of a row, the heading, and whether it holds numbers."""

    key: str
    heading: str
    number: bool = False
    keep: bool = False  # never break it over lines
    most: int | None = None  # widest it may get, to leave room for others


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


def grid(title: str, columns: Sequence[Column], rows: Iterable[Mapping[str, Any]], caption: str = "") -> Table:
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


def _least_width(column: Column, cells: Iterable[str]) -> int:
    """Width that shows the heading and every line of every cell whole."""
    return max(cell_len(line) for text in (column.heading, *cells) for line in text.split("\n"))


def cell(value: object) -> str:
    """A value as it stands in a table."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return number(value) if isinstance(value, float) else str(value)


def number(value: float) -> str:
    """A number to four significant digits, without an exponent where that stays short."""
    if abs(value) >= 1000:
        return f"{value:.0f}"
    return f"{value:.4g}" if value == 0 or abs(value) >= 1e-4 else f"{value:.2g}"


def say(text: str) -> None:
    """One remark on stderr, not broken into lines."""
    notes().print(text, soft_wrap=True)


def remark(text: str) -> None:
    """One remark on stderr for somebody who watches, nothing otherwise."""
    if notes().is_terminal:
        say(text)
