"""Play: the coalition's chair. A request holds a game and a move, its answer the game after it and what is shown of it.

A game is its record, which the page keeps. What is shown of it says no more than the player may know.
"""

import math
import threading
from typing import Annotated, Any, Literal

from pydantic import Field, ValidationError

from greatpowers.game.briefing import alarming, briefing, sight_of
from greatpowers.game.chair import (
    CHAIR,
    Chair,
    ScoreRank,
    field_of,
    own_score,
    preset_runs,
    rivals,
    standing,
)
from greatpowers.game.debrief import Debrief, Failure, OfferReview, debrief_of
from greatpowers.game.record import (
    FEWEST,
    LENGTHS,
    MOST,
    TERMS,
    Belief,
    ChallengerReading,
    Motive,
    Record,
    world_key,
)
from greatpowers.scenario.errors import GreatPowersError
from greatpowers.scenario.kinds import LEVERS, LeverTable, Name, TomlTable
from greatpowers.scenario.load import compared, load_policy
from greatpowers.scenario.schema import Scenario
from greatpowers.server.atlas import drawn
from greatpowers.server.explanations import explanation_data
from greatpowers.server.labels import dials, ladder, policy_titles
from greatpowers.server.laboratory import LastMade
from greatpowers.server.state import LabState, state_of_json
from greatpowers.server.worlds import leader_of, scenario_object

OTHER_WORLD = "The world has been changed since your game began: undo that to continue it, or start a new game here."

KEPT_FIELDS = 12
_fields = LastMade(KEPT_FIELDS, preset_runs)
_one_at_a_time = threading.Lock()


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


class PlayRequest(TomlTable):
    """A move in the game of a state; without one, the game as it is. Reports are told from round `since` on."""

    state: dict[str, Any]
    since: Annotated[int, Field(strict=True, ge=0, le=MOST)] = 0
    message: Annotated[Message, Field(discriminator="do")] | None = None


def play_request(body: object) -> dict[str, Any]:
    """The record of the game after a move, and what is shown of it; or where a finished game stands.

    Raises :class:`GreatPowersError`, for a page may send anything.
    """
    try:
        asked = PlayRequest.model_validate(body)
    except ValidationError:
        raise GreatPowersError("that move is not possible in this game; reload the page and try again.") from None
    state = state_of_json(asked.state)
    if isinstance(asked.message, Plain) and asked.message.do == "compare":
        return {"standing": _compared(_there(state))}
    game, since = _moved(state, asked.since, asked.message)
    return {"game": game, "since": since, "payload": _shown(state.changed(game=game), since)}


def _moved(state: LabState, since: int, message: Message | None) -> tuple[str, int]:
    """The record of the game after a message, and the round from which reports are then told."""
    if message is None:
        return state.game, since
    if isinstance(message, StartGame):
        chair = Chair.taken(scenario_object(state), message.inherited, message.rounds, message.seed)
        return chair.record.encode(), 0
    if isinstance(message, Plain) and message.do == "leave":
        return "", 0
    chair = _there(state)
    played = chair.record.played
    if isinstance(message, Decide):
        chair = chair.decide(message.levers, message.theatre)
    elif isinstance(message, Read):
        chair = chair.read(message.challenger, message.motive, message.belief)
    elif isinstance(message, Weigh):
        chair = chair.weigh(message.weights)
    elif isinstance(message, Advance):
        since = played
        chair = chair.advance_until(alarming) if message.rounds is None else chair.advance(message.rounds)
    else:
        since, chair = max(0, played - 2), chair.take_back()
    return chair.record.encode(), since


def _chair(state: LabState, scenario: Scenario) -> Chair | None:
    """The game in a state; None if there is none, or it is of another world."""
    if not state.game:
        return None
    record = Record.decode(state.game)
    return Chair(scenario, record) if record.world == world_key(scenario) else None


def _there(state: LabState) -> Chair:
    chair = _chair(state, scenario_object(state))
    if chair is None:
        raise GreatPowersError("there is no game to continue; start a new one.")
    return chair


def _shown(state: LabState, since: int) -> dict[str, Any]:
    """What a page shows of the game in a state: also that none can be played, and why."""
    try:
        scenario = scenario_object(state)
        fault = _unplayable(scenario)
        chair = None if fault else _chair(state, scenario)
    except GreatPowersError as error:
        fault = str(error)
    if fault:
        return {"phase": "broken", "notice": fault, "game": bool(state.game)}
    if chair is None:
        return lobby(scenario, state.policy, OTHER_WORLD if state.game else "")
    if chair.over:
        return result(chair)
    return table(chair, since if since < chair.record.played else max(0, chair.record.played - 1))


def _unplayable(scenario: Scenario) -> str:
    """Why nobody can take the chair in this world, if so."""
    if not scenario.theatres:
        return "There is nothing to decide in this world: it has no contested places. Choose another scenario."
    if leader_of(scenario) is None:
        return "Nobody leads a coalition in this world, so there is no chair to take. Choose another scenario."
    return ""


def _compared(chair: Chair) -> dict[str, Any]:
    """Where a finished game stands; one at a time, so that players do not slow each other down."""
    if not chair.over:
        raise GreatPowersError("the game is not over yet; it is compared when it is.")
    with _one_at_a_time:
        field = field_of(chair, _fields.of(chair.base, chair.record.played))
    return standing_data(standing(own_score(chair).score, field, chair.record.score_weights), chair)


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
            {"name": name, "title": title} for name, title in policy_titles(tuple(compared(scenario))).items()
        ],
        "inherited": inherited,
        "terms": [term.as_data() for term in TERMS],
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
        "ladder": ladder(),
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
    own = own_score(chair)
    return {
        "phase": "over",
        "title": chair.base.title,
        "rounds": chair.record.rounds,
        "seed": chair.record.seed,
        "takenBack": chair.record.taken_back,
        "inherited": load_policy(chair.record.inherited).title,
        "ordered": len({move.round for move in chair.record.moves}),
        "score": own.score,
        "lines": [line.as_data() for line in own.lines],
        "rivals": [rival._asdict() | {"lines": [line.as_data() for line in rival.lines]} for rival in rivals(chair)],
        "debrief": _debrief(debrief_of(chair)),
        "choices": CHOICES,
    }


def standing_data(rank: ScoreRank, chair: Chair) -> dict[str, Any]:
    """Where a game stands among presets in other worlds."""
    titles = {name: load_policy(name).title for name in compared(chair.base)} | {CHAIR: "Your choices"}
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


def _explained(review: Failure | OfferReview) -> dict[str, Any]:
    return review._asdict() | {"explanation": explanation_data(review.explanation)}
