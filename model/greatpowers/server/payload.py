"""A history as the page reads it: one dictionary of plain numbers and words, sent when the history changes.

Rows are rounds; a column of states is [R][S], of theatres [R][T]. Numbers have four significant digits.
"""

from typing import Any

import numpy as np

from greatpowers.core.history import StateColumn, TheatreColumn
from greatpowers.core.trace import OPTIONS, Trace
from greatpowers.dictionary import METRIC_NAMES
from greatpowers.narrative.chronicle import Entry, chronicle_entries
from greatpowers.narrative.sentences import TOGETHER, tell
from greatpowers.scenario.kinds import WEIGHTS
from greatpowers.server import atlas, labels
from greatpowers.server.numerals import short
from greatpowers.server.stances import FIELDS, Stances, changes, setup_of, stances_of
from greatpowers.simulation import frames
from greatpowers.simulation.comparison import BANDS
from greatpowers.simulation.ensemble import Series
from greatpowers.simulation.events import Stage
from greatpowers.simulation.history import History
from greatpowers.simulation.intervals import quantiles
from greatpowers.simulation.setup import Setup

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

    Raises:
        GreatPowersError: if only metrics were recorded.
    """
    history.require_record("the page")
    setup = setup or setup_of(history)
    stage, stances = Stage(history), stances_of(history, setup)
    entries = chronicle_entries(history, "main")
    scenario = history.scenario
    return {
        "key": key,
        "scenario": scenario.name,
        "title": scenario.title,
        "policy": history.policy.name,
        "policyTitle": history.policy.title,
        "seed": history.seed,
        "rounds": history.rounds,
        "quarters": [frames.quarter_of(scenario.start, r) for r in range(history.rounds)],
        "leader": stage.leader,
        "layout": atlas.layout_of(scenario),
        "doctrines": _doctrines(history),
        "states": _states(history, setup),
        "theatres": _theatres(stage, setup),
        "metrics": {name: short(history.track.metrics[:, i]) for i, name in enumerate(METRIC_NAMES)},
        "metricLabels": labels.metric_labels(),
        "state": _state_columns(history, stances),
        "theatre": _theatre_columns(history, stage, stances),
        "stances": _stances(stances),
        "weighed": _weighed(history),
        "declared": _declared(setup),
        "events": _events(stage, entries),
        "chronicle": [_entry(entry, scenario.theatre_index()) for entry in entries],
        "ladder": labels.ladder(),
    }


def band(series: Series, names: tuple[str, ...] = METRIC_NAMES) -> dict[str, Any]:
    """The spread of an ensemble by round, for the bands behind lines.

    `series` is [runs, R, metrics] with the metrics in the order of `names`: for each, p5 to p95 as [R].
    """
    spread = {name: quantiles(series[..., i], tuple(BANDS.values())) for i, name in enumerate(names)}
    bands = {name: dict(zip(BANDS, short(rows), strict=True)) for name, rows in spread.items()}
    return {"runs": len(series), "metrics": bands}


def _doctrines(history: History) -> list[dict[str, Any]]:
    """Doctrines in use, in order of first use, each with its title and colour."""
    titles = {doctrine.name: doctrine.title for doctrine in history.scenario.doctrines}
    used = list(dict.fromkeys(state.doctrine for state in history.scenario.states))
    colours = labels.doctrine_colours(used)
    return [{"id": name, "title": titles.get(name, name), "colour": colours[name]} for name in used]


def _states(history: History, setup: Setup) -> list[dict[str, Any]]:
    scenario, table = history.scenario, setup.world.states
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


def _theatres(stage: Stage, setup: Setup) -> list[dict[str, Any]]:
    """Theatres with their parties as indices; `guardians` are the states allied to the host at the start."""
    ties = setup.world.pairs.alliance
    found = []
    for k, (theatre, (lat, lon)) in enumerate(
        zip(stage.theatres, atlas.theatre_places(stage.history.scenario), strict=True)
    ):
        host, challenger = stage.host[k], stage.challenger[k]
        allied = [int(g) for g in np.flatnonzero(ties[:, host] >= 0.5) if g not in (host, challenger)]
        found.append(
            {
                "id": theatre.id,
                "name": theatre.label,
                "challenger": challenger,
                "host": host,
                "salience": theatre.salience,
                "ceiling": theatre.ceiling,
                "lat": lat,
                "lon": lon,
                "guardians": stage.by_power(allied),
                "reason": theatre.reason,
            }
        )
    return found


def _state_columns(history: History, stances: Stances) -> dict[str, Any]:
    columns = {column.name.lower(): short(history.track.states[..., column]) for column in STATE_COLUMNS}
    return columns | {"alignment": short(stances.alignment)}


def _theatre_columns(history: History, stage: Stage, stances: Stances) -> dict[str, Any]:
    """The record's columns, what challengers judge, the past, and the stake: the prize in shares of world power."""
    columns = {column.name.lower(): short(history.track.theatres[..., column]) for column in TheatreColumn}
    traces = history.track.traces
    judged = {column.name.lower(): short(traces[..., column]) for column in JUDGED}
    value = traces[..., Trace.VALUE]
    power = history.track.states[:, stage.challenger, StateColumn.POWER]
    judged["balance"] = short(traces[..., Trace.BALANCE_ + OPTIONS.index("hold")])
    worth = {"value": short(value), "stake": short(value * power)}
    return columns | judged | worth | {"hostility": short(stances.hostility)}


def _stances(stances: Stances) -> dict[str, Any]:
    """For each kind of stance, for each theatre, its changes: rows (round, state, value from then on)."""
    return {name: changes(getattr(stances, name)) for name in FIELDS}


def _weighed(history: History) -> dict[str, Any]:
    """What challengers weighed: for each column, for each option down, hold and up, [R][T]."""
    traces = history.track.traces
    return {
        column.name.rstrip("_").lower(): {
            option: short(traces[..., column + place], WEIGHED_DIGITS) for place, option in enumerate(OPTIONS)
        }
        for column in WEIGHED
    }


def _declared(setup: Setup) -> dict[str, Any]:
    """The policy by segment: first rounds, and some levers as [segments][T]."""
    policy = setup.levers
    return {
        "starts": [int(start) for start in policy.starts],
        "levers": {name: short(policy.levers[name]) for name in DECLARED},
    }


def _events(stage: Stage, entries: list[Entry]) -> list[dict[str, Any]]:
    """Every event in order as a sentence; `main` marks those that the chronicle of the main events tells."""
    places = stage.history.scenario.theatre_index()
    told = {(entry.round, -1 if entry.theatre is None else places[entry.theatre]): entry for entry in entries}
    found = []
    for i, event in enumerate(stage.happenings()):
        text = tell(stage, event)
        entry = told.get((event.round, event.theatre))
        main = entry is not None and (
            event.kind in TOGETHER or bool({text, tell(stage, event, brief=True)} & set(entry.sentences))
        )
        found.append(
            {
                "i": i,
                "round": event.round,
                "kind": event.kind.name.lower(),
                "theatre": event.theatre,
                "actor": event.actor,
                "other": event.other,
                "text": text,
                "main": main,
            }
        )
    return found


def _entry(entry: Entry, places: dict[str, int]) -> dict[str, Any]:
    return {
        "round": entry.round,
        "theatre": -1 if entry.theatre is None else places[entry.theatre],
        "place": entry.place,
        "sentences": list(entry.sentences),
    }
