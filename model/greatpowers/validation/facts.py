"""The figures of the record that histories are held against: a derived table, with intervals, units and sources.

Also when a figure of the model agrees with one, which agreements this version answers for, which years a fact is about,
and what a fit to the record up to a year does with it.
"""

import csv
import math
import re
from functools import cache
from importlib.resources import files
from typing import Literal, NamedTuple, cast

from greatpowers.scenario.errors import need_known

Split = Literal["fitted", "held-apart", "none"]
"""What calibration may do with a fact: fit it, only predict it, or nothing, where the model cannot express it."""

Basis = Literal["found", "given"]
"""Whether histories find a fact, or inputs of the world and parameters of their own give it."""

Interval = Literal["error", "spread", "none"]
"""What low and high are: the error of the value, how far years or cases lie apart, or nothing."""


class Target(NamedTuple):
    """One fact of the record.

    `low` and `high` are NaN where the source gives none; `interval` says what they are. `given_by` says which inputs
    give the fact, and is empty where histories find it; `left_out` says why the model cannot express it, and is empty
    where it can. `core` marks the short list that a run is scored on; the others belong to the comparison of the two
    rule-books. `agreed` marks what this version answers for.
    """

    id: str
    group: str
    value: float
    low: float
    high: float
    interval: Interval
    unit: str
    period: str
    description: str
    computed: str
    source: str
    split: Split
    core: bool
    basis: Basis
    given_by: str
    left_out: str
    agreed: bool = False

    @property
    def family(self) -> str:
        """The group without its era."""
        return self.group.partition(",")[0]

    @property
    def has_error(self) -> bool:
        """Whether the source gives at least one bound of the error of the value, and not of a spread."""
        return self.interval == "error" and not (math.isnan(self.low) and math.isnan(self.high))


def number_of(text: str) -> float:
    """A number of a table; NaN where there is none."""
    return float(text) if text else math.nan


@cache
def load_targets() -> dict[str, Target]:
    """Every fact by its id, in the order of the table."""
    return _read("targets.csv")


@cache
def load_halves() -> dict[str, Target]:
    """Facts about all years, measured on those up to 1945 alone and on later ones alone: for fits to the past alone.

    The id is that of the fact about all years, a dot and the years.
    """
    return _read("halves.csv")


def _read(name: str) -> dict[str, Target]:
    text = files("greatpowers.validation").joinpath("data", name).read_text(encoding="utf-8")
    targets = {}
    for row in csv.DictReader(text.splitlines()):
        numbers = {name: number_of(row.pop(name)) for name in ("value", "low", "high")}
        marks = {name: row.pop(name, "") == "yes" for name in ("core", "agreed")}
        split = cast(Split, row.pop("split"))
        # What is left of the row is text, which its type does not say of each field.
        targets[row["id"]] = Target(**row, **numbers, **marks, split=split)  # type: ignore[arg-type]
    return targets


def target(name: str) -> Target:
    """The fact of that id; raises :class:`GreatPowersError` if there is none."""
    known = load_targets()
    need_known(name, known, f"there is no fact '{name}'.")
    return known[name]


Verdict = Literal["within", "close", "miss", "unmeasured"]
"""Within the record's error; within a quarter of its value where it gives none; neither; no figure at all."""

WORDS: dict[Verdict, str] = {
    "within": "within the interval",
    "close": "within 25%",
    "miss": "miss",
    "unmeasured": "nothing to measure",
}

CLOSE = 0.25
"""Distance from the record's value, as a share of it, that still agrees where the record gives no error."""

AGREED: tuple[str, ...] = tuple(name for name, fact in load_targets().items() if fact.agreed)
"""Facts that this version answers for: `greatpowers validate` exits with 1 if one of them is missed.

Those that agree at the default parameters and in three of five parameter sets of the posterior `record`.
"""


def judge(fact: Target, value: float) -> Verdict:
    """The verdict on the model's figure for a fact; bounds that the record leaves open hold for any figure.

    A spread of years or cases is no error of their mean, and is not used.
    """
    if not math.isfinite(value):
        return "unmeasured"
    if fact.has_error:
        low = -math.inf if math.isnan(fact.low) else fact.low
        high = math.inf if math.isnan(fact.high) else fact.high
        return "within" if low <= value <= high else "miss"
    return "close" if abs(value - fact.value) <= CLOSE * abs(fact.value) else "miss"


def agrees(verdict: Verdict) -> bool:
    """Whether a verdict counts as agreement."""
    return verdict in ("within", "close")


Side = Literal["before", "after", "both"]

Use = Split | Literal["predicted"]
"""What was done with a fact: as its split says or, if it is about years that the fit did not see, predicted."""

USES: tuple[Use, ...] = ("fitted", "held-apart", "predicted")
"""What is done with facts that are used."""


def years_of(fact: Target) -> tuple[int, int] | None:
    """First and last year that its period names; None where it names none."""
    years = [int(text) for text in re.findall(r"\b[12]\d{3}\b", fact.period)]
    return (min(years), max(years)) if years else None


def side_of(fact: Target, until: int) -> Side:
    """Whether a fact is about years up to `until` alone, about later ones alone, or about both or no named years."""
    years = years_of(fact)
    if years is None:
        return "both"
    if years[1] <= until:
        return "before"
    return "after" if years[0] > until else "both"


def use_of(fact: Target, until: int | None) -> Use:
    """What a fit to the record up to `until` does with a fact; to all of it, if that is None.

    Facts about years up to it alone are fitted or held apart as their split says, those about later ones alone are
    predicted, and nothing is done with those about both ("none").
    """
    side = "before" if until is None else side_of(fact, until)
    return "none" if side == "both" else "predicted" if side == "after" else fact.split


def facts_for(until: int | None) -> list[Target]:
    """Every fact that can be measured, in the order of the table; with `until` also halves on one side of it."""
    facts = [*load_targets().values(), *(load_halves().values() if until is not None else ())]
    return [
        fact for fact in facts if not fact.left_out and (fact.id in load_targets() or use_of(fact, until) != "none")
    ]
