"""How far a dispute went, whether it was answered, and how it ended, in the codes of the record."""

from enum import IntEnum

import numpy as np

from greatpowers.core.declare import Floats, Ints
from greatpowers.core.history import TheatreColumn
from greatpowers.core.ladder import HOSTILITY, Rung
from greatpowers.core.log import Column, Event, Outcome as WarOutcome
from greatpowers.validation.observed import Flags, Observed
from greatpowers.validation.spells import Spells
from greatpowers.validation.wars import Wars

DISPUTE_RUNG = int(Rung.PROVOCATION)
"""The lowest rung that is militarized: crises of the engine begin there too."""

FORCE_LEVEL, WAR_LEVEL = 4, 5
GAIN = 0.01
"""Change of control, as a share of the host, that counts as a gain or a loss."""


class Settled(IntEnum):
    """How a dispute ended, in the codes of the record."""

    VICTORY_INITIATOR = 1
    VICTORY_TARGET = 2
    YIELD_INITIATOR = 3
    YIELD_TARGET = 4
    STALEMATE = 5
    COMPROMISE = 6
    JOINS_WAR = 9


class Marks:
    """Which spells the events of a history fall into."""

    def __init__(self, seen: Observed, spells: Spells) -> None:
        self._seen, self._spells = seen, spells

    def of(self, kind: Event) -> tuple[Ints, Ints, Floats]:
        """Spell, actor and numbers of the events of a kind that happened in a spell of their pair."""
        codes, numbers = self._seen.events(kind)
        spell = self._spells.at[self._seen.dyad_of_theatre[codes[:, Column.THEATRE]], codes[:, Column.ROUND]]
        inside = spell >= 0
        return spell[inside], codes[inside, Column.ACTOR], numbers[inside]

    def any(self, *kinds: Event) -> Flags:
        """Which spells saw an event of one of the kinds: [spells]."""
        found = np.zeros(self._spells.row.size, dtype=np.bool_)
        for kind in kinds:
            found[self.of(kind)[0]] = True
        return found

    def answered(self) -> Flags:
        """Which spells saw fire that was answered: [spells]."""
        spell, _, numbers = self.of(Event.CLASH)
        found = np.zeros(self._spells.row.size, dtype=np.bool_)
        found[spell[numbers[:, 4] > 0]] = True
        return found

    def shared(self) -> Flags:
        """Which spells ended in a settlement that left the challenger some of what it had gained: [spells]."""
        spell, _, numbers = self.of(Event.COMPROMISE)
        found = np.zeros(self._spells.row.size, dtype=np.bool_)
        found[spell[numbers[:, 2] >= GAIN]] = True
        return found

    def sent(self) -> Flags:
        """Which spells saw forces arrive at the host's side: [spells]."""
        spell, _, numbers = self.of(Event.PRESENCE)
        found = np.zeros(self._spells.row.size, dtype=np.bool_)
        found[spell[numbers[:, 1] > numbers[:, 0]]] = True
        return found


def _highest(seen: Observed, spells: Spells, values: Floats) -> Floats:
    """Highest of `values` [R, T] in each spell of a pair."""
    by_dyad = np.full((len(seen.dyads), values.shape[0]), -np.inf)
    np.maximum.at(by_dyad, seen.dyad_of_theatre, values.T)
    inside = spells.at >= 0
    found = np.full(spells.row.size, -np.inf)
    np.maximum.at(found, spells.at[inside], by_dyad[inside])
    return found


def from_low(seen: Observed) -> Flags:
    """Whether a theatre's challenger is the first of its pair: [T]."""
    found: Flags = seen.dyads[seen.dyad_of_theatre, 0] == seen.challenger
    return found


def levels(seen: Observed, acts: Flags, spells: Spells, marks: Marks, wars: Wars) -> Ints:
    """Hostility level: of the highest rung, at least 4 after fire or a strike, 5 in a war large enough to be one."""
    rung = _highest(seen, spells, np.where(acts, seen.theatre(TheatreColumn.RUNG), 0.0))
    level = np.minimum(HOSTILITY[np.maximum(rung, DISPUTE_RUNG).astype(np.int64)], FORCE_LEVEL)
    level[marks.any(Event.CLASH, Event.STRIKE, Event.WAR)] = FORCE_LEVEL
    for part in wars.fighting:
        spell = spells.at[seen.dyad_of_theatre[part.theatre], part.begin]
        if part.war.counts and not part.spread and spell >= 0:
            level[spell] = WAR_LEVEL
    found: Ints = level.astype(np.int64)
    return found


def reciprocated(seen: Observed, acts: Flags, spells: Spells, marks: Marks) -> Flags:
    """Whether the target's side acted with arms.

    It did where fire was answered, guardians strike or send forces, where there is war, or where the target has a
    challenge of its own afoot; a host that resists and is not fired on shows no arms.
    """
    low = from_low(seen)
    both = np.ones(spells.row.size, dtype=np.bool_)
    for side in (low, ~low):
        both &= _highest(seen, spells, np.where(acts & side, 1.0, 0.0)) > 0
    touched = marks.answered() | marks.any(Event.STRIKE, Event.WAR) | marks.sent()
    found: Flags = touched | both
    return found


def gains(seen: Observed, spells: Spells, initiator: Ints) -> Floats:
    """Change of control over the target in the theatres where the initiator challenges, from before to the end."""
    control, found = seen.theatre(TheatreColumn.CONTROL), np.zeros(spells.row.size)
    low = from_low(seen)
    for side, is_low in ((low, True), (~low, False)):
        by_dyad = np.zeros((len(seen.dyads), seen.rounds))
        np.add.at(by_dyad, seen.dyad_of_theatre[side], control.T[side])
        mine = (seen.dyads[spells.row, 0] == initiator) == is_low
        before = by_dyad[spells.row, np.maximum(spells.begin - 1, 0)]
        found[mine] = (by_dyad[spells.row, spells.end] - before)[mine]
    return found


def settlements(seen: Observed, spells: Spells, marks: Marks, wars: Wars, initiator: Ints, gain: Floats) -> Ints:
    """How each dispute ended; the rules further down override those above."""
    found = np.full(spells.row.size, int(Settled.STALEMATE))
    found[(marks.sent() | marks.any(Event.STRIKE)) & (gain < GAIN)] = Settled.YIELD_INITIATOR
    found[marks.any(Event.ANNEXATION)] = Settled.VICTORY_INITIATOR
    found[marks.any(Event.DEAL) | marks.shared()] = Settled.COMPROMISE
    spell, yielding, _ = marks.of(Event.YIELD)
    found[spell] = np.where(yielding == initiator[spell], Settled.YIELD_INITIATOR, Settled.YIELD_TARGET)
    for part in wars.fighting:
        number = spells.at[seen.dyad_of_theatre[part.theatre], part.begin]
        if number >= 0 and not part.spread:
            found[number] = _outcome(part.war.outcome, int(seen.challenger[part.theatre]) == int(initiator[number]))
    found[_absorbed(seen, spells, wars)] = Settled.JOINS_WAR
    return found


def _outcome(outcome: int, by_initiator: bool) -> Settled:
    """The outcome of a war for the challenger, as the outcome of the dispute it grew out of."""
    if outcome == WarOutcome.VICTORY:
        return Settled.VICTORY_INITIATOR if by_initiator else Settled.VICTORY_TARGET
    if outcome == WarOutcome.DEFEAT:
        return Settled.VICTORY_TARGET if by_initiator else Settled.VICTORY_INITIATOR
    return Settled.STALEMATE


def _absorbed(seen: Observed, spells: Spells, wars: Wars) -> Flags:
    """Which disputes ended because a war spread to them: [spells]."""
    found = np.zeros(spells.row.size, dtype=np.bool_)
    for part in wars.fighting:
        if part.spread and part.begin > 0:
            before = spells.at[seen.dyad_of_theatre[part.theatre], part.begin - 1]
            if before >= 0:
                found[before] = True
    return found
