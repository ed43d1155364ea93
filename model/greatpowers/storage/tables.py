"""Tables on disk: Parquet whose columns carry their meaning and unit."""

from collections.abc import Mapping
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from greatpowers.scenario.errors import GreatPowersError

Units = Mapping[str, tuple[str, str]]
"""Meaning and unit by column."""


def write_parquet(frame: pd.DataFrame, path: Path, units: Units) -> None:
    """Write a table without its index; `meaning` and `unit` go into the metadata of each column that has them."""
    table = pa.Table.from_pandas(frame, preserve_index=False)
    fields = [
        field.with_metadata(_metadata(units[field.name])) if field.name in units else field for field in table.schema
    ]
    pq.write_table(table.cast(pa.schema(fields, table.schema.metadata)), path)


def read_parquet(path: Path) -> pd.DataFrame:
    """Read a table that :func:`write_parquet` wrote; raises :class:`GreatPowersError` if it cannot be read."""
    try:
        frame: pd.DataFrame = pq.read_table(path).to_pandas()
    except (OSError, ValueError) as error:
        raise GreatPowersError(f"{path}: this table cannot be read ({str(error).splitlines()[0]}).") from None
    return frame


def _metadata(meaning_and_unit: tuple[str, str]) -> dict[str, str]:
    meaning, unit = meaning_and_unit
    return {"meaning": meaning, "unit": unit}
