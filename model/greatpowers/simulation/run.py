"""Playing runs: the kernel plays them, and what it wrote down is handed on."""

import math
from collections.abc import Callable, Mapping, Sequence
from typing import TypeVar

import numpy as np

from greatpowers.core.declare import Floats
from greatpowers.core.history import Track, new_track, play_rounds
from greatpowers.core.log import Log
from greatpowers.core.luck import luck_of
from greatpowers.core.world import World, copy_world
from greatpowers.scenario.errors import GreatPowersError
from greatpowers.simulation.history import History
from greatpowers.simulation.own import RulesLike
from greatpowers.simulation.setup import PolicyLike, Room, ScenarioLike, Setup, checked_seed, prepare
from greatpowers.storage.manifest import provenance

EVENTS_PER_THEATRE_ROUND = 2
LEAST_CAPACITY = 1024

COMPILING = (
    "compiling the engine once for this version: about five seconds on x86-64 Linux, up to half a minute elsewhere"
)
"""What is said before the first run; Linux has code of the rounds that ships."""


def simulate(
    scenario: ScenarioLike,
    policy: PolicyLike = "laissez-faire",
    seed: int = 0,
    rounds: int | None = None,
    parameters: Mapping[str, float] | None = None,
    record: bool = True,
    rules: RulesLike | None = None,
) -> History:
    """Play one history.

    `scenario` and `policy` are objects, shipped names or paths; `rounds` defaults to the scenario's; `parameters`
    override the scenario's by name. Without `record` only the metrics are kept, no trajectories and no events. `rules`
    are functions, or names of such, in place of choices of the model: see :func:`compare`. Equal arguments give equal
    histories. Raises :class:`GreatPowersError` on what cannot be run.
    """
    return simulate_prepared(prepare(scenario, policy, rounds, parameters, rules), seed, record)


def simulate_prepared(setup: Setup, seed: int = 0, record: bool = True) -> History:
    """Play one history of what :func:`prepare` has made, which many histories can share."""
    return history_of(setup, seed, *play_to_end(setup, checked_seed(seed), record)[1:])


def history_of(setup: Setup, seed: int, track: Track, log: Log) -> History:
    """The history of a run that was played."""
    written = min(int(log.happened[0]), log.codes.shape[0])
    return History(
        scenario=setup.scenario,
        policy=setup.policy,
        seed=int(seed),
        parameters=setup.parameters,
        track=track,
        codes=log.codes[:written].copy(),
        numbers=log.numbers[:written].copy(),
        origin=provenance(),
        rules=setup.rules,
    )


def first_capacity(setup: Setup) -> int:
    """Room for events that is enough for most runs."""
    return max(LEAST_CAPACITY, EVENTS_PER_THEATRE_ROUND * setup.rounds * setup.sizes[1])


def play(setup: Setup, seed: int, record: bool) -> Track:
    """Play one run from the world at round 0, without its events."""
    with setup.lent_room(0, False) as room:
        return _play(setup, seed, record, False, room)[1]


Played = TypeVar("Played")


def play_and(read: Callable[[World, Track, Log], Played], setup: Setup, seed: int) -> Played:
    """Play one run and `read` it, its whole log as well but without what challengers weighed.

    Whoever reads keeps nothing but the track. If the log overflows, the same run is played again with room for it all.
    """
    capacity = first_capacity(setup)
    with setup.lent_room(capacity, False) as room:
        played = _play(setup, seed, True, False, room)
        happened = int(played[2].happened[0])
        if happened <= capacity:
            return read(*played)
    return read(*play_to_end(setup, seed, traces=False, capacity=happened))


def play_to_end(
    setup: Setup,
    seed: int,
    record: bool = True,
    traces: bool = True,
    capacity: int | None = None,
    then: tuple[int, Setup] | None = None,
) -> tuple[World, Track, Log]:
    """Play one run, with its whole log if it is to `record`; the world is as the last round leaves it.

    If the log overflows, the same run is played again with room for what happened. Without `traces` what challengers
    weighed is not kept, which is most of the memory of a run. `then` is a round, and a setup of the same scenario and
    length whose levers and parameters hold from that round on; rounds before it do not depend on them.
    """
    space = (first_capacity(setup) if capacity is None else capacity) if record else 0
    room = Room(copy_world(setup.world), setup.new_workspace(space, traces))
    world, track, log = _play(setup, seed, record, traces, room, then)
    if record and log.happened[0] > space:
        return play_to_end(setup, seed, record, traces, int(log.happened[0]), then)
    return world, track, log


def _play(
    setup: Setup, seed: int, record: bool, traces: bool, room: Room, then: tuple[int, Setup] | None = None
) -> tuple[World, Track, Log]:
    track, luck = new_track(setup.rounds, *setup.sizes, record, traces), luck_of(seed, *setup.sizes)
    if then is None:
        play_rounds(room.world, setup.levers, setup.packed, luck, 0, room.workspace, track)
    else:
        at, after = then
        for part, low, high in ((setup, 0, at), (after, at, setup.rounds)):
            rows = track.part(slice(low, high))
            play_rounds(room.world, part.levers, part.packed, luck, low, room.workspace, rows)
    setup.check_rules(room.workspace)
    _check_numbers(setup, seed, track)
    return room.world, track, room.workspace.log


def _check_numbers(setup: Setup, seed: int, track: Track) -> None:
    """Raise :class:`GreatPowersError` if a number of the record is none: no table or figure could hold it."""
    if math.isfinite(track.metrics.sum()):
        return
    sound = np.isfinite(track.metrics).all(axis=1)
    if not sound.all():
        where = f"{setup.scenario.name} under {setup.policy.name}, seed {seed}"
        what = f"round {int(sound.argmin())} leaves what numbers can hold"
        raise GreatPowersError(f"{where}: {what}; expected less extreme states or parameters.")


def play_matched(setups: Sequence[Setup], seed: int) -> list[Floats]:
    """Metrics [R, Metric] of one run for each setup, all on the same luck."""
    return [play(setup, seed, record=False).metrics for setup in setups]
