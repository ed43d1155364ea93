"""How long people wait for the browser laboratory, and what it holds in memory meanwhile."""

import time
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import Any

import pytest

pytest.importorskip("nicegui")
pytest.importorskip("playwright")

from server_fixtures import start_server, wait_until_played

STARTS, CHANGES, SESSIONS, MANY = 5, 15, 20, 200

CHANGE = """async (value) => {
  const slider = document.querySelector('[data-testid=slider-aid]');
  const status = document.querySelector('[data-testid=status]');
  const before = document.documentElement.dataset.history, started = performance.now();
  slider.value = value;
  slider.dispatchEvent(new Event('input', {bubbles: true}));
  const until = async (done) => {
    while (!done()) await new Promise((next) => requestAnimationFrame(next));
    return performance.now() - started;
  };
  const history = await until(() => document.documentElement.dataset.history !== before);
  const first = await until(() => /^(40|200) /.test(status.textContent));
  const all = await until(() => /^200 matched/.test(status.textContent));
  return [history, first, all];
}"""
"""Move a lever, and note when the page has the history, the first forty runs of the ensemble and all of them."""


def resident(server: Any) -> float:
    """Memory of the server, MB."""
    text = Path(f"/proc/{server.process.pid}/status").read_text()
    return int(text.partition("VmRSS:")[2].split()[0]) / 1024


def ms(values: list[float]) -> str:
    return f"{median(values):.0f} ms (worst {max(values):.0f})"


def test_start_to_usable_page(server: Any, open_page: Callable[..., Any], figures: Any) -> None:
    """From the command to a page with its history, warm: the fixture has compiled the engine."""
    address, usable = [], []
    for _ in range(STARTS):
        started = time.perf_counter()
        fresh = start_server("2017", "--port", "0")
        address.append(1000 * (time.perf_counter() - started))
        found = open_page(own=True)
        found.goto(fresh.address)
        wait_until_played(found)
        usable.append(1000 * (time.perf_counter() - started))
        found.close()
        fresh.stop()
    figures.add("browser: start to the address", ms(address))
    figures.add("browser: start to the first history in the page", ms(usable))


def test_a_levers_change(page: Any, figures: Any) -> None:
    """Every value is new, so that nothing is found already played."""
    wait_until_played(page, ensemble=True)
    page.evaluate("window.greatpowers.pause()")
    told = [page.evaluate(CHANGE, 0.11 + number / 100) for number in range(CHANGES)]
    for what, values in zip(
        ("the history", "40 matched runs", "200 matched runs"), zip(*told, strict=True), strict=True
    ):
        figures.add(f"browser: a lever's change to {what}", ms(list(values)))


def test_twenty_sessions(server: Any, open_page: Callable[..., Any], figures: Any) -> None:
    """Twenty tabs at once; each moves a lever to a value of its own, one every half second, then all together."""
    pages = [open_page(own=True) for _ in range(SESSIONS)]
    for found in pages:
        found.goto(server.address)
    for found in pages:
        wait_until_played(found, ensemble=True)
        found.evaluate("window.greatpowers.pause()")
    turns = []
    for number, found in enumerate(pages):
        turns.append(found.evaluate(CHANGE, 0.2 + number / 100))
        assert found.evaluate("document.querySelector('[data-testid=slider-aid]').value") == f"{0.2 + number / 100:.2g}"
    figures.add("browser: twenty tabs, a change in turn, history", ms([turn[0] for turn in turns]))
    figures.add("browser: twenty tabs, a change in turn, 40 runs", ms([turn[1] for turn in turns]))
    figures.add("browser: twenty tabs, a change in turn, 200 runs", ms([turn[2] for turn in turns]))
    for number, found in enumerate(pages):
        found.evaluate(f"window.told = null; ({CHANGE})({0.5 + number / 100}).then((told) => (window.told = told))")
    for found in pages:
        found.wait_for_function("window.told", timeout=120_000)
    together = [found.evaluate("window.told") for found in pages]
    figures.add("browser: twenty tabs at the same moment, history", ms([told[0] for told in together]))
    figures.add("browser: twenty tabs at the same moment, 40 runs", ms([told[1] for told in together]))
    figures.add("browser: memory with twenty tabs", f"{resident(server):.0f} MB")


def test_memory_after_many_changes(server: Any, page: Any, figures: Any) -> None:
    held = []
    for number in range(MANY):
        page.evaluate(
            """(value) => { const slider = document.querySelector('[data-testid=slider-keep]');
            slider.value = value; slider.dispatchEvent(new Event('input', {bubbles: true})); }""",
            (number % 100) / 100,
        )
        page.wait_for_timeout(150)
        if number % 50 == 49:
            wait_until_played(page, ensemble=True)
            held.append(f"{resident(server):.0f}")
    figures.add("browser: memory after 50, 100, 150, 200 changes", ", ".join(held) + " MB")
