"""The table of facts is the record's, to the digit, and says what calibration may do with each."""

import csv
import math
from pathlib import Path

import pytest

from greatpowers.record.measures_registry import MEASURES, RATE_RATIO
from greatpowers.record.targets import facts_to, load_targets, target
from greatpowers.scenario import GreatPowersError


def number(text: str) -> float:
    return float(text) if text else math.nan


def rows_of(path: Path) -> dict[str, dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return {row["id"]: row for row in csv.DictReader(file)}


@pytest.mark.parametrize("table", ["targets_core.csv", "targets.csv"])
def test_every_figure_equals_that_of_the_published_table(shared_data: Path, table: str) -> None:
    raw, checked = rows_of(shared_data / table), 0
    for fact in load_targets().values():
        if fact.id in raw:
            row = raw[fact.id]
            found = (fact.value, fact.low, fact.high)
            assert found == pytest.approx(tuple(number(row[key]) for key in ("value", "low", "high")), nan_ok=True)
            assert (fact.unit, fact.period) == (row["unit"], row["period"])
            checked += 1
    assert checked == (59 if table == "targets_core.csv" else 61)


def test_the_short_list_is_complete(shared_data: Path) -> None:
    assert [fact.id for fact in load_targets().values() if fact.core] == list(rows_of(shared_data / "targets_core.csv"))


def test_the_ratio_of_the_eras_follows_from_their_rates() -> None:
    name, above, below = RATE_RATIO
    assert target(name).value == pytest.approx(target(above).value / target(below).value, rel=1e-3)
    assert target(name).low < target(name).value < target(name).high


def test_every_fact_is_measured_or_says_why_not() -> None:
    for fact in load_targets().values():
        measured = fact.id in MEASURES or fact.id == RATE_RATIO[0]
        assert measured != bool(fact.left_out), fact.id
        assert (fact.split == "none") == bool(fact.left_out), fact.id
        assert fact.source and fact.computed and fact.unit, fact.id


def test_facts_alternate_within_each_family_between_fitted_and_held_apart() -> None:
    families: dict[str, list[str]] = {}
    for fact in load_targets().values():
        if fact.core and not fact.left_out:
            families.setdefault(fact.family, []).append(fact.split)
    for family, splits in families.items():
        assert splits == [("fitted", "held-apart")[i % 2] for i in range(len(splits))], family
    assert len(facts_to("held-apart")) >= 18
    assert not set(facts_to("held-apart")) & set(facts_to("fitted"))


def test_an_unknown_fact_is_refused_with_the_nearest_one() -> None:
    with pytest.raises(GreatPowersError, match=r"Did you mean 'mid\.reciprocated'\?"):
        target("mid.reciprocate")
