"""Measures of disputes and crises: how often, how far they go, how long they last, how they end."""

import numpy as np

from greatpowers.core.declare import Floats
from greatpowers.record.dispute_outcomes import FORCE_LEVEL, GAIN, WAR_LEVEL, Settled
from greatpowers.record.disputes import Disputes
from greatpowers.record.observed import Flags
from greatpowers.record.reading import Reading


def per_100_state_years(reading: Reading) -> Floats:
    """Disputes begun, and hundreds of state-years."""
    return np.array([[reading.disputes.size, reading.seen.state_years / 100]])


def at_level(level: int, reading: Reading) -> Floats:
    """Disputes that went as far as a hostility level and no further, and all disputes."""
    return _share(reading.disputes.level == level)


def at_war_between_great_powers(reading: Reading) -> Floats:
    """Disputes between great powers that reached war, and all disputes between great powers."""
    return _share((reading.disputes.level == WAR_LEVEL)[_both_great(reading)])


def at_war_between_nuclear(reading: Reading) -> Floats:
    """Disputes between nuclear powers that reached war, and all of them."""
    found, armed = reading.disputes, reading.seen.nuclear > 0
    return _share((found.level == WAR_LEVEL)[armed[found.initiator] & armed[found.target]])


def _both_great(reading: Reading) -> Flags:
    found, seen = reading.disputes, reading.seen
    year = seen.year_of(found.begin)
    both: Flags = seen.great[year, found.initiator] & seen.great[year, found.target]
    return both


def reciprocated(reading: Reading) -> Floats:
    """Disputes in which the target's side acted with arms, and all disputes."""
    return _share(reading.disputes.reciprocated)


def rounds_in_dispute(reading: Reading) -> Floats:
    """Rounds that each dispute touched; those under way at the end count as long as they were seen."""
    found = reading.disputes
    return (found.end - found.begin + 1).astype(np.float64)[:, None]


def settled_as(how: Settled, reading: Reading) -> Floats:
    """Disputes with one outcome, and disputes with any: neither under way nor drawn into a war."""
    found = reading.disputes
    return _share(found.settled[_over(found)] == how)


def _over(found: Disputes) -> Flags:
    over: Flags = ~found.ongoing & (found.settled != Settled.JOINS_WAR)
    return over


def _crises(reading: Reading) -> Disputes:
    """Disputes that came to the use of force on both sides and are over: what the record calls international crises."""
    found = reading.disputes
    return found.where(_over(found) & (found.level >= FORCE_LEVEL) & found.reciprocated)


def crisis_victories(reading: Reading) -> Floats:
    """Crisis actors that had what they wanted, and all, two to a crisis.

    The challenger wants control: it won if it gained some, was yielded to or won the war. The target wants to be left
    as it was: it won if it lost nothing. Where the two agreed neither did.
    """
    crises = _crises(reading)
    challenger, target = _challenger_wins(crises), _target_wins(crises)
    return np.array([[challenger.sum() + target.sum(), 2 * crises.size]], dtype=np.float64)


def crisis_defeats(reading: Reading) -> Floats:
    """Crisis actors that were beaten, and all: targets that lost, challengers that lost a war or gave in."""
    crises = _crises(reading)
    lost = np.isin(crises.settled, (Settled.VICTORY_TARGET, Settled.YIELD_INITIATOR))
    return np.array([[_challenger_wins(crises).sum() + lost.sum(), 2 * crises.size]], dtype=np.float64)


def _challenger_wins(crises: Disputes) -> Flags:
    won = np.isin(crises.settled, (Settled.VICTORY_INITIATOR, Settled.YIELD_TARGET))
    found: Flags = (won | (crises.gain >= GAIN)) & ~_compromised(crises)
    return found


def _target_wins(crises: Disputes) -> Flags:
    found: Flags = ~_challenger_wins(crises) & ~_compromised(crises)
    return found


def _compromised(crises: Disputes) -> Flags:
    found: Flags = crises.agreed | (crises.settled == Settled.COMPROMISE)
    return found


def agreements(reading: Reading) -> Floats:
    """Crises that ended in a deal or a settlement between the two, and all crises."""
    return _share(_compromised(_crises(reading)))


def by_great_powers(reading: Reading) -> Floats:
    """Disputes that great powers began, and years of great powers."""
    found, seen = reading.disputes, reading.seen
    begun = seen.great[seen.year_of(found.begin), found.initiator].sum()
    return np.array([[begun, seen.great.sum()]], dtype=np.float64)


def _share(hits: Flags) -> Floats:
    return np.array([[hits.sum(), hits.size]], dtype=np.float64)
