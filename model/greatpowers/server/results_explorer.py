"""An experiment as the page explores it: columns read when first asked for, filtered, ranked and sampled.

Every row is a run. Columns are of three groups: what the runs have in common (`key`: policy, seed), what varies
between worlds (`factor`), and what came out (`metric`). A large directory is read a column at a time and drawn as a
sample of stated size; means, shares and differences are of all runs that are selected.
"""

import math
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Literal, NamedTuple

import numpy as np
import pandas as pd
import pyarrow.parquet as pq

from greatpowers.core.declare import Floats, Ints
from greatpowers.experiments.results import Results, check_names
from greatpowers.experiments.store import describe_column
from greatpowers.scenario.errors import GreatPowersError
from greatpowers.server.labels import HISTORY_WORDS, METRIC_WORDS, short
from greatpowers.statistics.checks import describe_factor, varied_factors
from greatpowers.statistics.outcomes import MORE_IS_BETTER
from greatpowers.statistics.robustness import best_shares, paired_differences

Group = Literal["key", "factor", "metric"]

DRAWN = 1000
"""Runs drawn at most; the sample is the same for equal selections."""

LISTED = 40
"""Runs listed by name."""

POLICY, SEED, POINT = "policy", "seed", "point"
USUAL_OUTCOMES = ("mean_severity", "order", "sender_cost", "wars_begun")
CATEGORIES = ("scenario", "doctrines")

Bools = np.ndarray[tuple[int], np.dtype[np.bool_]]


class ExplorerColumn(NamedTuple):
    """One column: its name, group, words and unit; `values` are its categories, empty for numbers."""

    name: str
    group: Group
    label: str
    unit: str
    meaning: str
    low: float
    high: float
    values: tuple[str, ...]


class Selected(NamedTuple):
    """Which runs a filter leaves: a mask over all runs, and how many runs, worlds and whole worlds that is."""

    mask: Bools
    runs: int
    worlds: int
    whole: int


Filters = Mapping[str, tuple[float, float] | tuple[str, ...]]


@dataclass(frozen=True, eq=False)
class Explorer:
    """The columns of an experiment, kept once read; safe to be used by several threads."""

    results: Results
    _kept: dict[str, Floats] = field(default_factory=dict)
    _lock: threading.RLock = field(default_factory=threading.RLock)

    @cached_property
    def keys(self) -> pd.DataFrame:
        """Row, point, policy (as a category, in the experiment's order) and seed of every run there is."""
        with self._lock:
            frame = self.results.runs(columns=[])
            frame[POLICY] = pd.Categorical(frame[POLICY], categories=self.results.policies)
            return frame

    @cached_property
    def points(self) -> pd.DataFrame:
        """The table of points, indexed by point."""
        return self.results.points.set_index(POINT, drop=False)

    @cached_property
    def columns(self) -> dict[str, ExplorerColumn]:
        """Every column that can be an axis or a filter, by name."""
        columns = [self._policy_column(), *self._factor_columns(), *self._metric_columns()]
        return {column.name: column for column in columns}

    @property
    def total(self) -> int:
        """Runs there are."""
        return len(self.keys)

    def values(self, name: str) -> Floats:
        """One number a run, shape [runs]: of a category its place among the values."""
        with self._lock:
            if name not in self._kept:
                self._kept[name] = self._read(name)
            return self._kept[name]

    def _read(self, name: str) -> Floats:
        if name == POLICY:
            return np.asarray(self.keys[POLICY].cat.codes, dtype=np.float64)
        if name == SEED:
            return self.keys[SEED].to_numpy(dtype=np.float64)
        check_names(self.results, [name], list(self.columns))
        if self.columns[name].group == "metric":
            read = self.results.dataset.to_table(columns=[name]).column(0).to_numpy()
            return np.asarray(read, dtype=np.float64)
        column = self.points[name]
        if self.columns[name].values:
            column = pd.Series(pd.Categorical(column, categories=self.columns[name].values).codes, index=column.index)
        return column.reindex(self.keys[POINT]).to_numpy(dtype=np.float64)

    def _policy_column(self) -> ExplorerColumn:
        names = tuple(self.results.policies)
        return ExplorerColumn(POLICY, "key", "Policy", "name", "policy of the coalition", 0.0, len(names) - 1.0, names)

    def _factor_columns(self) -> list[ExplorerColumn]:
        points, columns = self.points, []
        for name in CATEGORIES:
            if name in points and points[name].nunique() > 1:
                values = tuple(str(value) for value in dict.fromkeys(points[name]))
                columns.append(
                    ExplorerColumn(name, "factor", name.capitalize(), "name", "", 0.0, len(values) - 1.0, values)
                )
        for name in varied_factors(points):
            entry, column = describe_factor(name), points[name]
            label, unit = entry.label, entry.unit or describe_column(name, "points").unit
            columns.append(
                ExplorerColumn(name, "factor", label, unit, entry.formula, float(column.min()), float(column.max()), ())
            )
        return columns

    def _metric_columns(self) -> list[ExplorerColumn]:
        columns = []
        for name in self.results.metrics:
            entry, (low, high) = self.results.describe(name), self._extent(name)
            plain = HISTORY_WORDS.get(name) or METRIC_WORDS.get(name) or entry.formula
            columns.append(ExplorerColumn(name, "metric", entry.label, entry.unit, plain, low, high, ()))
        return columns

    def _extent(self, name: str) -> tuple[float, float]:
        """Lowest and highest value, from the statistics that Parquet keeps with each part: nothing else is read."""
        low, high = math.inf, -math.inf
        for part in self.results.parts("runs"):
            metadata = pq.read_metadata(part)
            place = metadata.schema.names.index(name)
            for group in range(metadata.num_row_groups):
                statistics = metadata.row_group(group).column(place).statistics
                if statistics is not None and statistics.has_min_max:
                    low, high = min(low, float(statistics.min)), max(high, float(statistics.max))
        return (low, high) if low <= high else (0.0, 1.0)

    def select(self, filters: Filters) -> Selected:
        """The runs that pass every filter: a range of numbers, both ends included, or a list of categories."""
        check_names(self.results, filters, [*self.columns, SEED])
        mask: Bools = np.ones(self.total, dtype=np.bool_)
        for name, wanted in filters.items():
            values = self.values(name)
            kinds = self.columns[name].values if name in self.columns else ()
            if kinds:
                mask &= np.isin(values, [kinds.index(str(value)) for value in wanted if value in kinds])
            else:
                low, high = (float(value) for value in wanted)
                mask &= (values >= low) & (values <= high)
        points = self.keys[POINT].to_numpy()
        counts = np.bincount(points[mask], minlength=int(points.max()) + 1 if points.size else 0)
        there = np.bincount(points) if points.size else counts
        # A filter on policies leaves worlds whole for the policies that are left.
        policies = len(np.unique(self.values(POLICY)[mask])) or 1
        each = there // max(1, len(self.results.policies)) * policies
        return Selected(mask, int(mask.sum()), int((counts > 0).sum()), int(((counts > 0) & (counts >= each)).sum()))

    def sample(self, selected: Selected, most: int = DRAWN) -> Ints:
        """Places of the runs to be drawn, ascending: all that are selected, or an even random sample of them."""
        places: Ints = np.flatnonzero(selected.mask)
        if places.size > most:
            places = np.sort(np.random.default_rng(0).choice(places, most, replace=False))
        return places

    def listed(self, selected: Selected, metric: str, descending: bool) -> Ints:
        """Places of the first runs in order of a metric; runs without a value come last."""
        places, values = np.flatnonzero(selected.mask), self.values(metric)[selected.mask]
        values = np.where(np.isnan(values), np.inf, -values if descending else values)
        order: Ints = places[np.argsort(values, kind="stable")[:LISTED]]
        return order

    def drawn(self, places: Ints, names: list[str]) -> dict[str, list[float | None]]:
        """The columns of some runs, rounded as they are shown, None where there is no value."""
        columns = {}
        for name in dict.fromkeys(names):
            values = self.values(name)[places]
            rounded = short(np.where(np.isfinite(values), values, 0.0))
            columns[name] = [v if math.isfinite(raw) else None for v, raw in zip(rounded, values.tolist(), strict=True)]
        return columns

    def influential(self, metric: str, most: int = 4) -> list[str]:
        """The factors whose order goes most with that of a metric, averaged by world (Spearman's rank correlation)."""
        names = [name for name, column in self.columns.items() if column.group == "factor" and not column.values]
        if len(names) <= most:
            return names
        means = pd.Series(self.values(metric)).groupby(self.keys[POINT].to_numpy()).mean().rank()
        strength = self.points.loc[means.index, names].rank().corrwith(means).abs().fillna(0.0)
        return [str(name) for name in strength.sort_values(ascending=False, kind="stable").index[:most]]

    def usual_metrics(self) -> list[str]:
        """Metrics to begin with, the one that policies are ranked by first."""
        metrics = [name for name, column in self.columns.items() if column.group == "metric"]
        return [name for name in USUAL_OUTCOMES if name in metrics] or metrics[:3]


RANKED = 1_000_000
"""Runs ranked at most; beyond, whole worlds are drawn."""

RESAMPLES = 100
"""Bootstrap samples behind the intervals of shares: few, as they are drawn anew with every brush."""


class Rank(NamedTuple):
    """A policy under a filter: mean over its selected runs, and what matched worlds say of it (NaN where nothing).

    `best` is the share of worlds in which it is best, or of histories where there is one world.
    """

    policy: str
    runs: int
    mean: float
    best: float
    best_low: float
    best_high: float
    difference: float
    low: float
    high: float


class PolicyRanking(NamedTuple):
    """Policies in order of merit; `worlds` and `seeds` are those matched, `note` says what could not be worked out."""

    metric: str
    baseline: str
    ranks: list[Rank]
    worlds: int
    seeds: int
    note: str


def ranking_of(explorer: Explorer, selected: Selected, metric: str, better: bool | None = None) -> PolicyRanking:
    """The policies in order of merit under a filter; where nothing is matched, by their means alone."""
    direction = better if better is not None else MORE_IS_BETTER.get(metric)
    runs = _runs(explorer, selected, metric)
    means = runs.groupby(POLICY, observed=True)[metric].agg(["mean", "size"])
    note, worlds, seeds = "", 0, 0
    pairs = shares = pd.DataFrame(columns=["policy", "worlds", "seeds"])
    base = _baseline(explorer, [str(name) for name in means.index])
    try:
        pairs = paired_differences(runs, metric, baseline=base)
        worlds, seeds = int(pairs["worlds"].iloc[0]), int(pairs["seeds"].iloc[0])
        if direction is not None:
            shares = best_shares(runs, metric, better=direction, resamples=RESAMPLES)
    except GreatPowersError as error:
        note = str(error)
    cases = "worlds" if worlds > 1 else "runs"
    by_pair, by_share = pairs.set_index("policy"), shares.set_index("policy")
    ranks = [
        Rank(
            policy=str(name),
            runs=int(row["size"]),
            mean=float(row["mean"]),
            best=_cell(by_share, name, f"{cases}_best"),
            best_low=_cell(by_share, name, f"{cases}_low"),
            best_high=_cell(by_share, name, f"{cases}_high"),
            difference=_cell(by_pair, name, "difference"),
            low=_cell(by_pair, name, "low"),
            high=_cell(by_pair, name, "high"),
        )
        for name, row in means.iterrows()
    ]
    return PolicyRanking(metric, base, sorted(ranks, key=_merit(direction)), worlds, seeds, note)


def _runs(explorer: Explorer, selected: Selected, metric: str) -> pd.DataFrame:
    """The selected runs with one metric, as the methods take them; of too many, whole worlds drawn at random."""
    mask = selected.mask
    if selected.runs > RANKED:
        points = np.unique(explorer.keys[POINT].to_numpy()[mask])
        share = RANKED / selected.runs
        drawn = np.random.default_rng(0).choice(points, max(2, int(share * points.size)), replace=False)
        mask = mask & np.isin(explorer.keys[POINT].to_numpy(), drawn)
    frame = explorer.keys.loc[mask, [POINT, POLICY, SEED]].copy()
    frame[POLICY] = frame[POLICY].astype(str)
    frame[metric] = explorer.values(metric)[mask]
    return frame


def _baseline(explorer: Explorer, there: list[str]) -> str:
    named = [explorer.results.experiment.get("baseline"), "laissez-faire", *there, ""]
    return next(str(name) for name in named if name in there or name == "")


def _cell(table: pd.DataFrame, policy: object, column: str) -> float:
    return float(table[column].to_dict().get(policy, math.nan)) if column in table else math.nan


def _merit(more: bool | None) -> Any:
    sign = -1.0 if more else 1.0

    def key(rank: Rank) -> float:
        return math.inf if math.isnan(rank.mean) else sign * rank.mean

    return key
