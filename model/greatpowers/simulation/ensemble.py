"""Many histories of one scenario under one policy, on as many seeds.

They are played by a pool of threads; kernels release the GIL, so threads are enough.
"""

import itertools
import threading
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from greatpowers.core.declare import Floats
from greatpowers.core.history import Track
from greatpowers.core.log import Log
from greatpowers.core.metrics import N_METRICS
from greatpowers.core.parameters import Parameters
from greatpowers.core.world import World
from greatpowers.dictionary import describe_label
from greatpowers.presentation.tables import table_shown
from greatpowers.scenario.schema import PolicyPreset, Scenario
from greatpowers.simulation.own import NO_RULES, MetricsLike, OwnMetric, Rules, RulesLike, own_metrics, own_values
from greatpowers.simulation.places import Belligerent, belligerents, outcomes_by_place
from greatpowers.simulation.run import history_of, play, play_and, play_to_end
from greatpowers.simulation.setup import PolicyLike, ScenarioLike, Seeds, Setup, checked_count, checked_seeds, prepare
from greatpowers.simulation.summary import HEADLINES, SUMMARY_COLUMNS, summarise
from greatpowers.storage.manifest import available_cores

if TYPE_CHECKING:
    from matplotlib.figure import Figure

Series = NDArray[np.float32]


Progress = Callable[[int, int], None]
"""Told (jobs done, jobs in all) after each job, one call at a time, from a working thread."""


def in_histories(progress: Progress | None, each: int, before: int = 0, after: int = 0) -> Progress | None:
    """Jobs play `each` so many histories; people count histories, among them those played `before` and `after`."""
    if progress is None:
        return None
    return lambda done, total: progress(before + done * each, before + total * each + after)


@dataclass(frozen=True, eq=False, repr=False)
class Ensemble:
    """Histories of one scenario under one policy.

    `runs` has one row a seed and the columns of a history's summary; `series` is None, or the metrics of every
    round as float32, shape [runs, R, Metric]. Row i of both belongs to `seeds[i]`.
    """

    scenario: Scenario
    policy: PolicyPreset
    parameters: Parameters
    rounds: int
    seeds: tuple[int, ...]
    runs: pd.DataFrame
    series: Series | None
    own_metrics: tuple[OwnMetric, ...] = ()
    rules: Rules = NO_RULES

    def __repr__(self) -> str:
        size = f"runs={len(self.seeds)}, rounds={self.rounds}"
        return f"Ensemble({self.scenario.name}, {self.policy.name}, {size})"

    def _repr_html_(self) -> str:
        own = {metric.name: metric.described.label for metric in self.own_metrics}
        table = self.runs[[*HEADLINES, *own]].describe(percentiles=[0.05, 0.5, 0.95]).T
        table = table.rename(lambda name: own[name] if name in own else describe_label(name))
        return table_shown(repr(self), table.drop(columns=["count", "std"]))

    def plot(self, metric: str = "mean_severity") -> "Figure":
        """How often each value of a column of `runs` comes."""
        from greatpowers.simulation.drawing import distribution

        return distribution(self, metric)


def ensemble(
    scenario: ScenarioLike,
    policy: PolicyLike,
    seeds: Seeds,
    rounds: int | None = None,
    parameters: Mapping[str, float] | None = None,
    workers: int | None = None,
    progress: Progress | None = None,
    series: bool = False,
    metrics: MetricsLike = (),
    rules: RulesLike | None = None,
) -> Ensemble:
    """Play one history a seed, on all cores unless `workers` says how many.

    Each row equals the summary of :func:`simulate` on that seed, bit for bit, whatever the number of workers. Without
    `series` memory does not grow with the length of histories. `metrics` are functions of a :class:`History`, or names
    of such, that become columns of `runs`; `rules` stand for choices of the model: see :func:`compare`. `progress` is
    called with (done, total). Raises :class:`GreatPowersError` on what cannot be run.
    """
    setup, chosen = prepare(scenario, policy, rounds, parameters, rules), checked_seeds(seeds)
    own = own_metrics(metrics)
    metric_series = np.empty((1, len(chosen), setup.rounds, N_METRICS), dtype=np.float32) if series else None
    values = play_all([setup], chosen, workers, progress, metric_series, own=own)
    runs = runs_frame(values[0], chosen, [metric.name for metric in own])
    rows = metric_series[0] if metric_series is not None else None
    asked = (setup.scenario, setup.policy, setup.parameters, setup.rounds, chosen)
    return Ensemble(*asked, runs, rows, own, setup.rules)


def play_all(
    setups: Sequence[Setup],
    seeds: Sequence[int],
    workers: int | None,
    progress: Progress | None = None,
    series: Series | None = None,
    columns: Sequence[int] | slice = slice(None),
    places: Floats | None = None,
    own: Sequence[OwnMetric] = (),
    fought: list[list[list[Belligerent]]] | None = None,
    meanwhile: Callable[[], None] | None = None,
) -> Floats:
    """Summaries of every setup on every seed, followed by the metrics of the user's own: [setups, seeds, columns].

    `series`, if given, is filled with the metrics in `columns` of every round: [setups, seeds, R, columns]; `places`
    with what became of each place: [setups, seeds, T, PLACE_OUTCOMES]; `fought`, with as many lists, with who fought
    in wars between great powers. `meanwhile` is as in :func:`run_jobs`.
    """
    values = np.empty((len(setups), len(seeds), len(SUMMARY_COLUMNS) + len(own)))

    def work(run: int) -> None:
        for which, setup in enumerate(setups):
            if places is None and fought is None and not own:
                metrics = play(setup, seeds[run], record=False).metrics
                values[which, run] = summarise(metrics)
            else:
                reading = play_and_read(setup, seeds[run], own)
                metrics, values[which, run] = reading.metrics, reading.values
                if places is not None:
                    places[which, run] = reading.places
                if fought is not None:
                    fought[which][run] = reading.fought
            if series is not None:
                series[which, run] = metrics[:, columns]

    run_jobs(len(seeds), work, workers, progress, meanwhile)
    return values


class Reading(NamedTuple):
    """What is kept of a history: `metrics` [R, Metric], its summary and own metrics, `places` [T, PLACE_OUTCOMES].

    `fought` are those who fought in wars between great powers.
    """

    metrics: Floats
    values: Floats
    places: Floats
    fought: list[Belligerent]


def play_and_read(setup: Setup, seed: int, own: Sequence[OwnMetric] = ()) -> Reading:
    """Play one history and read it."""
    if not own:
        return play_and(_read, setup, seed)
    end, track, log = play_to_end(setup, seed)
    reading = _read(end, track, log)
    return reading._replace(values=np.append(reading.values, own_values(own, history_of(setup, seed, track, log))))


def _read(end: World, track: Track, log: Log) -> Reading:
    written = int(log.happened[0])
    events = (log.codes[:written], log.numbers[:written])
    values, places = summarise(track.metrics), outcomes_by_place(end, track, *events)
    return Reading(track.metrics, values, places, belligerents(end, track, *events))


def runs_frame(values: Floats, seeds: Sequence[int], own: Sequence[str] = ()) -> pd.DataFrame:
    """Summaries and own metrics [seeds, columns] as a table indexed by seed."""
    index = pd.Index(np.array(seeds, dtype=np.int64), name="seed")
    return pd.DataFrame(values, columns=[*SUMMARY_COLUMNS, *own], index=index)


def run_jobs(
    jobs: int,
    work: Callable[[int], None],
    workers: int | None,
    progress: Progress | None,
    meanwhile: Callable[[], None] | None = None,
) -> None:
    """Call `work(0)` to `work(jobs - 1)`, each once, on `workers` threads (by default one a core).

    Jobs must not depend on each other. The calling thread does what is to be done `meanwhile`. The first error, or an
    interrupt, stops the threads and is passed on.
    """
    threads = min(jobs, available_cores() if workers is None else checked_count("workers", workers))
    numbers, done, turn, stopped = iter(range(jobs)), itertools.count(1), threading.Lock(), threading.Event()

    def member() -> None:
        try:
            while not stopped.is_set():
                with turn:
                    number = next(numbers, None)
                if number is None:
                    return
                work(number)
                with turn:
                    finished = next(done)
                    if progress is not None:
                        progress(finished, jobs)
        except BaseException:
            stopped.set()
            raise

    with ThreadPoolExecutor(threads, thread_name_prefix="greatpowers") as pool:
        try:
            members = [pool.submit(member) for _ in range(threads)]
            if meanwhile is not None:
                meanwhile()
            for each in members:
                each.result()
        finally:
            stopped.set()
