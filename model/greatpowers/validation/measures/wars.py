"""Measures of wars: how often, who, how long, how large, and who wins; and how often pairs of states have disputes.

Each returns rows for an estimator.
"""

import numpy as np

from greatpowers.core.declare import Floats, Ints
from greatpowers.core.history import StateColumn
from greatpowers.core.log import Outcome
from greatpowers.validation.disputes import DisputeReading
from greatpowers.validation.measures.estimators import logit_fit
from greatpowers.validation.observed import ROUNDS_PER_YEAR
from greatpowers.validation.wars import War, durations

YEARS_IN_DECADE = 10.0
PERSONS = 1000.0
"""Persons in the unit in which the log counts the dead."""

INVOKED = 0.5
"""Commitment from which a treaty counts as an alliance."""


def onsets_per_1000_state_years(reading: DisputeReading) -> Floats:
    """Wars begun, and thousands of state-years."""
    return np.array([[len(reading.counted), reading.seen.state_years / 1000]])


def yearly_counts(reading: DisputeReading) -> Floats:
    """Years, wars begun, and the sum of squares of the yearly numbers of wars begun."""
    begun = np.array([war.begin for war in reading.counted], dtype=np.int64)
    counts = np.bincount(reading.seen.year_of(begun), minlength=reading.seen.years)
    return np.array([[reading.seen.years, counts.sum(), (counts**2).sum()]], dtype=np.float64)


def entries_of_great_powers(reading: DisputeReading) -> Floats:
    """Entries of great powers into wars, and years of great powers."""
    great, seen, entries = reading.seen.great, reading.seen, 0
    for war in reading.wars.wars:
        if war.counts:
            for state, now in war.entered.items():
                year = int(seen.year_of(np.array([now]))[0])
                entries += bool(year >= 0 and great[year, state])
    return np.array([[entries, great.sum()]], dtype=np.float64)


def rounds_at_war(reading: DisputeReading) -> Floats:
    """Rounds that each war touched."""
    return durations(reading.counted, reading.seen.rounds).astype(np.float64)[:, None]


def won_by_initiator(reading: DisputeReading) -> Floats:
    """Wars won by their initiator, and wars with a winner."""
    outcomes = [war.outcome for war in reading.counted]
    won, lost = outcomes.count(Outcome.VICTORY), outcomes.count(Outcome.DEFEAT)
    return np.array([[won, won + lost]], dtype=np.float64)


def between_two(reading: DisputeReading) -> Floats:
    """Wars with two states in them, and all wars."""
    return np.array([[sum(len(war.members) == 2 for war in reading.counted), len(reading.counted)]], dtype=np.float64)


def dead(reading: DisputeReading) -> Floats:
    """Battle deaths of each war, in thousands."""
    return np.array([[war.deaths] for war in reading.counted], dtype=np.float64).reshape(-1, 1)


def battle_deaths(reading: DisputeReading) -> Floats:
    """Battle deaths of each war."""
    return PERSONS * dead(reading)


def larger_than(deaths: float, reading: DisputeReading) -> Floats:
    """Wars of at least so many battle deaths, and all wars."""
    sizes = battle_deaths(reading)
    return np.array([[(sizes >= deaths).sum(), sizes.size]], dtype=np.float64)


def between_great_powers_per_decade(reading: DisputeReading) -> Floats:
    """Wars that came to have great powers on both sides, and decades."""
    seen = reading.seen
    fought = sum(_sides_of_great_powers(reading, war) == {-1, 1} for war in reading.counted)
    return np.array([[fought, seen.years / YEARS_IN_DECADE]])


def _sides_of_great_powers(reading: DisputeReading, war: War) -> set[int]:
    majors = reading.seen.majors
    return {side for state, side in war.members.items() if majors[war.entered[state], state]}


def victories_by_capability(reading: DisputeReading) -> Floats:
    """Whether the initiator won, and the log ratio of its capability to the target's, of each war with a winner."""
    capability, rows = reading.seen.states[:, :, StateColumn.CAPABILITY], []
    for war in reading.counted:
        if war.outcome in (Outcome.VICTORY, Outcome.DEFEAT):
            before = capability[max(war.begin - 1, 0)]
            rows.append((war.outcome == Outcome.VICTORY, np.log(before[war.initiator] / before[war.target])))
    return np.array(rows, dtype=np.float64).reshape(-1, 2)


def commitments_honoured(reading: DisputeReading) -> Floats:
    """Alliances that a war called on and that were kept, and all it called on: each ally counts for itself."""
    return _honoured(reading, (-1, 1))


def defence_honoured(reading: DisputeReading) -> Floats:
    """The same for allies of the state attacked."""
    return _honoured(reading, (1,))


def _honoured(reading: DisputeReading, sides: tuple[int, ...]) -> Floats:
    honoured = invoked = 0.0
    for war in reading.counted:
        for state, side in war.called.items():
            party = war.target if side == 1 else war.initiator
            if side in sides and reading.seen.treaty[state, party] >= INVOKED:
                invoked += 1.0
                honoured += war.members.get(state) == side
    return np.array([[honoured, invoked]], dtype=np.float64)


def years_at_war(reading: DisputeReading) -> Floats:
    """Which measured years saw great powers fight each other: [years]."""
    seen, at_war = reading.seen, np.zeros(reading.seen.years, dtype=np.bool_)
    for war in reading.wars.wars:
        if war.counts and _sides_of_great_powers(reading, war) == {-1, 1}:
            last = seen.rounds - 1 if war.end < 0 else war.end
            first = max(0, (war.begin - seen.first) // ROUNDS_PER_YEAR)
            at_war[first : max(0, (last - seen.first) // ROUNDS_PER_YEAR + 1)] = True
    return at_war.astype(np.float64)


REGRESSORS = ("constant", "near", "log distance", "both great", "one great", "log capability ratio", "defence pact")
"""Those of the record's regression that a scenario has; it has no regimes, hence no joint democracy."""

PAST = 15
"""Years of its past that say whether a pair is quiet or busy."""


def pair_years_with_onset(reading: DisputeReading) -> Ints:
    """Pair-years in which a dispute began, each once: rows (year, lower state, higher state)."""
    disputes, seen = reading.disputes, reading.seen
    pairs = seen.dyads[disputes.dyad]
    rows = np.column_stack([seen.year_of(disputes.begin), pairs]).astype(np.int64)
    return np.unique(rows, axis=0)


def between(great: int, reading: DisputeReading) -> Floats:
    """Pair-years with an onset, and all pair-years, of pairs with so many great powers (0, 1 or 2)."""
    seen, onsets = reading.seen, pair_years_with_onset(reading)
    flags = seen.great.astype(np.int64)
    hits = (flags[onsets[:, 0], onsets[:, 1]] + flags[onsets[:, 0], onsets[:, 2]] == great).sum()
    powers = flags.sum(axis=1)
    others = seen.size - powers
    pairs = (others * (others - 1) / 2, powers * others, powers * (powers - 1) / 2)[great]
    return np.array([[hits, pairs.sum()]], dtype=np.float64)


def by_contiguity(contiguous: bool, reading: DisputeReading) -> Floats:
    """Pair-years with an onset, and all pair-years, of pairs that are neighbours or are not."""
    seen, onsets = reading.seen, pair_years_with_onset(reading)
    hits = (seen.contiguous[onsets[:, 1], onsets[:, 2]] == contiguous).sum()
    neighbours = np.triu(seen.contiguous, 1).sum()
    pairs = neighbours if contiguous else seen.size * (seen.size - 1) / 2 - neighbours
    return np.array([[hits, pairs * seen.years]], dtype=np.float64)


def after_years_with(least: int, most: float, reading: DisputeReading) -> Floats:
    """Years of neighbours in which a dispute began after 15 in which so many began, at least and at most; and all."""
    seen = reading.seen
    low, high = np.nonzero(np.triu(seen.contiguous, 1))
    if seen.years <= PAST or not low.size:
        return np.zeros((1, 2))
    begun = np.zeros((seen.years + 1, seen.size, seen.size))
    pairs = seen.dyads[reading.disputes.dyad]
    np.add.at(begun, (seen.year_of(reading.disputes.begin) + 1, pairs[:, 0], pairs[:, 1]), 1.0)
    total = begun[:, low, high].cumsum(axis=0)  # [years + 1, neighbours] disputes begun before each year
    past = total[PAST:-1] - total[: -PAST - 1]
    chosen = (past >= least) & (past <= most)
    return np.array([[(np.diff(total, axis=0)[PAST:][chosen] > 0).sum(), chosen.sum()]], dtype=np.float64)


def logit_coefficient(regressor: str, reading: DisputeReading) -> Floats:
    """A coefficient of the record's regression of onset on pair and year, over pairs that share a theatre."""
    outcome, table = dyad_years(reading)
    varies = table.std(axis=0) > 0
    varies[0] = True
    place = REGRESSORS.index(regressor)
    if not varies[place]:
        return np.array([[np.nan]])
    return np.array([[logit_fit(outcome, table[:, varies])[varies[:place].sum()]]])


def dyad_years(reading: DisputeReading) -> tuple[Floats, Floats]:
    """Onset [years · P] and the regressors [years · P, REGRESSORS] of every politically relevant pair-year."""
    seen = reading.seen
    low, high = seen.dyads.T
    capability = seen.yearly(StateColumn.CAPABILITY)
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = np.abs(np.log(capability[:, low] / capability[:, high]))
    great = seen.great.astype(np.int64)
    powers = great[:, low] + great[:, high]
    onset = np.zeros((seen.years, len(seen.dyads)))
    onset[seen.year_of(reading.disputes.begin), reading.disputes.dyad] = 1.0
    pact = np.maximum(seen.treaty[low, high], seen.treaty[high, low]) >= INVOKED
    fixed = (seen.contiguous[low, high], np.log1p(seen.distance[low, high]), pact)
    near, away, allied = (np.broadcast_to(part, onset.shape) for part in fixed)
    table = np.stack([np.ones_like(onset), near, away, powers == 2, powers == 1, ratio, allied], axis=-1)
    known = np.isfinite(table).all(axis=-1)
    return onset[known], table[known]
