"""Tables for people: plain rows, one per thing, with sources."""

from greatpowers import load_policy, load_scenario
from greatpowers.core.parameters import Parameters
from greatpowers.scenario.build import build_parameters, build_policy, policy_differences
from greatpowers.scenario.kinds import IN_A_DEAL, LEVERS
from greatpowers.scenario.tables import parameter_table, policy_table, state_table, theatre_table


def test_states_show_their_weights_shares_and_reasons() -> None:
    rows = state_table(load_scenario("template"))
    assert [row["id"] for row in rows] == ["Arda", "Birch", "Cedar", "Dale"]
    assert sum(row["power"] for row in rows) == round(sum(row["power"] for row in rows), 3) == 1
    assert rows[0]["doctrine"] == "nineteenth-century (adapted)"
    assert rows[0]["welfare_weight"] == 0.4
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


def test_what_two_policies_differ_in_is_told_place_by_place() -> None:
    world = load_scenario("2017")
    twins = policy_differences(world, load_policy("half-a-loaf"), load_policy("half-a-loaf-without-offer"))
    assert [(row["lever"], row["theatres"], row["one"], row["other"]) for row in twins] == [
        ("deal", "donbas, syria-russia, iran-nuclear", 1.0, 0.0)
    ]
    assert policy_differences(world, load_policy("containment"), load_policy("containment")) == []
    rows = policy_differences(world, load_policy("half-a-loaf"), load_policy("containment"))
    differences = {
        (row["lever"], place): (row["one"], row["other"]) for row in rows for place in row["theatres"].split(", ")
    }
    one, other = (build_policy(world, load_policy(name)).levers for name in ("half-a-loaf", "containment"))
    for k, theatre in enumerate(world.theatres):
        offered = one.deal[0, k] == 1
        for name in LEVERS:
            pair = (getattr(one, name)[0, k], getattr(other, name)[0, k])
            counts = pair[0] != pair[1] and (offered or name not in IN_A_DEAL)
            assert differences.get((name, theatre.id)) == (pair if counts else None)


def test_differences_are_told_from_each_round_in_which_something_changes() -> None:
    world = load_scenario("template")
    rows = policy_differences(world, load_policy("reluctant-then-containment"), load_policy("containment"))
    assert {row["from_round"] for row in rows} == {0}, "from round 8 on they are the same"
    back = policy_differences(world, load_policy("containment"), load_policy("laissez-faire"))
    assert {(row["lever"], row["theatres"]) for row in back} >= {
        ("sanctions", "everywhere"),
        ("red_line", "everywhere"),
    }
