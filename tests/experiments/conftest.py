"""How the tests of the laboratory run: one small experiment, shared by all."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from nursery import Nursery

sys.path.insert(0, str(Path(__file__).parent))  # batch_lab, which these tests share


DASK = ("distributed.cli.dask_scheduler", "distributed.cli.dask_worker", "greatpowers.experiments.dask")
"""What the processes of a cluster import, and the clients of one."""


@pytest.fixture(scope="session")
def dask_nursery() -> Iterator[Nursery]:
    """Starts schedulers, workers and commands that play on them."""
    pytest.importorskip("distributed")
    with Nursery(modules=DASK) as starter:
        yield starter


@pytest.fixture(scope="module")
def whole(experiment: Path, nursery: Nursery, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The results of a local run of the module's experiment, which nobody disturbed."""
    out = tmp_path_factory.mktemp("whole") / "results"
    done = nursery.run(["batch", experiment, "--out", out])
    assert done.returncode == 0, done.stderr
    return out
