"""How fast a batch is: against one core's kernel, against `mesa.batch_run`, and against the model as plain Python.

Run with `pytest tests/benchmarks/test_batch_throughput.py -s` on a machine that does nothing else.
"""

import json
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from greatpowers import Plan, load_study, run_batch
from greatpowers.core.history import new_track, play_rounds
from greatpowers.core.luck import luck_of
from greatpowers.core.workspace import new_workspace
from greatpowers.core.world import copy_world
from greatpowers.experiments.play import setups_of
from greatpowers.simulation.setup import Setup
from greatpowers.storage.manifest import available_cores

MODEL = Path(__file__).resolve().parents[2] / "model"
ROUNDS, SEEDS, SAMPLES = 80, 100, 8
EXPERIMENT = f"""
format = 1
name = "throughput"
title = "Throughput"
scenarios = ["2017"]
rounds = {ROUNDS}
replicates = {SEEDS}
[uncertainties]
all = {{ from = 0.5, to = 2.0 }}
sample = {{ method = "lhs", size = {SAMPLES}, seed = 1 }}
"""

# What a user of Mesa writes: runs a second of the same engine under `batch_run`, compiled or not.
MESA = """
import json, sys, time
import mesa
from greatpowers import GreatPowersModel
seeds, rounds = int(sys.argv[1]), int(sys.argv[2])
asked = {"scenario": "2017", "policy": "containment", "rounds": rounds}
mesa.batch_run(GreatPowersModel, {**asked, "rounds": 1, "rng": [0]}, display_progress=False)
started = time.perf_counter()
rows = mesa.batch_run(GreatPowersModel, {**asked, "rng": list(range(seeds))}, display_progress=False)
print(json.dumps(len(rows) / (time.perf_counter() - started)))
"""


@pytest.fixture(scope="module")
def plan(tmp_path_factory: pytest.TempPathFactory) -> Plan:
    path = tmp_path_factory.mktemp("throughput") / "throughput.toml"
    path.write_text(EXPERIMENT)
    return Plan(load_study(path))


def kernel_rate(plan: Plan) -> float:
    """Runs a second of the bare kernel on one core: worlds built beforehand."""
    played = 0.0
    runs = 0
    for number in range(plan.points):
        for setup in setups_of(plan.point(number)):
            for seed in range(3):
                played += _kernel_seconds(setup, seed)
                runs += 1
    return runs / played


def _kernel_seconds(setup: Setup, seed: int) -> float:
    world, workspace = copy_world(setup.world), new_workspace(*setup.sizes, 0)
    track, luck = new_track(setup.rounds, *setup.sizes, full=False), luck_of(seed, *setup.sizes)
    started = time.perf_counter()
    play_rounds(world, setup.levers, setup.packed, luck, 0, workspace, track)
    return time.perf_counter() - started


def mesa_rate(seeds: int, rounds: int, compiled: bool) -> float:
    """Runs a second of `mesa.batch_run` in a process of its own."""
    settings = {**os.environ, "PYTHONPATH": str(MODEL), "NUMBA_DISABLE_JIT": "0" if compiled else "1"}
    done = subprocess.run(
        [sys.executable, "-c", MESA, str(seeds), str(rounds)], env=settings, capture_output=True, text=True, check=True
    )
    rate: float = json.loads(done.stdout.splitlines()[-1])
    return rate


def test_a_batch_uses_the_cores_it_has(plan: Plan, tmp_path: Path) -> None:
    kernel_rate(plan)
    before = kernel_rate(plan)
    started = time.perf_counter()
    run_batch(plan.study, tmp_path / "results")
    rate = plan.rows / (time.perf_counter() - started)
    bare, cores = (before + kernel_rate(plan)) / 2, available_cores()
    print(f"\nbare kernel {bare:.1f} runs/s on one core; batch {rate:.1f} runs/s on {cores}", end="")
    print(f" = {100 * rate / (cores * bare):.0f}% of {cores} x kernel")
    assert rate >= 0.85 * cores * bare


def test_a_batch_is_many_times_faster_than_plain_python_under_mesa(plan: Plan, tmp_path: Path) -> None:
    started = time.perf_counter()
    run_batch(plan.study, tmp_path / "results")
    rate = plan.rows / (time.perf_counter() - started)
    compiled = mesa_rate(20, ROUNDS, compiled=True)
    plain = mesa_rate(1, 8, compiled=False) * 8 / ROUNDS  # eight rounds are enough to tell
    print(f"\nbatch {rate:.1f} runs/s; mesa.batch_run on the same engine {compiled:.2f} ({rate / compiled:.1f} times)")
    print(f"mesa.batch_run on the same text as plain Python {plain:.4f} ({rate / plain:.0f} times)")
    assert rate >= 500 * plain
