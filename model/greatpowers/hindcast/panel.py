"""The record's side of a hindcast: pairs of states in every year, what was known of them, and what came after."""

from collections.abc import Collection
from typing import Any

import numpy as np
import pandas as pd

from greatpowers.core.declare import Floats, Ints
from greatpowers.hindcast.histories import EVERY_DYAD
from greatpowers.historical.derived_tables import FIRST_YEAR, capital, is_major
from greatpowers.historical.dyads import LEAST_SHARE, borders, capabilities, contests, relevant
from greatpowers.historical.published.records import Records
from greatpowers.scenario.geography import great_circle

MEMORIES = (3, 10, 30)
"""Years after which a dispute counts 1/e."""


def remembered(begun: pd.DataFrame, rows: pd.DataFrame) -> dict[str, Floats]:
    """Decayed counts of disputes before each row's year, Σ exp(-age / memory), by name of column: [n] each.

    `own_M` counts those of the pair; `others_high_M` and `others_low_M` those of the two states with anybody else, the
    higher count of the two first. An age is the row's year less the year of the beginning, at least 1.

    Args:
        begun: pair-years in which a dispute began, each once: ccode1 < ccode2, year
        rows: pairs by year: ccode1 < ccode2, year
    """
    low, high = (rows[name].to_numpy(dtype=np.int64) for name in ("ccode1", "ccode2"))
    pairs = _Counts(_pair(begun), begun)
    one, other = (_Counts(begun[name].to_numpy(dtype=np.int64), begun) for name in ("ccode1", "ccode2"))
    counts: dict[str, Floats] = {}
    for memory in MEMORIES:
        own = pairs.decayed(_pair(rows), rows, memory)
        first, second = (
            one.decayed(code, rows, memory) + other.decayed(code, rows, memory) - own for code in (low, high)
        )
        counts |= {
            f"own_{memory}": own,
            f"others_high_{memory}": np.maximum(first, second),
            f"others_low_{memory}": np.minimum(first, second),
        }
    return counts


class _Counts:
    """Beginnings by key (a pair, a state) and year."""

    def __init__(self, keys: Ints, begun: pd.DataFrame) -> None:
        self._keys, place = np.unique(keys, return_inverse=True)
        years = begun["year"].to_numpy(dtype=np.int64)
        self._first = int(years.min()) if len(years) else 0
        size = int(years.max()) - self._first + 1 if len(years) else 1
        self._table = np.zeros((len(self._keys), size))
        np.add.at(self._table, (place, years - self._first), 1.0)

    def decayed(self, keys: Ints, rows: pd.DataFrame, memory: float) -> Floats:
        """Decayed counts of each key [n] before its row's year: [n]."""
        if not len(self._keys):
            return np.zeros(len(keys))
        last = int(rows["year"].max()) - self._first if len(rows) else 0
        past = np.zeros((len(self._keys), max(last, 0) + 1))  # column t: all that began before year first + t
        for year in range(1, past.shape[1]):
            new = self._table[:, year - 1] if year <= self._table.shape[1] else 0.0
            past[:, year] = (past[:, year - 1] + new) * np.exp(-1 / memory)
        place = np.searchsorted(self._keys, keys).clip(max=len(self._keys) - 1)
        column = rows["year"].to_numpy(dtype=np.int64) - self._first
        there = (self._keys[place] == keys) & (column >= 0)
        return np.where(there, past[place, column.clip(min=0)], 0.0)


def _pair(rows: pd.DataFrame) -> Ints:
    keys: Ints = rows["ccode1"].to_numpy(dtype=np.int64) * 1000 + rows["ccode2"].to_numpy(dtype=np.int64)
    return keys


RECENT_YEARS = 15
"""Window in which past disputes are counted."""

COLUMNS = (
    "year", "ccode1", "ccode2", "border", "majors", "distance", "ratio", "pact", "quiet", "recent",
    "share_high", "share_low", "regime_high", "regime_low", "salience",
    *(f"{kind}_{memory}" for kind in ("own", "others_high", "others_low") for memory in MEMORIES),
)  # fmt: skip


class DyadPanel:
    """Politically relevant pairs by year, and the disputes that began between them.

    `rows` holds, by year and pair (the lower country number first): border (type of contiguity 1 to 5, 0 if none),
    majors (0 to 2), distance between capitals (km), ratio (log of the higher capability over the lower), pact (whether
    one has promised to defend the other), quiet (years since a dispute last began between them, or since both are
    states), recent (years with such a beginning among the last 15); the shares of the world's capabilities, the higher
    and the lower; Polity2 of the year before (-10 to 10), the higher and the lower, NaN where one is not known;
    salience (the higher of the theatres that a world of the year has between them, 0 without any); decayed counts of
    disputes (:func:`remembered`). `last` is the last year that disputes are known of. With `only`, rows are of those
    years alone.
    """

    def __init__(self, records: Records, last: int, only: Collection[int] | None = None) -> None:
        source = records.source("disputes")
        self.last = last if source is None else source.last
        self._records = records
        self._onsets = onsets(records)
        self._begun = _key(*(self._onsets[name] for name in ("ccode1", "ccode2", "year")))
        self._members = _key(records.capabilities["ccode"], 0, records.capabilities["year"])
        known = set(records.capabilities["year"].astype(int))
        years = sorted(year for year in known if FIRST_YEAR <= year <= last and (only is None or year in only))
        self.rows = self._with_history(pd.concat([_year(records, year) for year in years], ignore_index=True))

    def at(self, year: int) -> pd.DataFrame:
        """The rows of a year."""
        return self.rows[self.rows["year"] == year]

    def outcomes(self, rows: pd.DataFrame, lead: int) -> Floats:
        """Whether a dispute began between each pair in the `lead`-th year from its row's year, the first being that.

        1 or 0; NaN where one of the two is no longer a state, or the year is later than the record of disputes.
        """
        years = rows["year"].to_numpy(dtype=np.int64) + lead - 1
        low, high = (rows[name].to_numpy(dtype=np.int64) for name in ("ccode1", "ccode2"))
        there = np.isin(_key(low, 0, years), self._members) & np.isin(_key(high, 0, years), self._members)
        began = np.isin(_key(low, high, years), self._begun)
        return np.where(there & (years <= self.last), began.astype(np.float64), np.nan)

    def _with_history(self, rows: pd.DataFrame) -> pd.DataFrame:
        """The rows with `quiet` and `recent`, from years before each row's own."""
        starts = {pair: years.tolist() for pair, years in self._onsets.groupby(["ccode1", "ccode2"])["year"]}
        first = self._records.capabilities.groupby("ccode")["year"].min()
        seen = np.maximum(*(rows[name].map(first).to_numpy(dtype=np.int64) for name in ("ccode1", "ccode2")))
        quiet, recent = np.zeros(len(rows), dtype=np.int64), np.zeros(len(rows), dtype=np.int64)
        places = zip(rows["ccode1"], rows["ccode2"], rows["year"], strict=True)
        for number, (low, high, year) in enumerate(places):
            earlier = [start for start in starts.get((low, high), ()) if start < year]
            quiet[number] = year - (max(earlier) if earlier else seen[number])
            recent[number] = sum(start >= year - RECENT_YEARS for start in earlier)
        return rows.assign(quiet=quiet, recent=recent, **remembered(self._onsets, rows))[list(COLUMNS)]


def onsets(records: Records) -> pd.DataFrame:
    """Pair-years in which a dispute began between originators of its two sides, each once: ccode1 < ccode2, year."""
    rows = records.disputes
    begun = rows.groupby("dispnum")["start"].min()
    first = rows[rows["orig"] == 1][["dispnum", "ccode", "sidea"]].drop_duplicates()
    pairs = first.merge(first, on="dispnum", suffixes=("1", "2"))
    pairs = pairs[(pairs["sidea1"] != pairs["sidea2"]) & (pairs["ccode1"] < pairs["ccode2"])]
    pair_years = pairs[["ccode1", "ccode2"]].assign(year=pairs["dispnum"].map(begun)).astype(np.int64)
    return pair_years.drop_duplicates().sort_values(["year", "ccode1", "ccode2"], ignore_index=True)


def _key(low: Any, high: Any, year: Any) -> Ints:
    """One number for two country numbers and a year."""
    return np.asarray((low * 1000 + high) * 10_000 + year, dtype=np.int64)


def _year(records: Records, year: int) -> pd.DataFrame:
    """The rows of a year, without what concerns past disputes."""
    now = records.capabilities[records.capabilities["year"] == year]
    codes = sorted(now["ccode"].astype(int))
    pairs, touching = relevant(records, year, codes), borders(records, year, codes)
    low, high = np.array(pairs, dtype=np.int64).reshape(-1, 2).T
    major = {code: is_major(code, year) for code in codes}
    shares, regimes = _shares(records, year, low, high), _regimes(records, year, low, high)
    return pd.DataFrame(
        {
            "year": year,
            "ccode1": low,
            "ccode2": high,
            "border": [touching.get(pair, 0) for pair in pairs],
            "majors": [major[one] + major[other] for one, other in pairs],
            "distance": _distances(codes, year, low, high),
            "ratio": np.log(shares.max(axis=0) / shares.min(axis=0)),
            "pact": _pacts(records, year, pairs),
            "share_high": shares.max(axis=0),
            "share_low": shares.min(axis=0),
            "regime_high": regimes.max(axis=0),
            "regime_low": regimes.min(axis=0),
            "salience": _saliences(records, year, codes, pairs),
        }
    )


def _distances(codes: list[int], year: int, low: Ints, high: Ints) -> Floats:
    places = [capital(code, year) for code in codes]
    table = great_circle(np.array([p.lat for p in places]), np.array([p.lon for p in places]))
    return table[np.searchsorted(codes, low), np.searchsorted(codes, high)]


def _shares(records: Records, year: int, low: Ints, high: Ints) -> Floats:
    """Shares of the world's capabilities of both: [2, P]."""
    share = capabilities(records, year)
    return np.array([[share.get(int(code), LEAST_SHARE) for code in codes] for codes in (low, high)])


def _regimes(records: Records, year: int, low: Ints, high: Ints) -> Floats:
    """Polity2 of both in the year before, of which the score says how the year ended; NaN where not known: [2, P]."""
    rows = records.regimes
    before = rows[rows["year"] == year - 1].set_index("ccode")["polity2"]
    return np.stack([before.reindex(codes).to_numpy(dtype=np.float64) for codes in (low, high)])


def _saliences(records: Records, year: int, codes: list[int], pairs: list[tuple[int, int]]) -> list[float]:
    """Salience of the theatres of a world of the year, by the rules from which it would be built."""
    highest: dict[tuple[int, int], float] = {}
    rows = contests(records, year, codes, EVERY_DYAD)
    for one, other, salience in zip(rows["challenger"], rows["host"], rows["salience"], strict=True):
        pair = (min(one, other), max(one, other))
        highest[pair] = max(salience, highest.get(pair, 0.0))
    return [highest.get(pair, 0.0) for pair in pairs]


def _pacts(records: Records, year: int, pairs: list[tuple[int, int]]) -> list[int]:
    rows = records.alliances
    now = rows[(rows["year"] == year) & (rows["defense"] > 0)]
    bound = set(zip(now["ccode1"].astype(int), now["ccode2"].astype(int), strict=True))
    return [int(pair in bound or pair[::-1] in bound) for pair in pairs]
