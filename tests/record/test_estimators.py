"""Estimators against figures worked out another way."""

import math
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from greatpowers.validation.measures import estimators
from greatpowers.validation.observed import DAYS_PER_ROUND

LUCK = np.random.default_rng(7)


def quarters_touched(days: np.ndarray) -> np.ndarray:
    """Calendar quarters that lengths in days touch when they may begin on any day."""
    begin = LUCK.random(days.size) * DAYS_PER_ROUND
    return (np.floor((begin + days) / DAYS_PER_ROUND) + 1)[:, None]


@pytest.mark.parametrize("median", [20.0, 40.0, 163.0, 500.0])
@pytest.mark.parametrize("spread", [0.8, 1.7])
def test_days_are_found_again_from_the_quarters_they_touch(median: float, spread: float) -> None:
    days = median * np.exp(spread * LUCK.standard_normal(20000))
    assert estimators.median_days(quarters_touched(days)) == pytest.approx(median, rel=0.08)


def test_days_are_found_again_within_an_eighth_where_lengths_are_exponential() -> None:
    days = LUCK.exponential(163 / math.log(2), 20000)
    assert estimators.median_days(quarters_touched(days)) == pytest.approx(163, rel=0.125)


def test_the_records_own_disputes_last_as_long_by_their_quarters_as_by_their_days(shared_data: Path) -> None:
    """A miss of the model's is none of the measure's: it is put to the dates of the record, days that are unknown left
    as wide as the record leaves them."""
    table = pd.read_csv(shared_data / "mid_v5_disputes.csv")
    quarter = {end: 4 * table[f"{end}year"] + (table[f"{end}mon"] - 1) // 3 for end in ("st", "end")}
    touched = (quarter["end"] - quarter["st"] + 1).to_numpy(dtype=np.float64)
    assert 0.5 < (touched == 1).mean() < 0.55
    assert estimators.median_days(touched[:, None]) == pytest.approx(table["maxdur"].median(), rel=0.08)


def test_lengths_that_are_all_alike_have_the_middle_of_what_is_possible() -> None:
    assert estimators.median_days(np.ones((5, 1))) == pytest.approx(DAYS_PER_ROUND / 2)
    assert estimators.median_days(np.full((5, 1), 3.0)) == pytest.approx(2 * DAYS_PER_ROUND)


def test_the_slope_of_a_pareto_tail_is_its_exponent() -> None:
    sizes = (1 - LUCK.random((95 * 40, 1))) ** (-1 / 0.44)
    assert estimators.survival_slope(sizes) == pytest.approx(-0.44, rel=0.08)


def test_the_dispersion_of_poisson_counts_is_one_and_of_even_counts_nothing() -> None:
    counts = LUCK.poisson(0.5, (400, 50))
    rows = np.column_stack([np.full(400, 50), counts.sum(axis=1), (counts**2).sum(axis=1)])
    assert estimators.dispersion(rows) == pytest.approx(1.0, abs=0.05)
    assert estimators.dispersion(np.array([[10.0, 20.0, 40.0]])) == 0.0


def test_the_logistic_regression_finds_what_outcomes_were_drawn_with() -> None:
    ratio = LUCK.normal(0, 1.5, 20000)
    won = LUCK.random(20000) < 1 / (1 + np.exp(-(0.544 + 0.376 * ratio)))
    rows = np.column_stack([won, ratio])
    assert estimators.win_constant(rows) == pytest.approx(0.544, abs=0.06)
    assert estimators.win_slope(rows) == pytest.approx(0.376, abs=0.04)


def test_a_regression_without_an_answer_says_so() -> None:
    separable = np.column_stack([np.arange(10) > 4, np.arange(10.0)])
    assert math.isnan(estimators.win_slope(separable))
    assert math.isnan(estimators.win_slope(np.column_stack([np.ones(10), np.arange(10.0)])))


@pytest.mark.parametrize(
    "estimate",
    [
        estimators.ratio,
        estimators.mean,
        estimators.median,
        estimators.spread,
        estimators.correlation,
        estimators.dispersion,
        estimators.median_days,
        estimators.survival_slope,
        estimators.win_slope,
    ],
)
def test_nothing_to_measure_is_no_figure(estimate: object) -> None:
    columns = 3 if estimate is estimators.dispersion else 2
    assert math.isnan(estimate(np.zeros((0, columns))))  # type: ignore[operator]
