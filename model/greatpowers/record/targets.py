"""The figures of the record that histories are held against: a derived table, with intervals, units and sources."""

import csv
import math
from functools import cache
from importlib.resources import files
from typing import Literal, NamedTuple, cast

from greatpowers.scenario import GreatPowersError
from greatpowers.scenario.errors import suggestion

Split = Literal["fitted", "held-apart", "none"]
"""What calibration may do with a fact: fit it, only predict it, or nothing, where the model cannot express it."""


class Target(NamedTuple):
    """One fact of the record.

    `low` and `high` are NaN where the source gives no interval; `interval` says what they are. `left_out` says why the
    model cannot express the fact, and is empty where it can. `core` marks the short list that a run is scored on;
    the others belong to the comparison of the two rule-books.
    """

    id: str
    group: str
    value: float
    low: float
    high: float
    interval: str
    unit: str
    period: str
    description: str
    computed: str
    source: str
    split: Split
    core: bool
    left_out: str

    @property
    def family(self) -> str:
        """The group without its era."""
        return self.group.partition(",")[0]

    @property
    def has_interval(self) -> bool:
        """Whether the source gives at least one bound."""
        return not (math.isnan(self.low) and math.isnan(self.high))


def _number(text: str) -> float:
    return float(text) if text else math.nan


@cache
def load_targets() -> dict[str, Target]:
    """Every fact by its id, in the order of the table."""
    text = files("greatpowers.record").joinpath("data", "targets.csv").read_text(encoding="utf-8")
    found = {}
    for row in csv.DictReader(text.splitlines()):
        numbers = {name: _number(row.pop(name)) for name in ("value", "low", "high")}
        core, split = row.pop("core") == "yes", cast(Split, row.pop("split"))
        found[row["id"]] = Target(**row, **numbers, core=core, split=split)  # type: ignore[arg-type]
    return found


def target(name: str) -> Target:
    """The fact of that id; raises :class:`GreatPowersError` if there is none."""
    known = load_targets()
    if name not in known:
        raise GreatPowersError(f"there is no fact '{name}'. {suggestion(name, known)}")
    return known[name]


def facts_to(split: Split) -> list[str]:
    """Ids of the facts that calibration fits (``fitted``), only predicts (``held-apart``), or leaves out (``none``)."""
    return [found.id for found in load_targets().values() if found.split == split]
