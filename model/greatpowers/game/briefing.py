"""The briefing: what has become known of the last rounds, in sentences that give away no belief and no odds."""

from collections.abc import Callable, Iterator, Mapping
from typing import NamedTuple

from greatpowers.core.ladder import Rung
from greatpowers.core.log import Event
from greatpowers.narrative.sentences import UPWARD, nuclear_use, parties, step_down, tell, tell_together, terms
from greatpowers.simulation import frames
from greatpowers.simulation.events import EventContext, LogEvent, percent, rung_words, sentence
from greatpowers.simulation.history import History

Teller = Callable[[EventContext, LogEvent], str]

TOLD_AS_IS = (
    Event.SANCTIONS,
    Event.PRESENCE,
    Event.WAR_END,
    Event.OFFER,
    Event.TRANCHE,
    Event.DEAL_BROKEN,
    Event.ANNEXATION,
)
"""Events whose sentence in the chronicle holds nothing that the leader could not know."""


class Report(NamedTuple):
    """One sentence of a briefing: round, quarter, id of the theatre (None: nowhere in particular), and its weight.

    `grave` marks what nobody could overlook: wars, lines crossed, deals signed and broken, a turn at home.
    """

    round: int
    quarter: str
    theatre: str | None
    place: str
    text: str
    grave: bool


def briefing(history: History, first: int, last: int, to_leader: bool = True) -> list[Report]:
    """What became known in rounds `first` to `last`, the latest first, grave things before others.

    It is written to the leader of the coalition, or else to anybody.
    """
    found = [report for report in _reports(history, None, to_leader) if first <= report.round <= last]
    return sorted(found, key=lambda report: (-report.round, not report.grave))


def alarming(history: History, round_number: int) -> bool:
    """Whether something happened in a round that a leader would be woken for."""
    return any(report.grave for report in _reports(history, round_number))


def _reports(history: History, only: int | None = None, to_leader: bool = True) -> Iterator[Report]:
    stage = EventContext(history)
    for event, text in _told(stage, only, PUBLIC if to_leader else PUBLIC | TO_ANYBODY):
        if text:
            theatre = stage.theatres[event.theatre].id if event.theatre >= 0 else None
            place = stage.place(event.theatre) if event.theatre >= 0 else "At home and abroad"
            quarter = frames.quarter_of(history.scenario.start, event.round)
            yield Report(event.round, quarter, theatre, place, sentence(text), _is_grave(stage, event))


def _told(stage: EventContext, only: int | None, public: Mapping[Event, Teller]) -> Iterator[tuple[LogEvent, str]]:
    """Events with what the public hears of them; whom treaties call to a war is one sentence for a side."""
    called: dict[tuple[int, int, float], list[LogEvent]] = {}
    events = [event for event in stage.happenings() if only in (None, event.round)]
    for event in events:
        if event.kind == Event.CALL:
            called.setdefault((event.round, event.theatre, event.after), []).append(event)
    for event in events:
        if event.kind != Event.CALL:
            yield event, _text(stage, event, public)
        elif (side := called.pop((event.round, event.theatre, event.after), None)) is not None:
            yield event, tell_together(stage, side)


def _text(stage: EventContext, event: LogEvent, public: Mapping[Event, Teller]) -> str:
    """The public side of an event, or nothing if there is none; of small contingents nobody reports."""
    if event.kind == Event.PRESENCE and event.actor != stage.leader and not stage.is_great(event.actor, event.round):
        return ""
    if event.kind in public:
        return public[event.kind](stage, event)
    return tell(stage, event) if event.kind in TOLD_AS_IS else ""


def _is_grave(stage: EventContext, event: LogEvent) -> bool:
    if event.kind == Event.RUNG:
        return event.after > event.before and event.after >= Rung.LIMITED_INTERVENTION
    if event.kind == Event.TURN:
        return event.actor == stage.leader
    return event.kind in GRAVE


GRAVE = {
    Event.WAR,
    Event.WAR_END,
    Event.GREAT_POWER_WAR,
    Event.NUCLEAR_USE,
    Event.ANNEXATION,
    Event.DEAL,
    Event.DEAL_BROKEN,
    Event.REFUSAL,
    Event.YIELD,
    Event.COMPROMISE,
}


def _rung(stage: EventContext, event: LogEvent) -> str:
    up = event.after > event.before
    return parties(stage, event, UPWARD[int(event.after)]) if up else step_down(stage, event)


def _strike(stage: EventContext, event: LogEvent) -> str:
    return f"{stage.name(event.actor)} strikes {stage.name(event.other)}'s forces, on your orders"


def _clash(stage: EventContext, event: LogEvent) -> str:
    ending = "the other side returns fire" if event.numbers[2] else "the other side holds its fire"
    return parties(stage, event, f"{{c}}'s forces open fire in {{h}}; {ending}")


def _war(stage: EventContext, event: LogEvent) -> str:
    if event.numbers[1]:
        return parties(stage, event, "a war elsewhere spreads: {c} and {h} are at war")
    chosen = event.after == Rung.WAR
    return parties(
        stage,
        event,
        "{c} goes to war with {h}" if chosen else "an exchange of fire becomes war: {c} and {h} are at war",
    )


def _decision(stage: EventContext, event: LogEvent) -> str:
    """How ready they were is not known; where they chose war, the war is told."""
    return "" if event.after else parties(stage, event, "{c} and {h} step back from war")


def _joining(stage: EventContext, event: LogEvent) -> str:
    side = stage.host[event.theatre] if event.after > 0 else stage.challenger[event.theatre]
    return f"{stage.name(event.actor)} enters the war on the side of {stage.name(side)}"


def _deal(stage: EventContext, event: LogEvent) -> str:
    keep, relief, _ = event.numbers
    return parties(stage, event, f"{{c}} and {{h}} sign your deal: {terms(keep, relief)}")


def _cheating(stage: EventContext, event: LogEvent) -> str:
    """Cheating that nobody caught is not known."""
    if not event.numbers[2]:
        return ""
    return f"{stage.name(event.actor)} is caught cheating on the deal by {rung_words(int(event.after))}"


def _turn(stage: EventContext, event: LogEvent) -> str:
    """Turns at home are known, and those of other great powers as far as what their leaders say."""
    mood = "more" if event.after > 0 else "less"
    if event.actor == stage.leader:
        done = percent(event.numbers[2])
        return f"your own government changes; it is {mood} committed and will do {done} of what it declares"
    return f"a new leadership in {stage.name(event.actor)}" if stage.is_great(event.actor, event.round) else ""


def _alignment(stage: EventContext, event: LogEvent) -> str:
    if event.other != stage.leader:
        return ""
    change = "comes under your protection" if event.numbers[0] >= 0.5 else "turns away from your protection"
    return f"{stage.name(event.actor)} {change}"


PUBLIC: dict[Event, Teller] = {
    Event.RUNG: _rung,
    Event.STRIKE: _strike,
    Event.APPEAL: lambda stage, event: f"{stage.name(event.actor)} appeals to you for help",
    Event.RESISTANCE: lambda stage, event: f"{stage.name(event.actor)} resists {stage.name(event.other)}",
    Event.YIELD: lambda stage, event: f"{stage.name(event.actor)} backs down before {stage.name(event.other)}",
    Event.COMPROMISE: lambda stage, event: parties(stage, event, "{c} and {h} settle between themselves"),
    Event.CLASH: _clash,
    Event.DECISION: _decision,
    Event.WAR: _war,
    Event.JOINING: _joining,
    Event.GREAT_POWER_WAR: lambda stage, event: parties(
        stage, event, "great powers are now fighting each other over {h}"
    ),
    Event.NUCLEAR_USE: nuclear_use,
    Event.REFUSAL: lambda stage, event: parties(stage, event, "the talks over {h} fail: not all would sign the deal"),
    Event.DEAL: _deal,
    Event.CHEATING: _cheating,
    Event.TURN: _turn,
    Event.ALIGNMENT: _alignment,
}


def _signed(stage: EventContext, event: LogEvent) -> str:
    keep, relief, _ = event.numbers
    return parties(stage, event, f"{{c}} and {{h}} sign a deal: {terms(keep, relief)}")


def _elected(stage: EventContext, event: LogEvent) -> str:
    known = event.actor == stage.leader or stage.is_great(event.actor, event.round)
    return f"a new leadership in {stage.name(event.actor)}" if known else ""


TO_ANYBODY: dict[Event, Teller] = {
    Event.STRIKE: lambda stage, event: f"{stage.name(event.actor)} strikes {stage.name(event.other)}'s forces",
    Event.APPEAL: lambda stage, event: f"{stage.name(event.actor)} appeals for help",
    Event.DEAL: _signed,
    Event.TURN: _elected,
    Event.ALIGNMENT: lambda stage, event: "",
}
"""What is told otherwise to those who do not lead the coalition."""
