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


def in_one_line(text: str) -> str:
    """The text with breaks of lines and other control characters as they are written in TOML and Python."""
    return re.sub(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]", lambda found: ascii(found[0])[1:-1], text)


class GreatPowersError(Exception):
    """A fault, or several, in something a person wrote or asked for; each takes one line, fit to be shown as it is.

    Words longer than any path are shortened in it.
    """

    def __init__(self, *faults: str) -> None:
        super().__init__(*(_fit_to_show(fault) for fault in faults))

    def __str__(self) -> str:
        return "\n".join(self.args)

    def within(self, where: str) -> "GreatPowersError":
        """The same, found while something else was read."""
        return GreatPowersError(*(f"{where}: {fault}" for fault in self.args))


def _fit_to_show(text: str) -> str:
    shortened = re.sub(rf"\S{{{LONGEST_WORD},}}", lambda found: f"{found[0][:LONGEST_VALUE]}...", text)
    return in_one_line(shortened)


class GreatPowersWarning(UserWarning):
    """What a result had to do without; its text is a sentence fit to be shown as it is."""


class PartMissing(GreatPowersWarning):
    """A part that a result lacks: a command that tells of one ends in an exit code of its own."""


def nearest(name: str, names: Iterable[str]) -> str:
    """The valid name most like `name`, or an empty string when none is near."""
    known = {known.lower(): known for known in names}
    matches = get_close_matches(name.lower(), list(known), n=1, cutoff=0.6)
    return known[matches[0]] if matches else ""


def suggestion(name: str, names: Iterable[str]) -> str:
    """What to write instead of `name`: the nearest valid name, else the first dozen of them."""
    known = list(names)
    if near := nearest(name, known):
        return f"Did you mean '{near}'?"
    if not known:
        return "There are none to choose from."
    return f"Known: {first_of(known)}."


def need_known(name: str, names: Iterable[str], fault: str) -> None:
    """Raise :class:`GreatPowersError` unless a name is among some: what is at fault, and what to write instead."""
    known = list(names)
    if name not in known:
        raise GreatPowersError(f"{fault} {suggestion(name, known)}")


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
        raise GreatPowersError(*lines)
