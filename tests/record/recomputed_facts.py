"""Facts of the record that no rate of one kind can see, computed again from the published files.

Each returns a :class:`Share`: how often it happened, of how many, the value and its 95% interval.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from scipy.stats import binom, chi2

NORMAL_95 = 1.96
AGREED, UNSETTLED = (3, 4, 6), (5,)
"""Outcomes of disputes: one side yields or the two compromise, and stalemate  (Palmer et al. 2022)."""

LAST_YEAR = 2014
"""The last year that the disputes cover."""

BORDER = 5
"""Contiguity up to which two states are neighbours: by land, or by up to 400 miles of water."""


class Share(NamedTuple):
    """How often, of how many, the value, and the ends of its 95% interval."""

    hits: int
    cases: int
    value: float
    low: float
    high: float


def clustered(hits: "pd.Series[Any]", cluster: "pd.Series[Any]") -> Share:
    """A share whose cases of one cluster depend on each other: a ratio of sums over clusters  (Cochran 1977)."""
    sums = hits.astype(float).groupby(cluster).agg(["sum", "size"])
    value = float(sums["sum"].sum() / sums["size"].sum())
    error = float(np.sqrt(((sums["sum"] - value * sums["size"]) ** 2).sum()) / sums["size"].sum())
    return Share(
        int(sums["sum"].sum()), int(sums["size"].sum()), value, value - NORMAL_95 * error, value + NORMAL_95 * error
    )


def wilson(hits: int, cases: int) -> Share:
    """A share with the score interval  (Wilson 1927)."""
    value, z = hits / cases, NORMAL_95
    middle = (value + z**2 / (2 * cases)) / (1 + z**2 / cases)
    half = z / (1 + z**2 / cases) * np.sqrt(value * (1 - value) / cases + z**2 / (4 * cases**2))
    return Share(hits, cases, value, float(middle - half), float(middle + half))


def poisson(hits: int, cases: int) -> Share:
    """A rate with the exact interval of a Poisson count  (Garwood 1936)."""
    low, high = chi2.ppf(0.025, 2 * hits) / 2, chi2.ppf(0.975, 2 * hits + 2) / 2
    return Share(hits, cases, hits / cases, float(low / cases), float(high / cases))


def originators(raw: Path) -> pd.DataFrame:
    """Each dispute once for every originator of side A and every one of side B.

    Columns `one` (side A, which made the first move), `other`, `pair`, `outcome`, `year` of the start, `last_year`, and
    `start` and `end` in years with fractions; the middle of the month where the day is not known.
    """
    people = pd.read_csv(raw / "mid_v5_participants.csv")
    first = people[people["orig"] == 1].drop_duplicates(["dispnum", "ccode", "sidea"])[["dispnum", "ccode", "sidea"]]
    side_a = first[first["sidea"] == 1].rename(columns={"ccode": "one"})
    side_b = first[first["sidea"] == 0].rename(columns={"ccode": "other"})
    disputes = pd.read_csv(raw / "mid_v5_disputes.csv")
    table = side_a.merge(side_b, on="dispnum").merge(disputes, on="dispnum")
    low, high = np.minimum(table["one"], table["other"]), np.maximum(table["one"], table["other"])
    return pd.DataFrame(
        {
            "one": table["one"], "other": table["other"], "pair": 1000 * low + high, "outcome": table["outcome"],
            "year": table["styear"], "start": _date(table, "st"), "last_year": table["endyear"],
            "end": _date(table, "end"),
        }
    )  # fmt: skip


def _date(table: pd.DataFrame, which: str) -> "pd.Series[float]":
    day = table[f"{which}day"].where(table[f"{which}day"] > 0, 15)
    years: pd.Series[float] = table[f"{which}year"] + (table[f"{which}mon"] - 1) / 12 + (day - 1) / 365.25
    return years


def renewed(raw: Path, outcomes: Sequence[int], years: int = 5, first: int = 1816, last: int = LAST_YEAR) -> Share:
    """Disputes begun in some years that ended so after which a dispute of the same pair began within so many years.

    Only those after whose end both states lived, and the years asked about go on, that long.
    """
    table, spells = originators(raw), pd.read_csv(raw / "cow_states_2016.csv")
    starts = {pair: part.to_numpy() for pair, part in table.groupby("pair")["start"]}
    later = table["last_year"] + years
    members = {
        (code, year)
        for code, first, last in zip(spells["ccode"], spells["styear"], spells["endyear"], strict=True)
        for year in range(first, last + 1)
    }
    alive = np.array([
        (one, year) in members and (other, year) in members
        for one, other, year in zip(table["one"], table["other"], later, strict=True)
    ])  # fmt: skip
    asked = table["year"].between(first, last) & (later <= last)
    cases = table[table["outcome"].isin(outcomes) & asked & alive]
    again = [
        ((starts[pair] > end) & (starts[pair] <= end + years)).any()
        for pair, end in zip(cases["pair"], cases["end"], strict=True)
    ]
    return clustered(pd.Series(again, index=cases.index), cases["pair"])


def begun_by_the_weaker(raw: Path, times: float = 3.0, first: int = 1816, last: int = LAST_YEAR) -> Share:
    """Disputes in which the target had more than so many times the initiator's index of capabilities that year."""
    table, capabilities = originators(raw), pd.read_csv(raw / "cow_nmc_v6.csv.gz")
    index = capabilities.set_index(["ccode", "year"])["cinc"]
    mine, theirs = (
        index.reindex(pd.MultiIndex.from_frame(table[[side, "year"]])).to_numpy() for side in ("one", "other")
    )
    known = (mine > 0) & (theirs > 0) & table["year"].between(first, last).to_numpy()
    return clustered(pd.Series(theirs > times * mine, index=table.index)[known], table["pair"][known])


def begun_with_a_major(raw: Path, first: int = 1816, last: int = LAST_YEAR) -> Share:
    """Disputes that a state which was no major power in that year began with one that was."""
    table, listed = originators(raw), pd.read_csv(raw / "cow_majors_2024.csv")
    table = table[table["year"].between(first, last)]
    majors = {
        (code, year)
        for code, first, last in zip(listed["ccode"], listed["styear"], listed["endyear"], strict=True)
        for year in range(first, last + 1)
    }
    one, other = (
        np.array([key in majors for key in zip(table[side], table["year"], strict=True)]) for side in ("one", "other")
    )
    return clustered(pd.Series(~one & other, index=table.index), table["pair"])


def war_sizes(raw: Path) -> "pd.Series[float]":
    """Battle deaths of each interstate war, of those participants whose number is known."""
    rows = pd.read_csv(raw / "cow_interstate_war_v4.csv")
    return rows[rows["BatDeath"] >= 0].groupby("WarNum")["BatDeath"].sum()


def larger(raw: Path, deaths: float) -> Share:
    """Wars of at least so many battle deaths."""
    sizes = war_sizes(raw)
    return wilson(int((sizes >= deaths).sum()), len(sizes))


def median_size(raw: Path) -> Share:
    """Median of battle deaths, and the values whose ranks hold it with 95%, whatever the distribution.

    Half of the wars are smaller.
    """
    sizes = np.sort(war_sizes(raw).to_numpy())
    low, high = (int(binom.ppf(share, len(sizes), 0.5)) for share in (0.025, 0.975))
    return Share(len(sizes) // 2, len(sizes), float(np.median(sizes)), float(sizes[low - 1]), float(sizes[high]))


def relevant(raw: Path) -> pd.DataFrame:
    """Politically relevant pairs of states by year, each once: `pair`, `year`, `majors`, `border`, `disputes` begun."""
    rows = pd.read_csv(raw / "dyad_year_relevant.csv.gz")
    rows["pair"] = 1000 * rows["ccode1"] + rows["ccode2"]
    return rows.groupby(["pair", "year"], as_index=False).agg(
        majors=("majors_in_dyad", "max"), border=("conttype", "min"), disputes=("mid_onsets_orig", "max")
    )


def after(raw: Path, least: int, most: float, first: int, last: int, window: int = 15) -> Share:
    """Years of neighbours in which a dispute began, after a window in which at least and at most so many began.

    Neighbours have a common border or at most 400 miles of water between them, in that year and in every year of the
    window.
    """
    rows = relevant(raw)
    rows = rows[rows["border"] <= BORDER].sort_values(["pair", "year"])
    # Running counts of a pair without gaps: the last `window` years, this one left out.
    run = (rows.groupby("pair")["year"].diff() != 1).cumsum()
    past = rows.groupby(run)["disputes"].transform(lambda part: part.shift(1).rolling(window).sum())
    chosen = rows["year"].between(first, last) & (past >= least) & (past <= most)
    return clustered((rows["disputes"] > 0)[chosen], rows["pair"][chosen])


def majors_directly(raw: Path, first: int, last: int) -> Share:
    """Disputes between two major powers, as originators of opposite sides, a year of a pair of them."""
    rows = relevant(raw)
    rows = rows[(rows["majors"] == 2) & rows["year"].between(first, last)]
    return poisson(int(rows["disputes"].sum()), len(rows))
