"""Where things are drawn: on today's map where a scenario's states have a place there, else on a plane or a ring."""

import json
from functools import cache
from pathlib import Path
from typing import Any, Literal, NamedTuple

import numpy as np

from greatpowers.core.declare import Floats
from greatpowers.scenario.schema import Scenario

Layout = Literal["map", "plane", "ring"]

ASSETS = Path(__file__).parent / "assets"
GEOMETRY = "world.geo.json"
PLACES = Path(__file__).parent / "data" / "places.json"

MODERN = 1992
"""First year whose borders are, nearly everywhere, those of the geometry."""

MATCHED = 0.9
"""Share of states that must be found on the map for it to be used."""

FAR = 6.0
"""Degrees that a capital may lie outside its country's bounding box, before it is taken for another country."""

EVEN = 0.75
"""How far a plane's distances give way to the order of its states, in [0, 1]: worlds crowd in one corner and are
empty in another, and a page has no room for either."""

APART = (0.13, 0.15)
"""Room of a state on a plane, across and down, as shares of its width and height: a disc and its name."""

FILLED = 0.6
"""Share of a plane that the rooms of its states may fill; more states have smaller rooms."""

SPREADING_STEPS = 200


class Country(NamedTuple):
    """A country of the geometry: ISO 3166 numeric code, name, and the box around it in degrees."""

    iso: str
    name: str
    west: float
    south: float
    east: float
    north: float

    def holds(self, lat: float | None, lon: float | None) -> bool:
        """Whether a place lies in or near it; a state without a place could be anywhere."""
        if lat is None or lon is None:
            return True
        return self.south - FAR <= lat <= self.north + FAR and self.west - FAR <= lon <= self.east + FAR


@cache
def countries() -> dict[str, Country]:
    """Countries of the geometry by ISO 3166 alpha-3 code and by name in lower case."""
    by_name: dict[str, Country] = {}
    for feature in json.loads((ASSETS / GEOMETRY).read_text(encoding="utf-8"))["features"]:
        points = np.array([point for polygon in feature["geometry"]["coordinates"] for point in polygon[0]])
        (west, south), (east, north) = points.min(axis=0), points.max(axis=0)
        name = feature["properties"]["name"]
        country = Country(feature["id"] or "", name, west, south, east, north)
        by_name[name.lower()] = country
        if feature["properties"]["a3"]:
            by_name[feature["properties"]["a3"]] = country
    return by_name


@cache
def places() -> dict[str, tuple[float, float]]:
    """Latitude and longitude of the theatres whose marker has a place of its own, by id."""
    listed: dict[str, Any] = json.loads(PLACES.read_text(encoding="utf-8"))["places"]
    return {name: (float(lat), float(lon)) for name, (lat, lon) in listed.items()}


def iso_codes(scenario: Scenario) -> list[str | None]:
    """ISO 3166 numeric code of the country that each state is on the map, None where there is none."""
    codes: list[str | None] = []
    for state in scenario.states:
        country = countries().get(state.id.upper()) or countries().get(state.label.lower())
        codes.append(country.iso if country and country.iso and country.holds(state.lat, state.lon) else None)
    return codes


def layout_of(scenario: Scenario) -> Layout:
    """How the scenario is drawn.

    On the map if it starts in times of today's borders and nearly all its states are found there with a capital; else
    on a plane if its states have places that spread in two directions; else on a ring.
    """
    codes = iso_codes(scenario)
    placed = [code is not None and state.lat is not None for code, state in zip(codes, scenario.states, strict=True)]
    if int(scenario.start[:4]) >= MODERN and sum(placed) >= MATCHED * len(placed):
        return "map"
    located = np.array([(state.lat, state.lon) for state in scenario.states if state.lat is not None], dtype=float)
    flat = len(located) < len(placed) or len(located) < 3 or bool(np.ptp(located, axis=0).min() < 1.0)
    return "ring" if flat else "plane"


def positions(scenario: Scenario, layout: Layout) -> Floats:
    """Where states stand on a plane or a ring, [S, 2] in [0, 1] with y downwards; unused on the map."""
    if layout == "ring":
        angle = 2 * np.pi * np.arange(len(scenario.states)) / len(scenario.states)
        return np.column_stack([0.5 + 0.5 * np.sin(angle), 0.5 - 0.5 * np.cos(angle)])
    if layout == "map":
        return np.zeros((len(scenario.states), 2))
    place = np.array([(state.lon, -(state.lat or 0.0)) for state in scenario.states], dtype=np.float64)
    straight = (place - place.min(axis=0)) / np.maximum(np.ptp(place, axis=0), 1e-9)
    return spread(EVEN * _order(place) + (1.0 - EVEN) * straight)


def _order(points: Floats) -> Floats:
    """The place of each point in the order of its axis, [N, 2] in [0, 1]; equal coordinates share the middle place."""
    below = (points[None, :, :] < points[:, None, :]).sum(axis=1)
    equal = (points[None, :, :] == points[:, None, :]).sum(axis=1)
    ranks: Floats = (below + 0.5 * (equal - 1)) / max(1, len(points) - 1)
    return ranks


def spread(points: Floats) -> Floats:
    """The points [N, 2] moved apart where their rooms overlap, and brought back into [0, 1]."""
    room = np.array(APART) * min(1.0, np.sqrt(FILLED / (len(points) * APART[0] * APART[1])))
    scaled = points / room
    for _ in range(SPREADING_STEPS):
        gap = scaled[:, None, :] - scaled[None, :, :]
        distance = np.sqrt((gap**2).sum(axis=2))
        np.fill_diagonal(distance, np.inf)
        # Two states in one spot part along a line that only their order decides.
        gap[distance < 1e-9] = (1e-3, 1e-3)
        push = np.maximum(0.0, 1.0 - distance) / np.maximum(distance, 1e-6)
        moved = 0.25 * (push[:, :, None] * gap).sum(axis=1)
        if np.abs(moved).max() < 1e-4:
            break
        scaled = np.clip(scaled + np.clip(moved, -0.5, 0.5), 0.0, 1.0 / room)
    low: Floats = scaled.min(axis=0)
    placed: Floats = (scaled - low) / np.maximum(np.ptp(scaled, axis=0), 1e-9)
    return placed


def theatre_places(scenario: Scenario) -> list[tuple[float | None, float | None]]:
    """Latitude and longitude of each theatre's marker: its own place, else its host's capital, (None, None) without."""
    states = {state.id: state for state in scenario.states}
    return [
        places().get(theatre.id) or (states[theatre.host].lat, states[theatre.host].lon)
        for theatre in scenario.theatres
    ]


def drawn(scenario: Scenario) -> dict[str, Any]:
    """What pages draw a scenario from: its layout, where its states stand, and its theatres with both parties."""
    layout, index = layout_of(scenario), scenario.state_index()
    where = np.round(positions(scenario, layout), 4).tolist()
    return {
        "title": scenario.title,
        "layout": layout,
        "states": [
            {"name": state.label, "lat": state.lat, "lon": state.lon, "x": x, "y": y}
            for state, (x, y) in zip(scenario.states, where, strict=True)
        ],
        "places": [
            {
                "id": theatre.id,
                "name": theatre.label,
                "challenger": index[theatre.challenger],
                "host": index[theatre.host],
                "lat": lat,
                "lon": lon,
            }
            for theatre, (lat, lon) in zip(scenario.theatres, theatre_places(scenario), strict=True)
        ],
    }
