"""Panels of plausibility and of mechanisms on disk: their tables as CSV, the same as JSON, and what was played."""

from pathlib import Path

import pandas as pd

from greatpowers.analysis.configuration import configuration
from greatpowers.analysis.directories import whole_directory, write_manifest
from greatpowers.analysis.mechanisms import Mechanisms
from greatpowers.analysis.plausibility import Plausibility

EXACT = 15
"""Decimals in JSON: as many as pandas writes."""


def save_plausibility(found: Plausibility, directory: str | Path) -> Path:
    """Write a panel to a directory, whole or not at all, and return its path.

    ``table.csv`` and ``table.json`` (one row per policy and check), ``places.csv`` and ``places.json`` (one row per
    policy and theatre), ``config.toml`` with the policies beside it, and ``manifest.json``. Refuses and raises like
    :func:`greatpowers.analysis.history_files.save_history`.
    """
    with whole_directory(directory) as place:
        write_table(found.table, place, "table")
        write_table(found.places, place, "places")
        for name, text in configuration(found.scenario, found.policies).items():
            (place / name).write_text(text, encoding="utf-8")
        write_manifest(place, found.manifest)
    return Path(directory)


def write_table(table: pd.DataFrame, place: Path, name: str) -> None:
    """Write a table as CSV and as JSON records; what is not known is empty, or null."""
    table.to_csv(place / f"{name}.csv", index=False)
    table.to_json(place / f"{name}.json", orient="records", indent=2, double_precision=EXACT, force_ascii=False)


def save_mechanisms(found: Mechanisms, directory: str | Path) -> Path:
    """Write what a scenario's results rest on to a directory, whole or not at all, and return its path.

    ``effects``, ``ranks`` and ``mechanisms`` (what is inert) as CSV and JSON, ``config.toml`` with the policies beside
    it, and ``manifest.json``. Refuses and raises like :func:`save_plausibility`.
    """
    with whole_directory(directory) as place:
        for name, table in (("effects", found.effects), ("ranks", found.ranks), ("mechanisms", found.inert)):
            write_table(table, place, name)
        for name, text in configuration(found.scenario, found.policies).items():
            (place / name).write_text(text, encoding="utf-8")
        write_manifest(place, found.manifest)
    return Path(directory)
