"""Explanations quote the trace: utilities, probabilities, beliefs, luck; and find the step that matters."""

import dataclasses

import numpy as np
import pandas as pd
import pytest

from greatpowers import GreatPowersError, History, explain, simulate
from greatpowers.core.ladder import Rung
from greatpowers.narrative.explanation import Choice, Option, most_important, reasons
from greatpowers.simulation.events import EventContext, a_chance, percent


@pytest.fixture(scope="module")
def history() -> History:
    return simulate("2017", "half-a-loaf", seed=3, rounds=24)


def weighed(history: History, theatre: str, when: int) -> pd.Series:
    return history.appraisals.set_index(["round", "theatre"]).loc[(when, theatre)]


def row(text: str, name: str) -> list[str]:
    line = next(line for line in text.splitlines() if line.startswith(f"  {name} "))
    return line.removeprefix(f"  {name}").split()


@pytest.mark.parametrize(("theatre", "when"), [("donbas", 0), ("crimea", 3), ("taiwan", 11), ("korea", 23)])
def test_the_numbers_are_those_of_the_trace(history: History, theatre: str, when: int) -> None:
    explanation, trace = explain(history, theatre, when), weighed(history, theatre, when)
    moves = [move for move in ("down", "hold", "up") if trace[f"probability_{move}"] > 0]
    assert [option.move for option in explanation.options] == moves
    for option in explanation.options:
        assert option.utility == trace[f"utility_{option.move}"]
        assert option.probability == trace[f"probability_{option.move}"]
        assert option.terms["control expected"] == trace[f"gain_{option.move}"]
        assert option.terms["sanctions"] == -trace[f"sanction_loss_{option.move}"]
    assert explanation.beliefs.credibility == (trace["believed_credibility"], trace["true_credibility"])
    assert explanation.choice.luck == trace["luck"]


@pytest.mark.parametrize(("theatre", "when"), [("donbas", 0), ("taiwan", 11)])
def test_the_text_shows_the_numbers(history: History, theatre: str, when: int) -> None:
    explanation = explain(history, theatre, when)
    text, flat = str(explanation), " ".join(str(explanation).split())
    assert row(text, "utility") == [f"{1000 * option.utility:+.3f}" for option in explanation.options]
    for shown, option in zip(row(text, "probability"), explanation.options, strict=True):
        assert shown == "<0.001" or float(shown) == pytest.approx(option.probability, abs=0.0006)
    believed, true = explanation.beliefs.credibility
    assert f"it expected the coalition to do {percent(believed)} of what it had declared" in flat
    assert f"the truth was {percent(true)}." in flat
    assert f"{a_chance(explanation.beliefs.war_chance)} that it would choose war" in flat
    assert max(map(len, text.splitlines())) <= 100


def test_the_heading_names_theatre_quarter_and_parties(history: History) -> None:
    assert str(explain(history, "donbas", 5)).startswith("Donbas, 2018Q2 (round 5): Russia against Ukraine\n")


def test_an_explanation_survives_any_title_and_cannot_be_changed(history: History) -> None:
    """What a place is called is no part of the form of the text."""
    theatres = tuple(t.model_copy(update={"name": "Up\n\nriver"}) for t in history.scenario.theatres)
    strange = dataclasses.replace(history, scenario=history.scenario.model_copy(update={"theatres": theatres}))
    explanation, known = explain(strange, "donbas", 5), explain(history, "donbas", 5)
    assert explanation == dataclasses.replace(known, place="Up\n\nriver", followed=explanation.followed)
    assert "Up river, 2018Q2 (round 5)" in " ".join(str(explanation).split())
    with pytest.raises(dataclasses.FrozenInstanceError):
        explanation.round = 4  # type: ignore[misc]


def test_the_state_at_the_end_of_the_quarter_is_that_of_the_record(history: History) -> None:
    now = history.theatres.set_index(["round", "theatre"]).loc[(4, "crimea")]
    explanation = explain(history, "crimea", 4)
    assert (explanation.after.control, explanation.after.answered) == (now["control"], now["answered"])
    flat = " ".join(str(explanation).split())
    assert f"Russia holds {percent(now['control'])} of what is at stake" in flat
    assert (
        f"Sanctions stand at {percent(now['sanctions'])} and reach {percent(now['breadth'])} of Russia's trade" in flat
    )
    assert f"the coalition's answer covers {percent(now['answered'])} of the breach" in flat


def test_what_others_did_is_told() -> None:
    runs = (simulate("2017", "half-a-loaf", seed, rounds=24) for seed in range(20))
    history = next(run for run in runs if (run.events["kind"] == "deal").any())
    deal = history.events[history.events["kind"] == "deal"].iloc[0]
    followed = " ".join(explain(history, deal["theatre"], int(deal["round"])).followed)
    assert "sign a deal" in followed
    assert f"trust stands at {percent(deal['third'])}" in followed


def test_the_first_war_is_explained_unless_asked_otherwise(war_after_fire: History) -> None:
    events = war_after_fire.events
    war = events[events["kind"] == "war"].iloc[0]
    here = events[(events["round"] == war["round"]) & (events["theatre"] == war["theatre"])].set_index("kind")
    fire, decision = here.loc["clash"], here.loc["decision"]
    explanation = explain(war_after_fire)
    assert (explanation.round, explanation.theatre) == (war["round"], war["theatre"])
    text = " ".join(explanation.happened)
    chosen = 1 - (1 - decision["first"]) * (1 - decision["second"])
    certain = "Shots were all but certain to be fired"
    assert (
        certain if fire["first"] > 0.995 else f"There was {a_chance(fire['first'])} that shots would be fired"
    ) in text
    assert f"there was {a_chance(chosen)} that one of them would choose it" in text
    for chance in decision[["first", "second"]]:
        assert f" {percent(chance)}" in text
    assert "chooses war" not in str(explanation), "told once, with the war"


def test_fire_that_brings_no_war_is_told_with_what_followed(fire_without_war: History) -> None:
    events = fire_without_war.events
    wars = set(map(tuple, events.loc[events["kind"] == "war", ["round", "theatre"]].to_numpy()))
    fires = events[events["kind"] == "clash"]
    fire = next(fire for fire in fires.itertuples() if (fire.round, fire.theatre) not in wars)
    followed = " ".join(explain(fire_without_war, fire.theatre, fire.round).followed)
    ending = "returns fire" if fire.third else "holds its fire"
    assert f"({a_chance(fire.first)}); the other side {ending}" in followed


def test_attention_is_told_where_it_weighs_a_step_up(history: History) -> None:
    rungs = history.theatres.set_index(["round", "theatre"])["rung"]
    mentioned = set()
    for (when, theatre), trace in history.appraisals.set_index(["round", "theatre"]).loc[1:3].iterrows():
        weighs = rungs[when - 1, theatre] < Rung.PROVOCATION and trace["probability_up"] > 0
        explanation = explain(history, theatre, when)
        assert explanation.choice.attention == (trace["attention"] if weighs else None)
        chance = a_chance(trace["attention"] / (1 + trace["attention"]))
        sentence = (
            f"Before weighing anything, {explanation.challenger} had {chance} of looking for a reason to escalate."
        )
        assert (sentence in " ".join(reasons(explanation))) == weighs
        mentioned.add(bool(weighs))
    assert mentioned == {True, False}


def of(move: str, chance: float, **terms: float) -> Option:
    every = {"control expected": 0.0, "operations": 0.0, "sanctions": 0.0, "risk of war": 0.0, "norms": 0.0}
    named = {name.replace("_", " "): value for name, value in terms.items()}
    return Option(move, 2, chance, 0.0, every | {"caught cheating": 0.0, "backing down": 0.0} | named, 0.5, 0.0, 0.0)


def test_why_a_move_was_made_is_told_like_news(history: History) -> None:
    known = explain(history, "donbas", 5)
    options = (of("hold", 0.27, control_expected=0.02), of("up", 0.73, control_expected=0.05, sanctions=-0.04))
    chosen = dataclasses.replace(known, options=options, choice=Choice(0.715, "up", "up", None, ""))
    assert list(reasons(chosen)) == [
        "Russia had a 73% chance of escalating; it did.",
        "Compared with holding, escalating promised more control, but heavier sanctions.",
    ]
    forced = dataclasses.replace(chosen, choice=Choice(0.715, "up", "hold", None, "war"))
    (sentence,) = reasons(forced)
    assert sentence.endswith("it would have chosen to escalate, and the war under way made it hold.")
    certain = dataclasses.replace(chosen, options=(of("hold", 1.0),), choice=Choice(0.5, "hold", "hold", None, ""))
    assert list(reasons(certain)) == ["Russia was all but certain to hold, and did."]


def test_without_a_war_the_highest_rung_is_explained() -> None:
    history = simulate("template", "containment", seed=1, rounds=12, parameters={"clash": 0.0, "horizon": 1.0})
    assert history.summary["wars_begun"] == 0
    rungs = history.theatres
    first = rungs[rungs["rung"] == rungs["rung"].max()].iloc[0]
    where, when = most_important(EventContext(history), None, None)
    assert (history.scenario.theatres[where].id, when) == (first["theatre"], first["round"])


def test_one_of_theatre_and_round_may_be_left_open(history: History) -> None:
    assert explain(history, theatre="korea").place == "Korea"
    assert explain(history, round=7).round == 7


def test_a_move_that_was_imposed_is_told_as_one(war_after_fire: History) -> None:
    trace = war_after_fire.appraisals.fillna({"probability_down": 0.0, "probability_up": 0.0})
    up = trace["luck"] >= trace["probability_down"] + trace["probability_hold"]
    drawn = up.astype(int) - (trace["luck"] < trace["probability_down"])
    imposed = trace[drawn != np.sign(trace["move"])]
    assert 0 < len(imposed) < len(trace)
    for row_ in imposed.itertuples():
        explanation = explain(war_after_fire, row_.theatre, row_.round)
        assert explanation.choice.imposed and explanation.choice.drawn != explanation.choice.made
        assert "was not free to choose" in " ".join(reasons(explanation))
    free = trace[drawn == np.sign(trace["move"])].iloc[0]
    assert explain(war_after_fire, free["theatre"], int(free["round"])).choice.imposed == ""


def test_a_war_that_is_over_leaves_the_ladder_at_once_and_is_told_so(war_after_fire: History) -> None:
    steps = war_after_fire.events[war_after_fire.events["kind"] == "rung"]
    left = steps[steps["before"] == Rung.WAR]
    assert len(left) > 0
    for step in left.itertuples():
        assert step.after == Rung.PEACE
        explanation = explain(war_after_fire, step.theatre, step.round)
        down = explanation.option("down")
        assert down is not None and down.rung == 6, (
            "what it weighed is one rung, what the end of a war imposes are seven"
        )
        assert "ends its hostilities" in explanation.happened[0]
        assert explanation.choice.made == "down"


def test_what_does_not_exist_is_refused(history: History) -> None:
    with pytest.raises(GreatPowersError, match="Did you mean 'donbas'"):
        explain(history, "dombas")
    with pytest.raises(GreatPowersError, match="no round 99; this history has rounds 0 to 23"):
        explain(history, round=99)
    with pytest.raises(GreatPowersError, match="record=True"):
        explain(simulate("template", rounds=1, record=False))
