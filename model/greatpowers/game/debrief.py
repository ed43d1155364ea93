"""After the game: what was true all along, held against what was done and what the player took to be true.

Red lines are put to the test: where they held, where they were crossed, and why.
"""

from collections.abc import Iterable, Iterator
from typing import Literal, NamedTuple

import numpy as np

from greatpowers.core.declare import Floats
from greatpowers.core.history import TheatreColumn
from greatpowers.core.log import Event
from greatpowers.core.trace import Trace
from greatpowers.dictionary import option_of
from greatpowers.game.briefing import in_force
from greatpowers.game.chair import Chair
from greatpowers.game.record import ChallengerReading
from greatpowers.narrative.explanation import Explanation, explain
from greatpowers.narrative.sentences import ABOUT_RIGHT
from greatpowers.presentation.style import count
from greatpowers.scenario.build import weights_of
from greatpowers.simulation import frames
from greatpowers.simulation.events import EventContext, LogEvent, percent, rung_words
from greatpowers.simulation.fork import fork_beliefs
from greatpowers.simulation.history import History

MOST_FAILURES = 12
"""Crossings told in full; each takes playing the history again."""

SWEPT = "Swept along: it did not choose the step; a war carried it across."

UNLUCKY = 0.2
"""Chance below which a step that was taken counts as bad luck."""


class Failure(NamedTuple):
    """A red line that was crossed: where, when, with what chance, and the chance had the challenger known the truth."""

    round: int
    quarter: str
    theatre: str
    place: str
    rung: str
    line: str
    believed: float
    true: float
    chance: float
    chance_true: float
    why: str
    explanation: Explanation


class LineTest(NamedTuple):
    """A line with troops behind it that was put to the test: the challenger stood just below it, or crossed it.

    `stepped` says whether its own step took it across, and not a war that broke out below the line.
    """

    round: int
    theatre: int
    rung: int
    line: int
    crossed: bool
    stepped: bool


def lines_tested(chair: Chair, history: History) -> Iterator[LineTest]:
    """Every test of a line, as the metrics of deterrence count them  (Huth & Russett 1984)."""
    rungs = history.track.theatres[..., TheatreColumn.RUNG].astype(int)
    begun = np.vstack([[[theatre.rung for theatre in chair.base.theatres]], rungs[:-1]])
    chosen = begun + history.track.traces[..., Trace.MOVE].astype(int)
    for number in range(history.rounds):
        for k, lever in enumerate(in_force(chair, number)):
            before, now, line = int(begun[number, k]), int(rungs[number, k]), int(lever["red_line"])
            if lever["presence"] > 0 and before < line and (now >= line or before + 1 >= line):
                yield LineTest(number, k, now, line, now >= line, int(chosen[number, k]) >= line)


def failures(stage: EventContext, history: History, tests: Iterable[LineTest]) -> list[Failure]:
    """The crossings among some tests, the highest rung reached first, at most :data:`MOST_FAILURES`."""
    crossings = sorted((test for test in tests if test.crossed), key=lambda test: (-test.rung, test.round))
    return [_failure(stage, history, test) for test in crossings[:MOST_FAILURES]]


def _failure(stage: EventContext, history: History, test: LineTest) -> Failure:
    trace = history.track.traces[test.round, test.theatre]
    option = Trace.PROBABILITY_ + option_of(trace[Trace.MOVE])
    known = fork_beliefs(history, test.round).counterfactual.track.traces[test.round, test.theatre]
    theatre = stage.theatres[test.theatre]
    return Failure(
        round=test.round,
        quarter=frames.quarter_of(history.scenario.start, test.round),
        theatre=theatre.id,
        place=theatre.label,
        rung=rung_words(test.rung),
        line=rung_words(test.line),
        believed=float(trace[Trace.BELIEVED_CREDIBILITY]),
        true=float(trace[Trace.TRUE_CREDIBILITY]),
        chance=float(trace[option]),
        chance_true=float(known[option]),
        why=_why(trace, float(trace[option]), float(known[option])) if test.stepped else SWEPT,
        explanation=explain(history, theatre.id, test.round),
    )


def _why(trace: Floats, chance: float, chance_true: float) -> str:
    """The likeliest reason for a step across a line, from what was weighed and what knowing the truth would change."""
    if chance < UNLUCKY:
        return f"Bad luck: a step as unlikely as this ({percent(chance)}) was taken all the same."
    if chance_true < 0.5 * chance:
        change = f"{percent(chance)} to {percent(chance_true)}"
        return f"Misjudged: had it known what you would really do, the chance would have fallen from {change}."
    up, hold = 2, 1
    gain = trace[Trace.GAIN_ + up] - trace[Trace.GAIN_ + hold]
    price = sum(
        trace[column + up] - trace[column + hold]
        for column in (Trace.SANCTION_LOSS_, Trace.CLASH_LOSS_, Trace.NORM_COST_, Trace.CHEATING_LOSS_)
    )
    if gain > price > 0:
        return "Outbid: it understood you, but what it hoped to win outweighed all that you threatened."
    if price <= 0:
        return "Nothing was added: what you threatened past the line was no more than what it bore already."
    return "Close: gain and threat were about even, and it took the chance."


MOSTLY_FEAR = 0.5
"""Share of fear in the value of a prize from which on a challenger counts as insecure rather than greedy."""

BELIEF_BANDS = {"little": (0.0, 1 / 3), "half": (1 / 3, 2 / 3), "much": (2 / 3, 1.0)}
"""What the player's readings of belief stand for."""

Verdict = Literal["right", "wrong", "none"]


class Judged(NamedTuple):
    """A challenger as it was, means over its theatres and the rounds played, beside the player's reading of it.

    `believed` is what it took the coalition's word to be worth, `true` what it was worth; `fear` the share of the
    value of its prizes that fear of encirclement made up.
    """

    challenger: str
    name: str
    believed: float
    true: float
    fear: float
    insecure: bool
    doctrine: str
    reading: ChallengerReading
    motive_verdict: Verdict
    belief_verdict: Verdict
    text: str


class OfferReview(NamedTuple):
    """A deal that was proposed: the chance that each party would accept it (None once it was signed), and what came."""

    round: int
    quarter: str
    theatre: str
    place: str
    signed: bool
    challenger: float | None
    host: float | None
    coalition: float | None
    text: str
    explanation: Explanation


class Debrief(NamedTuple):
    """Everything that was hidden during the game and matters for what was done in it."""

    judged: tuple[Judged, ...]
    failures: tuple[Failure, ...]
    held: int
    crossed: int
    offers: tuple[OfferReview, ...]
    idle_offers: tuple[str, ...]


def debrief_of(chair: Chair) -> Debrief | None:
    """The debriefing of the rounds played so far; None before the first."""
    history = chair.history
    if history is None:
        return None
    stage = EventContext(history)
    tests = list(lines_tested(chair, history))
    crossed = sum(test.crossed for test in tests)
    offers = tuple(_offers(stage, history))
    return Debrief(
        judged=tuple(_judged(chair, stage, history, id) for id in chair.challengers),
        failures=tuple(failures(stage, history, tests)),
        held=len(tests) - crossed,
        crossed=crossed,
        offers=offers,
        idle_offers=tuple(_idle(chair, offers)),
    )


def fear_share(power_weight: float, fear_weight: float, encroachment: Floats) -> float:
    """Share of the value of control that fear makes up, w_fear E / (w_power + w_fear E), mean over what is given."""
    total = power_weight + fear_weight * encroachment
    shares = np.divide(fear_weight * encroachment, total, out=np.zeros_like(total), where=total > 0)
    return float(shares.mean()) if shares.size else 0.0


def _judged(chair: Chair, stage: EventContext, history: History, challenger: str) -> Judged:
    index = chair.base.state_index()[challenger]
    own = [k for k, who in enumerate(stage.challenger) if who == index]
    traces = history.track.traces[:, own]
    believed = float(traces[..., Trace.BELIEVED_CREDIBILITY].mean())
    true = float(traces[..., Trace.TRUE_CREDIBILITY].mean())
    state = chair.base.states[index]
    weights = weights_of(history.scenario, state)
    fear = fear_share(weights.power, weights.fear, traces[..., Trace.ENCROACHMENT])
    reading = chair.record.readings.get(challenger, ChallengerReading())
    insecure = fear >= MOSTLY_FEAR
    motive: Verdict = (
        "none" if reading.motive is None else "right" if (reading.motive == "fear") == insecure else "wrong"
    )
    return Judged(
        challenger=challenger,
        name=state.label,
        believed=believed,
        true=true,
        fear=fear,
        insecure=insecure,
        doctrine=state.doctrine,
        reading=reading,
        motive_verdict=motive,
        belief_verdict=_belief_verdict(reading, believed),
        text=_in_words(stage.name(index), believed, true, fear, insecure),
    )


def _belief_verdict(reading: ChallengerReading, believed: float) -> Verdict:
    if reading.belief is None:
        return "none"
    low, high = BELIEF_BANDS[reading.belief]
    return "right" if low <= believed <= high else "wrong"


def _in_words(name: str, believed: float, true: float, fear: float, insecure: bool) -> str:
    gap = believed - true
    view = "which was about right" if abs(gap) < ABOUT_RIGHT else "too much" if gap > 0 else "too little"
    motive = (
        f"It acted mostly out of fear ({percent(fear)} of what it saw in a prize): troops nearby provoke it, a pledge "
        "of neutrality calms it."
        if insecure
        else f"It wanted gain (fear made up {percent(fear)} of what it saw in a prize): firmness deters it, and a "
        "pledge of neutrality is wasted on it."
    )
    head = f"{name[:1].upper()}{name[1:]} believed {percent(believed)} of what you declared; {percent(true)} was true"
    return f"{head}: {view}. {motive}"


def _offers(stage: EventContext, history: History) -> Iterator[OfferReview]:
    """Every proposal with the answer to it, which comes next in the log."""
    events = list(stage.happenings())
    for event in events:
        if event.kind not in (Event.REFUSAL, Event.DEAL):
            continue
        theatre, signed = stage.theatres[event.theatre], event.kind == Event.DEAL
        chances = (None, None, None) if signed else event.numbers
        yield OfferReview(
            round=event.round,
            quarter=frames.quarter_of(history.scenario.start, event.round),
            theatre=theatre.id,
            place=theatre.label,
            signed=signed,
            challenger=chances[0],
            host=chances[1],
            coalition=chances[2],
            text=_kept(events, event) if signed else _refused(stage, event),
            explanation=explain(history, theatre.id, event.round),
        )


def _refused(stage: EventContext, event: LogEvent) -> str:
    challenger, host = stage.name(stage.challenger[event.theatre]), stage.name(stage.host[event.theatre])
    odds = dict(zip((challenger, host, "your own coalition"), event.numbers, strict=True))
    least = min(odds, key=lambda name: odds[name])
    chances = ", ".join(f"{name} {percent(value)}" for name, value in odds.items())
    return f"Refused. The chance that each would sign: {chances}. The hardest to win over was {least}."


def _kept(events: list[LogEvent], signed: LogEvent) -> str:
    broken = [
        event
        for event in events
        if event.kind == Event.DEAL_BROKEN and event.theatre == signed.theatre and event.round >= signed.round
    ]
    if not broken:
        return "Signed, and it still stood at the end."
    return f"Signed, and broken after {count(int(broken[0].numbers[2]), 'quarter')}."


def _idle(chair: Chair, offers: tuple[OfferReview, ...]) -> Iterator[str]:
    """Theatres where a deal was on offer at some time and was never proposed: it never hurt enough, or by chance."""
    proposed = {offer.theatre for offer in offers}
    begun = [rows for start, rows in chair.segments.items() if start < chair.record.played]
    for k, theatre in enumerate(chair.base.theatres):
        if theatre.id not in proposed and any(rows[k]["deal"] > 0 for rows in begun):
            yield theatre.label
