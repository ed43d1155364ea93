"""Answers to the questions of scenarios, for all tabs of a server."""

import logging
import threading
import time
from collections.abc import Callable

from greatpowers.scenario.schema import Scenario
from greatpowers.server.ensembles import Pool
from greatpowers.studies.question import Told, answers, key_of, policies_asked, policies_of

MOST_KEPT = 16

log = logging.getLogger(__name__)


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
