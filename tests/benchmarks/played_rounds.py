"""Worlds of any size to time rounds on; as a script it prints the seconds a round takes, for a process of its own."""

import json
import statistics
import sys
import time
from typing import NamedTuple

import numpy as np

from greatpowers.core.desk import new_desk
from greatpowers.core.history import new_track, play_rounds
from greatpowers.core.levers import Policy
from greatpowers.core.luck import Luck, draw_luck
from greatpowers.core.parameters import Parameters, pack
from greatpowers.core.world import World, copy_world
from greatpowers.scenario import build_parameters, build_policy, build_world, load_policy, load_scenario, synthetic


class Rounds(NamedTuple):
    """Rounds ready to be played again and again from the same world, on the same luck, in one call."""

    world: World
    policy: Policy
    parameters: Parameters
    luck: Luck

    @property
    def count(self) -> int:
        """How many rounds there are."""
        return int(self.luck.growth.shape[0])

    def play(self) -> None:
        """Play them all from the start, keeping metrics only."""
        n, t = self.world.states.size, self.world.theatres.size
        track = new_track(self.count, n, t, full=False)
        play_rounds(copy_world(self.world), self.policy, self.parameters, self.luck, 0, new_desk(n, t), track)


def rounds_of_2017(rounds: int) -> Rounds:
    """The 2017 scenario under half a loaf."""
    scenario = load_scenario("2017")
    parameters = build_parameters(scenario)
    world = build_world(scenario, parameters)
    luck = draw_luck(0, rounds, world.states.size, world.theatres.size)
    return Rounds(world, build_policy(scenario, load_policy("half-a-loaf")), pack(parameters), luck)


def rounds_of_size(states: int, theatres: int, rounds: int) -> Rounds:
    """A generated world, its theatres repeated or cut to the number wanted, under half a loaf."""
    scenario = synthetic(states=states, power_maximizers=0.4, theatres_per_challenger=4, alliances=0.3, seed=1)
    parameters = build_parameters(scenario)
    world, policy = build_world(scenario, parameters), build_policy(scenario, load_policy("half-a-loaf"))
    chosen = np.arange(theatres) % world.theatres.size
    world = world._replace(theatres=world.theatres[chosen].copy(), stances=world.stances[chosen].copy())
    policy = Policy(policy.starts, policy.levers[:, chosen].copy())  # type: ignore[call-overload]
    return Rounds(world, policy, pack(parameters), draw_luck(0, rounds, states, theatres))


def seconds_per_round(played: Rounds, times: int) -> float:
    """Median over `times` goes."""
    played.play()
    found = []
    for _ in range(times):
        start = time.perf_counter()
        played.play()
        found.append((time.perf_counter() - start) / played.count)
    return statistics.median(found)


if __name__ == "__main__":
    print(json.dumps(seconds_per_round(rounds_of_2017(int(sys.argv[1])), int(sys.argv[2]))))
