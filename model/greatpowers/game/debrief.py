"""After the game: what was true all along, held against what was done and what the player took to be true."""

from collections.abc import Iterator
from typing import Literal, NamedTuple

import numpy as np

from greatpowers.core.declare import Floats
from greatpowers.core.log import Event
from greatpowers.core.trace import Trace
from greatpowers.game.chair import Chair
from greatpowers.game.deterrence import Failure, failures, lines_tested
from greatpowers.game.record import Reading
from greatpowers.narrative.explanation import explain
from greatpowers.narrative.sentences import ABOUT_RIGHT
from greatpowers.scenario.build import weights_of
from greatpowers.simulation import frames
from greatpowers.simulation.events import Happening, Stage, percent
from greatpowers.simulation.history import History

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
    reading: Reading
    motive_verdict: Verdict
    belief_verdict: Verdict
    text: str


class Offer(NamedTuple):
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
    explanation: str


class Debrief(NamedTuple):
    """Everything that was hidden during the game and matters for what was done in it."""

    judged: tuple[Judged, ...]
    failures: tuple[Failure, ...]
    held: int
    crossed: int
    offers: tuple[Offer, ...]
    idle_offers: tuple[str, ...]


def debrief_of(chair: Chair) -> Debrief | None:
    """The debriefing of the rounds played so far; None before the first."""
    history = chair.history
    if history is None:
        return None
    stage = Stage(history)
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


def _judged(chair: Chair, stage: Stage, history: History, challenger: str) -> Judged:
    index = chair.base.state_index()[challenger]
    own = [k for k, who in enumerate(stage.challenger) if who == index]
    traces = history.track.traces[:, own]
    believed = float(traces[..., Trace.BELIEVED_CREDIBILITY].mean())
    true = float(traces[..., Trace.TRUE_CREDIBILITY].mean())
    state = chair.base.states[index]
    weights = weights_of(history.scenario, state)
    fear = fear_share(weights.power, weights.fear, traces[..., Trace.ENCROACHMENT])
    reading = chair.record.readings.get(challenger, Reading())
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


def _belief_verdict(reading: Reading, believed: float) -> Verdict:
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


def _offers(stage: Stage, history: History) -> Iterator[Offer]:
    """Every proposal with the answer to it, which comes next in the log."""
    events = list(stage.happenings())
    for event in events:
        if event.kind not in (Event.REFUSAL, Event.DEAL):
            continue
        theatre, signed = stage.theatres[event.theatre], event.kind == Event.DEAL
        chances = (None, None, None) if signed else event.numbers
        yield Offer(
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


def _refused(stage: Stage, event: Happening) -> str:
    challenger, host = stage.name(stage.challenger[event.theatre]), stage.name(stage.host[event.theatre])
    odds = dict(zip((challenger, host, "your own coalition"), event.numbers, strict=True))
    least = min(odds, key=lambda name: odds[name])
    told = ", ".join(f"{name} {percent(value)}" for name, value in odds.items())
    return f"Refused. The chance that each would sign: {told}. The hardest to win was {least}."


def _kept(events: list[Happening], signed: Happening) -> str:
    broken = [
        event
        for event in events
        if event.kind == Event.DEAL_BROKEN and event.theatre == signed.theatre and event.round >= signed.round
    ]
    if not broken:
        return "Signed, and it still stood at the end."
    age = int(broken[0].numbers[2])
    return f"Signed, and broken after {age} quarter{'' if age == 1 else 's'}."


def _idle(chair: Chair, offers: tuple[Offer, ...]) -> Iterator[str]:
    """Theatres where a deal was on offer at some time and was never proposed: it never hurt enough, or luck was out."""
    proposed = {offer.theatre for offer in offers}
    begun = [rows for start, rows in chair.segments.items() if start < chair.record.played]
    for k, theatre in enumerate(chair.base.theatres):
        if theatre.id not in proposed and any(rows[k]["deal"] > 0 for rows in begun):
            yield theatre.label
