"""What holds between a history, its metrics, its traces, its events and its luck (random worlds with Hypothesis)."""

import numpy as np
import pytest
from random_worlds import Dice, random_luck, random_parameters, random_policy, random_world
from stories import Story, given_stories

from greatpowers.core.declare import fields_of
from greatpowers.core.levers import Levers
from greatpowers.core.log import Breaker, Event
from greatpowers.core.metrics import METRICS, Metric
from greatpowers.core.trace import Trace

SLACK = 1e-9
BETWEEN_0_AND_1 = [
    Metric.MEAN_SEVERITY, Metric.ORDER, Metric.CONCENTRATION, Metric.ALLIANCE_COHESION, Metric.CAPABILITY_CHURN,
    Metric.PEACE, Metric.SANCTIONS, Metric.BREADTH, Metric.RELIEF_PAID, Metric.CREDIBILITY, Metric.TRUE_CREDIBILITY,
]  # fmt: skip
BROKEN_BY = {
    Breaker.CHALLENGER: Metric.DEALS_BROKEN_BY_CHALLENGER,
    Breaker.GUARDIANS: Metric.DEALS_BROKEN_BY_GUARDIANS,
    Breaker.SPOILERS: Metric.DEALS_BROKEN_BY_SPOILERS,
}
TRACED_SHARES_OF_OPTIONS = (Trace.PROBABILITY_, Trace.BALANCE_, Trace.EXPECTED_SANCTIONS_, Trace.CLASH_RISK_)
TRACED_SHARES = [column + option for column in TRACED_SHARES_OF_OPTIONS for option in range(3)]
TRACED_SHARES += [
    Trace.BELIEVED_CREDIBILITY, Trace.TRUE_CREDIBILITY, Trace.EXPECTED_BREADTH, Trace.EXPECTED_AID,
    Trace.EXPECTED_DREAD, Trace.ENCROACHMENT, Trace.TRUE_BALANCE,
]  # fmt: skip
TRACED_COSTS = [
    Trace.OPERATIONS_, Trace.SANCTION_LOSS_, Trace.CLASH_LOSS_, Trace.NORM_COST_, Trace.CHEATING_LOSS_,
    Trace.AUDIENCE_COST_,
]  # fmt: skip


@given_stories()
def test_every_metric_is_finite_and_none_but_misperception_is_negative(story: Story) -> None:
    metrics = story.track.metrics
    for entry in METRICS:
        values = metrics[:, entry.column]
        assert np.isfinite(values).all(), entry.name
        if entry.column != Metric.MISPERCEPTION:
            assert (values >= 0.0).all(), entry.name
    assert (metrics[:, BETWEEN_0_AND_1] <= 1.0 + SLACK).all()
    assert (np.abs(metrics[:, Metric.MISPERCEPTION]) <= 1.0 + SLACK).all()
    assert (metrics[:, Metric.EFFECTIVE_POWERS] <= story.worlds[0].states.size + SLACK).all()


@given_stories(least_theatres=1)
def test_what_a_challenger_weighs_is_finite_and_its_shares_are_shares(story: Story) -> None:
    traces = story.track.traces
    assert np.isfinite(traces).all()
    shares = traces[..., TRACED_SHARES]
    assert ((shares >= 0.0) & (shares <= 1.0 + SLACK)).all()
    for first in TRACED_COSTS:
        assert (traces[..., first : first + 3] >= 0.0).all(), first.name
    chances = traces[..., Trace.PROBABILITY_ : Trace.PROBABILITY_ + 3]
    np.testing.assert_allclose(chances.sum(axis=-1), 1.0)


@given_stories()
def test_every_theatre_is_at_exactly_one_level_of_hostility(story: Story) -> None:
    levels = story.track.metrics[:, Metric.LEVEL_1 : Metric.LEVEL_5 + 1]
    assert (levels.sum(axis=1) == story.worlds[0].theatres.size).all()
    at_war = np.array([world.theatres.war.sum() for world in story.worlds[1:]])
    assert np.array_equal(story.track.metrics[:, Metric.WARS_UNDER_WAY], at_war)
    assert np.array_equal(story.track.metrics[:, Metric.PEACE] == 1.0, at_war == 0)


@given_stories()
def test_followers_kept_counts_those_of_whom_less_than_half_is_held(story: Story) -> None:
    for row, world in zip(story.track.metrics, story.worlds[1:], strict=True):
        held = np.bincount(world.theatres.host, world.theatres.control, world.states.size)
        followers = world.states.order_weight >= 0.5
        share = np.mean(held[followers] < 0.5) if followers.any() else 1.0
        assert row[Metric.FOLLOWERS_KEPT] == pytest.approx(share)


@given_stories(least_theatres=1)
def test_each_change_of_rung_is_one_event_with_the_numbers_before_and_after(story: Story) -> None:
    """That of a step or of a war that breaks out, which takes a theatre to the top from where it stands."""
    for now, (before, after) in enumerate(story.steps()):
        moved, broke_out = after.theatres.rung != before.theatres.rung, story.per_theatre(Event.WAR, now) > 0
        stepped = story.per_theatre(Event.RUNG, now) > 0
        assert np.array_equal(stepped | broke_out, moved | broke_out)
        for row in story.rows(Event.RUNG, now):
            k = story.log.codes[row, 2]
            assert story.log.numbers[row, 0] == before.theatres.rung[k]
            assert broke_out[k] or story.log.numbers[row, 1] == after.theatres.rung[k]
            assert np.array_equal(story.log.traces[row], story.track.traces[now, k])


@given_stories(least_theatres=1)
def test_wars_and_deals_begin_and_end_with_their_events(story: Story) -> None:
    for now, (before, after) in enumerate(story.steps()):
        was, is_now = before.theatres, after.theatres
        begun, ended = story.per_theatre(Event.WAR, now), story.per_theatre(Event.WAR_END, now)
        assert np.array_equal(is_now.war - was.war, begun - ended)
        signed, broken = story.per_theatre(Event.DEAL, now), story.per_theatre(Event.DEAL_BROKEN, now)
        assert np.array_equal(is_now.deal - was.deal, signed - broken)
        assert (signed + broken <= 1).all()


@given_stories()
def test_a_turn_of_leadership_is_one_event_and_sets_the_resolve(story: Story) -> None:
    for now, (before, after) in enumerate(story.steps()):
        turned = story.log.codes[story.rows(Event.TURN, now), 3]
        assert np.array_equal(np.bincount(turned, minlength=after.states.size), after.states.turned)
        assert np.array_equal(before.states.committed != after.states.committed, after.states.turned == 1)
        chosen = np.where(after.states.committed == 1, after.states.resolve_committed, after.states.resolve_reluctant)
        assert np.array_equal(after.states.resolve, chosen)


@given_stories()
def test_flows_in_the_metrics_are_counts_of_events(story: Story) -> None:
    metrics = story.track.metrics
    offers, accepted = metrics[:, Metric.DEALS_OFFERED], metrics[:, Metric.DEALS_ACCEPTED]
    assert np.array_equal(offers, story.per_round(Event.OFFER))
    assert np.array_equal(accepted, story.per_round(Event.DEAL))
    assert np.array_equal(offers - accepted, story.per_round(Event.REFUSAL))
    assert np.array_equal(metrics[:, Metric.NUCLEAR_USES], story.per_round(Event.NUCLEAR_USE))
    assert (metrics[:, Metric.WARS_BEGUN] <= story.per_round(Event.WAR)).all()
    assert (metrics[:, Metric.GREAT_POWER_WARS_BEGUN] <= story.per_round(Event.GREAT_POWER_WAR)).all()
    for who, column in BROKEN_BY.items():
        rows = story.rows(Event.DEAL_BROKEN)
        by_them = rows[story.log.numbers[rows, 1] == who]
        counted = np.bincount(story.log.codes[by_them, 0], minlength=len(metrics))
        assert np.array_equal(metrics[:, column], counted)


@given_stories(least_theatres=1)
def test_a_host_that_yields_is_not_at_war_over_it_in_the_same_round(story: Story) -> None:
    for now in range(len(story.worlds) - 1):
        both = story.per_theatre(Event.YIELD, now) * story.per_theatre(Event.WAR, now)
        assert (both == 0).all()


@given_stories(least_theatres=1)
def test_great_power_war_has_great_powers_on_both_sides(story: Story) -> None:
    for row in story.rows(Event.GREAT_POWER_WAR):
        assert story.log.numbers[row, 3] > 0.0
        assert story.log.numbers[row, 4] > 0.0


@given_stories()
def test_output_grows_by_no_more_than_its_growth_and_the_luck_drawn(story: Story) -> None:
    p = story.parameters
    for now, (before, after) in enumerate(story.steps()):
        most = before.states.economy * np.exp(p.growth + p.growth_noise * story.luck.state.growth[now])
        assert (after.states.economy <= most * (1.0 + SLACK)).all()
        assert after.states.economy.sum() <= most.sum() * (1.0 + SLACK)


@given_stories()
def test_capability_grows_by_no_more_than_what_is_bought(story: Story) -> None:
    noise = story.parameters.arms_noise
    for luck, (before, after) in zip(story.luck.state.arms, story.steps(), strict=True):
        was = before.states
        had = was.capability * np.exp(noise * luck - noise * noise / 2)
        remaining = (1.0 - story.parameters.depreciation) * had
        bought = was.burden * was.economy * was.arms_yield
        assert (after.states.capability <= (remaining + bought) * (1.0 + SLACK)).all()


@given_stories()
def test_sanctions_never_pay_and_cost_only_those_they_concern(story: Story) -> None:
    for _, after in story.steps():
        states, theatres = after.states, after.theatres
        targets = np.isin(np.arange(states.size), theatres.challenger)
        assert (states.target_cost >= 0.0).all()
        assert (states.sender_cost >= 0.0).all()
        assert (states.target_cost[~targets] == 0.0).all()


@given_stories()
def test_playing_changes_neither_luck_nor_policy(story: Story) -> None:
    again = Dice(story.seed, story.extreme)
    _, policy = random_world(again, *story.sizes), random_policy(again, story.sizes[1], story.policy.starts.size)
    random_parameters(again)
    luck = random_luck(again, len(story.worlds) - 1, *story.sizes)
    for drawn, played in zip(luck, story.luck, strict=True):
        assert drawn.tobytes() == played.tobytes()
    assert np.array_equal(policy.starts, story.policy.starts)
    for name, *_ in fields_of(Levers):
        assert np.array_equal(getattr(policy.levers, name), getattr(story.policy.levers, name))
