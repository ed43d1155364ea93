"""Which years a fact of the record is about, and on which side of a year it lies."""

import re
from typing import Literal

from greatpowers.validation.facts import Target

Side = Literal["before", "after", "both"]


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
