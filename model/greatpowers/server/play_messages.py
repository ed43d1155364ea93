"""What the page may say about a game: a handful of moves, checked before anything is done with them."""

from typing import Annotated, Literal

from pydantic import Field, TypeAdapter, ValidationError

from greatpowers.game.record import FEWEST, MOST, Belief, Motive
from greatpowers.scenario.errors import GreatPowersError
from greatpowers.scenario.kinds import LeverTable, Name, Table


class Start(Table):
    """Take the chair."""

    do: Literal["start"]
    rounds: Annotated[int, Field(strict=True, ge=FEWEST, le=MOST)]
    inherited: Name
    seed: Annotated[int, Field(strict=True, ge=0, le=2**53 - 1)] | None = None


class Decide(Table):
    """Set levers in a theatre, or everywhere."""

    do: Literal["set"]
    theatre: Name | None = None
    levers: LeverTable


class Advance(Table):
    """Play so many rounds, or without a number until something grave happens."""

    do: Literal["advance"]
    rounds: Annotated[int, Field(strict=True, ge=1, le=MOST)] | None = None


class Read(Table):
    """Say what a challenger is taken to be."""

    do: Literal["read"]
    challenger: Name
    motive: Motive | None = None
    belief: Belief | None = None


class Weigh(Table):
    """Give the terms of the score other weights."""

    do: Literal["weigh"]
    weights: dict[Name, float]


class Plain(Table):
    """A message that says no more than what to do."""

    do: Literal["back", "leave", "compare"]


Message = Start | Decide | Advance | Read | Weigh | Plain
_MESSAGE: TypeAdapter[Message] = TypeAdapter(Annotated[Message, Field(discriminator="do")])


def read_message(sent: object) -> Message:
    """The message that the page sent; raises :class:`GreatPowersError` if it is none."""
    try:
        return _MESSAGE.validate_python(sent)
    except ValidationError:
        raise GreatPowersError("that is no move in this game; reload the page and try again.") from None
