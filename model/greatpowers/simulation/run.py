"""Playing runs: luck is drawn in blocks, the kernel plays them, and what it wrote down is handed on.

The luck of a long history or a large world would fill the memory, so it is drawn a block of rounds at a time; by
the construction of the streams the numbers are the same as if drawn at once.
"""

from collections.abc import Iterator, Mapping, Sequence
from functools import cache

from greatpowers.core.declare import Floats
from greatpowers.core.desk import Desk, new_desk
from greatpowers.core.history import Track, new_track, play_rounds
from greatpowers.core.log import Log
from greatpowers.core.luck import Luck, LuckStream, draw_luck
from greatpowers.core.world import World, copy_world
from greatpowers.simulation.history import History
from greatpowers.simulation.setup import PolicyLike, ScenarioLike, Setup, checked_seed, prepare
from greatpowers.storage.provenance import provenance

LUCK_BYTES = 16 * 2**20
"""Size beyond which the luck of a run is drawn in several blocks."""

EVENTS_PER_THEATRE_ROUND = 4
LEAST_CAPACITY = 1024


def simulate(
    scenario: ScenarioLike,
    policy: PolicyLike = "laissez-faire",
    seed: int = 0,
    rounds: int | None = None,
    parameters: Mapping[str, float] | None = None,
    record: bool = True,
) -> History:
    """Play one history.

    `scenario` and `policy` are objects, shipped names or paths; `rounds` defaults to the scenario's; `parameters`
    override the scenario's by name. Without `record` only the metrics are kept, no trajectories and no events.
    Equal arguments give equal histories. Raises :class:`GreatPowersError` on what cannot be run.
    """
    return simulate_prepared(prepare(scenario, policy, rounds, parameters), seed, record)


def simulate_prepared(setup: Setup, seed: int = 0, record: bool = True) -> History:
    """Play one history of what :func:`prepare` has made, which many histories can share."""
    track, log = play_logged(setup, checked_seed(seed), record, first_capacity(setup) if record else 0)
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
    )


def first_capacity(setup: Setup) -> int:
    """Room for events that is enough for most runs."""
    return max(LEAST_CAPACITY, EVENTS_PER_THEATRE_ROUND * setup.rounds * setup.sizes[1])


def play_logged(setup: Setup, seed: int, record: bool, capacity: int) -> tuple[Track, Log]:
    """Play one run with a log; if it overflows, play the same run again with room for what happened."""
    track, log = play(setup, seed, record, capacity)
    if record and log.happened[0] > capacity:
        track, log = play(setup, seed, record, int(log.happened[0]))
    return track, log


def play(setup: Setup, seed: int, record: bool, capacity: int) -> tuple[Track, Log]:
    """Play one run from the world at round 0."""
    world, desk, track = _fresh(setup, record, capacity)
    for first, luck in blocks_of_luck(seed, setup.rounds, *setup.sizes):
        _play_block(setup, world, desk, track, first, luck)
    return track, desk.log


def play_matched(setups: Sequence[Setup], seed: int) -> list[Floats]:
    """Metrics [R, Metric] of one run for each setup, all on the same luck, which is drawn only once.

    The setups must agree in the number of states, theatres and rounds.
    """
    runs = [_fresh(setup, record=False, capacity=0) for setup in setups]
    for first, luck in blocks_of_luck(seed, setups[0].rounds, *setups[0].sizes):
        for setup, (world, desk, track) in zip(setups, runs, strict=True):
            _play_block(setup, world, desk, track, first, luck)
    return [track.metrics for _, _, track in runs]


def blocks_of_luck(seed: int, rounds: int, states: int, theatres: int) -> Iterator[tuple[int, Luck]]:
    """The luck of a run, block by block, each with the number of its first round."""
    stream, step = LuckStream(seed, states, theatres), rounds_per_block(states, theatres)
    for first in range(0, rounds, step):
        yield first, stream.draw(min(step, rounds - first))


@cache
def rounds_per_block(states: int, theatres: int) -> int:
    """How many rounds of luck fit in :data:`LUCK_BYTES`, at least one."""
    size = sum(part.nbytes for part in draw_luck(0, 1, states, theatres))
    return max(1, LUCK_BYTES // size)


def _fresh(setup: Setup, record: bool, capacity: int) -> tuple[World, Desk, Track]:
    return copy_world(setup.world), new_desk(*setup.sizes, capacity), new_track(setup.rounds, *setup.sizes, record)


def _play_block(setup: Setup, world: World, desk: Desk, track: Track, first: int, luck: Luck) -> None:
    rows = slice(first, first + luck.state.shape[0])
    play_rounds(world, setup.levers, setup.packed, luck, first, desk, Track(*(part[rows] for part in track)))
