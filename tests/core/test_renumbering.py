"""Renumbering states and theatres, together with world, policy and luck, renumbers results and changes nothing else.

Whole numbers are compared exactly. Sums are taken in another order, so other numbers agree to 1e-9.
"""

import copy

import numpy as np
import pytest
from core_worlds import Game, columns_of, play
from random_worlds import Dice, random_parameters, random_policy, random_world

from greatpowers import load_policy, load_scenario
from greatpowers.core.declare import Floats, Ints
from greatpowers.core.kernel import is_compiled
from greatpowers.core.levers import Policy
from greatpowers.core.luck import Luck, luck_of, tabulated
from greatpowers.core.parameters import Parameters
from greatpowers.core.world import World
from greatpowers.scenario.build import build_parameters, build_policy, build_world

ROUNDS = 60 if is_compiled() else 3


class Renumbering:
    """New place i holds what was at `states[i]`, and likewise for theatres."""

    def __init__(self, n: int, t: int, seed: int) -> None:
        rng = np.random.default_rng(seed)
        self.states, self.theatres = rng.permutation(n), rng.permutation(t)
        self.new_state = np.argsort(self.states)
        self.new_theatre = np.argsort(self.theatres)

    def world(self, world: World) -> World:
        states, theatres = self.states, self.theatres
        moved = World(
            world.states[states].copy(),
            world.pairs[np.ix_(states, states)].copy(),
            world.theatres[theatres].copy(),
            world.stances[np.ix_(theatres, states)].copy(),
            copy.copy(world.system),
        )
        moved.theatres.challenger[:] = self.new_state[moved.theatres.challenger]
        moved.theatres.host[:] = self.new_state[moved.theatres.host]
        leader = world.system.leader[0]
        moved.system.leader[0] = self.new_state[leader] if leader >= 0 else -1
        return moved

    def policy(self, policy: Policy) -> Policy:
        return Policy(policy.starts, policy.levers[:, self.theatres].copy())

    def luck(self, luck: Luck) -> Luck:
        return luck._replace(
            states=luck.states[self.states].copy(),
            theatres=luck.theatres[self.theatres].copy(),
            by_state=luck.by_state[:, self.states].copy(),
            by_theatre=luck.by_theatre[:, self.theatres].copy(),
            by_guardian=luck.by_guardian[:, self.theatres][:, :, self.states].copy(),
        )

    def events(self, codes: Ints) -> Ints:
        """The same events with new numbers; -1 stays nobody and nowhere."""
        states, theatres = np.append(self.new_state, -1), np.append(self.new_theatre, -1)
        moved = codes.copy()
        moved[:, 2], moved[:, 3:] = theatres[codes[:, 2]], states[codes[:, 3:]]
        return moved


def in_order(codes: Ints, numbers: Floats) -> tuple[Ints, Floats]:
    """Events sorted by what, where and who, so that the order of writing within a round does not matter."""
    order = np.lexsort((numbers[:, 2], *codes.T[::-1]))
    return codes[order], numbers[order]


def assert_only_renumbered(plain: Game, moved: Game, how: Renumbering) -> None:
    expected, actual = columns_of(how.world(plain.world)), columns_of(moved.world)
    for name, values in expected.items():
        if values.dtype == np.int64:
            assert np.array_equal(values, actual[name]), name
        else:
            np.testing.assert_allclose(actual[name], values, rtol=1e-9, atol=1e-12, err_msg=name)
    np.testing.assert_allclose(moved.track.metrics, plain.track.metrics, rtol=1e-9, atol=1e-12)
    np.testing.assert_allclose(moved.track.states, plain.track.states[:, how.states], rtol=1e-9, atol=1e-12)
    np.testing.assert_allclose(moved.track.theatres, plain.track.theatres[:, how.theatres], rtol=1e-9, atol=1e-12)
    np.testing.assert_allclose(moved.track.traces, plain.track.traces[:, how.theatres], rtol=1e-9, atol=1e-12)
    count = plain.log.happened[0]
    assert count == moved.log.happened[0] <= plain.log.codes.shape[0]
    codes, numbers = in_order(how.events(plain.log.codes[:count]), plain.log.numbers[:count])
    actual_codes, actual_numbers = in_order(moved.log.codes[:count], moved.log.numbers[:count])
    assert np.array_equal(codes, actual_codes)
    np.testing.assert_allclose(actual_numbers, numbers, rtol=1e-9, atol=1e-12)


def check(world: World, policy: Policy, luck: Luck, parameters: Parameters, seed: int) -> None:
    how = Renumbering(world.states.size, world.theatres.size, seed)
    plain = play(world, policy, luck, ROUNDS, parameters=parameters, capacity=100_000)
    moved = play(how.world(world), how.policy(policy), how.luck(luck), ROUNDS, parameters=parameters, capacity=100_000)
    assert_only_renumbered(plain, moved, how)


@pytest.mark.parametrize("preset", ["laissez-faire", "containment", "half-a-loaf", "appeasement", "maximum-pressure"])
def test_renumbering_2017_renumbers_its_results(preset: str) -> None:
    scenario = load_scenario("2017")
    parameters = build_parameters(scenario)
    world, policy = build_world(scenario, parameters), build_policy(scenario, load_policy(preset))
    for seed in range(8 if is_compiled() else 1):
        check(world, policy, luck_of(seed, world.states.size, world.theatres.size), parameters, seed)


@pytest.mark.parametrize("seed", range(40 if is_compiled() else 2))
def test_renumbering_a_random_world_renumbers_its_results(seed: int) -> None:
    dice = Dice(seed, extreme=0.1)
    world, policy = random_world(dice, 7, 12), random_policy(dice, 12, segments=2)
    parameters = random_parameters(dice)
    luck = luck_of(seed, 7, 12)
    check(world, policy, tabulated(luck, ROUNDS) if seed % 2 else luck, parameters, seed)


def test_a_renumbering_is_undone_by_its_inverse() -> None:
    how = Renumbering(5, 4, seed=1)
    world = random_world(Dice(3, 0.2), 5, 4)
    back = Renumbering(5, 4, seed=1)
    back.states, back.theatres = how.new_state, how.new_theatre
    back.new_state, back.new_theatre = how.states, how.theatres
    for name, values in columns_of(back.world(how.world(world))).items():
        assert np.array_equal(values, columns_of(world)[name]), name
