"""Wars read from the event log of a history: where each began, where it spread to, and how many it killed."""

from dataclasses import dataclass, field

import numpy as np

from greatpowers.core.declare import Floats, Ints
from greatpowers.core.log import Column, Event
from greatpowers.core.world import World

BEFORE_THE_RUN = -1
HOST_SIDE, CHALLENGER_SIDE = 1, -1
OF_WARS = (Event.WAR, Event.JOINING, Event.GREAT_POWER_WAR, Event.WAR_END)


@dataclass
class War:
    """One war, in however many theatres it was fought; `place` is the theatre in which it began.

    `begun` is a round, :data:`BEFORE_THE_RUN` for a war that was under way at the start; `deaths` are battle deaths in
    thousands in the theatres whose fighting has ended; `great` says whether great powers fought on both sides.
    """

    place: int
    begun: int
    deaths: float = 0.0
    great: bool = False
    theatres: set[int] = field(default_factory=set)
    under_way: set[int] = field(default_factory=set)

    @property
    def is_onset(self) -> bool:
        """Whether it began in the run."""
        return self.begun != BEFORE_THE_RUN

    @property
    def ended(self) -> bool:
        """Whether nobody fights any more."""
        return not self.under_way


def wars_of(world: World, codes: Ints, numbers: Floats) -> list[War]:
    """Wars in order of their beginning, from the world at round 0 and the log: codes [E, Column], numbers [E, 5].

    Where two states fight on opposite sides already, fighting between them in another theatre is the same war, whether
    it spread there or was chosen there.
    """
    ledger = _Ledger(world)
    told = np.isin(codes[:, Column.KIND], OF_WARS)
    for code, number in zip(codes[told].tolist(), numbers[told].tolist(), strict=True):
        ledger.enter(code, number)
    return ledger.wars


class _Ledger:
    """Wars so far, which of them is fought in each theatre, and on which side of it each state stands."""

    def __init__(self, world: World) -> None:
        self.wars: list[War] = []
        self._fought: dict[int, War] = {}
        self._sides: dict[int, dict[int, int]] = {}
        for k in range(world.theatres.size):
            if world.theatres.war[k] == 1:
                self._begin(k, BEFORE_THE_RUN, int(world.theatres.challenger[k]), int(world.theatres.host[k]))
                self._fought[k].great |= bool(world.theatres.great_power_war[k])

    def enter(self, code: list[int], number: list[float]) -> None:
        """Take one event into account."""
        kind, theatre, actor, other = (
            code[column] for column in (Column.KIND, Column.THEATRE, Column.ACTOR, Column.OTHER)
        )
        if kind == Event.WAR:
            self._begin(theatre, code[Column.ROUND], actor, other)
        elif kind == Event.JOINING:
            self._sides[theatre][actor] = round(number[1])
        elif kind == Event.GREAT_POWER_WAR:
            self._fought[theatre].great = True
        elif kind == Event.WAR_END:
            self._end(theatre, number[4])

    def _begin(self, theatre: int, begun: int, challenger: int, host: int) -> None:
        war = self._between(challenger, host)
        if war is None:
            war = War(theatre, begun)
            self.wars.append(war)
        war.theatres.add(theatre)
        war.under_way.add(theatre)
        self._fought[theatre] = war
        self._sides[theatre] = {challenger: CHALLENGER_SIDE, host: HOST_SIDE}

    def _between(self, one: int, other: int) -> War | None:
        """The war in which two states fight each other already."""
        for theatre, sides in self._sides.items():
            if sides.get(one, 0) * sides.get(other, 0) < 0:
                return self._fought[theatre]
        return None

    def _end(self, theatre: int, deaths: float) -> None:
        war = self._fought.pop(theatre)
        del self._sides[theatre]
        war.deaths += deaths
        war.under_way.discard(theatre)
