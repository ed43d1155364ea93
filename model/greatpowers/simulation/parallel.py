"""A pool of threads for independent jobs; kernels release the GIL, so threads are enough."""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

from greatpowers.simulation.setup import checked_count
from greatpowers.storage.manifest import available_cores

Progress = Callable[[int, int], None]
"""Told (jobs done, jobs in all) after each job, one call at a time, from a working thread."""


def run_jobs(jobs: int, work: Callable[[int], None], workers: int | None, progress: Progress | None) -> None:
    """Call `work(0)` to `work(jobs - 1)`, each once, on `workers` threads (by default one a core).

    Jobs must not depend on each other. The first error, or an interrupt, stops the threads and is passed on.
    """
    threads = min(jobs, available_cores() if workers is None else checked_count("workers", workers))
    queue = _Queue(jobs, progress)
    with ThreadPoolExecutor(threads, thread_name_prefix="greatpowers") as pool:
        try:
            for member in [pool.submit(_work, queue, work) for _ in range(threads)]:
                member.result()
        finally:
            queue.close()


class _Queue:
    """Numbers of jobs, handed out one by one, and a count of those done."""

    def __init__(self, jobs: int, progress: Progress | None) -> None:
        self._jobs, self._progress = jobs, progress
        self._next, self._done, self._lock = 0, 0, threading.Lock()

    def __iter__(self) -> Iterator[int]:
        while True:
            with self._lock:
                number, self._next = self._next, self._next + 1
            if number >= self._jobs:
                return
            yield number

    def done(self) -> None:
        with self._lock:
            self._done += 1
            if self._progress is not None:
                self._progress(self._done, self._jobs)

    def close(self) -> None:
        with self._lock:
            self._next = self._jobs


def _work(queue: _Queue, work: Callable[[int], None]) -> None:
    try:
        for number in queue:
            work(number)
            queue.done()
    except BaseException:
        queue.close()
        raise
