"""Worlds built from the record: their numbers worked out again here from the raw files, row by row."""

import csv
import gzip
import math
import os
import subprocess
import sys
from copy import copy
from functools import cache
from pathlib import Path

import pytest

from greatpowers.record import ERA_YEARS, Records, build_scenario, era_path, era_world, rules, scenario_text
from greatpowers.record.shipped import is_democracy, is_major, state_names
from greatpowers.scenario import GreatPowersError, Scenario, load_scenario

RAW = (Path(__file__).resolve().parents[2] / "../shared/data").resolve()
needs_tables = pytest.mark.skipif(not RAW.exists(), reason="the published files are not beside this checkout")
YEARS = (1816, 1885, 1913, 1938, 1962, 1985, 2010)


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
    codes = {name: code for code, (name, _) in state_names().items()}
    return {state.id: codes[state.id] for state in scenario.states}


@needs_tables
@pytest.mark.parametrize("year", YEARS)
def test_the_states_are_the_members_of_the_system_with_their_capabilities(year: int) -> None:
    expected = {int(r["ccode"]): float(r["cinc"]) for r in table("cow_nmc_v7.csv.gz") if int(r["year"]) == year}
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


def disputes_before(year: int, window: int) -> list[tuple[set[int], dict[int, bool]]]:
    """Originators of side A, and all originators with whether each is a revisionist, of disputes over before."""
    by_number: dict[str, list[dict[str, str]]] = {}
    for r in table("mid_v5_participants.csv"):
        if year - window <= int(r["styear"]) and int(r["endyear"]) < year and r["orig"] == "1":
            by_number.setdefault(r["dispnum"], []).append(r)
    return [
        (
            {int(r["ccode"]) for r in rows if r["sidea"] == "1"},
            {int(r["ccode"]): r["revstate"] == "1" for r in rows},
        )
        for rows in by_number.values()
    ]


def times_faced(year: int, window: int, one: int, other: int, revisionist: bool = False) -> int:
    """Number of disputes in which two states stood on different sides (the first as a revisionist)."""
    found = 0
    for side_a, everybody in disputes_before(year, window):
        if one in everybody and other in everybody and (one in side_a) != (other in side_a):
            found += everybody[one] or not revisionist
    return found


@needs_tables
@pytest.mark.parametrize(
    ("year", "place"),
    [(1913, "GMY-FRN"), (1913, "AUH-YUG"), (1938, "JPN-RUS"), (1962, "RUS-USA"), (1962, "CHN-IND"), (1985, "IRQ-IRN")],
)
def test_salience_and_rivalry_follow_from_earlier_disputes(year: int, place: str) -> None:
    world = built(year)
    challenger, host = place.split("-")
    one, other = number(world)[challenger], number(world)[host]
    pair = {str(one), str(other)}
    kinds = [
        int(r["conttype"])
        for r in table("cow_contiguity_v3.2_spells.csv")
        if {r["ccode1"], r["ccode2"]} == pair and int(r["styear"]) <= year <= int(r["endyear"])
    ]
    worth = {name: ground.salience for name, ground in rules.GROUNDS.items()}
    score = rules.BORDER[min(kinds)] if kinds else worth["distant"]
    score += worth["majors"] * (is_major(one, year) and is_major(other, year))
    enduring, rivals = times_faced(year, 20, one, other) >= 6, times_faced(year, 15, one, other) >= 3
    score += worth["enduring"] if enduring else worth["rivals"] if rivals else 0.0
    score += worth["claims"] * (1 - 0.5 ** times_faced(year, 30, one, other, revisionist=True))
    theatre = world.theatres[world.theatre_index()[place]]
    assert theatre.salience == pytest.approx(min(score, rules.HIGHEST_SALIENCE), abs=0.5001e-3)
    strength = {frozenset(r.states): r.strength for r in world.rivalries}.get(frozenset((challenger, host)), 0.0)
    if enduring or rivals:
        assert strength == (1.0 if enduring else 0.5)


@needs_tables
@pytest.mark.parametrize("year", YEARS)
def test_theatres_are_politically_relevant_pairs(year: int) -> None:
    world = built(year)
    touching = {
        frozenset((int(r["ccode1"]), int(r["ccode2"])))
        for r in table("cow_contiguity_v3.2_spells.csv")
        if int(r["styear"]) <= year <= int(r["endyear"])
    }
    for theatre in world.theatres:
        one, other = number(world)[theatre.challenger], number(world)[theatre.host]
        assert frozenset((one, other)) in touching or is_major(one, year) or is_major(other, year), theatre.id


@needs_tables
def test_every_relevant_pair_is_a_theatre_both_ways_if_asked() -> None:
    world = build_scenario(real(), 1900, every_dyad=True)
    rows = [r for r in table("dyad_year_relevant.csv.gz") if r["year"] == "1900"]
    expected = {frozenset((int(r["ccode1"]), int(r["ccode2"]))) for r in rows}
    codes = number(world)
    found = [frozenset((codes[t.challenger], codes[t.host])) for t in world.theatres]
    assert set(found) == expected and len(found) == 2 * len(expected)


@needs_tables
@pytest.mark.parametrize("year", [1900, 1962])
def test_no_later_year_has_any_part_in_a_world(year: int) -> None:
    built(year)
    cut = copy(real())
    dated = {"capabilities": "year", "alliances": "year", "trade": "year", "output": "year", "contiguity": "first"}
    for name, column in dated.items():
        rows = getattr(cut, name)
        setattr(cut, name, rows[rows[column] <= year])
    cut.contiguity = cut.contiguity.assign(last=cut.contiguity["last"].clip(upper=year))
    cut.disputes = cut.disputes[cut.disputes["end"] < year]
    assert build_scenario(cut, year) == built(year)


@needs_tables
def test_disputes_not_over_when_the_year_begins_do_not_count() -> None:
    built(1962)
    changed = copy(real())
    later = changed.disputes["end"] >= 1962
    changed.disputes = changed.disputes.assign(hostlev=changed.disputes["hostlev"].mask(later, 5.0))
    changed.disputes = changed.disputes.assign(revstate=changed.disputes["revstate"].mask(later, 1.0))
    assert build_scenario(changed, 1962) == built(1962)


@needs_tables
@pytest.mark.parametrize("year", ERA_YEARS)
def test_the_worlds_of_the_eras_are_what_the_record_gives(year: int) -> None:
    assert era_path(year).read_text(encoding="utf-8") == scenario_text(build_scenario(real(), year), year, real())


@needs_tables
def test_the_same_files_give_the_same_bytes_in_another_process() -> None:
    code = (
        "import sys; from greatpowers.record import *; r = Records(sys.argv[1]); "
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
    assert list(states) == ["USA", "UKG", "FRN", "GMY", "AUS", "TUR"]
    assert states["FRN"].economy == pytest.approx(200 / 920, abs=1e-6), "share of industry where there is no output"
    assert states["TUR"].economy == pytest.approx(1e-6) and states["TUR"].burden == pytest.approx(0.024)
    theatre = world.theatres[world.theatre_index()["GMY-FRN"]]
    assert theatre.salience == pytest.approx(0.08 + 0.2 + 0.15 + 0.3 * 0.75)
    assert theatre.reason == "land border, both major, rivals, 2 claims"
    back = world.theatres[world.theatre_index()["FRN-GMY"]]
    assert back.salience == pytest.approx(0.08 + 0.2 + 0.15), "it entered its dispute as no revisionist"
    assert "AUS-TUR" not in world.theatre_index(), "a dispute that is not over when the year begins"
    assert ("UKG", "FRN") in world.distances.contiguous and ("USA", "TUR") not in world.distances.contiguous
    assert world.alliances[0].from_ == "FRN" and world.alliances[0].commitment == 0.75
    assert [a.commitment for a in world.alliances if a.from_ == "AUS"] == [0.2]
    file = tmp_path / "w.toml"
    file.write_text(scenario_text(world, 1900, records))
    assert load_scenario(file) == world


def test_the_strongest_and_the_neighbours_of_majors_are_kept(downloads: Path) -> None:
    world = build_scenario(downloads, 1900, states=2, rounds=7)
    assert [state.id for state in world.states] == ["USA", "UKG", "FRN", "GMY", "AUS", "TUR"], "all border on a major"
    assert world.rounds == 7
    with pytest.raises(GreatPowersError, match="states is 1; expected at least 2"):
        build_scenario(downloads, 1900, states=1)


def test_the_dispute_record_may_be_empty(downloads: Path) -> None:
    records = Records(downloads)
    records.disputes = records.disputes.iloc[:0]
    world = build_scenario(records, 1900)
    assert [rivalry.strength for rivalry in world.rivalries] == [0.5] * 6, "the majors of the day, and nobody else"
    assert max(theatre.salience for theatre in world.theatres) == pytest.approx(0.08 + 0.2), (
        "a border between two majors"
    )
