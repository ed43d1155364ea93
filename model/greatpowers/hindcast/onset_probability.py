"""The chance that a dispute begins between two states in a year, read off a history.

Whether one began is a yes or a no, and disputes are rare, so that shares of histories need thousands of them. Much
more is written in each history: the probability with which every challenger chose, quarter by quarter, to go on to
provocation. Its sum over the quarters of a year in which no dispute had yet begun has the same mean over histories as
the yes or no, and a fraction of its variance  (Rao 1945; Blackwell 1947).
"""

import numpy as np

from greatpowers.core.declare import Floats, Ints
from greatpowers.core.history import TheatreColumn
from greatpowers.core.ladder import Rung
from greatpowers.core.log import Column, Event
from greatpowers.core.trace import OPTIONS, Trace
from greatpowers.simulation.history import History
from greatpowers.validation.disputes import QUIET_ROUNDS, DisputeReading, militarized
from greatpowers.validation.observed import ROUNDS_PER_YEAR, Flags, MeasuredHistory

UP = Trace.PROBABILITY_ + OPTIONS.index("up")


def yearly_chances(history: History, reading: DisputeReading) -> Floats:
    """The chance of a new dispute of each pair that shares a theatre, by measured year: [P, years].

    That one begins in some quarter is the sum, over the quarters, of the chance that it begins there and none did
    before in the year; each quarter's chance is that of the choices made in it, given all that had happened.
    """
    seen = reading.seen
    hazard = _by_year(seen, quarterly_chances(history, reading))
    began = _by_year(seen, beginnings(reading).astype(np.float64))
    none_yet = np.cumsum(began, axis=2) - began == 0
    found: Floats = (hazard * none_yet).sum(axis=2)
    return found


def yearly_beginnings(reading: DisputeReading) -> Flags:
    """Whether a dispute began between each pair that shares a theatre, by measured year: [P, years]."""
    found: Flags = _by_year(reading.seen, beginnings(reading).astype(np.float64)).sum(axis=2) > 0
    return found


def beginnings(reading: DisputeReading) -> Flags:
    """Where and when disputes of the measured years began: [P, R]."""
    found = np.zeros((len(reading.seen.dyads), reading.seen.rounds), dtype=np.bool_)
    found[reading.disputes.dyad, reading.disputes.begin] = True
    return found


def quarterly_chances(history: History, reading: DisputeReading) -> Floats:
    """The chance that a dispute of each pair begins, by round: [P, R].

    1 - Π (1 - p) over the theatres between the two whose challenger is free to go from interference to provocation,
    after half a year without militarized action: what goes on, or stirs again, is no new dispute.
    """
    seen = reading.seen
    up = np.where(may_provoke(seen), history.track.traces[:, :, UP], 0.0)
    none = np.ones((len(seen.dyads), seen.rounds))
    np.multiply.at(none, seen.dyad_of_theatre, 1 - up.T)
    found: Floats = np.where(_after_quiet(reading), 1 - none, 0.0)
    return found


def may_provoke(seen: MeasuredHistory) -> Flags:
    """Where and when a challenger stands at interference, neither at war nor standing down, as a round begins: [R, T].

    Round 0 is left out: what stood before it is not in the record of a history.
    """
    rung, war = seen.theatre(TheatreColumn.RUNG), seen.theatre(TheatreColumn.WAR)
    found = np.zeros(rung.shape, dtype=np.bool_)
    found[1:] = (rung[:-1] == Rung.INTERFERENCE) & (war[:-1] == 0) & ~_standing_down(seen)[:-1]
    return found


def _standing_down(seen: MeasuredHistory) -> Flags:
    """Where a challenger is to withdraw step by step when a round ends: settled, and not yet at peace again: [R, T]."""
    settled = np.full(seen.theatres.shape[:2], -1)
    for kind in (Event.YIELD, Event.COMPROMISE, Event.WAR_END):
        codes, _ = seen.events(kind)
        settled[codes[:, Column.ROUND], codes[:, Column.THEATRE]] = codes[:, Column.ROUND]
    now = np.arange(seen.rounds)[:, None]
    peace = np.where(seen.theatre(TheatreColumn.RUNG) == Rung.PEACE, now, -1)
    found: Flags = _latest(settled) > _latest(peace)
    return found


def _latest(rounds: Ints) -> Ints:
    found: Ints = np.maximum.accumulate(rounds, axis=0)
    return found


def _after_quiet(reading: DisputeReading) -> Flags:
    """Whether a pair's last rounds were quiet for as long as parts two disputes: [P, R]."""
    seen = reading.seen
    acts = np.zeros((len(seen.dyads), seen.rounds), dtype=np.bool_)
    np.logical_or.at(acts, seen.dyad_of_theatre, militarized(seen, reading.wars).T)
    quiet = np.ones_like(acts)
    for back in range(1, QUIET_ROUNDS + 1):
        quiet[:, back:] &= ~acts[:, :-back]
    return quiet


def _by_year(seen: MeasuredHistory, table: Floats) -> Floats:
    """Rounds [P, R] of the measured years as [P, years, 4]."""
    measured = table[:, seen.first : seen.last]
    return measured.reshape(len(seen.dyads), seen.years, ROUNDS_PER_YEAR)
