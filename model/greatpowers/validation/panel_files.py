"""Panels of plausibility and of mechanisms on disk: their tables as CSV, the same as JSON, and what was played."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from greatpowers.scenario.schema import PolicyPreset, Scenario
from greatpowers.storage.configuration import configuration
from greatpowers.storage.directories import whole_directory
from greatpowers.storage.files import write_text
from greatpowers.storage.tables import write_csv

EXACT = 15
"""Decimals in JSON: as many as pandas writes."""


def save_panel(
    directory: str | Path,
    tables: Mapping[str, pd.DataFrame],
    scenario: Scenario,
    policies: Sequence[PolicyPreset],
    manifest: Mapping[str, Any],
) -> Path:
    """Write tables by name to a directory, whole or not at all, and return its path.

    Each as CSV and as JSON records (what is not known is empty, or null), ``config.toml`` with the policies beside it,
    and ``manifest.json``. Refuses and raises like :func:`greatpowers.simulation.history.History.save`.
    """
    with whole_directory(directory, manifest) as place:
        for name, table in tables.items():
            write_csv(table, place / f"{name}.csv")
            records = table.to_json(orient="records", indent=2, double_precision=EXACT, force_ascii=False)
            write_text(place / f"{name}.json", records)
        for name, text in configuration(scenario, policies).items():
            write_text(place / name, text)
    return Path(directory)
