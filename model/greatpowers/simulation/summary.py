"""From the rounds of a run to one number per metric, by the rules of the registry; and what only a run has.

The codebook says what every column of a saved comparison means: a table to read beside its files in R, Stata or a
spreadsheet. Its words are in ``codebook.toml``.
"""

from collections.abc import Callable, Iterable
from pathlib import Path

import numpy as np
import pandas as pd

from greatpowers.core.declare import Floats, Ints
from greatpowers.core.metrics import METRICS, Metric, Summary
from greatpowers.dictionary import EXTRAS, METRIC_NAMES, PLACE_OUTCOMES, Described
from greatpowers.scenario.load import parse_toml
from greatpowers.simulation.intervals import BANDS

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
    values, rounds = np.empty(len(SUMMARY_COLUMNS)), np.ascontiguousarray(metrics.T)
    for rule, columns in _BY_RULE.items():
        values[columns] = whole_run(rounds[columns], rule)
    values[len(METRICS) :] = (
        *(rounds_to_war(metrics), recovery_time(metrics[:, Metric.ORDER]), deals_kept(metrics)),
        saw_great_power_war(metrics),
    )
    return values


_BY_RULE: dict[Summary, Ints] = {
    rule: np.array([entry.column for entry in METRICS if entry.whole_run == rule])
    for rule in dict.fromkeys(entry.whole_run for entry in METRICS)
}


def whole_run(rounds: Floats, rule: Summary) -> Floats:
    """One number for the rounds, the last axis, of each metric."""
    match rule:
        case "mean":
            summary: Floats = rounds.mean(axis=-1)
        case "max":
            summary = rounds.max(axis=-1)
        case "sum":
            summary = rounds.sum(axis=-1)
        case "last":
            summary = rounds[..., -1]
    return summary


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


COLUMNS = ("file", "column", "label", "unit", "meaning")


def codebook(runs: Iterable[str], describe_run: Callable[[str], Described], posterior: bool) -> pd.DataFrame:
    """A row per file and column: :data:`COLUMNS`. `runs` are the columns of histories, own metrics among them."""
    place = Path(__file__).parent / "codebook.toml"
    entries = parse_toml(place, place.name)
    measured = [(name, *describe_run(name)[1:4]) for name in runs]
    of_places = [(o.name, o.label, o.unit, f"{o.label.lower()} of the theatre") for o in PLACE_OUTCOMES]
    estimates = [
        (of + part, _said(of + part), "unit of the row", text + why) for of, why in entries["quantities"].items()
        for part, text in entries["parts"].items() if part != "median" or not of
    ]  # fmt: skip
    bands = [(name, _said(name), "unit of the metric", "quantile over histories") for name in BANDS]
    shares = [(name, name.capitalize(), "share in [0, 1]", "histories whose worst outcome it is") for name in OUTCOMES]
    inside = {
        "table": estimates, "places.csv": estimates, "runs": measured, "places.parquet": of_places,
        "posterior.parquet": measured, "bands.parquet": bands, "outcomes.csv": shares, "policies.csv": [],
        "great-power-wars.csv": [(name, *words) for name, words in entries["fought"].items()],
    }  # fmt: skip
    rows = [
        (file, *row)
        for file, keys in entries["files"].items()
        if posterior or not file.startswith("posterior")
        for row in [*((key, *entries["keys"][key]) for key in keys), *inside[file]]
    ]
    return pd.DataFrame(rows, columns=list(COLUMNS))


def _said(name: str) -> str:
    return name.replace("_", " ").capitalize()
