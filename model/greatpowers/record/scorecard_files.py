"""The scorecard on disk, and parameter sets from files."""

import csv
import json
import math
from pathlib import Path
from typing import Any

from greatpowers.analysis.directories import whole_directory, write_manifest
from greatpowers.analysis.provenance import provenance
from greatpowers.record.scorecard import Scorecard, Scored
from greatpowers.record.scorecard_page import render
from greatpowers.record.verdicts import AGREED
from greatpowers.scenario import GreatPowersError
from greatpowers.scenario.errors import complain
from greatpowers.scenario.kinds import PARAMETERS, setting_faults
from greatpowers.scenario.load import parse_toml

COLUMNS = (
    "id", "family", "description", "unit", "period", "record", "record_low", "record_high", "record_interval",
    "model", "model_low", "model_high", "verdict", "split", "agreed", "worlds", "source", "definition",
)  # fmt: skip


def save_scorecard(card: Scorecard, directory: str | Path) -> Path:
    """Write ``scorecard.html``, ``scorecard.csv`` and ``scorecard.json``, whole or not at all; returns the directory.

    Raises :class:`GreatPowersError` for a directory that is not ours or cannot be written.
    """
    with whole_directory(directory) as place:
        (place / "scorecard.html").write_text(render(card), encoding="utf-8", newline="\n")
        with (place / "scorecard.csv").open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, COLUMNS, lineterminator="\n")
            writer.writeheader()
            writer.writerows(table(card))
        text = json.dumps(document(card), indent=2, ensure_ascii=False, allow_nan=False)
        (place / "scorecard.json").write_text(text + "\n", encoding="utf-8")
        write_manifest(place, {**provenance(), "kind": "scorecard"})
    return Path(directory)


def table(card: Scorecard) -> list[dict[str, Any]]:
    """The lines of the scorecard as rows with the columns of :data:`COLUMNS`; what has no value is empty."""
    return [{key: "" if value is None else value for key, value in _row(row).items()} for row in card.rows]


def document(card: Scorecard) -> dict[str, Any]:
    """The scorecard as plain data; what has no value is null."""
    return {
        "agreeing": len(card.agreeing()),
        "measured": len(card.among()),
        "held_apart": {"agreeing": len(card.agreeing(split="held-apart")), "all": len(card.among(split="held-apart"))},
        "agreed_set": {"facts": list(AGREED), "broken": [row.fact.id for row in card.broken]},
        "parameters": dict(card.parameters),
        "histories": dict(card.runs),
        "facts": [_row(row) for row in card.rows],
        "left_out": [{"id": fact.id, "description": fact.description, "why": fact.left_out} for fact in card.left_out],
    }


def _row(row: Scored) -> dict[str, Any]:
    fact = row.fact
    values = (
        fact.id, fact.family, fact.description, fact.unit, fact.period, fact.value, _known(fact.low), _known(fact.high),
        fact.interval, _known(row.value), _known(row.low), _known(row.high), row.verdict, fact.split,
        fact.id in AGREED, " ".join(row.worlds), fact.source, row.definition,
    )  # fmt: skip
    return dict(zip(COLUMNS, values, strict=True))


def _known(value: float) -> float | None:
    return value if math.isfinite(value) else None


def read_parameters(path: str | Path) -> dict[str, float]:
    """The parameters in the table ``[parameters]`` of a TOML file, checked; raises :class:`GreatPowersError`.

    Other tables, such as where the numbers come from, may stand beside it.
    """
    place = Path(path).expanduser()
    if "\0" in str(path) or not place.exists():
        raise GreatPowersError(f"--parameters: there is no file '{path}'.")
    found = parse_toml(place, str(path)).get("parameters")
    if not isinstance(found, dict) or not found:
        raise GreatPowersError(f"{path}: expected a table [parameters] with names and numbers, such as clash = 0.02.")
    complain(str(path), [("", fault) for fault in setting_faults(found, PARAMETERS, "parameter")])
    return {name: float(value) for name, value in found.items()}
