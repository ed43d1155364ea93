"""What really happened, and a scenario's own comparison: checked when read, and no part of any run."""

import tomllib
from pathlib import Path
from typing import Any

import pytest

from greatpowers import GreatPowersError, compare, load_policy, load_scenario, names, presets, simulate
from greatpowers.scenario.library import configs_directory
from greatpowers.scenario.load import compared, read_scenario
from greatpowers.storage.manifest import scenario_text

SIX = ["laissez-faire", "sanctions-only", "containment", "appeasement", "half-a-loaf", "maximum-pressure"]
GOOD = {"quarter": "2001Q1", "theatre": "borderland", "rung": 4, "text": "It came to fighting."}


def template(**changes: Any) -> dict[str, Any]:
    data = tomllib.loads((configs_directory() / "scenarios" / "template.toml").read_text(encoding="utf-8"))
    return {**data, **changes}


def test_war_may_have_come_above_a_ceiling_where_fire_is_exchanged() -> None:
    data = template(happened=[{**GOOD, "rung": "war"}])
    data["theatre"] = [{**place, "ceiling": 4} if place["id"] == "borderland" else place for place in data["theatre"]]
    assert read_scenario(data).happened[0].rung == 7
    data["happened"] = [{**GOOD, "rung": 5}]
    with pytest.raises(
        GreatPowersError, match=r"'rung' is 5 \(open-intervention\), above the ceiling of 'borderland', 4"
    ):
        read_scenario(data)


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        (
            {"happened_to": "2020Q1"},
            "mine.toml: 'happened_to' is 2020Q1, outside what a run covers; expected one from 2000Q1 to 2019Q4.",
        ),
        (
            {"happened_to": "2000Q4", "happened": [GOOD]},
            "mine.toml: 'happened_to' is 2000Q4, but an event of 2001Q1 is listed; expected 2001Q1 or later.",
        ),
        ({"happened_to": "2004"}, "'happened_to' is \"2004\"; expected a year and quarter in quotes"),
        (
            {"happened_under": "containmnet"},
            "mine.toml: 'happened_under' names 'containmnet', and there is no such policy. Did you mean 'containment'?",
        ),
        ({"happened": [{**GOOD, "doubted": "no"}]}, "'doubted' is \"no\"; expected true or false"),
    ],
)
def test_each_mistake_in_how_far_it_goes_has_its_sentence(changes: dict[str, Any], sentence: str) -> None:
    with pytest.raises(GreatPowersError) as caught:
        read_scenario(template(**changes), "mine.toml")
    assert sentence in str(caught.value)


CASES = [
    (
        [{**GOOD, "theatre": "bordeland"}],
        ("happened number 1: 'theatre' names 'bordeland', but no theatre has that id. Did you mean 'borderland'?"),
    ),
    (
        [{**GOOD, "theatre": "election", "rung": "war"}],
        (
            "happened number 1: 'rung' is 7 (war), above the ceiling of 'election', 2 "
            "(provocation); expected a rung up to the ceiling."
        ),
    ),
    (
        [{**GOOD, "quarter": "1999Q4"}],
        ("happened number 1: 'quarter' is 1999Q4, outside what a run covers; expected one from 2000Q1 to 2019Q4."),
    ),
    (
        [{**GOOD, "quarter": "2020Q1"}],
        ("happened number 1: 'quarter' is 2020Q1, outside what a run covers; expected one from 2000Q1 to 2019Q4."),
    ),
    (
        [GOOD, {**GOOD, "quarter": "2000Q4"}],
        ("happened number 2: 'quarter' is 2000Q4, before the 2001Q1 above it; expected them in order of time."),
    ),
    (
        [{"quarter": "2001Q1", "rung": 3, "text": "Somewhere."}],
        ("happened number 1: 'rung' is 3 without a 'theatre'; expected both, or no rung."),
    ),
    ([{**GOOD, "rung": "wra"}], "'rung' is \"wra\", which is no rung. Did you mean 'war'?"),
    ([{**GOOD, "when": "then"}], "happened number 1: there is no setting 'when'."),
    (
        [{**GOOD, "quarter": "2001"}],
        ('happened number 1: \'quarter\' is "2001"; expected a year and quarter in quotes, such as "2017Q1"'),
    ),
    ([{**GOOD, "text": ""}], "happened number 1: 'text' is \"\"; expected a text in quotes, not empty"),
    (GOOD, "'happened' is a table; expected tables written with double brackets, [[happened]]."),
]


@pytest.mark.parametrize(("happened", "sentence"), CASES)
def test_each_mistake_in_what_happened_has_its_sentence(happened: Any, sentence: str) -> None:
    with pytest.raises(GreatPowersError) as caught:
        read_scenario(template(happened=happened), "mine.toml")
    assert sentence in str(caught.value)


@pytest.mark.parametrize(
    ("policies", "sentence"),
    [
        (
            ["containmnet"],
            ("mine.toml: 'policies' names 'containmnet', and there is no such policy. Did you mean 'containment'?"),
        ),
        (["containment", "containment"], "mine.toml: 'policies' names 'containment' more than once."),
        ("containment", "mine.toml: 'policies' is \"containment\"; expected a list"),
    ],
)
def test_each_mistake_in_the_policies_has_its_sentence(policies: Any, sentence: str) -> None:
    with pytest.raises(GreatPowersError) as caught:
        read_scenario(template(policies=policies), "mine.toml")
    assert sentence in str(caught.value)


def test_what_happened_touches_no_number_of_a_run() -> None:
    scenario = load_scenario("1913")
    without = scenario.model_copy(update={"happened": (), "policies": ()})
    one, other = (simulate(world, "concert", seed=5) for world in (scenario, without))
    for ours, theirs in zip(one.track, other.track, strict=True):
        assert ours.tobytes() == theirs.tobytes()
    assert one.codes.tobytes() == other.codes.tobytes() and one.numbers.tobytes() == other.numbers.tobytes()


def test_the_default_comparison_stays_the_six_presets_except_where_a_scenario_has_its_own() -> None:
    assert presets() == SIX
    for name in names("scenarios"):
        own = load_scenario(name).policies
        assert compared(load_scenario(name)) == (list(own) or SIX)
    assert [name for name in names("scenarios") if load_scenario(name).policies] == ["1913", "1936", "1978", "2025"]
    assert compare("template", seeds=1, rounds=1).names == SIX
    assert compare("1913", seeds=1, rounds=1).names == list(load_scenario("1913").policies)


def test_a_saved_history_keeps_what_happened_and_loads_again(tmp_path: Path) -> None:
    place = simulate("1936", "concert", 1, 4).save(tmp_path / "run")
    again = load_scenario(place / "config.toml")
    assert again.happened == load_scenario("1936").happened
    assert again.policies == load_scenario("1936").policies


def test_a_user_s_policy_may_be_compared_and_is_left_out_of_what_is_saved_without_it(tmp_path: Path) -> None:
    (tmp_path / "mine.toml").write_text('format = 1\nname = "mine"\ntitle = "Mine"\n[levers]\naid = 0.1\n')
    scenario = read_scenario(template(policies=["laissez-faire", "mine"]), "world.toml", beside=tmp_path)
    scenario = scenario.model_copy(update={"happened_under": "mine"})
    text = tomllib.loads(scenario_text(scenario, [load_policy("containment")]))
    assert text["policies"] == ["laissez-faire"] and "happened_under" not in text
    with_it = tomllib.loads(scenario_text(scenario, [load_policy(tmp_path / "mine.toml")]))
    assert with_it["policies"] == ["laissez-faire", "mine"] and with_it["happened_under"] == "mine"
