"""What policies do on a page is what they do in the library: the same numbers in every place and round, bit for bit."""

import json
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from states_of_pages import states_of

from greatpowers import names
from greatpowers.browser.layout import MODULE, policy_data
from greatpowers.scenario.build import build_policy
from greatpowers.scenario.kinds import LEVERS
from greatpowers.scenario.schema import PolicyPreset, SyntheticSettings
from greatpowers.server.page import served_world
from greatpowers.server.state import LabState
from greatpowers.server.worlds import against_object, policy_object, scenario_object

COMPOSER = Path(__file__).parent / "composer.mjs"
STATES = 80
WORLDS = {
    "1913": LabState(scenario="1913", rounds=30),
    "2017": LabState(rounds=30),
    "1978": LabState(scenario="1978", rounds=30),
    "generated": LabState(scenario="synthetic", synthetic=SyntheticSettings(states=9, seed=4), rounds=30),
}


@pytest.fixture(scope="module")
def made(node: str, tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[tuple[LabState, list[dict[str, Any]]]]]:
    """By world the states, each with what a page makes of both of its policies."""
    worlds, states = [], {}
    for seed, (name, world) in enumerate(WORLDS.items()):
        data = served_world(world)
        places = [theatre["id"] for theatre in data["shared"]["theatres"]]
        known = [preset["name"] for preset in data["presets"]]
        assert set(known) == set(names("policies"))
        states[name] = states_of(world, known, places, STATES, seed)
        worlds.append(
            {
                "presets": data["presets"],
                "declared": data["declared"],
                "places": places,
                "states": [state.model_dump(mode="json") for state in states[name]],
            }
        )
    file = tmp_path_factory.mktemp("policies") / "worlds.json"
    bounds = {name: (lever.low, lever.high) for name, lever in LEVERS.items()}
    file.write_text(json.dumps({"bounds": bounds, "worlds": worlds}), encoding="utf-8")
    done = subprocess.run([node, COMPOSER, MODULE, file], capture_output=True, check=False, encoding="utf-8")
    assert done.returncode == 0, done.stderr
    of_pages = json.loads(done.stdout)
    return {
        name: list(zip(states[name], composed, strict=True))
        for name, composed in zip(states, of_pages, strict=True)
    }  # fmt: skip


BOTH: tuple[Callable[[LabState], PolicyPreset], ...] = (policy_object, against_object)


@pytest.mark.parametrize("world", WORLDS)
def test_policies_of_a_page_are_those_of_the_library(
    made: dict[str, list[tuple[LabState, list[dict[str, Any]]]]], world: str
) -> None:
    segments, kinds = set(), set()
    for state, of_page in made[world]:
        scenario = scenario_object(state)
        for object_of, on_page in zip(BOTH, of_page, strict=True):
            built = build_policy(scenario, object_of(state))
            wanted = policy_data(built)
            assert {name: on_page[name] for name in wanted} == wanted, state.model_dump_json(exclude_defaults=True)
            assert on_page["declared"]["starts"] == built.starts.tolist()
            for name, values in on_page["declared"]["levers"].items():
                np.testing.assert_allclose(values, built.levers[name], rtol=6e-4, err_msg=name)
            segments.add(on_page["segments"])
            kinds.add(wanted["arrays"]["policy.levers"])
    assert len(segments) > 3 and len(kinds) > STATES, "the states differ in what is set"
