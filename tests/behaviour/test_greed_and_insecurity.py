"""Behaviour 5: presence restrains the greedy and provokes the insecure; neutrality calms the insecure.

Eighty small worlds by Latin hypercube (see `contests`), 20 runs of 40 rounds each. A world is played with a greedy
challenger and with an insecure one, with no troops and with .7 of every guardian's force at the hosts' side: a main
effort. (Fewer frighten the insecure more and hold back the greedy less. The .15 of the `containment` preset make no
difference to the greedy that could be told from none: hosts that have them give in less often, and more of the disputes
go on.) The hosts have no allies: troops come to a country that belonged to nobody, which
is where the security dilemma bites. (Next to a host that is allied already, troops add little to what the insecure
fear and restrain them as they do the greedy.) The world is the unit.

Neutrality: the same troops and sanctions, and the same deal in force in both theatres from the start, with neutrality
of the hosts among its terms or without. Neutral ground has no troops: what reassures the insecure frees the greedy.
"""

from functools import cache

import pytest
from ensembles import Floats, Show, by_world, change, contested_world, contests, play, policy_of

from greatpowers.scenario import Scenario
from greatpowers.scenario.schema import Deal

WORLDS, RUNS, ROUNDS = 80, 20, 40
PRESENCE = 0.7
TERMS = Deal(relief=0.5, tranches=4, monitors=0.8, peacekeepers=0.8, snapback=1.0)


@cache
def severity(doctrine: str, presence: float) -> Floats:
    """Mean severity in each world, shape [worlds]."""
    policy = policy_of(standing=presence, presence=presence)
    worlds = (contested_world(setting, doctrine) for setting in contests(WORLDS))
    return by_world([play(world, policy, RUNS, ROUNDS) for world in worlds], "mean_severity")


def effect_of_presence(doctrine: str) -> tuple[Floats, Floats]:
    """Severity in each world without troops and with them."""
    return severity(doctrine, 0.0), severity(doctrine, PRESENCE)


def under_a_deal(world: Scenario, neutrality: float) -> Scenario:
    deal = TERMS.model_copy(update={"neutrality": neutrality})
    theatres = (theatre.model_copy(update={"deal": deal}) for theatre in world.theatres)
    return world.model_copy(update={"theatres": tuple(theatres)})


@cache
def effect_of_neutrality(doctrine: str) -> tuple[Floats, Floats]:
    """Severity in each world under a deal without neutrality and with it."""
    policy = policy_of(standing=PRESENCE, presence=PRESENCE, sanctions=0.5)
    worlds = [contested_world(setting, doctrine) for setting in contests(WORLDS)]
    without, with_neutrality = (
        by_world([play(under_a_deal(world, n), policy, RUNS, ROUNDS) for world in worlds], "mean_severity")
        for n in (0.0, 1.0)
    )
    return without, with_neutrality


def test_presence_restrains_the_greedy(show: Show) -> None:
    fall = change("severity of the greedy, with troops less without", *effect_of_presence("greedy"))
    show(fall)
    assert fall.below < -0.005, fall


def test_presence_provokes_the_insecure(show: Show) -> None:
    rise = change("severity of the insecure, with troops less without", *effect_of_presence("insecure"))
    show(rise)
    assert rise.above > 0.01, rise


def test_neutrality_calms_the_insecure(show: Show) -> None:
    fall = change("severity of the insecure, neutrality in the deal less none", *effect_of_neutrality("insecure"))
    show(fall)
    assert fall.below < -0.002, fall


def test_neutrality_does_not_calm_the_greedy(show: Show) -> None:
    """It raises severity: nothing was feared, and the troops that restrained are gone."""
    rise = change("severity of the greedy, neutrality in the deal less none", *effect_of_neutrality("greedy"))
    show(rise)
    assert rise.above > 0.0, rise


@pytest.mark.parametrize("doctrine", ["greedy", "insecure"])
def test_troops_are_there_to_make_a_difference(doctrine: str) -> None:
    """The pairs differ in most worlds: the comparison is not one of identical runs."""
    without, with_troops = effect_of_presence(doctrine)
    assert (without != with_troops).mean() > 0.9
