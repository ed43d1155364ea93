"""Behaviour 4: at equal power, a challenger with a large stake in trade and order breaches less.

Forty small worlds by Latin hypercube (see `contests`), 6 runs of 40 rounds each; within a world the challenger has
the same economy, capability, ambition (power .8, fear .2) and luck, and differs only in its stakes. The world is the
unit. A stake in trade (openness .6 and welfare 1 against .1 and .1) can only work where breaches cost trade, so it is
tested under sanctions and under containment; under laissez-faire it must make no difference at all, which checks that
nothing else was changed. A stake in the order (weight .4 against 0) works by itself.
"""

from functools import cache

import pytest
from ensembles import Floats, Show, by_world, change, contested_world, contests, play

WORLDS, RUNS, ROUNDS = 40, 6, 40
AMBITION = {"power": 0.8, "fear": 0.2}


@cache
def severity(policy: str, openness: float, welfare: float, order: float) -> Floats:
    """Mean severity in each world, shape [worlds]."""
    weights = {**AMBITION, "welfare": welfare, "order": order}
    worlds = (
        contested_world(setting, "nineteenth-century", weights=weights, openness=openness)
        for setting in contests(WORLDS)
    )
    return by_world([play(world, policy, RUNS, ROUNDS) for world in worlds], "mean_severity")


@pytest.mark.parametrize("policy", ["sanctions-only", "containment"])
def test_a_stake_in_trade_restrains_where_breaches_cost_trade(policy: str, show: Show) -> None:
    closed, trading = severity(policy, 0.1, 0.1, 0.0), severity(policy, 0.6, 1.0, 0.0)
    fall = change(f"severity, trading less closed, {policy}", closed, trading)
    show(fall)
    assert fall.below < -0.02, fall


def test_a_stake_in_trade_alone_changes_nothing_where_breaches_cost_none() -> None:
    closed, trading = severity("laissez-faire", 0.1, 0.1, 0.0), severity("laissez-faire", 0.6, 1.0, 0.0)
    assert trading == pytest.approx(closed, abs=1e-9)


@pytest.mark.parametrize("policy", ["laissez-faire", "sanctions-only", "containment"])
def test_a_stake_in_the_order_restrains_by_itself(policy: str, show: Show) -> None:
    without, with_stake = severity(policy, 0.1, 0.1, 0.0), severity(policy, 0.1, 0.1, 0.4)
    fall = change(f"severity, order .4 less 0, {policy}", without, with_stake)
    show(fall)
    assert fall.below < -0.005, fall


@pytest.mark.parametrize("policy", ["sanctions-only", "containment"])
def test_both_stakes_together_restrain_most(policy: str, show: Show) -> None:
    order, both = severity(policy, 0.1, 0.1, 0.4), severity(policy, 0.6, 1.0, 0.4)
    further = change(f"severity, both stakes less order alone, {policy}", order, both)
    show(further)
    assert further.below < -0.005, further
