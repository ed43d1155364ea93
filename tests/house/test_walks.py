"""How many files somebody walks through who follows one thing through the package, from what is asked to what is shown.

Counted are the files of which a line runs on the way, once everything is imported. The core does not count: its kernels
call each other compiled, and it is read for itself.
"""

import json
import subprocess
import sys
from pathlib import Path

import pytest

import greatpowers

PACKAGE = Path(greatpowers.__file__).parent

WALKS = """
import contextlib, gzip, importlib, io, json, os, pkgutil, sys
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
    words = ["compare", "2017", "--policies", "laissez-faire,containment", "--seeds", "2", "--rounds", "3"]
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
        assert main([*words, "--out", "found"]) == 0


def page():
    state = LabState().changed(scenario="synthetic", rounds=8, levers={"aid": 0.5})
    served_page(state, "", True, "")
    assert json.loads(gzip.decompress(Laboratory().world(state)))


for walk in (compare, page):  # each in a process that has walked nowhere yet
    if os.fork() == 0:
        watch = coverage.Coverage(data_file=None, source_pkgs=["greatpowers"], config_file=False)
        with watch.collect():
            walk()
        print(json.dumps(sorted(file for file in watch.get_data().measured_files() if watch.get_data().lines(file))))
        sys.exit()
    assert os.wait()[1] == 0
"""


@pytest.fixture(scope="module")
def walked(tmp_path_factory: pytest.TempPathFactory) -> tuple[set[str], set[str]]:
    """The files of either walk."""
    place = tmp_path_factory.mktemp("walks")
    done = subprocess.run([sys.executable, "-c", WALKS], cwd=place, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    compared, opened = ({Path(name).relative_to(PACKAGE).as_posix() for name in json.loads(line)}
                        for line in done.stdout.splitlines())  # fmt: skip
    return outside_the_core(compared), outside_the_core(opened)


def outside_the_core(files: set[str]) -> set[str]:
    return {name for name in files if not name.startswith("core/")}


def test_a_comparison_walks_through_35_files_at_most(walked: tuple[set[str], set[str]]) -> None:
    files, _ = walked
    assert {"cli/compare.py", "simulation/run.py", "studies/question.py", "storage/manifest.py"} < files
    assert len(files) <= 35, sorted(files)


def test_a_page_that_opens_walks_through_30_files_at_most(walked: tuple[set[str], set[str]]) -> None:
    _, files = walked
    assert {"server/page.py", "server/laboratory.py", "server/worlds.py"} < files
    assert "simulation/run.py" not in files, "pages play histories by themselves"
    assert len(files) <= 30, sorted(files)
