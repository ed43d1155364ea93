"""A world as a page takes it: what its engine plays, and what the page makes histories of it into sentences with.

Pages play and tell histories by themselves (``browser/assets/narrator.js``).
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from scipy.special import ndtri, stdtrit

from greatpowers.browser.layout import parameters_data, plain_data
from greatpowers.core.history import StateColumn
from greatpowers.core.ladder import Rung
from greatpowers.core.levers import SWITCH
from greatpowers.core.trace import OPTIONS, Trace
from greatpowers.dictionary import describe
from greatpowers.narrative.chronicle import HEADLINES as HEADLINE_EVENTS, LEADERSHIPS, MAIN
from greatpowers.narrative.explanation import TERMS
from greatpowers.narrative.sentences import MOST_NAMED, WORDS
from greatpowers.presentation.style import OUTCOME_COLOURS
from greatpowers.scenario.build import build_parameters, segments_of
from greatpowers.scenario.kinds import WEIGHTS
from greatpowers.scenario.posterior import load_posterior
from greatpowers.scenario.schema import PolicyPreset, Scenario
from greatpowers.server import atlas, labels
from greatpowers.server.labels import DIGITS, HISTORY_WORDS, short
from greatpowers.server.worlds import own_by_place
from greatpowers.simulation import frames
from greatpowers.simulation.events import in_a_sentence, sides, with_article
from greatpowers.simulation.intervals import BANDS, LEAST_FREEDOM, UPPER
from greatpowers.simulation.setup import Setup
from greatpowers.simulation.summary import CRISIS_LEVEL, HEADLINES, NUCLEAR_LEVEL, OUTCOMES, WAR_LEVEL
from greatpowers.statistics.outcomes import MORE_IS_BETTER

NEWS, LEAST_NEWS = 0.1, 0.002
"""Change of a stance that is worth reporting: relative, and at least."""

FIELDS = ("presence", "sanctioning", "side")
"""Stances that the page shows."""

_HEADLINES = sorted(kind.name.lower() for kind in HEADLINE_EVENTS)

STATE_COLUMNS = (
    StateColumn.POWER,
    StateColumn.GREAT_POWER,
    StateColumn.RESOLVE,
    StateColumn.CREDIBILITY_BELIEVED,
    StateColumn.TRUST,
    StateColumn.BURDEN,
    StateColumn.TARGET_COST,
    StateColumn.SENDER_COST,
    StateColumn.WAR_EFFORT,
)

WEIGHED = (
    Trace.UTILITY_,
    Trace.GAIN_,
    Trace.OPERATIONS_,
    Trace.SANCTION_LOSS_,
    Trace.CLASH_LOSS_,
    Trace.NORM_COST_,
    Trace.CHEATING_LOSS_,
    Trace.AUDIENCE_COST_,
    Trace.PROBABILITY_,
)
"""What a challenger weighs of each option; an option with probability 0 was not open."""

WEIGHED_DIGITS = 3

JUDGED = (
    Trace.BELIEVED_CREDIBILITY,
    Trace.TRUE_CREDIBILITY,
    Trace.TRUE_BALANCE,
    Trace.ENCROACHMENT,
    Trace.WAR_CHANCE,
    Trace.ATTENTION,
)
"""What a challenger believes and what is true, one number a theatre."""

DECLARED = ("sanctions", "standing", "presence", "red_line", "aid", "strike", "deal")
"""Levers whose declared level the page shows beside what is in force."""


def shared_data(setup: Setup) -> dict[str, Any]:
    """What is the same of all histories of a world."""
    scenario, drawn = setup.scenario, atlas.drawn(setup.scenario)
    return {
        "scenario": scenario.name,
        "title": drawn["title"],
        "rounds": setup.rounds,
        "quarters": [frames.quarter_of(scenario.start, r) for r in range(setup.rounds)],
        "leader": _leader(setup),
        "layout": drawn["layout"],
        "doctrines": _doctrines(scenario),
        "states": _states(setup, drawn["states"]),
        "theatres": _theatres(scenario, drawn["places"]),
        "metricLabels": labels.metric_labels(),
        "ladder": labels.ladder(),
        "headlines": _HEADLINES,
    }


def world_data(
    setup: Setup, name: str, presets: Sequence[PolicyPreset], parameters: Mapping[str, float] | None = None
) -> dict[str, Any]:
    """A world for the page's engine, with its policies, words for its histories, and settings of matched runs.

    Equal names are equal worlds. What pages do with the policies is in ``assets/policies.js``. `parameters` are those
    that were set, which hold whatever the record leaves open of others.
    """
    scenario = setup.scenario
    return {
        **plain_data([setup]),
        "policies": {},
        "name": name,
        "summary": scenario.summary,
        "shared": shared_data(setup),
        "narration": narration(setup),
        "runs": matched_run_settings(),
        "presets": [preset_data(scenario, preset) for preset in presets],
        "declared": DECLARED,
        "draws": draws_data(setup.scenario, parameters),
    }


EACH = 8
"""Histories on each draw of the posterior, as :func:`greatpowers.compare` plays them."""

FREEDOMS = 257
"""Degrees of freedom for which pages have a quantile: between them these are as good as straight lines."""


def draws_data(scenario: Scenario, parameters: Mapping[str, float] | None) -> dict[str, Any]:
    """Parameter sets that fit the record about equally well, and what the intervals that they leave open are made with.

    No parameter that a world is built from differs between draws, so the world is the same under all of them. `student`
    are quantiles of Student's t at even steps of one over the degrees of freedom, from `least` to one less than draws.
    """
    posterior = load_posterior()
    sets = [{**posterior.draw(number), **(parameters or {})} for number in range(len(posterior.draws))]
    freedoms = 1 / np.linspace(1 / LEAST_FREEDOM, 1 / (len(sets) - 1), FREEDOMS)
    return {
        "each": EACH,
        "first": RUNS,
        "parameters": [parameters_data(build_parameters(scenario, chosen)) for chosen in sets],
        "least": LEAST_FREEDOM,
        "student": stdtrit(freedoms, UPPER).tolist(),
    }


def preset_data(scenario: Scenario, preset: PolicyPreset) -> dict[str, Any]:
    """A policy by segment: levers in general, and by lever the theatres with a value of their own."""
    segments = [
        {
            "start": part.start,
            "levers": part.levers,
            "own": {k: v for k, v in own_by_place(scenario, part).items() if v},
        }
        for part in segments_of(preset)
    ]
    return {"name": preset.name, "title": preset.title, "segments": segments}


def narration(setup: Setup) -> dict[str, Any]:
    """What the page tells histories of a world with: words, names inside sentences, and which columns it draws."""
    scenario, theatres = setup.scenario, setup.world.theatres
    index = scenario.state_index()
    return {
        "words": WORDS,
        "rungs": [rung["name"] for rung in labels.ladder()],
        "headlines": _HEADLINES,
        "main": sorted(kind.name.lower() for kind in MAIN),
        "grave": int(Rung.LIMITED_INTERVENTION),
        "looked": int(Rung.PROVOCATION),
        "terms": TERMS,
        "leaderships": LEADERSHIPS,
        "named": MOST_NAMED + 1,
        "leader": _leader(setup),
        "challenger": [index[theatre.challenger] for theatre in scenario.theatres],
        "host": [index[theatre.host] for theatre in scenario.theatres],
        "allied": _allied(setup),
        "states": [with_article(state.label) for state in scenario.states],
        "places": [theatre.label for theatre in scenario.theatres],
        "theatres": [in_a_sentence(theatre.label) for theatre in scenario.theatres],
        "sanctions": theatres["sanctions"].tolist(),
        "stances": FIELDS,
        "news": (NEWS, LEAST_NEWS),
        "digits": {"usual": DIGITS, "weighed": WEIGHED_DIGITS},
        "columns": {
            "state": [column.name.lower() for column in STATE_COLUMNS],
            "judged": [column.name.lower() for column in JUDGED],
            "weighed": [_plain(column) for column in WEIGHED],
            "options": OPTIONS,
        },
    }


def _leader(setup: Setup) -> int:
    return int(setup.world.system.leader[0])


RUNS, FEW, STEP = 200, 20, 40
"""Matched histories of each policy that a page plays, those of a lever's effect, and after how many it tells more."""

FANS = ("mean_severity", "order", "revision", "credibility")
"""Metrics whose spread over time is drawn."""

BANDED = ("order", "mean_severity", "credibility", "true_credibility", "sender_cost", "target_cost")
"""Metrics drawn with the ensemble behind them."""

SPREADS = ("mean_severity", "wars_begun", "order", "revision")
"""Values of a run whose distribution is drawn."""


def matched_run_settings() -> dict[str, Any]:
    """How a page shows the matched runs that it plays: rows, drawings, and what their intervals are made with.

    `better` is whether more of it is better, None where nobody can say; `student` are quantiles of Student's t by the
    number of runs.
    """
    return {
        "count": RUNS,
        "few": FEW,
        "step": STEP,
        "headlines": [_outcome_settings(name) for name in HEADLINES],
        "spreads": [_outcome_settings(name) for name in SPREADS],
        "series": list(dict.fromkeys((*BANDED, *FANS))),
        "fans": FANS,
        "outcomes": {
            "names": OUTCOMES, "colours": OUTCOME_COLOURS, "levels": (CRISIS_LEVEL, WAR_LEVEL, NUCLEAR_LEVEL),
        },
        "quantiles": BANDS,
        "normal": float(ndtri(UPPER)),
        "student": {str(n): float(stdtrit(n - 1, UPPER)) for n in (FEW, *range(STEP, RUNS + 1, STEP))},
    }  # fmt: skip


def _outcome_settings(name: str) -> dict[str, Any]:
    entry = describe(name)
    return {
        "metric": name, "label": entry.label, "unit": entry.unit, "plain": HISTORY_WORDS[name],
        "isSwitch": entry.unit == SWITCH, "better": MORE_IS_BETTER.get(name),
    }  # fmt: skip


def _doctrines(scenario: Scenario) -> list[dict[str, Any]]:
    """Doctrines in use, in order of first use, each with its title and colour."""
    titles = {doctrine.name: doctrine.title for doctrine in scenario.doctrines}
    used = list(dict.fromkeys(state.doctrine for state in scenario.states))
    colours = labels.doctrine_colours(used)
    return [{"id": name, "title": titles.get(name, name), "colour": colours[name]} for name in used]


def _states(setup: Setup, drawn: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    scenario, table = setup.scenario, setup.world.states
    codes, weights = atlas.iso_codes(scenario), {name: short(table[f"{name}_weight"]) for name in WEIGHTS}
    return [
        {
            **drawn[i],
            "id": state.id,
            "iso": codes[i],
            "doctrine": state.doctrine,
            "weights": {name: values[i] for name, values in weights.items()},
        }
        for i, state in enumerate(scenario.states)
    ]


def _theatres(scenario: Scenario, drawn: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Theatres with their parties as indices; a history adds its `guardians`, the states allied to the host."""
    labels = {state.id: state.label for state in scenario.states}
    return [
        {
            **place,
            "sides": sides(labels[theatre.challenger], labels[theatre.host]),
            "reason": theatre.reason,
        }
        for theatre, place in zip(scenario.theatres, drawn, strict=True)
    ]


def _allied(setup: Setup) -> list[list[int]]:
    """For each theatre the states allied to the host at the start, but for its parties."""
    theatres, ties = setup.world.theatres, setup.world.pairs.alliance
    return [
        [int(g) for g in np.flatnonzero(ties[:, host] >= 0.5) if g not in (host, challenger)]
        for host, challenger in zip(theatres.host.tolist(), theatres.challenger.tolist(), strict=True)
    ]


def _plain(column: Trace) -> str:
    return column.name.rstrip("_").lower()
