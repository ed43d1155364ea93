"""The brief as two printable pages, with its figure: HTML that needs nothing else, and the same as PDF.

The PDF is set by fpdf2, which is pure Python and needs nothing of the system. Its letters are those that come with
Matplotlib, so equal briefs give equal bytes on every machine.
"""

import io
import math
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import matplotlib as mpl
from fpdf import FPDF, FontFace
from fpdf.enums import TableBordersLayout, TableCellFillMode, XPos, YPos
from markupsafe import Markup
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

import greatpowers
from greatpowers.core.levers import SWITCH
from greatpowers.presentation.figures import own_style
from greatpowers.presentation.html import HtmlTable, blank, rendered, svg
from greatpowers.presentation.style import FAINT, INK, PALETTE, RULE, dress, heading, label
from greatpowers.studies.brief_words import PLACE, WORLD, again, answer, sections, stories, table, ways

if TYPE_CHECKING:
    from greatpowers.studies.brief import Brief

GENERATOR = "greatpowers brief"

SHOWN = ((PLACE, "war"), (PLACE, "severity"), (WORLD, "mean_severity"), (WORLD, "wars_begun"), (WORLD, "order"))
"""Differences that are drawn."""

DARK, MIDDLE, LIGHT = PALETTE[0], "#7fb4d8", "#d3e5f1"
"""Colours of the three intervals, luck first."""


def figure(brief: "Brief") -> Figure:
    """Differences at the place and in the world: dots, each on three nested intervals."""
    drawing = blank(8.2, 1.5)
    for place, (where, name) in enumerate(SHOWN, 1):
        axes, row = drawing.add_subplot(1, len(SHOWN), place), brief.finding(where, name)
        dress(axes, grid="x")
        axes.axvline(0.0, color=FAINT, linewidth=0.8)
        for low, high, colour, width in (
            ("deep_low", "deep_high", LIGHT, 15), ("open_low", "open_high", MIDDLE, 9), ("low", "high", DARK, 3.5),
        ):  # fmt: skip
            if not math.isnan(row[low]):
                axes.plot([row[low], row[high]], [0, 0], color=colour, linewidth=width, solid_capstyle="butt")
        axes.plot([row["difference"]], [0], "o", color=DARK, markersize=6)
        axes.set_yticks([])
        axes.set_ylim(-1, 1)
        axes.margins(x=0.12)
        axes.spines["left"].set_visible(False)
        axes.xaxis.set_major_locator(MaxNLocator(nbins=3, steps=[1, 2, 5, 10], min_n_ticks=2))
        heading(axes, f"{row['label']}{', there' if where == PLACE else ''}")
        label(axes, x="share of histories" if row["unit"] == SWITCH else row["unit"])
    return drawing


def caption(brief: "Brief") -> str:
    """What the figure shows."""
    one, other = (policy.title for policy in brief.policies)
    text = f"{one} less {other}. Dark: 95% by luck, {len(brief.seeds)} matched histories."
    if brief.draws:
        text += f" Middle: what {brief.draws} parameter sets that agree with the record about equally well leave open."
    return (
        f"{text} Light: what is open if {brief.deep_draws} worlds count as well in which every parameter lies anywhere "
        "from half to twice its default."
    )


def render(brief: "Brief") -> str:
    """The pages as text; equal briefs give equal text."""
    one, other = (policy.title for policy in brief.policies)
    drawing = svg(figure(brief), "brief", f"Differences between {one} and {other}, with three nested intervals")
    return rendered(
        "studies/brief_page.html", generator=GENERATOR, label=brief.label, scenario=brief.scenario.title,
        question=brief.title, answer=answer(brief), figure=Markup(drawing), caption=caption(brief), ways=ways(brief),
        at_place=table(brief, PLACE, f"Over {brief.label}"), in_world=table(brief, WORLD, "In the world"),
        stories=stories(brief), sections=sections(brief), again=again(brief),
    )  # fmt: skip


FONT, CODE = "DejaVu Sans", "DejaVu Sans Mono"
FACES = {
    (FONT, ""): "DejaVuSans.ttf", (FONT, "B"): "DejaVuSans-Bold.ttf", (FONT, "I"): "DejaVuSans-Oblique.ttf",
    (CODE, ""): "DejaVuSansMono.ttf",
}  # fmt: skip
MADE = datetime(2000, 1, 1, tzinfo=UTC)
"""Stands for the time of making, which would make equal briefs differ."""

MARGIN, DOTS = 14.0, 300
SIZES = (8.2, 7.8, 7.4, 7.0, 6.6)
"""Letters in points: the largest with which all stands on two pages."""

PAGES = 2
CARD = "#f3f3f0"
FIRST, VALUES, INTERVALS, LAST = 22, (13, 14), 20, 14
"""Columns of a table, as shares of the width: what it is, both policies, each interval, what is to be said."""


def pdf(brief: "Brief") -> bytes:
    """The two pages; equal briefs give equal bytes."""
    with own_style():
        picture = io.BytesIO()
        figure(brief).savefig(picture, format="png", dpi=DOTS, facecolor="white")
    for size in SIZES:
        pages = _Pages(brief, size, picture)
        if pages.page_no() <= PAGES:
            break
    return bytes(pages.output())


class _Pages(FPDF):
    """The brief set in letters of one size, in points."""

    def __init__(self, brief: "Brief", size: float, picture: io.BytesIO) -> None:
        super().__init__(format="A4")
        letters = Path(mpl.get_data_path()) / "fonts" / "ttf"
        for (family, style), name in FACES.items():
            self.add_font(family, style, letters / name)
        self.size = size
        self.set_creation_date(MADE)
        self.set_title(f"Brief: {brief.label}")
        self.set_producer(f"greatpowers {greatpowers.__version__}")
        self.set_creator(GENERATOR)
        self.set_lang("en")
        self.set_margin(MARGIN)
        self.set_auto_page_break(True, MARGIN)
        self._first(brief, picture)
        self._second(brief)

    def footer(self) -> None:
        """What made it, and the number of the page."""
        self.set_y(-10)
        self._ink(FAINT)
        self.set_font(FONT, "", self.size - 1.2)
        self.cell(0, 4, f"{GENERATOR} {greatpowers.__version__}, page {self.page_no()}", align="R")

    def _first(self, brief: "Brief", picture: io.BytesIO) -> None:
        self.add_page()
        self._say("A BRIEF", -1, colour=FAINT)
        self._say(brief.scenario.title, 6, "B")
        self._say(brief.title, 1.2, "I", colour=FAINT, after=1.5)
        first, *rest = answer(brief)
        top = self.get_y()
        self.set_fill_color(CARD)
        self.set_x(MARGIN + 2)
        self._say(first, 1.4, "B", fill=True, pad=2)
        self.set_fill_color(PALETTE[0])
        self.rect(MARGIN, top, 1.2, self.get_y() - top, style="F")
        self.ln(1)
        for line in rest:
            self._say(line, after=0.6)
        self.ln(1)
        self.image(picture, w=self.epw)
        self._say(caption(brief), -1.2, colour=FAINT, after=1.5)
        self._table(table(brief, PLACE, f"Over {brief.label}"))
        self.ln(2)
        self._table(table(brief, WORLD, "In the world"))

    def _second(self, brief: "Brief") -> None:
        self.add_page()
        self._heading(ways(brief))
        for story in stories(brief):
            self._say(story.heading, 0.4, "B", before=1.0)
            self._say(story.share, colour=FAINT)
            for quarter, line in story.lines:
                if quarter:
                    self.set_font(FONT, "B", self.size)
                    self._ink(INK)
                    self.cell(self.get_string_width(f"{quarter}  "), self._line(self.size), quarter)
                left = self.l_margin
                self.set_left_margin(self.get_x())
                self._say(line)
                self.set_left_margin(left)
                self.set_x(left)
        for title, lines in sections(brief).items():
            self._heading(title)
            for line in lines:
                self._say(line, after=0.5)
        self.ln(1)
        for how, what in again(brief):
            self._say(how, colour=FAINT)
            self._say(what, -0.5, family=CODE)

    def _heading(self, text: str) -> None:
        self.ln(1.6)
        self.set_draw_color(RULE)
        self.line(self.l_margin, self.get_y(), self.l_margin + self.epw, self.get_y())
        self.ln(0.8)
        self._say(text, 1.8, "B", after=0.4)

    def _say(
        self, text: str, larger: float = 0.0, style: str = "", colour: str = INK, before: float = 0.0,
        after: float = 0.0, fill: bool = False, pad: int = 0, family: str = FONT,
    ) -> None:  # fmt: skip
        """A paragraph; `before` and `after` it there is so much room, in millimetres."""
        self.ln(before)
        self.set_font(family, style, self.size + larger)
        self._ink(colour)
        self.multi_cell(
            0, self._line(self.size + larger), text, align="L", fill=fill, padding=pad, new_x=XPos.LMARGIN,
            new_y=YPos.NEXT,
        )  # fmt: skip
        self.ln(after)

    def _line(self, points: float) -> float:
        """Height of a line in millimetres."""
        return points * 0.3528 * 1.28

    def _ink(self, colour: str) -> None:
        self.set_text_color(colour)

    def _table(self, shown: HtmlTable) -> None:
        self.set_font(FONT, "", self.size - 0.9)
        self._ink(INK)
        self.set_draw_color(RULE)
        self.set_fill_color("#ffffff")
        aligned = ["LEFT", *["RIGHT"] * (len(shown.headings) - 2), "LEFT"]
        widths = (FIRST, *VALUES, *[INTERVALS] * (len(aligned) - 4), LAST)
        with self.table(
            col_widths=widths, line_height=self._line(self.size - 0.9), padding=(0.45, 0.9), text_align=aligned,
            borders_layout=TableBordersLayout.HORIZONTAL_LINES,
            headings_style=FontFace(emphasis="BOLD", fill_color=CARD),
            cell_fill_mode=TableCellFillMode.NONE,
        ) as rows:  # fmt: skip
            self._row(rows, [(head.label, head.unit) for head in shown.headings])
            for line in shown.rows:
                self._row(rows, [(cell.value, cell.range) for cell in line.cells])

    def _row(self, rows: Any, cells: Sequence[tuple[str, str]]) -> None:
        row = rows.row()
        for first, second in cells:
            row.cell(f"{first}\n{second}" if second else first)
