"""Behaviour 3: who does not believe in the coalition goes further; and belief lags behind the return of resolve.

First part: the world of 2017 and generated worlds, capabilities and policy the same, every challenger starting with
credibility .1 or .9; 20 rounds, because a prior is soon overlaid by what is seen.

Second part: all leaderships reluctant for twelve rounds, then committed, against the same world in which resolve
never fell. Chance turns are switched off (`irregular_turn`, `jolt`) and one election turns everybody back, so from
round 12 resolve is the same in both. What is left in the four years after is the legacy of the spell. The same pair
with `true_beliefs`, where everybody knows the coalition's true resolve, tells how much of it is belief.
"""

import numpy as np
import pytest
from ensembles import Floats, change, mixed_worlds, play

from greatpowers import ensemble
from greatpowers.core.metrics import Metric
from greatpowers.scenario import Scenario, load_scenario

RUNS, RETURN, AFTER = 150, 12, 28
ONE_TURN = {"election_turn": 1.0, "irregular_turn": 0.0, "jolt": 0.0}


def believing(world: Scenario, credibility: float) -> Scenario:
    challengers = {theatre.challenger for theatre in world.theatres}
    states = (
        state.model_copy(update={"credibility": credibility}) if state.id in challengers else state
        for state in world.states
    )
    return world.model_copy(update={"states": tuple(states)})


def resolved(world: Scenario, spell: bool) -> Scenario:
    """The world with everybody committed throughout, or reluctant up to an election in round `RETURN`."""
    terms = {
        "committed": not spell,
        "election_period": 400 if spell else 0,
        "next_election": RETURN if spell else None,
    }
    return world.model_copy(update={"states": tuple(state.model_copy(update=terms) for state in world.states)})


def grounds() -> list[Scenario]:
    return [load_scenario("2017"), *mixed_worlds(2)]


@pytest.mark.parametrize("policy", ["sanctions-only", "containment"])
@pytest.mark.parametrize(("ground", "least"), [(0, 0.008), (1, 0.001), (2, 0.001)], ids=["2017", "world 1", "world 2"])
def test_low_credibility_gives_higher_rungs_at_equal_capability(policy: str, ground: int, least: float, show) -> None:
    world = grounds()[ground]
    high, low = (play(believing(world, q), policy, RUNS, 20)["mean_severity"] for q in (0.9, 0.1))
    rise = change(f"ground {ground}, severity under {policy}, credibility .1 less .9", high, low)
    show(rise)
    assert rise.above > least, rise


def legacy(world: Scenario, policy: str, column: Metric, true_beliefs: bool = False) -> Floats:
    """Per run, mean of a metric over the rounds after the return, with the spell less without it, shape [runs]."""
    parameters = {**ONE_TURN, "true_beliefs": float(true_beliefs)}
    with_spell, without = (
        ensemble(resolved(world, spell), policy, range(RUNS), AFTER, parameters, series=True).series
        for spell in (True, False)
    )
    assert with_spell is not None
    assert without is not None
    difference: Floats = (with_spell - without)[:, RETURN:, column].mean(axis=1, dtype=np.float64)
    return difference


@pytest.mark.parametrize("policy", ["sanctions-only", "containment"])
def test_the_danger_of_a_reluctant_spell_outlasts_it(policy: str, show) -> None:
    """Severity in the four years after resolve is back, averaged over 2017 and two generated worlds."""
    zero = np.zeros(RUNS)
    severity = np.mean([legacy(world, policy, Metric.MEAN_SEVERITY) for world in grounds()], axis=0)
    belief = np.mean([legacy(world, policy, Metric.CREDIBILITY) for world in grounds()], axis=0)
    truth = np.mean([legacy(world, policy, Metric.TRUE_CREDIBILITY) for world in grounds()], axis=0)
    danger = change(f"severity after a reluctant spell, {policy}", zero, severity)
    lag = change(f"credibility believed after it, {policy}", zero, belief)
    show(danger)
    show(lag)
    show(f"true credibility after it, {policy}: {truth.mean():.4g}")
    assert abs(truth.mean()) < 0.01
    assert lag.below < -0.05, lag
    assert danger.above > 0.002, danger


@pytest.mark.parametrize("policy", ["sanctions-only", "containment"])
def test_the_legacy_is_one_of_belief(policy: str, show) -> None:
    """Where everybody knows the coalition's resolve, less than half the legacy is left."""
    believed, known = (
        np.mean([legacy(world, policy, Metric.MEAN_SEVERITY, true_beliefs=t) for world in grounds()], axis=0)
        for t in (False, True)
    )
    more = change(f"severity after a reluctant spell, {policy}, believed less known", known, believed)
    show(more)
    show(f"of it with true beliefs: {known.mean():.4g}, with beliefs from experience: {believed.mean():.4g}")
    assert more.above > 0.001, more
    assert known.mean() < believed.mean() / 2
