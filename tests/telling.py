"""A history as pages tell it, from the library: what they make by themselves of one that they play.

Rows are rounds; a column of states is [R][S], of theatres [R][T].
"""

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from greatpowers import History, chronicle
from greatpowers.core.declare import Floats
from greatpowers.core.history import StateColumn, TheatreColumn, new_track, play_rounds
from greatpowers.core.luck import luck_of
from greatpowers.core.trace import OPTIONS, Trace
from greatpowers.core.workspace import new_workspace
from greatpowers.core.world import World, copy_world
from greatpowers.dictionary import METRIC_NAMES
from greatpowers.narrative.chronicle import Entry
from greatpowers.narrative.sentences import sentence_of
from greatpowers.server.labels import short, significant
from greatpowers.server.payload import (
    FIELDS,
    JUDGED,
    LEAST_NEWS,
    NEWS,
    STATE_COLUMNS,
    WEIGHED,
    WEIGHED_DIGITS,
    narration,
)
from greatpowers.simulation.events import EventContext
from greatpowers.simulation.setup import Setup, prepare


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


def telling(history: History, setup: Setup | None = None) -> dict[str, Any]:
    """All that is told of a history with everything recorded; `setup` saves preparing it again."""
    setup = setup or setup_of(history)
    stage, stances = EventContext(history), stances_of(history, setup)
    entries = chronicle(history, "main").entries
    places = history.scenario.theatre_index()
    return {
        "guardians": [stage.by_power(allied) for allied in narration(setup)["allied"]],
        "metrics": {name: short(history.track.metrics[:, i]) for i, name in enumerate(METRIC_NAMES)},
        "state": _state_columns(history, stances),
        "theatre": _theatre_columns(history, stage, stances),
        "stances": {name: changes(getattr(stances, name)) for name in FIELDS},
        "weighed": _weighed(history),
        "events": _events(stage, entries),
        "chronicle": [_entry(entry, places) for entry in entries],
    }


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


def _weighed(history: History) -> dict[str, Any]:
    """What challengers weighed: for each column, for each option down, hold and up, [R][T]."""
    traces = history.track.traces
    return {
        column.name.rstrip("_").lower(): {
            option: short(traces[..., column + place], WEIGHED_DIGITS) for place, option in enumerate(OPTIONS)
        }
        for column in WEIGHED
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
