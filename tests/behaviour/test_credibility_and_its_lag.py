"""Behaviour 3: who does not believe in the coalition goes further; and belief lags behind the return of resolve.

Grounds: the world of 2017 and generated worlds of generator seeds 1 and 2.

First part: capabilities and policy the same, every challenger starting with credibility .1 or .9; 150 matched runs of
20 rounds, because a prior is soon overlaid by what is seen. An effect counts from a fiftieth of the level of severity.

Second part: all leaderships reluctant for twelve rounds, then committed, against the same world in which resolve never
fell; 200 matched runs. Chance turns are switched off (`irregular_turn`, `jolt`) and one election turns everybody back,
so from round 12 resolve is the same in both. What is left in the four years after is the legacy of the spell: land
taken and order lost as well as belief. Land that was taken is no longer fought for, and where order is lower small
disputes are dearer, so the danger that is left shows in wars, not in the severity of all disputes. To tell belief from
the rest, a third world is forked at the return: the one that had the spell, but with everybody believing what they
would believe had it never happened.
"""

from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple

import numpy as np
import pytest
from ensembles import Floats, Show, change, mean_of, mixed_worlds, play

from greatpowers import Scenario, load_policy, load_scenario
from greatpowers.core.history import new_track, play_rounds
from greatpowers.core.levers import Policy
from greatpowers.core.luck import Luck, luck_of
from greatpowers.core.metrics import Metric
from greatpowers.core.parameters import Parameters, pack
from greatpowers.core.workspace import Workspace, new_workspace
from greatpowers.core.world import World, copy_world
from greatpowers.scenario.build import build_parameters, build_policy, build_world

RUNS, FORKED_RUNS, RETURN, AFTER = 150, 1000, 12, 16
ONE_TURN = {"election_turn": 1.0, "irregular_turn": 0.0, "jolt": 0.0}
POLICIES = ("sanctions-only", "containment")


def grounds() -> list[Scenario]:
    return [load_scenario("2017"), *mixed_worlds(2)]


def believing(world: Scenario, credibility: float) -> Scenario:
    challengers = {theatre.challenger for theatre in world.theatres}
    states = (
        state.model_copy(update={"credibility": credibility}) if state.id in challengers else state
        for state in world.states
    )
    return world.model_copy(update={"states": tuple(states)})


@pytest.mark.parametrize("policy", POLICIES)
def test_low_credibility_gives_higher_rungs_at_equal_capability(policy: str, show: Show) -> None:
    """Mean over the grounds; what each ground gives is shown."""
    worlds = grounds()
    high, low = (
        np.array([play(believing(world, q), policy, RUNS, 20)["mean_severity"] for world in worlds]) for q in (0.9, 0.1)
    )
    for ground, (before, after) in enumerate(zip(high, low, strict=True)):
        show(change(f"ground {ground}, severity under {policy}, credibility .1 less .9", before, after))
    rise = change(f"severity under {policy}, credibility .1 less .9", high.mean(axis=0), low.mean(axis=0))
    show(rise)
    assert rise.above > high.mean() / 50, rise


def resolved(world: Scenario, spell: bool) -> Scenario:
    """The world with everybody committed throughout, or reluctant up to an election in round `RETURN`."""
    terms = {
        "committed": not spell,
        "election_period": 400 if spell else 0,
        "next_election": RETURN if spell else None,
    }
    return world.model_copy(update={"states": tuple(state.model_copy(update=terms) for state in world.states)})


class Ground(NamedTuple):
    """A world made ready: with the spell and without, under one policy."""

    spell: World
    never: World
    policy: Policy
    parameters: Parameters


def made_ready(scenario: Scenario, policy: str) -> Ground:
    parameters = build_parameters(scenario, ONE_TURN)
    spell, never = (build_world(resolved(scenario, reluctant), parameters) for reluctant in (True, False))
    return Ground(spell, never, build_policy(scenario, load_policy(policy)), pack(parameters))


def played(ground: Ground, world: World, luck: Luck, first: int, rounds: int, workspace: Workspace) -> Floats:
    """Play some rounds; the world changes in place. Mean of each metric over them."""
    track = new_track(rounds, world.states.size, world.theatres.size, False)
    play_rounds(world, ground.policy, ground.parameters, luck, first, workspace, track)
    means: Floats = track.metrics.mean(axis=0)
    return means


def fork(ground: Ground, seed: int) -> Floats:
    """Metrics after the return [3, Metric]: after a spell, after a spell forgotten, and where there was none."""
    sizes = ground.spell.states.size, ground.spell.theatres.size
    luck, workspace = luck_of(seed, *sizes), new_workspace(*sizes, 0)
    spell, never = copy_world(ground.spell), copy_world(ground.never)
    for world in (spell, never):
        played(ground, world, luck, 0, RETURN, workspace)
    forgotten = copy_world(spell)
    forgotten.states.answered_count[:], forgotten.states.unanswered_count[:] = (
        never.states.answered_count,
        never.states.unanswered_count,
    )
    return np.stack([played(ground, world, luck, RETURN, AFTER, workspace) for world in (spell, forgotten, never)])


@pytest.fixture(scope="module", params=POLICIES)
def forks(request: pytest.FixtureRequest) -> tuple[str, Floats]:
    """The policy, and the mean over grounds of what follows the return, shape [runs, 3, Metric]."""

    def play_ground(scenario: Scenario) -> Floats:
        ground = made_ready(scenario, request.param)
        with ThreadPoolExecutor(2) as crew:
            return np.stack(list(crew.map(lambda seed: fork(ground, seed), range(FORKED_RUNS))))

    return request.param, np.mean([play_ground(scenario) for scenario in grounds()], axis=0)


def test_the_danger_of_a_reluctant_spell_outlasts_it(forks: tuple[str, Floats], show: Show) -> None:
    """In the four years after the return more wars begin, though resolve is what it would be."""
    policy, metrics = forks
    spell, never = metrics[:, 0], metrics[:, 2]
    danger = change(
        f"{policy}, wars a round after a spell less without", *(x[:, Metric.WARS_BEGUN] for x in (never, spell))
    )
    belief = change(f"{policy}, credibility believed", *(x[:, Metric.CREDIBILITY] for x in (never, spell)))
    truth = change(f"{policy}, true credibility", *(x[:, Metric.TRUE_CREDIBILITY] for x in (never, spell)))
    show(danger)
    show(belief)
    show(truth)
    assert truth.above > -0.01, truth  # what the coalition would really do is no less after the spell
    assert belief.below < -0.05, belief
    assert danger.above > 0.0, danger


@pytest.mark.parametrize(("metric", "least"), [(Metric.MEAN_SEVERITY, 0.001), (Metric.WARS_BEGUN, 0.003)])
def test_a_good_part_of_that_danger_is_the_lag_of_belief(
    forks: tuple[str, Floats], metric: Metric, least: float, show: Show
) -> None:
    """The same world at the same moment is calmer if beliefs are set right: by a third of the legacy or more."""
    policy, metrics = forks
    spell, forgotten, never = (metrics[:, world, metric] for world in range(3))
    lag = mean_of(f"{policy}, {metric.name} after a spell, remembered less forgotten", spell - forgotten)
    legacy = float((spell - never).mean())
    show(lag)
    show(f"{policy}, {metric.name}, legacy of the spell: {legacy:.3g}")
    assert lag.above > least, lag
    assert lag.mean > legacy / 3
