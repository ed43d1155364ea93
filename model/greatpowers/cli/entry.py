"""The command line: its parser, and where everything that can go wrong becomes one sentence and an exit code.

A command is a module of its name: `COMMAND` says what it is for and what it takes, `execute` carries it out and imports
what that needs. Nothing heavy is imported here.
"""

import argparse
import contextlib
import gc
import io
import logging
import os
import sys
import textwrap
import warnings
from collections.abc import Iterator, Sequence
from importlib import import_module
from typing import TextIO

from greatpowers import __version__
from greatpowers.cli.arguments import Command, Parser, UsageError, parse
from greatpowers.scenario.errors import GreatPowersError, GreatPowersWarning, PartMissing, in_one_line

COMMANDS = (
    *("compare", "run", "show", "explain", "batch", "rerun", "report", "fork", "sensitivity", "discover", "search"),
    *("validate", "calibrate", "hindcast", "forecast", "plausibility", "mechanisms", "brief", "deals"),
    *("serve", "publish", "data", "scenario", "list", "notebooks", "warmup"),
)
"""Names of the commands and of their modules, in the order in which help lists them."""

WIDEST = 100
"""Columns that help may take: descriptions are shown as they are laid out."""


def build_parser(only: str = "") -> argparse.ArgumentParser:
    """The parser of the whole command line, or of one command alone, which spares loading the others.

    What it reads has `execute`, which carries out the command.
    """
    names = (only,) if only in COMMANDS else COMMANDS
    modules = {name: import_module(f"greatpowers.cli.{name}") for name in names}
    examples = [example for name in names[:5] for example in modules[name].COMMAND.examples[:1]]
    parser = Parser(
        prog="greatpowers",
        description="A model of great-power competition: does a conditional deal stabilise, or invite escalation?",
        epilog=_epilog(examples) + "\n\n'greatpowers COMMAND --help' says more about each.",
    )
    version = f"greatpowers {__version__}"
    parser.add_argument("--version", action="version", version=version, help="print the version and leave")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True, parser_class=Parser)
    for name, module in modules.items():
        command: Command = module.COMMAND
        own = commands.add_parser(
            name,
            help=command.summary,
            description=textwrap.fill(command.description, WIDEST),
            epilog=_epilog(command.examples),
        )
        command.add_arguments(own)
        options = [text for action in own._actions for text in action.option_strings if text.startswith("--")]
        own.set_defaults(command=name, execute=module.execute, options=options)
    return parser


def _epilog(examples: Sequence[tuple[str, str]]) -> str:
    return "examples:\n" + "\n".join(f"  {line}\n      {meaning}" for line, meaning in examples)


DONE, FAULT, PARTLY, INTERRUPTED, PIPE_CLOSED = 0, 2, 3, 130, 141
"""Exit codes: all is there, nothing is, a part is missing; then as shells report an interrupt (128 + SIGINT) and a
reader that went away (128 + SIGPIPE)."""


COLLECTED_AFTER = 50_000
"""New objects after which the garbage collector looks for cycles in a process that carries out a command line."""


def main(argv: Sequence[str] | None = None) -> int:
    """Carry out one command line (`sys.argv` without one) and return its exit code."""
    with _own_process() if argv is None else contextlib.nullcontext():
        return _main(argv)


TURN = 0.0005
"""Seconds after which a thread gives way to one that waits, in such a process: a tenth of Python's own setting."""


@contextlib.contextmanager
def _own_process() -> Iterator[None]:
    """Spares going through what libraries make as they are loaded, again and again and once more before the end.

    Threads that play wait for this one, which draws, once or more in every history.
    """
    sys.setswitchinterval(TURN)
    gc.set_threshold(COLLECTED_AFTER)
    yield
    gc.freeze()


def _main(argv: Sequence[str] | None) -> int:
    _prepare_streams()
    try:
        with warnings.catch_warnings():
            missing = _print_own_warnings(only=argv is None and not sys.warnoptions)
            code = _carry_out(sys.argv[1:] if argv is None else list(argv))
        sys.stdout.flush()
        return PARTLY if code == DONE and missing else code
    except BrokenPipeError:
        _forget_stdout()
        return PIPE_CLOSED
    except KeyboardInterrupt:
        return INTERRUPTED
    except Exception as error:
        sentence = _sentence(error)
        if sentence is None:
            raise
        if isinstance(error, OSError):
            _forget_stdout()
        line = sentence if isinstance(error, GreatPowersError) else in_one_line(sentence)
        print(f"greatpowers: {line}", file=sys.stderr)
        return FAULT


def _carry_out(argv: list[str]) -> int:
    parser = build_parser(argv[0] if argv else "")
    if not argv:
        parser.print_help()
        return DONE
    try:
        arguments = parse(parser, argv, COMMANDS)
    except SystemExit as leaving:  # --help and --version have printed what they say
        return leaving.code if isinstance(leaving.code, int) else DONE
    code: int | None = arguments.execute(arguments)
    return DONE if code is None else code


def _sentence(error: Exception) -> str | None:
    """The sentence for a user's mistake; None for a fault of the program, whose traceback is needed."""
    if isinstance(error, UsageError):
        return str(error)
    if isinstance(error, OSError):
        return _sentence_of_the_system(error)
    if isinstance(error, MemoryError):
        return "there is not enough memory for this; ask for fewer seeds, rounds or workers."
    return str(error) if isinstance(error, GreatPowersError) else None


def _sentence_of_the_system(error: OSError) -> str:
    from greatpowers.storage.files import is_of_files, reason

    if not is_of_files(error):
        return f"what was waited for did not answer, or left ({reason(error)}); give the same command again."
    place = f"'{error.filename}': " if error.filename else ""
    return f"reading or writing failed ({place}{reason(error)})."


def _print_own_warnings(only: bool) -> list[str]:
    """Print each warning of this package as a sentence; with `only`, hide those of libraries.

    The list that is returned is filled later, with the warnings about parts that are missing.
    """
    usual, missing = warnings.showwarning, list[str]()

    def show(
        message: Warning | str,
        category: type[Warning],
        filename: str,
        lineno: int,
        file: TextIO | None = None,
        line: str | None = None,
    ) -> None:
        if issubclass(category, GreatPowersWarning):
            print(f"greatpowers: {in_one_line(str(message))}", file=sys.stderr)
            if issubclass(category, PartMissing):
                missing.append(str(message))
        else:
            usual(message, category, filename, lineno, file, line)

    warnings.showwarning = show
    if only:
        warnings.simplefilter("ignore")
        logging.getLogger("matplotlib").setLevel(logging.ERROR)
    warnings.simplefilter("always", GreatPowersWarning)
    return missing


def _prepare_streams() -> None:
    """Files and pipes get UTF-8, with the same ends of lines on every system, unless the user says otherwise.

    Characters that a terminal lacks become question marks; output for a closed stream goes to the null device.
    """
    asked = "PYTHONIOENCODING" in os.environ
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if stream is None:
            # Open for as long as the process lives, so nothing closes it.
            setattr(sys, name, open(os.devnull, "w", encoding="utf-8", newline="\n"))  # noqa: SIM115
        elif hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
            if not asked and not stream.isatty():
                stream.reconfigure(encoding="utf-8", errors="replace", newline="\n")  # strict again without a word


def _forget_stdout() -> None:
    """Point a stdout that takes nothing more at nothing, so that the interpreter's last flush stays quiet."""
    with contextlib.suppress(io.UnsupportedOperation):  # a stdout that is no file, as in notebooks
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
