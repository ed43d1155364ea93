"""What ships with the package of the published record: small derived tables, and twelve worlds of every state.

The tables hold the states and when they were, names, capitals, major powers, second strikes and democracies.
"""

from collections.abc import Callable
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

from greatpowers.scenario.errors import GreatPowersError
from greatpowers.scenario.library import configs_directory
from greatpowers.scenario.load import load_scenario, parse_toml
from greatpowers.scenario.schema import Scenario

T = TypeVar("T")

FOLDER = "record"
BUILT = "record-"
"""With what the names of worlds begin that are built from the record."""

FIRST_YEAR, LAST_YEAR = 1816, 2016
"""The years of which worlds can be built: those of the list of states."""


class Capital(NamedTuple):
    """A capital in degrees, and the years in which it was one."""

    first: int
    last: int
    lat: float
    lon: float


def folder() -> Path:
    """Where the tables and the worlds of the eras are."""
    return configs_directory() / FOLDER


def _rows(name: str, key: str) -> list[dict[str, Any]]:
    path = folder() / f"{name}.toml"
    rows: list[dict[str, Any]] = parse_toml(path, path.name)[key]
    return rows


class Name(NamedTuple):
    """What a state is called in worlds of some years."""

    first: int
    last: int
    id: str
    name: str


@cache
def state_names() -> dict[int, tuple[str, str]]:
    """Abbreviation and name of every state in the list of the project, by country number."""
    return {row["ccode"]: (row["id"], row["name"]) for row in _rows("states", "state")}


def _by_state(name: str, key: str, entry: Callable[[dict[str, Any]], T]) -> dict[int, list[T]]:
    """Entries made from the rows of a table, by country number."""
    entries: dict[int, list[T]] = {}
    for row in _rows(name, key):
        entries.setdefault(row["ccode"], []).append(entry(row))
    return entries


@cache
def _renamed() -> dict[int, list[Name]]:
    def named(row: dict[str, Any]) -> Name:
        return Name(row["first"], row["last"], row.get("id", state_names()[row["ccode"]][0]), row["name"])

    return _by_state("states", "renamed", named)


def name_in(ccode: int, year: int) -> tuple[str, str]:
    """Abbreviation and name of a state in the world of a year: 345 is Serbia, then Yugoslavia, then Serbia again."""
    named = (entry for entry in _renamed().get(ccode, ()) if entry.first <= year <= entry.last)
    return next(((entry.id, entry.name) for entry in named), state_names()[ccode])


@cache
def country_numbers() -> dict[str, int]:
    """Country number by abbreviation, whatever the year."""
    listed = {name: code for code, (name, _) in state_names().items()}
    return listed | {entry.id: code for code, entries in _renamed().items() for entry in entries}


@cache
def _membership() -> dict[int, list[tuple[date, date]]]:
    return {
        row["ccode"]: [(date.fromisoformat(first), date.fromisoformat(last)) for first, last in row["member"]]
        for row in _rows("states", "state")
    }


@cache
def _merged() -> set[tuple[int, int]]:
    return {(row["ccode"], row["year"]) for row in _rows("states", "merged")}


def is_member(ccode: int, year: int) -> bool:
    """Whether a state takes part in the world of a year: it is in the state system on a day of the first quarter.

    Not one that ends in that quarter because another takes it in whose figures of the year count it (Bavaria in 1871).
    """
    return _there(ccode, date(year, 1, 1), date(year, 3, 31)) and (ccode, year) not in _merged()


def was_state(ccode: int, year: int) -> bool:
    """Whether a state is in the state system on any day of a year."""
    return _there(ccode, date(year, 1, 1), date(year, 12, 31))


def _there(ccode: int, first: date, last: date) -> bool:
    return any(begins <= last and ends >= first for begins, ends in _membership().get(ccode, ()))


@cache
def _capitals() -> dict[int, list[Capital]]:
    return _by_state("capitals", "capital", lambda row: Capital(row["first"], row["last"], row["lat"], row["lon"]))


@cache
def _spells(name: str, key: str) -> dict[int, list[tuple[int, int, float]]]:
    return _by_state(name, key, lambda row: (row["first"], row["last"], row.get("capacity", 1.0)))


def _in_force(name: str, key: str, ccode: int, year: int) -> float:
    spells = _spells(name, key).get(ccode, [])
    return next((value for first, last, value in spells if first <= year <= last), 0.0)


def capital(ccode: int, year: int) -> Capital:
    """The capital of a state in a year; the nearest in time where the table has none for that year."""
    return min(_capitals()[ccode], key=lambda c: (max(c.first - year, year - c.last, 0), -c.first))


def is_major(ccode: int, year: int) -> bool:
    """Whether a state is a major power on the first day of a year."""
    return _in_force("majors", "major", ccode, year) > 0


def is_democracy(ccode: int, year: int) -> bool:
    """Whether a state has a Polity2 score of at least 6 in a year."""
    return _in_force("democracies", "democracy", ccode, year) > 0


def second_strike(ccode: int, year: int) -> float:
    """Second-strike capacity of a state in a year, in [0, 1]."""
    return _in_force("second-strike", "second_strike", ccode, year)


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
