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

WALKS = """
import contextlib, gzip, importlib, io, json, pkgutil, sys
import coverage
import greatpowers
from greatpowers.cli import main
from greatpowers.server.laboratory import Laboratory
from greatpowers.server.page import served_page
from greatpowers.server.state import LabState

for module in pkgutil.walk_packages(greatpowers.__path__, "greatpowers."):
    if not module.name.endswith("__main__"):
        importlib.import_module(module.name)


def compare():
    words = ["compare", "2017", "--seeds", "2", "--rounds", "3"]
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
        assert main([*words, "--out", "found"]) == 0


def page():
    state = LabState().changed(scenario="synthetic", rounds=8, levers={"aid": 0.5})
    served_page(state, "", True, "")
    assert json.loads(gzip.decompress(Laboratory().world(state)))


watch = coverage.Coverage(data_file=None, source_pkgs=["greatpowers"], config_file=False)
with watch.collect():
    {"compare": compare, "page": page}[sys.argv[1]]()
print(json.dumps([file for file in watch.get_data().measured_files() if watch.get_data().lines(file)]))
"""


def walked(walk: str, place: Path) -> set[str]:
    """The files outside the core that a process of its own, which has walked nowhere yet, goes through."""
    command = [sys.executable, "-c", WALKS, walk]
    done = subprocess.run(command, cwd=place, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    names = {Path(name).relative_to(PACKAGE).as_posix() for name in json.loads(done.stdout)}
    return {name for name in names if not name.startswith("core/")}


def test_a_comparison_walks_through_35_files_at_most(tmp_path: Path) -> None:
    files = walked("compare", tmp_path)
    assert {"cli/compare.py", "simulation/run.py", "studies/question.py", "storage/manifest.py"} < files
    assert len(files) <= 35, sorted(files)


def test_a_page_that_opens_walks_through_30_files_at_most(tmp_path: Path) -> None:
    files = walked("page", tmp_path)
    assert {"server/page.py", "server/laboratory.py", "server/worlds.py"} < files
    assert "simulation/run.py" not in files, "pages play histories by themselves"
    assert len(files) <= 30, sorted(files)
