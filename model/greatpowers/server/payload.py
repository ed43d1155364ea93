"""A history as the page reads it: one dictionary of plain numbers and words, sent when the history changes.

Rows are rounds; a column of states is [R][S], of theatres [R][T]. Numbers have four significant digits.
"""

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from scipy.special import ndtri, stdtrit

from greatpowers.browser.layout import plain_data, policy_data
from greatpowers.core.declare import Floats
from greatpowers.core.history import StateColumn, TheatreColumn, new_track, play_rounds
from greatpowers.core.ladder import Rung
from greatpowers.core.levers import SWITCH
from greatpowers.core.luck import luck_of
from greatpowers.core.trace import OPTIONS, Trace
from greatpowers.core.workspace import new_workspace
from greatpowers.core.world import World, copy_world
from greatpowers.dictionary import METRIC_NAMES, describe
from greatpowers.narrative.chronicle import HEADLINES as HEADLINE_EVENTS, LEADERSHIPS, MAIN, Entry, chronicle
from greatpowers.narrative.explanation import TERMS
from greatpowers.narrative.sentences import MOST_NAMED, WORDS, sentence_of
from greatpowers.presentation.style import OUTCOME_COLOURS
from greatpowers.scenario.kinds import WEIGHTS
from greatpowers.scenario.schema import Scenario
from greatpowers.server import atlas, labels
from greatpowers.server.labels import DIGITS, HISTORY_WORDS, short, significant
from greatpowers.simulation import frames
from greatpowers.simulation.events import EventContext, in_a_sentence, sides, with_article
from greatpowers.simulation.history import History
from greatpowers.simulation.intervals import BANDS, UPPER
from greatpowers.simulation.setup import Setup, prepare
from greatpowers.simulation.summary import CRISIS_LEVEL, HEADLINES, NUCLEAR_LEVEL, OUTCOMES, WAR_LEVEL
from greatpowers.statistics.outcomes import MORE_IS_BETTER

NEWS, LEAST_NEWS = 0.1, 0.002
"""Change of a stance that is worth reporting: relative, and at least."""

FIELDS = ("presence", "sanctioning", "side")

_HEADLINES = sorted(kind.name.lower() for kind in HEADLINE_EVENTS)


class StanceSeries(NamedTuple):
    """What each of S states does in each of T theatres at the end of each of R rounds."""

    presence: Floats  # [R, T, S] share of the state's force beside the host
    sanctioning: Floats  # [R, T, S] whether it takes part in the sanctions
    side: Floats  # [R, T, S] 1 the host's side of a war, -1 the challenger's, 0 none
    hostility: Floats  # [R, T] hostility that past disputes left between challenger and host
    alignment: Floats  # [R, S] from -1 (tied to the leader's rivals) to 1 (tied to the leader)


def setup_of(history: History) -> Setup:
    """What the history was played from."""
    return prepare(history.scenario, history.policy, history.rounds, None)


def stances_of(history: History, setup: Setup | None = None) -> StanceSeries:
    """The stances of a history, from playing it again on the same luck."""
    setup = setup or setup_of(history)
    states, theatres = setup.sizes
    rounds, room = history.rounds, (history.rounds, theatres, states)
    presence, sanctioning, side = np.zeros((3, *room))
    series = StanceSeries(presence, sanctioning, side, np.zeros(room[:2]), np.zeros((rounds, states)))
    world, workspace, nothing = (
        copy_world(setup.world),
        new_workspace(states, theatres, 0),
        new_track(1, states, theatres, False),
    )
    luck = luck_of(history.seed, states, theatres)
    for now in range(rounds):
        play_rounds(world, setup.levers, setup.packed, luck, now, workspace, nothing)
        _note(series, world, now)
    return series


def _note(series: StanceSeries, world: World, now: int) -> None:
    for name in FIELDS:
        getattr(series, name)[now] = world.stances[name]
    theatres = world.theatres
    series.hostility[now] = world.pairs.hostility[theatres.challenger, theatres.host]
    series.alignment[now] = alignment(world)


def alignment(world: World) -> Floats:
    """Ties to the leader less ties to its strongest rivals, [S]: the leader is 1, a rival that leads a camp -1.

    A tie is the stronger of the two commitments between two states. Rivals are the states that value power above the
    order and that the leader sees as rivals at least half-way. Without a leader everybody is at 0.
    """
    leader = int(world.system.leader[0])
    states, pairs = world.states, world.pairs
    if leader < 0:
        return np.zeros(states.size)
    ties = np.maximum(pairs.alliance, pairs.alliance.T)
    rivals = (pairs.rivalry[leader] >= 0.5) & (states.power_weight > states.order_weight)
    rivals[leader] = False
    against = np.where(rivals, 1.0, ties[:, rivals].max(axis=1, initial=0.0))
    towards = ties[:, leader].copy()
    towards[leader], against[leader] = 1.0, 0.0
    return np.asarray(towards - against, dtype=np.float64)


def changes(values: Floats) -> list[list[list[float]]]:
    """Stances [R, T, S] as rows (round, state, value from then on), a list of rows a theatre; all start at 0.

    Forces swell and shrink a little every round: a value counts as new when it ends or has moved far enough.
    """
    rows: list[list[list[float]]] = [[] for _ in range(values.shape[1])]
    last = np.zeros(values.shape[1:])
    for now, rounded in enumerate(significant(values, 2)):
        moved = np.abs(rounded - last) > np.maximum(NEWS * np.abs(last), LEAST_NEWS)
        moved |= (rounded == 0.0) & (last != 0.0)
        for k, s in np.argwhere(moved).tolist():
            rows[k].append([now, s, float(rounded[k, s])])
        last = np.where(moved, rounded, last)
    return rows


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


def history_payload(history: History, key: str = "", setup: Setup | None = None) -> dict[str, Any]:
    """Everything the page shows of a recorded history; `key` names it, `setup` saves preparing it again.

    Browsers make the same of what they play themselves (``browser/assets/narrator.js``); this is for those that cannot.

    Raises:
        GreatPowersError: if only metrics were recorded.
    """
    history.require_record("the page")
    setup = setup or setup_of(history)
    stage, stances = EventContext(history), stances_of(history, setup)
    entries, shared = chronicle(history, "main").entries, shared_data(setup)
    for theatre, allied in zip(shared["theatres"], _allied(setup), strict=True):
        theatre["guardians"] = stage.by_power(allied)
    return {
        **shared,
        **policy_payload(setup),
        "key": key,
        "seed": history.seed,
        "metrics": {name: short(history.track.metrics[:, i]) for i, name in enumerate(METRIC_NAMES)},
        "state": _state_columns(history, stances),
        "theatre": _theatre_columns(history, stage, stances),
        "stances": _stances(stances),
        "weighed": _weighed(history),
        "events": _events(stage, entries),
        "chronicle": [_entry(entry, history.scenario.theatre_index()) for entry in entries],
    }


def shared_data(setup: Setup) -> dict[str, Any]:
    """What is the same of all histories of a world."""
    scenario = setup.scenario
    return {
        "scenario": scenario.name,
        "title": scenario.title,
        "rounds": setup.rounds,
        "quarters": [frames.quarter_of(scenario.start, r) for r in range(setup.rounds)],
        "leader": _leader(setup),
        "layout": atlas.layout_of(scenario),
        "doctrines": _doctrines(scenario),
        "states": _states(setup),
        "theatres": _theatres(setup),
        "metricLabels": labels.metric_labels(),
        "ladder": labels.ladder(),
        "headlines": _HEADLINES,
    }


def policy_payload(setup: Setup) -> dict[str, Any]:
    """What the page shows of a policy, and plays."""
    return {
        "policy": setup.policy.name,
        "policyTitle": setup.policy.title,
        "declared": declared(setup),
        "played": policy_data(setup.levers),
    }


def world_data(setup: Setup, name: str) -> dict[str, Any]:
    """A world for the page's engine, without policies, with words for its histories and settings of matched runs."""
    return {
        **plain_data([setup]),
        "policies": {},
        "name": name,
        "shared": shared_data(setup),
        "narration": narration(setup),
        "runs": matched_run_settings(),
    }


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


def _states(setup: Setup) -> list[dict[str, Any]]:
    scenario, table = setup.scenario, setup.world.states
    layout = atlas.layout_of(scenario)
    where, codes = short(atlas.positions(scenario, layout)), atlas.iso_codes(scenario)
    weights = {name: short(table[f"{name}_weight"]) for name in WEIGHTS}
    return [
        {
            "id": state.id,
            "name": state.label,
            "lat": state.lat,
            "lon": state.lon,
            "x": where[i][0],
            "y": where[i][1],
            "iso": codes[i],
            "doctrine": state.doctrine,
            "weights": {name: values[i] for name, values in weights.items()},
        }
        for i, state in enumerate(scenario.states)
    ]


def _theatres(setup: Setup) -> list[dict[str, Any]]:
    """Theatres with their parties as indices; a history adds its `guardians`, the states allied to the host."""
    scenario = setup.scenario
    index = scenario.state_index()
    rows = []
    for theatre, (lat, lon) in zip(scenario.theatres, atlas.theatre_places(scenario), strict=True):
        host, challenger = index[theatre.host], index[theatre.challenger]
        rows.append(
            {
                "id": theatre.id,
                "name": theatre.label,
                "challenger": challenger,
                "host": host,
                "sides": sides(scenario.states[challenger].label, scenario.states[host].label),
                "salience": theatre.salience,
                "ceiling": theatre.ceiling,
                "lat": lat,
                "lon": lon,
                "reason": theatre.reason,
            }
        )
    return rows


def _allied(setup: Setup) -> list[list[int]]:
    """For each theatre the states allied to the host at the start, but for its parties."""
    theatres, ties = setup.world.theatres, setup.world.pairs.alliance
    return [
        [int(g) for g in np.flatnonzero(ties[:, host] >= 0.5) if g not in (host, challenger)]
        for host, challenger in zip(theatres.host.tolist(), theatres.challenger.tolist(), strict=True)
    ]


def _state_columns(history: History, stances: StanceSeries) -> dict[str, Any]:
    columns = {column.name.lower(): short(history.track.states[..., column]) for column in STATE_COLUMNS}
    return columns | {"alignment": short(stances.alignment)}


def _theatre_columns(history: History, stage: EventContext, stances: StanceSeries) -> dict[str, Any]:
    """The record's columns, what challengers judge, the past, and the stake: the prize in shares of world power."""
    columns = {column.name.lower(): short(history.track.theatres[..., column]) for column in TheatreColumn}
    traces = history.track.traces
    judged = {column.name.lower(): short(traces[..., column]) for column in JUDGED}
    value = traces[..., Trace.VALUE]
    power = history.track.states[:, stage.challenger, StateColumn.POWER]
    judged["balance"] = short(traces[..., Trace.BALANCE_ + OPTIONS.index("hold")])
    worth = {"value": short(value), "stake": short(value * power)}
    return columns | judged | worth | {"hostility": short(stances.hostility)}


def _stances(stances: StanceSeries) -> dict[str, Any]:
    """For each kind of stance, for each theatre, its changes: rows (round, state, value from then on)."""
    return {name: changes(getattr(stances, name)) for name in FIELDS}


def _weighed(history: History) -> dict[str, Any]:
    """What challengers weighed: for each column, for each option down, hold and up, [R][T]."""
    traces = history.track.traces
    return {
        _plain(column): {
            option: short(traces[..., column + place], WEIGHED_DIGITS) for place, option in enumerate(OPTIONS)
        }
        for column in WEIGHED
    }


def _plain(column: Trace) -> str:
    return column.name.rstrip("_").lower()


def declared(setup: Setup) -> dict[str, Any]:
    """The policy by segment: first rounds, and some levers as [segments][T]."""
    policy = setup.levers
    return {
        "starts": [int(start) for start in policy.starts],
        "levers": {name: short(policy.levers[name]) for name in DECLARED},
    }


def _events(stage: EventContext, entries: Sequence[Entry]) -> list[dict[str, Any]]:
    """Every event in order as a sentence; `main` marks those in the chronicle of the main events."""
    chronicled = {row for entry in entries for row in entry.events}
    return [
        {
            "i": event.row,
            "round": event.round,
            "kind": event.kind.name.lower(),
            "theatre": event.theatre,
            "actor": event.actor,
            "other": event.other,
            "text": sentence_of(stage, event),
            "main": event.row in chronicled,
        }
        for event in stage.happenings()
    ]


def _entry(entry: Entry, places: dict[str, int]) -> dict[str, Any]:
    return {
        "round": entry.round,
        "theatre": -1 if entry.theatre is None else places[entry.theatre],
        "place": entry.place,
        "sentences": list(entry.sentences),
    }
