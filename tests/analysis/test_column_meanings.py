"""Every column that is written or shown says what it means and in what unit."""

import pytest

from greatpowers import SUMMARY_COLUMNS, GreatPowersError, describe
from greatpowers.core.log import Event
from greatpowers.dictionary import STATE_NAMES, THEATRE_NAMES, TRACE_NAMES, event_numbers, record_units


@pytest.mark.parametrize("name", [*STATE_NAMES, *THEATRE_NAMES, *TRACE_NAMES])
def test_columns_of_the_record_have_meaning_and_unit(name: str) -> None:
    assert all(record_units()[name])


@pytest.mark.parametrize("name", SUMMARY_COLUMNS)
def test_columns_of_a_summary_are_described(name: str) -> None:
    described = describe(name)
    assert described.name == name
    assert all(described)


def test_sums_over_a_run_are_not_per_round() -> None:
    assert describe("wars_begun").unit == "wars per run"
    assert describe("order").unit == "share in [0, 1]"


def test_an_unknown_metric_is_refused_with_the_nearest() -> None:
    with pytest.raises(GreatPowersError, match="Did you mean 'revision'"):
        describe("revisoin")


def test_every_event_has_three_names_for_its_numbers() -> None:
    assert all(len(event_numbers(kind)) == 3 for kind in Event)
