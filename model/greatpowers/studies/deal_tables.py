"""The terms of a deal, and tables of what becomes of it and of what its terms are worth.

Of each history is read who was offered a deal and who accepted, how deals ended, and what it all came to; tables are
made from such readings on matched seeds.
"""

import copy
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np
import pandas as pd

from greatpowers.core.declare import Declared, Floats, Ints, fields_of
from greatpowers.core.levers import Levers
from greatpowers.core.log import Breaker, Column, Event
from greatpowers.core.luck import luck_of, tabulated
from greatpowers.core.world import World
from greatpowers.dictionary import PLACE_OUTCOMES as ALL_OUTCOMES, PlaceOutcome, describe
from greatpowers.scenario.errors import GreatPowersError, need_known
from greatpowers.scenario.kinds import IN_A_DEAL
from greatpowers.simulation.frames import quarter_of
from greatpowers.simulation.intervals import mean_interval, share_interval
from greatpowers.simulation.places import outcomes_by_place
from greatpowers.simulation.run import play_to_end
from greatpowers.simulation.setup import Setup
from greatpowers.simulation.summary import SUMMARY_COLUMNS, summarise
from greatpowers.studies.mechanisms import neutral

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
    offers = []
    for now, place in made:
        chances = refused.get((now, place))
        accepted = (True, True, True) if chances is None else tuple((luck[now, place] < chances).tolist())
        offers.append(Offer(place, now, accepted))
    return offers


def _luck_of_acceptance(setup: Setup, seed: int) -> Floats:
    """What is drawn for each party each round: [R, T, PARTIES]."""
    drawn = tabulated(luck_of(seed, *setup.sizes), setup.rounds).theatre
    return np.stack([drawn[f"{party}_accepts"] for party in PARTIES], axis=-1)


def deals_of(start: World, rounds: int, codes: Ints, numbers: Floats) -> list[Signed]:
    """Deals in the order they were signed in, those in force at the start first."""
    open_since = {int(place): -1 for place in np.flatnonzero(start.theatres.deal == 1)}
    deals, at_war = [], set()
    for code, number in zip(codes.tolist(), numbers, strict=True):
        now, kind, place = code[Column.ROUND], code[Column.KIND], code[Column.THEATRE]
        if kind == Event.WAR:
            at_war.add((now, place))
        elif kind == Event.DEAL:
            open_since[place] = now
        elif kind == Event.DEAL_BROKEN:
            how = _ending(Breaker(int(number[1])), (now, place) in at_war)
            deals.append(Signed(place, open_since.pop(place), now, how))
    deals += [Signed(place, since, rounds - 1, IN_FORCE) for place, since in open_since.items()]
    return sorted(deals, key=lambda deal: (deal.begun, deal.place))


def _ending(breaker: Breaker, by_war: bool) -> str:
    if breaker == Breaker.CHALLENGER:
        return WAR if by_war else CHEATING
    return GUARDIANS if breaker == Breaker.GUARDIANS else SPOILERS


OFFER = "deal"
"""The lever that puts a deal on offer: without it there is none at all."""

TERMS = (*IN_A_DEAL[:-1], "counter_insurgency", IN_A_DEAL[-1])
"""Levers that say what is in a deal, or when it is proposed, and the effort against spoilers that goes with it."""

EVERYWHERE = "all"
"""Stands for the place where a term is left out of every offer."""


@dataclass(frozen=True)
class Without:
    """One term left out in one place, or everywhere it is offered (`place` None): what it was, and what it is then.

    `offered` is NaN where it differs between places or over time.
    """

    place: int | None
    term: str
    offered: float
    neutral: float


def places_with_offer(setup: Setup) -> list[int]:
    """Theatres in which the policy has a deal on offer at any time; raises :class:`GreatPowersError` without any."""
    places = np.flatnonzero((setup.levers.levers.deal > 0.5).any(axis=0)).tolist()
    if not places:
        raise GreatPowersError(
            f"policy '{setup.policy.name}' offers no deal in '{setup.scenario.name}'; expected one that sets the lever "
            "'deal' to 1, such as half-a-loaf."
        )
    return places


def chosen_places(setup: Setup, names: Sequence[str] | None) -> list[int]:
    """Of the theatres with an offer those that are named, all without names; raises :class:`GreatPowersError`."""
    offered = places_with_offer(setup)
    if names is None:
        return offered
    known = {setup.scenario.theatres[place].id: place for place in offered}
    for name in names:
        need_known(name, known, f"places: no deal is offered in '{name}'.")
    return [place for name, place in known.items() if name in names]


def left_out(setup: Setup, places: Sequence[int]) -> list[Without]:
    """Each term by itself, and the offer as a whole, in each place and then everywhere; what changes nothing is not.

    With one place there is no everywhere.
    """
    where: list[int | None] = [*places, None] if len(places) > 1 else list(places)
    declared = {entry.name: entry for entry in fields_of(Levers)}
    changes = [_without(setup, place, declared[name], places) for place in where for name in (OFFER, *TERMS)]
    return [change for change in changes if change.offered != change.neutral]


def _without(setup: Setup, place: int | None, declared: Declared, places: Sequence[int]) -> Without:
    values = getattr(setup.levers.levers, declared.name)[_where(setup, place, places)]
    without = neutral("lever", declared).value
    assert without is not None
    offered = float(values.flat[0]) if np.ptp(values) == 0.0 else float("nan")
    return Without(place, declared.name, offered, without)


def _where(setup: Setup, place: int | None, places: Sequence[int]) -> tuple[Ints, Ints]:
    """Segments and theatres in which the deal is on offer: in one place, or in all of `places`."""
    on_offer = setup.levers.levers.deal > 0.5
    chosen = np.zeros(on_offer.shape[1], dtype=np.bool_)
    chosen[list(places) if place is None else place] = True
    segments, theatres = np.nonzero(on_offer & chosen)
    return segments, theatres


def changed(setup: Setup, change: Without, places: Sequence[int]) -> Setup:
    """The setup without that term, where and while the deal is on offer."""
    table = copy.copy(setup.levers.levers)
    getattr(table, change.term)[_where(setup, change.place, places)] = change.neutral
    return replace(setup, levers=setup.levers._replace(levers=table))


PLACE, WORLD = "place", "world"
"""Of what an outcome is measured."""

OUTCOMES = {
    PLACE: PLACE_OUTCOMES,
    WORLD: tuple(PlaceOutcome(name, describe(name).label, describe(name).unit) for name in WORLD_OUTCOMES),
}

OFFERS = ("seed", "place", "round", "quarter", *(f"{party}_accepts" for party in PARTIES), "signed")
DEALS = ("seed", "place", "signed", "ended", "rounds", "how")
WORTH = (
    *("place", "term", "offered", "neutral", "of", "outcome", "label", "unit", "full", "without"),
    *("difference", "low", "high"),
)


def offers_table(setup: Setup, readings: Sequence[DealHistory]) -> pd.DataFrame:
    """One row per proposal: which of the parties accepted it, and whether it was signed."""
    rows = [
        (seed, _id(setup, offer.place), offer.round, _quarter(setup, offer.round), *offer.accepted, all(offer.accepted))
        for seed, reading in enumerate(readings)
        for offer in reading.offers
    ]
    return pd.DataFrame(rows, columns=list(OFFERS))


def deals_table(setup: Setup, readings: Sequence[DealHistory]) -> pd.DataFrame:
    """One row per deal: signed and ended in which quarter, its rounds in force, and how it ended.

    `signed` is empty for a deal in force at the start, `ended` for one in force at the end.
    """
    rows = []
    for seed, reading in enumerate(readings):
        for deal in reading.deals:
            signed = None if deal.begun < 0 else _quarter(setup, deal.begun)
            ended = None if deal.how == IN_FORCE else _quarter(setup, deal.ended)
            rows.append((seed, _id(setup, deal.place), signed, ended, _length(deal), deal.how))
    return pd.DataFrame(rows, columns=list(DEALS))


def places_table(setup: Setup, places: Sequence[int], readings: Sequence[DealHistory]) -> pd.DataFrame:
    """One row per place: its terms, and what became of the offer over all histories."""
    return pd.DataFrame([_place(setup, place, readings) for place in places])


def _place(setup: Setup, place: int, readings: Sequence[DealHistory]) -> dict[str, object]:
    theatre = setup.scenario.theatres[place]
    offers = [[offer for offer in reading.offers if offer.place == place] for reading in readings]
    deals = [[deal for deal in reading.deals if deal.place == place] for reading in readings]
    new = [[deal for deal in group if deal.begun >= 0] for group in deals]
    made, every = [offer for group in offers for offer in group], [deal for group in deals for deal in group]
    offered, signed = (share_interval(np.array([bool(group) for group in some], float)) for some in (offers, new))
    firsts = [group[0].begun for group in new if group]
    ended = Counter(deal.how for deal in every)
    return {
        **{"place": theatre.id, "label": theatre.label, "challenger": theatre.challenger, "host": theatre.host},
        **{"offered": offered.mean, "offered_low": offered.low, "offered_high": offered.high},
        "offers": len(made) / len(readings),
        **{f"{party}_accepts": _share([offer.accepted[k] for offer in made]) for k, party in enumerate(PARTIES)},
        "all_accept": _share([all(offer.accepted) for offer in made]),
        **{"signed": signed.mean, "signed_low": signed.low, "signed_high": signed.high},
        "first_signed": _quarter(setup, round(float(np.median(firsts)))) if firsts else None,
        "at_the_start": int(setup.world.theatres.deal[place]),
        "deals": len(every) / len(readings),
        "kept": float(np.mean([_length(deal) for deal in every])) if every else float("nan"),
        **{f"ended_by_{how}" if how != IN_FORCE else "still_in_force": _part(ended, how) for how in ENDINGS},
        **{term: _term(setup, term, place) for term in TERMS},
    }


def _share(flags: Sequence[bool]) -> float:
    return float(np.mean(flags)) if flags else float("nan")


def _part(ended: "Counter[str]", how: str) -> float:
    return ended[how] / ended.total() if ended else float("nan")


def _term(setup: Setup, term: str, place: int) -> float:
    """The term as it is offered first."""
    on_offer = np.flatnonzero(setup.levers.levers.deal[:, place] > 0.5)
    return float(getattr(setup.levers.levers, term)[on_offer[0], place])


def _id(setup: Setup, place: int) -> str:
    return setup.scenario.theatres[place].id


def _quarter(setup: Setup, round_number: int) -> str:
    return quarter_of(setup.scenario.start, round_number)


def _length(deal: Signed) -> int:
    """Rounds of the run at whose end it was in force."""
    return deal.ended - max(deal.begun, 0) + (deal.how == IN_FORCE)


def worth_table(
    setup: Setup, places: Sequence[int], changes: Sequence[Without], at_places: Floats, of_world: Floats
) -> pd.DataFrame:
    """One row per term left out and outcome, of the place and of the world: with it, without it, and what it adds.

    `at_places` [1 + changes, seeds, P, PLACE_OUTCOMES] and `of_world` [1 + changes, seeds, WORLD_OUTCOMES] have the
    full deal first. `difference` is full less without, by seed, with its 95% t interval. A term left out everywhere is
    measured of the world alone.
    """
    rows = []
    for index, change in enumerate(changes, start=1):
        name = EVERYWHERE if change.place is None else _id(setup, change.place)
        measured = [(WORLD, of_world[0], of_world[index])]
        if change.place is not None:
            here = places.index(change.place)
            measured.insert(0, (PLACE, at_places[0, :, here], at_places[index, :, here]))
        for of, full, without in measured:
            for k, outcome in enumerate(OUTCOMES[of]):
                keys = (name, change.term, change.offered, change.neutral, of, *outcome)
                means = full[:, k].mean(), without[:, k].mean()
                rows.append((*keys, *means, *mean_interval(full[:, k] - without[:, k])))
    return pd.DataFrame(rows, columns=list(WORTH))
