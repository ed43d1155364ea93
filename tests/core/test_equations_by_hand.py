"""Every equation of the core against arithmetic done by hand (in `hand_calculations_of_*.py`)."""

import importlib
import inspect
import pkgutil
from collections.abc import Callable
from typing import Any

import pytest
from hand_calculations_of_answers import ANSWERS
from hand_calculations_of_choices import CHOICES, Cases

import greatpowers.core.equations as equations
from greatpowers.core.equations import choice, economy

BY_HAND: dict[Callable[..., Any], Cases] = {**CHOICES, **ANSWERS}

LINES = [
    pytest.param(equation, arguments, result, id=f"{equation.__name__}-{what}".replace(" ", "-"))
    for equation, cases in BY_HAND.items()
    for what, arguments, result in cases
]


@pytest.mark.parametrize(("equation", "arguments", "result"), LINES)
def test_an_equation_gives_what_the_hand_calculation_gives(
    equation: Callable[..., float], arguments: tuple[Any, ...], result: float
) -> None:
    assert equation(*arguments) == pytest.approx(result, rel=1e-9, abs=1e-12)


def equations_of_the_core() -> list[Callable[..., Any]]:
    """Every function defined in a module of core/equations."""
    defined = []
    for module in pkgutil.iter_modules(equations.__path__, f"{equations.__name__}."):
        members = vars(importlib.import_module(module.name)).values()
        functions = [member for member in members if inspect.isroutine(getattr(member, "py_func", member))]
        defined += [f for f in functions if getattr(f, "__module__", "") == module.name]
    return defined


def test_every_equation_has_a_hand_calculation() -> None:
    without = {equation.__name__ for equation in equations_of_the_core()} - {done.__name__ for done in BY_HAND}
    assert without == set(), f"calculate by hand and add to BY_HAND: {sorted(without)}"
    assert len(equations_of_the_core()) == len(BY_HAND)


def test_every_equation_says_what_it_means() -> None:
    for equation in equations_of_the_core():
        assert (equation.__doc__ or "").strip(), equation.__name__


def test_the_weight_of_a_hopeless_option_is_tiny_and_not_zero() -> None:
    assert 0.0 < choice.logit_weight(-1e9, 0.0, 1e-4) < 1e-300  # exp(-700), rather than an underflow


def test_two_logits_of_opposite_advantage_sum_to_one() -> None:
    for advantage in (0.0, 0.001, 0.1, 3.0, 1e6):
        assert choice.logit(advantage, 0.003) + choice.logit(-advantage, 0.003) == pytest.approx(1.0)


def test_the_contest_shares_of_two_sides_sum_to_one() -> None:
    for mine, theirs in ((0.1, 0.9), (1e-12, 1.0), (0.0, 1.0), (0.0, 0.0)):
        for decisiveness in (0.05, 1.0, 5.0):
            both = economy.contest_share(mine, theirs, decisiveness) + economy.contest_share(theirs, mine, decisiveness)
            assert both == pytest.approx(1.0)


@pytest.mark.parametrize(
    ("stock", "before", "held"),
    [(1e-130, 0.2, 1e-100), (0.0, 0.2, 1e-100), (1e-130, 1e-120, 1e-100), (1e-99, 1e-120, 1e-99), (0.0, 0.0, 0.0)],
)
def test_a_stock_never_becomes_too_small_for_numbers_to_hold(stock: float, before: float, held: float) -> None:
    assert economy.held_finite(stock, before) == held
