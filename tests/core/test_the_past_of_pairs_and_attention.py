"""One cause, one effect: what pairs remember (hostility), who is looked at (attention), and who cannot go home.

State 0 challenges state 1; state 2 is a third party.
"""

import numpy as np
import pytest
from core_worlds import ALWAYS, Game, play, policy_of, still_luck, world_of

from greatpowers.core.history import TheatreColumn
from greatpowers.core.ladder import HOLD, SEVERITY
from greatpowers.core.parameters import Parameters
from greatpowers.core.trace import Trace
from greatpowers.core.world import World

FORGETFUL = Parameters(hostility_memory=0.9, hostility_crisis=0.25, hostility_war=0.5, reconciliation=0.4)
DOWN, HOLD_ON, UP = 0, 1, 2


def pair(rung: int = 0, hostility: float = 0.0, **theatre: float) -> World:
    world = world_of([{"power_weight": 1.0}, {}, {}], [{"challenger": 0, "host": 1, "rung": rung, **theatre}])
    world.pairs.hostility[0, 1] = world.pairs.hostility[1, 0] = hostility
    return world


def hostility_after(world: World, order: int = 0, rounds: int = 1, **luck: float) -> float:
    drawn = still_luck(rounds, world, **luck)
    return float(play(world, luck=drawn, order=order, parameters=FORGETFUL).world.pairs.hostility[0, 1])


def test_hostility_fades_by_its_memory() -> None:
    assert hostility_after(pair(hostility=0.5), rounds=2) == pytest.approx(0.5 * 0.9 * 0.9)


def test_a_new_crisis_adds_to_it_and_one_that_goes_on_does_not() -> None:
    assert hostility_after(pair(1, 0.5), order=1) == pytest.approx(0.45 + 0.25 * 0.55)
    assert hostility_after(pair(3, 0.5, crisis_age=2)) == pytest.approx(0.45)


def test_a_war_adds_more_and_hostility_saturates() -> None:
    fought = hostility_after(pair(6, 0.5, crisis_age=3, resisted=1), order=1)
    assert fought == pytest.approx(0.45 + 0.5 * 0.55)
    assert hostility_after(pair(6, 1.0 / 0.9, crisis_age=3), order=1) == pytest.approx(1.0)


def test_all_theatres_of_a_pair_share_it_whoever_challenges() -> None:
    world = world_of([{}, {}], [{"challenger": 0, "host": 1, "rung": 1}, {"challenger": 1, "host": 0, "rung": 0}])
    game = play(world, luck=still_luck(1, world), order=1, parameters=FORGETFUL)
    assert game.world.pairs.hostility[0, 1] == game.world.pairs.hostility[1, 0] == pytest.approx(0.25)


def test_a_year_of_a_deal_kept_reconciles_and_a_settlement_too() -> None:
    kept_deal = pair(0, 0.5, deal=1, deal_age=3)
    assert hostility_after(kept_deal) == pytest.approx(0.45 * 0.6)
    assert hostility_after(pair(0, 0.5, deal=1, deal_age=1)) == pytest.approx(0.45)
    willing = FORGETFUL._replace(bargaining=1.0, deal_noise=1.0, yield_noise=1.0)
    world = pair(3, 0.5, resisted=1, crisis_age=2)
    settled = play(world, luck=still_luck(1, world, bargain=ALWAYS), order=0, parameters=willing).world
    assert settled.theatres.standing_down[0] == 1
    assert settled.pairs.hostility[0, 1] == pytest.approx(0.45 * 0.6)


def weighed(world: World, parameters: Parameters | None = None) -> Game:
    return play(world, policy_of(world.theatres.size), still_luck(1, world), parameters=parameters)


def chance_of_going_up(world: World, parameters: Parameters | None = None) -> float:
    return weighed(world, parameters).trace(Trace.PROBABILITY_, UP)


def test_below_provocation_the_odds_of_going_up_are_those_of_utility_times_attention() -> None:
    game = weighed(pair(1))
    utility = [game.trace(Trace.UTILITY_, option) for option in range(3)]
    weights = np.exp((np.array(utility) - max(utility)) / Parameters().information_cost)
    weights[UP] *= game.trace(Trace.ATTENTION)
    assert game.trace(Trace.PROBABILITY_, UP) == pytest.approx(weights[UP] / weights.sum())


def test_from_provocation_on_attention_is_no_matter() -> None:
    doubled = Parameters()._replace(attention=2.0 * Parameters().attention)
    assert chance_of_going_up(pair(2), doubled) == chance_of_going_up(pair(2))
    assert chance_of_going_up(pair(1), doubled) > chance_of_going_up(pair(1))


def test_a_bitter_past_draws_attention_and_quarrels_with_others_a_little() -> None:
    calm, bitter, elsewhere = pair(), pair(hostility=0.6), pair()
    elsewhere.pairs.hostility[0, 2] = elsewhere.pairs.hostility[2, 0] = 0.6
    chances = [weighed(world).trace(Trace.ATTENTION) for world in (calm, elsewhere, bitter)]
    assert chances[0] < chances[1] < chances[2]


def test_what_matters_more_draws_more_attention() -> None:
    attention = [weighed(pair(salience=salience)).trace(Trace.ATTENTION) for salience in (0.05, 0.2, 0.8)]
    assert attention[0] < attention[1] < attention[2]


def test_a_great_power_bound_to_the_host_draws_attention_away_from_it_at_every_rung() -> None:
    bare, covered = pair(), pair()
    covered.pairs.alliance[2, 1] = 1.0
    assert weighed(covered).trace(Trace.ATTENTION) < weighed(bare).trace(Trace.ATTENTION)


def test_fear_of_war_counts_less_for_a_probe_than_for_a_step_into_force() -> None:
    fearless, fearful = (Parameters(probe_fear=fear, war_loss=3.0, initiative=4.0) for fear in (0.0, 1.0))
    losses = [[weighed(pair(rung), p).trace(Trace.CLASH_LOSS_, UP) for p in (fearless, fearful)] for rung in (1, 2)]
    assert losses[0][0] == 0.0 < losses[0][1]
    assert losses[1][0] == losses[1][1] > 0.0


@pytest.mark.parametrize("rung", [2, 3, 5])
def test_backing_down_costs_the_severity_of_what_is_given_up(rung: int) -> None:
    game = weighed(pair(rung), Parameters(audience_cost=0.1))
    costs = [game.trace(Trace.AUDIENCE_COST_, option) for option in (DOWN, HOLD_ON, UP)]
    assert costs == [pytest.approx(0.1 * SEVERITY[rung]), 0.0, 0.0]
    free = weighed(pair(rung), Parameters(audience_cost=0.0))
    assert game.trace(Trace.UTILITY_, DOWN) == pytest.approx(free.trace(Trace.UTILITY_, DOWN) - costs[DOWN])
    assert game.trace(Trace.PROBABILITY_, DOWN) < free.trace(Trace.PROBABILITY_, DOWN)


def test_a_probe_and_a_deal_in_force_can_be_ended_without_a_loss_at_home() -> None:
    for world in (pair(1), pair(3, deal=1, deal_age=2)):
        assert weighed(world, Parameters(audience_cost=0.1)).trace(Trace.AUDIENCE_COST_, DOWN) == 0.0


def test_a_stand_off_lasts_longer_where_backing_down_costs_more() -> None:
    """Rounds above interference of sixteen, on average over matched luck, over something that is worth little."""
    lasted = []
    for cost in (0.0, 0.05, 0.2):
        rounds = 0
        for seed in range(40):
            world = pair(3, crisis_age=1, salience=0.02)
            chosen = Parameters(audience_cost=cost, initiative=4.2, inertia=0.012)  # little else holds it there
            track = play(world, luck=seed, parameters=chosen, rounds=16).track
            rounds += int((track.theatres[:, 0, TheatreColumn.RUNG] >= 2).sum())
        lasted.append(rounds / 40)
    assert lasted[0] + 1.0 < lasted[1] and lasted[1] + 0.2 < lasted[2], lasted


def test_a_regime_that_would_face_a_giant_does_not_wish_for_war() -> None:
    wishes = []
    for tie in (0.0, 1.0):
        world = world_of(
            [{"power_weight": 1.0}, {}, {"economy": 50.0, "capability": 50.0}],
            [{"challenger": 0, "host": 1, "rung": 3}],
        )
        world.pairs.alliance[2, 1], world.pairs.reach[2, 1] = tie, 0.0  # it need not come soon
        wishes.append(weighed(world, Parameters(survival=1.0)).trace(Trace.WAR_WISH))
    assert wishes[1] < wishes[0] - 0.1


def test_where_there_is_no_land_a_stance_brings_influence_for_as_long_as_it_lasts() -> None:
    world = pair(2)
    world.theatres.landless[0] = 1
    game = weighed(world, Parameters(influence=0.5, intelligence_error=0.0))
    value, balance = game.trace(Trace.VALUE), game.trace(Trace.BALANCE_, HOLD_ON)
    assert game.trace(Trace.GAIN_, HOLD_ON) == pytest.approx(value * 0.5 * HOLD[2] * balance)
    nothing = weighed(world, Parameters(influence=0.0, intelligence_error=0.0))
    assert nothing.trace(Trace.GAIN_, HOLD_ON) == 0.0 < value
    assert weighed(world).trace(Trace.WAR_WISH) < weighed(pair(2)).trace(Trace.WAR_WISH)  # no spoils of war


def test_a_challenger_foresees_that_sanctions_come_down_once_it_complies() -> None:
    """Half a policy's sanctions are in force; a step down means they fall, over the horizon by mean_left."""
    world = pair(4, sanctions=0.5, breadth=1.0)
    expected = [
        weighed(world, Parameters(sanctions_fall=fall, horizon=8.0)).trace(Trace.EXPECTED_SANCTIONS_, 0)
        for fall in (0.0, 0.25)
    ]
    assert expected[0] == 0.5
    assert expected[1] == pytest.approx(0.5 * (1.0 - 0.75**8) / (0.25 * 8.0))
