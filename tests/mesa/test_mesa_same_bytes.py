"""Stepping in Mesa and running compiled give the same bytes."""

import numpy as np
import pytest

from greatpowers import GreatPowersModel, Scenario, load_policy, load_scenario, synthetic
from greatpowers.core.history import StateColumn, TheatreColumn, Track, new_track, play_rounds
from greatpowers.core.luck import luck_of
from greatpowers.core.parameters import pack
from greatpowers.core.workspace import new_workspace
from greatpowers.core.world import World
from greatpowers.scenario.build import build_parameters, build_policy, build_world

ROUNDS = 80
SYNTHETIC = synthetic(states=12, power_maximizers=0.4, seed=5)


def compiled(scenario: Scenario, policy: str, seed: int, rounds: int) -> tuple[World, Track]:
    """The same history straight from the core."""
    parameters = build_parameters(scenario)
    world = build_world(scenario, parameters)
    sizes = len(scenario.states), len(scenario.theatres)
    track = new_track(rounds, *sizes, full=True)
    levers = build_policy(scenario, load_policy(policy))
    play_rounds(world, levers, pack(parameters), luck_of(seed, *sizes), 0, new_workspace(*sizes), track)
    return world, track


def assert_same_world(one: World, other: World) -> None:
    for name, mine, theirs in zip(World._fields, one, other, strict=True):
        assert mine.tobytes() == theirs.tobytes(), name


@pytest.mark.parametrize("policy", ["laissez-faire", "half-a-loaf"])
@pytest.mark.parametrize("scenario", [load_scenario("2017"), SYNTHETIC], ids=["2017", "synthetic"])
def test_eighty_steps_are_the_compiled_history_byte_for_byte(scenario: Scenario, policy: str) -> None:
    model = GreatPowersModel(scenario, policy, rounds=ROUNDS, rng=11)
    model.run_model()
    world, track = compiled(scenario, policy, 11, ROUNDS)
    assert_same_world(model.world, world)
    assert model.metrics.tobytes() == track.metrics.tobytes()


def test_a_schedule_of_policies_passes_through_its_segments_in_mesa_too() -> None:
    model = GreatPowersModel("2017", "reluctant-then-containment", rounds=40, rng=3)
    model.run_model()
    _, track = compiled(load_scenario("2017"), "reluctant-then-containment", 3, 40)
    assert model.metrics.tobytes() == track.metrics.tobytes()


def test_rules_that_leave_every_choice_to_the_doctrine_change_no_byte() -> None:
    model = GreatPowersModel("2017", "containment", rounds=ROUNDS, rng=2)
    model.choose.update({state.id: lambda theatre, appraisal: None for state in model.state_list})
    model.run_model()
    world, track = compiled(load_scenario("2017"), "containment", 2, ROUNDS)
    assert_same_world(model.world, world)
    assert model.metrics.tobytes() == track.metrics.tobytes()


def test_agents_show_what_a_recorded_history_shows() -> None:
    model = GreatPowersModel(SYNTHETIC, "containment", rounds=30, rng=4)
    model.run_model()
    _, track = compiled(SYNTHETIC, "containment", 4, 30)
    states, theatres = track.states[-1], track.theatres[-1]
    for name, column in [
        ("economy", StateColumn.ECONOMY),
        ("capability", StateColumn.CAPABILITY),
        ("power", StateColumn.POWER),
        ("great_power", StateColumn.GREAT_POWER),
        ("resolve", StateColumn.RESOLVE),
        ("credibility", StateColumn.CREDIBILITY_BELIEVED),
    ]:
        assert model.states.get(name) == states[:, column].tolist()
    for name, column in [
        ("rung", TheatreColumn.RUNG),
        ("control", TheatreColumn.CONTROL),
        ("sanctions", TheatreColumn.SANCTIONS),
        ("war", TheatreColumn.WAR),
        ("deal", TheatreColumn.DEAL),
    ]:
        assert model.theatres.get(name) == theatres[:, column].tolist()
    np.testing.assert_allclose(model.theatres.get("presence"), theatres[:, TheatreColumn.PRESENCE], rtol=1e-12)


def test_reading_the_agents_changes_nothing() -> None:
    model = GreatPowersModel(SYNTHETIC, rounds=10, rng=6, agent_reporters="power,rung,challenger,presence")
    model.run_model()
    _, track = compiled(SYNTHETIC, "laissez-faire", 6, 10)
    assert model.metrics.tobytes() == track.metrics.tobytes()
