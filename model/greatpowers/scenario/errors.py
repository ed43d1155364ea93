"""Errors that people read: one sentence that says where, what, and what to do."""

import json
import math
import re
from collections.abc import Iterable, Mapping, Sequence
from difflib import get_close_matches
from typing import Any

LONGEST_VALUE, LONGEST_WORD = 60, 300
MOST_LINES = 5
MOST_NAMES = 12


class GreatPowersError(Exception):
    """A fault in something a person wrote or asked for; its text is fit to be shown as it is.

    Words longer than any path are shortened in it.
    """

    def __init__(self, text: str) -> None:
        super().__init__(re.sub(rf"\S{{{LONGEST_WORD},}}", lambda found: f"{found[0][:LONGEST_VALUE]}...", text))


class GreatPowersWarning(UserWarning):
    """What a result had to do without; its text is a sentence fit to be shown as it is."""


def nearest(name: str, names: Iterable[str]) -> str:
    """The valid name most like `name`, or an empty string when none is near."""
    known = {known.lower(): known for known in names}
    found = get_close_matches(name.lower(), list(known), n=1, cutoff=0.6)
    return known[found[0]] if found else ""


def suggestion(name: str, names: Iterable[str]) -> str:
    """What to write instead of `name`: the nearest valid name, else the first dozen of them."""
    known = list(names)
    if near := nearest(name, known):
        return f"Did you mean '{near}'?"
    if not known:
        return "There are none to choose from."
    return f"Known: {first_of(known)}."


def first_of(names: Sequence[str]) -> str:
    """The names, or the first dozen of them and how many more there are."""
    more = len(names) - MOST_NAMES
    return ", ".join(names[:MOST_NAMES]) + (f" and {more} more" if more > 0 else "")


def a_or_an(noun: str) -> str:
    """A noun with its article."""
    return f"{'an' if noun.startswith(tuple('aeiou')) else 'a'} {noun}"


def shown(value: object) -> str:
    """An offending value as a person would write it in TOML, shortened."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dict):
        return "a table"
    if isinstance(value, list | tuple):
        return f"a list of {len(value)}"
    text = json.dumps(value, ensure_ascii=False) if isinstance(value, str) else _number_text(value)
    return text if len(text) <= LONGEST_VALUE else text[: LONGEST_VALUE - 3] + "..."


def _number_text(value: object) -> str:
    if isinstance(value, int) and abs(value) > 10**30:
        return "a whole number of more than 30 digits"
    return f"{value:g}" if isinstance(value, float) else str(value)


def between(low: float, high: float) -> str:
    """The range in words; bounds of a thousand million and more count as none."""
    if high >= 1e9:
        return "a finite number" if low <= -1e9 else f"a number of at least {low:g}"
    return f"a number from {low:g} to {high:g}"


def is_number_in(value: object, low: float, high: float) -> bool:
    """Whether `value` is a finite int or float (no truth value) within the bounds."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    return low <= value <= high and math.isfinite(value)


def entry_label(kind: str, index: int, entry: Mapping[str, Any]) -> str:
    """How to point at one of several ``[[kind]]`` tables: by its id or name, else by its number."""
    for key in ("id", "name"):
        if isinstance(entry.get(key), str) and entry[key]:
            return f"{kind} '{entry[key]}'"
    return f"{kind} number {index + 1}"


def complain(where: str, faults: Iterable[tuple[str, str]]) -> None:
    """Raise one :class:`GreatPowersError` if there is any fault, a line each; `faults` are (place, sentence)."""
    lines = [f"{where}, {place}: {text}" if place else f"{where}: {text}" for place, text in faults]
    if len(lines) > MOST_LINES:
        lines[MOST_LINES:] = [f"{where}: and {len(lines) - MOST_LINES} more faults like these."]
    if lines:
        raise GreatPowersError("\n".join(lines))
