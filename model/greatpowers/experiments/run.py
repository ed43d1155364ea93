"""Running an experiment: on the cores of this machine, or on those of a Dask cluster."""

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from greatpowers.experiments.load import Study, load_study
from greatpowers.experiments.plan import Plan
from greatpowers.experiments.play import PartRun, Unit
from greatpowers.experiments.store import Store, open_store
from greatpowers.simulation.parallel import Progress, run_jobs


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
    cluster does. Results do not depend on either. Killed at any moment, the same call goes on where it stopped.
    `progress` is told (runs done, runs in all). Raises :class:`GreatPowersError` on what cannot be run or kept.
    """
    study = experiment if isinstance(experiment, Study) else load_study(experiment)
    plan, place = Plan(study), Path(directory).expanduser()
    with open_store(plan, place) as store:
        before = store.rows_done
        told = _counter(before, plan.rows, progress)
        if dask is not None and store.pending:
            from greatpowers.experiments.dask import play_there

            play_there(store, dask, workers, told)
        elif store.pending:
            play_here(store, workers, told)
        store.finish()
    return Finished(place, plan.rows, before)


def play_here(store: Store, workers: int | None, told: Callable[[int], None]) -> None:
    """Play every pending part on threads of this process; `told` hears of runs played.

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
        told(played)

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
