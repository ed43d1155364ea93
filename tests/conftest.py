"""What all tests share."""

import subprocess
import sys
from pathlib import Path

import pytest

from greatpowers.core.kernel import is_cached, is_compiled

SHARED_DATA = Path(__file__).resolve().parents[1] / "../shared/data"


def pytest_configure(config: pytest.Config) -> None:
    """Compile the model once before workers start, instead of once in every worker at the same time."""
    starts_workers = config.getoption("numprocesses", None) and not hasattr(config, "workerinput")
    if starts_workers and is_compiled() and not is_cached():
        subprocess.run([sys.executable, "-m", "greatpowers", "warmup"], check=False, stdin=subprocess.DEVNULL)


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The directory of public tables that scenarios are checked against; it lies beside the checkout."""
    if not SHARED_DATA.is_dir():
        pytest.skip("the public tables are not beside this checkout")
    return SHARED_DATA.resolve()
