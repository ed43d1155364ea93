"""Behaviour 1: a world of order-preservers hardly breaches the order; a world of power-maximizers ruins it.

Generated worlds of twenty states and forty theatres, eighty rounds (twenty years), no policy, so that nothing but
doctrine explains what happens. Generator seeds 1..4, forty runs each; both kinds have the same maps, power and luck.
"""

import pandas as pd
import pytest
from ensembles import Show, change, mean_of, mixed_worlds, play

WORLDS, RUNS, ROUNDS = 4, 40, 80
THEATRE_YEARS = 40 * ROUNDS / 4
NORMAL_ORDER = 0.7


def worlds(power_maximizers: float) -> pd.DataFrame:
    found = mixed_worlds(WORLDS, power_maximizers=power_maximizers)
    return pd.concat([play(world, "laissez-faire", RUNS, ROUNDS) for world in found], ignore_index=True)


@pytest.fixture(scope="module")
def preservers() -> pd.DataFrame:
    return worlds(0.0)


@pytest.fixture(scope="module")
def maximizers() -> pd.DataFrame:
    return worlds(1.0)


def test_order_preservers_hardly_breach_the_order(preservers: pd.DataFrame, show: Show) -> None:
    """Fewer than one crisis in five hundred theatre-years, no war at all, and the order stays near its normal level."""
    crises = mean_of("crises per theatre-year", preservers["new_crises"] / THEATRE_YEARS)
    order = mean_of("order at the end", preservers["order"])
    severity = mean_of("mean severity", preservers["mean_severity"])
    for statistic in (crises, severity, order):
        show(statistic)
    assert crises.below < 1 / 500, crises
    assert severity.below < 0.01, severity
    assert preservers["wars_begun"].sum() == 0
    assert order.above > NORMAL_ORDER - 0.1, order


def test_power_maximizers_ruin_the_order(maximizers: pd.DataFrame, show: Show) -> None:
    """Order ends more than a quarter below normal on a scale of one, wars are many, a fifth of all power is taken."""
    order = mean_of("order at the end", maximizers["order"])
    wars = mean_of("wars in twenty years", maximizers["wars_begun"])
    revision = mean_of("revision", maximizers["revision"])
    for statistic in (order, wars, revision):
        show(statistic)
    assert order.below < NORMAL_ORDER - 0.25, order
    assert wars.above > 1.0, wars
    assert revision.above > 0.2, revision


@pytest.mark.parametrize(
    ("metric", "least"), [("mean_severity", 0.1), ("wars_begun", 1.0), ("revision", 0.2), ("order", -0.2)]
)
def test_doctrine_alone_makes_the_difference(
    preservers: pd.DataFrame, maximizers: pd.DataFrame, metric: str, least: float, show: Show
) -> None:
    difference = change(f"{metric}, maximizers less preservers", preservers[metric], maximizers[metric])
    show(difference)
    assert difference.above > least if least > 0 else difference.below < least, difference
