"""How the tests of the laboratory run: one small experiment, shared by all."""

import sys
from pathlib import Path

import pytest
from nursery import Nursery

sys.path.insert(0, str(Path(__file__).parent))  # batch_lab, which these tests share


@pytest.fixture(scope="module")
def whole(experiment: Path, nursery: Nursery, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The results of a local run of the module's experiment, which nobody disturbed."""
    out = tmp_path_factory.mktemp("whole") / "results"
    done = nursery.run(["batch", experiment, "--out", out])
    assert done.returncode == 0, done.stderr
    return out
