"""What a specialist would call absurd does not happen in the world of early 2017, under any of the six policies.

The checks, their ranges and their reasons are declared in `greatpowers.validation.plausibility_checks`. 500 histories
of twenty years for each policy.

What is still missed is listed with the reason. It is expected to be missed, so that the list has to be mended as soon
as the model does better.
"""

import pandas as pd
import pytest
from _pytest.mark.structures import ParameterSet
from ensembles import Show

from greatpowers import load_scenario
from greatpowers.scenario.load import compared
from greatpowers.validation.plausibility import TOGETHER, Plausibility, plausibility
from greatpowers.validation.plausibility_checks import EARLY_2017, Check, checks_for

SEEDS, ROUNDS = 500, 80
POLICIES = compared(load_scenario(EARLY_2017))
JUDGED = [check for check in checks_for(EARLY_2017) if check.has_range]

# What is missed, by check: under which policies, and why.
MISSES: dict[str, tuple[tuple[str, ...], str]] = {
    "first_place": (
        ("maximum-pressure",),
        "Iran and Syria have 38 % of the few wars left: troops and aid go to every host but Syria, which the leader's "
        "camp does not defend",
    ),
    "onsets": (("maximum-pressure",), "1.3 onsets where troops and aid are everywhere"),
    "great_power_war": (
        ("containment", "half-a-loaf", "maximum-pressure"),
        "one history of 500: second strikes keep guardians out of each other's way",
    ),
    "korea": (("laissez-faire",), "a fifth of histories: the South goes to war over clashes when nobody else answers"),
}

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def panel() -> Plausibility:
    return plausibility(EARLY_2017, seeds=SEEDS, rounds=ROUNDS)


def asked() -> list[ParameterSet]:
    """Every policy with every check that has a range and is asked of it."""
    by_policy = [(p, c) for p in POLICIES for c in JUDGED if not c.pooled and c.policy in (None, p)]
    pooled = [(TOGETHER, check) for check in JUDGED if check.pooled]
    return [
        pytest.param(policy, check, id=f"{policy}-{check.name}", marks=missed(policy, check))
        for policy, check in by_policy + pooled
    ]


def missed(policy: str, check: Check) -> list[pytest.MarkDecorator]:
    policies, reason = MISSES.get(check.name, ((), ""))
    return [pytest.mark.xfail(reason=reason)] if policy in policies else []


@pytest.mark.parametrize(("policy", "check"), asked())
def test_it_is_within_its_range(panel: Plausibility, policy: str, check: Check, show: Show) -> None:
    rows = panel.table[(panel.table["policy"] == policy) & (panel.table["check"] == check.name)]
    assert len(rows) == 1
    value = float(rows["value"].iloc[0])
    show(f"{check.label}, {policy}: {value:.4g} {check.unit}, expected {check.low} to {check.high}")
    assert check.low <= value <= check.high, f"{check.label}: {value}; {check.reason}"


def test_deadly_wars_are_reported(panel: Plausibility, show: Show) -> None:
    """No range: their shares are shown, and those above a million are some of those above a hundred thousand."""
    shares = panel.table.pivot(index="policy", columns="check", values="value")[["deaths_100k", "deaths_1m"]]
    show(shares.drop(index=TOGETHER).to_string())
    known = shares.dropna()
    assert list(known.index) == sorted(POLICIES)
    assert (known["deaths_1m"] <= known["deaths_100k"]).all() and known.le(1.0).all(axis=None)


def test_every_place_is_in_the_table_of_places(panel: Plausibility, show: Show) -> None:
    worst = panel.places.sort_values("chance_of_war", ascending=False).groupby("policy", sort=False).head(3)
    show(worst.to_string(index=False))
    theatres = [theatre.id for theatre in load_scenario(EARLY_2017).theatres]
    expected = pd.MultiIndex.from_product([POLICIES, theatres])
    assert list(zip(panel.places["policy"], panel.places["theatre"], strict=True)) == list(expected)
