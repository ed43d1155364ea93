"""Values given on the command line, checked; `argparse` shows the sentences raised here."""

import re
from argparse import ArgumentTypeError
from collections.abc import Callable

MOST_ROUNDS = 4000
MOST_SEEDS = 1_000_000
LARGEST_SEED = 2**63 - 1


def whole_number(option: str, low: int, high: int) -> Callable[[str], int]:
    """A reader of whole numbers between two bounds, which names the option it reads for."""
    bound = f"of at least {low}" if high >= LARGEST_SEED else f"from {low} to {high}"

    def read(text: str) -> int:
        if not re.fullmatch(r"[+-]?[0-9]{1,30}", text.strip()):
            raise ArgumentTypeError(f"{option} is '{shortened(text)}'; expected a whole number {bound}.")
        if not low <= int(text) <= high:
            raise ArgumentTypeError(f"{option} is {int(text)}; expected a whole number {bound}.")
        return int(text)

    return read


def shortened(text: str) -> str:
    """What was given, short enough to quote."""
    return text if len(text) <= 60 else text[:57] + "..."


def assignment(text: str) -> tuple[str, float]:
    """``name=value`` as a pair; raises :class:`argparse.ArgumentTypeError`."""
    name, equals, value = (part.strip() for part in text.partition("="))
    if not name or not equals or not value:
        raise ArgumentTypeError(f"--param is '{shortened(text)}'; expected NAME=VALUE, such as clash=0.1.")
    try:
        return name, float(value)
    except ValueError:
        raise ArgumentTypeError(
            f"--param gives '{shortened(name)}' the value '{shortened(value)}'; expected a number."
        ) from None


def policy_names(text: str) -> list[str]:
    """Names with commas between them, none twice; raises :class:`argparse.ArgumentTypeError`."""
    found = [name.strip() for name in text.split(",")]
    if not all(found):
        raise ArgumentTypeError(
            f"--policies is '{shortened(text)}'; expected names with commas between them, such as a,b."
        )
    for name in found:
        if found.count(name) > 1:
            raise ArgumentTypeError(f"--policies names '{shortened(name)}' twice; expected each policy once.")
    return found


def listed(option: str) -> Callable[[str], list[str]]:
    """A reader of names with commas between them, none twice, which names the option it reads for."""

    def read(text: str) -> list[str]:
        found = [name.strip() for name in text.split(",")]
        if not all(found):
            shown = shortened(text)
            raise ArgumentTypeError(f"{option} is '{shown}'; expected names with commas between them, such as a,b.")
        for name in found:
            if found.count(name) > 1:
                raise ArgumentTypeError(f"{option} names '{shortened(name)}' twice; expected each once.")
        return found

    return read


def round_reader(option: str) -> Callable[[str], int | str]:
    """A reader of rounds counted from 0, or of quarters such as ``2019Q3``, which names the option it reads for."""

    def read(text: str) -> int | str:
        if re.fullmatch(r"[0-9]{1,9}", text):
            return int(text)
        if re.fullmatch(r"[0-9]{4}Q[1-4]", text.upper()):
            return text.upper()
        raise ArgumentTypeError(
            f"{option} is '{shortened(text)}'; expected a round from 0, or a quarter such as 2019Q3."
        )

    return read


round_or_quarter = round_reader("--round")
