"""The commands, and the parser of the whole command line; nothing heavy is imported here.

A command is a module of its name: `COMMAND` says what it is for and what it takes, `execute` carries it out and imports
what that needs.
"""

import argparse
import textwrap
from collections.abc import Sequence
from importlib import import_module

from greatpowers import __version__
from greatpowers.cli.arguments import Command, Parser

COMMANDS = (
    *("compare", "run", "show", "explain", "batch", "rerun", "report", "fork", "sensitivity", "discover", "search"),
    *("validate", "calibrate", "hindcast", "forecast", "plausibility", "mechanisms", "brief", "deals"),
    *("serve", "data", "scenario", "list", "notebooks", "warmup"),
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
    parser.add_argument("--version", action=_Version, help="print the version and leave")
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


class _Version(argparse.Action):
    """Prints the version and leaves."""

    def __init__(self, option_strings: Sequence[str], dest: str, help: str | None = None) -> None:
        super().__init__(option_strings, dest, nargs=0, help=help)

    def __call__(self, parser: argparse.ArgumentParser, *_: object) -> None:
        print(f"greatpowers {__version__}")
        parser.exit()
