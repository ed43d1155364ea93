"""Twelve worlds of the record that ship with the package, every state in them."""

from functools import cache
from pathlib import Path

from greatpowers.historical.derived_tables import folder
from greatpowers.scenario.errors import GreatPowersError
from greatpowers.scenario.load import load_scenario
from greatpowers.scenario.schema import Scenario

NINETEENTH_CENTURY = (1816, 1840, 1870, 1900)
INTERWAR = (1920, 1930)
BIPOLAR = (1950, 1962, 1975, 1985)
UNIPOLAR = (1992, 2004)
ERA_YEARS = NINETEENTH_CENTURY + INTERWAR + BIPOLAR + UNIPOLAR


def era_path(year: int) -> Path:
    """The file of the world of one of :data:`ERA_YEARS`."""
    if year not in ERA_YEARS:
        known = ", ".join(map(str, ERA_YEARS))
        raise GreatPowersError(
            f"no world of {year} ships with the package; expected {known}, or one built from the published record."
        )
    return folder() / "eras" / f"{year}.toml"


@cache
def era_world(year: int) -> Scenario:
    """The world of one of :data:`ERA_YEARS`, checked."""
    return load_scenario(era_path(year))
