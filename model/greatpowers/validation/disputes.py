"""Militarized interstate disputes, read off a history as the record codes them.

A dispute is a spell in which a pair of states has at least one theatre at provocation or above, in either direction
(rung 1, interference, is not militarized). As in the record (Palmer et al. 2022), it ends when half a year passes
without militarized action: a single quiet quarter does not part it. What follows its settlement, when the challenger
withdraws step by step, is not militarized either; nor does a war that spreads open a dispute of its own. How far a
dispute went, whether it was answered and how it ended are in the codes of the record. A reading holds a history with
its wars and disputes, put together once.
"""

from collections.abc import Callable
from enum import IntEnum
from typing import Any, NamedTuple

import numpy as np

from greatpowers.core.declare import Floats, Ints
from greatpowers.core.history import TheatreColumn
from greatpowers.core.ladder import HOSTILITY, Rung
from greatpowers.core.log import Column, Event, Outcome as WarOutcome
from greatpowers.simulation.history import History
from greatpowers.validation.observed import SETTLING_IN, Flags, MeasuredHistory, Spells, observe, spells_of
from greatpowers.validation.wars import Fighting, War, Wars, joined_from_outside, read_wars

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


class SpellMarks:
    """Which spells the events of a history fall into."""

    def __init__(self, seen: MeasuredHistory, spells: Spells) -> None:
        self._seen, self._spells = seen, spells

    def of(self, kind: Event) -> tuple[Ints, Ints, Floats]:
        """Spell, actor and numbers of the events of a kind that happened in a spell of their pair."""
        codes, numbers = self._seen.events(kind)
        spell = self._spells.at[self._seen.dyad_of_theatre[codes[:, Column.THEATRE]], codes[:, Column.ROUND]]
        inside = spell >= 0
        return spell[inside], codes[inside, Column.ACTOR], numbers[inside]

    def any(self, *kinds: Event, where: Callable[[Floats], Flags] | None = None) -> Flags:
        """Which spells saw an event of one of the kinds, with numbers as asked for: [spells]."""
        mask = np.zeros(self._spells.row.size, dtype=np.bool_)
        for kind in kinds:
            spell, _, numbers = self.of(kind)
            mask[spell if where is None else spell[where(numbers)]] = True
        return mask

    def answered(self) -> Flags:
        """Which spells saw fire that was answered: [spells]."""
        return self.any(Event.CLASH, where=lambda numbers: numbers[:, 4] > 0)

    def shared(self) -> Flags:
        """Which spells ended in a settlement that left the challenger some of what it had gained: [spells]."""
        return self.any(Event.COMPROMISE, where=lambda numbers: numbers[:, 2] >= GAIN)

    def sent(self) -> Flags:
        """Which spells saw forces arrive at the host's side: [spells]."""
        return self.any(Event.PRESENCE, where=lambda numbers: numbers[:, 1] > numbers[:, 0])


def _highest(seen: MeasuredHistory, spells: Spells, values: Floats) -> Floats:
    """Highest of `values` [R, T] in each spell of a pair."""
    by_dyad = np.full((len(seen.dyads), values.shape[0]), -np.inf)
    np.maximum.at(by_dyad, seen.dyad_of_theatre, values.T)
    inside = spells.at >= 0
    highest = np.full(spells.row.size, -np.inf)
    np.maximum.at(highest, spells.at[inside], by_dyad[inside])
    return highest


def from_low(seen: MeasuredHistory) -> Flags:
    """Whether a theatre's challenger is the first of its pair: [T]."""
    is_low: Flags = seen.dyads[seen.dyad_of_theatre, 0] == seen.challenger
    return is_low


def levels(seen: MeasuredHistory, acts: Flags, spells: Spells, marks: SpellMarks, wars: Wars) -> Ints:
    """Hostility level: of the highest rung, at least 4 after fire or a strike, 5 in a war large enough to be one."""
    rung = _highest(seen, spells, np.where(acts, seen.theatre(TheatreColumn.RUNG), 0.0))
    level = np.minimum(HOSTILITY[np.maximum(rung, DISPUTE_RUNG).astype(np.int64)], FORCE_LEVEL)
    level[marks.any(Event.CLASH, Event.STRIKE, Event.WAR)] = FORCE_LEVEL
    for part in wars.fighting:
        spell = _spell(seen, spells, part, part.begin)
        if part.war.counts and not part.spread and spell >= 0:
            level[spell] = WAR_LEVEL
    hostility: Ints = level.astype(np.int64)
    return hostility


def reciprocated(seen: MeasuredHistory, acts: Flags, spells: Spells, marks: SpellMarks) -> Flags:
    """Whether the target's side acted with arms.

    It did where fire was answered, guardians strike or send forces, where there is war, or where the target has a
    challenge of its own afoot; a host that resists and is not fired on shows no arms.
    """
    low = from_low(seen)
    both = np.ones(spells.row.size, dtype=np.bool_)
    for side in (low, ~low):
        both &= _highest(seen, spells, np.where(acts & side, 1.0, 0.0)) > 0
    touched = marks.answered() | marks.any(Event.STRIKE, Event.WAR) | marks.sent()
    answered: Flags = touched | both
    return answered


def gains(seen: MeasuredHistory, spells: Spells, initiator: Ints) -> Floats:
    """Change of control over the target in the theatres where the initiator challenges, from before to the end."""
    control, changes = seen.theatre(TheatreColumn.CONTROL), np.zeros(spells.row.size)
    low = from_low(seen)
    for side, is_low in ((low, True), (~low, False)):
        by_dyad = np.zeros((len(seen.dyads), seen.rounds))
        np.add.at(by_dyad, seen.dyad_of_theatre[side], control.T[side])
        mine = (seen.dyads[spells.row, 0] == initiator) == is_low
        before = by_dyad[spells.row, np.maximum(spells.begin - 1, 0)]
        changes[mine] = (by_dyad[spells.row, spells.end] - before)[mine]
    return changes


def settlements(
    seen: MeasuredHistory, spells: Spells, marks: SpellMarks, wars: Wars, initiator: Ints, gain: Floats
) -> Ints:
    """How each dispute ended; the rules further down override those above."""
    outcomes = np.full(spells.row.size, int(Settled.STALEMATE))
    outcomes[(marks.sent() | marks.any(Event.STRIKE)) & (gain < GAIN)] = Settled.YIELD_INITIATOR
    outcomes[marks.any(Event.ANNEXATION)] = Settled.VICTORY_INITIATOR
    outcomes[marks.any(Event.DEAL) | marks.shared()] = Settled.COMPROMISE
    spell, yielding, _ = marks.of(Event.YIELD)
    outcomes[spell] = np.where(yielding == initiator[spell], Settled.YIELD_INITIATOR, Settled.YIELD_TARGET)
    for part in wars.fighting:
        number = _spell(seen, spells, part, part.begin)
        if number >= 0 and not part.spread:
            outcomes[number] = _outcome(part.war.outcome, int(seen.challenger[part.theatre]) == int(initiator[number]))
    outcomes[_absorbed(seen, spells, wars)] = Settled.JOINS_WAR
    return outcomes


def _outcome(outcome: int, by_initiator: bool) -> Settled:
    """The outcome of a war for the challenger, as the outcome of the dispute it grew out of."""
    if outcome == WarOutcome.VICTORY:
        return Settled.VICTORY_INITIATOR if by_initiator else Settled.VICTORY_TARGET
    if outcome == WarOutcome.DEFEAT:
        return Settled.VICTORY_TARGET if by_initiator else Settled.VICTORY_INITIATOR
    return Settled.STALEMATE


def _absorbed(seen: MeasuredHistory, spells: Spells, wars: Wars) -> Flags:
    """Which disputes ended because a war spread to them that they had not begun themselves: [spells]."""
    absorbed = np.zeros(spells.row.size, dtype=np.bool_)
    begun = {(_spell(seen, spells, part, part.begin), id(part.war)) for part in wars.fighting if not part.spread}
    for part in wars.fighting:
        if part.spread and part.begin > 0:
            before = _spell(seen, spells, part, part.begin - 1)
            if before >= 0 and (before, id(part.war)) not in begun:
                absorbed[before] = True
    return absorbed


def _spell(seen: MeasuredHistory, spells: Spells, part: Fighting, now: int) -> int:
    """The dispute of the pair that fights, in a round; -1 if there is none."""
    return int(spells.at[seen.dyad_of_theatre[part.theatre], now])


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

    def within(self, seen: MeasuredHistory) -> "Disputes":
        """Those that began in the measured years."""
        return self.where((self.begin >= seen.first) & (self.begin < seen.last))

    def where(self, chosen: Flags) -> "Disputes":
        """Those marked in `chosen` [D]."""
        columns: dict[str, Any] = {name: part[chosen] for name, part in self._asdict().items()}
        return Disputes(**columns)


def militarized(seen: MeasuredHistory, wars: Wars) -> Flags:
    """Where and when a challenger acts with arms, not withdrawing from a settlement nor drawn in by war: [R, T]."""
    rung = seen.theatre(TheatreColumn.RUNG)
    acts = (rung >= DISPUTE_RUNG) | (seen.theatre(TheatreColumn.WAR) > 0)
    for part in wars.fighting:  # a war that began and ended within a round leaves no other trace in the track
        acts[part.begin, part.theatre] = True
    return acts & ~withdrawing(seen) & ~joined_from_outside(seen, wars)


def last_over(seen: MeasuredHistory) -> Ints:
    """The last round, up to each, in which the host gave way, the two settled or a war ended; else -1: [R, T]."""
    over = np.full(seen.theatres.shape[:2], -1)
    for kind in (Event.YIELD, Event.LET_PASS, Event.COMPROMISE, Event.WAR_END):
        codes, _ = seen.events(kind)
        over[codes[:, Column.ROUND], codes[:, Column.THEATRE]] = codes[:, Column.ROUND]
    latest: Ints = np.maximum.accumulate(over, axis=0)
    return latest


def withdrawing(seen: MeasuredHistory) -> Flags:
    """Where and when a challenger is standing down, from when the host gave way or a war ended to peace: [R, T]."""
    rounds, theatres = seen.theatres.shape[:2]
    over = np.full((rounds, theatres), -1)
    codes, _ = seen.events(Event.WAR)
    now = np.arange(rounds)[:, None]
    peace = seen.theatre(TheatreColumn.RUNG) == 0
    over[peace] = np.broadcast_to(now, peace.shape)[peace]
    started = np.zeros((rounds, theatres), dtype=np.bool_)
    started[codes[:, Column.ROUND], codes[:, Column.THEATRE]] = True
    over[started] = np.maximum(over[started], np.broadcast_to(now, peace.shape)[started] - 1)
    since = last_over(seen)
    past = np.maximum.accumulate(over, axis=0)
    return (since >= 0) & (since < now) & (past <= since) & (past < now)


def read_disputes(seen: MeasuredHistory, wars: Wars) -> Disputes:
    """Put the disputes of a history together, with levels, answers and outcomes."""
    acts = militarized(seen, wars)
    spells = spells_of(_by_dyad(seen, acts), QUIET_ROUNDS)
    initiator, target = _originators(seen, acts, spells)
    marks = SpellMarks(seen, spells)
    level = levels(seen, acts, spells, marks, wars)
    gain = gains(seen, spells, initiator)
    disputes = Disputes(
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
    return disputes.where(disputes.begin > 0)


def _by_dyad(seen: MeasuredHistory, flags: Flags) -> Flags:
    """Flags by theatre [R, T] as flags by pair of states [P, R]."""
    by_dyad = np.zeros((len(seen.dyads), flags.shape[0]), dtype=np.bool_)
    np.logical_or.at(by_dyad, seen.dyad_of_theatre, flags.T)
    return by_dyad


def _originators(seen: MeasuredHistory, acts: Flags, spells: Spells) -> tuple[Ints, Ints]:
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


class DisputeReading(NamedTuple):
    """A history as measurements see it.

    `disputes` and `counted` (wars of at least a thousand dead) hold what began in the measured years; `wars` holds
    every war, large or small.
    """

    seen: MeasuredHistory
    wars: Wars
    counted: list[War]
    disputes: Disputes


def read(history: History, first: int = SETTLING_IN) -> DisputeReading:
    """Read a recorded history; raises :class:`GreatPowersError` if only metrics were kept."""
    return reading_of(observe(history, first))


def reading_of(seen: MeasuredHistory) -> DisputeReading:
    """The same from arrays."""
    wars = read_wars(seen)
    return DisputeReading(seen, wars, wars.counted(seen), read_disputes(seen, wars).within(seen))
