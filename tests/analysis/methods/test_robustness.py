"""Policies compared over worlds, against figures worked out by hand."""

from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest
from made_runs import one_sentence, runs_of

from greatpowers.statistics.outcomes import by_world, more_is_better, outcome, resampled
from greatpowers.statistics.robustness import MEASURES, best_shares, paired_differences, regret, robustness

WORLDS = {"a": (0.1, 0.2, 0.3, 0.4), "b": (0.2, 0.2, 0.2, 0.2), "c": (0.0, 0.1, 0.4, 0.7)}
"""Three policies in four worlds; each on two seeds, .04 above and below."""

BY_HAND = {
    "maximin": (0.4, 0.2, 0.7),
    "hurwicz": (0.25, 0.2, 0.35),
    "laplace": (0.25, 0.2, 0.3),
    "minimax_regret": (0.2, 0.2, 0.5),  # regrets: a .1 .1 .1 .2, b .2 .1 0 0, c 0 0 .2 .5
    "regret_90": (0.17, 0.17, 0.41),
    "mean_variance": (1.25 * (1 + 0.0125**0.5), 1.2, 1.3 * (1 + 0.075**0.5)),
    "undesirable_deviations": (0.1, 0.0, 0.3),
    "satisficing": (3 / 8, 4 / 8, 4 / 8),
    "starr_domain": (0.5, 1.0, 0.5),
}


@pytest.fixture
def table() -> pd.DataFrame:
    return runs_of({name: [(v - 0.04, v + 0.04) for v in values] for name, values in WORLDS.items()})


def test_every_measure_of_robustness_is_as_worked_out_by_hand(table: pd.DataFrame) -> None:
    measures = robustness(table, "mean_severity", threshold=0.22, resamples=100)
    for measure, expected in BY_HAND.items():
        values = measures[measures["measure"] == measure].set_index("policy")["value"]
        assert values[["a", "b", "c"]].to_numpy() == pytest.approx(expected), measure
    assert (measures["low"] <= measures["value"] + 1e-12).mean() > 0.9
    ranks = measures[measures["measure"] == "maximin"].set_index("policy")["rank"]
    assert list(ranks[["a", "b", "c"]]) == [2, 1, 3]


@pytest.mark.parametrize("metric", ["battle_deaths", "war_cost", "target_cost", "sender_cost"])
def test_what_wars_and_sanctions_cost_is_better_low(metric: str) -> None:
    assert more_is_better(metric, None) is False


def test_where_more_is_better_every_measure_turns_round(table: pd.DataFrame) -> None:
    """The order as 1 - severity: worst worlds and regrets belong to the same policies."""
    other = table.assign(order=1 - table["mean_severity"]).drop(columns="mean_severity")
    measures = robustness(other, "order", threshold=0.78, resamples=100).set_index(["measure", "policy"])["value"]
    for measure in ("minimax_regret", "regret_90", "undesirable_deviations", "satisficing", "starr_domain"):
        assert measures[measure][["a", "b", "c"]].to_numpy() == pytest.approx(BY_HAND[measure])
    assert measures["maximin"]["a"] == pytest.approx(0.6)
    assert measures["mean_variance"]["c"] == pytest.approx(1.7 / (1 + 0.075**0.5))


def test_distances_are_better_low_and_shares_high_whatever_the_metric() -> None:
    for measure in MEASURES.values():
        wanted = {"distance": [False, False], "share": [True, True]}.get(measure.kind, [True, False])
        assert [measure.more(True), measure.more(False)] == wanted


def test_regret_is_the_distance_from_the_best_of_the_same_world(table: pd.DataFrame) -> None:
    regrets = regret(by_world(table, "mean_severity"), more=False)
    assert regrets["a"].to_numpy() == pytest.approx([0.1, 0.1, 0.1, 0.2])
    assert regrets["c"].to_numpy() == pytest.approx([0.0, 0.0, 0.2, 0.5])


def test_shares_of_worlds_in_which_each_is_best(table: pd.DataFrame) -> None:
    shares = best_shares(table, "mean_severity", resamples=200).set_index("policy")
    assert shares["worlds_best"].to_dict() == {"a": 0.0, "b": 0.5, "c": 0.5}
    assert shares["runs_best"].to_dict() == {"a": 0.0, "b": 0.5, "c": 0.5}
    # 0 of 4 has the score interval 0 to .49 (Wilson 1927).
    assert shares.loc["a", "worlds_high"] == pytest.approx(3.8415 / (4 + 3.8415), abs=1e-3)
    assert shares["mean_best"].sum() == pytest.approx(1.0)


def test_ties_are_divided() -> None:
    shares = best_shares(runs_of({"a": [(1, 1)], "b": [(1, 1)], "c": [(2, 3)]}), "mean_severity", resamples=100)
    assert list(shares["worlds_best"]) == [0.5, 0.5, 0.0]


def test_paired_differences_take_out_what_policies_share() -> None:
    """Ten worlds and seeds far apart, policies .1 apart with hardly any noise: a narrow interval about .1."""
    luck = np.random.default_rng(0)
    level = luck.normal(0, 5, (10, 1)) + luck.normal(0, 5, (1, 8))
    noisy = level + 0.1 + luck.normal(0, 0.01, (10, 8))
    table = runs_of({"laissez-faire": level.tolist(), "containment": noisy.tolist()})
    for method in ("t", "bootstrap"):
        difference = paired_differences(table, "mean_severity", method=method).iloc[0]
        assert difference["policy"] == "containment"
        assert difference["low"] < 0.1 < difference["high"]
        assert difference["high"] - difference["low"] < 0.02
        assert (difference["worlds"], difference["seeds"], difference["unit"]) == (10, 8, "severity in [0, 1]")


def coverage(worlds: int, seeds: int, method: str, trials: int = 150) -> float:
    """Share of trials in which the interval holds the true difference, 1."""
    luck, hits = np.random.default_rng(1), 0
    for _ in range(trials):
        change = (
            1 + luck.normal(0, 0.5, (worlds, 1)) * (worlds > 1) + luck.normal(0, 0.5, (1, seeds))
            + luck.normal(0, 1, (worlds, seeds))
        )  # fmt: skip
        table = runs_of({"a": np.zeros((worlds, seeds)).tolist(), "b": change.tolist()})
        difference = paired_differences(table, "mean_severity", baseline="a", method=method, resamples=200).iloc[0]
        hits += bool(difference["low"] <= 1 <= difference["high"])
    return hits / trials


@pytest.mark.parametrize(("worlds", "seeds", "method"), [(1, 30, "bootstrap"), (15, 15, "bootstrap"), (15, 15, "t")])
def test_nineteen_intervals_in_twenty_hold_the_truth(worlds: int, seeds: int, method: str) -> None:
    """.95 with a standard error of .018; the bootstrap of thirty falls a little short, that over both is cautious."""
    assert 0.88 <= coverage(worlds, seeds, method) <= 1.0


def test_worlds_of_an_experiment_under_way_are_left_out() -> None:
    table = runs_of({"a": [(0.1,), (0.2,)], "b": [(0.3,), (0.4,)]}).iloc[:-1]
    assert list(by_world(table, "mean_severity").index) == [0]


def test_outcomes_are_means_over_seeds_by_point() -> None:
    table = runs_of({"a": [(1, 3), (5, 5)], "b": [(0, 0), (1, 2)]})
    assert list(outcome(table, "mean_severity", "a", against="b")) == [2.0, 3.5]


ONE = runs_of({"a": [(0.1, 0.2), (0.2, 0.3)]})
TWO = runs_of({"a": [(0.1, 0.2), (0.2, 0.3)], "b": [(0.3, 0.3), (0.4, 0.4)]})


def test_wrong_uses_get_a_sentence() -> None:
    def message(table: pd.DataFrame, metric: str = "mean_severity", **more: object) -> str:
        return one_sentence(lambda: robustness(table, metric, **more))  # type: ignore[arg-type]

    assert "at least 2 policies; there is 1" in message(ONE)
    assert "'order' was not recorded" in message(TWO, "order")
    assert "Did you mean 'mean_severity'?" in message(TWO, "mean_severty")
    assert "no rows" in message(TWO.iloc[:0])
    assert "at least 2 worlds; there is 1" in message(TWO[TWO["point"] == 0])
    assert "0.5 everywhere" in message(TWO.assign(mean_severity=0.5))
    assert "no finite value in 1 of 8 runs" in message(TWO.assign(mean_severity=[np.nan, *[0.1] * 7]))
    assert "neither good nor bad" in message(TWO.rename(columns={"mean_severity": "breadth"}), "breadth")
    assert "'c' was not played" in message(TWO, baseline="c")
    assert "same policy, point and seed" in message(pd.concat([TWO, TWO]))
    assert "level is 95" in message(TWO, level=95)
    assert "resamples is 3" in message(TWO, resamples=3)
    assert "text and not numbers" in message(TWO.assign(mean_severity="high"))
    single = runs_of({"a": [(0.1,)], "b": [(0.2,)]})
    assert "at least 2 runs" in one_sentence(lambda: paired_differences(single, "mean_severity"))
    assert "Known: t, bootstrap" in one_sentence(lambda: paired_differences(TWO, "mean_severity", method="exact"))
    assert "say under which policy" in one_sentence(lambda: outcome(TWO, "mean_severity"))
    assert "compared with itself" in one_sentence(lambda: outcome(TWO, "mean_severity", "a", "a"))


# --- Edges


def test_what_reaches_the_threshold_exactly_satisfies() -> None:
    """Of four histories two reach .25, of two worlds whose means are .25 and .5 one does."""
    runs = runs_of({"a": [(0.25, 0.25), (0.25, 0.75)], "b": [(0.0, 0.5), (1.0, 1.0)]})
    for better, shares in ((False, (0.75, 0.5)), (True, (1.0, 1.0))):
        measures = robustness(runs, "mean_severity", better=better, threshold=0.25, resamples=100)
        a = measures[measures["policy"] == "a"].set_index("measure")["value"]
        assert (a["satisficing"], a["starr_domain"]) == shares


def test_deviations_are_counted_in_the_worlds_below_the_middle_one_alone() -> None:
    """Of .1, .2 and .6 the middle is .2, and .6 lies .4 beyond it; of three alike none does."""
    runs = runs_of({"a": [(0.1,), (0.2,), (0.6,)], "b": [(0.3,), (0.3,), (0.3,)]})
    measures = robustness(runs, "mean_severity", resamples=100).set_index(["measure", "policy"])["value"]
    assert measures["undesirable_deviations"].to_dict() == pytest.approx({"a": 0.4, "b": 0.0})
    assert measures["regret_90"].to_dict() == pytest.approx({"a": 0.8 * 0.3, "b": 0.18})  # regrets 0 0 .3, and .2 .1 0


def test_worlds_count_where_there_are_several_and_else_seeds() -> None:
    """Nobody wins any of two worlds, or of three seeds of one: nothing to .66, or to .56, by Wilson's interval."""
    two = runs_of({"a": [(0.1, 0.1, 0.1), (0.1, 0.1, 0.1)], "b": [(0.2, 0.2, 0.2), (0.3, 0.3, 0.3)]})
    for runs, cases in ((two, 2), (two[two["point"] == 0], 3)):
        shares = best_shares(runs, "mean_severity", resamples=100).set_index("policy")
        bound = 3.841459 / (cases + 3.841459)
        for kind in ("worlds", "runs"):
            assert shares.loc["b", [f"{kind}_best", f"{kind}_low", f"{kind}_high"]].tolist() == pytest.approx(
                [0, 0, bound]
            )
            assert shares.loc["a", [f"{kind}_best", f"{kind}_low", f"{kind}_high"]].tolist() == pytest.approx(
                [1, 1 - bound, 1]
            )
        assert shares["mean_best"].to_dict() == {"a": 1.0, "b": 0.0}
        assert (shares["worlds"].iloc[0], shares["seeds"].iloc[0]) == (runs["point"].nunique(), 3)


def test_the_best_of_a_world_is_that_of_its_mean_and_the_best_of_a_history_its_own() -> None:
    """The first wins one world by far, on one seed of three; the second the other, and five histories of six."""
    runs = runs_of({"a": [(0.0, 0.5, 0.5), (0.9, 0.9, 0.9)], "b": [(0.4, 0.4, 0.4), (0.3, 0.3, 0.3)]})
    shares = best_shares(runs, "mean_severity", resamples=100).set_index("policy")
    assert shares["worlds_best"].to_dict() == {"a": 0.5, "b": 0.5}
    assert shares["runs_best"].to_dict() == pytest.approx({"a": 1 / 6, "b": 5 / 6})
    wide, narrow = (best_shares(runs, "mean_severity", level=level, resamples=100) for level in (0.95, 0.5))
    assert (narrow["runs_high"] - narrow["runs_low"] < wide["runs_high"] - wide["runs_low"]).all()


Study = Callable[..., pd.DataFrame]
NOISY = runs_of({name: np.random.default_rng(k).random((9, 7)).tolist() for k, name in enumerate("ab")})


def _by_bootstrap(runs: pd.DataFrame, metric: str, **more: float) -> pd.DataFrame:
    return paired_differences(runs, metric, method="bootstrap", **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("study", "resamples"),
    [(robustness, 500), (best_shares, 1000), (_by_bootstrap, 2000)],
    ids=["robustness", "best", "differences"],
)
def test_left_to_itself_a_study_draws_with_the_seed_0(study: Study, resamples: int) -> None:
    usual = study(NOISY, "mean_severity")
    pd.testing.assert_frame_equal(usual, study(NOISY, "mean_severity", resamples=resamples, seed=0, level=0.95))
    for other in ({"seed": 1}, {"resamples": resamples + 1}, {"resamples": resamples - 1}):
        assert not usual.equals(study(NOISY, "mean_severity", **other)), other
    assert "from 100 to" in one_sentence(lambda: study(NOISY, "mean_severity", resamples=99))
    assert len(study(NOISY, "mean_severity", resamples=100))


def test_the_middle_world_of_the_baseline_satisfies_unless_told() -> None:
    runs = runs_of({"a": [(0.1,), (0.2,), (0.6,)], "laissez-faire": [(0.3,), (0.7,), (0.9,)]})
    assert set(robustness(runs, "mean_severity", resamples=100)["threshold"]) == {0.7}
    assert set(robustness(runs, "mean_severity", baseline="a", resamples=100)["threshold"]) == {0.2}
    assert set(robustness(runs, "mean_severity", threshold=0.0, resamples=100)["threshold"]) == {0.0}


def test_bounds_of_measures_are_percentiles_of_resamples(table: pd.DataFrame) -> None:
    measures = robustness(table, "mean_severity", level=0.8, resamples=100, seed=5).set_index(["measure", "policy"])
    values = np.array([[(v - 0.04, v + 0.04) for v in WORLDS["c"]]])
    drawn = [values[:, w][:, :, s].mean() for w, s in resampled(4, 2, 100, 5)]
    assert measures.loc[("laplace", "c"), ["low", "high"]].tolist() == pytest.approx(np.quantile(drawn, [0.1, 0.9]))
    worst = [values[:, w][:, :, s].mean(axis=2).max() for w, s in resampled(4, 2, 100, 5)]
    assert measures.loc[("maximin", "c"), ["low", "high"]].tolist() == pytest.approx(np.quantile(worst, [0.1, 0.9]))
