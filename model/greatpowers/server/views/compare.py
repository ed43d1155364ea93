"""Compare: two policies on the same luck, where their histories part and why, and what 200 matched runs say."""

import json
from typing import Any

from nicegui import ui

from greatpowers.server.comparison_data import divergence, ensembles
from greatpowers.server.session import Session
from greatpowers.server.story import ASSETS as STORY_ASSETS, Which, answer_questions, build_chronicle

ASSETS = (*STORY_ASSETS, "time.css", "compare.css", "bus.js", "world.js", "compare.js")
BOTH: tuple[Which, Which] = ("a", "b")
"""The policy followed, and the one that it is compared with."""


def build(session: Session) -> None:
    """Build the view of one tab, inside the current container."""
    with ui.element("div").classes("gw-world gc-compare").props("data-testid=compare"):
        ui.element("gp-versus")
        with ui.element("div").classes("gc-pair"):
            for which in BOTH:
                with ui.element("section").classes(f"gc-side gc-side-{which} gw-sheet"):
                    ui.element("gp-whose").props(f"which={which}")
                    ui.element("gp-map").props(f"which={which}")
        _sheet("gp-apart")
        _sheet("gp-transport", "gc-keep")
        _sheet("gp-parting")
        _sheet("gp-both")
        _sheet("gp-gap-strip")
        with ui.element("div").classes("gc-pair gc-tales"):
            for which in BOTH:
                with ui.element("section").classes(f"gc-side gc-side-{which} gw-sheet"):
                    build_chronicle(session, which)
        _sheet("gp-odds")
    answer_questions(session)
    CompareView(session)


def _sheet(tag: str, classes: str = "") -> None:
    """A drawing of the page's own on a sheet of its own."""
    with ui.element("section").classes(f"gw-sheet {classes}".strip()):
        ui.element(tag)


class CompareView:
    """What one tab is sent: nothing while another view is shown, and then what is new."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._anew = {"history": True, "ensemble": True}
        session.subscribe("history", lambda: self._news("history"))
        session.subscribe("ensemble", lambda: self._news("ensemble"))
        session.subscribe("state", self._catch_up)
        self._catch_up()

    def _news(self, kind: str) -> None:
        self._anew[kind] = True
        self._catch_up()

    def _catch_up(self) -> None:
        if self._session.state.view != "compare":
            return
        if self._anew["history"]:
            self._send_divergence()
        if self._anew["ensemble"]:
            self._send_ensembles()

    def _send_divergence(self) -> None:
        followed, against, key = self._session.history, self._session.against_history, self._session.key
        if followed is None or against is None:
            return
        self._anew["history"] = False
        self._session.in_background(
            lambda: divergence(against, followed) | {"key": key}, lambda told: _send("parting", told)
        )

    def _send_ensembles(self) -> None:
        """Threads may finish with all runs before they finish with the first few, which nobody wants any more then."""
        comparison, key = self._session.comparison, self._session.key
        if comparison is None:
            return
        self._anew["ensemble"] = False

        def tell(told: dict[str, Any]) -> None:
            if comparison is self._session.comparison:
                _send("odds", told)

        self._session.in_background(lambda: ensembles(comparison, key), tell)


def _send(what: str, told: object) -> None:
    ui.run_javascript(f"gpCompare.{what}({json.dumps(told, allow_nan=False)})")
