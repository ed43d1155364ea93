"""What a specialist would call absurd does not happen in the worlds of today, under any of the policies they compare.

The checks, their ranges and their reasons are declared in `validation/data/plausibility.toml`. 500 histories of twenty
years for each policy.

What is still missed is listed with the reason. It is expected to be missed, so that the list has to be mended as soon
as the model does better.
"""

from functools import cache

import pandas as pd
import pytest
from _pytest.mark.structures import ParameterSet
from ensembles import Show

from greatpowers import load_scenario
from greatpowers.scenario.load import compared
from greatpowers.validation.plausibility import TOGETHER, Plausibility, plausibility
from greatpowers.validation.plausibility_checks import Check, checks_for

OF_TODAY = EARLY_2017, EVE_2022, EARLY_2025 = "2017", "2022", "2025"
SEEDS, ROUNDS = 500, 80

# What is missed, by world and check: under which policies, and why.
FEW = "the firmest policy holds back a third of the wars: 1.44 onsets are left, where doing nothing has 2"
ONE_PLACE = "the likeliest place has 30 to 31% of the few wars that are left"
MISSES: dict[tuple[str, str], tuple[tuple[str, ...], str]] = {
    (EARLY_2017, "first_place"): (("maximum-pressure",), ONE_PLACE),
    (EVE_2022, "ukraine"): (("maximum-pressure",), "fourth of places: troops and aid go to Ukraine as well"),
    (EARLY_2025, "first_place"): (("maximum-pressure",), ONE_PLACE),
    (EARLY_2025, "onsets"): (("maximum-pressure",), FEW),
    (EARLY_2025, "korea"): (("laissez-faire",), "16%, where nobody answers a challenge"),
}

pytestmark = pytest.mark.slow


@cache
def panel(world: str) -> Plausibility:
    return plausibility(world, seeds=SEEDS, rounds=ROUNDS)


def judged(world: str) -> list[Check]:
    return [check for check in checks_for(world) if check.has_range]


def asked() -> list[ParameterSet]:
    """Every world and policy with every check that has a range and is asked of it."""
    cases = []
    for world in OF_TODAY:
        policies = compared(load_scenario(world))
        cases += [(world, p, c) for p in policies for c in judged(world) if not c.pooled and c.policy in (None, p)]
        cases += [(world, TOGETHER, check) for check in judged(world) if check.pooled]
    return [
        pytest.param(world, policy, check, id=f"{world}-{policy}-{check.name}", marks=missed(world, policy, check))
        for world, policy, check in cases
    ]


def missed(world: str, policy: str, check: Check) -> list[pytest.MarkDecorator]:
    policies, reason = MISSES.get((world, check.name), ((), ""))
    return [pytest.mark.xfail(reason=reason)] if policy in policies else []


@pytest.mark.parametrize(("world", "policy", "check"), asked())
def test_it_is_within_its_range(world: str, policy: str, check: Check, show: Show) -> None:
    table = panel(world).table
    rows = table[(table["policy"] == policy) & (table["check"] == check.name)]
    assert len(rows) == 1
    value = float(rows["value"].iloc[0])
    show(f"{check.label}, {policy}, {world}: {value:.4g} {check.unit}, expected {check.low} to {check.high}")
    assert check.low <= value <= check.high, f"{check.label}: {value}; {check.reason}"


@pytest.mark.parametrize("world", OF_TODAY)
def test_deadly_wars_are_reported(world: str, show: Show) -> None:
    """No range: their shares are shown, and those above a million are some of those above a hundred thousand."""
    shares = panel(world).table.pivot(index="policy", columns="check", values="value")[["deaths_100k", "deaths_1m"]]
    show(shares.drop(index=TOGETHER).to_string())
    known = shares.dropna()
    assert list(known.index) == sorted(compared(load_scenario(world)))
    assert (known["deaths_1m"] <= known["deaths_100k"]).all() and known.le(1.0).all(axis=None)


@pytest.mark.parametrize("world", OF_TODAY)
def test_every_place_is_in_the_table_of_places(world: str, show: Show) -> None:
    places = panel(world).places
    worst = places.sort_values("chance_of_war", ascending=False).groupby("policy", sort=False).head(3)
    show(worst.to_string(index=False))
    scenario = load_scenario(world)
    expected = pd.MultiIndex.from_product([compared(scenario), [theatre.id for theatre in scenario.theatres]])
    assert list(zip(places["policy"], places["theatre"], strict=True)) == list(expected)
