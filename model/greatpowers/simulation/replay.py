"""One run with two setups: the first is in force up to a round, the second from then on. What forks are made of."""

from greatpowers.core.desk import new_desk
from greatpowers.core.history import Track, new_track, play_rounds
from greatpowers.core.log import Log
from greatpowers.core.luck import luck_of
from greatpowers.core.world import copy_world
from greatpowers.simulation.run import first_capacity
from greatpowers.simulation.setup import Setup


def play_switched(before: Setup, after: Setup, at_round: int, seed: int) -> tuple[Track, Log]:
    """Play the world of `before` on the luck of `seed`; from `at_round` on, levers and parameters are those of `after`.

    Everything is recorded. The setups must be of one scenario and length; rounds below `at_round` do not depend on
    `after`.
    """
    capacity = first_capacity(before)
    track, log = _play(before, after, at_round, seed, capacity)
    if log.happened[0] > capacity:
        track, log = _play(before, after, at_round, seed, int(log.happened[0]))
    return track, log


def _play(before: Setup, after: Setup, at_round: int, seed: int, capacity: int) -> tuple[Track, Log]:
    world, desk = copy_world(before.world), new_desk(*before.sizes, capacity)
    track = new_track(before.rounds, *before.sizes, full=True)
    luck, switch = luck_of(seed, *before.sizes), min(at_round, before.rounds)
    for setup, low, high in ((before, 0, switch), (after, switch, before.rounds)):
        rows = Track(*(part[low:high] for part in track))
        play_rounds(world, setup.levers, setup.packed, luck, low, desk, rows)
    return track, desk.log
