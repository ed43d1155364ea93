"""One cause, one effect: clashes, wars and what becomes of control (phase 5).

State 0 challenges state 1; state 2 is a third party.
"""

import numpy as np
import pytest
from core_worlds import ALWAYS, NEVER, Game, play, policy_of, still_luck, world_of

from greatpowers.core.ladder import HOLD
from greatpowers.core.log import Event, Outcome
from greatpowers.core.metrics import Metric
from greatpowers.core.parameters import Parameters
from greatpowers.core.world import World

GREAT, SMALL = {"economy": 1.0, "capability": 1.0}, {"economy": 0.02, "capability": 0.02}
READY_TO_JOIN = Parameters(war_joining=0.9, war_join_cost=0.3, join_noise=0.1)


def conflict(rung: int = 7, host: dict[str, float] | None = None, **theatre: float) -> World:
    """A conflict between equals, unless told otherwise."""
    return world_of(
        [{**GREAT, "power_weight": 1.0}, {**GREAT, **(host or {})}, GREAT],
        [{"challenger": 0, "host": 1, "rung": rung, "resisted": 1, **theatre}],
    )


def fought(world: World, order: int = 0, parameters: Parameters | None = None, **luck: float) -> Game:
    return play(world, policy_of(world.theatres.size), still_luck(1, world, **luck), order=order, parameters=parameters)


# --- Clashes and outbreaks


@pytest.mark.parametrize(("rung", "clashes"), [(1, 0), (2, 1), (5, 1)])
def test_fire_is_exchanged_by_accident_from_provocation_on(rung: int, clashes: int) -> None:
    assert len(fought(conflict(rung), clash=ALWAYS).events(Event.CLASH)) == clashes


def test_nobody_fires_where_nobody_stands_or_would_fight() -> None:
    unarmed = {"capability": 0.0}
    assert fought(conflict(3, host=unarmed), clash=ALWAYS).events(Event.CLASH) == []
    assert fought(conflict(2, ceiling=2), clash=ALWAYS).events(Event.CLASH) == []
    guarded = conflict(3, host=unarmed)
    guarded.stances.presence[0, 2], guarded.pairs.alliance[2, 1] = 0.3, 1.0
    assert len(fought(guarded, clash=ALWAYS).events(Event.CLASH)) == 1


def test_a_host_answers_fire_the_less_the_worse_its_odds() -> None:
    answers = []
    for capability in (3.0, 0.05):
        game = fought(conflict(4, host={"capability": capability}), clash=ALWAYS, answer=0.5)
        answers.append(game.log.numbers[game.events(Event.CLASH)[0], 4])
    assert answers == [1.0, 0.0]


def test_fire_that_is_not_answered_is_no_war() -> None:
    eager = Parameters(clash_war=1.0, homeland=10.0)
    answered, endured = (
        fought(conflict(5), parameters=eager, clash=ALWAYS, clash_war=ALWAYS, answer=luck).world.theatres.war[0]
        for luck in (ALWAYS, NEVER)
    )
    assert (answered, endured) == (1, 0)


def chance_of_war(world: World, parameters: Parameters) -> float:
    """Share of draws that make a war of an exchange of fire that is answered."""
    draws = np.linspace(0.005, 0.995, 100)
    fire = [fought(world, parameters=parameters, clash=ALWAYS, answer=ALWAYS, clash_war=float(u)) for u in draws]
    return float(np.mean([game.world.theatres.war[0] for game in fire]))


CHOOSING = Parameters(clash_war=1.0, war_noise=0.1, homeland=0.5, war_loss=0.3, victory_price=0.05)


def test_fire_becomes_war_more_readily_the_graver_the_breach() -> None:
    provoked, seized = (chance_of_war(conflict(rung), CHOOSING) for rung in (2, 6))
    assert 0.0 < provoked < seized < 1.0


def test_fire_becomes_war_less_readily_among_those_who_live_for_the_order() -> None:
    lawless, orderly = conflict(4), conflict(4, host={"order_weight": 1.0})
    orderly.states.order_weight[0] = 1.0
    assert chance_of_war(orderly, CHOOSING) < chance_of_war(lawless, CHOOSING) / 2


def test_second_strikes_on_both_sides_all_but_rule_war_out() -> None:
    world = conflict(4)
    world.states.nuclear[:2] = 1.0
    assert chance_of_war(world, CHOOSING) < 0.05 < chance_of_war(conflict(4), CHOOSING)


def test_the_top_rung_is_war() -> None:
    game = fought(conflict(6), order=1)
    assert game.world.theatres.war[0] == 1
    assert game.metric(Metric.WARS_BEGUN)[0] == 1.0


def test_enemies_in_one_theatre_are_enemies_in_all_they_dispute_and_it_is_one_war() -> None:
    world = world_of([{}, {}], [{"challenger": 0, "host": 1, "rung": 7}, {"challenger": 1, "host": 0, "rung": 2}])
    game = fought(world)
    assert game.world.theatres.war.tolist() == [1, 1]
    assert game.metric(Metric.WARS_BEGUN)[0] == 0.0


def test_who_is_drawn_into_a_war_resists_and_nobody_leaves_it() -> None:
    """A challenger that presses and a host that had not resisted, at war elsewhere; and a war begun from the ladder."""
    rivals = [{"challenger": 0, "host": 1, "rung": 7, "resisted": 1}, {"challenger": 1, "host": 0, "rung": 3}]
    for game in (fought(world_of([{}, {}], rivals)), fought(conflict(6, resisted=0), order=1)):
        theatres = game.world.theatres
        assert (theatres.war == 1).all()
        assert (theatres.resisted == 1).all()
        assert (theatres.standing_down == 0).all()


def test_a_war_does_not_spread_by_itself_to_where_nobody_presses() -> None:
    world = world_of([{}, {}], [{"challenger": 0, "host": 1, "rung": 7}, {"challenger": 1, "host": 0, "rung": 1}])
    assert fought(world).world.theatres.war.tolist() == [1, 0]


def fronts(challenger: int = 1, host: int = 0, small: tuple[int, ...] = (), **theatre: float) -> World:
    """State 0 at war with state 1, and another place between two of the four, at peace unless told otherwise."""
    return world_of(
        [SMALL if i in small else GREAT for i in range(4)],
        [
            {"challenger": 0, "host": 1, "rung": 7},
            {"challenger": challenger, "host": host, "salience": 0.6, "rung": 0, **theatre},
        ],
    )


@pytest.mark.parametrize(("chance", "draw", "opens"), [(1.0, 0.59, 1), (1.0, 0.61, 0), (0.5, 0.31, 0), (0.0, 0.0, 0)])
def test_a_war_of_great_powers_comes_to_their_other_places_by_what_they_are_worth(
    chance: float, draw: float, opens: int
) -> None:
    game = fought(fronts(), parameters=Parameters(general_war=chance), front=draw)
    assert game.world.theatres.war.tolist() == [1, opens]
    assert game.world.theatres.great_power_war.tolist() == [1, opens]
    assert game.world.theatres.spread[1] == opens
    assert game.metric(Metric.WARS_BEGUN)[0] == 0.0
    assert len(game.events(Event.WAR)) == opens


@pytest.mark.parametrize(
    "world",
    [
        fronts(small=(1,)),
        fronts(challenger=1, host=2),
        fronts(ceiling=2),
        fronts(rung=3, standing_down=1),
    ],
    ids=["one side is small", "the two do not fight", "nobody would fight there", "the challenger is leaving"],
)
def test_a_war_does_not_become_general_where(world: World) -> None:
    assert fought(world, front=ALWAYS).world.theatres.war.tolist() == [1, 0]


@pytest.mark.parametrize(("challenger", "host", "opens"), [(0, 2, 1), (2, 0, 0)])
def test_a_great_power_carries_the_war_to_small_enemies_and_they_carry_it_nowhere(
    challenger: int, host: int, opens: int
) -> None:
    world = fronts(challenger, host, small=(2,))
    world.stances.side[0, 2] = 1
    assert fought(world, front=ALWAYS).world.theatres.war[1] == opens


def test_a_front_opens_in_the_round_in_which_its_enemy_joins() -> None:
    world = fronts(challenger=0, host=2)
    world.stances.bound[0, 2], world.pairs.alliance[2, 1] = 1, 1.0
    games = [fought(world, parameters=READY_TO_JOIN, front=ALWAYS, war=draw) for draw in (ALWAYS, 0.95)]
    assert [game.world.theatres.war[1] for game in games] == [1, 0]


def test_a_front_of_a_war_is_no_crisis_of_its_own() -> None:
    world = fronts()
    game = play(world, policy_of(2), still_luck(3, world, front=ALWAYS))
    assert game.world.theatres.war.tolist() == [1, 1]
    assert game.metric(Metric.NEW_CRISES)[1:].sum() == 0.0


def test_a_war_is_at_the_top_of_the_ladder_from_its_first_round_whatever_the_ceiling() -> None:
    eager = Parameters(clash_war=1.0, homeland=10.0, war_noise=0.001)
    game = fought(conflict(5, ceiling=5), parameters=eager, clash=ALWAYS, answer=ALWAYS, clash_war=ALWAYS)
    assert (game.world.theatres.war[0], game.world.theatres.rung[0]) == (1, 7)


def test_war_breaks_the_deal_there() -> None:
    game = fought(conflict(6, deal=1), order=1)
    assert game.world.theatres.deal[0] == 0
    assert game.metric(Metric.DEALS_BROKEN_BY_CHALLENGER)[0] == 1.0


# --- Who joins


# Sides to which a treaty calls.
HOSTS, CHALLENGERS = 1, -1


def with_allies(bound: tuple[int, ...] = (0,), **ties: float) -> World:
    """A war of equals with third parties from state 2 on, `bound` by treaty to a side."""
    world = world_of(
        [{**GREAT, "power_weight": 1.0}, GREAT, *[GREAT] * len(bound)], [{"challenger": 0, "host": 1, "rung": 7}]
    )
    for number, side in enumerate(bound):
        world.stances.bound[0, 2 + number] = side
        world.pairs.alliance[2 + number, 1 if side == HOSTS else 0] = ties.get("strength", 1.0) * (side != 0)
    return world


@pytest.mark.parametrize(
    ("draw", "host", "challenger", "bound"),
    [
        (0.39, 1.0, 0.0, HOSTS),
        (0.41, 1.0, 0.0, 0),
        (0.91, 0.0, 1.0, CHALLENGERS),
        (0.89, 0.0, 1.0, 0),
        (0.0, 0.0, 0.0, 0),
    ],
)
def test_each_treaty_covers_an_attack_or_not_by_its_own_luck(
    draw: float, host: float, challenger: float, bound: int
) -> None:
    world = conflict(6)
    for principal, strength in ((1, host), (0, challenger)):
        world.pairs.alliance[2, principal] = world.pairs.treaty[2, principal] = strength
    chances = Parameters(casus_foederis=0.4, casus_offence=0.1)
    game = fought(world, order=1, parameters=chances, casus=draw)
    assert game.world.stances.bound[0, 2] == bound
    assert len(game.events(Event.CALL)) == abs(bound)


def test_a_tie_that_grew_without_a_treaty_calls_nobody() -> None:
    world = conflict(6)
    world.pairs.alliance[2, 1] = world.pairs.alliance[2, 0] = 0.9
    for draw in (ALWAYS, 0.999):
        game = fought(world, order=1, parameters=Parameters(casus_foederis=0.4, casus_offence=0.1), casus=draw)
        assert game.world.stances.bound[0, 2] == 0 and len(game.events(Event.CALL)) == 0


def test_allies_join_the_side_to_which_their_treaty_calls_them_on_both_sides_of_one_war() -> None:
    eager = Parameters(war_join_cost=0.05, join_noise=0.01)
    world = with_allies((HOSTS, CHALLENGERS, 0))
    luck = still_luck(1, world)
    luck.guardian.war[0, 0] = [0.5, 0.5, ALWAYS, NEVER, 0.5]
    side = play(world, policy_of(1), luck, order=0, parameters=eager).world.stances.side[0]
    assert side.tolist() == [-1, 1, 1, -1, 0]


def test_a_treaty_that_does_not_cover_the_case_brings_nobody() -> None:
    world = conflict()
    world.pairs.alliance[2, 1] = 1.0
    assert fought(world, war=ALWAYS).world.stances.side[0, 2] == 0


@pytest.mark.parametrize(("war", "rises"), [(ALWAYS, True), (0.4, False)])
def test_who_stands_by_a_treaty_is_believed_the_next_time(war: float, rises: bool) -> None:
    world = with_allies((HOSTS,))
    world.states.reliability[:] = 0.5
    eager = Parameters(war_joining=0.3, war_join_cost=0.05, join_noise=0.01, reliability_gain=0.2)
    luck = still_luck(2, world, war=war)
    luck.theatre.war_stop[1] = ALWAYS
    reliability = play(world, policy_of(1), luck, order=0, parameters=eager).world.states.reliability
    assert reliability[2] == pytest.approx(0.6 if rises else 0.4)  # .5 + .2 x .5, .5 - .2 x .5
    assert (reliability[:2] == 0.5).all()


def stake_in_joining(world: World) -> float:
    game = fought(world, parameters=READY_TO_JOIN, war=ALWAYS)
    return float(game.log.numbers[game.events(Event.JOINING)[0], 2])


def test_help_that_would_not_turn_the_scales_counts_for_less() -> None:
    stakes = []
    for capability in (1.0, 0.1):
        world = with_allies((HOSTS,))
        world.states.capability[2] = capability * world.states.capability[0]
        stakes.append(stake_in_joining(world))
    assert stakes[1] < stakes[0] / 2


def test_own_troops_already_there_are_a_tripwire() -> None:
    stakes = []
    for presence in (0.0, 0.05, 0.1):
        world = with_allies((HOSTS,), strength=0.6)
        world.stances.presence[0, 2] = presence
        stakes.append(stake_in_joining(world))
    assert stakes[0] < stakes[1] < stakes[2]
    assert stakes[2] - stakes[0] <= Parameters().war_join_cost  # troops under fire alone leave it open


def test_an_enemys_second_strike_makes_joining_dearer() -> None:
    chances = []
    for nuclear in (0.0, 1.0):
        world = with_allies((HOSTS,), strength=0.6)
        world.states.nuclear[0], world.states.nuclear[2] = nuclear, 1.0  # a second strike of one's own frees nobody
        game = fought(world, parameters=READY_TO_JOIN, war=ALWAYS)
        chances.append(game.log.numbers[game.events(Event.JOINING)[0], 3])
    assert chances[0] > chances[1]


# --- Great powers and nuclear weapons


@pytest.mark.parametrize(("host", "great_power_war"), [(GREAT, 1), (SMALL, 0)])
def test_great_power_war_needs_great_powers_on_both_sides(host: dict[str, float], great_power_war: int) -> None:
    assert fought(conflict(host=host)).world.theatres.great_power_war[0] == great_power_war


def test_a_great_power_that_joins_a_small_host_makes_it_a_great_power_war() -> None:
    world = conflict(host=SMALL)
    world.stances.bound[0, 2], world.pairs.alliance[2, 1] = HOSTS, 1.0
    game = fought(world, war=ALWAYS, parameters=Parameters(war_join_cost=0.05, join_noise=0.01))
    assert game.world.theatres.great_power_war[0] == 1
    assert game.metric(Metric.GREAT_POWER_WARS_BEGUN)[0] == 1.0
    assert game.metric(Metric.HIGHEST_LEVEL)[0] == 8.0


@pytest.mark.parametrize(
    ("challenger", "host", "third", "uses"), [(0, 0, 1, 0), (1, 0, 1, 0), (0, 1, 0, 0), (1, 1, 0, 1), (0.2, 0.2, 0, 1)]
)
def test_nuclear_use_needs_second_strike_on_both_sides(challenger: float, host: float, third: float, uses: int) -> None:
    world = conflict()
    world.states.nuclear[:] = challenger, host, third
    game = fought(world, nuclear=ALWAYS)
    assert game.world.system.nuclear_uses[0] == uses
    assert (game.metric(Metric.HIGHEST_LEVEL)[0] == 9.0) == (uses == 1)


def test_nuclear_use_devastates_both_sides_shocks_the_order_and_ends_the_war() -> None:
    world = conflict()
    world.states.nuclear[:] = 1.0, 1.0, 1.0
    spared, used = fought(world), fought(world, nuclear=ALWAYS)
    assert (used.world.states.economy[:2] < 0.6 * spared.world.states.economy[:2]).all()
    assert used.world.states.economy[2] == pytest.approx(spared.world.states.economy[2])
    assert used.world.system.order[0] < 0.8 * spared.world.system.order[0]
    assert used.world.theatres.war[0] == 0
    assert used.log.numbers[used.events(Event.WAR_END)[0], 2] == Outcome.NUCLEAR


def test_nuclear_use_devastates_the_nuclear_powers_at_war_and_nobody_else() -> None:
    world = world_of([GREAT] * 6, [{"challenger": 0, "host": 1, "rung": 7, "resisted": 1}])
    world.states.arms_yield[:] = 0.0
    world.stances.side[0, 2:4] = 1, -1  # joined the host, and the challenger
    world.stances.side[0, 4] = 1  # joined without weapons of its own
    world.states.nuclear[:] = 1.0, 1.0, 0.4, 0.4, 0.0, 1.0
    mild = Parameters(devastation=0.25, attrition=0.0, nuclear_hazard=0.1, war_joining=0.0)
    spared, used = (fought(world, parameters=mild, nuclear=luck).world.states for luck in (NEVER, ALWAYS))
    expected = [0.75, 0.75, 0.75, 0.75, 1.0, 1.0]
    assert used.economy / spared.economy == pytest.approx(expected)
    assert used.capability / spared.capability == pytest.approx(expected)


def test_even_the_harshest_devastation_leaves_something_to_recover() -> None:
    world = conflict()
    world.states.nuclear[:2], world.states.capability[1] = 1.0, 0.0
    game = play(
        world, luck=still_luck(5, world, nuclear=ALWAYS), parameters=Parameters(devastation=1.0, nuclear_hazard=1.0)
    )
    assert np.isfinite(game.track.traces).all()
    assert (game.world.states.economy > 0.0).all()


# --- Attrition, outcome, control


def test_the_outmatched_lose_a_larger_share_of_their_force() -> None:
    world = conflict(host={"capability": 0.25})
    world.states.arms_yield[:] = 0.0
    after = fought(world).world.states.capability / world.states.capability
    assert after[1] < after[0] < after[2]


def test_a_longer_war_is_a_more_intense_and_deadlier_one() -> None:
    world = conflict()
    game = play(world, luck=still_luck(4, world, war_growth=0.5))
    deaths = game.metric(Metric.BATTLE_DEATHS)
    assert (np.diff(deaths) > 0.0).all()
    assert game.world.theatres.deaths[0] == pytest.approx(deaths.sum())


def test_a_war_ends_when_its_luck_says_so_and_its_fronts_stand_down_at_once() -> None:
    on, over = fought(conflict()), fought(conflict(), war_stop=ALWAYS)
    assert on.world.theatres.war[0] == 1
    assert over.world.theatres.war[0] == 0
    after = play(over.world, luck=still_luck(1, over.world)).world.theatres
    assert (after.rung[0], after.standing_down[0]) == (0, 0)


def test_a_clear_war_ends_sooner_than_an_even_one() -> None:
    ended = [
        fought(
            conflict(host={"capability": capability}),
            war_stop=0.3,
            parameters=Parameters(war_stop=0.25, initiative=1.0, war_hardening=0.0),
        ).world.theatres.war[0]
        for capability in (1.0, 0.001)
    ]
    assert ended == [1, 0]


def test_a_war_that_has_grown_goes_on_where_a_small_one_ends() -> None:
    aims_rise = Parameters(war_stop=0.4, war_clarity=0.0, war_growth=0.5, war_hardening=1.0)
    luck = 0.3  # of the end: below .4, above .4/(1 + 1)
    small, grown = (
        fought(conflict(), war_stop=luck, war_growth=growth, parameters=aims_rise).world.theatres.war[0]
        for growth in (0.0, 1.0)
    )
    assert (small, grown) == (0, 1)
    unmoved = aims_rise._replace(war_hardening=0.0)
    assert fought(conflict(), war_stop=luck, war_growth=1.0, parameters=unmoved).world.theatres.war[0] == 0


def test_what_is_a_limited_war_for_the_great_is_a_total_one_for_the_small() -> None:
    parameters = Parameters(war_effort=0.05, superiority=3.0, totality=0.5)
    after = fought(conflict(host=SMALL), parameters=parameters, war_growth=0.0).world.states
    share = 0.02 / 2.02  # of the force of all three
    assert after.war_effort[1] == pytest.approx(0.05 * (0.1 / share) ** 0.5)
    assert after.war_effort[1] > 3 * after.war_effort[0]
    alike = fought(conflict(host=SMALL), parameters=parameters._replace(totality=0.0), war_growth=0.0).world.states
    assert alike.war_effort[1] == pytest.approx(0.05)


def test_a_small_war_is_small_for_a_great_power_and_leaves_its_force_free() -> None:
    effort = []
    for host in (GREAT, SMALL):
        game = fought(
            conflict(host=host), parameters=Parameters(war_effort=0.5, superiority=3.0, totality=0.0), war_growth=0.0
        )
        effort.append((game.world.states.war_effort[0], game.track.metrics[0, Metric.BATTLE_DEATHS]))
    assert effort[0][0] == pytest.approx(0.5)
    assert effort[1][0] == pytest.approx(0.5 * 3.0 * 0.02)
    assert effort[1][1] < effort[0][1] / 10


def test_nobody_loses_most_of_an_army_in_two_years_of_limited_war() -> None:
    world = conflict()
    world.states.arms_yield[:], world.states.burden[:] = 0.0, 0.0
    unworn = Parameters(depreciation=0.0)
    after = play(world, luck=still_luck(8, world, war_growth=0.0), parameters=unworn).world.states.capability
    assert (after[:2] > 0.8 * world.states.capability[:2]).all()


def test_what_war_costs_is_booked_with_those_who_fight() -> None:
    world = with_allies((HOSTS,))
    eager = Parameters(war_join_cost=0.05, join_noise=0.01, presence_cost=0.0)
    metrics = play(world, policy_of(1), still_luck(2, world, war=ALWAYS), order=0, parameters=eager).track.metrics[1]
    assert 0.0 < metrics[Metric.TARGET_COST] < metrics[Metric.WAR_COST]
    assert metrics[Metric.SENDER_COST] > 0.0
    assert metrics[Metric.TARGET_COST] + metrics[Metric.SENDER_COST] < metrics[Metric.WAR_COST]  # the host pays too


@pytest.mark.parametrize(
    ("luck", "outcome"), [(0.1, Outcome.STALEMATE), (0.3, Outcome.VICTORY), (0.9, Outcome.DEFEAT)]
)  # equals: an eighth ends in stalemate, and the attacker has the advantage
def test_victory_takes_control_for_good_defeat_gives_it_back_and_stalemate_does_neither(
    luck: float, outcome: Outcome
) -> None:
    world = conflict(control=0.4)
    game = fought(world, war_stop=ALWAYS, war_outcome=luck)
    theatre, still_on = game.world.theatres, fought(world).world.theatres
    assert game.log.numbers[game.events(Event.WAR_END)[0], 2] == outcome
    assert (theatre.control[0] > still_on.control[0]) == (outcome == Outcome.VICTORY)
    assert (theatre.control[0] < 0.2) == (outcome == Outcome.DEFEAT)
    assert (theatre.recognised[0] == theatre.control[0]) == (outcome == Outcome.VICTORY)
    assert theatre.annexed[0] == (outcome == Outcome.VICTORY)
    assert 0.4 < still_on.control[0] < 0.8


@pytest.mark.parametrize("luck", [0.99, 0.3])
def test_behind_a_front_that_has_set_little_land_changes_hands_and_the_next_war_is_open_again(luck: float) -> None:
    moved = []
    for entrenched in (0.0, 0.9):
        going, ended = (fought(conflict(control=0.4, entrenched=entrenched), **how) for how in (
            {}, {"war_stop": ALWAYS, "war_outcome": luck}
        ))  # fmt: skip
        assert going.world.theatres.entrenched[0] == entrenched and ended.world.theatres.entrenched[0] == 0.0
        moved.append([game.world.theatres.control[0] - 0.4 for game in (going, ended)])
    assert moved[1] == pytest.approx([0.1 * change for change in moved[0]]) and all(moved[0])


def test_two_challengers_of_one_host_share_what_is_left_of_it() -> None:
    challengers: list[dict[str, float]] = [
        {"challenger": 0, "host": 2, "rung": 7},
        {"challenger": 1, "host": 2, "rung": 7},
    ]
    world = world_of([{}, {}, {**SMALL, "capability": 0.0}], challengers)
    world.theatres.control[:] = 0.4, 0.5
    gained = fought(world).world.theatres.control - world.theatres.control
    # Nobody resists: 1.5 x .35 x (1 - .4) and 1.5 x .35 x (1 - .5), 6 to 5 of the .1 that is left.
    assert gained.sum() == pytest.approx(0.1)
    assert gained == pytest.approx([0.1 * 6 / 11, 0.1 * 5 / 11])


def test_a_rung_holds_so_much_of_a_host_in_all_theatres_of_the_pair_together() -> None:
    alone = fought(conflict(4, resisted=0)).world.theatres.control[0]
    world = world_of([GREAT, GREAT], [{"challenger": 0, "host": 1, "rung": 4}, {"challenger": 0, "host": 1, "rung": 4}])
    world.theatres.control[1] = world.theatres.recognised[1] = HOLD[4]
    assert alone > 0.0 == fought(world).world.theatres.control[0]


def test_what_one_challenger_loses_this_round_makes_no_room_for_others_yet() -> None:
    world = world_of(
        [GREAT, GREAT, GREAT, {**GREAT, "capability": 0.0}],
        [{"challenger": c, "host": 3, "rung": rung} for c, rung in ((0, 6), (1, 6), (2, 0))],
    )
    world.theatres.control[:] = world.theatres.recognised[:] = 0.1, 0.1, HOLD[6] - 0.21
    world.theatres.recognised[2] = 0.0
    change = fought(world).world.theatres.control - world.theatres.control
    assert change[2] < -0.005
    assert change[:2] == pytest.approx(0.01 / 2)


def test_no_state_is_lost_by_half_without_a_war() -> None:
    """Sixty quarters of unresisted seizure, with hosts that yield whenever they are asked."""
    world = conflict(6, host={"capability": 0.0})
    luck = still_luck(60, world, host=ALWAYS, choice=NEVER)
    game = play(world, luck=luck, parameters=Parameters(bargaining=1.0))
    assert game.world.theatres.control[0] <= HOLD[6] < 0.5


def test_control_ebbs_and_is_retaken_at_low_rungs_unless_it_is_recognised() -> None:
    held, recognised = fought(conflict(0, control=0.5)), fought(conflict(0, control=0.5, recognised=0.5))
    equals = 0.5  # nobody is committed on either side
    retaken = Parameters().retaking * equals * 0.5
    assert held.world.theatres.control[0] == pytest.approx(0.5 - 0.03 * 0.5 - retaken)
    assert recognised.world.theatres.control[0] == 0.5


def test_seized_territory_is_annexed_and_still_ebbs_when_the_seizure_is_given_up() -> None:
    seized = fought(conflict(6, control=0.4, resisted=0))
    assert seized.world.theatres.annexed[0] == 1
    assert seized.world.theatres.recognised[0] == 0.0
    left = play(seized.world, luck=still_luck(8, seized.world), order=-1)
    assert left.world.theatres.rung[0] == 0
    assert left.world.theatres.control[0] < seized.world.theatres.control[0]


@pytest.mark.parametrize("rung", [0, 2, 4, 7])
def test_where_there_is_no_land_nothing_is_won_lost_or_annexed(rung: int) -> None:
    game = fought(conflict(rung, landless=1, resisted=0), war_stop=ALWAYS, war_outcome=NEVER)
    assert game.world.theatres.control[0] == game.world.theatres.recognised[0] == 0.0
    assert game.world.theatres.annexed[0] == 0


def test_war_takes_output_from_those_who_fight_it() -> None:
    drawn = fought(conflict()).world.states.economy
    assert drawn[0] == pytest.approx(drawn[1])
    assert drawn[0] < drawn[2]
