"""Tails whose law is known are recognised, and told from those that only look like them."""

import warnings
from types import SimpleNamespace

import numpy as np
import pandas as pd
import powerlaw
import pytest
from made_runs import Floats, one_sentence

from greatpowers.simulation.intervals import Interval
from greatpowers.statistics import war_sizes
from greatpowers.statistics.war_sizes import MOST_STARTS, Tail, begin, bootstrap_tails, fit_from, fit_tail, sizes_of


def pareto(exponent: float, start: float, n: int, seed: int = 0) -> Floats:
    sizes: Floats = start * (1 - np.random.default_rng(seed).random(n)) ** (-1 / (exponent - 1))
    return sizes


def test_the_exponent_of_a_pareto_tail_is_found_and_the_law_not_ruled_out() -> None:
    """Below 10 sizes are even, above they fall with exponent 2.5."""
    sizes = np.concatenate([np.random.default_rng(1).uniform(1, 10, 300), pareto(2.5, 10.0, 500)])
    tail = fit_tail(sizes, resamples=60)
    assert tail.exponent.low < 2.5 < tail.exponent.high
    assert tail.exponent.high - tail.exponent.low < 0.8
    assert 7 < tail.start < 20
    assert tail.plausible
    assert tail.comparisons.set_index("alternative").loc["exponential", "favours"] == "power law"
    assert tail.comparisons.set_index("alternative").loc["lognormal", "favours"] != "lognormal"
    assert "is not ruled out" in tail.sentence()


def test_a_lognormal_is_told_from_a_power_law() -> None:
    sizes = np.random.default_rng(2).lognormal(0, 0.6, 800)
    tail = fit_tail(sizes, start=float(np.quantile(sizes, 0.3)), resamples=60)
    assert not tail.plausible
    assert tail.comparisons.set_index("alternative").loc["lognormal", "favours"] == "lognormal"
    assert "is ruled out" in tail.sentence()


def test_an_exponential_tail_is_told_from_a_power_law() -> None:
    sizes = 1 + np.random.default_rng(3).exponential(1.0, 800)
    tail = fit_tail(sizes, start=1.5, resamples=60)
    assert not tail.plausible
    assert tail.comparisons.set_index("alternative").loc["exponential", "favours"] == "exponential"


def test_start_exponent_and_distance_are_those_of_the_powerlaw_package() -> None:
    sizes = pareto(2.2, 1.0, 150, seed=4)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the package calls what it has deprecated itself
        theirs = powerlaw.Fit(sizes, verbose=0)
    ours = begin(np.sort(sizes))
    assert ours.start == pytest.approx(theirs.xmin)
    assert ours.exponent == pytest.approx(theirs.alpha, rel=1e-6)
    assert ours.distance == pytest.approx(theirs.D, abs=0.02)


def test_bounds_leave_out_as_much_on_either_side_as_the_level_says() -> None:
    sizes = np.sort(pareto(2.2, 1.0, 120, seed=5))
    drawn = bootstrap_tails(sizes, begin(sizes), None, 50, 0)
    tail = fit_tail(sizes, resamples=50, level=0.8)
    assert tail.start_interval == pytest.approx(tuple(np.quantile(drawn.starts, [0.1, 0.9])))
    assert (tail.exponent.low, tail.exponent.high) == pytest.approx(tuple(np.quantile(drawn.exponents, [0.1, 0.9])))


def test_p_values_of_true_power_laws_are_not_small_more_often_than_they_should_be() -> None:
    """Twelve true laws: p at or below .1 is expected once, and five times or more once in two hundred."""
    p = [fit_tail(pareto(2.5, 1.0, 100, seed), start=1.0, resamples=50).p_value for seed in range(12)]
    assert sum(value <= 0.1 for value in p) < 5
    assert max(p) > 0.5


def test_equal_arguments_give_equal_answers() -> None:
    sizes = pareto(2.5, 1.0, 80)
    assert fit_tail(sizes, resamples=50).p_value == fit_tail(sizes, resamples=50).p_value


def test_wrong_uses_get_a_sentence() -> None:
    assert "at least 50 sizes; there are 20" in one_sentence(lambda: fit_tail(pareto(2.5, 1.0, 20)))
    assert "everywhere" in one_sentence(lambda: fit_tail(np.full(80, 3.0)))
    assert "1 of 80 sizes are missing or not above 0" in one_sentence(
        lambda: fit_tail(np.append(pareto(2.5, 1.0, 79), 0.0))
    )
    assert "the tail begins at 1e+09" in one_sentence(lambda: fit_tail(pareto(2.5, 1.0, 80), start=1e9))
    assert "at least 10 sizes in the tail" in one_sentence(
        lambda: fit_tail(pareto(2.5, 1.0, 80), start=float(np.sort(pareto(2.5, 1.0, 80))[-5]))
    )
    quiet = pd.DataFrame({"battle_deaths": [0.0, 0.0]})
    assert "runs with any battle deaths; there are none" in one_sentence(lambda: sizes_of(quiet))
    assert "'battle_deaths' was not recorded" in one_sentence(lambda: sizes_of(quiet.rename(columns=str.upper)))


@pytest.mark.parametrize(("sizes", "tried"), [(MOST_STARTS, MOST_STARTS - 2), (3 * MOST_STARTS, MOST_STARTS)])
def test_a_tail_is_sought_from_all_sizes_if_they_are_few_and_evenly_from_some_if_they_are_many(
    sizes: int, tried: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    starts: list[float] = []
    fit = war_sizes.fit_from
    monkeypatch.setattr(war_sizes, "fit_from", lambda values, start: (starts.append(start), fit(values, start))[1])
    values = np.arange(1.0, sizes + 1.0)
    begin(values)
    assert len(starts) == tried and starts == sorted(set(starts))
    assert (starts[0], starts[-1]) == (1.0, sizes - 2.0), "the largest two leave nothing to fit"


# --- Fits by hand


def test_a_fit_by_hand() -> None:
    """Sizes of 1, 2 and 4: logarithms of 0, ln 2 and 2 ln 2, so an exponent of 1 + 3/(3 ln 2).

    The law has shares of 0, 1 - 1/e and 1 - 1/e^2 below them, steps go from 0 to 1 by thirds: furthest away is the
    first, whose step ends at a third.
    """
    fit = fit_from(np.array([0.5, 1.0, 2.0, 4.0]), 1.0)
    assert fit == pytest.approx((1.0, 1 + 1 / np.log(2), 1 / 3, 3))
    assert fit_from(np.array([1.0, 2.0, 2.0]), 2.0).tail == 2


def test_distances_count_below_and_above_a_step() -> None:
    """Sizes of 1, e and e have an exponent of 2.5: 1 - 1/e^1.5 = .777 of the law, of which a third is seen before."""
    fit = fit_from(np.array([1.0, np.e, np.e]), 1.0)
    assert fit.exponent == pytest.approx(2.5)
    assert fit.distance == pytest.approx(1 - np.exp(-1.5) - 1 / 3)


def test_sizes_close_to_the_start_have_a_steep_law_and_sizes_at_it_one_beyond_all_numbers() -> None:
    assert fit_from(np.array([1.0, 1.1]), 1.0).exponent == pytest.approx(1 + 2 / np.log(1.1))
    fit = fit_from(np.array([3.0, 3.0]), 3.0)
    assert 1e299 < fit.exponent < np.inf and fit.distance == 1.0


def test_the_best_start_has_the_least_distance_and_two_sizes_above_it() -> None:
    values = np.sort(pareto(2.5, 1.0, 30, seed=9))
    fits = [fit_from(values, float(start)) for start in values[:-2]]
    assert begin(values) == min(fits, key=lambda fit: fit.distance)
    assert begin(values, 1.5) == fit_from(values, 1.5)
    assert begin(np.array([1.0, 1.0, 2.0])).start == 1.0, "where there is no other, the least"
    assert begin(np.array([1.0, 2.0, 2.0])).start == 1.0


def test_resamples_are_drawn_from_the_data_and_from_the_law_with_the_datas_body() -> None:
    values = np.sort(pareto(2.2, 1.0, 40, seed=3))
    fit, dice = fit_from(values, 1.5), np.random.default_rng(8)
    drawn = bootstrap_tails(values, fit, 1.5, 3, 8)
    body, share = values[values < 1.5], fit.tail / 40
    assert 0 < body.size < 40
    for k in range(3):
        again = np.sort(dice.choice(values, 40))
        assert (drawn.exponents[k], drawn.starts[k]) == (fit_from(again, 1.5).exponent, 1.5)
        tail = dice.binomial(40, share)
        made = 1.5 * (1 - dice.random(tail)) ** (-1 / (fit.exponent - 1))
        law = np.sort(np.concatenate([dice.choice(body, 40 - tail), made]))
        assert drawn.distances[k] == fit_from(law, 1.5).distance


def test_without_a_body_all_is_law_and_a_start_beyond_what_was_drawn_is_sought_anew() -> None:
    values = np.sort(pareto(2.2, 1.0, 20, seed=3))
    fit, dice = fit_from(values, float(values[0])), np.random.default_rng(2)
    drawn = bootstrap_tails(values, fit, None, 2, 2)
    for k in range(2):
        again = begin(np.sort(dice.choice(values, 20)))
        assert (drawn.exponents[k], drawn.starts[k]) == (again.exponent, again.start)
        law = values[0] * (1 - dice.random(20)) ** (-1 / (fit.exponent - 1))
        assert drawn.distances[k] == begin(np.sort(law)).distance
    late = float(values[-2])  # about one resample in eight draws nothing above it
    starts = bootstrap_tails(values, fit_from(values, late), late, 60, 0).starts
    assert 0 < (starts != late).sum() < 30


# --- What is asked and what is said


def test_a_tail_takes_fifty_sizes_ten_of_them_in_it_and_fifty_resamples() -> None:
    sizes = pareto(2.5, 1.0, 50)
    ordered = np.sort(sizes)
    tenth, ninth = float(ordered[-10]), float(ordered[-9])
    tail = fit_tail(sizes, start=tenth, resamples=50)
    assert (tail.tail, tail.n, tail.resamples, tail.start) == (10, 50, 50, tenth)
    assert "at least 10 sizes in the tail" in one_sentence(lambda: fit_tail(sizes, start=ninth, resamples=50))
    assert "at least 50 sizes; there are 49" in one_sentence(lambda: fit_tail(sizes[1:]))
    assert "from 50 to" in one_sentence(lambda: fit_tail(sizes, resamples=49))
    for start in (0.0, -1.0, float(ordered[-1])):
        message = one_sentence(lambda start=start: fit_tail(sizes, start=start))
        assert message.endswith(f"expected a size above 0 and below the largest, {ordered[-1]:.3g}.")
    wrong = np.concatenate([sizes, [np.nan, np.inf, -1.0]])
    assert "3 of 53 sizes are missing" in one_sentence(lambda: fit_tail(wrong))


def test_the_p_value_is_the_share_of_samples_of_the_law_that_lie_further_from_it() -> None:
    sizes = np.sort(pareto(2.2, 1.0, 60, seed=6))
    tail, drawn = fit_tail(sizes, resamples=50, seed=3), bootstrap_tails(sizes, begin(sizes), None, 50, 3)
    further = sum(distance >= tail.distance for distance in drawn.distances)
    assert tail.p_value == further / 50 and 0 < further < 50
    assert tail.distance == begin(sizes).distance and tail.exponent.mean == begin(sizes).exponent


def test_left_to_itself_a_fit_takes_300_resamples_of_seed_0() -> None:
    sizes = pareto(2.5, 1.0, 50)
    usual, explicit = fit_tail(sizes, 1.0), fit_tail(sizes, 1.0, resamples=300, seed=0, level=0.95)
    assert usual.resamples == 300
    assert (usual.exponent, usual.start_interval, usual.p_value) == (
        explicit.exponent,
        explicit.start_interval,
        explicit.p_value,
    )


def tail_of(p: float, favours: tuple[str, ...]) -> Tail:
    table = pd.DataFrame(
        {"alternative": ["lognormal", "exponential", "truncated_power_law"], "ratio": 1.0, "p": 0.5, "favours": favours}
    )
    return Tail(Interval(2.456, 2.004, 3.0), 1234.0, (1.0, 2.0), 1500, 2000, 0.05, p, 300, table)


def test_a_tail_says_what_it_is() -> None:
    tail = tail_of(0.25, ("neither", "power law", "truncated power law"))
    assert tail.sentence() == (
        "The largest 1,500 of 2,000 wars, from 1.23e+03 on, fall off with exponent 2.46 (95% interval 2.00 to 3.00); "
        "a power law is not ruled out (p = 0.25); against rivals, lognormal: undecided; exponential: power law; "
        "truncated power law: truncated power law."
    )
    assert "a power law is ruled out (p = 0.10)" in tail_of(0.1, ("neither",) * 3).sentence()
    assert tail_of(0.11, ("neither",) * 3).plausible and not tail_of(0.1, ("neither",) * 3).plausible


def test_rivals_are_fitted_above_the_same_start_and_told_apart_below_one_in_ten() -> None:
    sizes = 1 + np.random.default_rng(3).exponential(1.0, 200)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        theirs = powerlaw.Fit(sizes, xmin=1.5, verbose=0)
        known = {
            rival: theirs.distribution_compare("power_law", rival, normalized_ratio=True)
            for rival in ("lognormal", "exponential", "truncated_power_law")
        }
    comparisons = fit_tail(sizes, start=1.5, resamples=50).comparisons
    assert list(comparisons["alternative"]) == list(known)
    for row in comparisons.itertuples():
        ratio, p = known[row.alternative]
        assert (row.ratio, row.p) == pytest.approx((ratio, p))
        assert row.favours == (
            "neither" if p >= 0.1 else "power law" if ratio > 0 else row.alternative.replace("_", " ")
        )


@pytest.mark.parametrize(
    ("ratio", "p", "favours"),
    [(2.0, 0.09, "power law"), (-2.0, 0.09, "truncated power law"), (2.0, 0.1, "neither"), (-2.0, 0.1, "neither"),
     (np.nan, 0.01, "neither"), (2.0, np.nan, "neither"), (0.5, 0.05, "power law"),
     (-0.5, 0.05, "truncated power law")],
)  # fmt: skip
def test_a_rival_is_favoured_only_where_it_is_sure(
    ratio: float, p: float, favours: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Fit:
        def __init__(self, values: object, xmin: float, verbose: int) -> None:
            pass

        def distribution_compare(self, *_: object, **__: object) -> tuple[float, float]:
            return ratio, p

    monkeypatch.setattr(war_sizes, "fetch", lambda name: SimpleNamespace(Fit=Fit))
    assert war_sizes._comparisons(np.array([1.0]), 1.0)["favours"].iloc[-1] == favours


def test_sizes_are_those_above_nothing_in_the_order_of_the_runs() -> None:
    runs = pd.DataFrame({"battle_deaths": [0.5, 0.0, 3.0, 1.0], "mine": [0.0, 0.0, 0.0, 2.0]})
    assert sizes_of(runs).tolist() == [0.5, 3.0, 1.0]
    assert sizes_of(runs, "mine").tolist() == [2.0]
