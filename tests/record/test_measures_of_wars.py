"""Wars in logs made by hand, counted by hand."""

import numpy as np
import pytest
from made_histories import in_order, made, war_in

from greatpowers.core.history import StateColumn
from greatpowers.core.log import Event, Outcome
from greatpowers.core.metrics import Metric
from greatpowers.validation.disputes import reading_of
from greatpowers.validation.measures import wars as measures
from greatpowers.validation.measures.estimators import ratio
from greatpowers.validation.wars import LEAST_DEATHS

PAIRS = [(0, 1), (2, 3), (0, 2)]
QUIET = [[0] * 16] * 3


def test_a_war_counts_from_a_thousand_dead_on() -> None:
    small = war_in(0, (0, 1), 2, 3, Outcome.VICTORY, LEAST_DEATHS - 0.001)
    large = war_in(1, (2, 3), 4, 4, Outcome.DEFEAT, LEAST_DEATHS)
    reading = reading_of(made(QUIET, PAIRS, events=in_order(small, large)))
    assert len(reading.wars.wars) == 2
    assert [(war.initiator, war.target, war.begin, war.end) for war in reading.counted] == [(2, 3, 4, 4)]
    assert ratio(measures.onsets_per_1000_state_years(reading)) == pytest.approx(1000 / (4 * 4))
    assert ratio(measures.won_by_initiator(reading)) == 0.0
    assert measures.rounds_at_war(reading).tolist() == [[1.0]]


def test_sizes_of_wars_are_counted_in_persons() -> None:
    events = in_order(
        *(war_in(k, PAIRS[k], 2, 3, Outcome.VICTORY, dead) for k, dead in enumerate((2.5, 100.0, 1200.0)))
    )
    reading = reading_of(made(QUIET, PAIRS, events=events))
    assert sorted(measures.battle_deaths(reading)[:, 0]) == [2500.0, 100_000.0, 1_200_000.0]
    assert measures.larger_than(1e5, reading).tolist() == [[2.0, 3.0]]
    assert measures.larger_than(1e6, reading).tolist() == [[1.0, 3.0]]


def test_a_war_that_spreads_is_one_war_with_everybody_in_it() -> None:
    first = war_in(0, (0, 1), 2, 5, Outcome.STALEMATE, 10.0)
    joining = [(3, Event.JOINING, 0, 2, 0, (0.0, 1.0))]
    spread = war_in(2, (0, 2), 4, 9, Outcome.VICTORY, 5.0, spread=1.0)
    reading = reading_of(made(QUIET, PAIRS, events=in_order(first, joining, spread)))
    (war,) = reading.wars.wars
    assert (war.theatre, war.begin, war.end, war.deaths, war.outcome) == (0, 2, 9, 15.0, Outcome.STALEMATE)
    assert war.members == {0: -1, 1: 1, 2: 1}
    assert war.entered == {0: 2, 1: 2, 2: 3}
    assert ratio(measures.between_two(reading)) == 0.0


def test_a_war_chosen_in_another_place_by_two_who_fight_already_is_the_same_war() -> None:
    first = war_in(0, (0, 1), 2, 5, Outcome.STALEMATE, 10.0)
    chosen = war_in(1, (1, 0), 4, 9, Outcome.VICTORY, 5.0)
    found = reading_of(made(QUIET[:2], [(0, 1), (1, 0)], events=in_order(first, chosen)))
    assert [(war.initiator, war.begin, war.end, war.deaths) for war in found.wars.wars] == [(0, 2, 9, 15.0)]
    assert [part.spread for part in found.wars.fighting] == [False, True]


def test_two_wars_become_one_when_a_third_theatre_links_them() -> None:
    first = war_in(0, (0, 1), 1, 12, Outcome.VICTORY, 3.0)
    second = war_in(1, (2, 3), 2, 12, Outcome.VICTORY, 4.0)
    joining = [(3, Event.JOINING, 0, 2, 0, (0.0, 1.0)), (3, Event.JOINING, 1, 0, 2, (0.0, 1.0))]
    over_before = war_in(3, (2, 3), 2, 3, Outcome.VICTORY, 2.0, spread=1.0)
    link = war_in(2, (0, 2), 4, 12, Outcome.DEFEAT, 1.0, spread=1.0)
    events = in_order(first, second, over_before, joining, link)
    reading = reading_of(made([*QUIET, QUIET[0]], [*PAIRS, (2, 3)], events=events))
    (war,) = reading.wars.wars
    assert (war.begin, war.deaths, sorted(war.members)) == (1, 10.0, [0, 1, 2, 3])
    assert {id(part.war) for part in reading.wars.fighting} == {id(war)}


def test_the_dead_of_wars_still_under_way_are_what_the_rounds_count_beyond_those_of_ended_wars() -> None:
    ended = war_in(0, (0, 1), 2, 3, Outcome.VICTORY, 6.0)
    going_on = war_in(1, (2, 3), 10, 99, Outcome.VICTORY, 0.0)[:1]
    seen = made(QUIET, PAIRS, events=in_order(ended, going_on))
    seen.metrics[2, Metric.BATTLE_DEATHS], seen.metrics[12, Metric.BATTLE_DEATHS] = 6.0, 2.5
    seen.theatres[10:, 1, 9] = 1.0
    reading = reading_of(seen)
    assert [war.deaths for war in reading.counted] == [6.0, 2.5]
    assert measures.rounds_at_war(reading)[:, 0].tolist() == [2.0, 6.0]
    assert measures.won_by_initiator(reading).tolist() == [[1.0, 1.0]]


def test_wars_between_great_powers_and_their_entries() -> None:
    events = in_order(
        war_in(0, (0, 1), 4, 6, Outcome.VICTORY, 2.0),
        [(5, Event.JOINING, 0, 3, 0, (0.0, 1.0))],
        war_in(1, (2, 3), 8, 9, Outcome.VICTORY, 2.0),
    )
    reading = reading_of(made(QUIET, PAIRS, events=events, great=(0, 3)))
    assert measures.between_great_powers_per_decade(reading).tolist() == [[1.0, 0.4]]
    assert measures.entries_of_great_powers(reading).tolist() == [[3.0, 8.0]]
    assert measures.years_at_war(reading).tolist() == [0.0, 1.0, 0.0, 0.0]
    assert measures.yearly_counts(reading).tolist() == [[4.0, 2.0, 2.0]]


def test_victories_stand_beside_the_capabilities_of_the_round_before() -> None:
    seen = made(QUIET, PAIRS, events=war_in(0, (0, 1), 4, 6, Outcome.VICTORY, 2.0))
    seen.states[3, 0, StateColumn.CAPABILITY], seen.states[3, 1, StateColumn.CAPABILITY] = 0.6, 0.2
    assert measures.victories_by_capability(reading_of(seen)) == pytest.approx(np.array([[1.0, np.log(3.0)]]))


@pytest.mark.parametrize(
    ("calls", "joined", "defended", "honoured"),
    [
        ({2: 1, 3: 1}, {2: 1}, [1.0, 2.0], [1.0, 2.0]),  # each treaty counts for itself
        ({2: 1, 3: 1, 4: -1}, {2: 1, 4: -1}, [1.0, 2.0], [2.0, 3.0]),  # a war may call allies of both
        ({4: -1}, {4: 1}, [0.0, 0.0], [0.0, 1.0]),  # to fight on the other side keeps no treaty
        ({}, {2: 1, 4: -1}, [0.0, 0.0], [0.0, 0.0]),  # who comes uncalled keeps nothing
        ({5: 1}, {5: 1}, [0.0, 0.0], [0.0, 0.0]),  # so slight a commitment is no treaty
    ],
)
def test_alliances_are_kept_by_those_who_join_the_side_their_own_treaty_calls_them_to(
    calls: dict[int, int], joined: dict[int, int], defended: list[float], honoured: list[float]
) -> None:
    war = war_in(0, (0, 1), 4, 6, Outcome.VICTORY, 2.0, calls=calls)
    entries = [(5, Event.JOINING, 0, state, 0, (0.0, float(side))) for state, side in joined.items()]
    seen = made(QUIET, PAIRS, states=6, events=in_order(war, entries))
    for ally, of in ((2, 1), (3, 1), (4, 0)):
        seen.treaty[ally, of] = 0.8
    seen.treaty[5, 1] = 0.2
    reading = reading_of(seen)
    assert measures.defence_honoured(reading).tolist() == [defended]
    assert measures.commitments_honoured(reading).tolist() == [honoured]


def test_rounds_of_settling_in_are_seen_and_not_counted() -> None:
    events = in_order(war_in(0, (0, 1), 2, 3, Outcome.VICTORY, 2.0), war_in(1, (2, 3), 9, 9, Outcome.VICTORY, 2.0))
    reading = reading_of(made(QUIET, PAIRS, events=events, first=8))
    assert [war.begin for war in reading.counted] == [9]
    assert reading.seen.years == 2
