"""What the panel of plausibility reads from one history: its wars, and counts; everything else is dropped."""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from greatpowers.core.declare import Floats, Ints
from greatpowers.core.history import StateColumn, TheatreColumn, Track
from greatpowers.core.ladder import SEVERITY, Rung
from greatpowers.core.log import Column, Event
from greatpowers.core.world import World
from greatpowers.simulation.setup import Setup
from greatpowers.validation.measures.sanctions import IN_FORCE

BEFORE_THE_RUN = -1
HOST_SIDE, CHALLENGER_SIDE = 1, -1
OF_WARS = (Event.WAR, Event.JOINING, Event.GREAT_POWER_WAR, Event.WAR_END)


@dataclass
class SimulatedWar:
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


def wars_of(world: World, codes: Ints, numbers: Floats) -> list[SimulatedWar]:
    """Wars in order of their beginning, from the world at round 0 and the log: codes [E, Column], numbers [E, 5].

    Where two states fight on opposite sides already, fighting between them in another theatre is the same war, whether
    it spread there or was chosen there.
    """
    ledger = _Ledger(world)
    mask = np.isin(codes[:, Column.KIND], OF_WARS)
    for code, number in zip(codes[mask].tolist(), numbers[mask].tolist(), strict=True):
        ledger.enter(code, number)
    return ledger.wars


class _Ledger:
    """Wars so far, which of them is fought in each theatre, and on which side of it each state stands."""

    def __init__(self, world: World) -> None:
        self.wars: list[SimulatedWar] = []
        self._fought: dict[int, SimulatedWar] = {}
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
            war = SimulatedWar(theatre, begun)
            self.wars.append(war)
        war.theatres.add(theatre)
        war.under_way.add(theatre)
        self._fought[theatre] = war
        self._sides[theatre] = {challenger: CHALLENGER_SIDE, host: HOST_SIDE}

    def _between(self, one: int, other: int) -> SimulatedWar | None:
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


Flags = NDArray[np.bool_]

SOME = 0.01
"""Presence, as a share of force, from which on a guardian is deployed: the event log has it from there on."""

ALLIED = 0.5
"""Alliance from which on the event log calls two states aligned."""

HALF = 0.5


@dataclass(frozen=True, eq=False)
class HistoryReading:
    """What is kept of one history of T theatres.

    `fought` [T] says where there was war, `control` [T] is at the end; `gravity` is the sum over rounds of
    breaches as the order weighs them; `leader_least` the leader's least capability over that at the start (NaN without
    a leader); `hostile` [T] counts guardian-quarters spent beside a state they are hostile to; `land_lost` says whether
    some host lost half of its land without a war.
    """

    wars: tuple[SimulatedWar, ...]
    fought: Flags
    control: Floats
    order: float
    gravity: float
    leader_least: float
    hostile: Ints
    land_lost: bool


def read_history(setup: Setup, track: Track, codes: Ints, numbers: Floats, order: float) -> HistoryReading:
    """Read a recorded history; `codes` [E, Column] and `numbers` [E, 5] are its whole event log."""
    world = setup.world
    return HistoryReading(
        wars=tuple(wars_of(world, codes, numbers)),
        fought=wars_so_far(world, len(track.theatres), codes)[-1],
        control=track.theatres[-1, :, TheatreColumn.CONTROL].copy(),
        order=order,
        gravity=summed_gravity(world, track),
        leader_least=least_of_leader(world, track),
        hostile=hostile_deployments(world, track, codes),
        land_lost=loses_half_without_war(world, track, codes),
    )


def wars_so_far(world: World, rounds: int, codes: Ints) -> Flags:
    """Whether there has been war in each theatre by the end of each round: [R, T]."""
    fought = np.tile(world.theatres.war == 1, (rounds, 1))
    for code in codes[codes[:, Column.KIND] == Event.WAR]:
        fought[code[Column.ROUND] :, code[Column.THEATRE]] = True
    return fought


def summed_gravity(world: World, track: Track) -> float:
    """Breaches of a history as the order weighs them: the power of each state by the gravest of its breaches."""
    rung = track.theatres[:, :, TheatreColumn.RUNG].astype(np.int64)
    severity = np.where(rung >= Rung.PROVOCATION, SEVERITY[rung], 0.0)
    power = track.states[:, :, StateColumn.POWER]
    gravest = np.zeros_like(power)
    for theatre, challenger in enumerate(world.theatres.challenger):
        np.maximum(gravest[:, challenger], severity[:, theatre], out=gravest[:, challenger])
    return float((gravest * power).sum())


def least_of_leader(world: World, track: Track) -> float:
    """Least capability of the coalition's leader over what it started with; NaN where nobody leads."""
    leader = int(world.system.leader[0])
    if leader < 0:
        return float("nan")
    return float(track.states[:, leader, StateColumn.CAPABILITY].min() / world.states.capability[leader])


def loses_half_without_war(world: World, track: Track, codes: Ints) -> bool:
    """Whether control of some host by all its challengers rises to half or more while no war was fought there."""
    rounds = len(track.theatres)
    belongs = world.theatres.host[:, None] == np.arange(world.states.size)
    start = (world.theatres.control @ belongs)[None, :]
    held = np.concatenate([start, track.theatres[:, :, TheatreColumn.CONTROL] @ belongs])
    war = (wars_so_far(world, rounds, codes).astype(np.int64) @ belongs.astype(np.int64)) > 0
    return bool(((held[:-1] < HALF) & (held[1:] >= HALF) & ~war).any())


def hostile_deployments(world: World, track: Track, codes: Ints) -> Ints:
    """Guardian-quarters in each theatre [T] spent beside a host against the guardian's own kind.

    That is a guardian deployed where it is under sanctions as a challenger itself, or is bound to defend the
    challenger.
    """
    deployed = deployments(world, len(track.theatres), codes)
    against = under_sanctions(world, track)[:, None, :] | allies_of_challengers(world, len(deployed), codes)
    quarters: Ints = (deployed & against).sum(axis=(0, 2))
    return quarters


def deployments(world: World, rounds: int, codes: Ints) -> Flags:
    """Whether each guardian is deployed in each theatre at the end of each round: [R, T, N]."""
    events = codes[codes[:, Column.KIND] == Event.PRESENCE]
    where = (events[:, Column.THEATRE], events[:, Column.ACTOR])
    return _turned(world.stances.presence >= SOME, rounds, events[:, Column.ROUND], where)


def under_sanctions(world: World, track: Track) -> Flags:
    """Whether each state is under sanctions as a challenger in any theatre, at the end of each round: [R, N]."""
    hit = track.theatres[:, :, TheatreColumn.SANCTIONS] > IN_FORCE
    belongs = (world.theatres.challenger[:, None] == np.arange(world.states.size)).astype(np.int64)
    sanctioned: Flags = (hit.astype(np.int64) @ belongs) > 0
    return sanctioned


def allies_of_challengers(world: World, rounds: int, codes: Ints) -> Flags:
    """Whether each state is bound to defend each theatre's challenger at the end of each round: [R, T, N]."""
    challengers, theatres = np.unique(world.theatres.challenger, return_inverse=True)
    events = codes[(codes[:, Column.KIND] == Event.ALIGNMENT) & np.isin(codes[:, Column.ACTOR], challengers)]
    where = (np.searchsorted(challengers, events[:, Column.ACTOR]), events[:, Column.OTHER])
    allied = _turned(world.pairs.alliance.T[challengers] >= ALLIED, rounds, events[:, Column.ROUND], where)
    return allied[:, theatres]


def _turned(start: Flags, rounds: int, when: Ints, where: tuple[Ints, Ints]) -> Flags:
    """Flags at the end of each round, [R, *start.shape]: each event tells of a threshold crossed, so it turns one.

    Nothing crosses a threshold twice in a round.
    """
    turns = np.zeros((rounds + 1, *start.shape), dtype=np.bool_)
    turns[0] = start
    turns[when + 1, *where] = True
    flags: Flags = np.logical_xor.accumulate(turns, axis=0)[1:]
    return flags
