"""Tables of an experiment as Parquet: runs and rounds of a part, and points. Equal content gives equal bytes."""

from collections.abc import Iterable, Iterator
from typing import IO, Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from greatpowers.core.declare import Floats
from greatpowers.core.parameters import Parameters
from greatpowers.experiments.columns import POINTS, ROUNDS, RUNS, units_of
from greatpowers.experiments.plan import Job, Plan
from greatpowers.experiments.play import Values
from greatpowers.storage.tables import parquet_bytes, with_units

POINTS_AT_ONCE = 4096
KEYS = ("row", "point", "policy", "seed")
ROUND_KEYS = ("row", "round")


def names_of(job_or_plan: Job | Plan, part: int) -> list[str]:
    """Files of a part, relative to the directory of results."""
    found = [f"runs/part-{part:06d}.parquet"]
    return [f"rounds/part-{part:06d}.parquet", *found] if job_or_plan.series else found


def encode_part(job: Job, values: Values) -> dict[str, bytes]:
    """The files of a part by name."""
    tables = [runs_table(job, values.runs)]
    if job.series:
        tables.insert(0, rounds_table(job, values.rounds))
    return {name: _bytes(table) for name, table in zip(names_of(job, job.part), tables, strict=True)}


def runs_table(job: Job, values: Floats) -> pa.Table:
    """One row a run: row, point, policy, seed and the columns of the summary."""
    within = np.concatenate([np.arange(low, high) for _, low, high in job.segments])
    points = np.repeat([s.point.number for s in job.segments], [s.high - s.low for s in job.segments])
    policies = pa.DictionaryArray.from_arrays(within // job.replicates, list(job.policies)).cast(pa.string())
    keys = {
        "row": pa.array(np.arange(job.first_row, job.first_row + job.rows)),
        "point": pa.array(points.astype(np.int64)),
        "policy": policies,
        "seed": pa.array(job.seed_base + within % job.replicates),
    }
    return _table({**keys, **_columns(job.columns, values)}, RUNS)


def rounds_table(job: Job, values: Floats) -> pa.Table:
    """One row a round of a run: row, round and the metrics that have a value by round."""
    lengths = np.repeat([s.point.rounds for s in job.segments], [s.high - s.low for s in job.segments])
    rows = np.repeat(np.arange(job.first_row, job.first_row + job.rows), lengths)
    starts = np.repeat(np.cumsum(lengths) - lengths, lengths)
    keys = {"row": pa.array(rows), "round": pa.array(np.arange(lengths.sum()) - starts)}
    return _table({**keys, **_columns(job.series, values)}, ROUNDS)


def write_points(plan: Plan, file: IO[bytes]) -> None:
    """Write the table of points, some thousand at a time."""
    writer: Any = None
    for table in points_tables(plan):
        if writer is None:
            writer = pq.ParquetWriter(file, table.schema, compression="zstd")
        writer.write_table(table)
    writer.close()


def points_tables(plan: Plan) -> Iterator[pa.Table]:
    """One row a point: its labels and every resolved parameter, a chunk of points a table."""
    for first in range(0, plan.points, POINTS_AT_ONCE):
        numbers = range(first, min(plan.points, first + POINTS_AT_ONCE))
        labels = [plan.labels(number) for number in numbers]
        columns = {name: pa.array([label[name] for label in labels]) for name in labels[0]}
        yield _table({**columns, **_columns(Parameters._fields, _parameters(plan, numbers))}, POINTS)


def point_columns(plan: Plan) -> list[str]:
    """Names of the columns of the table of points."""
    return [*plan.labels(0), *Parameters._fields]


def _parameters(plan: Plan, numbers: Iterable[int]) -> Floats:
    """Every parameter of some points, shape [points, parameters]: the scenario's, then the sample's."""
    position = {name: k for k, name in enumerate(Parameters._fields)}
    bases = [np.array(Parameters()._replace(**scenario.parameters)) for scenario in plan.study.scenarios]
    found = []
    for number in numbers:
        at = plan.place(number)
        row = bases[at.scenario].copy()
        for name, value in plan.samples[at.sample].items():
            row[position[name]] = value
        found.append(row)
    return np.array(found)


def _columns(names: Iterable[str], values: Floats) -> dict[str, pa.Array]:
    return {name: pa.array(np.ascontiguousarray(values[:, k])) for k, name in enumerate(names)}


def _table(columns: dict[str, pa.Array], kind: str) -> pa.Table:
    return with_units(pa.table(columns), units_of(columns, kind))


def _bytes(table: pa.Table) -> bytes:
    return parquet_bytes(table, compression="zstd", use_dictionary=["policy"])
