"""Explanations quote the trace: utilities, probabilities, beliefs, luck; and find the step that matters."""

import numpy as np
import pandas as pd
import pytest

from greatpowers import GreatPowersError, History, explain, simulate
from greatpowers.core.ladder import Rung
from greatpowers.narrative.explanation import most_important
from greatpowers.simulation.events import Stage, percent


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
    text, trace = explain(history, theatre, when), weighed(history, theatre, when)
    options = [option for option in ("down", "hold", "up") if trace[f"probability_{option}"] > 0]
    assert row(text, "utility") == [f"{trace[f'utility_{option}'] * 1000:+.3f}" for option in options]
    for shown, option in zip(row(text, "probability"), options, strict=True):
        assert shown == "<0.001" or float(shown) == pytest.approx(trace[f"probability_{option}"], abs=0.0006)
    flat = " ".join(text.split())
    assert f"that {percent(trace['believed_credibility'])} of what the coalition declares" in flat
    assert f"in truth {percent(trace['true_credibility'])} would" in flat
    assert f"Luck drew {trace['luck']:.3f}" in flat


def test_the_heading_names_theatre_quarter_and_parties(history: History) -> None:
    assert explain(history, "donbas", 5).startswith("Donbas, 2018Q2 (round 5): Russia against Ukraine\n")


def test_the_state_at_the_end_of_the_quarter_is_that_of_the_record(history: History) -> None:
    now = history.theatres.set_index(["round", "theatre"]).loc[(4, "crimea")]
    flat = " ".join(explain(history, "crimea", 4).split())
    assert f"control {percent(now['control'])}; sanctions {percent(now['sanctions'])}" in flat
    assert f"breach answered {percent(now['answered'])}" in flat


def test_what_others_did_is_told() -> None:
    runs = (simulate("2017", "half-a-loaf", seed, rounds=24) for seed in range(20))
    history = next(run for run in runs if (run.events["kind"] == "deal").any())
    deal = history.events[history.events["kind"] == "deal"].iloc[0]
    flat = " ".join(explain(history, deal["theatre"], int(deal["round"])).split())
    assert "sign a deal" in flat
    assert f"trust stands at {percent(deal['third'])}" in flat


def test_the_first_war_is_explained_unless_asked_otherwise(war_after_fire: History) -> None:
    events = war_after_fire.events
    war = events[events["kind"] == "war"].iloc[0]
    here = events[(events["round"] == war["round"]) & (events["theatre"] == war["theatre"])].set_index("kind")
    fire, decision = here.loc["clash"], here.loc["decision"]
    text = " ".join(explain(war_after_fire).split())
    assert f"(round {war['round']})" in text
    assert f"Fire had a chance of {percent(fire['first'])} and was answered" in text
    chosen = 1 - (1 - decision["first"]) * (1 - decision["second"])
    assert f"with a chance of {percent(decision['first'])}" in text
    assert f"with {percent(decision['second'])}. That one" in text
    assert f"had a chance of {percent(chosen)}, and luck drew {decision['third']:.3f}" in text
    assert "chooses war" not in text, "told once, with the war"


def test_fire_that_brings_no_war_is_told_with_what_followed(fire_without_war: History) -> None:
    events = fire_without_war.events
    wars = set(map(tuple, events.loc[events["kind"] == "war", ["round", "theatre"]].to_numpy()))
    fires = events[events["kind"] == "clash"]
    fire = next(fire for fire in fires.itertuples() if (fire.round, fire.theatre) not in wars)
    flat = " ".join(explain(fire_without_war, fire.theatre, fire.round).split())
    assert f"(a chance of {percent(fire.first)}); they {'answer' if fire.third else 'endure'} it" in flat


def test_readiness_for_war_is_told_with_the_odds(history: History) -> None:
    trace = weighed(history, "donbas", 3)
    flat = " ".join(explain(history, "donbas", 3).split())
    assert f"Of a war it expected {percent(trace['war_balance'])} of the contest" in flat
    assert f"it would have chosen one with a chance of {percent(trace['war_chance'])}" in flat


def test_attention_is_told_where_it_weighs_a_step_up(history: History) -> None:
    rungs = history.theatres.set_index(["round", "theatre"])["rung"]
    told = set()
    for (when, theatre), trace in history.appraisals.set_index(["round", "theatre"]).loc[1:3].iterrows():
        weighs = rungs[when - 1, theatre] < Rung.PROVOCATION and trace["probability_up"] > 0
        flat = " ".join(explain(history, theatre, when).split())
        assert (f"cause to go up had prior odds of {trace['attention']:.3f}. Luck drew" in flat) == weighs
        told.add(bool(weighs))
    assert told == {True, False}


def test_without_a_war_the_highest_rung_is_explained() -> None:
    history = simulate("template", "containment", seed=1, rounds=12, parameters={"clash": 0.0, "horizon": 1.0})
    assert history.summary["wars_begun"] == 0
    rungs = history.theatres
    first = rungs[rungs["rung"] == rungs["rung"].max()].iloc[0]
    where, when = most_important(Stage(history), None, None)
    assert (history.scenario.theatres[where].id, when) == (first["theatre"], first["round"])


def test_one_of_theatre_and_round_may_be_left_open(history: History) -> None:
    assert explain(history, theatre="korea").startswith("Korea, ")
    assert "(round 7)" in explain(history, round=7).splitlines()[0]


def test_a_move_that_was_imposed_is_told_as_one(war_after_fire: History) -> None:
    trace = war_after_fire.appraisals.fillna({"probability_down": 0.0, "probability_up": 0.0})
    up = trace["luck"] >= trace["probability_down"] + trace["probability_hold"]
    drawn = up.astype(int) - (trace["luck"] < trace["probability_down"])
    imposed = trace[drawn != np.sign(trace["move"])]
    assert 0 < len(imposed) < len(trace)
    for row_ in imposed.itertuples():
        assert "it was not free to choose" in " ".join(explain(war_after_fire, row_.theatre, row_.round).split())
    free = trace[drawn == np.sign(trace["move"])].iloc[0]
    assert "not free to choose" not in explain(war_after_fire, free["theatre"], int(free["round"]))


def test_a_war_that_is_over_leaves_the_ladder_at_once_and_is_told_so(war_after_fire: History) -> None:
    steps = war_after_fire.events[war_after_fire.events["kind"] == "rung"]
    left = steps[steps["before"] == Rung.WAR]
    assert len(left) > 0
    for step in left.itertuples():
        assert step.after == Rung.PEACE
        flat = " ".join(explain(war_after_fire, step.theatre, step.round).split())
        assert "down: seizure" in flat, "what it weighed is one rung, what the end of a war imposes are seven"
        assert flat.count(" in peace.") == 1
        assert ": down." in flat or "made it down." in flat


def test_what_does_not_exist_is_refused(history: History) -> None:
    with pytest.raises(GreatPowersError, match="Did you mean 'donbas'"):
        explain(history, "dombas")
    with pytest.raises(GreatPowersError, match="no round 99; this history has rounds 0 to 23"):
        explain(history, round=99)
    with pytest.raises(GreatPowersError, match="record=True"):
        explain(simulate("template", rounds=1, record=False))
