"""Sanctions, costs, power and burdens in tracks made by hand, counted by hand."""

import numpy as np
import pytest
from made_histories import in_order, made, war_in

from greatpowers.core.history import StateColumn, TheatreColumn
from greatpowers.core.log import Event, Outcome
from greatpowers.core.metrics import Metric
from greatpowers.validation.disputes import reading_of
from greatpowers.validation.measures import sanctions
from greatpowers.validation.observed import MeasuredHistory

ONE = [(0, 1)]


def sanctioned(
    rungs: list[int], levels: list[float], control: list[float] | None = None, **given: object
) -> MeasuredHistory:
    seen = made([rungs], ONE, **given)  # type: ignore[arg-type]
    seen.theatres[:, 0, TheatreColumn.SANCTIONS] = levels
    seen.theatres[:, 0, TheatreColumn.CONTROL] = control or [0.0] * len(levels)
    return seen


def test_a_threat_is_carried_out_where_sanctions_come_into_force_during_the_dispute() -> None:
    rungs = [0, 2, 2, 0, 0, 2, 0, 0]
    met = sanctioned(rungs, [0, 0.02, 0.1, 0.04, 0.03, 0.03, 0.02, 0.01])
    assert sanctions.threats_carried_out(reading_of(met)).tolist() == [[1.0, 2.0]]


def test_where_nobody_leads_nobody_threatens() -> None:
    seen = sanctioned([0, 2, 2, 0], [0, 0.1, 0.1, 0.1])
    alone = MeasuredHistory(**{**{name: getattr(seen, name) for name in seen.__dataclass_fields__}, "leader": -1})
    assert sanctions.threats_carried_out(reading_of(alone)).tolist() == [[0.0, 0.0]]


def test_challenges_end_with_gains_or_without_and_sanctions_when_they_are_lifted() -> None:
    rungs = [0, 3, 3, 1, 0, 0, 0, 3, 3, 3, 3, 3, 0, 0, 3, 3]
    levels = [0, 0.2, 0.2, 0.1, 0, 0, 0, 0.2, 0.2, 0.1, 0.01, 0, 0, 0, 0.3, 0.3]
    control = [0, 0.1, 0.0, 0.0, 0, 0, 0, 0.1, 0.3, 0.3, 0.3, 0.3, 0.3, 0.3, 0.3, 0.3]
    reading = reading_of(sanctioned(rungs, levels, control, great=(0,)))
    assert sanctions.acquiescence(reading).tolist() == [[1.0, 2.0]]  # the third is still in force
    assert sanctions.total_success(reading).tolist() == [[1.0, 2.0]]
    assert sanctions.total_success_against_great_powers(reading).tolist() == [[1.0, 2.0]]


def test_what_a_target_holds_as_it_gives_up_counts_and_not_what_it_loses_later() -> None:
    control = [0, 0.1, 0.2, 0.0, 0, 0, 0, 0]
    reading = reading_of(sanctioned([0, 3, 3, 1, 0, 0, 0, 0], [0, 0.2, 0.2, 0.1, 0, 0, 0, 0], control))
    assert sanctions.acquiescence(reading).tolist() == [[0.0, 1.0]]
    assert sanctions.total_success(reading).tolist() == [[0.0, 1.0]]


def test_where_there_is_no_land_nobody_can_say_whether_the_target_gave_in() -> None:
    seen = sanctioned([0, 3, 3, 0, 0, 0], [0, 0.2, 0.2, 0, 0, 0])
    assert sanctions.acquiescence(reading_of(seen)).tolist() == [[1.0, 1.0]]
    seen.landless[0] = True
    assert sanctions.acquiescence(reading_of(seen)).tolist() == [[0.0, 0.0]]


@pytest.mark.parametrize("kind", [Event.YIELD, Event.COMPROMISE, Event.DEAL])
def test_a_settlement_with_nothing_gained_is_success_and_no_acquiescence(kind: Event) -> None:
    settled = [(2, kind, 0, 0, 1, (3.0, 0.0))]
    reading = reading_of(sanctioned([0, 3, 3, 0, 0, 0, 0, 0], [0, 0.2, 0.2, 0.1, 0, 0, 0, 0], events=settled))
    assert sanctions.acquiescence(reading).tolist() == [[0.0, 1.0]]
    assert sanctions.total_success(reading).tolist() == [[1.0, 1.0]]


def test_a_step_that_the_host_lets_pass_is_no_success_of_sanctions() -> None:
    passed = [(2, Event.LET_PASS, 0, 1, 0, (3.0, 3.0))]
    reading = reading_of(sanctioned([0, 3, 3, 0, 0, 0, 0, 0], [0, 0.2, 0.2, 0.1, 0, 0, 0, 0], events=passed))
    assert sanctions.acquiescence(reading).tolist() == [[0.0, 1.0]]
    assert sanctions.total_success(reading).tolist() == [[0.0, 1.0]]


def test_challenges_that_never_meet_with_sanctions_are_counted_apart() -> None:
    levels = [0, 0.2, 0.1, 0, 0, 0, 0, 0.01, 0, 0, 0, 0]
    reading = reading_of(sanctioned([0, 3, 3, 0, 0, 0, 0, 3, 0, 0, 0, 0], levels))
    assert sanctions.acquiescence(reading).tolist() == [[1.0, 1.0]]
    assert sanctions.given_up_under_threat(reading).tolist() == [[1.0, 1.0]]


def test_growth_is_lost_year_by_year_under_broad_and_under_narrow_sanctions() -> None:
    seen = sanctioned([3] * 12, [0.5] * 8 + [0.5, 0.5, 0.0, 0.0])
    seen.theatres[:4, 0, TheatreColumn.BREADTH] = 0.9
    seen.theatres[4:, 0, TheatreColumn.BREADTH] = 0.2
    seen.states[:, 0, StateColumn.TARGET_COST] = [0.01] * 4 + [0.002] * 8
    reading = reading_of(seen)
    assert sanctions.growth_under_broad(reading) == pytest.approx(np.array([[-4.0]]))
    assert sanctions.growth_under_narrow(reading) == pytest.approx(np.array([[-0.8]]))  # not all of the third year


def test_costs_are_summed_over_the_measured_rounds() -> None:
    seen = made([[0] * 12], ONE, first=4)
    seen.metrics[:, Metric.SENDER_COST], seen.metrics[:, Metric.TARGET_COST] = 0.001, 0.002
    assert sanctions.cost_to_sender_and_target(reading_of(seen)) == pytest.approx(np.array([[0.008, 0.016]]))


def test_changes_of_power_leave_out_years_in_which_great_powers_fight() -> None:
    fought = war_in(0, (0, 1), 9, 10, Outcome.STALEMATE, 5.0)
    seen = made([[0] * 16], ONE, events=in_order(fought), great=(0, 1))
    seen.states[:, 0, StateColumn.CAPABILITY] = np.repeat([10.0, 20.0, 40.0, 40.0], 4)
    seen.states[:, 1, StateColumn.CAPABILITY] = 30.0
    seen.states[:, 2:, StateColumn.CAPABILITY] = np.repeat([30.0, 25.0, 15.0, 15.0], 4)[:, None]  # in all, 100
    reading = reading_of(seen)
    doubled = float(np.log(2))
    assert sanctions.yearly_changes(reading)[:, 0] == pytest.approx([doubled, 0.0, doubled, 0.0])
    assert sanctions.successive_changes(reading) == pytest.approx(np.array([[doubled, doubled], [0.0, 0.0]]))


def test_power_ten_years_on_is_that_of_the_same_state() -> None:
    seen = made([[0] * 48], ONE, great=(1,))
    seen.states[:, 1, StateColumn.CAPABILITY] = np.repeat(np.exp(np.arange(12) / 10.0 - 5.0), 4)
    rest = 1.0 - seen.states[:, 1, StateColumn.CAPABILITY]
    seen.states[:, 0, StateColumn.CAPABILITY], seen.states[:, 2:, StateColumn.CAPABILITY] = rest, 0.0
    assert sanctions.ten_years_on(reading_of(seen)) == pytest.approx(np.array([[-5.0, -4.0], [-4.9, -3.9]]))
    assert sanctions.ten_years_on(reading_of(made([[0] * 40], ONE, great=(1,)))).shape == (0, 2)


def test_burdens_and_concentration() -> None:
    seen = made([[0] * 8], ONE, great=(1, 2))
    seen.states[:, :, StateColumn.BURDEN] = [0.05, 0.02, 0.03, 0.9]
    seen.metrics[:, Metric.CONCENTRATION] = [0.2, 0.4] * 4
    reading = reading_of(seen)
    assert sanctions.burden_of_leader(reading)[:, 0] == pytest.approx([5.0, 5.0])
    assert sorted(sanctions.burden_of_great_powers(reading)[:, 0]) == pytest.approx([2.0, 2.0, 3.0, 3.0])
    assert sanctions.concentration(reading) == pytest.approx(np.array([[2.4, 8.0]]))


def test_an_event_of_another_theatre_is_not_mistaken_for_one_of_this() -> None:
    sent = (1, Event.PRESENCE, 1, 3, 2, (0.0, 0.2, 0.2, 0.15, 0.9))
    reading = reading_of(made([[0, 2, 0, 0]] * 2, [(0, 1), (2, 3)], events=[sent]))
    assert reading.disputes.reciprocated.tolist() == [False, True]
