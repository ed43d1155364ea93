"""From tables of runs to arrays and numbers, with everything that is said of them."""

import numpy as np
import pandas as pd
import pytest
from made_runs import one_sentence, runs_of

from greatpowers.dictionary import OWN
from greatpowers.simulation.intervals import paired_share_interval
from greatpowers.statistics import outcomes as out
from greatpowers.statistics.robustness import MEASURES, best_shares, paired_differences, regret, robustness

RUNS = runs_of({"b": [(1, 3), (5, 5)], "a": [(0, 0), (1, 2)]})


# --- Matching


def test_runs_are_matched_by_policy_world_and_seed_whatever_their_order() -> None:
    mixed = RUNS.assign(point=RUNS["point"] * 7 + 2, seed=RUNS["seed"] + 4).sample(frac=1, random_state=3)
    matched_runs = out.matched(mixed, "mean_severity")
    order = [matched_runs.index(name) for name in ("b", "a")]
    assert (matched_runs.worlds, matched_runs.seeds, sorted(matched_runs.policies)) == ([2, 9], [4, 5], ["a", "b"])
    assert matched_runs.values[order].tolist() == [[[1, 3], [5, 5]], [[0, 0], [1, 2]]]
    assert matched_runs.means[order].tolist() == [[2, 5], [0, 1.5]]
    assert out.matched(matched_runs, "anything") is matched_runs and matched_runs.described.label == "Escalation"
    assert type(matched_runs.worlds[0]) is type(matched_runs.seeds[0]) is int


def test_a_table_without_worlds_is_of_one_and_other_options_can_be_matched() -> None:
    plain = RUNS[RUNS["point"] == 0].drop(columns="point")
    assert out.matched(plain, "mean_severity").worlds == [0]
    named = RUNS.rename(columns={"policy": "doctrine", "point": "place"})
    table = out.by_world(named, "mean_severity", "doctrine", "place")
    assert table.index.name == "place" and table.columns.name == "doctrine" and table["b"].tolist() == [2, 5]
    assert "some runs have the same doctrine, place and seed" in one_sentence(
        lambda: out.matched(pd.concat([named, named]), "mean_severity", "doctrine", "place")
    )
    one = RUNS[RUNS["policy"] == "b"]
    assert out.by_world(one, "mean_severity").shape == (2, 1)
    assert "at least 2 policies; there is 1" in one_sentence(lambda: out.matched(one, "mean_severity"))
    alone = out.matched(one, "mean_severity", least=1)
    assert "at least 2 policies; there is 1" in one_sentence(lambda: out.matched(alone, "mean_severity"))


def test_worlds_with_a_run_missing_are_left_out_and_all_missing_is_a_sentence() -> None:
    assert out.matched(RUNS.drop(index=7), "mean_severity").worlds == [0]
    assert "worlds in which every policy met every seed; there are none" in one_sentence(
        lambda: out.matched(RUNS.drop(index=[1, 7]), "mean_severity")
    )


def test_policies_are_held_against_the_one_given_else_laissez_faire_else_the_first() -> None:
    matched_runs = out.matched(RUNS, "mean_severity")
    assert (matched_runs.baseline("a"), matched_runs.baseline(None)) == (1, 0)
    usual = out.matched(RUNS.replace({"policy": {"a": "laissez-faire"}}), "mean_severity")
    assert usual.policies[usual.baseline(None)] == "laissez-faire" and usual.baseline("b") == 0


def test_an_outcome_is_named_after_what_it_holds() -> None:
    alone, against = out.outcome(RUNS, "mean_severity", "b"), out.outcome(RUNS, "mean_severity", "b", against="a")
    assert (alone.name, alone.index.name, alone.tolist()) == ("mean_severity", "point", [2.0, 5.0])
    assert (against.name, against.tolist()) == ("mean_severity: b - a", [2.0, 3.5])
    assert out.outcome(RUNS[RUNS["policy"] == "a"], "mean_severity").tolist() == [0.0, 1.5]


@pytest.mark.parametrize("metric", sorted(out.MORE_IS_BETTER))
def test_more_order_and_peace_is_better_and_less_of_all_else(metric: str) -> None:
    assert out.more_is_better(metric) is (metric in {"order", "peace", "alliance_cohesion", "deals_kept"})
    assert out.more_is_better(metric, True) is True and out.more_is_better(metric, False) is False


def test_less_of_what_happens_at_a_place_is_better() -> None:
    for metric in out.LESS_IN_PLACES:
        assert out.more_is_better(f"{metric}{out.PLACE_MARK}donbas") is False
    for metric in (f"sanctions{out.PLACE_MARK}donbas", "severity", "breadth"):
        assert "say whether more of it is better" in one_sentence(lambda metric=metric: out.more_is_better(metric))


# --- Intervals


def test_score_intervals_are_wilsons() -> None:
    """8 of 10 gives .490 to .943 (Agresti & Coull 1998), 0 of 10 nothing to .278."""
    low, high = out.score_interval(np.array([0.8, 0.0, 1.0]), 10)
    assert low == pytest.approx([0.4902, 0.0, 0.7225], abs=1e-4) and high == pytest.approx(
        [0.9433, 0.2775, 1.0], abs=1e-4
    )
    narrow = out.score_interval(np.array([0.8]), 10, level=0.5)
    assert narrow[0][0] == pytest.approx(0.7025, abs=1e-4)
    assert (low[1], high[2]) == (0.0, 1.0)


def test_the_bootstrap_draws_worlds_and_seeds_each_by_themselves() -> None:
    drawn = list(out.resampled(3, 2, 50, 1))
    assert (
        len(drawn) == 50 and {worlds.size for worlds, _ in drawn} == {3} and {seeds.size for _, seeds in drawn} == {2}
    )
    assert {int(i) for worlds, _ in drawn for i in worlds} == {0, 1, 2}
    assert {int(i) for _, seeds in drawn for i in seeds} == {0, 1}
    values = np.arange(12.0).reshape(2, 3, 2)
    by_hand = np.array([values[:, w][:, :, s].mean(axis=(1, 2)) for w, s in out.resampled(3, 2, 100, 7)])
    low, high = out.bootstrap(values, lambda v: v.mean(axis=(1, 2)), 100, 7, 0.8)
    assert low == pytest.approx(np.quantile(by_hand, 0.1, axis=0)) and high == pytest.approx(
        np.quantile(by_hand, 0.9, axis=0)
    )


def test_partial_correlations_take_ten_observations_more_than_two_a_factor() -> None:
    assert [out.is_partial(n, 3) for n in (15, 16, 17)] == [False, True, True]
    luck = np.random.default_rng(0)
    cause = luck.normal(size=15)
    factors = np.column_stack([cause, cause + 0.1 * luck.normal(size=15), luck.normal(size=15)])
    plain = out.rank_correlations(factors, cause)
    assert plain.shape == (3,) and plain[0] == pytest.approx(1.0) and plain[1] > 0.9 > abs(plain[2])
    constant = np.column_stack([luck.normal(size=40), np.ones(40)])
    partial = out.rank_correlations(constant, constant[:, 0] + 0.3 * luck.normal(size=40))
    assert 0.9 < partial[0] < 1.0 and abs(partial[1]) < 1e-6
    assert out.rank_correlations(constant, constant[:, 0]) == pytest.approx([1.0, 0.0], abs=1e-6)


def test_partial_correlations_are_those_of_residuals_of_ranks() -> None:
    luck = np.random.default_rng(8)
    x = luck.normal(size=(60, 3))
    y = x[:, 0] - 0.5 * x[:, 1] + luck.normal(size=60)
    ranks = np.column_stack([np.argsort(np.argsort(column)) for column in (*x.T, y)]).astype(float)
    for j in range(3):
        others = np.column_stack([np.ones(60), np.delete(ranks[:, :3], j, axis=1)])
        rest = [v - others @ np.linalg.lstsq(others, v, rcond=None)[0] for v in (ranks[:, j], ranks[:, 3])]
        assert out.rank_correlations(x, y)[j] == pytest.approx(np.corrcoef(*rest)[0, 1])


def test_standard_errors_resample_observations_or_the_seeds_of_each() -> None:
    luck = np.random.default_rng(2)
    factors, outcomes = luck.normal(size=(30, 2)), luck.normal(size=(30, 5))
    dice = np.random.default_rng(4)
    by_hand = [out.rank_correlations(factors, outcomes[:, dice.integers(0, 5, size=5)].mean(axis=1)) for _ in range(20)]
    assert out.bootstrap_spread(factors, outcomes, 4, 20) == pytest.approx(np.std(by_hand, axis=0, ddof=1))
    dice = np.random.default_rng(4)
    rows = [dice.integers(0, 30, size=30) for _ in range(20)]
    by_hand = [out.rank_correlations(factors[row], outcomes[row, 0]) for row in rows]
    assert out.bootstrap_spread(factors, outcomes[:, 0], 4, 20) == pytest.approx(np.std(by_hand, axis=0, ddof=1))


# --- Tables of robustness

THREE = runs_of({"a": [(0.1, 0.3), (0.2, 0.2)], "b": [(0.2, 0.2), (0.1, 0.1)], "c": [(0.3, 0.5), (0.4, 0.4)]})


def test_worlds_and_seeds_need_not_be_as_many() -> None:
    """Three worlds of two seeds, of which the second adds 2 and then nothing else happens: 16/3 + 2/2."""
    values = np.array([[0.0, 2.0], [4.0, 6.0], [8.0, 10.0]])
    interval = out.crossed_interval(values)
    half = 12.706205 * np.sqrt(16 / 3 + 2 / 2)
    assert interval == pytest.approx((5.0, 5.0 - half, 5.0 + half), abs=1e-4)
    turned = out.crossed_interval(values.T)
    assert turned == pytest.approx(interval)
    assert out.world_interval(values).mean == out.world_interval(values.T).mean == pytest.approx(5.0)


def test_differences_have_a_row_for_each_policy_but_the_baseline() -> None:
    differences = paired_differences(THREE, "mean_severity", baseline="b")
    assert list(differences.columns) == [
        "policy",
        "baseline",
        "metric",
        "unit",
        "difference",
        "low",
        "high",
        "worlds",
        "seeds",
    ]
    assert list(differences["policy"]) == ["a", "c"] and set(differences["baseline"]) == {"b"}
    assert differences["difference"].to_numpy() == pytest.approx([0.05, 0.25])
    expected = out.crossed_interval(np.array([[-0.1, 0.1], [0.1, 0.1]]), 0.95)
    assert differences.loc[0, ["low", "high"]].to_list() == pytest.approx(expected[1:])
    wide = paired_differences(THREE, "mean_severity", baseline="b", method="bootstrap", resamples=100, level=0.9)
    by_hand = [(THREE_CHANGE[w][:, s]).mean() for w, s in out.resampled(2, 2, 100, 0)]
    assert wide.loc[0, ["low", "high"]].to_list() == pytest.approx(np.quantile(by_hand, [0.05, 0.95]))


THREE_CHANGE = np.array([[-0.1, 0.1], [0.1, 0.1]])


def test_ranks_go_the_way_that_each_measure_is_better() -> None:
    table = robustness(THREE, "mean_severity", threshold=0.15, resamples=100).set_index(["measure", "policy"])
    for measure in MEASURES:
        values, ranks = table.loc[measure, "value"], table.loc[measure, "rank"]
        better = values > values["c"] if MEASURES[measure].kind == "share" else values < values["c"]
        assert ranks["c"] == 3 - (not better["a"]) - (not better["b"]), measure
    assert table.loc["maximin", "rank"].to_dict() == {"a": 1, "b": 1, "c": 3}
    units = {measure: table.loc[measure, "unit"].iloc[0] for measure in MEASURES}
    assert units["maximin"] == units["minimax_regret"] == "severity in [0, 1]"
    assert units["satisficing"] == "share in [0, 1]" and units["mean_variance"] == "index"
    assert set(table["threshold"]) == {0.15} and set(table["worlds"]) == set(table["seeds"]) == {2}
    usual = robustness(THREE, "mean_severity", baseline="c", resamples=100)
    assert set(usual["threshold"]) == {0.4} and set(usual["metric"]) == {"mean_severity"}
    turned = robustness(THREE, "mean_severity", better=True, threshold=0.15, resamples=100).set_index(
        ["measure", "policy"]
    )
    assert turned.loc["maximin", "rank"].to_dict() == {"a": 2, "b": 3, "c": 1}
    assert turned.loc["maximin", "value"].to_dict() == pytest.approx({"a": 0.2, "b": 0.1, "c": 0.4})


def test_measures_say_what_they_are() -> None:
    assert MEASURES["maximin"].phrase == "worst world" and MEASURES["starr_domain"].phrase == "Starr's domain"
    assert [MEASURES[name].more(True) for name in ("maximin", "mean_variance", "minimax_regret", "satisficing")] == [
        True, True, False, True
    ]  # fmt: skip
    assert [MEASURES[name].more(False) for name in ("maximin", "mean_variance", "minimax_regret", "satisficing")] == [
        False, False, False, True
    ]  # fmt: skip


def test_shares_of_the_best_are_those_of_worlds_runs_and_resamples() -> None:
    shares = best_shares(THREE, "mean_severity", resamples=100).set_index("policy")
    assert shares["worlds_best"].to_dict() == {"a": 0.25, "b": 0.75, "c": 0.0}
    assert shares["runs_best"].to_dict() == {"a": 0.25, "b": 0.75, "c": 0.0}
    low, high = out.score_interval(np.array([0.25, 0.75, 0.0]), 2)
    assert (shares["worlds_low"] <= low + 1e-12).all() and (shares["worlds_high"] >= high - 1e-12).all()
    values = np.array([[[0.1, 0.3], [0.2, 0.2]], [[0.2, 0.2], [0.1, 0.1]], [[0.3, 0.5], [0.4, 0.4]]])
    best = []
    for w, s in out.resampled(2, 2, 100, 0):
        means = values[:, w][:, :, s].mean(axis=(1, 2))
        wins = means <= means.min() + 1e-9
        best.append(wins / wins.sum())
    assert shares["mean_best"].to_numpy() == pytest.approx(np.mean(best, axis=0))
    most = best_shares(THREE, "mean_severity", better=True, resamples=100).set_index("policy")
    assert most["runs_best"].to_dict() == {"a": 0.0, "b": 0.0, "c": 1.0}
    alone = best_shares(THREE[THREE["point"] == 0], "mean_severity", resamples=100).set_index("policy")
    assert alone.loc["c", "worlds_high"] == pytest.approx(out.score_interval(np.array(0.0), 2)[1])


def test_regret_counts_from_the_best_of_each_world_either_way() -> None:
    table = out.by_world(THREE, "mean_severity")
    assert regret(table, more=False)["c"].to_list() == pytest.approx([0.2, 0.3])
    assert regret(table, more=True)["b"].to_list() == pytest.approx([0.2, 0.3])


def test_tables_of_a_user_s_metric_carry_its_description() -> None:
    own = THREE.rename(columns={"mean_severity": "mine"})
    own.attrs[OWN] = {"mine": {"name": "mine", "label": "Mine", "unit": "x", "formula": ""}}
    differences = paired_differences(own, "mine")
    assert differences.attrs[OWN]["mine"]["label"] == "Mine" and set(differences["unit"]) == {"x"}
    assert OWN not in paired_differences(THREE, "mean_severity").attrs


# --- Edges of the arithmetic


def test_what_worlds_and_seeds_share_is_taken_out_by_all_degrees_of_freedom() -> None:
    """Three worlds of two seeds, one cell 6 apart from what its world and its seed would give: 12/2/6 is taken out.

    Means of worlds are 0, 3 and 12, with a variance of 39; those of seeds 4 and 6, with 2; what is left of the three
    worlds is 1, 1; -2, 2 and 1, -1 away, of which squares sum to 12 over (3 - 1) x (2 - 1) degrees.
    """
    values = np.array([[0.0, 0.0], [0.0, 6.0], [12.0, 12.0]])
    rest = values - values.mean(axis=1, keepdims=True) - values.mean(axis=0) + values.mean()
    assert rest.tolist() == [[1, -1], [-2, 2], [1, -1]]
    half = 12.706205 * np.sqrt(39 / 3 + 2 / 2 - 12 / 2 / 6)
    for interval in (out.crossed_interval(values), out.crossed_interval(values.T)):
        assert interval == pytest.approx((5.0, 5.0 - half, 5.0 + half), rel=1e-6)
    apart = values + np.array([-1.0, 1.0])  # seeds twice as far from each other, so that no part is as large as the sum
    assert out.crossed_interval(apart).high - 5.0 == pytest.approx(12.706205 * np.sqrt(39 / 3 + 8 / 2 - 12 / 2 / 6))
    narrow = out.crossed_interval(values, 0.5)
    assert narrow.high - 5.0 == pytest.approx(1.0 * np.sqrt(13.0))  # the t of one degree at three quarters is 1


def test_differences_of_shares_keep_to_their_level_on_one_world_or_one_seed() -> None:
    one, other = np.array([[1.0, 1.0, 0.0, 1.0]]), np.array([[0.0, 1.0, 0.0, 0.0]])
    wide, narrow = (out.crossed_difference(one, other, "0 or 1", level) for level in (0.95, 0.5))
    assert wide.low < narrow.low < wide.mean == narrow.mean < narrow.high < wide.high
    assert wide == paired_share_interval(one[0], other[0], 0.95)
    assert out.crossed_difference(one.T, other.T, "0 or 1", 0.5) == narrow


def test_a_few_observations_are_correlated_and_a_constant_outcome_is_not() -> None:
    few = np.array([[1.0, 3.0], [2.0, 1.0], [3.0, 2.0]])
    assert out.rank_correlations(few, np.array([10.0, 20.0, 30.0])) == pytest.approx([1.0, -0.5])
    assert out.rank_correlations(few, np.array([30.0, 20.0, 10.0])) == pytest.approx([-1.0, 0.5])
    constant = out.rank_correlations(few, np.full(3, 7.0))
    assert constant.shape == (2,) and np.isnan(constant).all()


def test_left_to_itself_a_standard_error_takes_200_resamples_of_seed_0() -> None:
    luck = np.random.default_rng(2)
    factors, outcomes = luck.normal(size=(30, 2)), luck.normal(size=30)
    usual = out.bootstrap_spread(factors, outcomes)
    assert (usual == out.bootstrap_spread(factors, outcomes, 0, 200)).all()
    for seed, resamples in ((1, 200), (0, 199), (0, 201)):
        assert (usual != out.bootstrap_spread(factors, outcomes, seed, resamples)).all()


def test_bounds_of_shares_narrow_with_cases_and_stay_around_the_share() -> None:
    """One of four at a level of two thirds (z = .9674): (.25 + .117 +- .967 x .2537) / 1.234."""
    z2 = 0.967422**2
    low, high = out.score_interval(np.array([0.25]), 4, 2 / 3)
    centre, spread = 0.25 + z2 / 8, np.sqrt(z2 * (0.25 * 0.75 / 4 + z2 / 64))
    assert (low[0], high[0]) == pytest.approx(
        ((centre - spread) / (1 + z2 / 4), (centre + spread) / (1 + z2 / 4)), rel=1e-5
    )


# --- Edges of matching


def test_policy_must_be_named_where_several_were_played_and_not_the_same_twice() -> None:
    assert one_sentence(lambda: out.outcome(RUNS, "mean_severity")) == "say under which policy: b, a."
    assert "compared with itself" in one_sentence(lambda: out.outcome(RUNS, "mean_severity", "a", "a"))
    assert "'c' was not played" in one_sentence(lambda: out.outcome(RUNS, "mean_severity", "a", "c"))
    three = pd.concat([RUNS, RUNS[RUNS["policy"] == "a"].replace({"policy": {"a": "c"}})])
    assert out.outcome(three, "mean_severity", "c", "b").tolist() == [-2.0, -3.5]
    assert out.matched(three, "mean_severity", least=3).policies == ["b", "a", "c"]


@pytest.mark.parametrize("state", range(6))
def test_worlds_and_seeds_are_sorted_and_policies_as_they_came(state: int) -> None:
    mixed = RUNS.sample(frac=1, random_state=state)
    matched_runs = out.matched(mixed, "mean_severity")
    assert (matched_runs.worlds, matched_runs.seeds, matched_runs.policies) == (
        [0, 1],
        [0, 1],
        list(dict.fromkeys(mixed["policy"])),
    )
    assert matched_runs.values[matched_runs.index("b")].tolist() == [[1, 3], [5, 5]]


def test_values_that_are_missing_matter_only_where_they_are_asked_for() -> None:
    wrong = RUNS.assign(mean_severity=RUNS["mean_severity"].where(RUNS.index != 7))
    assert "no finite value in 1 of 8 runs" in one_sentence(lambda: out.matched(wrong, "mean_severity"))
    assert out.matched(wrong.drop(index=6), "mean_severity").worlds == [0]
