"""Carries out command lines in children forked from a process with everything loaded, and kills them after a while.

Usage: nursery.py MODULE..., which are loaded too, then lines of JSON [SECONDS, [WORD, ...]]; answers each with a line
of JSON: the child's exit code (null if it was killed) and what it said. SECONDS below 0 lets the child live. The worlds
of the record are small.
"""

import importlib
import json
import os
import signal
import sys
import tempfile
import time
from typing import TextIO

import small_record

import greatpowers.cli.terminal
import greatpowers.experiments.play
import greatpowers.statistics.sensitivity  # noqa: F401  (all: so that children need not load them)
from greatpowers import simulate
from greatpowers.cli.entry import main


def child(words: list[str], said: TextIO) -> None:
    sys.stdout = sys.stderr = said
    code = main(words)
    said.flush()
    os._exit(code)


def serve() -> None:
    simulate("template", "concert", rounds=1)
    for line in sys.stdin:
        seconds, words = json.loads(line)
        with tempfile.TemporaryFile("w+") as said:
            number = os.fork()
            if number == 0:
                child(words, said)
            if seconds >= 0:
                time.sleep(seconds)
                os.kill(number, signal.SIGKILL)
            _, status = os.waitpid(number, 0)
            said.seek(0)
            print(json.dumps([None if os.WIFSIGNALED(status) else os.WEXITSTATUS(status), said.read()]), flush=True)


if __name__ == "__main__":
    for name in sys.argv[1:]:
        importlib.import_module(name)
    small_record.use()
    serve()
