"""What the page may ask of an experiment: filters, axes and rows, never a path; checked before anything is read."""

from typing import Annotated, Literal

from pydantic import Field, TypeAdapter, ValidationError

from greatpowers.scenario.errors import GreatPowersError
from greatpowers.scenario.kinds import Table

MOST_AXES = 12

Word = Annotated[str, Field(strict=True, max_length=80)]
Number = Annotated[float, Field(allow_inf_nan=False)]
Filter = tuple[Number, Number] | tuple[Word, ...]


class Ask(Table):
    """Show the runs that pass some filters: axes of the parallel plot, axes of the scatter, the metric that ranks."""

    do: Literal["ask"]
    axes: Annotated[tuple[Word, ...], Field(max_length=MOST_AXES)]
    x: Word
    y: Word
    metric: Word
    better: bool | None = None
    descending: bool = False
    filters: Annotated[dict[Word, Filter], Field(max_length=200)] = Field(default={})


class Pick(Table):
    """Show one run, or play it again in full."""

    do: Literal["run", "replay"]
    row: Annotated[int, Field(strict=True, ge=0, le=2**53 - 1)]


class Begin(Table):
    """Say what there is."""

    do: Literal["begin"]


Message = Ask | Pick | Begin
_MESSAGE: TypeAdapter[Message] = TypeAdapter(Annotated[Message, Field(discriminator="do")])


def read_message(sent: object) -> Message:
    """The message that the page sent; raises :class:`GreatPowersError` if it is none."""
    try:
        return _MESSAGE.validate_python(sent)
    except ValidationError:
        raise GreatPowersError("that cannot be asked of these results; reload the page and try again.") from None
