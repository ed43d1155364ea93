"""The search against problems whose fronts are known, and the arithmetic of fronts against cases worked out by hand."""

import math
from collections.abc import Callable

import numpy as np
import pytest

from greatpowers import GreatPowersError, load_policy, load_scenario
from greatpowers.core.declare import Floats
from greatpowers.scenario.build import build_policy
from greatpowers.studies.search_algorithm import (
    Searcher,
    covered,
    dominates,
    nearest,
    robust,
    spread_out,
    undominated,
)
from greatpowers.studies.search_settings import space_of


def zdt1(x: Floats) -> Floats:
    """Zitzler, Deb & Thiele 2000: the front is f2 = 1 - sqrt(f1)."""
    g = 1 + 9 * x[:, 1:].mean(axis=1)
    return np.column_stack([x[:, 0], g * (1 - np.sqrt(x[:, 0] / g))])


def dtlz2(x: Floats) -> Floats:
    """Deb et al. 2005, three objectives: the front is the sphere of radius 1."""
    g = ((x[:, 2:] - 0.5) ** 2).sum(axis=1)
    a, b = x[:, 0] * math.pi / 2, x[:, 1] * math.pi / 2
    return (1 + g[:, None]) * np.column_stack([np.cos(a) * np.cos(b), np.cos(a) * np.sin(b), np.sin(a)])


def searched(judge: Callable[[Floats], Floats], variables: int, objectives: int, population: int) -> Floats:
    """What every point that a search of eighty generations tries in the unit cube is worth: [n, objectives]."""
    searcher = Searcher(np.zeros(variables), np.ones(variables), objectives, population, seed=0)
    values = []
    for _ in range(80):
        values.append(judge(searcher.ask()))
        searcher.tell(values[-1])
    return np.concatenate(values)


def test_the_front_of_zdt1_is_found() -> None:
    values = searched(zdt1, 10, 2, 40)
    front = values[undominated(values)]
    assert np.abs(front[:, 1] - (1 - np.sqrt(front[:, 0]))).max() < 0.05
    assert covered(front, np.zeros(2), np.ones(2)) == pytest.approx(2 / 3, abs=0.02)


def test_the_front_of_dtlz2_is_found() -> None:
    values = searched(dtlz2, 7, 3, 60)
    front = values[undominated(values)]
    assert np.median(np.linalg.norm(front, axis=1)) == pytest.approx(1.0, abs=0.03)
    assert 0.42 < covered(front, np.zeros(3), np.ones(3)) < 1 - math.pi / 6


def test_equal_answers_get_equal_questions_whatever_else_draws_luck() -> None:
    first = Searcher(np.zeros(4), np.ones(4), 3, 12, seed=5)
    second = Searcher(np.zeros(4), np.ones(4), 3, 12, seed=5)
    for _ in range(5):
        a = first.ask()
        np.random.seed(17)
        b = second.ask()
        assert a.tobytes() == b.tobytes()
        first.tell(dtlz2(a)), second.tell(dtlz2(b))


def test_the_first_generation_holds_what_it_is_given() -> None:
    start = np.array([[0.1, 0.2], [0.3, 0.4]])
    assert np.array_equal(Searcher(np.zeros(2), np.ones(2), 2, 8, 0, start).ask()[:2], start)
    with pytest.raises(GreatPowersError, match="population: 3 is too few"):
        Searcher(np.zeros(2), np.ones(2), 2, 3, 0)


def test_fronts_by_hand() -> None:
    values = np.array([[0.0, 1.0], [0.5, 0.5], [1.0, 0.0], [0.6, 0.6], [0.5, 0.5]])
    assert undominated(values).tolist() == [True, True, True, False, True]
    assert dominates(values, values[3]).tolist() == [False, True, False, False, True]
    assert covered(values[1:2], np.zeros(2), np.ones(2)) == pytest.approx(0.25)
    assert covered(values[:1], np.zeros(2), np.ones(2)) == 0.0
    assert nearest(values[:3], np.array([0.6, 0.7]), np.ones(2)) == 1


def test_what_is_spread_out_keeps_the_best_of_each_objective() -> None:
    values = np.column_stack([np.linspace(0, 1, 50), np.linspace(1, 0, 50)])
    chosen = spread_out(values, 5)
    assert {0, 49} <= set(chosen.tolist()) and len(chosen) == 5
    assert np.diff(np.sort(values[chosen, 0])).max() < 0.4


def test_rules_of_robustness_by_hand() -> None:
    values = np.arange(20, dtype=float).reshape(1, 20, 1)
    presets = np.stack([np.zeros((20, 1)), np.full((20, 1), 5.0)])
    assert robust(values, ["mean"], presets)[0, 0] == pytest.approx(9.5)
    assert robust(values, ["worst-decile"], presets)[0, 0] == pytest.approx(18.5)
    assert robust(values, ["regret"], presets)[0, 0] == pytest.approx(np.quantile(np.arange(20), 0.9))
    assert robust(values, ["regret"], presets[1:])[0, 0] == pytest.approx(np.quantile(np.arange(20), 0.9) - 5)


def test_a_point_and_its_policy_are_each_others() -> None:
    space, base = space_of(), load_policy("half-a-loaf")
    for name in ("containment", "half-a-loaf", "maximum-pressure", "laissez-faire"):
        point = space.point(load_policy(name))
        assert np.array_equal(space.point(space.policy(point, "it", base)), point)


def test_searched_levers_hold_everywhere_and_the_rest_follows_the_base() -> None:
    """2017 has local terms for half-a-loaf, for the levers searched and for others."""
    scenario, base, space = load_scenario("2017"), load_policy("half-a-loaf"), space_of(["sanctions", "deal"])
    levers = build_policy(scenario, space.policy(np.array([0.37, 1.0]), "it", base)).levers
    ours = build_policy(scenario, base).levers
    assert (levers["sanctions"] == 0.37).all() and (levers["deal"] == 1).all() and not (ours["deal"] == 1).all()
    assert np.array_equal(levers["red_line"], ours["red_line"])


def test_points_are_rounded_to_what_a_reader_can_remember() -> None:
    space = space_of(["sanctions", "red_line", "deal", "tranches"])
    points = space.rounded(np.array([[0.12345, 4.6, 0.51, 39.7], [2.0, 0.0, -1.0, 77.0]]))
    assert points.tolist() == [[0.12, 5.0, 1.0, 40.0], [1.0, 1.0, 0.0, 40.0]]


@pytest.mark.parametrize(
    ("levers", "sentence"),
    [(["sanction"], "Did you mean 'sanctions'"), ([], "there are none"), (["aid", "aid"], "more than once")],
)
def test_levers_that_cannot_be_searched_are_refused(levers: list[str], sentence: str) -> None:
    with pytest.raises(GreatPowersError, match=sentence):
        space_of(levers)
