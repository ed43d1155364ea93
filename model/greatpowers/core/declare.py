"""Declarations: what a field means, its unit, shape and range, written where the field is.

Classes of the core annotate each field with a :class:`Field`; arrays are laid out from it, and tables, checks and
documentation read it with :func:`fields_of`, so nothing is said twice.

A table is declared once, for its rows and its columns: `class StateFields(Generic[Real, Whole])` lists the fields, a
row is `class StateRow(StateFields[float, int])`, the table `class States(StateFields[Floats, Ints], Table[StateRow])`.
So a type checker knows `states[i].economy` as a number and `states.economy` as an array, and that neither has an
`econmy`.
"""

from functools import cache
from typing import (
    Annotated,
    Any,
    Generic,
    NamedTuple,
    Self,
    TypeVar,
    cast,
    get_args,
    get_origin,
    get_type_hints,
    overload,
)

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

Real = TypeVar("Real")  # float in a row, Floats in a table
Whole = TypeVar("Whole")  # int in a row, Ints in a table
R = TypeVar("R")
T = TypeVar("T")


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
            found.append(Declared(name, defaults.get(name), kind in (Whole, Ints), note))
    return tuple(found)


class Table(Generic[R]):
    """What every table offers besides its columns; to the type checker only, at run time it is a record array."""

    size: int

    @overload
    def __getitem__(self, index: int | tuple[int, int]) -> R: ...
    @overload
    def __getitem__(self, index: str) -> NDArray[Any]: ...
    @overload
    def __getitem__(self, index: slice | Ints) -> Self: ...
    def __getitem__(self, index: Any) -> Any:
        """A row (`states[i].economy`), a column by its name, or a part of the table."""

    def __setitem__(self, index: int | tuple[int, int], row: R) -> None:
        """Copy a row."""


class Grid(Generic[R]):
    """The same of a table with two axes, of which one index gives a row of rows."""

    size: int
    shape: tuple[int, int]

    @overload
    def __getitem__(self, index: int) -> Table[R]: ...
    @overload
    def __getitem__(self, index: tuple[int, int]) -> R: ...
    @overload
    def __getitem__(self, index: str) -> NDArray[Any]: ...
    @overload
    def __getitem__(self, index: slice | Ints | tuple[slice, slice | Ints]) -> Self: ...
    def __getitem__(self, index: Any) -> Any:
        """A row (`pairs[i, j].alliance`), a table of rows (`pairs[i]`), a column by its name, or a part of it all."""


@cache
def dtype_of(declared: type) -> np.dtype[np.void]:
    """Record type with the declared fields: what an annotation says it is, else int64 where whole, else float64."""
    hints = get_type_hints(declared, include_extras=True)
    kinds = [(name, *get_args(hint)) for name, hint in hints.items() if get_origin(hint) is Annotated]
    return np.dtype([(name, _kind(kind, extras)) for name, kind, *extras in kinds], align=True)


def _kind(kind: Any, extras: list[Any]) -> Any:
    return next((e for e in extras if isinstance(e, np.dtype)), np.int64 if kind in (Whole, Ints, int) else np.float64)


def table(declared: type[T], shape: tuple[int, ...]) -> T:
    """A table of zeros with the declared fields as columns: `table(States, (n,)).economy` is an array of shape [n].

    It is one NumPy record array, so a whole table passes through a kernel as a single argument (a named tuple of
    as many arrays made compilation take minutes).
    """
    return cast(T, np.zeros(shape, dtype_of(cast(Any, declared))).view(np.recarray))


def copied(original: T) -> T:
    """An independent copy of a table: of its bytes, for NumPy copies records field by field."""
    found = cast(NDArray[np.void], original)
    raw = found.view(np.ndarray).view(np.dtype((np.void, found.dtype.itemsize)))
    return cast(T, raw.copy().view(found.dtype).view(np.recarray))


def rows(declared: type[R], shape: tuple[int, ...]) -> Table[R]:
    """The same of a class that declares a row alone."""
    return cast(Table[R], table(declared, shape))
