"""How a command line is read: `argparse`, with every complaint turned into a sentence of our own.

`argparse` rather than a framework: it costs 20 ms where others cost 80, and its messages can be replaced. What several
commands take is added here, once.
"""

import argparse
import math
import re
from argparse import ArgumentTypeError
from collections.abc import Callable, Iterable, Sequence
from difflib import get_close_matches
from typing import NamedTuple, NoReturn, TypeVar

MOST_ROUNDS = 4000
MOST_SEEDS = 1_000_000
LARGEST_SEED = 2**63 - 1


Kind = TypeVar("Kind", int, float)
FORMS = {int: r"[+-]?[0-9]{1,30}", float: r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]+)?"}


def number(kind: type[Kind], text: str, given: str, expected: str, least: float = -math.inf) -> Kind:
    """Text of a command line as a number; raises :class:`argparse.ArgumentTypeError`: `given` it, `expected` another.

    Python's own readers also take 1_0 for 10, spaces, digits of every script, infinity and nan, which here are slips.
    """
    value = kind(text) if re.fullmatch(FORMS[kind], text) else math.nan
    if not math.isfinite(value) or value < least:
        raise ArgumentTypeError(f"{given} '{shortened(text)}'; expected {expected}.")
    return kind(value)


def whole_number(option: str, low: int, high: int) -> Callable[[str], int]:
    """A reader of whole numbers between two bounds, which names the option it reads for."""
    bound = f"of at least {low}" if high >= LARGEST_SEED else f"from {low} to {high}"

    def read(text: str) -> int:
        value = number(int, text, f"{option} is", f"a whole number {bound}")
        if not low <= value <= high:
            least = f"{bound} and at most {high}" if value > high >= LARGEST_SEED else bound
            raise ArgumentTypeError(f"{option} is {value}; expected a whole number {least}.")
        return value

    return read


def shortened(text: str) -> str:
    """What was given, short enough to quote."""
    return text if len(text) <= 60 else text[:57] + "..."


def assignment(text: str) -> tuple[str, float]:
    """``name=value`` as a pair; raises :class:`argparse.ArgumentTypeError`."""
    name, equals, value = (part.strip(" ") for part in text.partition("="))
    if not name or not equals or not value:
        raise ArgumentTypeError(f"--param is '{shortened(text)}'; expected NAME=VALUE, such as clash=0.1.")
    return name, number(float, value, f"--param gives '{shortened(name)}' the value", "a number, such as 0.1")


def listed(option: str) -> Callable[[str], list[str]]:
    """A reader of names with commas between them, none twice, which names the option it reads for."""

    def read(text: str) -> list[str]:
        names = [name.strip() for name in text.split(",")]
        if not all(names):
            shown = shortened(text)
            raise ArgumentTypeError(f"{option} is '{shown}'; expected names with commas between them, such as a,b.")
        for name in names:
            if names.count(name) > 1:
                raise ArgumentTypeError(f"{option} names '{shortened(name)}' twice; expected each once.")
        return names

    return read


def one_of(known: Sequence[str], what: str) -> Callable[[str], str]:
    """A reader of one word among those known, which says `what` there is to do with it."""

    def read(text: str) -> str:
        if text not in known:
            raise ArgumentTypeError(f"there is nothing called '{shortened(text)}' {what}. {suggestion(text, known)}")
        return text

    return read


def round_reader(option: str) -> Callable[[str], int | str]:
    """A reader of rounds counted from 0, or of quarters such as ``2019Q3``, which names the option it reads for."""

    def read(text: str) -> int | str:
        if re.fullmatch(r"[0-9]{4}Q[1-4]", text.upper()):
            return text.upper()
        return number(int, text, f"{option} is", "a round from 0, or a quarter such as 2019Q3", least=0)

    return read


class UsageError(Exception):
    """A command line that cannot be understood; its text is fit to be shown as it is."""


class Parser(argparse.ArgumentParser):
    """A parser that raises :class:`UsageError` with a sentence, and takes no abbreviated options."""

    def __init__(self, *args: object, **settings: object) -> None:
        settings |= {"allow_abbrev": False, "formatter_class": argparse.RawDescriptionHelpFormatter}
        # Subparsers hand over whatever argparse takes, which no type here can list.
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
    if match := re.match(r"the following arguments are required: (.*)", message):
        return f"{match[1].split(', ')[0]} is missing; {help_hint}."
    if match := re.match(r"argument (\S+): expected (?:one|at least one) argument", message):
        return f"{match[1]} needs a value; {help_hint}."
    if match := re.match(r"argument (\S+): ignored explicit argument (.*)", message):
        return f"{match[1]} takes no value, and {match[2]} was given; {help_hint}."
    if match := re.match(r"argument (\S+): invalid choice: (.*) \(choose from (.*)\)", message):
        return f"{match[1]} is {match[2]}; expected one of {match[3]}."
    return re.sub(r"^argument \S+: ", "", message)


class Command(NamedTuple):
    """One command: what it is for, how to use it, and its arguments; its name is that of its module."""

    summary: str
    description: str
    examples: Sequence[tuple[str, str]]
    add_arguments: Callable[[argparse.ArgumentParser], None]


def add_scenario(parser: argparse.ArgumentParser, default: str | None = None) -> None:
    """The scenario to play; required without a default."""
    text = "a shipped scenario ('greatpowers list scenarios') or the path of a TOML file"
    if default is None:
        parser.add_argument("scenario", metavar="SCENARIO", help=text)
    else:
        parser.add_argument(
            "scenario", metavar="SCENARIO", nargs="?", default=default, help=f"{text}; {default} if none"
        )


def add_count(
    parser: argparse.ArgumentParser, option: str, most: int, text: str, default: int | None = None, least: int = 1
) -> None:
    """A whole number from `least` to `most`."""
    parser.add_argument(option, metavar="N", default=default, type=whole_number(option, least, most), help=text)


def add_rounds(parser: argparse.ArgumentParser) -> None:
    """How long to play."""
    text = "rounds to play, each a quarter of a year; the scenario's own number if not given"
    add_count(parser, "--rounds", MOST_ROUNDS, text)


def add_posterior(parser: argparse.ArgumentParser) -> None:
    """Which posterior is played beside the default parameters; None for none."""
    text = "parameter sets that fit the record, to show what it leaves open: name, path, or none; 'record' if not given"
    parser.add_argument("--posterior", metavar="P", type=_posterior, default="record", help=text)


def _posterior(text: str) -> str | None:
    return None if text == "none" else text


def add_seed(parser: argparse.ArgumentParser, text: str, default: int | None = 0) -> None:
    """Which luck."""
    parser.add_argument("--seed", metavar="S", default=default, type=whole_number("--seed", 0, LARGEST_SEED), help=text)


def add_workers(parser: argparse.ArgumentParser, what: str = "histories to play at the same time") -> None:
    """How much to do at the same time."""
    add_count(parser, "--workers", 1024, f"{what}; one per core if not given. Results do not depend on it")


def add_policies(parser: argparse.ArgumentParser, text: str) -> None:
    """Policies by name."""
    parser.add_argument("--policies", metavar="A,B,...", type=listed("--policies"), help=text)


def add_parameters(
    parser: argparse.ArgumentParser,
    text: str = "another value for a parameter ('greatpowers list parameters'); may be repeated",
) -> None:
    """Values of single parameters."""
    parser.add_argument("--param", metavar="NAME=VALUE", action="append", default=[], type=assignment, help=text)


def add_rules(parser: argparse.ArgumentParser) -> None:
    """Rules of the user's own."""
    text = "a function in place of a choice of the model (challenger, host, guardian or deal): FILE.py:FUNCTION or "
    text += "PACKAGE.MODULE:FUNCTION, for challengers also tit-for-tat or tit-for-two-tats; may be repeated"
    parser.add_argument("--rule", metavar="CHOICE=F", action="append", default=[], type=_rule, help=text)


def _rule(text: str) -> tuple[str, str]:
    choice, equals, function = text.partition("=")
    if not (choice and equals and function):
        raise ArgumentTypeError(
            f"--rule is '{shortened(text)}'; expected CHOICE=FUNCTION, such as host=own.py:stubborn."
        )
    return choice, function


def add_parameter_file(parser: argparse.ArgumentParser) -> None:
    """A file of parameters, and values of single ones."""
    text = "TOML file whose table [parameters] replaces defaults, such as a posterior"
    parser.add_argument("--parameters", metavar="FILE", help=text)
    add_parameters(parser, "another value for one parameter, also of the file; may be repeated")


def add_output(parser: argparse.ArgumentParser, text: str, figures: str | None = None) -> None:
    """Where results go; with `figures`, whether they are drawn."""
    parser.add_argument("--out", metavar="DIR", help=text)
    if figures is not None:
        parser.add_argument("--no-figures", action="store_true", help=figures)


def add_played(parser: argparse.ArgumentParser, seeds: int, least: int) -> None:
    """What the commands play that judge the model itself: every policy on so many seeds if not given, at least some."""
    add_histories(parser, seeds, least)
    add_policies(parser, "policies to play, shipped names or paths; the scenario's own or the six presets if not given")


def add_histories(parser: argparse.ArgumentParser, seeds: int, least: int) -> None:
    """What every panel is made of, but for policies: a scenario on so many seeds if not given, at least some."""
    add_scenario(parser, default="2017")
    text = f"histories per policy, on seeds 0 to N-1 ({seeds} if not given)"
    add_count(parser, "--seeds", MOST_SEEDS, text, seeds, least)
    add_rounds(parser)
    add_output(parser, "directory to write to; nothing is written if not given")
    add_workers(parser)
    add_parameters(parser)
