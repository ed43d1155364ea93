"""The command line: compare, run, show, explain, batch, rerun, report, list and warmup.

Importing this room costs a few milliseconds; whatever computes is imported by the command that needs it.
"""

from greatpowers.cli.entry import main

__all__ = ["main"]
