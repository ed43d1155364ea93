"""The question first: what the scenario is asked, the answer and its doubt, every policy against the stick alone."""

import json
from functools import partial

from nicegui import ui

from greatpowers.server.session import Session
from greatpowers.server.worlds import base_scenario
from greatpowers.studies.question import AnswerData, policies_asked

ASSETS = ("theme.css", "style.css", "question.css", "question.js")


def build(session: Session) -> None:
    """Build the view of one tab, inside the current container."""
    ui.element("gp-question").props("data-testid=question")
    shown: list[object] = [None]

    def ask() -> None:
        """Ask anew when another world is shown; nothing is played for a page that nobody looks at."""
        if session.state.view != "question" or not session.is_watched:
            return
        scenario = base_scenario(session.state)
        world = (session.state.scenario, session.state.upload, session.state.synthetic)
        if world == shown[0]:
            return
        shown[0] = world
        if policies_asked(scenario) is None:
            _send(None)
        else:
            session.laboratory.answers.ask(scenario, partial(tell, world))

    def tell(world: object, answer: AnswerData) -> None:
        session.later(lambda: _send(answer) if shown[0] == world else None)

    session.subscribe("state", ask)
    session.subscribe("watched", ask)
    ask()


def _send(answer: AnswerData | None) -> None:
    ui.run_javascript(f"gpQuestion.show({json.dumps(answer, allow_nan=False)})")
