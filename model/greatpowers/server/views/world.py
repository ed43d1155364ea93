"""The world and its time: the map, a theatre's story, play and scrub, series, strip, and the chronicle.

All of it is drawn in the page from the history's payload; moving through time asks nothing of the server.
"""

from nicegui import ui

from greatpowers.server.session import Session

ASSETS = ("theme.css", "style.css", "story.css", "curves.css", "time.css", "bus.js", "bench.js", "world.js")
"""Files of :data:`greatpowers.server.atlas.ASSETS` that the page links for this view, in order."""


def build(_: Session) -> None:
    """Build the view of one tab, inside the current container."""
    ui.element("gp-world").props("curves")
