"""Sensitivity against functions whose indices are known."""

import numpy as np
import pandas as pd
import pytest
from made_runs import ISHIGAMI, ishigami, one_sentence

from greatpowers.core.parameters import Parameters
from greatpowers.statistics import sensitivity as se
from greatpowers.statistics.sensitivity import class_count, deltas, kernel_density

FIRST = {"x1": 0.3139, "x2": 0.4424, "x3": 0.0}
TOTAL = {"x1": 0.5576, "x2": 0.4424, "x3": 0.2437}
"""Ishigami's indices for a = 7, b = .1  (Saltelli et al. 2008, sec. 4.5)."""


def test_sobol_finds_ishigamis_indices_within_their_intervals() -> None:
    design = se.sobol_design(ISHIGAMI, 1024)
    assert len(design) == 1024 * 5
    found = se.sobol(ISHIGAMI, ishigami(design)).set_index(["index", "factor"])
    for index, known in (("S1", FIRST), ("ST", TOTAL)):
        for factor, value in known.items():
            row = found.loc[(index, factor)]
            assert row["low"] <= value <= row["high"], (index, factor)
            assert abs(row["value"] - value) < 0.05
    assert set(found["n"]) == {1024}


def test_indices_that_are_known_badly_are_refused_and_what_it_takes_is_enough() -> None:
    few = se.sobol(ISHIGAMI, ishigami(se.sobol_design(ISHIGAMI, 16)))
    said = one_sentence(lambda: se.need_narrow(few))
    assert said.startswith("with 16 base samples the interval of the total index of 'x1' is 1.51 wide")
    takes = int(said.split("take about ")[1].split()[0].replace(",", ""))
    assert takes in {2**k for k in range(6, 12)}
    se.need_narrow(se.sobol(ISHIGAMI, ishigami(se.sobol_design(ISHIGAMI, 2 * takes))))


@pytest.mark.parametrize("values", [[0.0], [0.0, 0.0, 0.0], [-1.0, 0.0, 0.5, 1.0]])
def test_a_density_sums_to_one_even_where_all_values_are_equal(values: list[float]) -> None:
    grid = np.linspace(-10.0, 10.0, 2001)
    assert np.trapezoid(kernel_density(np.array(values), grid), grid) == pytest.approx(1.0, abs=0.02)


@pytest.mark.parametrize("seed", [0, 1])
def test_indices_and_their_bounds_are_the_same_twice(seed: int) -> None:
    outcome = ishigami(se.sobol_design(ISHIGAMI, 16, seed=seed))
    design = se.morris_design(ISHIGAMI, 6, seed=seed)
    for ask in (
        lambda: se.sobol(ISHIGAMI, outcome, seed=seed),
        lambda: se.morris(ISHIGAMI, design, ishigami(design), seed=seed),
    ):
        first = ask()
        np.random.default_rng().random()
        np.random.rand(3)
        pd.testing.assert_frame_equal(first, ask(), check_exact=True)


def test_second_order_is_the_pair_that_acts_together() -> None:
    design = se.sobol_design(ISHIGAMI, 512, second_order=True)
    found = se.sobol_pairs(ISHIGAMI, ishigami(design))
    assert tuple(found.loc[0, ["factor", "other"]]) == ("x1", "x3")
    assert found.loc[0, "value"] == pytest.approx(0.2437, abs=0.08)
    assert found.loc[1:, "value"].abs().max() < 0.08


def test_morris_of_a_line_is_its_slopes_and_of_ishigami_its_ranking() -> None:
    bounds = {"a": (0.0, 2.0), "b": (0.0, 1.0), "c": (0.0, 1.0)}
    design = se.morris_design(bounds, 10)
    line = se.morris(bounds, design, 3 * design["a"] - 2 * design["b"] + 0 * design["c"]).set_index("factor")
    assert line["mu"].to_numpy() == pytest.approx([6.0, -2.0, 0.0], abs=1e-9)
    assert line["mu_star"].to_numpy() == pytest.approx([6.0, 2.0, 0.0], abs=1e-9)
    assert line["sigma"].max() < 1e-9
    design = se.morris_design(ISHIGAMI, 64)
    bent = se.morris(ISHIGAMI, design, ishigami(design))
    assert set(se.strongest(bent, 2)) == {"x1", "x2"}
    curved = bent.set_index("factor").loc["x3"]
    assert curved["sigma"] > curved["mu_star"] > 3 * abs(curved["mu"]) * 0.5


@pytest.fixture(scope="module")
def sampled() -> pd.DataFrame:
    bounds = {**ISHIGAMI, "idle": (0.0, 1.0)}
    design = se.hypercube_design(bounds, 400)
    return se.given_data(design, ishigami(design)).set_index(["method", "factor"])


def test_given_data_tells_what_matters_from_what_is_idle(sampled: pd.DataFrame) -> None:
    """x1 moves steadily; x2 bends, so that ranks miss it and the others do not; idle stays under the floors."""
    value, floor = sampled["value"].abs(), sampled["floor"]
    assert list((value > floor)["rank correlation"][["x1", "x2", "idle"]]) == [True, False, False]
    for method in ("forest", "delta"):
        assert value[method]["x2"] > value[method]["idle"]
        assert value[method]["x1"] > value[method]["idle"]
    assert value["delta"]["x2"] > floor["delta"]["x2"]
    assert value["delta"]["idle"] < floor["delta"]["idle"]
    assert sampled.loc["forest", "value"].sum() == pytest.approx(1.0)
    assert (sampled["low"] <= sampled["value"]).all()
    assert (sampled["value"] <= sampled["high"]).all()


def test_delta_is_the_one_that_salib_computes() -> None:
    from SALib.analyze.delta import calc_delta

    design = se.hypercube_design(ISHIGAMI, 400)
    x, y = design.to_numpy(), ishigami(design)
    classes = np.linspace(0, 400, class_count(400) + 1)
    theirs = [calc_delta(y, np.linspace(y.min(), y.max(), 100), column, classes) for column in x.T]
    assert deltas(x, y) == pytest.approx(theirs, abs=1e-6)


def test_designs_leave_the_hidden_stream_alone_and_repeat_themselves() -> None:
    np.random.seed(3)
    state = np.random.get_state()[1].copy()  # type: ignore[index, union-attr]
    for build in (se.sobol_design, se.hypercube_design, se.morris_design):
        assert build(ISHIGAMI, 8, seed=5).equals(build(ISHIGAMI, 8, seed=5))
        assert not build(ISHIGAMI, 8, seed=5).equals(build(ISHIGAMI, 8, seed=6))
    design = se.morris_design(ISHIGAMI, 8)
    se.morris(ISHIGAMI, design, ishigami(design))
    assert (np.random.get_state()[1] == state).all()  # type: ignore[index]


def test_designs_stay_within_their_bounds() -> None:
    bounds = {"clash": (0.01, 0.06), "horizon": (4.0, 16.0)}
    for design in (se.sobol_design(bounds, 64), se.hypercube_design(bounds, 64), se.morris_design(bounds, 8)):
        for name, (low, high) in bounds.items():
            assert low <= design[name].min() < low + 0.2 * (high - low)
            assert high - 0.2 * (high - low) < design[name].max() <= high


def test_parameters_range_from_half_to_twice_within_what_is_admissible() -> None:
    found = se.parameter_bounds()
    default = Parameters()
    assert found["clash"] == (default.clash / 2, default.clash * 2)
    assert found["belief_memory"][1] == 1.0
    assert "true_beliefs" not in found


def test_factors_are_described_by_label_and_unit() -> None:
    bounds = se.parameter_bounds(["war_stop", "clash"])
    design = se.sobol_design(bounds, 16)
    found = se.sobol(bounds, (design["clash"] + design["war_stop"]).to_numpy(), resamples=50)
    assert found.loc[0, "label"] == "War stop"
    assert found.loc[0, "unit"] == "probability per round"


def test_wrong_uses_get_a_sentence() -> None:
    design = se.sobol_design(ISHIGAMI, 64)
    y = ishigami(design)
    assert "such as 128" in one_sentence(lambda: se.sobol_design(ISHIGAMI, 100))
    assert "power of two times 5, such as 320" in one_sentence(lambda: se.sobol(ISHIGAMI, y[:-3]))
    assert "2 everywhere" in one_sentence(lambda: se.sobol(ISHIGAMI, np.full(320, 2.0)))
    assert "no finite value in 1 of 320" in one_sentence(lambda: se.sobol(ISHIGAMI, np.append(y[:-1], np.nan)))
    assert "at least 2 factors; there is 1" in one_sentence(lambda: se.sobol_design({"x": (0.0, 1.0)}, 8))
    assert "lower and a higher" in one_sentence(lambda: se.hypercube_design({"x": (1.0, 1.0), "y": (0.0, 1.0)}, 8))
    assert "even number" in one_sentence(lambda: se.morris_design(ISHIGAMI, 8, levels=5))
    steps = se.morris_design(ISHIGAMI, 8)
    assert "multiple of 4" in one_sentence(lambda: se.morris(ISHIGAMI, steps, ishigami(steps)[:-1]))
    assert "at least 30 points; there are 10" in one_sentence(lambda: se.given_data(design[:10], y[:10]))
    assert "expected one for each" in one_sentence(lambda: se.given_data(design, y[:50]))
    assert "same in all points" in one_sentence(lambda: se.given_data(design.assign(z=1.0), y, ["z"]))
    assert "Did you mean 'clash'?" in one_sentence(lambda: se.parameter_bounds(["clsh"]))
    assert "no multiples" in one_sentence(lambda: se.parameter_bounds(["true_beliefs"]))


def test_left_to_itself_a_study_has_the_seed_0() -> None:
    for design in (se.sobol_design, se.morris_design, se.hypercube_design):
        size = 8 if design is not se.morris_design else 16
        pd.testing.assert_frame_equal(design(ISHIGAMI, size), design(ISHIGAMI, size, seed=0))
        assert not design(ISHIGAMI, size).equals(design(ISHIGAMI, size, seed=1))
    spread, steps = ishigami(se.sobol_design(ISHIGAMI, 16)), se.morris_design(ISHIGAMI)
    pd.testing.assert_frame_equal(se.sobol(ISHIGAMI, spread), se.sobol(ISHIGAMI, spread, seed=0))
    effects = ishigami(steps)
    pd.testing.assert_frame_equal(se.morris(ISHIGAMI, steps, effects), se.morris(ISHIGAMI, steps, effects, seed=0))


def test_fewer_than_fifty_resamples_are_refused() -> None:
    outcome = ishigami(se.sobol_design(ISHIGAMI, 16))
    assert "from 50" in one_sentence(lambda: se.sobol(ISHIGAMI, outcome, resamples=49))
    assert len(se.sobol(ISHIGAMI, outcome, resamples=50)) == 6
    steps = se.morris_design(ISHIGAMI)
    assert "from 50" in one_sentence(lambda: se.morris(ISHIGAMI, steps, ishigami(steps), resamples=49))


def test_ten_outcomes_are_enough_to_be_looked_at_and_nine_are_not() -> None:
    assert se._outcomes(np.arange(10.0), "runs").tolist() == list(range(10))
    assert "at least 10 outcomes; there are 9" in one_sentence(lambda: se._outcomes(np.arange(9.0), "runs"))
