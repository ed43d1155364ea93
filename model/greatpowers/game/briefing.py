"""The briefing: what has become known of the last rounds, and what the leader of the coalition sees.

It sees deeds, its own means, and reports with the error of its intelligence. Beliefs and intentions of challengers,
their doctrine and what they weigh are not among it; sentences give away no belief and no odds. Reports err as the
model's own intelligence does: the logarithm of a force is seen with the standard deviation `intelligence_error`. Errors
have a stream of their own, so seeing more or less never changes what happens.
"""

import math
from collections.abc import Callable, Iterator, Mapping
from typing import NamedTuple

import numpy as np

from greatpowers.core.declare import Floats
from greatpowers.core.history import StateColumn, TheatreColumn
from greatpowers.core.ladder import Rung
from greatpowers.core.log import Event
from greatpowers.core.metrics import Metric
from greatpowers.core.trace import Trace
from greatpowers.game.chair import Chair
from greatpowers.narrative.chronicle import HEADLINES
from greatpowers.narrative.sentences import filled, joint_sentence, sentence_of
from greatpowers.simulation import frames
from greatpowers.simulation.events import EventContext, LogEvent, leader_of, percent, sentence, sides
from greatpowers.simulation.history import History
from greatpowers.simulation.setup import Setup

REPORTS = 0x5EE
"""Tells the stream of errors in reports from every stream of the engine."""

CONTROL, OWN, OTHER = range(3)
LEAST_ODDS = 1e-6


class TheatreReport(NamedTuple):
    """A theatre as it is reported; shares in [0, 1]. `odds` is None before any report."""

    id: str
    name: str
    sides: str
    rung: int
    before: int
    war: bool
    great_power_war: bool
    annexed: bool
    control: float
    odds: float | None
    sanctions: float
    breadth: float
    presence: float
    aid: float
    deal: bool
    relief_paid: float
    crossed: bool


class Home(NamedTuple):
    """How things stand at home and in the coalition.

    `done` is the share of what is declared that the leadership is ready to do; costs are shares of output in the last
    quarter, `spent` of world output on average so far.
    """

    leader: str
    committed: bool
    done: float
    election_in: int | None
    order: float
    own_cost: float
    coalition_cost: float
    spent: float


class Sight(NamedTuple):
    """Everything the player may look at as a round begins."""

    round: int
    rounds: int
    quarter: str
    home: Home | None
    places: tuple[TheatreReport, ...]


def sight_of(chair: Chair) -> Sight:
    """What is seen as the next round of a game begins; after the last one, how it ended."""
    history, setup, now = chair.history, chair.setup, chair.record.played
    return Sight(
        round=now,
        rounds=chair.record.rounds,
        quarter=frames.quarter_of(chair.base.start, now),
        home=_home(setup, history, now),
        places=tuple(_place(chair, setup, history, k) for k in range(len(chair.base.theatres))),
    )


def report_errors(seed: int, theatres: int, error: float, round_number: int) -> Floats:
    """Errors of the reports that are on the desk as a round begins, as log points: array [theatres, 3]."""
    luck = np.random.Generator(np.random.SFC64(np.random.SeedSequence([REPORTS, seed, round_number])))
    return error * luck.standard_normal((theatres, 3))


def reported_control(control: float, recognised: float, error: float) -> float:
    """Control as reported: what is recognised is known, the rest is seen with an error in log points."""
    return min(1.0, recognised + max(0.0, control - recognised) * math.exp(error))


def reported_odds(balance: float, exponent: float, own: float, other: float) -> float:
    """The challenger's share of the contest, either side's force seen with an error in log points."""
    share = min(1.0 - LEAST_ODDS, max(LEAST_ODDS, balance))
    odds = share / (1.0 - share) * math.exp(exponent * (own - other))
    return odds / (1.0 + odds)


def _place(chair: Chair, setup: Setup, history: History | None, k: int) -> TheatreReport:
    theatre, p, now = chair.base.theatres[k], setup.parameters, chair.record.played
    states = {state.id: state.label for state in chair.base.states}
    row, before = _theatre_row(setup, history, k, now - 1), _theatre_row(setup, history, k, now - 2)
    seen = report_errors(chair.record.seed, len(chair.base.theatres), p.intelligence_error, now)[k]
    balance = None if history is None else float(history.track.traces[-1, k, Trace.TRUE_BALANCE])
    line = in_force(chair, max(0, now - 1))[k]["red_line"]
    rung, last = int(row[TheatreColumn.RUNG]), int(before[TheatreColumn.RUNG])
    control, recognised = row[TheatreColumn.CONTROL], row[TheatreColumn.RECOGNISED]
    return TheatreReport(
        id=theatre.id,
        name=theatre.label,
        sides=sides(states[theatre.challenger], states[theatre.host]),
        rung=rung,
        before=last,
        war=bool(row[TheatreColumn.WAR] > 0),
        great_power_war=bool(row[TheatreColumn.GREAT_POWER_WAR] > 0),
        annexed=bool(row[TheatreColumn.ANNEXED] > 0),
        control=reported_control(float(control), float(recognised), seen[CONTROL]),
        odds=None if balance is None else reported_odds(balance, p.contest_exponent, seen[OWN], seen[OTHER]),
        sanctions=float(row[TheatreColumn.SANCTIONS]),
        breadth=float(row[TheatreColumn.BREADTH]),
        presence=float(row[TheatreColumn.PRESENCE]),
        aid=float(row[TheatreColumn.AID]),
        deal=bool(row[TheatreColumn.DEAL] > 0),
        relief_paid=float(row[TheatreColumn.RELIEF_PAID]),
        crossed=now > 0 and last < line <= rung,
    )


def _theatre_row(setup: Setup, history: History | None, k: int, round_number: int) -> Floats:
    """A theatre's columns at the end of a round; those of the world before the first one."""
    if history is not None and round_number >= 0:
        row: Floats = history.track.theatres[round_number, k]
        return row
    theatre, columns = setup.world.theatres[k], np.zeros(len(TheatreColumn))
    for column in TheatreColumn:
        if column == TheatreColumn.PRESENCE:
            columns[column] = setup.world.stances.presence[k].sum()
        elif column == TheatreColumn.RELIEF_PAID:
            columns[column] = theatre.deal * theatre.deal_relief * theatre.deal_paid
        else:
            columns[column] = getattr(theatre, column.name.lower())
    return columns


def in_force(chair: Chair, round_number: int) -> list[dict[str, float]]:
    """Levers as they were in a round, by theatre."""
    return [rows for start, rows in chair.segments.items() if start <= round_number][-1]


def _home(setup: Setup, history: History | None, now: int) -> Home | None:
    leader = int(setup.world.system.leader[0]) if history is None else leader_of(history)
    if leader < 0:
        return None
    state, listed = setup.world.states[leader], setup.scenario.states[leader]
    resolve, order = float(state.resolve), float(setup.world.system.order[0])
    own = coalition = spent = 0.0
    if history is not None:
        resolve = float(history.track.states[-1, leader, StateColumn.RESOLVE])
        own = float(history.track.states[-1, leader, StateColumn.SENDER_COST])
        order = float(history.track.metrics[-1, Metric.ORDER])
        coalition = float(history.track.metrics[-1, Metric.SENDER_COST]) / 100.0
        spent = float(history.track.metrics[:, Metric.SENDER_COST].mean()) / 100.0
    return Home(
        leader=listed.label,
        committed=resolve >= 0.5 * (listed.resolve_committed + listed.resolve_reluctant),
        done=resolve,
        election_in=_election_in(int(state.election_period), int(state.election_offset), now),
        order=order,
        own_cost=own,
        coalition_cost=coalition,
        spent=spent,
    )


def _election_in(period: int, offset: int, now: int) -> int | None:
    """Rounds until the next election, 0 if it is held in the coming one; None where none are held."""
    if period <= 0:
        return None
    return offset - now if now <= offset else (offset - now) % period


Wording = Callable[[EventContext, LogEvent], str] | str
"""What makes a sentence, or the pattern of one: see :func:`greatpowers.narrative.sentences.parties`."""

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
    reports = [report for report in _reports(history, None, to_leader) if first <= report.round <= last]
    return sorted(reports, key=lambda report: (-report.round, not report.grave))


def alarming(history: History, round_number: int) -> bool:
    """Whether something happened in a round that a leader would be woken for."""
    return any(report.grave for report in _reports(history, round_number))


def _reports(history: History, only: int | None = None, to_leader: bool = True) -> Iterator[Report]:
    stage = EventContext(history)
    for event, text in _public_events(stage, only, PUBLIC if to_leader else PUBLIC | TO_ANYBODY):
        if text:
            theatre = stage.theatres[event.theatre].id if event.theatre >= 0 else None
            place = stage.place(event.theatre) if event.theatre >= 0 else "At home and abroad"
            quarter = frames.quarter_of(history.scenario.start, event.round)
            yield Report(event.round, quarter, theatre, place, sentence(text), _is_grave(stage, event))


def _public_events(
    stage: EventContext, only: int | None, public: Mapping[Event, Wording]
) -> Iterator[tuple[LogEvent, str]]:
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
            yield event, joint_sentence(stage, side)


def _text(stage: EventContext, event: LogEvent, public: Mapping[Event, Wording]) -> str:
    """The public side of an event, or nothing if there is none; of small contingents nobody reports."""
    if event.kind == Event.PRESENCE and event.actor != stage.leader and not stage.is_great(event.actor, event.round):
        return ""
    if event.kind in public:
        teller = public[event.kind]
        return filled(stage, event, teller) if isinstance(teller, str) else teller(stage, event)
    return sentence_of(stage, event) if event.kind in TOLD_AS_IS else ""


def _is_grave(stage: EventContext, event: LogEvent) -> bool:
    if event.kind == Event.RUNG:
        return event.after > event.before and event.after >= Rung.LIMITED_INTERVENTION
    if event.kind == Event.TURN:
        return event.actor == stage.leader
    return event.kind in GRAVE


GRAVE = HEADLINES | {Event.REFUSAL, Event.YIELD, Event.COMPROMISE}


def _rung(stage: EventContext, event: LogEvent) -> str:
    return filled(stage, event, "{up}" if event.after > event.before else "{down}")


def _clash(stage: EventContext, event: LogEvent) -> str:
    ending = "the other side returns fire" if event.numbers[2] else "the other side holds its fire"
    return filled(stage, event, f"{{c}}'s forces open fire in {{h}}; {ending}")


def _decision(stage: EventContext, event: LogEvent) -> str:
    """Their readiness is not public; where they chose war, the report of the war says enough."""
    return "" if event.after else filled(stage, event, "{c} and {h} step back from war")


def _cheating(stage: EventContext, event: LogEvent) -> str:
    """Cheating that nobody caught is not known."""
    return filled(stage, event, "{a} is caught cheating on the deal by {after:rung}") if event.numbers[2] else ""


def _turn(stage: EventContext, event: LogEvent) -> str:
    """Turns at home are known, and those of other great powers as far as what their leaders say."""
    mood = "more" if event.after > 0 else "less"
    if event.actor == stage.leader:
        done = percent(event.numbers[2])
        return f"your own government changes; it is {mood} committed and will do {done} of what it declares"
    return _elected(stage, event)


def _elected(stage: EventContext, event: LogEvent) -> str:
    known = event.actor == stage.leader or stage.is_great(event.actor, event.round)
    return filled(stage, event, "a new leadership in {a}") if known else ""


def _alignment(stage: EventContext, event: LogEvent) -> str:
    if event.other != stage.leader:
        return ""
    change = "comes under your protection" if event.numbers[0] >= 0.5 else "turns away from your protection"
    return f"{stage.name(event.actor)} {change}"


PUBLIC: dict[Event, Wording] = {
    Event.RUNG: _rung,
    Event.STRIKE: "{a} strikes {o}'s forces, on your orders",
    Event.APPEAL: "{a} appeals to you for help",
    Event.RESISTANCE: "{a} resists {o}",
    Event.YIELD: "{a} backs down before {o}",
    Event.LET_PASS: "{h} lets it pass, and {c} pulls back",
    Event.COMPROMISE: "{c} and {h} settle between themselves",
    Event.CLASH: _clash,
    Event.DECISION: _decision,
    Event.WAR: "{begins}",
    Event.JOINING: "{joins}",
    Event.GREAT_POWER_WAR: "great powers are now fighting each other over {h}",
    Event.NUCLEAR_USE: "{weapon}",
    Event.REFUSAL: "the talks over {h} fail: not all would sign the deal",
    Event.DEAL: "{c} and {h} sign your deal: {terms}",
    Event.CHEATING: _cheating,
    Event.TURN: _turn,
    Event.ALIGNMENT: _alignment,
}


TO_ANYBODY: dict[Event, Wording] = {
    Event.STRIKE: "{a} strikes {o}'s forces",
    Event.APPEAL: "{a} appeals for help",
    Event.DEAL: "{c} and {h} sign a deal: {terms}",
    Event.TURN: _elected,
    Event.ALIGNMENT: "",
}
"""What is told otherwise to those who do not lead the coalition."""
