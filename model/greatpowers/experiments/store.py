"""The directory of an experiment: started or resumed, one part at a time, until it is complete.

Runs and rounds of a part, and points, are tables as Parquet; the codebook says what their columns mean. Equal content
gives equal bytes.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import IO, Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from greatpowers.core.declare import Floats
from greatpowers.core.metrics import METRICS
from greatpowers.core.parameters import Parameters
from greatpowers.dictionary import PLACE_MARK, Described, describe
from greatpowers.experiments.plan import Job, Plan
from greatpowers.experiments.play import Values
from greatpowers.scenario.errors import GreatPowersError
from greatpowers.scenario.library import text_in
from greatpowers.simulation.own import own_as_data
from greatpowers.simulation.places import PLACE_NAMES
from greatpowers.simulation.summary import SUMMARY_COLUMNS
from greatpowers.statistics.checks import GENERATED, describe_factor
from greatpowers.storage.checkpoint import (
    REMEDY,
    Journal,
    agree,
    parquet_bytes,
    sound,
    with_units,
    write_csv,
)
from greatpowers.storage.files import checksum, checksum_of, disk_faults, write_text, write_whole, writing
from greatpowers.storage.manifest import FORMAT, plain, stamped

RUNS, ROUNDS, POINTS = "runs", "rounds", "points"
"""The tables of an experiment."""

DICTIONARY = "data-dictionary"
HEADINGS = ("table", "column", "label", "unit", "meaning", "source")

DESCRIBED_KEYS = (
    Described("row", "Row", "row", "place of the run in the canonical order (point, policy, seed), counted from 0"),
    Described("point", "Point", "point", "number of the point: what the runs have in common besides policy and seed"),
    Described("policy", "Policy", "name", "policy of the coalition"),
    Described("seed", "Seed", "seed", "which luck; equal seeds bring every policy and every point the same luck"),
    Described("round", "Round", "round", "round, counted from 0; a round is a quarter of a year"),
    Described("scenario", "Scenario", "name", "scenario that is played"),
    Described("doctrines", "Doctrines", "name", "assignment of doctrines to states"),
    Described("sample", "Sample", "sample", "number of the sample of parameters, or of the draw of the posterior"),
)


def describe_column(column: str, table: str = RUNS, own: Iterable[Described] = ()) -> Described:
    """The entry of any column, `own` describing own metrics; one that nobody declared is described by its name."""
    if table == RUNS and (described := next((entry for entry in own if entry.name == column), None)):
        return described
    if table == ROUNDS and (entry := next((e for e in METRICS if e.name == column), None)):
        return Described(entry.name, entry.label, entry.unit, entry.formula, entry.source)
    if table != POINTS and (column in SUMMARY_COLUMNS or column.partition(PLACE_MARK)[0] in PLACE_NAMES):
        return describe(column)
    if described := next((key for key in DESCRIBED_KEYS if key.name == column), None):
        return described
    return _setting(column)


def _setting(column: str) -> Described:
    """A parameter, a lever or a setting of generated worlds, by the name of its column among the points."""
    entry = describe_factor(column)
    if not entry.formula:
        return entry
    if entry.source == GENERATED:
        return entry._replace(unit="setting", formula=f"generated world: {entry.formula}", source="synthetic worlds")
    return entry._replace(formula=f"{'lever' if entry.source == 'levers' else 'parameter'}: {entry.formula}")


def units_of(columns: Iterable[str], table: str = RUNS, own: Sequence[Described] = ()) -> dict[str, tuple[str, str]]:
    """Meaning and unit by column, as :func:`greatpowers.storage.checkpoint.write_parquet` puts them into metadata."""
    entries = {column: describe_column(column, table, own) for column in columns}
    return {column: (entry.formula, entry.unit) for column, entry in entries.items()}


def write_data_dictionary(
    directory: str | Path, columns: Mapping[str, Sequence[str]] | Sequence[str], own: Sequence[Described] = ()
) -> None:
    """Write ``data-dictionary.md`` and ``data-dictionary.csv`` to a directory.

    `columns` are the names in each table ("points", "runs", "rounds"), or of the runs alone; `own` describes metrics of
    the user's own among them. Equal columns give equal bytes.
    """
    tables = columns if isinstance(columns, Mapping) else {RUNS: columns}
    entries = [(table, describe_column(name, table, own)) for table, listed in tables.items() for name in listed]
    rows = [(table, e.name, e.label, e.unit, e.formula, e.source) for table, e in entries]
    write_csv(pd.DataFrame(rows, columns=list(HEADINGS)), Path(directory) / f"{DICTIONARY}.csv")
    write_text(Path(directory) / f"{DICTIONARY}.md", _markdown(entries))


WHERE = {
    POINTS: "`points.parquet`: one row a point, with everything that was resolved for it",
    RUNS: "`runs/*.parquet`: one row a run, in the order (point, policy, seed)",
    ROUNDS: "`rounds/*.parquet`: one row a round of a run; `row` is the run's",
}


def _markdown(entries: Sequence[tuple[str, Described]]) -> str:
    lines = ["# Data dictionary", "", "Parquet files carry meaning and unit in the metadata of each column as well."]
    for table in dict.fromkeys(table for table, _ in entries):
        lines += ["", f"## {WHERE.get(table, table)}", "", "| Column | Label | Unit | Meaning | Source |"]
        lines.append("|---|---|---|---|---|")
        lines += [
            f"| `{e.name}` | {_cell(e.label)} | {_cell(e.unit)} | {_cell(e.formula)} | {_cell(e.source)} |"
            for name, e in entries
            if name == table
        ]
    return "\n".join(lines) + "\n"


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


POINTS_AT_ONCE = 4096
KEYS = ("row", "point", "policy", "seed")
ROUND_KEYS = ("row", "round")


def names_of(job_or_plan: Job | Plan, part: int) -> list[str]:
    """Files of a part, relative to the directory of results."""
    names = [f"runs/part-{part:06d}.parquet"]
    return [f"rounds/part-{part:06d}.parquet", *names] if job_or_plan.recording.series else names


def runs_table(job: Job, values: Floats) -> pa.Table:
    """One row a run: row, point, policy, seed and the columns of the summary, own metrics."""
    within = np.concatenate([np.arange(low, high) for _, low, high in job.segments])
    points = np.repeat([s.point.number for s in job.segments], [s.high - s.low for s in job.segments])
    policies = pa.DictionaryArray.from_arrays(within // job.replicates, list(job.policies)).cast(pa.string())
    keys = {
        "row": pa.array(np.arange(job.first_row, job.first_row + job.rows)),
        "point": pa.array(points.astype(np.int64)),
        "policy": policies,
        "seed": pa.array(job.seed_base + within % job.replicates),
    }
    return _table(
        {**keys, **_columns(job.recording.by_run, values)}, RUNS, [metric.described for metric in job.recording.own]
    )


def rounds_table(job: Job, values: Floats) -> pa.Table:
    """One row a round of a run: row, round and the metrics that have a value by round."""
    lengths = np.repeat([s.point.rounds for s in job.segments], [s.high - s.low for s in job.segments])
    rows = np.repeat(np.arange(job.first_row, job.first_row + job.rows), lengths)
    starts = np.repeat(np.cumsum(lengths) - lengths, lengths)
    keys = {"row": pa.array(rows), "round": pa.array(np.arange(lengths.sum()) - starts)}
    return _table({**keys, **_columns(job.recording.series, values)}, ROUNDS)


def write_points(plan: Plan, file: IO[bytes]) -> None:
    """Write the table of points, some thousand at a time: one row a point, its labels and every resolved parameter."""
    writer: Any = None
    for first in range(0, plan.points, POINTS_AT_ONCE):
        numbers = range(first, min(plan.points, first + POINTS_AT_ONCE))
        labels = [plan.labels(number) for number in numbers]
        columns = {name: pa.array([label[name] for label in labels]) for name in labels[0]}
        table = _table({**columns, **_columns(Parameters._fields, _parameters(plan, numbers))}, POINTS)
        writer = writer or pq.ParquetWriter(file, table.schema, compression="zstd")
        writer.write_table(table)
    writer.close()


def _parameters(plan: Plan, numbers: Iterable[int]) -> Floats:
    """Every parameter of some points, shape [points, parameters]: the scenario's, then the sample's."""
    position = {name: k for k, name in enumerate(Parameters._fields)}
    bases = [np.array(Parameters()._replace(**scenario.parameters)) for scenario in plan.study.scenarios]
    rows = []
    for number in numbers:
        at = plan.place(number)
        row = bases[at.scenario].copy()
        for name, value in plan.samples[at.sample].items():
            row[position[name]] = value
        rows.append(row)
    return np.array(rows)


def _columns(names: Iterable[str], values: Floats) -> dict[str, pa.Array]:
    return {name: pa.array(np.ascontiguousarray(values[:, k])) for k, name in enumerate(names)}


def _table(columns: dict[str, pa.Array], kind: str, own: Sequence[Described] = ()) -> pa.Table:
    return with_units(pa.table(columns), units_of(columns, kind, own))


KIND = "experiment"
EXPERIMENT, POINTS_FILE, DONE = "experiment.toml", "points.parquet", "done.json"


class Store:
    """The results of a plan on disk; parts may be written by any thread.

    Begins with them, or sees what is done already, in a directory that has the manifest `old`; raises
    :class:`GreatPowersError` if that is of another experiment.
    """

    def __init__(self, plan: Plan, directory: Path, old: Mapping[str, Any] | None) -> None:
        self.plan, self.directory = plan, directory
        self.journal = Journal(directory)
        self.pending: list[int] = []
        self._open(old)

    @property
    def rows_done(self) -> int:
        """Runs that are safe on disk from earlier."""
        return self.plan.rows - sum(high - low for low, high in map(self.plan.range_of, self.pending))

    def _open(self, old: Mapping[str, Any] | None) -> None:
        wanted = None if old is None else str(old.get("points_sha256"))
        if wanted is not None:
            agree(self.directory, old, manifest_of(self.plan, wanted))
        if wanted is None or checksum_of(self.directory / POINTS_FILE) != wanted:
            self._write_points(wanted)
        if not (self.directory / EXPERIMENT).is_file():
            write_whole(self.directory / EXPERIMENT, (old or {}).get("experiment_text", self.plan.study.text))
        (self.directory / RUNS).mkdir(exist_ok=True)
        if self.plan.recording.series:
            (self.directory / ROUNDS).mkdir(exist_ok=True)
        self._take_stock()

    def _write_points(self, wanted: str | None) -> None:
        """Write the table of points, which may be too long for memory; if no checksum is wanted, the manifest first."""
        with writing(self.directory / POINTS_FILE) as file:
            write_points(self.plan, file)
            file.flush()
            digest = checksum_of(Path(file.name))
            if wanted is None:
                agree(self.directory, None, manifest_of(self.plan, digest))
            elif digest != wanted:
                text = "its points come out differently now"
                raise GreatPowersError(f"{self.directory}: cannot continue this experiment: {text}. {REMEDY}")

    def _take_stock(self) -> None:
        """Find the parts that are whole, and begin a journal with them."""
        sums = {**self.journal.read(), **sums_of(self.directory)}
        good: dict[str, str] = {}
        for part in range(self.plan.parts):
            names = names_of(self.plan, part)
            intact = sound(self.directory, sums, names)
            if len(intact) == len(names):
                good |= intact
            else:
                self.pending.append(part)
        if self.pending or not (self.directory / DONE).is_file():
            self.journal.start(good)
            (self.directory / DONE).unlink(missing_ok=True)

    def write(self, job: Job, values: Values) -> None:
        """Keep a part: its rounds, then its runs."""
        tables = [rounds_table(job, values.rounds)] if job.recording.series else []
        tables.append(runs_table(job, values.runs))
        with disk_faults(self.directory):
            for name, table in zip(names_of(job, job.part), tables, strict=True):
                self.journal.write(name, parquet_bytes(table, compression="zstd", use_dictionary=["policy"]))

    def finish(self) -> None:
        """Write the data dictionary, say that everything is there, and remove the journal."""
        if (self.directory / DONE).is_file() and (self.directory / f"{DICTIONARY}.md").is_file():
            return
        plan, kept = self.plan, self.plan.recording
        tables = {POINTS: [*plan.labels(0), *Parameters._fields], RUNS: [*KEYS, *kept.by_run]}
        if kept.series:
            tables[ROUNDS] = [*ROUND_KEYS, *kept.series]
        write_data_dictionary(self.directory, tables, [metric.described for metric in kept.own])
        done = {"rows": plan.rows, "parts": plan.parts, "files": self.journal.sums}
        write_whole(self.directory / DONE, json.dumps(done, indent=1) + "\n")
        self.journal.close()


def manifest_of(plan: Plan, points_sha256: str) -> dict[str, Any]:
    """Everything about the experiment but its numbers, as plain data."""
    study, experiment = plan.study, plan.study.experiment
    return {
        **stamped(),
        "kind": KIND,
        "format": FORMAT,
        "experiment": experiment.name,
        "title": experiment.title,
        "experiment_sha256": checksum(study.text.encode()),
        "experiment_text": study.text,
        "points": plan.points,
        "policies": list(plan.policies),
        "seeds": experiment.replicates,
        "seed_base": experiment.seed_base,
        "rows": plan.rows,
        "parts": plan.parts,
        "part_rows": plan.part_rows,
        "record": experiment.record,
        "columns": list(plan.recording.by_run),
        "series": list(plan.recording.series),
        **({"own_metrics": own_as_data(study.own_metrics)} if study.own_metrics else {}),
        **study.rules.manifest,
        "points_sha256": points_sha256,
        "contents": study.contents(),
        "configuration": {
            "scenarios": [plain(scenario) for scenario in study.scenarios],
            "policies": [plain(policy) for policy in study.policies],
            **({"posterior": plain(study.posterior)} if study.posterior is not None else {}),
            **({"doctrines": plain(study.doctrines)} if study.doctrines else {}),
        },
    }


def sums_of(directory: Path) -> Mapping[str, str]:
    """Checksums of a complete experiment, or none."""
    try:
        found = json.loads(text_in(directory / DONE))["files"]
    except (OSError, ValueError, KeyError, TypeError):
        return {}
    return found if isinstance(found, dict) else {}
