"""What holds in every world, whatever its size, levers, parameters and luck (random worlds with Hypothesis)."""

import numpy as np
from core_worlds import columns_of
from hypothesis import example
from stories import Story, given_stories, tell

from greatpowers.core.declare import fields_of
from greatpowers.core.history import StateColumn, TheatreColumn
from greatpowers.core.ladder import TOP_RUNG
from greatpowers.core.log import Event
from greatpowers.core.world import BIG, Pairs, World

SLACK = 1e-9

FIXED = [f"pairs.{name}" for name in ("treaty", "reach", "trade", "rivalry")]
FIXED += [
    f"states.{name}"
    for name in (
        "nuclear", "openness", "power_weight", "order_weight", "welfare_weight", "fear_weight", "resolve_committed",
        "resolve_reluctant", "election_period", "election_offset", "burden_custom", "arms_yield",
    )
]  # fmt: skip
FIXED += [f"theatres.{name}" for name in ("challenger", "host", "salience", "ceiling")] + [
    "system.leader",
    "system.untroubled",
]


@given_stories()
def test_every_number_of_the_world_stays_finite_and_within_its_declared_range(story: Story) -> None:
    for world in story.worlds[1:]:
        for layout, part in zip(World.__annotations__.values(), world, strict=True):
            for name, _, _, field in fields_of(layout):
                values = getattr(part, name)
                if name == "deal_tranches":
                    values = values[world.theatres.deal == 1]
                high = np.inf if field.high == BIG else field.high + SLACK
                assert np.isfinite(values).all(), f"{name}"
                assert ((values >= field.low) & (values <= high)).all(), f"{name} is {values}"


@given_stories(least_theatres=1)
def test_what_is_recognised_is_controlled(story: Story) -> None:
    for world in story.worlds[1:]:
        assert (world.theatres.recognised <= world.theatres.control).all()


@given_stories(least_theatres=1)
def test_the_controls_of_one_host_never_sum_to_more_than_the_whole_host(story: Story) -> None:
    for world in story.worlds[1:]:
        held = np.bincount(world.theatres.host, weights=world.theatres.control)
        assert (held <= 1.0 + SLACK).all(), held


@given_stories(least_theatres=1)
def test_nobody_deploys_more_than_its_whole_force(story: Story) -> None:
    for world in story.worlds[1:]:
        deployed = world.stances.presence.sum(axis=0)
        assert (deployed <= 1.0 + SLACK).all(), deployed


@given_stories(least_theatres=1)
def test_the_parties_to_a_theatre_are_not_its_guardians(story: Story) -> None:
    rows = np.arange(story.worlds[0].theatres.size)
    for world in story.worlds[1:]:
        for party in (world.theatres.challenger, world.theatres.host):
            assert (world.stances.presence[rows, party] == 0.0).all()
        assert (world.stances.sanctioning[rows, world.theatres.challenger] == 0.0).all()


@given_stories(least_theatres=1)
def test_a_challenger_moves_at_most_one_rung_a_round_but_into_war_and_out_of_it(story: Story) -> None:
    for before, after in story.steps():
        was, now = before.theatres, after.theatres
        peace = (now.war == 0) & ~((was.rung == TOP_RUNG) & (was.war == 0)) & (now.rung < TOP_RUNG)
        assert (np.abs(now.rung - was.rung)[peace] <= 1).all()
        assert (now.rung[now.war == 1] == TOP_RUNG).all()
        assert (now.previous_rung == was.rung).all()


@given_stories(least_theatres=1)
def test_only_war_takes_a_theatre_above_its_ceiling(story: Story) -> None:
    for before, after in story.steps():
        was, now = before.theatres, after.theatres
        rose = now.rung > was.rung
        assert (~rose | (now.rung <= now.ceiling) | (now.rung == TOP_RUNG)).all()


@given_stories(least_theatres=1)
@example(tell(2, 6, 2, 144653, 0.0, 1))  # a general war comes to where the challenger has just left, and ends at once
def test_a_challenger_told_to_stand_down_goes_down_to_peace_and_after_a_war_at_once(story: Story) -> None:
    for now, (before, after) in enumerate(story.steps()):
        was, came = before.theatres, story.per_theatre(Event.WAR, now)
        leaving = (was.standing_down == 1) & (was.war == 0) & (came == 0)
        step = np.where(was.rung == TOP_RUNG, TOP_RUNG, 1)
        assert (after.theatres.rung[leaving] == np.maximum(0, was.rung - step)[leaving]).all()


@given_stories()
def test_hostility_is_mutual_and_nobody_is_hostile_to_itself(story: Story) -> None:
    for world in story.worlds:
        hostility = world.pairs.hostility
        assert np.array_equal(hostility, hostility.T)
        assert (np.diag(hostility) == 0.0).all()


@given_stories(least_theatres=1)
def test_war_has_its_two_parties_and_peace_has_no_sides(story: Story) -> None:
    for world in story.worlds[1:]:
        theatres, side = world.theatres, world.stances.side
        rows = np.arange(theatres.size)
        assert (side[rows, theatres.challenger] == -theatres.war).all()
        assert (side[rows, theatres.host] == theatres.war).all()
        assert (side[theatres.war == 0] == 0).all()
        assert (theatres.great_power_war <= theatres.war).all()
        assert ((theatres.intensity > 0.0) == (theatres.war == 1)).all()


@given_stories()
def test_what_describes_a_world_rather_than_its_state_never_changes(story: Story) -> None:
    start, end = columns_of(story.worlds[0]), columns_of(story.worlds[-1])
    assert [name for name in FIXED if not np.array_equal(start[name], end[name])] == []
    assert {field.name for field in fields_of(Pairs)} == {
        "alliance",
        "treaty",
        "reach",
        "trade",
        "rivalry",
        "hostility",
    }


@given_stories(least_theatres=1)
def test_the_terms_of_a_deal_hold_while_it_holds(story: Story) -> None:
    for round_number, (before, after) in enumerate(story.steps()):
        was, now = before.theatres, after.theatres
        held = (was.deal == 1) & (now.deal == 1)
        complied = held & (story.per_theatre(Event.CHEATING, round_number) == 0)
        assert (now.deal_age[held] == was.deal_age[held] + 1).all()
        assert (now.deal_paid[complied] >= was.deal_paid[complied]).all()
        for term in ("relief", "tranches", "neutrality", "monitors", "peacekeepers", "snapback", "sanctions"):
            assert np.array_equal(now[f"deal_{term}"][held], was[f"deal_{term}"][held])
        lifted = was.deal_sanctions * (1.0 - was.deal_relief * was.deal_paid)
        assert (now.sanctions[complied] <= lifted[complied] + SLACK).all()
        new = (was.deal == 0) & (now.deal == 1)
        assert (now.deal_age[new] == 0).all()
        assert (now.deal_paid[new] == 0.0).all()
        assert (now.deal_tranches[now.deal == 1] >= 1).all()
        assert np.array_equal(now.deal_sanctions[new], now.sanctions[new])


@given_stories()
def test_the_record_of_states_and_theatres_is_what_the_world_was(story: Story) -> None:
    for now, world in enumerate(story.worlds[1:]):
        states, theatres = story.track.states[now], story.track.theatres[now]
        assert np.array_equal(states[:, StateColumn.ECONOMY], world.states.economy)
        assert np.array_equal(states[:, StateColumn.CAPABILITY], world.states.capability)
        assert np.array_equal(theatres[:, TheatreColumn.RUNG], world.theatres.rung)
        assert np.array_equal(theatres[:, TheatreColumn.CONTROL], world.theatres.control)
        np.testing.assert_allclose(theatres[:, TheatreColumn.PRESENCE], world.stances.presence.sum(axis=1))
