"""Intervals and rank correlations are what their sources say."""

import numpy as np
import pytest

from greatpowers.simulation.intervals import mean_interval
from greatpowers.statistics.resampling import bootstrap_spread, crossed_interval, rank_correlations


def test_one_world_gives_the_ordinary_interval() -> None:
    values = np.random.default_rng(0).normal(size=(1, 50))
    assert crossed_interval(values) == mean_interval(values[0])


def test_intervals_over_worlds_and_seeds_hold_the_truth_nineteen_times_in_twenty() -> None:
    luck = np.random.default_rng(1)
    hits = 0
    for _ in range(400):
        worlds, seeds = luck.normal(0, 1, (30, 1)), luck.normal(0, 1, (1, 30))
        found = crossed_interval(worlds + seeds + luck.normal(0, 1, (30, 30)))
        hits += found.low < 0 < found.high
    assert 0.91 < hits / 400 < 0.99


def test_runs_that_share_a_world_do_not_count_as_many() -> None:
    worlds = np.random.default_rng(2).normal(0, 1, (20, 1))
    shared = crossed_interval(worlds + np.zeros((20, 100)))
    assert shared.high - shared.low == pytest.approx(2 * 2.093 * worlds.std(ddof=1) / 20**0.5, rel=1e-3)


def test_a_partial_correlation_sees_through_a_common_cause() -> None:
    luck = np.random.default_rng(3)
    cause = luck.normal(size=500)
    bystander = cause + 0.3 * luck.normal(size=500)
    outcome = cause + 0.1 * luck.normal(size=500)
    found = rank_correlations(np.column_stack([cause, bystander]), outcome)
    assert found[0] > 0.9
    assert abs(found[1]) < 0.15


def test_a_constant_outcome_has_no_drivers() -> None:
    assert np.isnan(rank_correlations(np.random.default_rng(4).normal(size=(50, 2)), np.ones(50))).all()


def test_the_bootstrap_is_the_same_each_time_and_of_the_right_size() -> None:
    luck = np.random.default_rng(5)
    factors, outcome = luck.normal(size=(400, 1)), luck.normal(size=400)
    spread = bootstrap_spread(factors, outcome)
    assert np.array_equal(spread, bootstrap_spread(factors, outcome))
    assert spread[0] == pytest.approx(1 / 400**0.5, rel=0.25)
