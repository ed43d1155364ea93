"""What the panel of plausibility reads from one history: its wars, and counts; everything else is dropped."""

from dataclasses import dataclass

import numpy as np

from greatpowers.core.declare import Floats, Ints
from greatpowers.core.history import StateColumn, TheatreColumn, Track
from greatpowers.core.ladder import SEVERITY, Rung
from greatpowers.core.log import Column, Event
from greatpowers.core.world import World
from greatpowers.simulation.setup import Setup
from greatpowers.validation.measures.sanctions import IN_FORCE
from greatpowers.validation.observed import Flags
from greatpowers.validation.wars import War, WarReader

BEFORE_THE_RUN = -1
"""The round in which a war began that was under way at the start."""


def wars_of(world: World, codes: Ints, numbers: Floats) -> list[War]:
    """Wars in order of their beginning, from the world at round 0 and the log: codes [E, Column], numbers [E, 5].

    Battle deaths are those in theatres whose fighting has ended.
    """
    reader, theatres = WarReader(), world.theatres
    for k in np.flatnonzero(theatres.war == 1).tolist():
        reader.outbreak(BEFORE_THE_RUN, k, int(theatres.challenger[k]), int(theatres.host[k]), spread=False)
        reader.fronts[k].war.great |= bool(theatres.great_power_war[k])
    reader.read(codes, numbers)
    return reader.wars


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

    wars: tuple[War, ...]
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
