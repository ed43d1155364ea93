"""Scores of probabilities: cases worked out by hand, and against scikit-learn."""

import numpy as np
import pytest
from scipy.integrate import trapezoid
from scipy.stats import beta
from sklearn.metrics import average_precision_score, brier_score_loss, log_loss, roc_auc_score, roc_curve

from greatpowers.hindcast.scoring import (
    QUANTILES,
    RankedScores,
    auc,
    brier,
    calibration,
    log_losses,
    log_odds,
    parts,
    quantile_bins,
    roc,
    skill,
)


def array(*values: float) -> np.ndarray:
    return np.array(values, dtype=np.float64)


def drawn(cases: int, values: int) -> tuple[np.ndarray, np.ndarray]:
    """Probabilities, only so many different ones, and outcomes with those odds."""
    luck = np.random.default_rng(7)
    chance = luck.integers(0, values, cases) / values
    return chance, (luck.random(cases) < chance).astype(np.float64)


def test_ties_count_half() -> None:
    # pairs of an event and another: (3, 1) right, (3, 3) tied, (1, 1) tied, (1, 3) wrong
    assert auc(array(3, 1, 3, 1), array(1, 1, 0, 0)) == 0.5
    # (2, 1) right, (2, 2) tied
    assert auc(array(2, 1, 2), array(1, 0, 0)) == 0.75
    assert auc(array(1, 1, 1), array(1, 0, 0)) == 0.5


def test_ranks_alone_matter() -> None:
    scores, outcome = array(0.1, 0.4, 0.35, 0.8), array(0, 0, 1, 1)
    assert auc(scores, outcome) == auc(np.exp(9 * scores), outcome) == 0.75
    assert auc(-scores, outcome) == 0.25


def test_without_events_or_without_others_there_is_no_ranking() -> None:
    assert np.isnan(auc(array(1, 2), array(0, 0)))
    assert np.isnan(auc(array(1, 2), array(1, 1)))


@pytest.mark.parametrize("values", [3, 40, 100_000])
def test_ranking_is_that_of_scikit_learn(values: int) -> None:
    chance, outcome = drawn(5000, values)
    assert auc(chance, outcome) == pytest.approx(roc_auc_score(outcome, chance), abs=1e-12)
    assert brier(chance, outcome) == pytest.approx(brier_score_loss(outcome, chance), abs=1e-12)
    assert RankedScores(chance, outcome).precision() == pytest.approx(
        average_precision_score(outcome, chance), abs=1e-12
    )
    inside = np.clip(chance, 0.01, 0.99)
    assert log_losses(inside, outcome).mean() == pytest.approx(log_loss(outcome, inside), abs=1e-12)


def test_average_precision_by_hand() -> None:
    # from the top: an event (1 of 1), another, an event (2 of 3)
    assert RankedScores(array(4, 3, 2, 1), array(1, 0, 1, 0)).precision() == pytest.approx((1 + 2 / 3) / 2)
    # all tied: the share of events
    assert RankedScores(array(1, 1, 1, 1), array(1, 0, 0, 0)).precision() == 0.25
    assert np.isnan(RankedScores(array(1, 2), array(0, 0)).precision())


def test_within_strata_only_cases_of_the_same_are_ranked_and_each_counts_with_its_events() -> None:
    scores, outcome = array(0.1, 0.2, 0.9, 0.8, 0.7, 0.5), array(0, 1, 0, 1, 1, 0)
    strata = np.array([1826, 1826, 1836, 1836, 1836, 1846])
    # 1826: right (1 event); 1836: both below the other (2 events); 1846 has none
    assert RankedScores(scores, outcome, strata).auc() == pytest.approx((1 * 1.0 + 2 * 0.0) / 3)
    assert RankedScores(scores, outcome).auc() == pytest.approx((1 + 2 + 2) / 9)
    # scores that tell start years apart and nothing else
    assert RankedScores(array(1, 1, 5, 5), array(1, 0, 1, 0), np.array([3, 3, 8, 8])).auc() == 0.5
    assert np.isnan(RankedScores(array(1, 2), array(1, 0), np.array([1, 2])).auc())


def test_the_area_of_many_draws_is_that_of_each() -> None:
    luck = np.random.default_rng(1)
    for size in range(1, 30):
        ranking = RankedScores(np.round(luck.random(size), 1), (luck.random(size) < 0.3).astype(float))
        times = luck.multinomial(size, np.full(size, 1 / size), 20).astype(float)
        np.testing.assert_array_equal(ranking.auc_of_draws(times), [ranking.auc(draw) for draw in times])


def test_within_strata_ranking_is_the_weighted_mean_of_theirs() -> None:
    chance, outcome = drawn(3000, 40)
    strata = np.random.default_rng(4).integers(0, 7, 3000)
    areas = [roc_auc_score(outcome[strata == one], chance[strata == one]) for one in range(7)]
    events = [outcome[strata == one].sum() for one in range(7)]
    assert RankedScores(chance, outcome, strata).auc() == pytest.approx(np.average(areas, weights=events), abs=1e-12)


def test_the_log_loss_is_of_what_happened_and_finite() -> None:
    assert log_losses(array(0.25, 0.25), array(1, 0)).tolist() == pytest.approx([np.log(4), np.log(4 / 3)])
    assert log_losses(array(0, 1), array(1, 0)) == pytest.approx([np.log(1e9)] * 2, rel=1e-6)
    assert log_odds(array(0.5, 0.8)) == pytest.approx([0, np.log(4)])


def test_weights_are_numbers_of_copies() -> None:
    chance, outcome = drawn(300, 20)
    times = np.random.default_rng(3).integers(0, 4, 300)
    copies = np.repeat(np.arange(300), times)
    weights, strata = times.astype(np.float64), np.arange(300) % 3
    assert RankedScores(chance, outcome).auc(weights) == pytest.approx(auc(chance[copies], outcome[copies]), abs=1e-12)
    precise = RankedScores(chance[copies], outcome[copies]).precision()
    assert RankedScores(chance, outcome).precision(weights) == pytest.approx(precise, abs=1e-12)
    within = RankedScores(chance[copies], outcome[copies], strata[copies]).auc()
    assert RankedScores(chance, outcome, strata).auc(weights) == pytest.approx(within, abs=1e-12)


def test_the_curve_goes_from_none_to_all_and_holds_the_area() -> None:
    chance, outcome = drawn(2000, 30)
    false, true = roc(chance, outcome)
    assert (false[0], true[0], false[-1], true[-1]) == (0.0, 0.0, 1.0, 1.0)
    assert trapezoid(true, false) == pytest.approx(auc(chance, outcome), abs=1e-12)
    theirs = roc_curve(outcome, chance, drop_intermediate=False)
    assert np.allclose(false, theirs[0]) and np.allclose(true, theirs[1])


def test_skill_is_measured_from_the_reference() -> None:
    outcome = array(1, 0, 0, 0)
    base = np.full(4, 0.25)
    assert brier(base, outcome) == pytest.approx((0.75**2 + 3 * 0.25**2) / 4)
    errors = array(brier(outcome, outcome), brier(base, outcome), brier(1 - outcome, outcome))
    assert skill(errors, np.full(3, brier(base, outcome))).tolist() == pytest.approx([1.0, 0.0, -13 / 3])


def test_the_parts_of_the_brier_score_by_hand() -> None:
    chance, outcome = array(0.2, 0.2, 0.2, 0.2, 0.7, 0.7), array(1, 0, 0, 0, 1, 0)
    decomposition = parts(chance, outcome, np.array([0, 0, 0, 0, 1, 1]))
    assert decomposition.reliability == pytest.approx((4 * (0.2 - 0.25) ** 2 + 2 * (0.7 - 0.5) ** 2) / 6)
    assert decomposition.resolution == pytest.approx((4 * (0.25 - 1 / 3) ** 2 + 2 * (0.5 - 1 / 3) ** 2) / 6)
    assert decomposition.uncertainty == pytest.approx(2 / 9)
    assert decomposition.within == pytest.approx(0.0, abs=1e-12)


def test_the_parts_add_up_where_bins_hold_several_probabilities() -> None:
    chance, outcome = drawn(4000, 100_000)
    decomposition = parts(chance, outcome, quantile_bins(chance))
    total = decomposition.reliability - decomposition.resolution + decomposition.uncertainty + decomposition.within
    assert total == pytest.approx(brier(chance, outcome), abs=1e-12)
    assert abs(decomposition.within) > 1e-6
    one_by_one = parts(chance, outcome, np.arange(4000))
    assert one_by_one.within == pytest.approx(0.0, abs=1e-12)


def test_bins_are_quantiles_and_equal_probabilities_stay_together() -> None:
    counts = np.bincount(quantile_bins(np.arange(1000.0)))
    assert counts.tolist() == pytest.approx((1000 * np.diff(QUANTILES)).tolist(), abs=1)
    tied = quantile_bins(np.concatenate([np.zeros(900), np.linspace(0.1, 0.9, 100)]))
    assert len(set(tied[:900])) == 1
    assert tied[899] < tied[900] <= tied[-1]


def test_the_calibration_curve_counts_each_bin() -> None:
    chance = np.concatenate([np.full(60, 0.1), np.full(40, 0.5)])
    outcome = np.concatenate([np.zeros(60), np.ones(20), np.zeros(20)])
    low, high = calibration(chance, outcome)
    assert (low.cases, low.chance, low.share, low.low) == (60, pytest.approx(0.1), 0.0, 0.0)
    assert low.high == pytest.approx(beta.ppf(0.975, 0.5, 60.5))
    assert (high.cases, high.chance, high.share) == (40, 0.5, 0.5)
    assert (high.low, high.high) == pytest.approx((beta.ppf(0.025, 20.5, 20.5), beta.ppf(0.975, 20.5, 20.5)))
    assert calibration(np.full(5, 0.5), np.ones(5))[0].high == 1.0
