"""What drives an outcome, over the whole range of what is uncertain  (Saltelli et al. 2008).

Build a design, play all its rows, average replicates (:func:`~greatpowers.statistics.outcomes.outcome`), hand the
outcomes back in the same order, then ask. `sobol` shares out variance, also what comes of combinations; `morris` ranks
many factors with few runs. Luck that is not averaged away counts as a combination of everything. The rows of equal
arguments are equal.

`given_data` takes any sample there already is, such as the Latin hypercube of an experiment, by three methods that see
different things: rank correlation what moves the outcome steadily up or down, a forest also what matters only in the
middle or in combination, the density-based delta any shift of the whole distribution. Each comes with a floor: what it
gives for an outcome shuffled among the points, nineteen times in twenty. Below it is noise. Borgonovo's delta is
written out because SALib's own (1.6) takes minutes for the eighty parameters of this model and draws from NumPy's
hidden stream; the tests hold the two against each other.
"""

import math
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
import pandas as pd
from scipy.special import ndtri

from greatpowers.core.declare import Floats, Ints
from greatpowers.scenario.errors import GreatPowersError
from greatpowers.simulation.intervals import LEVEL
from greatpowers.statistics import checks
from greatpowers.statistics.checks import Bounds, parameter_bounds, varied_factors
from greatpowers.statistics.outcomes import bootstrap_spread, rank_correlations

GRID = 100
MOST_CLASSES = 48


def class_count(n: int) -> int:
    """Classes into which the range of a factor is cut for n points  (Plischke, Borgonovo & Smith 2013, eq. 30)."""
    power: float = 2 / (7 + math.tanh((1500 - n) / 500))
    return min(math.ceil(math.pow(n, power)), MOST_CLASSES)


def kernel_density(values: Floats, grid: Floats) -> Floats:
    """Gaussian kernel density of `values` on `grid`; one point mass if they are equal  (Silverman 1986)."""
    n, spread = values.size, float(values.std(ddof=1)) if values.size > 1 else 0.0
    step = float(grid[1] - grid[0])
    width = max(spread * (n * 3 / 4) ** -0.2, step / 2)
    away = (grid[:, None] - values[None, :]) / width
    density: Floats = np.exp(-0.5 * away**2).sum(axis=1) / (n * width * math.sqrt(2 * math.pi))
    return density


def delta_of(factor: Floats, outcome: Floats, grid: Floats, overall: Floats) -> float:
    """Half the mean area between the outcome's density and its density within each class of the factor."""
    order = np.argsort(factor, kind="stable")
    shift = 0.0
    for part in np.array_split(outcome[order], class_count(outcome.size)):
        shift += part.size * float(np.trapezoid(np.abs(overall - kernel_density(part, grid)), grid))
    return shift / (2 * outcome.size)


def deltas(factors: Floats, outcome: Floats) -> Floats:
    """Delta [factors] of each column of `factors` [n, factors], as it is, with its upward bias."""
    grid = np.linspace(outcome.min(), outcome.max(), GRID)
    overall = kernel_density(outcome, grid)
    return np.array([delta_of(column, outcome, grid, overall) for column in factors.T])


def delta_indices(factors: Floats, outcome: Floats, resamples: int, seed: int) -> tuple[Floats, Floats]:
    """Delta [factors], with the bias that few points bring taken off, and its standard error.

    (Borgonovo 2007; bootstrap of Plischke, Borgonovo & Smith 2013, sec. 4)
    """
    luck = np.random.default_rng(seed)
    rows: list[Ints] = [luck.integers(0, outcome.size, outcome.size) for _ in range(resamples)]
    drawn = np.array([deltas(factors[row], outcome[row]) for row in rows])
    corrected: Floats = np.clip(2 * deltas(factors, outcome) - drawn.mean(axis=0), 0.0, 1.0)
    return corrected, drawn.std(axis=0, ddof=1)


LEAST_POINTS = 30
SHUFFLES, RESAMPLES, RANK_RESAMPLES = 5, 20, 100
TREES, LEAST_LEAF, FEATURES = 100, 3, 1 / 3
FLOOR = 0.95
METHODS = ("rank correlation", "forest", "delta")
LOWEST = {"rank correlation": -1.0}


def given_data(
    design: pd.DataFrame,
    outcome: "pd.Series[float] | Floats",
    factors: list[str] | None = None,
    level: float = LEVEL,
    seed: int = 0,
) -> pd.DataFrame:
    """Importance of each factor by three methods, with intervals and a noise floor.

    `design` has a row a point and a column a factor (an experiment's points will do); `outcome` one number a point,
    replicates averaged: a series indexed by point if the design has a column point, else in the order of its rows.

    * "rank correlation": partial where there are points enough, else plain; in [-1, 1]  (Iman & Helton 1988).
    * "forest": share of what extremely randomised trees explain that is due to the factor, summing to 1
      (Geurts, Ernst & Wehenkel 2006; used so in scenario discovery by Jaxa-Rozen & Kwakkel 2018).
    * "delta": Borgonovo's moment-independent measure in [0, 1]  (Borgonovo 2007; Plischke, Borgonovo & Smith 2013).

    Columns: factor, label, unit, method, value, low, high, floor, n (points). Raises :class:`GreatPowersError` for
    fewer than 30 points, a constant outcome or missing values.
    """
    checks.need_share(level, "level")
    table, values = aligned(design, outcome)
    names = checks.chosen_factors(table, factors)
    x = checks.factor_values(table, names)
    checks.need_count(len(values), LEAST_POINTS, "points", "sensitivity from given data")
    z, luck = float(ndtri(0.5 + level / 2)), np.random.default_rng(seed)
    shuffled = [luck.permutation(values) for _ in range(SHUFFLES)]
    delta, delta_error = delta_indices(x, values, RESAMPLES, seed)
    null = [delta_indices(x, y, RESAMPLES // 2, seed)[0] for y in shuffled[:1]]
    by_method = {
        "rank correlation": (
            rank_correlations(x, values),
            bootstrap_spread(x, values, seed, resamples=RANK_RESAMPLES),
            _floor([rank_correlations(x, y) for y in shuffled]),
        ),
        "forest": (
            forest_shares(x, values, seed),
            _forest_spread(x, values, seed),
            _floor([forest_shares(x, y, seed) for y in shuffled]),
        ),
        "delta": (delta, delta_error, _floor(null)),
    }
    parts = [_part(names, method, value, z * error, floor) for method, (value, error, floor) in by_method.items()]
    return pd.concat(parts, ignore_index=True).assign(n=len(values))


def aligned(design: pd.DataFrame, outcome: "pd.Series[float] | Floats") -> tuple[pd.DataFrame, Floats]:
    """The rows of the design that have an outcome, and their outcomes in the same order."""
    name = str(getattr(outcome, "name", None) or "the outcome")
    table = design
    if isinstance(outcome, pd.Series) and outcome.index.name == "point" and "point" in design.columns:
        table = design[design["point"].isin(outcome.index)]
        outcomes = outcome.reindex(table["point"])
    else:
        outcomes = pd.Series(np.asarray(outcome).reshape(-1))
    values = np.asarray(outcomes, dtype=np.float64)
    if len(table) != len(values):
        raise GreatPowersError(f"there are {len(values):,} outcomes for {len(table):,} points; expected one for each.")
    checks.need_count(len(values), 2, "points with an outcome", "asking what matters")
    checks.need_values(values, name, "points")
    checks.need_spread(values, name, "nothing is a driver")
    return table, values


def forest_shares(x: Floats, y: Floats, seed: int) -> Floats:
    """Share of the variance explained by a forest that is due to each factor: [factors], summing to 1."""
    regressor = checks.fetch("sklearn.ensemble").ExtraTreesRegressor
    grown: Any = regressor(TREES, min_samples_leaf=LEAST_LEAF, max_features=FEATURES, random_state=seed).fit(x, y)
    importances: Floats = grown.feature_importances_
    return importances


def _forest_spread(x: Floats, y: Floats, seed: int) -> Floats:
    """Standard error [factors] of a forest's shares, by drawing the points again."""
    luck = np.random.default_rng(seed)
    rows = [luck.integers(0, len(y), len(y)) for _ in range(RESAMPLES)]
    spread: Floats = np.std([forest_shares(x[row], y[row], seed) for row in rows], axis=0, ddof=1)
    return spread


def _floor(null: list[Floats]) -> float:
    return float(np.quantile(np.abs(np.concatenate(null)), FLOOR))


def _part(names: list[str], method: str, values: Floats, half: Floats, floor: float) -> pd.DataFrame:
    least = LOWEST.get(method, 0.0)
    low, high = np.clip(values - half, least, 1.0), np.clip(values + half, least, 1.0)
    return _named(names).assign(method=method, value=values, low=low, high=high, floor=floor)


def problem_of(bounds: Bounds) -> dict[str, Any]:
    """The bounds as SALib wants them; raises :class:`GreatPowersError` unless each has a lower and a higher end."""
    checks.need_count(len(bounds), 2, "factors", "a design")
    for name, (low, high) in bounds.items():
        if not (np.isfinite([low, high]).all() and low < high):
            raise GreatPowersError(f"'{name}' goes from {low:g} to {high:g}; expected a lower and a higher number.")
    return {"num_vars": len(bounds), "names": list(bounds), "bounds": [list(ends) for ends in bounds.values()]}


def sobol_design(bounds: Bounds, n: int, second_order: bool = False, seed: int = 0) -> pd.DataFrame:
    """Saltelli's sample for :func:`~greatpowers.statistics.sensitivity.sobol`.

    n (k + 2) rows for k factors, n (2k + 2) with second order; n is a power of two (Saltelli 2002; Owen 2020).
    """
    checks.need_power_of_two(n, "n")
    sampler = checks.fetch("SALib.sample.sobol")
    return _frame(bounds, lambda problem: sampler.sample(problem, n, calc_second_order=second_order, seed=seed))


def morris_design(bounds: Bounds, trajectories: int = 16, levels: int = 4, seed: int = 0) -> pd.DataFrame:
    """Trajectories that change one factor at a time, for :func:`~greatpowers.statistics.sensitivity.morris`.

    trajectories (k + 1) rows on a grid of an even number of levels  (Morris 1991).
    """
    checks.need_whole(trajectories, "trajectories", 2)
    need_levels(levels)
    sampler = checks.fetch("SALib.sample.morris")
    return _frame(bounds, lambda problem: sampler.sample(problem, trajectories, num_levels=levels, seed=seed))


def hypercube_design(bounds: Bounds, n: int, seed: int = 0) -> pd.DataFrame:
    """A Latin hypercube of n rows, for methods that take any sample  (McKay, Beckman & Conover 1979)."""
    checks.need_whole(n, "n", 2)
    sampler = checks.fetch("SALib.sample.latin")
    return _frame(bounds, lambda problem: sampler.sample(problem, n, seed=seed))


def need_levels(levels: int) -> int:
    """An even number of levels, which makes every level equally likely."""
    checks.need_whole(levels, "levels", 2, 100)
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
    indices, n, rows = _saltelli(bounds, outcome, second_order, level, resamples, seed)
    parts = []
    for index in ("S1", "ST"):
        part = _named(list(bounds))
        part["index"], part["value"] = index, indices[index]
        part["low"], part["high"] = indices[index] - indices[f"{index}_conf"], indices[index] + indices[f"{index}_conf"]
        parts.append(part)
    return pd.concat(parts, ignore_index=True).assign(n=n, runs=rows)


WIDEST = 0.3
"""Width of a 95% interval of a total index from which on it tells nothing. Sarrazin, Pianosi & Wagener (2016) call
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
            f"wide, and above {WIDEST:g} parameters cannot be ranked; take about {takes:,} base samples, or rank by "
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
    indices, n, _ = _saltelli(bounds, outcome, True, level, resamples, seed)
    names = list(bounds)
    rows = [
        (names[i], names[j], indices["S2"][i][j], indices["S2"][i][j] - half, indices["S2"][i][j] + half)
        for i in range(len(names))
        for j in range(i + 1, len(names))
        for half in [indices["S2_conf"][i][j]]
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
    checks.need_share(level, "level")
    need_levels(levels)
    problem = problem_of(bounds)
    checks.need_columns(design, bounds, "the design")
    values = _outcomes(outcome, "the design's rows")
    step = len(bounds) + 1
    if len(values) != len(design) or len(values) % step:
        text = f"expected one for each row of the design, a multiple of {step}"
        raise GreatPowersError(f"there are {len(values):,} outcomes for {len(design):,} rows; {text}.")
    checks.need_count(len(values) // step, 2, "trajectories", "an interval")
    analyze = checks.fetch("SALib.analyze.morris").analyze
    with undisturbed():
        effects = analyze(
            problem, design[list(bounds)].to_numpy(dtype=np.float64), values, num_levels=levels,
            num_resamples=checks.need_whole(resamples, "resamples", 50), conf_level=level, seed=seed,
        )  # fmt: skip
    table = _named(list(bounds))
    table["mu"], table["mu_star"] = np.asarray(effects["mu"]), np.asarray(effects["mu_star"])
    half = np.asarray(effects["mu_star_conf"])
    table["low"], table["high"] = np.maximum(0.0, table["mu_star"] - half), table["mu_star"] + half
    table["sigma"] = np.asarray(effects["sigma"])
    return table.assign(n=len(values) // step, runs=len(values))


def strongest(table: pd.DataFrame, count: int = 3) -> list[str]:
    """The factors that matter most by a table of this module, strongest first.

    By total order of Sobol, mu_star of Morris, or the mean rank over the methods of given data.
    """
    checks.need_whole(count, "count", 1)
    if "mu_star" in table.columns:
        ranked = table.set_index("factor")["mu_star"].sort_values(ascending=False, kind="stable")
    elif "index" in table.columns:
        ranked = table[table["index"] == "ST"].set_index("factor")["value"].sort_values(ascending=False, kind="stable")
    else:
        checks.need_columns(table, ["factor", "method", "value"], "the table of sensitivity")
        ranks = table["value"].abs().groupby(table["method"]).rank(ascending=False)
        # Factors that a method left out as weak count as behind those it kept.
        spread = ranks.groupby([table["factor"], table["method"]]).first().unstack()
        ranked = spread.fillna(spread.max() + 1).mean(axis=1).sort_values(kind="stable")
    return [str(name) for name in ranked.index[:count]]


def _saltelli(
    bounds: Bounds, outcome: "pd.Series[float] | Floats", second: bool, level: float, resamples: int, seed: int
) -> tuple[dict[str, Any], int, int]:
    checks.need_share(level, "level")
    checks.need_whole(resamples, "resamples", 50)
    problem = problem_of(bounds)
    values = _outcomes(outcome, "rows of the design")
    each = len(bounds) * (2 if second else 1) + 2
    n, rest = divmod(len(values), each)
    if rest or n < 2 or n & (n - 1):
        order = "second" if second else "first and total"
        near = each * max(2, 2 ** round(np.log2(max(2, n))))
        text = f"indices of {order} order of {len(bounds)} factors take a power of two times {each}, such as {near:,}"
        raise GreatPowersError(f"there are {len(values):,} outcomes; {text}.")
    analyze = checks.fetch("SALib.analyze.sobol").analyze
    with undisturbed():
        indices = analyze(
            problem, values, calc_second_order=second, num_resamples=resamples, conf_level=level,
            seed=seed + 1,  # to the library 0 is no seed at all
        )  # fmt: skip
    return dict(indices), n, len(values)


def _outcomes(outcome: "pd.Series[float] | Floats", what: str) -> Floats:
    name = str(getattr(outcome, "name", None) or "the outcome")
    values: Floats = np.asarray(outcome, dtype=np.float64).reshape(-1)
    checks.need_count(values.size, FEW, "outcomes", "sensitivity")
    checks.need_values(values, name, what)
    checks.need_spread(values, name, "nothing is a driver")
    return values


def _named(names: list[str]) -> pd.DataFrame:
    factors = [checks.describe_factor(name) for name in names]
    labels, units = [one.label for one in factors], [one.unit for one in factors]
    return pd.DataFrame({"factor": names, "label": labels, "unit": units})
