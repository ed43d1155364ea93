"""Hashes of some histories, part by part: run as a script it prints them as JSON, for a process in the other mode."""

import hashlib
import json

from core_worlds import Game, columns_of, play
from random_worlds import Dice, random_parameters, random_policy, random_world

from greatpowers import load_policy, load_scenario, synthetic
from greatpowers.core.levers import Policy
from greatpowers.core.luck import Luck, luck_of
from greatpowers.core.parameters import Parameters
from greatpowers.core.world import World
from greatpowers.scenario.build import build_parameters, build_policy, build_world

Inputs = tuple[World, Policy, Luck, Parameters, int]  # the last is the number of rounds

ROUNDS = 12


def of_scenario(name: str, policy: str, seed: int, rounds: int) -> Inputs:
    """A scenario under a shipped policy; "synthetic" is a small generated world."""
    if name == "synthetic":
        scenario = synthetic(states=6, power_maximizers=0.5, theatres_per_challenger=3, nuclear=0.4, seed=2)
    else:
        scenario = load_scenario(name)
    parameters = build_parameters(scenario)
    world = build_world(scenario, parameters)
    luck = luck_of(seed, world.states.size, world.theatres.size)
    return world, build_policy(scenario, load_policy(policy)), luck, parameters, rounds


def of_chance(seed: int) -> Inputs:
    """A random world with random levers and parameters."""
    dice = Dice(seed, extreme=0.2)
    world, policy = random_world(dice, 6, 8), random_policy(dice, 8, segments=2)
    return world, policy, luck_of(seed, 6, 8), random_parameters(dice), ROUNDS


def hashes_of(game: Game) -> dict[str, str]:
    """One short hash for each part of a world and of its record."""
    parts = {name: values.tobytes() for name, values in columns_of(game.world).items()}
    parts |= {name: part.tobytes() for name, part in game.track._asdict().items()}
    parts |= {f"log.{name}": part.tobytes() for name, part in game.log._asdict().items()}
    return {name: hashlib.sha256(part).hexdigest()[:12] for name, part in parts.items()}


def histories() -> dict[str, Inputs]:
    """What is played in both modes."""
    inputs = {f"template under {p}": of_scenario("template", p, 3, ROUNDS) for p in ("laissez-faire", "half-a-loaf")}
    inputs["synthetic under half-a-loaf"] = of_scenario("synthetic", "half-a-loaf", 1, ROUNDS)
    inputs["2017 under half-a-loaf"] = of_scenario("2017", "half-a-loaf", 5, 2)
    return inputs | {f"chance {seed}": of_chance(seed) for seed in range(4)}


def fingerprints() -> dict[str, dict[str, str]]:
    """The hashes of every history, by its name."""
    return {
        name: hashes_of(play(world, policy, luck, rounds, parameters))
        for name, (world, policy, luck, parameters, rounds) in histories().items()
    }


if __name__ == "__main__":
    print(json.dumps(fingerprints()))
