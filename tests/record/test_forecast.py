"""Forecasts by place: outcomes from what happened, chances from histories, scores worked out by hand."""

import math
from typing import Any

import numpy as np
import pandas as pd
import pytest
from sklearn.linear_model import LogisticRegression

from greatpowers import GreatPowersError, Scenario, load_scenario, simulate
from greatpowers.hindcast.forecast import MEAN, PlayedScenario, forecast, judge, policies_of, smoothed
from greatpowers.hindcast.forecast_page import answer, details, extremes, probability, split_scores
from greatpowers.hindcast.forecast_scoring import POOLED, cases, highest_rungs, places, scores, window
from greatpowers.scenario.load import compared
from greatpowers.scenario.schema import Happening

NAN = math.nan


def made(name: str, rungs: list[int], saliences: list[float], *events: tuple[str, str, int], **more: Any) -> Scenario:
    """A scenario whose places a, b, ... start on these rungs, and what happened: (quarter, place, rung)."""
    template = load_scenario("template")
    like = template.theatres[0]
    theatres = [
        like.model_copy(update={"id": "abcdefgh"[number], "rung": rung, "salience": salience, "ceiling": 7})
        for number, (rung, salience) in enumerate(zip(rungs, saliences, strict=True))
    ]
    happened = [
        Happening(quarter=quarter, theatre=place, rung=rung, text="So it was.") for quarter, place, rung in events
    ]
    update = {
        "name": name,
        "theatres": tuple(theatres),
        "happened": tuple(happened),
        "terms": (),
        "policies": (),
        "question": None,
    }
    return template.model_copy(update=update | {"happened_to": "2004Q4", "happened_under": "containment"} | more)


FIRST = made("first", [0, 1, 4, 7], [0.2, 0.4, 0.6, 0.8], ("2001Q1", "a", 7), ("2002Q1", "b", 3))
SECOND = made("second", [2, 0, 1], [0.5, 0.9, 0.1], ("2001Q2", "b", 5))


def counts(*reached: list[int]) -> np.ndarray:
    """Histories in which war, then force, came to each place, under one policy."""
    return np.array([reached])


@pytest.fixture(scope="module")
def by_hand() -> Any:
    """Ten histories of each: those of the first held a likeliest, those of the second b least likely."""
    played = [
        PlayedScenario(FIRST, ("containment",), 10, counts([6, 1, 2, 10], [8, 1, 10, 10])),
        PlayedScenario(SECOND, ("containment",), 10, counts([3, 0, 0], [4, 1, 2])),
    ]
    return judge(played, range(10), {}, 400)


def row(forecasts: Any, outcome: str, group: str, forecast: str = "model") -> "pd.Series[Any]":
    table = forecasts.scores
    chosen = table[(table["outcome"] == outcome) & (table["group"] == group) & (table["forecast"] == forecast)]
    assert len(chosen) == 1
    return chosen.iloc[0]


def test_what_came_of_places_is_what_is_told_of_them_and_where_they_started() -> None:
    assert window(FIRST) == 20
    assert highest_rungs(FIRST).tolist() == [7, 3, 4, 7]
    table = places(FIRST).set_index("theatre")
    assert table["war"].tolist() == pytest.approx([1, 0, 0, NAN], nan_ok=True)
    assert table["force"].tolist() == pytest.approx([1, 0, NAN, NAN], nan_ok=True)
    assert (table["war_undoubted"].fillna(-1) == table["war"].fillna(-1)).all()


def test_what_is_doubted_is_left_out_of_the_outcomes_that_say_so() -> None:
    doubted = tuple(entry.model_copy(update={"doubted": entry.theatre == "a"}) for entry in FIRST.happened)
    table = places(FIRST.model_copy(update={"happened": doubted}))
    assert table["war"].tolist()[:2] == [1, 0] and table["war_undoubted"].tolist()[:2] == [0, 0]
    assert table["force"].tolist()[:2] == [1, 0] and table["force_undoubted"].tolist()[:2] == [0, 0]


def test_probabilities_are_shares_drawn_to_their_mean_and_never_none_or_all() -> None:
    # 9 of 30 histories, and half a case of each kind: mean 9.5/31, which counts as one history more
    assert smoothed(np.array([6, 3, 0]), 10) == pytest.approx(np.array([6, 3, 0]) / 11 + 9.5 / 31 / 11)
    assert smoothed(np.array([0, 0]), 4).tolist() == pytest.approx([0.5 / 9 / 5] * 2)
    assert (smoothed(np.array([4, 4]), 4) < 1).all()


def test_places_that_are_there_at_the_start_have_no_forecast_and_do_not_enter_the_mean(by_hand: Any) -> None:
    first = by_hand.places[by_hand.places["scenario"] == "first"]
    mean = 9.5 / 31  # 6, 1 and 2 of 10 each
    assert first["p_war"].tolist() == pytest.approx([(n + mean) / 11 for n in (6, 1, 2)] + [NAN], nan_ok=True)
    assert first["p_force"].notna().tolist() == [True, True, False, False]
    assert math.isnan(first["surprise"].iloc[3])
    only_war = first.iloc[2]
    assert only_war["surprise"] == pytest.approx(-math.log(1 - only_war["p_war"]))
    both = first.iloc[0]
    assert both["surprise"] == pytest.approx(-(math.log(both["p_war"]) + math.log(both["p_force"])) / 2)


def test_scores_of_one_scenario_are_those_worked_out_by_hand(by_hand: Any) -> None:
    mean = 9.5 / 31
    chance = [(n + mean) / 11 for n in (6, 1, 2)]
    figures = row(by_hand, "war", "first")
    assert (figures["places"], figures["events"], figures["given"], figures["policy"]) == (3, 1, 1, "containment")
    brier = ((1 - chance[0]) ** 2 + chance[1] ** 2 + chance[2] ** 2) / 3
    assert figures["brier"] == pytest.approx(brier)
    assert figures["rate"] == pytest.approx(1 / 3)
    assert figures["skill"] == pytest.approx(1 - brier / (2 / 9))
    # in the other scenario war came to 0 of 3 places, and half a case of each kind is added
    elsewhere = 0.5 / 4
    fair = ((1 - elsewhere) ** 2 + 2 * elsewhere**2) / 3
    assert figures["rate_elsewhere"] == pytest.approx(elsewhere)
    assert figures["fair_skill"] == pytest.approx(1 - brier / fair)
    assert figures["log_score"] == pytest.approx(
        -(math.log(chance[0]) + math.log(1 - chance[1]) + math.log(1 - chance[2])) / 3
    )
    assert figures["auc"] == figures["within"] == 1
    assert row(by_hand, "war", "first", "elsewhere")["brier"] == pytest.approx(fair)
    assert row(by_hand, "war", "first", "elsewhere")["auc"] == 0.5


def test_all_places_together_and_only_pairs_of_one_scenario(by_hand: Any) -> None:
    # force: first a came (8) and b did not (1); second b came (1), a (4) and c (2) did not
    table = by_hand.places.set_index(["scenario", "theatre"])["p_force"]
    chance = {key: table[key] for key in (("first", "a"), ("first", "b"), ("second", "a"), ("second", "b"))}
    figures = row(by_hand, "force", POOLED)
    assert (figures["places"], figures["events"], figures["given"]) == (5, 2, 2)
    assert chance["second", "b"] < chance["first", "b"] < chance["second", "a"] < chance["first", "a"]
    assert figures["auc"] == pytest.approx(3 / 6)  # a of the first is above all three, b of the second above none
    assert figures["within"] == pytest.approx(1 / 3)  # one pair right in the first, two wrong in the second
    assert row(by_hand, "force", "second")["auc"] == 0
    rival = row(by_hand, "force", POOLED, "elsewhere")
    assert rival["within"] == 0.5
    assert rival["within_lead"] == pytest.approx(1 / 3 - 0.5)
    assert rival["fair_skill"] == 0


def test_what_is_fitted_sees_nothing_of_its_own_scenario(by_hand: Any) -> None:
    table = cases(by_hand.places, "force")
    turned = by_hand.places.copy()
    own = turned["scenario"] == "second"
    turned.loc[own, "force"] = 1 - turned.loc[own, "force"]
    again = cases(turned, "force")
    for name in ("elsewhere", "logit"):
        assert table.loc[own, name].tolist() == again.loc[own, name].tolist()
        assert table.loc[~own, name].dropna().tolist() != again.loc[~own, name].dropna().tolist()


def test_the_logit_is_that_of_scikit_learn_with_the_same_prior(by_hand: Any) -> None:
    table = cases(by_hand.places, "force")
    known, asked = (table[(table["scenario"] == name) & table["came"].notna()] for name in ("second", "first"))
    names = ["rung", "salience"]
    centre, spread = known[names].mean(), known[names].std(ddof=0)
    fitted = LogisticRegression(C=1.0, tol=1e-12, max_iter=1000).fit((known[names] - centre) / spread, known["came"])
    expected = fitted.predict_proba((asked[names] - centre) / spread)[:, 1]
    assert asked["logit"].tolist() == pytest.approx(expected.tolist(), abs=1e-6)


def test_where_war_came_to_none_the_logit_is_their_rate(by_hand: Any) -> None:
    table = cases(by_hand.places, "war")
    first = table[(table["scenario"] == "first") & table["came"].notna()]
    assert first["logit"].tolist() == first["elsewhere"].tolist() == [0.5 / 4] * 3


def test_intervals_hold_the_figure_and_shrink_with_more_places() -> None:
    luck = np.random.default_rng(3)

    def widths(size: int) -> tuple[float, float]:
        chance = luck.uniform(0.05, 0.95, size)
        came = (luck.random(size) < chance).astype(float)
        table = pd.DataFrame({"scenario": np.where(np.arange(size) % 2, "x", "y"), "theatre": np.arange(size)})
        table = table.assign(rung=np.arange(size) % 3, salience=luck.random(size), policy="p", p_war=chance, war=came)
        table = table.assign(war_undoubted=came, p_force=chance, force=came, force_undoubted=came)
        scored = scores(table, table[["scenario", "theatre", "policy", "p_war", "p_force"]], 300)
        model = scored[
            (scored["group"] == POOLED) & (scored["forecast"] == "model") & (scored["outcome"] == "war")
        ].iloc[0]
        for name in ("auc", "within", "brier", "skill", "fair_skill", "log_score"):
            assert model[f"{name}_low"] <= model[name] <= model[f"{name}_high"]
        return model["auc_high"] - model["auc_low"], model["brier_high"] - model["brier_low"]

    few, many = widths(60), widths(600)
    assert many[0] < few[0] / 2 and many[1] < few[1] / 2


def test_one_scenario_alone_has_nothing_to_be_compared_with(by_hand: Any) -> None:
    alone = judge(
        [PlayedScenario(FIRST, ("containment",), 10, counts([6, 1, 2, 10], [8, 1, 10, 10]))], range(10), {}, 50
    )
    assert set(alone.scores["forecast"]) == {"model"} and set(alone.scores["group"]) == {"first"}
    assert alone.scores["fair_skill"].isna().all()
    assert row(alone, "war", "first")["brier"] == row(by_hand, "war", "first")["brier"]
    assert answer(alone).startswith("AUC by place is 1")


def test_several_policies_are_forecast_by_their_mean_and_scored_one_by_one() -> None:
    world = made("several", [0, 0], [0.2, 0.4], ("2001Q1", "a", 7), happened_under=None)
    reached = np.array([[[4, 0], [4, 0]], [[0, 2], [0, 2]]])
    forecasts = judge([PlayedScenario(world, ("containment", "appeasement"), 4, reached)], range(4), {}, 50)
    assert forecasts.places["policy"].tolist() == [MEAN, MEAN] and forecasts.places["histories"].tolist() == [8, 8]
    assert forecasts.places["p_war"].tolist() == pytest.approx(smoothed(np.array([4, 2]), 8).tolist())
    war = forecasts.scores[forecasts.scores["outcome"] == "war"].set_index("policy")
    assert war["auc"].to_dict() == {MEAN: 1, "containment": 1, "appeasement": 0}
    assert split_scores(forecasts)[0]["policy"].tolist() == [MEAN, MEAN]


def test_chances_are_those_of_the_histories_counted_one_by_one() -> None:
    seeds = range(5)
    forecasts = forecast(["1913"], seeds, workers=2, resamples=20)
    scenario = load_scenario("1913")
    reached = {"war": 0, "force": 0}
    for seed in seeds:
        history = simulate("1913", "entente-ambiguity", seed).theatres
        rows = history[history["round"] < window(scenario)]
        highest = rows["rung"].where(rows["war"] == 0, 7).groupby(rows["theatre"], sort=False).max()
        reached = {"war": reached["war"] + (highest >= 7), "force": reached["force"] + (highest >= 4)}
    for name in ("war", "force"):
        expected = smoothed(reached[name].loc[forecasts.places["theatre"]].to_numpy(), 5)
        assert forecasts.places[f"p_{name}"].tolist() == pytest.approx(expected.tolist())


def test_histories_end_with_what_is_told() -> None:
    short = load_scenario("1936").model_copy(update={"happened_to": "1936Q3"})
    short = short.model_copy(update={"happened": short.happened[:3]})
    table = forecast([short], range(3), workers=1, resamples=20).places.set_index("theatre")
    assert table.loc["kresy", "p_war"] < 0.1, "nobody climbs from peace to war in three quarters"
    assert table.loc["danzig", "force"] == 0 and table.loc["spain-italy", "force"] == 1


def test_equal_questions_have_equal_answers_whatever_the_workers() -> None:
    one, other = (forecast(["2017", "1913"], range(2), workers=crew, resamples=50) for crew in (1, 2))
    for name in ("places", "policies", "scores"):
        pd.testing.assert_frame_equal(getattr(one, name), getattr(other, name), check_exact=True)
    assert policies_of(load_scenario("2017")) == tuple(compared(load_scenario("2017")))


def test_words_name_what_changes_without_what_is_doubted() -> None:
    forecasts = forecast(["2017"], range(1), workers=1, resamples=50)
    text = " ".join(details(forecasts))
    assert "Without what is doubted (war in 2017 iran-nuclear)" in text
    assert "Without what is doubted (limited intervention or more in 2017 gulf)" in text
    assert "came to 6 of 22 places; 2 more, there at the start, left out." in text
    ranked = extremes(forecasts, "2017")["surprise"].tolist()
    assert len(ranked) == 6 and ranked == sorted(ranked, reverse=True)
    every = forecasts.places["surprise"].dropna()
    assert ranked[0] == every.max() and ranked[-1] == every.min()


@pytest.mark.parametrize(
    ("value", "shown"), [(0.0004, "<.001"), (0.9996, ">.999"), (0.25, "0.250"), (NAN, "–"), (0.999, "0.999")]
)
def test_a_probability_is_never_shown_as_none_or_all(value: float, shown: str) -> None:
    assert probability(value) == shown


@pytest.mark.parametrize(
    ("scenarios", "sentence"),
    [
        (
            ["synthetic"],
            r"^synthetic: it does not say up to which quarter it lists what happened; expected 'happened_to'",
        ),
        (["1913", "1913"], r"^scenarios: '1913' is given more than once; expected each once\.$"),
        ([], r"^scenarios: there are none; expected at least one\.$"),
    ],
)
def test_each_mistake_has_its_sentence(scenarios: list[str], sentence: str) -> None:
    with pytest.raises(GreatPowersError, match=sentence):
        forecast(scenarios, range(1))


def test_a_list_without_rungs_tells_nothing_of_places() -> None:
    quiet = made("quiet", [0], [0.2])
    with pytest.raises(GreatPowersError, match=r"^quiet: it does not say what happened; expected \[\[happened\]\]"):
        forecast([quiet], range(1))
