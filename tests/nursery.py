"""Commands in children forked from a process with everything loaded: a process each, without the price of a start.

Usage: nursery.py MODULE..., which are loaded too, then a line of JSON for each command; answers each with a line. With
`small_record` among the modules, the worlds of the record are small.
"""

import atexit
import gc
import importlib
import json
import os
import runpy
import signal
import subprocess
import sys
import tempfile
import time
import traceback
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import IO, Any, Self

MODEL = Path(__file__).resolve().parents[1] / "model"
LOADED = ("greatpowers.cli.compare", "greatpowers.cli.run", "greatpowers.experiments.play",
          "greatpowers.simulation.drawing", "greatpowers.statistics.sensitivity", "matplotlib.backends.backend_agg",
          "pyarrow.parquet")  # fmt: skip
LONGEST = 600
"""Seconds after which a command is ended."""


class Nursery:
    """A process that starts commands, with a seed of Python's hashes and modules that are loaded once."""

    def __init__(self, hashes: int = 0, modules: Sequence[str] = ()) -> None:
        self._hashes, self._modules = hashes, modules

    def __enter__(self) -> Self:
        places = os.pathsep.join([str(MODEL), str(Path(__file__).parent / "experiments")])
        known = {"PYTHONPATH": places, "PYTHONIOENCODING": "utf-8", "PYTHONHASHSEED": str(self._hashes)}
        self._process = subprocess.Popen(
            [sys.executable, __file__, *self._modules], env={**os.environ, **known},
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        return self

    def run(
        self, words: Iterable[object], seconds: float = -1.0, cwd: Path | None = None,
        environment: Mapping[str, str] | None = None,
    ) -> "subprocess.CompletedProcess[str]":  # fmt: skip
        """Carry out a command line of greatpowers and, unless `seconds` are below 0, kill it after them."""
        assert self._process.stdin and self._process.stdout
        told = [seconds, list(map(str, words)), str(cwd or Path.cwd()), dict(environment or os.environ)]
        self._process.stdin.write(json.dumps(told) + "\n")
        self._process.stdin.flush()
        return subprocess.CompletedProcess(told[1], *json.loads(self._process.stdout.readline()))

    def __exit__(self, *_: object) -> None:
        self._process.communicate(timeout=600)


def child(words: list[str], cwd: str, environment: dict[str, str], out: IO[Any], err: IO[Any]) -> None:
    """What `python -m greatpowers` does, and no return."""
    signal.alarm(LONGEST)
    os.chdir(cwd)
    os.environ.clear()
    os.environ.update(environment)
    for number, file in enumerate((os.open(os.devnull, os.O_RDONLY), out.fileno(), err.fileno())):
        os.dup2(file, number)
    sys.stdin, sys.stdout, sys.stderr = open(0), open(1, "w", encoding="utf-8"), open(2, "w", 1, "utf-8")  # noqa: SIM115
    sys.argv, code = ["greatpowers", *words], 0
    try:
        runpy.run_module("greatpowers", run_name="__main__", alter_sys=True)
    except SystemExit as leaving:
        code = leaving.code if isinstance(leaving.code, int) else 0
    except BaseException:
        traceback.print_exc()
        code = 1
    atexit._run_exitfuncs()
    sys.stdout.flush()
    os._exit(code)


def serve() -> None:
    """Answer every line."""
    for line in sys.stdin:
        seconds, *more = json.loads(line)
        with tempfile.TemporaryFile("w+") as out, tempfile.TemporaryFile("w+") as err:
            number = os.fork()
            if number == 0:
                child(*more, out, err)
            if seconds >= 0:
                time.sleep(seconds)
                os.kill(number, signal.SIGKILL)
            _, status = os.waitpid(number, 0)
            for file in (out, err):
                file.seek(0)
            print(json.dumps([os.waitstatus_to_exitcode(status), out.read(), err.read()]), flush=True)


if __name__ == "__main__":
    from greatpowers import simulate

    simulate("template", "concert", rounds=1)
    for name in (*LOADED, *sys.argv[1:]):
        importlib.import_module(name)
    if "small_record" in sys.modules:
        sys.modules["small_record"].use()
    gc.freeze()
    serve()
