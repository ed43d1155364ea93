"""A Dask cluster of real processes, which tests may kill one by one."""

import json
from pathlib import Path

from batch_lab import environment, wait_until
from nursery import Begun, Nursery


class Cluster:
    """A scheduler and workers on this machine, each a process of its own, with Dask's `settings` as it names them."""

    def __init__(self, nursery: Nursery, place: Path, **settings: str) -> None:
        self._nursery, self._place, self._settings = nursery, place, settings
        self.processes = list[Begun]()
        file = place / "scheduler.json"
        self.scheduler = self._start(
            "scheduler", "--host", "127.0.0.1", "--port", "0", "--no-dashboard", "--scheduler-file", str(file)
        )
        wait_until(lambda: file.exists() and file.stat().st_size > 0)
        self.address: str = json.loads(file.read_text())["address"]

    def add_worker(self) -> Begun:
        """One more."""
        return self._start("worker", self.address, "--nthreads", "1", "--no-nanny", "--no-dashboard")

    def _start(self, *words: str) -> Begun:
        settings = {**environment(), "OMP_NUM_THREADS": "1", "DASK_TEMPORARY_DIRECTORY": str(self._place)}
        process = self._nursery.begin(words, "dask", self._place, settings | self._settings)
        self.processes.append(process)
        return process

    def close(self) -> None:
        for process in reversed(self.processes):
            if process.poll() is None:
                process.kill()
            process.wait()
