"""``greatpowers report``: one page that says what an experiment found."""

from argparse import ArgumentParser, Namespace

from greatpowers.cli import terminal
from greatpowers.cli.arguments import Command


def _arguments(parser: ArgumentParser) -> None:
    parser.add_argument(
        "directory", metavar="DIR", help="what 'greatpowers batch FILE --out DIR' wrote, complete or not"
    )
    parser.add_argument("--out", metavar="FILE", help="file to write to; DIR/report.html if not given")


COMMAND = Command(
    "write one page that says what an experiment found",
    "Write what an experiment found as one HTML file that needs nothing else: answer, tables, figures, drivers.",
    (
        ("greatpowers report results/stick-and-carrot", "results/stick-and-carrot/report.html"),
        ("greatpowers report results/stick-and-carrot --out page.html", "somewhere else"),
    ),
    _arguments,
)


def execute(arguments: Namespace) -> None:
    """Write the page and say where it is; raises :class:`GreatPowersError`."""
    from greatpowers.experiments.report.page import write_report

    terminal.remark("reading the runs and drawing figures")
    terminal.output().paths([write_report(arguments.directory, arguments.out)])
