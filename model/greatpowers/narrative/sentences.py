"""One sentence for each kind of event, with the numbers that were behind it; the words are in ``sentences.toml``."""

import operator
import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

import pandas as pd

from greatpowers.core.history import TheatreColumn
from greatpowers.core.log import NUMBERS, Event
from greatpowers.presentation.style import count, listed
from greatpowers.scenario.load import parse_toml
from greatpowers.scenario.schema import Scenario
from greatpowers.simulation.events import (
    EventContext,
    LogEvent,
    a_chance,
    in_a_sentence,
    percent,
    rung_words,
    sentence,
    with_article,
)
from greatpowers.simulation.places import ATTACKED, BEGAN, TREATY

WORDS = parse_toml(Path(__file__).with_suffix(".toml"), "sentences.toml")

TOGETHER = (Event.CALL, Event.JOINING)
"""Events that many states may have in common, told as one sentence for a side."""

MOST_NAMED = 6
"""Names that a sentence spells out."""

ABOUT_RIGHT = 0.05
"""Difference between belief and truth that does not count as an error."""

Cases = Sequence[tuple[str, str]]
"""Conditions and words; the first whose condition holds counts."""

FIELD = re.compile(r"\{(\w+)(?::(\w+))?\}")
CONDITION = re.compile(r"(?:(\w+) - )?(\w+) (<=|>=|<|>|=) ([\w.]+)")
COMPARED = {"<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge, "=": operator.eq}


class Facts(NamedTuple):
    """What patterns are filled in with: numbers, and names of parties and the like, None for what is none."""

    number: Callable[[str], float]
    name: Callable[[str], str | None]


def sentence_of(stage: EventContext, event: LogEvent, brief: bool = False) -> str:
    """The sentence for an event; `brief` leaves out what the challenger believed."""
    if brief and event.kind == Event.RUNG and event.after > event.before:
        return sentence(filled(stage, event, "{up}"))
    return sentence(said(_facts(stage, event), WORDS["events"][event.kind.name.lower()]))


def joint_sentence(stage: EventContext, events: Sequence[LogEvent], most: int = MOST_NAMED) -> str:
    """One sentence for events of one kind of :data:`TOGETHER`, one place, round and side of a war."""
    pattern = WORDS["together" if len(events) > 1 else "alone"][events[0].kind.name.lower()]
    who = stage.everyone([event.actor for event in events], most)
    return sentence(pattern.format(who, filled(stage, events[0], "{principal}")))


def filled(stage: EventContext, event: LogEvent, pattern: str) -> str:
    """A pattern with what is known of an event filled in."""
    return fill(_facts(stage, event), pattern)


def fill(facts: Facts, pattern: str) -> str:
    """A pattern with names, numbers and the parts of ``sentences.toml`` filled in."""

    def put(field: re.Match[str]) -> str:
        name, written = field.groups()
        if written:
            return WRITTEN[written](facts.number(name))
        text = facts.name(name)
        return said(facts, WORDS["parts"][name]) if text is None else text

    return FIELD.sub(put, pattern)


def said(facts: Facts, cases: Cases) -> str:
    """The words of the first case that holds, filled in."""
    return fill(facts, next(words for condition, words in cases if _holds(facts, condition)))


def _holds(facts: Facts, condition: str) -> bool:
    match = CONDITION.fullmatch(condition)
    if match is None:
        return True
    less, name, compared, bound = match.groups()
    value = facts.number(name)
    value = value if less is None else facts.number(less) - value
    return bool(COMPARED[compared](value, float(bound) if bound[0].isdigit() else facts.number(bound)))


def _facts(stage: EventContext, event: LogEvent) -> Facts:
    return Facts(
        lambda name: _number(stage, event, name),
        lambda name: PARTIES[name](stage, event) if name in PARTIES else None,
    )


def _number(stage: EventContext, event: LogEvent, name: str) -> float:
    if name == "was":
        return stage.before(event.theatre, event.round, TheatreColumn.SANCTIONS)
    if name in ("before", "after"):
        return event.before if name == "before" else event.after
    return event.numbers[NUMBERS[event.kind].index(name)]


def who_fights(scenario: Scenario, place: str, wars: pd.DataFrame) -> str:
    """In how many histories great powers fight over a place, who begins, and who is brought in by whom.

    `wars` has the rows of one policy and of this place, as `Comparison.great_power_wars` gives them.
    """
    label = in_a_sentence(next(theatre.label for theatre in scenario.theatres if theatre.id == place))
    name = {state.id: with_article(state.label) for state in scenario.states}
    began, attacked = (wars[wars["how"] == how].to_dict("records") for how in (BEGAN, ATTACKED))
    if not began:
        return f"In no history do great powers fight each other over {label}."
    first, of = began[0], began[0]["histories"]
    world = round(first["world"] * of)
    clauses = [f"{name[first['state']]} begins it against {name[attacked[0]['state']]}"]
    brought = wars[wars["by"] != ""]
    for how, by in dict.fromkeys(zip(brought["how"], brought["by"], strict=True)):
        rows = brought[(brought["how"] == how) & (brought["by"] == by)].to_dict("records")
        who = listed([f"{name[row['state']]} ({row['histories']} of {of})" for row in rows], 4)
        brings = f"a treaty with {name[by]} brings in" if how == TREATY else f"{name[by]} is joined by choice by"
        clauses.append(f"{brings} {who}")
    clauses += [f"it becomes a world war in {world} of {of}"] if world else []
    span = f"{percent(first['low'])} to {percent(first['high'])}"
    return f"Great powers fight over {label} in {percent(first['share'])} of histories ({span}): {'; '.join(clauses)}."


def _dead(thousands: float) -> str:
    if thousands >= 1000:
        return f"{thousands / 1000:.1f} million deaths in battle"
    return f"about {max(1, round(thousands)):,},000 deaths in battle" if thousands >= 0.5 else "few deaths in battle"


PARTIES: dict[str, Callable[[EventContext, LogEvent], str]] = {
    "c": lambda stage, event: stage.name(stage.challenger[event.theatre]),
    "h": lambda stage, event: stage.name(stage.host[event.theatre]),
    "l": lambda stage, event: stage.name(stage.leader),
    "a": lambda stage, event: stage.name(event.actor),
    "o": lambda stage, event: stage.name(event.other),
    "place": lambda stage, event: stage.place_in_a_sentence(event.theatre),
}
"""Names in patterns: challenger, host, leader of the coalition, actor, the other, and the place."""

WRITTEN: dict[str, Callable[[float], str]] = {
    "percent": percent,
    "chance": a_chance,
    "rung": lambda rung: rung_words(int(rung)),
    "quarters": lambda age: count(int(age), "quarter"),
    "dead": _dead,
}
"""How numbers are written."""
