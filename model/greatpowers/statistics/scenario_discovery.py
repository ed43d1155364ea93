"""Scenario discovery: in which worlds a policy fails, as a box in the space of what is uncertain.

After Bryant & Lempert (2010), with PRIM (Friedman & Fisher 1999) and CART (Breiman et al. 1984) as the EMA workbench
has them (Kwakkel 2017), fed with a table of points and of which of them are cases of interest. A box is found on the
points it is judged by, which flatters it; hence every box also says how boxes found in the same way do on points held
out.
"""

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import bdtrc

from greatpowers.core.declare import Ints
from greatpowers.scenario.errors import GreatPowersError
from greatpowers.simulation.intervals import Interval
from greatpowers.statistics import checks
from greatpowers.statistics.outcomes import matched, more_is_better, records, score_interval
from greatpowers.statistics.sensitivity import forest_shares

Bools = NDArray[np.bool_]
Limits = dict[str, tuple[float, float]]
"""Lowest and highest value of the factors that are restricted; an infinite end is open."""

INSIGNIFICANT = 0.05


class Counts(NamedTuple):
    """Points `inside` a box, cases among them, and points and cases in all."""

    inside: int
    hits: int
    n: int
    cases: int

    @property
    def density(self) -> Interval:
        """Share of cases among the points inside, with its score interval."""
        return share_of(self.hits, self.inside)

    @property
    def coverage(self) -> Interval:
        """Share of all cases that lie inside, with its score interval."""
        return share_of(self.hits, self.cases)

    @property
    def agreement(self) -> float:
        """Matthews correlation of being inside with being a case, in [-1, 1]; 0 for a box that says nothing.

        (Matthews 1975) Unlike density and coverage it cannot be had by a box of one point, or of all.
        """
        out, miss = self.n - self.inside, self.cases - self.hits
        product = float(self.inside) * out * self.cases * (self.n - self.cases)
        gain = float(self.hits) * (out - miss) - float(self.inside - self.hits) * miss
        return gain / product**0.5 if product > 0 else 0.0

    def plus(self, other: "Counts") -> "Counts":
        """Both together."""
        return Counts(*(a + b for a, b in zip(self, other, strict=True)))


def share_of(hits: int, n: int) -> Interval:
    """A share with its score interval; of nothing, it may be anything."""
    if n == 0:
        return Interval(0.0, 0.0, 1.0)
    low, high = score_interval(np.array(hits / n), n)
    return Interval(hits / n, float(low), float(high))


def inside(points: pd.DataFrame, limits: Limits) -> Bools:
    """Which points lie inside."""
    mask = np.ones(len(points), dtype=np.bool_)
    for name, (low, high) in limits.items():
        values = points[name].to_numpy(dtype=np.float64)
        mask &= (values >= low) & (values <= high)
    return mask


def count(points: pd.DataFrame, cases: Bools, limits: Limits) -> Counts:
    """How the box does on these points."""
    chosen = inside(points, limits)
    return Counts(int(chosen.sum()), int(cases[chosen].sum()), len(points), int(cases.sum()))


def within_each(points: pd.DataFrame, limits: Limits) -> dict[str, Bools]:
    """Which points lie within each restriction by itself."""
    return {name: inside(points, {name: ends}) for name, ends in limits.items()}


def quasi_p(within: Mapping[str, Bools], cases: Bools) -> dict[str, float]:
    """For each restriction, the chance of a box as dense as this if it did nothing  (Bryant & Lempert 2010).

    One-sided binomial test against the density without that restriction. Quasi, because the same points chose the box.
    """
    p_values = {}
    whole = np.logical_and.reduce(list(within.values()))
    n, hits = int(whole.sum()), int(cases[whole].sum())
    for name in within:
        others = np.logical_and.reduce([np.ones_like(whole), *(part for key, part in within.items() if key != name)])
        density = float(cases[others].mean()) if others.any() else 0.0
        p_values[name] = float(bdtrc(hits - 1, n, density)) if hits > 0 else 1.0
    return p_values


def pruned(points: pd.DataFrame, cases: Bools, limits: Limits, dimensions: int) -> Limits:
    """The box with at most `dimensions` restrictions, each of which earns its place: the weakest go first."""
    within = within_each(points, limits)
    while within:
        p = quasi_p(within, cases)
        weakest = max(p, key=lambda name: p[name])
        if len(within) <= dimensions and p[weakest] <= INSIGNIFICANT:
            break
        del within[weakest]
    return {name: limits[name] for name in within}


@dataclass(frozen=True, eq=False)
class Box:
    """A box and how well it does, on the points that chose it and on points held out.

    `limits` has a row a restriction: factor, label, unit, low, high (the box; infinite where open), least, most (what
    was sampled), quasi_p. `counts` are on all points; `held_out` adds up what boxes found without them did on each
    fold. `trajectory` has a row a step of the search: coverage, density, restrictions.
    """

    method: str
    ends: Limits
    limits: pd.DataFrame
    counts: Counts
    held_out: Counts
    trajectory: pd.DataFrame

    @property
    def found(self) -> bool:
        """Whether there is a box at all that picks out cases better than chance."""
        return bool(self.ends)

    @property
    def coverage(self) -> Interval:
        """Share of the cases inside."""
        return self.counts.coverage

    @property
    def density(self) -> Interval:
        """Share of cases among the points inside."""
        return self.counts.density

    @property
    def trusted(self) -> bool:
        """Whether boxes found in the same way beat the base rate on points held out, beyond doubt (95%)."""
        return self.held_out.density.low > self.base_rate

    @property
    def base_rate(self) -> float:
        """Share of cases among all points."""
        return self.counts.cases / self.counts.n

    def contains(self, points: pd.DataFrame) -> "pd.Series[bool]":
        """Which points lie inside."""
        return pd.Series(inside(points, self.ends), index=points.index, name="inside")

    def sentence(self, what: str = "it happens") -> str:
        """Where `what` is true, in plain words with sizes and intervals."""
        c = self.counts
        if not self.found:
            return (
                f"No box tells the {c.cases:,} worlds in which {what} from the other {c.n - c.cases:,} "
                f"better than chance would (n = {c.n:,} worlds)."
            )
        density, coverage, honest = (_percent(one) for one in (c.density, c.coverage, self.held_out.density))
        subject = what[:1].upper() + what[1:]
        text = (
            f"{subject} most often where {self.conditions()}: in {c.hits:,} of {c.inside:,} such worlds "
            f"(density {density}), which are {c.hits:,} of the {c.cases:,} worlds in which it does "
            f"(coverage {coverage}); in all it does in {c.cases:,} of {c.n:,} worlds ({self.base_rate * 100:.0f}%). "
        )
        if not self.trusted:
            return text + "Boxes found in the same way are no better than chance on worlds held out: do not trust it."
        return text + f"Boxes found in the same way have density {honest} on worlds held out."

    def conditions(self, meaning: bool = True) -> str:
        """The restrictions in words, with what each factor means if asked for."""
        return " and ".join(_condition(row, meaning) for row in records(self.limits))


def describe_limits(points: pd.DataFrame, cases: Bools, limits: Limits) -> pd.DataFrame:
    """The table of a box's restrictions, the surest first."""
    rows, p = [], quasi_p(within_each(points, limits), cases) if limits else {}
    for name, (low, high) in limits.items():
        described = checks.describe_factor(name)
        least, most = float(points[name].min()), float(points[name].max())
        rows.append((name, described.label, described.unit, low, high, least, most, p[name]))
    columns = ["factor", "label", "unit", "low", "high", "least", "most", "quasi_p"]
    return pd.DataFrame(rows, columns=columns).sort_values("quasi_p", kind="stable", ignore_index=True)


def _condition(row: Any, meaning: bool) -> str:
    sampled = f"sampled {row.least:.3g} to {row.most:.3g}"
    notes = "; ".join(
        note for note in (checks.describe_factor(row.factor).formula if meaning else "", row.unit, sampled) if note
    )
    if np.isfinite(row.low) and np.isfinite(row.high):
        return f"{checks.named(row.factor)} is between {row.low:.3g} and {row.high:.3g} ({notes})"
    end = f"above {row.low:.3g}" if np.isfinite(row.low) else f"below {row.high:.3g}"
    return f"{checks.named(row.factor)} is {end} ({notes})"


def _percent(interval: Interval) -> str:
    mean, low, high = (f"{value * 100:.0f}" for value in interval)
    return f"{mean}%, 95% interval {low} to {high}%"


def folds(cases: Bools, parts: int, seed: int) -> list[Ints]:
    """Places of the points of each fold, cases spread evenly over them."""
    luck = np.random.default_rng(seed)
    order = np.concatenate([luck.permutation(np.flatnonzero(cases == kind)) for kind in (False, True)])
    return [order[part::parts] for part in range(parts)]


def peel(x: pd.DataFrame, y: Bools, min_mass: float) -> list[Limits]:
    """Limits of every box along PRIM's peeling and pasting.

    Releases of the workbench before 3.0 want a threshold of density; 0 lets every box pass, as later ones do.
    """
    module = checks.fetch("ema_workbench.analysis.prim")
    extra = {"threshold": 0.0} if "threshold" in inspect.signature(module.Prim.__init__).parameters else {}
    box: Any = module.PrimBox
    quasi_p_of_box, box._calculate_quasi_p = box._calculate_quasi_p, lambda *_: {}  # half of the time, read by nobody
    try:
        prim_box = module.Prim(x, y.astype(np.int64), mass_min=min_mass, **extra).find_box()
    finally:
        box._calculate_quasi_p = quasi_p_of_box
    return [restrictions(x, frame) for frame in prim_box.box_lims]


def split(x: pd.DataFrame, y: Bools, depth: int, min_mass: float, seed: int) -> list[Limits]:
    """Limits of the leaves of a tree, grown here because the workbench's own draws from NumPy's hidden stream."""
    grower = checks.fetch("sklearn.tree").DecisionTreeClassifier
    tree = checks.fetch("ema_workbench.analysis.cart").CART(x, y, mass_min=min_mass)
    tree.feature_names *= 2  # it looks up the feature of leaves, -2, which of one name there is none of
    least = max(1, int(min_mass * len(x)))
    tree.clf = grower(min_samples_leaf=least, max_depth=depth, random_state=seed).fit(x.to_numpy(), y)
    if tree.clf.tree_.node_count == 1:
        return []
    return [restrictions(x, frame) for frame in tree.boxes]


def restrictions(x: pd.DataFrame, frame: pd.DataFrame) -> Limits:
    """The workbench's table of limits (row 0 the lower, row 1 the upper) without those that restrict nothing."""
    limits = {}
    for name in x.columns:
        low, high = float(frame[name].iloc[0]), float(frame[name].iloc[1])
        ends = (low if low > x[name].min() else -np.inf, high if high < x[name].max() else np.inf)
        if np.isfinite(ends).any():
            limits[str(name)] = ends
    return limits


__all__ = ["Box", "Tree", "cart", "losing", "prim"]

LEAST_CASES = 10
SCREENED, MOST_SETS = 12, 3

Key = tuple[tuple[str, tuple[float, float]], ...]
Step = tuple[float, float, int]

Finder = Callable[[pd.DataFrame, Bools], Limits]
"""From points and cases to the limits of a box; empty if there is none."""


def losing(
    runs: pd.DataFrame, metric: str, policy: str, to: str, better: bool | None = None, margin: float = 0.0
) -> "pd.Series[bool]":
    """The worlds in which a policy does worse than another by more than `margin` (in the metric's unit).

    By means over the same seeds; on few of them, some worlds are cases by luck, and a margin of twice the standard
    error of such a difference keeps them out. Indexed by point.
    """
    matched_runs = matched(runs, metric)
    if policy == to:
        raise GreatPowersError(f"policy '{policy}' cannot be compared with itself; name another one.")
    sign = 1.0 if more_is_better(metric, better) else -1.0
    gain = sign * (matched_runs.means[matched_runs.index(policy)] - matched_runs.means[matched_runs.index(to)])
    return pd.Series(gain < -margin, index=pd.Index(matched_runs.worlds, name="point"), name=f"{policy} loses to {to}")


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
    more than twelve, those a forest finds most informative). Of the boxes along the peeling, each cut down to at most
    `dimensions` restrictions that earn their place (quasi-p .05), the one is chosen whose inside agrees best with the
    cases (Matthews correlation). `min_mass` is the least share of points in a box, `parts` the folds held out.

    Raises :class:`GreatPowersError` for fewer than ten cases, or ten points that are none.
    """
    table, flags = prepared(points, cases, factors, dimensions, min_mass, parts)
    steps: list[Step] = []

    def find(x: pd.DataFrame, y: Bools, trace: list[Step] | None = None) -> Limits:
        ends, path = patient(x, y, dimensions, min_mass, seed)
        if trace is not None:
            trace += [(one.coverage.mean, one.density.mean, len(limits)) for limits, one in _scored(x, y, path)]
        return ends

    ends = find(table, flags, steps)
    trajectory = pd.DataFrame(steps, columns=["coverage", "density", "restrictions"])
    return boxed("PRIM", table, flags, ends, held_out(table, flags, find, parts, seed), trajectory)


def patient(x: pd.DataFrame, y: Bools, dimensions: int, min_mass: float, seed: int) -> tuple[Limits, list[Limits]]:
    """The best box, and every box along the search that led to it.

    Steps of a search in many dimensions are soon spent, a few on each; hence it is repeated in the dimensions that it
    leaves, and in those a forest puts first.
    """
    names = screened(x, y, seed)
    path = whole = peel(x[names], y, min_mass)
    boxes = {ends: path for ends in _cut(x, y, path, dimensions)}
    ranked = sorted(boxes, key=lambda ends: -count(x, y, dict(ends)).agreement)
    sets = list(dict.fromkeys(frozenset(name for name, _ in ends) for ends in ranked if ends))[:MOST_SETS]
    for chosen in dict.fromkeys([*sets, frozenset(names[:dimensions])]):
        among = [name for name in names if name in chosen]
        path = whole if among == names else peel(x[among], y, min_mass)
        boxes |= {ends: path for ends in _cut(x, y, path, dimensions)}
    best = best_of(x, y, [dict(ends) for ends in boxes])
    return best, boxes.get(tuple(best.items()), path)


def _cut(x: pd.DataFrame, y: Bools, path: list[Limits], dimensions: int) -> list[Key]:
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

    def find(x: pd.DataFrame, y: Bools) -> Limits:
        chosen = x[screened(x, y, seed)]
        leaves = split(chosen, y, dimensions, min_mass, seed)
        return best_of(chosen, y, [pruned(chosen, y, ends, dimensions) for ends in leaves])

    leaves = split(table[screened(table, flags, seed)], flags, dimensions, min_mass, seed)
    scored = sorted(_scored(table, flags, leaves), key=lambda pair: -pair[1].density.mean)
    rows = [_leaf(table, flags, ends, counts) for ends, counts in scored]
    leaf_table = pd.DataFrame(rows, columns=["conditions", "points", "cases", "density", "low", "high", "coverage"])
    steps = [(one.coverage.mean, one.density.mean, len(ends)) for ends, one in scored]
    trajectory = pd.DataFrame(steps, columns=["coverage", "density", "restrictions"])
    ends = find(table, flags)
    best = boxed("CART", table, flags, ends, held_out(table, flags, find, parts, seed), trajectory)
    return Tree(best, leaf_table)


def prepared(
    points: pd.DataFrame,
    cases: "pd.Series[bool] | Bools",
    factors: list[str] | None,
    dimensions: int,
    min_mass: float,
    parts: int,
) -> tuple[pd.DataFrame, Bools]:
    """Factors and flags, row by row, checked."""
    checks.need_whole(dimensions, "dimensions", 1, 20)
    checks.need_whole(parts, "parts", 2, 50)
    if checks.need_share(min_mass, "min_mass") > 0.5:
        raise GreatPowersError(f"min_mass is {min_mass:g}; expected a share of the points of at most 0.5.")
    table, flags = aligned_cases(points, cases)
    hits = int(flags.sum())
    checks.need_count(hits, LEAST_CASES, "worlds of interest", "scenario discovery")
    checks.need_count(len(flags) - hits, LEAST_CASES, "worlds of the other kind", "scenario discovery")
    names = checks.chosen_factors(table, factors)
    return pd.DataFrame(checks.factor_values(table, names), columns=names), flags


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
    """The most informative factors by a forest, in order: a search in eighty dimensions finds boxes in noise."""
    shares = forest_shares(x.to_numpy(), y.astype(np.float64), seed)
    return [str(x.columns[j]) for j in np.argsort(-shares, kind="stable")[:SCREENED]]


def best_of(x: pd.DataFrame, y: Bools, boxes: list[Limits]) -> Limits:
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
        counts = count(there, y[fold], ends) if ends else Counts(0, 0, len(fold), int(y[fold].sum()))
        total = total.plus(counts)
    return total


def boxed(method: str, x: pd.DataFrame, y: Bools, ends: Limits, honest: Counts, trajectory: pd.DataFrame) -> Box:
    """A box with everything that is said of it."""
    return Box(method, ends, describe_limits(x, y, ends), count(x, y, ends), honest, trajectory)


def _scored(x: pd.DataFrame, y: Bools, boxes: list[Limits]) -> list[tuple[Limits, Counts]]:
    return [(ends, count(x, y, ends)) for ends in boxes]


def _leaf(x: pd.DataFrame, y: Bools, ends: Limits, counts: Counts) -> tuple[object, ...]:
    words = boxed("CART", x, y, ends, counts, pd.DataFrame()).conditions(meaning=False)
    return words, counts.inside, counts.hits, *counts.density, counts.coverage.mean
