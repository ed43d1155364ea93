"""How long the page takes from a move of the scrubber to the picture of that quarter, of one history or of two."""

from statistics import median, quantiles
from typing import Any

import pytest

from greatpowers.server.state import LabState

pytest.importorskip("fastapi")
pytest.importorskip("playwright")


MOVES = 100
COMPARED = LabState(view="compare", policy="maximum-pressure", against="laissez-faire")
SCRUB = """async ([moves, shown]) => {
  const range = [...document.querySelectorAll('[data-testid=scrubber]')].find((each) => each.checkVisibility());
  const table = document.querySelector(shown);
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


def scrub(page: Any, shown: str, figures: Any, what: str) -> None:
    """`shown` is the element that says which quarter is drawn."""
    took = page.evaluate(SCRUB, [MOVES, shown])
    figures.add(
        f"scrub to a quarter and its picture, {what}, median of {MOVES}",
        f"{median(took):.0f} ms (nine in ten within {quantiles(took, n=10)[-1]:.0f} ms)",
    )
    assert len(took) == MOVES


def test_scrubbing(page: Any, figures: Any) -> None:
    page.wait_for_selector("[data-testid=state-USA]", state="attached")
    page.evaluate("greatpowers.select(1)")
    scrub(page, "gp-table", figures, "24 theatres")


def test_scrubbing_two_histories(open_page: Any, server: Any, figures: Any) -> None:
    """Compare, with both maps, all charts and the runs of both policies drawn."""
    page = open_page(matched=True)
    page.goto(f"{server.address}?s={COMPARED.encode()}")
    page.wait_for_selector("gp-odds[data-runs='200']", state="attached")
    page.wait_for_selector("gp-parting[data-state=told]", state="attached")
    page.evaluate("greatpowers.select(1)")
    scrub(page, "gp-apart", figures, "two policies compared")
