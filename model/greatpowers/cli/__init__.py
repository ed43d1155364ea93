"""The command line; :mod:`greatpowers.cli.commands` lists what there is.

Importing this room costs a few milliseconds; whatever computes is imported by the command that needs it.
"""

from greatpowers.cli.entry import main

__all__ = ["main"]
