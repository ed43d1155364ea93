"""What became of each place: outcomes of one history, theatre by theatre.

Read from the record of a history, so that every entry point counts the same things in the same way. What a place costs
its challenger is that challenger's loss of output, by the share of each place in the sanctions it feels.
"""

import numpy as np
from numpy.typing import NDArray

from greatpowers.core.declare import Floats, Ints
from greatpowers.core.history import StateColumn, TheatreColumn, Track
from greatpowers.core.ladder import SEVERITY, Rung
from greatpowers.core.log import Column, Event
from greatpowers.core.world import World
from greatpowers.dictionary import PLACE_OUTCOMES

PLACE_NAMES = tuple(outcome.name for outcome in PLACE_OUTCOMES)


def outcomes_by_place(end: World, track: Track, codes: Ints, numbers: Floats) -> Floats:
    """Outcomes of every theatre in one history, shape [T, PLACE_OUTCOMES].

    `end` is the world after the last round; `track` is full; `codes` [E, Column] and `numbers` [E, 5] are all events.
    """
    here = np.moveaxis(track.theatres, 2, 0)
    rung, at_war = here[TheatreColumn.RUNG].astype(np.int64), here[TheatreColumn.WAR] > 0
    begun = _count(codes[(codes[:, Column.KIND] == Event.WAR) & (numbers[:, 3] == 0.0)], end)
    ended = codes[:, Column.KIND] == Event.WAR_END
    deaths = np.where(end.theatres.war == 1, end.theatres.deaths, 0.0)
    np.add.at(deaths, codes[ended, Column.THEATRE], numbers[ended, 4])
    signed = _of(codes, Event.DEAL, end)
    found = {
        "severity": np.where(at_war, 1.0, SEVERITY[rung]).mean(axis=0),
        "highest_rung": rung.max(axis=0),
        "quarters_of_force": (rung >= Rung.LIMITED_INTERVENTION).sum(axis=0),
        "war": _of(codes, Event.WAR, end) > 0,
        "wars_begun": begun,
        "great_power_war": (here[TheatreColumn.GREAT_POWER_WAR] > 0).any(axis=0)
        | (_of(codes, Event.GREAT_POWER_WAR, end) > 0),
        "joined": _of(codes, Event.JOINING, end),
        "battle_deaths": deaths,
        "control": here[TheatreColumn.CONTROL][-1],
        "offers": _of(codes, Event.OFFER, end),
        "signed": signed > 0,
        "under_deal": here[TheatreColumn.DEAL].mean(axis=0),
        "deal_at_end": here[TheatreColumn.DEAL][-1],
        "sanctions": here[TheatreColumn.SANCTIONS].mean(axis=0),
        "target_cost": 100.0 * _cost_by_place(end, track).mean(axis=0),
    }
    return np.stack([np.asarray(found[name], dtype=np.float64) for name in PLACE_NAMES], axis=1)


def _of(codes: Ints, kind: Event, world: World) -> NDArray[np.int64]:
    """How often something happened in each theatre [T]."""
    return _count(codes[codes[:, Column.KIND] == kind], world)


def _count(codes: Ints, world: World) -> NDArray[np.int64]:
    return np.bincount(codes[:, Column.THEATRE], minlength=world.theatres.size)


def _cost_by_place(world: World, track: Track) -> Floats:
    """The challenger's loss of output to sanctions in each round [R, T], by what each place adds to those it feels."""
    felt = track.theatres[:, :, TheatreColumn.SANCTIONS] * track.theatres[:, :, TheatreColumn.BREADTH]
    challenger = world.theatres.challenger
    belongs = challenger[:, None] == np.arange(world.states.size)
    total = (felt @ belongs)[:, challenger]
    share = np.divide(felt, total, out=np.zeros_like(felt), where=total > 0)
    found: Floats = share * track.states[:, :, StateColumn.TARGET_COST][:, challenger]
    return found
