"""Samples of factors that methods of sensitivity ask for: tables with a row a point and a column a factor.

Rows are in the order in which the method reads them; play them all, average replicates, and hand the outcomes back in
the same order. The rows of equal arguments are equal.
"""

import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
import pandas as pd

from greatpowers.core.declare import Floats
from greatpowers.scenario.errors import GreatPowersError
from greatpowers.statistics.checks import fetch, need_count, need_power_of_two, need_whole
from greatpowers.statistics.factors import Bounds


def problem_of(bounds: Bounds) -> dict[str, Any]:
    """The bounds as SALib wants them; raises :class:`GreatPowersError` unless each has a lower and a higher end."""
    need_count(len(bounds), 2, "factors", "a design")
    for name, (low, high) in bounds.items():
        if not (np.isfinite([low, high]).all() and low < high):
            raise GreatPowersError(f"'{name}' goes from {low:g} to {high:g}; expected a lower and a higher number.")
    return {"num_vars": len(bounds), "names": list(bounds), "bounds": [list(ends) for ends in bounds.values()]}


def sobol_design(bounds: Bounds, n: int, second_order: bool = False, seed: int = 0) -> pd.DataFrame:
    """Saltelli's sample for :func:`~greatpowers.statistics.sensitivity.sobol`.

    n (k + 2) rows for k factors, n (2k + 2) with second order; n is a power of two (Saltelli 2002; Owen 2020).
    """
    need_power_of_two(n, "n")
    sampler = fetch("SALib.sample.sobol")
    return _frame(bounds, lambda problem: sampler.sample(problem, n, calc_second_order=second_order, seed=seed))


def morris_design(bounds: Bounds, trajectories: int = 16, levels: int = 4, seed: int = 0) -> pd.DataFrame:
    """Trajectories that change one factor at a time, for :func:`~greatpowers.statistics.sensitivity.morris`.

    trajectories (k + 1) rows on a grid of an even number of levels  (Morris 1991).
    """
    need_whole(trajectories, "trajectories", 2)
    need_levels(levels)
    sampler = fetch("SALib.sample.morris")
    return _frame(bounds, lambda problem: sampler.sample(problem, trajectories, num_levels=levels, seed=seed))


def hypercube_design(bounds: Bounds, n: int, seed: int = 0) -> pd.DataFrame:
    """A Latin hypercube of n rows, for methods that take any sample  (McKay, Beckman & Conover 1979)."""
    need_whole(n, "n", 2)
    sampler = fetch("SALib.sample.latin")
    return _frame(bounds, lambda problem: sampler.sample(problem, n, seed=seed))


def need_levels(levels: int) -> int:
    """An even number of levels, which makes every level equally likely."""
    need_whole(levels, "levels", 2, 100)
    if levels % 2:
        raise GreatPowersError(f"levels is {levels}; expected an even number, such as {levels + 1}.")
    return levels


def _frame(bounds: Bounds, sample: Callable[[dict[str, Any]], Floats]) -> pd.DataFrame:
    problem = problem_of(bounds)
    with undisturbed():
        values = sample(problem)
    return pd.DataFrame(values, columns=problem["names"], index=pd.RangeIndex(len(values), name="sample"))


@contextmanager
def undisturbed() -> Iterator[None]:
    """A context in which a library may draw from NumPy's hidden stream and change how warnings look.

    SALib does both; what it changes is put back, and what it would warn of is checked here beforehand.
    """
    state, formatter = np.random.get_state(), warnings.formatwarning
    try:
        # Recorded and let go, since a filter would be undone: SALib sets its own.
        with warnings.catch_warnings(record=True):
            yield
    finally:
        warnings.formatwarning = formatter
        np.random.set_state(state)
