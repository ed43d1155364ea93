"""What is read of one history: offers and who accepted them, deals and how they ended, and what it all came to."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from greatpowers.core.declare import Floats, Ints
from greatpowers.core.log import Breaker, Column, Event
from greatpowers.core.luck import luck_of, tabulated
from greatpowers.core.world import World
from greatpowers.dictionary import PLACE_OUTCOMES as ALL_OUTCOMES
from greatpowers.simulation.places import outcomes_by_place
from greatpowers.simulation.run import play_to_end
from greatpowers.simulation.setup import Setup
from greatpowers.simulation.summary import SUMMARY_COLUMNS, summarise

PARTIES = ("challenger", "host", "coalition")

WAR, CHEATING, GUARDIANS, SPOILERS, IN_FORCE = "war", "cheating", "guardians", "spoilers", "in force"
ENDINGS = (WAR, CHEATING, GUARDIANS, SPOILERS, IN_FORCE)
"""How deals end: broken by war, by cheating, by guardians, by spoilers, or not at all in the run."""


OF_PLACES = ("severity", "wars_begun", "battle_deaths", "target_cost", "control", "signed", "under_deal")
PLACE_OUTCOMES = tuple(outcome for name in OF_PLACES for outcome in ALL_OUTCOMES if outcome.name == name)
"""What is measured of a place: of :data:`greatpowers.dictionary.PLACE_OUTCOMES`."""

_COLUMNS = [ALL_OUTCOMES.index(outcome) for outcome in PLACE_OUTCOMES]

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


class DealHistory(NamedTuple):
    """One history: offers and deals in order of time, outcomes of the places [P, PLACE_OUTCOMES] and of the world."""

    offers: list[Offer]
    deals: list[Signed]
    places: Floats
    world: Floats


def play_and_read(setup: Setup, seed: int, places: Sequence[int]) -> DealHistory:
    """Play one history, and read what became of the deal in some theatres."""
    world, track, log = play_to_end(setup, seed)
    written = int(log.happened[0])
    codes, numbers = log.codes[:written], log.numbers[:written]
    return DealHistory(
        [offer for offer in offers_of(setup, seed, codes, numbers) if offer.place in places],
        [deal for deal in deals_of(setup.world, len(track.metrics), codes, numbers) if deal.place in places],
        outcomes_by_place(world, track, codes, numbers)[np.ix_(places, _COLUMNS)],
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
