"""Commands in children forked from a process with everything loaded: a process each, without the price of a start.

Usage: nursery.py MODULE..., which are loaded too, then a line of JSON for each thing asked; answers each with a line.
With `small_record` among the modules, the worlds of the record are small.
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
from collections.abc import Callable, Iterable, Mapping, Sequence
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

    def ask(self, what: str, *arguments: object) -> Any:
        """Have the process do something of :data:`DONE`."""
        assert self._process.stdin and self._process.stdout
        self._process.stdin.write(json.dumps([what, *arguments]) + "\n")
        self._process.stdin.flush()
        return json.loads(self._process.stdout.readline())

    def run(
        self, words: Iterable[object], seconds: float = -1.0, cwd: Path | None = None,
        environment: Mapping[str, str] | None = None,
    ) -> "subprocess.CompletedProcess[str]":  # fmt: skip
        """Carry out a command line of greatpowers and, unless `seconds` are below 0, kill it after them."""
        command = _told("greatpowers", words, cwd, environment)
        return subprocess.CompletedProcess(command[1], *self.ask("run", seconds, *command))

    def begin(
        self, words: Iterable[object], module: str = "greatpowers", cwd: Path | None = None,
        environment: Mapping[str, str] | None = None,
    ) -> "Begun":  # fmt: skip
        """Start a command line of a module, and leave it running; what still runs in the end is killed."""
        return Begun(self, _told(module, words, cwd, environment))

    def __exit__(self, *_: object) -> None:
        self._process.communicate(timeout=600)


class Begun:
    """A command that was started, as :class:`subprocess.Popen` has it."""

    def __init__(self, nursery: Nursery, command: Sequence[object]) -> None:
        self._nursery, self.pid = nursery, int(nursery.ask("begin", 0, *command))
        self.returncode: int | None = None
        self._said = ("", "")

    def poll(self) -> int | None:
        """Its exit code, once it has ended."""
        if self.returncode is None and (ended := self._nursery.ask("poll", self.pid)):
            self.returncode, *streams = ended
            self._said = tuple(streams)
        return self.returncode

    def wait(self, timeout: float = LONGEST) -> int:
        """Its exit code, for which to wait."""
        end = time.monotonic() + timeout
        while (code := self.poll()) is None:
            if time.monotonic() > end:
                raise subprocess.TimeoutExpired(f"process {self.pid}", timeout)
            time.sleep(0.005)
        return code

    def communicate(self, timeout: float = LONGEST) -> tuple[str, str]:
        """What it said in the end, and what it complained of."""
        self.wait(timeout)
        return self._said

    def send_signal(self, number: int) -> None:
        """Unless it has ended."""
        if self.poll() is None:
            os.kill(self.pid, number)

    def kill(self) -> None:
        """At once."""
        self.send_signal(signal.SIGKILL)


def _told(
    module: str, words: Iterable[object], cwd: Path | None, environment: Mapping[str, str] | None
) -> tuple[str, list[str], str, dict[str, str]]:
    return module, list(map(str, words)), str(cwd or Path.cwd()), dict(environment or os.environ)


def child(module: str, words: list[str], cwd: str, environment: dict[str, str], out: IO[Any], err: IO[Any]) -> None:
    """What `python -m MODULE` does, and no return."""
    os.chdir(cwd)
    os.environ.clear()
    os.environ.update(environment)
    for number, file in enumerate((os.open(os.devnull, os.O_RDONLY), out.fileno(), err.fileno())):
        os.dup2(file, number)
    sys.stdin, sys.stdout, sys.stderr = open(0), open(1, "w", encoding="utf-8"), open(2, "w", 1, "utf-8")  # noqa: SIM115
    if "dask" in sys.modules:
        sys.modules["dask"].config.refresh()  # it has read the settings of another environment
    sys.argv, code = [module, *words], 0
    try:
        runpy.run_module(module, run_name="__main__", alter_sys=True)
    except SystemExit as leaving:
        code = leaving.code if isinstance(leaving.code, int) else 0
    except BaseException:
        traceback.print_exc()
        code = 1
    atexit._run_exitfuncs()
    sys.stdout.flush()
    os._exit(code)


def run(seconds: float, *command: Any) -> tuple[int, str, str]:
    """Start a command and wait for it; its exit code and what it said."""
    number = begin(LONGEST, *command)
    if seconds >= 0:
        time.sleep(seconds)
        os.kill(number, signal.SIGKILL)
    return ended(*os.waitpid(number, 0))


def begin(longest: int, *command: Any) -> int:
    """Start a command, which ends after the longest time unless that is 0; its number."""
    files = (tempfile.TemporaryFile("w+"), tempfile.TemporaryFile("w+"))  # noqa: SIM115
    number = os.fork()
    if number == 0:
        signal.alarm(longest)
        child(*command, *files)
    BEGUN[number] = files
    return number


def poll(number: int) -> tuple[int, str, str] | None:
    """What came of a command that was begun, once it has ended."""
    pid, status = os.waitpid(number, os.WNOHANG)
    return ended(number, status) if pid else None


def ended(number: int, status: int) -> tuple[int, str, str]:
    """The exit code of a command, and what it said."""
    texts = list[str]()
    for file in BEGUN.pop(number):
        with file:
            file.seek(0)
            texts.append(file.read())
    return os.waitstatus_to_exitcode(status), texts[0], texts[1]


BEGUN = dict[int, tuple[IO[str], IO[str]]]()
"""What was begun and has not been seen to end, and where it speaks."""

DONE: dict[str, Callable[..., Any]] = {"run": run, "begin": begin, "poll": poll}


def serve() -> None:
    """Answer every line."""
    for line in sys.stdin:
        what, *arguments = json.loads(line)
        print(json.dumps(DONE[what](*arguments)), flush=True)
    for number in BEGUN:
        os.kill(number, signal.SIGKILL)


if __name__ == "__main__":
    from greatpowers import simulate

    simulate("template", "concert", rounds=1)
    for name in (*LOADED, *sys.argv[1:]):
        importlib.import_module(name)
    if "small_record" in sys.modules:
        sys.modules["small_record"].use()
    gc.freeze()
    serve()
