"""Policies compared on matched luck: the main job."""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from greatpowers.core.declare import Floats
from greatpowers.core.parameters import Parameters
from greatpowers.dictionary import METRIC_NAMES, describe, describe_label, metric_units
from greatpowers.presentation.figures import Drawers, figure_of, save_pictures
from greatpowers.presentation.notebook import table_shown
from greatpowers.scenario.errors import GreatPowersError, suggestion
from greatpowers.scenario.schema import PolicyPreset, Scenario
from greatpowers.simulation import frames
from greatpowers.simulation.ensemble import Series, keeper, play_all, runs_frame
from greatpowers.simulation.intervals import BANDS, Interval, interval_of, matching_gain, mean_interval, quantiles
from greatpowers.simulation.parallel import Progress
from greatpowers.simulation.setup import (
    PoliciesLike,
    ScenarioLike,
    Seeds,
    checked_seeds,
    given_policies,
    given_scenario,
    prepare,
    seeds_as_data,
)
from greatpowers.simulation.summary import HEADLINES, OUTCOMES, SUMMARY_COLUMNS, worst_outcome
from greatpowers.storage.configuration import configuration, digest
from greatpowers.storage.directories import whole_directory
from greatpowers.storage.files import write_text
from greatpowers.storage.provenance import provenance
from greatpowers.storage.tables import write_csv, write_parquet

if TYPE_CHECKING:
    from matplotlib.figure import Figure

LONG_COLUMNS = [
    *("policy", "metric", "label", "unit", "mean", "low", "high"),
    *("difference_mean", "difference_low", "difference_high", "runs", "baseline"),
]
"""Columns of the same table with a row per policy and metric."""

NOTHING = Interval(math.nan, math.nan, math.nan)

DRAWN = ("mean_severity", "order")
"""Metrics whose rounds are always kept, because figures show them."""

SERIES_BYTES = 256 * 2**20
"""Size up to which the rounds of every metric are kept."""

BASELINE = "laissez-faire"


@dataclass(frozen=True, eq=False, repr=False)
class Comparison:
    """Histories of one scenario under several policies, every policy on the same seeds.

    `runs` is indexed by (policy, seed) and has the columns of a history's summary; `series` holds the metrics named
    in `series_metrics` by round, float32, shape [policies, runs, R, series_metrics].
    """

    scenario: Scenario
    policies: tuple[PolicyPreset, ...]
    parameters: Parameters
    rounds: int
    seeds: tuple[int, ...]
    runs: pd.DataFrame
    series: Series
    series_metrics: tuple[str, ...]
    origin: Mapping[str, Any]

    def __repr__(self) -> str:
        return (
            f"Comparison({self.scenario.name}, {', '.join(self.names)}, seeds={len(self.seeds)}, rounds={self.rounds})"
        )

    def _repr_html_(self) -> str:
        return table_shown(f"{self!r}: mean and 95 % interval", self.table.T.rename(describe_label, level=0))

    def figures(self) -> Drawers:
        """What draws the four figures, by name."""
        from greatpowers.simulation import drawing

        return {
            "escalation": partial(drawing.escalation_over_time, self),
            "order": partial(drawing.order_over_time, self),
            "outcomes": partial(drawing.outcome_distribution, self),
            "cost": partial(drawing.cost_against_escalation, self),
        }

    def plot(self, which: str = "escalation") -> "Figure":
        """One of the figures: escalation, order, outcomes or cost."""
        return figure_of(self, which)

    @property
    def names(self) -> list[str]:
        """Names of the policies, in order."""
        return [policy.name for policy in self.policies]

    @property
    def baseline(self) -> str:
        """The policy others are held against: laissez-faire if it takes part, else the first."""
        return BASELINE if BASELINE in self.names else self.names[0]

    @cached_property
    def table(self) -> pd.DataFrame:
        """Mean and 95 % interval of each headline metric: rows policies, columns (metric, mean | low | high).

        Intervals are of Student's t; of Wilson for the share of runs with great-power war.
        """
        return _estimates(self.names, self.estimate)

    @cached_property
    def differences(self) -> pd.DataFrame:
        """Mean paired difference from the baseline with its 95 % t interval: shaped like `table`, baseline left out."""
        others = [name for name in self.names if name != self.baseline]
        return _estimates(others, self.difference)

    @cached_property
    def outcomes(self) -> pd.DataFrame:
        """Share of runs by their worst outcome: rows policies, columns peace to nuclear use, each row sums to 1."""
        worst = worst_outcome(self.runs)
        shares = {name: [float((worst.xs(name) == outcome).mean()) for outcome in OUTCOMES] for name in self.names}
        return pd.DataFrame.from_dict(shares, orient="index", columns=list(OUTCOMES)).rename_axis("policy")

    @property
    def manifest(self) -> dict[str, Any]:
        """What was compared, with which software, on what: plain data."""
        return {
            **self.origin,
            "kind": "comparison",
            "scenario": self.scenario.name,
            "policies": self.names,
            "baseline": self.baseline,
            "seeds": seeds_as_data(self.seeds),
            "rounds": self.rounds,
            "config_sha256": digest(configuration(self.scenario, self.policies)),
        }

    def values(self, policy: str, metric: str) -> Floats:
        """One column of `runs` for one policy, in order of seeds."""
        found: Floats = self.runs.xs(policy)[metric].to_numpy(dtype=np.float64)
        return found

    def estimate(self, policy: str, metric: str) -> Interval:
        """Mean and 95 % interval of any column of `runs` under one policy."""
        return interval_of(self.values(policy, metric), describe(metric).unit)

    def difference(self, policy: str, metric: str) -> Interval:
        """Mean paired difference of any column of `runs` from the baseline, with its 95 % t interval."""
        return mean_interval(self.values(policy, metric) - self.values(self.baseline, metric))

    def gain_of_matching(self, policy: str, metric: str, against: str | None = None) -> float:
        """How many times the runs independent seeds would need for the same interval of a difference between policies.

        `against` is the baseline unless given; NaN where the difference does not vary.
        """
        return matching_gain(self.values(policy, metric), self.values(against or self.baseline, metric))

    def bands(self, metric: str) -> pd.DataFrame:
        """Spread over runs by round: columns policy, round, quarter, p5, p25, median, p75, p95."""
        if metric not in self.series_metrics:
            raise GreatPowersError(f"there are no bands for '{metric}'. {suggestion(metric, self.series_metrics)}")
        values = self.series[..., self.series_metrics.index(metric)]
        quarters = [frames.quarter_of(self.scenario.start, r) for r in range(self.rounds)]
        found = []
        for name, part in zip(self.names, values, strict=True):
            rows = quantiles(part, tuple(BANDS.values()))
            frame = pd.DataFrame(dict(zip(BANDS, rows, strict=True)))
            frame.insert(0, "policy", name)
            frame.insert(1, "round", range(self.rounds))
            frame.insert(2, "quarter", quarters)
            found.append(frame)
        return pd.concat(found, ignore_index=True)

    def save(self, directory: str | Path, figures: Drawers | None = None) -> Path:
        """Write the comparison to a directory, whole or not at all, and return its path.

        ``table.csv`` and ``table.parquet`` (one row per policy and headline metric), ``runs.parquet``,
        ``bands.parquet``, ``outcomes.csv``, ``config.toml`` with the policies beside it, ``manifest.json``, and
        `figures` as PNG. Refuses and raises like :meth:`greatpowers.simulation.history.History.save`.
        """
        table, columns = long_table(self), [describe(name) for name in SUMMARY_COLUMNS]
        units = {column.name: (column.formula, column.unit) for column in columns}
        bands = [self.bands(metric).assign(metric=metric) for metric in self.series_metrics]
        with whole_directory(directory, self.manifest) as place:
            write_csv(table, place / "table.csv")
            write_parquet(table, place / "table.parquet", {})
            write_parquet(self.runs.reset_index(), place / "runs.parquet", units)
            write_parquet(pd.concat(bands, ignore_index=True), place / "bands.parquet", metric_units())
            write_csv(self.outcomes, place / "outcomes.csv", index=True)
            for name, text in configuration(self.scenario, self.policies).items():
                write_text(place / name, text)
            save_pictures(place, figures or {})
        return Path(directory)


def compare(
    scenario: ScenarioLike,
    policies: PoliciesLike | None = None,
    seeds: Seeds = 200,
    rounds: int | None = None,
    parameters: Mapping[str, float] | None = None,
    workers: int | None = None,
    progress: Progress | None = None,
) -> Comparison:
    """Play one policy or several (by default the scenario's, or the presets) on `seeds`, a number or the seeds.

    A seed brings every policy the same luck, so differences are paired. `progress` is told (histories done, in all).
    Raises :class:`GreatPowersError` on what cannot be run.
    """
    found = given_scenario(scenario)
    chosen = given_policies(found, policies)
    numbers = checked_seeds(seeds)
    setups = [prepare(found, policy, rounds, parameters) for policy in chosen]
    kept, columns = _room_for_series(len(chosen), len(numbers), setups[0].rounds)
    told = _in_histories(progress, len(chosen))
    values = play_all(setups, numbers, workers, told, keeper(kept, columns))
    runs = pd.concat([runs_frame(part, numbers) for part in values], keys=[p.name for p in chosen], names=["policy"])
    return Comparison(
        scenario=setups[0].scenario,
        policies=chosen,
        parameters=setups[0].parameters,
        rounds=setups[0].rounds,
        seeds=numbers,
        runs=runs,
        series=kept,
        series_metrics=tuple(METRIC_NAMES[column] for column in columns),
        origin=provenance(),
    )


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


def _estimates(names: Sequence[str], estimate: Callable[[str, str], Interval]) -> pd.DataFrame:
    """A table with a row a policy and columns (metric, mean | low | high)."""
    rows = [[value for metric in HEADLINES for value in estimate(name, metric)] for name in names]
    columns = pd.MultiIndex.from_product([HEADLINES, Interval._fields], names=["metric", "estimate"])
    return pd.DataFrame(rows, columns=columns, index=pd.Index(names, name="policy"))


def _room_for_series(policies: int, runs: int, rounds: int) -> tuple[Series, list[int]]:
    """An array for the series and the metrics it holds: all of them if they fit, else those that figures show."""
    columns = list(range(len(METRIC_NAMES)))
    if policies * runs * rounds * len(columns) * np.dtype(np.float32).itemsize > SERIES_BYTES:
        columns = [METRIC_NAMES.index(name) for name in DRAWN]
    return np.empty((policies, runs, rounds, len(columns)), dtype=np.float32), columns


def _in_histories(progress: Progress | None, policies: int) -> Progress | None:
    """Jobs are seeds; people count histories."""
    if progress is None:
        return None
    return lambda done, total: progress(done * policies, total * policies)
