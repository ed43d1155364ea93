"""The chronicle: what happened, by quarter and theatre, in sentences."""

import textwrap
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import Literal

from greatpowers.core.ladder import Rung
from greatpowers.core.log import Event
from greatpowers.narrative.sentences import TOGETHER, joint_sentence, sentence_of
from greatpowers.presentation.style import count
from greatpowers.presentation.tables import text_shown
from greatpowers.scenario.errors import need_known
from greatpowers.simulation import frames
from greatpowers.simulation.events import EventContext, LogEvent, percent, sentence
from greatpowers.simulation.history import History

Minimum = Literal["headlines", "main", "all"]
MINIMUMS = ("headlines", "main", "all")
WIDTH = 100

HEADLINES = {
    Event.WAR,
    Event.WAR_END,
    Event.GREAT_POWER_WAR,
    Event.NUCLEAR_USE,
    Event.ANNEXATION,
    Event.DEAL,
    Event.DEAL_BROKEN,
}
MAIN = {Event.STRIKE, Event.YIELD, Event.OFFER, Event.COMPROMISE, *TOGETHER}
LEADERSHIPS = "Leaderships"


@dataclass(frozen=True)
class Entry:
    """What happened in one theatre in one round (theatre None: nowhere in particular), as sentences in order.

    `events` are the rows of the event log that the sentences tell; several may share a sentence.
    """

    round: int
    quarter: str
    theatre: str | None
    place: str
    sentences: tuple[str, ...]
    events: tuple[int, ...]


@dataclass(frozen=True)
class Totals:
    """What a whole history comes to; `order` is the share of the rules against conquest that holds at its end."""

    wars: int
    great_power_wars: int
    nuclear_uses: int
    deals_signed: int
    deals_broken: int
    order: float

    def __str__(self) -> str:
        great = f", great powers on both sides of {self.great_power_wars}" if self.great_power_wars else ""
        parts = (
            f"in all: {count(self.wars, 'war')} begun{great}",
            count(self.nuclear_uses, "nuclear use"),
            f"{count(self.deals_signed, 'deal')} signed, {self.deals_broken} broken",
            f"order at the end {percent(self.order)}",
        )
        return sentence("; ".join(parts))


@dataclass(frozen=True)
class Chronicle:
    """A history in sentences: what it was a run of, its entries in order, and its totals. `str()` gives it as text."""

    scenario: str
    policy: str
    seed: int
    first_quarter: str
    last_quarter: str
    entries: tuple[Entry, ...]
    totals: Totals

    def _repr_html_(self) -> str:
        return text_shown(str(self), prose=True)

    def __str__(self) -> str:
        span = f"{self.first_quarter} to {self.last_quarter}"
        lines = [f"{self.scenario} ({self.policy}, seed {self.seed}, {span})", ""]
        for quarter, entries in groupby(self.entries, key=lambda entry: entry.quarter):
            lines += [quarter, *(line for entry in entries for line in _indented(entry)), ""]
        if not self.entries:
            lines += ["Nothing of note happened.", ""]
        return "\n".join([*lines, str(self.totals)])


def chronicle(history: History, minimum: Minimum = "main") -> Chronicle:
    """What happened: entries in order of round, leaderships first, then theatres in the scenario's order.

    `minimum` sets the detail: only `headlines` (wars, deals, annexations), the `main` events (also uses of
    force, settlements, who was called to wars or entered them, turns of leadership in great powers), or `all`.
    Raises :class:`GreatPowersError` if events were not recorded.
    """
    need_known(minimum, MINIMUMS, f"there is no chronicle of '{minimum}'.")
    return Chronicle(
        scenario=history.scenario.title,
        policy=history.policy.title,
        seed=history.seed,
        first_quarter=history.scenario.start,
        last_quarter=frames.quarter_of(history.scenario.start, history.rounds - 1),
        entries=tuple(_entries(EventContext(history), minimum)),
        totals=_totals(history),
    )


def _entries(stage: EventContext, minimum: Minimum) -> Iterator[Entry]:
    events = [event for event in stage.happenings() if _matters(stage, event, minimum)]
    ordered = _without_repetition(sorted(events, key=lambda event: (event.round, event.theatre)))
    for (when, where), group in groupby(ordered, key=lambda mention: (mention.event.round, mention.event.theatre)):
        quarter = frames.quarter_of(stage.history.scenario.start, when)
        theatre = stage.theatres[where].id if where >= 0 else None
        place = stage.place(where) if where >= 0 else LEADERSHIPS
        mentions = _unless_said_otherwise(list(group), minimum)
        sentences = tuple(_sentences(stage, mentions, minimum))
        yield Entry(when, quarter, theatre, place, sentences, tuple(mention.event.row for mention in mentions))


@dataclass(frozen=True)
class _Told:
    """An event, and whether it is a challenger's second or later step up in a round, whose belief was stated before."""

    event: LogEvent
    repeated: bool


def _without_repetition(events: list[LogEvent]) -> Iterator[_Told]:
    """The events, those steps up marked whose actor has taken another in the same round."""
    seen: set[tuple[int, int]] = set()
    for event in events:
        up = event.kind == Event.RUNG and event.after > event.before
        key = (event.round, event.actor)
        yield _Told(event, repeated=up and key in seen)
        if up:
            seen.add(key)


def _matters(stage: EventContext, event: LogEvent, minimum: Minimum) -> bool:
    if minimum == "all" or event.kind in HEADLINES:
        return True
    if minimum == "headlines":
        return False
    if event.kind == Event.RUNG:
        return event.after > event.before and event.after >= Rung.LIMITED_INTERVENTION
    if event.kind == Event.TURN:
        return stage.is_great(event.actor, event.round) or event.actor == stage.leader
    return event.kind in MAIN


def _sentences(stage: EventContext, group: list[_Told], minimum: Minimum) -> Iterator[str]:
    """Sentences for one theatre and round; those called to a war, or entering it, are named by side."""
    by_sides = set(TOGETHER)
    for mention in group:
        kind = mention.event.kind
        if kind not in TOGETHER:
            yield sentence_of(stage, mention.event, brief=mention.repeated and minimum != "all")
        elif kind in by_sides:
            yield from _sides(stage, [other.event for other in group if other.event.kind == kind])
            by_sides.discard(kind)


def _unless_said_otherwise(group: list[_Told], minimum: Minimum) -> list[_Told]:
    kinds = {mention.event.kind for mention in group}
    return [mention for mention in group if minimum == "all" or not _said_otherwise(mention.event, kinds)]


def _said_otherwise(event: LogEvent, kinds: set[Event]) -> bool:
    """Whether another event of the same place and round says it: an offer that is signed, a step that is a war."""
    signed = event.kind == Event.OFFER and Event.DEAL in kinds
    return signed or (event.kind == Event.RUNG and event.after == Rung.WAR and Event.WAR in kinds)


def _sides(stage: EventContext, events: list[LogEvent]) -> Iterator[str]:
    """Events of one kind, a sentence for the host's side and one for the challenger's."""
    for side in (1, -1):
        there = [event for event in events if event.after == side]
        if there:
            yield sentence_of(stage, there[0]) if len(there) == 1 else joint_sentence(stage, there)


def _totals(history: History) -> Totals:
    summary = history.summary
    return Totals(
        wars=int(summary["wars_begun"]),
        great_power_wars=int(summary["great_power_wars_begun"]),
        nuclear_uses=int(summary["nuclear_uses"]),
        deals_signed=int(summary["deals_accepted"]),
        deals_broken=int(sum(summary[f"deals_broken_by_{who}"] for who in ("challenger", "guardians", "spoilers"))),
        order=float(summary["order"]),
    )


def _indented(entry: Entry) -> list[str]:
    text = f"{entry.place}. {' '.join(entry.sentences)}"
    return textwrap.wrap(text, WIDTH, initial_indent="  ", subsequent_indent="    ", break_on_hyphens=False)
