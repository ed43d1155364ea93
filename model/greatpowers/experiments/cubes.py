"""Runs as arrays over (point, policy, seed): what reports and labelled arrays are made of."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
import pyarrow as pa

from greatpowers.core.declare import Floats, Ints
from greatpowers.experiments.results import Results, check_names


@dataclass(frozen=True, eq=False)
class Cube:
    """Values of some metrics, each of shape [points, policies, seeds]; runs that are missing are NaN and not `there`.

    A value may be NaN in a run that is there: a metric such as rounds to war has none without a war.
    """

    points: pd.DataFrame
    policies: list[str]
    seeds: Sequence[int]
    there: np.ndarray[tuple[int, int, int], np.dtype[np.bool_]]
    values: dict[str, Floats]


def read_cube(results: Results, metrics: Sequence[str]) -> Cube:
    """Read the metrics named, batch by batch, so that memory holds the cube and little else."""
    check_names(results, metrics, results.dataset.schema.names)
    points, policies, seeds = results.points, results.policies, results.seeds
    shape = (len(points), len(policies), len(seeds))
    there = np.zeros(shape, dtype=np.bool_)
    values = {name: np.full(shape, np.nan) for name in metrics}
    finder = _Finder(points, policies, seeds)
    for batch in results.dataset.to_batches(columns=["point", "policy", "seed", *metrics]):
        if batch.num_rows:
            place = finder.places(batch)
            there.reshape(-1)[place] = True
            for name in metrics:
                values[name].reshape(-1)[place] = batch[name].to_numpy(zero_copy_only=False)
    return Cube(points, policies, seeds, there, values)


def read_rounds(results: Results, metrics: Sequence[str], policy: str) -> dict[str, Floats]:
    """Metrics by round under one policy, each of shape [points, seeds, rounds], NaN where runs are missing."""
    check_names(results, metrics, results.rounds_dataset.schema.names)
    runs = results.runs([], {"policy": policy})
    points, seeds = results.points, results.seeds
    p = pd.Index(points["point"]).get_indexer(pd.Index(runs["point"]))
    place = pd.Series(p * len(seeds) + pd.Index(seeds).get_indexer(pd.Index(runs["seed"])), index=runs["row"])
    rounds = int(_last_round(results)) + 1
    values = {name: np.full((len(points) * len(seeds), rounds), np.nan) for name in metrics}
    for batch in results.rounds_dataset.to_batches(columns=["row", "round", *metrics]):
        found = place.reindex(batch["row"].to_numpy()).to_numpy()
        ours = ~np.isnan(found)
        at, when = found[ours].astype(np.int64), batch["round"].to_numpy()[ours]
        for name in metrics:
            values[name][at, when] = batch[name].to_numpy(zero_copy_only=False)[ours]
    return {name: found.reshape(len(points), len(seeds), rounds) for name, found in values.items()}


def _last_round(results: Results) -> int:
    last = 0
    for batch in results.rounds_dataset.to_batches(columns=["round"]):
        if batch.num_rows:
            last = max(last, int(batch["round"].to_numpy().max()))
    return last


class _Finder:
    """Where in a flattened cube the runs of a batch belong."""

    def __init__(self, points: pd.DataFrame, policies: Sequence[str], seeds: Sequence[int]) -> None:
        self._points, self._seeds = pd.Index(points["point"]), pd.Index(np.array(seeds, dtype=np.int64))
        self._policies = pd.Index(list(policies))

    def places(self, batch: pa.RecordBatch) -> Ints:
        """Flat indices [rows]."""
        k = self._policies.get_indexer(pd.Index(batch["policy"].to_pandas().astype(str)))
        p = self._points.get_indexer(batch["point"].to_numpy())
        s = self._seeds.get_indexer(batch["seed"].to_numpy())
        found: Ints = (p * len(self._policies) + k) * len(self._seeds) + s
        return found
