"""What all tests share."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from greatpowers.core.kernel import is_cached, is_compiled

MODEL = Path(__file__).resolve().parents[1] / "model"
SHARED_DATA = Path(__file__).resolve().parents[1] / "../shared/data"


def pytest_configure(config: pytest.Config) -> None:
    """Compile the model and fetch npm's tools once before workers start, not in every worker at the same time."""
    starts_workers = config.getoption("numprocesses", None) and not hasattr(config, "workerinput")
    if starts_workers and shutil.which("npm"):
        fetch_tools()
    if starts_workers and is_compiled() and not is_cached():
        subprocess.run([sys.executable, "-m", "greatpowers", "warmup"], check=False, stdin=subprocess.DEVNULL)


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The directory of public tables that scenarios are checked against; it lies beside the checkout."""
    if not SHARED_DATA.is_dir():
        pytest.skip("the public tables are not beside this checkout")
    return SHARED_DATA.resolve()


def fetch_tools() -> str:
    """Install what model/package-lock.json pins, unless it is there; what npm says where that fails."""
    wanted, installed = MODEL / "package-lock.json", MODEL / "node_modules/.package-lock.json"
    if installed.is_file() and installed.stat().st_mtime >= wanted.stat().st_mtime:
        return ""
    command = [shutil.which("npm") or "npm", "ci", "--no-audit", "--no-fund", "--silent"]
    finished = subprocess.run(command, cwd=MODEL, capture_output=True, text=True, stdin=subprocess.DEVNULL)
    return finished.stderr if finished.returncode else ""


@pytest.fixture(scope="session")
def npm_tools() -> str:
    """The path of npm, with the tools for JavaScript installed."""
    npm = shutil.which("npm")
    if npm is None:
        pytest.skip("npm is missing: the page's JavaScript is not checked; install Node.js 20 or newer")
    fault = fetch_tools()
    assert not fault, f"npm could not install the tools for JavaScript: {fault}"
    return npm
