"""Compare: what 200 matched runs say of two policies, where two histories on the same luck part, and why.

All of it is played and put into words by the page itself (`assets/bench.js`).
"""

from nicegui import ui

from greatpowers.server.session import Session
from greatpowers.server.views import world

ASSETS = (*world.ASSETS, "compare.css", "compare.js")
"""Files of :data:`greatpowers.server.atlas.ASSETS` that the page links for this view, in order."""


def build(_: Session) -> None:
    """Build the view of one tab, inside the current container."""
    ui.element("gp-compare").props("headlines data-testid=compare")
