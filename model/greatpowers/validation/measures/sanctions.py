"""Measures of sanctions and of power: what comes of threats, what they cost; how power is shared and how it lasts.

The record's index of power is the mean share of six material capabilities (CINC: Singer, Bremer & Stuckey 1972), and
every state's capability begins as that; what is compared with it is the share of all capability, not the engine's
power, which is half a share of output.
"""

from typing import NamedTuple

import numpy as np

from greatpowers.core.declare import Floats
from greatpowers.core.history import StateColumn, TheatreColumn
from greatpowers.core.log import Column, Event
from greatpowers.core.metrics import Metric
from greatpowers.validation.disputes import GAIN, QUIET_ROUNDS, DisputeReading, militarized
from greatpowers.validation.measures.wars import years_at_war
from greatpowers.validation.observed import ROUNDS_PER_YEAR, Flags, Spells, spells_of

IN_FORCE = 0.05
"""Level from which sanctions count as imposed: that at which the engine writes an event."""

BROAD, NARROW = 2 / 3, 1 / 4
"""Breadth (share of the target's trade) from which sanctions are those of a full coalition, and up to which of one."""


def threats_carried_out(reading: DisputeReading) -> Floats:
    """Disputes that the coalition's declared sanctions threatened and that met with them, and all it threatened."""
    seen = reading.seen
    if seen.leader < 0:
        return np.zeros((1, 2))
    level = seen.theatre(TheatreColumn.SANCTIONS).T
    spells = _measured(reading, _challenges(reading))
    free = level[spells.row, spells.begin - 1] < IN_FORCE
    met = [level[r, b : e + 1].max() >= IN_FORCE for r, b, e in zip(*spells[:3], strict=True)]
    return np.array([[(np.array(met, dtype=np.bool_) & free).sum(), free.sum()]], dtype=np.float64)


def _challenges(reading: DisputeReading) -> Spells:
    """Spells in which a challenger acts with arms, theatre by theatre."""
    return spells_of(militarized(reading.seen, reading.wars).T, QUIET_ROUNDS)


def _measured(reading: DisputeReading, spells: Spells) -> Spells:
    """Spells that began in the measured years."""
    chosen = (spells.begin >= max(1, reading.seen.first)) & (spells.begin < reading.seen.last)
    return Spells(spells.row[chosen], spells.begin[chosen], spells.end[chosen], spells.at)


def acquiescence(reading: DisputeReading) -> Floats:
    """Challenges under sanctions given up by the target with nothing gained, and all under sanctions that are over.

    What counts is what the target holds as it gives up, not what it may lose later; a settlement is not acquiescence.
    """
    ends = _ends(reading)
    return _share(ends.empty_handed & ~ends.settled, ends.over & ends.imposed)


def given_up_under_threat(reading: DisputeReading) -> Floats:
    """The same of challenges that declared sanctions threatened and that never met with them."""
    ends = _ends(reading)
    return _share(ends.empty_handed & ~ends.settled, ends.over & ~ends.imposed)


def total_success(reading: DisputeReading) -> Floats:
    """Challenges under sanctions that ended with nothing gained, by agreement or not, and all that are over."""
    ends = _ends(reading)
    return _share(ends.empty_handed, ends.over & ends.imposed)


def total_success_against_great_powers(reading: DisputeReading) -> Floats:
    """The same where the target is a great power."""
    ends = _ends(reading)
    return _share(ends.empty_handed, ends.over & ends.imposed & ends.great)


class Ends(NamedTuple):
    """How challenges ended that a coalition's declared sanctions threatened: arrays [challenges].

    Where there is no land, nothing that a target may keep shows, so such challenges are left out.
    """

    over: Flags
    imposed: Flags  # whether sanctions were in force meanwhile
    empty_handed: Flags  # whether the challenger held no more than before as it ended, and was not let pass
    settled: Flags  # whether it ended by yielding or agreement
    great: Flags  # whether the challenger is a great power


def _ends(reading: DisputeReading) -> Ends:
    seen, spells = reading.seen, _measured(reading, _challenges(reading))
    row, begin, end = spells.row, spells.begin, spells.end
    threatened = (seen.leader >= 0) & ~seen.landless[row]
    control = seen.theatre(TheatreColumn.CONTROL).T
    return Ends(
        over=threatened & (end < seen.rounds - 1),
        imposed=_any_within(seen.theatre(TheatreColumn.SANCTIONS).T >= IN_FORCE, spells),
        empty_handed=(control[row, end] - control[row, np.maximum(begin - 1, 0)] < GAIN)
        & ~_any_within(_saw(reading, Event.LET_PASS), spells),
        settled=_any_within(_saw(reading, Event.YIELD, Event.COMPROMISE, Event.DEAL), spells),
        great=seen.great[seen.year_of(begin), seen.challenger[row]],
    )


def _any_within(flags: Flags, spells: Spells) -> Flags:
    """Whether a flag [T, R] is up at any time of each spell: [spells]."""
    counted = np.zeros((flags.shape[0], flags.shape[1] + 1), dtype=np.int64)
    counted[:, 1:] = flags.cumsum(axis=1)
    raised: Flags = counted[spells.row, spells.end + 1] > counted[spells.row, spells.begin]
    return raised


def _share(hits: Flags, all_: Flags) -> Floats:
    return np.array([[(hits & all_).sum(), all_.sum()]], dtype=np.float64)


def _saw(reading: DisputeReading, *kinds: Event) -> Flags:
    """Where and when an event of one of the kinds happened: [T, R]."""
    seen = reading.seen
    happened = np.zeros((len(seen.challenger), seen.rounds), dtype=np.bool_)
    for kind in kinds:
        codes, _ = seen.events(kind)
        happened[codes[:, Column.THEATRE], codes[:, Column.ROUND]] = True
    return happened


def growth_under_broad(reading: DisputeReading) -> Floats:
    """Output lost to sanctions, in percentage points, of each target-year under a full coalition."""
    return _growth(reading, BROAD, 1.0)


def growth_under_narrow(reading: DisputeReading) -> Floats:
    """The same under sanctions that reach little of the target's trade."""
    return _growth(reading, 0.0, NARROW)


def _growth(reading: DisputeReading, low: float, high: float) -> Floats:
    seen = reading.seen
    level, reach = np.zeros((seen.rounds, seen.size)), np.zeros((seen.rounds, seen.size))
    sanctions = seen.theatre(TheatreColumn.SANCTIONS)
    np.add.at(level.T, seen.challenger, sanctions.T)
    np.add.at(reach.T, seen.challenger, (sanctions * seen.theatre(TheatreColumn.BREADTH)).T)
    by_year = (seen.years, ROUNDS_PER_YEAR, seen.size)
    rounds = slice(seen.first, seen.last)
    lost = seen.states[rounds, :, StateColumn.TARGET_COST].reshape(by_year).sum(axis=1)
    least = level[rounds].reshape(by_year).min(axis=1)
    total = level[rounds].reshape(by_year).sum(axis=1)
    breadth = np.divide(reach[rounds].reshape(by_year).sum(axis=1), total, out=np.zeros_like(total), where=total > 0)
    chosen = (least >= IN_FORCE) & (breadth >= low) & (breadth <= high)
    growth: Floats = -100 * lost[chosen][:, None]
    return growth


def cost_to_sender_and_target(reading: DisputeReading) -> Floats:
    """Output lost by senders, and by targets."""
    seen = reading.seen
    rounds = seen.metrics[seen.first : seen.last]
    return np.array([[rounds[:, Metric.SENDER_COST].sum(), rounds[:, Metric.TARGET_COST].sum()]])


LATER = 10
"""Years between the two ends of the long autocorrelation."""


def concentration(reading: DisputeReading) -> Floats:
    """Sum of CON over the measured rounds, and their number."""
    seen = reading.seen
    values = seen.metrics[seen.first : seen.last, Metric.CONCENTRATION]
    return np.array([[values.sum(), values.size]], dtype=np.float64)


def yearly_changes(reading: DisputeReading) -> Floats:
    """Change of the log share of capability from year to year, of great powers, in years without a war among them."""
    change, great = _changes(reading)
    calm = years_at_war(reading)[:-1] == 0
    changes: Floats = change[great & calm[:, None]][:, None]
    return changes


def successive_changes(reading: DisputeReading) -> Floats:
    """Each change with the one that follows it, of great powers in years without a war among them."""
    change, great = _changes(reading)
    calm = years_at_war(reading)[:-1] == 0
    both = (great & calm[:, None])[:-1] & (great & calm[:, None])[1:]
    return np.column_stack([change[:-1][both], change[1:][both]])


def _changes(reading: DisputeReading) -> tuple[Floats, Flags]:
    """Changes of the log share of capability [years - 1, N], and which are of great powers at both ends."""
    power = _log_share(reading)
    great = reading.seen.great
    return np.diff(power, axis=0), great[:-1] & great[1:]


def _log_share(reading: DisputeReading) -> Floats:
    """Log share of all capability at the start of each year: [years, N]."""
    capability = reading.seen.yearly(StateColumn.CAPABILITY)
    log_share: Floats = np.log(np.maximum(capability / capability.sum(axis=1, keepdims=True), 1e-12))
    return log_share


def ten_years_on(reading: DisputeReading) -> Floats:
    """Log share of capability of great powers, and the same state's ten years later if it still is one."""
    power = _log_share(reading)
    great = reading.seen.great
    if len(power) <= LATER:
        return np.zeros((0, 2))
    both = great[:-LATER] & great[LATER:]
    return np.column_stack([power[:-LATER][both], power[LATER:][both]])


def burden_of_leader(reading: DisputeReading) -> Floats:
    """Military burden of the coalition's leader, in percent of output, year by year."""
    burden = reading.seen.yearly(StateColumn.BURDEN)
    leader = reading.seen.leader
    return 100 * burden[:, [leader]] if leader >= 0 else np.zeros((0, 1))


def burden_of_great_powers(reading: DisputeReading) -> Floats:
    """Military burden of great powers, in percent of output, year by year."""
    burden: Floats = 100 * reading.seen.yearly(StateColumn.BURDEN)[reading.seen.great][:, None]
    return burden
