"""What the columns of an experiment mean and in what unit; the data dictionary and Parquet metadata come from here."""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import pandas as pd

from greatpowers.core.declare import fields_of
from greatpowers.core.metrics import METRICS
from greatpowers.core.parameters import Parameters
from greatpowers.dictionary import PLACE_MARK, Described, describe
from greatpowers.scenario.kinds import LEVERS
from greatpowers.scenario.schema import SyntheticSettings
from greatpowers.simulation.places import PLACE_NAMES
from greatpowers.simulation.summary import SUMMARY_COLUMNS
from greatpowers.storage.files import write_text
from greatpowers.storage.tables import write_csv

RUNS, ROUNDS, POINTS = "runs", "rounds", "points"
"""The tables of an experiment."""

DICTIONARY = "data-dictionary"
HEADINGS = ("table", "column", "label", "unit", "meaning", "source")

KEYS = (
    Described("row", "Row", "row", "place of the run in the canonical order (point, policy, seed), counted from 0"),
    Described("point", "Point", "point", "number of the point: what the runs have in common besides policy and seed"),
    Described("policy", "Policy", "name", "policy of the coalition"),
    Described("seed", "Seed", "seed", "which luck; equal seeds bring every policy and every point the same luck"),
    Described("round", "Round", "round", "round, counted from 0; a round is a quarter of a year"),
    Described("scenario", "Scenario", "name", "scenario that is played"),
    Described("doctrines", "Doctrines", "name", "assignment of doctrines to states"),
    Described("sample", "Sample", "sample", "number of the sample of parameters, or of the draw of the posterior"),
)

PREFIXES = ("lever", "levers", "synthetic", "parameter", "parameters", "doctrine")
SEPARATORS = (".", ":", "_", "/")


def bare_name(column: str) -> tuple[str, str]:
    """The kind a column of points says it is of (an empty string if it does not) and its name: 'lever.relief'."""
    for prefix in PREFIXES:
        for mark in SEPARATORS:
            if column.startswith(prefix + mark):
                return prefix.rstrip("s"), column[len(prefix) + 1 :]
    return "", column


def describe_column(column: str, table: str = RUNS, own: Iterable[Described] = ()) -> Described:
    """The entry of any column, `own` describing own metrics; one that nobody declared is described by its name."""
    kind, name = bare_name(column)
    if table == RUNS and (found := next((entry for entry in own if entry.name == column), None)):
        return found
    if table == ROUNDS and (entry := next((e for e in METRICS if e.name == column), None)):
        return Described(entry.name, entry.label, entry.unit, entry.formula, entry.source)
    if table != POINTS and (column in SUMMARY_COLUMNS or column.partition(PLACE_MARK)[0] in PLACE_NAMES):
        return describe(column)
    if found := next((key for key in KEYS if key.name == column), None):
        return found
    return _setting(column, kind, name)


def _setting(column: str, kind: str, name: str) -> Described:
    parameters = {found.name: found.field for found in fields_of(Parameters)}
    if kind in ("", "parameter") and name in parameters:
        field = parameters[name]
        return Described(column, _label(name), field.unit, f"parameter: {field.meaning}", field.source or "model")
    if kind in ("", "synthetic") and name in SyntheticSettings.model_fields:
        meaning = SyntheticSettings.model_fields[name].description or ""
        return Described(column, _label(name), "setting", f"generated world: {meaning}", "synthetic worlds")
    if kind in ("", "lever") and name in LEVERS:
        return Described(column, _label(name), LEVERS[name].unit, f"lever: {LEVERS[name].meaning}", "levers")
    return Described(column, _label(name), "", "")


def _label(name: str) -> str:
    return name.replace("_", " ").capitalize()


def units_of(columns: Iterable[str], table: str = RUNS, own: Sequence[Described] = ()) -> dict[str, tuple[str, str]]:
    """Meaning and unit by column, as :func:`greatpowers.storage.tables.write_parquet` puts them into metadata."""
    found = {column: describe_column(column, table, own) for column in columns}
    return {column: (entry.formula, entry.unit) for column, entry in found.items()}


def write_data_dictionary(
    directory: str | Path, columns: Mapping[str, Sequence[str]] | Sequence[str], own: Sequence[Described] = ()
) -> None:
    """Write ``data-dictionary.md`` and ``data-dictionary.csv`` to a directory.

    `columns` are the names in each table ("points", "runs", "rounds"), or of the runs alone; `own` describes metrics of
    the user's own among them. Equal columns give equal bytes.
    """
    tables = columns if isinstance(columns, Mapping) else {RUNS: columns}
    entries = [(table, describe_column(name, table, own)) for table, listed in tables.items() for name in listed]
    rows = [(table, e.name, e.label, e.unit, e.formula, e.source) for table, e in entries]
    write_csv(pd.DataFrame(rows, columns=list(HEADINGS)), Path(directory) / f"{DICTIONARY}.csv")
    write_text(Path(directory) / f"{DICTIONARY}.md", _markdown(entries))


WHERE = {
    POINTS: "`points.parquet`: one row a point, with everything that was resolved for it",
    RUNS: "`runs/*.parquet`: one row a run, in the order (point, policy, seed)",
    ROUNDS: "`rounds/*.parquet`: one row a round of a run; `row` is the run's",
}


def _markdown(entries: Sequence[tuple[str, Described]]) -> str:
    lines = ["# Data dictionary", "", "Parquet files carry meaning and unit in the metadata of each column as well."]
    for table in dict.fromkeys(table for table, _ in entries):
        lines += ["", f"## {WHERE.get(table, table)}", "", "| Column | Label | Unit | Meaning | Source |"]
        lines.append("|---|---|---|---|---|")
        lines += [
            f"| `{e.name}` | {_cell(e.label)} | {_cell(e.unit)} | {_cell(e.formula)} | {_cell(e.source)} |"
            for found, e in entries
            if found == table
        ]
    return "\n".join(lines) + "\n"


def _cell(text: str) -> str:
    return text.replace("|", "\\|")
