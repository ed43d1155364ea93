"""The brief in words, and as two printable pages of HTML that need nothing else."""

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from markupsafe import Markup

from greatpowers.core.levers import SWITCH
from greatpowers.experiments.report.words import listed, number, percent
from greatpowers.presentation.html import TABLE, Cell, Heading, HtmlTable, TableRow, opening, rendered
from greatpowers.presentation.style import dress, heading, label
from greatpowers.presentation.svg import blank, svg

if TYPE_CHECKING:
    from greatpowers.studies.brief import Brief, Story

GENERATOR = "greatpowers brief"
LOWER, HIGHER = "lower", "higher"
MAYBE_LOWER, MAYBE_HIGHER = "lower unless the record misleads", "higher unless the record misleads"
NO_TELLING = "no telling"
VERDICTS = (LOWER, HIGHER, MAYBE_LOWER, MAYBE_HIGHER, NO_TELLING)
"""Verdicts on a difference: surely lower or higher, so by luck alone but not for every posterior draw, or neither."""

PLACE, WORLD = "place", "world"

QUIET, FORCE, WAR = "no open force", "open force without a war", "war"
KINDS = (QUIET, FORCE, WAR)
"""Kinds of histories, by the worst that happens in the place."""

MOST_HANGS = 3
"""Parameters that are named."""

IN_WORDS = {
    LOWER: "lower",
    HIGHER: "higher",
    MAYBE_LOWER: "lower, with a reservation",
    MAYBE_HIGHER: "higher, with a reservation",
    NO_TELLING: "no telling",
}
TELLS = {
    QUIET: "The good history",
    FORCE: "The history in between",
    WAR: "The bad history",
}
MOST_LINES = 7

STYLE = """
main { max-width: 46rem; font-size: 0.95rem; }
h2 { margin-top: 1.4rem; } .story { break-inside: avoid; } .story p { margin: 0.25rem 0; }
@page { size: A4; margin: 12mm; }
@media print {
  body, main { font-size: 7.6pt; line-height: 1.25; padding: 0; margin: 0; max-width: none; }
  h1 { font-size: 13pt; margin: 0; }
  h2 { font-size: 10pt; margin: 4pt 0 2pt; }
  h3 { font-size: 8pt; margin: 3pt 0 1pt; }
  p, .question { margin: 2pt 0; font-size: 7.6pt; }
  .said { font-size: 9pt; }
  th, td { padding: 1pt 3pt; font-size: 7pt; }
  .answer, figure, section { padding: 3pt; margin: 3pt 0; } .both { display: grid; grid-template-columns: 1fr 1fr; }
  section, figure, table, tr { break-inside: avoid; }
}
"""


def answer(found: "Brief") -> list[str]:
    """The answer in three sentences: the place, the world, the price."""
    one, other = (policy.title for policy in found.policies)
    war = found.finding(PLACE, "war")
    place = (
        f"Under “{one}” there is war over {found.label} in {percent(war['asked'])} of histories, under “{other}” in "
        f"{percent(war['against'])}: {doubt(war)}."
    )
    severity = found.finding(WORLD, "mean_severity")
    world = (
        f"In the world, escalation is {_value(severity, 'asked')} under the first and {_value(severity, 'against')} "
        f"under the second ({found.start:.3f} at the start): {doubt(severity)}."
    )
    cost = found.finding(WORLD, "sender_cost")
    price = (
        f"The first costs those who carry it out {_value(cost, 'asked')} % of the world's output, the second "
        f"{_value(cost, 'against')} %: {doubt(cost)}."
    )
    return [place, world, price]


def doubt(row: Mapping[str, Any]) -> str:
    """How sure a difference is, in words."""
    luck = f"{_difference(row, 'difference')} ({_difference(row, 'low')} to {_difference(row, 'high')})"
    if row["verdict"] == NO_TELLING:
        return f"luck alone explains the difference of {luck}"
    left_open = f"{_difference(row, 'open_low')} to {_difference(row, 'open_high')}"
    if math.isnan(row["open_low"]):
        return f"a difference of {luck} that luck does not explain"
    if row["verdict"] in (MAYBE_LOWER, MAYBE_HIGHER):
        return (
            f"a difference of {luck} that luck does not explain, but parameters that fit the record as well leave "
            f"{left_open} open, so its sign is not certain"
        )
    return f"a difference of {luck}, which holds for parameters that fit the record as well ({left_open})"


def _difference(row: Mapping[str, Any], column: str) -> str:
    """A difference as it is read: in points for shares of histories."""
    half = (row["high"] - row["low"]) / 2
    if row["unit"] == SWITCH:
        points = f"{abs(row[column]) * 100:.0f}"
        sign = "" if points == "0" else "−" if row[column] < 0 else "+"
        return f"{sign}{points}" + (" points" if column == "difference" else "")
    return number(row[column], half, signed=True)


def _value(row: Mapping[str, Any], column: str) -> str:
    half = (row[f"{column}_high"] - row[f"{column}_low"]) / 2
    return percent(row[column]) if row["unit"] == SWITCH else number(row[column], half)


def cautions(found: "Brief") -> list[str]:
    """What the answer hangs on, and where it flips."""
    lines = []
    if found.draws:
        mean = "lowers" if found.finding(PLACE, "severity")["difference"] < 0 else "raises"
        lines.append(
            f"With the default parameters the first policy {mean} escalation over {found.label}. Of {found.draws} "
            f"parameter sets that agree with the record about equally well, {found.other_way or 'none'} "
            f"{'has' if found.other_way < 2 else 'have'} the other sign than their mean."
        )
        firm = found.hangs[found.hangs["beyond"].astype(bool)].head(MOST_HANGS)
        if len(firm):
            parts = [f"{row.parameter} ({row.rank_correlation:+.2f})" for row in firm.itertuples()]
            lines.append(
                f"It moves most with {listed(parts)}: rank correlations over these sets, of a size that chance gives "
                "in one brief of twenty."
            )
        else:
            lines.append("No single parameter explains how it moves over these sets by more than chance.")
    else:
        lines.append("No posterior was played: the intervals hold luck alone.")
    levers = dict.fromkeys(found.differs["lever"]) if len(found.differs) else {}
    words = listed([name.replace("_", " ") for name in levers]) if levers else "nothing"
    lines.append(f"As they are played here the two policies differ in {words}.")
    return lines


def stories(found: "Brief") -> list[dict[str, Any]]:
    """Each history told: heading, how likely its kind is, lines."""
    return [
        {
            "heading": TELLS[story.kind],
            "share": f"{percent(story.share.mean)} of histories ({percent(story.share.low)} to "
            f"{percent(story.share.high)}): {story.kind} over {found.label}. This one is seed {story.seed}.",
            "lines": _lines(story),
        }
        for story in found.stories
    ]


def _lines(story: "Story") -> list[tuple[str, str]]:
    if not story.told:
        return [("", "Nothing of note happened there.")]
    first, left = story.told[:MOST_LINES], len(story.told) - MOST_LINES
    return [*first, ("", f"And {left} more entries like these.")] if left > 0 else list(first)


def table(found: "Brief", where: str, title: str) -> HtmlTable:
    """What each policy brings, their difference, and what is to be said of it."""
    one, other = (policy.title for policy in found.policies)
    heads = (Heading(title, text=True), Heading(one), Heading(other), Heading("Difference", "luck"),
             Heading("Left open", "by the record"), Heading("First is", text=True))  # fmt: skip
    rows = []
    for row in found.findings[found.findings["where"] == where].to_dict("records"):
        unit = "share of histories" if row["unit"] == SWITCH else row["unit"]
        told = {str(name): value for name, value in row.items()}
        span = f"{_difference(told, 'low')} to {_difference(told, 'high')}"
        left_open = f"{_difference(told, 'open_low')} to {_difference(told, 'open_high')}"
        cells = [Cell(f"{row['label']}", unit), Cell(_value(told, "asked")), Cell(_value(told, "against")),
                 Cell(_difference(told, "difference"), span),
                 Cell("–" if math.isnan(row["open_low"]) else left_open), Cell(IN_WORDS[row["verdict"]])]  # fmt: skip
        rows.append(TableRow(tuple(cells)))
    return HtmlTable("", heads, tuple(rows))


def figure(found: "Brief") -> str:
    """Differences at the place and in the world, each over its own luck interval: dots with two nested bars."""
    shown = [(PLACE, "war"), (PLACE, "severity"), (WORLD, "mean_severity"), (WORLD, "wars_begun"), (WORLD, "order")]
    drawing = blank(8.2, 2.4)
    for place, (where, name) in enumerate(shown, 1):
        axes, row = drawing.add_subplot(1, len(shown), place), found.finding(where, name)
        dress(axes, grid="x")
        axes.axvline(0.0, color="#888888", linewidth=0.8)
        if not math.isnan(row["open_low"]):
            axes.plot([row["open_low"], row["open_high"]], [0, 0], color="#7aa6c2", linewidth=6, solid_capstyle="butt")
        axes.plot([row["low"], row["high"]], [0, 0], color="#1f4e79", linewidth=2.5, solid_capstyle="butt")
        axes.plot([row["difference"]], [0], "o", color="#1f4e79", markersize=6)
        axes.set_yticks([])
        axes.locator_params(axis="x", nbins=3)
        heading(axes, f"{row['label']}{', there' if where == PLACE else ''}")
        label(axes, x="share of histories" if row["unit"] == SWITCH else row["unit"])
    text = f"Differences between {found.policies[0].title} and {found.policies[1].title}, with two intervals"
    return svg(drawing, "brief", text)


PAGE = (
    TABLE
    + opening("A brief", "{{ scenario }}", "{{ question }}").replace("{{ answer }}", "{{ answer[0] }}")
    + """{% for line in answer[1:] %}<p>{{ line }}</p>
{% endfor %}
<figure>{{ figure }}<figcaption>{{ one }} less {{ other }}. Dark: 95 % by luck, {{ seeds }} matched histories. Light:
what {{ draws }} parameter sets that agree with the record about equally well leave open.</figcaption></figure>
<div class="both"><section><h2>{{ place }}</h2>{{ table(at_place) }}</section>
<section><h2>The world</h2>{{ table(in_world) }}</section></div>
<section><h2>Three ways it may go, under {{ one }}</h2>
{% for story in stories %}<div class="story"><h3>{{ story.heading }}</h3><p class="share">{{ story.share }}</p>
{% for quarter, line in story.lines %}<p>{% if quarter %}<b>{{ quarter }}</b> {% endif %}{{ line }}</p>
{% endfor %}</div>
{% endfor %}</section>
<section><h2>What it hangs on</h2>
{% for line in cautions %}<p>{{ line }}</p>
{% endfor %}
<p>Rules of the verdict: lower or higher, where the interval of luck and that left open by the record both leave out 0;
with a reservation, where only luck's does; else no telling. {{ compared }} differences were looked at, each for itself.
Battle deaths are in thousands. Costs are per cent of output, on average over the history; what war costs in lives,
refugees and rebuilding is not in them. The model is a simulation of how states may reason, held against the record of
two centuries; it does not know what anybody intends.</p>
<p>Again: <code>{{ command }}</code></p></section>
<footer>Made by <code>greatpowers brief</code> {{ version }}; nothing here is fetched from anywhere.</footer>
"""
)


def render(found: "Brief") -> str:
    """The pages as text; equal briefs give equal text."""
    one, other = (policy.title for policy in found.policies)
    names = [policy.name for policy in found.policies]
    command = (
        f"greatpowers brief {found.scenario.name} --question {found.place} --policy {names[0]} --against {names[1]} "
        f"--seeds {len(found.seeds)} --rounds {found.rounds}"
    )
    return rendered(
        PAGE, title=f"Brief: {found.label}", generator=GENERATOR, style=STYLE, scenario=found.scenario.title,
        question=found.title, answer=answer(found), figure=Markup(figure(found)), one=one, other=other,
        seeds=len(found.seeds), draws=found.draws, place=found.label,
        at_place=table(found, PLACE, f"Over {found.label}"), in_world=table(found, WORLD, "In the world"),
        stories=stories(found), cautions=cautions(found), compared=len(found.findings), command=command,
    )  # fmt: skip
