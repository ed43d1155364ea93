"""A panel of plausibility: what a specialist would call absurd must not happen in the histories of a scenario."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from greatpowers.core.ladder import Rung
from greatpowers.core.metrics import Metric
from greatpowers.core.parameters import Parameters
from greatpowers.scenario.schema import PolicyPreset, Scenario
from greatpowers.simulation.parallel import Progress, work_off
from greatpowers.simulation.run import first_capacity, play_logged
from greatpowers.simulation.setup import (
    PolicyLike,
    ScenarioLike,
    Setup,
    checked_count,
    given_policies,
    given_scenario,
    prepare,
)
from greatpowers.storage.configuration import configuration, digest
from greatpowers.storage.provenance import provenance
from greatpowers.validation.panel_files import save_panel
from greatpowers.validation.plausibility_checks import (
    NAN,
    THOUSAND,
    WITHOUT_ANSWER,
    Check,
    Sample,
    chance_by_place,
    checks_for,
    onsets,
    onsets_by_place,
)
from greatpowers.validation.plausibility_reading import Reading, read_history

TOGETHER = "all"
"""Stands for the policy in rows about the histories of all policies."""

TABLE_COLUMNS = ("policy", "check", "label", "value", "low", "high", "unit", "holds", "reason", "source")
PLACE_COLUMNS = ("policy", "theatre", "chance_of_war", "onsets", "median_deaths", "final_control", "hostile")


@dataclass(frozen=True, eq=False, repr=False)
class Plausibility:
    """The panel of one scenario under several policies, every policy on the same seeds.

    `table` has one row per policy and check: value, low, high (NaN where open), unit, reason, source, and `holds`,
    which is empty for what is only reported or cannot be measured. `places` has one row per policy and theatre: chance
    of war in the run, onsets per history, median battle deaths of the wars that began there, mean control at the end,
    and guardian-quarters spent beside a state the guardian is hostile to, over all histories.
    """

    scenario: Scenario
    policies: tuple[PolicyPreset, ...]
    parameters: Parameters
    rounds: int
    seeds: int
    table: pd.DataFrame
    places: pd.DataFrame
    origin: Mapping[str, Any]

    def __repr__(self) -> str:
        names = ", ".join(policy.name for policy in self.policies)
        return f"Plausibility({self.scenario.name}, {names}, seeds={self.seeds}, failing={self.failing})"

    @property
    def failing(self) -> int:
        """Rows of the table whose value is out of its range."""
        return int((~self.table["holds"].fillna(True)).sum())

    @property
    def manifest(self) -> dict[str, Any]:
        """What was judged, with which software, on what: plain data."""
        return {
            **self.origin,
            "kind": "plausibility",
            "scenario": self.scenario.name,
            "policies": [policy.name for policy in self.policies],
            "seeds": self.seeds,
            "rounds": self.rounds,
            "rows": len(self.table),
            "failing": self.failing,
            "config_sha256": digest(configuration(self.scenario, self.policies)),
        }

    def save(self, directory: str | Path) -> Path:
        """Write the tables to a directory and return its path; see :mod:`greatpowers.validation.panel_files`."""
        tables = {"table": self.table, "places": self.places}
        return save_panel(directory, tables, self.scenario, self.policies, self.manifest)


def plausibility(
    scenario: ScenarioLike = "2017",
    policies: Sequence[PolicyLike] | None = None,
    seeds: int = 500,
    rounds: int | None = None,
    parameters: Mapping[str, float] | None = None,
    workers: int | None = None,
    progress: Progress | None = None,
) -> Plausibility:
    """Play every policy (by default the scenario's, or the presets) on seeds 0 to `seeds - 1`, and judge the histories.

    Where laissez-faire takes part, it is also played in the same world without breaches. `progress` is told (histories
    done, in all). Raises :class:`GreatPowersError` on what cannot be run.
    """
    found = given_scenario(scenario)
    chosen = given_policies(found, policies)
    setups = [prepare(found, policy, rounds, parameters) for policy in chosen]
    still = [prepare(without_breaches(found), p, rounds, parameters) for p in chosen if p.name == WITHOUT_ANSWER]
    readings = play_and_read([*setups, *still], checked_count("seeds", seeds), workers, progress)
    samples = {
        policy.name: Sample(ids_of(found), setups[0].rounds, part, _still_of(policy, readings[len(setups) :]))
        for policy, part in zip(chosen, readings, strict=False)
    }
    return Plausibility(
        scenario=setups[0].scenario,
        policies=chosen,
        parameters=setups[0].parameters,
        rounds=setups[0].rounds,
        seeds=int(seeds),
        table=panel(checks_for(found.name), samples),
        places=places_table(samples),
        origin=provenance(),
    )


def _still_of(policy: PolicyPreset, still: Sequence[Sequence[Reading]]) -> Sequence[Reading]:
    return still[0] if still and policy.name == WITHOUT_ANSWER else ()


def ids_of(scenario: Scenario) -> tuple[str, ...]:
    """Ids of the theatres in order."""
    return tuple(theatre.id for theatre in scenario.theatres)


def without_breaches(scenario: Scenario) -> Scenario:
    """The world at peace everywhere, whose challengers can do nothing but keep it; what really happened is left out."""
    peace = {"ceiling": int(Rung.PEACE), "rung": int(Rung.PEACE)}
    theatres = tuple(theatre.model_copy(update=peace) for theatre in scenario.theatres)
    return scenario.model_copy(update={"theatres": theatres, "happened": ()})


def play_and_read(
    setups: Sequence[Setup], seeds: int, workers: int | None, progress: Progress | None
) -> list[list[Reading]]:
    """Readings of each setup on seeds 0 to `seeds - 1`; a history is dropped as soon as it is read."""
    found: list[dict[int, Reading]] = [{} for _ in setups]

    def work(job: int) -> None:
        seed, which = divmod(job, len(setups))
        found[which][seed] = _play_and_read(setups[which], seed)

    work_off(seeds * len(setups), work, workers, progress)
    return [[part[seed] for seed in range(seeds)] for part in found]


def _play_and_read(setup: Setup, seed: int) -> Reading:
    track, log = play_logged(setup, seed, True, first_capacity(setup))
    written = int(log.happened[0])
    return read_history(setup, track, log.codes[:written], log.numbers[:written], track.metrics[-1, Metric.ORDER])


def panel(checks: Sequence[Check], samples: Mapping[str, Sample]) -> pd.DataFrame:
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


def _pooled(samples: Mapping[str, Sample]) -> Sample:
    first = next(iter(samples.values()))
    return first._replace(readings=[reading for sample in samples.values() for reading in sample.readings], still=())


def places_table(samples: Mapping[str, Sample]) -> pd.DataFrame:
    """One row per policy and theatre: columns :data:`PLACE_COLUMNS`."""
    rows = [row for name, sample in samples.items() for row in _rows_of_places(name, sample)]
    return pd.DataFrame(rows, columns=list(PLACE_COLUMNS))


def _rows_of_places(policy: str, sample: Sample) -> list[tuple[object, ...]]:
    chance, begun = chance_by_place(sample), onsets_by_place(sample) / len(sample.readings)
    control = np.mean([reading.control for reading in sample.readings], axis=0)
    hostile = np.sum([reading.hostile for reading in sample.readings], axis=0)
    deaths = [_median_deaths_at(sample, place) for place in range(len(sample.theatres))]
    columns = (sample.theatres, chance.tolist(), begun.tolist(), deaths, control.tolist(), hostile.tolist())
    return [(policy, *row) for row in zip(*columns, strict=True)]


def _median_deaths_at(sample: Sample, place: int) -> float:
    """Median battle deaths, in persons, of the wars that began in a theatre and have ended; NaN without any."""
    deaths = [THOUSAND * war.deaths for war in onsets(sample) if war.place == place and war.ended]
    return float(np.median(deaths)) if deaths else NAN
