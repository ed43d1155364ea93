"""A game as data: what was decided in which round, small enough to travel in a link; and the score of its history.

Score = 100 - sum over terms of weight x price x quantity. It is linear, so the mean score of many histories is the
score of their means. Prices make the terms comparable over what policies do to the world of 2017; they are a judgement
about what matters, stated here and shown wherever a score is.
"""

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping
from typing import Annotated, Any, Literal, NamedTuple

import pandas as pd
from pydantic import Field, model_validator

from greatpowers.scenario.errors import GreatPowersError, is_number_in, need_known, shown, suggestion
from greatpowers.scenario.kinds import LeverTable, Name, TomlTable
from greatpowers.scenario.library import names
from greatpowers.scenario.schema import Scenario

BEST = 100.0
HEAVIEST = 5.0

Quantity = Callable[[Any], Any]


class Term(NamedTuple):
    """One thing that costs points: its quantity from a run's summary, and the points for one unit of it."""

    name: str
    label: str
    unit: str
    price: float
    meaning: str
    quantity: Quantity

    def as_data(self) -> dict[str, Any]:
        """What can be said of it, as JSON can hold it."""
        return {name: value for name, value in self._asdict().items() if name != "quantity"}


TERMS = (
    Term("escalation", "Escalation", "mean severity", 200.0, "how grave things were, on average",
         lambda run: run["mean_severity"]),
    Term("order", "Order lost", "share", 40.0, "how far the rules against conquest have stopped binding by the end",
         lambda run: 1.0 - run["order"]),
    Term("revision", "Revision", "share of world power", 500.0, "what challengers hold of their neighbours at the end",
         lambda run: run["revision"]),
    Term("cost", "Cost to senders", "% of world output", 40.0, "what sanctions, troops, aid and wars cost",
         lambda run: run["sender_cost"]),
    Term("war", "War", "wars", 8.0, "wars begun; 3 more if great powers fight, 10 for a nuclear use",
         lambda run: run["wars_begun"] + 3.0 * run["great_power_wars_begun"] + 10.0 * run["nuclear_uses"]),
)  # fmt: skip

CHALLENGER_TERMS = (
    Term("gain", "Gains", "% of its own power", -2.0, "what it holds of its neighbours more than at the start",
         lambda run: run["gain"]),
    Term("cost", "Cost to itself", "% of its output", 10.0, "what sanctions and wars cost it, on average",
         lambda run: run["target_cost"]),
    Term("war", "War", "wars", 8.0, "wars begun in its own places", lambda run: run["wars"]),
)  # fmt: skip
"""The same for a challenger, from 50 points on: gains bring points. As much a judgement as the other."""

CHALLENGER_START = 50.0

WEIGHTS = {term.name: 1.0 for term in TERMS}
SCORED = ("mean_severity", "order", "revision", "sender_cost", "wars_begun", "great_power_wars_begun", "nuclear_uses")
"""Columns of a run's summary that the score is made of."""


class Line(NamedTuple):
    """One line of a score: the quantity of a term in its unit, and the points lost to it."""

    term: Term
    quantity: float
    weight: float
    points: float

    def as_data(self) -> dict[str, Any]:
        """The line with what can be said of its term, as JSON can hold it."""
        told = {"quantity": self.quantity, "weight": self.weight, "points": self.points}
        return self.term.as_data() | told


class GameScore(NamedTuple):
    """A score, and the points lost to each term."""

    score: float
    lines: list[Line]


def score(summary: Mapping[str, float], weights: Mapping[str, float] | None = None) -> GameScore:
    """The score of a run with the columns of its summary: 100 less the points lost; it may fall below 0."""
    return _scored(BEST, TERMS, summary, checked_weights(weights or {}))


def challenger_score(summary: Mapping[str, float]) -> GameScore:
    """The same for a challenger; `summary` has what its terms ask for."""
    return _scored(CHALLENGER_START, CHALLENGER_TERMS, summary, {})


def _scored(
    start: float, terms: Iterable[Term], summary: Mapping[str, float], weights: Mapping[str, float]
) -> GameScore:
    lines = []
    for term in terms:
        quantity, weight = float(term.quantity(summary)), weights.get(term.name, 1.0)
        lines.append(Line(term, quantity, weight, weight * term.price * quantity))
    return GameScore(start - sum(line.points for line in lines), lines)


def scores(runs: pd.DataFrame, weights: Mapping[str, float] | None = None) -> "pd.Series[float]":
    """The score of every row of a table of runs."""
    chosen = {**WEIGHTS, **checked_weights(weights or {})}
    lost = sum(chosen[term.name] * term.price * term.quantity(runs) for term in TERMS)
    totals: pd.Series[float] = (BEST - lost).rename("score")
    return totals


def checked_weights(weights: Mapping[str, float]) -> dict[str, float]:
    """The weights, if each is of a term and from 0 to 5; raises :class:`GreatPowersError`."""
    for name, value in weights.items():
        need_known(name, WEIGHTS, f"score: there is no term '{name}'.")
        if not is_number_in(value, 0.0, HEAVIEST):
            raise GreatPowersError(f"score: the weight of {name} is {shown(value)}; expected a number from 0 to 5.")
    return dict(weights)


LENGTHS = (20, 40, 80)
"""Rounds of a game that the page offers: five, ten and twenty years."""

FEWEST, MOST = 4, 80
MOST_MOVES = 2000

Motive = Literal["gain", "fear"]
Belief = Literal["little", "half", "much"]


class Move(TomlTable):
    """What is set from a round on, in one theatre or, without one, in all."""

    round: Annotated[int, Field(strict=True, ge=0, le=MOST)] = Field(alias="r", description="round it is set in")
    theatre: Name | None = Field(default=None, alias="t", description="id of the theatre; all of them without one")
    levers: LeverTable = Field(alias="l", description="levers set")


class ChallengerReading(TomlTable):
    """What the player takes a challenger to be; nothing is computed from it until the game is over."""

    motive: Motive | None = Field(default=None, alias="m", description="whether it wants gain or is afraid")
    belief: Belief | None = Field(default=None, alias="b", description="how far it believes the coalition's word")


class Record(TomlTable):
    """Everything that decides a game; equal records give equal games.

    Moves are in order of rounds and, within one, of when they were made; a later one wins. Those of round `played`
    are set and not yet played.
    """

    world: Annotated[str, Field(pattern=r"^[0-9a-f]{8}$")] = Field(alias="w", description="which world it is played in")
    seed: Annotated[int, Field(strict=True, ge=0, le=2**53 - 1)] = Field(alias="s", description="which luck")
    rounds: Annotated[int, Field(strict=True, ge=FEWEST, le=MOST)] = Field(alias="n", description="length of the game")
    inherited: Name = Field(alias="i", description="policy that is in force when the player takes the chair")
    played: Annotated[int, Field(strict=True, ge=0, le=MOST)] = Field(default=0, alias="p", description="rounds played")
    taken_back: Annotated[int, Field(strict=True, ge=0, le=10_000)] = Field(
        default=0, alias="b", description="rounds taken back"
    )
    moves: Annotated[tuple[Move, ...], Field(max_length=MOST_MOVES)] = Field(default=(), alias="m", description="moves")
    readings: dict[Name, ChallengerReading] = Field(
        default={}, alias="k", description="what each challenger is taken to be"
    )
    weights: dict[str, float] = Field(default={}, alias="q", description="weights of the score that are not 1")

    @model_validator(mode="after")
    def _consistent(self) -> "Record":
        if self.played > self.rounds:
            raise ValueError("more rounds are played than the game has")
        rounds = [move.round for move in self.moves]
        if rounds != sorted(rounds) or any(number > self.played for number in rounds):
            raise ValueError("moves are not in order of rounds")
        checked_weights(self.weights)
        return self

    @property
    def over(self) -> bool:
        """Whether the last round has been played."""
        return self.played >= self.rounds

    def changed(self, **fields: Any) -> "Record":
        """The record with some fields different."""
        return self.model_copy(update=fields)

    def encode(self) -> str:
        """The record as compact JSON, for a link; equal records give equal texts."""
        payload = self.model_dump(mode="json", by_alias=True, exclude_defaults=True)
        return json.dumps(payload, sort_keys=True, separators=(",", ":"))

    @classmethod
    def decode(cls, text: str) -> "Record":
        """The record that :meth:`encode` wrote; raises :class:`GreatPowersError` for any other text."""
        try:
            payload = json.loads(text)
            if not isinstance(payload, dict):
                raise ValueError
            record = cls.model_validate(payload)
        except (ValueError, RecursionError):  # of which a ValidationError is one
            raise GreatPowersError("game: it is damaged; copy its link again, whole, or start a new one.") from None
        if record.inherited not in names("policies"):
            known = names("policies")
            raise GreatPowersError(
                f"game: there is no policy '{record.inherited[:60]}'. {suggestion(record.inherited, known)}"
            )
        return record

    @property
    def score_weights(self) -> dict[str, float]:
        """The weight of every term of the score."""
        return {**WEIGHTS, **self.weights}


def world_key(scenario: Scenario) -> str:
    """Eight hexadecimal digits that tell one world from another."""
    return hashlib.sha256(scenario.model_dump_json().encode()).hexdigest()[:8]
