"""From a figure to SVG that stands in a page: letters of the page, colours that follow light and dark."""

import io
import re
from collections.abc import Mapping
from typing import Any

import matplotlib as mpl
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

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
    found = stream.getvalue()
    found = found[found.index("<svg") :]
    found = re.sub(r"<metadata>.*?</metadata>", "", found, flags=re.DOTALL)
    found = re.sub(r'\bid="', f'id="{name}-', found)
    found = re.sub(r'(href="|url\()#', rf"\1#{name}-", found)
    found = re.sub(r'font(-family)?: ?([\d.]+px )?[^;"]*DejaVu[^;"]*', _letters, found)
    for colour, variable in THEME.items():
        found = found.replace(colour.lower(), variable).replace(colour, variable)
    found = re.sub(r'width="[\d.]+pt" height="[\d.]+pt"|height="[\d.]+pt" width="[\d.]+pt"', "", found, count=1)
    return found.replace("<svg", f'<svg role="img" aria-label="{text}"', 1)


def _letters(found: re.Match[str]) -> str:
    """The size of the letters only; the page says which."""
    size = re.search(r"[\d.]+px", found[0])
    return f"font-size: {size[0]}" if size else ""
