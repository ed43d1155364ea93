"""Sensitivity against functions whose indices are known."""

import warnings

import numpy as np
import pandas as pd
import pytest
from made_runs import ISHIGAMI, Floats, ishigami, one_sentence
from sklearn.ensemble import ExtraTreesRegressor

from greatpowers.core.parameters import Parameters
from greatpowers.statistics import sensitivity as se
from greatpowers.statistics.outcomes import bootstrap_spread, rank_correlations
from greatpowers.statistics.sensitivity import class_count, deltas, kernel_density

FIRST = {"x1": 0.3139, "x2": 0.4424, "x3": 0.0}
TOTAL = {"x1": 0.5576, "x2": 0.4424, "x3": 0.2437}
"""Ishigami's indices for a = 7, b = .1  (Saltelli et al. 2008, sec. 4.5)."""


def test_sobol_finds_ishigamis_indices_within_their_intervals() -> None:
    design = se.sobol_design(ISHIGAMI, 1024)
    assert len(design) == 1024 * 5
    indices = se.sobol(ISHIGAMI, ishigami(design)).set_index(["index", "factor"])
    for index, known in (("S1", FIRST), ("ST", TOTAL)):
        for factor, value in known.items():
            row = indices.loc[(index, factor)]
            assert row["low"] <= value <= row["high"], (index, factor)
            assert abs(row["value"] - value) < 0.05
    assert set(indices["n"]) == {1024}


def test_indices_that_are_known_badly_are_refused_and_what_it_takes_is_enough() -> None:
    few = se.sobol(ISHIGAMI, ishigami(se.sobol_design(ISHIGAMI, 16)))
    message = one_sentence(lambda: se.need_narrow(few))
    assert message.startswith("with 16 base samples the interval of the total index of 'x1' is 1.51 wide")
    takes = int(message.split("take about ")[1].split()[0].replace(",", ""))
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
    pairs = se.sobol_pairs(ISHIGAMI, ishigami(design))
    assert tuple(pairs.loc[0, ["factor", "other"]]) == ("x1", "x3")
    assert pairs.loc[0, "value"] == pytest.approx(0.2437, abs=0.08)
    assert pairs.loc[1:, "value"].abs().max() < 0.08


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
    bounds = se.parameter_bounds()
    default = Parameters()
    assert bounds["clash"] == (default.clash / 2, default.clash * 2)
    assert bounds["belief_memory"][1] == 1.0
    assert "true_beliefs" not in bounds


def test_factors_are_described_by_label_and_unit() -> None:
    bounds = se.parameter_bounds(["war_stop", "clash"])
    design = se.sobol_design(bounds, 16)
    indices = se.sobol(bounds, (design["clash"] + design["war_stop"]).to_numpy(), resamples=50)
    assert indices.loc[0, "label"] == "War stop"
    assert indices.loc[0, "unit"] == "probability per round"


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


# --- Density and delta by hand


def test_classes_grow_with_the_root_of_points_and_are_at_most_48() -> None:
    """n to the 2/(7 + tanh((1500 - n)/500)), rounded up: about a fourth root for few, a third for very many."""
    first = [next(n for n in range(2, 2000) if se.class_count(n) == classes) for classes in range(2, 11)]
    assert first == [2, 16, 81, 254, 599, 1026, 1305, 1488, 1636]
    assert [se.class_count(n) for n in (1, 1500, 100_000, 110_592, 110_593, 10**7)] == [1, 9, 47, 48, 48, 48]


def test_a_density_by_hand() -> None:
    """Of -1 and 1 the spread is root 2, the width that by 1.5 to the -1/5; at 0 both are as far away."""
    width = 2**0.5 * 1.5**-0.2
    densities = kernel_density(np.array([-1.0, 1.0]), np.array([0.0, 0.001]))
    assert densities[0] == pytest.approx(np.exp(-0.5 / width**2) / (width * (2 * np.pi) ** 0.5))
    grid = np.linspace(0.0, 1.0, 11)
    for same in (np.array([0.5]), np.array([0.5, 0.5, 0.5])):  # half a step wide
        assert kernel_density(same, grid)[5] == pytest.approx(1 / (0.05 * (2 * np.pi) ** 0.5))
        assert kernel_density(same, grid)[6] == pytest.approx(np.exp(-2.0) / (0.05 * (2 * np.pi) ** 0.5))


def test_delta_is_half_the_area_that_each_class_moves_the_density_by() -> None:
    """Two classes of four of eight points, each with one outcome, whichever way the factor runs."""
    outcome, factor = np.repeat([0.25, 0.75], 4), np.arange(8.0)
    grid = np.linspace(0.0, 1.0, 5)
    overall = kernel_density(outcome, grid)
    parts = [np.trapezoid(np.abs(overall - kernel_density(np.full(4, at), grid)), grid) for at in (0.25, 0.75)]
    assert se.delta_of(factor, outcome, grid, overall) == pytest.approx(sum(parts) / 4)
    assert se.delta_of(-factor, outcome, grid, overall) == pytest.approx(sum(parts) / 4)


def test_the_bias_of_few_points_is_taken_off_by_resamples() -> None:
    luck = np.random.default_rng(4)
    x = luck.random((40, 2))
    y = x[:, 0] + 0.1 * luck.random(40)
    dice = np.random.default_rng(7)
    rows = [dice.integers(0, 40, 40) for _ in range(6)]
    drawn = np.array([se.deltas(x[row], y[row]) for row in rows])
    corrected, error = se.delta_indices(x, y, 6, 7)
    assert corrected == pytest.approx(np.clip(2 * se.deltas(x, y) - drawn.mean(axis=0), 0, 1))
    assert error == pytest.approx(drawn.std(axis=0, ddof=1)) and corrected[0] > 0.3


# --- Given data by hand


@pytest.fixture(scope="module")
def given() -> tuple[pd.DataFrame, Floats]:
    luck = np.random.default_rng(6)
    x = pd.DataFrame(luck.random((30, 2)), columns=["clash", "detection"])
    return x, (x["clash"] + 0.2 * luck.random(30)).to_numpy()


def test_a_forest_has_a_hundred_trees_of_leaves_of_three_that_see_a_third_of_the_factors() -> None:
    luck = np.random.default_rng(1)
    x = luck.random((40, 4))
    y = x[:, 0] * x[:, 1]
    grown = ExtraTreesRegressor(100, min_samples_leaf=3, max_features=1 / 3, random_state=5).fit(x, y)
    assert (se.forest_shares(x, y, 5) == grown.feature_importances_).all()


def test_intervals_and_floors_of_given_data_are_as_described(given: tuple[pd.DataFrame, Floats]) -> None:
    """A floor is what one method gives for five shuffled outcomes (delta for one), nineteen times in twenty."""
    x, y = given
    by_method = se.given_data(x, y, level=0.8, seed=3).set_index(["method", "factor"])
    columns, dice = x.to_numpy(), np.random.default_rng(3)
    shuffled = [dice.permutation(y) for _ in range(5)]
    z = 1.281552
    ranks, spread = rank_correlations(columns, y), bootstrap_spread(columns, y, 3, 100)
    assert by_method.loc["rank correlation", "value"].to_numpy() == pytest.approx(ranks)
    assert by_method.loc["rank correlation", "low"].to_numpy() == pytest.approx(
        np.maximum(-1, ranks - z * spread), abs=1e-6
    )
    assert by_method.loc["rank correlation", "high"].to_numpy() == pytest.approx(
        np.minimum(1, ranks + z * spread), abs=1e-6
    )
    floor = np.quantile(np.abs([rank_correlations(columns, other) for other in shuffled]), 0.95)
    assert by_method.loc["rank correlation", "floor"].to_numpy() == pytest.approx([floor, floor])
    shares, dice = se.forest_shares(columns, y, 3), np.random.default_rng(3)
    rows = [dice.integers(0, 30, 30) for _ in range(20)]
    error = np.std([se.forest_shares(columns[row], y[row], 3) for row in rows], axis=0, ddof=1)
    assert by_method.loc["forest", "value"].to_numpy() == pytest.approx(shares)
    assert by_method.loc["forest", "high"].to_numpy() == pytest.approx(np.minimum(1, shares + z * error), abs=1e-6)
    floor = np.quantile([se.forest_shares(columns, other, 3) for other in shuffled], 0.95)
    assert by_method.loc["forest", "floor"].to_numpy() == pytest.approx([floor, floor])
    moved, error = se.delta_indices(columns, y, 20, 3)
    assert by_method.loc["delta", "value"].to_numpy() == pytest.approx(moved)
    assert by_method.loc["delta", "low"].to_numpy() == pytest.approx(np.maximum(0, moved - z * error), abs=1e-6)
    floor = np.quantile(se.delta_indices(columns, shuffled[0], 10, 3)[0], 0.95)
    assert by_method.loc["delta", "floor"].to_numpy() == pytest.approx([floor, floor])
    assert set(by_method["n"]) == {30} and by_method.loc[("delta", "clash"), "unit"] == "per round"


def test_bounds_end_where_a_measure_does() -> None:
    values, half = np.array([-0.9, 0.1, 0.9]), np.array([0.3, 0.3, 0.3])
    signed = se._part(list("abc"), "rank correlation", values, half, 0.2)
    assert signed["low"].tolist() == pytest.approx([-1.0, -0.2, 0.6])
    assert signed["high"].tolist() == pytest.approx([-0.6, 0.4, 1.0])
    share = se._part(list("abc"), "delta", np.abs(values), half, 0.2)
    assert share["low"].tolist() == pytest.approx([0.6, 0.0, 0.6]) and share["high"].tolist() == pytest.approx(
        [1.0, 0.4, 1.0]
    )
    assert set(share["floor"]) == {0.2}


def test_points_and_outcomes_meet_by_number_of_point_and_else_by_row() -> None:
    design = pd.DataFrame({"point": [3, 1, 2], "a": [30.0, 10.0, 20.0]})
    outcome = pd.Series([2.0, 3.0], index=pd.Index([2, 3], name="point"), name="order")
    table, values = se.aligned(design, outcome)
    assert table["a"].tolist() == [30.0, 20.0] and values.tolist() == [3.0, 2.0]
    for plain in (outcome.rename_axis("world"), outcome.to_numpy()):
        table, values = se.aligned(design.head(2), plain)
        assert table["a"].tolist() == [30.0, 10.0] and values.tolist() == [2.0, 3.0]
    assert "at least 2 points with an outcome; there is 1" in one_sentence(lambda: se.aligned(design, outcome.head(1)))
    assert "'order' has no finite value" in one_sentence(lambda: se.aligned(design, outcome.replace({2.0: np.nan})))
    unnamed = np.array([1.0, np.inf, 1.0])
    assert "'the outcome' has no finite value" in one_sentence(lambda: se.aligned(design, unnamed))
    assert "there are 2 outcomes for 3 points" in one_sentence(lambda: se.aligned(design, outcome.to_numpy()))


# --- Designs and what is made of them


def test_sizes_of_designs_and_what_they_take() -> None:
    two = {"a": (0.0, 1.0), "b": (0.0, 1.0)}
    assert [len(se.sobol_design(two, 2, second_order=second)) for second in (False, True)] == [2 * 4, 2 * 6]
    assert len(se.morris_design(two, 2)) == 2 * 3 and len(se.morris_design(two)) == 16 * 3
    assert len(se.hypercube_design(two, 2)) == 2 and se.hypercube_design(two, 2).index.name == "sample"
    for ask in (se.morris_design, se.hypercube_design):
        assert "from 2 to" in one_sentence(lambda ask=ask: ask(two, 1))
    assert np.unique(se.morris_design(two, 20)).tolist() == pytest.approx([0, 1 / 3, 2 / 3, 1])
    assert np.unique(se.morris_design(two, 20, levels=2)).tolist() == [0, 1]
    assert [se.need_levels(levels) for levels in (2, 4, 100)] == [2, 4, 100]
    assert one_sentence(lambda: se.need_levels(7)).endswith("expected an even number, such as 8.")
    for levels in (1, 101):
        assert "from 2 to 100" in one_sentence(lambda levels=levels: se.need_levels(levels))


def test_bounds_of_designs_are_numbers_and_ascend() -> None:
    assert se.problem_of({"a": (0.0, 1.0), "b": (-1.0, 2.0)}) == {
        "num_vars": 2, "names": ["a", "b"], "bounds": [[0.0, 1.0], [-1.0, 2.0]]
    }  # fmt: skip
    for ends in ((0.0, 0.0), (1.0, 0.0), (0.0, np.inf), (-np.inf, 0.0)):
        message = one_sentence(lambda ends=ends: se.problem_of({"a": (0.0, 1.0), "b": ends}))
        assert message.startswith("'b' goes from ") and message.endswith("expected a lower and a higher number.")


@pytest.mark.parametrize("second", [False, True])
def test_indices_are_those_of_salib_and_bounds_as_far_to_either_side(second: bool) -> None:
    from SALib.analyze.sobol import analyze

    outcome = ishigami(se.sobol_design(ISHIGAMI, 16, second_order=second))
    theirs = analyze(
        se.problem_of(ISHIGAMI), outcome, calc_second_order=second, num_resamples=60, conf_level=0.8, seed=6
    )
    indices = se.sobol(ISHIGAMI, outcome, second, level=0.8, resamples=60, seed=5).set_index(["index", "factor"])
    for index in ("S1", "ST"):
        assert indices.loc[index, "value"].to_numpy() == pytest.approx(theirs[index])
        assert indices.loc[index, "high"].to_numpy() == pytest.approx(theirs[index] + theirs[f"{index}_conf"])
        assert indices.loc[index, "low"].to_numpy() == pytest.approx(theirs[index] - theirs[f"{index}_conf"])
    assert set(indices["n"]) == {16} and set(indices["runs"]) == {len(outcome)}
    if second:
        pairs = se.sobol_pairs(ISHIGAMI, outcome, level=0.8, resamples=60, seed=5)
        assert pairs["value"].is_monotonic_decreasing and set(pairs["n"]) == {16} and len(pairs) == 3
        for row in pairs.itertuples():
            i, j = list(ISHIGAMI).index(row.factor), list(ISHIGAMI).index(row.other)
            value, half = theirs["S2"][i][j], theirs["S2_conf"][i][j]
            assert i < j and (row.value, row.low, row.high) == pytest.approx((value, value - half, value + half))


def test_effects_are_those_of_salib_and_none_is_below_nothing() -> None:
    from SALib.analyze.morris import analyze

    bounds = {**ISHIGAMI, "idle": (0.0, 1.0)}
    design = se.morris_design(bounds, 4, levels=6)
    outcome = ishigami(design)
    theirs = analyze(
        se.problem_of(bounds), design.to_numpy(), outcome, num_levels=6, num_resamples=60, conf_level=0.8, seed=5
    )
    effects = se.morris(bounds, design[[*bounds]], outcome, levels=6, level=0.8, resamples=60, seed=5)
    for column in ("mu", "mu_star", "sigma"):
        assert effects[column].to_numpy() == pytest.approx(np.asarray(theirs[column]))
    half = np.asarray(theirs["mu_star_conf"])
    assert effects["high"].to_numpy() == pytest.approx(effects["mu_star"] + half)
    assert effects["low"].to_numpy() == pytest.approx(np.maximum(0.0, effects["mu_star"] - half))
    assert set(effects["n"]) == {4} and set(effects["runs"]) == {20}
    few = se.morris_design(bounds, 2, levels=6)
    assert set(se.morris(bounds, few, ishigami(few), levels=6)["n"]) == {2}


def test_the_number_of_outcomes_must_be_that_of_a_design() -> None:
    nine = {f"x{k}": (0.0, 1.0) for k in range(9)}
    outcome = np.arange(11.0)
    message = one_sentence(lambda: se.sobol(nine, outcome))
    assert message == (
        "there are 11 outcomes; indices of first and total order of 9 factors take a power of two times 11, such as 22."
    )
    message = one_sentence(lambda: se.sobol(ISHIGAMI, np.arange(24.0), second_order=True))
    assert message == (
        "there are 24 outcomes; indices of second order of 3 factors take a power of two times 8, such as 32."
    )
    assert len(se.sobol(ISHIGAMI, np.arange(10.0), resamples=50)) == 6
    steps = se.morris_design(ISHIGAMI, 3)
    message = one_sentence(lambda: se.morris(ISHIGAMI, steps, np.arange(11.0)))
    assert message == "there are 11 outcomes for 12 rows; expected one for each row of the design, a multiple of 4."
    one = steps.iloc[:10]
    assert "a multiple of 4" in one_sentence(lambda: se.morris(ISHIGAMI, one, np.arange(10.0)))


def total(width: float, n: int = 64) -> pd.DataFrame:
    rows = [("S1", "a", -9.0, 9.0), ("ST", "a", 0.4, 0.5), ("ST", "b", 0.0, width)]
    return pd.DataFrame(rows, columns=["index", "factor", "low", "high"]).assign(n=n)


def test_total_indices_wider_than_three_tenths_tell_nothing() -> None:
    se.need_narrow(total(0.3))
    for width, takes in ((0.31, 128), (0.6, 256), (0.61, 512)):
        message = one_sentence(lambda width=width: se.need_narrow(total(width)))
        assert message == (
            f"with 64 base samples the interval of the total index of 'b' is {width:.2f} wide, and above 0.3 "
            f"parameters cannot be ranked; take about {takes} base samples, or rank by Morris's method."
        )


def test_the_strongest_are_told_by_total_index_by_mean_effect_or_by_mean_rank() -> None:
    names = list("abcd")
    effects = pd.DataFrame({"factor": names, "mu_star": [1.0, 4.0, 3.0, 2.0]})
    assert se.strongest(effects) == ["b", "c", "d"] and se.strongest(effects, 1) == ["b"]
    shares = pd.DataFrame({
        "factor": names * 2, "index": ["S1"] * 4 + ["ST"] * 4, "value": [9.0, 0.0, 0.0, 0.0, 0.1, 0.2, 0.4, 0.3],
    })  # fmt: skip
    assert se.strongest(shares) == ["c", "d", "b"]
    # Ranks of a are 1 and 3, of b 2 and 1 (by size, whatever the sign), of c 3 and 2, of d, left out of one, 4 and 4.
    given = pd.DataFrame({
        "factor": ["a", "b", "c", "d", "b", "c", "a"], "method": ["forest"] * 4 + ["delta"] * 3,
        "value": [0.4, -0.3, 0.2, 0.1, 0.9, 0.5, 0.1],
    })  # fmt: skip
    assert se.strongest(given) == ["b", "a", "c"] and se.strongest(given, 4) == ["b", "a", "c", "d"]
    assert "from 1 to" in one_sentence(lambda: se.strongest(given, 0))


def test_left_to_itself_a_study_takes_500_resamples() -> None:
    spread = ishigami(se.sobol_design(ISHIGAMI, 16, second_order=True))
    steps = se.morris_design(ISHIGAMI)
    for study in (
        lambda **more: se.sobol(ISHIGAMI, spread, True, **more),
        lambda **more: se.sobol_pairs(ISHIGAMI, spread, **more),
        lambda **more: se.morris(ISHIGAMI, steps, ishigami(steps), **more),
    ):
        usual = study()
        pd.testing.assert_frame_equal(usual, study(resamples=500, seed=0, level=0.95))
        for other in ({"resamples": 499}, {"resamples": 501}, {"seed": 1}):
            assert not usual.equals(study(**other)), other


def test_libraries_may_warn_and_draw_and_leave_no_trace() -> None:
    formatter, state = warnings.formatwarning, np.random.get_state()[1].copy()  # type: ignore[index, union-attr]
    with se.undisturbed():
        warnings.simplefilter("always")
        warnings.warn("nobody should see this", UserWarning, stacklevel=1)
        warnings.formatwarning = lambda *_: ""  # type: ignore[assignment]
        np.random.rand(3)
    assert warnings.formatwarning is formatter
    assert (np.random.get_state()[1] == state).all()  # type: ignore[index]
