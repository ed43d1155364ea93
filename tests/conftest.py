"""What all tests share."""

import gc
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from greatpowers.core.kernel import is_cached, is_compiled

sys.path.insert(0, str(Path(__file__).parent))  # nursery and recorded, which tests of several rooms share

from nursery import Nursery

from greatpowers.storage.manifest import available_cores

if TYPE_CHECKING:
    from playwright.sync_api import Browser

MODEL = Path(__file__).resolve().parents[1] / "model"
CHROMIUM_FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--process-per-site",  # one page of a context after the other in one process, which has compiled their code
)
COLLECTED_AFTER = 50_000
"""New objects after which the garbage collector looks for cycles: else a tenth of the time of tests is its."""

LONGEST = (
    "test_the_engine_of_browsers", "test_kills_of_commands", "test_published_page", "test_site", "test_exports",
    "test_plausibility_of_today", "test_shipped_code", "test_policies_in_order_of_firmness", "test_hindcast",
    "test_every_system", "test_readme", "test_today", "test_credibility_and_its_lag", "test_calibration",
    "test_calibration_of_pairs", "test_batch_dask", "test_kills_on_dask", "test_batch_faults", "test_kernel_cache",
)  # fmt: skip
"""Modules that take longest."""

SHARED_DATA = Path(__file__).resolve().parents[1] / "../shared/data"


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers() -> int:
    """With ``-n auto`` a worker more than cores: tests of pages and of processes wait for them part of their time."""
    return available_cores() + 1


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """A module goes to one worker, in the order of the modules, so that what it plays for its tests is played once."""
    from xdist.scheduler import LoadScopeScheduling

    config.option.loadscopereorder = False
    return LoadScopeScheduling(config, log)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The longest modules first, so that in the end no worker is left alone with one."""
    places = {module: place for place, module in enumerate(LONGEST)}
    items.sort(key=lambda item: places.get(item.path.stem, len(LONGEST)))


def pytest_configure(config: pytest.Config) -> None:
    """Compile the model and fetch npm's tools once before workers start, not in every worker at the same time.

    Interrupts come through, as on a terminal: what a script starts in the background ignores them, and so does whatever
    it starts in turn, which no test of an interrupt could end.
    """
    gc.set_threshold(COLLECTED_AFTER)
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    starts_workers = config.getoption("numprocesses", None) and not hasattr(config, "workerinput")
    if starts_workers and shutil.which("npm"):
        fetch_tools()
    if starts_workers and is_compiled() and not is_cached():
        subprocess.run([sys.executable, "-m", "greatpowers", "warmup"], check=False, stdin=subprocess.DEVNULL)


def pytest_collection_finish() -> None:
    """What has been imported stays: the garbage collector need not go through it again."""
    gc.freeze()


@pytest.fixture(scope="session")
def nursery() -> Iterator[Nursery]:
    """Starts commands."""
    with Nursery() as starter:
        yield starter


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


def chromium() -> str | None:
    """Where Chromium is; that without windows does less beside a page, and takes two thirds of the time."""
    names = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
    return next(filter(None, map(shutil.which, names)), None)


@pytest.fixture(scope="session")
def browser() -> Iterator["Browser"]:
    """Chromium, without a window."""
    api = pytest.importorskip("playwright.sync_api")
    if chromium() is None:
        pytest.skip("there is no Chromium")
    with api.sync_playwright() as playwright:
        chromium_browser = playwright.chromium.launch(executable_path=chromium(), args=list(CHROMIUM_FLAGS))
        yield chromium_browser
        chromium_browser.close()


@pytest.fixture(scope="session")
def node() -> str:
    """The path of Node."""
    path = shutil.which("node")
    if path is None:
        pytest.skip(
            "Node is missing: what the engine plays outside browsers is not checked; install Node.js 20 or newer"
        )
    return path
