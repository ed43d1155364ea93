"""The command line: one module a command, listed in `entry`.

Importing this room costs a few milliseconds: whatever computes is imported by the command that needs it, when it is
carried out.
"""

from greatpowers.cli.entry import main

__all__ = ["main"]
