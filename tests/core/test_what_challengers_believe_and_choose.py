"""One cause, one effect: leadership, appraisal and choice (phases 1 to 3).

State 0 challenges state 1; state 2 is a third party that leads the coalition where there is one.
"""

import numpy as np
import pytest
from core_worlds import ALWAYS, Game, play, policy_of, still_luck, world_of

from greatpowers.core.ladder import Rung
from greatpowers.core.log import Event
from greatpowers.core.parameters import Parameters
from greatpowers.core.trace import Trace
from greatpowers.core.world import World

HOLD, UP = 1, 2
PROMISES = {"presence": 0.4, "red_line": 1}


def contested(theatre: dict[str, float] | None = None, theatres: int = 1, **challenger: float) -> World:
    """A greedy challenger, a host of a third of its size, and a guardian as strong as it that believes in the order."""
    greedy = {"economy": 0.9, "capability": 0.9, "power_weight": 1.0, **challenger}
    states = [greedy, {"economy": 0.3, "capability": 0.3}, {"economy": 0.9, "capability": 0.9, "order_weight": 1.0}]
    world = world_of(states, [{"challenger": 0, "host": 1, "rung": 3, **(theatre or {})}] * theatres)
    world.system.leader[0] = 2
    return world


def judged(world: World, column: Trace, option: int = 0, **levers: float) -> float:
    """What the first challenger thinks, under these levers and without errors of intelligence."""
    return play(world, policy_of(world.theatres.size, **levers), still_luck(1, world)).trace(column, option)


# --- Leadership


def turns(world: World, luck: float, **parameters: float) -> list[int]:
    """States whose leadership turns when their luck is `luck`."""
    game = play(world, luck=still_luck(1, world, turn=luck), parameters=Parameters(**parameters))
    return [int(game.log.codes[row, 3]) for row in game.events(Event.TURN)]


def test_bearing_the_coalitions_burden_alone_turns_the_committed() -> None:
    alone, shared = (world_of([{"order_weight": 1.0}] * 2, []) for _ in range(2))
    alone.states.sender_cost[:] = 0.1, 0.0  # all of the burden with half of the power: an excess of a half
    shared.states.sender_cost[:] = 0.1, 0.1
    chances = {"irregular_turn": 0.1, "burden_turn": 2.0}  # hazards .1 x (1 + 2 x .5) = .2 against .1
    assert turns(alone, 0.15, **chances) == [0]
    assert turns(shared, 0.15, **chances) == []


def test_a_gross_violation_jolts_the_reluctant_who_live_for_the_order() -> None:
    world = world_of([{"order_weight": 1.0, "committed": 0, "resolve": 0.3}, {"committed": 0, "resolve": 0.3}], [])
    assert turns(world, 0.1) == []
    world.system.gross[0] = 0.75
    assert turns(world, 0.1) == [0]  # hazard .01 + .15


def test_leaderships_turn_at_elections_and_seldom_between() -> None:
    world = world_of([{"election_period": 16, "election_offset": 0}, {"election_period": 16, "election_offset": 5}], [])
    irregular, election = Parameters().irregular_turn, Parameters().election_turn
    assert irregular < election / 10
    assert turns(world, election - 0.01) == [0]
    assert turns(world, irregular / 2) == [0, 1]


def test_a_turned_leadership_has_the_resolve_of_its_kind() -> None:
    world = world_of([{}, {"committed": 0, "resolve": 0.3}], [])
    turned = play(world, luck=still_luck(1, world, turn=ALWAYS)).world.states
    assert turned.resolve.tolist() == [0.3, 0.9]


def test_the_leaders_talk_moves_belief_a_little_and_deeds_move_it_more() -> None:
    world = contested({"rung": 0})
    talk = play(world, luck=still_luck(1, world), order=0).world.states
    assert talk.answered_count[0] > world.states.answered_count[0]  # a committed leader claims resolve
    deeds = contested({"rung": 6, "sanctions": 1.0, "breadth": 1.0})
    policy = policy_of(1, sanctions=1.0)
    seen = play(deeds, policy, still_luck(1, deeds, sanctions=ALWAYS), order=0).world.states
    assert seen.answered_count[0] - talk.answered_count[0] > 5.0 * (
        talk.answered_count[0] - world.states.answered_count[0]
    )


# --- Belief


def test_more_intelligence_error_misjudges_the_balance_more() -> None:
    world = contested(theatres=40)
    luck = still_luck(1, world)
    luck.theatre.own = np.linspace(-2.0, 2.0, 40)
    luck.theatre.other = np.cos(np.arange(40.0))
    wrong = []
    for error in (0.0, 0.1, 0.25, 0.5):
        believed = play(world, luck=luck, parameters=Parameters(intelligence_error=error)).track.traces
        truth = play(world, luck=still_luck(1, world)).track.traces
        wrong.append(np.abs(believed - truth)[0, :, Trace.BALANCE_ + UP].mean())
    assert wrong[0] == 0.0
    assert wrong == sorted(wrong)
    assert wrong[3] > 2.0 * wrong[1]


def test_beliefs_set_to_the_truth_are_the_truth_whatever_the_error() -> None:
    world = contested({}, answered_count=0.1, unanswered_count=9.0)
    luck = still_luck(1, world, own=2.0, other=-2.0)
    game = play(world, policy_of(1, **PROMISES), luck, parameters=Parameters(true_beliefs=1.0))
    assert game.trace(Trace.BELIEVED_CREDIBILITY) == game.trace(Trace.TRUE_CREDIBILITY)
    plain = play(world, policy_of(1, **PROMISES), still_luck(1, world), parameters=Parameters(true_beliefs=1.0))
    assert game.trace(Trace.BALANCE_, UP) == plain.trace(Trace.BALANCE_, UP)


def test_a_coalition_seen_to_answer_is_believed() -> None:
    beliefs = [
        judged(contested({}, answered_count=k, unanswered_count=4.0 - k), Trace.BELIEVED_CREDIBILITY)
        for k in (0.0, 2.0, 4.0)
    ]
    assert beliefs == sorted(beliefs)
    assert beliefs[0] < beliefs[2]


def test_a_coalition_whose_forces_stand_elsewhere_is_expected_less() -> None:
    free, tied = contested(theatres=2), contested(theatres=2)
    tied.stances.presence[1, 2] = 0.6
    at_war = contested(theatres=2)
    at_war.states.war_effort[2] = 1.0
    expected = [judged(world, Trace.EXPECTED_PRESENCE_, HOLD, **PROMISES) for world in (free, tied, at_war)]
    assert expected[0] > expected[1] > expected[2] >= 0.0


def test_a_distracted_coalition_makes_the_next_step_worth_more() -> None:
    free, at_war = (contested({"control": 0.3}) for _ in range(2))  # near what the next rung can hold
    at_war.states.war_effort[2] = 1.0
    worth = [judged(world, Trace.UTILITY_, UP, **PROMISES) for world in (free, at_war)]
    assert worth[0] < worth[1]


# --- Utility


def test_allies_near_home_encircle_and_neutrality_under_a_deal_reassures() -> None:
    alone, allied, neutral = contested(), contested(), contested({"deal": 1, "deal_neutrality": 1.0})
    for world in (allied, neutral):
        world.pairs.alliance[2, 1] = 1.0
    pressed = [judged(world, Trace.ENCROACHMENT) for world in (alone, allied, neutral)]
    assert pressed[0] == pressed[2] == 0.0 < pressed[1]


@pytest.mark.parametrize(("weights", "rises"), [({"power_weight": 1.0}, False), ({"fear_weight": 1.0}, True)])
def test_encirclement_raises_the_prize_to_the_fearful_and_not_to_the_greedy(
    weights: dict[str, float], rises: bool
) -> None:
    alone, allied = (contested({}, 1, **{"power_weight": 0.0, **weights}) for _ in range(2))
    allied.pairs.alliance[2, 1] = 1.0
    assert (judged(allied, Trace.VALUE) > judged(alone, Trace.VALUE)) == rises


def test_sanctions_deter_those_who_care_for_welfare_and_trade() -> None:
    def loss(welfare: float, openness: float, declared: float) -> float:
        world = contested({}, welfare_weight=welfare, openness=openness)
        return judged(world, Trace.SANCTION_LOSS_, UP, sanctions=declared)

    assert loss(0.0, 0.5, 1.0) == loss(1.0, 0.0, 1.0) == loss(1.0, 0.5, 0.0) == 0.0
    assert 0.0 < loss(0.5, 0.5, 1.0) < loss(1.0, 0.5, 1.0) < loss(1.0, 1.0, 1.0)


def test_the_order_binds_those_who_live_for_it_as_long_as_it_stands() -> None:
    def cost(weight: float, order: float) -> float:
        world = contested({}, order_weight=weight)
        world.system.order[0] = order
        return judged(world, Trace.NORM_COST_, UP)

    assert cost(0.0, 1.0) == cost(1.0, 0.0) == 0.0
    assert 0.0 < cost(1.0, 0.4) < cost(1.0, 0.8)


def test_promised_presence_weighs_from_the_red_line_on() -> None:
    world = contested({"rung": 2})
    at_three = {"presence": 0.4, "red_line": 3}
    assert judged(world, Trace.EXPECTED_PRESENCE_, HOLD, **at_three) == 0.0
    assert judged(world, Trace.EXPECTED_PRESENCE_, UP, **at_three) > 0.0


def test_a_nuclear_host_makes_war_dreadful() -> None:
    plain, nuclear = contested({"rung": 5}), contested({"rung": 5})
    nuclear.states.nuclear[1] = 1.0
    losses = [judged(world, Trace.CLASH_LOSS_, UP) for world in (plain, nuclear)]
    assert losses[0] < losses[1]


# --- Choice


def moves(world: World, **luck: float) -> list[int]:
    game = play(world, luck=still_luck(1, world, **luck))
    return [int(move) for move in game.world.theatres.rung - world.theatres.rung]


def test_luck_in_the_lowest_share_goes_down_and_in_the_highest_up() -> None:
    assert moves(contested(), choice=ALWAYS) == [-1]
    assert moves(contested(), choice=np.nextafter(1.0, 0.0)) == [1]


def test_no_luck_takes_a_challenger_beyond_peace_or_its_ceiling() -> None:
    highest = np.nextafter(1.0, 0.0)
    floor, ceiling = contested({"rung": 0}, theatres=60), contested({"rung": 2, "ceiling": 2}, theatres=60)
    floor.theatres.salience[:] = ceiling.theatres.salience[:] = np.linspace(0.0, 1.0, 60)
    assert min(moves(floor, choice=ALWAYS)) >= 0
    assert max(moves(ceiling, choice=highest)) <= 0


@pytest.mark.parametrize(("order", "moved"), [(-1, -1), (0, 0), (1, 1)])
def test_an_order_from_outside_replaces_the_choice(order: int, moved: int) -> None:
    world = contested()
    assert play(world, luck=still_luck(1, world), order=order).world.theatres.rung[0] - 3 == moved


@pytest.mark.parametrize(("rung", "order"), [(0, -1), (2, 1)])
def test_an_order_is_held_within_peace_and_the_ceiling(rung: int, order: int) -> None:
    world = contested({"rung": rung, "ceiling": 2})
    assert play(world, luck=still_luck(1, world), order=order).world.theatres.rung[0] == rung


def test_a_crisis_has_an_age_from_provocation_on() -> None:
    world = contested({"rung": 1})
    began: Game = play(world, luck=still_luck(1, world), order=1)
    assert began.world.theatres.crisis_age[0] == 1
    later = play(began.world, luck=still_luck(1, world), order=0)
    assert later.world.theatres.crisis_age[0] == 2
    assert play(later.world, luck=still_luck(1, world), order=-1).world.theatres.crisis_age[0] == 0
    assert began.world.theatres.rung[0] == Rung.PROVOCATION
