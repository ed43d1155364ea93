"""``greatpowers report``: one page that says what an experiment found."""

from argparse import Namespace

from greatpowers.cli.terminal import output, remark
from greatpowers.experiments.report.page import write_report


def execute(arguments: Namespace) -> None:
    """Write the page and say where it is; raises :class:`GreatPowersError`."""
    remark("reading the runs and drawing figures")
    path = write_report(arguments.directory, arguments.out)
    screen = output()
    screen.print("File written:")
    screen.print(f"  {path}", soft_wrap=True)
