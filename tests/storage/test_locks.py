"""A directory is one process's at a time, also in the moment in which a lock is given back and its file removed."""

import os
import subprocess
import sys
from pathlib import Path

from greatpowers.core.kernel import __file__ as core_file

CONTEND = """
import os, sys, time
from pathlib import Path
from greatpowers.scenario.errors import GreatPowersError
from greatpowers.storage.checkpoint import only_process

place, held = Path(sys.argv[1]), 0
(place / f"ready-{os.getpid()}").touch()
while len(list(place.glob("ready-*"))) < 3:
    time.sleep(0.01)
end = time.monotonic() + 60
while held < 150 and time.monotonic() < end:
    try:
        with only_process(place):
            os.close(os.open(place / "inside", os.O_CREAT | os.O_EXCL))  # fails if another is inside
            held += 1
            os.unlink(place / "inside")
    except GreatPowersError:
        pass
print(held)
"""


def test_processes_that_contend_for_a_directory_are_never_in_it_together(tmp_path: Path) -> None:
    environment = {**os.environ, "PYTHONPATH": str(Path(core_file).parents[2])}
    rivals = [
        subprocess.Popen(
            [sys.executable, "-c", CONTEND, str(tmp_path)], env=environment, stdout=subprocess.PIPE, text=True
        )
        for _ in range(3)
    ]
    assert [rival.communicate(timeout=120)[0].strip() for rival in rivals] == ["150"] * 3
