"""How the model with the parameters that ship stood against the facts of the record when they were last counted.

A full count takes many minutes (``greatpowers validate``); its lines are kept beside the facts, for whoever tells what
the model gets right and wrong.
"""

import csv
from functools import cache
from importlib.resources import files
from typing import NamedTuple, cast

from greatpowers.validation.facts import Verdict, agrees, number_of

FILE = "scored.csv"
COLUMNS = (
    *("id", "family", "description", "unit", "period", "record", "model", "model_low", "model_high"),
    *("verdict", "basis"),
)


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
            row["id"], row["family"], row["description"], row["unit"], row["period"], number_of(row["record"]),
            number_of(row["model"]), number_of(row["model_low"]), number_of(row["model_high"]),
            agrees(cast(Verdict, row["verdict"])),
        )
        for row in csv.DictReader(text.splitlines())
        if row["basis"] == "found" and row["model"]
    )  # fmt: skip
