"""Militarized interstate disputes, read off a history as the record codes them.

A dispute is a spell in which a pair of states has at least one theatre at provocation or above, in either direction
(rung 1, interference, is not militarized). As in the record (Palmer et al. 2022), it ends when half a year passes
without militarized action: a single quiet quarter does not part it. What follows its settlement, when the challenger
withdraws step by step, is not militarized either; nor does a war that spreads open a dispute of its own.
"""

from typing import Any, NamedTuple

import numpy as np

from greatpowers.core.declare import Floats, Ints
from greatpowers.core.history import TheatreColumn
from greatpowers.core.log import Column, Event
from greatpowers.validation.dispute_outcomes import (
    DISPUTE_RUNG,
    Marks,
    from_low,
    gains,
    levels,
    reciprocated,
    settlements,
)
from greatpowers.validation.observed import Flags, Observed
from greatpowers.validation.spells import Spells, spells_of
from greatpowers.validation.wars import Wars, joined_from_outside

QUIET_ROUNDS = 2
"""Rounds without militarized action that end a dispute: half a year."""


class Disputes(NamedTuple):
    """The disputes of a history, one entry each: arrays [D]. Those under way in round 0 are left out."""

    dyad: Ints  # row of Observed.dyads
    begin: Ints  # first round
    end: Ints  # last round
    initiator: Ints
    target: Ints
    level: Ints  # highest hostility level, 3 to 5
    reciprocated: Flags  # whether the target's side used, showed or called in force
    settled: Ints  # Settled
    gain: Floats  # change of the initiator's control over the target
    ongoing: Flags  # whether it was under way when the history ended

    @property
    def size(self) -> int:
        """Number of disputes."""
        return len(self.dyad)

    def within(self, seen: Observed) -> "Disputes":
        """Those that began in the measured years."""
        return self.where((self.begin >= seen.first) & (self.begin < seen.last))

    def where(self, chosen: Flags) -> "Disputes":
        """Those marked in `chosen` [D]."""
        kept: dict[str, Any] = {name: part[chosen] for name, part in self._asdict().items()}
        return Disputes(**kept)


def militarized(seen: Observed, wars: Wars) -> Flags:
    """Where and when a challenger acts with arms, not withdrawing from a settlement nor drawn in by war: [R, T]."""
    rung = seen.theatre(TheatreColumn.RUNG)
    acts = (rung >= DISPUTE_RUNG) | (seen.theatre(TheatreColumn.WAR) > 0)
    for part in wars.fighting:  # a war that began and ended within a round leaves no other trace in the track
        acts[part.begin, part.theatre] = True
    return acts & ~withdrawing(seen) & ~joined_from_outside(seen, wars)


def withdrawing(seen: Observed) -> Flags:
    """Where and when a challenger is standing down, from when the host has yielded or a war ended to peace: [R, T]."""
    rounds, theatres = seen.theatres.shape[:2]
    settled, over = np.full((rounds, theatres), -1), np.full((rounds, theatres), -1)
    for kind in (Event.YIELD, Event.COMPROMISE, Event.WAR_END):
        codes, _ = seen.events(kind)
        settled[codes[:, Column.ROUND], codes[:, Column.THEATRE]] = codes[:, Column.ROUND]
    codes, _ = seen.events(Event.WAR)
    now = np.arange(rounds)[:, None]
    peace = seen.theatre(TheatreColumn.RUNG) == 0
    over[peace] = np.broadcast_to(now, peace.shape)[peace]
    started = np.zeros((rounds, theatres), dtype=np.bool_)
    started[codes[:, Column.ROUND], codes[:, Column.THEATRE]] = True
    over[started] = np.maximum(over[started], np.broadcast_to(now, peace.shape)[started] - 1)
    since = np.maximum.accumulate(settled, axis=0)
    past = np.maximum.accumulate(over, axis=0)
    return (since >= 0) & (since < now) & (past <= since) & (past < now)


def read_disputes(seen: Observed, wars: Wars) -> Disputes:
    """Put the disputes of a history together, with levels, answers and outcomes."""
    acts = militarized(seen, wars)
    spells = spells_of(_by_dyad(seen, acts), QUIET_ROUNDS)
    initiator, target = _originators(seen, acts, spells)
    marks = Marks(seen, spells)
    level = levels(seen, acts, spells, marks, wars)
    gain = gains(seen, spells, initiator)
    found = Disputes(
        dyad=spells.row,
        begin=spells.begin,
        end=spells.end,
        initiator=initiator,
        target=target,
        level=level,
        reciprocated=reciprocated(seen, acts, spells, marks),
        settled=settlements(seen, spells, marks, wars, initiator, gain),
        gain=gain,
        ongoing=spells.end == seen.rounds - 1,
    )
    return found.where(found.begin > 0)


def _by_dyad(seen: Observed, flags: Flags) -> Flags:
    """Flags by theatre [R, T] as flags by pair of states [P, R]."""
    found = np.zeros((len(seen.dyads), flags.shape[0]), dtype=np.bool_)
    np.logical_or.at(found, seen.dyad_of_theatre, flags.T)
    return found


def _originators(seen: Observed, acts: Flags, spells: Spells) -> tuple[Ints, Ints]:
    """Who began each dispute, and against whom: whoever stood on the higher rung in its first round."""
    rung = np.where(acts, seen.theatre(TheatreColumn.RUNG), -1.0)
    low = from_low(seen)
    heights = []
    for side in (low, ~low):
        by_dyad = np.full((len(seen.dyads), seen.rounds), -1.0)
        np.maximum.at(by_dyad, seen.dyad_of_theatre[side], rung.T[side])
        heights.append(by_dyad[spells.row, spells.begin])
    pair, first = seen.dyads[spells.row], heights[0] >= heights[1]
    return np.where(first, pair[:, 0], pair[:, 1]), np.where(first, pair[:, 1], pair[:, 0])
