"""Compare: what 200 matched runs say of two policies, where two histories on the same luck part, and why.

Matched runs are played and told by the page itself (`assets/bench.js`).
"""

import json
from typing import Any

from nicegui import ui

from greatpowers.narrative.divergence import divergence
from greatpowers.server.session import Session
from greatpowers.server.views import world
from greatpowers.simulation.fork import Fork
from greatpowers.simulation.history import History


def parting(against: History, followed: History) -> dict[str, Any]:
    """Where two histories of the same luck part, and why, each called by the title of its policy."""
    fork = Fork(against, followed, 0, followed.policy.name)
    found = divergence(fork, (f"under {against.policy.title}", f"under {followed.policy.title}"))
    theatres = [theatre.id for theatre in followed.scenario.theatres]
    decision = found.decision.original if found.decision else None
    return {
        "round": found.first_round,
        "quarter": found.first_quarter,
        "theatres": [theatres[k] for k in fork.first_theatres],
        "decision": decision and {name: getattr(decision, name) for name in ("theatre", "round", "quarter", "place")},
        "paragraphs": list(found.paragraphs()),
    }


ASSETS = (*world.ASSETS, "compare.css", "compare.js")
BOTH = ("a", "b")
"""The policy followed, and the one that it is compared with."""


def build(session: Session) -> None:
    """Build the view of one tab, inside the current container."""
    with ui.element("div").classes("gw-world gc-compare").props("data-testid=compare"):
        _sheet("gp-headlines")
        ui.element("gp-versus")
        with ui.element("div").classes("gc-pair"):
            for which in BOTH:
                with ui.element("section").classes(f"gc-side gc-side-{which} gw-sheet"):
                    ui.element("gp-whose").props(f"which={which}")
                    ui.element("gp-map").props(f"which={which}")
        _sheet("gp-apart")
        _sheet("gp-transport", "gw-keep gc-keep")
        _sheet("gp-parting")
        _sheet("gp-both")
        _sheet("gp-gap-strip")
        with ui.element("div").classes("gc-pair gc-tales"):
            for which in BOTH:
                with ui.element("section").classes(f"gc-side gc-side-{which} gw-sheet"):
                    ui.element("gp-chronicle").props(f"which={which}")
        _sheet("gp-odds")
    CompareView(session)


def _sheet(tag: str, classes: str = "") -> None:
    """A drawing of the page's own on a sheet of its own."""
    with ui.element("section").classes(f"gw-sheet {classes}".strip()):
        ui.element(tag)


class CompareView:
    """What one tab is sent: nothing while another view is shown, and then what is new."""

    def __init__(self, session: Session) -> None:
        self._session, self._anew = session, True
        session.subscribe("history", self._news)
        session.subscribe("state", self._catch_up)
        self._catch_up()

    def _news(self) -> None:
        self._anew = True
        self._catch_up()

    def _catch_up(self) -> None:
        shown, key = self._session.shown, self._session.key
        if self._session.state.view != "compare" or not self._anew or not shown:
            return
        self._anew = False
        self._session.in_background(lambda: parting(shown["b"].history, shown["a"].history) | {"key": key}, _send)


def _send(told: object) -> None:
    ui.run_javascript(f"gpCompare.parting({json.dumps(told, allow_nan=False)})")
