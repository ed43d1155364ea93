"""Edges of rules and each weight in them: where a rule begins and ends, what caps it, and who counts how much.

State 0 challenges state 1; state 2 leads the coalition; whoever comes after differs from test to test.
"""

import numpy as np
import pytest
from core_worlds import ALWAYS, NEVER, Game, play, policy_of, still_luck, tables_of_luck, world_of

from greatpowers.core.declare import fields_of
from greatpowers.core.equations.choice import control_change, control_retaken, logit, prize
from greatpowers.core.history import new_track, play_rounds
from greatpowers.core.ladder import EBB, GAIN, HOLD, SEVERITY
from greatpowers.core.levers import Levers
from greatpowers.core.log import Event
from greatpowers.core.luck import luck_of
from greatpowers.core.metrics import Metric
from greatpowers.core.parameters import Parameters, pack
from greatpowers.core.trace import Trace
from greatpowers.core.workspace import new_workspace
from greatpowers.core.world import World, copy_world

# Nothing moves by itself, and whoever takes part in sanctions goes on.
STILL = Parameters(talk=0.0, deployment=0.0, sanctions_fall=0.0, habit=9.0)
ORDER = 0.7
FOLLOWER = {"order_weight": 1.0}
POWER = {"order_weight": 0.0, "power_weight": 1.0}


def world_with(*others: dict[str, float], theatres: int = 1, rung: int = 3, **theatre: float) -> World:
    """Equals, of which the third leads; `others` follow, and all theatres are alike."""
    world = world_of(
        [{"power_weight": 1.0}, {}, FOLLOWER, *others],
        [{"challenger": 0, "host": 1, "rung": rung, "resisted": 1, **theatre}] * theatres,
        order=ORDER,
    )
    world.system.leader[0] = 2
    return world


def played(
    world: World, levers: dict[str, float] | None = None, p: Parameters = STILL, order: int = 0, **luck: float
) -> Game:
    drawn = still_luck(1, world, **luck)
    return play(world, policy_of(world.theatres.size, **(levers or {})), drawn, parameters=p, order=order)


def presence(game: Game, state: int, theatre: int = 0) -> float:
    return float(game.world.stances.presence[theatre, state])


# --- What can be declared and drawn


def test_levers_are_shares_but_for_the_red_line_and_the_tranches() -> None:
    bounds = {declared.name: (declared.field.low, declared.field.high) for declared in fields_of(Levers)}
    assert bounds.pop("red_line") == (1, 9)
    assert bounds.pop("tranches") == (1, 40)
    assert set(bounds.values()) == {(0, 1)} and len(bounds) == 16


def test_a_seed_is_a_whole_number_of_128_digits() -> None:
    for seed in (0, 1, 2**64, 2**128 - 1):
        key = luck_of(seed, 1, 1).key
        assert int(key[0]) + (int(key[1]) << 64) == seed
    for seed in (-1, 2**128):
        with pytest.raises(ValueError, match=f"the seed is {seed}; expected a whole number from 0 to 2\\^128 - 1"):
            luck_of(seed, 1, 1)


@pytest.mark.parametrize("table", ["by_state", "by_theatre", "by_guardian"])
def test_one_row_of_luck_stands_for_all_rounds_and_several_for_one_each(table: str) -> None:
    world = world_with({}, theatres=2)
    rounds, chance = 3, np.random.default_rng(1)
    luck = tables_of_luck(rounds, 4, 2)
    for part in (luck.by_state, luck.by_theatre, luck.by_guardian):
        part[:] = chance.uniform(0.2, 0.8, part.shape)
    one = luck._replace(**{table: getattr(luck, table)[:1]})
    alike = luck._replace(**{table: np.repeat(getattr(luck, table)[:1], rounds, axis=0)})
    ended = []
    for drawn in (one, alike, luck):
        played_world, track = copy_world(world), new_track(rounds, 4, 2, full=True)
        play_rounds(
            played_world, policy_of(2, sanctions=0.5, presence=0.3, red_line=1), pack(Parameters()), drawn, 0,
            new_workspace(4, 2), track,
        )  # fmt: skip
        ended.append(track.states)
    assert (ended[0] == ended[1]).all() and (ended[2][0] == ended[1][0]).all()
    if table == "by_state":
        assert (ended[2] != ended[1]).any()


# --- Leaderships


def leaders(**more: float) -> World:
    """Three states of which everything differs that weighs on a leadership."""
    world = world_of([{"order_weight": w, **more} for w in (0.2, 0.6, 1.0)], [])
    world.states.economy[:], world.states.capability[:] = (0.5, 0.3, 0.2), (0.4, 0.4, 0.2)
    world.states.sender_cost[:] = 0.01, 0.04, 0.05
    return world


def hazards(world: World, p: Parameters) -> list[float]:
    game = play(world, luck=still_luck(1, world, turn=ALWAYS), parameters=p)
    return [float(value) for value in game.log.numbers[game.events(Event.TURN), 2]]


def test_the_committed_turn_by_what_they_bear_beyond_their_share() -> None:
    """Burdens are .005, .012 and .010 of .027; powers .45, .35 and .2, of the order's weight .09, .21 and .2 of .5."""
    world, p = leaders(), Parameters(irregular_turn=0.1, burden_turn=2.0)
    excess = [max(0.0, burden / 0.027 - bears / 0.5) for burden, bears in ((0.005, 0.09), (0.012, 0.21), (0.01, 0.2))]
    assert excess[1] > 0.0
    assert hazards(world, p) == pytest.approx([0.1 * (1.0 + 2.0 * over) for over in excess])
    world.states.order_weight[:] = 0.0  # nobody should bear anything
    assert hazards(world, p) == pytest.approx([0.1 * (1.0 + 2.0 * burden / 0.027) for burden in (0.005, 0.012, 0.01)])
    world.states.sender_cost[:] = 0.0
    assert hazards(world, p) == pytest.approx([0.1] * 3)


def test_the_reluctant_turn_by_a_gross_violation_and_all_at_elections() -> None:
    p = Parameters(irregular_turn=0.05, election_turn=0.4, jolt=0.3)
    world = leaders(committed=0, resolve=0.3)
    assert hazards(world, p) == pytest.approx([0.05] * 3)
    world.system.gross[0] = 0.75
    world.states.election_period[1] = 4
    assert hazards(world, p) == pytest.approx([0.05 + 0.3 * 0.2, 0.4 + 0.3 * 0.6, 0.05 + 0.3])


# --- Force that is bound elsewhere


def test_nobody_is_engaged_with_more_than_all_it_has() -> None:
    """Seven tenths are at war and six stand here: what is here counts, and none is left for a treaty."""
    world = world_with()
    world.states.war_effort[2], world.stances.presence[0, 2], world.pairs.alliance[2, 1] = 0.7, 0.6, 0.5
    world.states.reliability[2] = 1.0
    game = played(world, {"presence": 0.2, "red_line": 1})
    member = 1.0 * min(1.0, ORDER + 0.5)
    calculus = member * 0.6  # the camp of the leader, as far as it is free
    assert game.trace(Trace.BELIEVED_CREDIBILITY) == pytest.approx(
        (1.0 - STILL.current_calculus) * 0.5 + STILL.current_calculus * calculus
    )
    assert game.trace(Trace.EXPECTED_SHIELD) == game.trace(Trace.TRUE_SHIELD) == 0.0
    world.states.war_effort[2] = 0.0
    assert played(world).trace(Trace.TRUE_SHIELD) == pytest.approx(0.5 * 0.4 * 0.9 / 3.0 * STILL.casus_foederis)


@pytest.mark.parametrize(("sanctions", "barred"), [(0.05, False), (float(np.nextafter(0.05, 1.0)), True)])
def test_whoever_is_under_sanctions_above_a_twentieth_guards_nobody(sanctions: float, barred: bool) -> None:
    world = world_with(FOLLOWER, theatres=2)
    world.theatres.challenger[1], world.theatres.sanctions[1] = 3, sanctions
    game = played(world, {"presence": 0.4, "red_line": 1}, STILL._replace(deployment=1.0))
    assert (presence(game, 3) == 0.0) is barred and presence(game, 2) > 0.0


def test_whoever_comes_under_sanctions_this_round_goes_home_with_it() -> None:
    world = world_with(FOLLOWER, theatres=2, rung=5)
    world.theatres.challenger[1] = 3
    levers = {"presence": 0.4, "red_line": 1, "sanctions": 1.0}
    for rise, barred in ((1.0, True), (0.05, False)):
        game = played(world, levers, STILL._replace(deployment=1.0, sanctions_rise=rise))
        assert (presence(game, 3) == 0.0) is barred


def test_who_does_not_belong_goes_home_at_once_and_others_by_and_by() -> None:
    world = world_with({})
    world.stances.presence[0, 2:] = 0.4
    game = played(world, {"presence": 0.1, "red_line": 1}, STILL._replace(deployment=0.5))
    assert presence(game, 3) == 0.0
    assert presence(game, 2) == pytest.approx(0.4 - 0.5 * (0.4 - 0.1 * 0.9 * ORDER))


def test_the_least_of_presence_is_none() -> None:
    for declared, there in ((2e-6, 2e-6 * 0.9 * ORDER), (1e-6, 0.0)):
        game = played(world_with(), {"presence": declared, "red_line": 1}, STILL._replace(deployment=1.0))
        assert presence(game, 2) == pytest.approx(there, rel=1e-9)


@pytest.mark.parametrize(("line", "at_war"), [(7, 0.3), (9, 0.1)])
def test_at_war_what_was_promised_for_war_comes_and_beyond_a_red_line_of_9_nothing_does(
    line: float, at_war: float
) -> None:
    p, levers = STILL._replace(deployment=1.0), {"presence": 0.3, "standing": 0.1, "red_line": line}
    sent = [presence(played(world_with(rung=rung), levers, p), 2) for rung in (6, 7)]
    assert sent == pytest.approx([0.1 * 0.9 * ORDER, at_war * 0.9 * ORDER])


# --- Balancers


def rivals(rung: int = 5, **pairs: float) -> World:
    """Two powers that care for nothing but power, nearer to the challenger's prize and further from it."""
    world = world_with({**POWER, "power_weight": 0.7}, {**POWER, "power_weight": 0.9}, rung=rung, salience=0.8)
    world.states.order_weight[2] = 0.0
    world.pairs.rivalry[3, 0], world.pairs.rivalry[4, 0] = 0.8, 0.6
    world.pairs.reach[3, 1], world.pairs.reach[4, 1] = 0.5, 0.25
    return world


BALANCING = STILL._replace(deployment=1.0, balancing=0.5, operations=0.001)


def test_a_balancer_spends_what_the_prize_is_worth_to_it_as_far_as_it_reaches() -> None:
    worth = prize(0.8, 0.2, 0.2, BALANCING.intangible)  # powers are a fifth each
    denied = [
        0.5 * weight * worth * rivalry * reach * SEVERITY[5] - 0.001
        for weight, rivalry, reach in ((0.7, 0.8, 0.5), (0.9, 0.6, 0.25))
    ]
    assert 0.0 < denied[1] < denied[0] < 0.2
    game = played(rivals(), p=BALANCING)
    assert [presence(game, g) for g in (3, 4)] == pytest.approx(denied)
    assert game.world.theatres.aid[0] == pytest.approx(1.0 - (1.0 - denied[0]) * (1.0 - denied[1]))
    dear = played(rivals(), p=BALANCING._replace(operations=1.0))
    assert presence(dear, 3) == 0.0 == dear.world.theatres.aid[0], "not where it costs more than that"


@pytest.mark.parametrize(
    ("what", "value", "balances"),
    [
        ("hostility to the host", 0.1, True), ("hostility to the host", 0.11, False),
        ("alliance with the challenger", 0.49, True), ("alliance with the challenger", 0.5, False),
        ("rivalry with the host", 0.79, True), ("rivalry with the host", 0.8, False),
        ("rivalry with the host", 0.9, False), ("rivalry with the host", 1.0, False),
        ("rivalry with the challenger", 0.0, False),
    ],
)  # fmt: skip
def test_nobody_balances_for_whom_it_stands_against_itself(what: str, value: float, balances: bool) -> None:
    world = rivals()
    if what == "hostility to the host":
        world.pairs.hostility[3, 1] = world.pairs.hostility[1, 3] = value
    elif what == "alliance with the challenger":
        world.pairs.alliance[3, 0] = value
    else:
        world.pairs.rivalry[3, 1 if what == "rivalry with the host" else 0] = value
    assert (presence(played(world, p=BALANCING), 3) > 0.0) is balances


@pytest.mark.parametrize(("rung", "balances"), [(2, False), (3, True)])
def test_balancers_move_from_proxies_on(rung: int, balances: bool) -> None:
    assert (presence(played(rivals(rung), p=BALANCING._replace(operations=0.0)), 3) > 0.0) is balances


def test_a_provoked_host_has_no_aid_where_no_policy_gives_any_and_nobody_balances() -> None:
    aid = [played(world_with(rung=2), {"aid": level}, BALANCING).world.theatres.aid[0] for level in (0.0, 0.5)]
    assert aid[0] == 0.0 < aid[1]


def test_a_past_makes_a_balancer_as_a_rivalry_does_and_a_host_is_none_for_itself() -> None:
    world = rivals()
    world.pairs.rivalry[3, 0], world.pairs.hostility[3, 0] = 0.1, 0.8
    world.pairs.rivalry[1, 0], world.states.power_weight[1] = 1.0, 1.0
    game, plain = played(world, p=BALANCING), played(rivals(), p=BALANCING)
    assert presence(game, 3) == pytest.approx(presence(plain, 3))
    assert presence(game, 1) == 0.0


# --- Strikes, yields and what is handed over


@pytest.mark.parametrize(("alliance", "strikes"), [(0.49, 1), (0.5, 0)])
def test_a_leader_that_is_allied_to_the_challenger_strikes_nobody(alliance: float, strikes: int) -> None:
    world = world_with(rung=5, control=0.2)
    world.pairs.alliance[2, 0] = alliance
    assert len(played(world, {"strike": 1.0}, strike=ALWAYS).events(Event.STRIKE)) == strikes


@pytest.mark.parametrize(("elsewhere", "room"), [(0.25, 0.2), (0.44, 0.01), (0.6, 0.0)])
def test_no_more_is_handed_over_than_is_left_of_half_a_state(elsewhere: float, room: float) -> None:
    world = world_with({}, theatres=2)
    world.theatres.challenger[1], world.theatres.rung[1], world.theatres.previous_rung[1] = 3, 0, 0
    world.theatres.control[1] = world.theatres.recognised[1] = elsewhere
    luck = still_luck(1, world, host=ALWAYS)
    game = play(world, policy_of(2), luck, parameters=STILL._replace(demand=0.0), order=1)
    assert game.world.theatres.recognised[0] == pytest.approx(STILL.yield_transfer * SEVERITY[4] * room)


def test_where_there_is_no_land_a_host_that_yields_hands_over_none() -> None:
    game = played(world_with(landless=1), p=STILL._replace(demand=0.0), order=1, host=ALWAYS)
    assert len(game.events(Event.YIELD)) == 1 and game.world.theatres.standing_down[0] == 1
    assert game.world.theatres.control[0] == game.world.theatres.recognised[0] == 0.0


# --- Fighting and control


def won(rung: int, balance: float, control: float = 0.0) -> float:
    """Control won or lost in a round of nothing recognised."""
    change = control_change(GAIN[rung], HOLD[rung], EBB[rung], balance, control, control)
    change = min(change, max(0.0, HOLD[rung] - control))
    return change - control_retaken(STILL.retaking, control, control, HOLD[rung], balance)


@pytest.mark.parametrize("rung", [2, 3, 4, 6])
def test_from_proxies_on_who_is_not_resisted_has_every_advantage(rung: int) -> None:
    world = world_with(rung=rung, resisted=0)
    world.states.capability[1] = 100.0
    gained = float(played(world).world.theatres.control[0])
    assert gained == (pytest.approx(won(rung, 1.0)) if rung >= 3 else 0.0) and won(3, 1.0) > 0.05


def test_a_front_that_has_set_slows_what_is_won_short_of_war_and_a_withdrawal_wins_nothing() -> None:
    free, slow = (
        float(played(world_with(resisted=0, entrenched=set_)).world.theatres.control[0]) for set_ in (0.0, 0.75)
    )
    assert slow == pytest.approx(0.25 * free) and free > 0.0
    world = world_with(rung=5, resisted=0, standing_down=1)
    assert played(world).world.theatres.control[0] == 0.0 and played(world).world.theatres.rung[0] == 4


def ended(outcome: float, **theatre: float) -> Game:
    """A war between equals that ends by this luck: below the chance of a stalemate, just above it, or at the top."""
    return played(world_with(rung=7, **theatre), war_stop=ALWAYS, war_outcome=outcome)


IN_WAR = 1.0 / (1.0 + STILL.initiative**-STILL.contest_exponent)


def test_a_war_that_is_over_leaves_nothing_of_itself_behind() -> None:
    theatre = ended(NEVER, control=0.4, great_power_war=1, entrenched=0.3, war_age=5).world.theatres
    names = ("war", "war_age", "intensity", "great_power_war", "entrenched")
    assert [getattr(theatre, name)[0] for name in names] == [0] * 5
    assert theatre.standing_down[0] == 1 and theatre.rung[0] == 7
    world = world_with(rung=7, war_age=5)
    world.theatres.intensity[0] = 2.0
    goes_on = played(world, war_growth=0.0).world.theatres
    assert (goes_on.war_age[0], goes_on.intensity[0]) == (6, 2.0)


def test_defeat_takes_of_what_was_recognised_as_well_and_ends_an_annexation() -> None:
    theatre = ended(NEVER, control=0.4, recognised=0.3, annexed=1).world.theatres
    assert theatre.recognised[0] == pytest.approx(min(0.3 * (1.0 - STILL.spoils), float(theatre.control[0])))
    assert theatre.annexed[0] == 0
    assert theatre.control[0] == pytest.approx(0.4 * (1.0 - STILL.spoils))


def test_a_stalemate_recognises_what_the_odds_would_of_the_rest() -> None:
    theatre = ended(0.0, control=0.4, recognised=0.1, annexed=1).world.theatres
    assert theatre.recognised[0] == pytest.approx(0.1 + IN_WAR * 0.3)
    assert theatre.annexed[0] == 1


def test_victory_takes_of_what_was_left_by_the_odds_and_more_than_force_short_of_war_can_hold() -> None:
    theatre = ended(STILL.stalemate, control=0.4).world.theatres
    assert theatre.control[0] == pytest.approx(0.4 + STILL.spoils * IN_WAR * 0.6)
    assert theatre.control[0] > HOLD[6]
    landless = ended(STILL.stalemate, landless=1).world.theatres
    assert landless.control[0] == landless.recognised[0] == landless.annexed[0] == 0


def test_a_new_war_counts_its_own_dead() -> None:
    game = played(world_with(rung=6, deaths=500.0, war_age=9, intensity=3.0), order=1, war_growth=0.0)
    theatre = game.world.theatres
    assert theatre.war[0] == 1 and (theatre.war_age[0], theatre.intensity[0]) == (1, 1.0)
    assert theatre.deaths[0] == theatre.killed[0] == game.metric(Metric.BATTLE_DEATHS)[0] > 0.0


# --- Deals


@pytest.mark.parametrize(("ceiling", "deal"), [(5, 1), (6, 0), (7, 0)])
def test_a_cease_fire_holds_a_line_where_land_can_be_seized(ceiling: int, deal: int) -> None:
    world = world_with(rung=0, deal=1, control=0.2, ceiling=ceiling)
    assert played(world, ceasefire=ALWAYS).world.theatres.deal[0] == deal


def test_the_last_tranche_pays_no_more_than_is_left() -> None:
    terms = {"deal": 1, "deal_age": 3, "deal_relief": 0.5, "deal_tranches": 4, "deal_sanctions": 0.8}
    assert played(world_with(rung=0, deal_paid=0.9, **terms)).world.theatres.deal_paid[0] == 1.0
    assert played(world_with(rung=0, deal_paid=0.75, **terms)).world.theatres.deal_paid[0] == 1.0


def test_a_slight_breach_that_is_proven_brings_lifted_sanctions_back_as_well() -> None:
    terms = {"deal": 1, "deal_relief": 0.6, "deal_paid": 0.5, "deal_sanctions": 0.8, "deal_snapback": 0.25}
    world = world_with(rung=1, sanctions=0.8, **terms)
    capped = 0.8 * (1.0 - 0.6 * 0.5)
    theatres = played(world, detection=ALWAYS).world.theatres
    assert theatres.sanctions[0] == pytest.approx(capped + 0.25 * (0.8 - capped))
    assert (theatres.deal[0], theatres.deal_paid[0]) == (1, 0.0)
    over = world_with(rung=3, sanctions=0.9, **{**terms, "deal_paid": 0.0, "deal_sanctions": 0.8})
    assert played(over, detection=ALWAYS).world.theatres.sanctions[0] == pytest.approx(0.8)


OFFER = {"deal": 1, "relief": 0.8, "keep": 1.0, "neutrality": 1.0}
AGREED = {"proposal": ALWAYS, "challenger_accepts": ALWAYS, "host_accepts": ALWAYS, "coalition_accepts": ALWAYS}


def offered(**theatre: float) -> World:
    """A host with a strong ally next to its challenger, under sanctions that hurt."""
    world = world_with({}, sanctions=0.8, breadth=1.0, **theatre)
    world.pairs.alliance[2, 1] = 1.0
    return world


def test_what_is_conceded_counts_once_and_is_at_most_all() -> None:
    """Land that is recognised and a neutral host are worth more together than all: others learn no more than that."""
    for control, part in ((0.9, 1.0), (0.05, None)):
        world = offered(control=control)
        signed, refused = (
            played(world, OFFER, STILL._replace(retaking=0.0), **{**AGREED, "host_accepts": luck})
            for luck in (ALWAYS, NEVER)
        )
        theatre = signed.world.theatres
        learned = signed.world.states.unanswered_count[3] - refused.world.states.unanswered_count[3]
        conceded = float(theatre.conceded[0])
        assert 0.4 < conceded <= 1.0 and theatre.recognised[0] == pytest.approx(theatre.control[0])
        expected = part if part is not None else min(1.0, conceded + float(theatre.recognised[0]))
        assert learned == pytest.approx(STILL.demonstration * expected)


def test_what_earlier_deals_conceded_is_not_conceded_again() -> None:
    first = played(offered(control=0.1), OFFER, **AGREED).world.theatres
    again = offered(control=0.1, conceded=float(first.conceded[0]) - 0.1, recognised=0.1)
    signed, refused = (played(again, OFFER, **{**AGREED, "host_accepts": luck}).world for luck in (ALWAYS, NEVER))
    assert signed.theatres.conceded[0] == pytest.approx(first.conceded[0])
    learned = signed.states.unanswered_count[3] - refused.states.unanswered_count[3]
    assert learned == pytest.approx(STILL.demonstration * float(signed.theatres.recognised[0]))


def test_a_deals_price_is_by_the_weightier_of_its_parties() -> None:
    for economies in ((0.4, 0.2, 0.4), (0.2, 0.4, 0.4), (0.2, 0.1, 0.7)):
        world = world_of(
            [{"power_weight": 1.0}, {}, FOLLOWER],
            [{"challenger": 0, "host": 1, "rung": 1, "control": 0.2, "sanctions": 0.8, "breadth": 1.0}],
        )
        world.system.leader[0] = 2
        world.states.economy[:] = world.states.capability[:] = economies
        p = STILL._replace(order_down=0.0, order_reversion=0.0, concession=0.5)
        signed = played(world, {**OFFER, "neutrality": 0.0}, p, **AGREED).world
        weight = max(economies[0], economies[1]) / max(economies)
        price = 0.5 * float(signed.theatres.recognised[0]) * weight
        assert signed.system.order[0] == pytest.approx(ORDER - price) and price > 0.0


def test_what_is_held_loosely_elsewhere_is_retaken_with_it() -> None:
    """The same pair in two theatres: what peace leaves of the one hangs on what is loose in both."""
    world = world_with(theatres=2, sanctions=0.8, breadth=0.9, control=0.1, recognised=0.02)
    world.theatres.control[1], world.theatres.recognised[1] = 0.2, 0.05
    game = played(world, {"deal": 1, "relief": 0.0, "keep": 0.5}, proposal=ALWAYS)
    (row,) = (row for row in game.events(Event.REFUSAL) if game.log.codes[row, 2] == 0)
    theatre, p = game.world.theatres, STILL
    granted = 0.5 * float(theatre.control[0]) - 0.02
    loose = float(theatre.control[0]) - 0.02 - granted
    change = control_change(0.0, HOLD[0], EBB[0], 0.5, loose, 0.3)
    change -= control_retaken(p.retaking, loose, 0.08 + 0.15 - granted, HOLD[0], 0.5)
    wish = game.trace(Trace.VALUE) * max(-loose, change * p.horizon) - game.trace(Trace.UTILITY_, 1)
    assert game.log.numbers[row, 2] == pytest.approx(logit(wish, p.deal_noise), rel=1e-9)
    assert 1e-4 < game.log.numbers[row, 2] < 1.0 - 1e-4


@pytest.mark.parametrize(("theatre", "offers"), [({"rung": 0, "control": 0.1}, 1), ({"rung": 0, "control": 0.0}, 0)])
def test_there_is_something_to_settle_where_there_is_a_breach_or_land_is_held(
    theatre: dict[str, float], offers: int
) -> None:
    world = world_with(sanctions=0.8, breadth=1.0, **theatre)  # type: ignore[arg-type]
    assert len(played(world, OFFER, proposal=ALWAYS).events(Event.OFFER)) == offers
    risen = world_with(sanctions=0.8, breadth=1.0, rung=2)
    assert len(played(risen, OFFER, order=1, proposal=ALWAYS, host=NEVER).events(Event.OFFER)) == 0
    assert len(played(risen, OFFER, order=0, proposal=ALWAYS).events(Event.OFFER)) == 1


def test_it_hurts_by_sanctions_by_what_was_answered_or_by_what_the_leader_minds() -> None:
    p = STILL._replace(hurting=0.2)
    under_all = world_with(rung=3, sanctions=0.5)
    under_all.stances.sanctioning[0, 2] = 1.0
    for world, hurt in (
        (under_all, 0.5),
        (world_with(rung=5, aid=0.9), 0.9 * 0.75),  # aid alone answers it
        (world_with(rung=3), SEVERITY[3] * ORDER),
    ):
        game = played(world, {"deal": 1, "aid": 0.9 if world.theatres.aid[0] else 0.0}, p, proposal=ALWAYS)
        (row,) = game.events(Event.OFFER)
        assert game.log.numbers[row, 4] == pytest.approx(hurt)
    at_it = STILL._replace(hurting=SEVERITY[3] * ORDER)
    assert played(world_with(rung=3), {"deal": 1}, at_it, proposal=ALWAYS).events(Event.OFFER) == []


# --- What pairs remember


def test_what_is_remembered_is_the_same_both_ways_and_of_each_pair_by_itself() -> None:
    world = world_with({}, theatres=2, rung=1)
    world.theatres.challenger[1], world.theatres.host[1], world.theatres.rung[1] = 3, 2, 0
    world.pairs.hostility[0, 1] = world.pairs.hostility[1, 0] = 0.5
    world.pairs.hostility[3, 2] = world.pairs.hostility[2, 3] = 0.4
    world.pairs.hostility[0, 3] = world.pairs.hostility[3, 0] = 0.2
    p = STILL._replace(hostility_memory=0.9, hostility_crisis=0.25)
    luck = still_luck(1, world)
    game = play(world, policy_of(2), luck, parameters=p, order=1)
    hostility = game.world.pairs.hostility
    assert hostility[0, 1] == hostility[1, 0] == pytest.approx(0.45 + 0.25 * 0.55)
    assert hostility[3, 2] == hostility[2, 3] == pytest.approx(0.36)  # no crisis yet
    assert hostility[0, 3] == hostility[3, 0] == pytest.approx(0.18)


@pytest.mark.parametrize(
    ("age", "rung", "deal", "kept"),
    [(3, 0, 1, True), (4, 0, 1, False), (-1, 0, 1, False), (3, 1, 1, False), (3, 0, 0, False), (7, 0, 1, True)],
)
def test_a_deal_is_kept_another_year_after_every_fourth_round_in_peace(
    age: int, rung: int, deal: int, kept: bool
) -> None:
    world = world_with(rung=rung, deal=deal, deal_age=age)
    world.pairs.hostility[0, 1] = world.pairs.hostility[1, 0] = 0.5
    p = STILL._replace(hostility_memory=1.0, reconciliation=0.4, detection=0.0)
    assert played(world, p=p).world.pairs.hostility[0, 1] == pytest.approx(0.3 if kept else 0.5)


# --- Order, alignment and metrics


def test_the_order_heals_towards_no_more_than_all() -> None:
    world = world_with(rung=0)
    world.system.untroubled[0], world.system.order[0] = 100.0, 0.4
    order = played(world, p=STILL._replace(order_reversion=0.5)).world.system.order[0]
    assert order == pytest.approx(0.4 + 0.5 * 0.6)


def test_a_threatened_host_wants_a_guardian_as_far_as_it_is_free_to() -> None:
    """A great power that half believes in the order, on a host bound by a deal to a quarter of neutrality."""
    world = world_with({"order_weight": 0.5, "resolve": 0.8}, rung=4, deal=1, deal_neutrality=0.25, deal_monitors=0.0)
    world.pairs.alliance[3, 1], world.pairs.treaty[3, 1] = 0.1, 0.1
    world.states.answered_count[1], world.states.unanswered_count[1], world.states.order_weight[1] = 3.0, 1.0, 0.6
    p = STILL._replace(aligning=0.5, treaty_pull=0.0, belief_memory=1.0, belief_gain=0.0, order_down=0.0,
                       order_reversion=0.0, detection=0.0)  # fmt: skip
    game = played(world, p=p)
    stake = 0.5 * ORDER + 0.1
    wanted = 0.75 * 0.8 * stake * 1.0 * (1.0 - 0.25)
    assert game.world.pairs.alliance[3, 1] == pytest.approx(0.1 + 0.5 * SEVERITY[4] * (wanted - 0.1))
    pressed = 0.25 * 0.4  # by want of belief, and of order
    assert game.world.pairs.alliance[0, 1] == pytest.approx(0.5 * SEVERITY[4] * pressed)


@pytest.mark.parametrize("theatres", [0, 1, 2])
def test_means_over_places_are_over_as_many_as_there_are(theatres: int) -> None:
    world = world_with(theatres=theatres, sanctions=0.4, breadth=0.5) if theatres else world_of([{}, {}, {}], [])
    if theatres:
        world.stances.sanctioning[:, 2] = 1.0
    row = played(world, p=STILL._replace(aligning=0.0)).track.metrics[0]
    assert row[Metric.MEAN_SEVERITY] == pytest.approx(SEVERITY[3] if theatres else 0.0)
    assert row[Metric.SANCTIONS] == pytest.approx(0.4 if theatres else 0.0)
    assert row[Metric.BREADTH] == pytest.approx(1.0 if theatres else 0.0)
    assert row[Metric.RELIEF_PAID] == row[Metric.ALLIANCE_COHESION] == row[Metric.DEALS_IN_FORCE] == 0.0
    assert bool(row[Metric.TRUE_CREDIBILITY] > 0.0) is (theatres > 0)


def test_relief_is_the_mean_of_the_deals_in_force() -> None:
    world = world_with(theatres=3, rung=0)
    world.theatres.deal[:] = 1, 1, 0
    world.theatres.deal_relief[:], world.theatres.deal_paid[:] = (0.5, 0.8, 0.9), (0.4, 1.0, 1.0)
    row = played(world).track.metrics[0]
    assert row[Metric.RELIEF_PAID] == pytest.approx((0.5 * 0.4 + 0.8) / 2)
    assert row[Metric.DEALS_IN_FORCE] == 2.0


def test_revision_is_land_held_by_the_power_of_its_host() -> None:
    world = world_with(theatres=2, rung=0)
    world.theatres.control[:] = world.theatres.recognised[:] = 0.2, 0.1
    assert played(world).metric(Metric.REVISION)[0] == pytest.approx(0.3 / 3.0)


def test_a_crisis_that_ends_forgets_who_resisted_and_appealed() -> None:
    world = world_with(rung=2, appealed=1, crisis_age=3)
    left = played(world, order=-1).world.theatres
    assert (left.crisis_age[0], left.resisted[0], left.appealed[0]) == (0, 0, 0)
    stays = played(world).world.theatres
    assert (stays.crisis_age[0], stays.resisted[0], stays.appealed[0]) == (4, 1, 1)
    gone = played(world_with(rung=1, standing_down=1)).world.theatres
    assert (gone.rung[0], gone.standing_down[0]) == (0, 0)


def test_control_of_a_host_never_comes_to_more_than_all_of_it() -> None:
    """Losses count in full; gains share what is left, whoever is numbered first."""
    for first in (0, 1):
        world = world_with({}, theatres=2, rung=7)
        world.theatres.challenger[1] = 3
        world.stances.side[1, [0, 3]] = 0, -1
        world.states.capability[1] = 0.0
        world.theatres.control[first], world.theatres.control[1 - first] = 0.7, 0.3
        control = played(world).world.theatres.control
        assert control.sum() == pytest.approx(1.0) and (control <= 1.0).all()


# --- Where there is nothing to divide by


def test_where_nobody_is_of_the_coalition_nobody_sends_or_pays_and_nobody_is_believed_to() -> None:
    """Aid that came before falls to nobody; a leader is believed as far as is remembered, and without one nobody is."""
    world = world_with(rung=5, aid=0.4, sanctions=0.3, breadth=0.5)
    world.states.order_weight[:] = 0.0
    remembered = (1.0 - STILL.current_calculus) * 0.5
    for leader, believed in ((2, remembered), (-1, 0.0)):
        world.system.leader[0] = leader
        levers = {"sanctions": 0.5, "presence": 0.4, "red_line": 1, "aid": 0.8, "strike": 1.0}
        game = played(world, levers, STILL._replace(deployment=0.5), strike=ALWAYS)
        assert (game.world.states.sender_cost == 0.0).all() and (game.world.stances.presence == 0.0).all()
        assert game.world.theatres.aid[0] == pytest.approx(0.2), "it dries up"
        assert game.trace(Trace.TRUE_CREDIBILITY) == 0.0
        assert game.trace(Trace.BELIEVED_CREDIBILITY) == pytest.approx(believed)
        assert game.events(Event.STRIKE) == []


def test_a_challenger_that_trades_with_nobody_cannot_be_cut_off() -> None:
    world = world_with(rung=5, breadth=0.25, sanctions=0.3)
    world.pairs.trade[:] = 0.0
    game = played(world, {"sanctions": 0.9}, sanctions=ALWAYS)
    assert game.trace(Trace.EXPECTED_BREADTH) == 0.25 and game.world.theatres.breadth[0] == 0.0


def test_a_state_without_force_counts_for_nothing_and_breaks_nothing() -> None:
    world = world_with({"capability": 0.0}, rung=7, resisted=1)
    world.states.capability[:2] = 0.0
    game = played(world, war_growth=0.0)
    assert game.world.theatres.killed[0] == 0.0 and np.isfinite(game.track.states).all()
    assert game.world.states.capability[:2].tolist() == pytest.approx([0.02 * s for s in world.states.economy[:2]])


@pytest.mark.parametrize(("under_way", "begun"), [(0, 1.0), (1, 0.0)])
def test_great_powers_that_fight_in_two_places_are_in_one_war(under_way: int, begun: float) -> None:
    world = world_with(theatres=2, rung=7)
    world.theatres.great_power_war[1] = under_way
    game = played(world)
    assert game.world.theatres.great_power_war.tolist() == [1, 1]
    assert game.metric(Metric.GREAT_POWER_WARS_BEGUN)[0] == begun
    assert len(game.events(Event.GREAT_POWER_WAR)) == 2 - under_way
    alone = world_with(theatres=2, rung=7)
    alone.theatres.great_power_war[0] = 1
    alone.theatres.war[1] = alone.theatres.rung[1] = alone.theatres.previous_rung[1] = alone.theatres.intensity[1] = 0
    assert played(alone).metric(Metric.GREAT_POWER_WARS_BEGUN)[0] == 0.0


def test_without_a_leader_only_those_bound_to_the_host_are_of_its_camp() -> None:
    world = world_with({"order_weight": 1.0, "resolve": 0.5})
    world.system.leader[0] = -1
    levers = {"presence": 0.4, "red_line": 1}
    nobody = played(world, levers)
    assert nobody.trace(Trace.TRUE_CREDIBILITY) == nobody.trace(Trace.DECLARED_PRESENCE_FORCE) == 0.0
    world.pairs.alliance[3, 1] = 0.25
    bound = played(world, levers)
    assert bound.trace(Trace.TRUE_CREDIBILITY) == 0.0, "nobody carries the policy out"
    camp = min(1.0, ORDER + 0.25) * 0.25
    assert bound.trace(Trace.DECLARED_PRESENCE_FORCE) == pytest.approx(0.4 * camp / 4.0)
