"""Tails whose law is known are recognised, and told from those that only look like them."""

import warnings

import numpy as np
import pandas as pd
import powerlaw
import pytest
from made_runs import Floats, one_sentence

from greatpowers.statistics import war_sizes
from greatpowers.statistics.war_sizes import MOST_STARTS, begin, bootstrap_tails, fit_tail, sizes_of


def pareto(exponent: float, start: float, n: int, seed: int = 0) -> Floats:
    found: Floats = start * (1 - np.random.default_rng(seed).random(n)) ** (-1 / (exponent - 1))
    return found


def test_the_exponent_of_a_pareto_tail_is_found_and_the_law_not_ruled_out() -> None:
    """Below 10 sizes are even, above they fall with exponent 2.5."""
    sizes = np.concatenate([np.random.default_rng(1).uniform(1, 10, 300), pareto(2.5, 10.0, 500)])
    found = fit_tail(sizes, resamples=60)
    assert found.exponent.low < 2.5 < found.exponent.high
    assert found.exponent.high - found.exponent.low < 0.8
    assert 7 < found.start < 20
    assert found.plausible
    assert found.comparisons.set_index("alternative").loc["exponential", "favours"] == "power law"
    assert found.comparisons.set_index("alternative").loc["lognormal", "favours"] != "lognormal"
    assert "is not ruled out" in found.sentence()


def test_a_lognormal_is_told_from_a_power_law() -> None:
    sizes = np.random.default_rng(2).lognormal(0, 0.6, 800)
    found = fit_tail(sizes, start=float(np.quantile(sizes, 0.3)), resamples=60)
    assert not found.plausible
    assert found.comparisons.set_index("alternative").loc["lognormal", "favours"] == "lognormal"
    assert "is ruled out" in found.sentence()


def test_an_exponential_tail_is_told_from_a_power_law() -> None:
    sizes = 1 + np.random.default_rng(3).exponential(1.0, 800)
    found = fit_tail(sizes, start=1.5, resamples=60)
    assert not found.plausible
    assert found.comparisons.set_index("alternative").loc["exponential", "favours"] == "exponential"


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
    found = fit_tail(sizes, resamples=50, level=0.8)
    assert found.start_interval == pytest.approx(tuple(np.quantile(drawn.starts, [0.1, 0.9])))
    assert (found.exponent.low, found.exponent.high) == pytest.approx(tuple(np.quantile(drawn.exponents, [0.1, 0.9])))


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
    assert "no runs with any battle deaths" in one_sentence(lambda: sizes_of(quiet))
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
