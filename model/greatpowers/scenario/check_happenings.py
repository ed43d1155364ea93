"""Rules for what really happened: in known theatres, on rungs they have, within the time a run covers."""

from collections.abc import Iterator
from itertools import pairwise

from greatpowers.scenario.errors import suggestion
from greatpowers.scenario.kinds import rung_name
from greatpowers.scenario.schema import Happening, Scenario

Fault = tuple[str, str]
QUARTERS = 4


def quarter_number(quarter: str) -> int:
    """A quarter such as 1914Q3 as a whole number, one more for each quarter."""
    year, _, number = quarter.partition("Q")
    return QUARTERS * int(year) + int(number) - 1


def happening_faults(scenario: Scenario) -> Iterator[Fault]:
    """Everything wrong with the entries of [[happened]]."""
    for number, entry in enumerate(scenario.happened, 1):
        place = f"happened number {number}"
        yield from ((place, text) for text in _time_faults(scenario, entry))
        yield from ((place, text) for text in _place_faults(scenario, entry))
    for number, (before, after) in enumerate(pairwise(scenario.happened), 2):
        if quarter_number(after.quarter) < quarter_number(before.quarter):
            yield (
                f"happened number {number}",
                f"'quarter' is {after.quarter}, before the {before.quarter} above it; expected them in order of time.",
            )


def _time_faults(scenario: Scenario, entry: Happening) -> Iterator[str]:
    first = quarter_number(scenario.start)
    last = first + scenario.rounds - 1
    if not first <= quarter_number(entry.quarter) <= last:
        end = f"{last // QUARTERS}Q{last % QUARTERS + 1}"
        yield (f"'quarter' is {entry.quarter}, outside what a run covers; expected one from {scenario.start} to {end}.")


def _place_faults(scenario: Scenario, entry: Happening) -> Iterator[str]:
    ids = scenario.theatre_index()
    if entry.theatre is None:
        if entry.rung is not None:
            yield f"'rung' is {entry.rung} without a 'theatre'; expected both, or no rung."
    elif entry.theatre not in ids:
        yield f"'theatre' names '{entry.theatre}', but no theatre has that id. {suggestion(entry.theatre, ids)}"
    elif entry.rung is not None and entry.rung > scenario.theatres[ids[entry.theatre]].ceiling:
        ceiling = scenario.theatres[ids[entry.theatre]].ceiling
        yield (
            f"'rung' is {entry.rung} ({rung_name(entry.rung)}), above the ceiling of '{entry.theatre}', "
            f"{ceiling} ({rung_name(ceiling)}); expected a rung up to the ceiling."
        )
