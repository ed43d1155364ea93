"""The raw tables beside a checkout, and what several scenarios take from them.

They are not part of the repository. Where they are not at hand only tests that need nothing else run; where they are, a
table that cannot be read is a failure.
"""

import csv
import gzip
from functools import cache
from pathlib import Path

import pytest

DATA = (Path(__file__).resolve().parents[2] / "../shared/data").resolve()
needs_tables = pytest.mark.skipif(not DATA.exists(), reason=f"the raw tables are not at hand: there is no {DATA}")

Row = dict[str, str]


@cache
def table(name: str) -> tuple[Row, ...]:
    """All rows of a raw table."""
    content = (DATA / name).read_bytes()
    text = (gzip.decompress(content) if name.endswith(".gz") else content).decode("utf-8")
    return tuple(csv.DictReader(text.splitlines()))


@cache
def state_rows() -> dict[str, Row]:
    """The table of the states of today, by id."""
    return {row["id"]: row for row in table("scenarios/states_2016.csv")}


@cache
def gdp() -> dict[tuple[str, int], float]:
    """World Bank GDP in current US dollars, by ISO code and year."""
    return {
        (row["iso3"], int(row["year"])): float(row["gdp_pc_current_usd"]) * float(row["population"])
        for row in table("wdi_gdp_pc_population.csv.gz")
        if row["iso3"] and row["gdp_pc_current_usd"] and row["population"]
    }
