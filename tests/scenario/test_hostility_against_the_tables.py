"""Hostility in the scenarios of 1913 to 2017 is the past of each pair in the record of disputes: worked out again here.

The raw tables are not part of the repository. Where they are not at hand, beside the checkout, only the tests that need
nothing else run; where they are, a table that cannot be read is a failure.
"""

from collections import defaultdict
from functools import cache
from itertools import combinations
from typing import NamedTuple

import pytest
from raw_tables import Row, needs_tables, table

from greatpowers import Scenario, load_scenario
from greatpowers.scenario.build import build_parameters, build_world

TABLES = {1913: "states_1913.csv", 1936: "states_1936.csv", 1978: "states_1978.csv", 2017: "states_2016.csv"}
"""Tables of states by the year of the scenario."""
LACKING = {1936: {"ETH": 530}}
LAST_DISPUTES, CRISES = 2014, (2015, 2016)
GERMANY = {260: 255}  # one number after 1990 in the record of crises, the other in that of disputes
LEAST = 0.05

Pair = tuple[int, int]


class Meeting(NamedTuple):
    """A crisis or dispute between two states: quarter (counted from year 0) and whether it was a war between them."""

    quarter: int
    war: bool


@cache
def scenario(year: int) -> Scenario:
    return load_scenario(str(year))


def numbers(year: int) -> dict[str, int]:
    """Country numbers of the states of a scenario, by id."""
    known = {row["id"]: int(row["ccode"]) for row in table(f"scenarios/{TABLES[year]}")} | LACKING.get(year, {})
    return {state.id: known[state.id] for state in scenario(year).states}


def quarter(year: str, month: str) -> int:
    return 4 * int(year) + (int(month) - 1) // 3


@cache
def disputes(year: int) -> dict[Pair, list[Meeting]]:
    """Disputes of each pair that began before a year, from when both took part; of wars only those over by then."""
    by_dispute: dict[str, list[Row]] = defaultdict(list)
    for row in table("mid_v5_participants.csv"):
        if int(row["styear"]) < year:
            by_dispute[row["dispnum"]].append(row)
    meetings: dict[Pair, list[Meeting]] = defaultdict(list)
    for rows in by_dispute.values():
        met: dict[Pair, list[Meeting]] = defaultdict(list)
        for one, other in combinations(sorted(rows, key=lambda row: int(row["ccode"])), 2):
            first = max(int(one["styear"]), int(other["styear"]))
            if one["sidea"] != other["sidea"] and first <= min(int(one["endyear"]), int(other["endyear"])):
                entered = max(quarter(row["styear"], row["stmon"]) for row in (one, other))
                over = max(int(one["endyear"]), int(other["endyear"])) < year
                war = over and one["hostlev"] == other["hostlev"] == "5"
                met[int(one["ccode"]), int(other["ccode"])].append(Meeting(entered, war))
        for pair, times in met.items():
            meetings[pair].append(Meeting(min(time.quarter for time in times), any(time.war for time in times)))
    return meetings


@cache
def crises() -> dict[Pair, list[Meeting]]:
    """Crises of 2015 and 2016, between each actor and the state from which it saw its threat come."""
    begun = {
        row["crisno"]: quarter(row["yrtrig"], row["motrig"])
        for row in table("icb_v14_crises.csv")
        if int(row["yrtrig"]) in CRISES
    }
    met: dict[tuple[str, Pair], int] = {}
    for row in table("icb_v14_actors.csv"):
        if row["crisno"] in begun:
            one, other = (int(float(row[column])) for column in ("cracid", "southv"))
            pair = sorted((GERMANY.get(one, one), GERMANY.get(other, other)))
            met[row["crisno"], (pair[0], pair[1])] = begun[row["crisno"]]
    meetings: dict[Pair, list[Meeting]] = defaultdict(list)
    for (_, pair), when in met.items():
        meetings[pair].append(Meeting(when, war=False))
    return meetings


def level(year: int, pair: Pair) -> float:
    """The law, quarter by quarter, to the one before the scenario starts."""
    meetings = [*disputes(year).get(pair, []), *(crises().get(pair, []) if year == 2017 else [])]
    hostility = 0.0
    for now in range(4 * 1816, 4 * year):
        hostility *= 0.975
        for meeting in meetings:
            if meeting.quarter == now:
                hostility += 0.25 * (1 - hostility)
                hostility += 0.25 * (1 - hostility) if meeting.war else 0.0
    return hostility


@needs_tables
@pytest.mark.parametrize("year", TABLES)
def test_hostility_is_that_of_all_listed_pairs_and_no_others(year: int) -> None:
    assert scenario(year).start == f"{year}Q1"
    codes = numbers(year)
    expected = {}
    for pair in combinations(codes, 2):
        low, high = sorted(codes[name] for name in pair)
        if (hostility := level(year, (low, high))) >= LEAST:
            expected[frozenset(pair)] = hostility
    given = {frozenset(entry.states): entry.level for entry in scenario(year).hostilities}
    assert set(given) == set(expected)
    assert given == pytest.approx(expected, abs=0.5001e-3)


@needs_tables
def test_disputes_end_where_crises_take_over() -> None:
    assert max(int(row["styear"]) for row in table("mid_v5_participants.csv")) == LAST_DISPUTES
    dates = [meeting.quarter for times in crises().values() for meeting in times]
    assert min(dates) >= 4 * (LAST_DISPUTES + 1) and max(dates) < 4 * 2017


@needs_tables
def test_the_sources_name_the_crises_of_each_pair() -> None:
    codes = numbers(2017)
    named = {
        frozenset(codes[name] for name in entry.states) for entry in scenario(2017).hostilities if "ICB" in entry.source
    }
    assert named == {frozenset(pair) for pair in crises() if set(pair) <= set(codes.values())}


@pytest.mark.parametrize("year", TABLES)
def test_the_engine_has_it_the_same_both_ways(year: int) -> None:
    declared = scenario(year)
    hostility = build_world(declared, build_parameters(declared, None)).pairs.hostility
    assert (hostility == hostility.T).all() and 0.5 < hostility.max() < 1
    assert (hostility > 0).sum() == 2 * len(declared.hostilities) > 0
