"""Measures of wars: how often, who, how long, how large, and who wins. Each returns rows for an estimator."""

import numpy as np

from greatpowers.core.declare import Floats
from greatpowers.core.history import StateColumn
from greatpowers.core.log import Outcome
from greatpowers.validation.observed import ROUNDS_PER_YEAR
from greatpowers.validation.reading import Reading
from greatpowers.validation.wars import War, durations

YEARS_IN_DECADE = 10.0
PERSONS = 1000.0
"""Persons in the unit in which the log counts the dead."""

INVOKED = 0.5
"""Commitment from which a treaty counts as an alliance."""


def onsets_per_1000_state_years(reading: Reading) -> Floats:
    """Wars begun, and thousands of state-years."""
    return np.array([[len(reading.counted), reading.seen.state_years / 1000]])


def yearly_counts(reading: Reading) -> Floats:
    """Years, wars begun, and the sum of squares of the yearly numbers of wars begun."""
    begun = np.array([war.begin for war in reading.counted], dtype=np.int64)
    counts = np.bincount(reading.seen.year_of(begun), minlength=reading.seen.years)
    return np.array([[reading.seen.years, counts.sum(), (counts**2).sum()]], dtype=np.float64)


def entries_of_great_powers(reading: Reading) -> Floats:
    """Entries of great powers into wars, and years of great powers."""
    great, seen, entries = reading.seen.great, reading.seen, 0
    for war in reading.wars.wars:
        if war.counts:
            for state, now in war.entered.items():
                year = int(seen.year_of(np.array([now]))[0])
                entries += bool(year >= 0 and great[year, state])
    return np.array([[entries, great.sum()]], dtype=np.float64)


def rounds_at_war(reading: Reading) -> Floats:
    """Rounds that each war touched."""
    return durations(reading.counted, reading.seen.rounds).astype(np.float64)[:, None]


def won_by_initiator(reading: Reading) -> Floats:
    """Wars won by their initiator, and wars that somebody won."""
    outcomes = [war.outcome for war in reading.counted]
    won, lost = outcomes.count(Outcome.VICTORY), outcomes.count(Outcome.DEFEAT)
    return np.array([[won, won + lost]], dtype=np.float64)


def between_two(reading: Reading) -> Floats:
    """Wars with two states in them, and all wars."""
    return np.array([[sum(len(war.members) == 2 for war in reading.counted), len(reading.counted)]], dtype=np.float64)


def dead(reading: Reading) -> Floats:
    """Battle deaths of each war, in thousands."""
    return np.array([[war.deaths] for war in reading.counted], dtype=np.float64).reshape(-1, 1)


def battle_deaths(reading: Reading) -> Floats:
    """Battle deaths of each war."""
    return PERSONS * dead(reading)


def larger_than(deaths: float, reading: Reading) -> Floats:
    """Wars of at least so many battle deaths, and all wars."""
    sizes = battle_deaths(reading)
    return np.array([[(sizes >= deaths).sum(), sizes.size]], dtype=np.float64)


def between_great_powers_per_decade(reading: Reading) -> Floats:
    """Wars that came to have great powers on both sides, and decades."""
    seen = reading.seen
    fought = sum(_sides_of_great_powers(reading, war) == {-1, 1} for war in reading.counted)
    return np.array([[fought, seen.years / YEARS_IN_DECADE]])


def _sides_of_great_powers(reading: Reading, war: War) -> set[int]:
    great = reading.seen.states[:, :, StateColumn.GREAT_POWER] > 0
    return {side for state, side in war.members.items() if great[war.entered[state], state]}


def victories_by_capability(reading: Reading) -> Floats:
    """Whether the initiator won, and the log ratio of its capability to the target's, of each war somebody won."""
    capability, rows = reading.seen.states[:, :, StateColumn.CAPABILITY], []
    for war in reading.counted:
        if war.outcome in (Outcome.VICTORY, Outcome.DEFEAT):
            before = capability[max(war.begin - 1, 0)]
            rows.append((war.outcome == Outcome.VICTORY, np.log(before[war.initiator] / before[war.target])))
    return np.array(rows, dtype=np.float64).reshape(-1, 2)


def commitments_honoured(reading: Reading) -> Floats:
    """Alliances that a war called on and that were kept, and all it called on: each ally counts for itself."""
    return _honoured(reading, (-1, 1))


def defence_honoured(reading: Reading) -> Floats:
    """The same for allies of the state attacked."""
    return _honoured(reading, (1,))


def _honoured(reading: Reading, sides: tuple[int, ...]) -> Floats:
    kept = invoked = 0.0
    for war in reading.counted:
        for state, side in war.called.items():
            party = war.target if side == 1 else war.initiator
            if side in sides and reading.seen.treaty[state, party] >= INVOKED:
                invoked += 1.0
                kept += war.members.get(state) == side
    return np.array([[kept, invoked]], dtype=np.float64)


def years_at_war(reading: Reading) -> Floats:
    """Which measured years saw great powers fight each other: [years]."""
    seen, found = reading.seen, np.zeros(reading.seen.years, dtype=np.bool_)
    for war in reading.wars.wars:
        if war.counts and _sides_of_great_powers(reading, war) == {-1, 1}:
            last = seen.rounds - 1 if war.end < 0 else war.end
            first = max(0, (war.begin - seen.first) // ROUNDS_PER_YEAR)
            found[first : max(0, (last - seen.first) // ROUNDS_PER_YEAR + 1)] = True
    return found.astype(np.float64)
