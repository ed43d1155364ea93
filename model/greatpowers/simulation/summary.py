"""From the rounds of a run to one number per metric, by the rules of the registry; and what only a run has."""

import numpy as np
import pandas as pd

from greatpowers.core.declare import Floats
from greatpowers.core.metrics import METRICS, Metric, Summary
from greatpowers.dictionary import EXTRAS, METRIC_NAMES

SUMMARY_COLUMNS = (*METRIC_NAMES, *(extra.name for extra in EXTRAS))
"""Columns of a run's summary, in order."""

HEADLINES = (
    "mean_severity",
    "wars_begun",
    "battle_deaths",
    "great_power_war",
    "order",
    "revision",
    "target_cost",
    "sender_cost",
    "deals_kept",
)
"""Columns that say most of a run, and those of the comparison table."""

OUTCOMES = ("peace", "crisis", "war", "great-power war", "nuclear use")
CRISIS_LEVEL, WAR_LEVEL, GREAT_POWER_WAR, NUCLEAR_LEVEL = 3, 5, 8, 9
LEAST_SHOCK = 0.01


def summarise(metrics: Floats) -> Floats:
    """One number per column of :data:`SUMMARY_COLUMNS` from the metrics of a run, shape [R, Metric] with R >= 1."""
    values = [whole_run(metrics[:, entry.column], entry.whole_run) for entry in METRICS]
    extras = [rounds_to_war(metrics), recovery_time(metrics[:, Metric.ORDER]), deals_kept(metrics)]
    return np.array([*values, *extras, float(saw_great_power_war(metrics))], dtype=np.float64)


def whole_run(rounds: Floats, rule: Summary) -> float:
    """One number for the rounds [R] of a metric."""
    match rule:
        case "mean":
            return float(rounds.mean())
        case "max":
            return float(rounds.max())
        case "sum":
            return float(rounds.sum())
        case "last":
            return float(rounds[-1])


def rounds_to_war(metrics: Floats) -> float:
    """Rounds from the first probe (rung 1 or more) to the first war begun from then on; NaN if there is none."""
    probes = np.flatnonzero(metrics[:, Metric.HIGHEST_RUNG] >= 1)
    if probes.size == 0:
        return np.nan
    wars = np.flatnonzero(metrics[probes[0] :, Metric.WARS_BEGUN] > 0)
    return float(wars[0]) if wars.size else np.nan


def recovery_time(order: Floats) -> float:
    """Rounds from the bottom of the deepest fall of order [R] until half the fall is made good; NaN if never."""
    fall = np.maximum.accumulate(order) - order
    bottom = int(np.argmax(fall))
    if fall[bottom] < LEAST_SHOCK:
        return np.nan
    recovered = np.flatnonzero(order[bottom:] >= order[bottom] + fall[bottom] / 2)
    return float(recovered[0]) if recovered.size else np.nan


def deals_kept(metrics: Floats) -> float:
    """Deals in force in the last round: signed in the run or before it, and broken by nobody."""
    return float(metrics[-1, Metric.DEALS_IN_FORCE])


def saw_great_power_war(metrics: Floats) -> bool:
    """Whether great powers fought each other in any round, counting a war under way at the start."""
    begun = metrics[:, Metric.GREAT_POWER_WARS_BEGUN].sum() > 0
    return bool(begun or metrics[:, Metric.HIGHEST_LEVEL].max() >= GREAT_POWER_WAR)


def worst_outcome(runs: pd.DataFrame) -> "pd.Series[str]":
    """The worst that happened in each run: one of :data:`OUTCOMES`."""
    level = runs["highest_level"]
    rank = (
        1 * (level >= CRISIS_LEVEL)
        + ((level >= WAR_LEVEL) | (runs["wars_begun"] > 0))
        + (runs["great_power_war"] > 0)
        + ((level >= NUCLEAR_LEVEL) | (runs["nuclear_uses"] > 0))
    )
    return rank.map(dict(enumerate(OUTCOMES)))
