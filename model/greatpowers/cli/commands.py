"""The commands, and the parser of the whole command line; nothing heavy is imported here.

A command is a module: `COMMAND` says what it is for and what it takes, `execute` carries it out and imports what that
needs.
"""

import argparse
import textwrap
from collections.abc import Sequence

from greatpowers import __version__
from greatpowers.cli import (
    batch,
    calibrate,
    compare,
    data,
    deals,
    discover,
    explain,
    forecast,
    fork,
    hindcast,
    listing,
    mechanisms,
    notebooks,
    plausibility,
    report,
    rerun,
    run,
    scenario,
    search,
    sensitivity,
    serve,
    show,
    validate,
    warmup,
)
from greatpowers.cli.arguments import Parser

MODULES = (
    compare,
    run,
    show,
    explain,
    batch,
    rerun,
    report,
    fork,
    sensitivity,
    discover,
    search,
    validate,
    calibrate,
    hindcast,
    forecast,
    plausibility,
    mechanisms,
    deals,
    serve,
    data,
    scenario,
    listing,
    notebooks,
    warmup,
)
"""Modules of the commands, in the order in which help lists them."""

COMMANDS = tuple(module.COMMAND for module in MODULES)


def build_parser() -> argparse.ArgumentParser:
    """The parser of the whole command line; what it reads has `execute`, which carries out the command."""
    examples = [example for command in COMMANDS[:5] for example in command.examples[:1]]
    parser = Parser(
        prog="greatpowers",
        description="A model of great-power competition: does a conditional deal stabilise, or invite escalation?",
        epilog=_epilog(examples) + "\n\n'greatpowers COMMAND --help' says more about each.",
    )
    parser.add_argument("--version", action=_Version, help="print the version and leave")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True, parser_class=Parser)
    for module in MODULES:
        command = module.COMMAND
        own = commands.add_parser(
            command.name,
            help=command.summary,
            description=textwrap.fill(command.description, WIDEST),
            epilog=_epilog(command.examples),
        )
        command.add_arguments(own)
        options = [text for action in own._actions for text in action.option_strings if text.startswith("--")]
        own.set_defaults(command=command.name, execute=module.execute, options=options)
    return parser


WIDEST = 100
"""Columns that help may take: descriptions are shown as they are laid out."""


def _epilog(examples: Sequence[tuple[str, str]]) -> str:
    return "examples:\n" + "\n".join(f"  {line}\n      {meaning}" for line, meaning in examples)


class _Version(argparse.Action):
    """Prints the version and leaves."""

    def __init__(self, option_strings: Sequence[str], dest: str, help: str | None = None) -> None:
        super().__init__(option_strings, dest, nargs=0, help=help)

    def __call__(self, parser: argparse.ArgumentParser, *_: object) -> None:
        print(f"greatpowers {__version__}")
        parser.exit()
