"""Exponential, logarithm, power, normal quantile and angles, against 60 digits."""

import inspect
import math
import re
from collections.abc import Callable, Iterable

import mpmath
import numba
import numpy as np
import pytest
from mpmath import mpf

from greatpowers.core import mathematics
from greatpowers.core.declare import Floats
from greatpowers.core.kernel import is_compiled
from greatpowers.core.mathematics import arcsin_of, cos_of, exp, exp_of, log, normal_quantile, power, sin_of

SIZE = 4000 if is_compiled() else 200
SMALLEST = 5e-324


@pytest.fixture(autouse=True)
def sixty_digits() -> Iterable[None]:
    with mpmath.workdps(60):
        yield


@pytest.fixture
def dice() -> np.random.Generator:
    return np.random.default_rng(1)


def error(computed: float, exact: mpf) -> float:
    """In units of the last place of what was computed."""
    return float(abs(mpf(float(computed)) - exact) / mpf(math.ulp(computed)))


def worst(function: Callable[..., float], exact: Callable[..., mpf], *arguments: Floats) -> float:
    rows = [[float(x) for x in row] for row in zip(*arguments, strict=True)]
    return max(error(function(*row), exact(*map(mpf, row))) for row in rows)


@pytest.mark.parametrize("spread", [1e-9, 1e-3, 1.0, 30.0, 700.0])
def test_exp_errs_by_little_more_than_half_a_unit(spread: float, dice: np.random.Generator) -> None:
    assert worst(exp, mpmath.exp, dice.uniform(-spread, spread, SIZE)) < 0.52


def test_exp_at_the_ends_of_its_range(dice: np.random.Generator) -> None:
    assert worst(exp, mpmath.exp, dice.uniform(700.0, 709.78, SIZE)) < 0.52
    assert worst(exp, mpmath.exp, dice.uniform(-745.0, -708.0, SIZE)) <= 1.0
    assert exp(709.782712893384) == pytest.approx(1.797693134862273e308, rel=1e-12)
    assert exp(709.79) == exp(math.inf) == math.inf
    assert exp(-745.2) == exp(-math.inf) == 0.0
    assert exp(-745.0) == SMALLEST
    assert exp(0.0) == exp(-0.0) == 1.0
    assert math.isnan(exp(math.nan))


@pytest.mark.parametrize("spread", [1e-9, 1e-3, 0.3, 5.0, 700.0])
def test_log_errs_by_little_more_than_half_a_unit(spread: float, dice: np.random.Generator) -> None:
    assert worst(log, mpmath.log, np.exp(dice.uniform(-spread, spread, SIZE))) < 0.51


def test_log_at_the_ends_of_its_range(dice: np.random.Generator) -> None:
    assert worst(log, mpmath.log, SMALLEST * dice.integers(1, 2**40, SIZE)) < 0.51
    assert log(1.0) == 0.0
    assert (log(0.0), log(math.inf)) == (-math.inf, math.inf)
    assert math.isnan(log(-1.0))
    assert math.isnan(log(math.nan))


@pytest.mark.parametrize("spread", [(1e-4, 1e5), (0.5, 40.0), (5.0, 3.0), (300.0, 2.0)])
def test_power_errs_by_little_more_than_half_a_unit(spread: tuple[float, float], dice: np.random.Generator) -> None:
    x, y = np.exp(dice.uniform(-spread[0], spread[0], SIZE)), dice.uniform(-spread[1], spread[1], SIZE)
    near = np.abs(y * np.log(x)) < 700.0
    assert worst(power, mpmath.power, x[near], y[near]) < 0.53


@pytest.mark.parametrize(
    ("x", "y", "expected"),
    [
        (4.0, 0.5, 2.0), (3.0, 4.0, 81.0), (0.1, 1.0, 0.1), (10.0, -2.0, 0.01), (1.0, 1e300, 1.0), (0.0, 0.0, 1.0),
        (0.0, 2.5, 0.0), (0.0, -1.0, math.inf), (7.0, 0.0, 1.0), (2.0, 1023.0, 2.0**1023), (2.0, 1024.0, math.inf),
        (2.0, -1074.0, SMALLEST), (2.0, -1080.0, 0.0), (math.inf, 2.0, math.inf), (math.inf, -2.0, 0.0),
    ],
)  # fmt: skip
def test_powers_that_are_known(x: float, y: float, expected: float) -> None:
    assert power(x, y) == expected


def test_no_power_of_less_than_nothing() -> None:
    assert math.isnan(power(-2.0, 0.5))
    assert math.isnan(power(math.nan, 0.5))


def test_the_normal_quantile_is_right_to_fifteen_digits(dice: np.random.Generator) -> None:
    for p in [*dice.random(SIZE // 4), *10.0 ** dice.uniform(-16, -1, SIZE // 4), 2.0**-53, 0.075, 0.925]:
        exact = mpmath.sqrt(2) * mpmath.erfinv(2 * mpf(float(p)) - 1)
        assert float(abs(mpf(normal_quantile(p)) - exact)) <= 1e-15 * max(1.0, abs(normal_quantile(p)))
    assert normal_quantile(0.5) == 0.0
    for p in (0.25, 2.0**-50):
        assert normal_quantile(1.0 - p) == -normal_quantile(p)


def test_angles(dice: np.random.Generator) -> None:
    turns = np.concatenate([dice.uniform(-7.0, 7.0, SIZE), np.arange(-8, 9) * (math.pi / 4)])
    assert worst(lambda x: sin_of(np.array([x]))[0], mpmath.sin, turns[turns != 0.0]) < 1.5
    assert worst(lambda x: cos_of(np.array([x]))[0], mpmath.cos, turns) < 1.5
    sines = np.concatenate([dice.random(SIZE), 1.0 - 10.0 ** dice.uniform(-16, -1, SIZE), [0.5, 1.0]])
    assert worst(lambda x: arcsin_of(np.array([x]))[0], mpmath.asin, sines) < 2.5
    assert sin_of(np.zeros(1))[0] == arcsin_of(np.zeros(1))[0] == 0.0
    assert cos_of(np.zeros(1))[0] == 1.0


def test_arrays_keep_their_shape_and_equal_number_by_number(dice: np.random.Generator) -> None:
    x = dice.normal(size=(3, 4, 2))[:, ::2]
    assert exp_of(x).shape == x.shape
    assert exp_of(x).ravel().tolist() == [exp(float(one)) for one in x.ravel()]


def test_tables_are_the_numbers_they_stand_for() -> None:
    steps = range(mathematics.STEPS)
    for i, bits, tail in zip(steps, mathematics.POWER_BITS, mathematics.POWER_TAIL, strict=True):
        exact = mpf(2) ** (mpf(i) / 128)
        entry = mpf(float(bits.view(np.float64)))
        assert abs(entry * (1 + mpf(float(tail))) - exact) < mpf(2) ** -104
    for inverse, head, rest in zip(mathematics.INVERSE, mathematics.MINUS_LOG, mathematics.MINUS_LOG_TAIL, strict=True):
        assert inverse * 512 == round(inverse * 512)
        assert head * 2.0**42 == round(head * 2.0**42)
        assert abs(mpf(float(head)) + mpf(float(rest)) + mpmath.log(mpf(float(inverse)))) < mpf(2) ** -94


@pytest.mark.skipif(not is_compiled(), reason="there is no machine code to look at")
def test_compiled_code_multiplies_and_adds_in_two_steps() -> None:
    for function, arguments in ((exp, 1), (log, 1), (power, 2), (normal_quantile, 1)):
        options, text = function.targetoptions, function.py_func  # type: ignore[attr-defined]
        fresh = numba.jit(**options)(text)  # cached code cannot be looked at
        fresh.compile((numba.float64,) * arguments)
        code = "".join(fresh.inspect_asm().values())
        assert re.search(r"\bv?mulsd", code)
        assert not re.search(r"\bv?fn?m(add|sub)", code)


def test_nothing_of_the_c_library_is_called() -> None:
    called = set(re.findall(r"\bmath\.(\w+)", inspect.getsource(mathematics)))
    assert called <= {"sqrt", "isqrt", "inf", "nan", "pi", "factorial"}
