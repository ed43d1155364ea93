"""Runs a batch in a child that is forked from a process with everything loaded, and kills the child after a while.

Usage: nursery.py EXPERIMENT, then lines "SECONDS DIRECTORY"; answers each with a line of JSON: the child's exit code
(null if it was killed) and what it said. SECONDS below 0 lets the child live.
"""

import json
import os
import signal
import sys
import tempfile
import time
from typing import TextIO

import greatpowers.cli.checked
import greatpowers.experiments.play  # noqa: F401  (both: so that children need not load them)
from greatpowers import Plan, load_study
from greatpowers.cli.entry import main
from greatpowers.experiments.play import play_part


def child(experiment: str, directory: str, said: TextIO) -> None:
    sys.stdout = sys.stderr = said
    code = main(["batch", experiment, "--out", directory])
    said.flush()
    os._exit(code)


def serve(experiment: str) -> None:
    play_part(Plan(load_study(experiment)).job(0))
    for line in sys.stdin:
        seconds, directory = line.split(maxsplit=1)
        with tempfile.TemporaryFile("w+") as said:
            number = os.fork()
            if number == 0:
                child(experiment, directory.strip(), said)
            if float(seconds) >= 0:
                time.sleep(float(seconds))
                os.kill(number, signal.SIGKILL)
            _, status = os.waitpid(number, 0)
            said.seek(0)
            print(json.dumps([None if os.WIFSIGNALED(status) else os.WEXITSTATUS(status), said.read()]), flush=True)


if __name__ == "__main__":
    serve(sys.argv[1])
