"""A game as data: what was decided in which round, small enough to travel in a link."""

import hashlib
import json
from typing import Annotated, Any, Literal

from pydantic import Field, model_validator

from greatpowers.game.score import WEIGHTS, checked_weights
from greatpowers.scenario.errors import GreatPowersError, suggestion
from greatpowers.scenario.kinds import LeverTable, Name, Table
from greatpowers.scenario.library import names
from greatpowers.scenario.schema import Scenario

LENGTHS = (20, 40, 80)
"""Rounds of a game that the page offers: five, ten and twenty years."""

FEWEST, MOST = 4, 80
MOST_MOVES = 2000

Motive = Literal["gain", "fear"]
Belief = Literal["little", "half", "much"]


class Move(Table):
    """What is set from a round on, in one theatre or, without one, in all."""

    round: Annotated[int, Field(strict=True, ge=0, le=MOST)] = Field(alias="r", description="round it is set in")
    theatre: Name | None = Field(default=None, alias="t", description="id of the theatre; all of them without one")
    levers: LeverTable = Field(alias="l", description="levers set")


class Reading(Table):
    """What the player takes a challenger to be; nothing is computed from it until the game is over."""

    motive: Motive | None = Field(default=None, alias="m", description="whether it wants gain or is afraid")
    belief: Belief | None = Field(default=None, alias="b", description="how far it believes the coalition's word")


class Record(Table):
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
    readings: dict[Name, Reading] = Field(default={}, alias="k", description="what each challenger is taken to be")
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
        told = self.model_dump(mode="json", by_alias=True, exclude_defaults=True)
        return json.dumps(told, sort_keys=True, separators=(",", ":"))

    @classmethod
    def decode(cls, text: str) -> "Record":
        """The record that :meth:`encode` wrote; raises :class:`GreatPowersError` for any other text."""
        try:
            told = json.loads(text)
            if not isinstance(told, dict):
                raise ValueError
            record = cls.model_validate(told)
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
