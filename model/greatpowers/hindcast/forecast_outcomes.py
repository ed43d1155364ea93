"""What is forecast of a place, and what came of it: from the list of what happened, up to the quarter it covers."""

from typing import NamedTuple

import numpy as np
import pandas as pd

from greatpowers.core.declare import Floats, Ints
from greatpowers.core.ladder import Rung
from greatpowers.scenario.checks import quarter_number
from greatpowers.scenario.errors import GreatPowersError
from greatpowers.scenario.schema import Scenario


class Outcome(NamedTuple):
    """One thing that may come of a place: its name, the rung that is reached or not, and the words for it."""

    name: str
    rung: int
    words: str


OUTCOMES = (
    Outcome("war", Rung.WAR, "war"),
    Outcome("force", Rung.LIMITED_INTERVENTION, "limited intervention or more"),
)

UNDOUBTED = "_undoubted"
"""Ending of the column of an outcome by what is not doubted alone."""


def window(scenario: Scenario) -> int:
    """Rounds from the start to the last quarter covered; raises :class:`GreatPowersError` if nothing is told."""
    if scenario.happened_to is None:
        raise GreatPowersError(
            f"{scenario.name}: it does not say to which quarter it tells what happened; expected 'happened_to', "
            f'such as "{scenario.start}", beside [[happened]].'
        )
    if all(entry.rung is None for entry in scenario.happened):
        raise GreatPowersError(f"{scenario.name}: it does not say what happened; expected [[happened]] with a rung.")
    return quarter_number(scenario.happened_to) - quarter_number(scenario.start) + 1


def highest_rungs(scenario: Scenario, doubted: bool = True) -> Ints:
    """The highest rung of each theatre [T] in the window; with or without what is doubted.

    What a theatre is on at the start counts from the start: a place that nothing is told of stayed where it was.
    """
    found, index = np.array([place.rung for place in scenario.theatres], dtype=np.int64), scenario.theatre_index()
    for entry in scenario.happened:
        if entry.theatre is not None and entry.rung is not None and (doubted or not entry.doubted):
            place = index[entry.theatre]
            found[place] = max(found[place], entry.rung)
    return found


def places(scenario: Scenario) -> pd.DataFrame:
    """A row a theatre: scenario, theatre, place, rung (at the start), salience, and whether each outcome came.

    Outcomes are 0 or 1, and NaN where the rung was reached at the start, so that nothing is left to forecast; with
    :data:`UNDOUBTED` in their name they leave out what is doubted.
    """
    found = pd.DataFrame(
        {
            "scenario": scenario.name,
            "theatre": [place.id for place in scenario.theatres],
            "place": [place.label for place in scenario.theatres],
            "rung": np.array([place.rung for place in scenario.theatres], dtype=np.int64),
            "salience": np.array([place.salience for place in scenario.theatres], dtype=np.float64),
        }
    )
    for ending, doubted in (("", True), (UNDOUBTED, False)):
        highest = highest_rungs(scenario, doubted)
        for outcome in OUTCOMES:
            found[f"{outcome.name}{ending}"] = _came(highest, found["rung"].to_numpy(), outcome.rung)
    return found


def _came(highest: Ints, start: Ints, rung: int) -> Floats:
    found: Floats = np.where(start >= rung, np.nan, highest >= rung)
    return found
