import json
import re
from typing import Any

import numpy as np
import pytest

import greatpowers as gp
from greatpowers import GreatPowersError, History, Scenario, chronicle, synthetic
from greatpowers.core.declare import Floats
from greatpowers.core.history import StateColumn, TheatreColumn
from greatpowers.core.ladder import Rung
from greatpowers.core.trace import Trace
from greatpowers.dictionary import METRIC_NAMES
from greatpowers.presentation.style import LADDER_COLOURS, PALETTE
from greatpowers.server import atlas, labels
from greatpowers.server.labels import short, significant
from greatpowers.server.payload import history_payload, setup_of, stances_of


@pytest.fixture(scope="module")
def history() -> History:
    return gp.simulate("2017", "half-a-loaf", seed=4)


@pytest.fixture(scope="module")
def payload(history: History) -> dict[str, Any]:
    return history_payload(history, "key")


def as_array(column: list[Any]) -> Floats:
    return np.array(column, dtype=np.float64)


def test_numbers_are_those_of_the_history_to_four_digits(history: History, payload: dict[str, Any]) -> None:
    for column in TheatreColumn:
        sent, true = as_array(payload["theatre"][column.name.lower()]), history.track.theatres[..., column]
        np.testing.assert_allclose(sent, true, rtol=6e-4, err_msg=column.name)
    for i, name in enumerate(METRIC_NAMES):
        np.testing.assert_allclose(payload["metrics"][name], history.track.metrics[:, i], rtol=6e-4, err_msg=name)
    power = history.track.states[..., StateColumn.POWER]
    np.testing.assert_allclose(as_array(payload["state"]["power"]), power, rtol=6e-4)


def test_rungs_are_whole_and_exact(history: History, payload: dict[str, Any]) -> None:
    assert payload["theatre"]["rung"] == history.track.theatres[..., TheatreColumn.RUNG].astype(int).tolist()


def test_the_stake_is_the_prize_in_shares_of_the_worlds_power(history: History, payload: dict[str, Any]) -> None:
    index = history.scenario.state_index()
    for k, theatre in enumerate(history.scenario.theatres):
        value = history.track.traces[10, k, Trace.VALUE]
        power = history.track.states[10, index[theatre.challenger], StateColumn.POWER]
        assert payload["theatre"]["stake"][10][k] == pytest.approx(value * power, rel=6e-4)


def test_a_payload_is_json_without_nan(payload: dict[str, Any]) -> None:
    text = json.dumps(payload, allow_nan=False, separators=(",", ":"))  # as it is sent
    assert json.loads(text)["key"] == "key"
    assert len(text) < 1_500_000


def test_main_events_are_those_that_the_chronicle_tells(history: History, payload: dict[str, Any]) -> None:
    entries = chronicle(history, "main").entries
    places = history.scenario.theatre_index()
    chronicled = {(entry.round, -1 if entry.theatre is None else places[entry.theatre]) for entry in entries}
    main = {(event["round"], event["theatre"]) for event in payload["events"] if event["main"]}
    assert main == chronicled
    assert [entry["sentences"] for entry in payload["chronicle"]] == [list(entry.sentences) for entry in entries]


def test_events_come_in_order_one_for_each_row_of_the_log(history: History, payload: dict[str, Any]) -> None:
    assert [event["round"] for event in payload["events"]] == history.codes[:, 0].tolist()
    assert [event["i"] for event in payload["events"]] == list(range(len(history.codes)))


def test_playing_again_gives_the_presence_that_the_record_adds_up(history: History) -> None:
    stances = stances_of(history)
    total = history.track.theatres[..., TheatreColumn.PRESENCE]
    np.testing.assert_allclose(stances.presence.sum(axis=2), total, rtol=1e-12, atol=1e-15)


def test_hostility_is_that_of_the_world_as_a_round_ends_and_one_for_a_pair(
    history: History, payload: dict[str, Any]
) -> None:
    sent, setup = as_array(payload["theatre"]["hostility"]), setup_of(history)
    index = history.scenario.state_index()
    pairs = [(index[theatre.challenger], index[theatre.host]) for theatre in history.scenario.theatres]
    same = [(i, j) for j, pair in enumerate(pairs) for i in range(j) if set(pairs[i]) == set(pair)]
    assert same
    for i, j in same:
        np.testing.assert_array_equal(sent[:, i], sent[:, j])
    for k, pair in enumerate(pairs):
        shared = [other for other, each in enumerate(pairs) if set(each) == set(pair)]
        calm = not any(history.track.theatres[0, other, TheatreColumn.RUNG] for other in shared)
        if calm:  # nothing but time passed between the two
            at_first = setup.world.pairs.hostility[pair] * history.parameters.hostility_memory
            assert sent[0, k] == pytest.approx(at_first, rel=6e-4)
    crisis = history.track.theatres[..., TheatreColumn.RUNG] >= Rung.PROVOCATION
    begun = np.argwhere(crisis[1:] & ~crisis[:-1])
    assert len(begun) > 0
    for r, k in begun:
        assert sent[r + 1, k] >= history.parameters.hostility_crisis * 0.999


def test_attention_is_what_the_engine_appraised(history: History, payload: dict[str, Any]) -> None:
    appraised = history.track.traces[..., Trace.ATTENTION]
    assert (appraised > 0).all()
    np.testing.assert_allclose(as_array(payload["theatre"]["attention"]), appraised, rtol=6e-4)


@pytest.mark.parametrize("policy", ["maximum-pressure", "laissez-faire"])
def test_stances_rebuilt_from_their_changes_stay_close_to_the_true_ones(policy: str) -> None:
    history = gp.simulate("2017", policy, seed=2, rounds=30)
    sent, true = history_payload(history)["stances"], stances_of(history)
    for name in ("presence", "sanctioning", "side"):
        rebuilt = np.zeros_like(true.presence)
        for k, rows in enumerate(sent[name]):
            for when, state, value in rows:
                rebuilt[when:, k, state] = value
        np.testing.assert_allclose(rebuilt, getattr(true, name), rtol=0.17, atol=0.0025)
    assert len(sent["sanctioning"]) == len(history.scenario.theatres)


def test_alignment_is_of_treaties_with_the_leader_against_treaties_with_its_rivals(payload: dict[str, Any]) -> None:
    at = {state["id"]: payload["state"]["alignment"][0][i] for i, state in enumerate(payload["states"])}
    assert at["USA"] == 1
    assert at["RUS"] == -1
    assert (
        min(at[member] for member in ("GBR", "POL", "JPN")) > 0.5
    )  # treaties with the United States, none with rivals
    assert at["BLR"] < -0.3  # allied to Russia alone
    assert at["IND"] == pytest.approx(0, abs=0.3)


def test_a_world_without_a_leader_has_no_alignment() -> None:
    world = synthetic(states=6, power_maximizers=1.0, seed=3)
    history = gp.simulate(world, "laissez-faire", rounds=3)
    assert setup_of(history).world.system.leader[0] == -1
    assert not stances_of(history).alignment.any()


def test_what_was_declared_is_the_policy_by_segment() -> None:
    history = gp.simulate("2017", "reluctant-then-containment", rounds=20)
    setup = setup_of(history)
    declared = history_payload(history, setup=setup)["declared"]
    assert declared["starts"] == setup.levers.starts.tolist()
    assert len(declared["starts"]) > 1
    np.testing.assert_allclose(as_array(declared["levers"]["sanctions"]), setup.levers.levers.sanctions, rtol=6e-4)


def test_options_that_were_not_open_have_no_chance(history: History, payload: dict[str, Any]) -> None:
    chances = np.stack([as_array(payload["weighed"]["probability"][option]) for option in ("down", "hold", "up")])
    rung, previous = as_array(payload["theatre"]["rung"]), history.track.theatres[:-1, :, TheatreColumn.RUNG]
    assert chances.sum(axis=0).max() == pytest.approx(1.0, abs=0.002)
    assert (chances[0, 1:][previous == 0] == 0).all()  # nobody steps down from peace
    assert rung.max() <= 7


def test_a_history_without_a_record_is_refused() -> None:
    with pytest.raises(GreatPowersError, match="the page needs trajectories"):
        history_payload(gp.simulate("2017", rounds=2, record=False))


def test_significant_digits_are_those_of_printf() -> None:
    values = np.concatenate([10.0 ** np.linspace(-12, 9, 400) * 1.23456789, -np.geomspace(1e-5, 1e5, 99), [0.0, 1.0]])
    assert significant(values).tolist() == [float(f"{value:.4g}") for value in values]
    assert short(np.array([[1.0, 2.0], [0.0, -3.0]])) == [[1, 2], [0, -3]]
    assert json.dumps(short(np.array([0.5, 2.0]))) == "[0.5, 2.0]"


# Where things are drawn.


def test_every_state_of_2017_is_on_the_map() -> None:
    scenario = gp.load_scenario("2017")
    codes = dict(zip([state.id for state in scenario.states], atlas.iso_codes(scenario), strict=True))
    assert atlas.layout_of(scenario) == "map"
    assert None not in codes.values()
    assert (codes["USA"], codes["RUS"], codes["TWN"]) == ("840", "643", "158")


@pytest.mark.parametrize("world", ["2017", "2022", "2025"])
def test_every_theatre_of_today_has_a_place_of_its_own(world: str) -> None:
    scenario = gp.load_scenario(world)
    assert {theatre.id for theatre in scenario.theatres} <= set(atlas.places())
    places = atlas.theatre_places(scenario)
    assert len(set(places)) == len(places)


def test_a_theatre_that_is_not_listed_stands_at_its_hosts_capital() -> None:
    scenario = gp.load_scenario("2017")
    theatre = scenario.theatres[0].model_copy(update={"id": "elsewhere", "host": "POL"})
    changed = scenario.model_copy(update={"theatres": (theatre,)})
    assert atlas.theatre_places(changed) == [(52.2, 21.0)]


@pytest.mark.parametrize(("geography", "layout"), [("plane", "plane"), ("ring", "ring")])
def test_generated_worlds_are_drawn_as_they_were_generated(geography: Any, layout: str) -> None:
    world = synthetic(states=14, geography=geography, seed=2)
    assert atlas.layout_of(world) == layout
    where = atlas.positions(world, layout)  # type: ignore[arg-type]
    assert where.min() >= 0
    assert where.max() <= 1
    gaps = np.hypot(*(where[:, None] - where[None]).transpose(2, 0, 1)) + np.eye(14)
    assert gaps.min() > 0.04


def test_a_plane_keeps_north_up_and_east_right() -> None:
    world = synthetic(states=20, seed=1)
    where = atlas.positions(world, "plane")
    lon, lat = ([getattr(state, name) for state in world.states] for name in ("lon", "lat"))
    assert np.corrcoef(where[:, 0], lon)[0, 1] > 0.95
    assert np.corrcoef(where[:, 1], lat)[0, 1] < -0.95


def as_of(year: str) -> Scenario:
    return gp.load_scenario("2017").model_copy(update={"start": f"{year}Q1"})


def test_times_of_other_borders_are_not_drawn_on_todays() -> None:
    assert atlas.layout_of(as_of("1914")) == "plane"
    assert atlas.layout_of(as_of("1995")) == "map"


def test_a_namesake_far_away_is_not_taken_for_the_country() -> None:
    scenario = gp.load_scenario("2017")
    moved = [state.model_copy(update={"lat": -50.0}) if state.id == "POL" else state for state in scenario.states]
    codes = atlas.iso_codes(scenario.model_copy(update={"states": tuple(moved)}))
    assert codes[scenario.state_index()["POL"]] is None


def rings() -> list[Floats]:
    world = json.loads((atlas.ASSETS / atlas.GEOMETRY).read_text(encoding="utf-8"))
    assert "Natural Earth" in world["source"]
    assert "public domain" in world["terms"]
    return [as_array(ring) for each in world["features"] for shape in each["geometry"]["coordinates"] for ring in shape]


def test_rings_are_closed_and_cut_at_the_antimeridian() -> None:
    for ring in rings():
        assert (ring[0] == ring[-1]).all()
        assert np.abs(ring[:, 0]).max() <= 180
        assert np.abs(np.diff(ring[:, 0])).max() < 180


def test_the_mainland_of_russia_reaches_the_antimeridian() -> None:
    russia = atlas.countries()["RUS"]
    assert (russia.west, russia.east) == (-180, 180)  # beyond it lies the rest of Chukotka


# Words and colours.


def test_every_metric_has_plain_words_and_the_registrys_unit() -> None:
    entries = labels.metric_labels()
    assert list(entries) == list(METRIC_NAMES)
    assert entries["order"]["unit"] == "share in [0, 1]"
    assert all(entry["plain"] and entry["label"] for entry in entries.values())


def test_colours_are_those_of_the_printed_figures() -> None:
    assert set(labels.PALETTE) == set(PALETTE)
    written = (atlas.ASSETS / "theme.css").read_text(encoding="utf-8")
    assert tuple(re.findall(r"--gw-rung-\d: (#\w+);", written)) == LADDER_COLOURS


def test_doctrines_have_colours_of_their_own() -> None:
    colours = labels.doctrine_colours(["order-preserving", "mine", "yours", "greedy"])
    assert len(set(colours.values())) == 4
    assert colours["order-preserving"] == labels.doctrine_colours(["greedy", "order-preserving"])["order-preserving"]
