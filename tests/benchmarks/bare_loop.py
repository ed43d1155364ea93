"""The floor under a round: a loop that only does what no text of the rules could leave out.

As a script, uncompiled, it counts what a round of 2017 calls; compiled, `seconds_of` times a loop that makes as many
calls, and goes as often over all states of each theatre.
"""

import importlib
import json
import pkgutil
import statistics
import sys
import time
from collections import Counter
from collections.abc import Mapping
from typing import Any

import numba
import numpy as np
from played_rounds import rounds_of_2017

import greatpowers.core
from greatpowers.core.equations.economy import contest_share
from greatpowers.core.luck import threefry
from greatpowers.core.mathematics import exp, normal_quantile, power
from greatpowers.core.world import copy_world

COUNTED = ("exp", "power", "contest_share", "normal_quantile", "threefry")
"""What is counted. A contest is made of a power, and that power is not counted again."""

PASSES, SUMS = 13, 5
"""Passes over all states that a round makes in each theatre, counted in the text: those that vector instructions make,
and those that add numbers up in order, as the same bytes everywhere want."""


def calls_of_a_round(rounds: int) -> dict[str, float]:
    """How often a round of 2017 calls each of `COUNTED`; only without compilation."""
    names = [info.name for info in pkgutil.walk_packages(greatpowers.core.__path__, "greatpowers.core.")]
    modules, calls = [importlib.import_module(name) for name in names], Counter[str]()

    def counted(name: str, function: Any) -> Any:
        def call(*arguments: Any) -> Any:
            calls[name] += 1
            return function(*arguments)

        return call

    for name in COUNTED:
        function = globals()[name]
        for module in modules:
            if getattr(module, name, None) is function:
                setattr(module, name, counted(name, function))
    played = rounds_of_2017(rounds)
    calls.clear()  # those of building the world
    played.play(copy_world(played.world))
    calls["power"] -= calls["contest_share"]
    return {name: calls[name] / rounds for name in COUNTED}


@numba.njit  # type: ignore[misc]
def _loop(rounds: int, calls: Any, theatres: int, x: Any, key: Any, rows: Any, words: Any) -> float:
    total = 0.0
    for _ in range(rounds):
        for i in range(calls[0]):
            total += exp(x[i])
        for i in range(calls[1]):
            total += power(x[i], 0.7)
        for i in range(calls[2]):
            total += contest_share(x[i], x[i + 1], 0.8)
        for i in range(calls[3]):
            total += normal_quantile(x[i])
        for i in range(calls[4]):
            word, _other = threefry(key[0], key[1], key[2], key[i])
            words[i] = word
        for _k in range(theatres):
            for row in range(PASSES):
                one, other, third = rows[row], rows[row + 1], rows[row + 2]
                for g in range(one.size):
                    third[g] = one[g] * 0.5 + other[g] * 0.25
            for row in range(SUMS):
                one, other = rows[row], rows[row + 1]
                for g in range(one.size):
                    total += one[g] * other[g]
    return total


def seconds_of(calls: Mapping[str, float], states: int, theatres: int, times: int) -> float:
    """Median seconds of one round of the loop, over so many goes."""
    rounds, most = 80, int(max(calls.values())) + 2
    counts = np.array([round(calls[name]) for name in COUNTED])
    x, rows = np.linspace(0.1, 0.9, most), np.full((PASSES + 2, states), 0.5)
    key, words = np.arange(most, dtype=np.uint64), np.zeros(most, np.uint64)
    goes = []
    for _ in range(times + 1):
        start = time.perf_counter()
        _loop(rounds, counts, theatres, x, key, rows, words)
        goes.append((time.perf_counter() - start) / rounds)
    return statistics.median(goes[1:])


if __name__ == "__main__":
    print(json.dumps(calls_of_a_round(int(sys.argv[1]))))
