"""The world and its time: the map, a theatre's story, play and scrub, series, strip, and the chronicle's place.

All of it is drawn in the page from the history's payload; nothing here is asked while somebody scrubs.
"""

from nicegui import ui

from greatpowers.server.explanations import build_chronicle
from greatpowers.server.session import Session

ASSETS = ("theme.css", "style.css", "curves.css", "time.css", "bus.js", "bench.js", "world.js")
"""Files of :data:`greatpowers.server.atlas.ASSETS` that the page links for this view, in order."""

CHRONICLE = "gp-chronicle"
"""Id of the container that the chronicle of events is built in."""


def build(session: Session) -> None:
    """Build the view of one tab, inside the current container."""
    with ui.element("div").classes("gw-world"):
        with ui.element("div").classes("gw-world-grid"):
            _sheet("gp-map")
            _sheet("gp-panel", "gw-panel-room")
            _sheet("gp-transport", "gw-wide gw-keep")
            _sheet("gp-series", "gw-wide")
            with ui.element("section").classes("gw-sheet gw-places"):
                ui.html("Every place, quarter by quarter", sanitize=False, tag="h2")
                ui.element("gp-strip")
            with ui.element("section").classes("gw-sheet").props(f'id={CHRONICLE} aria-label="Chronicle"'):
                build_chronicle(session)
        ui.element("gp-table")


def _sheet(tag: str, classes: str = "") -> None:
    """A drawing of the page's own on a sheet of its own."""
    with ui.element("section").classes(f"gw-sheet {classes}".strip()):
        ui.element(tag)
