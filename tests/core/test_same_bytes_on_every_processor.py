"""Histories, the same to the last byte, in processes that are made to believe that they run on other processors.

The C library, NumPy and Numba are told not to use what older processors lack; the record of a history in each
shipped world, and the worlds, must not notice. Elsewhere than on Linux and x86 there is no such switch.
"""

import json
import os
import platform
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from any_processor import SHIPPED, here
from shipped import fits_here

import greatpowers
from greatpowers.core.kernel import is_compiled

HERE = Path(__file__).parent
MODEL = Path(greatpowers.__file__).parents[1]

# The C library's names of 2.33 and later, and those before.
SWITCHES = ("AVX512F", "AVX512VL", "AVX512DQ", "AVX2", "AVX", "FMA", "FMA4", "ERMS")
GLIBC = ",".join([f"-{name}" for name in SWITCHES] + [f"-{name}_Usable" for name in SWITCHES])

pytestmark = pytest.mark.skipif(
    not sys.platform.startswith("linux") or platform.machine() not in ("x86_64", "AMD64"),
    reason="only the C library of Linux on x86 can be told to take an older processor's part",
)


def old_processor() -> dict[str, str]:
    """The environment in which libraries and compiler use what every x86-64 processor has, and no more."""
    extensions = np.show_config(mode="dicts")["SIMD Extensions"]["found"]  # type: ignore[index]
    return {
        "GLIBC_TUNABLES": f"glibc.cpu.hwcaps={GLIBC}",
        "NPY_DISABLE_CPU_FEATURES": " ".join(extensions),
        "NUMBA_CPU_NAME": "generic",
        "NUMBA_CPU_FEATURES": "",
        "OPENBLAS_CORETYPE": "Prescott",
    }


def hashes_there(scenarios: Sequence[str], rounds: int, compiled: bool, cache: Path) -> tuple[dict[str, str], int]:
    """What an old processor finds, with nothing compiled before, and how often the package had code for it."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("COV_")} | old_processor()
    environment |= {"NUMBA_DISABLE_JIT": "0" if compiled else "1", "NUMBA_CACHE_DIR": str(cache)}
    environment["PYTHONPATH"] = os.pathsep.join([str(HERE), str(MODEL)])
    done = subprocess.run(
        [sys.executable, str(HERE / "any_processor.py"), str(rounds), *scenarios],
        env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    digests, used = json.loads(done.stdout)
    return digests, used


@pytest.mark.parametrize("compiled", [True, False] if is_compiled() else [False])
def test_an_old_processor_plays_the_same_histories(compiled: bool, tmp_path: Path) -> None:
    """Also those that it plays uncompiled are those that this process, compiled or not, plays."""
    scenarios, rounds = (SHIPPED, 80) if compiled else (["template"], 12)
    there, used = hashes_there(scenarios, rounds, compiled, tmp_path)
    assert used == int(compiled and fits_here())
    found = here(scenarios, rounds)
    if found.pop("libraries") == there.pop("libraries"):
        pytest.skip("the libraries give the same digits either way: nothing was switched off")
    assert found == there
