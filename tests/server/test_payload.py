"""What pages are given of a world: where things are drawn, words, colours and short numbers."""

import json
import re
from typing import Any

import numpy as np
import pytest

import greatpowers as gp
from greatpowers import Scenario, synthetic
from greatpowers.core.declare import Floats
from greatpowers.dictionary import METRIC_NAMES
from greatpowers.presentation.style import LADDER_COLOURS, PALETTE
from greatpowers.server import atlas, labels
from greatpowers.server.labels import short, significant


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


def as_array(column: list[Any]) -> Floats:
    return np.array(column, dtype=np.float64)


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
