"""How the model with the parameters that ship stood against the facts of the record when they were last counted.

A full count takes many minutes (``greatpowers validate``); its lines are kept beside the facts, for whoever tells what
the model gets right and wrong.
"""

import csv
import math
from functools import cache
from importlib.resources import files
from typing import NamedTuple

FILE = "scored.csv"
COLUMNS = (
    *("id", "family", "description", "unit", "period", "record", "model", "model_low", "model_high"),
    *("verdict", "basis"),
)
AGREES = ("within", "close")


class ScoredFact(NamedTuple):
    """A fact of the record, what histories gave for it with its 95 % interval, and whether they agree."""

    id: str
    family: str
    description: str
    unit: str
    period: str
    record: float
    model: float
    low: float
    high: float
    agrees: bool


@cache
def scored_facts() -> tuple[ScoredFact, ...]:
    """Facts that histories have to find by themselves and that could be measured, in the order of the record."""
    text = files("greatpowers.validation").joinpath("data", FILE).read_text(encoding="utf-8")
    return tuple(
        ScoredFact(
            row["id"], row["family"], row["description"], row["unit"], row["period"], _number(row["record"]),
            _number(row["model"]), _number(row["model_low"]), _number(row["model_high"]), row["verdict"] in AGREES,
        )
        for row in csv.DictReader(text.splitlines())
        if row["basis"] == "found" and row["model"]
    )  # fmt: skip


def _number(text: str) -> float:
    return float(text) if text else math.nan
