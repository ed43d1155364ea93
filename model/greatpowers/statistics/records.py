"""Rows of tables, for loops that draw or tell them."""

from collections.abc import Iterator
from typing import Any

import pandas as pd


def records(table: pd.DataFrame) -> Iterator[Any]:
    """The rows as named tuples; what is in them no checker of types can know."""
    return iter(table.itertuples(index=False))
