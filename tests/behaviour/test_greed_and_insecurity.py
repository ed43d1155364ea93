"""Behaviour 5: presence restrains the greedy and provokes the insecure; neutrality calms the insecure.

Forty small worlds by Latin hypercube (see `contests`), 20 runs of 40 rounds each. A world is played with a greedy
challenger and with an insecure one, with no troops and with .15 of every guardian's force at the hosts' side (the
presence of the `containment` preset). The hosts have no allies: troops come to a country that belonged to nobody, which
is where the security dilemma bites. (Next to a host that is allied already, troops add little to what the insecure
fear and restrain them as they do the greedy.) The world is the unit.

Neutrality: the same troops and sanctions and the same deal on offer, with the host's neutrality in it or without.
"""

from functools import cache

import pytest
from ensembles import Floats, Show, by_world, change, contested_world, contests, play, policy_of

WORLDS, RUNS, ROUNDS = 40, 20, 40
PRESENCE = 0.15
DEAL = {
    "standing": PRESENCE, "presence": PRESENCE, "sanctions": 0.5, "deal": 1, "keep": 0.5, "relief": 0.5,
    "monitors": 0.8, "peacekeepers": 0.8, "snapback": 1,
}  # fmt: skip


@cache
def severity(doctrine: str, **levers: float) -> Floats:
    """Mean severity in each world, shape [worlds]."""
    worlds = (contested_world(setting, doctrine) for setting in contests(WORLDS))
    return by_world([play(world, policy_of(**levers), RUNS, ROUNDS) for world in worlds], "mean_severity")


def effect_of_presence(doctrine: str) -> tuple[Floats, Floats]:
    return severity(doctrine), severity(doctrine, standing=PRESENCE, presence=PRESENCE)


def effect_of_neutrality(doctrine: str) -> tuple[Floats, Floats]:
    return severity(doctrine, **DEAL), severity(doctrine, **DEAL, neutrality=1)


def test_presence_restrains_the_greedy(show: Show) -> None:
    fall = change("severity of the greedy, with troops less without", *effect_of_presence("greedy"))
    show(fall)
    assert fall.below < -0.005, fall


def test_presence_provokes_the_insecure(show: Show) -> None:
    rise = change("severity of the insecure, with troops less without", *effect_of_presence("insecure"))
    show(rise)
    assert rise.above > 0.03, rise


def test_neutrality_calms_the_insecure(show: Show) -> None:
    fall = change("severity of the insecure, neutrality in the deal less none", *effect_of_neutrality("insecure"))
    show(fall)
    assert fall.below < -0.003, fall


def test_neutrality_is_wasted_on_the_greedy(show: Show) -> None:
    """It gains nothing: with 99 % confidence severity falls by less than a thousandth, if at all."""
    nothing = change("severity of the greedy, neutrality in the deal less none", *effect_of_neutrality("greedy"))
    show(nothing)
    assert nothing.above > -0.001, nothing
    assert nothing.below < 0.005, nothing


@pytest.mark.parametrize("doctrine", ["greedy", "insecure"])
def test_troops_are_there_to_make_a_difference(doctrine: str) -> None:
    """The pairs differ in most worlds: the comparison is not one of identical runs."""
    without, with_troops = effect_of_presence(doctrine)
    assert (without != with_troops).mean() > 0.9
