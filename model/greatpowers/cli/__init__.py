"""The command line: one module a command, listed in `entry`.

Importing this room costs a few milliseconds: whatever computes is imported by the command that needs it, when it is
carried out. `terminal`, which nearly every command needs, is loaded when one of its names is first used.
"""

import sys
from importlib.util import LazyLoader, find_spec, module_from_spec
from typing import TYPE_CHECKING

from greatpowers.cli.entry import main

__all__ = ["main"]

if not TYPE_CHECKING:
    _spec = find_spec("greatpowers.cli.terminal")
    _spec.loader = LazyLoader(_spec.loader)
    terminal = sys.modules[_spec.name] = module_from_spec(_spec)
    _spec.loader.exec_module(terminal)
