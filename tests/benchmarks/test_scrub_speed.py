"""How long the page takes from a move of the scrubber to the picture of that quarter."""

import sys
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from statistics import median, quantiles
from typing import Any

import pytest

pytest.importorskip("nicegui")
pytest.importorskip("playwright")

# A server and a browser are those of the tests of the server.
_spec = spec_from_file_location("server_fixtures", Path(__file__).parents[1] / "server" / "conftest.py")
assert _spec is not None and _spec.loader is not None
_fixtures = sys.modules["server_fixtures"] = module_from_spec(_spec)
_spec.loader.exec_module(_fixtures)
server, browser, open_page, page = _fixtures.server, _fixtures.browser, _fixtures.open_page, _fixtures.page

MOVES = 100
SCRUB = """async (moves) => {
  const range = document.querySelector('[data-testid=scrubber]');
  const table = document.querySelector('gp-table');
  const frame = () => new Promise((done) => requestAnimationFrame(done));
  const painted = () => new Promise((done) => {
    const channel = new MessageChannel();
    channel.port1.onmessage = done;
    channel.port2.postMessage(0);
  });
  const took = [];
  for (let i = 0; i < moves; i++) {
    const to = (i * 37 + 11) % 80;
    const start = performance.now();
    range.value = to;
    range.dispatchEvent(new Event('input', {bubbles: true}));
    await frame();
    await painted();
    if (Number(table.dataset.round) !== to) throw new Error(`shows ${table.dataset.round}, not ${to}`);
    took.push(performance.now() - start);
  }
  return took;
}"""


def test_scrubbing(page: Any, figures: Any) -> None:
    page.wait_for_selector("[data-testid=state-USA]", state="attached")
    page.wait_for_selector("html:not([data-busy])", state="attached")
    page.evaluate("greatpowers.select(1)")
    took = page.evaluate(SCRUB, MOVES)
    figures.add(
        f"scrub to a quarter and its picture, 24 theatres, median of {MOVES}",
        f"{median(took):.0f} ms (nine in ten within {quantiles(took, n=10)[-1]:.0f} ms)",
    )
    assert len(took) == MOVES
