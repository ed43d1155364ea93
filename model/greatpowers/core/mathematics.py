"""Exponential, logarithm, power and their like, by sums, products, quotients and square roots alone.

Those four are exact to the last digit on every processor (IEEE 754), the functions of a C library are not: it picks
their text by what the processor can do, and their last digit with it. One text in their place gives one history
everywhere. Nothing here may be contracted to a fused multiply-add; Numba does not unless told to.

The error is given in units of the last place (ulp) of the result; half a unit is unavoidable. Arguments are double
precision numbers. `exp`, `log` and `power` follow S. Nagy's text for Arm's Optimized Routines (2018; by tables, after
Tang 1989), with tables made here and series in place of fitted polynomials. `arcsin_of`, and how `sin_of` and `cos_of`
bring an angle near zero, follow the FDLIBM of Sun Microsystems (1993).
"""

import math

import numpy as np

from greatpowers.core.declare import Floats, Ints
from greatpowers.core.kernel import entry, kernel

# --- Tables, from whole numbers alone ---------------------------------------------------------------------------------

BITS = 7  # tables divide a factor of two into 2^7 steps
STEPS = 1 << BITS
ONE = 1 << 160  # numbers that tables are rounded from are counted in this fraction of one

# The logarithm looks at a number as 2^k z, z from here to twice as much; 1 lies well inside one of the steps.
LOWEST = 0x3FE6955500000000


def _bits(x: float) -> int:
    return int(np.float64(x).view(np.int64))


def _in_parts(x: int, places: int = 42) -> tuple[float, float]:
    """X / ONE as a multiple of 2^-places, and what is left of it."""
    unit = ONE >> places
    head = (x + unit // 2) // unit
    return head / (1 << places), (x - head * unit) / ONE


def _logarithm(above: int, below: int) -> int:
    """ln(above / below), by 2 artanh((a - b) / (a + b))."""
    step = (above - below) * ONE // (above + below)
    found, term, odd = 0, step, 1
    while abs(term) > 1:
        found, term, odd = found + term // odd, term * step // ONE * step // ONE, odd + 2
    return 2 * found


def _powers_of_two() -> tuple[Ints, Floats]:
    """2^(i/128), as the bits of a double [128], and what it lacks, relative to it [128]."""
    step = 2 * ONE
    for _ in range(BITS):
        step = math.isqrt(step * ONE)
    exact = [ONE]
    while len(exact) < STEPS:
        exact.append(exact[-1] * step // ONE)
    near = [x / ONE for x in exact]
    lacks = [(x - int(y * 2.0**52) * (ONE >> 52)) / x for x, y in zip(exact, near, strict=True)]
    return np.array([_bits(x) for x in near]), np.array(lacks)


def _logarithms() -> tuple[Floats, Floats, Floats]:
    """Nearly 1/z in the middle of each step of z, a multiple of 1/512, and minus its logarithm in two parts [128]."""
    middles = [np.int64(LOWEST + (i << (52 - BITS)) + (1 << (51 - BITS))).view(np.float64) for i in range(STEPS)]
    inverses = [round(512 / float(z)) for z in middles]
    inverses[(_bits(1.0) - LOWEST) >> (52 - BITS)] = 512  # near 1 nothing may be lost
    parts = [_in_parts(_logarithm(512, x)) for x in inverses]
    return np.array(inverses) / 512, np.array([head for head, _ in parts]), np.array([tail for _, tail in parts])


POWER_BITS, POWER_TAIL = _powers_of_two()
INVERSE, MINUS_LOG, MINUS_LOG_TAIL = _logarithms()
LN2, LN2_TAIL = _in_parts(_logarithm(2, 1))
STEP, STEP_TAIL = _in_parts(_logarithm(2, 1) // STEPS)
STEPS_PER_UNIT = STEPS / (LN2 + LN2_TAIL)

# --- Exponential, logarithm, power ------------------------------------------------------------------------------------

# Added and taken away again, it rounds a number below 2^51 in size to a whole one.
ROUNDING = 1.5 * 2.0**52
INFINITE, NAN = math.inf, math.nan
SMALLEST_NORMAL = 2.0**-1022
UPPER_HALF, UPPER_BITS = -1 << 32, -1 << 27


@kernel
def _exp_of_sum(x: float, tail: float) -> float:
    """exp(x + tail), |tail| far below |x|."""
    if x >= 710.0:
        return INFINITE
    if x <= -746.0:
        return 0.0
    steps = x * STEPS_PER_UNIT + ROUNDING - ROUNDING
    k = np.int64(steps)
    r = x - steps * STEP - steps * STEP_TAIL + tail
    r2 = r * r
    rest = (POWER_TAIL[k & (STEPS - 1)] + r) + (
        r2 * (0.5 + r * (1.0 / 6.0)) + r2 * r2 * (1.0 / 24.0 + r * (1.0 / 120.0))
    )
    bits, exponent = POWER_BITS[k & (STEPS - 1)], k >> BITS
    if -1021 <= exponent <= 1022:
        scale = np.int64(bits + (exponent << 52)).view(np.float64)
        return float(scale + scale * rest)
    power, half = np.int64(bits).view(np.float64), exponent >> 1
    first, second = np.int64((half + 1023) << 52), np.int64((exponent - half + 1023) << 52)
    return float(power + power * rest) * float(first.view(np.float64)) * float(second.view(np.float64))


@kernel
def _log_in_parts(x: float) -> tuple[float, float]:
    """The natural logarithm of a positive finite number as a sum: the nearest double, and what it lacks (to 2^-66)."""
    scaled, shift = (x * 2.0**52, 52) if x < SMALLEST_NORMAL else (x, 0)
    bits = np.int64(np.float64(scaled).view(np.int64))
    above = bits - LOWEST
    k, i = above >> 52, (above >> (52 - BITS)) & (STEPS - 1)
    z_bits = np.int64(bits - (k << 52))
    exponent = float(k - shift)
    z, z_head = z_bits.view(np.float64), np.int64((z_bits + (1 << 31)) & UPPER_HALF).view(np.float64)
    head, tail = z_head * INVERSE[i] - 1.0, (z - z_head) * INVERSE[i]
    r = head + tail
    whole = exponent * LN2 + MINUS_LOG[i]
    first = whole + r
    lost = (exponent * LN2_TAIL + MINUS_LOG_TAIL[i]) + (((whole - first) + r) + ((head - r) + tail))
    square, r2 = -0.5 * head * head, r * r
    second = first + square
    low, middle, high = 1.0 / 3.0 - r * (1.0 / 4.0), 1.0 / 5.0 - r * (1.0 / 6.0), 1.0 / 7.0 - r * (1.0 / 8.0)
    series = r * r2 * (low + r2 * (middle + r2 * (high + r2 * (1.0 / 9.0))))
    lost = (lost + ((first - second) + square)) + (series - 0.5 * tail * (r + head))
    nearest = second + lost
    return float(nearest), float(second - nearest + lost)


@entry
def exp(x: float) -> float:
    """e^x, to .52 ulp; to 1 where the result is below the smallest normal number."""
    return _exp_of_sum(x, 0.0) if x == x else NAN


@entry
def log(x: float) -> float:
    """Natural logarithm, to .51 ulp; minus infinity of 0, not a number of less."""
    if x > 0.0:
        return _log_in_parts(x)[0] if x < INFINITE else INFINITE
    return -INFINITE if x == 0.0 else NAN


@kernel
def _upper(x: float) -> float:
    """The number without its lower 27 bits: products of two such are exact."""
    return np.int64(np.float64(x).view(np.int64) & UPPER_BITS).view(np.float64)


@entry
def power(x: float, y: float) -> float:
    """x^y for x of at least 0 and finite y, to .53 ulp; to 1 below the smallest normal number. 0^0 is 1."""
    if y == 0.0 or x == 1.0:
        return 1.0
    if not x > 0.0:
        return NAN if x != 0.0 else 0.0 if y > 0.0 else INFINITE
    if x == INFINITE:
        return INFINITE if y > 0.0 else 0.0
    head, tail = _log_in_parts(x)
    y_upper, upper = _upper(y), _upper(head)
    product = y_upper * upper
    rest = (y - y_upper) * upper + y * (head - upper + tail)
    total = product + rest
    return _exp_of_sum(total, product - total + rest)


# --- Standard normal --------------------------------------------------------------------------------------------------

# Numerators and denominators of Wichura (1988), the highest power first.
CENTRE_ABOVE = (
    2509.0809287301227, 33430.57558358813, 67265.7709270087, 45921.95393154987,
    13731.69376550946, 1971.5909503065513, 133.14166789178438, 3.3871328727963665,
)  # fmt: skip
CENTRE_BELOW = (
    5226.495278852854, 28729.085735721943, 39307.89580009271, 21213.794301586597,
    5394.196021424751, 687.1870074920579, 42.31333070160091, 1.0,
)  # fmt: skip
MIDDLE_ABOVE = (
    0.0007745450142783414, 0.022723844989269184, 0.2417807251774506, 1.2704582524523684,
    3.6478483247632045, 5.769497221460691, 4.630337846156546, 1.4234371107496835,
)  # fmt: skip
MIDDLE_BELOW = (
    1.0507500716444169e-09, 0.0005475938084995345, 0.015198666563616457, 0.14810397642748008,
    0.6897673349851, 1.6763848301838038, 2.053191626637759, 1.0,
)  # fmt: skip
TAIL_ABOVE = (
    2.0103343992922881e-07, 2.7115555687434876e-05, 0.0012426609473880784, 0.026532189526576124,
    0.29656057182850487, 1.7848265399172913, 5.463784911164114, 6.657904643501103,
)  # fmt: skip
TAIL_BELOW = (
    2.0442631033899397e-15, 1.421511758316446e-07, 1.8463183175100548e-05, 0.0007868691311456133,
    0.014875361290850615, 0.1369298809227358, 0.599832206555888, 1.0,
)  # fmt: skip


@kernel
def _ratio(r: float, above: tuple[float, ...], below: tuple[float, ...]) -> float:
    """One polynomial of degree 7 over another."""
    top, bottom = above[0], below[0]
    for i in range(1, 8):
        top = top * r + above[i]
        bottom = bottom * r + below[i]
    return top / bottom


@entry
def normal_quantile(p: float) -> float:
    """What a standard normal stays below with chance p, 0 < p < 1, to 1e-15 of it  (AS 241: Wichura 1988)."""
    q = p - 0.5
    if abs(q) <= 0.425:
        return q * _ratio(0.180625 - q * q, CENTRE_ABOVE, CENTRE_BELOW)
    r = math.sqrt(-log(p if q < 0.0 else 1.0 - p))
    size = _ratio(r - 1.6, MIDDLE_ABOVE, MIDDLE_BELOW) if r <= 5.0 else _ratio(r - 5.0, TAIL_ABOVE, TAIL_BELOW)
    return -size if q < 0.0 else size


@kernel
def normal_quantiles(p: Floats, found: Floats) -> None:
    """:func:`normal_quantile` of every number of an array: together, for that makes most of it vector instructions."""
    for i in range(p.size):
        q = p[i] - 0.5
        found[i] = q * _ratio(0.180625 - q * q, CENTRE_ABOVE, CENTRE_BELOW)
    for i in range(p.size):
        if abs(p[i] - 0.5) > 0.425:
            found[i] = normal_quantile(p[i])


# --- Whole arrays, for the building of worlds -------------------------------------------------------------------------


@entry
def _exp_each(x: Floats, found: Floats) -> None:
    for i in range(x.size):
        found[i] = exp(x[i])


def exp_of(x: Floats) -> Floats:
    """:func:`exp` of every number of an array of any shape."""
    found = np.empty(x.shape)
    _exp_each(np.ascontiguousarray(x).reshape(-1), found.reshape(-1))
    return found


# Half of pi in three parts, the first two of 33 binary digits.
HALF_PI, HALF_PI_NEXT, HALF_PI_REST = 1.57079632673412561417, 6.07710050630396597660e-11, 2.02226624879595063154e-21
ARCSIN_ABOVE = (
    3.47933107596021167570e-05, 7.91534994289814532176e-04, -4.00555345006794114027e-02, 2.01212532134862925881e-01,
    -3.25565818622400915405e-01, 1.66666666666666657415e-01,
)  # fmt: skip
ARCSIN_BELOW = (
    7.70381505559019352791e-02, -6.88283971605453293030e-01, 2.02094576023350569471, -2.40339491173441421878, 1.0
)  # fmt: skip


def _polynomial(x: Floats, factors: tuple[float, ...]) -> Floats:
    found = np.full_like(x, factors[0])
    for factor in factors[1:]:
        found = found * x + factor
    return found


def _turned(x: Floats, quarters: int) -> Floats:
    """sin(x + quarters * pi / 2), by the series of sine and cosine up to an eighth of a turn."""
    turns = np.rint(x * (2 / math.pi))
    rest = x - turns * HALF_PI - turns * HALF_PI_NEXT - turns * HALF_PI_REST
    square = rest * rest
    sine = rest + rest * square * _polynomial(
        square, tuple((-1) ** k / math.factorial(2 * k + 1) for k in range(8, 0, -1))
    )
    cosine = 1.0 + square * _polynomial(square, tuple((-1) ** k / math.factorial(2 * k) for k in range(9, 0, -1)))
    place = (turns.astype(np.int64) + quarters) % 4
    found: Floats = np.where(place % 2 == 0, sine, cosine) * np.where(place < 2, 1.0, -1.0)
    return found


def sin_of(x: Floats) -> Floats:
    """Sine of angles in radians, of a few turns at most, to 1.5 ulp."""
    return _turned(x, 0)


def cos_of(x: Floats) -> Floats:
    """Cosine of angles in radians, of a few turns at most, to 1.5 ulp."""
    return _turned(x, 1)


def arcsin_of(x: Floats) -> Floats:
    """Angle in radians whose sine is x, 0 <= x <= 1, to 2.5 ulp."""
    near = x < 0.5
    square = np.where(near, x * x, (1.0 - x) / 2)
    root = np.where(near, x, np.sqrt(square))
    angle = root + root * (square * _polynomial(square, ARCSIN_ABOVE) / _polynomial(square, ARCSIN_BELOW))
    found: Floats = np.where(near, angle, HALF_PI - (2 * angle - HALF_PI_NEXT))
    return found
