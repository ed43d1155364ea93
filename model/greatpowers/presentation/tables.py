"""Tables and texts as results show them: columns and numbers of a terminal, HTML of a notebook."""

from html import escape
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    import pandas as pd


class TableColumn(NamedTuple):
    """One column of a table: the key of a row, the heading, and whether it holds numbers."""

    key: str
    heading: str
    number: bool = False
    keep: bool = False  # never break it over lines
    most: int | None = None  # widest it may get, to leave room for others


def numbers(**headings: str) -> tuple[TableColumn, ...]:
    """Columns of numbers, their headings by key."""
    return tuple(TableColumn(key, heading, number=True) for key, heading in headings.items())


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


PROSE = "white-space: pre-wrap; font-family: inherit; line-height: 1.4"


def table_shown(title: str, table: "pd.DataFrame") -> str:
    """A table under a heading, numbers to four digits."""
    return f"<p><b>{escape(title)}</b></p>{table.to_html(border=0, float_format='{:.4g}'.format)}"


def text_shown(text: str, prose: bool = False) -> str:
    """Text as it stands on a terminal; `prose` has no tables in it and may have any letters."""
    style = f' style="{PROSE}"' if prose else ""
    return f"<pre{style}>{escape(text)}</pre>"
