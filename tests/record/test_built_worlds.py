"""Worlds built from the record: their numbers worked out again here from the raw files, row by row."""

import csv
import gzip
import math
import os
import subprocess
import sys
from copy import copy
from functools import cache
from itertools import combinations
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hindcast_worlds import made_disputes, write_record

from greatpowers import GreatPowersError, Records, Scenario, build_scenario, load_scenario, scenario_text
from greatpowers.core.parameters import Parameters
from greatpowers.historical import rules
from greatpowers.historical.derived_tables import (
    ERA_YEARS,
    country_numbers,
    era_path,
    era_world,
    is_democracy,
    is_major,
)
from greatpowers.historical.dyads import hostilities, relevant
from greatpowers.scenario.schema import State

RAW = (Path(__file__).resolve().parents[2] / "../shared/data").resolve()
needs_tables = pytest.mark.skipif(not RAW.exists(), reason="the published files are not beside this checkout")
YEARS = (1816, 1885, 1913, 1938, 1962, 1990, 2010)


@cache
def table(name: str) -> tuple[dict[str, str], ...]:
    content = (RAW / name).read_bytes()
    text = (gzip.decompress(content) if name.endswith(".gz") else content).decode("utf-8")
    return tuple(csv.DictReader(text.splitlines()))


@cache
def built(year: int) -> Scenario:
    return build_scenario(real(), year)


@cache
def real() -> Records:
    return Records(RAW)


def number(scenario: Scenario) -> dict[str, int]:
    """Country number of each state of a scenario."""
    codes = country_numbers()
    return {state.id: codes[state.id] for state in scenario.states}


def members(year: int) -> set[int]:
    """Country numbers in the state system between January and March, by the list of the project."""
    first, last = (year, 1, 1), (year, 3, 31)
    return {
        int(r["ccode"])
        for r in table("cow_states_2016.csv")
        if tuple(int(r[f"st{part}"]) for part in ("year", "month", "day")) <= last
        and tuple(int(r[f"end{part}"]) for part in ("year", "month", "day")) >= first
    }


@needs_tables
@pytest.mark.parametrize("year", YEARS)
def test_the_states_are_the_members_of_the_system_with_their_capabilities(year: int) -> None:
    rows = [r for r in table("cow_nmc_v7.csv.gz") if int(r["year"]) == year]
    expected = {int(r["ccode"]): float(r["cinc"]) for r in rows if int(r["ccode"]) in members(year)}
    world = built(year)
    assert set(number(world).values()) == set(expected)
    for state in world.states:
        assert state.capability == pytest.approx(expected[number(world)[state.id]], abs=0.5001e-6)


@needs_tables
@pytest.mark.parametrize("year", YEARS)
def test_economies_are_shares_of_gross_domestic_product(year: int) -> None:
    members = set(number(built(year)).values())
    rows = table("gdp_pop_isard.csv")
    gdp = {int(r["ccode"]): float(r["pwtrgdp"]) for r in rows if int(r["year"]) == year and r["pwtrgdp"]}
    total = sum(gdp[code] for code in members & set(gdp))
    known = [state for state in built(year).states if number(built(year))[state.id] in gdp]
    assert len(known) >= 0.95 * len(members)
    missing = 1 - sum(state.economy for state in known)
    for state in known:
        share = gdp[number(built(year))[state.id]] / total * (1 - missing)
        assert state.economy == pytest.approx(share, rel=1e-3, abs=2e-6)


@needs_tables
@pytest.mark.parametrize("year", [1885, 1913, 1962, 1985, 2010])
def test_openness_follows_shares_of_trade(year: int) -> None:
    world, economy = built(year), {state.id: state.economy for state in built(year).states}
    trade = {}
    codes = {code: name for name, code in number(world).items()}
    for r in table("cow_trade_v4_national.csv"):
        if int(r["year"]) == year and int(r["ccode"]) in codes and r["imports"] and r["exports"]:
            amount = float(r["imports"]) + float(r["exports"])
            if amount > 0:
                trade[codes[int(r["ccode"])]] = amount
    world_figure = rules.world_openness(year)
    for state in (state for state in world.states if economy[state.id] > 1e-4):  # written to six digits
        share = trade.get(state.id, 0.0) / sum(trade.values())
        relative = share / (economy[state.id] / sum(economy[name] for name in trade))
        expected = min(1.0, max(0.005, world_figure * relative)) if state.id in trade else world_figure
        assert state.openness == pytest.approx(expected, rel=2e-2, abs=1e-3), state.id


@needs_tables
@pytest.mark.parametrize("year", [1950, 1962, 1985])
def test_second_strikes_follow_from_warheads(year: int) -> None:
    names = {"United States": "USA", "Russia": "RUS", "United Kingdom": "UKG", "France": "FRN", "China": "CHN"}
    rows = {r["state"]: r for r in table("nuclear_warheads_fas.csv") if r["year"] == str(year)}
    world = {state.id: state.nuclear for state in built(year).states}
    for state, name in names.items():
        warheads = float(rows[state]["warheads"] or 0)
        assert world[name] == pytest.approx(1 - math.exp(-warheads / 200), abs=0.5001e-2)


@needs_tables
@pytest.mark.parametrize("year", [1885, 1938, 1962])
def test_commitments_are_those_of_the_treaties_in_force(year: int) -> None:
    codes = {code: name for name, code in number(built(year)).items()}
    expected = {}
    for r in table("atop_v5_dyad_year.csv.gz"):
        pair = (codes.get(int(r["ccode1"])), codes.get(int(r["ccode2"])))
        if int(r["year"]) == year and None not in pair:
            strength = max(
                0.75 * int(r["atop_defense"]), 0.5 * int(r["atop_offense"]), 0.2 * int(r["atop_consul"])
            )  # fmt: skip
            if strength:
                expected[pair] = max(strength, expected.get(pair, 0.0))
    assert {pair: a.commitment for a in built(year).alliances for pair in a.pairs()} == expected


def quarter_of(row: dict[str, str]) -> int:
    """Quarter, counted from year 0, in which a participant entered a dispute."""
    return 4 * int(row["styear"]) + (int(row["stmon"]) - 1) // 3


def meetings(one: int, other: int) -> list[tuple[dict[str, str], dict[str, str]]]:
    """Rows of two participants who were in the same dispute at the same time on different sides."""
    rows: dict[int, list[dict[str, str]]] = {one: [], other: []}
    for r in table("mid_v5_participants.csv"):
        if int(r["ccode"]) in rows:
            rows[int(r["ccode"])].append(r)
    return [
        (a, b)
        for a in rows[one]
        for b in rows[other]
        if a["dispnum"] == b["dispnum"]
        and a["sidea"] != b["sidea"]
        and max(int(a["styear"]), int(b["styear"])) <= min(int(a["endyear"]), int(b["endyear"]))
    ]


def hostility_between(year: int, one: int, other: int) -> float:
    """The law, quarter by quarter, from the first quarter of 1816 to the one before the year."""
    began: dict[str, int] = {}
    wars: set[str] = set()
    for a, b in meetings(one, other):
        if max(int(a["styear"]), int(b["styear"])) < year:
            quarter = max(quarter_of(a), quarter_of(b))
            began[a["dispnum"]] = min(quarter, began.get(a["dispnum"], quarter))
            if a["hostlev"] == b["hostlev"] == "5" and max(int(a["endyear"]), int(b["endyear"])) < year:
                wars.add(a["dispnum"])
    level = 0.0
    for now in range(4 * 1816, 4 * year):
        level *= 0.975
        for dispute, quarter in began.items():
            if quarter == now:
                level += 0.25 * (1 - level)
                level += 0.25 * (1 - level) if dispute in wars else 0.0
    return level


def claims_remembered(year: int, one: int, other: int) -> float:
    """Disputes, over before, that the first entered as a revisionist against the second, both as originators."""
    ages = {}
    for a, b in meetings(one, other):
        if a["orig"] == b["orig"] == a["revstate"] == "1" and max(int(a["endyear"]), int(b["endyear"])) < year:
            ages[a["dispnum"]] = 4 * year - 1 - quarter_of(a)
    return sum(0.975**age for age in ages.values())


PAIRS = [
    (1913, "GMY-FRN"), (1913, "AUH-SRB"), (1938, "JPN-RUS"), (1962, "RUS-USA"), (1962, "CHN-IND"), (1985, "IRQ-IRN"),
    (2010, "PAK-IND"), (1913, "UKG-FRN"), (1985, "USA-LIB"),
]  # fmt: skip


def drawn(one: float, other: float, km: float) -> float:
    """Salience by the law of gravity: as the product of two shares of the world's capabilities over the distance."""
    return 0.014 * (math.sqrt(one * other) / 0.01) ** 0.7 * (4000 / km) ** 0.35


def kilometres(one: State, other: State) -> float:
    """Between two capitals, by the haversine."""
    (lat, lon), (to_lat, to_lon) = ((math.radians(state.lat), math.radians(state.lon)) for state in (one, other))
    half = math.sin((to_lat - lat) / 2) ** 2
    half += math.cos(lat) * math.cos(to_lat) * math.sin((to_lon - lon) / 2) ** 2
    return 2 * 6371.0 * math.asin(math.sqrt(half))


def ground(world: Scenario, place: str, border: float = 0.0) -> float:
    """What a theatre's salience rests on before claims and regimes: its border, or gravity."""
    one, other = (world.states[world.state_index()[name]] for name in place.split("-"))
    return border or min(0.055, drawn(one.capability, other.capability, kilometres(one, other)))


BORDERS = {0: 0.0, 1: 0.08, 2: 0.08, 3: 0.08, 4: 0.07, 5: 0.055}
REGIMES = (1.0, 1.3, 0.6)  # by how many of the two are democracies


@needs_tables
@pytest.mark.parametrize(("year", "place"), PAIRS)
def test_salience_follows_from_borders_or_gravity_claims_remembered_and_regimes(year: int, place: str) -> None:
    world = built(year)
    challenger, host = (world.states[world.state_index()[name]] for name in place.split("-"))
    one, other = (number(world)[state.id] for state in (challenger, host))
    pair = {str(one), str(other)}
    kinds = [
        int(r["conttype"])
        for r in table("cow_contiguity_v3.2_spells.csv")
        if {r["ccode1"], r["ccode2"]} == pair and int(r["styear"]) <= year <= int(r["endyear"])
    ]
    cinc = {int(r["ccode"]): float(r["cinc"]) for r in table("cow_nmc_v7.csv.gz") if int(r["year"]) == year}
    assert challenger.capability == pytest.approx(cinc[one], abs=1e-6)
    score = ground(world, place, BORDERS[min(kinds, default=0)])
    score += 0.3 * (1 - 0.5 ** claims_remembered(year, one, other))
    score *= REGIMES[is_democracy(one, year) + is_democracy(other, year)]
    theatre = world.theatres[world.theatre_index()[place]]
    assert theatre.salience == pytest.approx(min(score, 0.9), abs=0.5001e-3, rel=2e-3)


@needs_tables
@pytest.mark.parametrize(("year", "place"), PAIRS)
def test_hostility_is_the_past_of_the_pair_replayed(year: int, place: str) -> None:
    levels = {frozenset(h.states): h.level for h in built(year).hostilities}
    one, other = (number(built(year))[name] for name in place.split("-"))
    expected = hostility_between(year, one, other)
    assert expected > 0.1
    assert levels[frozenset(place.split("-"))] == pytest.approx(expected, abs=0.5001e-3)


@needs_tables
def test_every_pair_with_hostility_is_listed_once_and_no_other() -> None:
    year = 1885
    codes = number(built(year))
    levels = {frozenset(h.states): h.level for h in built(year).hostilities}
    assert len(levels) == len(built(year).hostilities) > 50
    expected = {
        frozenset((one, other)): hostility_between(year, codes[one], codes[other])
        for one, other in combinations(codes, 2)
    }
    assert levels == {pair: round(level, 3) for pair, level in expected.items() if level >= 0.02}


@needs_tables
@pytest.mark.parametrize("year", YEARS)
def test_rivalry_is_between_majors_without_a_pact_of_whom_one_maximizes_power(year: int) -> None:
    world = built(year)
    greedy = {state.id for state in world.states if state.doctrine == "nineteenth-century"}
    sworn = {frozenset(pair) for a in world.alliances if a.commitment >= 0.75 for pair in a.pairs()}
    majors = [name for name, code in number(world).items() if is_major(code, year)]
    pairs = {frozenset(pair) for pair in combinations(majors, 2)}
    expected = {pair: 0.5 for pair in pairs if pair & greedy and pair not in sworn}
    assert {frozenset(r.states): r.strength for r in world.rivalries} == expected


@needs_tables
@pytest.mark.parametrize("year", YEARS)
def test_a_relevant_pair_with_hostility_has_a_theatre_both_ways(year: int) -> None:
    world, places = built(year), built(year).theatre_index()
    codes = number(world)
    pairs = {frozenset(pair) for pair in relevant(real(), year, codes.values())}
    hostile = [h.states for h in world.hostilities if h.level >= 0.05]
    relevant_pairs = [pair for pair in hostile if frozenset(codes[name] for name in pair) in pairs]
    assert all(f"{one}-{other}" in places and f"{other}-{one}" in places for one, other in relevant_pairs)
    assert year == 1816 or len(relevant_pairs) > 10


@needs_tables
@pytest.mark.parametrize("year", YEARS)
def test_theatres_are_politically_relevant_pairs(year: int) -> None:
    world = built(year)
    touching = {
        frozenset((int(r["ccode1"]), int(r["ccode2"])))
        for r in table("cow_contiguity_v3.2_spells.csv")
        if int(r["styear"]) <= year <= int(r["endyear"])
    }
    hostile = {frozenset(h.states): h.level for h in world.hostilities}
    for theatre in world.theatres:
        one, other = number(world)[theatre.challenger], number(world)[theatre.host]
        remembered = hostile.get(frozenset((theatre.challenger, theatre.host)), 0.0) >= 0.05
        relevant = frozenset((one, other)) in touching or is_major(one, year) or is_major(other, year)
        assert relevant or remembered, theatre.id


@needs_tables
def test_every_relevant_pair_is_a_theatre_both_ways_if_asked() -> None:
    world = build_scenario(real(), 1900, every_dyad=True)
    rows = [r for r in table("dyad_year_relevant.csv.gz") if r["year"] == "1900"]
    expected = {frozenset((int(r["ccode1"]), int(r["ccode2"]))) for r in rows}
    codes = number(world)
    pairs = [frozenset((codes[t.challenger], codes[t.host])) for t in world.theatres]
    hostile = {frozenset((codes[a], codes[b])) for h in world.hostilities if h.level >= 0.05 for a, b in [h.states]}
    assert set(pairs) == expected | hostile and len(pairs) == 2 * len(set(pairs))


def changed_from(year: int) -> Records:
    """The record with everything about disputes that became known from the year on said differently."""
    changed = copy(real())
    rows = changed.disputes
    later, under_way = rows["start"] >= year, (rows["start"] < year) & (rows["end"] >= year)
    known_later = later | under_way
    changed.disputes = rows.assign(
        end=rows["end"].mask(under_way, year + 40.0),
        hostlev=rows["hostlev"].where(~known_later, 6 - rows["hostlev"]),
        revstate=rows["revstate"].where(~known_later, 1 - rows["revstate"]),
        sidea=rows["sidea"].where(~later, 1 - rows["sidea"]),
        orig=rows["orig"].where(~later, 1 - rows["orig"]),
    )
    return changed


@needs_tables
@pytest.mark.parametrize("year", [1900, 1939, 1962])
def test_no_later_year_has_any_part_in_a_world(year: int) -> None:
    cut = copy(real())
    dated = {"capabilities": "year", "alliances": "year", "trade": "year", "output": "year", "contiguity": "first"}
    for name, column in dated.items():
        rows = getattr(cut, name)
        setattr(cut, name, rows[rows[column] <= year])
    cut.contiguity = cut.contiguity.assign(last=cut.contiguity["last"].clip(upper=year))
    cut.disputes = cut.disputes[cut.disputes["start"] < year]
    assert build_scenario(cut, year) == built(year)


@needs_tables
@pytest.mark.parametrize("year", [1900, 1939, 1942, 1962])
def test_what_is_known_of_disputes_from_the_year_on_does_not_count(year: int) -> None:
    assert build_scenario(changed_from(year), year) == built(year)
    assert build_scenario(changed_from(year - 3), year) != built(year), "what was known before does"


@needs_tables
def test_of_disputes_under_way_only_that_they_began_counts_and_only_for_hostility() -> None:
    over = copy(real())
    over.disputes = over.disputes[over.disputes["end"] < 1942]
    world, without = built(1942), build_scenario(over, 1942)
    assert world.states == without.states and world.rivalries == without.rivalries
    war = {frozenset(h.states): h.level for h in world.hostilities}[frozenset(("GMY", "RUS"))]
    assert war == pytest.approx(hostility_between(1942, 255, 365), abs=0.5001e-3)
    assert war > {frozenset(h.states): h.level for h in without.hostilities}.get(frozenset(("GMY", "RUS")), 0.0)
    pressed = {theatre.id: theatre.salience for theatre in world.theatres}
    assert all(pressed[theatre.id] == theatre.salience for theatre in without.theatres)


def test_worlds_of_a_hindcast_do_not_know_the_pairs_disputes_to_come(tmp_path: Path) -> None:
    before = [dispute for dispute in made_disputes() if dispute[2] < 1836]
    one = build_scenario(write_record(tmp_path / "one", made_disputes()), 1836)
    other = build_scenario(write_record(tmp_path / "other", [*before, *made_disputes(seed=9, first=1836)]), 1836)
    assert one.hostilities and one == other
    fewer = [dispute for dispute in made_disputes() if dispute[2] != 1835]
    assert build_scenario(write_record(tmp_path / "fewer", fewer), 1836).hostilities != one.hostilities
    listed = {h.states for h in one.hostilities}
    assert ("FRN", "GMY") in listed and ("USA", "POR") not in listed, "who meet every other year, and never"


@needs_tables
@pytest.mark.parametrize("year", ERA_YEARS)
def test_the_worlds_of_the_eras_are_what_the_record_gives(year: int) -> None:
    assert era_path(year).read_text(encoding="utf-8") == scenario_text(build_scenario(real(), year), year, real())


@needs_tables
def test_the_same_files_give_the_same_bytes_in_another_process() -> None:
    code = (
        "import sys; from greatpowers import Records, build_scenario, scenario_text; r = Records(sys.argv[1]); "
        "sys.stdout.write(scenario_text(build_scenario(r, 1938, 20), 1938, r))"
    )
    settings = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path), "PYTHONHASHSEED": "7"}
    other = subprocess.run([sys.executable, "-c", code, str(RAW)], capture_output=True, check=True, env=settings)
    assert other.stdout.decode() == scenario_text(build_scenario(real(), 1938, 20), 1938, real())


@needs_tables
def test_the_known_facts_of_a_year_are_in_it() -> None:
    world = {state.id: state for state in built(1962).states}
    assert world["USA"].capability == pytest.approx(0.21, abs=0.01)
    assert built(1962).coalition.leader == "USA"
    assert {s.id for s in world.values() if s.doctrine == "nineteenth-century"} >= {"RUS", "CHN"}
    assert world["UKG"].doctrine == world["FRN"].doctrine == "order-preserving", "sworn to the strongest democracy"
    assert {base.host for base in built(1962).bases} >= {"GFR", "JPN", "TUR"}
    assert all(state.doctrine == "nineteenth-century" for state in built(1913).states)
    assert built(1913).coalition.leader is None


@pytest.mark.parametrize("year", ERA_YEARS)
def test_each_era_has_its_rule_book(year: int) -> None:
    world = era_world(year)
    maximizers = [state for state in world.states if state.doctrine == "nineteenth-century"]
    if year <= 1918:
        assert len(maximizers) == len(world.states)
    else:
        assert 2 <= len(maximizers) <= 0.1 * len(world.states)
        assert not any(is_democracy(number(world)[state.id], year) for state in maximizers)
    assert not world.parameters, "one parameter set for every era"


def test_a_world_that_does_not_ship_is_not_made_up() -> None:
    with pytest.raises(GreatPowersError, match="no world of 1901 ships"):
        era_path(1901)


def test_a_small_record_gives_a_world_that_can_be_worked_out_by_hand(downloads: Path, tmp_path: Path) -> None:
    records = Records(downloads)
    world = build_scenario(records, 1900)
    states = {state.id: state for state in world.states}
    assert list(states) == ["USA", "UKG", "FRN", "GMY", "GRC", "TUR"]
    assert states["FRN"].economy == pytest.approx(200 / 920, abs=1e-6), "share of industry where there is no output"
    assert states["TUR"].economy == pytest.approx(1e-6) and states["TUR"].burden == pytest.approx(0.024)
    theatre = world.theatres[world.theatre_index()["GMY-FRN"]]
    pressed = 0.975**39 + 0.975**31  # begun in the first quarters of 1890 and 1892
    near = ground(world, "GMY-FRN", 0.08)
    assert theatre.salience == pytest.approx(1.3 * (near + 0.3 * (1 - 0.5**pressed)), abs=0.5001e-3)
    past = (1 - 0.75 * (1 - 0.25 * 0.975**8)) * 0.975**12  # the third began in the first quarter of 1895
    past = (0.25 + 0.75 * past) * 0.975**19
    hostility = {h.states: h.level for h in world.hostilities}
    assert hostility == {("FRN", "GMY"): round(past, 3), ("GRC", "TUR"): round(0.25 * 0.975**3, 3)}
    assert theatre.reason == f"land border, both major, hostility {past:.2f}, claims {pressed:.2f}"
    back = world.theatres[world.theatre_index()["FRN-GMY"]]
    assert back.salience == pytest.approx(1.3 * near, abs=0.5001e-3), "it entered its dispute as no revisionist"
    remembered = world.theatres[world.theatre_index()["GRC-TUR"]]
    assert remembered.reason == "hostility 0.23", "neither a border between them nor a major power, but a past"
    assert "TUR-GRC" in world.theatre_index() and "GRC-UKG" not in world.theatre_index()
    assert ("UKG", "FRN") in world.distances.contiguous and ("USA", "TUR") not in world.distances.contiguous
    assert world.alliances[0].from_ == "FRN" and world.alliances[0].commitment == 0.75
    assert [a.commitment for a in world.alliances if a.from_ == "GRC"] == [0.2]
    file = tmp_path / "w.toml"
    file.write_text(scenario_text(world, 1900, records))
    assert load_scenario(file) == world


def test_the_strongest_and_the_neighbours_of_majors_are_kept(downloads: Path) -> None:
    world = build_scenario(downloads, 1900, states=2, rounds=7)
    assert [state.id for state in world.states] == ["USA", "UKG", "FRN", "GMY", "GRC", "TUR"], "all border on a major"
    assert world.rounds == 7
    with pytest.raises(GreatPowersError, match="states is 1; expected at least 2"):
        build_scenario(downloads, 1900, states=1)


def test_the_dispute_record_may_be_empty(downloads: Path) -> None:
    records = Records(downloads)
    records.disputes = records.disputes.iloc[:0]
    world = build_scenario(records, 1900)
    assert [rivalry.strength for rivalry in world.rivalries] == [0.5] * 6, "the majors of the day, and nobody else"
    assert "GRC-TUR" not in world.theatre_index()
    regimes = {"GMY-FRN": 1.3, "FRN-UKG": 0.6, "GMY-TUR": 1.0}
    for place, regime in regimes.items():
        salience = world.theatres[world.theatre_index()[place]].salience
        assert salience == pytest.approx(regime * ground(world, place, 0.08 * (place != "GMY-TUR")), abs=0.5001e-3), (
            place
        )
    assert world.hostilities == ()


def participants(*rows: tuple[int, int, int, int, int, int]) -> pd.DataFrame:
    """Of disputes: number, country, year and month of entry, last year, side; at the level of war."""
    table = pd.DataFrame(rows, columns=["dispnum", "ccode", "start", "month", "end", "sidea"], dtype=np.float64)
    return table.assign(orig=1.0, revstate=0.0, hostlev=5.0)


def test_hostility_grows_with_each_dispute_and_again_with_war(downloads: Path) -> None:
    records = Records(downloads)
    records.disputes = participants((1, 2, 1890, 1, 1890, 1), (1, 200, 1890, 1, 1890, 0))
    war = hostilities(records, 1891, (2, 200))
    assert war == {(2, 200): round((0.25 + 0.75 * 0.25) * 0.975**3, 3)}
    records.disputes = records.disputes.assign(hostlev=[5.0, 4.0])
    assert hostilities(records, 1891, (2, 200)) == {(2, 200): round(0.25 * 0.975**3, 3)}, "one of them fought no war"
    records.disputes = records.disputes.assign(month=np.nan)
    assert hostilities(records, 1891, (2, 200)) == {(2, 200): round(0.25 * 0.975, 3)}, "as if it began in July"
    assert hostilities(records, 1890, (2, 200)) == {}, "before it began"
    assert hostilities(records, 1891, (2, 220)) == {}, "a state that does not take part in the world"
    assert hostilities(records, 1891 + 26, (2, 200)) == {}, "a dispute of 26 years ago is below .02"
    assert hostilities(records, 1891 + 24, (2, 200)) == {(2, 200): round(0.25 * 0.975 ** (1 + 96), 3)}


def test_who_meets_nobody_of_the_other_side_has_no_past_with_them(downloads: Path) -> None:
    records = Records(downloads)
    records.disputes = participants(
        (1, 2, 1890, 1, 1891, 1), (1, 200, 1890, 1, 1893, 0), (1, 220, 1892, 8, 1893, 1), (1, 255, 1893, 2, 1893, 0),
    )  # fmt: skip
    levels = hostilities(records, 1893, (2, 200, 220, 255))
    assert set(levels) == {(2, 200), (200, 220)}, "2 had left before 220 and 255 came, and 255 had not come yet"
    assert levels[200, 220] == round(0.25 * 0.975, 3), "from the quarter in which both took part; the war is not over"
    assert levels[2, 200] == round(0.25 * 0.975**11, 3), "nor is it over for 200"
    after = hostilities(records, 1894, (2, 200, 220, 255))
    assert set(after) == {(2, 200), (200, 220), (220, 255)}
    assert after[220, 255] == round((0.25 + 0.75 * 0.25) * 0.975**3, 3)


def test_hostility_alone_makes_a_pair_a_theatre(downloads: Path) -> None:
    records = Records(downloads)
    records.contiguity = pd.concat(
        [
            records.contiguity,
            pd.DataFrame({"ccode1": [350], "ccode2": [640], "first": [1816], "last": [2016], "conttype": [5]}),
        ]
    )
    world = build_scenario(records, 1900)
    for place in ("GRC-TUR", "TUR-GRC"):
        theatre = world.theatres[world.theatre_index()[place]]
        assert theatre.reason == "400 miles, hostility 0.23"
        assert theatre.salience == pytest.approx(1.3 * ground(world, place, 0.055), abs=0.5001e-3)
    records.disputes = records.disputes[records.disputes["dispnum"] != 4]
    assert "GRC-TUR" not in build_scenario(records, 1900).theatre_index()


def test_a_pairs_past_is_replayed_by_the_law_of_the_engine() -> None:
    p = Parameters()
    law = (rules.HOSTILITY_MEMORY, rules.HOSTILITY_CRISIS, rules.HOSTILITY_WAR)
    assert law == (p.hostility_memory, p.hostility_crisis, p.hostility_war)
