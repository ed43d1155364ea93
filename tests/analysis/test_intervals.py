"""Intervals against figures worked out by hand from their sources."""

import math
from collections.abc import Callable

import numpy as np
import pytest
from scipy import stats

from greatpowers.core.levers import SWITCH
from greatpowers.simulation.intervals import (
    BANDS,
    HIGHER,
    LOWER,
    MAYBE_HIGHER,
    MAYBE_LOWER,
    NO_TELLING,
    TOO_RARE,
    Interval,
    at_least_luck,
    clipped,
    difference_of,
    differences_of,
    expected_difference_of,
    expected_differences_of,
    expected_interval,
    expected_of,
    expected_of_each,
    histories_needed,
    interval_of,
    intervals_of,
    is_rare,
    judged,
    matching_gain,
    mean_interval,
    paired_share_interval,
    quantiles,
    share_interval,
    simultaneous,
    verdict,
    widened,
)

NAN = math.nan


def close(interval: Interval, mean: float, low: float, high: float) -> bool:
    return interval == pytest.approx((mean, low, high), abs=1e-6, nan_ok=True)


def ones(hits: int, of: int) -> np.ndarray:
    return np.array([1.0] * hits + [0.0] * (of - hits))


def test_a_mean_has_its_t_interval() -> None:
    assert close(mean_interval(np.array([1.0, 2, 3, 4])), 2.5, 0.445740, 4.554260)  # 3.182446 x 1.290994 / 2
    assert close(mean_interval(np.array([5.0, 7])), 6.0, -6.706205, 18.706205)  # 12.706205 x 1
    assert close(mean_interval(np.array([5.0])), 5.0, NAN, NAN)


@pytest.mark.parametrize(
    ("hits", "low", "high"), [(0, 0.0, 0.277533), (5, 0.236593, 0.763407), (9, 0.595850, 0.982124), (10, 0.722467, 1.0)]
)
def test_a_share_has_the_score_interval(hits: int, low: float, high: float) -> None:
    assert close(share_interval(ones(hits, 10)), hits / 10, low, high)


def test_a_paired_difference_of_shares_has_half_a_pair_added_to_each_way() -> None:
    one, other = np.array([1.0, 1, 1, 0, 1, 1, 0, 0, 0, 0]), np.array([0.0, 0, 0, 1, 1, 1, 0, 0, 0, 0])
    # more 3.5, less 1.5: 2/12 -+ 1.959964 x sqrt(5 - 4/12) / 12
    assert close(paired_share_interval(one, other), 0.2, -0.186167, 0.519501)
    assert close(paired_share_interval(other, one), -0.2, -0.519501, 0.186167)
    assert close(paired_share_interval(one, one), 0.0, -0.163330, 0.163330)  # 1.959964 x 1 / 12


def test_a_paired_difference_of_shares_stays_within_one_and_holds_what_was_seen() -> None:
    assert close(paired_share_interval(ones(2, 2), ones(0, 2)), 1.0, -0.192952, 1.0)  # .5 -+ 1.959964 x sqrt(2) / 4
    assert close(paired_share_interval(ones(0, 2), ones(2, 2)), -1.0, -1.0, 0.192952)
    assert close(paired_share_interval(ones(1, 1), ones(0, 1)), 1.0, NAN, NAN)
    many = paired_share_interval(ones(500, 500), ones(0, 500))
    assert many.high == 1.0 and many.low == pytest.approx(
        0.989262, abs=1e-6
    )  # 500/502 - 1.959964 x sqrt(501 - 500²/502)/502


def test_the_unit_decides_which_interval() -> None:
    one, other = ones(3, 5), ones(1, 5)
    assert interval_of(one, SWITCH) == share_interval(one) != mean_interval(one) == interval_of(one, "deals")
    assert difference_of(one, other, SWITCH) == paired_share_interval(one, other)
    assert difference_of(one, other, "deals") == mean_interval(one - other)
    assert interval_of(one, "") == mean_interval(one) and difference_of(one, other, "") == mean_interval(one - other)


@pytest.mark.parametrize("unit", [SWITCH, "deals"])
def test_many_at_once_are_each_as_alone_to_the_last_bit(unit: str) -> None:
    luck = np.random.default_rng(7).random((3, 24, 8, 5)) ** 3
    drawn = (luck > 0.5).astype(float) if unit == SWITCH else luck
    of_place = drawn[..., 2]  # a part of a larger table, as outcomes of places are
    rows = of_place.reshape(3, -1)
    assert intervals_of(rows, unit) == [interval_of(row.copy(), unit) for row in rows]
    assert differences_of(rows, rows[1], unit)[0] == difference_of(rows[0].copy(), rows[1].copy(), unit)
    assert expected_of_each(of_place, unit) == [expected_of(row.copy(), unit) for row in of_place]
    alone = [expected_difference_of(row.copy(), of_place[1].copy(), unit) for row in of_place]
    assert expected_differences_of(of_place, of_place[1], unit) == alone


# What draws leave open of an expected value


def around(means: list[float], apart: float) -> np.ndarray:
    """Two histories for each draw, so far to either side of its mean."""
    return np.array([[mean - apart, mean + apart] for mean in means])


def test_of_the_variance_of_means_luck_is_taken_away_and_the_error_of_their_mean_added() -> None:
    values = around([1.0, 5.0, 9.0], 1.0)  # variance 16 - 1 + 16/3, fewest degrees of freedom
    half = 4.3026527 * math.sqrt(61 / 3)
    assert close(expected_interval(values), 5.0, 5 - half, 5 + half)
    assert close(expected_interval(values, 0.0, 6.0), 5.0, 0.0, 6.0)


def test_its_degrees_of_freedom_are_those_of_a_difference_of_variances() -> None:
    values = around([1.0, 2, 3, 4, 5, 6], 1.0)  # variance 3.5 - 1 + 3.5/6; (Satterthwaite 1946)
    freedom = (37 / 12) ** 2 / ((7 / 6 * 3.5) ** 2 / 5 + 1 / 6)
    assert 2 < freedom < 5
    half = float(stats.t.ppf(0.975, freedom)) * math.sqrt(37 / 12)
    assert close(expected_interval(values), 3.5, 3.5 - half, 3.5 + half)


def test_with_more_histories_luck_weighs_less() -> None:
    values = np.array([[0.0, 1, 2, 5], [4, 6, 7, 7], [9, 9, 10, 12], [13, 14, 14, 19], [15, 18, 20, 19]])
    spread, luck = float(values.mean(axis=1).var(ddof=1)), float(values.var(axis=1, ddof=1).mean()) / 4
    variance = spread - luck + spread / 5
    freedom = variance**2 / ((1.2 * spread) ** 2 / 4 + luck**2 / (5 * 3))
    half = float(stats.t.ppf(0.975, freedom)) * math.sqrt(variance)
    mean = float(values.mean())
    assert close(expected_interval(values), mean, mean - half, mean + half)


def test_where_luck_explains_all_the_error_of_the_mean_is_left() -> None:
    values = around([1.0, 1.5, 2.0], 10.0)  # spread .25, luck 100
    half = 4.3026527 * math.sqrt(0.25 / 3)
    assert close(expected_interval(values), 1.5, 1.5 - half, 1.5 + half)


def test_one_history_a_draw_knows_no_luck() -> None:
    values = np.array([[1.0], [2], [3], [4], [5]])
    half = float(stats.t.ppf(0.975, 4)) * math.sqrt(2.5 * 1.2)
    assert close(expected_interval(values), 3.0, 3 - half, 3 + half)
    assert expected_interval(values / 1000) == pytest.approx((0.003, (3 - half) / 1000, (3 + half) / 1000))


def test_what_does_not_vary_is_certain_and_one_draw_says_nothing_of_others() -> None:
    assert close(expected_interval(np.full((3, 4), 0.5)), 0.5, 0.5, 0.5)
    assert close(expected_interval(np.array([[1.0, 2.0]])), 1.5, NAN, NAN)
    two = around([1.0, 3.0], 0.0)  # one degree of freedom: 12.706205 x sqrt(2 + 1)
    assert close(expected_interval(two), 2.0, 2 - 12.706205 * 3**0.5, 2 + 12.706205 * 3**0.5)


def test_an_amount_is_never_below_nothing_and_a_difference_may_be() -> None:
    values = around([0.1, 0.4, 3.0], 0.05)
    assert expected_of(values, "deals").low == 0.0
    assert expected_of(-values, "deals") == expected_interval(-values)
    assert expected_difference_of(values, np.zeros((3, 2)), "deals") == expected_interval(values)


def test_of_a_share_luck_stays_even_where_no_draw_saw_any() -> None:
    never = np.zeros((4, 10))
    assert expected_of(never, SWITCH) == Interval(0.0, *share_interval(np.zeros(40))[1:])
    assert expected_difference_of(never, never, SWITCH) == Interval(
        0.0, *paired_share_interval(np.zeros(40), np.zeros(40))[1:]
    )
    apart = np.array([[1.0] * 10, [0.0] * 10, [1.0] * 10])
    assert expected_of(apart, SWITCH)[1:] == (0.0, 1.0)
    assert expected_difference_of(apart, 1 - apart, SWITCH)[1:] == (-1.0, 1.0)
    alone = expected_of(np.array([[1.0, 0.0, 0.0, 0.0]]), SWITCH)
    assert alone == share_interval(ones(1, 4))


@pytest.mark.filterwarnings("error")
def test_what_matched_luck_is_worth() -> None:
    assert matching_gain(np.array([1.0, 2, 3]), np.array([1.0, 2, 4])) == pytest.approx(10.0)  # (1 + 7/3) / (1/3)
    assert math.isnan(matching_gain(np.array([1.0, 2]), np.array([2.0, 3])))
    assert math.isnan(matching_gain(np.array([1.0]), np.array([2.0])))
    assert matching_gain(np.array([1.0, 2]), np.array([2.0, 1])) == pytest.approx(0.5)  # (.5 + .5) / 2


def test_quantiles_are_over_the_first_axis() -> None:
    values = np.array([[0.0, 10], [1, 20], [2, 30], [3, 40], [4, 50]], dtype=np.float32)
    assert quantiles(values, (0.0, 0.25, 0.9)).tolist() == [[0, 10], [1, 20], [pytest.approx(3.6), pytest.approx(46)]]


# Whether they hold as often as they say


Luck = np.random.Generator
REPETITIONS = 1000
"""Known truths that are held against intervals: five times 200, so that coverage is known to a point or so."""


def rare_share(luck: Luck) -> float:
    """A share between a half and five per cent."""
    return float(10 ** luck.uniform(-2.3, -1.3))


def a_mean(luck: Luck) -> tuple[Interval, float]:
    return mean_interval(luck.exponential(1.0, 200)), 1.0


def a_rare_share(luck: Luck) -> tuple[Interval, float]:
    share = rare_share(luck)
    return share_interval((luck.random(500) < share).astype(float)), share


def a_paired_difference(luck: Luck) -> tuple[Interval, float]:
    shared = luck.normal(0, 1, 200)
    one, other = (shared + luck.normal(gain, 0.3, 200) for gain in (0.1, 0.0))
    return difference_of(one, other, "deals"), 0.1


def a_paired_difference_of_rare_shares(luck: Luck) -> tuple[Interval, float]:
    """Shares on the same luck: some of the rarer events come where the other policy has one as well."""
    share, rest = rare_share(luck), rare_share(luck)
    both, drawn = min(share, rest) * luck.random(), luck.random(500)
    one, other = drawn < share, (drawn < both) | ((drawn >= share) & (drawn < share + rest - both))
    return difference_of(one.astype(float), other.astype(float), SWITCH), share - rest


def a_posterior(luck: Luck) -> tuple[Interval, float]:
    """24 draws of eight histories, and the expected value of one draw more."""
    draws = luck.normal(0, 1, 25)
    return expected_of(draws[:24, None] + luck.normal(0, 1, (24, 8)) - 10.0, "deals"), draws[24] - 10.0


def a_posterior_of_shares(luck: Luck) -> tuple[Interval, float]:
    shares = luck.beta(2, 8, 25)
    return expected_of((luck.random((24, 8)) < shares[:24, None]).astype(float), SWITCH), shares[24]


def differences_on_a_posterior(luck: Luck) -> tuple[Interval, float]:
    draws, shared = luck.normal(0.5, 1, 25), luck.normal(0, 2, (24, 8))
    one, other = (shared + part + luck.normal(0, 0.7, (24, 8)) for part in (draws[:24, None], 0.0))
    return expected_difference_of(one, other, "deals"), draws[24]


@pytest.mark.parametrize(
    "repetition",
    [
        a_mean, a_rare_share, a_paired_difference, a_paired_difference_of_rare_shares,
        a_posterior, a_posterior_of_shares, differences_on_a_posterior,
    ],
)  # fmt: skip
def test_intervals_of_95_per_cent_hold_the_truth_in_92_to_97(
    repetition: Callable[[Luck], tuple[Interval, float]],
) -> None:
    luck = np.random.default_rng(11)
    repetitions = (repetition(luck) for _ in range(REPETITIONS))
    assert 0.92 <= sum(interval.low <= truth <= interval.high for interval, truth in repetitions) / REPETITIONS <= 0.97


def test_intervals_of_several_comparisons_hold_together() -> None:
    """Ten differences from one baseline that none of them has; each by itself is wrong in one of twenty."""
    luck, level, single, together = np.random.default_rng(12), simultaneous(10), 0, 0
    for _ in range(400):
        baseline = luck.normal(0, 1, 60)
        others = [luck.normal(0, 1, 60) for _ in range(10)]
        single += all(not mean_interval(one - baseline).leaves_out_zero for one in others)
        together += all(not mean_interval(one - baseline, level).leaves_out_zero for one in others)
    assert single / 400 < 0.85 and together / 400 >= 0.94


def test_a_rare_event_in_few_histories_is_not_ranked_and_what_it_takes_tells_half_from_all() -> None:
    assert is_rare(ones(3, 200), ones(9, 200)) and not is_rare(ones(3, 200), ones(10, 200))
    assert not is_rare(ones(3, 1500), ones(9, 1500))
    one, other = ones(10, 500), ones(10, 500)[::-1]  # 2%, never in the same history
    share, differ = 21 / 1004, 21 / 502
    needed = (1.959964 * differ**0.5 + 0.841621 * (differ - (share / 2) ** 2) ** 0.5) ** 2 / (share / 2) ** 2
    assert needed <= histories_needed(one, other) <= needed * 1.05
    assert histories_needed(one, one) == 1500, "fewer differ in matched luck"
    assert histories_needed(ones(0, 200), ones(0, 200)) > 20_000
    luck, size, hits = np.random.default_rng(13), histories_needed(one, other), 0
    for _ in range(300):
        drawn = luck.random(size)
        pair = (drawn < share).astype(float), (drawn > 1 - share / 2).astype(float)
        hits += difference_of(*pair, SWITCH).leaves_out_zero
    assert 0.75 <= hits / 300 <= 1.0


@pytest.mark.parametrize(("hits", "of"), [(10, 500), (3, 700), (1, 2000), (1, 42)])
def test_histories_that_are_needed_are_rounded_up_to_two_digits(hits: int, of: int) -> None:
    one, other = ones(hits, of), ones(hits, of)[::-1]
    share, differ = (2 * hits + 1) / (2 * of + 4), (2 * hits + 1) / (of + 2)
    needed = (1.95996398 * differ**0.5 + 0.84162123 * (differ - (share / 2) ** 2) ** 0.5) ** 2 / (share / 2) ** 2
    unit = 10 ** (len(str(int(needed))) - 2)
    assert histories_needed(one, other) == (int(needed / unit) + 1) * unit
    assert histories_needed(np.append(one, 1.0), np.append(other, 1.0)) < histories_needed(one, other)


def test_in_matched_luck_no_fewer_differ_than_half_of_the_events() -> None:
    one, apart = ones(4, 600), 9 / 1204 / 2  # all of them in the same histories
    needed = (1.95996398 * apart**0.5 + 0.84162123 * (apart - apart**2) ** 0.5) ** 2 / apart**2
    assert 1500 < needed <= histories_needed(one, one) < needed + 100


# What is said of a difference


@pytest.mark.parametrize(
    ("luck", "left_open", "expected"),
    [
        ((-2, -3, -1), (-2, -5, -0.5), LOWER),
        ((-2, -3, -1), (-2, NAN, NAN), LOWER),
        ((-2, -3, -1), (-2, -5, 0.0), MAYBE_LOWER),
        ((-2, -3, -1), (-2, 1, 5), MAYBE_LOWER),
        ((2, 1, 3), (2, 0.5, 5), HIGHER),
        ((2, 1, 3), (2, NAN, NAN), HIGHER),
        ((2, 1, 3), (2, 0.0, 5), MAYBE_HIGHER),
        ((2, 1, 3), (2, -5, -1), MAYBE_HIGHER),
        ((1, -1, 3), (1, 0.5, 5), NO_TELLING),
        ((1, 0.0, 3), (1, 0.5, 5), NO_TELLING),
        ((-1, -3, 0.0), (-1, -5, -0.5), NO_TELLING),
        ((0, NAN, NAN), (0, NAN, NAN), NO_TELLING),
    ],
)
def test_a_verdict_needs_both_intervals(
    luck: tuple[float, float, float], left_open: tuple[float, float, float], expected: str
) -> None:
    assert verdict(Interval(*luck), Interval(*left_open)) == expected


def test_of_a_rare_event_is_said_how_many_histories_it_takes() -> None:
    higher, few, many = Interval(2.0, 1.0, 3.0), (ones(3, 200), ones(9, 200)), (ones(3, 200), ones(10, 200))
    assert judged(few, SWITCH, higher, higher) == (histories_needed(*few), TOO_RARE)
    for values, unit in ((many, SWITCH), (few, "deals")):
        needed, judgement = judged(values, unit, higher, higher)
        assert math.isnan(needed) and judgement == HIGHER


def test_an_interval_is_kept_within_what_is_possible_and_no_narrower_than_lucks() -> None:
    assert clipped(Interval(0.5, -3.0, 4.0), -1.0, 2.0) == (0.5, -1.0, 2.0)
    assert clipped(Interval(0.5, 0.25, 0.75), -1.0, 2.0) == (0.5, 0.25, 0.75)
    assert close(clipped(Interval(0.5, NAN, NAN), -1.0, 2.0), 0.5, NAN, NAN)
    assert widened(Interval(0.5, 0.25, 0.75), Interval(0.0, 0.1, 0.6)) == (0.5, 0.1, 0.75)
    assert widened(Interval(0.5, 0.25, 0.75), Interval(0.0, 0.3, 0.9)) == (0.5, 0.25, 0.9)
    assert widened(Interval(0.5, NAN, NAN), Interval(0.0, 0.3, 0.9)) == (0.5, 0.3, 0.9)
    one, other = ones(3, 10).reshape(2, 5), ones(1, 10).reshape(2, 5)
    luck = paired_share_interval(one.reshape(-1), other.reshape(-1))
    assert at_least_luck(Interval(0.2, -9.0, 9.0), one, other) == (0.2, -1.0, 1.0)
    assert at_least_luck(Interval(0.2, 0.1, 0.3), one, other) == (0.2, luck.low, luck.high)
    wider = paired_share_interval(one.reshape(-1), other.reshape(-1), 0.99)
    assert at_least_luck(Interval(0.2, 0.1, 0.3), one, other, 0.99) == (0.2, wider.low, wider.high)


def test_levels_are_what_their_names_say() -> None:
    assert simultaneous(0) == simultaneous(1) == 0.95
    assert simultaneous(10) == pytest.approx(0.995)
    assert {name: level for name, level in BANDS.items() if name != "median"} == {
        name: int(name[1:]) / 100 for name in ("p5", "p25", "p75", "p95")
    }
    assert BANDS["median"] == 0.5
