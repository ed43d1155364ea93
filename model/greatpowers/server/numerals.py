"""Arrays as short numbers: what is sent over the wire is what can be read off a screen."""

from typing import Any

import numpy as np

from greatpowers.core.declare import Floats

DIGITS = 4


def significant(values: Floats, digits: int = DIGITS) -> Floats:
    """The values rounded to so many significant digits; zeros and what is not finite stay as they are."""
    values = np.asarray(values, dtype=np.float64)
    size = np.abs(values)
    usual = (size > 0) & np.isfinite(size)
    places = digits - 1 - np.floor(np.log10(np.where(usual, size, 1.0)))
    # Dividing by a whole power of ten gives the double that prints shortest; multiplying by a fraction does not.
    up, down = 10.0 ** np.maximum(places, 0.0), 10.0 ** np.maximum(-places, 0.0)
    rounded: Floats = np.round(values * up / down) * down / up
    return np.where(usual, rounded, values)


def short(values: Floats, digits: int = DIGITS) -> list[Any]:
    """Nested lists of rounded numbers; whole columns of whole numbers are written without a point."""
    rounded = significant(values, digits)
    whole = rounded.size > 0 and bool(np.all(np.isfinite(rounded))) and bool(np.all(rounded == np.round(rounded)))
    lists: list[Any] = (rounded.astype(np.int64) if whole else rounded).tolist()
    return lists
