"""Rules for what really happened: in known theatres, on rungs they have, within the time a run covers.

A ceiling bounds what a challenger chooses. War may grow out of a lower rung, from fire that is answered, so it may have
come wherever the engine lets fire be exchanged: where the ceiling is proxy support or more.
"""

from collections.abc import Iterator
from itertools import pairwise

from greatpowers.core.ladder import Rung
from greatpowers.scenario.errors import suggestion
from greatpowers.scenario.kinds import rung_name
from greatpowers.scenario.schema import Happening, Scenario

Fault = tuple[str, str]
QUARTERS = 4


def quarter_number(quarter: str) -> int:
    """A quarter such as 1914Q3 as a whole number, one more for each quarter."""
    year, _, number = quarter.partition("Q")
    return QUARTERS * int(year) + int(number) - 1


def quarter_name(number: int) -> str:
    """The quarter with that number, such as 1914Q3: the inverse of :func:`quarter_number`."""
    return f"{number // QUARTERS}Q{number % QUARTERS + 1}"


def happening_faults(scenario: Scenario) -> Iterator[Fault]:
    """Everything wrong with the entries of [[happened]] and with how far they go."""
    yield from (("", text) for text in _coverage_faults(scenario))
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


def _coverage_faults(scenario: Scenario) -> Iterator[str]:
    """What is wrong with the last quarter covered: outside a run, or before something that is told."""
    end = scenario.happened_to
    if end is None:
        return
    if not _is_played(scenario, end):
        yield f"'happened_to' is {end}, {_outside(scenario)}"
    told = max((entry.quarter for entry in scenario.happened), key=quarter_number, default=end)
    if quarter_number(told) > quarter_number(end):
        yield f"'happened_to' is {end}, and something of {told} is told; expected {told} or later."


def _time_faults(scenario: Scenario, entry: Happening) -> Iterator[str]:
    if not _is_played(scenario, entry.quarter):
        yield f"'quarter' is {entry.quarter}, {_outside(scenario)}"


def _is_played(scenario: Scenario, quarter: str) -> bool:
    return 0 <= quarter_number(quarter) - quarter_number(scenario.start) < scenario.rounds


def _outside(scenario: Scenario) -> str:
    end = quarter_name(quarter_number(scenario.start) + scenario.rounds - 1)
    return f"outside what a run covers; expected one from {scenario.start} to {end}."


def _place_faults(scenario: Scenario, entry: Happening) -> Iterator[str]:
    ids = scenario.theatre_index()
    if entry.theatre is None:
        if entry.rung is not None:
            yield f"'rung' is {entry.rung} without a 'theatre'; expected both, or no rung."
    elif entry.theatre not in ids:
        yield f"'theatre' names '{entry.theatre}', but no theatre has that id. {suggestion(entry.theatre, ids)}"
    elif entry.rung is not None and not _can_come_to(entry.rung, scenario.theatres[ids[entry.theatre]].ceiling):
        ceiling = scenario.theatres[ids[entry.theatre]].ceiling
        yield (
            f"'rung' is {entry.rung} ({rung_name(entry.rung)}), above the ceiling of '{entry.theatre}', "
            f"{ceiling} ({rung_name(ceiling)}); expected a rung up to the ceiling."
        )


def _can_come_to(rung: int, ceiling: int) -> bool:
    return rung <= ceiling or (rung == Rung.WAR and ceiling >= Rung.PROXY_SUPPORT)
