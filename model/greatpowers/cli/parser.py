"""How a command line is read: `argparse`, with every complaint turned into a sentence of our own.

`argparse` rather than a framework: it costs 20 ms where others cost 80, and its messages can be replaced.
"""

import argparse
import re
from collections.abc import Iterable, Sequence
from difflib import get_close_matches
from typing import NoReturn


class UsageError(Exception):
    """A command line that cannot be understood; its text is fit to be shown as it is."""


class Parser(argparse.ArgumentParser):
    """A parser that raises :class:`UsageError` with a sentence, and takes no abbreviated options."""

    def __init__(self, *args: object, **settings: object) -> None:
        settings |= {"allow_abbrev": False, "formatter_class": argparse.RawDescriptionHelpFormatter}
        super().__init__(*args, **settings)  # type: ignore[arg-type]

    def error(self, message: str) -> NoReturn:
        """Turn the message of argparse into a sentence that says what to do."""
        raise UsageError(_sentence(message, self.prog))


def parse(parser: argparse.ArgumentParser, argv: Sequence[str], commands: Iterable[str]) -> argparse.Namespace:
    """The arguments; raises :class:`UsageError` for unknown commands and options, with the nearest valid one."""
    _check_command(argv, list(commands))
    arguments, unknown = parser.parse_known_args(argv)
    if unknown:
        raise UsageError(_unknown(unknown[0], arguments.options, f"greatpowers {arguments.command}"))
    return arguments


def _check_command(argv: Sequence[str], known: Sequence[str]) -> None:
    """The first word that is no option must be a command."""
    first = next((word for word in argv if not word.startswith("-")), None)
    before = argv[: argv.index(first)] if first is not None else argv
    for option in before:
        if option not in ("-h", "--help", "--version"):
            raise UsageError(_unknown(option, ("--help", "--version"), "greatpowers"))
    if first is not None and not before and first not in known:
        raise UsageError(f"there is no command '{first}'. {suggestion(first, known)}")


def _unknown(word: str, options: Iterable[str], command: str) -> str:
    name = word.partition("=")[0]
    if not name.startswith("-"):
        return f"'{word}' is one argument too many; see '{command} --help'."
    return f"there is no option '{name}'. {suggestion(name, options)}"


def suggestion(word: str, known: Iterable[str]) -> str:
    """What to write instead of `word`: the nearest of `known`, else all of them."""
    listed = list(known)
    near = get_close_matches(word.lower(), listed, n=1, cutoff=0.5)
    return f"Did you mean '{near[0]}'?" if near else f"Known: {', '.join(listed)}."


def _sentence(message: str, command: str) -> str:
    """What argparse says, as we would say it."""
    help_hint = f"see '{command} --help'"
    if found := re.match(r"the following arguments are required: (.*)", message):
        return f"{found[1].split(', ')[0]} is missing; {help_hint}."
    if found := re.match(r"argument (\S+): expected (?:one|at least one) argument", message):
        return f"{found[1]} needs a value; {help_hint}."
    if found := re.match(r"argument (\S+): ignored explicit argument (.*)", message):
        return f"{found[1]} takes no value, and {found[2]} was given; {help_hint}."
    return re.sub(r"^argument \S+: ", "", message)
