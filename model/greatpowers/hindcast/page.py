"""A hindcast as one HTML file that needs nothing else."""

from typing import Any

from greatpowers.hindcast.benchmarks import LEAST_ONSETS, RIVALS as MEANINGS
from greatpowers.hindcast.figures import FIGURES
from greatpowers.hindcast.run import RIVAL, Added, Hindcast
from greatpowers.hindcast.scoring import Off, Score
from greatpowers.hindcast.settings import POLICIES
from greatpowers.hindcast.words import (
    NAMES,
    RIVALS as COMPARED,
    answer,
    basis,
    details,
    group_name,
    verdict,
    what_it_adds,
)
from greatpowers.presentation.html import TABLE, Cell, Heading, TableRow, opening, rendered, row_of, shown
from greatpowers.presentation.svg import blank, svg
from greatpowers.validation.observed import SETTLING_IN
from greatpowers.validation.scorecard_page import interval, number

MEASURES = {
    "auc": "AUC", "auc_within": "AUC within start years", "skill": "Brier skill", "precision": "Average precision",
    "log_loss": "Log loss", "log_skill": "Log skill",
}  # fmt: skip
LEADS = {
    "auc_lead": "AUC", "auc_within_lead": "AUC within start years", "skill_lead": "Brier skill",
    "precision_lead": "Average precision", "log_lead": "Log loss",
}  # fmt: skip

SCORES = (
    "AUC: chance that a pair-year with a new dispute has the higher probability; within start years: the mean of "
    "theirs, each counting with its disputes. Skill: Brier or log score against that of the base rate. Average "
    "precision: share of new disputes among pair-years at or above the probability of each. Log loss in nats, less is "
    "better."
)
AHEAD = (
    "By how much the model is better, on the same draws of pairs; better or worse where the interval leaves out 0. Log "
    "loss: the rival's less the model's, in nats."
)
OFF = "Share of pair-years with a new dispute, and mean probabilities, by kind of pair at the start."

WHO, FORECAST = Heading("Pair-years", text=True), Heading("Forecast", text=True)
SCORE_HEADS: tuple[str | Heading, ...] = (
    WHO, FORECAST, "Number", "Disputes", "Mean probability", *MEASURES.values(),
    Heading("Reliability", "less is better"), Heading("Resolution", "more is better"),
)  # fmt: skip
AHEAD_HEADS: tuple[str | Heading, ...] = (
    WHO,
    Heading("Rival", text=True),
    *LEADS.values(),
    Heading("Model ranks", text=True),
)
OFF_HEADS: tuple[str | Heading, ...] = (
    Heading("Pairs by", text=True), Heading("Kind", text=True), "Pair-years", "Disputes", "Record", "Model", "Logit",
    "Model over record",
)  # fmt: skip

GENERATOR = "greatpowers hindcast"

MORE_STYLE = """
.side-by-side { display:grid; grid-template-columns:repeat(auto-fit, minmax(min(24rem, 100%), 1fr)); gap:0 1.6rem; }
td.whole { white-space:nowrap; }
"""

PAGE = (
    TABLE
    + opening(
        "Hindcast",
        "Between whom will a dispute begin?",
        "Asked of worlds built from what was known at the time, and answered by what happened.",
    )
    + """<p>{{ basis }}</p>
<ul>{% for line in details %}<li>{{ line }}</li>{% endfor %}</ul>
<div class="side-by-side">{% for f in figures %}{% if loop.last %}</div>{% endif %}
<figure><h3>{{ f.title }}</h3>{{ f.svg | safe }}<figcaption>{{ f.caption }}</figcaption></figure>{% endfor %}

<h2>Scores</h2>
{{ table(scores) }}

<h2>Model against rivals</h2>
{{ table(ahead) }}

<h2>What the model adds</h2>
<p>{{ adds }}</p>
<dl>{% for name, text in added %}<dt>{{ name }}</dt><dd>{{ text }}</dd>{% endfor %}</dl>

<h2>Where the model is off</h2>
{{ table(off) }}

<h2>How it is done</h2>
<p>Of each start year the world is built from the record: nothing in it is of a later year, and of disputes only those
that were over. Its theatres start at peace, so {{ settling }} rounds are played first, and the next {{ years }} years
are taken as the first from the start year on. Pairs are those that were contiguous, or had a major power, in the start
year, as long as both are states; what is forecast is whether a militarized dispute begins between the two, as
originators of its two sides, in a year.</p>
<p>The model's probability is the mean over histories of the chance, quarter by quarter, that one of the two challenges
the other with arms after half a year of quiet, as the challengers weighed it. Its mean is that of the share of
histories in which a dispute begins, with less of chance in it. The mean over all pairs counts as one history more.</p>
<dl>{% for name, text in rivals %}<dt>{{ name }}</dt><dd>{{ text }}</dd>{% endfor %}</dl>
<p>Rivals see what the model's world is built from: capabilities, borders and pacts of the start year, and what happened
before it. They are fitted anew for each start year and each lead, on outcomes that were known by then; {{ least }}
disputes must have begun before that. All forecasts are scored on the same pair-years.</p>
<p>What the model adds is asked by a logit of the outcome on the log-odds of the strongest rival and of the model
together. The standard error is clustered by pair. For the fall of the log loss, every start year is judged by what was
fitted on all the others, with the rival alone and with both; its interval is by bootstrap over pairs.</p>

<h2>What was run</h2>
<dl>{% for name, text in facts %}<dt>{{ name }}</dt><dd>{{ text }}</dd>{% endfor %}</dl>
<footer>Made by <code>{{ generator }}</code> {{ version }}. Every forecast is in <code>hindcast.csv</code>, every score
in <code>scores.csv</code> and <code>scores.json</code> beside this page.</footer>
"""
)


def render(found: Hindcast) -> str:
    """The page as text; equal hindcasts give equal text."""
    return rendered(PAGE, title="Hindcast", generator=GENERATOR, style=MORE_STYLE, **_content(found))


def _content(found: Hindcast) -> dict[str, Any]:
    return {
        "answer": answer(found),
        "basis": basis(found),
        "details": details(found),
        "figures": [_figure(found, stem) for stem in FIGURES],
        "scores": shown(SCORES, SCORE_HEADS, [_score(score) for score in found.scores]),
        "ahead": shown(AHEAD, AHEAD_HEADS, [_ahead(score) for score in found.scores if score.forecast in COMPARED]),
        "adds": what_it_adds(found),
        "added": _added(found.added),
        "off": shown(OFF, OFF_HEADS, [_off(row) for row in found.off]),
        "settling": SETTLING_IN,
        "years": found.settings.ahead,
        "rivals": [(NAMES[rival.name], rival.meaning) for rival in MEANINGS],
        "least": LEAST_ONSETS,
        "facts": _facts(found),
    }


def _figure(found: Hindcast, stem: str) -> dict[str, Any]:
    drawing = FIGURES[stem]
    figure = blank(drawing.width, drawing.height)
    drawing.draw(figure, found)
    return {"title": drawing.title, "caption": drawing.caption, "svg": svg(figure, stem, drawing.text)}


def _score(score: Score) -> TableRow:
    cells: tuple[str | Cell, ...] = (
        *_names(score), f"{score.cases:,}", f"{score.events:,}", number(score.mean),
        *(measured(*getattr(score, name)) for name in MEASURES),
        f"{score.parts.reliability:.5f}", f"{score.parts.resolution:.5f}",
    )  # fmt: skip
    return row_of(cells, base=score.forecast == "model")


def _ahead(score: Score) -> TableRow:
    leads = (measured(*getattr(score, name)) for name in LEADS)
    return row_of((*_names(score), *leads, Cell(verdict(score.auc_lead), kind="text")))


def _names(score: Score) -> tuple[Cell, Cell]:
    return Cell(group_name(score.group), kind="whole"), Cell(NAMES[score.forecast], kind="text")


def measured(value: float, low: float, high: float) -> Cell:
    """A figure with its interval below it."""
    return Cell(number(value), interval(low, high))


def _added(found: Added) -> list[tuple[str, str]]:
    return [
        (f"coefficient of the {NAMES[RIVAL]}'s log-odds", number(found.rival)),
        ("coefficient of the model's log-odds", f"{number(found.model)} (standard error {number(found.error)})"),
        ("z", number(found.z)),
        ("fall of the mean log loss", f"{number(found.gain.value)} ({interval(found.gain.low, found.gain.high)})"),
        ("start years in which it falls", f"{found.better} of {found.starts}"),
    ]


def _off(row: Off) -> TableRow:
    ratio = row.model / row.share if row.share else float("nan")
    figures = (number(value) for value in (row.share, row.model, row.logit, ratio))
    return row_of((row.factor, Cell(row.kind, kind="text"), f"{row.cases:,}", f"{row.events:,}", *figures))


def _facts(found: Hindcast) -> list[tuple[str, str]]:
    plain = found.settings.plain()
    parameters = ", ".join(f"{name} = {value:g}" for name, value in plain.pop("parameters").items())
    return [
        *((name, f"{value}") for name, value in plain.items()),
        ("parameters", parameters or "the defaults"),
        ("policies", "; ".join(f"{name} to {last}" for last, name in POLICIES)),
        ("files", "; ".join(found.files)),
    ]
