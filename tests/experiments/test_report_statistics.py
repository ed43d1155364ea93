"""Intervals and rank correlations are what their sources say."""

import numpy as np
import pytest

from greatpowers.core.levers import SWITCH
from greatpowers.simulation.intervals import expected_interval, mean_interval, paired_share_interval
from greatpowers.statistics.outcomes import (
    bootstrap_spread,
    crossed_difference,
    crossed_interval,
    rank_correlations,
    world_interval,
)


def test_one_world_gives_the_ordinary_interval() -> None:
    values = np.random.default_rng(0).normal(size=(1, 50))
    assert crossed_interval(values) == mean_interval(values[0])


def test_intervals_over_worlds_and_seeds_hold_the_truth_nineteen_times_in_twenty() -> None:
    luck = np.random.default_rng(1)
    hits = 0
    for _ in range(400):
        worlds, seeds = luck.normal(0, 1, (30, 1)), luck.normal(0, 1, (1, 30))
        interval = crossed_interval(worlds + seeds + luck.normal(0, 1, (30, 30)))
        hits += interval.low < 0 < interval.high
    assert 0.91 < hits / 400 < 0.99


def test_runs_that_share_a_world_do_not_count_as_many() -> None:
    worlds = np.random.default_rng(2).normal(0, 1, (20, 1))
    shared = crossed_interval(worlds + np.zeros((20, 100)))
    assert shared.high - shared.low == pytest.approx(2 * 2.093 * worlds.std(ddof=1) / 20**0.5, rel=1e-3)


def test_what_worlds_and_seeds_both_contain_is_counted_once() -> None:
    interval = crossed_interval(np.array([[1.0, 2.0], [3.0, 8.0]]))
    half = 12.706205 * 5.25**0.5  # worlds 8/2, seeds 4.5/2, less what both contain, 4/4
    assert interval == pytest.approx((3.5, 3.5 - half, 3.5 + half), rel=1e-6)


def test_what_both_contain_never_takes_away_more_than_the_lesser_part() -> None:
    interval = crossed_interval(np.array([[0.0, 4.0], [4.0, 2.0]]))
    assert interval == pytest.approx((2.5, 2.5 - 12.706205 / 2, 2.5 + 12.706205 / 2), rel=1e-6)  # 1/4, not 1/2 - 9/4


def test_the_fewer_of_worlds_and_seeds_give_the_degrees_of_freedom() -> None:
    values = np.array([[0.0, 1.0, 2.0], [4.0, 5.0, 6.0]])  # worlds 8/2, seeds 1/3, nothing in both
    for interval in (crossed_interval(values), crossed_interval(values.T)):
        assert interval.high - interval.mean == pytest.approx(12.706205 * (4 + 1 / 3) ** 0.5, rel=1e-6)


def test_another_level_holds_for_one_world_and_one_seed_as_well() -> None:
    for values in (np.array([[1.0, 2.0, 3.0, 4.0]]), np.array([[1.0], [2.0], [3.0], [4.0]])):
        interval = crossed_interval(values, 0.8)
        assert interval.high - interval.mean == pytest.approx(1.637744 * 1.290994 / 2, rel=1e-6)
    assert np.isnan(crossed_interval(np.array([[1.0]]), 0.8).low)


def test_differences_of_rare_shares_never_shrink_to_nothing() -> None:
    never = np.zeros((5, 40))
    interval = crossed_difference(never, never, SWITCH)
    assert interval == paired_share_interval(never.reshape(-1), never.reshape(-1)) and interval.low < 0 < interval.high
    assert crossed_difference(never[:1], never[:1], SWITCH) == paired_share_interval(never[0], never[0])
    worlds = np.repeat([[0.0], [1.0], [1.0], [1.0]], 30, axis=1)
    assert crossed_difference(worlds, 1 - worlds, SWITCH).high == 1.0, "no more than all"
    assert crossed_difference(worlds, 1 - worlds, "wars") == crossed_interval(2 * worlds - 1)


def test_another_world_is_held_as_often_as_it_says_though_worlds_share_their_luck() -> None:
    luck, hits = np.random.default_rng(6), 0
    for _ in range(1000):
        worlds = luck.normal(0, 1, 25)
        interval = world_interval(worlds[:24, None] + luck.normal(0, 2, (1, 8)) + luck.normal(0, 1, (24, 8)))
        hits += interval.low <= worlds[24] <= interval.high
    assert 0.92 <= hits / 1000 <= 0.97
    alone = luck.normal(0, 1, (6, 1))
    assert world_interval(alone) == pytest.approx(expected_interval(alone))
    assert np.isnan(world_interval(np.array([[1.0, 2.0]])).low)


def test_a_partial_correlation_sees_through_a_common_cause() -> None:
    luck = np.random.default_rng(3)
    cause = luck.normal(size=500)
    bystander = cause + 0.3 * luck.normal(size=500)
    outcome = cause + 0.1 * luck.normal(size=500)
    correlations = rank_correlations(np.column_stack([cause, bystander]), outcome)
    assert correlations[0] > 0.9
    assert abs(correlations[1]) < 0.15


def test_a_constant_outcome_has_no_drivers() -> None:
    assert np.isnan(rank_correlations(np.random.default_rng(4).normal(size=(50, 2)), np.ones(50))).all()


def test_the_bootstrap_is_the_same_each_time_and_of_the_right_size() -> None:
    luck = np.random.default_rng(5)
    factors, outcome = luck.normal(size=(400, 1)), luck.normal(size=400)
    spread = bootstrap_spread(factors, outcome)
    assert np.array_equal(spread, bootstrap_spread(factors, outcome))
    assert spread[0] == pytest.approx(1 / 400**0.5, rel=0.25)
