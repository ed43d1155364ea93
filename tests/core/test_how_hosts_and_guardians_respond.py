"""One cause, one effect: hosts, sanctions, presence, aid, strikes (phase 4), costs, order and alignment (7 and 8).

State 0 challenges state 1; state 2 leads the coalition; further states are guardians like it.
"""

import numpy as np
import pytest
from core_worlds import ALWAYS, NEVER, Game, play, policy_of, still_luck, world_of

from greatpowers.core.ladder import HOLD, SEVERITY, Rung
from greatpowers.core.log import Event
from greatpowers.core.metrics import Metric
from greatpowers.core.parameters import Parameters
from greatpowers.core.trace import Trace
from greatpowers.core.world import World

GUARDIAN = {"order_weight": 1.0, "economy": 0.8, "capability": 0.8}


def crisis(guardians: int = 1, host: dict[str, float] | None = None, **theatre: float) -> World:
    """A challenge at proxy support, unless told otherwise, and guardians that live for the order."""
    states = [{"power_weight": 1.0}, {"economy": 0.3, "capability": 0.3, **(host or {})}, *[GUARDIAN] * guardians]
    world = world_of(states, [{"challenger": 0, "host": 1, "rung": 3, "resisted": 1, **theatre}])
    world.system.leader[0] = 2
    return world


def answer(
    world: World, order: int = 0, spread: bool = False, levers: dict[str, float] | None = None, **luck: float
) -> Game:
    """The challenger moves as ordered; with `spread`, guardians' luck in joining sanctions runs from 0 to 1."""
    drawn = still_luck(1, world, **luck)
    if spread:
        drawn.guardian.sanctions[0] = np.linspace(0.0, 1.0, world.states.size)
    return play(world, policy_of(world.theatres.size, **(levers or {})), drawn, order=order)


# --- Hosts


def test_an_outmatched_host_resists_less() -> None:
    chances = []
    for strength in (0.05, 0.3, 3.0):
        game = answer(crisis(host={"capability": strength}, resisted=0), order=1, host=NEVER)
        chances.append(game.log.numbers[game.events(Event.RESISTANCE)[0], 3])
    assert chances[0] < chances[1] < chances[2]


def test_yielding_hands_over_control_and_ends_the_crisis() -> None:
    world = crisis(control=0.1)
    yielded, resisted = (answer(world, order=1, host=luck).world.theatres for luck in (ALWAYS, NEVER))
    handed_over = Parameters().yield_transfer * SEVERITY[4] * (HOLD[Rung.SEIZURE] - 0.1)
    assert world.theatres.recognised[0] == resisted.recognised[0] == 0.0
    assert yielded.recognised[0] == pytest.approx(handed_over, rel=1e-9)
    assert yielded.control[0] > world.theatres.control[0]
    assert yielded.standing_down[0] == 1
    assert resisted.standing_down[0] == 0
    assert resisted.resisted[0] == 1


@pytest.mark.parametrize("shown", [True, False])
def test_short_of_war_no_more_is_ceded_than_a_seizure_can_hold(shown: bool) -> None:
    """Of a host that cedes to four at once; and where two have less to win after one of them was given some."""
    challengers, held = (4, 0.1) if shown else (2, 0.15)
    world = world_of(
        [{"power_weight": 1.0}] * challengers + [{"economy": 0.03, "capability": 0.03}],
        [
            {"challenger": c, "host": challengers, "rung": 5, "control": held, "recognised": held, "resisted": 1}
            for c in range(challengers)
        ],
    )
    luck = still_luck(1, world)
    luck.theatre.host[0] = ALWAYS if shown else [ALWAYS, NEVER]
    p = Parameters(yield_transfer=0.8, demand=0.0, yield_noise=1.0)
    after = play(world, policy_of(challengers), luck, order=1, parameters=p).world.theatres
    assert after.control.sum() == pytest.approx(HOLD[Rung.SEIZURE])
    assert after.recognised[0] > held


def test_a_host_with_nothing_left_to_cede_short_of_war_resists_less() -> None:
    """What it would cede is part of what is left: all of .45, or the twentieth that .4 held elsewhere leaves."""
    p, severity, ceded = Parameters(), SEVERITY[4], []
    for held in (0.0, 0.4):
        world = world_of(
            [{"power_weight": 1.0}, {"economy": 0.3, "capability": 0.3}, GUARDIAN, {"power_weight": 1.0}],
            [
                {"challenger": 0, "host": 1, "rung": 3},
                {"challenger": 3, "host": 1, "rung": 0, "control": held, "recognised": held},
            ],
        )
        game = play(world, policy_of(2), still_luck(1, world, host=NEVER), order=1)
        _, _, odds, resists, _ = game.log.numbers[game.events(Event.RESISTANCE)[0]]
        spared = p.yield_point + np.log(1.0 / resists - 1.0) * p.yield_noise
        lost = p.war_loss * odds + p.victory_price
        feared = game.trace(Trace.WAR_CHANCE) * (lost + p.homeland * p.spoils * odds**2)
        ceded.append((feared - spared / severity) / (p.homeland * p.yield_transfer))
    assert ceded == pytest.approx([HOLD[Rung.SEIZURE], HOLD[Rung.SEIZURE] - 0.4], rel=1e-6)


def test_a_red_line_that_is_never_drawn_sends_nobody_even_into_war() -> None:
    for line, sent in ((9, False), (7, True)):
        after = answer(crisis(rung=7), levers={"presence": 0.4, "red_line": line}).world
        assert bool(after.stances.presence[0, 2] > 0.0) is sent


def test_without_a_leader_nobody_is_deterred_by_what_nobody_carries_out() -> None:
    world = crisis()
    world.pairs.alliance[2, 1] = world.pairs.treaty[2, 1] = 0.8
    firm = {"sanctions": 1.0, "presence": 0.3, "red_line": 3, "aid": 0.8}
    for leader, deterred in ((2, True), (-1, False)):
        world.system.leader[0] = leader
        game = answer(world, levers=firm)
        for column, option in (
            (Trace.EXPECTED_SANCTIONS_, 1), (Trace.EXPECTED_PRESENCE_, 1), (Trace.EXPECTED_AID, 0),
        ):  # fmt: skip
            assert (game.trace(column, option) > 0.0) is deterred, column
        assert bool(game.metric(Metric.TRUE_CREDIBILITY)[0] > 0.0) is deterred


def test_a_step_that_asks_for_nothing_is_let_pass() -> None:
    """Who gives way yields in σ^demand of cases, where something was asked, and lets the step pass in the others."""
    world, share, giving_way = crisis(rung=1, resisted=0), SEVERITY[Rung.PROVOCATION], []
    for demand, luck, kind, part in (
        (1.0, 0.3, Event.LET_PASS, 1.0 - share), (1.0, 0.05, Event.YIELD, share), (0.0, 0.3, Event.YIELD, 1.0),
    ):  # fmt: skip
        even = Parameters(demand=demand, yield_noise=1.0, yield_transfer=0.0, yield_point=0.0)
        game = play(world, policy_of(1), still_luck(1, world, host=luck), parameters=even, order=1)
        events = [event for event in (Event.YIELD, Event.LET_PASS, Event.RESISTANCE) if len(game.events(event))]
        assert events == [kind]
        assert game.world.theatres.standing_down[0] == 1
        giving_way.append(game.log.numbers[game.events(kind)[0], 3] / part)
    assert 0.3 < giving_way[0] < 0.6
    assert giving_way == pytest.approx([giving_way[0]] * 3, rel=1e-12)


def test_a_host_that_believes_in_guardians_appeals_to_them() -> None:
    for answered_count, appealed in ((9.0, 1), (0.1, 0)):
        world = crisis(host={"answered_count": answered_count, "unanswered_count": 9.1 - answered_count})
        game = answer(world, order=1, host=NEVER, appeal=0.5)
        assert game.world.theatres.appealed[0] == appealed
        assert len(game.events(Event.APPEAL)) == appealed


# --- Sanctions


def test_an_appeal_brings_more_guardians_to_take_part() -> None:
    taking_part = [
        answer(crisis(20, appealed=appealed), spread=True, levers={"sanctions": 0.3}).world.stances.sanctioning.sum()
        for appealed in (0, 1)
    ]
    assert 0 < taking_part[0] < taking_part[1]


def test_secondary_sanctions_broaden_the_coalition_and_stop_busting() -> None:
    breadth = [
        answer(crisis(20), spread=True, levers={"sanctions": 0.3, "secondary": pressure}).world.theatres.breadth[0]
        for pressure in (0.0, 0.5, 1.0)
    ]
    assert 0.0 < breadth[0] < breadth[1] < breadth[2]


def test_trade_with_the_challenger_keeps_guardians_out() -> None:
    taking_part = []
    for share in (0.0, 0.05, 0.15):
        world = crisis(20)
        world.pairs.trade[2:, 0] = share
        taking_part.append(answer(world, spread=True, levers={"sanctions": 0.8}).world.stances.sanctioning.sum())
    assert taking_part[0] > taking_part[1] > taking_part[2]


def test_sanctions_rise_fast_and_fall_slowly() -> None:
    risen = answer(crisis(sanctions=0.0), levers={"sanctions": 1.0}).world.theatres.sanctions[0]
    fallen = answer(crisis(sanctions=risen), levers={"sanctions": 0.0}).world.theatres.sanctions[0]
    assert risen > 5.0 * (risen - fallen) > 0.0


def test_a_graver_breach_and_a_firmer_leader_mean_more_sanctions() -> None:
    def level(rung: int, resolve: float) -> float:
        world = crisis(rung=rung)
        world.states.resolve[2] = resolve
        return float(answer(world, levers={"sanctions": 0.8}).world.theatres.sanctions[0])

    assert level(1, 0.9) < level(3, 0.9) < level(6, 0.9)
    assert level(3, 0.3) < level(3, 0.9)


def test_without_a_leader_nobody_carries_out_the_policy() -> None:
    world = crisis()
    world.system.leader[0] = -1
    everything = {
        "sanctions": 1.0,
        "presence": 0.5,
        "standing": 0.5,
        "red_line": 1,
        "aid": 1.0,
        "strike": 1.0,
        "deal": 1,
    }
    game = answer(world, levers={**everything, "deal": 1}, strike=ALWAYS, proposal=ALWAYS)
    theatres = game.world.theatres
    assert theatres.sanctions[0] == theatres.aid[0] == game.world.stances.presence.sum() == 0.0
    assert game.events(Event.STRIKE) == game.events(Event.OFFER) == []


def led_by(leader: int, deal: int, rung: int) -> Game:
    """A round of a coalition that does all it can, whose leader is the first of three states or the last."""
    after_leader = 1 if leader == 0 else 0
    parties = [{"power_weight": 1.0}, {"economy": 0.3, "capability": 0.3}, GUARDIAN]
    here = {"rung": rung, "resisted": 1, "control": 0.2, "sanctions": 0.5, "breadth": 0.8, "deal": deal}
    world = world_of(
        [parties[(i - after_leader) % 3] for i in range(3)],
        [{"challenger": after_leader, "host": after_leader + 1, **here}],
    )
    world.system.leader[0] = leader
    firm = policy_of(1, sanctions=0.9, secondary=0.5, presence=0.4, standing=0.1, red_line=1, aid=0.8, strike=1, deal=1)
    luck = still_luck(1, world, strike=ALWAYS, proposal=ALWAYS, renege=ALWAYS, turn=ALWAYS, talk=ALWAYS)
    return play(world, firm, luck, order=0)


@pytest.mark.parametrize(
    ("deal", "rung", "kind"),
    [(0, 3, Event.OFFER), (0, 5, Event.STRIKE), (1, 0, Event.DEAL_BROKEN)],
    ids=["offers", "strikes", "reneges"],
)
def test_the_first_of_the_states_leads_like_any_other(deal: int, rung: int, kind: Event) -> None:
    first, last = led_by(0, deal, rung), led_by(2, deal, rung)
    assert len(first.events(kind)) == len(last.events(kind)) == 1
    for name in ("sanctions", "breadth", "aid", "answered"):
        assert getattr(first.world.theatres, name) == pytest.approx(getattr(last.world.theatres, name)), name
    assert np.roll(first.world.stances.presence, -1, axis=1) == pytest.approx(last.world.stances.presence)
    for name in ("answered_count", "unanswered_count", "trust", "claimed"):
        of_first = np.roll(getattr(first.world.states, name), -1)
        assert of_first == pytest.approx(getattr(last.world.states, name)), name


# --- Presence, aid, strikes


def test_standing_presence_is_there_before_a_crisis_and_the_rest_comes_at_the_red_line() -> None:
    levers = {"standing": 0.05, "presence": 0.4, "red_line": 3}
    before, after = (answer(crisis(rung=rung), levers=levers).world.stances.presence[0, 2] for rung in (0, 3))
    assert 0.0 < before < after


def test_fear_of_a_nuclear_challenger_holds_presence_back_whoever_sends_it() -> None:
    sent = []
    for challenger, guardian in ((0.0, 0.0), (1.0, 0.0), (1.0, 1.0)):
        world = crisis()
        world.states.nuclear[0], world.states.nuclear[2] = challenger, guardian
        sent.append(answer(world, levers={"presence": 0.4, "red_line": 1}).world.stances.presence[0, 2])
    assert sent[1] == sent[2] < sent[0]


def test_troops_come_from_the_leaders_camp_or_from_those_bound_to_the_host() -> None:
    """Guardian 3 minds the breach by half: that alone sends sanctions and no soldier."""
    sent = []
    for tie in ("none", "to the leader", "to the host"):
        world = crisis(2)
        world.states.order_weight[3] = 0.5
        world.pairs.alliance[3, 2] = 0.8 if tie == "to the leader" else 0.0
        world.pairs.alliance[3, 1] = 0.8 if tie == "to the host" else 0.0
        sent.append(answer(world, levers={"presence": 0.4, "red_line": 1}).world.stances.presence[0, 3])
    assert sent[0] == 0.0 < min(sent[1:])


@pytest.mark.parametrize("cause", ["under sanctions itself", "hostile to the host", "allied to the challenger"])
def test_nobody_deploys_beside_whom_it_stands_against(cause: str) -> None:
    world = world_of(
        [{}, {}, GUARDIAN, GUARDIAN], [{"challenger": 0, "host": 1, "rung": 5}, {"challenger": 3, "host": 1, "rung": 1}]
    )
    world.system.leader[0] = 2
    levers = policy_of(2, presence=0.4, red_line=3)
    free = play(world, levers, still_luck(1, world), order=0).world.stances.presence[0, 3]
    world.theatres.sanctions[1] = 0.5 if cause == "under sanctions itself" else 0.0
    world.pairs.hostility[3, 1] = 0.5 if cause == "hostile to the host" else 0.0
    world.pairs.alliance[3, 0] = 0.5 if cause == "allied to the challenger" else 0.0
    barred = play(world, levers, still_luck(1, world), order=0).world.stances.presence[0, 3]
    assert free > 0.0 == barred


def test_a_guardian_at_war_elsewhere_has_nothing_to_send() -> None:
    free, busy = crisis(), crisis()
    busy.states.war_effort[2] = 1.0
    sent = [answer(w, levers={"presence": 0.4, "red_line": 1}).world.stances.presence[0, 2] for w in (free, busy)]
    assert sent[0] > sent[1] == 0.0


def test_a_force_asked_for_twice_is_divided() -> None:
    world = world_of([{}, {}, GUARDIAN], [{"challenger": 0, "host": 1, "rung": 3}] * 3)
    world.system.leader[0], world.stances.presence[:, 2] = 2, 0.33
    levers = policy_of(3, presence=1.0, red_line=1)
    sent = play(world, levers, still_luck(1, world), order=0).world.stances.presence[:, 2]
    assert sent.sum() == pytest.approx(1.0)
    assert sent == pytest.approx([1.0 / 3.0] * 3)


def test_presence_that_cannot_arrive_comes_home_when_quiet() -> None:
    world = crisis(rung=0)
    world.stances.presence[0, 2], world.pairs.reach[2, 1] = 0.5, 0.0
    assert answer(world).world.stances.presence[0, 2] < 0.5


def test_a_balancer_sends_force_to_deny_its_rival_the_prize() -> None:
    sent = []
    for rivalry, power_weight in ((0.0, 1.0), (1.0, 0.0), (1.0, 1.0)):
        world = crisis(rung=5, salience=1.0)
        world.states.order_weight[2], world.states.power_weight[2] = 0.0, power_weight
        world.pairs.rivalry[2, 0] = world.pairs.rivalry[0, 2] = rivalry
        sent.append(answer(world).world.stances.presence[0, 2])
    assert sent[0] == sent[1] == 0.0 < sent[2]


def test_only_great_powers_balance() -> None:
    sent = []
    for share in (0.04, 0.9):  # what makes a great power
        world = crisis(rung=5, salience=1.0)
        world.states.order_weight[2], world.states.power_weight[2] = 0.0, 1.0
        world.pairs.rivalry[2, 0] = world.pairs.rivalry[0, 2] = 1.0
        game = play(world, policy_of(1), still_luck(1, world), parameters=Parameters(great_power_share=share), order=0)
        sent.append(game.world.stances.presence[0, 2])
    assert sent[1] == 0.0 < sent[0]


def test_aid_flows_in_a_crisis_and_dries_up_in_peace() -> None:
    assert answer(crisis(), levers={"aid": 0.5}).world.theatres.aid[0] > 0.0
    assert answer(crisis(rung=1), levers={"aid": 0.5}).world.theatres.aid[0] == 0.0
    assert answer(crisis(rung=1, aid=0.4), levers={"aid": 0.5}).world.theatres.aid[0] < 0.4


@pytest.mark.parametrize(
    ("rung", "lever", "luck", "strikes"),
    [(5, 1.0, 0.5, 1), (5, 0.0, ALWAYS, 0), (4, 1.0, ALWAYS, 0), (5, 1.0, 0.95, 0), (6, 1.0, 0.5, 1)],
)  # fmt: skip
def test_a_strike_needs_a_policy_an_open_intervention_and_the_leaders_will(
    rung: int, lever: float, luck: float, strikes: int
) -> None:
    game = answer(crisis(rung=rung, control=0.4, recognised=0.1), levers={"strike": lever}, strike=luck)
    assert len(game.events(Event.STRIKE)) == strikes
    for row in game.events(Event.STRIKE):
        assert game.log.numbers[row, 4] == pytest.approx(0.03)  # a tenth of what is held and not recognised


# --- Costs, order, alignment


def test_sanctions_cost_the_target_by_its_openness_and_senders_by_their_trade() -> None:
    closed, opened = crisis(sanctions=0.8, breadth=1.0), crisis(sanctions=0.8, breadth=1.0)
    closed.states.openness[:] = 0.0
    opened.states.openness[:] = 0.5
    for world in (closed, opened):
        world.stances.sanctioning[0, 2] = 1.0
    loyal = Parameters(habit=9.0)
    costs = [
        play(world, policy_of(1), still_luck(1, world), order=0, parameters=loyal).track.metrics[0]
        for world in (closed, opened)
    ]
    assert costs[0][Metric.TARGET_COST] == costs[0][Metric.SENDER_COST] == 0.0
    assert 0.0 < costs[1][Metric.SENDER_COST] < costs[1][Metric.TARGET_COST]


def test_an_answered_breach_costs_the_order_less_than_an_unanswered_one() -> None:
    left = [answer(crisis(rung=5, aid=aid), levers={"aid": aid}).world.system.order[0] for aid in (0.0, 0.5, 1.0)]
    assert left[0] < left[1] < left[2]


def test_an_order_without_breaches_stays_where_it_starts_and_heals_slowly_below() -> None:
    world = world_of([{"order_weight": 1.0}, {}], [], order=0.6)
    world.system.untroubled[0] = 1.2  # of which one of two equals carries half
    assert play(world, luck=still_luck(20, world)).world.system.order[0] == pytest.approx(0.6)
    world.system.order[0] = 0.4
    healed = play(world, luck=still_luck(4, world)).track.metrics[:, Metric.ORDER]
    assert (np.diff([0.4, *healed]) > 0.0).all()
    assert healed[-1] < 0.42


def test_an_answer_limits_what_a_breach_costs_the_order_and_never_adds() -> None:
    orders = []
    for aid in (0.0, 1.0):
        world = crisis(rung=5, aid=aid)
        world.system.untroubled[0] = 100.0
        game = play(
            world, policy_of(1, aid=aid), still_luck(1, world), order=0, parameters=Parameters(order_reversion=0.0)
        )
        orders.append(game.world.system.order[0])
    assert orders[0] < orders[1] < 0.7


def test_only_what_was_declared_can_be_broken() -> None:
    world = crisis(rung=5)
    silent = answer(world).world.states
    assert (silent.answered_count == pytest.approx(world.states.answered_count, abs=0.05)) and (
        silent.unanswered_count[0] <= world.states.unanswered_count[0] + 1e-9
    )
    broken = answer(world, levers={"presence": 0.5, "red_line": 1}).world.states
    assert broken.unanswered_count[0] > silent.unanswered_count[0]


def test_how_far_a_breach_is_answered_does_not_hang_on_how_fast_anybody_learns() -> None:
    world = crisis(rung=5, aid=0.5)
    answers = [
        play(
            world, policy_of(1, aid=0.5), still_luck(1, world), order=0, parameters=Parameters(belief_gain=gain)
        ).world.theatres.answered[0]
        for gain in (0.0, 0.25)
    ]
    assert answers[0] == answers[1] > 0.0


def alliances(order_weight: float, answered_count: float, **theatre: float) -> tuple[float, float]:
    """The host's alliances with the guardian and with the challenger after ten rounds of pressure."""
    host = {"order_weight": order_weight, "answered_count": answered_count, "unanswered_count": 9.1 - answered_count}
    world = crisis(1, host, **theatre)
    luck = still_luck(10, world)
    ended = play(world, policy_of(1), luck, order=0, parameters=Parameters(belief_gain=0.0, belief_memory=1.0)).world
    return ended.pairs.alliance[2, 1], ended.pairs.alliance[0, 1]


def test_a_threatened_host_draws_near_to_guardians_it_believes() -> None:
    guardian, challenger = alliances(1.0, answered_count=9.0)
    assert guardian > challenger


@pytest.mark.parametrize(("rung", "threatened"), [(1, False), (2, True)])
def test_a_host_is_threatened_from_provocation_on(rung: int, threatened: bool) -> None:
    guardian, _ = alliances(1.0, answered_count=9.0, rung=rung)
    assert bool(guardian > 0.0) is threatened
    _, challenger = alliances(0.0, answered_count=0.1, rung=rung)
    assert bool(challenger > 0.0) is threatened


def test_a_host_that_expects_no_help_and_no_order_bandwagons() -> None:
    guardian, challenger = alliances(0.0, answered_count=0.1)
    assert challenger > 5.0 * guardian


def test_neutrality_under_a_deal_stops_alignment() -> None:
    free, _ = alliances(1.0, answered_count=9.0, deal=1, deal_neutrality=0.0)
    neutral, _ = alliances(1.0, answered_count=9.0, deal=1, deal_neutrality=1.0)
    assert free > 0.0 == neutral


def test_without_threat_alliances_return_to_treaty() -> None:
    world = crisis(rung=0)
    world.pairs.alliance[2, 1], world.pairs.treaty[2, 1] = 0.2, 0.6
    assert 0.2 < answer(world).world.pairs.alliance[2, 1] < 0.6


@pytest.mark.parametrize("ally", [0, 2], ids=["listed before the host", "listed after it"])
def test_alliances_return_to_treaty_round_after_round(ally: int) -> None:
    world, rounds = crisis(rung=0), 12
    world.pairs.alliance[ally, 1], world.pairs.treaty[ally, 1] = 0.2, 0.6
    after = play(world, policy_of(1), still_luck(rounds, world), order=0).world.pairs.alliance[ally, 1]
    assert after == pytest.approx(0.6 - 0.4 * (1.0 - Parameters().treaty_pull) ** rounds)


def test_rivals_arms_raise_the_burden() -> None:
    calm, raced = world_of([{}, {}], []), world_of([{}, {"burden": 0.1}], [])
    for world in (calm, raced):
        world.pairs.rivalry[0, 1] = 1.0
    burdens = [play(world, luck=still_luck(1, world)).world.states.burden[0] for world in (calm, raced)]
    assert burdens[0] < burdens[1]
