"""The small tables that ship are what the published files give: each is derived again here."""

import csv
import math
from collections import defaultdict
from pathlib import Path

import pytest

from greatpowers.historical import rules
from greatpowers.historical.derived_tables import capital, is_democracy, is_major, second_strike, state_names

FAS = {
    "China": 710, "France": 220, "India": 750, "Israel": 666, "North Korea": 731, "Pakistan": 770, "Russia": 365,
    "South Africa": 560, "United Kingdom": 200, "United States": 2,
}  # fmt: skip
YEARS = range(1816, 2017)


def rows(raw: Path, name: str) -> list[dict[str, str]]:
    return list(csv.DictReader((raw / name).read_text(encoding="utf-8").splitlines()))


def test_names_and_numbers_are_those_of_the_project(raw: Path) -> None:
    listed = {int(r["ccode"]): (r["stateabb"], r["statename"]) for r in rows(raw, "cow_country_codes.csv")}
    assert all(listed[code] == name for code, name in state_names().items())
    members = {int(r["ccode"]) for r in rows(raw, "cow_states_2016.csv")}
    assert members <= set(state_names())
    assert len({name for name, _ in state_names().values()}) == len(state_names())


def test_each_state_has_the_capital_of_its_time(raw: Path) -> None:
    for r in rows(raw, "capitals.csv"):
        code, first, last = int(r["ccode"]), int(r["stdate"][:4]), int(r["enddate"][:4])
        if code in state_names() and last - first > 1:
            place = capital(code, first + 1)
            assert (place.lat, place.lon) == pytest.approx((float(r["lat"]), float(r["lng"])), abs=0.0501), r
    assert capital(365, 1900).lat == pytest.approx(60.0, abs=0.1), "Petersburg"
    assert capital(365, 1950).lat == pytest.approx(55.6, abs=0.1), "Moscow"


def test_second_strikes_follow_from_warheads(raw: Path) -> None:
    known = {
        (FAS[r["state"]], int(r["year"])): float(r["warheads"] or 0) for r in rows(raw, "nuclear_warheads_fas.csv")
    }
    for code in state_names():
        for year in YEARS:
            expected = 1 - math.exp(-known.get((code, year), 0.0) / 200)
            assert second_strike(code, year) == pytest.approx(expected, abs=0.5001e-2), (code, year)


def test_majors_are_those_listed_on_the_first_day_of_a_year(raw: Path) -> None:
    listed = set()
    for r in rows(raw, "cow_majors_2024.csv"):
        begins = (int(r["styear"]), int(r["stmonth"]), int(r["stday"]))
        ends = (int(r["endyear"]), int(r["endmonth"]), int(r["endday"]))
        whole = [y for y in YEARS if begins <= (y, 1, 1) and (y, 12, 31) <= ends]
        listed |= {(int(r["ccode"]), year) for year in whole}
    assert {(code, year) for code in state_names() for year in YEARS if is_major(code, year)} == listed


def test_democracies_have_a_score_of_at_least_six(raw: Path) -> None:
    scores = {
        (int(r["ccode"]), int(r["year"])): float(r["polity2"]) for r in rows(raw, "regime_isard.csv") if r["polity2"]
    }
    for code in state_names():
        for year in YEARS:
            assert is_democracy(code, year) == (scores.get((code, year), 0.0) >= 6), (code, year)


def test_the_mean_burden_of_states_is_that_of_the_record(raw: Path) -> None:
    by_year = defaultdict(list)
    for r in rows(raw, "military_burden_owid_cow_sipri.csv"):
        by_year[int(r["year"])].append(float(r["milex_pct_gdp"]) / 100)
    for (first, last), (_, _, burden) in zip(
        ((1816, 1869), (1870, 1913), (1919, 1938), (1946, 1989), (1990, 2016)), rules.WORLD_BURDEN, strict=True
    ):
        values = [value for year in range(first, last + 1) for value in by_year[year]]
        assert burden == pytest.approx(sum(values) / len(values), abs=0.5001e-3)


def test_the_eras_follow_one_another_without_a_gap() -> None:
    assert [rules.era_of(year).first for year in YEARS if year == rules.era_of(year).first] == [1816, 1919, 1946, 1990]
    assert {rules.era_of(year).doctrine for year in range(1816, 1919)} == {"nineteenth-century"}
    assert all(rules.world_burden(year) > 0 for year in YEARS)


@pytest.mark.parametrize(
    ("year", "openness"), [(1816, 0.010), (1845, 0.028), (1913, 0.079), (1978, 0.1184), (2016, 0.172)]
)
def test_world_openness_is_interpolated(year: int, openness: float) -> None:
    assert rules.world_openness(year) == pytest.approx(openness, abs=1e-9)
