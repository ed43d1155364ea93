"""Behaviour 5: presence restrains the greedy and provokes the insecure; neutrality calms the insecure.

What restraint means of the greedy is that they begin fewer wars and take less: their mean severity need not fall, for
a war that does not come leaves a stand-off below it, which may last. What provocation means of the insecure is that
their mean severity rises.

Eighty small worlds by Latin hypercube (see `contests`), 20 runs of 40 rounds each. A world is played with a greedy
challenger and with an insecure one, with no troops and with .7 of every guardian's force at the hosts' side: a main
effort. (Fewer frighten the insecure more and hold back the greedy less.) The hosts have no allies: troops come to a
country that belonged to nobody, which is where the security dilemma bites. (Next to a host that is allied already,
troops add little to what the insecure fear and restrain them as they do the greedy.) The world is the unit.

Neutrality: the same troops and sanctions, and the same deal in force in both theatres from the start, with neutrality
of the hosts among its terms or without. Neutral ground has no troops: what reassures the insecure frees the greedy.
"""

from functools import cache

import pandas as pd
import pytest
from ensembles import Floats, Show, by_world, change, contested_world, contests, play, policy_of

from greatpowers import Scenario
from greatpowers.scenario.schema import Deal

WORLDS, RUNS, ROUNDS = 160, 20, 40
PRESENCE = 0.7
TERMS = Deal(relief=0.5, tranches=4, monitors=0.8, peacekeepers=0.8, snapback=1.0)


@cache
def played(doctrine: str, presence: float) -> list[pd.DataFrame]:
    """The runs of each world."""
    policy = policy_of(standing=presence, presence=presence)
    worlds = (contested_world(setting, doctrine) for setting in contests(WORLDS))
    return [play(world, policy, RUNS, ROUNDS) for world in worlds]


def effect_of_presence(doctrine: str, metric: str = "mean_severity") -> tuple[Floats, Floats]:
    """The metric in each world without troops and with them, shape [worlds] each."""
    return by_world(played(doctrine, 0.0), metric), by_world(played(doctrine, PRESENCE), metric)


def under_a_deal(world: Scenario, neutrality: float) -> Scenario:
    deal = TERMS.model_copy(update={"neutrality": neutrality})
    theatres = (theatre.model_copy(update={"deal": deal}) for theatre in world.theatres)
    return world.model_copy(update={"theatres": tuple(theatres)})


@cache
def played_under_a_deal(doctrine: str, neutrality: float) -> list[pd.DataFrame]:
    policy = policy_of(standing=PRESENCE, presence=PRESENCE, sanctions=0.5)
    worlds = (contested_world(setting, doctrine) for setting in contests(WORLDS))
    return [play(under_a_deal(world, neutrality), policy, RUNS, ROUNDS) for world in worlds]


def effect_of_neutrality(doctrine: str, metric: str = "mean_severity") -> tuple[Floats, Floats]:
    """The metric in each world under a deal without neutrality and with it, shape [worlds] each."""
    without, with_neutrality = (by_world(played_under_a_deal(doctrine, n), metric) for n in (0.0, 1.0))
    return without, with_neutrality


@pytest.mark.parametrize(("metric", "least"), [("wars_begun", 0.5), ("revision", 0.02)])
def test_presence_restrains_the_greedy(metric: str, least: float, show: Show) -> None:
    """In ten years half a war less, and two hundredths of the world's power less that changes hands."""
    fall = change(f"{metric} of the greedy, with troops less without", *effect_of_presence("greedy", metric))
    show(fall)
    assert fall.below < -least, fall


def test_presence_provokes_the_insecure(show: Show) -> None:
    rise = change("severity of the insecure, with troops less without", *effect_of_presence("insecure"))
    show(rise)
    assert rise.above > 0.001, rise


def test_neutrality_calms_the_insecure(show: Show) -> None:
    fall = change("severity of the insecure, neutrality in the deal less none", *effect_of_neutrality("insecure"))
    show(fall)
    assert fall.below < -0.002, fall


def test_neutrality_does_not_calm_the_greedy(show: Show) -> None:
    """It frees them to take more: nothing was feared, and the troops that restrained are gone."""
    rise = change(
        "revision of the greedy, neutrality in the deal less none", *effect_of_neutrality("greedy", "revision")
    )
    show(rise)
    assert rise.above > 0.0, rise


@pytest.mark.parametrize("doctrine", ["greedy", "insecure"])
def test_troops_are_there_to_make_a_difference(doctrine: str) -> None:
    """The pairs differ in most worlds: the comparison is not one of identical runs."""
    without, with_troops = effect_of_presence(doctrine)
    assert (without != with_troops).mean() > 0.9
