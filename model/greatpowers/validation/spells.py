"""Runs of rounds in the rows of a table."""

from typing import NamedTuple

import numpy as np

from greatpowers.core.declare import Ints
from greatpowers.validation.observed import Flags


class Spells(NamedTuple):
    """Row, first and last round of each run, and the number of the run at every place of the table."""

    row: Ints
    begin: Ints
    end: Ints
    at: Ints  # [rows, R], -1 where there is none


def spells_of(active: Flags, quiet: int = 1) -> Spells:
    """Runs of True in each row of `active` [rows, R], ended by at least `quiet` rounds of False."""
    rows, rounds = active.shape
    padded = np.zeros((rows, rounds + 2), dtype=np.int8)
    padded[:, 1:-1] = active
    change = np.diff(padded, axis=1)
    row, begin = np.nonzero(change == 1)
    _, end = np.nonzero(change == -1)
    if row.size == 0:
        return Spells(row, begin, end, np.full((rows, rounds), -1, dtype=np.int64))
    fresh = np.ones(row.size, dtype=np.bool_)
    fresh[1:] = (row[1:] != row[:-1]) | (begin[1:] - end[:-1] >= quiet)
    last = np.append(np.nonzero(fresh)[0][1:] - 1, row.size - 1)
    row, begin, end = row[fresh], begin[fresh], end[last] - 1
    at = np.full((rows, rounds), -1, dtype=np.int64)
    for number, (r, b, e) in enumerate(zip(row.tolist(), begin.tolist(), end.tolist(), strict=True)):
        at[r, b : e + 1] = number
    return Spells(row, begin, end, at)
