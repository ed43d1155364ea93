"""What measurements read: one history, with its wars and disputes put together once."""

from typing import NamedTuple

from greatpowers.simulation.history import History
from greatpowers.validation.disputes import Disputes, read_disputes
from greatpowers.validation.observed import SETTLING_IN, Observed, observe
from greatpowers.validation.wars import War, Wars, read_wars


class Reading(NamedTuple):
    """A history as measurements see it.

    `disputes` and `counted` (wars of at least a thousand dead) hold what began in the measured years; `wars` holds
    every war, large or small.
    """

    seen: Observed
    wars: Wars
    counted: list[War]
    disputes: Disputes


def read(history: History, first: int = SETTLING_IN) -> Reading:
    """Read a recorded history; raises :class:`GreatPowersError` if only metrics were kept."""
    return reading_of(observe(history, first))


def reading_of(seen: Observed) -> Reading:
    """The same from arrays."""
    wars = read_wars(seen)
    return Reading(seen, wars, wars.counted(seen), read_disputes(seen, wars).within(seen))
