"""What ships with the package of the published record: small derived tables, and twelve worlds of every state.

The tables hold names, capitals, major powers, second strikes and democracies; what each state had in a year, its
capability, output, openness to trade and military burden, follows from them and the files.
"""

from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from greatpowers.core.declare import Floats
from greatpowers.historical.published.records import Records
from greatpowers.historical.rules import world_burden, world_openness
from greatpowers.scenario.errors import GreatPowersError
from greatpowers.scenario.library import configs_directory
from greatpowers.scenario.load import load_scenario, parse_toml
from greatpowers.scenario.schema import Scenario

FOLDER = "record"


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


@cache
def state_names() -> dict[int, tuple[str, str]]:
    """Abbreviation and name of every state, by country number."""
    return {row["ccode"]: (row["id"], row["name"]) for row in _rows("states", "state")}


@cache
def _capitals() -> dict[int, list[Capital]]:
    found: dict[int, list[Capital]] = {}
    for row in _rows("capitals", "capital"):
        found.setdefault(row["ccode"], []).append(Capital(row["first"], row["last"], row["lat"], row["lon"]))
    return found


@cache
def _spells(name: str, key: str) -> dict[int, list[tuple[int, int, float]]]:
    found: dict[int, list[tuple[int, int, float]]] = {}
    for row in _rows(name, key):
        found.setdefault(row["ccode"], []).append((row["first"], row["last"], row.get("capacity", 1.0)))
    return found


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


INDUSTRY = ("pec", "irst", "upop")
LEAST_SHARE = 1e-6
OPENNESS_BOUNDS = (0.005, 1.0)
BURDEN_BOUNDS = (0.002, 0.3)
FIRST_YEAR, LAST_YEAR = 1816, 2016


def checked_year(records: Records, year: int) -> int:
    """The year, if there are states in it; raises :class:`GreatPowersError`."""
    first, last = FIRST_YEAR, min(LAST_YEAR, int(records.capabilities["year"].max()))
    if not first <= year <= last:
        raise GreatPowersError(f"year {year}: the record covers {first} to {last}; expected a year from then.")
    return year


def quantities(records: Records, year: int) -> pd.DataFrame:
    """A row a state, by country number: capability, economy (shares of the world), openness, burden in [0, 1]."""
    rows = records.capabilities
    now = rows[rows["year"] == checked_year(records, year)].set_index("ccode").sort_index()
    now.index = now.index.astype(int)
    table = pd.DataFrame({"capability": now["cinc"].fillna(0.0)})
    table["economy"] = _economy(records, now, year)
    table["openness"] = _openness(records, table["economy"], year)
    table["burden"] = _burden(now["milex"], table["economy"], year)
    return table


def has_output(records: Records, year: int) -> bool:
    """Whether output is gross domestic product rather than a stand-in."""
    return bool((records.output["year"] == year).any())


def _economy(records: Records, now: pd.DataFrame, year: int) -> "pd.Series[float]":
    """Shares of output: gross domestic product if there is a file, else the industry of National Material Capabilities.

    A state that the file lacks has its share of industry, to the scale of the others.
    """
    industry = _industry(now)
    if not has_output(records, year):
        return industry.clip(lower=LEAST_SHARE)
    known = records.output[records.output["year"] == year].set_index("ccode")["gdp"]
    gdp = known.reindex(now.index)
    scale = gdp.sum() / max(industry[gdp.notna()].sum(), LEAST_SHARE)
    filled = gdp.fillna(industry * scale)
    return (filled / filled.sum()).clip(lower=LEAST_SHARE)


def _industry(now: pd.DataFrame) -> "pd.Series[float]":
    """Mean share of energy, iron and steel, and urban population, of those that the year records."""
    shares = [now[name].fillna(0.0) / now[name].sum() for name in INDUSTRY if now[name].sum() > 0]
    industry: pd.Series[float] = pd.concat(shares, axis=1).mean(axis=1)
    return industry


def _openness(records: Records, economy: "pd.Series[float]", year: int) -> "pd.Series[float]":
    trade = records.trade[records.trade["year"] == year].set_index("ccode")
    total = (trade["imports"] + trade["exports"]).reindex(economy.index)
    return _relative(total, economy, world_openness(year), OPENNESS_BOUNDS)


def _burden(milex: "pd.Series[float]", economy: "pd.Series[float]", year: int) -> "pd.Series[float]":
    return _relative(milex, economy, world_burden(year), BURDEN_BOUNDS)


def _relative(
    amount: "pd.Series[float]", economy: "pd.Series[float]", world: float, bounds: tuple[float, float]
) -> "pd.Series[float]":
    """The world's figure times share of the amount over share of output; the world's where the amount is not known."""
    known = amount.notna() & (amount > 0)
    if not known.any():
        return pd.Series(world, index=economy.index)
    shares = (amount[known] / amount[known].sum()) / (economy[known] / economy[known].sum())
    return (world * shares).reindex(economy.index).fillna(world).clip(*bounds)


def power(table: pd.DataFrame) -> Floats:
    """Power shares: the mean of shares of output and capability."""
    values = (table["economy"] / table["economy"].sum() + table["capability"] / table["capability"].sum()) / 2
    return values.to_numpy(dtype=np.float64)
