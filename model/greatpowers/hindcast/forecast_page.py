"""Forecasts by place as one HTML file that needs nothing else."""

from typing import Any

import pandas as pd

from greatpowers.hindcast.forecast import Forecast
from greatpowers.hindcast.forecast_scoring import MODEL, OUTCOMES
from greatpowers.hindcast.forecast_words import (
    answer,
    basis,
    by_policy,
    details,
    forecast_name,
    group_name,
    headline,
    probability,
    short,
    told,
)
from greatpowers.hindcast.page import measured
from greatpowers.presentation.html import TABLE, Cell, Heading, TableRow, opening, rendered, row_of, shown
from greatpowers.scenario.kinds import rung_name
from greatpowers.validation.scorecard_page import number

GENERATOR = "greatpowers forecast"
FIGURES = ("auc", "within", "brier", "skill", "fair_skill", "log_score", "auc_lead", "within_lead")
SCORE_HEADS: tuple[str | Heading, ...] = (
    Heading("Places", text=True), Heading("Forecast", text=True), "Number", "Came", "Mean probability", "AUC",
    Heading("AUC", "within scenarios"), Heading("Brier", "less is better"), Heading("Skill", "over their rate"),
    Heading("Skill", "over the rate elsewhere"), Heading("Log score", "less is better"),
    Heading("Model ahead", "in AUC"), Heading("Model ahead", "in AUC within"),
)  # fmt: skip
PLACE_KEYS = ("place", "rung", "salience", "war", "p_war", "force", "p_force", "surprise")
PLACE_HEADS: tuple[str | Heading, ...] = (
    Heading("Place", text=True), Heading("Rung at the start", text=True), "Salience", Heading("War", text=True),
    "Probability", Heading("Force", text=True), "Probability", "Surprise",
)  # fmt: skip

PAGE = (
    TABLE
    + opening(
        "Forecast by place",
        "Where does it come to force, and where to war?",
        "Asked of scenarios from their first day, and answered by what happened.",
    )
    + """<p>{{ basis }}</p>
<ul>{% for line in details %}<li>{{ line }}</li>{% endfor %}</ul>

{% for part in parts %}
<h2>Scores: {{ part.title }}</h2>
{{ table(part.rows) }}
{% if part.policies.rows %}<h3>Under each policy by itself</h3>
{{ table(part.policies) }}{% endif %}
{% endfor %}

{% for world in worlds %}
<h2>{{ world.name }}</h2>
<p>{{ world.start }} to {{ world.to }}, under {{ world.policies }}. Most surprising first: surprise is the mean log
score of the place.</p>
{{ table(world.table) }}
{% endfor %}

<h2>How it is done</h2>
<p>Each scenario is played from its start to the last quarter that its list of what happened covers. Of a place two
things are forecast: that it comes to war between states, and that it comes to limited intervention or more, at any time
in between. The probability is the share of histories in which it does, under the policy that was followed, or over all
that are compared where the scenario names none; the mean over places counts as one history more. Places that are there
at the start are left out, because nothing about them is open. A place that nothing is told of stayed where it was.</p>
<dl><dt>rate elsewhere</dt><dd>the share of places to which it came in the other scenarios</dd>
<dt>rung and salience</dt><dd>logistic regression on the rung and the salience at the start, fitted on the other
scenarios</dd></dl>
<p>AUC is the chance that a place to which it came has the higher probability than one to which it did not; within
scenarios, of pairs of places of one scenario alone. The first is helped by knowing in which times there is more war.
What is fitted elsewhere expects much where there was little, since that scenario is missing from it: for that reason
alone its AUC over all places lies below one half. Places of one war are not independent, so that intervals are too
narrow. Lists of what happened were typed, and so were the scenarios' levels, by people who knew how it went on: that
may flatter every forecast here.</p>
<footer>Made by <code>{{ generator }}</code> {{ version }}. The tables are in <code>forecast.csv</code>,
<code>policies.csv</code>, <code>scores.csv</code> and <code>forecast.json</code> beside this page.</footer>
"""
)


def render(found: Forecast) -> str:
    """The page as text; equal forecasts give equal text."""
    return rendered(PAGE, title="Forecast by place", generator=GENERATOR, **_content(found))


def _content(found: Forecast) -> dict[str, Any]:
    return {
        "answer": answer(found),
        "basis": basis(found),
        "details": details(found),
        "parts": [_part(found, outcome.name, outcome.words) for outcome in OUTCOMES],
        "worlds": [
            {
                **world._asdict(),
                "policies": ", ".join(world.policies),
                "table": shown("", PLACE_HEADS, _places(found, world.name)),
            }
            for world in found.worlds
        ],
    }


def _part(found: Forecast, outcome: str, words: str) -> dict[str, Any]:
    own, alone = (table[table["outcome"] == outcome] for table in (headline(found), by_policy(found)))
    return {
        "title": words,
        "rows": shown("", SCORE_HEADS, [_score(row, is_headline=True) for _, row in own.iterrows()]),
        "policies": shown("", SCORE_HEADS, [_score(row, is_headline=False) for _, row in alone.iterrows()]),
    }


def _score(row: "pd.Series[float]", is_headline: bool) -> TableRow:
    figures = (measured(*(float(row[f"{name}{end}"]) for end in ("", "_low", "_high"))) for name in FIGURES)
    cells: tuple[str | Cell, ...] = (
        group_name(str(row["group"])), Cell(forecast_name(row, is_headline), kind="text"), str(row["places"]),
        str(row["events"]), number(float(row["mean"])), *figures,
    )  # fmt: skip
    return row_of(cells, base=is_headline and str(row["forecast"]) == MODEL)


def _places(found: Forecast, scenario: str) -> list[TableRow]:
    own = found.places[found.places["scenario"] == scenario].sort_values("surprise", ascending=False, kind="stable")
    return [_place(place_row(row)) for _, row in own.iterrows()]


def _place(told: dict[str, Any]) -> TableRow:
    texts = {"rung", *(outcome.name for outcome in OUTCOMES)}
    return row_of(Cell(str(told[key]), kind="text" if key in texts else "") for key in PLACE_KEYS)


def place_row(row: "pd.Series[float]") -> dict[str, Any]:
    """A place as it stands in a table."""
    return {
        "place": row["place"],
        "rung": f"{row['rung']} {rung_name(int(row['rung'])).replace('-', ' ')}",
        "salience": number(float(row["salience"])),
        **{outcome.name: told(float(row[outcome.name])) for outcome in OUTCOMES},
        **{f"p_{outcome.name}": probability(float(row[f"p_{outcome.name}"])) for outcome in OUTCOMES},
        "surprise": short(float(row["surprise"])),
    }
