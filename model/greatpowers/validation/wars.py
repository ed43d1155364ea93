"""Interstate wars as the Correlates of War counts them, put together from the event log.

A war that spreads to other theatres, or is chosen there by two who fight already, is one war, from its first outbreak
to its last end, with everybody who fought in it; it counts from a thousand battle deaths on (Sarkees & Wayman 2010).
"""

from collections import defaultdict
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np

from greatpowers.core.declare import Floats, Ints
from greatpowers.core.history import TheatreColumn
from greatpowers.core.log import Column, Event, Outcome
from greatpowers.core.metrics import Metric
from greatpowers.validation.observed import Flags, MeasuredHistory

LEAST_DEATHS = 1.0
"""Battle deaths, in thousands, from which fighting counts as a war  (Sarkees & Wayman 2010)."""

UNDECIDED = -1
"""Outcome of a war that was not over when the history ended."""


@dataclass
class War:
    """One war, in all the theatres it spread to.

    `theatre`, `initiator` and `target` are those of its first outbreak, and `outcome` is that theatre's for the
    initiator; `called` are the sides to which treaties called states, where they were first called; `members` are
    the sides (1 the target's, -1 the initiator's, of the theatre a state first fought in) and `entered` the round
    of entry of everybody who fought; `deaths` in thousands; `end` is -1 while it goes on, and `open` are the theatres
    in which it does; `great` says whether great powers fought on both sides.
    """

    theatre: int
    initiator: int
    target: int
    begin: int
    end: int = -1
    outcome: int = UNDECIDED
    deaths: float = 0.0
    called: dict[int, int] = field(default_factory=dict)
    members: dict[int, int] = field(default_factory=dict)
    entered: dict[int, int] = field(default_factory=dict)
    open: set[int] = field(default_factory=set)
    great: bool = False

    @property
    def counts(self) -> bool:
        """Whether it is a war by the number of its dead."""
        return self.deaths >= LEAST_DEATHS


class Fighting(NamedTuple):
    """A war in one theatre: which war it is part of, when, and whether it spread there."""

    theatre: int
    begin: int
    end: int
    spread: bool
    war: War


class Wars(NamedTuple):
    """Every war of a history, large or small, and what happened in each theatre."""

    wars: list[War]
    fighting: list[Fighting]

    def counted(self, seen: MeasuredHistory) -> list[War]:
        """Wars of the required size that began in the measured years."""
        return [war for war in self.wars if war.counts and seen.first <= war.begin < seen.last]


class _Front:
    """The war in one theatre while it lasts."""

    def __init__(self, theatre: int, begin: int, spread: bool, war: War) -> None:
        self.theatre, self.begin, self.spread, self.war = theatre, begin, spread, war
        self.sides: dict[int, int] = {}


class WarReader:
    """Reads wars off the log, event by event; those under way before it only if they were begun by hand."""

    def __init__(self) -> None:
        self.wars: list[War] = []
        self.fronts: dict[int, _Front] = {}
        self.ended: list[tuple[_Front, int]] = []
        self.theatres_of: defaultdict[int, set[int]] = defaultdict(set)

    def read(self, codes: Ints, numbers: Floats) -> None:
        """Take the events of a log into account, codes [E, Column] and numbers [E, 5]."""
        kinds = (Event.WAR, Event.CALL, Event.JOINING, Event.GREAT_POWER_WAR, Event.WAR_END)
        wanted = np.isin(codes[:, Column.KIND], [int(kind) for kind in kinds])
        events = zip(codes[wanted].tolist(), numbers[wanted].tolist(), strict=True)
        for (now, kind, theatre, actor, other), (_, after, first, second, third) in events:
            if kind == Event.WAR:
                self.outbreak(now, theatre, actor, other, spread=second > 0)
            elif theatre not in self.fronts:
                continue  # a war that was under way when the history began
            elif kind == Event.CALL:
                self.fronts[theatre].war.called.setdefault(actor, int(after))
            elif kind == Event.JOINING:
                self.enter(now, theatre, actor, int(after))
            elif kind == Event.GREAT_POWER_WAR:
                self.fronts[theatre].war.great = True
            else:
                self.finish(now, theatre, Outcome(int(first)).value, third)

    def outbreak(self, now: int, theatre: int, challenger: int, host: int, spread: bool) -> None:
        """A war begins in a theatre, or one between the same two comes to be fought there as well."""
        linked = self._linked(challenger, host)
        war = self._merged(linked) if linked else self._new(now, theatre, challenger, host)
        front = _Front(theatre, now, spread or bool(linked), war)
        self.fronts[theatre] = front
        war.open.add(theatre)
        self.enter(now, theatre, challenger, -1)
        self.enter(now, theatre, host, 1)

    def enter(self, now: int, theatre: int, state: int, side: int) -> None:
        """A state comes to fight in a theatre, on one side."""
        front = self.fronts[theatre]
        front.sides[state] = side
        self.theatres_of[state].add(theatre)
        front.war.members.setdefault(state, side)
        front.war.entered.setdefault(state, now)

    def finish(self, now: int, theatre: int, outcome: int, deaths: float) -> None:
        """The fighting in a theatre ends."""
        front = self.fronts.pop(theatre)
        war = front.war
        for state in front.sides:
            self.theatres_of[state].discard(theatre)
        war.deaths += deaths
        war.open.discard(theatre)
        war.end = now
        if theatre == war.theatre and war.outcome == UNDECIDED:
            war.outcome = outcome
        self.ended.append((front, now))

    def _linked(self, one: int, other: int) -> list[War]:
        """Wars in which the two already fight each other."""
        both = self.theatres_of[one] & self.theatres_of[other]
        linked = {}
        for theatre in sorted(both):
            front = self.fronts[theatre]
            if front.sides[one] != front.sides[other]:
                linked[id(front.war)] = front.war
        return list(linked.values())

    def _merged(self, linked: list[War]) -> War:
        """The earliest of the wars, with the others made part of it."""
        earliest, *others = sorted(linked, key=lambda war: war.begin)
        for war in others:
            for front in [*self.fronts.values(), *(front for front, _ in self.ended)]:
                if front.war is war:
                    front.war = earliest
            earliest.deaths += war.deaths
            earliest.open |= war.open
            earliest.great |= war.great
            for state, side in war.called.items():
                earliest.called.setdefault(state, side)
            for state, side in war.members.items():
                earliest.members.setdefault(state, side)
                earliest.entered[state] = min(war.entered[state], earliest.entered.get(state, war.entered[state]))
            self.wars.remove(war)
        return earliest

    def _new(self, now: int, theatre: int, challenger: int, host: int) -> War:
        war = War(theatre, challenger, host, now)
        self.wars.append(war)
        return war


def read_wars(seen: MeasuredHistory) -> Wars:
    """Put the wars of a history together.

    Deaths in wars that were under way at the end are not in the log: what the rounds count beyond the dead of ended
    wars is shared among them by intensity and time. Wars under way at the start are left out.
    """
    reader = WarReader()
    reader.read(seen.codes, seen.numbers)
    _share_open_deaths(seen, reader)
    fronts = [(front, end) for front, end in reader.ended] + [(front, -1) for front in reader.fronts.values()]
    fighting = [Fighting(front.theatre, front.begin, end, front.spread, front.war) for front, end in fronts]
    for war in reader.wars:
        war.end = -1 if war.open else war.end
    return Wars(reader.wars, fighting)


def _share_open_deaths(seen: MeasuredHistory, reader: WarReader) -> None:
    if not reader.fronts:
        return
    _, ended = seen.events(Event.WAR_END)
    left = max(0.0, float(seen.metrics[:, Metric.BATTLE_DEATHS].sum() - ended[:, 4].sum()))
    intensity = seen.theatre(TheatreColumn.INTENSITY)
    weights = {k: float(intensity[front.begin :, k].sum()) for k, front in reader.fronts.items()}
    total = sum(weights.values())
    for theatre, weight in weights.items():
        reader.fronts[theatre].war.deaths += left * weight / total if total > 0 else 0.0


def joined_from_outside(seen: MeasuredHistory, wars: Wars) -> Flags:
    """Where and when a theatre is at war only because a war spread there: [R, T]."""
    joined = np.zeros(seen.theatres.shape[:2], dtype=np.bool_)
    for part in wars.fighting:
        if part.spread:
            joined[part.begin : seen.rounds if part.end < 0 else part.end + 1, part.theatre] = True
    return joined


def durations(wars: list[War], rounds: int) -> Ints:
    """Rounds that each war touched, those under way counted up to the end of the history: [wars]."""
    return np.array([(rounds - 1 if war.end < 0 else war.end) - war.begin + 1 for war in wars], dtype=np.int64)
