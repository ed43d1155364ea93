"""Times until something happens, against published and analytic figures.

The published ones are the remissions of 42 children with leukaemia, in weeks (Freireich et al. 1963), which textbooks
work through (Klein & Moeschberger 2003, ch. 4; Kleinbaum & Klein 2012, ch. 2 and 3).
"""

import math

import numpy as np
import pandas as pd
import pytest
from made_runs import one_sentence

from greatpowers import compare
from greatpowers.statistics.survival import (
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
    found = kaplan_meier(remissions)
    treated = found[found["policy"] == "treated"].set_index("time")
    known = {6: 0.8571, 7: 0.8067, 10: 0.7529, 13: 0.6902, 16: 0.6275, 22: 0.5378, 23: 0.4482}
    for week, share in known.items():
        assert treated.loc[week, "survival"] == pytest.approx(share, abs=1e-4)
        assert treated.loc[week, "low"] < share < treated.loc[week, "high"]
    assert treated.loc[10, "at_risk"] == 15
    assert (treated.loc[6, "events"], treated.loc[6, "censored"]) == (3, 1)


def test_kaplan_meier_by_hand_on_five_histories() -> None:
    """Wars after 2 and 4 rounds, quiet for 3, 5 and 5: 4/5, then 4/5 of 2/3."""
    spells = pd.DataFrame({"policy": "a", "duration": [2.0, 3, 4, 5, 5], "observed": [True, False, True, False, False]})
    found = kaplan_meier(spells).set_index("time")["survival"]
    assert found.to_dict() == pytest.approx({0: 1, 2: 4 / 5, 3: 4 / 5, 4: 8 / 15, 5: 8 / 15})
    mean = restricted_mean(spells).iloc[0]
    assert mean["mean"] == pytest.approx(2 + 2 * 4 / 5 + 8 / 15)


def test_the_order_has_collapsed_below_its_threshold_and_not_at_it() -> None:
    orders = {1: [0.5, 0.25, 0.25], 2: [0.5, 0.25, 0.125]}
    rounds = pd.DataFrame(
        [("a", seed, k, order) for seed, found in orders.items() for k, order in enumerate(found)],
        columns=["policy", "seed", "round", "order"],
    )
    found = time_to(rounds, "collapse", order_below=0.25)
    assert found["duration"].tolist() == [3.0, 3.0]
    assert found["observed"].tolist() == [False, True]


def test_the_restricted_mean_has_greenwoods_variance(remissions: pd.DataFrame) -> None:
    """23.29 weeks up to 35, standard error 2.83 (Klein & Moeschberger 2003, ex. 4.4)."""
    treated = remissions[remissions["policy"] == "treated"]
    found = restricted_mean(treated, horizon=35).iloc[0]
    assert found["mean"] == pytest.approx(23.29, abs=0.005)
    assert (found["high"] - found["low"]) / 2 / 1.96 == pytest.approx(2.83, abs=0.005)


def test_where_every_history_ends_its_variance_is_that_of_a_mean() -> None:
    """Of 1, 2 and 3 rounds: (2/3)/3, of which the last but one of them has a quarter."""
    spells = pd.DataFrame({"policy": "a", "duration": [1.0, 2.0, 3.0], "observed": True})
    found = restricted_mean(spells, horizon=3).iloc[0]
    assert found["mean"] == pytest.approx(2.0)
    assert found["mean"] - found["low"] == pytest.approx(1.959964 * math.sqrt(2 / 9), abs=1e-6)


def test_log_rank_and_cox_are_as_published(remissions: pd.DataFrame) -> None:
    """Chi square 16.79; hazard ratio 4.82 by Efron's way with ties."""
    joint, pair = log_rank(remissions).itertuples()
    assert joint.statistic == pytest.approx(16.79, abs=0.005)
    assert pair.statistic == pytest.approx(16.79, abs=0.005)
    found = cox(remissions, baseline="treated").iloc[0]
    assert found["hazard_ratio"] == pytest.approx(4.82, abs=0.01)
    assert found["low"] == pytest.approx(2.147, abs=0.01)
    assert found["high"] == pytest.approx(10.81, abs=0.02)
    assert found["p_proportional"] > 0.5
    (other,) = set(remissions["policy"]) - {"treated"}
    (turned,) = cox(remissions, baseline=other).itertuples()
    assert turned.covariate == "treated" and turned.hazard_ratio == pytest.approx(1 / found["hazard_ratio"])


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
    found = cox(exponential, ["clash"], cluster="seed").set_index("covariate")
    for name, ratio in (("containment", 2.0), ("clash", 1.5)):
        assert found.loc[name, "low"] < ratio < found.loc[name, "high"]
        assert found.loc[name, "high"] / found.loc[name, "low"] < 1.3
    assert found.loc["clash", "label"] == "Clash"
    assert found.loc["containment", "unit"] == "against laissez-faire"


def test_intervals_of_restricted_means_hold_what_is_integrated() -> None:
    """Exponential waits of mean 50 watched for 60 rounds: 34.9. Of 100 intervals, 95 should hold it (s.e. 2.2)."""
    luck, hits = np.random.default_rng(5), 0
    truth = 50 * (1 - math.exp(-60 / 50))
    for _ in range(100):
        waits = luck.exponential(50, 100)
        spells = pd.DataFrame({"policy": "a", "duration": np.minimum(waits, 60), "observed": waits < 60})
        found = restricted_mean(spells, horizon=60).iloc[0]
        hits += bool(found["low"] < truth < found["high"])
    assert 88 <= hits <= 100


def test_survivors_count_in_the_restricted_mean() -> None:
    """The mean wait of those who had a war says 22; with those who had none it is 35."""
    waits = np.random.default_rng(5).exponential(50, 4000)
    spells = pd.DataFrame({"policy": "a", "duration": np.minimum(waits, 60), "observed": waits < 60})
    assert waits[waits < 60].mean() < 25
    assert restricted_mean(spells, horizon=60)["mean"].iloc[0] == pytest.approx(34.9, abs=1.0)


def test_where_nothing_happened_to_a_group_its_bounds_are_not_empty(remissions: pd.DataFrame) -> None:
    quiet = remissions.assign(observed=remissions["observed"] & (remissions["policy"] == "placebo"))
    found = kaplan_meier(quiet)
    assert found[(found["policy"] == "treated") & (found["time"] > 0)]["low"].to_numpy() == pytest.approx(
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
    found = peace_spells(rounds("ppWwpppWpp"))
    assert list(found["start"]) == [0, 4, 8]
    assert list(found["duration"]) == [2.0, 3.0, 2.0]
    assert list(found["observed"]) == [True, True, False]


def test_the_first_war_counts_and_a_history_without_one_is_censored() -> None:
    both = pd.concat([rounds("pppWppW"), rounds("ppppppp").assign(seed=1)])
    found = time_to(both)
    assert list(found["duration"]) == [4.0, 7.0]
    assert list(found["observed"]) == [True, False]
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
    assert "no spells of peace" in one_sentence(lambda: peace_spells(rounds("ww")))
    assert "horizon is 5" in one_sentence(lambda: time_to_war(pd.DataFrame({"rounds_to_war": [9.0]}), 5))
