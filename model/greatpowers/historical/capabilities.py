"""What each state has in a year: capability, output, openness to trade, military burden."""

import numpy as np
import pandas as pd

from greatpowers.core.declare import Floats
from greatpowers.historical.published.records import Records
from greatpowers.historical.rules import world_burden, world_openness
from greatpowers.scenario.errors import GreatPowersError

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
