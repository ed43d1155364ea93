"""Forecasts by place as one HTML file that needs nothing else."""

from typing import Any

import pandas as pd

from greatpowers.hindcast.forecast import Forecast
from greatpowers.hindcast.forecast_outcomes import OUTCOMES
from greatpowers.hindcast.forecast_scoring import MODEL
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
from greatpowers.presentation.html import rendered
from greatpowers.scenario.kinds import rung_name
from greatpowers.validation.scorecard_page import interval, number

GENERATOR = "greatpowers forecast"
FIGURES = ("auc", "within", "brier", "skill", "fair_skill", "log_score", "auc_lead", "within_lead")

PAGE = """{%- macro scores(rows) %}
<div class="wide"><table>
<thead><tr><th class="text">Places</th><th class="text">Forecast</th><th>Number</th><th>Came</th>
<th>Mean probability</th><th>AUC</th><th>AUC<span class="unit">within scenarios</span></th><th>Brier
<span class="unit">less is better</span></th><th>Skill<span class="unit">over their rate</span></th><th>Skill
<span class="unit">over the rate elsewhere</span></th><th>Log score<span class="unit">less is better</span></th>
<th>Model ahead<span class="unit">in AUC</span></th>
<th>Model ahead<span class="unit">in AUC within</span></th></tr></thead>
<tbody>{% for row in rows %}
<tr{% if row.base %} class="base"{% endif %}><td>{{ row.group }}</td><td class="text">{{ row.forecast }}</td>
<td>{{ row.places }}</td><td>{{ row.events }}</td><td>{{ row.mean }}</td>
{% for f in row.figures %}<td>{{ f.value }}<span class="range">{{ f.range }}</span></td>{% endfor %}</tr>{% endfor %}
</tbody></table></div>
{%- endmacro %}
<header>
<p class="kind">Forecast by place</p>
<h1>Where does it come to force, and where to war?</h1>
<p class="question">Asked of scenarios from their first day, and answered by what happened.</p>
</header>
<section class="answer" aria-label="The answer">
<p class="word">The answer</p>
<p class="said">{{ answer }}</p>
</section>
<p>{{ basis }}</p>
<ul>{% for line in details %}<li>{{ line }}</li>{% endfor %}</ul>

{% for part in parts %}
<h2>Scores: {{ part.title }}</h2>
{{ scores(part.rows) }}
{% if part.policies %}<h3>Under each policy by itself</h3>
{{ scores(part.policies) }}{% endif %}
{% endfor %}

{% for world in worlds %}
<h2>{{ world.name }}</h2>
<p>{{ world.start }} to {{ world.to }}, under {{ world.policies }}. Most surprising first: surprise is the mean log
score of the place.</p>
<div class="wide"><table>
<thead><tr><th class="text">Place</th><th class="text">Rung at the start</th><th>Salience</th><th class="text">War</th>
<th>Probability</th><th class="text">Force</th><th>Probability</th><th>Surprise</th></tr></thead>
<tbody>{% for row in world.rows %}
<tr><td>{{ row.place }}</td><td class="text">{{ row.rung }}</td><td>{{ row.salience }}</td>
<td class="text">{{ row.war }}</td><td>{{ row.p_war }}</td><td class="text">{{ row.force }}</td>
<td>{{ row.p_force }}</td><td>{{ row.surprise }}</td></tr>{% endfor %}
</tbody></table></div>
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
</main>
</body>
</html>
"""


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
            {**world._asdict(), "policies": ", ".join(world.policies), "rows": _places(found, world.name)}
            for world in found.worlds
        ],
    }


def _part(found: Forecast, outcome: str, words: str) -> dict[str, Any]:
    own, alone = (table[table["outcome"] == outcome] for table in (headline(found), by_policy(found)))
    return {
        "title": words,
        "rows": [_score(row, is_headline=True) for _, row in own.iterrows()],
        "policies": [_score(row, is_headline=False) for _, row in alone.iterrows()],
    }


def _score(row: "pd.Series[float]", is_headline: bool) -> dict[str, Any]:
    return {
        "group": group_name(str(row["group"])),
        "forecast": forecast_name(row, is_headline),
        "base": is_headline and str(row["forecast"]) == MODEL,
        "places": row["places"],
        "events": row["events"],
        "mean": number(float(row["mean"])),
        "figures": [_figure(row, name) for name in FIGURES],
    }


def _figure(row: "pd.Series[float]", name: str) -> dict[str, str]:
    low, high = float(row[f"{name}_low"]), float(row[f"{name}_high"])
    return {"value": number(float(row[name])), "range": interval(low, high)}


def _places(found: Forecast, scenario: str) -> list[dict[str, Any]]:
    own = found.places[found.places["scenario"] == scenario].sort_values("surprise", ascending=False, kind="stable")
    return [place_row(row) for _, row in own.iterrows()]


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
