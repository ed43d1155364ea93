"""The search algorithm: pymoo's NSGA-III, asked for candidates and told what they are worth.

pymoo, because its algorithms can be asked and told (so that our own engine plays the candidates), own their random
numbers, and come with test problems whose fronts are known; optuna tries one candidate at a time, and the optimisers of
ema-workbench want to run the model themselves.
"""

from collections.abc import Callable
from math import comb
from typing import Any

import numpy as np
from scipy.stats import qmc

from greatpowers.core.declare import Floats
from greatpowers.scenario.errors import GreatPowersError
from greatpowers.statistics.checks import fetch

FEWEST = 4
"""Smallest population: less cannot be crossed with each other."""


class Searcher:
    """A population that is improved generation by generation; equal arguments and answers give equal questions.

    Args:
        low: lowest value of each variable, shape [variables].
        high: highest value of each variable.
        objectives: how many numbers each candidate is judged by; less is better in all of them.
        population: candidates in a generation.
        seed: where all luck comes from.
        start: points that are in the first generation, shape [n, variables]; the rest is a Latin hypercube.

    NSGA-III keeps the population spread over directions in the space of objectives  (Deb & Jain 2014); with two
    objectives NSGA-II  (Deb et al. 2002).
    """

    def __init__(
        self, low: Floats, high: Floats, objectives: int, population: int, seed: int, start: Floats | None = None
    ) -> None:
        if population < FEWEST:
            raise GreatPowersError(f"population: {population} is too few; expected at least {FEWEST}.")
        first = _first_generation(low, high, population, seed, start)
        self._algorithm = _algorithm(objectives, population, first)
        self._algorithm.setup(_problem(low, high, objectives), termination=("n_gen", 2**31), seed=seed, verbose=False)
        self._asked: Any = None

    def ask(self) -> Floats:
        """The candidates of the next generation, shape [n, variables]."""
        self._asked = self._algorithm.ask()
        found: Floats = np.array(self._asked.get("X"), dtype=np.float64)
        return found

    def tell(self, values: Floats) -> None:
        """What the candidates asked for last are worth, shape [n, objectives]."""
        told = fetch("pymoo.problems.static").StaticProblem(self._algorithm.problem, F=values)
        fetch("pymoo.core.evaluator").Evaluator().eval(told, self._asked)
        self._algorithm.tell(infills=self._asked)


def minimise(
    judge: Callable[[Floats], Floats],
    low: Floats,
    high: Floats,
    objectives: int,
    population: int,
    generations: int,
    seed: int = 0,
) -> tuple[Floats, Floats]:
    """Search without a model: every point tried [n, variables] and what it is worth [n, objectives]."""
    searcher = Searcher(low, high, objectives, population, seed)
    points, values = [], []
    for _ in range(generations):
        points.append(searcher.ask())
        values.append(judge(points[-1]))
        searcher.tell(values[-1])
    return np.concatenate(points), np.concatenate(values)


def _first_generation(low: Floats, high: Floats, population: int, seed: int, start: Floats | None) -> Floats:
    given = np.empty((0, low.size)) if start is None else start[:population]
    drawn = qmc.LatinHypercube(low.size, rng=np.random.default_rng(seed)).random(population - len(given))
    found: Floats = np.concatenate([given, low + drawn * (high - low)])
    return found


def _algorithm(objectives: int, population: int, first: Floats) -> Any:
    moo = "pymoo.algorithms.moo"
    if objectives < 3:
        return fetch(f"{moo}.nsga2").NSGA2(pop_size=population, sampling=first)
    parts = _partitions(objectives, population)
    directions = fetch("pymoo.util.ref_dirs").get_reference_directions("das-dennis", objectives, n_partitions=parts)
    return fetch(f"{moo}.nsga3").NSGA3(pop_size=population, ref_dirs=directions, sampling=first)


def _partitions(objectives: int, population: int) -> int:
    """The finest division of the simplex that has no more directions than the population has members."""
    found = 1
    while comb(objectives + found, found + 1) <= population:
        found += 1
    return found


def _problem(low: Floats, high: Floats, objectives: int) -> Any:
    return fetch("pymoo.core.problem").Problem(n_var=low.size, n_obj=objectives, xl=low, xu=high)
