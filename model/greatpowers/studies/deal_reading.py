"""What is read of one history: offers and who accepted them, deals and how they ended, and what it all came to."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from greatpowers.core.declare import Floats, Ints
from greatpowers.core.history import StateColumn, TheatreColumn, Track
from greatpowers.core.ladder import SEVERITY
from greatpowers.core.log import Breaker, Column, Event
from greatpowers.core.luck import luck_of, tabulated
from greatpowers.core.world import World
from greatpowers.simulation.run import play_to_end
from greatpowers.simulation.setup import Setup
from greatpowers.simulation.summary import SUMMARY_COLUMNS, summarise

PARTIES = ("challenger", "host", "coalition")

WAR, CHEATING, GUARDIANS, SPOILERS, IN_FORCE = "war", "cheating", "guardians", "spoilers", "in force"
ENDINGS = (WAR, CHEATING, GUARDIANS, SPOILERS, IN_FORCE)
"""How deals end: broken by war, by cheating, by guardians, by spoilers, or not at all in the run."""


class Outcome(NamedTuple):
    """Something measured of a history: name, label, unit."""

    name: str
    label: str
    unit: str


PLACE_OUTCOMES = (
    Outcome("severity", "Escalation", "severity in [0, 1]"),
    Outcome("wars_begun", "Wars begun", "wars per run"),
    Outcome("battle_deaths", "Battle deaths", "thousands per run"),
    Outcome("target_cost", "Cost to the challenger", "share of own output, sum over rounds"),
    Outcome("control", "Held at the end", "share of the host"),
    Outcome("signed", "Signed", "0 or 1"),
    Outcome("under_deal", "Under a deal", "share of rounds"),
)
"""What is measured of a place: means over rounds unless the unit says otherwise."""

WORLD_OUTCOMES = (
    *("mean_severity", "wars_begun", "great_power_wars_begun", "battle_deaths", "order"),
    *("sender_cost", "target_cost", "revision", "deals_in_force"),
)
"""What is measured of the world: columns of a history's summary."""

OF_WORLD = [SUMMARY_COLUMNS.index(name) for name in WORLD_OUTCOMES]


class Offer(NamedTuple):
    """One proposal: theatre, round, and whether each of :data:`PARTIES` accepted it."""

    place: int
    round: int
    accepted: tuple[bool, bool, bool]


class Signed(NamedTuple):
    """One deal: theatre, the round it was signed in (-1: in force at the start), how it ended, and in which round.

    A deal that is in force at the end ends in the last round.
    """

    place: int
    begun: int
    ended: int
    how: str


class Reading(NamedTuple):
    """One history: offers and deals in order of time, outcomes of the places [P, PLACE_OUTCOMES] and of the world."""

    offers: list[Offer]
    deals: list[Signed]
    places: Floats
    world: Floats


def play_and_read(setup: Setup, seed: int, places: Sequence[int]) -> Reading:
    """Play one history, and read what became of the deal in some theatres."""
    world, track, log = play_to_end(setup, seed)
    written = int(log.happened[0])
    codes, numbers = log.codes[:written], log.numbers[:written]
    return Reading(
        [offer for offer in offers_of(setup, seed, codes, numbers) if offer.place in places],
        [deal for deal in deals_of(setup.world, len(track.metrics), codes, numbers) if deal.place in places],
        np.array([outcomes_of(world, track, codes, numbers, place) for place in places]),
        summarise(track.metrics)[OF_WORLD],
    )


def offers_of(setup: Setup, seed: int, codes: Ints, numbers: Floats) -> list[Offer]:
    """Proposals in order of time.

    The log says how likely each party was to accept what was refused; the luck of the seed says who did.
    """
    refused = {
        (int(code[Column.ROUND]), int(code[Column.THEATRE])): number[2:]
        for code, number in zip(codes, numbers, strict=True)
        if code[Column.KIND] == Event.REFUSAL
    }
    made = codes[codes[:, Column.KIND] == Event.OFFER][:, [Column.ROUND, Column.THEATRE]].tolist()
    luck = _luck_of_acceptance(setup, seed) if refused else np.empty(0)
    found = []
    for now, place in made:
        chances = refused.get((now, place))
        accepted = (True, True, True) if chances is None else tuple((luck[now, place] < chances).tolist())
        found.append(Offer(place, now, accepted))
    return found


def _luck_of_acceptance(setup: Setup, seed: int) -> Floats:
    """What is drawn for each party each round: [R, T, PARTIES]."""
    drawn = tabulated(luck_of(seed, *setup.sizes), setup.rounds).theatre
    return np.stack([drawn[f"{party}_accepts"] for party in PARTIES], axis=-1)


def deals_of(start: World, rounds: int, codes: Ints, numbers: Floats) -> list[Signed]:
    """Deals in the order they were signed in, those in force at the start first."""
    open_since = {int(place): -1 for place in np.flatnonzero(start.theatres.deal == 1)}
    found, at_war = [], set()
    for code, number in zip(codes.tolist(), numbers, strict=True):
        now, kind, place = code[Column.ROUND], code[Column.KIND], code[Column.THEATRE]
        if kind == Event.WAR:
            at_war.add((now, place))
        elif kind == Event.DEAL:
            open_since[place] = now
        elif kind == Event.DEAL_BROKEN:
            how = _ending(Breaker(int(number[1])), (now, place) in at_war)
            found.append(Signed(place, open_since.pop(place), now, how))
    found += [Signed(place, since, rounds - 1, IN_FORCE) for place, since in open_since.items()]
    return sorted(found, key=lambda deal: (deal.begun, deal.place))


def _ending(breaker: Breaker, by_war: bool) -> str:
    if breaker == Breaker.CHALLENGER:
        return WAR if by_war else CHEATING
    return GUARDIANS if breaker == Breaker.GUARDIANS else SPOILERS


def outcomes_of(end: World, track: Track, codes: Ints, numbers: Floats, place: int) -> list[float]:
    """Values of :data:`PLACE_OUTCOMES` in one theatre; `end` is the world after the last round."""
    here = track.theatres[:, place]
    told = codes[:, Column.THEATRE] == place
    begun = numbers[told & (codes[:, Column.KIND] == Event.WAR)]
    ended = numbers[told & (codes[:, Column.KIND] == Event.WAR_END)]
    under_way = float(end.theatres.deaths[place]) if end.theatres.war[place] == 1 else 0.0
    costs = track.states[:, int(end.theatres.challenger[place]), StateColumn.TARGET_COST]
    return [
        float(SEVERITY[here[:, TheatreColumn.RUNG].astype(np.int64)].mean()),
        float((begun[:, 3] == 0.0).sum()),
        float(ended[:, 4].sum()) + under_way,
        float(costs.sum()),
        float(here[-1, TheatreColumn.CONTROL]),
        float((told & (codes[:, Column.KIND] == Event.DEAL)).any()),
        float(here[:, TheatreColumn.DEAL].mean()),
    ]
