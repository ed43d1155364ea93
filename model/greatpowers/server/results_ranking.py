"""Policies ranked under a filter, by the methods of `statistics`."""

import math
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from greatpowers.scenario.errors import GreatPowersError
from greatpowers.server.results_explorer import POINT, POLICY, SEED, Explorer, Selected
from greatpowers.statistics.outcomes import MORE_IS_BETTER
from greatpowers.statistics.robustness import best_shares, paired_differences

RANKED = 1_000_000
"""Runs ranked at most; beyond, whole worlds are drawn."""

RESAMPLES = 100
"""Bootstrap samples behind the intervals of shares: few, as they are drawn anew with every brush."""


class Rank(NamedTuple):
    """A policy under a filter: mean over its selected runs, and what matched worlds say of it (NaN where nothing)."""

    policy: str
    runs: int
    mean: float
    worlds_best: float
    best_low: float
    best_high: float
    difference: float
    low: float
    high: float


class Ranking(NamedTuple):
    """Policies in order of merit; `worlds` and `seeds` are those matched, `note` says what could not be worked out."""

    metric: str
    baseline: str
    ranks: list[Rank]
    worlds: int
    seeds: int
    note: str


def ranking_of(explorer: Explorer, selected: Selected, metric: str, better: bool | None = None) -> Ranking:
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
    by_pair, by_share = pairs.set_index("policy"), shares.set_index("policy")
    ranks = [
        Rank(
            policy=str(name),
            runs=int(row["size"]),
            mean=float(row["mean"]),
            worlds_best=_cell(by_share, name, "worlds_best"),
            best_low=_cell(by_share, name, "worlds_low"),
            best_high=_cell(by_share, name, "worlds_high"),
            difference=_cell(by_pair, name, "difference"),
            low=_cell(by_pair, name, "low"),
            high=_cell(by_pair, name, "high"),
        )
        for name, row in means.iterrows()
    ]
    return Ranking(metric, base, sorted(ranks, key=_merit(direction)), worlds, seeds, note)


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
