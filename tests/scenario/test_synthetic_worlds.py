"""A generated world is a pure function of its settings, and has the shares it was asked for."""

import numpy as np
import pytest

from greatpowers import Scenario, synthetic
from greatpowers.core.declare import Floats
from greatpowers.scenario.build import build_parameters, build_world
from greatpowers.scenario.checks import check_scenario
from greatpowers.scenario.load import read_scenario


def maximizers(scenario: Scenario) -> set[str]:
    return {state.id for state in scenario.states if state.doctrine == "nineteenth-century"}


def economies(scenario: Scenario) -> Floats:
    return np.sort([state.economy for state in scenario.states])


def gini(values: Floats) -> float:
    n = values.size
    return float((2 * np.arange(1, n + 1) - n - 1) @ np.sort(values) / (n * values.sum()))


def test_the_same_settings_give_the_same_world_and_another_seed_another() -> None:
    assert synthetic(seed=4) == synthetic(seed=4)
    assert synthetic(seed=4) != synthetic(seed=5)


@pytest.mark.parametrize("share", [0.0, 0.25, 0.5, 1.0])
def test_the_share_of_power_maximizers_is_kept(share: float) -> None:
    assert len(maximizers(synthetic(states=20, power_maximizers=share))) == 20 * share


def test_more_power_maximizers_convert_states_and_change_nothing_else() -> None:
    few, many = synthetic(power_maximizers=0.2), synthetic(power_maximizers=0.6)
    assert maximizers(few) < maximizers(many)
    assert few.theatres == many.theatres
    assert few.distances == many.distances
    assert np.array_equal(economies(few), economies(many))


@pytest.mark.parametrize("inequality", [0.0, 0.3, 0.6, 0.8])
@pytest.mark.parametrize("seed", [1, 2])
def test_output_is_as_unequal_as_asked(inequality: float, seed: int) -> None:
    assert gini(economies(synthetic(states=100, inequality=inequality, seed=seed))) == pytest.approx(
        inequality, abs=0.06
    )


def test_the_strongest_hold_second_strike_forces() -> None:
    scenario = synthetic(states=20, nuclear=0.2)
    power = {state.id: state.economy + state.capability for state in scenario.states}
    armed = {state.id for state in scenario.states if state.nuclear > 0}
    assert armed == set(sorted(power, key=lambda name: -power[name])[:4])


def test_every_state_can_challenge_the_number_asked_for() -> None:
    scenario = synthetic(states=10, theatres_per_challenger=3)
    for state in scenario.states:
        assert sum(theatre.challenger == state.id for theatre in scenario.theatres) == 3
    assert synthetic(theatres_per_challenger=0).theatres == ()
    assert len(synthetic(states=4, theatres_per_challenger=50).theatres) == 4 * 3


def test_allies_are_order_preserving_neighbours() -> None:
    scenario = synthetic(alliances=1.0)
    loyal = {state.id for state in scenario.states} - maximizers(scenario)
    expected = {pair for pair in scenario.distances.contiguous if set(pair) <= loyal}
    assert {alliance.members for alliance in scenario.alliances} == expected
    assert synthetic(alliances=0.0).alliances == ()


def test_rivals_are_power_maximizers_and_their_peers() -> None:
    scenario = synthetic(states=30)
    power = {state.id: state.economy + state.capability for state in scenario.states}
    assert scenario.rivalries
    for rivalry in scenario.rivalries:
        assert set(rivalry.states) & maximizers(scenario)
        one, other = (power[name] for name in rivalry.states)
        assert 1 / 3 <= one / other <= 3
    assert synthetic(power_maximizers=0.0).rivalries == ()
    assert scenario.hostilities == (), "a generated world has no past"


def test_on_a_ring_everybody_has_two_neighbours() -> None:
    for n, pairs in ((1, 0), (2, 1), (3, 3), (12, 12)):
        assert len(synthetic(states=n, geography="ring").distances.contiguous) == pairs


@pytest.mark.parametrize("states", [1, 2, 3, 7, 40])
@pytest.mark.parametrize("seed", [0, 1, 2**63 - 1])
def test_every_generated_world_is_a_valid_scenario(states: int, seed: int) -> None:
    scenario = synthetic(states=states, seed=seed)
    check_scenario(scenario)
    dumped = scenario.model_dump(by_alias=True, exclude_none=True)
    assert read_scenario(dumped) == scenario


def test_a_synthetic_table_expands_and_takes_terms_and_doctrines() -> None:
    own = {"name": "mild", "title": "Mild", "weights": {"power": 0.2, "order": 0.3, "welfare": 0.4, "fear": 0.5}}
    data = {
        "format": 1,
        "name": "t",
        "title": "T",
        "doctrine": [own],
        "synthetic": {"states": 5, "other_doctrine": "mild"},
    }
    scenario = read_scenario(data)
    assert scenario.synthetic is None
    assert {state.doctrine for state in scenario.states} <= {"mild", "nineteenth-century"}
    theatre = scenario.theatres[0].id
    terms = [{"policy": "containment", "theatres": [theatre], "levers": {"aid": 0.1}}]
    assert read_scenario({**data, "terms": terms}).terms[0].theatres == (theatre,)


def test_two_hundred_states_and_three_thousand_theatres_can_be_built() -> None:
    scenario = synthetic(states=200, theatres_per_challenger=15)
    world = build_world(scenario, build_parameters(scenario, None))
    assert world.theatres.rung.size == 3000
