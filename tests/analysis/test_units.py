"""Costs in money and worlds that a reader knows: computed from what the scenario's file says."""

import math

import pytest

from greatpowers import load_scenario, simulate
from greatpowers.core.ladder import SEVERITY
from greatpowers.dictionary import in_money, money_words
from greatpowers.simulation.places import anchors


def test_a_per_cent_of_output_is_a_hundredth_of_the_outputs_of_the_file() -> None:
    world = load_scenario("2017")
    outputs = {state.id: state.economy for state in world.states}
    assert in_money(world, 1.0) == pytest.approx(sum(outputs.values()) * 1e12 / 100)
    assert in_money(world, 50.0, "RUS") == pytest.approx(outputs["RUS"] * 1e12 / 2)
    assert money_words(world, 100.0, "RUS") == "1.3 trillion US dollars of 2016 a year"
    assert money_words(world, -0.0003) == "−200 million US dollars of 2016 a year"


def test_a_scenario_that_does_not_say_has_no_money() -> None:
    world = load_scenario("template")
    assert math.isnan(in_money(world, 1.0)) and money_words(world, 1.0) == ""


@pytest.mark.parametrize("name", ["2017", "1913", "1936", "1978"])
def test_worlds_that_a_reader_knows_are_measured(name: str) -> None:
    world = load_scenario(name)
    start, calm, before, great_war = anchors(world)
    assert start.severity == pytest.approx(sum(SEVERITY[place.rung] for place in world.theatres) / len(world.theatres))
    assert start.order == world.order.initial
    assert calm.severity == 0.0
    assert calm.order >= simulate(world, "laissez-faire").metrics["order"].iloc[-1], "breaches wear the order down"
    assert before.severity < great_war.severity < 1.0 and math.isnan(great_war.order)
    assert before.order == load_scenario("1913").order.initial
