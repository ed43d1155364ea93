"""Arrays lent to a kernel without counting who looks at them.

Numba counts the references to an array whenever a kernel takes a row or a slice of it, by an instruction on which all
cores have to agree. That was a fifth of a round. The caller of `play_rounds` holds every array until it returns, so
there is nothing to count.
"""

from collections.abc import Callable
from typing import Any, TypeVar

from numba.core import cgutils
from numba.core.types import Array
from numba.extending import intrinsic, overload

T = TypeVar("T")


def lent(arrays: T) -> T:
    """The same array, or named tuple of arrays, uncounted: for use only while somebody else holds it."""
    return arrays


def _uncounted(context: Any, builder: Any, kind: Any, value: Any) -> Any:
    """The value with no owner (a null `meminfo`) in any array that it holds."""
    if isinstance(kind, Array):
        array = context.make_array(kind)(context, builder, value)
        array.meminfo = cgutils.get_null_value(array.meminfo.type)
        return array._getvalue()
    parts = zip(kind, cgutils.unpack_tuple(builder, value, len(kind)), strict=True)
    return context.make_tuple(builder, kind, [_uncounted(context, builder, *part) for part in parts])


def _lend(_typing_context: Any, arrays: Any) -> Any:
    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        return _uncounted(context, builder, signature.return_type, arguments[0])

    return arrays(arrays), generate


_lent = intrinsic(_lend)


def _lent_when_compiled(arrays: Any) -> Callable[[Any], Any]:
    def lend(arrays: Any) -> Any:
        return _lent(arrays)

    return lend


overload(lent)(_lent_when_compiled)
