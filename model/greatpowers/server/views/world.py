"""The world and its time: the map, a theatre's story, play and scrub, series, strip, and the chronicle's place.

All of it is drawn in the page from the history's payload; nothing here is asked while somebody scrubs.
"""

import json

from nicegui import ui

from greatpowers.server.explanations import build_chronicle
from greatpowers.server.payload import band
from greatpowers.server.session import Session
from greatpowers.simulation.comparison import Comparison

ASSETS = ("theme.css", "style.css", "time.css", "bus.js", "world.js")
"""Files of :data:`greatpowers.server.atlas.ASSETS` that the page links for this view, in order."""

CHRONICLE = "gp-chronicle"
"""Id of the container that the chronicle of events is built in."""

BANDED = ("order", "mean_severity", "credibility", "true_credibility", "sender_cost", "target_cost")
"""Metrics drawn with the ensemble behind them."""


def build(session: Session) -> None:
    """Build the view of one tab, inside the current container."""
    with ui.element("div").classes("gw-world"):
        with ui.element("div").classes("gw-world-grid"):
            _sheet("gp-map")
            _sheet("gp-panel", "gw-panel-room")
            _sheet("gp-transport", "gw-wide gw-keep")
            _sheet("gp-series", "gw-wide")
            _sheet("gp-strip")
            with ui.element("section").classes("gw-sheet").props(f'id={CHRONICLE} aria-label="Chronicle"'):
                build_chronicle(session)
        ui.element("gp-table")
    session.subscribe("ensemble", lambda: _send_band(session))
    _send_band(session)


def _sheet(tag: str, classes: str = "") -> None:
    """A drawing of the page's own on a sheet of its own."""
    with ui.element("section").classes(f"gw-sheet {classes}".strip()):
        ui.element(tag)


def _send_band(session: Session) -> None:
    """The ensemble of the policy followed, as bands behind the series; it names the history that it belongs to."""
    if session.comparison is not None:
        spread = policy_band(session.comparison) | {"key": session.key}
        ui.run_javascript(f"greatpowers.setBand({json.dumps(spread)})")


def policy_band(comparison: Comparison) -> dict[str, object]:
    """The bands of the policy followed, which is the last of the comparison."""
    names = comparison.series_metrics
    chosen = [names.index(name) for name in BANDED if name in names]
    return band(comparison.series[-1][..., chosen], tuple(names[i] for i in chosen))
