"""How a command line is read: `argparse`, with every complaint turned into a sentence of our own.

`argparse` rather than a framework: it costs 20 ms where others cost 80, and its messages can be replaced. What several
commands take is added here, once, and checked here before anything is computed.
"""

import argparse
import contextlib
import re
import tempfile
from argparse import ArgumentTypeError, Namespace
from collections.abc import Callable, Iterable, Iterator, Sequence
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, NoReturn

from greatpowers.cli.terminal import Screen, announce_compiling, heading, output, progress_bar, say
from greatpowers.scenario.build import build_parameters
from greatpowers.scenario.errors import GreatPowersError, complain
from greatpowers.scenario.load import load_scenario
from greatpowers.scenario.schema import Scenario
from greatpowers.storage.directories import check_place, written_within
from greatpowers.storage.files import OURS, checked_path, reason
from greatpowers.storage.manifest import read_manifest

if TYPE_CHECKING:
    from greatpowers.simulation.history import History
    from greatpowers.simulation.panels import Panel

RESULTS = "greatpowers-results"
REMEDY = "choose another one with --out"


def destination(out: str | None, kind: str, name: str = "") -> Path:
    """The directory asked for, or one of this name among the results, for results of a kind.

    It may be new, empty, or hold results of ours; what others have put there is safe. Raises
    :class:`GreatPowersError` if results cannot be written there.
    """
    if out is not None and not out.strip():
        raise GreatPowersError("--out is empty; expected the name of a directory.")
    path = checked_path(f"./{RESULTS}/{name}" if out is None else out)
    check_place(path, kind)
    try:
        _try_writing(path, kind)
    except (OSError, ValueError) as error:
        raise GreatPowersError(f"cannot write to '{path}' ({reason(error).lower()}); {REMEDY}.") from None
    return path


def _try_writing(path: Path, kind: str) -> None:
    """Make a directory of the same name and remove it: permissions do not tell about read-only disks and the like."""
    place = path.absolute() if written_within(path, kind) else path.absolute().parent
    while not place.exists():
        place = place.parent
    with tempfile.TemporaryDirectory(dir=place, prefix=OURS) as trial:
        (Path(trial) / path.name).mkdir(exist_ok=True)


def write_and_tell(write: Callable[[], object], tell: Callable[[], object]) -> None:
    """Write results, then tell them; they are told as well if they cannot be written, so that they are not lost."""
    try:
        write()
    except GreatPowersError:
        tell()
        raise
    tell()


def print_files(screen: Screen, directory: Path) -> None:
    """Say where results are, one path a line, so that they can be copied."""
    manifest = read_manifest(directory) or {}
    print_paths(screen, [directory / name for name in sorted(manifest.get("files", ()))])


def print_paths(screen: Screen, paths: list[Path]) -> None:
    """The same for files that are known."""
    screen.print("Files written:")
    for path in paths:
        screen.print(f"  {path}", soft_wrap=True)


@contextlib.contextmanager
def said_when_stopped(directory: Path) -> Iterator[None]:
    """Say what an interrupt leaves behind."""
    try:
        yield
    except KeyboardInterrupt:
        say(f"stopped; what is finished is kept in {directory}, and the same command goes on from there.")
        raise


def chosen_scenario(name: str, overrides: Sequence[tuple[str, float]]) -> tuple[Scenario, dict[str, float]]:
    """The scenario and the parameters given with ``--param``; raises :class:`GreatPowersError`."""
    scenario = load_scenario(name)
    parameters = _each_once(overrides)
    build_parameters(scenario, parameters)
    return scenario, parameters


def chosen_round(history: "History", asked: int | str, option: str) -> int:
    """The round meant by a number or a quarter; raises :class:`GreatPowersError` if the history does not have it."""
    quarters = history.metrics["quarter"].tolist()
    number = quarters.index(asked) if asked in quarters else asked
    if not isinstance(number, int) or number >= len(quarters):
        last = len(quarters) - 1
        raise GreatPowersError(
            f"{option} is {asked}, which is not in this run; expected 0 to {last}, or {quarters[0]} to {quarters[-1]}."
        )
    return number


def chosen_parameters(arguments: Namespace) -> dict[str, float]:
    """The parameters of the file and of ``--param``, checked."""
    from greatpowers.scenario.kinds import PARAMETERS, setting_faults
    from greatpowers.validation.scorecard_files import read_parameters

    found = read_parameters(arguments.parameters) if arguments.parameters is not None else {}
    given = _each_once(arguments.param)
    complain("--param", [("", fault) for fault in setting_faults(given, PARAMETERS, "parameter")])
    return {**found, **given}


def _each_once(pairs: Sequence[tuple[str, float]]) -> dict[str, float]:
    parameters: dict[str, float] = {}
    for name, value in pairs:
        if name in parameters:
            raise GreatPowersError(f"--param gives '{name}' twice; expected each parameter once.")
        parameters[name] = value
    return parameters


def carry_out(
    arguments: Namespace, make: "Callable[..., Panel]", own: tuple[str, ...], tell: Callable[[Screen, Any], str]
) -> None:
    """Make the panel that was asked for, tell of it, and write it if a directory was given.

    `make` takes the arguments in `own` besides those that every panel has. `tell` prints the panel and returns the line
    that stands last, empty for none. Raises :class:`GreatPowersError` before anything is played if it cannot be done.
    """
    scenario, parameters = chosen_scenario(arguments.scenario, arguments.param)
    directory = None if arguments.out is None else destination(arguments.out, arguments.command)
    asked = {name: getattr(arguments, name) for name in (*own, "seeds", "rounds", "workers")}
    announce_compiling()
    with progress_bar("playing histories") as told:
        found = make(scenario, parameters=parameters, progress=told, **asked)
    screen, last = output(), []

    def say() -> None:
        screen.print(heading(f"{found.scenario.name}: {found.scenario.title}"))
        last.append(tell(screen, found))

    write_and_tell(lambda: directory is None or found.save(directory), say)
    if directory is not None:
        screen.print()
        print_files(screen, directory)
    if last[0]:
        screen.print(f"\n{last[0]}")


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
    text = "parameter sets whose doubt is shown beside luck's: a name, a path, or none; 'record' if not given"
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
