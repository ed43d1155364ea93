"""Everything that ships loads, says where it comes from, and does what its name says."""

from pathlib import Path

import numpy as np
import pytest

from greatpowers import GreatPowersError, load_doctrine, load_policy, load_scenario, names, presets
from greatpowers.core.declare import fields_of
from greatpowers.core.levers import Levers
from greatpowers.scenario import schema
from greatpowers.scenario.build import build_parameters, build_policy, build_world
from greatpowers.scenario.checks import check_scenario
from greatpowers.scenario.errors import nearest
from greatpowers.scenario.library import configs_directory

SIX = ["laissez-faire", "sanctions-only", "containment", "appeasement", "half-a-loaf", "maximum-pressure"]
STICK = ("sanctions", "secondary", "standing", "presence", "red_line", "aid", "strike")


@pytest.mark.parametrize("name", names("doctrines"))
def test_every_doctrine_says_what_it_stands_for_and_by_whom(name: str) -> None:
    doctrine = load_doctrine(name)
    assert doctrine.name == name
    assert doctrine.summary.endswith(".")
    assert any(character.isdigit() for character in doctrine.source)


@pytest.mark.parametrize("name", names("policies"))
def test_every_policy_says_what_it_stands_for_and_by_whom(name: str) -> None:
    policy = load_policy(name)
    assert policy.name == name
    assert policy.summary
    assert any(character.isdigit() for character in policy.source)


@pytest.mark.parametrize("name", [*names("scenarios"), "template"])
@pytest.mark.parametrize("policy", names("policies"))
def test_every_scenario_builds_under_every_policy(name: str, policy: str) -> None:
    scenario = load_scenario(name)
    check_scenario(scenario)
    world = build_world(scenario, build_parameters(scenario, None))
    levers = build_policy(scenario, load_policy(policy)).levers
    assert scenario.name == name
    assert levers.sanctions.shape[1] == world.theatres.rung.size


def test_the_default_comparison_is_the_six_in_order() -> None:
    assert presets() == SIX
    assert set(SIX) < set(names("policies"))


def test_the_template_is_not_among_the_scenarios_but_loads() -> None:
    assert "template" not in names("scenarios")
    scenario = load_scenario("template")
    assert len(scenario.states) == 4
    assert len(scenario.theatres) == 2


def test_the_template_shows_every_setting_of_a_scenario() -> None:
    text = (configs_directory() / "scenarios" / "template.toml").read_text()
    for table in (schema.State, schema.Theatre, schema.Deal, schema.Alliance, schema.Base, schema.Distances):
        for name, field in table.model_fields.items():
            assert (field.alias or name) in text or name == "source"


def test_nineteenth_century_and_order_preserving_are_poles() -> None:
    greedy, loyal = load_doctrine("nineteenth-century").weights, load_doctrine("order-preserving").weights
    assert (greedy.power, greedy.order) == (1.0, 0.0)
    assert loyal.order == 1.0
    assert loyal.power < greedy.power / 3


def test_half_a_loaf_is_containment_with_a_deal() -> None:
    loaf, containment = load_policy("half-a-loaf").levers, load_policy("containment").levers
    assert {lever: loaf.get(lever) for lever in STICK} == {lever: containment.get(lever) for lever in STICK}
    assert loaf["deal"] == 1
    assert "deal" not in containment


def test_laissez_faire_pulls_no_lever() -> None:
    scenario = load_scenario("template")
    levers = build_policy(scenario, load_policy("laissez-faire")).levers
    resting = {"red_line": 9.0, "tranches": 4.0, "carve_out": 1.0, "spoiler_limit": 1.0}
    for declared in fields_of(Levers):
        assert np.all(getattr(levers, declared.name) == resting.get(declared.name, 0.0))


def test_a_user_s_file_loads_by_its_path(tmp_path: Path) -> None:
    for kind, load, name in (("scenarios", load_scenario, "template"), ("policies", load_policy, "containment")):
        copy = tmp_path / f"{name}-copy.toml"
        copy.write_bytes((configs_directory() / kind / f"{name}.toml").read_bytes())
        assert load(copy) == load(name)
        assert load(str(copy)) == load(name)


def test_windows_line_ends_and_byte_order_marks_are_read(tmp_path: Path) -> None:
    text = (configs_directory() / "policies" / "containment.toml").read_text(encoding="utf-8")
    path = tmp_path / "windows.toml"
    path.write_bytes(b"\xef\xbb\xbf" + text.replace("\n", "\r\n").encode())
    assert load_policy(path) == load_policy("containment")


def test_the_nearest_name_is_found_or_none() -> None:
    assert nearest("contanment", SIX) == "containment"
    assert nearest("Containment", SIX) == "containment"
    assert nearest("zzz", SIX) == ""


def test_an_unknown_kind_is_refused() -> None:
    with pytest.raises(GreatPowersError, match="Did you mean 'scenarios'"):
        names("scenario")
