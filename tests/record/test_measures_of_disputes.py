"""Disputes in tracks made by hand, counted by hand."""

import numpy as np
import pytest
from made_histories import Happening, in_order, made, war_in

from greatpowers.core.history import StateColumn, TheatreColumn
from greatpowers.core.log import Event, Outcome
from greatpowers.validation.disputes import DisputeReading, Settled, reading_of
from greatpowers.validation.measures import registry, wars
from greatpowers.validation.measures.estimators import ratio
from greatpowers.validation.observed import spells_of

ONE = [(0, 1)]


def spans(reading: DisputeReading) -> list[tuple[int, int]]:
    return list(zip(reading.disputes.begin.tolist(), reading.disputes.end.tolist(), strict=True))


def test_half_a_year_of_quiet_parts_two_disputes_and_a_quarter_does_not() -> None:
    reading = reading_of(made([[0, 2, 1, 2, 0, 0, 3, 3, 0, 0, 1, 0]], ONE))
    assert spans(reading) == [(1, 3), (6, 7)]
    assert registry.rounds_in_dispute(reading)[:, 0].tolist() == [3.0, 2.0]
    assert ratio(registry.per_100_state_years(reading)) == pytest.approx(2 / (4 * 3 / 100))


def test_spells_of_a_table_keep_to_their_rows() -> None:
    spells = spells_of(np.array([[1, 1, 0, 0], [1, 0, 0, 1], [0, 0, 0, 0]], dtype=np.bool_), 2)
    assert (spells.row.tolist(), spells.begin.tolist(), spells.end.tolist()) == ([0, 1, 1], [0, 0, 3], [1, 0, 3])
    assert spells.at.tolist() == [[0, 0, -1, -1], [1, -1, -1, 2], [-1, -1, -1, -1]]


def test_a_dispute_under_way_at_the_start_is_left_out_and_one_at_the_end_is_marked() -> None:
    reading = reading_of(made([[2, 2, 0, 0, 2, 0, 0, 2]], ONE))
    assert spans(reading) == [(4, 4), (7, 7)]
    assert reading.disputes.ongoing.tolist() == [False, True]


def test_levels_follow_the_rung_and_a_clash_is_a_use_of_force() -> None:
    rungs = [[0, 1, 0, 0, 2, 0, 0, 3, 0, 0, 6, 0], [0, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]]
    clash = (1, Event.CLASH, 1, 2, 3, (3.0, 3.0, 0.1, 0.05, 0.2))
    reading = reading_of(made(rungs, [(0, 1), (2, 3)], events=[clash]))
    assert reading.disputes.level.tolist() == [3, 3, 4, 4]
    assert ratio(registry.at_level(3, reading)) == 0.5


def test_a_dispute_is_at_war_only_where_the_dead_are_a_thousand() -> None:
    rungs = [[0, 6, 7, 0, 0, 0, 0, 0]] * 2
    events = in_order(war_in(0, (0, 1), 2, 2, Outcome.VICTORY, 0.9), war_in(1, (2, 3), 2, 2, Outcome.DEFEAT, 1.5))
    reading = reading_of(made(rungs, [(0, 1), (2, 3)], events=events, great=(2, 3)))
    assert reading.disputes.level.tolist() == [4, 5]
    assert reading.disputes.settled.tolist() == [Settled.VICTORY_INITIATOR, Settled.VICTORY_TARGET]
    assert registry.at_war_between_great_powers(reading).tolist() == [[1.0, 1.0]]


def test_withdrawing_after_the_host_yields_is_no_part_of_a_dispute() -> None:
    rungs = [[0, 2, 3, 4, 3, 2, 1, 0, 0, 0, 0, 0]]
    given_in = (3, Event.YIELD, 0, 1, 0, (4.0, 4.0, 0.9, 0.5, 0.1))
    reading = reading_of(made(rungs, ONE, events=[given_in]))
    assert spans(reading) == [(1, 3)]
    assert reading.disputes.settled.tolist() == [Settled.YIELD_TARGET]
    assert ratio(registry.settled_as(Settled.YIELD_TARGET, reading)) == 1.0


def test_what_a_host_lets_pass_is_over_and_undecided() -> None:
    rungs = [[0, 2, 1, 0, 0, 2, 2, 0]]
    passed = (1, Event.LET_PASS, 0, 1, 0, (2.0, 2.0, 0.9, 0.5, 0.1))
    reading = reading_of(made(rungs, ONE, events=[passed]))
    assert spans(reading) == [(1, 1), (5, 6)]
    assert reading.disputes.settled.tolist() == [Settled.STALEMATE] * 2
    assert not reading.disputes.reciprocated.any()


def test_a_new_challenge_after_a_withdrawal_to_peace_is_a_new_dispute() -> None:
    rungs = [[0, 2, 1, 0, 0, 2, 2, 0]]
    given_in = (1, Event.YIELD, 0, 1, 0, (2.0, 2.0, 0.9, 0.5, 0.1))
    assert spans(reading_of(made(rungs, ONE, events=[given_in]))) == [(1, 1), (5, 6)]


def test_both_directions_of_a_pair_are_one_dispute_begun_by_who_stands_higher() -> None:
    reading = reading_of(made([[0, 2, 2, 0, 0], [0, 3, 0, 0, 0]], [(0, 1), (1, 0)]))
    assert (reading.disputes.initiator.tolist(), reading.disputes.target.tolist()) == ([1], [0])
    assert reading.disputes.reciprocated.tolist() == [True]


def fire(now: int, theatre: int, pair: tuple[int, int], answered: bool) -> Happening:
    return (now, Event.CLASH, theatre, *pair, (4.0, 4.0, 0.1, 0.05, float(answered)))


@pytest.mark.parametrize("answered", [True, False])
def test_fire_is_a_use_of_force_and_reciprocated_where_it_is_answered(answered: bool) -> None:
    reading = reading_of(made([[0, 2, 3, 0, 0, 0]], ONE, events=[fire(2, 0, (0, 1), answered)]))
    assert reading.disputes.level.tolist() == [4]
    assert reading.disputes.reciprocated.tolist() == [answered]


def test_resistance_without_fire_shows_no_arms() -> None:
    seen = made([[0, 2, 4, 0, 0, 0]], ONE)
    seen.theatres[1:3, 0, TheatreColumn.RESISTED] = 1.0
    assert reading_of(seen).disputes.reciprocated.tolist() == [False]


def test_a_war_that_spreads_to_a_quiet_theatre_opens_no_dispute_and_ends_one_that_is_under_way() -> None:
    rungs = [[0, 6, 7, 7, 7, 0, 0, 0], [0, 2, 2, 3, 4, 3, 2, 1], [0, 0, 0, 1, 2, 1, 0, 0]]
    pairs = [(0, 1), (0, 2), (3, 0)]
    events = in_order(
        war_in(0, (0, 1), 2, 4, Outcome.VICTORY, 3.0),
        [(2, Event.JOINING, 0, 2, 0, (0.0, 1.0)), (2, Event.JOINING, 0, 3, 0, (0.0, 1.0))],
        war_in(1, (0, 2), 3, 4, Outcome.VICTORY, 3.0, spread=1.0),
        war_in(2, (3, 0), 3, 4, Outcome.VICTORY, 3.0, spread=1.0),
    )
    reading = reading_of(made(rungs, pairs, events=events))
    assert len(reading.wars.wars) == 1
    assert spans(reading) == [(1, 4), (1, 2)]
    assert reading.disputes.settled.tolist() == [Settled.VICTORY_INITIATOR, Settled.JOINS_WAR]
    assert reading.disputes.level.tolist() == [5, 3]
    assert registry.settled_as(Settled.VICTORY_INITIATOR, reading).tolist() == [[1.0, 1.0]]


def test_a_war_from_elsewhere_does_not_make_a_dispute_of_the_same_pair_one_that_reached_war() -> None:
    rungs = [[0, 6, 7, 7, 7, 0, 0, 0], [0, 0, 2, 3, 4, 3, 2, 1], [0, 2, 2, 2, 2, 0, 0, 0]]
    events = in_order(
        war_in(0, (0, 1), 2, 4, Outcome.VICTORY, 3.0),
        [(2, Event.JOINING, 0, 2, 0, (0.0, 1.0))],
        war_in(1, (0, 2), 3, 4, Outcome.VICTORY, 3.0, spread=1.0),
    )
    reading = reading_of(made(rungs, [(0, 1), (0, 2), (0, 2)], events=events))
    assert spans(reading) == [(1, 4), (1, 4)]
    assert reading.disputes.level.tolist() == [5, 4]
    assert reading.disputes.settled.tolist() == [Settled.VICTORY_INITIATOR, Settled.JOINS_WAR]


def test_a_dispute_keeps_its_outcome_where_its_own_war_spreads_to_another_place_of_the_pair() -> None:
    rungs = [[0, 6, 7, 7, 7, 0, 0, 0], [0, 0, 0, 7, 7, 7, 0, 0]]
    events = in_order(
        war_in(0, (0, 1), 2, 4, Outcome.VICTORY, 3.0), war_in(1, (1, 0), 3, 5, Outcome.DEFEAT, 3.0, spread=1.0)
    )
    found = reading_of(made(rungs, [(0, 1), (1, 0)], events=events))
    assert spans(found) == [(1, 4)]
    assert found.disputes.settled.tolist() == [Settled.VICTORY_INITIATOR]


def test_a_gain_by_the_initiator_is_the_change_of_control_over_the_dispute() -> None:
    seen = made([[0, 4, 4, 0, 0, 0, 0, 0]], ONE)
    seen.theatres[1:, 0, TheatreColumn.CONTROL] = 0.2
    assert reading_of(seen).disputes.gain.tolist() == [0.2]


@pytest.mark.parametrize(("granted", "settled"), [(0.2, Settled.COMPROMISE), (0.0, Settled.STALEMATE)])
def test_a_settlement_is_a_compromise_where_something_is_granted(granted: float, settled: Settled) -> None:
    settlement = (2, Event.COMPROMISE, 0, 0, 1, (4.0, 0.0, granted, 0.3, 0.1))
    reading = reading_of(made([[0, 4, 4, 4, 3, 0, 0, 0]], ONE, events=[fire(1, 0, (0, 1), True), settlement]))
    assert spans(reading) == [(1, 2)], "withdrawing is no part of it"
    assert reading.disputes.settled.tolist() == [settled]
    assert ratio(registry.settled_as(settled, reading)) == 1.0


YEAR = [0, 0, 0, 0]


def test_a_dispute_is_renewed_by_the_next_one_of_its_pair_within_five_years() -> None:
    """Of two that end by agreement one is renewed after four years; of two stalemates one after one year.

    The last of each pair is not seen for five years after its end, and a dispute of another pair renews nothing.
    """
    agreed = [0, 2, *YEAR * 3, 0, 0, 0, 2, *YEAR * 5, 0, 0, 2, 0, 0, 0, 0, 0, 0]
    stalemate = [0, 2, 0, 0, 2, *YEAR * 8, 2, 0, 0]
    rounds = max(len(agreed), len(stalemate))
    rungs = [part + [0] * (rounds - len(part)) for part in (agreed, stalemate)]
    yielding = [(now, Event.YIELD, 0, 1, 0, (2.0, 2.0, 0.9, 0.5, 0.1)) for now in (1, 17)]
    reading = reading_of(made(rungs, [(0, 1), (2, 3)], events=yielding))
    assert spans(reading) == [(1, 1), (17, 17), (40, 40), (1, 1), (4, 4), (37, 37)]
    assert registry.renewed_after(registry.AGREED, reading).tolist() == [[1.0, 2.0]]
    assert registry.renewed_after((Settled.STALEMATE,), reading).tolist() == [[1.0, 2.0]]


@pytest.mark.parametrize(("later", "renewed"), [(21, 1.0), (22, 0.0)])
def test_five_years_are_twenty_rounds_from_the_end_of_one_dispute_to_the_beginning_of_the_next(
    later: int, renewed: float
) -> None:
    rungs = [2 if now in (1, later) else 0 for now in range(24)]
    assert registry.renewed_after((Settled.STALEMATE,), reading_of(made([rungs], ONE))).tolist() == [[renewed, 1.0]]


@pytest.mark.parametrize(("rounds", "cases"), [(20, 0.0), (24, 1.0)])
def test_a_dispute_that_is_not_seen_for_five_years_after_says_nothing(rounds: int, cases: float) -> None:
    seen = made([[0, 2] + [0] * (rounds - 2)], ONE)
    assert registry.renewed_after((Settled.STALEMATE,), reading_of(seen)).tolist() == [[0.0, cases]]


def test_a_dispute_is_begun_by_the_weaker_where_the_target_has_more_than_three_times_its_capability() -> None:
    seen = made([[0, 2, 0, 0, 2, 0, 0, 0], [0, 2, 0, 0, 0, 0, 0, 0]], [(0, 1), (1, 0)], great=(1,))
    seen.theatres[1, 1, TheatreColumn.RUNG] = 0.0
    seen.states[:3, :2, StateColumn.CAPABILITY] = 0.1, 0.31
    seen.states[3:, :2, StateColumn.CAPABILITY] = 0.1, 0.29
    reading = reading_of(seen)
    assert registry.begun_by_the_weaker(reading).tolist() == [[1.0, 2.0]]
    assert registry.begun_with_a_great_power(reading).tolist() == [[2.0, 2.0]]


def test_a_great_power_begins_with_a_minor_one_and_not_the_other_way_round() -> None:
    reading = reading_of(made([[0, 2, 0, 0], [0, 2, 0, 0]], [(0, 1), (2, 0)], great=(0,)))
    assert registry.begun_with_a_great_power(reading).tolist() == [[1.0, 2.0]]


def test_great_powers_that_meet_directly_are_counted_by_the_years_of_their_pairs() -> None:
    rungs = [[0, 2, 0, 0, 2, 0, 0, 2], [0, 2, 0, 0, 0, 0, 0, 0]]
    reading = reading_of(made(rungs, [(0, 1), (0, 3)], great=(0, 1, 2)))
    assert registry.between_great_powers(reading).tolist() == [[3.0, 6.0]]


def test_a_pair_is_quiet_or_busy_by_the_disputes_that_began_in_the_fifteen_years_before() -> None:
    """Years 0 to 16 of two neighbours: the first pair has disputes in years 0, 3, 5, 9 and 15, the other in 16."""
    first, second = np.zeros(68, dtype=int), np.zeros(68, dtype=int)
    first[[1, 4 * 3, 4 * 5, 4 * 9, 4 * 15]], second[4 * 16] = 2, 2
    seen = made([first.tolist(), second.tolist()], [(0, 1), (2, 3)], states=5)
    for one, other in ((0, 1), (2, 3), (1, 4)):
        seen.contiguous[one, other] = seen.contiguous[other, one] = True
    reading = reading_of(seen)
    assert wars.after_years_with(4, np.inf, reading).tolist() == [[1.0, 2.0]]  # years 15 and 16: four before each
    assert wars.after_years_with(0, 0, reading).tolist() == [[1.0, 4.0]]  # a third pair of neighbours is always quiet
    assert wars.after_years_with(1, 3, reading).tolist() == [[0.0, 0.0]]


def test_nothing_is_said_of_a_past_that_was_not_seen() -> None:
    seen = made([[0] * 60], ONE)
    seen.contiguous[0, 1] = seen.contiguous[1, 0] = True
    assert wars.after_years_with(0, 0, reading_of(seen)).tolist() == [[0.0, 0.0]]


def test_onsets_per_pair_year_by_who_the_pair_is() -> None:
    rungs = [[0, 2, 0, 0, 2, 0, 0, 2], [0, 0, 0, 0, 2, 0, 0, 0]]
    seen = made(rungs, [(0, 1), (2, 3)], great=(0, 1))
    seen.contiguous[2, 3] = seen.contiguous[3, 2] = True
    reading = reading_of(seen)
    assert wars.between(2, reading).tolist() == [[2.0, 2.0]]  # two onsets of the second year are one pair-year
    assert wars.between(1, reading).tolist() == [[0.0, 8.0]]
    assert wars.between(0, reading).tolist() == [[1.0, 2.0]]
    assert wars.by_contiguity(True, reading).tolist() == [[1.0, 2.0]]
    assert wars.by_contiguity(False, reading).tolist() == [[2.0, 10.0]]
    assert registry.by_great_powers(reading).tolist() == [[3.0, 4.0]]


def test_nuclear_pairs_are_those_in_which_both_are_armed() -> None:
    seen = made([[0, 2, 0, 0]] * 2, [(0, 1), (2, 3)])
    seen.nuclear[:] = 0.5, 0.5, 0.5, 0.0
    assert registry.at_war_between_nuclear(reading_of(seen)).tolist() == [[0.0, 1.0]]


def test_the_regression_finds_the_slope_that_disputes_were_drawn_with() -> None:
    luck, pairs, years = np.random.default_rng(3), 150, 40
    ratio_of = np.exp(luck.uniform(0, 4, pairs))
    chance = 1 / (1 + np.exp(-(0.5 - 0.6 * np.log(ratio_of))))
    rungs = np.zeros((pairs, 4 * years), dtype=int)
    rungs[:, 1::4] = 2 * (luck.random((pairs, years)) < chance[:, None])
    seen = made(rungs.tolist(), [(2 * k, 2 * k + 1) for k in range(pairs)], states=2 * pairs)
    seen.states[:, ::2, StateColumn.CAPABILITY] = ratio_of
    seen.states[:, 1::2, StateColumn.CAPABILITY] = 1.0
    coefficient = wars.logit_coefficient("log capability ratio", reading_of(seen))
    assert coefficient[0, 0] == pytest.approx(-0.6, abs=0.06)
    assert np.isnan(wars.logit_coefficient("defence pact", reading_of(seen))[0, 0])
