"""The scenarios '1913', '1936' and '1978' say what their sources say: worked out again here, from the raw tables.

Where the raw tables lie beside the checkout, one that cannot be read is a failure; where not, other tests run.
"""

import math
import re
from functools import cache
from pathlib import Path

import pytest
from raw_tables import Row, needs_tables, table

from greatpowers import Scenario, cli, load_history, load_policy, load_scenario, simulate
from greatpowers.scenario.build import build_parameters, build_world
from greatpowers.scenario.checks import quarter_number
from greatpowers.scenario.schema import State

YEARS = (1913, 1936, 1978)
# World exports over output, interpolated from Maddison 2001, table F-5; and the mean military burden of states.
OPENNESS = {1913: 0.079, 1936: 0.090 + (0.055 - 0.090) * 7 / 21, 1978: 0.105 + (0.172 - 0.105) * 5 / 25}
BURDEN = {1913: 0.024, 1936: 0.036, 1978: 0.044}
OWN = {1913: "entente-ambiguity", 1936: "appeasement-then-guarantee", 1978: "detente-then-containment"}


@cache
def scenario(year: int) -> Scenario:
    return load_scenario(str(year))


@cache
def rows(year: int) -> dict[str, Row]:
    """The table of states by id; Ethiopia, which it lacks in 1936, from the tables of 1935."""
    by_id = {row["id"]: row for row in table(f"scenarios/states_{year}.csv")}
    if year == 1936:
        by_id["ETH"] = {
            "cinc": next(r["cinc"] for r in table("cow_nmc_v6.csv.gz") if (r["ccode"], r["year"]) == ("530", "1935")),
            "gdp_isard": next(
                r["pwtrgdp"] for r in table("gdp_pop_isard.csv") if (r["ccode"], r["year"]) == ("530", "1935")
            ),
            **next({"lat": r["lat"], "lng": r["lng"]} for r in table("capitals.csv") if r["ccode"] == "530"),
            "milex_nmc": "", "exports_musd": "", "imports_musd": "", "warheads": "",
        }  # fmt: skip
    return by_id


def number(text: str) -> float:
    return float(text) if text else 0.0


def relative(year: int, amounts: dict[str, float], state: str, world: float, highest: float) -> float:
    """The world's figure times share of the amount over share of output, among those whose amount is known."""
    known = {name: amount for name, amount in amounts.items() if amount > 0}
    if state not in known:
        return world
    output = {name: number(rows(year)[name]["gdp_isard"]) for name in known}
    share, of_output = known[state] / sum(known.values()), output[state] / sum(output.values())
    return min(highest, world * share / of_output)


def trade(row: Row) -> float:
    both = row["exports_musd"] and row["imports_musd"]
    return number(row["exports_musd"]) + number(row["imports_musd"]) if both else 0.0


@needs_tables
@pytest.mark.parametrize(
    ("year", "state"), [(y, s) for y in YEARS for s in scenario(y).states], ids=lambda x: getattr(x, "id", x)
)
def test_each_state_has_the_numbers_of_the_tables(year: int, state: State) -> None:
    row = rows(year)[state.id]
    openness = {name: trade(r) for name, r in rows(year).items()}
    burden = {name: number(r["milex_nmc"]) for name, r in rows(year).items()}
    assert state.economy == pytest.approx(number(row["gdp_isard"]) / 1e6, abs=0.5001e-4)
    assert state.capability == pytest.approx(number(row["cinc"]), abs=0.5001e-6)
    assert state.nuclear == pytest.approx(1 - math.exp(-number(row["warheads"]) / 200), abs=0.5001e-2)
    assert state.openness == pytest.approx(relative(year, openness, state.id, OPENNESS[year], 1.0), abs=0.5001e-3)
    expected = max(0.002, relative(year, burden, state.id, BURDEN[year], 0.3))
    assert state.burden == pytest.approx(expected, abs=0.5001e-3)
    assert (state.lat, state.lon) == pytest.approx((float(row["lat"]), float(row["lng"])), abs=0.0501)


@needs_tables
@pytest.mark.parametrize("year", YEARS)
def test_every_state_of_the_table_takes_part(year: int) -> None:
    assert {state.id for state in scenario(year).states} == set(rows(year))


@needs_tables
@pytest.mark.parametrize("year", YEARS)
def test_neighbours_share_a_border_or_a_narrow_water(year: int) -> None:
    expected = {
        frozenset((r["id1"], r["id2"]))
        for r in table(f"scenarios/dyads_{year}.csv")
        if r["conttype"]
        and (float(r["conttype"]) == 1 or (float(r["conttype"]) <= 3 and float(r["capital_km"]) <= 1500))
    }
    pairs = [frozenset(pair) for pair in scenario(year).distances.contiguous]
    assert len(set(pairs)) == len(pairs) and set(pairs) == expected


@needs_tables
@pytest.mark.parametrize("year", YEARS)
def test_rivalries_are_those_of_the_lists(year: int) -> None:
    expected = {}
    for r in table(f"scenarios/dyads_{year}.csv"):
        flags = (float(r["rivalry_td"] or 0) > 0) + (float(r["rivalry_tss"] or 0) > 0)
        if flags:
            expected[frozenset((r["id1"], r["id2"]))] = 1.0 if flags == 2 else 0.7
    assert {frozenset(r.states): r.strength for r in scenario(year).rivalries} == expected


@needs_tables
@pytest.mark.parametrize("year", YEARS)
def test_treaties_bind_those_whom_atop_lists(year: int) -> None:
    checked = 0
    for alliance in scenario(year).alliances:
        ids = re.findall(r"ATOP (\d{4})", alliance.source.split("typed")[0])
        bound = set(alliance.members) | set(alliance.to) | ({alliance.from_} if alliance.from_ else set())
        if ids:
            members = {r["id"] for r in table(f"scenarios/alliances_atop_{year}.csv") if r["atopid"] in ids}
            assert bound <= members, f"{alliance.name}: {bound - members} not in ATOP {ids}"
            checked += 1
        else:
            assert "typed" in alliance.source, alliance.name
    assert checked >= 7


@needs_tables
@pytest.mark.parametrize("year", [1936, 1978])
def test_events_sourced_to_a_crisis_fall_into_its_time(year: int) -> None:
    crises = {r["crisno"]: r for r in table("icb_v14_crises.csv")}
    checked = 0
    for entry in scenario(year).happened:
        for crisis in re.findall(r"^ICB (\d+)", entry.source):
            r = crises[crisis]
            first, last = int(r["yrtrig"]), int(float(r["yrterm"]))
            assert first <= int(entry.quarter[:4]) <= last + 1, (entry.text, r["crisname"])
            checked += 1
    assert checked >= 12


@needs_tables
def test_events_of_1913_sourced_to_a_dispute_fall_into_its_time() -> None:
    disputes = {r["dispnum"]: r for r in table("mid_v5_disputes.csv")}
    for entry in scenario(1913).happened:
        for dispute in re.findall(r"^MID (\d+)", entry.source):
            assert int(disputes[dispute]["styear"]) <= int(entry.quarter[:4]) <= int(disputes[dispute]["endyear"])


@pytest.mark.parametrize(("year", "end"), [(1913, "1916Q4"), (1936, "1941Q4"), (1978, "1985Q4")])
def test_it_runs_from_its_year_to_its_end(year: int, end: str) -> None:
    world = scenario(year)
    assert world.start == f"{year}Q1"
    assert quarter_number(world.start) + world.rounds - 1 == quarter_number(end)
    assert quarter_number(world.happened[-1].quarter) >= quarter_number(end) - 4


@pytest.mark.parametrize("year", YEARS)
def test_everything_typed_gives_its_reason_and_its_source(year: int) -> None:
    world = scenario(year)
    assert all(state.reason for state in world.states)
    assert all(place.reason and place.source for place in world.theatres)
    assert all(entry.reason and entry.source for entry in world.terms)
    assert all(alliance.source for alliance in world.alliances)
    assert all(entry.source for entry in world.happened)
    assert len(world.theatres) >= 15 and len(world.happened) >= 15


@pytest.mark.parametrize("year", YEARS)
def test_it_compares_the_policies_of_its_time(year: int) -> None:
    world = scenario(year)
    assert world.policies[0] == "laissez-faire" and OWN[year] in world.policies and len(world.policies) >= 4
    for name in world.policies:
        policy = load_policy(name)
        assert any(character.isdigit() for character in policy.source), name
        assert all(segment.from_round < world.rounds for segment in policy.schedule)
    pairs = [(entry.policy, place) for entry in world.terms for place in entry.theatres]
    assert len(pairs) == len(set(pairs))


def test_the_schedules_turn_when_history_did() -> None:
    turns = {name: [s.from_round for s in load_policy(name).schedule] for name in OWN.values()}
    first = {1936: quarter_number("1936Q1"), 1978: quarter_number("1978Q1")}
    assert turns["appeasement-then-guarantee"] == [quarter_number(q) - first[1936] for q in ("1936Q3", "1939Q2")]
    assert turns["detente-then-containment"] == [quarter_number(q) - first[1978] for q in ("1980Q1", "1981Q2")]


def test_the_leader_of_1978_is_doubted() -> None:
    leader = next(state for state in scenario(1978).states if state.id == "USA")
    assert not leader.committed and leader.next_election == quarter_number("1980Q4") - quarter_number("1978Q1")
    assert {state.id for state in scenario(1978).states if state.credibility is not None} >= {"SUN", "CUB", "VNM"}


def test_the_war_in_abyssinia_is_on_and_sanctioned() -> None:
    declared = scenario(1936)
    world = build_world(declared, build_parameters(declared))
    place = declared.theatre_index()["abyssinia"]
    assert world.theatres.war[place] == 1 and world.theatres.sanctions[place] == pytest.approx(0.4)
    assert "GBR" in declared.theatres[place].sanctioning and "DEU" not in declared.theatres[place].sanctioning


@pytest.mark.parametrize("year", YEARS)
def test_it_runs_in_every_command(
    year: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    name = str(year)
    assert cli.main(["show", name, "--policy", OWN[year]]) == 0
    assert "What really happened" in capsys.readouterr().out
    assert cli.main(["run", name, "--policy", OWN[year], "--seed", "1", "--out", "run", "--no-figures"]) == 0
    assert cli.main(["explain", "run"]) == 0
    capsys.readouterr()
    assert cli.main(["compare", name, "--seeds", "2", "--rounds", "8", "--out", "compared", "--no-figures"]) == 0
    stdout = capsys.readouterr().out
    assert all(policy.partition("-")[0] in stdout for policy in scenario(year).policies)
    (tmp_path / "mine.toml").write_text(
        f'format = 1\nname = "mine"\ntitle = "Mine"\nquestion = "Which?"\nscenarios = ["{name}"]\n'
        "rounds = 4\nreplicates = 2\n"
    )
    assert cli.main(["batch", "mine.toml", "--out", "batch", "--workers", "1"]) == 0
    assert cli.main(["rerun", "batch", "--row", "3", "--out", "again"]) == 0
    assert load_history(tmp_path / "again").policy.name in scenario(year).policies


@pytest.mark.parametrize("year", YEARS)
def test_a_history_ends_at_its_end(year: int) -> None:
    assert simulate(str(year), OWN[year], seed=0).rounds == scenario(year).rounds
