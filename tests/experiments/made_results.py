"""Directories of results with numbers of our choosing, in the format that the runner writes."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import tomli_w

from greatpowers.experiments.store import POINTS, ROUNDS, RUNS, units_of
from greatpowers.storage.checkpoint import write_parquet

Outcome = Callable[[Mapping[str, Any], str, int], Mapping[str, float]]
"""Metrics of a run from its point, its policy and its seed."""


def made(
    directory: Path,
    outcome: Outcome,
    policies: Sequence[str] = ("laissez-faire", "containment"),
    points: Sequence[Mapping[str, Any]] = ({},),
    replicates: int = 10,
    keep: int | None = None,
    rounds: int = 0,
    **settings: Any,
) -> Path:
    """Write the results of an experiment; only the first `keep` rows of it if given. Rounds have `order` only."""
    experiment = {
        "format": 1, "name": "made", "title": "Made up", "question": "Is <b>this</b> & that so?", "rounds": 8,
        "scenarios": ["2017"], "policies": list(policies), "replicates": replicates, **settings,
    }  # fmt: skip
    table = pd.DataFrame(
        [{"point": i, "scenario": "2017", "doctrines": "given", "sample": 0, **p} for i, p in enumerate(points)]
    )
    cells = product(table.to_dict("records"), policies, range(replicates))
    runs = pd.DataFrame(
        [
            {"row": row, "point": p["point"], "policy": policy, "seed": seed, **outcome(p, policy, seed)}
            for row, (p, policy, seed) in enumerate(cells)
        ]
    ).iloc[:keep]
    (directory / "runs").mkdir(parents=True)
    (directory / "experiment.toml").write_text(tomli_w.dumps(experiment), encoding="utf-8")
    write_parquet(table, directory / "points.parquet", units_of(table.columns, POINTS))
    for part, rows in enumerate(_parts(runs)):
        write_parquet(rows, directory / "runs" / f"part-{part:06d}.parquet", units_of(rows.columns, RUNS))
    if rounds:
        _write_rounds(directory / "rounds", runs, rounds)
    manifest = {
        "software": "greatpowers", "kind": "experiment", "version": "0.1.0", "policies": list(policies),
        "experiment_sha256": "0123abcd", "environment": {"python": "3.11"}, "machine": {"name": "<i>"},
    }  # fmt: skip
    (directory / "manifest.json").write_text(json.dumps(manifest))
    return directory


def _parts(runs: pd.DataFrame) -> Iterator[pd.DataFrame]:
    half = len(runs) // 2
    return (part for part in (runs.iloc[:half], runs.iloc[half:]) if len(part))


def _write_rounds(place: Path, runs: pd.DataFrame, rounds: int) -> None:
    place.mkdir()
    rows = np.repeat(runs["row"].to_numpy(), rounds)
    when = np.tile(np.arange(rounds), len(runs))
    frame = pd.DataFrame({"row": rows, "round": when, "order": rows + when / 100})
    write_parquet(frame, place / "part-000000.parquet", units_of(frame.columns, ROUNDS))


LEVELS = {"laissez-faire": 0.3, "containment": 0.2, "half-a-loaf": 0.2005}


def ordinary(point: Mapping[str, Any], policy: str, seed: int) -> dict[str, float]:
    """Containment is better by .1; half a loaf hardly differs from it; seeds are noise."""
    luck = np.random.default_rng([seed, int(point["point"]), list(LEVELS).index(policy)]).normal(0, 0.01)
    shared = np.random.default_rng(seed).normal(0, 0.05)
    severity = LEVELS[policy] + luck + shared
    return {
        "mean_severity": severity, "order": 1 - severity, "highest_level": 4.0, "wars_begun": float(seed % 3 == 0),
        "great_power_war": 0.0, "nuclear_uses": 0.0, "sender_cost": 0.8 * (policy != "laissez-faire"),
    }  # fmt: skip
