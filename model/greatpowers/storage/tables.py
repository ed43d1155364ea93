"""Tables on disk: Parquet whose columns carry their meaning and unit, and CSV. Equal tables give equal bytes."""

import csv
import io
import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from greatpowers.scenario.errors import GreatPowersError
from greatpowers.storage.files import reason, write_text

CODEBOOK = "codebook"
"""Key of a Parquet file's metadata under which meaning and unit of all its columns stand."""

Units = Mapping[str, tuple[str, str]]
"""Meaning and unit by column."""


def write_csv(frame: pd.DataFrame, path: Path, index: bool = False, digits: int | None = None) -> None:
    """Write a table as CSV, its numbers to so many significant digits, with the same ends of lines on every system."""
    write_text(path, csv_text(frame, index, digits))


def csv_text(frame: pd.DataFrame, index: bool = False, digits: int | None = None) -> str:
    """A table as the text of a CSV file."""
    form = None if digits is None else f"%.{digits}g"
    return frame.to_csv(index=index, float_format=form, lineterminator="\n")


def rows_as_csv(columns: Sequence[str], rows: Iterable[Mapping[str, Any]]) -> str:
    """Rows as the text of a CSV file; what has no value is an empty cell."""
    sink = io.StringIO()
    writer = csv.DictWriter(sink, columns, lineterminator="\n")
    writer.writeheader()
    writer.writerows({key: "" if value is None else value for key, value in row.items()} for row in rows)
    return sink.getvalue()


def write_parquet(frame: pd.DataFrame, path: Path, units: Units) -> None:
    """Write a table without its index; `meaning` and `unit` go into the metadata of each column that has them."""
    path.write_bytes(parquet_bytes(frame, units))


def with_units(table: pa.Table, units: Units) -> pa.Table:
    """The table with meaning and unit in the metadata of each column that has them.

    The same stands as JSON in the metadata of the table, under "codebook", which R's arrow gives as text.
    """
    known = {field.name: _metadata(units[field.name]) for field in table.schema if field.name in units}
    fields = [field.with_metadata(known[field.name]) if field.name in known else field for field in table.schema]
    book = {CODEBOOK: json.dumps(known, ensure_ascii=False)} if known else {}
    return table.cast(pa.schema(fields, {**(table.schema.metadata or {}), **book}))


def parquet_bytes(table: pa.Table | pd.DataFrame, units: Units | None = None, **options: Any) -> bytes:
    """A table as the bytes of a Parquet file; a frame without its index."""
    if isinstance(table, pd.DataFrame):
        table = pa.Table.from_pandas(table, preserve_index=False)
    table = with_units(table, units or {})
    sink = pa.BufferOutputStream()
    pq.write_table(table, sink, **options)
    found: bytes = sink.getvalue().to_pybytes()
    return found


def read_parquet(path: Path) -> pd.DataFrame:
    """Read a table that :func:`write_parquet` wrote; raises :class:`GreatPowersError` if it cannot be read."""
    try:
        frame: pd.DataFrame = pq.read_table(path).to_pandas()
    except (OSError, ValueError) as error:
        raise GreatPowersError(f"{path}: this table cannot be read ({reason(error)}).") from None
    return frame


def _metadata(meaning_and_unit: tuple[str, str]) -> dict[str, str]:
    meaning, unit = meaning_and_unit
    return {"meaning": meaning, "unit": unit}
