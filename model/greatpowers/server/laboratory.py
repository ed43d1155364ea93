"""What all tabs of a process share: threads that play, ensembles that have been played, answers to questions.

Ensembles are played in slices, shared by all who ask for the same one, and kept while there is room.
"""

import hashlib
import itertools
import logging
import queue
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from functools import cached_property
from typing import NamedTuple

import numpy as np
import orjson
import pandas as pd

from greatpowers.core.metrics import N_METRICS
from greatpowers.dictionary import METRIC_NAMES
from greatpowers.scenario.build import segments_of
from greatpowers.scenario.errors import GreatPowersError
from greatpowers.scenario.schema import PolicyPreset, Scenario
from greatpowers.server.payload import history_payload
from greatpowers.server.state import LabState
from greatpowers.server.worlds import against_object, policy_object, scenario_object
from greatpowers.simulation.comparison import Comparison
from greatpowers.simulation.ensemble import Series, runs_frame
from greatpowers.simulation.history import History
from greatpowers.simulation.run import play_matched, simulate
from greatpowers.simulation.setup import Setup, prepare
from greatpowers.simulation.summary import SUMMARY_COLUMNS, summarise
from greatpowers.storage.manifest import available_cores, provenance
from greatpowers.studies.question import Told, answers, key_of, policies_asked, policies_of

HISTORY, FIRST, REST = 0, 1, 2
"""Order in which work is taken up: whoever waits for a history goes before all that refine an ensemble."""


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


MOST_KEPT = 16


class Answers:
    """Answers of a process, each played once, one after the other, on a thread that gives way to the pool's."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool
        self._lock = threading.Lock()
        self._kept: dict[str, Told] = {}
        self._waiting: dict[str, list[Callable[[Told], None]]] = {}
        self._turn = threading.Lock()

    def ask(self, scenario: Scenario, tell: Callable[[Told], None]) -> None:
        """Have `tell` called on some thread with what is known of an answer, at once and when there is more."""
        pair = policies_asked(scenario)
        if pair is None:
            return
        key = key_of(scenario, policies_of(scenario, pair))
        with self._lock:
            known = self._kept.get(key)
            begun = key in self._waiting
            if known is None or not known["last"]:
                self._waiting.setdefault(key, []).append(tell)
        if known is not None:
            tell(known)
        if known is None and not begun:
            threading.Thread(target=self._answer, args=(key, scenario, pair), daemon=True).start()

    def _answer(self, key: str, scenario: Scenario, pair: tuple[str, str]) -> None:
        with self._turn:
            try:
                for part in answers(scenario, pair, self._give_way):
                    self._tell(key, part)
            except Exception:
                log.exception("the question of a scenario could not be answered")
            finally:
                with self._lock:
                    self._waiting.pop(key, None)

    def _give_way(self, _done: int, _all: int) -> None:
        while self._pool.is_waited_for:
            time.sleep(0.02)

    def _tell(self, key: str, found: Told) -> None:
        with self._lock:
            self._kept[key] = found
            while len(self._kept) > MOST_KEPT:
                self._kept.pop(next(iter(self._kept)))
            waiting = list(self._waiting.get(key, []))
        for tell in waiting:
            tell(found)


OWN_FAULT = "Something went wrong that is our fault, not yours; the terminal says more. Undo, or choose otherwise."

MOST_SHOWN = 48 * 2**20
"""Bytes of histories kept as the page reads them: to go back to one, or to change one policy of two, costs nothing."""

log = logging.getLogger(__name__)


class ShownHistory(NamedTuple):
    """A history, and the same as the page reads it; equal names are equal histories."""

    history: History
    payload: bytes
    name: str


class TabUpdate(NamedTuple):
    """News for a tab: two histories, or a comparison, or what stood in the way; `last` when no more will come."""

    policy: ShownHistory | None = None
    against: ShownHistory | None = None
    key: str = ""
    comparison: Comparison | None = None
    error: str = ""
    last: bool = False


class RunRequest(NamedTuple):
    """What a state asks to be played, in the library's own terms."""

    scenario: Scenario
    policy: PolicyPreset
    against: PolicyPreset
    seed: int
    rounds: int | None

    @classmethod
    def of(cls, state: LabState) -> "RunRequest":
        """The request of a state; raises :class:`GreatPowersError`."""
        return cls(scenario_object(state), policy_object(state), against_object(state), state.seed, state.rounds)

    def key(self, policy: PolicyPreset) -> str:
        """Equal for equal ensembles, whatever terms the scenario has for other policies."""
        asked = {name for segment in segments_of(policy) for name in segment.terms}
        terms = tuple(found for found in self.scenario.terms if found.policy in asked)
        world = self.scenario.model_copy(update={"terms": terms})
        parts = (world.model_dump_json(), policy.model_dump_json(), str(self.rounds))
        return hashlib.sha256("\n".join(parts).encode()).hexdigest()


class Laboratory:
    """The pool, the histories shown of late, and the cache of ensembles."""

    def __init__(self, workers: int | None = None) -> None:
        self.pool = Pool(workers)
        self.cache = EnsembleCache(self.pool)
        self._keys = itertools.count(1)
        self._shown: OrderedDict[str, ShownHistory] = OrderedDict()
        self._lock = threading.Lock()

    @cached_property
    def answers(self) -> "Answers":
        """Answers to questions of scenarios; loaded with the view that shows them, never while the server starts."""
        return Answers(self.pool)

    def play(self, state: LabState, token: CancelToken, tell: Callable[[TabUpdate], None]) -> None:
        """Play both histories of a state; `tell` is called on some other thread."""
        self.pool.submit(HISTORY, lambda: _guarded(token, tell, lambda: self._play(state, tell)))

    def compare(self, state: LabState, token: CancelToken, tell: Callable[[TabUpdate], None]) -> None:
        """Play both ensembles of a state, and tell of them when there are a few runs and when there are all."""
        self.pool.submit(
            HISTORY, lambda: _guarded(token, tell, lambda: self._compare(RunRequest.of(state), token, tell))
        )

    def _play(self, state: LabState, tell: Callable[[TabUpdate], None]) -> None:
        request = RunRequest.of(state)
        policy, against = self._show(request, request.policy), self._show(request, request.against)
        tell(TabUpdate(policy, against, key=str(next(self._keys))))

    def _show(self, request: RunRequest, policy: PolicyPreset) -> ShownHistory:
        """A history of the request, from those shown of late if it is among them."""
        name = f"{request.key(policy)}-{request.seed}"
        with self._lock:
            found = self._shown.get(name)
        if found is None:
            history = simulate(request.scenario, policy, request.seed, request.rounds)
            found = ShownHistory(history, payload_bytes(history), name)
        with self._lock:
            self._shown[name] = found
            self._shown.move_to_end(name)
            while len(self._shown) > 2 and sum(len(kept.payload) for kept in self._shown.values()) > MOST_SHOWN:
                self._shown.popitem(last=False)
        return found

    def _compare(self, request: RunRequest, token: CancelToken, tell: Callable[[TabUpdate], None]) -> None:
        against, policy = (self._ensemble(request, found) for found in (request.against, request.policy))

        def watch(runs: int, last: bool) -> None:
            ready = itertools.count(1)

            def compared() -> None:
                tell(TabUpdate(comparison=comparison_of(request.scenario, against, policy, runs), last=last))

            def one_ready() -> None:
                if next(ready) == 2:
                    _guarded(token, tell, compared)

            for found in (against, policy):
                found.watch(Subscription(runs, token, one_ready))

        watch(SOON, last=False)
        watch(ALL, last=True)
        for found in (against, policy):
            self.cache.advance(found)

    def _ensemble(self, request: RunRequest, policy: PolicyPreset) -> PartialEnsemble:
        return self.cache.ensemble(request.key(policy), lambda: prepare(request.scenario, policy, request.rounds, None))


def _guarded(token: CancelToken, tell: Callable[[TabUpdate], None], work: Callable[[], None]) -> None:
    """Do the work unless nobody waits for it any more, and turn what goes wrong into a sentence."""
    if token.cancelled:
        return
    try:
        work()
    except GreatPowersError as error:
        tell(TabUpdate(error=str(error), last=True))
    except Exception:
        log.exception("playing a state failed")
        tell(TabUpdate(error=OWN_FAULT, last=True))


def payload_bytes(history: History) -> bytes:
    """A history as the page reads it: JSON, in which what is no number is null."""
    return orjson.dumps(history_payload(history))
