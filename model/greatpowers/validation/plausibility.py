"""A panel of plausibility: what a specialist would call absurd must not happen in the histories of a scenario."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
import pandas as pd

from greatpowers.core.history import Track
from greatpowers.core.log import Log
from greatpowers.core.metrics import Metric
from greatpowers.core.world import World
from greatpowers.presentation.tables import table_shown
from greatpowers.simulation.ensemble import Progress, run_jobs
from greatpowers.simulation.panels import Panel, described, setups_for
from greatpowers.simulation.places import without_breaches
from greatpowers.simulation.run import play_and
from greatpowers.simulation.setup import PoliciesLike, ScenarioLike, Seeds, Setup, checked_seeds, prepare
from greatpowers.validation.plausibility_checks import (
    NAN,
    THOUSAND,
    WITHOUT_ANSWER,
    Check,
    HistorySample,
    chance_by_place,
    checks_for,
    median_of,
    onsets,
    onsets_by_place,
)
from greatpowers.validation.plausibility_reading import HistoryReading, read_history

TOGETHER = "all"
"""Stands for the policy in rows about the histories of all policies."""

TABLE_COLUMNS = ("policy", "check", "label", "value", "low", "high", "unit", "holds", "reason", "source")
PLACE_COLUMNS = ("policy", "theatre", "chance_of_war", "onsets", "median_deaths", "final_control", "hostile")


@dataclass(frozen=True, eq=False, repr=False)
class Plausibility(Panel):
    """What a specialist would call absurd, looked for in the histories of several policies.

    `table` has one row per policy and check: value, low, high (NaN where open), unit, reason, source, and `holds`,
    which is empty for what is only reported or cannot be measured. `places` has one row per policy and theatre: chance
    of war in the run, onsets per history, median battle deaths of the wars that began there, mean control at the end,
    and guardian-quarters spent beside a state the guardian is hostile to, over all histories.
    """

    kind: ClassVar[str] = "plausibility"

    table: pd.DataFrame
    places: pd.DataFrame

    def _repr_html_(self) -> str:
        return table_shown(f"{self!r}: what is out of its range", self.table[~self.table["holds"].fillna(True)])

    @property
    def failing(self) -> int:
        """Rows of the table whose value is out of its range."""
        return int((~self.table["holds"].fillna(True)).sum())

    @property
    def tables(self) -> dict[str, pd.DataFrame]:
        """Every table by the name of its file."""
        return {"table": self.table, "places": self.places}

    @property
    def facts(self) -> dict[str, Any]:
        """How many rows there are, and how many of them fail."""
        return {"rows": len(self.table), "failing": self.failing}


def plausibility(
    scenario: ScenarioLike = "2017",
    policies: PoliciesLike | None = None,
    seeds: Seeds = 500,
    rounds: int | None = None,
    parameters: Mapping[str, float] | None = None,
    workers: int | None = None,
    progress: Progress | None = None,
) -> Plausibility:
    """Play every policy (by default the scenario's, or the presets) on `seeds`, and judge the histories.

    Where laissez-faire takes part, it is also played in the same world without breaches. `progress` is called with
    (histories done, in all). Raises :class:`GreatPowersError` on what cannot be run.
    """
    numbers = checked_seeds(seeds)
    setups = setups_for(scenario, policies, numbers, rounds, parameters)
    resolved_scenario, chosen = setups[0].scenario, [setup.policy for setup in setups]
    still = [prepare(without_breaches(resolved_scenario), p, rounds, None) for p in chosen if p.name == WITHOUT_ANSWER]
    readings = play_and_read([*setups, *still], numbers, workers, progress)
    ids = tuple(theatre.id for theatre in resolved_scenario.theatres)
    samples = {
        policy.name: HistorySample(ids, setups[0].rounds, part, readings[-1] if policy.name == WITHOUT_ANSWER else ())
        for policy, part in zip(chosen, readings, strict=False)
    }
    table, places = panel(checks_for(resolved_scenario.name), samples), places_table(samples)
    return Plausibility(**described(setups, numbers), table=table, places=places)


def play_and_read(
    setups: Sequence[Setup], seeds: Sequence[int], workers: int | None, progress: Progress | None
) -> list[list[HistoryReading]]:
    """Readings of each setup on each seed; a history is dropped as soon as it is read."""
    readings: list[dict[int, HistoryReading]] = [{} for _ in setups]

    def work(job: int) -> None:
        run, which = divmod(job, len(setups))

        def read(_: World, track: Track, log: Log) -> HistoryReading:
            written, order = int(log.happened[0]), track.metrics[-1, Metric.ORDER]
            return read_history(setups[which], track, log.codes[:written], log.numbers[:written], order)

        readings[which][run] = play_and(read, setups[which], seeds[run])

    run_jobs(len(seeds) * len(setups), work, workers, progress)
    return [[part[run] for run in range(len(seeds))] for part in readings]


def panel(checks: Sequence[Check], samples: Mapping[str, HistorySample]) -> pd.DataFrame:
    """One row per policy and check: columns :data:`TABLE_COLUMNS`; checks of all policies together come last."""
    rows = [
        _row(name, check, check.measure(sample))
        for name, sample in samples.items()
        for check in checks
        if not check.pooled and check.policy in (None, name)
    ]
    rows += [_row(TOGETHER, check, check.measure(_pooled(samples))) for check in checks if check.pooled]
    table = pd.DataFrame(rows, columns=list(TABLE_COLUMNS))
    return table.astype({"value": "float64", "low": "float64", "high": "float64", "holds": "boolean"})


def _row(policy: str, check: Check, value: float) -> tuple[object, ...]:
    low, high = (bound if np.isfinite(bound) else NAN for bound in (check.low, check.high))
    holds = check.low <= value <= check.high if check.has_range and not np.isnan(value) else pd.NA
    return (policy, check.name, check.label, value, low, high, check.unit, holds, check.reason, check.source)


def _pooled(samples: Mapping[str, HistorySample]) -> HistorySample:
    first = next(iter(samples.values()))
    return first._replace(readings=[reading for sample in samples.values() for reading in sample.readings], still=())


def places_table(samples: Mapping[str, HistorySample]) -> pd.DataFrame:
    """One row per policy and theatre: columns :data:`PLACE_COLUMNS`."""
    rows = [row for name, sample in samples.items() for row in _rows_of_places(name, sample)]
    return pd.DataFrame(rows, columns=list(PLACE_COLUMNS))


def _rows_of_places(policy: str, sample: HistorySample) -> list[tuple[object, ...]]:
    chance, begun = chance_by_place(sample), onsets_by_place(sample) / len(sample.readings)
    control = np.mean([reading.control for reading in sample.readings], axis=0)
    hostile = np.sum([reading.hostile for reading in sample.readings], axis=0)
    deaths = [_median_deaths_at(sample, place) for place in range(len(sample.theatres))]
    columns = (sample.theatres, chance.tolist(), begun.tolist(), deaths, control.tolist(), hostile.tolist())
    return [(policy, *row) for row in zip(*columns, strict=True)]


def _median_deaths_at(sample: HistorySample, place: int) -> float:
    """Median battle deaths, in persons, of the wars that began in a theatre and have ended; NaN without any."""
    return median_of([THOUSAND * war.deaths for war in onsets(sample) if war.theatre == place and not war.open])
