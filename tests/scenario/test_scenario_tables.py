"""Tables for people: plain rows, one per thing, with sources."""

from greatpowers import load_policy, load_scenario
from greatpowers.core.parameters import Parameters
from greatpowers.scenario.build import build_parameters
from greatpowers.scenario.tables import parameter_table, policy_table, state_table, theatre_table


def test_states_show_their_weights_shares_and_reasons() -> None:
    rows = state_table(load_scenario("template"))
    assert [row["id"] for row in rows] == ["Arda", "Birch", "Cedar", "Dale"]
    assert sum(row["power"] for row in rows) == round(sum(row["power"] for row in rows), 3) == 1
    assert rows[0]["doctrine"] == "nineteenth-century (adapted)"
    assert rows[0]["welfare"] == 0.4
    assert rows[2]["leadership"] == "reluctant"
    assert all("source" in row for row in rows)


def test_theatres_show_what_is_going_on() -> None:
    border, election = theatre_table(load_scenario("template"))
    assert border["rung"] == "3 proxy-support"
    assert border["sanctioning"] == "Cedar, Dale"
    assert border["presence"] == "Cedar 0.01"
    assert election["ceiling"] == "2 provocation"
    assert election["deal"] == "none"


def test_a_policy_shows_its_levers_by_segment_and_its_terms_by_place() -> None:
    scenario = load_scenario("template")
    rows = policy_table(scenario, load_policy("half-a-loaf"))
    keep = [(row["theatres"], row["value"]) for row in rows if row["lever"] == "keep"]
    assert keep == [("everywhere", 0.5), ("borderland", 0.3)]
    assert policy_table(scenario, load_policy("laissez-faire")) == []
    later = policy_table(scenario, load_policy("reluctant-then-containment"))
    assert {(row["from_round"], row["policy"]) for row in later} == {
        (0, "reluctant-then-containment"),
        (8, "containment"),
    }


def test_every_parameter_has_its_range_unit_meaning_and_source() -> None:
    rows = parameter_table(build_parameters(load_scenario("template"), {"clash": 0.2}))
    assert [row["name"] for row in rows] == list(Parameters._fields)
    assert next(row for row in rows if row["name"] == "clash")["value"] == 0.2
    for row in rows:
        assert row["low"] <= row["value"] <= row["high"]
        assert row["unit"] and row["meaning"] and row["source"]
