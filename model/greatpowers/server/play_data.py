"""A game as the page shows it: plain data, of which nothing says more than the player may know."""

import math
from typing import Annotated, Any, Literal

from pydantic import Field, TypeAdapter, ValidationError

from greatpowers.core.ladder import TOP_RUNG
from greatpowers.game.briefing import briefing, sight_of
from greatpowers.game.chair import CHAIR, Chair, PresetScore, ScoreRank, own_lines, own_score, presets_of, rivals
from greatpowers.game.debrief import Debrief, Failure, OfferReview, debrief_of
from greatpowers.game.record import FEWEST, LENGTHS, MOST, TERMS, Belief, ChallengerReading, Line, Motive
from greatpowers.scenario.errors import GreatPowersError
from greatpowers.scenario.kinds import LEVERS, LeverTable, Name, TomlTable
from greatpowers.scenario.load import load_policy
from greatpowers.scenario.schema import Scenario
from greatpowers.server.atlas import drawn
from greatpowers.server.explanations import explanation_data
from greatpowers.server.labels import RUNGS, dials, policy_titles
from greatpowers.simulation.events import rung_words

MOST_REPORTS = 60
USUAL_LENGTH = 40

CHOICES = {
    "motive": [["", "I cannot tell"], ["gain", "is out for gain"], ["fear", "is afraid of us"]],
    "belief": [
        ["", "I cannot tell"],
        ["little", "hardly believes us"],
        ["half", "half believes us"],
        ["much", "believes us"],
    ],
}


def lobby(scenario: Scenario, inherited: str, notice: str = "") -> dict[str, Any]:
    """What is chosen before a game; `inherited` is what the page's policy is now."""
    return {
        "phase": "lobby",
        "notice": notice,
        "title": scenario.title,
        "start": scenario.start,
        "places": len(scenario.theatres),
        "lengths": [{"rounds": n, "years": n // 4} for n in LENGTHS],
        "length": USUAL_LENGTH,
        "policies": [
            {"name": name, "title": title} for name, title in policy_titles(tuple(presets_of(scenario))).items()
        ],
        "inherited": inherited,
        "terms": [{"label": term.label, "meaning": term.meaning} for term in TERMS],
    }


def table(chair: Chair, since: int) -> dict[str, Any]:
    """The desk of the leader: what is seen now, what has become known since round `since`, and what is set."""
    seen, record = sight_of(chair), chair.record
    reports = briefing(chair.history, since, record.played - 1) if chair.history is not None else []
    return {
        "phase": "play",
        "title": chair.base.title,
        "inherited": load_policy(record.inherited).title,
        "round": seen.round,
        "rounds": seen.rounds,
        "quarter": seen.quarter,
        "takenBack": record.taken_back,
        "home": seen.home._asdict() if seen.home else None,
        "places": [place._asdict() for place in seen.places],
        "ladder": [{"name": rung_words(rung), "plain": RUNGS[rung]} for rung in range(TOP_RUNG + 1)],
        "reports": [report._asdict() for report in reports[:MOST_REPORTS]],
        "error": chair.setup.parameters.intelligence_error,
        "more": max(0, len(reports) - MOST_REPORTS),
        "levers": [[row[name] for name in LEVERS] for row in chair.levers],
        "usual": [[row[name] for name in LEVERS] for row in chair.usual],
        "drawn": drawn(chair.base),
        "dials": dials(),
        "set": [
            {"theatre": move.theatre, "levers": move.levers} for move in record.moves if move.round == record.played
        ],
        "challengers": _challengers(chair),
        "choices": CHOICES,
    }


def result(chair: Chair) -> dict[str, Any]:
    """How a game came out; where it stands among others comes later, as that takes a while."""
    others = rivals(chair)
    return {
        "phase": "over",
        "title": chair.base.title,
        "rounds": chair.record.rounds,
        "seed": chair.record.seed,
        "takenBack": chair.record.taken_back,
        "inherited": load_policy(chair.record.inherited).title,
        "ordered": len({move.round for move in chair.record.moves}),
        "score": own_score(chair),
        "lines": [_line(line) for line in own_lines(chair)],
        "rivals": [_rival(rival) for rival in others],
        "debrief": _debrief(debrief_of(chair)),
        "choices": CHOICES,
    }


def standing_data(rank: ScoreRank, chair: Chair) -> dict[str, Any]:
    """Where a game stands among presets in other worlds."""
    titles = {name: load_policy(name).title for name in presets_of(chair.base)} | {CHAIR: "Your choices"}
    return {
        "betterThan": rank.better_than,
        "histories": rank.histories,
        "scores": [
            {"policy": name, "title": titles[name], "scores": [round(value, 2) for value in rank.scores[name]]}
            for name in titles
        ],
        "difference": [
            {"policy": name, "title": titles[name]}
            | {key: None if math.isnan(value) else value for key, value in interval._asdict().items()}
            for name, interval in rank.difference.items()
        ],
    }


def _challengers(chair: Chair) -> list[dict[str, Any]]:
    labels = {state.id: state.label for state in chair.base.states}
    readings = chair.record.readings
    return [
        {"id": id, "name": labels[id], "motive": reading.motive or "", "belief": reading.belief or ""}
        for id in chair.challengers
        for reading in [readings.get(id, ChallengerReading())]
    ]


def _line(line: Line) -> dict[str, Any]:
    term = line.term
    return {
        "name": term.name,
        "label": term.label,
        "unit": term.unit,
        "meaning": term.meaning,
        "price": term.price,
        "quantity": line.quantity,
        "weight": line.weight,
        "points": line.points,
    }


def _rival(rival: PresetScore) -> dict[str, Any]:
    return {
        "policy": rival.policy,
        "title": rival.title,
        "score": rival.score,
        "lines": [_line(x) for x in rival.lines],
    }


def _debrief(debrief: Debrief | None) -> dict[str, Any] | None:
    if debrief is None:
        return None
    return {
        "judged": [j._asdict() | {"reading": j.reading.model_dump()} for j in debrief.judged],
        "failures": [_explained(failure) for failure in debrief.failures],
        "held": debrief.held,
        "crossed": debrief.crossed,
        "offers": [_explained(offer) for offer in debrief.offers],
        "idle": list(debrief.idle_offers),
    }


class StartGame(TomlTable):
    """Take the chair."""

    do: Literal["start"]
    rounds: Annotated[int, Field(strict=True, ge=FEWEST, le=MOST)]
    inherited: Name
    seed: Annotated[int, Field(strict=True, ge=0, le=2**53 - 1)] | None = None


class Decide(TomlTable):
    """Set levers in a theatre, or everywhere."""

    do: Literal["set"]
    theatre: Name | None = None
    levers: LeverTable


class Advance(TomlTable):
    """Play so many rounds, or without a number until something grave happens."""

    do: Literal["advance"]
    rounds: Annotated[int, Field(strict=True, ge=1, le=MOST)] | None = None


class Read(TomlTable):
    """Say what a challenger is taken to be."""

    do: Literal["read"]
    challenger: Name
    motive: Motive | None = None
    belief: Belief | None = None


class Weigh(TomlTable):
    """Give the terms of the score other weights."""

    do: Literal["weigh"]
    weights: dict[Name, float]


class Plain(TomlTable):
    """A message that says no more than what to do."""

    do: Literal["back", "leave", "compare"]


Message = StartGame | Decide | Advance | Read | Weigh | Plain
_MESSAGE: TypeAdapter[Message] = TypeAdapter(Annotated[Message, Field(discriminator="do")])


def read_message(sent: object) -> Message:
    """The message that the page sent; raises :class:`GreatPowersError` if it is none."""
    try:
        return _MESSAGE.validate_python(sent)
    except ValidationError:
        raise GreatPowersError("that move is not possible in this game; reload the page and try again.") from None


def _explained(review: Failure | OfferReview) -> dict[str, Any]:
    return review._asdict() | {"explanation": explanation_data(review.explanation)}
