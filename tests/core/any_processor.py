"""Hashes of worlds and of histories, for a process on whatever processor it is made to believe it runs on.

As a script, with a number of rounds and names of worlds, it prints them as JSON, beside them what the C library and
NumPy make of the same functions, and how often the package had the code of the rounds.
"""

import hashlib
import json
import math
import sys
from collections.abc import Sequence

import numpy as np
from core_worlds import columns_of, play
from fingerprints import hashes_of, of_scenario

from greatpowers import load_scenario, names, synthetic
from greatpowers.core.history import play_each_round
from greatpowers.core.kernel import is_compiled
from greatpowers.core.world import World
from greatpowers.scenario.build import build_parameters, build_world

SHIPPED = ("template", *(name for name in names("scenarios") if name != "synthetic"))


def together(parts: list[bytes]) -> str:
    return hashlib.sha256(b"".join(parts)).hexdigest()


def of_world(world: World) -> bytes:
    return b"".join(values.tobytes() for values in columns_of(world).values())


def worlds() -> str:
    """All shipped worlds, and some that are generated."""
    scenarios = [load_scenario(name) for name in SHIPPED]
    scenarios += [synthetic(states=30, power_maximizers=0.4, nuclear=0.3, seed=seed) for seed in range(5)]
    return together([of_world(build_world(one, build_parameters(one))) for one in scenarios])


def histories(scenarios: Sequence[str], rounds: int) -> str:
    """Everything that is recorded of a history with deals and sanctions in each of these worlds."""
    return together([history(name, rounds).encode() for name in scenarios])


def history(name: str, rounds: int) -> str:
    world, policy, luck, parameters, rounds = of_scenario(name, "half-a-loaf", 9, rounds)
    digests = hashes_of(play(world, policy, luck, rounds, parameters, capacity=50_000))
    return together([f"{part} {digests[part]}".encode() for part in sorted(digests)])


def libraries() -> str:
    """What moves with the processor: exponentials and powers of the C library and of NumPy."""
    x = np.random.default_rng(0).uniform(-9.0, 9.0, 20_000)
    by_one = np.array([math.exp(one) + math.pow(abs(one), 1.3) + math.sin(one) for one in x])
    return together([by_one.tobytes(), np.exp(x).tobytes(), np.power(abs(x), 1.3).tobytes(), np.sin(x).tobytes()])


def here(scenarios: Sequence[str], rounds: int) -> dict[str, str]:
    """All of that, in this process."""
    return {"worlds": worlds(), "histories": histories(scenarios, rounds), "libraries": libraries()}


if __name__ == "__main__":
    rounds, *scenarios = sys.argv[1:]
    found = here(scenarios, int(rounds))
    print(json.dumps([found, sum(play_each_round.stats.cache_hits.values()) if is_compiled() else 0]))
