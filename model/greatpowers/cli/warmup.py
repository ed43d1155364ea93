"""``greatpowers warmup``: compile the engine now and keep it for later runs."""

import time
from argparse import Namespace

import greatpowers as gp
from greatpowers.cli import terminal
from greatpowers.cli.arguments import Command

SMALLEST = "template"


COMMAND = Command(
    "compile the engine now rather than at the first run",
    "Compile the engine and keep the result for later runs; this is needed once for every version.",
    (("greatpowers warmup", "five seconds to half a minute, once"),),
    lambda parser: None,
)


def execute(arguments: Namespace) -> None:
    """Play the smallest world both ways that the engine is used, which compiles it."""
    from greatpowers.core.kernel import cache_directory, is_cached, is_compiled

    if not is_compiled():
        print("Compilation is switched off by NUMBA_DISABLE_JIT; there is nothing to do.")
        return
    fresh = terminal.needs_compiling()
    terminal.announce_compiling()
    started = time.perf_counter()
    gp.simulate(SMALLEST, rounds=1)
    gp.ensemble(SMALLEST, "laissez-faire", [0], rounds=1)
    if not fresh:
        print("The engine had been compiled already.")
    elif is_cached():
        print(f"The engine is compiled ({time.perf_counter() - started:.0f} s) and kept in {cache_directory()}.")
    else:
        print("The engine is compiled, but could not be kept; set NUMBA_CACHE_DIR to a directory that can be written.")
