"""How much dispute lies behind a pair and behind its two states, what is longer ago counting less."""

import numpy as np
import pandas as pd

from greatpowers.core.declare import Floats, Ints

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
    pairs, one, other = _Counts(_pair(begun), begun), *_of_states(begun)
    found: dict[str, Floats] = {}
    for memory in MEMORIES:
        own = pairs.decayed(_pair(rows), rows, memory)
        first, second = (
            one.decayed(code, rows, memory) + other.decayed(code, rows, memory) - own for code in (low, high)
        )
        found |= {
            f"own_{memory}": own,
            f"others_high_{memory}": np.maximum(first, second),
            f"others_low_{memory}": np.minimum(first, second),
        }
    return found


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
        found: Floats = np.where(there, past[place, column.clip(min=0)], 0.0)
        return found


def _of_states(begun: pd.DataFrame) -> tuple[_Counts, _Counts]:
    """Beginnings by the state with the lower number, and by that with the higher."""
    one, other = (_Counts(begun[name].to_numpy(dtype=np.int64), begun) for name in ("ccode1", "ccode2"))
    return one, other


def _pair(rows: pd.DataFrame) -> Ints:
    found: Ints = rows["ccode1"].to_numpy(dtype=np.int64) * 1000 + rows["ccode2"].to_numpy(dtype=np.int64)
    return found
