"""Which years a fact of the record is about, and what a fit to the record up to a year does with it."""

import re
from typing import Literal

from greatpowers.validation.facts import Split, Target, load_halves, load_targets

Side = Literal["before", "after", "both"]

Use = Split | Literal["predicted"]
"""What was done with a fact: as its split says or, if it is about years that the fit did not see, predicted."""


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
    told = [*load_targets().values(), *(load_halves().values() if until is not None else ())]
    return [fact for fact in told if not fact.left_out and (fact.id in load_targets() or use_of(fact, until) != "none")]
