"""Scenario discovery: in which worlds a policy fails, as a box in the space of what is uncertain.

After Bryant & Lempert (2010), with PRIM (Friedman & Fisher 1999) and CART (Breiman et al. 1984) as the EMA workbench
has them (Kwakkel 2017), fed with a table of points and of which of them are cases of interest. A box is found on the
points it is judged by, which flatters it; hence every box also says how boxes found in the same way do on points held
out.
"""

import inspect
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from greatpowers.scenario.errors import GreatPowersError
from greatpowers.statistics.boxes import Bools, Box, Counts, Limits, count, describe_limits, folds, pruned
from greatpowers.statistics.checks import chosen_factors, factor_values, fetch, need_count, need_share, need_whole
from greatpowers.statistics.given_data import forest_shares
from greatpowers.statistics.outcomes import matched, more_is_better

Ends = dict[str, tuple[float, float]]
"""Lowest and highest value of the factors that are restricted; an infinite end is open."""


def peel(x: pd.DataFrame, y: Bools, min_mass: float) -> list[Ends]:
    """Limits of every box along PRIM's peeling and pasting.

    Releases of the workbench before 3.0 want a threshold of density; 0 lets every box pass, as later ones do.
    """
    module = fetch("ema_workbench.analysis.prim")
    extra = {"threshold": 0.0} if "threshold" in inspect.signature(module.Prim.__init__).parameters else {}
    found = module.Prim(x, y.astype(np.int64), mass_min=min_mass, **extra).find_box()
    return [restrictions(x, frame) for frame in found.box_lims]


def split(x: pd.DataFrame, y: Bools, depth: int, min_mass: float, seed: int) -> list[Ends]:
    """Limits of the leaves of a tree, grown here because the workbench's own draws from NumPy's hidden stream."""
    grower = fetch("sklearn.tree").DecisionTreeClassifier
    found = fetch("ema_workbench.analysis.cart").CART(x, y, mass_min=min_mass)
    least = max(1, int(min_mass * len(x)))
    found.clf = grower(min_samples_leaf=least, max_depth=depth, random_state=seed).fit(x.to_numpy(), y)
    if found.clf.tree_.node_count == 1:
        return []
    return [restrictions(x, frame) for frame in found.boxes]


def restrictions(x: pd.DataFrame, frame: pd.DataFrame) -> Ends:
    """The workbench's table of limits (row 0 the lower, row 1 the upper) without those that restrict nothing."""
    found = {}
    for name in x.columns:
        low, high = float(frame[name].iloc[0]), float(frame[name].iloc[1])
        ends = (low if low > x[name].min() else -np.inf, high if high < x[name].max() else np.inf)
        if np.isfinite(ends).any():
            found[str(name)] = ends
    return found


__all__ = ["Box", "Tree", "cart", "losing", "prim"]

LEAST_CASES = 10
SCREENED, MOST_SETS = 12, 3

Key = tuple[tuple[str, tuple[float, float]], ...]
Step = tuple[float, float, int]

Finder = Callable[[pd.DataFrame, Bools], Ends]
"""From points and cases to the limits of a box; empty if there is none."""


def losing(
    runs: pd.DataFrame, metric: str, policy: str, to: str, better: bool | None = None, margin: float = 0.0
) -> "pd.Series[bool]":
    """The worlds in which a policy does worse than another by more than `margin` (in the metric's unit).

    By means over the same seeds; on few of them, some worlds are cases by luck, and a margin of twice the standard
    error of such a difference keeps them out. Indexed by point.
    """
    found = matched(runs, metric)
    if policy == to:
        raise GreatPowersError(f"policy '{policy}' is held against itself; name another one.")
    sign = 1.0 if more_is_better(metric, better) else -1.0
    gain = sign * (found.means[found.index(policy)] - found.means[found.index(to)])
    return pd.Series(gain < -margin, index=pd.Index(found.worlds, name="point"), name=f"{policy} loses to {to}")


def prim(
    points: pd.DataFrame,
    cases: "pd.Series[bool] | Bools",
    factors: list[str] | None = None,
    dimensions: int = 3,
    min_mass: float = 0.05,
    parts: int = 5,
    seed: int = 0,
) -> Box:
    """The box that best picks out the cases, by the patient rule induction method.

    `points` has a column a factor (an experiment's points will do); `cases` says which are of interest, indexed by
    point if the points have that column, else in their order. Searched are `factors` (all that vary, if not given; of
    more than twelve, those a forest finds most telling). Of the boxes along the peeling, each cut down to at most
    `dimensions` restrictions that earn their place (quasi-p .05), the one is chosen whose inside agrees best with the
    cases (Matthews correlation). `min_mass` is the least share of points in a box, `parts` the folds held out.

    Raises :class:`GreatPowersError` for fewer than ten cases, or ten points that are none.
    """
    table, flags = prepared(points, cases, factors, dimensions, min_mass, parts)
    steps: list[Step] = []

    def find(x: pd.DataFrame, y: Bools, told: list[Step] | None = None) -> Ends:
        ends, path = patient(x, y, dimensions, min_mass, seed)
        if told is not None:
            told += [(one.coverage.mean, one.density.mean, len(limits)) for limits, one in _scored(x, y, path)]
        return ends

    ends = find(table, flags, steps)
    trajectory = pd.DataFrame(steps, columns=["coverage", "density", "restrictions"])
    return boxed("PRIM", table, flags, ends, held_out(table, flags, find, parts, seed), trajectory)


def patient(x: pd.DataFrame, y: Bools, dimensions: int, min_mass: float, seed: int) -> tuple[Ends, list[Ends]]:
    """The best box, and every box along the search that led to it.

    Steps of a search in many dimensions are soon spent, a few on each; hence it is repeated in the dimensions that it
    leaves, and in those a forest puts first.
    """
    names = screened(x, y, seed)
    path = peel(x[names], y, min_mass)
    boxes = {ends: path for ends in _cut(x, y, path, dimensions)}
    ranked = sorted(boxes, key=lambda ends: -count(x, y, dict(ends)).agreement)
    sets = list(dict.fromkeys(frozenset(name for name, _ in ends) for ends in ranked if ends))[:MOST_SETS]
    for chosen in dict.fromkeys([*sets, frozenset(names[:dimensions])]):
        path = peel(x[[name for name in names if name in chosen]], y, min_mass)
        boxes |= {ends: path for ends in _cut(x, y, path, dimensions)}
    best = best_of(x, y, [dict(ends) for ends in boxes])
    return best, boxes.get(tuple(best.items()), path)


def _cut(x: pd.DataFrame, y: Bools, path: list[Ends], dimensions: int) -> list[Key]:
    """The boxes of a path with only such restrictions as earn their place, as keys."""
    return [tuple(pruned(x, y, ends, dimensions).items()) for ends in path]


@dataclass(frozen=True, eq=False)
class Tree:
    """The leaves of a tree as boxes, those with the largest share of cases first; `best` agrees best with the cases.

    `leaves` has a row a leaf: conditions (in words), points, cases (counts), density, low, high, coverage (shares).
    """

    best: Box
    leaves: pd.DataFrame


def cart(
    points: pd.DataFrame,
    cases: "pd.Series[bool] | Bools",
    factors: list[str] | None = None,
    dimensions: int = 3,
    min_mass: float = 0.05,
    parts: int = 5,
    seed: int = 0,
) -> Tree:
    """The worlds cut in two again and again until cases and others come apart: a classification tree.

    Arguments and errors as in :func:`prim`; `dimensions` is the depth of the tree.
    """
    table, flags = prepared(points, cases, factors, dimensions, min_mass, parts)

    def find(x: pd.DataFrame, y: Bools) -> Ends:
        chosen = x[screened(x, y, seed)]
        leaves = split(chosen, y, dimensions, min_mass, seed)
        return best_of(chosen, y, [pruned(chosen, y, ends, dimensions) for ends in leaves])

    leaves = split(table[screened(table, flags, seed)], flags, dimensions, min_mass, seed)
    scored = sorted(_scored(table, flags, leaves), key=lambda pair: -pair[1].density.mean)
    rows = [_leaf(table, flags, ends, counts) for ends, counts in scored]
    found = pd.DataFrame(rows, columns=["conditions", "points", "cases", "density", "low", "high", "coverage"])
    steps = [(one.coverage.mean, one.density.mean, len(ends)) for ends, one in scored]
    trajectory = pd.DataFrame(steps, columns=["coverage", "density", "restrictions"])
    ends = find(table, flags)
    best = boxed("CART", table, flags, ends, held_out(table, flags, find, parts, seed), trajectory)
    return Tree(best, found)


def prepared(
    points: pd.DataFrame,
    cases: "pd.Series[bool] | Bools",
    factors: list[str] | None,
    dimensions: int,
    min_mass: float,
    parts: int,
) -> tuple[pd.DataFrame, Bools]:
    """Factors and flags, row by row, checked."""
    need_whole(dimensions, "dimensions", 1, 20)
    need_whole(parts, "parts", 2, 50)
    if need_share(min_mass, "min_mass") > 0.5:
        raise GreatPowersError(f"min_mass is {min_mass:g}; expected a share of the points of at most 0.5.")
    table, flags = aligned_cases(points, cases)
    hits = int(flags.sum())
    need_count(hits, LEAST_CASES, "worlds of interest", "scenario discovery")
    need_count(len(flags) - hits, LEAST_CASES, "worlds of the other kind", "scenario discovery")
    names = chosen_factors(table, factors)
    return pd.DataFrame(factor_values(table, names), columns=names), flags


def aligned_cases(points: pd.DataFrame, cases: "pd.Series[bool] | Bools") -> tuple[pd.DataFrame, Bools]:
    """The points of which it is known whether they are cases, and whether they are, in the same order."""
    table = points
    if isinstance(cases, pd.Series) and cases.index.name == "point" and "point" in points.columns:
        table = points[points["point"].isin(cases.index)]
        cases = cases.reindex(table["point"])
    flags = np.asarray(cases).reshape(-1)
    if len(flags) != len(table):
        raise GreatPowersError(f"there are {len(flags):,} flags for {len(table):,} points; expected one for each.")
    if not np.isin(flags, (0, 1)).all():
        raise GreatPowersError("cases of interest are not true or false; compare an outcome with a threshold first.")
    return table, flags.astype(np.bool_)


def screened(x: pd.DataFrame, y: Bools, seed: int) -> list[str]:
    """The factors a forest finds most telling, first ones first: a search in eighty dimensions finds boxes in noise."""
    shares = forest_shares(x.to_numpy(), y.astype(np.float64), seed)
    return [str(x.columns[j]) for j in np.argsort(-shares, kind="stable")[:SCREENED]]


def best_of(x: pd.DataFrame, y: Bools, boxes: list[Ends]) -> Ends:
    """The box whose inside agrees best with the cases; empty if none agrees better than chance."""
    scored = [(count(x, y, ends).agreement, ends) for ends in boxes if ends]
    agreement, ends = max(scored, key=lambda pair: pair[0], default=(0.0, {}))
    return ends if agreement > 0 else {}


def held_out(x: pd.DataFrame, y: Bools, find: Finder, parts: int, seed: int) -> Counts:
    """What boxes do on each fold that were found on the others, added up  (cross-validation: Stone 1974)."""
    total = Counts(0, 0, 0, 0)
    for fold in folds(y, parts, seed):
        rest = np.setdiff1d(np.arange(len(y)), fold)
        ends = find(x.iloc[rest].reset_index(drop=True), y[rest])
        there = x.iloc[fold]
        # Without a box, nothing is inside.
        found = count(there, y[fold], ends) if ends else Counts(0, 0, len(fold), int(y[fold].sum()))
        total = total.plus(found)
    return total


def boxed(method: str, x: pd.DataFrame, y: Bools, ends: Limits, honest: Counts, trajectory: pd.DataFrame) -> Box:
    """A box with everything that is said of it."""
    return Box(method, ends, describe_limits(x, y, ends), count(x, y, ends), honest, trajectory)


def _scored(x: pd.DataFrame, y: Bools, boxes: list[Ends]) -> list[tuple[Limits, Counts]]:
    return [(ends, count(x, y, ends)) for ends in boxes]


def _leaf(x: pd.DataFrame, y: Bools, ends: Limits, counts: Counts) -> tuple[object, ...]:
    words = boxed("CART", x, y, ends, counts, pd.DataFrame()).conditions(meaning=False)
    return words, counts.inside, counts.hits, *counts.density, counts.coverage.mean
