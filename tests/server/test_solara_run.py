"""The other page, for those who type `solara run`: it draws what the model does, and asks nobody for anything."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.error import URLError
from urllib.request import urlopen

import pytest

from greatpowers import GreatPowersModel
from greatpowers.server.run import bound_socket

MODEL = Path(__file__).parents[2] / "model"
START_SECONDS = 300


@pytest.fixture
def address() -> Iterator[str]:
    """Where `solara run` serves the page."""
    with bound_socket("127.0.0.1", 0) as free:
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "solara", "run", "greatpowers.mesa.page", "--no-open", "--port", str(port)]
    process = subprocess.Popen(
        command,
        env={**os.environ, "PYTHONPATH": str(MODEL)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    url = f"http://127.0.0.1:{port}/"
    wait_until_up(process, url)
    yield url
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def wait_until_up(process: "subprocess.Popen[bytes]", address: str) -> None:
    for _ in range(10 * START_SECONDS):
        assert process.poll() is None, "the server has ended"
        try:
            urlopen(f"{address}readyz", timeout=1).close()
            return
        except (URLError, TimeoutError):
            time.sleep(0.1)
    raise AssertionError("the server does not answer")


def test_it_draws_and_steps_and_nothing_leaves_the_machine(open_page: Callable[..., Any], address: str) -> None:
    from greatpowers.mesa.page import PLOTS, PageModel, rows

    page = open_page(own=True)
    page.set_default_timeout(180_000)
    # Solara says much on the console and talks through a socket; what leaves the machine or fails is still a fault
    page.watched.allowed.append(r"^(?!request to|page error|[45]\d\d http|socket to (?!ws://127\.0\.0\.1))")
    page.goto(address)
    for number in range(3):
        page.get_by_text(f"Round {number} of 80").first.wait_for()
        page.get_by_role("button", name="Step").click()
    page.get_by_text("Round 3 of 80").first.wait_for()
    drawn = "[...document.querySelectorAll('img')].filter((each) => each.naturalWidth > 200).length"
    page.wait_for_function(f"{drawn} === {len(PLOTS)}")
    model: GreatPowersModel = PageModel()
    for _ in range(3):
        model.step()
    shown = page.locator("table tbody tr").evaluate_all(
        "rows => rows.map((row) => [...row.cells].map((c) => c.textContent))"
    )
    assert [tuple(row) for row in shown] == rows(model)
