"""Declarations: what a field means, its unit, shape and range, written where the field is.

Classes of the core annotate each field with a :class:`Field`; arrays are laid out from it, and tables, checks and
documentation read it with :func:`fields_of`, so nothing is said twice.
"""

from functools import cache
from typing import Annotated, Any, NamedTuple, TypeVar, cast, get_args, get_origin, get_type_hints

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


class Field(NamedTuple):
    """Meaning, unit, shape and admissible range of one field; `source` is (author, year) where there is one."""

    meaning: str
    unit: str = "share in [0, 1]"
    shape: str = ""
    low: float = 0.0
    high: float = 1.0
    source: str = ""


class Declared(NamedTuple):
    """One declared field: its name, its default (None without one), whether it is whole, and its :class:`Field`."""

    name: str
    default: float | None
    whole: bool
    field: Field


@cache
def fields_of(declared: type) -> tuple[Declared, ...]:
    """Every annotated field of a declared class, in order."""
    hints = get_type_hints(declared, include_extras=True)
    defaults = getattr(declared, "_field_defaults", {})
    found = []
    for name, hint in hints.items():
        if get_origin(hint) is Annotated:
            kind, *extras = get_args(hint)
            note = next(extra for extra in extras if isinstance(extra, Field))
            found.append(Declared(name, defaults.get(name), kind == Ints, note))
    return tuple(found)


# A row of a table, or of a record array: the declared fields, as numbers.
Row = Any


class Table:
    """What every table offers besides its columns; to the type checker only, at run time it is a record array."""

    size: int

    def __getitem__(self, index: Any) -> Row:
        """A row (`states[i].economy`), or a table of rows (`stances[k]`)."""


@cache
def dtype_of(declared: type) -> np.dtype[np.void]:
    """Record type with the declared fields: int64 where whole, else float64."""
    return np.dtype([(f.name, np.int64 if f.whole else np.float64) for f in fields_of(declared)], align=True)


T = TypeVar("T")


def table(declared: type[T], shape: tuple[int, ...]) -> T:
    """A table of zeros with the declared fields as columns: `table(States, (n,)).economy` is an array of shape [n].

    It is one NumPy record array, so a whole table passes through a kernel as a single argument (a named tuple of
    as many arrays made compilation take minutes).
    """
    return cast(T, np.zeros(shape, dtype_of(cast(Any, declared))).view(np.recarray))
