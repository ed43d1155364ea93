"""The threads that play: one pool for the process, histories before ensembles, and nothing for those who moved on."""

import itertools
import logging
import queue
import threading
from collections.abc import Callable

from greatpowers.storage.provenance import available_cores

HISTORY, FIRST, REST = 0, 1, 2
"""Order in which work is taken up: whoever waits for a history goes before all that refine an ensemble."""

log = logging.getLogger(__name__)


class Ticket:
    """What somebody waits for; dropped when they no longer do."""

    def __init__(self) -> None:
        self.dropped = False


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

    def _work(self) -> None:
        while True:
            _, _, job = self._jobs.get()
            try:
                job()
            except Exception:
                log.exception("a job of the laboratory failed")
            del job  # an idle thread must not keep a session alive
