"""Measures of sanctions: threatened and imposed, what comes of them, how long they last, what they cost whom."""

import numpy as np

from greatpowers.core.declare import Floats
from greatpowers.core.history import StateColumn, TheatreColumn
from greatpowers.core.ladder import Rung
from greatpowers.core.log import Column, Event
from greatpowers.core.metrics import Metric
from greatpowers.record.dispute_outcomes import GAIN
from greatpowers.record.disputes import QUIET_ROUNDS, militarized
from greatpowers.record.observed import ROUNDS_PER_YEAR, Flags
from greatpowers.record.reading import Reading
from greatpowers.record.spells import Spells, spells_of

IN_FORCE = 0.05
"""Level from which sanctions count as imposed: that at which the engine writes an event."""

BROAD, NARROW = 2 / 3, 1 / 3
"""Breadth (share of the target's trade) from which sanctions are those of a full coalition, and up to which of one."""


def threats_carried_out(reading: Reading) -> Floats:
    """Disputes that the coalition's declared sanctions threatened and that met with them, and all it threatened."""
    seen = reading.seen
    if seen.leader < 0:
        return np.zeros((1, 2))
    level = seen.theatre(TheatreColumn.SANCTIONS).T
    spells = _measured(reading, _challenges(reading))
    free = level[spells.row, spells.begin - 1] < IN_FORCE
    met = [level[r, b : e + 1].max() >= IN_FORCE for r, b, e in zip(*spells[:3], strict=True)]
    return np.array([[(np.array(met, dtype=np.bool_) & free).sum(), free.sum()]], dtype=np.float64)


def _challenges(reading: Reading) -> Spells:
    """Spells in which a challenger acts with arms, theatre by theatre."""
    return spells_of(militarized(reading.seen, reading.wars).T, QUIET_ROUNDS)


def _measured(reading: Reading, spells: Spells) -> Spells:
    """Spells that began in the measured years."""
    chosen = (spells.begin >= max(1, reading.seen.first)) & (spells.begin < reading.seen.last)
    return Spells(spells.row[chosen], spells.begin[chosen], spells.end[chosen], spells.at)


def _episodes(reading: Reading) -> Spells:
    """Spells of sanctions in force in a theatre."""
    return _measured(reading, spells_of((reading.seen.theatre(TheatreColumn.SANCTIONS) >= IN_FORCE).T))


def acquiescence(reading: Reading) -> Floats:
    """Challenges given up under sanctions with nothing gained, and all challenges under sanctions that are over.

    What counts is what the target holds as it gives up, not what it may lose later; a settlement is not acquiescence.
    """
    seen, spells = reading.seen, _measured(reading, _challenges(reading))
    level, control = seen.theatre(TheatreColumn.SANCTIONS).T, seen.theatre(TheatreColumn.CONTROL).T
    settled = _settled(reading)
    hits = over = 0
    for row, begin, end in zip(spells.row.tolist(), spells.begin.tolist(), spells.end.tolist(), strict=True):
        if end == seen.rounds - 1 or level[row, begin : end + 1].max() < IN_FORCE:
            continue
        over += 1
        gained = control[row, end] - control[row, begin - 1]
        hits += gained < GAIN and not settled[row, begin : end + 1].any()
    return np.array([[hits, over]], dtype=np.float64)


def _settled(reading: Reading) -> Flags:
    """Where and when a crisis ended by yielding or agreement: [T, R]."""
    seen = reading.seen
    found = np.zeros((len(seen.challenger), seen.rounds), dtype=np.bool_)
    for kind in (Event.YIELD, Event.COMPROMISE, Event.DEAL):
        codes, _ = seen.events(kind)
        found[codes[:, Column.THEATRE], codes[:, Column.ROUND]] = True
    return found


def total_success(reading: Reading) -> Floats:
    """Sanctions that ended with the target quiet and without what it had gained, and all that ended."""
    quiet, gave_back, _, ended = _results(reading)
    return np.array([[(quiet & gave_back & ended).sum(), ended.sum()]], dtype=np.float64)


def total_success_against_great_powers(reading: Reading) -> Floats:
    """The same where the target is a great power."""
    quiet, gave_back, great, ended = _results(reading)
    return np.array([[(quiet & gave_back & great & ended).sum(), (great & ended).sum()]], dtype=np.float64)


def _results(reading: Reading) -> tuple[Flags, Flags, Flags, Flags]:
    """Of each episode: quiet at its end, nothing gained by its cause, against a great power, over: [episodes]."""
    seen, spells, challenges = reading.seen, _episodes(reading), _challenges(reading)
    rung, control = seen.theatre(TheatreColumn.RUNG), seen.theatre(TheatreColumn.CONTROL)
    ended = spells.end < seen.rounds - 1
    quiet = rung[spells.end, spells.row] <= Rung.INTERFERENCE
    cause = challenges.at[spells.row, spells.begin]
    began = np.append(challenges.begin, 0)[cause]
    began = np.where(cause >= 0, began, spells.begin)
    gave_back = control[spells.end, spells.row] < control[np.maximum(began - 1, 0), spells.row] + GAIN
    great = seen.great[seen.year_of(spells.begin), seen.challenger[spells.row]]
    return quiet, gave_back, great, ended


def years_in_force(reading: Reading) -> Floats:
    """Length in years of each episode, and whether it ended before the history did."""
    spells = _episodes(reading)
    length = (spells.end - spells.begin + 1) / ROUNDS_PER_YEAR
    return np.column_stack([length, spells.end < reading.seen.rounds - 1]).astype(np.float64)


def growth_under_broad(reading: Reading) -> Floats:
    """Output lost to sanctions, in percentage points, of each target-year under a full coalition."""
    return _growth(reading, BROAD, 1.0)


def growth_under_narrow(reading: Reading) -> Floats:
    """The same under sanctions that reach little of the target's trade."""
    return _growth(reading, 0.0, NARROW)


def _growth(reading: Reading, low: float, high: float) -> Floats:
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
    found: Floats = -100 * lost[chosen][:, None]
    return found


def cost_to_sender_and_target(reading: Reading) -> Floats:
    """Output lost by senders, and by targets."""
    seen = reading.seen
    rounds = seen.metrics[seen.first : seen.last]
    return np.array([[rounds[:, Metric.SENDER_COST].sum(), rounds[:, Metric.TARGET_COST].sum()]])
