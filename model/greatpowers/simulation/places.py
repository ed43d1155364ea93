"""What became of each place: outcomes of one history, theatre by theatre; and anchors.

Read from the record of a history, so that every entry point counts the same things in the same way. What a place costs
its challenger is that challenger's loss of output, by the share of each place in the sanctions it feels.

Anchors say what levels of escalation and order feel like: worlds that a reader knows, measured as histories are.
"""

import math
from collections.abc import Iterable, Sequence
from functools import cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from greatpowers.core.declare import Floats, Ints
from greatpowers.core.history import StateColumn, TheatreColumn, Track
from greatpowers.core.ladder import SEVERITY, Rung
from greatpowers.core.log import Column, Event
from greatpowers.core.world import World
from greatpowers.dictionary import PLACE_OUTCOMES
from greatpowers.scenario.checks import quarter_number
from greatpowers.scenario.load import load_scenario
from greatpowers.scenario.schema import Scenario
from greatpowers.simulation.run import simulate

GREAT_WAR, ITS_QUARTER = "1913", "1914Q3"
"""The shipped scenario that tells of the First World War, and the quarter in which it began."""


class Anchor(NamedTuple):
    """A world that a reader knows: `severity` and `order` are NaN where it says nothing of them."""

    world: str
    severity: float
    order: float


def anchors(scenario: Scenario) -> tuple[Anchor, ...]:
    """This world at the start; the same if nobody challenged anybody; Europe in 1913, and as its war began.

    Escalation is that of places, from the rungs that the scenario's files give; order without breaches is where it
    stands at the end of a history in which no rung can be climbed.
    """
    calm = simulate(without_breaches(scenario), "laissez-faire")
    return (
        Anchor(f"{scenario.start}, as it begins", _severity(scenario), scenario.order.initial),
        Anchor("the same world without breaches", 0.0, float(calm.metrics["order"].iloc[-1])),
        *_great_war(),
    )


def anchor_words(worlds: Sequence[Anchor]) -> str:
    """The worlds in a sentence."""
    parts = []
    for anchor in worlds:
        levels = {"escalation": anchor.severity, "order": anchor.order}
        phrases = [f"{name} {level:.2f}" for name, level in levels.items() if not math.isnan(level)]
        parts.append(f"{anchor.world}: {' and '.join(phrases)}")
    return f"Escalation and order run from 0 to 1. {'; '.join(parts)}."


def _severity(scenario: Scenario, until: str | None = None) -> float:
    """Mean severity over places: at the start, or with what really happened up to a quarter."""
    rungs, index = np.array([place.rung for place in scenario.theatres], dtype=np.int64), scenario.theatre_index()
    last = quarter_number(until or scenario.start)
    for entry in scenario.happened if until else ():
        if entry.theatre is not None and entry.rung is not None and quarter_number(entry.quarter) <= last:
            rungs[index[entry.theatre]] = entry.rung
    return float(SEVERITY[rungs].mean()) if rungs.size else math.nan


def is_at_war(scenario: Scenario, place: str) -> bool:
    """Whether there is war in a place at the start."""
    return scenario.theatres[scenario.theatre_index()[place]].rung == Rung.WAR


def without_breaches(scenario: Scenario) -> Scenario:
    """The world at peace everywhere, whose challengers hold nothing and can do nothing, with no chronicle."""
    still = [place.model_copy(update={"rung": 0, "ceiling": 0, "control": 0.0, "recognised": 0.0, "annexed": False,
                                      "sanctions": 0.0, "sanctioning": (), "deal": None, "war": None})
             for place in scenario.theatres]  # fmt: skip
    return scenario.model_copy(update={"theatres": tuple(still), "happened": ()})


@cache
def _great_war() -> tuple[Anchor, ...]:
    europe = load_scenario(GREAT_WAR)
    return (
        Anchor(f"{europe.start}, before the First World War", _severity(europe), europe.order.initial),
        Anchor(f"{ITS_QUARTER}, as it began", _severity(europe, ITS_QUARTER), math.nan),
    )


BEGAN, ATTACKED, TREATY, CHOICE = "began it", "was attacked", "a treaty", "its own choice"
"""How a state came into a war: the two parties of the place, and those whom one of them brought in."""

FEWEST, OF_GREAT = 3, 2 / 3
"""Great powers that fight in a world war, and their share of all: what Levy (1983) calls a general war."""


class Belligerent(NamedTuple):
    """A state in a war between great powers: where, how it came in, and beside whom (-1 for the parties themselves).

    `world` says whether the war became a world war while it was fought.
    """

    theatre: int
    state: int
    how: str
    by: int
    world: bool


class _War:
    """A war over one place, as far as it has been read."""

    def __init__(self, challenger: int, host: int) -> None:
        self.challenger, self.host = challenger, host
        self.called: dict[int, float] = {}
        self.came = {challenger: (BEGAN, -1), host: (ATTACKED, -1)}
        self.great = self.world = False


def belligerents(end: World, track: Track, codes: Ints, numbers: Floats) -> list[Belligerent]:
    """Who fought in each war between great powers, and who or which treaty brought it in, in order of happening.

    A state that a treaty called to the side that it took came by that treaty, any other by its own choice. Of a war
    that was under way at the start the parties are known, and those who came later.
    """
    kinds = (Event.WAR, Event.CALL, Event.JOINING, Event.GREAT_POWER_WAR, Event.WAR_END)
    if not (codes[:, Column.KIND] == Event.GREAT_POWER_WAR).any():
        return []
    rows = np.isin(codes[:, Column.KIND], kinds)
    fought: dict[int, _War] = {}
    parties: list[Belligerent] = []

    def close(k: int) -> None:
        war = fought.pop(k)
        if war.great:
            parties.extend(Belligerent(k, state, how, by, war.world) for state, (how, by) in war.came.items())

    for (now, kind, k, actor, _), (_, side, *_) in zip(codes[rows].tolist(), numbers[rows].tolist(), strict=True):
        if kind == Event.WAR or k not in fought:
            fought[k] = _War(int(end.theatres.challenger[k]), int(end.theatres.host[k]))
        war = fought[k]
        if kind == Event.CALL:
            war.called[actor] = side
        elif kind == Event.JOINING:
            how = TREATY if war.called.get(actor, 0.0) == side else CHOICE
            war.came[actor] = (how, war.host if side > 0 else war.challenger)
        elif kind == Event.GREAT_POWER_WAR:
            war.great = True
        elif kind == Event.WAR_END:
            close(k)
        _mark_world_war(fought.values(), track.states[now, :, StateColumn.GREAT_POWER] > 0)
    for k in list(fought):
        close(k)
    return parties


def _mark_world_war(wars: Iterable[_War], great: NDArray[np.bool_]) -> None:
    """Every war between great powers is a world war once enough of them fight."""
    among = [war for war in wars if war.great]
    fighting = {state for war in among for state in war.came if great[state]}
    if len(fighting) >= max(FEWEST, OF_GREAT * great.sum()):
        for war in among:
            war.world = True


PLACE_NAMES = tuple(outcome.name for outcome in PLACE_OUTCOMES)


def outcomes_by_place(end: World, track: Track, codes: Ints, numbers: Floats) -> Floats:
    """Outcomes of every theatre in one history, shape [T, PLACE_OUTCOMES].

    `end` is the world after the last round; `track` is full; `codes` [E, Column] and `numbers` [E, 5] are all events.
    """
    here, kinds, happened = np.moveaxis(track.theatres, 2, 0), codes[:, Column.KIND], _by_place(codes, end)
    highest, mean = (array.T for array in (track.theatres.max(axis=0), track.theatres.sum(axis=0) / len(track.metrics)))
    rung = here[TheatreColumn.RUNG].astype(np.int64)
    begun, ended = (np.flatnonzero(kinds == kind) for kind in (Event.WAR, Event.WAR_END))
    begun = begun[numbers[begun, 3] == 0.0]
    deaths = np.where(end.theatres.war == 1, end.theatres.deaths, 0.0)
    np.add.at(deaths, codes[ended, Column.THEATRE], numbers[ended, 4])
    by_place = {
        "severity": np.where(here[TheatreColumn.WAR] > 0, 1.0, SEVERITY[rung]).mean(axis=0),
        "highest_rung": highest[TheatreColumn.RUNG],
        "quarters_of_force": (rung >= Rung.LIMITED_INTERVENTION).sum(axis=0),
        "war": happened[Event.WAR] > 0,
        "wars_begun": np.bincount(codes[begun, Column.THEATRE], minlength=end.theatres.size),
        "great_power_war": (highest[TheatreColumn.GREAT_POWER_WAR] > 0) | (happened[Event.GREAT_POWER_WAR] > 0),
        "joined": happened[Event.JOINING],
        "battle_deaths": deaths,
        "control": here[TheatreColumn.CONTROL][-1],
        "offers": happened[Event.OFFER],
        "signed": happened[Event.DEAL] > 0,
        "under_deal": mean[TheatreColumn.DEAL],
        "deal_at_end": here[TheatreColumn.DEAL][-1],
        "sanctions": mean[TheatreColumn.SANCTIONS],
        "target_cost": 100.0 * _cost_by_place(end, track).mean(axis=0),
    }
    return np.stack([np.asarray(by_place[name], dtype=np.float64) for name in PLACE_NAMES], axis=1)


def _by_place(codes: Ints, world: World) -> NDArray[np.int64]:
    """How often each kind of event happened in each theatre [Event, T]; what happened in none is left out."""
    width = world.theatres.size + 1  # events of no theatre have -1 there
    counts = np.bincount(codes[:, Column.KIND] * width + codes[:, Column.THEATRE] + 1, minlength=len(Event) * width)
    return counts.reshape(-1, width)[:, 1:]


def _cost_by_place(world: World, track: Track) -> Floats:
    """The challenger's loss of output to sanctions in each round [R, T], by what each place adds to those it feels."""
    felt = track.theatres[:, :, TheatreColumn.SANCTIONS] * track.theatres[:, :, TheatreColumn.BREADTH]
    challenger = world.theatres.challenger
    total = felt @ (challenger[:, None] == challenger)
    share = np.divide(felt, total, out=np.zeros_like(felt), where=total > 0)
    cost: Floats = share * track.states[:, :, StateColumn.TARGET_COST][:, challenger]
    return cost
