"""Explanations and the chronicle as the page reads them: numbers as plain data, and the sentences drawn from them."""

import json
from dataclasses import asdict
from typing import Annotated, Any, Literal
from weakref import WeakSet

from nicegui import ui
from nicegui.events import GenericEventArguments
from pydantic import Field, TypeAdapter, ValidationError

from greatpowers.narrative.chronicle import HEADLINES
from greatpowers.narrative.explanation import Explanation, beliefs, explain, followed, reasons, terms_shown
from greatpowers.scenario.errors import GreatPowersError
from greatpowers.scenario.kinds import TomlTable
from greatpowers.server.laboratory import ShownHistory
from greatpowers.server.session import Session
from greatpowers.simulation.events import rung_words

STORY_ASSETS = ("theme.css", "style.css", "story.css", "story.js")
EVENT = "greatpowers-explain"

Which = Literal["a", "b"]


class StoryRequest(TomlTable):
    """What the page asks: the story of one theatre in one round, in the history followed (a) or compared with (b)."""

    which: Which
    theatre: Annotated[str, Field(max_length=200)]
    round: Annotated[int, Field(strict=True, ge=0)]


_question: TypeAdapter[StoryRequest] = TypeAdapter(StoryRequest)
_heard: "WeakSet[Session]" = WeakSet()


def explanation_data(found: Explanation) -> dict[str, Any]:
    """The explanation as JSON can hold it; `rungs` are words for the rung each option leads to."""
    return asdict(found) | {
        "title": found.title,
        "reasons": list(reasons(found)),
        "rungs": [rung_words(option.rung) for option in found.options],
        "terms": terms_shown(found.options),
        "believed": list(beliefs(found)),
        "followed": list(followed(found)),
    }


def build_chronicle(session: Session, which: Which = "a") -> None:
    """The chronicle of the history followed, or of the one compared with, inside the current container."""
    headlines = " ".join(sorted(kind.name.lower() for kind in HEADLINES))
    ui.element("gp-chronicle").props(f'which={which} headlines="{headlines}"')
    answer_questions(session)


def answer_questions(session: Session) -> None:
    """Have the page's questions of a tab answered; once is enough, however many ask."""
    if session not in _heard:
        _heard.add(session)
        ui.on(EVENT, lambda event: _answer(session, event))


def _answer(session: Session, event: GenericEventArguments) -> None:
    """The page may send anything; what cannot be explained is answered with a sentence."""
    try:
        question = _question.validate_python(event.args)
    except ValidationError:
        return
    shown = session.shown.get(question.which)
    if shown is not None:
        session.in_background(lambda: _told(shown, question), _tell)


def _told(shown: ShownHistory, question: StoryRequest) -> dict[str, Any]:
    try:
        found = explain(shown.history, question.theatre, question.round)
    except GreatPowersError as error:
        return {"fault": str(error)}
    return explanation_data(found) | {"which": question.which}


def _tell(told: dict[str, Any]) -> None:
    ui.run_javascript(f"gpStory.tell({json.dumps(told)})")
