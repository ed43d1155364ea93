"""Times until something happens, against published and analytic figures.

The published ones are the remissions of 42 children with leukaemia, in weeks (Freireich et al. 1963), which textbooks
work through (Klein & Moeschberger 2003, ch. 4; Kleinbaum & Klein 2012, ch. 2 and 3).
"""

import math

import numpy as np
import pandas as pd
import pytest
from lifelines import CoxPHFitter
from made_runs import one_sentence

from greatpowers import compare
from greatpowers.simulation.intervals import Interval
from greatpowers.statistics.survival import (
    _holm,
    area_under,
    check_spells,
    cox,
    kaplan_meier,
    log_rank,
    peace_spells,
    restricted_mean,
    time_to,
    time_to_war,
)

TREATED = [6, 6, 6, 7, 10, 13, 16, 22, 23]
TREATED_SEEN = [6, 9, 10, 11, 17, 19, 20, 25, 32, 32, 34, 35]
PLACEBO = [1, 1, 2, 2, 3, 4, 4, 5, 5, 8, 8, 8, 8, 11, 11, 12, 12, 15, 17, 22, 23]


@pytest.fixture
def remissions() -> pd.DataFrame:
    rows = [("treated", week, True) for week in TREATED] + [("treated", week, False) for week in TREATED_SEEN]
    rows += [("placebo", week, True) for week in PLACEBO]
    return pd.DataFrame(rows, columns=["policy", "duration", "observed"]).astype({"duration": float})


def test_kaplan_meier_is_as_in_the_textbook(remissions: pd.DataFrame) -> None:
    curves = kaplan_meier(remissions)
    treated = curves[curves["policy"] == "treated"].set_index("time")
    known = {6: 0.8571, 7: 0.8067, 10: 0.7529, 13: 0.6902, 16: 0.6275, 22: 0.5378, 23: 0.4482}
    for week, share in known.items():
        assert treated.loc[week, "survival"] == pytest.approx(share, abs=1e-4)
        assert treated.loc[week, "low"] < share < treated.loc[week, "high"]
    assert treated.loc[10, "at_risk"] == 15
    assert (treated.loc[6, "events"], treated.loc[6, "censored"]) == (3, 1)


def test_kaplan_meier_by_hand_on_five_histories() -> None:
    """Wars after 2 and 4 rounds, quiet for 3, 5 and 5: 4/5, then 4/5 of 2/3."""
    spells = pd.DataFrame({"policy": "a", "duration": [2.0, 3, 4, 5, 5], "observed": [True, False, True, False, False]})
    curve = kaplan_meier(spells).set_index("time")["survival"]
    assert curve.to_dict() == pytest.approx({0: 1, 2: 4 / 5, 3: 4 / 5, 4: 8 / 15, 5: 8 / 15})
    mean = restricted_mean(spells).iloc[0]
    assert mean["mean"] == pytest.approx(2 + 2 * 4 / 5 + 8 / 15)


def test_the_order_has_collapsed_below_its_threshold_and_not_at_it() -> None:
    orders = {1: [0.5, 0.25, 0.25], 2: [0.5, 0.25, 0.125]}
    rounds = pd.DataFrame(
        [("a", seed, k, order) for seed, levels in orders.items() for k, order in enumerate(levels)],
        columns=["policy", "seed", "round", "order"],
    )
    spells = time_to(rounds, "collapse", order_below=0.25)
    assert spells["duration"].tolist() == [3.0, 3.0]
    assert spells["observed"].tolist() == [False, True]


def test_the_restricted_mean_has_greenwoods_variance(remissions: pd.DataFrame) -> None:
    """23.29 weeks up to 35, standard error 2.83 (Klein & Moeschberger 2003, ex. 4.4)."""
    treated = remissions[remissions["policy"] == "treated"]
    estimate = restricted_mean(treated, horizon=35).iloc[0]
    assert estimate["mean"] == pytest.approx(23.29, abs=0.005)
    assert (estimate["high"] - estimate["low"]) / 2 / 1.96 == pytest.approx(2.83, abs=0.005)


def test_where_every_history_ends_its_variance_is_that_of_a_mean() -> None:
    """Of 1, 2 and 3 rounds: (2/3)/3, of which the last but one of them has a quarter."""
    spells = pd.DataFrame({"policy": "a", "duration": [1.0, 2.0, 3.0], "observed": True})
    estimate = restricted_mean(spells, horizon=3).iloc[0]
    assert estimate["mean"] == pytest.approx(2.0)
    assert estimate["mean"] - estimate["low"] == pytest.approx(1.959964 * math.sqrt(2 / 9), abs=1e-6)


def test_log_rank_and_cox_are_as_published(remissions: pd.DataFrame) -> None:
    """Chi square 16.79; hazard ratio 4.82 by Efron's way with ties."""
    joint, pair = log_rank(remissions).itertuples()
    assert joint.statistic == pytest.approx(16.79, abs=0.005)
    assert pair.statistic == pytest.approx(16.79, abs=0.005)
    hazard = cox(remissions, baseline="treated").iloc[0]
    assert hazard["hazard_ratio"] == pytest.approx(4.82, abs=0.01)
    assert hazard["low"] == pytest.approx(2.147, abs=0.01)
    assert hazard["high"] == pytest.approx(10.81, abs=0.02)
    assert hazard["p_proportional"] > 0.5
    (other,) = set(remissions["policy"]) - {"treated"}
    (turned,) = cox(remissions, baseline=other).itertuples()
    assert turned.covariate == "treated" and turned.hazard_ratio == pytest.approx(1 / hazard["hazard_ratio"])


@pytest.fixture(scope="module")
def exponential() -> pd.DataFrame:
    """Hazards .02, .04 a round, times 1.5 per standard deviation of clash; seen for 60 rounds."""
    luck = np.random.default_rng(0)
    clash = luck.normal(size=3000)
    policy = np.repeat(["laissez-faire", "containment"], 1500)
    hazard = np.where(policy == "containment", 0.04, 0.02) * 1.5**clash
    waits = luck.exponential(1 / hazard)
    return pd.DataFrame({
        "policy": policy, "seed": np.tile(range(1500), 2), "clash": clash,
        "duration": np.minimum(waits, 60), "observed": waits < 60,
    })  # fmt: skip


def test_hazard_ratios_of_a_censored_sample_hold_the_truth(exponential: pd.DataFrame) -> None:
    hazards = cox(exponential, ["clash"], cluster="seed").set_index("covariate")
    for name, ratio in (("containment", 2.0), ("clash", 1.5)):
        assert hazards.loc[name, "low"] < ratio < hazards.loc[name, "high"]
        assert hazards.loc[name, "high"] / hazards.loc[name, "low"] < 1.3
    assert hazards.loc["clash", "label"] == "Clash"
    assert hazards.loc["containment", "unit"] == "against laissez-faire"


def test_intervals_of_restricted_means_hold_what_is_integrated() -> None:
    """Exponential waits of mean 50 watched for 60 rounds: 34.9. Of 100 intervals, 95 should hold it (s.e. 2.2)."""
    luck, hits = np.random.default_rng(5), 0
    truth = 50 * (1 - math.exp(-60 / 50))
    for _ in range(100):
        waits = luck.exponential(50, 100)
        spells = pd.DataFrame({"policy": "a", "duration": np.minimum(waits, 60), "observed": waits < 60})
        estimate = restricted_mean(spells, horizon=60).iloc[0]
        hits += bool(estimate["low"] < truth < estimate["high"])
    assert 88 <= hits <= 100


def test_survivors_count_in_the_restricted_mean() -> None:
    """The mean wait of those who had a war says 22; with those who had none it is 35."""
    waits = np.random.default_rng(5).exponential(50, 4000)
    spells = pd.DataFrame({"policy": "a", "duration": np.minimum(waits, 60), "observed": waits < 60})
    assert waits[waits < 60].mean() < 25
    assert restricted_mean(spells, horizon=60)["mean"].iloc[0] == pytest.approx(34.9, abs=1.0)


def test_where_nothing_happened_to_a_group_its_bounds_are_not_empty(remissions: pd.DataFrame) -> None:
    quiet = remissions.assign(observed=remissions["observed"] & (remissions["policy"] == "placebo"))
    curves = kaplan_meier(quiet)
    assert curves[(curves["policy"] == "treated") & (curves["time"] > 0)]["low"].to_numpy() == pytest.approx(
        0.025 ** (1 / 21)
    )
    mean = restricted_mean(quiet).set_index("policy").loc["treated"]
    assert mean["mean"] == mean["high"] == 23
    assert mean["low"] < 20
    assert "nothing happened under 'treated'" in one_sentence(lambda: cox(quiet))


def rounds(peace: str) -> pd.DataFrame:
    """One history, a letter a round: p for peace, W where a war begins, w while it goes on."""
    marks = pd.Series(list(peace))
    return pd.DataFrame({
        "policy": "a", "seed": 0, "round": range(len(peace)), "wars_begun": (marks == "W").astype(float),
        "peace": (marks == "p").astype(float), "order": np.linspace(0.6, 0.0, len(peace)),
    })  # fmt: skip


def test_spells_of_peace_end_with_a_war_or_with_the_record() -> None:
    spells = peace_spells(rounds("ppWwpppWpp"))
    assert list(spells["start"]) == [0, 4, 8]
    assert list(spells["duration"]) == [2.0, 3.0, 2.0]
    assert list(spells["observed"]) == [True, True, False]


def test_the_first_war_counts_and_a_history_without_one_is_censored() -> None:
    both = pd.concat([rounds("pppWppW"), rounds("ppppppp").assign(seed=1)])
    spells = time_to(both)
    assert list(spells["duration"]) == [4.0, 7.0]
    assert list(spells["observed"]) == [True, False]
    assert list(time_to(both, "collapse", order_below=0.25)["duration"]) == [5.0, 5.0]


def test_real_comparisons_give_the_times_their_summaries_have() -> None:
    comparison = compare("2017", ["laissez-faire", "containment"], seeds=30, rounds=40)
    runs = [comparison.names, comparison.seeds, range(comparison.rounds)]
    table = pd.MultiIndex.from_product(runs, names=["policy", "seed", "round"]).to_frame(index=False)
    table["wars_begun"] = comparison.series[..., comparison.series_metrics.index("wars_begun")].reshape(-1)
    by_round = time_to(table).sort_values(["policy", "seed"])
    begun = comparison.runs.reset_index().sort_values(["policy", "seed"])
    assert list(by_round["observed"]) == list(begun["wars_begun"] > 0)
    by_run = time_to_war(comparison.runs.reset_index(), 40).sort_values(["policy", "seed"])
    assert list(by_run["duration"]) == list(by_round["duration"])  # every history of 2017 is probed from round 0


def test_wrong_uses_get_a_sentence(remissions: pd.DataFrame, exponential: pd.DataFrame) -> None:
    quiet = remissions.assign(observed=False)
    for method in (kaplan_meier, restricted_mean, log_rank, cox):
        assert "nothing happened in any of the 42 spells" in one_sentence(lambda method=method: method(quiet))
    one = remissions[remissions["policy"] == "placebo"]
    assert "at least 2 groups; there is 1" in one_sentence(lambda: log_rank(one))
    assert "horizon is 90" in one_sentence(lambda: restricted_mean(remissions, horizon=90))
    assert "not among the columns" in one_sentence(lambda: kaplan_meier(remissions, by="point"))
    assert "missing in 1 of 42" in one_sentence(
        lambda: kaplan_meier(remissions.assign(duration=[np.nan, *remissions["duration"][1:]]))
    )
    few = exponential.sample(12, random_state=0)
    assert "events" in one_sentence(lambda: cox(few, ["clash"]))
    assert "1 everywhere" in one_sentence(lambda: cox(exponential.assign(clash=1.0), ["clash"]))
    twice = exponential.assign(again=exponential["clash"])
    assert "say the same" in one_sentence(lambda: cox(twice, ["clash", "again"]))
    assert "'wars_begun' was not recorded" in one_sentence(lambda: time_to(rounds("pp").drop(columns="wars_begun")))
    assert "event is" in one_sentence(lambda: time_to(rounds("pp"), "famine"))  # type: ignore[arg-type]
    assert "needs spells of peace; there are none" in one_sentence(lambda: peace_spells(rounds("ww")))
    assert "horizon is 5" in one_sentence(lambda: time_to_war(pd.DataFrame({"rounds_to_war": [9.0]}), 5))


# --- Restricted means at their edges


def area(waits: list[float], horizon: float, observed: list[bool] | None = None, level: float = 0.95) -> Interval:
    return area_under(np.array(waits), np.array(observed or [True] * len(waits)), horizon, level)


def test_bounds_of_a_restricted_mean_stay_within_what_was_watched() -> None:
    """Waits of 1 and 9: 1 + 8/2, with variance (8/2)^2 / (2 x 1), more than which there is to either side."""
    assert area([1.0, 9.0], 9.0) == (5.0, 0.0, 9.0)
    half = 0.674490 * 8**0.5
    assert area([1.0, 9.0], 9.0, level=0.5) == pytest.approx((5.0, 5.0 - half, 5.0 + half), abs=1e-5)


def test_what_happens_at_the_horizon_has_not_happened_before_it() -> None:
    """All three wait as long as they are watched: nothing says that none could have waited less."""
    nothing = area([3.0, 3.0, 3.0], 3.0)
    assert nothing == pytest.approx((3.0, 3.0 * 0.025 ** (1 / 3), 3.0))
    assert nothing == area([5.0, 5.0, 5.0], 3.0, [False] * 3)
    assert area([1.0, 3.0, 3.0], 3.0) == area([1.0, 4.0, 5.0], 3.0), "nor does it matter what follows"


def test_once_it_has_happened_to_all_nothing_is_left() -> None:
    """Waits of 1, 2 and 3 watched for 5: the mean of the three and its variance."""
    half = 1.959964 * (2 / 9) ** 0.5
    assert area([1.0, 2.0, 3.0], 5.0) == pytest.approx((2.0, 2.0 - half, 2.0 + half), abs=1e-6)
    assert area([2.0, 2.0, 2.0], 5.0) == (2.0, 2.0, 2.0)


def test_a_horizon_is_above_nothing_and_no_longer_than_anybody_was_watched() -> None:
    spells = pd.DataFrame({"policy": list("aab"), "duration": [1.0, 4.0, 6.0], "observed": [True, True, False]})
    means = restricted_mean(spells, horizon=6.0).set_index("policy")
    assert means.loc["a", "mean"] == 2.5 and means.loc["b", "mean"] == 6.0
    assert (means.loc["a", "events"], means.loc["a", "n"], means.loc["b", "events"], means.loc["b", "n"]) == (
        2,
        2,
        0,
        1,
    )
    assert restricted_mean(spells, horizon=0.5)["mean"].tolist() == [0.5, 0.5]
    assert set(restricted_mean(spells)["horizon"]) == {4.0}, "as long as each group was watched"
    for horizon in (0.0, -1.0, 6.1):
        message = one_sentence(lambda horizon=horizon: restricted_mean(spells, horizon=horizon))
        assert message.endswith("expected rounds above 0 and at most 6.")


# --- Curves


def test_bounds_of_a_curve_follow_its_level_and_begin_at_one(remissions: pd.DataFrame) -> None:
    wide, narrow = (kaplan_meier(remissions, level=level).set_index(["policy", "time"]) for level in (0.95, 0.5))
    at = ("treated", 10.0)
    # Greenwood on the log(-log) scale: S^exp(+-z s), s^2 = sum of d/(n (n - d)) over (log S)^2.
    share = 18 / 21 * 16 / 17 * 14 / 15
    spread = (3 / (21 * 18) + 1 / (17 * 16) + 1 / (15 * 14)) ** 0.5 / -math.log(share)
    for curves, z in ((wide, 1.959964), (narrow, 0.674490)):
        bounds = [share ** math.exp(sign * z * spread) for sign in (1, -1)]
        assert curves.loc[at, ["low", "high"]].tolist() == pytest.approx(bounds, abs=1e-5)
        assert curves.loc[("treated", 0.0), ["survival", "low", "high"]].tolist() == [1.0, 1.0, 1.0]


def test_a_curve_without_an_event_starts_at_one_and_keeps_its_doubt(remissions: pd.DataFrame) -> None:
    quiet = remissions.assign(observed=remissions["observed"] & (remissions["policy"] == "placebo"))
    curve = kaplan_meier(quiet, level=0.8).set_index(["policy", "time"]).loc["treated"]
    assert curve.loc[0.0, ["survival", "low", "high"]].tolist() == [1.0, 1.0, 1.0]
    assert curve.loc[6.0, ["survival", "low", "high"]].tolist() == pytest.approx([1.0, 0.1 ** (1 / 21), 1.0])


# --- Groups


@pytest.fixture
def three() -> pd.DataFrame:
    """Two quiet groups, and one to which it happens; in an order that is not that of the alphabet."""
    rows = [("c", 9.0, False)] * 6 + [("a", float(k), True) for k in range(1, 7)] + [("b", 8.0, False)] * 6
    return pd.DataFrame(rows, columns=["policy", "duration", "observed"])


def test_groups_keep_the_order_in_which_they_came(three: pd.DataFrame) -> None:
    assert list(dict.fromkeys(kaplan_meier(three)["policy"])) == ["c", "a", "b"]
    assert list(restricted_mean(three)["policy"]) == ["c", "a", "b"]
    again = three.assign(seed=three.groupby("policy").cumcount(), round=0, wars_begun=1.0, peace=1.0)
    for spells in (time_to(again), peace_spells(again)):
        assert list(dict.fromkeys(spells["policy"])) == ["c", "a", "b"]


def test_every_pair_of_groups_is_tested_once_and_two_quiet_ones_do_not_differ(three: pd.DataFrame) -> None:
    tests = log_rank(three)
    assert list(zip(tests["first"], tests["second"], strict=True)) == [
        ("all", "all"), ("c", "a"), ("c", "b"), ("a", "b")
    ]  # fmt: skip
    assert tests.loc[2, ["statistic", "p", "p_holm"]].tolist() == [0.0, 1.0, 1.0]
    # One after another of six falls beside six others: (6 - expected)^2 over the hypergeometric variance.
    at_risk = np.arange(6, 0, -1)
    expected, variance = (at_risk / (at_risk + 6)).sum(), (at_risk * 6 / (at_risk + 6) ** 2).sum()
    assert tests.loc[[1, 3], "statistic"].to_numpy() == pytest.approx((6 - expected) ** 2 / variance)
    assert tests.loc[0, "statistic"] > tests.loc[1, "statistic"] and tests.loc[0, "p"] == tests.loc[0, "p_holm"]
    assert tests.loc[1, "p_holm"] == pytest.approx(3 * tests.loc[1, "p"])


@pytest.mark.parametrize(
    ("p", "adjusted"),
    [
        ([0.01, 0.04, 0.03], [0.03, 0.06, 0.06]),  # 3 x .01, then 2 x .03, then no less than that
        ([0.6, 0.9], [1.0, 1.0]),
        ([0.3, 0.2], [0.4, 0.4]),
        ([0.05], [0.05]),
    ],
)
def test_p_values_are_adjusted_for_all_at_once_as_holm_does(p: list[float], adjusted: list[float]) -> None:
    assert _holm(np.array(p)).tolist() == pytest.approx(adjusted)


# --- Hazards


def test_a_ratio_per_standard_deviation_is_that_per_unit_to_its_power(exponential: pd.DataFrame) -> None:
    some = exponential.head(400).assign(clash=3.0 * exponential["clash"] + 7.0)
    hazards = cox(some, ["clash"], by=None, level=0.8)
    assert list(hazards["covariate"]) == ["clash"] and list(hazards["unit"]) == ["per standard deviation"]
    fitted = CoxPHFitter(alpha=0.2).fit(some[["clash", "duration", "observed"]], "duration", "observed")
    spread = some["clash"].std(ddof=1)
    assert hazards.loc[0, "coefficient"] == pytest.approx(fitted.params_["clash"] * spread, rel=1e-4)
    assert hazards.loc[0, "hazard_ratio"] == pytest.approx(math.exp(hazards.loc[0, "coefficient"]))
    bounds = fitted.confidence_intervals_.loc["clash"].to_numpy() * spread
    assert hazards.loc[0, ["low", "high"]].tolist() == pytest.approx(np.exp(bounds), rel=1e-3)
    assert (hazards.loc[0, "events"], hazards.loc[0, "n"]) == (int(some["observed"].sum()), 400)


def test_groups_are_held_against_laissez_faire_else_the_first_unless_told(exponential: pd.DataFrame) -> None:
    some = exponential.groupby("policy").head(100)
    assert list(cox(some[::-1])["unit"]) == ["against laissez-faire"]
    renamed = some.replace({"policy": {"laissez-faire": "none"}})
    assert list(cox(renamed)["unit"]) == ["against none"] and list(cox(renamed[::-1])["unit"]) == [
        "against containment"
    ]
    assert list(cox(some, baseline="containment")["covariate"]) == ["laissez-faire"]
    assert "the baseline 'none' is not among the groups" in one_sentence(lambda: cox(some, baseline="none"))


def test_what_runs_share_widens_the_interval(exponential: pd.DataFrame) -> None:
    """Every history twice says no more than once: clusters know, independent runs do not."""
    once = exponential.head(200)
    twice = pd.concat([once, once.assign(duration=once["duration"] + 1e-9)], ignore_index=True)
    alone, counted, known = (
        cox(table, ["clash"], by=None, cluster=cluster).loc[0]
        for table, cluster in ((once, "seed"), (twice, None), (twice, "seed"))
    )
    width = [math.log(hazard["high"] / hazard["low"]) for hazard in (alone, counted, known)]
    assert width[2] == pytest.approx(width[0], rel=0.05) and width[1] < 0.85 * width[0]


def test_five_events_a_covariate_are_enough() -> None:
    spells = pd.DataFrame({"x": [1.0, 5.0, 2.0, 4.0, 3.0, 2.5], "duration": [1.0, 2, 3, 4, 5, 6], "observed": True})
    assert cox(spells.assign(observed=[True] * 5 + [False]), ["x"], by=None).loc[0, "events"] == 5
    message = one_sentence(lambda: cox(spells.assign(observed=[True] * 4 + [False] * 2), ["x"], by=None))
    assert message == "a model with 1 covariate needs at least 5 events; there are 4."
    assert "a model of hazards needs covariates; there are none" in one_sentence(lambda: cox(spells, by=None))


# --- From rounds and runs to times


def test_the_order_has_collapsed_below_a_fifth_unless_told_otherwise() -> None:
    orders = pd.DataFrame({"policy": "a", "seed": 0, "round": [0, 1, 2], "order": [0.5, 0.2, 0.1999]})
    assert time_to(orders, "collapse").loc[0, ["duration", "observed"]].tolist() == [3.0, True]
    assert list(time_to(orders, "collapse").columns) == ["policy", "seed", "duration", "observed"]


def test_great_power_wars_have_their_own_times() -> None:
    both = rounds("pWwp").assign(great_power_wars_begun=[0.0, 0.0, 1.0, 0.0])
    assert time_to(both)["duration"].tolist() == [2.0]
    assert time_to(both, "great-power war")["duration"].tolist() == [3.0]


def test_a_war_comes_before_the_end_of_the_history_it_is_in() -> None:
    runs = pd.DataFrame(
        {"policy": ["b", "a"], "point": 7, "seed": [4, 2], "rounds_to_war": [4.0, np.nan], "order": 0.5}, index=[9, 8]
    )
    spells = time_to_war(runs, 5)
    assert spells.to_dict("list") == {
        "policy": ["b", "a"], "point": [7, 7], "seed": [4, 2], "duration": [5.0, 5.0], "observed": [True, False]
    }  # fmt: skip
    assert spells.index.tolist() == [0, 1]
    assert "a war began after 4 rounds" in one_sentence(lambda: time_to_war(runs, 4))
    assert time_to_war(runs.assign(rounds_to_war=0.0), 1)["duration"].tolist() == [1.0, 1.0]
    assert "from 1 to" in one_sentence(lambda: time_to_war(runs, 0))


def test_spells_are_numbered_within_a_history_whatever_the_order_of_its_rows() -> None:
    one, other = rounds("WppWp"), rounds("pWw").assign(seed=1)
    spells = peace_spells(pd.concat([one[::-1], other]).sample(frac=1, random_state=1)).sort_values(["seed", "spell"])
    assert spells.drop(columns="policy").to_numpy().tolist() == [
        [0, 0, 1, 2.0, True], [0, 1, 4, 1.0, False], [1, 0, 0, 1.0, True]
    ]  # fmt: skip
    alone = peace_spells(one.drop(columns="policy"), by=["seed"])
    assert list(alone.columns) == ["seed", "spell", "start", "duration", "observed"] and len(alone) == 2


def test_an_event_in_the_first_instant_counts_and_one_before_it_is_refused() -> None:
    spells = pd.DataFrame({"policy": "a", "duration": [0.0, 2.0], "observed": [1, 0]})
    curve = kaplan_meier(spells)
    assert curve["survival"].tolist() == [0.5, 0.5] and check_spells(spells, "policy")["observed"].dtype == bool
    wrong = spells.assign(duration=[-0.5, 2.0])
    assert "a duration is below 0" in one_sentence(lambda: kaplan_meier(wrong))
