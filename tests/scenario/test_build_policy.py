"""Schedules and terms become the right lever at the right time and place."""

from typing import Any

import numpy as np

from greatpowers import Scenario, load_policy, load_scenario
from greatpowers.core.declare import fields_of
from greatpowers.core.levers import Levers
from greatpowers.scenario.build import build_policy
from greatpowers.scenario.load import read_policy, read_scenario

STATES = [
    {"id": name, "doctrine": "greedy", "economy": 1.0, "capability": 1.0, "lat": 0.0, "lon": float(lon)}
    for lon, name in enumerate("AB")
]


def scenario_with(terms: list[dict[str, Any]]) -> Scenario:
    theatres = [{"id": name, "challenger": "A", "host": "B", "salience": 0.5} for name in ("east", "west")]
    data = {"format": 1, "name": "t", "title": "T", "state": STATES, "theatre": theatres, "terms": terms}
    return read_scenario(data)


def policy(**settings: Any) -> Any:
    return read_policy({"format": 1, "name": "mine", "title": "Mine", **settings})


def test_levers_left_out_are_off_and_truth_values_are_switches() -> None:
    built = build_policy(scenario_with([]), policy(levers={"sanctions": 0.4, "deal": True}))
    assert built.starts.tolist() == [0]
    assert built.levers.sanctions.tolist() == [[0.4, 0.4]]
    assert built.levers.deal.tolist() == [[1.0, 1.0]]
    assert built.levers.red_line.tolist() == [[9.0, 9.0]]
    assert built.levers.aid.tolist() == [[0.0, 0.0]]


def test_every_lever_has_a_row_per_segment_and_a_column_per_theatre() -> None:
    built = build_policy(scenario_with([]), load_policy("reluctant-then-containment"))
    for declared in fields_of(Levers):
        array = getattr(built.levers, declared.name)
        assert array.shape == (2, 2)
        assert array.dtype == np.float64


def test_a_schedule_follows_the_policies_it_names() -> None:
    built = build_policy(scenario_with([]), load_policy("reluctant-then-containment"))
    containment = build_policy(scenario_with([]), load_policy("containment"))
    assert built.starts.tolist() == [0, 8]
    assert built.levers.sanctions[:, 0].tolist() == [0.3, 0.8]
    for name in (declared.name for declared in fields_of(Levers)):
        assert np.array_equal(getattr(built.levers, name)[1], getattr(containment.levers, name)[0])


def test_a_segment_can_change_the_policy_it_names_or_stand_alone() -> None:
    schedule = [
        {"from_round": 4, "policy": "containment", "levers": {"aid": 0.9}},
        {"from_round": 9, "levers": {"sanctions": 0.1}},
    ]
    levers = build_policy(scenario_with([]), policy(levers={"strike": 1.0}, schedule=schedule)).levers
    assert levers.aid[:, 0].tolist() == [0.0, 0.9, 0.0]
    assert levers.sanctions[:, 0].tolist() == [0.0, 0.8, 0.1]
    assert levers.strike[:, 0].tolist() == [1.0, 0.0, 0.0]


def test_terms_change_single_levers_in_the_theatres_they_name() -> None:
    terms = [{"policy": "half-a-loaf", "theatres": ["west"], "levers": {"keep": 0.1, "neutrality": 0.0}}]
    levers = build_policy(scenario_with(terms), load_policy("half-a-loaf")).levers
    assert levers.keep.tolist() == [[0.5, 0.1]]
    assert levers.neutrality.tolist() == [[1.0, 0.0]]
    assert levers.relief.tolist() == [[0.8, 0.8]]


def test_terms_of_another_policy_do_not_apply() -> None:
    terms = [{"policy": "appeasement", "theatres": ["west"], "levers": {"keep": 0.1}}]
    levers = build_policy(scenario_with(terms), load_policy("half-a-loaf")).levers
    assert levers.keep.tolist() == [[0.5, 0.5]]


def test_terms_apply_in_the_segments_that_follow_their_policy() -> None:
    terms = [{"policy": "containment", "theatres": ["east"], "levers": {"aid": 0.05}}]
    levers = build_policy(scenario_with(terms), load_policy("reluctant-then-containment")).levers
    assert levers.aid.tolist() == [[0.1, 0.1], [0.05, 0.5]]


def test_terms_of_the_scheduled_policy_itself_win() -> None:
    terms = [
        {"policy": "reluctant-then-containment", "theatres": ["east"], "levers": {"aid": 0.7}},
        {"policy": "containment", "theatres": ["east", "west"], "levers": {"aid": 0.05}},
    ]
    levers = build_policy(scenario_with(terms), load_policy("reluctant-then-containment")).levers
    assert levers.aid.tolist() == [[0.7, 0.1], [0.7, 0.05]]


def test_the_template_has_terms_of_its_own() -> None:
    levers = build_policy(load_scenario("template"), load_policy("half-a-loaf")).levers
    assert levers.keep.tolist() == [[0.3, 0.5]]
