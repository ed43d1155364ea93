"""A hindcast as one HTML file that needs nothing else."""

from typing import Any

from greatpowers.hindcast.added import RIVAL, Added
from greatpowers.hindcast.benchmarks import LEAST_ONSETS, RIVALS as MEANINGS
from greatpowers.hindcast.figures import FIGURES
from greatpowers.hindcast.run import Hindcast
from greatpowers.hindcast.scoring import Estimate, Off, Score
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
from greatpowers.presentation.html import rendered
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

GENERATOR = "greatpowers hindcast"

MORE_STYLE = """
.side-by-side { display:grid; grid-template-columns:repeat(auto-fit, minmax(min(24rem, 100%), 1fr)); gap:0 1.6rem; }
td.whole { white-space:nowrap; }
"""

PAGE = """<header>
<p class="kind">Hindcast</p>
<h1>Between whom will a dispute begin?</h1>
<p class="question">Asked of worlds built from what was known at the time, and answered by what happened.</p>
</header>
<section class="answer" aria-label="The answer">
<p class="word">The answer</p>
<p class="said">{{ answer }}</p>
</section>
<p>{{ basis }}</p>
<ul>{% for line in details %}<li>{{ line }}</li>{% endfor %}</ul>
<div class="side-by-side">{% for f in figures %}{% if loop.last %}</div>{% endif %}
<figure><h3>{{ f.title }}</h3>{{ f.svg | safe }}<figcaption>{{ f.caption }}</figcaption></figure>{% endfor %}

<h2>Scores</h2>
<div class="wide"><table>
<caption>AUC: chance that a pair-year with a new dispute has the higher probability; within start years: the mean of
theirs, each counting with its disputes. Skill: Brier or log score against that of the base rate. Average precision:
share of new disputes among pair-years at or above the probability of each. Log loss in nats, less is better.</caption>
<thead><tr><th class="text">Pair-years</th><th class="text">Forecast</th><th>Number</th><th>Disputes</th>
<th>Mean probability</th>{% for name in measures %}<th>{{ name }}</th>{% endfor %}
<th>Reliability<span class="unit">less is better</span></th>
<th>Resolution<span class="unit">more is better</span></th></tr>
</thead><tbody>{% for row in scores %}
<tr{% if row.base %} class="base"{% endif %}><td class="whole">{{ row.group }}</td>
<td class="text">{{ row.forecast }}</td>
<td>{{ row.cases }}</td><td>{{ row.events }}</td><td>{{ row.mean }}</td>
{% for f in row.figures %}<td>{{ f.value }}<span class="range">{{ f.range }}</span></td>{% endfor %}
<td>{{ row.reliability }}</td><td>{{ row.resolution }}</td></tr>{% endfor %}
</tbody></table></div>

<h2>Model against rivals</h2>
<div class="wide"><table>
<caption>By how much the model is better, on the same draws of pairs; better or worse where the interval leaves out 0.
Log loss: the rival's less the model's, in nats.</caption>
<thead><tr><th class="text">Pair-years</th><th class="text">Rival</th>{% for name in leads %}<th>{{ name }}</th>
{% endfor %}<th class="text">Model ranks</th></tr></thead>
<tbody>{% for row in ahead %}
<tr><td class="whole">{{ row.group }}</td><td class="text">{{ row.forecast }}</td>
{% for f in row.figures %}<td>{{ f.value }}<span class="range">{{ f.range }}</span></td>{% endfor %}
<td class="text">{{ row.verdict }}</td></tr>{% endfor %}
</tbody></table></div>

<h2>What the model adds</h2>
<p>{{ adds }}</p>
<dl>{% for name, text in added %}<dt>{{ name }}</dt><dd>{{ text }}</dd>{% endfor %}</dl>

<h2>Where the model is off</h2>
<div class="wide"><table>
<caption>Share of pair-years with a new dispute, and mean probabilities, by kind of pair at the start.</caption>
<thead><tr><th class="text">Pairs by</th><th class="text">Kind</th><th>Pair-years</th><th>Disputes</th><th>Record</th>
<th>Model</th><th>Logit</th><th>Model over record</th></tr></thead>
<tbody>{% for row in off %}
<tr><td>{{ row.factor }}</td><td class="text">{{ row.kind }}</td><td>{{ row.cases }}</td><td>{{ row.events }}</td>
<td>{{ row.share }}</td><td>{{ row.model }}</td><td>{{ row.logit }}</td><td>{{ row.ratio }}</td></tr>{% endfor %}
</tbody></table></div>

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
</main>
</body>
</html>
"""


def render(found: Hindcast) -> str:
    """The page as text; equal hindcasts give equal text."""
    return rendered(PAGE, title="Hindcast", generator=GENERATOR, style=MORE_STYLE, **_content(found))


def _content(found: Hindcast) -> dict[str, Any]:
    return {
        "answer": answer(found),
        "basis": basis(found),
        "details": details(found),
        "figures": [_figure(found, stem) for stem in FIGURES],
        "measures": list(MEASURES.values()),
        "scores": [_score(score) for score in found.scores],
        "leads": list(LEADS.values()),
        "ahead": [_ahead(score) for score in found.scores if score.forecast in COMPARED],
        "adds": what_it_adds(found),
        "added": _added(found.added),
        "off": [_off(row) for row in found.off],
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


def _score(score: Score) -> dict[str, Any]:
    own = score.forecast == "model"
    return {
        "group": group_name(score.group),
        "forecast": NAMES[score.forecast],
        "base": own,
        "cases": f"{score.cases:,}",
        "events": f"{score.events:,}",
        "mean": number(score.mean),
        "figures": [_estimate(getattr(score, name)) for name in MEASURES],
        "reliability": f"{score.parts.reliability:.5f}",
        "resolution": f"{score.parts.resolution:.5f}",
    }


def _ahead(score: Score) -> dict[str, Any]:
    return {
        "group": group_name(score.group),
        "forecast": NAMES[score.forecast],
        "figures": [_estimate(getattr(score, name)) for name in LEADS],
        "verdict": verdict(score.auc_lead),
    }


def _added(found: Added) -> list[tuple[str, str]]:
    return [
        (f"coefficient of the {NAMES[RIVAL]}'s log-odds", number(found.rival)),
        ("coefficient of the model's log-odds", f"{number(found.model)} (standard error {number(found.error)})"),
        ("z", number(found.z)),
        ("fall of the mean log loss", f"{number(found.gain.value)} ({interval(found.gain.low, found.gain.high)})"),
        ("start years in which it falls", f"{found.better} of {found.starts}"),
    ]


def _estimate(found: Estimate) -> dict[str, str]:
    return {"value": number(found.value), "range": interval(found.low, found.high)}


def _off(row: Off) -> dict[str, Any]:
    return {
        "factor": row.factor, "kind": row.kind, "cases": f"{row.cases:,}", "events": f"{row.events:,}",
        "share": number(row.share), "model": number(row.model), "logit": number(row.logit),
        "ratio": number(row.model / row.share) if row.share else number(float("nan")),
    }  # fmt: skip


def _facts(found: Hindcast) -> list[tuple[str, str]]:
    plain = found.settings.plain()
    parameters = ", ".join(f"{name} = {value:g}" for name, value in plain.pop("parameters").items())
    return [
        *((name, f"{value}") for name, value in plain.items()),
        ("parameters", parameters or "the defaults"),
        ("policies", "; ".join(f"{name} to {last}" for last, name in POLICIES)),
        ("files", "; ".join(found.files)),
    ]
