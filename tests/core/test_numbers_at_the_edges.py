"""A parameter anywhere within its declared range, over the longest run, makes nothing that is not a number."""

from dataclasses import replace

import numpy as np
import pytest
from core_worlds import play, policy_of, world_of

from greatpowers import GreatPowersError
from greatpowers.core.declare import fields_of
from greatpowers.core.luck import luck_of
from greatpowers.core.parameters import Parameters
from greatpowers.core.world import World
from greatpowers.simulation.run import simulate_prepared
from greatpowers.simulation.setup import LONGEST, prepare

GROWING, SHRINKING, NEVER_AT_PEACE = {"growth": 1.0}, {"growth": -1.0}, {"war_stop": 0.0, "war_growth": 5.0}
MARTIAL = {"clash": 1.0, "clash_war": 1.0, "attention": 100.0}
EDGES = {
    "growth": GROWING,
    "decline": SHRINKING,
    "growth with noise": {**GROWING, "growth_noise": 1.0, "arms_noise": 1.0},
    "decline with noise": {**SHRINKING, "growth_noise": 1.0, "arms_noise": 1.0},
    "arms that never wear out and are never steady": {"arms_noise": 1.0, "depreciation": 0.0},
    "arms that wear out at once": {"depreciation": 1.0, **SHRINKING},
    "wars without end": {**NEVER_AT_PEACE, **MARTIAL},
    "wars without end that take all": {**NEVER_AT_PEACE, **MARTIAL, "attrition": 1.0, "war_effort": 1.0},
    "nuclear war without end": {**NEVER_AT_PEACE, **MARTIAL, "nuclear_hazard": 1.0, "devastation": 1.0},
}


def rivals() -> World:
    """Two nuclear great powers at war, a third at peace."""
    return world_of([{"nuclear": 1.0}, {"nuclear": 1.0}, {}], [{"challenger": 0, "host": 1, "rung": 6, "resisted": 1}])


@pytest.mark.parametrize("changes", EDGES.values(), ids=list(EDGES))
def test_over_the_longest_run_every_number_stays_one(changes: dict[str, float]) -> None:
    world = rivals()
    game = play(world, policy_of(1), luck_of(3, 3, 1), LONGEST, Parameters(**changes))
    for part in game.track[:3]:
        assert np.isfinite(part).all()
    for stock in (game.world.states.economy, game.world.states.capability):
        assert ((stock > 1e-103) & (stock <= 1e100)).all()


def test_the_limits_are_reached_and_held() -> None:
    grown, shrunk = (
        play(rivals(), policy_of(1), luck_of(3, 3, 1), LONGEST, Parameters(growth=growth, war_stop=1.0))
        for growth in (0.5, -0.5)
    )
    assert grown.world.states.economy.tolist() == [1e100] * 3
    assert shrunk.world.states.economy.tolist() == [1e-100] * 3


@pytest.mark.parametrize("seed", range(30))
def test_many_parameters_at_an_end_of_their_range_at_once_leave_numbers(seed: int) -> None:
    dice = np.random.default_rng(seed)
    ends = [
        (declared.name, dice.choice([declared.field.low, declared.field.high])) for declared in fields_of(Parameters)
    ]
    chosen = {name: float(value) for name, value in ends if dice.random() < 0.4}
    game = play(rivals(), policy_of(1), luck_of(seed, 3, 1), 600, Parameters(**chosen))
    assert all(np.isfinite(part).all() for part in game.track[:3]), chosen


def test_a_run_that_leaves_what_numbers_can_hold_ends_with_a_sentence() -> None:
    setup = prepare("template", "concert", 5, None)
    world = setup.world._replace(states=setup.world.states.copy())
    world.states.economy[0] = np.inf
    with pytest.raises(
        GreatPowersError, match=r"template.* under concert, seed 4: round 0 leaves what numbers can hold"
    ):
        simulate_prepared(replace(setup, world=world), 4)
