"""The state of a page: what a link holds is what the library plays."""

import json
import re
from typing import Any

import numpy as np
import pytest

from greatpowers import GreatPowersError, compare, load_policy, load_scenario, names, simulate
from greatpowers.scenario.build import InForce, build_policy, segments_of
from greatpowers.scenario.kinds import LEVERS
from greatpowers.scenario.load import read_policy
from greatpowers.scenario.tables import policy_table
from greatpowers.server.labels import WORDS, range_of
from greatpowers.server.page import served_page
from greatpowers.server.start import state_of_run
from greatpowers.server.state import Change, LabState, Settings, pack
from greatpowers.server.worlds import against_object, leading_states, own_by_place, policy_object, scenario_object

EVERYTHING = LabState().changed(
    policy="containment",
    levers={"sanctions": 0.35, "red_line": 4},
    changes=(
        Change(from_round=20, policy="half-a-loaf"),
        Change(from_round=8, levers={"deal": 1.0}),
    ),
    doctrines={"CHN": "greedy"},
    resolve="committed",
    seed=77,
    rounds=40,
    against="sanctions-only",
    against_set=Settings(levers={"aid": 0.2}),
    view="compare",
    cursor=17,
)


def levers_of(state: LabState, at: int) -> dict[str, np.ndarray[Any, Any]]:
    """Every lever [theatres] of a state's policy in force at a round."""
    built = build_policy(scenario_object(state), policy_object(state))
    segment = np.flatnonzero(built.starts <= at)[-1]
    return {name: getattr(built.levers, name)[segment] for name in LEVERS}


@pytest.mark.parametrize("state", [LabState(), EVERYTHING, LabState(scenario="synthetic", policy="appeasement")])
def test_a_link_gives_back_the_state(state: LabState) -> None:
    link = state.encode()
    assert LabState.decode(link) == state
    assert LabState.decode(link).encode() == link
    assert all(letter.isalnum() or letter in "-_" for letter in link)


def test_equal_settings_are_equal_states_whatever_the_order_they_were_made_in() -> None:
    one, two = Change(from_round=8, levers={"deal": 1.0}), Change(from_round=20, policy="containment")
    assert LabState(changes=(one, two)) == LabState(changes=(two, one))
    first = LabState().changed(levers={"aid": 0.5, "keep": 0.1})
    assert first.encode() == LabState().changed(levers={"keep": 0.1, "aid": 0.5}).encode()


def test_a_policy_with_nothing_set_over_it_is_the_shipped_one() -> None:
    for name in names("policies"):
        assert policy_object(LabState().changed(policy=name)) == load_policy(name)


def test_the_default_page_plays_what_the_library_plays() -> None:
    state = LabState()
    here = simulate(scenario_object(state), policy_object(state), state.seed, state.rounds)
    there = simulate("2017", "half-a-loaf", seed=state.seed)
    assert here.track.metrics.tobytes() == there.track.metrics.tobytes()
    assert here.manifest["config_sha256"] == there.manifest["config_sha256"]


def test_a_lever_holds_in_every_theatre_and_the_rest_of_the_terms_stay() -> None:
    plain, moved = levers_of(LabState(), 0), levers_of(LabState().changed(levers={"sanctions": 0.25}), 0)
    assert set(moved["sanctions"]) == {0.25}
    assert len(set(plain["sanctions"])) > 1, "the scenario's terms set sanctions apart in some places"
    for name in set(LEVERS) - {"sanctions"}:
        assert np.array_equal(plain[name], moved[name]), name


def test_a_change_leaves_everything_before_it_as_it_was() -> None:
    state = LabState().changed(changes=(Change(from_round=20, policy="maximum-pressure"),))
    plain = simulate("2017", "half-a-loaf", seed=state.seed)
    changed = simulate(scenario_object(state), policy_object(state), state.seed)
    assert changed.track.metrics[:20].tobytes() == plain.track.metrics[:20].tobytes()
    assert changed.track.metrics[20:].tobytes() != plain.track.metrics[20:].tobytes()


def test_a_change_of_policy_is_that_policy_from_its_round_on() -> None:
    state = LabState().changed(changes=(Change(from_round=20, policy="maximum-pressure"),))
    there = levers_of(LabState().changed(policy="maximum-pressure"), 0)
    for name, value in levers_of(state, 20).items():
        assert np.array_equal(value, there[name]), name


def test_a_lever_dropped_at_a_round_holds_until_another_policy_ends_it() -> None:
    changes = (Change(from_round=8, levers={"aid": 0.9}), Change(from_round=20, policy="containment"))
    state = LabState().changed(changes=changes)
    assert set(levers_of(state, 12)["aid"]) == {0.9}
    for name, value in levers_of(state, 25).items():
        assert np.array_equal(value, levers_of(LabState().changed(policy="containment"), 0)[name]), name


def test_a_lever_change_keeps_what_the_policy_had_planned_for_later() -> None:
    state = LabState().changed(
        policy="reluctant-then-containment", changes=(Change(from_round=4, levers={"aid": 0.9}),)
    )
    assert set(levers_of(state, 2)["aid"]) == {0.1}
    assert set(levers_of(state, 5)["aid"]) == {0.9}
    assert set(levers_of(state, 5)["sanctions"]) == {0.3}
    assert max(levers_of(state, 9)["sanctions"]) == 0.8
    assert set(levers_of(state, 9)["aid"]) == {0.9}


def in_force(state: LabState, at: int) -> InForce:
    """What the policy of a state does at a round."""
    return [part for part in segments_of(policy_object(state)) if part.start <= at][-1]


def test_levers_in_words_are_those_in_force() -> None:
    settings = [in_force(EVERYTHING, at).levers for at in (0, 8, 20)]
    assert settings[0]["sanctions"] == 0.35
    assert settings[1]["deal"] == 1.0
    assert settings[2]["sanctions"] == 0.8


@pytest.mark.parametrize("state", [LabState(), EVERYTHING, LabState().changed(places={"donbas": {"aid": 0.9}})])
def test_every_place_with_a_setting_of_its_own_is_named_with_it(state: LabState) -> None:
    for at in (0, 10, 30):
        now = in_force(state, at)
        own = own_by_place(scenario_object(state), now)
        ids = [theatre.id for theatre in load_scenario("2017").theatres]
        for name, values in levers_of(state, at).items():
            assert [own[name].get(place, now.levers[name]) for place in ids] == values.tolist(), name


def bytes_of(state: LabState) -> bytes:
    return b"".join(values.tobytes() for values in levers_of(state, 0).values())


def test_a_lever_of_the_others_leaves_every_place_its_own_setting() -> None:
    plain = levers_of(LabState(), 0)["sanctions"]
    moved = levers_of(LabState().changed(elsewhere={"sanctions": 0.25}), 0)["sanctions"]
    assert len(set(plain.tolist())) == 2
    assert np.array_equal(moved, np.where(plain == 0.8, 0.25, plain))
    assert bytes_of(LabState().changed(elsewhere={"sanctions": 0.8})) == bytes_of(LabState())


def test_a_place_whose_own_setting_happens_to_be_the_general_one_keeps_it_too() -> None:
    own = own_by_place(load_scenario("2017"), in_force(LabState(), 0))["deal"]
    assert own["donbas"] == 1.0 == load_policy("half-a-loaf").levers["deal"]
    place = load_scenario("2017").theatre_index()["donbas"]
    assert levers_of(LabState().changed(elsewhere={"deal": 0.0}), 0)["deal"][place] == 1.0


def test_a_lever_in_proportion_changes_what_every_place_has() -> None:
    plain = levers_of(LabState(), 0)
    moved = levers_of(LabState().changed(scaled={"sanctions": 0.4}), 0)
    assert moved["sanctions"].tolist() == pytest.approx((plain["sanctions"] / 2).tolist())
    for name in set(LEVERS) - {"sanctions"}:
        assert np.array_equal(plain[name], moved[name]), name
    more = levers_of(LabState().changed(scaled={"presence": 1.0}), 0)["presence"]
    assert more.max() == 1.0, "kept within the lever's range"


def test_a_lever_in_one_place_changes_it_there_and_nowhere_else() -> None:
    plain, moved = levers_of(LabState(), 0), levers_of(LabState().changed(places={"donbas": {"sanctions": 0.1}}), 0)
    place = load_scenario("2017").theatre_index()["donbas"]
    for name in LEVERS:
        differs = np.flatnonzero(plain[name] != moved[name]).tolist()
        assert differs == ([place] if name == "sanctions" else []), name
    over = LabState().changed(levers={"sanctions": 0.5}, places={"donbas": {"sanctions": 0.1}})
    assert set(np.delete(levers_of(over, 0)["sanctions"], place)) == {0.5}
    assert levers_of(over, 0)["sanctions"][place] == 0.1


def test_a_place_set_from_a_round_on_and_by_the_policy_compared_with() -> None:
    change = Change(from_round=8, places={"donbas": {"aid": 1.0}}, elsewhere={"aid": 0.2})
    state = LabState().changed(changes=(change,), against="containment", against_set=Settings(scaled={"aid": 0.1}))
    place = load_scenario("2017").theatre_index()["donbas"]
    assert np.array_equal(levers_of(state, 7)["aid"], levers_of(LabState(), 0)["aid"])
    assert levers_of(state, 8)["aid"][place] == 1.0
    assert LabState.decode(state.encode()) == state
    compared = build_policy(scenario_object(state), against_object(state)).levers.aid[0]
    plain = build_policy(load_scenario("2017"), load_policy("containment")).levers.aid[0]
    assert compared.tolist() == pytest.approx((plain / 5).tolist())


def test_a_place_of_no_world_is_told_in_a_sentence() -> None:
    with pytest.raises(GreatPowersError, match="no theatre 'donbass'.*donbas"):
        scenario_object(LabState().changed(places={"donbass": {"aid": 0.5}}))


def test_an_old_link_with_levers_of_the_policy_compared_with_opens() -> None:
    fields = LabState().model_dump(mode="json", exclude_defaults=True) | {"against_levers": {"aid": 0.2}}
    assert LabState.decode(pack(json.dumps(fields))).against_set == Settings(levers={"aid": 0.2})


def test_the_policy_compared_with_never_has_the_name_of_the_other() -> None:
    for state in (LabState(), EVERYTHING, LabState().changed(against="half-a-loaf")):
        assert policy_object(state).name != against_object(state).name
    same = LabState().changed(against="half-a-loaf")
    comparison = compare(scenario_object(same), [against_object(same), policy_object(same)], seeds=3, rounds=12)
    assert comparison.runs.xs(comparison.names[0]).equals(comparison.runs.xs(comparison.names[1]))


def test_doctrines_and_resolve_are_what_the_scenario_then_has() -> None:
    states = {state.id: state for state in scenario_object(EVERYTHING).states}
    plain = {state.id: state for state in load_scenario("2017").states}
    assert (states["CHN"].doctrine, states["CHN"].weights) == ("greedy", {})
    assert states["USA"].committed and not plain["USA"].committed
    assert states["RUS"] == plain["RUS"]


def test_leading_states_are_the_strong_the_leader_and_the_challengers() -> None:
    scenario = load_scenario("2017")
    ids = [state.id for state in leading_states(scenario)]
    assert {"USA", "CHN", "IND", "JPN", "GBR", "FRA", *(theatre.challenger for theatre in scenario.theatres)} == set(
        ids
    )


def test_a_variant_can_be_written_to_a_file_and_read_again() -> None:
    policy = policy_object(EVERYTHING)
    again = read_policy(policy.model_dump(exclude_none=True))
    assert again == policy
    rows = policy_table(scenario_object(EVERYTHING), policy)
    places = {row["theatres"] for row in rows if row["lever"] == "sanctions" and row["from_round"] == 0}
    assert len(places) == 1, "a lever that holds everywhere has no exceptions in the table"


@pytest.mark.parametrize(
    "state",
    [
        LabState(),
        EVERYTHING,
        LabState().changed(elsewhere={"aid": 0.9}, scaled={"sanctions": 0.4}, places={"donbas": {"deal": 0.0}}),
        LabState().changed(changes=(Change(from_round=8, elsewhere={"aid": 1.0}, places={"iraq": {"aid": 0.1}}),)),
    ],
)
def test_a_run_can_be_opened_again(state: LabState, tmp_path: Any) -> None:
    from greatpowers import load_history

    history = simulate(scenario_object(state), policy_object(state), state.seed, state.rounds)
    history.save(tmp_path / "run")
    reopened = state_of_run(load_history(tmp_path / "run"))
    again = simulate(scenario_object(reopened), policy_object(reopened), reopened.seed, reopened.rounds)
    assert again.track.metrics.tobytes() == history.track.metrics.tobytes()


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"policy": "half-a-laof"}, ["no policy 'half-a-laof'", "half-a-loaf"]),
        ({"policy": "../../etc/passwd"}, ["letters, digits"]),
        ({"scenario": "nowhere"}, ["no scenario 'nowhere'"]),
        ({"levers": {"sanction": 0.5}}, ["no lever 'sanction'", "'sanctions'"]),
        ({"levers": {"sanctions": 1.5}}, ["'sanctions' is 1.5", "from 0 to 1"]),
        ({"seed": -1}, ["'seed' is -1"]),
        ({"rounds": 4000}, ["'rounds' is 4000"]),
        ({"view": "etc"}, ["'view'"]),
        ({"scenario": "own"}, ["'own'", "uploaded"]),
        ({"nothing": 1}, ["'nothing'"]),
    ],
)
def test_what_cannot_be_set_is_told_in_a_sentence(fields: dict[str, Any], words: list[str]) -> None:
    with pytest.raises(GreatPowersError) as error:
        LabState().changed(**fields)
    assert all(word in str(error.value) for word in words), str(error.value)


def test_doctrines_of_nobody_are_told_in_a_sentence() -> None:
    with pytest.raises(GreatPowersError, match="no state 'XXX'"):
        scenario_object(LabState().changed(doctrines={"XXX": "greedy"}))
    with pytest.raises(GreatPowersError, match="no doctrine 'gredy'.*greedy"):
        scenario_object(LabState().changed(doctrines={"CHN": "gredy"}))


def test_every_lever_has_words_and_a_range_that_the_page_can_reach() -> None:
    given = re.search(r'id="given">(.*?)</script>', served_page(LabState(), "", True, ""))
    assert given
    rows = {row["name"]: row for group in json.loads(given[1])["groups"] for row in group["rows"]}
    assert rows.keys() == WORDS.keys() == LEVERS.keys()
    for name, lever in LEVERS.items():
        row = rows[name]
        low, high = (
            row["names"].get(str(int(value)), f"{value * row['factor']:.3g}{row['unit']}")
            for value in (lever.low, lever.high)
        )
        assert range_of(name) and low != high
        steps = (row["high"] - row["low"]) / row["step"]
        assert abs(steps - round(steps)) < 1e-9
        assert row["low"] == lever.low and (row["high"] == lever.high or name == "red_line")
