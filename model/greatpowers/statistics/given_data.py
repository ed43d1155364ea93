"""What drives an outcome, from a sample there already is, such as the Latin hypercube of an experiment.

Three methods that see different things: rank correlation what moves the outcome steadily up or down, a forest also what
matters only in the middle or in combination, the density-based delta any shift of the whole distribution. Each comes
with a floor: what it gives for an outcome shuffled among the points, nineteen times in twenty. Below it is noise.

Borgonovo's delta is written out because SALib's own (1.6) takes minutes for the eighty parameters of this model and
draws from NumPy's hidden stream; the tests hold the two against each other.
"""

import math
from typing import Any

import numpy as np
import pandas as pd
from scipy.special import ndtri

from greatpowers.core.declare import Floats, Ints
from greatpowers.scenario.errors import GreatPowersError
from greatpowers.simulation.intervals import LEVEL
from greatpowers.statistics.checks import (
    chosen_factors,
    describe_factor,
    factor_values,
    fetch,
    need_count,
    need_share,
    need_spread,
    need_values,
)
from greatpowers.statistics.resampling import bootstrap_spread, is_partial, rank_correlations

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
    need_share(level, "level")
    table, values = aligned(design, outcome)
    names = chosen_factors(table, factors)
    x = factor_values(table, names)
    need_count(len(values), LEAST_POINTS, "points", "sensitivity from given data")
    z, luck = float(ndtri(0.5 + level / 2)), np.random.default_rng(seed)
    shuffled = [luck.permutation(values) for _ in range(SHUFFLES)]
    delta, delta_error = delta_indices(x, values, RESAMPLES, seed)
    null = [delta_indices(x, y, RESAMPLES // 2, seed)[0] for y in shuffled[:1]]
    found = {
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
    parts = [_part(names, method, value, z * error, floor) for method, (value, error, floor) in found.items()]
    return pd.concat(parts, ignore_index=True).assign(n=len(values))


def correlation_name(points: int, factors: int) -> str:
    """Which rank correlation so many points bear: 'partial rank correlation' or 'rank correlation'."""
    return "partial rank correlation" if is_partial(points, factors) else "rank correlation"


def aligned(design: pd.DataFrame, outcome: "pd.Series[float] | Floats") -> tuple[pd.DataFrame, Floats]:
    """The rows of the design that have an outcome, and their outcomes in the same order."""
    name = str(getattr(outcome, "name", None) or "the outcome")
    table = design
    if isinstance(outcome, pd.Series) and outcome.index.name == "point" and "point" in design.columns:
        table = design[design["point"].isin(outcome.index)]
        found = outcome.reindex(table["point"])
    else:
        found = pd.Series(np.asarray(outcome).reshape(-1))
    values = np.asarray(found, dtype=np.float64)
    if len(table) != len(values):
        raise GreatPowersError(f"there are {len(values):,} outcomes for {len(table):,} points; expected one for each.")
    need_count(len(values), 2, "points with an outcome", "asking what matters")
    need_values(values, name, "points")
    need_spread(values, name, "nothing is a driver")
    return table, values


def forest_shares(x: Floats, y: Floats, seed: int) -> Floats:
    """Share of the variance explained by a forest that is due to each factor: [factors], summing to 1."""
    regressor = fetch("sklearn.ensemble").ExtraTreesRegressor
    grown: Any = regressor(TREES, min_samples_leaf=LEAST_LEAF, max_features=FEATURES, random_state=seed).fit(x, y)
    found: Floats = grown.feature_importances_
    return found


def _forest_spread(x: Floats, y: Floats, seed: int) -> Floats:
    """Standard error [factors] of a forest's shares, by drawing the points again."""
    luck = np.random.default_rng(seed)
    rows = [luck.integers(0, len(y), len(y)) for _ in range(RESAMPLES)]
    found: Floats = np.std([forest_shares(x[row], y[row], seed) for row in rows], axis=0, ddof=1)
    return found


def _floor(null: list[Floats]) -> float:
    return float(np.quantile(np.abs(np.concatenate(null)), FLOOR))


def _part(names: list[str], method: str, values: Floats, half: Floats, floor: float) -> pd.DataFrame:
    found = [describe_factor(name) for name in names]
    least = LOWEST.get(method, 0.0)
    return pd.DataFrame(
        {
            "factor": names,
            "label": [one.label for one in found],
            "unit": [one.unit for one in found],
            "method": method,
            "value": values,
            "low": np.clip(values - half, least, 1.0),
            "high": np.clip(values + half, least, 1.0),
            "floor": floor,
        }
    )
