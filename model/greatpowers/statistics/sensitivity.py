"""What drives an outcome, over the whole range of what is uncertain  (Saltelli et al. 2008).

Build a design, play all its rows, average replicates (:func:`~greatpowers.statistics.outcomes.outcome`), hand the
outcomes back in the same order, then ask. `sobol` shares out variance, also what comes of combinations; `morris` ranks
many factors with few runs; `given_data` takes any sample there already is. Luck that is not averaged away counts as a
combination of everything. The rows of equal arguments are equal.
"""

import math
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
import pandas as pd

from greatpowers.core.declare import Floats
from greatpowers.scenario.errors import GreatPowersError
from greatpowers.simulation.intervals import LEVEL
from greatpowers.statistics.checks import (
    Bounds,
    describe_factor,
    fetch,
    need_columns,
    need_count,
    need_power_of_two,
    need_share,
    need_spread,
    need_values,
    need_whole,
    parameter_bounds,
    varied_factors,
)
from greatpowers.statistics.given_data import given_data


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


__all__ = [
    "given_data",
    "hypercube_design",
    "morris",
    "morris_design",
    "need_narrow",
    "parameter_bounds",
    "sobol",
    "sobol_design",
    "sobol_pairs",
    "strongest",
    "varied_factors",
]

FEW = 10


def sobol(
    bounds: Bounds,
    outcome: "pd.Series[float] | Floats",
    second_order: bool = False,
    level: float = LEVEL,
    resamples: int = 500,
    seed: int = 0,
) -> pd.DataFrame:
    """First and total order indices: shares of the outcome's variance due to each factor alone, and in all.

    `outcome` has one number for each row of ``sobol_design(bounds, n, second_order)``, in its order. Estimators of
    Saltelli et al. (2010) and Jansen (1999) with bootstrap intervals, by SALib; small negative values are zeros.

    Columns: factor, label, unit, index ("S1" first order, "ST" total), value, low, high (shares of variance), n
    (base samples), runs (rows in all). Raises :class:`GreatPowersError` if the number of outcomes is not that of a
    design, or they are constant or missing.
    """
    found, n, rows = _saltelli(bounds, outcome, second_order, level, resamples, seed)
    parts = []
    for index in ("S1", "ST"):
        part = _named(list(bounds))
        part["index"], part["value"] = index, found[index]
        part["low"], part["high"] = found[index] - found[f"{index}_conf"], found[index] + found[f"{index}_conf"]
        parts.append(part)
    return pd.concat(parts, ignore_index=True).assign(n=n, runs=rows)


WIDEST = 0.3
"""Width of a 95 % interval of a total index from which on it tells nothing. Sarrazin, Pianosi & Wagener (2016) call
indices converged at .05; an order of the strongest is told by less."""


def need_narrow(table: pd.DataFrame) -> None:
    """Raise :class:`GreatPowersError` if total indices by :func:`sobol` are known too badly, with how much it takes.

    Intervals shrink with the root of the number of base samples.
    """
    total = table[table["index"] == "ST"]
    widths = (total["high"] - total["low"]).to_numpy()
    at, widest = int(widths.argmax()), float(widths.max())
    if widest > WIDEST:
        n = int(total["n"].iloc[0])
        takes = 2 ** math.ceil(math.log2(n * (widest / WIDEST) ** 2))
        raise GreatPowersError(
            f"with {n} base samples the interval of the total index of '{total['factor'].iloc[at]}' is {widest:.2f} "
            f"wide, and wider ones than {WIDEST:g} tell no order; take about {takes:,} base samples, or rank by "
            "Morris's method."
        )


def sobol_pairs(
    bounds: Bounds,
    outcome: "pd.Series[float] | Floats",
    level: float = LEVEL,
    resamples: int = 500,
    seed: int = 0,
) -> pd.DataFrame:
    """Second order indices: shares of variance that two factors have only together  (Saltelli 2002).

    `outcome` is of ``sobol_design(bounds, n, second_order=True)``. Columns: factor, other, value, low, high (shares of
    variance), n; strongest first.
    """
    found, n, _ = _saltelli(bounds, outcome, True, level, resamples, seed)
    names = list(bounds)
    rows = [
        (names[i], names[j], found["S2"][i][j], found["S2"][i][j] - half, found["S2"][i][j] + half)
        for i in range(len(names))
        for j in range(i + 1, len(names))
        for half in [found["S2_conf"][i][j]]
    ]
    table = pd.DataFrame(rows, columns=["factor", "other", "value", "low", "high"]).assign(n=n)
    return table.sort_values("value", ascending=False, kind="stable", ignore_index=True)


def morris(
    bounds: Bounds,
    design: pd.DataFrame,
    outcome: "pd.Series[float] | Floats",
    levels: int = 4,
    level: float = LEVEL,
    resamples: int = 500,
    seed: int = 0,
) -> pd.DataFrame:
    """Elementary effects: what changing one factor over its range does, on average over places  (Morris 1991).

    `mu_star` is the mean absolute effect (Campolongo, Cariboni & Saltelli 2007) with a bootstrap interval, `mu` the
    mean effect with its sign, `sigma` the spread: large where the effect depends on where one is. All in the
    outcome's unit per whole range. `design` is of ``morris_design(bounds, ..., levels)``.

    Columns: factor, label, unit, mu, mu_star, low, high, sigma, n (trajectories), runs.
    """
    need_share(level, "level")
    need_levels(levels)
    problem = problem_of(bounds)
    need_columns(design, bounds, "the design")
    values = _outcomes(outcome, "the design's rows")
    step = len(bounds) + 1
    if len(values) != len(design) or len(values) % step:
        text = f"expected one for each row of the design, a multiple of {step}"
        raise GreatPowersError(f"there are {len(values):,} outcomes for {len(design):,} rows; {text}.")
    need_count(len(values) // step, 2, "trajectories", "an interval")
    analyze = fetch("SALib.analyze.morris").analyze
    with undisturbed():
        found = analyze(
            problem, design[list(bounds)].to_numpy(dtype=np.float64), values, num_levels=levels,
            num_resamples=need_whole(resamples, "resamples", 50), conf_level=level, seed=seed,
        )  # fmt: skip
    table = _named(list(bounds))
    table["mu"], table["mu_star"] = np.asarray(found["mu"]), np.asarray(found["mu_star"])
    half = np.asarray(found["mu_star_conf"])
    table["low"], table["high"] = np.maximum(0.0, table["mu_star"] - half), table["mu_star"] + half
    table["sigma"] = np.asarray(found["sigma"])
    return table.assign(n=len(values) // step, runs=len(values))


def strongest(table: pd.DataFrame, count: int = 3) -> list[str]:
    """The factors that matter most by a table of this module, strongest first.

    By total order of Sobol, mu_star of Morris, or the mean rank over the methods of given data.
    """
    need_whole(count, "count", 1)
    if "mu_star" in table.columns:
        ranked = table.set_index("factor")["mu_star"].sort_values(ascending=False, kind="stable")
    elif "index" in table.columns:
        ranked = table[table["index"] == "ST"].set_index("factor")["value"].sort_values(ascending=False, kind="stable")
    else:
        need_columns(table, ["factor", "method", "value"], "the table of sensitivity")
        ranks = table["value"].abs().groupby(table["method"]).rank(ascending=False)
        # Factors that a method left out as weak count as behind those it kept.
        spread = ranks.groupby([table["factor"], table["method"]]).first().unstack()
        ranked = spread.fillna(spread.max() + 1).mean(axis=1).sort_values(kind="stable")
    return [str(name) for name in ranked.index[:count]]


def _saltelli(
    bounds: Bounds, outcome: "pd.Series[float] | Floats", second: bool, level: float, resamples: int, seed: int
) -> tuple[dict[str, Any], int, int]:
    need_share(level, "level")
    need_whole(resamples, "resamples", 50)
    problem = problem_of(bounds)
    values = _outcomes(outcome, "rows of the design")
    each = len(bounds) * (2 if second else 1) + 2
    n, rest = divmod(len(values), each)
    if rest or n < 2 or n & (n - 1):
        order = "second" if second else "first and total"
        near = each * max(2, 2 ** round(np.log2(max(2, n))))
        text = f"indices of {order} order of {len(bounds)} factors take a power of two times {each}, such as {near:,}"
        raise GreatPowersError(f"there are {len(values):,} outcomes; {text}.")
    analyze = fetch("SALib.analyze.sobol").analyze
    with undisturbed():
        found = analyze(
            problem, values, calc_second_order=second, num_resamples=resamples, conf_level=level,
            seed=seed + 1,  # to the library 0 is no seed at all
        )  # fmt: skip
    return dict(found), n, len(values)


def _outcomes(outcome: "pd.Series[float] | Floats", what: str) -> Floats:
    name = str(getattr(outcome, "name", None) or "the outcome")
    values: Floats = np.asarray(outcome, dtype=np.float64).reshape(-1)
    need_count(values.size, FEW, "outcomes", "sensitivity")
    need_values(values, name, what)
    need_spread(values, name, "nothing is a driver")
    return values


def _named(names: list[str]) -> pd.DataFrame:
    found = [describe_factor(name) for name in names]
    labels, units = [one.label for one in found], [one.unit for one in found]
    return pd.DataFrame({"factor": names, "label": labels, "unit": units})
