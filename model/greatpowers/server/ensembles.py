"""Ensembles played in slices, shared by all who ask for the same one, and kept while there is room."""

import itertools
import logging
import queue
import threading
from collections import OrderedDict
from collections.abc import Callable
from typing import NamedTuple

import numpy as np
import pandas as pd

from greatpowers.core.metrics import N_METRICS
from greatpowers.dictionary import METRIC_NAMES
from greatpowers.scenario.schema import Scenario
from greatpowers.simulation.comparison import Comparison
from greatpowers.simulation.ensemble import Series, runs_frame
from greatpowers.simulation.run import play_matched
from greatpowers.simulation.setup import Setup
from greatpowers.simulation.summary import SUMMARY_COLUMNS, summarise
from greatpowers.storage.manifest import available_cores, provenance

HISTORY, FIRST, REST = 0, 1, 2
"""Order in which work is taken up: whoever waits for a history goes before all that refine an ensemble."""

log = logging.getLogger(__name__)


class CancelToken:
    """Says whether what was asked for is still wanted; cancelled when nobody waits any more."""

    def __init__(self) -> None:
        self.cancelled = False


class Pool:
    """Worker threads on a queue of jobs by priority; first come, first served within one."""

    def __init__(self, workers: int | None = None) -> None:
        self._jobs: queue.PriorityQueue[tuple[int, int, Callable[[], None]]] = queue.PriorityQueue()
        self._numbers = itertools.count()
        self.workers = workers or max(2, available_cores())
        for number in range(self.workers):
            threading.Thread(target=self._work, name=f"greatpowers-{number}", daemon=True).start()

    def submit(self, priority: int, job: Callable[[], None]) -> None:
        """Have `job` called on some thread, soon."""
        self._jobs.put((priority, next(self._numbers), job))

    @property
    def is_waited_for(self) -> bool:
        """Whether jobs wait to be taken up."""
        return not self._jobs.empty()

    def _work(self) -> None:
        while True:
            _, _, job = self._jobs.get()
            try:
                job()
            except Exception:
                log.exception("a job of the laboratory failed")
            del job  # an idle thread must not keep a session alive


SOON, ALL = 40, 200
"""Runs after which an ensemble is shown for the first time, and in all: as many as `greatpowers compare` plays."""

SLICE = 5
"""Runs played at a time: short enough that nobody's history waits long behind one."""

MOST_BYTES = 96 * 2**20


class Subscription(NamedTuple):
    """Somebody to be told once so many runs have been played."""

    runs: int
    token: CancelToken
    tell: Callable[[], None]


class PartialEnsemble:
    """The runs of one setup on seeds 0, 1, ..., filled in slice by slice by any thread."""

    def __init__(self, setup: Setup) -> None:
        self.setup = setup
        self.values = np.empty((ALL, len(SUMMARY_COLUMNS)))
        self.series: Series = np.empty((ALL, setup.rounds, N_METRICS), dtype=np.float32)
        self._lock = threading.Lock()
        self._open = list(range(0, ALL, SLICE))
        self._done = np.zeros(ALL, dtype=bool)
        self._watches: list[Subscription] = []

    @property
    def size(self) -> int:
        """Bytes held."""
        return int(self.values.nbytes + self.series.nbytes)

    def watch(self, watch: Subscription) -> None:
        """Tell when so many runs are there, at once if they are."""
        with self._lock:
            self._watches.append(watch)
        self._announce()

    def claim(self) -> int | None:
        """The first run of the next slice to play, if anybody waits for one."""
        with self._lock:
            self._watches = [watch for watch in self._watches if not watch.token.cancelled]
            wanted = max((watch.runs for watch in self._watches), default=0)
            return self._open.pop(0) if self._open and self._open[0] < wanted else None

    def play(self, start: int) -> None:
        """Play one slice."""
        for seed in range(start, start + SLICE):
            metrics = play_matched([self.setup], seed)[0]
            self.values[seed], self.series[seed] = summarise(metrics), metrics
        with self._lock:
            self._done[start : start + SLICE] = True
        self._announce()

    def _announce(self) -> None:
        with self._lock:
            ready = [watch for watch in self._watches if self._done[: watch.runs].all()]
            self._watches = [watch for watch in self._watches if watch not in ready]
        for watch in ready:
            if not watch.token.cancelled:
                watch.tell()


class EnsembleCache:
    """Ensembles by key, those least recently asked for given up when there are too many."""

    def __init__(self, pool: Pool) -> None:
        self._pool, self._lock = pool, threading.Lock()
        self._kept: OrderedDict[str, PartialEnsemble] = OrderedDict()

    @property
    def size(self) -> int:
        """Bytes held."""
        return sum(kept.size for kept in self._kept.values())

    def ensemble(self, key: str, make: Callable[[], Setup]) -> PartialEnsemble:
        """The ensemble of this key, begun if there is none."""
        with self._lock:
            found = self._kept.get(key)
        fresh = found or PartialEnsemble(make())
        with self._lock:
            found = self._kept.setdefault(key, fresh)
            self._kept.move_to_end(key)
            while len(self._kept) > 2 and self.size > MOST_BYTES:
                self._kept.popitem(last=False)
        return found

    def advance(self, ensemble: PartialEnsemble) -> None:
        """Put as many threads to work on it as there are."""
        for _ in range(self._pool.workers):
            self._pool.submit(FIRST, lambda: self._step(ensemble))

    def _step(self, ensemble: PartialEnsemble) -> None:
        start = ensemble.claim()
        if start is None:
            return
        ensemble.play(start)
        self._pool.submit(FIRST if start + SLICE < SOON else REST, lambda: self._step(ensemble))


def comparison_of(scenario: Scenario, against: PartialEnsemble, policy: PartialEnsemble, runs: int) -> Comparison:
    """The comparison that `greatpowers compare` makes of the same seeds; `scenario` has the terms of both policies."""
    both, seeds = (against, policy), tuple(range(runs))
    setups = [found.setup for found in both]
    frames = [runs_frame(found.values[:runs], seeds) for found in both]
    names = [setup.policy.name for setup in setups]
    return Comparison(
        scenario=scenario,
        policies=tuple(setup.policy for setup in setups),
        parameters=setups[0].parameters,
        rounds=setups[0].rounds,
        seeds=seeds,
        runs=pd.concat(frames, keys=names, names=["policy"]),
        series=np.stack([found.series[:runs] for found in both]),
        series_metrics=METRIC_NAMES,
        origin=provenance(),
    )
