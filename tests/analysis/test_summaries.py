"""A run's summary follows the registry's rules, and the extras can be worked out by hand."""

import numpy as np
import pytest

from greatpowers.core.declare import Floats
from greatpowers.core.metrics import METRICS, N_METRICS, Metric
from greatpowers.simulation.summary import SUMMARY_COLUMNS, recovery_time, rounds_to_war, summarise


def metrics(rounds: int = 4, **columns: list[float]) -> Floats:
    table = np.zeros((rounds, N_METRICS))
    for name, values in columns.items():
        table[:, Metric[name.upper()]] = values
    return table


def summary_of(table: Floats) -> dict[str, float]:
    return dict(zip(SUMMARY_COLUMNS, summarise(table).tolist(), strict=True))


@pytest.mark.parametrize("entry", METRICS, ids=lambda entry: entry.name)
def test_each_metric_is_summarised_by_its_own_rule(entry) -> None:  # type: ignore[no-untyped-def]
    table = metrics(**{entry.name: [1.0, 4.0, 2.0, 3.0]})
    expected = {"mean": 2.5, "max": 4.0, "sum": 10.0, "last": 3.0}[entry.whole_run]
    assert summary_of(table)[entry.name] == expected


def test_rounds_to_war_count_from_the_first_probe() -> None:
    assert rounds_to_war(metrics(highest_rung=[0, 1, 3, 7], wars_begun=[0, 0, 0, 1])) == 2
    assert rounds_to_war(metrics(highest_rung=[1, 1, 3, 7], wars_begun=[0, 0, 0, 2])) == 3
    assert np.isnan(rounds_to_war(metrics(highest_rung=[0, 1, 3, 3])))
    assert np.isnan(rounds_to_war(metrics()))


def test_recovery_is_halfway_back_from_the_deepest_fall() -> None:
    assert recovery_time(np.array([0.6, 0.7, 0.4, 0.3, 0.45, 0.5, 0.6])) == 2  # from 0.3, halfway to 0.7 is 0.5
    assert np.isnan(recovery_time(np.array([0.6, 0.3, 0.35, 0.4])))
    assert np.isnan(recovery_time(np.array([0.6, 0.595, 0.61])))


def test_deals_kept_are_those_that_stand_at_the_end() -> None:
    assert summary_of(metrics(deals_in_force=[1, 3, 2, 2]))["deals_kept"] == 2


def test_a_great_power_war_counts_once_and_one_under_way_at_the_start_counts_too() -> None:
    assert summary_of(metrics(great_power_wars_begun=[0, 2, 1, 0]))["great_power_war"] == 1
    assert summary_of(metrics(highest_level=[8, 8, 1, 1]))["great_power_war"] == 1
    assert summary_of(metrics(highest_level=[5, 5, 1, 1]))["great_power_war"] == 0
