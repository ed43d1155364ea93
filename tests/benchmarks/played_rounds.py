"""Worlds of any size to time rounds on; as a script it prints the seconds a round takes, for a process of its own."""

import json
import statistics
import sys
import time
from typing import NamedTuple

import numpy as np

from greatpowers import load_policy, load_scenario, synthetic
from greatpowers.core.history import Track, new_track, play_rounds
from greatpowers.core.levers import Policy
from greatpowers.core.luck import Luck, luck_of
from greatpowers.core.parameters import Parameters, pack
from greatpowers.core.workspace import Workspace, new_workspace
from greatpowers.core.world import World, copy_world
from greatpowers.scenario.build import build_parameters, build_policy, build_world


class Rounds(NamedTuple):
    """Rounds ready to be played again and again from the same world, on the same luck, in one call.

    Workspace and track are used again: what is timed is the rounds, not the asking for memory.
    """

    world: World
    policy: Policy
    parameters: Parameters
    luck: Luck
    workspace: Workspace
    track: Track

    @property
    def number(self) -> int:
        """How many rounds there are."""
        return int(self.track.metrics.shape[0])

    def play(self, world: World) -> None:
        """Play them all on a copy of the world, keeping metrics only."""
        play_rounds(world, self.policy, self.parameters, self.luck, 0, self.workspace, self.track)


def ready(world: World, policy: Policy, parameters: Parameters, seed: int, rounds: int) -> Rounds:
    """Rounds of this world, on the luck of this seed."""
    n, t = world.states.size, world.theatres.size
    luck, track = luck_of(seed, n, t), new_track(rounds, n, t, full=False)
    return Rounds(world, policy, pack(parameters), luck, new_workspace(n, t), track)


def rounds_of_2017(rounds: int) -> Rounds:
    """The 2017 scenario under half a loaf."""
    scenario = load_scenario("2017")
    parameters = build_parameters(scenario)
    world = build_world(scenario, parameters)
    return ready(world, build_policy(scenario, load_policy("half-a-loaf")), parameters, 0, rounds)


def rounds_of_size(states: int, theatres: int, rounds: int) -> Rounds:
    """A generated world, its theatres repeated or cut to the number wanted, under half a loaf."""
    scenario = synthetic(states=states, power_maximizers=0.4, theatres_per_challenger=4, alliances=0.3, seed=1)
    parameters = build_parameters(scenario)
    world, policy = build_world(scenario, parameters), build_policy(scenario, load_policy("half-a-loaf"))
    chosen = np.arange(theatres) % world.theatres.size
    world = world._replace(theatres=world.theatres[chosen].copy(), stances=world.stances[chosen].copy())
    policy = Policy(policy.starts, policy.levers[:, chosen].copy())
    return ready(world, policy, parameters, 0, rounds)


def seconds_per_round(played: Rounds, times: int) -> float:
    """Median over `times` goes."""
    seconds = []
    for _ in range(times):
        world = copy_world(played.world)
        start = time.perf_counter()
        played.play(world)
        seconds.append((time.perf_counter() - start) / played.number)
    return statistics.median(seconds)


if __name__ == "__main__":
    print(json.dumps(seconds_per_round(rounds_of_2017(int(sys.argv[1])), int(sys.argv[2]))))
