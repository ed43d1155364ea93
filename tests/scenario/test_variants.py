"""Policies that build on another: a variant keeps its terms, and levers that hold everywhere win over all terms."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from greatpowers import GreatPowersError, load_policy, load_scenario
from greatpowers.scenario.build import build_policy
from greatpowers.scenario.kinds import LEVERS
from greatpowers.scenario.load import read_policy
from greatpowers.scenario.tables import policy_table

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
