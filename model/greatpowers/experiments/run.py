"""Running an experiment, on the cores of this machine or on a Dask cluster; and one of its runs again, in full."""

import json
import math
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from greatpowers.core.parameters import Parameters
from greatpowers.experiments.load import Study, load_study, study_from
from greatpowers.experiments.plan import Plan
from greatpowers.experiments.play import PartRun, Unit, try_own_functions
from greatpowers.experiments.results import ComparedRuns, open_comparison, open_results
from greatpowers.experiments.store import KIND, POINTS_FILE, Store, names_of
from greatpowers.scenario.errors import GreatPowersError
from greatpowers.scenario.library import path_of
from greatpowers.simulation.ensemble import Progress, run_jobs
from greatpowers.simulation.history import History, read_policy
from greatpowers.simulation.run import simulate
from greatpowers.simulation.summary import SUMMARY_COLUMNS
from greatpowers.storage.checkpoint import checkpoint
from greatpowers.storage.files import checked_path
from greatpowers.storage.manifest import MANIFEST, policy_file, read_manifest


@dataclass(frozen=True)
class Finished:
    """A complete experiment: where it is, its runs, and how many of them had been there before."""

    directory: Path
    rows: int
    rows_before: int


def run_batch(
    experiment: Study | str | Path,
    directory: str | Path,
    workers: int | None = None,
    dask: str | None = None,
    progress: Progress | None = None,
) -> Finished:
    """Run an experiment, or what is left of it, into a directory.

    `workers` threads play runs, by default one a core; with `dask` ("local" or the address of a scheduler) the
    cluster does. Results do not depend on either. Killed at any moment, the same call resumes where it stopped.
    `progress` is called with (runs done, runs in all). Raises :class:`GreatPowersError` on what cannot be run or kept.
    """
    study = experiment if isinstance(experiment, Study) else load_study(experiment)
    plan, place = Plan(study), checked_path(directory)
    try_own_functions(plan)  # one that fails at once shall not leave a directory that it began
    with checkpoint(place, KIND) as old:
        store = Store(plan, place, old)
        before = store.rows_done
        advance = _counter(before, plan.rows, progress)
        if dask is not None and store.pending:
            from greatpowers.experiments.dask import play_there

            play_there(store, dask, workers, advance)
        elif store.pending:
            play_here(store, workers, advance)
        store.finish()
    return Finished(place, plan.rows, before)


def play_here(store: Store, workers: int | None, advance: Callable[[int], None]) -> None:
    """Play every pending part on threads of this process; `advance` is called with runs just played.

    Threads share the work seed by seed, so that an experiment of few parts keeps all of them busy; whoever plays the
    last seed of a part writes it.
    """
    units, lock = _units(store), threading.Lock()

    def work(_: int) -> None:
        with lock:
            unit = next(units)
        played = unit.play()
        if unit.part.finished():
            store.write(unit.part.job, unit.part.values)
        advance(played)

    run_jobs(sum(map(store.plan.units, store.pending)), work, workers, None)


def _units(store: Store) -> Iterator[Unit]:
    for number in store.pending:
        yield from PartRun(store.plan.job(number)).units()


def _counter(before: int, total: int, progress: Progress | None) -> Callable[[int], None]:
    """What adds up runs and passes them on, one call at a time."""
    if progress is None:
        return lambda _: None
    done, lock = [before], threading.Lock()
    progress(before, total)

    def told(runs: int) -> None:
        with lock:
            done[0] += runs
            progress(done[0], total)

    return told


@dataclass(frozen=True)
class Rerun:
    """A run played again: its history, the labels of its point, and its row in the table."""

    history: History
    labels: dict[str, Any]
    row: dict[str, Any]


def rerun(directory: str | Path, row: int) -> Rerun:
    """Play the run of a row again and compare it with the table, number by number; of a comparison as well.

    Everything is taken from the directory: neither the experiment's file nor those it named are needed. Raises
    :class:`GreatPowersError` if there is no such row, or if the numbers differ, which another version of the package
    or of a library may cause.
    """
    place = path_of(directory)
    if (read_manifest(place) or {}).get("kind") == "comparison":
        return _rerun_compared(open_comparison(place), row)
    manifest = open_results(place).manifest
    plan = _plan(place, manifest)
    if isinstance(row, bool) or not 0 <= row < plan.rows:
        raise GreatPowersError(f"{directory}: there is no row {row}; expected one from 0 to {plan.rows - 1}.")
    record = _kept_row(place, plan, row)
    number, policy, seed = plan.row(row)
    point, varied = plan.point(number), _varied(place, plan, number)
    history = simulate(point.scenario, point.policies[policy], seed, point.rounds, varied)
    _compare(place, manifest, row, record, history, plan.recording.columns)
    return Rerun(history, plan.labels(number), record)


def _rerun_compared(results: ComparedRuns, row: int) -> Rerun:
    if isinstance(row, bool) or not 0 <= row < results.total:
        raise GreatPowersError(f"{results.directory}: there is no row {row}; expected 0 to {results.total - 1}.")
    if results.manifest.get("rules"):
        raise GreatPowersError(f"{results.directory}: it was played by rules of one's own, which are not kept with it.")
    record = {str(name): value for name, value in results.runs(where={"row": row}).iloc[0].items()}
    policy = read_policy(results.directory / policy_file(str(record["policy"])))
    history = simulate(results.scenario, policy, int(record["seed"]), results.rounds)
    _compare(results.directory, results.manifest, row, record, history, SUMMARY_COLUMNS)
    labels = {"scenario": history.scenario.name, "policy": policy.name, "seed": history.seed}
    return Rerun(history, labels, record)


def _plan(place: Path, manifest: Any) -> Plan:
    try:
        text, configuration = str(manifest["experiment_text"]), manifest["configuration"]
    except KeyError as error:
        raise GreatPowersError(f"{place}: the {MANIFEST} does not say {error}; it is damaged.") from None
    try:
        return Plan(study_from(text, configuration))
    except GreatPowersError as error:
        raise error.within(f"{place / MANIFEST}") from None


def _kept_row(place: Path, plan: Plan, row: int) -> dict[str, Any]:
    """The row of the table, from the part that holds it."""
    part = row // plan.part_rows
    path = place / names_of(plan, part)[-1]
    if not path.is_file():
        raise GreatPowersError(f"{place}: row {row} has not been played yet; give 'greatpowers batch' again to go on.")
    try:
        table = pq.read_table(path).slice(row - plan.range_of(part)[0], 1)
        record: dict[str, Any] = table.to_pylist()[0]
    except (OSError, pa.ArrowException, IndexError) as error:
        reason = str(error).splitlines()[0]
        text = f"{path.name}, which holds row {row}, is damaged ({reason}); give 'greatpowers batch' again to mend it"
        raise GreatPowersError(f"{place}: {text}.") from None
    return record


def _varied(place: Path, plan: Plan, number: int) -> dict[str, float]:
    """The parameters of a point that the sample set, as the table of points holds them."""
    names = [name for name in Parameters._fields if name in plan.samples.names]
    if not names:
        return {}
    try:
        table = pq.read_table(place / POINTS_FILE, columns=names, filters=[("point", "==", number)])
        return {name: float(value) for name, value in table.to_pylist()[0].items()}
    except (OSError, pa.ArrowException, IndexError) as error:
        raise GreatPowersError(f"{place}: {POINTS_FILE} is damaged ({str(error).splitlines()[0]}).") from None


def _compare(
    place: Path, manifest: Any, row: int, record: dict[str, Any], history: History, columns: tuple[str, ...]
) -> None:
    if missing := [name for name in columns if name not in record]:
        raise GreatPowersError(f"{place}: the table does not hold '{missing[0]}' of row {row}; it is damaged.")
    for name in columns:
        now, before = float(history.summary[name]), float(record[name])
        if now != before and not (math.isnan(now) and math.isnan(before)):
            text = f"row {row} comes out differently: '{name}' is {now!r}, and was {before!r}"
            raise GreatPowersError(f"{place}: {text}. {_why(manifest, history)}")


def _why(manifest: Any, history: History) -> str:
    for name in ("version", "core", "environment"):
        if manifest.get(name) != history.origin.get(name):
            before, now = (json.dumps(origin.get(name)) for origin in (manifest, history.origin))
            return f"The experiment was run with {name} {before}, and this is {now}."
    return "Neither the version nor the libraries have changed, so the table may have been."
