"""Arrays in a kernel without counting who looks at them.

Numba counts the references to an array whenever a kernel takes a row or a slice of it, by an instruction on which all
cores have to agree. That was a fifth of a round. The caller of `play_rounds` holds every array until it returns, so
there is nothing to count. Each phase says so again of its `Round`: only then does its compiled code hold no counting.
"""

from typing import Any, TypeVar

from numba.core import cgutils
from numba.core.types import Array
from numba.core.types.containers import BaseTuple
from numba.extending import intrinsic

from greatpowers.core.kernel import is_compiled

T = TypeVar("T")


def uncounted(arrays: T) -> T:
    """The same array, or named tuple of arrays, with no count of references: only while somebody else holds it."""
    return arrays


def _without_owner(context: Any, builder: Any, kind: Any, value: Any) -> Any:
    """The value with no owner (a null `meminfo`) in any array that it holds; what is no array, as it is."""
    if isinstance(kind, Array):
        array = context.make_array(kind)(context, builder, value)
        array.meminfo = cgutils.get_null_value(array.meminfo.type)
        return array._getvalue()
    if not isinstance(kind, BaseTuple):
        return value
    parts = zip(kind, cgutils.unpack_tuple(builder, value, len(kind)), strict=True)
    return context.make_tuple(builder, kind, [_without_owner(context, builder, *part) for part in parts])


def _generate(_typing_context: Any, arrays: Any) -> Any:
    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        return _without_owner(context, builder, signature.return_type, arguments[0])

    return arrays(arrays), generate


# Not an overload to be inlined: Numba would take what it returns for new arrays, and drop what is written there last.
if is_compiled():
    uncounted = intrinsic(_generate)
