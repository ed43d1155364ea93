"""The library's explanation and chronicle in parts, so that the page shows what `greatpowers explain` prints."""

import json
import re
from typing import Annotated, Any, Literal, NamedTuple
from weakref import WeakSet

from nicegui import ui
from nicegui.events import GenericEventArguments
from pydantic import Field, TypeAdapter, ValidationError

from greatpowers.core.trace import OPTIONS
from greatpowers.dictionary import TRACE_NAMES
from greatpowers.narrative.chronicle import HEADLINES
from greatpowers.narrative.explanation import explain
from greatpowers.scenario.errors import GreatPowersError
from greatpowers.scenario.kinds import Table
from greatpowers.server.session import Session
from greatpowers.simulation.events import percent
from greatpowers.simulation.history import History

LABEL = slice(2, 26)
CELLS = 26
"""Columns of a row of the explanation's table: its label, and where its cells begin."""

ITEM = "  - "

BELIEFS = (
    ("How much of what the coalition declares would be done", "believed_credibility", "true_credibility"),
    ("Its share of the contest, holding the present rung", "balance_hold", "true_balance"),
)
"""What a challenger believed beside what was true: in words, and two columns of the trace."""


class Row(NamedTuple):
    """A row of what was weighed: a term, and its value for each option that was open."""

    label: str
    cells: list[str]


def explanation(history: History, theatre: str, round_number: int) -> dict[str, Any]:
    """What :func:`greatpowers.narrative.explanation.explain` says of one theatre in one round, as parts for a page.

    Raises :class:`GreatPowersError` for a theatre or a round that does not exist.
    """
    text = explain(history, theatre, round_number)
    title, happened, weighed, chosen, believed, followed = text.split("\n\n")
    intro, heads, *rows = weighed.splitlines()
    return {
        "theatre": theatre,
        "round": round_number,
        "title": unwrapped(title),
        "policy": history.policy.title,
        "happened": unwrapped(happened),
        "intro": intro,
        "options": _row(heads).cells,
        "weighed": [_row(row)._asdict() for row in rows],
        "chosen": unwrapped(chosen),
        "beliefs": _beliefs(history, theatre, round_number),
        "believed": unwrapped(believed),
        "followed": _items(followed),
    }


def unwrapped(paragraph: str) -> str:
    """A paragraph on one line."""
    return " ".join(paragraph.split())


def _row(line: str) -> Row:
    cells = line[CELLS:].strip()
    return Row(line[LABEL].strip(), re.split(r" {2,}", cells) if cells else [])


def _items(paragraph: str) -> list[str]:
    """The points of a list whose first line says what they are."""
    _, *points = ("\n" + paragraph).split("\n" + ITEM)
    return [unwrapped(point) for point in points]


def _beliefs(history: History, theatre: str, round_number: int) -> list[dict[str, str]]:
    place = history.scenario.theatre_index()[theatre]
    trace = dict(zip(TRACE_NAMES, history.track.traces[round_number, place].tolist(), strict=True))
    if not any(trace[f"probability_{word}"] > 0 for word in OPTIONS):
        return []
    return [
        {"label": label, "believed": percent(trace[believed]), "true": percent(trace[true])}
        for label, believed, true in BELIEFS
    ]


ASSETS = ("theme.css", "style.css", "story.css", "story.js")
EVENT = "greatpowers-explain"

Which = Literal["a", "b"]


class Question(Table):
    """What the page asks: the story of one theatre in one round, in the history followed (a) or compared with (b)."""

    which: Which
    theatre: Annotated[str, Field(max_length=200)]
    round: Annotated[int, Field(strict=True, ge=0)]


_question: TypeAdapter[Question] = TypeAdapter(Question)
_heard: "WeakSet[Session]" = WeakSet()


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
    history = history_of(session, question.which)
    if history is None:
        return
    try:
        told = explanation(history, question.theatre, question.round) | {"which": question.which}
    except GreatPowersError as error:
        told = {"fault": str(error)}
    ui.run_javascript(f"gpStory.tell({json.dumps(told)})")


def history_of(session: Session, which: Which) -> History | None:
    """The history that the page calls a or b, if it has been played."""
    return session.history if which == "a" else session.against_history
