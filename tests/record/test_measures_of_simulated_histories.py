"""What is read off simulated histories agrees with what the engine counted while it played them."""

import numpy as np
import pytest

from greatpowers import GreatPowersError, History, simulate, synthetic
from greatpowers.core.history import StateColumn, TheatreColumn
from greatpowers.core.log import Column, Event
from greatpowers.core.metrics import Metric
from greatpowers.historical.derived_tables import era_world
from greatpowers.validation.disputes import DISPUTE_RUNG, Settled, militarized, read
from greatpowers.validation.measures.registry import AGREED, renewed_after
from greatpowers.validation.measures.wars import PAST, after_years_with, pair_years_with_onset
from greatpowers.validation.observed import observe, spells_of


@pytest.fixture(scope="module", params=[1, 2, 3])
def history(request: pytest.FixtureRequest) -> History:
    world = synthetic(states=14, power_maximizers=0.6, seed=request.param)
    return simulate(world, "containment", request.param, 200, {"clash": 0.2, "war_loss": 0.1, "extraction": 0.8})


def test_every_death_in_battle_belongs_to_one_war(history: History) -> None:
    reading = read(history, first=0)
    deaths = reading.seen.metrics[:, Metric.BATTLE_DEATHS].sum()
    assert sum(war.deaths for war in reading.wars.wars) == pytest.approx(deaths)


def test_every_outbreak_that_did_not_spread_opens_a_war_unless_wars_merge(history: History) -> None:
    reading = read(history, first=0)
    opened = history.track.metrics[:, Metric.WARS_BEGUN].sum()
    roots = {part.theatre for part in reading.wars.fighting if not part.spread}
    assert opened == sum(not part.spread for part in reading.wars.fighting)
    assert 0 < len(reading.wars.wars) <= opened
    assert all(war.theatre in roots for war in reading.wars.wars)


def test_wars_last_as_long_in_the_log_as_in_the_track(history: History) -> None:
    reading, at_war = read(history, first=0), history.track.theatres[:, :, TheatreColumn.WAR] > 0
    seen_in_log = np.zeros_like(at_war)
    for part in reading.wars.fighting:
        seen_in_log[part.begin : reading.seen.rounds if part.end < 0 else part.end, part.theatre] = True
    assert np.array_equal(seen_in_log, at_war)  # the track is taken when a war's last round is over


def test_spells_begin_where_the_engine_counted_crises(history: History) -> None:
    rung = history.track.theatres[:, :, TheatreColumn.RUNG]
    begun = spells_of((rung >= DISPUTE_RUNG).T)
    begins = set(zip(begun.row.tolist(), begun.begin.tolist(), strict=True))
    codes, numbers = observe(history).events(Event.WAR)
    of_a_general_war = codes[numbers[:, 1] < DISPUTE_RUNG]
    fronts = {(int(code[Column.THEATRE]), int(code[Column.ROUND])) for code in of_a_general_war}
    assert len(begins - fronts) == history.track.metrics[:, Metric.NEW_CRISES].sum()


def test_disputes_are_rungs_that_the_engine_did_not_make_stand_down(history: History) -> None:
    reading = read(history, first=0)
    acts, rung = militarized(reading.seen, reading.wars), history.track.theatres[:, :, TheatreColumn.RUNG]
    codes, _ = reading.seen.events(Event.YIELD)
    for now, _, theatre, *_ in codes.tolist():
        following = slice(now + 1, now + int(rung[now, theatre]) + 1)
        down = rung[following, theatre]
        if len(down) == rung[now, theatre] and (np.diff(rung[now : following.stop, theatre]) == -1).all():
            assert not acts[following, theatre].any()
    disputes = reading.disputes
    assert disputes.size > 100
    assert (disputes.end >= disputes.begin).all() and set(disputes.level.tolist()) <= {3, 4, 5}
    pairs = reading.seen.dyads[disputes.dyad]
    assert np.array_equal(np.sort(np.column_stack([disputes.initiator, disputes.target]), axis=1), pairs)


def test_renewals_are_what_a_search_pair_by_pair_finds(history: History) -> None:
    reading = read(history)
    disputes, last = reading.disputes, reading.seen.last
    each = list(zip(disputes.dyad.tolist(), disputes.begin.tolist(), disputes.end.tolist(), strict=True))
    for outcomes in (AGREED, (Settled.STALEMATE,)):
        cases = [k for k, s in enumerate(disputes.settled.tolist()) if s in outcomes and each[k][2] + 20 < last]
        renewed = [any(d == each[k][0] and 0 < b - each[k][2] <= 20 for d, b, _ in each) for k in cases]
        assert renewed_after(outcomes, reading).tolist() == [[sum(renewed), len(cases)]]
        assert 0 < sum(renewed) < len(cases)


def test_quiet_busy_and_other_pasts_are_all_the_years_of_neighbours_whose_past_was_seen(history: History) -> None:
    reading = read(history)
    parts = [after_years_with(least, most, reading)[0] for least, most in ((0, 0), (1, 3), (4, np.inf))]
    pairs, year = np.triu(reading.seen.contiguous, 1), pair_years_with_onset(reading)
    late = year[(year[:, 0] >= PAST) & pairs[year[:, 1], year[:, 2]]]
    assert np.sum(parts, axis=0).tolist() == [len(late), pairs.sum() * (reading.seen.years - PAST)]


def test_a_history_without_a_record_is_refused() -> None:
    bare = simulate(synthetic(states=4), rounds=4, record=False)
    with pytest.raises(GreatPowersError, match="run it again with record=True"):
        read(bare)


def test_majors_of_a_world_of_the_record_are_those_that_it_lists_for_the_year() -> None:
    played = simulate(era_world(1930), "laissez-faire", 1, 44)
    seen = observe(played, first=0)
    ids = [state.id for state in played.scenario.states]
    listed = [{ids[k] for k in np.flatnonzero(row)} for row in seen.majors]
    assert listed[0] == {"USA", "UKG", "FRN", "GMY", "ITA", "RUS", "JPN"}, "Italy is, China is not"
    assert listed[39] == listed[0] and listed[40] == listed[0] - {"FRN"}, "France is none from 1940 on"
    assert (seen.majors != (played.track.states[:, :, StateColumn.GREAT_POWER] > 0)).any()


def test_majors_of_any_other_world_are_its_great_powers(history: History) -> None:
    seen = observe(history, first=0)
    assert np.array_equal(seen.majors, history.track.states[:, :, StateColumn.GREAT_POWER] > 0) and seen.majors.any()
