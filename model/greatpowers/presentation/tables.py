"""What a table in words says: its columns, its cells, its numbers."""

from typing import NamedTuple


class TableColumn(NamedTuple):
    """One column of a table: the key of a row, the heading, and whether it holds numbers."""

    key: str
    heading: str
    number: bool = False
    keep: bool = False  # never break it over lines
    most: int | None = None  # widest it may get, to leave room for others


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
