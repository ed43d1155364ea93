"""The same text, compiled by Numba or run as Python, gives the same bytes: worlds, records and events."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from fingerprints import fingerprints, histories

import greatpowers
from greatpowers.core.kernel import is_compiled

HERE = Path(__file__).parent
MODEL = Path(greatpowers.__file__).parents[1]


@pytest.fixture(scope="module")
def elsewhere() -> dict[str, dict[str, str]]:
    """The fingerprints from a process that compiles if this one does not, and the other way round."""
    environment = {**os.environ, "NUMBA_DISABLE_JIT": "1" if is_compiled() else "0"}
    environment["PYTHONPATH"] = os.pathsep.join([str(HERE), str(MODEL)])
    for name in [name for name in environment if name.startswith("COV_")]:
        del environment[name]
    done = subprocess.run(
        [sys.executable, str(HERE / "fingerprints.py")], env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    digests: dict[str, dict[str, str]] = json.loads(done.stdout)
    return digests


@pytest.fixture(scope="module")
def here() -> dict[str, dict[str, str]]:
    return fingerprints()


@pytest.mark.parametrize("name", histories())
def test_compiled_and_uncompiled_histories_are_the_same_bytes(
    name: str, here: dict[str, dict[str, str]], elsewhere: dict[str, dict[str, str]]
) -> None:
    different = [part for part, fingerprint in here[name].items() if fingerprint != elsewhere[name][part]]
    assert different == []
