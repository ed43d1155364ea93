"""The way to a cluster that the site shows: its Slurm program runs here, where `sbatch` starts jobs on this machine."""

import inspect
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from batch_lab import batch, data_of, environment, write_experiment
from nursery import Nursery

PAGE = Path(__file__).resolve().parents[2] / "model" / "docs" / "how-to" / "cluster.md"

SBATCH = """#!/bin/sh
grep -v '^#SBATCH' "$1" | setsid sh >"$1.log" 2>&1 &
echo $! >>"$(dirname "$0")/jobs"
echo "Submitted batch job $!"
"""
SCANCEL = """#!/bin/sh
for job in "$@"; do kill -- "-$job" 2>/dev/null; done
exit 0
"""


def program(module: str) -> str:
    """The program on the page that imports this module."""
    return next(block for block in re.findall(r"```py\n(.*?)```", PAGE.read_text(), re.S) if module in block)


@pytest.fixture
def slurm(tmp_path: Path) -> dict[str, str]:
    """An environment in which jobs are submitted to this machine."""
    pytest.importorskip("dask_jobqueue")
    place = tmp_path / "bin"
    place.mkdir()
    for name, text in (("sbatch", SBATCH), ("scancel", SCANCEL)):
        (place / name).write_text(text)
        (place / name).chmod(0o755)
    return {**environment(), "PATH": f"{place}{os.pathsep}{os.environ['PATH']}", "DASK_DISTRIBUTED__LOGGING": "{}"}


def test_the_slurm_program_starts_workers_that_play_the_experiment(
    slurm: dict[str, str], dask_nursery: Nursery, tmp_path: Path
) -> None:
    experiment = write_experiment(tmp_path / "lab")
    text = program("dask_jobqueue").replace("jobs=64", "jobs=2").replace(
        "SLURMCluster(", 'SLURMCluster(interface="lo", scheduler_options={"dashboard_address": None}, '
    )  # fmt: skip
    cluster = subprocess.Popen(
        [sys.executable, "-u", "-c", text], env=slurm, cwd=tmp_path, text=True,
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    assert cluster.stdout is not None
    try:
        address = cluster.stdout.readline().strip()
        assert address.startswith("tcp://127.0.0.1:")
        done = batch(dask_nursery, experiment, tmp_path / "there", "--dask", address)
        assert done.returncode == 0, done.stderr
    finally:
        cluster.communicate("\n", timeout=60)
    assert len((tmp_path / "bin" / "jobs").read_text().split()) == 2
    assert batch(dask_nursery, experiment, tmp_path / "here").returncode == 0
    assert data_of(tmp_path / "there") == data_of(tmp_path / "here")


def test_the_kubernetes_program_asks_for_what_there_is() -> None:
    operator = pytest.importorskip("dask_kubernetes.operator")
    asked: list[inspect.BoundArguments] = []

    class Cluster:
        scheduler_address = "tcp://scheduler:8786"

        def __init__(self, **settings: object) -> None:
            asked.append(inspect.signature(operator.KubeCluster).bind(**settings))

    text = program("dask_kubernetes").replace("from dask_kubernetes.operator import KubeCluster\n", "")
    exec(compile(text, "cluster.md", "exec"), {"KubeCluster": Cluster, "input": lambda _: ""})
    assert asked[0].arguments["n_workers"] == 64
