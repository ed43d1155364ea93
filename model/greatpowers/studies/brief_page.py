"""The brief as two printable pages of HTML that need nothing else, and its figure."""

import math
from typing import TYPE_CHECKING

from markupsafe import Markup
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from greatpowers.core.levers import SWITCH
from greatpowers.presentation.html import TABLE, opening, rendered
from greatpowers.presentation.style import FAINT, PALETTE, dress, heading, label
from greatpowers.presentation.svg import blank, svg
from greatpowers.studies.brief_words import PLACE, WORLD, again, answer, sections, stories, table, ways

if TYPE_CHECKING:
    from greatpowers.studies.brief import Brief

GENERATOR = "greatpowers brief"

SHOWN = ((PLACE, "war"), (PLACE, "severity"), (WORLD, "mean_severity"), (WORLD, "wars_begun"), (WORLD, "order"))
"""Differences that are drawn."""

DARK, MIDDLE, LIGHT = PALETTE[0], "#7fb4d8", "#d3e5f1"
"""Colours of the three intervals, luck first."""

STYLE = """
main { max-width: 52rem; font-size: 0.95rem; }
h2 { margin-top: 1.4rem; } .story { break-inside: avoid; } .story p { margin: 0.2rem 0; }
p { max-width: none; } .share { color: var(--faint); }
@page { size: A4; margin: 13mm; }
@media print {
  :root { --card:#f3f3f0; } body { font-size: 8.3pt; line-height: 1.3; } main { padding: 0; margin: 0; max-width: none;
    font-size: 8.3pt; }
  h1 { font-size: 15pt; margin: 0; } h2 { font-size: 10pt; margin: 6pt 0 2pt; padding-top: 4pt; }
  h3 { font-size: 8.6pt; margin: 5pt 0 1pt; } header .kind, .answer .word { font-size: 7pt; }
  p, .story p { margin: 2pt 0; } .question { font-size: 9.5pt; } .answer { padding: 5pt 8pt; margin: 5pt 0; }
  .answer .said { font-size: 9.5pt; } figure { margin: 4pt 0; } figcaption { font-size: 7pt; max-width: none; }
  table { font-size: 7.4pt; margin: 2pt 0; } th, td { padding: 1.6pt 4pt; } td .range, thead .unit { font-size: 6.6pt; }
  caption { display: none; } .second { break-before: page; } footer { margin-top: 6pt; font-size: 7pt; }
}
"""


def figure(found: "Brief") -> Figure:
    """Differences at the place and in the world: dots, each on three nested intervals."""
    drawing = blank(8.2, 1.5)
    for place, (where, name) in enumerate(SHOWN, 1):
        axes, row = drawing.add_subplot(1, len(SHOWN), place), found.finding(where, name)
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


def caption(found: "Brief") -> str:
    """What the figure shows."""
    one, other = (policy.title for policy in found.policies)
    said = f"{one} less {other}. Dark: 95 % by luck, {len(found.seeds)} matched histories."
    if found.draws:
        said += f" Middle: what {found.draws} parameter sets that agree with the record about equally well leave open."
    return (
        f"{said} Light: what is open if {found.deep_draws} worlds count as well in which every parameter lies anywhere "
        "from half to twice its default."
    )


PAGE = (
    TABLE
    + opening("A brief", "{{ scenario }}", "{{ question }}").replace("{{ answer }}", "{{ answer[0] }}")
    + """{% for line in answer[1:] %}<p>{{ line }}</p>
{% endfor %}
<figure>{{ figure }}<figcaption>{{ caption }}</figcaption></figure>
{{ table(at_place) }}
{{ table(in_world) }}
<section class="second"><h2>{{ ways }}</h2>
{% for story in stories %}<div class="story"><h3>{{ story.heading }}</h3><p class="share">{{ story.share }}</p>
{% for quarter, line in story.lines %}<p>{% if quarter %}<b>{{ quarter }}</b> {% endif %}{{ line }}</p>
{% endfor %}</div>
{% endfor %}</section>
{% for part in sections %}<section><h2>{{ part.heading }}</h2>
{% for line in part.lines %}<p>{{ line }}</p>
{% endfor %}</section>
{% endfor %}{% for how, what in again %}<p>{{ how }} <code>{{ what }}</code></p>
{% endfor %}
<footer>Made by <code>greatpowers brief</code> {{ version }}; nothing here is fetched from anywhere.</footer>
"""
)


def render(found: "Brief") -> str:
    """The pages as text; equal briefs give equal text."""
    one, other = (policy.title for policy in found.policies)
    drawing = svg(figure(found), "brief", f"Differences between {one} and {other}, with three nested intervals")
    return rendered(
        PAGE, title=f"Brief: {found.label}", generator=GENERATOR, style=STYLE, scenario=found.scenario.title,
        question=found.title, answer=answer(found), figure=Markup(drawing), caption=caption(found), ways=ways(found),
        at_place=table(found, PLACE, f"Over {found.label}"), in_world=table(found, WORLD, "In the world"),
        stories=stories(found), sections=sections(found), again=again(found),
    )  # fmt: skip
