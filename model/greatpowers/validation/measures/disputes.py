"""Measures of disputes: how often, how far they go, how long they last, how they end, and what comes after."""

import numpy as np

from greatpowers.core.declare import Floats
from greatpowers.core.history import StateColumn
from greatpowers.validation.disputes import WAR_LEVEL, DisputeReading, Disputes, Settled
from greatpowers.validation.observed import ROUNDS_PER_YEAR, Flags

RENEWAL_ROUNDS = 5 * ROUNDS_PER_YEAR
"""How long after the end of a dispute a new one of the same pair counts as its renewal."""

AGREED: tuple[Settled, ...] = (Settled.YIELD_INITIATOR, Settled.YIELD_TARGET, Settled.COMPROMISE)
"""Outcomes by which something was settled between the two without a victory."""

MUCH_STRONGER = 3.0
"""Ratio of capabilities from which one state is much stronger than another."""


def per_100_state_years(reading: DisputeReading) -> Floats:
    """Disputes begun, and hundreds of state-years."""
    return np.array([[reading.disputes.size, reading.seen.state_years / 100]])


def at_level(level: int, reading: DisputeReading) -> Floats:
    """Disputes that went as far as a hostility level and no further, and all disputes."""
    return _share(reading.disputes.level == level)


def at_war_between_great_powers(reading: DisputeReading) -> Floats:
    """Disputes between great powers that reached war, and all disputes between great powers."""
    return _share((reading.disputes.level == WAR_LEVEL)[_both_great(reading)])


def at_war_between_nuclear(reading: DisputeReading) -> Floats:
    """Disputes between nuclear powers that reached war, and all of them."""
    found, armed = reading.disputes, reading.seen.nuclear > 0
    return _share((found.level == WAR_LEVEL)[armed[found.initiator] & armed[found.target]])


def _both_great(reading: DisputeReading) -> Flags:
    found, seen = reading.disputes, reading.seen
    year = seen.year_of(found.begin)
    both: Flags = seen.great[year, found.initiator] & seen.great[year, found.target]
    return both


def reciprocated(reading: DisputeReading) -> Floats:
    """Disputes in which the target's side acted with arms, and all disputes."""
    return _share(reading.disputes.reciprocated)


def rounds_in_dispute(reading: DisputeReading) -> Floats:
    """Rounds that each dispute touched; those under way at the end count as long as they were seen."""
    found = reading.disputes
    return (found.end - found.begin + 1).astype(np.float64)[:, None]


def settled_as(how: Settled, reading: DisputeReading) -> Floats:
    """Disputes with one outcome, and disputes with any: neither under way nor drawn into a war."""
    found = reading.disputes
    return _share(found.settled[_over(found)] == how)


def _over(found: Disputes) -> Flags:
    over: Flags = ~found.ongoing & (found.settled != Settled.JOINS_WAR)
    return over


def renewed_after(outcomes: tuple[Settled, ...], reading: DisputeReading) -> Floats:
    """Disputes with such an outcome that their pair renewed within five years, and all seen for as long after."""
    found, seen = reading.disputes, reading.seen
    follows = np.append(found.dyad[1:] == found.dyad[:-1], False)  # disputes stand pair by pair, in order of time
    wait = np.append(found.begin[1:], 0) - found.end
    chosen = np.isin(found.settled, outcomes) & (found.end + RENEWAL_ROUNDS < seen.last)
    return _share((follows & (wait <= RENEWAL_ROUNDS))[chosen])


def begun_by_the_weaker(reading: DisputeReading) -> Floats:
    """Disputes begun against a state of more than three times the own capability, and all disputes."""
    found = reading.disputes
    capability = reading.seen.states[np.maximum(found.begin - 1, 0), :, StateColumn.CAPABILITY]
    every = np.arange(found.size)
    return _share(capability[every, found.target] > MUCH_STRONGER * capability[every, found.initiator])


def begun_with_a_great_power(reading: DisputeReading) -> Floats:
    """Disputes that a state which is no great power began with one that is, and all disputes."""
    found, seen = reading.disputes, reading.seen
    year = seen.year_of(found.begin)
    return _share(~seen.great[year, found.initiator] & seen.great[year, found.target])


def between_great_powers(reading: DisputeReading) -> Floats:
    """Disputes between great powers, and years of pairs of them."""
    powers = reading.seen.great.sum(axis=1)
    return np.array([[_both_great(reading).sum(), (powers * (powers - 1) / 2).sum()]], dtype=np.float64)


def by_great_powers(reading: DisputeReading) -> Floats:
    """Disputes that great powers began, and years of great powers."""
    found, seen = reading.disputes, reading.seen
    begun = seen.great[seen.year_of(found.begin), found.initiator].sum()
    return np.array([[begun, seen.great.sum()]], dtype=np.float64)


def _share(hits: Flags) -> Floats:
    return np.array([[hits.sum(), hits.size]], dtype=np.float64)
