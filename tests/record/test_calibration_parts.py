"""The parts of a calibration: priors, aims, emulators, samplers, each against an answer that is known."""

import math
import tomllib
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from toy_calibration import NAMES, PRIORS, priors

from greatpowers import GreatPowersError
from greatpowers.calibration.emulator import Emulators, accuracy, condition, shape_of
from greatpowers.calibration.history_matching import (
    LOG_UNITS,
    LOGIT_UNITS,
    aim_of,
    largest,
    log_density,
    misfit,
)
from greatpowers.calibration.problem import load_priors, read_priors
from greatpowers.calibration.run import one_thread_a_sum
from greatpowers.calibration.slice_sampling import chains, frame_around, hypercube, narrowed, tempered
from greatpowers.core.declare import Floats
from greatpowers.core.parameters import Parameters
from greatpowers.scenario.kinds import PARAMETERS
from greatpowers.validation.facts import Interval, Target, load_targets, target

pytestmark = pytest.mark.filterwarnings("ignore:The optimal value found")


@pytest.fixture(autouse=True)
def _one_thread_a_sum() -> Iterator[None]:
    """As in a calibration, where linear algebra of a few hundred points is quickest on one thread, and repeats."""
    with one_thread_a_sum():
        yield


def one(unit: str, value: float, low: float = math.nan, high: float = math.nan) -> Target:
    interval: Interval = "none" if math.isnan(low) and math.isnan(high) else "error"
    return target("mid.reciprocated")._replace(unit=unit, value=value, low=low, high=high, interval=interval)


# Priors


def test_the_table_that_ships_names_parameters_within_their_ranges() -> None:
    prior_table = load_priors()
    assert set(prior_table.names) <= set(PARAMETERS)
    assert prior_table.size >= 1


def test_a_set_of_parameters_and_its_point_in_the_cube_are_the_same_to_six_digits() -> None:
    at = np.random.default_rng(0).random(len(NAMES))
    assert PRIORS.place(PRIORS.values(at)) == pytest.approx(at, abs=1e-5)
    assert PRIORS.values(np.zeros(6))["jolt"] == Parameters._field_defaults["jolt"] / 2
    assert PRIORS.values(np.full(6, 0.5))["horizon"] == pytest.approx(Parameters._field_defaults["horizon"])


def test_half_the_log_odds_is_the_middle_of_a_prior_of_odds() -> None:
    prior_table = read_priors({"format": 1, "priors": {"bluff": {"low": 0.2, "high": 0.8, "scale": "logit"}}})
    assert prior_table.values(np.array([0.5])) == {"bluff": 0.5}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "the file is empty"),
        ("format = 1\n[priors]\n", "no free parameter"),
        ("format = 1\n[parameters]\nclash = 1.0\n", "expected a table [priors]"),
        ('[priors]\nclash = { low = 1.0, high = 2.0, scale = "log" }\n', "'format' is"),
        ('format = 1\n[priors]\nclach = { low = 1.0, high = 2.0, scale = "log" }\n', "Did you mean 'clash'?"),
        ('format = 1\n[priors]\nbluff = { low = 0.1, high = 1.5, scale = "log" }\n', "expected a number from 0 to 1"),
        ('format = 1\n[priors]\nbluff = { low = 0.5, high = 0.2, scale = "log" }\n', "expected 'low' below 'high'"),
        ('format = 1\n[priors]\nbluff = { low = 0.0, high = 0.2, scale = "log" }\n', "numbers above 0"),
        ('format = 1\n[priors]\nbluff = { low = 0.5, high = 1.0, scale = "logit" }\n', "between 0 and 1, neither"),
        ('format = 1\n[priors]\nbluff = { low = 0.5, high = 0.9, scale = "lin" }\n', '"linear", "log" or "logit"'),
        ('format = 1\n[priors]\nbluff = { low = 0.5, high = 0.9 }\n', "'priors.bluff.scale' is missing"),
        ("format = 1\ndiscrepancy = 2.0\n[priors]\n", "'discrepancy' is 2"),
        ("format = 1\nmisess = 2\n[priors]\n", "Did you mean 'misses'?"),
    ],
)  # fmt: skip
def test_a_table_of_priors_that_is_wrong_is_refused_in_one_sentence(text: str, message: str, tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_text(text)
    with pytest.raises(GreatPowersError) as error:
        load_priors(path)
    assert message in str(error.value)
    assert str(error.value).startswith(str(path))


# Aims


PLAIN_UNITS = frozenset({
    "slope", "log-odds", "log-odds per log ratio", "correlation", "percentage points per year", "log skill",
})  # fmt: skip


def test_every_fact_that_calibration_may_use_has_a_scale() -> None:
    for fact in load_targets().values():
        if fact.split != "none":
            assert fact.unit in LOG_UNITS | LOGIT_UNITS | PLAIN_UNITS, fact.unit
            aim = aim_of(fact, 0.05)
            assert math.isfinite(aim.value) and 0 < aim.error < math.inf, fact.id


@pytest.mark.parametrize(
    "fact",
    [one("ratio", 2.0, 1.0, 5.0), one("fraction", 0.3, 0.1, 0.4), one("slope", -1.0, -1.5, -0.8), one("days", 40.0)],
)
def test_the_ends_of_an_interval_are_two_standard_errors_away(fact: Target) -> None:
    low, high = (fact.low, fact.high) if fact.has_error else (0.75 * fact.value, 1.25 * fact.value)
    aim = aim_of(fact, 0.0)
    off = aim.deviation(aim.on_scale(np.array([low, fact.value, high])), 0.0)
    assert off == pytest.approx([-1.96, 0.0, 1.96])


def test_a_spread_of_years_is_no_error_and_a_quarter_of_the_value_stands_in() -> None:
    spread = one("% of GDP", 4.0, 1.0, 9.0)._replace(interval="spread")
    off = aim_of(spread, 0.0).deviation(aim_of(spread, 0.0).on_scale(np.array([3.0, 5.0])), 0.0)
    assert off == pytest.approx([-1.96, 1.96])


def test_a_bound_that_is_left_open_holds_for_any_figure() -> None:
    aim = aim_of(one("years", 6.5, low=1.5), 0.0)
    off = aim.deviation(aim.on_scale(np.array([0.5, 6.5, 1000.0])), 0.0)
    assert off[0] < -1.96 and off[1] == 0 and off[2] == 0


def test_a_share_of_nothing_at_all_asks_for_no_more_than_its_upper_bound() -> None:
    aim = aim_of(one("fraction", 0.0, 0.0, 0.05), 0.05)
    assert aim.deviation(aim.on_scale(np.array([0.0, 0.05])), 0.0) == pytest.approx([0.0, 1.96])


def test_the_model_own_error_and_luck_make_a_figure_less_surprising() -> None:
    fact = one("ratio", 2.0, 1.8, 2.2)
    at = np.array([1.0])
    off = [float(aim_of(fact, own).deviation(at, luck)[0]) for own, luck in ((0.0, 0.0), (0.1, 0.0), (0.1, 0.1))]
    assert abs(off[0]) > abs(off[1]) > abs(off[2])


def test_none_counted_is_a_low_figure_and_no_infinity() -> None:
    aim = aim_of(one("per decade", 0.8, 0.4, 1.4), 0.05)
    assert np.isfinite(aim.on_scale(np.array([0.0]))).all()
    assert np.isnan(aim.on_scale(np.array([math.nan, math.inf]))).all()


def test_the_scale_rises_as_fast_as_its_derivative_says() -> None:
    for fact in (one("ratio", 2.0), one("fraction", 0.3)):
        aim = aim_of(fact, 0.05)
        step = 1e-6
        rise = np.diff(aim.on_scale(np.array([fact.value - step, fact.value + step])))[0] / (2 * step)
        assert aim.discrepancy == pytest.approx(0.05 * fact.value * rise, rel=1e-6)


# Emulators


def made_up(at: Floats) -> Floats:
    surface: Floats = 2 * at[:, 0] - at[:, 1] + np.sin(4 * at[:, 2]) + at[:, 0] * at[:, 3]
    return surface


def learnt(points: int, noise: float, dimensions: int = 8) -> tuple[Emulators, Floats, Floats]:
    """Emulators of a known function; 300 new points and the truth there."""
    luck = np.random.default_rng(3)
    at = hypercube(points, dimensions, luck)
    figures = made_up(at) + noise * luck.standard_normal(points)
    shape = shape_of(at, figures)
    assert shape is not None
    new = luck.random((300, dimensions))
    return Emulators(at, (condition(at, figures, shape), None)), new, made_up(new)


def test_an_emulator_recovers_a_known_function() -> None:
    emulators, new, expected = learnt(150, noise=0.0)
    mean, variance = emulators.predict(new)
    assert np.sqrt(((mean[:, 0] - expected) ** 2).mean()) < 0.15 * expected.std()
    assert (np.abs(mean[:, 0] - expected) < 1.96 * np.sqrt(variance[:, 0])).mean() > 0.75
    assert np.isnan(mean[:, 1]).all()
    assert emulators.means(new)[:, 0] == pytest.approx(mean[:, 0])


def test_an_emulator_tells_luck_from_what_parameters_do() -> None:
    emulators, new, expected = learnt(200, noise=0.4)
    emulator = emulators.facts[0]
    assert emulator is not None
    assert math.sqrt(emulator.noise) == pytest.approx(0.4, rel=0.35)
    mean, variance = emulators.predict(new)
    assert np.sqrt(((mean[:, 0] - expected) ** 2).mean()) < 0.4
    noisy = expected + 0.4 * np.random.default_rng(9).standard_normal(300)
    assert accuracy(mean[:, 0], variance[:, 0], emulator.noise, noisy).covered == pytest.approx(0.95, abs=0.04)


def test_points_without_a_figure_are_passed_over_and_too_few_figures_are_no_emulator() -> None:
    at = hypercube(40, 3, np.random.default_rng(0))
    figures = np.where(np.arange(40) % 4 == 0, math.nan, at[:, 0])
    shape = shape_of(at, figures)
    assert shape is not None
    mean, _ = Emulators(at, (condition(at, figures, shape),)).predict(at)
    assert mean[:, 0] == pytest.approx(at[:, 0], abs=0.02)
    assert shape_of(at, np.where(np.arange(40) < 5, at[:, 0], math.nan)) is None
    assert shape_of(at, np.full(40, 0.3)) is None


# Sampling


def normal_density(mean: Floats, sd: Floats):  # type: ignore[no-untyped-def]
    return lambda at: -(((at - mean) / sd) ** 2).sum(axis=1) / 2


def test_the_sampler_finds_a_posterior_that_is_known() -> None:
    """Independent normals well inside the cube, with a correlation between the first two, and two flat directions."""
    mean, sd = np.array([0.4, 0.6, 0.5]), 0.05
    precision = np.linalg.inv(sd**2 * np.array([[1, 0.8, 0], [0.8, 1, 0], [0, 0, 1]]))

    def density(at: Floats) -> Floats:
        off = at[:, :3] - mean
        log_densities: Floats = -np.einsum("ij,jk,ik->i", off, precision, off) / 2
        return log_densities

    luck = np.random.default_rng(1)
    start = tempered(density, 64, 5, luck)
    first = chains(density, start, 60, 6, luck)
    sample = chains(density, first.states[-1], 150, 3, luck, frame_around(first.points))
    assert sample.rhat < 1.05 and sample.effective > 400
    assert sample.points[:, :3].mean(axis=0) == pytest.approx(mean, abs=0.01)
    assert sample.points.std(axis=0) == pytest.approx([sd] * 3 + [12**-0.5] * 2, rel=0.12)
    assert np.corrcoef(sample.points[:, :2].T)[0, 1] == pytest.approx(0.8, abs=0.05)
    for level in (0.5, 0.9):  # as much of the sample within a central interval as it should hold
        inside = np.abs(sample.points[:, 2] - mean[2]) < sd * {0.5: 0.674, 0.9: 1.645}[level]
        assert inside.mean() == pytest.approx(level, abs=0.05)


def test_two_peaks_are_both_found() -> None:
    def density(at: Floats) -> Floats:
        peaks = [normal_density(np.array([where, 0.5]), np.array([0.03, 0.1]))(at) for where in (0.2, 0.8)]
        log_densities: Floats = np.logaddexp(*peaks)
        return log_densities

    states = tempered(density, 256, 2, np.random.default_rng(2))
    assert (states[:, 0] < 0.5).mean() == pytest.approx(0.5, abs=0.15)


def test_a_region_is_found_with_its_share_of_the_cube() -> None:
    def statistic(at: Floats) -> Floats:
        distance: Floats = np.abs(at[:, :3] - 0.3).max(axis=1)
        return distance

    region = narrowed(statistic, 0.05, 500, 6, np.random.default_rng(4))
    assert region.level == 0.05
    assert region.share == pytest.approx(0.1**3, rel=0.4)
    assert (statistic(region.at) <= 0.05).all()
    assert region.at[:, 4].std() == pytest.approx(12**-0.5, rel=0.15)


def test_where_next_to_nothing_would_be_left_the_cut_off_is_raised_and_said() -> None:
    region = narrowed(lambda at: 10 + at[:, 0], 3.0, 100, 2, np.random.default_rng(5))
    assert 10 < region.level < 10.001
    assert region.share < 2.0**-19


# Matching


def test_as_many_facts_as_may_be_missed_are_passed_over() -> None:
    deviations = np.array([[1.0, -9.0, 4.0]])
    assert [float(largest(deviations, misses)[0]) for misses in (0, 1, 2, 3)] == [9.0, 4.0, 1.0, 0.0]


def test_a_likelihood_with_many_degrees_of_freedom_is_the_normal_one() -> None:
    at = np.linspace(-4, 4, 9)
    expected = -(at**2) / 2 - math.log(2 * math.pi) / 2
    assert log_density(at, 1e6) == pytest.approx(expected, abs=1e-4)
    assert misfit(at[:, None], 1e6) == pytest.approx(at**2, abs=1e-3)


def test_a_fact_that_nothing_meets_hardly_tells_one_point_from_another() -> None:
    near, far = (misfit(np.array([[x]]), 4.0)[0] - misfit(np.array([[x - 1]]), 4.0)[0] for x in (3.0, 30.0))
    assert far < near / 2


def test_the_priors_that_ship_are_a_plain_table() -> None:
    table = tomllib.loads((Path(__file__).resolve().parents[2] / "configs/record/priors.toml").read_text())
    assert all(entry["reason"] for entry in table["priors"].values())


def test_what_the_fit_assumes_is_read_from_the_table() -> None:
    assert priors(discrepancy=0.1, tails=30.0).settings() | {"priors": {}} == {
        "discrepancy": 0.1, "misses": 0, "tails": 30.0, "priors": {},
    }  # fmt: skip
