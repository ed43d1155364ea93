"""How results show themselves in a notebook: a heading over a table, or text as it is printed."""

from html import escape
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

PROSE = "white-space: pre-wrap; font-family: inherit; line-height: 1.4"


def table_shown(title: str, table: "pd.DataFrame") -> str:
    """A table under a heading, numbers to four digits."""
    return f"<p><b>{escape(title)}</b></p>{table.to_html(border=0, float_format='{:.4g}'.format)}"


def text_shown(text: str, prose: bool = False) -> str:
    """Text as it stands on a terminal; `prose` has no tables in it and may have any letters."""
    style = f' style="{PROSE}"' if prose else ""
    return f"<pre{style}>{escape(text)}</pre>"
