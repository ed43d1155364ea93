"""What a challenger weighed before its move, for rules of choice written in Python."""

from typing import Any, NamedTuple

from greatpowers.core.declare import Floats
from greatpowers.core.trace import OPTIONS, Trace
from greatpowers.scenario.errors import suggestion


class Options(NamedTuple):
    """One number for each option of a challenger."""

    down: float
    hold: float
    up: float


def _by_name() -> dict[str, slice | int]:
    """Where each quantity is in a row of the trace, by its name in lower case."""
    found: dict[str, slice | int] = {}
    for column in Trace:
        name = column.name.lower()
        run = name.endswith("_")
        found[name.rstrip("_")] = slice(column, column + len(OPTIONS)) if run else int(column)
    return found


PLACES = _by_name()


class Appraisal:
    """The numbers behind one choice, as attributes.

    Quantities with a value for each option are :class:`Options` (`appraisal.utility.up`,
    `appraisal.probability.hold`, `appraisal.clash_risk.up`); the others are floats
    (`appraisal.believed_credibility`). Names are the columns of :class:`greatpowers.core.trace.Trace` in lower
    case; `dir(appraisal)` lists them. `luck` and `move` say what the doctrine would do this time, left to itself.
    """

    def __init__(self, row: Floats) -> None:
        self._row = row.copy()

    def __getattr__(self, name: str) -> Any:
        """The quantity `name`: :class:`Options` or a float."""
        if name.startswith("_") or name not in PLACES:
            raise AttributeError(f"an appraisal has no '{name}'. {suggestion(name, PLACES)}")
        found = self._row[PLACES[name]]
        return Options(*found.tolist()) if found.ndim else float(found)

    def __dir__(self) -> list[str]:
        return sorted([*super().__dir__(), *PLACES])
