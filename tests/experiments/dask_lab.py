"""A Dask cluster of real processes, which tests may kill one by one."""

import json
import subprocess
import sys
from pathlib import Path

from batch_lab import environment, wait_until


class Cluster:
    """A scheduler and workers on this machine, each a process of its own, with Dask's `settings` as it names them."""

    def __init__(self, place: Path, **settings: str) -> None:
        self._place, self._settings, self.processes = place, settings, list[subprocess.Popen[bytes]]()
        found = place / "scheduler.json"
        self.scheduler = self._start(
            "scheduler", "--host", "127.0.0.1", "--port", "0", "--no-dashboard", "--scheduler-file", str(found)
        )
        wait_until(lambda: found.exists() and found.stat().st_size > 0)
        self.address: str = json.loads(found.read_text())["address"]

    def add_worker(self) -> "subprocess.Popen[bytes]":
        """One more."""
        return self._start("worker", self.address, "--nthreads", "1", "--no-nanny", "--no-dashboard")

    def _start(self, *words: str) -> "subprocess.Popen[bytes]":
        log = (self._place / f"{words[0]}-{len(self.processes)}.log").open("wb")
        settings = {**environment(), "OMP_NUM_THREADS": "1", "DASK_TEMPORARY_DIRECTORY": str(self._place)}
        settings |= self._settings
        process = subprocess.Popen(
            [sys.executable, "-m", "dask", *words], env=settings, stdout=log, stderr=log, cwd=self._place
        )
        self.processes.append(process)
        return process

    def close(self) -> None:
        for process in reversed(self.processes):
            if process.poll() is None:
                process.kill()
            process.wait()
