"""How many files somebody walks through who follows one thing through the package, from what is asked to what is shown.

Counted are the files of which a line runs on the way, once everything is imported. The core does not count: its kernels
call each other compiled, and it is read for itself.
"""

import json
import subprocess
import sys
from pathlib import Path

import greatpowers

PACKAGE = Path(greatpowers.__file__).parent

FOLLOW = """
import contextlib, importlib, io, json, pkgutil, sys
import coverage
import greatpowers

for module in pkgutil.walk_packages(greatpowers.__path__, "greatpowers."):
    if not module.name.endswith("__main__"):
        importlib.import_module(module.name)


def follow(walk):
    watch = coverage.Coverage(data_file=None, source_pkgs=["greatpowers"], config_file=False)
    with watch.collect():
        walk()
    print(json.dumps(sorted(file for file in watch.get_data().measured_files() if watch.get_data().lines(file))))


"""
COMPARE = """
def walk():
    sys.argv = ["greatpowers", "compare", "2017", "--seeds", "2", "--rounds", "3", "--out", "found"]
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
        assert importlib.import_module("greatpowers.cli").main() == 0


follow(walk)
"""
PAGE = """
import gzip
from greatpowers.server.laboratory import Laboratory
from greatpowers.server.page import served_page
from greatpowers.server.state import LabState


def walk():
    state = LabState().changed(scenario="synthetic", rounds=8, levers={"aid": 0.5})
    served_page(state, "", True, "")
    assert json.loads(gzip.decompress(Laboratory().world(state)))


follow(walk)
"""


def walked(script: str, cwd: Path) -> set[str]:
    """The files that a process of its own walks through."""
    done = subprocess.run([sys.executable, "-c", FOLLOW + script], cwd=cwd, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    names = {Path(name).relative_to(PACKAGE).as_posix() for name in json.loads(done.stdout)}
    return {name for name in names if not name.startswith("core/")}


def test_a_comparison_walks_through_35_files_at_most(tmp_path: Path) -> None:
    files = walked(COMPARE, tmp_path)
    assert {"cli/compare.py", "simulation/run.py", "studies/question.py", "storage/manifest.py"} < files
    assert len(files) <= 35, sorted(files)


def test_a_page_that_opens_walks_through_30_files_at_most(tmp_path: Path) -> None:
    files = walked(PAGE, tmp_path)
    assert {"server/page.py", "server/laboratory.py", "server/worlds.py"} < files
    assert "simulation/run.py" not in files, "pages play histories by themselves"
    assert len(files) <= 30, sorted(files)
