"""What appears on the terminal: results on stdout, everything else on stderr; plain text when nobody looks."""

import os
import sys
from collections.abc import Iterable, Mapping, Sequence
from typing import IO, Any, NamedTuple

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

PIPED_WIDTH = 100


class Screen(Console):
    """A console that leaves a closed pipe to whoever started the command."""

    def on_broken_pipe(self) -> None:
        """Raise :class:`BrokenPipeError` instead of leaving here and now."""
        raise BrokenPipeError


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
        table.add_column(
            column.heading,
            justify="right" if column.number else "left",
            no_wrap=column.keep or column.number,
            overflow="fold",
            max_width=column.most,
        )
    for row in listed:
        table.add_row(*(cell(row[column.key]) for column in used))
    return table


def cell(value: object) -> str:
    """A value as it stands in a table."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return number(value) if isinstance(value, float) else str(value)


def number(value: float) -> str:
    """A number to four significant digits, without an exponent where that stays short."""
    return f"{value:.4g}" if value == 0 or abs(value) >= 1e-4 else f"{value:.2g}"


def say(text: str) -> None:
    """One remark on stderr, not broken into lines."""
    notes().print(text, soft_wrap=True)
