"""How long people wait for the browser laboratory, and what it holds in memory meanwhile."""

import json
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from statistics import median, quantiles
from typing import Any
from urllib.request import Request, urlopen

import pytest

from greatpowers.cli import main
from greatpowers.server.state import LabState

pytest.importorskip("fastapi")
pytest.importorskip("playwright")

from server_fixtures import start_server, wait_until_played

STARTS, CHANGES, VISITORS, MANY = 5, 15, 40, 500
DRAG_SECONDS = 4

CHANGE = """async (value) => {
  const slider = document.querySelector('[data-testid=slider-aid]');
  const status = document.querySelector('[data-testid=status]');
  slider.focus();
  const before = document.documentElement.dataset.history, started = performance.now();
  slider.value = value;
  for (const kind of ['input', 'change']) slider.dispatchEvent(new Event(kind, {bubbles: true}));
  const until = async (done) => {
    while (!done()) await new Promise((next) => requestAnimationFrame(next));
    return performance.now() - started;
  };
  const history = await until(() => document.documentElement.dataset.history !== before);
  const first = await until(() => /^(40|200) /.test(status.textContent));
  const all = await until(() => /^200 matched/.test(status.textContent));
  return [history, first, all];
}"""
"""Press a lever's key, and note when the page has its history, the first forty matched runs, and all of them."""

DRAG = """async (ms) => {
  const slider = document.querySelector('[data-testid=slider-aid]');
  const drawn = [];
  const off = greatpowers.on('flight', () => drawn.push(performance.now()));
  const begun = performance.now();
  while (performance.now() - begun < ms) {
    slider.value = 0.5 + 0.4 * Math.sin((performance.now() - begun) / 400);
    slider.dispatchEvent(new Event('input', {bubbles: true}));
    await new Promise((next) => requestAnimationFrame(next));
  }
  off();
  slider.dispatchEvent(new Event('change', {bubbles: true}));
  return drawn.slice(1).map((at, i) => at - drawn[i]);
}"""
"""Drag a lever to and fro: milliseconds between two pictures of histories."""


def resident(server: Any) -> float:
    """Memory of the server, MB."""
    text = Path(f"/proc/{server.process.pid}/status").read_text()
    return int(text.partition("VmRSS:")[2].split()[0]) / 1024


def ms(values: list[float]) -> str:
    return f"{median(values):.0f} ms (worst {max(values):.0f})"


def with_runs(server: Any, open_page: Callable[..., Any], state: LabState | None = None, **looks: Any) -> Any:
    """A page with all its matched runs played; other tests do without them."""
    page = open_page(matched=True, **looks)
    page.goto(f"{server.address}?s={(state or LabState()).encode()}")
    wait_until_played(page, ensemble=True)
    return page


def test_start_to_usable_page(server: Any, open_page: Callable[..., Any], figures: Any) -> None:
    """From the command to a page with its history, warm: the fixture has compiled the engine."""
    address, usable = [], []
    for _ in range(STARTS):
        started = time.perf_counter()
        fresh = start_server("2017", "--port", "0")
        address.append(1000 * (time.perf_counter() - started))
        page = open_page(own=True)
        page.goto(fresh.address)
        wait_until_played(page)
        usable.append(1000 * (time.perf_counter() - started))
        page.close()
        fresh.stop()
    figures.add("browser: start to the address", ms(address))
    figures.add("browser: start to the first history in the page", ms(usable))


def test_first_use(server: Any, open_page: Callable[..., Any], figures: Any, tmp_path: Path) -> None:
    """From the address, or the file, to a history that is shown; each time in a browser's context of its own."""
    path = tmp_path / "2017.html"
    assert main(["publish", "2017", "--no-answer", "--out", str(path)]) == 0
    served, opened = [], []
    for _ in range(STARTS):
        page = open_page(own=True)
        started = time.perf_counter()
        page.goto(f"{server.address}?s={LabState().encode()}")
        wait_until_played(page)
        served.append(1000 * (time.perf_counter() - started))
        page.close()
        page = open_page(own=True)
        page.watched.allowed += ["file:", "blob:"]
        started = time.perf_counter()
        page.goto(path.as_uri())
        wait_until_played(page)
        opened.append(1000 * (time.perf_counter() - started))
        page.close()
    figures.add("browser: first use from a warm server", ms(served))
    figures.add("browser: first use from a file", ms(opened))


def test_a_levers_change(server: Any, open_page: Callable[..., Any], figures: Any) -> None:
    """Every value is new, so that nothing is found already played."""
    page = with_runs(server, open_page)
    page.evaluate("window.greatpowers.pause()")
    times = [page.evaluate(CHANGE, 0.11 + number / 100) for number in range(CHANGES)]
    for what, values in zip(
        ("the history", "40 matched runs", "200 matched runs"), zip(*times, strict=True), strict=True
    ):
        figures.add(f"browser: a lever's change to {what}", ms(list(values)))


@pytest.mark.parametrize("view", ["world", "compare"])
def test_a_dragged_lever(server: Any, open_page: Callable[..., Any], figures: Any, view: str) -> None:
    page = with_runs(server, open_page, LabState(view=view), width=1440)
    gaps = page.evaluate(DRAG, 1000 * DRAG_SECONDS)
    rate = f"{len(gaps) / DRAG_SECONDS:.0f} a second, nine of ten within {quantiles(gaps, n=10)[-1]:.0f} ms"
    figures.add(f"browser: pictures while a lever is dragged, {view}", rate)


def visit(address: str, number: int) -> float:
    """Open a page with levers and luck of one's own as a browser does: milliseconds until it has what it plays from.

    Nothing is drawn, and nothing played: visitors have browsers of their own for that.
    """
    state = LabState(levers={"aid": number / 100}, seed=100 + number)
    begun = time.perf_counter()
    urlopen(f"{address}?s={state.encode()}").read()
    asked = json.dumps({"state": state.model_dump(mode="json")}).encode()
    urlopen(Request(f"{address}world", asked, {"accept-encoding": "gzip"})).read()
    return 1000 * (time.perf_counter() - begun)


def test_forty_visitors(figures: Any) -> None:
    """All at once, each with other levers and luck, on a server of their own."""
    for visitors in (1, VISITORS):
        server = start_server("2017", "--port", "0")
        with ThreadPoolExecutor(visitors) as pool:
            waits = list(pool.map(visit, [server.address] * visitors, range(visitors)))
        figures.add(f"browser: {visitors} visitors at once, a page with what it plays from", ms(waits))
        figures.add(f"browser: memory with {visitors} visitors", f"{resident(server):.0f} MB")
        server.stop()


def test_memory_after_many_changes(server: Any, open_page: Callable[..., Any], figures: Any) -> None:
    """Of the server, and of what the page's scripts hold once what is in nobody's hands is thrown away."""
    page = with_runs(server, open_page)
    browser = page.context.new_cdp_session(page)
    held, heap = [], []
    for number in range(1, MANY + 1):
        page.evaluate(
            """(value) => { const slider = document.querySelector('[data-testid=slider-keep]');
            slider.value = value;
            for (const kind of ['input', 'change']) slider.dispatchEvent(new Event(kind, {bubbles: true})); }""",
            (number % 100) / 100,
        )
        page.wait_for_timeout(150)
        if number % (MANY // 5) == 0:
            wait_until_played(page, ensemble=True)
            browser.send("HeapProfiler.collectGarbage")
            held.append(f"{resident(server):.0f}")
            heap.append(f"{browser.send('Runtime.getHeapUsage')['usedSize'] / 2**20:.0f}")
    times = ", ".join(str(number) for number in range(MANY // 5, MANY + 1, MANY // 5))
    figures.add(f"browser: memory after {times} changes, server", ", ".join(held) + " MB")
    figures.add(f"browser: memory after {times} changes, page", ", ".join(heap) + " MB")
