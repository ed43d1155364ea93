"""Pages of results: HTML that needs nothing but itself, readable in light, in dark and on paper.

What all of them share is in ``page.html``, ``page.css`` and ``parts.html`` beside this module.

A figure goes in as SVG, with the letters of the page and colours that follow light and dark.
"""

import io
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import jinja2
import matplotlib as mpl
from markupsafe import Markup
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

import greatpowers
from greatpowers.presentation.style import FAINT, INK, PRESET_COLOURS, RULE

NEUTRAL, PAPER = PRESET_COLOURS["laissez-faire"], "#fdfdfe"
"""Paper is a white of our own, so that it can be told from white that is meant."""

THEME: Mapping[str, str] = {
    INK: "var(--ink)",
    FAINT: "var(--faint)",
    RULE: "var(--rule)",
    NEUTRAL: "var(--neutral)",
    PAPER: "var(--paper)",
}
"""Colours of figures that the page decides."""

SETTINGS: Any = {"svg.fonttype": "none", "svg.hashsalt": "greatpowers"}


def blank(width: float, height: float) -> Figure:
    """An empty figure of this size in inches; title and caption belong to the page."""
    figure = Figure(figsize=(width, height), layout="constrained", facecolor="none")
    FigureCanvasAgg(figure)
    return figure


def svg(figure: Figure, name: str, text: str) -> str:
    """The figure as an SVG element; `name` keeps its ids apart from other figures', `text` is read to the blind.

    Equal figures give equal text.
    """
    stream = io.StringIO()
    with mpl.rc_context(SETTINGS):
        figure.savefig(stream, format="svg", metadata={"Date": None, "Creator": None}, transparent=True)
    markup = stream.getvalue()
    markup = markup[markup.index("<svg") :]
    markup = re.sub(r"<metadata>.*?</metadata>", "", markup, flags=re.DOTALL)
    markup = re.sub(r'\bid="', f'id="{name}-', markup)
    markup = re.sub(r'(href="|url\()#', rf"\1#{name}-", markup)
    markup = re.sub(r'font(-family)?: ?([\d.]+px )?[^;"]*DejaVu[^;"]*', _letters, markup)
    for colour, variable in THEME.items():
        markup = markup.replace(colour.lower(), variable).replace(colour, variable)
    markup = re.sub(r'width="[\d.]+pt" height="[\d.]+pt"|height="[\d.]+pt" width="[\d.]+pt"', "", markup, count=1)
    return markup.replace("<svg", f'<svg role="img" aria-label="{text}"', 1)


def _letters(match: re.Match[str]) -> str:
    """The size of the letters only; the page says which."""
    size = re.search(r"[\d.]+px", match[0])
    return f"font-size: {size[0]}" if size else ""


STYLE = "\n" + (Path(__file__).parent / "page.css").read_text(encoding="utf-8")
"""Of all pages."""


@dataclass(frozen=True)
class Heading:
    """Head of a column."""

    label: str
    unit: str = ""
    text: bool = False


@dataclass(frozen=True)
class Cell:
    """A value, with its interval below it."""

    value: str
    range: str = ""
    kind: str = ""


@dataclass(frozen=True)
class TableRow:
    """A line of a table; `base` is that of the baseline."""

    cells: tuple[Cell, ...]
    base: bool = False


@dataclass(frozen=True)
class HtmlTable:
    """A table."""

    caption: str
    headings: tuple[Heading, ...]
    rows: tuple[TableRow, ...]


Cells = tuple[str | Cell, ...]
Headings = tuple[str | Heading, ...]
"""What stands in a line of a table, and above it; a text alone needs no more."""


def shown(caption: str, headings: Sequence[str | Heading], rows: Iterable[Cells | TableRow]) -> HtmlTable:
    """A table of texts and of cells."""
    heads = tuple(Heading(head) if isinstance(head, str) else head for head in headings)
    return HtmlTable(caption, heads, tuple(row if isinstance(row, TableRow) else row_of(row) for row in rows))


def row_of(cells: Iterable[str | Cell], base: bool = False) -> TableRow:
    """A line of texts and of cells."""
    return TableRow(tuple(Cell(cell) if isinstance(cell, str) else cell for cell in cells), base)


ENVIRONMENT = jinja2.Environment(
    loader=jinja2.FileSystemLoader(Path(greatpowers.__file__).parent),
    autoescape=True,
    undefined=jinja2.StrictUndefined,
    trim_blocks=True,
    keep_trailing_newline=True,
)
"""Reads the pages, each of which lies beside the module that fills it."""


def rendered(template: str, *, generator: str, **content: Any) -> str:
    """A page as text, from a template such as ``hindcast/page.html``. Equal content gives equal text.

    The template may name the version besides its content.
    """
    return ENVIRONMENT.get_template(template).render(
        generator=generator, style=Markup(STYLE), version=greatpowers.__version__, **content
    )
