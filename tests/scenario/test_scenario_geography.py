"""Distances, reach and gravity against numbers one can look up or work out by hand."""

import numpy as np
import pytest

from greatpowers.scenario.geography import (
    Bases,
    as_pairs,
    based_reach,
    gravity_trade,
    great_circle,
    home_reach,
    neighbours,
)

NO_PAIRS = as_pairs([])


def bases(*rows: tuple[int, int, float]) -> Bases:
    states, hosts, strengths = zip(*rows, strict=True)
    return Bases(np.array(states), np.array(hosts), np.array(strengths))


def test_moscow_is_7820_km_from_washington() -> None:
    distances = great_circle(np.array([55.7558, 38.9072]), np.array([37.6173, -77.0369]))
    assert distances[0, 1] == pytest.approx(7820, abs=15)
    assert distances == pytest.approx(distances.T)


def test_a_quarter_of_the_equator_is_ten_thousand_km() -> None:
    assert great_circle(np.zeros(2), np.array([-170.0, 100.0]))[0, 1] == pytest.approx(10_007.5, abs=1)


def test_reach_falls_to_1_over_e_over_the_decay_and_neighbours_are_reached_in_full() -> None:
    distances = np.array([[0.0, 4000.0], [4000.0, 0.0]])
    assert home_reach(distances, NO_PAIRS, 4000.0)[0, 1] == pytest.approx(np.exp(-1))
    assert home_reach(distances, as_pairs([(1, 0)]), 4000.0).tolist() == [[1.0, 1.0], [1.0, 1.0]]


def test_a_base_reaches_out_from_its_host() -> None:
    distances = np.array([[0.0, 8000.0, 9000.0], [8000.0, 0.0, 1000.0], [9000.0, 1000.0, 0.0]])
    home = home_reach(distances, NO_PAIRS, 4000.0)
    reach = based_reach(home, distances, bases((0, 1, 0.8)), 0.5, 4000.0)
    assert reach[0] == pytest.approx([1.0, 0.4, 0.4 * np.exp(-0.25)])
    assert np.array_equal(reach[1:], home[1:])


def test_a_weak_base_takes_nothing_from_home_and_the_best_of_several_counts() -> None:
    distances = np.array([[0.0, 400.0, 9000.0], [400.0, 0.0, 9000.0], [9000.0, 9000.0, 0.0]])
    home = home_reach(distances, NO_PAIRS, 4000.0)
    reach = based_reach(home, distances, bases((0, 1, 0.1), (0, 2, 0.2), (0, 2, 0.9)), 0.5, 4000.0)
    assert reach[0, 1] == home[0, 1]
    assert reach[0, 2] == pytest.approx(0.45)


def test_gravity_is_output_over_distance() -> None:
    distances = np.array([[0.0, 1000.0, 2000.0], [1000.0, 0.0, 1000.0], [2000.0, 1000.0, 0.0]])
    trade = gravity_trade(np.array([0.2, 0.4, 0.4]), distances)
    assert trade[0] == pytest.approx([0, 2 / 3, 1 / 3])
    assert trade.sum(axis=1) == pytest.approx(np.ones(3))


def test_gravity_survives_capitals_in_one_place() -> None:
    trade = gravity_trade(np.array([0.5, 0.5]), np.zeros((2, 2)))
    assert trade.tolist() == [[0.0, 1.0], [1.0, 0.0]]


def test_neighbours_have_nobody_in_between() -> None:
    line = np.array([[0.0, 0.0], [0.0, 1.0], [0.0, 2.0]])
    assert neighbours(line).tolist() == [[0, 1], [1, 2]]
    assert neighbours(np.zeros((1, 2))).shape == (0, 2)


def test_neighbours_match_the_definition() -> None:
    points = np.random.default_rng(5).random((25, 2))
    obvious = []
    for i in range(25):
        for j in range(i + 1, 25):
            centre, radius = (points[i] + points[j]) / 2, np.linalg.norm(points[i] - points[j]) / 2
            others = np.delete(np.arange(25), [i, j])
            if np.all(np.linalg.norm(points[others] - centre, axis=1) >= radius):
                obvious.append([i, j])
    assert neighbours(points).tolist() == obvious
