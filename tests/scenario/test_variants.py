"""Policies that build on another: a variant keeps its terms, and levers that hold everywhere win over all terms."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from greatpowers import GreatPowersError, load_policy, load_scenario
from greatpowers.core.levers import Policy
from greatpowers.scenario.build import build_policy
from greatpowers.scenario.kinds import LEVERS
from greatpowers.scenario.library import locate, names
from greatpowers.scenario.load import read_policy
from greatpowers.scenario.schema import PolicyPreset, Terms
from greatpowers.scenario.tables import policy_table
from greatpowers.storage.manifest import configuration

SCENARIO = load_scenario("2017")


def variant(**settings: Any) -> Any:
    return read_policy({"format": 1, "name": "mine", "title": "Mine", **settings})


def test_a_variant_of_a_policy_is_that_policy_with_its_terms() -> None:
    mine, theirs = build_policy(SCENARIO, variant(policy="half-a-loaf")), load_policy("half-a-loaf")
    for name in LEVERS:
        assert np.array_equal(getattr(mine.levers, name), getattr(build_policy(SCENARIO, theirs).levers, name)), name


def test_levers_of_a_variant_give_way_to_terms_and_those_everywhere_do_not() -> None:
    usual = build_policy(SCENARIO, variant(policy="half-a-loaf", levers={"sanctions": 0.6})).levers.sanctions[0]
    everywhere = build_policy(SCENARIO, variant(policy="half-a-loaf", everywhere={"sanctions": 0.6})).levers.sanctions[
        0
    ]
    assert set(usual) == {0.1, 0.6}, "kashmir and others keep the little that the scenario's terms give them"
    assert set(everywhere) == {0.6}


def test_a_segment_has_levers_everywhere_of_its_own() -> None:
    schedule = [{"from_round": 8, "policy": "containment", "everywhere": {"aid": 0.9}}]
    built = build_policy(SCENARIO, variant(policy="half-a-loaf", schedule=schedule))
    plain = build_policy(SCENARIO, load_policy("containment"))
    assert set(built.levers.aid[1]) == {0.9}
    assert np.array_equal(built.levers.presence[1], plain.levers.presence[0])
    assert len(set(built.levers.aid[0])) > 1


def test_the_table_shows_no_exceptions_where_there_are_none() -> None:
    rows = policy_table(SCENARIO, variant(policy="half-a-loaf", everywhere={"deal": 0.0, "aid": 0.3}))
    assert [row["value"] for row in rows if row["lever"] == "aid"] == [0.3]
    assert not [row for row in rows if row["lever"] == "deal"]


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"policy": "mine"}, ["names itself"]),
        ({"policy": "half-a-laof"}, ["no policy 'half-a-laof'", "half-a-loaf"]),
        ({"policy": "reluctant-then-containment"}, ["'reluctant-then-containment'", "schedule of its own"]),
        ({"everywhere": {"aidd": 0.1}}, ["no lever 'aidd'", "'aid'"]),
        ({"everywhere": {"aid": 1.1}}, ["'aid' is 1.1"]),
    ],
)
def test_what_is_wrong_is_told_in_a_sentence(settings: dict[str, Any], words: list[str]) -> None:
    with pytest.raises(GreatPowersError) as error:
        variant(**settings)
    assert all(word in str(error.value) for word in words), str(error.value)


def test_a_variant_of_a_variant_is_refused(tmp_path: Path) -> None:
    (tmp_path / "one.toml").write_text('format = 1\nname = "one"\ntitle = "One"\npolicy = "containment"\n')
    (tmp_path / "two.toml").write_text('format = 1\nname = "two"\ntitle = "Two"\npolicy = "one"\n')
    load_policy(tmp_path / "one.toml")
    with pytest.raises(GreatPowersError, match="'one' is a variant of 'containment'"):
        load_policy(tmp_path / "two.toml")


SHIPPED = [(scenario, policy) for scenario in names("scenarios") for policy in names("policies")]


def same(one: Policy, other: Policy) -> bool:
    return np.array_equal(one.starts, other.starts) and one.levers.tobytes() == other.levers.tobytes()


@pytest.mark.parametrize(("scenario", "policy"), SHIPPED)
def test_a_copy_of_a_policy_under_another_name_is_the_same_policy(scenario: str, policy: str, tmp_path: Path) -> None:
    """Copied as `list policies` advises, loaded, written with results, and loaded again."""
    world, shipped = load_scenario(scenario), load_policy(policy)
    text = locate("policies", policy)[0].read_text(encoding="utf-8")
    copy = tmp_path / "mine.toml"
    copy.write_text(text.replace(f'name = "{policy}"', 'name = "mine"', 1), encoding="utf-8")
    mine = load_policy(copy)
    assert mine.name == "mine"
    assert same(build_policy(world, mine), build_policy(world, shipped))
    for name, written in configuration(world, [mine]).items():
        (tmp_path / name).write_text(written, encoding="utf-8")
    again = build_policy(load_scenario(tmp_path / "config.toml"), load_policy(copy))
    assert same(again, build_policy(world, shipped))


def test_half_a_loaf_and_its_twin_differ_by_the_offer_alone() -> None:
    offer, none = (build_policy(SCENARIO, load_policy(name)) for name in ("half-a-loaf", "half-a-loaf-without-offer"))
    for name in LEVERS:
        assert np.array_equal(getattr(offer.levers, name), getattr(none.levers, name)) == (name != "deal"), name


def test_a_copy_without_its_terms_is_refused_where_the_scenario_has_some() -> None:
    own = PolicyPreset(name="containment", title="Mine", levers=load_policy("containment").levers)
    build_policy(load_scenario("1913"), own)
    with pytest.raises(GreatPowersError, match=r'does not ask for the terms .* write terms = \["containment"\]'):
        build_policy(SCENARIO, own)
    with pytest.raises(GreatPowersError, match=r"'terms' names 'containmnt'.*'containment'"):
        build_policy(SCENARIO, own.model_copy(update={"name": "mine", "terms": ("containmnt",)}))


def test_the_copy_of_a_user_s_policy_keeps_its_terms(tmp_path: Path) -> None:
    """A scenario beside policies: the terms are asked for by a policy of another name."""
    head = 'format = 1\nname = "{}"\ntitle = "Mine"\nterms = ["stern"]\n[levers]\nsanctions = 0.5\n'
    (tmp_path / "copy.toml").write_text(head.format("copy"), encoding="utf-8")
    terms = (Terms(policy="stern", theatres=("donbas",), levers={"aid": 0.9}),)
    for name, text in configuration(
        SCENARIO.model_copy(update={"terms": terms}), [load_policy(tmp_path / "copy.toml")]
    ).items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    world = load_scenario(tmp_path / "config.toml")
    built = build_policy(world, load_policy(tmp_path / "copy.toml"))
    assert built.levers.aid[0, world.theatre_index()["donbas"]] == 0.9
    (tmp_path / "copy.toml").unlink()
    with pytest.raises(GreatPowersError, match="there is no such policy"):
        load_scenario(tmp_path / "config.toml")
