"""Costs, arms, beliefs, order and control after one round, by hand.

State 0 challenges state 1; state 2 leads the coalition, and state 3 follows it.
"""

from math import exp

import numpy as np
import pytest
from core_worlds import ALWAYS, CALM_LEVERS, NEVER, Game, play, policy_of, still_luck, world_of

from greatpowers.core.declare import table
from greatpowers.core.equations.economy import contest_share
from greatpowers.core.ladder import COMMITMENT, HOLD, SEVERITY
from greatpowers.core.levers import Levers, Policy
from greatpowers.core.log import Event
from greatpowers.core.metrics import Metric
from greatpowers.core.parameters import Parameters
from greatpowers.core.world import World

# Nothing moves by itself, and whoever takes part in sanctions goes on.
STILL = Parameters(talk=0.0, deployment=0.0, sanctions_fall=0.0, habit=9.0)
POWERS = np.array([0.3, 0.1, 0.4, 0.2])
ORDER = 0.7


def place(rung: int = 5, theatres: int = 1, **theatre: float) -> World:
    """Two followers of the order stand behind the host; powers are a tenth times 3, 1, 4 and 2."""
    world = world_of(
        [{"power_weight": 1.0, "openness": 0.3}, {}, {"order_weight": 1.0, "openness": 0.4},
         {"order_weight": 0.9, "resolve": 0.5, "openness": 0.1}],
        [{"challenger": 0, "host": 1, "rung": rung, "resisted": 1, **theatre}] * theatres,
    )  # fmt: skip
    world.states.economy[:] = world.states.capability[:] = POWERS
    world.system.leader[0] = 2
    return world


def played(
    world: World, levers: dict[str, float] | None = None, p: Parameters = STILL, order: int = 0, **luck: float
) -> Game:
    return play(
        world, policy_of(world.theatres.size, **(levers or {})), still_luck(1, world, **luck), parameters=p, order=order
    )


CAMP = np.array([0.0, 0.0, ORDER, 0.9 * ORDER * 0.8])  # the leader, and one that follows it by 2w - 1
WEIGHT = float((CAMP * POWERS).sum())


# --- Costs


def test_senders_pay_for_trade_presence_and_aid() -> None:
    world = place(sanctions=0.4, breadth=0.5, aid=0.3)
    world.stances.presence[0, 2:] = 0.1, 0.05
    world.stances.sanctioning[0, 2:] = 1.0, 0.0
    world.pairs.trade[2:, 0] = 0.25, 0.5
    after = played(world)
    costs = STILL.presence_cost * (np.array([0, 0, 0.1, 0.05]) + 0.3 * 0.1 * CAMP / WEIGHT)
    costs[2] += STILL.sender_bite * 0.4 * 0.25 * 0.4
    assert after.world.states.sender_cost == pytest.approx(costs)
    assert after.metric(Metric.SENDER_COST)[0] == pytest.approx(100.0 * (costs * POWERS).sum())
    nothing = played(place())
    assert (nothing.world.states.sender_cost == 0.0).all()


def test_where_there_is_no_camp_those_who_balance_pay_for_aid() -> None:
    world = place(aid=0.3)
    world.states.order_weight[:], world.system.leader[0] = 0.0, -1
    world.states.power_weight[2:] = world.pairs.rivalry[2:, 0] = 1.0
    world.stances.presence[0, 2:] = here = np.array([0.1, 0.05])
    aid = 0.3 * 0.1 * here / (here * POWERS[2:]).sum()
    assert played(world).world.states.sender_cost[2:] == pytest.approx(STILL.presence_cost * (here + aid))
    world.stances.presence[:] = 0.0
    assert (played(world).world.states.sender_cost == 0.0).all()


@pytest.mark.parametrize("what", ["sanctions", "presence", "aid"])
def test_each_of_the_three_is_paid_for_by_itself(what: str) -> None:
    world = place(**({what: 0.4} if what != "presence" else {}))
    if what == "sanctions":
        world.stances.sanctioning[0, 2] = 1.0
    if what == "presence":
        world.stances.presence[0, 2] = 0.1
    assert played(world).world.states.sender_cost[2] > 0.0


def test_no_sender_pays_more_than_half_of_its_output() -> None:
    world = place()
    world.stances.presence[0, 2] = 0.1
    assert played(world, p=STILL._replace(presence_cost=10.0)).world.states.sender_cost[2] == 0.5


def test_output_grows_less_what_sanctions_deployment_and_war_take() -> None:
    world = place(theatres=2)
    world.theatres.sanctions[:], world.stances.presence[0, 2] = (0.4, 0.3), 0.1
    p = STILL._replace(growth=0.01, growth_noise=0.05)
    after = played(world, p=p, growth=0.8)
    one, other = after.world.theatres.breadth
    target, sender = p.sanction_bite * (0.4 * one + 0.3 * other) * 0.3, p.presence_cost * 0.1
    assert target > 0.0
    grown = POWERS * exp(0.01 + 0.05 * 0.8)
    assert after.world.states.target_cost.tolist() == pytest.approx([target, 0.0, 0.0, 0.0])
    assert after.world.states.economy == pytest.approx(grown * [1.0 - target, 1.0, 1.0 - sender, 1.0])
    assert after.metric(Metric.TARGET_COST)[0] == pytest.approx(100.0 * target * 0.3)
    war = played(place(7), p=p)
    effort = war.world.states.war_effort
    assert effort[0] > 0.0 == effort[2]
    assert war.world.states.economy == pytest.approx(POWERS * exp(0.01) * (1.0 - p.war_drag * effort))
    booked = 100.0 * p.war_drag * effort * POWERS
    assert war.metric(Metric.WAR_COST)[0] == pytest.approx(booked.sum())
    assert war.metric(Metric.TARGET_COST)[0] == pytest.approx(booked[0])
    assert war.metric(Metric.SENDER_COST)[0] == 0.0


# --- Arms


def test_arms_are_bought_wear_out_and_have_their_luck() -> None:
    world = place(0)
    world.states.burden[:] = world.states.burden_custom[:] = 0.05
    world.states.arms_yield[:] = 1.5
    p = STILL._replace(arms_noise=0.1, depreciation=0.03)
    after = played(world, p=p, arms=0.7).world.states.capability
    assert after == pytest.approx(0.97 * POWERS * exp(0.1 * 0.7 - 0.005) + 0.05 * POWERS * 1.5)


def test_burdens_follow_threats_rivals_grievance_and_custom() -> None:
    world = place(3, theatres=2, control=0.1, recognised=0.1)
    world.states.burden[:], world.states.burden_custom[:] = (0.04, 0.03, 0.06, 0.05), (0.02, 0.03, 0.03, 0.05)
    world.states.grievance[:] = 0.2
    world.pairs.rivalry[2, 0], world.pairs.rivalry[3, 0], world.pairs.rivalry[0, 2] = 0.3, 1.5, 0.5
    p = STILL._replace(arms_reaction=0.01, arms_fatigue=0.1, arms_grievance=0.002, retaking=0.0)
    after = played(world, p=p).world.states
    pressed = min(1.0, SEVERITY[3] * 2)
    threat = np.array([0.5 * 1.0, pressed, 0.3 * 1.0, 1.0])  # rivals' arms over their custom, at most 1
    grievance = 0.95 * 0.2 + 0.05 * np.array([0.0, 0.2, 0.0, 0.0])
    assert after.grievance == pytest.approx(grievance)
    expected = world.states.burden + 0.01 * threat - 0.1 * (world.states.burden - world.states.burden_custom)
    assert after.burden == pytest.approx(expected + 0.002 * grievance)
    alarmed = played(place(7, theatres=2), p=p).world.states
    assert alarmed.burden[1] == pytest.approx(0.02 + 0.01)  # nobody is threatened more than wholly


def test_rivals_that_have_no_custom_or_arm_less_than_theirs_start_no_race() -> None:
    world = place(0)
    world.states.burden[:2], world.states.burden_custom[:2] = (0.01, 0.05), (0.02, 0.0)
    world.pairs.rivalry[2, :2] = 1.0
    assert played(world).world.states.burden[2] == 0.02


# --- What is learned


def learned(world: World, levers: dict[str, float], p: Parameters, **luck: float) -> tuple[list[float], list[float]]:
    """What is added to the counts of each state, beside what is forgotten."""
    after, prior = played(world, levers, p, **luck).world.states, p.prior_credibility * p.prior_weight
    kept = after.answered_count - (prior + p.belief_memory * (world.states.answered_count - prior))
    rest = p.prior_weight - prior
    broken = after.unanswered_count - (rest + p.belief_memory * (world.states.unanswered_count - rest))
    return kept.tolist(), broken.tolist()


@pytest.mark.parametrize(
    ("rung", "levers", "luck", "done"),
    [
        (5, {"sanctions": 0.8}, {}, 0.3 / (0.8 * 0.75)),
        (5, {"sanctions": 0.2}, {}, 1.0),
        (5, {"aid": 0.4}, {}, 0.1 / 0.4),
        (2, {"aid": 0.05}, {}, 1.0),
        (5, {"presence": 0.4, "red_line": 4}, {}, (0.7 * 0.4 * 0.1 / (0.4 * 0.7)) / WEIGHT),
        (5, {"strike": 0.5}, {"strike": ALWAYS}, 1.0),
        (5, {"strike": 0.5}, {"strike": NEVER}, 0.0),
        (5, {"sanctions": 0.8, "aid": 0.4, "presence": 0.4, "red_line": 5, "strike": 1.0}, {"strike": ALWAYS},
         (0.5 + 0.25 + (0.7 * 0.4 * 0.1 / (0.4 * 0.7)) / WEIGHT + 1.0) / 4.0),
    ],
)  # fmt: skip
def test_deeds_are_weighed_against_what_was_declared(
    rung: int, levers: dict[str, float], luck: dict[str, float], done: float
) -> None:
    world = place(rung, sanctions=0.3, breadth=0.5, aid=0.1)
    world.stances.presence[0, 2] = 0.1
    p = STILL._replace(sanctions_rise=0.0, belief_gain=0.2, observation=0.4, prior_credibility=0.6)
    kept, broken = learned(world, levers, p, **luck)
    weight, seen = 0.2 * SEVERITY[rung], np.array([1.0, 0.4, 0.4, 0.4])
    assert kept == pytest.approx(weight * done * seen)
    assert broken == pytest.approx(weight * (1.0 - done) * seen)


@pytest.mark.parametrize(
    ("rung", "levers"),
    [(0, {"sanctions": 0.8}), (1, {"aid": 0.4}), (4, {"strike": 1.0}), (4, {"presence": 0.4, "red_line": 5}), (5, {})],
)
def test_what_was_not_declared_against_this_breach_teaches_nothing(rung: int, levers: dict[str, float]) -> None:
    kept, broken = learned(place(rung), levers, STILL)
    assert kept == pytest.approx([0.0] * 4, abs=1e-12) and broken == pytest.approx([0.0] * 4, abs=1e-12)


def test_a_presence_that_nobody_is_bound_to_send_is_a_word_not_kept() -> None:
    world = place(5)
    world.states.order_weight[:] = 0.0
    kept, broken = learned(world, {"presence": 0.4, "red_line": 4}, STILL._replace(belief_gain=0.2, observation=0.4))
    assert kept == pytest.approx([0.0] * 4, abs=1e-12)
    assert broken == pytest.approx(0.2 * SEVERITY[5] * np.array([1.0, 0.4, 0.4, 0.4]))


def test_without_a_leader_nothing_was_declared() -> None:
    world = place(5)
    world.system.leader[0] = -1
    kept, broken = learned(world, {"sanctions": 0.8, "aid": 0.4}, STILL)
    assert kept == pytest.approx([0.0] * 4, abs=1e-12) and broken == pytest.approx([0.0] * 4, abs=1e-12)


@pytest.mark.parametrize(("committed", "luck", "claimed"), [(1, 0.9, 1.0), (0, 0.49, 1.0), (0, 0.5, 0.0)])
def test_talk_adds_what_the_leader_claims(committed: int, luck: float, claimed: float) -> None:
    world = place(0)
    world.states.committed[2] = committed
    p = STILL._replace(talk=0.1, bluff=0.5, belief_memory=1.0)
    after = played(world, p=p, talk=luck).world.states
    assert after.answered_count == pytest.approx([1.0 + 0.1 * claimed] * 4)
    assert after.unanswered_count == pytest.approx([1.0 + 0.1 * (1.0 - claimed)] * 4)
    world.system.leader[0] = -1
    assert played(world, p=p, talk=luck).world.states.answered_count == pytest.approx([1.0] * 4)


# --- How far a breach is answered, and what it costs the order


def test_an_answer_is_made_of_sanctions_presence_aid_and_a_strike() -> None:
    world = place(5, sanctions=0.3, breadth=0.5, aid=0.1)
    world.stances.presence[0, 2] = 0.1
    facing = contest_share(0.1 * 0.4, COMMITMENT[5] * 0.3, STILL.contest_exponent)
    for luck, share in ((NEVER, 1.0), (ALWAYS, 0.5)):
        game = played(world, {"strike": 1.0}, strike=luck)
        left = (1.0 - 0.3 / 0.75 * game.world.theatres.breadth[0]) * (1.0 - facing) * (1.0 - 0.1)
        assert game.world.theatres.answered[0] == pytest.approx(1.0 - left * share)
    over = played(place(1, sanctions=0.3)).world.theatres
    assert over.answered[0] == pytest.approx(over.breadth[0]) != 0.0  # no more than wholly sanctioned
    assert played(place(0, aid=0.5)).world.theatres.answered[0] == 0.0


def test_the_order_wears_by_the_power_that_breaks_it_each_by_its_gravest_breach_less_what_is_answered() -> None:
    """State 0 is at rungs 4 and 2, of which the graver counts; state 3 breaks it elsewhere, unanswered."""
    world = place(4, theatres=3, aid=0.3)
    world.theatres.rung[1:] = world.theatres.previous_rung[1:] = 2
    world.theatres.challenger[2], world.theatres.aid[2] = 3, 0.0
    world.system.untroubled[0] = 1.5
    p = STILL._replace(order_down=0.2, order_reversion=0.05, answer_limit=0.5)
    after = played(world, p=p).world.system
    worn = 0.3 * SEVERITY[4] * (1.0 - 0.5 * 0.3) + 0.2 * SEVERITY[2]
    upheld = min(1.0, 1.5 * (0.4 * 1.0 + 0.2 * 0.9))
    assert after.order[0] == pytest.approx(ORDER - 0.2 * worn * ORDER + 0.05 * (upheld - ORDER))
    assert after.gross[0] == 0.0
    assert played(world, order=1, host=NEVER).world.system.gross[0] == SEVERITY[5]


# --- Control


def test_theatres_of_a_host_share_what_can_be_had_of_it_short_of_war() -> None:
    for theatres, share in ((2, 0.14 * 1.5 / HOLD[6]), (3, 1.0 / 3.0)):  # what each would win, and the third of all
        world = place(6, theatres=theatres, resisted=0)
        world.states.capability[1] = 1e-9
        world.theatres.control[:] = world.theatres.recognised[:] = 0.1
        left = HOLD[6] - 0.1 * theatres
        gained = played(world).world.theatres.control - 0.1
        assert gained == pytest.approx([share * left] * theatres)


def test_an_incident_wins_no_more_than_its_rung_can_hold() -> None:
    world = place(2, resisted=0)
    world.states.capability[1] = 1e-12
    after = played(world).world.theatres.control[0]
    assert after == pytest.approx(HOLD[2]) and after < 0.03 * 1.5


@pytest.mark.parametrize(("wars", "share"), [(1, 1.0), (2, 0.5)])
def test_who_fights_two_wars_has_half_of_its_force_for_each(wars: int, share: float) -> None:
    world = world_of(
        [{"power_weight": 1.0}, {}, {}],
        [{"challenger": 0, "host": 1 + k, "rung": 7} for k in range(wars)],
    )
    world.pairs.reach[0, 1] = 0.8
    p = STILL._replace(initiative=2.0, war_effort=0.1, totality=0.0, superiority=5.0, arms_noise=0.0)
    game = played(world, p=p, war_stop=ALWAYS, war_outcome=NEVER, war_growth=0.0)
    odds = contest_share(2.0 * 0.8 * share, 1.0, p.contest_exponent)
    assert game.log.numbers[game.events(Event.WAR_END)[0], 3] == pytest.approx(odds)
    effort = 0.1 * 0.8 * share + (0.1 * 1.0 * share if wars == 2 else 0.0)
    assert game.world.states.war_effort[0] == pytest.approx(effort)


# --- Sanctions


@pytest.mark.parametrize(("level", "joined"), [(0.009, 0.0), (0.011, 1.0)])
def test_sanctions_that_nobody_declares_are_dropped_where_hardly_any_is_left(level: float, joined: float) -> None:
    world = place(3, sanctions=level)
    world.stances.sanctioning[0, 2] = 1.0
    assert played(world).world.stances.sanctioning[0, 2] == joined


def test_a_deal_caps_sanctions_at_what_is_not_yet_lifted() -> None:
    for level, left in ((0.8, 0.8 * (1.0 - 0.5 * 0.4)), (0.3, 0.3)):
        world = place(0, deal=1, deal_sanctions=0.8, deal_relief=0.5, deal_paid=0.4, sanctions=level)
        assert played(world).world.theatres.sanctions[0] == pytest.approx(left)


def test_sanctions_reach_for_what_the_leader_would_do_about_a_breach_and_land_that_is_held() -> None:
    p = STILL._replace(sanctions_rise=0.5)
    for rung, annexed, severity in ((5, 0, 0.75), (1, 1, 0.35), (1, 0, 0.1), (5, 1, 0.75)):
        game = played(place(rung, annexed=annexed), {"sanctions": 0.6}, p)
        assert game.world.theatres.sanctions[0] == pytest.approx(0.5 * 0.6 * severity * 0.9)


def test_states_take_part_by_stake_resolve_habit_appeal_and_pressure_less_their_trade() -> None:
    world = place(4, appealed=1, aid=0.2)
    world.pairs.trade[2:, 0], world.pairs.trade[3, 2] = 0.3, 0.4
    world.stances.sanctioning[0, 3] = 1.0
    member = np.array([ORDER, 0.9 * ORDER])
    p = STILL._replace(trade_at_stake=0.5)
    pull = p.appeal_pull * member + 0.5 * np.array([world.pairs.trade[2, 2], 0.4])
    wish = 0.6 * member * SEVERITY[4] * [0.9, 0.5] + [0.0, p.habit] + pull - 0.5 * 0.3 * np.array([0.4, 0.1])
    chances = 1.0 / (1.0 + np.exp(-(wish - 0.1) / p.join_noise))
    for g in (2, 3):
        for draw, joined in ((chances[g - 2] - 1e-6, 1.0), (chances[g - 2] + 1e-6, 0.0)):
            luck = still_luck(1, world)
            luck.guardian.sanctions[0, 0, g] = draw
            game = play(world, policy_of(1, sanctions=0.6, secondary=0.5), luck, parameters=p, order=0)
            assert game.world.stances.sanctioning[0, g] == joined, g
    custom = world.pairs.trade[0]
    luck.guardian.sanctions[:] = ALWAYS
    game = play(world, policy_of(1, sanctions=0.6, secondary=0.5), luck, parameters=p, order=0)
    assert game.metric(Metric.SANCTIONS_IMPOSED)[0] == 1.0
    breadth = custom[1:].sum() / custom.sum()
    assert game.world.theatres.breadth[0] == pytest.approx(breadth * (1.0 - p.busting * 0.5 * (1.0 - breadth)))


# --- Presence and aid


def test_aid_is_what_the_coalition_would_give_or_its_balancers() -> None:
    p, will = STILL._replace(deployment=0.5), float((CAMP * POWERS * [0, 0, 0.9, 0.5]).sum() / WEIGHT)
    assert played(place(3), {"aid": 0.6}, p).world.theatres.aid[0] == pytest.approx(0.5 * 0.6 * will)
    world = place(5)
    world.pairs.rivalry[2, 0] = 1.0
    world.states.power_weight[2] = 1.0
    worth = 0.5 * (0.1 / 0.4) ** (1.0 - p.intangible)
    denied = min(0.2, p.balancing * worth * SEVERITY[5] - p.operations)
    game = played(world, {}, p)
    assert game.world.theatres.aid[0] == pytest.approx(0.5 * denied)
    assert game.world.stances.presence[0, 2] == pytest.approx(0.5 * denied)
    rich = p._replace(balancing=5.0)
    assert played(world, {}, rich).world.stances.presence[0, 2] == pytest.approx(0.5 * 0.2)


def test_standing_presence_yields_to_a_deals_neutrality_and_to_what_the_red_line_promises() -> None:
    p, levers = STILL._replace(deployment=1.0), {"standing": 0.1, "presence": 0.3, "red_line": 4}
    sent = ORDER * 0.9
    for rung, theatre, declared in (
        (3, {}, 0.1), (4, {}, 0.3), (7, {}, 0.3), (3, {"deal": 1, "deal_neutrality": 0.6}, 0.04),
    ):  # fmt: skip
        game = played(place(rung, **theatre), levers, p)
        assert game.world.stances.presence[0, 2] == pytest.approx(declared * sent), (rung, theatre)
    assert played(place(4), {**levers, "standing": 0.5}, p).world.stances.presence[0, 2] == pytest.approx(0.5 * sent)


def test_a_strike_undoes_a_share_of_what_is_held_and_not_recognised() -> None:
    p = STILL._replace(strike_effect=0.5)
    struck, spared = (
        played(place(5, control=0.3, recognised=0.1), {"strike": 1.0}, p, strike=luck).world.theatres.control[0]
        for luck in (ALWAYS, NEVER)
    )
    assert struck < spared - 0.05


# --- Policies over time


@pytest.mark.parametrize(("now", "segment"), [(0, 0), (1, 0), (2, 1), (4, 1), (5, 2), (90, 2)])
def test_the_last_segment_that_has_started_is_in_force(now: int, segment: int) -> None:
    world = place(5)
    levers = table(Levers, (3, 1))
    for name, value in CALM_LEVERS.items():
        getattr(levers, name)[:] = value
    levers.sanctions[:, 0] = 0.2, 0.5, 0.8
    policy = Policy(np.array([0, 2, 5]), levers)
    game = play(world, policy, still_luck(1, world), parameters=STILL._replace(sanctions_rise=1.0), order=0, first=now)
    assert game.world.theatres.sanctions[0] == pytest.approx((0.2, 0.5, 0.8)[segment] * SEVERITY[5] * 0.9)
