"""A comparison on disk: the table, every run, the bands, what was compared, and figures."""

import math
from pathlib import Path

import pandas as pd

from greatpowers.dictionary import describe, metric_units
from greatpowers.simulation.comparison import HEADLINES, Comparison
from greatpowers.simulation.intervals import Interval
from greatpowers.simulation.summary import SUMMARY_COLUMNS
from greatpowers.storage.configuration import configuration
from greatpowers.storage.directories import whole_directory, write_manifest
from greatpowers.storage.tables import write_parquet

LONG_COLUMNS = [
    *("policy", "metric", "label", "unit", "mean", "low", "high"),
    *("difference_mean", "difference_low", "difference_high", "runs", "baseline"),
]
NOTHING = Interval(math.nan, math.nan, math.nan)


def save_comparison(comparison: Comparison, directory: str | Path, figures: bool = True) -> Path:
    """Write a comparison to a directory, whole or not at all, and return its path.

    ``table.csv`` and ``table.parquet`` (one row per policy and headline metric), ``runs.parquet``,
    ``bands.parquet``, ``outcomes.csv``, ``config.toml`` with the policies beside it, ``manifest.json``, and the
    figures as PNG. Refuses and raises like :func:`greatpowers.simulation.history_files.save_history`.
    """
    table = long_table(comparison)
    units = {name: (describe(name).formula, describe(name).unit) for name in SUMMARY_COLUMNS}
    with whole_directory(directory) as place:
        table.to_csv(place / "table.csv", index=False)
        write_parquet(table, place / "table.parquet", {})
        write_parquet(comparison.runs.reset_index(), place / "runs.parquet", units)
        write_parquet(all_bands(comparison), place / "bands.parquet", metric_units())
        comparison.outcomes.to_csv(place / "outcomes.csv")
        for name, text in configuration(comparison.scenario, comparison.policies).items():
            (place / name).write_text(text, encoding="utf-8")
        if figures:
            from greatpowers.simulation.figures import save_figures

            save_figures(comparison, place)
        write_manifest(place, comparison.manifest)
    return Path(directory)


def long_table(comparison: Comparison) -> pd.DataFrame:
    """Means and paired differences, one row per policy and headline metric, with labels and units.

    The baseline has no difference from itself: its cells are empty.
    """
    rows = []
    for policy in comparison.names:
        for metric in HEADLINES:
            found = describe(metric)
            other = comparison.difference(policy, metric) if policy != comparison.baseline else NOTHING
            named = (policy, metric, found.label, found.unit)
            rows.append(
                (*named, *comparison.estimate(policy, metric), *other, len(comparison.seeds), comparison.baseline)
            )
    return pd.DataFrame(rows, columns=LONG_COLUMNS)


def all_bands(comparison: Comparison) -> pd.DataFrame:
    """The bands of every metric that was kept by round, with a column `metric`."""
    parts = [comparison.bands(metric).assign(metric=metric) for metric in comparison.series_metrics]
    return pd.concat(parts, ignore_index=True)
