"""Reading an experiment: lazily, so that ten million rows open at once and only what is asked for is read.

Runs come as tables, as arrays over (point, policy, seed), or as an xarray data set with units.
"""

import tomllib
import warnings
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.dataset as pads
import pyarrow.parquet as pq

from greatpowers.core.declare import Floats
from greatpowers.dictionary import OWN, Described, describe
from greatpowers.experiments import store
from greatpowers.experiments.store import write_data_dictionary
from greatpowers.presentation.tables import table_shown, text_shown
from greatpowers.scenario.errors import GreatPowersError, PartMissing, need_known, shown
from greatpowers.scenario.library import check_is_file, path_of, text_in
from greatpowers.scenario.load import load_scenario, presets
from greatpowers.scenario.schema import Scenario
from greatpowers.simulation.summary import HEADLINES
from greatpowers.storage.checkpoint import read_parquet
from greatpowers.storage.files import checksum_of, reason
from greatpowers.storage.manifest import CONFIG, MANIFEST, read_manifest

if TYPE_CHECKING:
    import xarray

__all__ = ["Complete", "Results", "check_names", "open_results", "write_data_dictionary"]

PARTS, COMPARED = "part-*.parquet", "runs.parquet"
AGAIN = "the command of 'greatpowers batch', given again,"
KEYS = ("row", "point", "policy", "seed", "round")

Where = Mapping[str, Any]
"""Which runs: by column, the value it must have or a list of those it may have."""


class Complete(NamedTuple):
    """How many rows there are, and how many the experiment has in all."""

    done: int
    total: int

    @property
    def whole(self) -> bool:
        """Whether nothing is missing."""
        return self.done >= self.total


@dataclass(frozen=True, eq=False, repr=False)
class Results:
    """An experiment on disk. Nothing but the manifest is read until it is asked for.

    The Parquet files can be read directly as well, e.g. ``polars.scan_parquet(DIR / "runs" / "*.parquet")`` or
    ``duckdb.sql("select policy, avg(mean_severity) from 'DIR/runs/*.parquet' group by policy")``.
    """

    directory: Path
    manifest: Mapping[str, Any]

    def __repr__(self) -> str:
        done, total = self.complete
        return f"Results({self.name}, {done:,} of {total:,} runs, {self.directory})"

    def _repr_html_(self) -> str:
        if not self.parts("runs"):
            return text_shown(repr(self))
        shown = (*HEADLINES, *(entry.name for entry in self.own_metrics))
        columns = [name for name in shown if name in self.dataset.schema.names]
        means = self.runs(["policy", *columns]).groupby("policy", observed=True)[columns].mean()
        return table_shown(
            f"{self!r}: means", means.loc[self.policies].T.rename(lambda name: self.describe(name).label)
        )

    @property
    def name(self) -> str:
        """Short name of the experiment."""
        return str(self.experiment.get("name", self.directory.name))

    @cached_property
    def experiment(self) -> dict[str, Any]:
        """The experiment file as it was run: the table that TOML gives."""
        try:
            return tomllib.loads(self.experiment_text)
        except tomllib.TOMLDecodeError as error:
            raise self._damaged(store.EXPERIMENT, error) from None

    @cached_property
    def experiment_text(self) -> str:
        """The experiment file, word for word."""
        try:
            return text_in(self.directory / store.EXPERIMENT)
        except (OSError, UnicodeDecodeError) as error:
            raise self._damaged(store.EXPERIMENT, reason(error)) from None

    @cached_property
    def points(self) -> pd.DataFrame:
        """One row a point: scenario, doctrines, levers, settings of generated worlds, and every parameter."""
        table = read_parquet(self.directory / store.POINTS_FILE)
        if "point" not in table or not table["point"].is_unique:
            raise self._damaged(store.POINTS_FILE, "it is not the table of its points")
        return table

    @cached_property
    def policies(self) -> list[str]:
        """Names of the policies, in order."""
        names = self.manifest.get("policies") or self.experiment.get("policies") or presets()
        return [str(name) for name in names]

    @cached_property
    def own_metrics(self) -> tuple[Described, ...]:
        """What metrics of the user's own are called, and in what unit they are; their functions are not needed."""
        try:
            listed = self.manifest.get("own_metrics", ())
            return tuple(Described(*(str(row[key]) for key in Described._fields)) for row in listed)
        except (KeyError, TypeError) as error:
            raise self._damaged("manifest.json", f"'own_metrics' lacks {error}") from None

    @cached_property
    def places(self) -> tuple[str, ...]:
        """Theatres of which it was recorded what becomes of them."""
        return tuple(self.experiment.get("places") or ())

    def describe(self, metric: str) -> Described:
        """The entry for something recorded of each run."""
        return next((entry for entry in self.own_metrics if entry.name == metric), None) or describe(metric)

    @cached_property
    def seeds(self) -> Sequence[int]:
        """Seeds of every point and policy."""
        first, count = self.experiment.get("seed_base", 0), self.experiment.get("replicates")
        if not isinstance(count, int) or not isinstance(first, int):
            raise self._damaged(store.EXPERIMENT, "it does not say how many replicates there are")
        return range(first, first + count)

    @cached_property
    def total(self) -> int:
        """Runs of the whole experiment."""
        with self.reading(self.directory / store.POINTS_FILE):
            points = pq.read_metadata(self.directory / store.POINTS_FILE).num_rows
        return int(points * len(self.policies) * len(self.seeds))

    @cached_property
    def dataset(self) -> pads.Dataset:
        """The runs as a pyarrow dataset, in canonical order; hand it to polars (`scan_pyarrow_dataset`) or DuckDB."""
        return self._dataset("runs")

    @cached_property
    def rounds_dataset(self) -> pads.Dataset:
        """The rounds (row, round, metrics) as a pyarrow dataset; raises if the experiment did not record them."""
        if not self.has_rounds:
            raise GreatPowersError(f'{self.directory}: rounds were not recorded; run it with record = "round".')
        return self._dataset("rounds")

    @property
    def has_rounds(self) -> bool:
        """Whether there are values by round."""
        return bool(self.parts("rounds"))

    @cached_property
    def complete(self) -> Complete:
        """How many runs are there, of how many."""
        with self.reading():
            return Complete(self.dataset.count_rows() if self.parts("runs") else 0, self.total)

    @property
    def metrics(self) -> list[str]:
        """Names of what was recorded of each run."""
        return [name for name in self.dataset.schema.names if name not in KEYS]

    def runs(self, columns: Sequence[str] | None = None, where: Where | None = None) -> pd.DataFrame:
        """The runs as a table, in canonical order.

        `columns` are added to row, point, policy and seed; all of them if not given. `where` picks runs, such as
        ``{"policy": ["containment", "half-a-loaf"], "point": 0}``. What own metrics are called goes with it, as
        `attrs`, to the methods of :mod:`greatpowers.statistics`.
        """
        known = self.dataset.schema.names
        wanted = known if columns is None else [*(key for key in KEYS if key in known), *columns]
        check_names(self, [*wanted, *(where or {})], known)
        with self.reading():
            table = self.dataset.to_table(columns=list(dict.fromkeys(wanted)), filter=_expression(where))
        frame: pd.DataFrame = table.to_pandas()
        if own := {entry.name: entry._asdict() for entry in self.own_metrics if entry.name in frame}:
            frame.attrs[OWN] = own
        return frame

    def xarray(self, metrics: str | Iterable[str] | None = None, by_round: bool = False) -> "xarray.Dataset":
        """Metrics over the dimensions point, policy, replicate, and round if `by_round`; missing runs are NaN.

        Each variable carries unit, label and formula as attributes. Needs xarray: ``pip install greatpowers[xarray]``.
        """
        return labelled(self, metrics, by_round)

    def parts(self, table: str) -> list[Path]:
        """The Parquet files of a table, "runs" or "rounds", in canonical order."""
        return sorted((self.directory / table).glob(PARTS))

    @property
    def missing(self) -> list[str]:
        """What is not there of what the experiment asks for, each as the subject of a sentence."""
        (done, total), parts = self.complete, {part.name for part in self.parts("runs")}
        runs = [f"{total - done:,} of {total:,} runs"] if done < total else []
        lost = parts - {part.name for part in self.parts("rounds")} if self.manifest.get("series") else None
        return [*runs, f"the rounds of {len(lost):,} of {len(parts):,} parts"] if lost else runs

    def check_whole(self) -> None:
        """Warn of what is missing; raises :class:`GreatPowersError` for a part that is not as it was written.

        How parts were written is known once the experiment is complete.
        """
        sums = store.sums_of(self.directory)
        for part in (*self.parts("runs"), *self.parts("rounds")):
            name = part.relative_to(self.directory).as_posix()
            if name in sums and checksum_of(part) != sums[name]:
                raise GreatPowersError(f"{part}: this file is not as it was written; {AGAIN} makes it anew.")
        for what in self.missing:
            text = f"{self.directory}: {what} are missing, and this rests on the others; {AGAIN} adds them"
            warnings.warn(f"{text}.", PartMissing, stacklevel=2)

    @contextmanager
    def reading(self, file: Path | None = None) -> Iterator[None]:
        """Turn what is wrong with a table, or one of its parts, into a :class:`GreatPowersError`."""
        try:
            yield
        except (OSError, pa.ArrowException) as error:
            raise GreatPowersError(f"{file or self.directory}: {reason(error)}; {AGAIN} makes it anew.") from None

    def _dataset(self, table: str) -> pads.Dataset:
        parts = self.parts(table)
        if not parts:
            raise GreatPowersError(
                f"{self.directory}: no run is done yet; start or continue the experiment with "
                f"'greatpowers batch {self.directory / store.EXPERIMENT} --out {self.directory}'."
            )
        with self.reading(parts[0]):
            for part in parts:
                check_is_file(part)
            schema = pq.read_schema(parts[0])
        with self.reading():
            return pads.dataset([str(part) for part in parts], schema=schema, format="parquet")

    def _damaged(self, file: str, reason: object) -> GreatPowersError:
        return GreatPowersError(f"{self.directory}: the experiment's {file} cannot be used ({reason}).")


@dataclass(frozen=True, eq=False, repr=False)
class ComparedRuns(Results):
    """What ``greatpowers compare`` wrote, read as an experiment of one world: a row for each of ``runs.parquet``."""

    @cached_property
    def experiment(self) -> dict[str, Any]:
        """What an experiment file would say of it."""
        scenario = self.scenario
        question = scenario.question.title if scenario.question else ""
        return {
            "name": f"compare-{scenario.name}", "title": scenario.title, "question": question, "rounds": self.rounds,
            "scenarios": [scenario.name], "policies": self.policies, "baseline": self.manifest.get("baseline"),
        }  # fmt: skip

    @cached_property
    def policies(self) -> list[str]:
        """Names of the policies, in order."""
        if found := self.manifest.get("policies"):
            return [str(name) for name in found]
        raise self._damaged(MANIFEST, "it does not say which policies were played")

    @cached_property
    def scenario(self) -> Scenario:
        """The scenario as it was played, its parameters with it."""
        return load_scenario(self.directory / CONFIG)

    @cached_property
    def points(self) -> pd.DataFrame:
        """The one world that there is."""
        return pd.DataFrame({"point": [0], "scenario": [self.scenario.name], "doctrines": ["given"], "sample": [0]})

    @cached_property
    def seeds(self) -> Sequence[int]:
        """Seeds of every policy."""
        return [int(seed) for seed in dict.fromkeys(self.dataset.to_table(["seed"]).column(0).to_pylist())]

    @cached_property
    def total(self) -> int:
        """Histories played."""
        return len(self.policies) * len(self.seeds)

    @property
    def rounds(self) -> int:
        """Rounds of every history."""
        rounds = self.manifest.get("rounds")
        if not isinstance(rounds, int):
            raise self._damaged(MANIFEST, "it does not say how many rounds were played")
        return rounds

    @cached_property
    def dataset(self) -> pads.Dataset:
        """The histories, with the number of the row and of the one world before them."""
        table = read_parquet(self.directory / COMPARED)
        if not {"policy", "seed"} <= {*table}:
            raise self._damaged(COMPARED, "it is not the table of its histories")
        table.insert(0, "row", np.arange(len(table)))
        table.insert(1, "point", 0)
        return pads.dataset(pa.Table.from_pandas(table, preserve_index=False))

    def parts(self, table: str) -> list[Path]:
        """The file with the histories; rounds are not there by history."""
        return [self.directory / COMPARED] if table == "runs" else []


def open_comparison(directory: str | Path) -> ComparedRuns:
    """The comparison that ``greatpowers compare`` wrote; raises :class:`GreatPowersError` if there is none."""
    place = path_of(directory)
    manifest = read_manifest(place) or {}
    if manifest.get("kind") != "comparison":
        raise GreatPowersError(f"{directory}: there is no comparison here; expected what 'greatpowers compare' wrote.")
    return ComparedRuns(place, manifest)


def open_results(directory: str | Path) -> Results:
    """The results that ``greatpowers batch`` wrote to a directory, complete or not.

    Raises :class:`GreatPowersError` if it holds anything else.
    """
    place = path_of(directory)
    if not place.is_dir():
        text = "this is a file" if place.exists() else "there is no such directory"
        raise GreatPowersError(f"{directory}: {text}; expected a directory that 'greatpowers batch' wrote.")
    manifest = read_manifest(place)
    if manifest is None:
        what = "is empty" if not any(place.iterdir()) else "holds nothing that greatpowers wrote"
        raise GreatPowersError(f"{directory}: this directory {what}; expected one that 'greatpowers batch' wrote.")
    if manifest.get("kind", store.KIND) != store.KIND:
        text = f"this is a saved {manifest['kind']}, not an experiment; expected what 'greatpowers batch' wrote."
        raise GreatPowersError(f"{directory}: {text}")
    return Results(place, manifest)


def check_names(results: Results, wanted: Iterable[str], known: Sequence[str]) -> None:
    """Raise a sentence for the first column that was not recorded."""
    for name in wanted:
        need_known(name, known, f"{results.directory}: '{name}' was not recorded in this experiment.")


def _expression(where: Where | None) -> Any:
    expression = None
    for name, value in (where or {}).items():
        if isinstance(value, Mapping):
            raise GreatPowersError(f"where, {name}: {shown(value)} is not a value; expected a value or a list of them.")
        allowed = [value] if isinstance(value, str) or not isinstance(value, Iterable) else list(value)
        part = pads.field(name).isin(allowed)
        expression = part if expression is None else expression & part
    return expression


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
    of_points, of_policies = pd.Index(points["point"]), pd.Index(policies)
    of_seeds = pd.Index(np.array(seeds, dtype=np.int64))
    for batch in _batches(results, results.dataset, ["point", "policy", "seed", *metrics]):
        if batch.num_rows:
            place = (
                of_points.get_indexer(batch["point"].to_numpy()),
                of_policies.get_indexer(pd.Index(batch["policy"].to_pandas().astype(str))),
                of_seeds.get_indexer(batch["seed"].to_numpy()),
            )
            there[place] = True
            for name in metrics:
                values[name][place] = batch[name].to_numpy(zero_copy_only=False)
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
    for batch in _batches(results, results.rounds_dataset, ["row", "round", *metrics]):
        places = place.reindex(batch["row"].to_numpy()).to_numpy()
        ours = ~np.isnan(places)
        at, when = places[ours].astype(np.int64), batch["round"].to_numpy()[ours]
        for name in metrics:
            values[name][at, when] = batch[name].to_numpy(zero_copy_only=False)[ours]
    return {name: series.reshape(len(points), len(seeds), rounds) for name, series in values.items()}


def _batches(results: Results, table: pads.Dataset, columns: list[str]) -> Iterator[pa.RecordBatch]:
    """Some columns of a table, a batch at a time."""
    with results.reading():
        yield from table.to_batches(columns=columns)


def _last_round(results: Results) -> int:
    last = 0
    for batch in _batches(results, results.rounds_dataset, ["round"]):
        if batch.num_rows:
            last = max(last, int(batch["round"].to_numpy().max()))
    return last


DIMENSIONS = ("point", "policy", "replicate")


def labelled(results: Results, metrics: str | Iterable[str] | None, by_round: bool) -> "xarray.Dataset":
    """The metrics as :meth:`Results.xarray` describes; settings that differ between points become coordinates."""
    try:
        import xarray
    except ImportError:
        raise GreatPowersError("xarray is not installed; install it with 'pip install greatpowers[xarray]'.") from None
    known = results.rounds_dataset.schema.names if by_round else results.metrics
    names = [metrics] if isinstance(metrics, str) else list(metrics if metrics is not None else known)
    names = [name for name in names if name not in KEYS]
    table = store.ROUNDS if by_round else store.RUNS
    dimensions = (*DIMENSIONS, "round") if by_round else DIMENSIONS
    values = _by_round(results, names) if by_round else read_cube(results, names).values
    return xarray.Dataset(
        {name: (dimensions, values[name], _attributes(name, table, results.own_metrics)) for name in names},
        coords=_coordinates(results),
        attrs={"experiment": results.name, "question": str(results.experiment.get("question", ""))},
    )


def _by_round(results: Results, names: list[str]) -> dict[str, Any]:
    parts = [read_rounds(results, names, policy) for policy in results.policies]
    return {name: np.stack([part[name] for part in parts], axis=1) for name in names}


def _coordinates(results: Results) -> dict[str, Any]:
    points = results.points
    varied = [name for name in points.columns if name != "point" and points[name].nunique(dropna=False) > 1]
    return {
        "point": points["point"].to_numpy(),
        "policy": results.policies,
        "seed": ("replicate", np.array(results.seeds, dtype=np.int64)),
        **{name: ("point", points[name].to_numpy(), _attributes(name, store.POINTS)) for name in varied},
    }


def _attributes(name: str, table: str, own: Sequence[Described] = ()) -> dict[str, str]:
    entry = store.describe_column(name, table, own)
    return {"units": entry.unit, "long_name": entry.label, "formula": entry.formula, "source": entry.source}
