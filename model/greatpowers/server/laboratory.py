"""What all tabs of a process share: threads, worlds and histories shown recently, answers to questions.

Histories are played by each page for itself, matched ones too; here only to explain them, and for files to take along.
"""

import gzip
import hashlib
import itertools
import json
import logging
import queue
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import replace
from functools import cached_property
from typing import NamedTuple

import orjson

from greatpowers.narrative.explanation import explain
from greatpowers.scenario.build import build_policy, segments_of
from greatpowers.scenario.errors import GreatPowersError
from greatpowers.scenario.schema import PolicyPreset, Scenario
from greatpowers.server.explanations import explanation_data, parting
from greatpowers.server.payload import RUNS, history_payload, policy_payload, world_data
from greatpowers.server.state import LabState
from greatpowers.server.worlds import against_object, policy_object, scenario_object
from greatpowers.simulation.comparison import Comparison, compare
from greatpowers.simulation.history import History
from greatpowers.simulation.run import simulate_prepared
from greatpowers.simulation.setup import Setup, given_scenario, prepare, resolved
from greatpowers.storage.manifest import available_cores
from greatpowers.studies.question import AnswerData, answers, key_of, policies_asked, policies_of


class CancelToken:
    """Says whether what was asked for is still wanted; cancelled when nobody waits any more."""

    def __init__(self) -> None:
        self.cancelled = False


class Pool:
    """Worker threads on a queue of jobs; first come, first served."""

    def __init__(self, workers: int | None = None) -> None:
        self._jobs: queue.SimpleQueue[Callable[[], None]] = queue.SimpleQueue()
        for number in range(workers or max(2, available_cores())):
            threading.Thread(target=self._work, name=f"greatpowers-{number}", daemon=True).start()

    def submit(self, job: Callable[[], None]) -> None:
        """Have `job` called on some thread, soon."""
        self._jobs.put(job)

    @property
    def is_waited_for(self) -> bool:
        """Whether jobs wait to be taken up."""
        return not self._jobs.empty()

    def _work(self) -> None:
        while True:
            job = self._jobs.get()
            try:
                job()
            except Exception:
                log.exception("a job of the laboratory failed")
            del job  # an idle thread must not keep a session alive


MOST_KEPT = 16


class Answers:
    """Answers of a process, each played once, one after the other, on a thread that gives way to the pool's."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool
        self._lock = threading.Lock()
        self._kept: dict[str, AnswerData] = {}
        self._waiting: dict[str, list[Callable[[AnswerData], None]]] = {}
        self._turn = threading.Lock()

    def ask(self, scenario: Scenario, tell: Callable[[AnswerData], None]) -> None:
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
                    self._notify(key, part)
            except Exception:
                log.exception("the question of a scenario could not be answered")
            finally:
                with self._lock:
                    self._waiting.pop(key, None)

    def _give_way(self, _done: int, _all: int) -> None:
        while self._pool.is_waited_for:
            time.sleep(0.02)

    def _notify(self, key: str, answer: AnswerData) -> None:
        with self._lock:
            self._kept[key] = answer
            while len(self._kept) > MOST_KEPT:
                self._kept.pop(next(iter(self._kept)))
            waiting = list(self._waiting.get(key, []))
        for tell in waiting:
            tell(answer)


OWN_FAULT = "Something went wrong that is our fault, not yours; the terminal says more. Undo, or choose otherwise."

MOST_ROWS_SHOWN = 100_000
"""States and theatres, times rounds, of all histories kept: each takes half a kilobyte once it has been played here."""

MOST_WORLDS = 8

log = logging.getLogger(__name__)


class SharedWorld:
    """A world that pages play in: built, and made ready for their engines, once for all of them."""

    def __init__(self, name: str, setup: Setup) -> None:
        self.name, self.setup = name, setup

    @cached_property
    def packed(self) -> bytes:
        """What a page's engine takes, compressed."""
        return gzip.compress(orjson.dumps(world_data(self.setup, self.name)))


class ShownHistory:
    """A history as pages play it themselves; equal names are equal histories.

    It is played here when a page needs what only the library can compute, and kept.
    """

    def __init__(self, name: str, world: SharedWorld, setup: Setup, seed: int) -> None:
        self.name, self.world, self._setup, self._seed = name, world, setup, seed

    @cached_property
    def recipe(self) -> bytes:
        """What a page plays it from, beside its world: JSON."""
        return orjson.dumps({**policy_payload(self._setup), "seed": self._seed, "world": self.world.name})

    @cached_property
    def history(self) -> History:
        """The history with everything recorded."""
        return simulate_prepared(self._setup, self._seed)

    @property
    def payload(self) -> bytes:
        """What a page makes of its recipe, for browsers that cannot: JSON, in which what is no number is null."""
        return orjson.dumps({**history_payload(self.history, setup=self._setup), "world": self.world.name})

    def explained(self, theatre: str, number: int) -> bytes:
        """One of its steps explained, for the same; raises :class:`GreatPowersError` if there is none."""
        return json.dumps(explanation_data(explain(self.history, theatre, number))).encode()

    def parted(self, against: "ShownHistory") -> bytes:
        """Where it and another of the same luck part, for the same."""
        return orjson.dumps(parting(against.history, self.history))

    @property
    def rounds(self) -> int:
        """How long it is."""
        return self._setup.rounds

    @property
    def rows(self) -> int:
        """How much is recorded of it."""
        return self.rounds * sum(self._setup.sizes)


class TabUpdate(NamedTuple):
    """News for a tab: two histories, or what stood in the way."""

    policy: ShownHistory | None = None
    against: ShownHistory | None = None
    key: str = ""
    error: str = ""


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

    @property
    def plain(self) -> Scenario:
        """The scenario without what policies do in single places."""
        return self.scenario.model_copy(update={"terms": ()})

    @property
    def world(self) -> str:
        """Equal for equal worlds played for as many rounds."""
        return _hashed(self.plain.model_dump_json(), str(self.rounds))

    def key(self, policy: PolicyPreset, world: str) -> str:
        """Equal for equal histories in a world but for the seed, whatever terms it has for other policies."""
        asked = {name for segment in segments_of(policy) for name in segment.terms}
        terms = (entry.model_dump_json() for entry in self.scenario.terms if entry.policy in asked)
        return _hashed(world, policy.model_dump_json(), *terms)


def _hashed(*parts: str) -> str:
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


class Laboratory:
    """The pool, the histories shown recently, and the comparison exported last."""

    def __init__(self, workers: int | None = None) -> None:
        self.pool = Pool(workers)
        self._compared: tuple[LabState, Comparison] | None = None
        self._comparing = threading.Lock()
        self._keys = itertools.count(1)
        self._shown: OrderedDict[str, ShownHistory] = OrderedDict()
        self._worlds: OrderedDict[str, SharedWorld] = OrderedDict()
        self._lock = threading.Lock()

    @cached_property
    def answers(self) -> "Answers":
        """Answers to questions of scenarios; loaded with the view that shows them, never while the server starts."""
        return Answers(self.pool)

    def play(self, state: LabState, token: CancelToken, tell: Callable[[TabUpdate], None]) -> None:
        """Make both histories of a state ready to be played by its page; `tell` is called on some other thread."""
        self.pool.submit(lambda: _guarded(token, tell, lambda: self._play(state, tell)))

    def comparison(self, state: LabState) -> Comparison:
        """Both policies of a state on the seeds that its page plays, for files: one at a time, the last one kept."""
        with self._comparing:
            if self._compared is None or self._compared[0] != state:
                request = RunRequest.of(state)
                policies = [request.against, request.policy]
                self._compared = state, compare(request.scenario, policies, RUNS, request.rounds, workers=1)
            return self._compared[1]

    def _play(self, state: LabState, tell: Callable[[TabUpdate], None]) -> None:
        request = RunRequest.of(state)
        policy, against = self.show(request, request.policy), self.show(request, request.against)
        tell(TabUpdate(policy, against, key=str(next(self._keys))))

    def show(self, request: RunRequest, policy: PolicyPreset) -> ShownHistory:
        """A history of the request, from those shown recently if it is among them."""
        world = self._world(request, policy)
        name = f"{request.key(policy, world.name)}-{request.seed}"
        with self._lock:
            history = self._shown.get(name)
        if history is None:
            scenario = given_scenario(request.scenario)
            spelled_out = resolved(scenario, world.setup.parameters)
            levers = build_policy(scenario, policy)
            setup = replace(world.setup, scenario=spelled_out, policy=policy, levers=levers)
            history = ShownHistory(name, world, setup, request.seed)
        with self._lock:
            self._shown[name] = history
            self._shown.move_to_end(name)
            while len(self._shown) > 2 and sum(shown.rows for shown in self._shown.values()) > MOST_ROWS_SHOWN:
                self._shown.popitem(last=False)
        return history

    def _world(self, request: RunRequest, policy: PolicyPreset) -> SharedWorld:
        """The world of the request, whatever policies are followed in it."""
        name = request.world
        with self._lock:
            world = self._worlds.get(name)
        if world is None:
            world = SharedWorld(name, prepare(request.scenario, policy, request.rounds, None))
        with self._lock:
            self._worlds[name] = world
            self._worlds.move_to_end(name)
            while len(self._worlds) > MOST_WORLDS:
                self._worlds.popitem(last=False)
        return world


def _guarded(token: CancelToken, tell: Callable[[TabUpdate], None], work: Callable[[], None]) -> None:
    """Do the work unless nobody waits for it any more, and turn what goes wrong into a sentence."""
    if token.cancelled:
        return
    try:
        work()
    except GreatPowersError as error:
        tell(TabUpdate(error=str(error)))
    except Exception:
        log.exception("playing a state failed")
        tell(TabUpdate(error=OWN_FAULT))
