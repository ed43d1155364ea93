"""The search algorithm: pymoo's NSGA-III, which proposes candidates and receives their values; fronts, and robustness.

pymoo, because its algorithms can be asked and told (so that our own engine plays the candidates), own their random
numbers, and come with test problems whose fronts are known; optuna tries one candidate at a time, and the optimisers of
ema-workbench want to run the model themselves. Less is better throughout.
"""

from collections.abc import Sequence
from math import ceil, comb
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.stats import qmc

from greatpowers.core.declare import Floats, Ints
from greatpowers.scenario.errors import GreatPowersError, need_known
from greatpowers.statistics.checks import fetch

FEWEST = 4
"""Smallest population: less cannot be crossed with each other."""


def checked_population(population: int) -> int:
    """The population, if it is large enough; raises :class:`GreatPowersError`."""
    if population < FEWEST:
        raise GreatPowersError(f"population: {population} is too few; expected at least {FEWEST}.")
    return population


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
        checked_population(population)
        first = _first_generation(low, high, population, seed, start)
        self._algorithm = _algorithm(objectives, population, first)
        problem = fetch("pymoo.core.problem").Problem(n_var=low.size, n_obj=objectives, xl=low, xu=high)
        self._algorithm.setup(problem, termination=("n_gen", 2**31), seed=seed, verbose=False)
        self._asked: Any = None

    def ask(self) -> Floats:
        """The candidates of the next generation, shape [n, variables]."""
        self._asked = self._algorithm.ask()
        return np.array(self._asked.get("X"), dtype=np.float64)

    def tell(self, values: Floats) -> None:
        """What the candidates asked for last are worth, shape [n, objectives]."""
        problem = fetch("pymoo.problems.static").StaticProblem(self._algorithm.problem, F=values)
        fetch("pymoo.core.evaluator").Evaluator().eval(problem, self._asked)
        self._algorithm.tell(infills=self._asked)


def _first_generation(low: Floats, high: Floats, population: int, seed: int, start: Floats | None) -> Floats:
    given = np.empty((0, low.size)) if start is None else start[:population]
    drawn = qmc.LatinHypercube(low.size, rng=np.random.default_rng(seed)).random(population - len(given))
    return np.concatenate([given, low + drawn * (high - low)])


def _algorithm(objectives: int, population: int, first: Floats) -> Any:
    moo = "pymoo.algorithms.moo"
    if objectives < 3:
        return fetch(f"{moo}.nsga2").NSGA2(pop_size=population, sampling=first)
    parts = _partitions(objectives, population)
    directions = fetch("pymoo.util.ref_dirs").get_reference_directions("das-dennis", objectives, n_partitions=parts)
    return fetch(f"{moo}.nsga3").NSGA3(pop_size=population, ref_dirs=directions, sampling=first)


def _partitions(objectives: int, population: int) -> int:
    """The finest division of the simplex that has no more directions than the population has members."""
    partitions = 1
    while comb(objectives + partitions, partitions + 1) <= population:
        partitions += 1
    return partitions


Flags = NDArray[np.bool_]


def undominated(values: Floats) -> Flags:
    """Which points [n, objectives] no other point equals or betters in everything and betters in something: [n]."""
    return np.asarray(fetch("moocore").is_nondominated(values, keep_weakly=True), dtype=np.bool_)


def dominates(values: Floats, point: Floats) -> Flags:
    """Which of the points [n, objectives] are as good as `point` in everything and better in something: [n]."""
    return np.asarray((values <= point).all(axis=-1) & (values < point).any(axis=-1), dtype=np.bool_)


def covered(values: Floats, best: Floats, worst: Floats) -> float:
    """Share of the box between `best` and `worst` that some point betters: the hypervolume  (Zitzler & Thiele 1999)."""
    span = np.where(worst > best, worst - best, 1.0)
    scaled = (values - best) / span
    inside = scaled[(scaled < 1.0).all(axis=1)]
    if inside.size == 0:
        return 0.0
    return float(fetch("moocore").hypervolume(np.maximum(inside, 0.0), ref=np.ones(values.shape[1])))


def spread_out(values: Floats, count: int) -> Ints:
    """Indices of at most `count` points that lie far from each other, the best in each objective among them.

    Each next point is the one farthest from those chosen (Gonzalez 1985), in units of each objective's range.
    """
    if len(values) <= count:
        return np.arange(len(values))
    span = np.ptp(values, axis=0)
    scaled = (values - values.min(axis=0)) / np.where(span > 0, span, 1.0)
    chosen = list(dict.fromkeys(int(k) for k in scaled.argmin(axis=0)))[:count]
    distance = np.min([np.linalg.norm(scaled - scaled[k], axis=1) for k in chosen], axis=0)
    while len(chosen) < count:
        chosen.append(int(distance.argmax()))
        distance = np.minimum(distance, np.linalg.norm(scaled - scaled[chosen[-1]], axis=1))
    return np.array(sorted(chosen), dtype=np.int64)


def nearest(values: Floats, point: Floats, scale: Floats) -> int:
    """Index of the point that has to give up least to reach `point`: the additive epsilon  (Zitzler et al. 2003).

    Among the points that dominate it: the one with the largest minimum improvement over the objectives.
    """
    given_up = (values - point) / np.where(scale > 0, scale, 1.0)
    return int(np.lexsort((given_up.sum(axis=1), np.round(given_up.max(axis=1), 12)))[0])


WORST = 0.1
"""Share of worlds that are the worst."""


RULES = {
    "mean": "mean over worlds",
    "worst-decile": "mean over the worst tenth of worlds",
    "regret": "90th percentile over worlds of the regret to the best preset in each",
}
"""Rules by which values in many worlds are summed up, and what each means.

The first is Laplace's principle of insufficient reason, the second after Rockafellar & Uryasev (2000), the third after
Savage (1951) and Herman et al. (2015).
"""


def checked_rule(name: str) -> str:
    """The name, if there is such a rule; raises :class:`GreatPowersError`."""
    need_known(name, RULES, f"robustness: there is no rule '{name}'.")
    return name


def robust(values: Floats, rules: Sequence[str], presets: Floats) -> Floats:
    """Values [policies, worlds, objectives] as [policies, objectives], each objective by its rule.

    `presets`, [presets, worlds, objectives], are what regret is measured from: in each world the best of them.
    """
    return np.stack([_one(values[..., k], rule, presets[..., k]) for k, rule in enumerate(rules)], axis=-1)


def _one(values: Floats, rule: str, presets: Floats) -> Floats:
    """Values [policies, worlds] of one objective as [policies]."""
    if rule == "mean":
        summary: Floats = values.mean(axis=1)
    elif rule == "worst-decile":
        summary = np.sort(values, axis=1)[:, -ceil(WORST * values.shape[1]) :].mean(axis=1)
    else:
        summary = np.quantile(values - presets.min(axis=0), 1.0 - WORST, axis=1)
    return summary
