"""How figures and numbers look: one place for colours, type, layout, decimals. No pyplot, so nothing global is touched.

Names in any script are written where a font on this machine has their letters, else by what stands for them.
"""

import contextlib
import math
import textwrap
import warnings
from collections.abc import Iterator, Sequence
from functools import cache
from typing import TYPE_CHECKING, Literal

from greatpowers.core.declare import Floats

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

INK, FAINT, RULE = "#222222", "#6b6b6b", "#d9d9d9"

PALETTE = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#7f5539", "#8c8c8c")
"""Colours that people with any colour vision can tell apart (Okabe & Ito 2008)."""

PRESET_COLOURS = {
    "laissez-faire": "#4d4d4d",
    "appeasement": "#E69F00",
    "sanctions-only": "#56B4E9",
    "containment": "#0072B2",
    "half-a-loaf": "#009E73",
    "maximum-pressure": "#D55E00",
}
"""A preset has the same colour in every figure."""

MARKERS = ("o", "s", "D", "^", "v", "p", "h", "X")

OUTCOME_COLOURS = ("#a6cee3", "#fee08b", "#f29e4c", "#b2182b", "#2d0a0a")
"""Peace to nuclear use, darker as it gets worse, so that they also read in grey."""

LADDER_COLOURS = ("#f4f4f1", "#e3e8c4", "#c9d69b", "#f5d76e", "#f2a65a", "#dd6b35", "#a63603", "#3d0c02")
"""Rungs 0 to 7."""

HEADER_INCHES, FOOTER_INCHES, LINE_INCHES = 0.82, 0.22, 0.14
MARGIN_INCHES = 0.15
CAPTION_LETTERS, SUBTITLE_LETTERS = 14.5, 10.5
"""Letters that fit in an inch."""


SHORT_YEARS = 3.0
"""Length below which time is told in quarters."""


def colours(names: Sequence[str]) -> dict[str, str]:
    """A colour for each policy: its own if it is a preset, else the next of the palette that is free."""
    taken = {PRESET_COLOURS.get(name) for name in names}
    spare = [colour for colour in PALETTE if colour not in taken] or list(PALETTE)
    others = [name for name in names if name not in PRESET_COLOURS]
    return {name: PRESET_COLOURS.get(name) or spare[others.index(name) % len(spare)] for name in names}


def new_figure(width: float, height: float, title: str, subtitle: str, caption: str) -> "Figure":
    """An empty figure of this size in inches, with a heading above and a caption below the room for axes."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure
    from matplotlib.layout_engine import ConstrainedLayoutEngine

    lines = textwrap.wrap(caption, round(CAPTION_LETTERS * width))
    bottom, top = (FOOTER_INCHES + LINE_INCHES * len(lines)) / height, 1 - HEADER_INCHES / height
    layout = ConstrainedLayoutEngine(
        rect=(0.008, bottom, 0.984, top - bottom), w_pad=0.08, h_pad=0.08, wspace=0.03, hspace=0.05
    )
    figure = Figure(figsize=(width, height), dpi=150, facecolor="white", layout=layout)
    FigureCanvasAgg(figure)
    left = MARGIN_INCHES / width
    figure.text(left, 1 - 0.18 / height, title, ha="left", va="top", fontsize=14, fontweight="bold", color=INK)
    subtitle = textwrap.shorten(subtitle, round(SUBTITLE_LETTERS * width), placeholder=" …")
    figure.text(left, 1 - 0.50 / height, subtitle, ha="left", va="top", fontsize=10, color=FAINT)
    figure.text(
        left, 0.12 / height, "\n".join(lines), ha="left", va="bottom", fontsize=7.5, color=FAINT, linespacing=1.35
    )
    return figure


def dress(axes: "Axes", grid: Literal["x", "y", "both", ""] = "y") -> "Axes":
    """Quiet axes: two spines, small ticks, a faint grid along these axes, or none."""
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)
    for side in ("left", "bottom"):
        axes.spines[side].set_color(RULE)
    axes.tick_params(colors=FAINT, labelsize=8.5, length=3, width=0.8, color=RULE)
    if grid:
        axes.grid(axis=grid, color=RULE, linewidth=0.6)
    axes.set_axisbelow(True)
    return axes


def label(axes: "Axes", x: str = "", y: str = "") -> None:
    """Axis labels in the house type."""
    axes.set_xlabel(x, fontsize=9, color=FAINT)
    axes.set_ylabel(y, fontsize=9, color=FAINT)


def heading(axes: "Axes", text: str, colour: str = INK) -> None:
    """The heading of one panel."""
    axes.set_title(text, loc="left", fontsize=10, fontweight="bold", color=colour, pad=5)


def time_axis(axes: "Axes", when: Floats) -> None:
    """A horizontal axis in whole years; in quarters where there are few rounds. `when` is as :func:`years` gives it."""
    from matplotlib.ticker import MaxNLocator, MultipleLocator

    last = max(when[-1], when[0] + 0.25)
    axes.set_xlim(when[0], last)
    if last - when[0] >= SHORT_YEARS:
        axes.xaxis.set_major_locator(MaxNLocator(nbins=5, integer=True, steps=[1, 2, 5, 10]))
        axes.xaxis.set_major_formatter(lambda year, _: f"{year:.0f}")
    else:
        axes.xaxis.set_major_locator(MultipleLocator(0.25 if last - when[0] <= 1 else 0.5))
        axes.xaxis.set_major_formatter(lambda year, _: f"{year // 1:.0f}Q{year % 1 * 4 + 1:.0f}")


def count(number: int, noun: str) -> str:
    """A number with its noun, such as '1 run' or '2,000 runs'."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


MOST_DECIMALS, LEAST_SHARE, MOST_NAMED = 6, 0.01, 3


def number(value: float, half: float = math.nan, signed: bool = False) -> str:
    """A number with as many decimals as half its interval bears, with a true minus sign."""
    if not math.isfinite(value):
        return "–"
    scale = half if math.isfinite(half) and half > 0 else abs(value) / 50
    decimals = min(MOST_DECIMALS, max(0, -math.floor(math.log10(scale)))) if scale > 0 else 2
    text = f"{value:{'+' if signed else ''},.{decimals}f}"
    if not float(text.replace(",", "")):
        text = text.lstrip("+-")
    nothing = not value or (decimals == MOST_DECIMALS and not text.strip("+0."))
    return "0" if nothing else text.replace("-", "−")


def percent(share: float) -> str:
    """A share in per cent; one that is nearly nothing, or nearly all, is not rounded to it."""
    if 0 < share < LEAST_SHARE:
        return "less than 1%"
    return "more than 99%" if 1 - LEAST_SHARE < share < 1 else f"{share * 100:.0f}%"


def listed(names: Sequence[str], most: int = MOST_NAMED) -> str:
    """'A', 'A and B', 'A, B and C'; beyond `most`, how many others."""
    if len(names) > most:
        names = [*names[: most - 1], f"{len(names) - most + 1} others"]
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def legible(text: str, instead: str) -> str:
    """`text` if its letters can be drawn, else `instead`, such as an id or a name that is ASCII.

    A dollar is a dollar, and not the beginning of mathematics.
    """
    return (text if text.isascii() or _is_drawn(text) else instead).replace("$", r"\$")


def _is_drawn(text: str) -> bool:
    """Whether some font has all its letters; that font is among those of the figure then."""
    import matplotlib as mpl

    missing = {letter for letter in text if not letter.isspace()} - _letters(tuple(mpl.rcParams["font.family"]))
    if not missing:
        return True
    font = _font_with(frozenset(missing)) if _choosing else None
    if font is not None:
        mpl.rcParams["font.family"] = [*mpl.rcParams["font.family"], font]
    return font is not None


_choosing: list[bool] = []
"""Not empty while settings will be put back as they were."""


@contextlib.contextmanager
def any_script() -> Iterator[None]:
    """Within, fonts of this machine may be added to those that figures are drawn in."""
    _choosing.append(True)
    try:
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", message=r"Glyph \d+")  # in texts that have nothing to stand for them
            yield
    finally:
        _choosing.pop()


@cache
def _letters(families: tuple[str, ...]) -> frozenset[str]:
    """Every letter that one of the families has."""
    from matplotlib.font_manager import FontProperties, fontManager, get_font

    files = {fontManager.findfont(FontProperties(family=[name])) for name in families}
    return frozenset(chr(code) for file in files for code in get_font(file).get_charmap())


@cache
def _font_with(letters: frozenset[str]) -> str | None:
    """The first installed font, by name, that has all of some letters."""
    from matplotlib.font_manager import fontManager, get_font

    plain = [entry for entry in fontManager.ttflist if (entry.style, entry.weight) == ("normal", 400)]
    for name, file in sorted(
        (entry.name, entry.fname) for entry in plain if "Last Resort" not in entry.name
    ):  # which has boxes for all
        with contextlib.suppress(OSError, RuntimeError):  # a font that cannot be read is none
            font = get_font(file)
            if all(font.get_char_index(ord(letter)) for letter in letters):
                return name
    return None
