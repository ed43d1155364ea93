"""What all tabs of a process share: the threads that play, ensembles that have been played, answers to questions."""

import hashlib
import itertools
import logging
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from functools import cached_property
from typing import NamedTuple

import orjson

from greatpowers.scenario.build import segments_of
from greatpowers.scenario.errors import GreatPowersError
from greatpowers.scenario.schema import PolicyPreset, Scenario
from greatpowers.server.ensembles import (
    ALL,
    HISTORY,
    SOON,
    CancelToken,
    EnsembleCache,
    PartialEnsemble,
    Pool,
    Subscription,
    comparison_of,
)
from greatpowers.server.payload import history_payload
from greatpowers.server.state import LabState
from greatpowers.server.worlds import against_object, policy_object, scenario_object
from greatpowers.simulation.comparison import Comparison
from greatpowers.simulation.history import History
from greatpowers.simulation.run import simulate
from greatpowers.simulation.setup import prepare
from greatpowers.studies.question import Told, answers, key_of, policies_asked, policies_of

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
