"""A link that a page writes is read by the server and by files, and theirs by pages."""

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest
from states_of_pages import states_of

from greatpowers import load_scenario, names
from greatpowers.scenario.library import locate
from greatpowers.scenario.schema import SyntheticSettings
from greatpowers.server.state import LabState

LINKER = Path(__file__).parent / "linker.mjs"


def all_sorts() -> list[LabState]:
    """States that differ in every field from the usual one, and many in what is set over policies."""
    path, _ = locate("scenarios", "1913")
    own = f"# \N{LATIN CAPITAL LETTER A WITH DIAERESIS}rger, \N{EARTH GLOBE EUROPE-AFRICA}\n{path.read_text('utf-8')}"
    others = LabState().changed(
        view="compare", cursor=79, seed=2**53 - 1, rounds=400, doctrines={"RUS": "greedy"}, resolve="reluctant",
        game="4r-_text",
    )  # fmt: skip
    settings = SyntheticSettings(states=9, power_maximizers=1.0, inequality=0.35, seed=5)
    places = [theatre.id for theatre in load_scenario("2017").theatres]
    return [
        LabState(),
        others,
        LabState().changed(scenario="own", upload=own),
        LabState().changed(scenario="synthetic", synthetic=settings.model_dump()),
        *states_of(others, names("policies"), places, 60, 1),
    ]


@pytest.fixture(scope="module")
def made(node: str, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What a page makes of all of them, and of their links."""
    states = all_sorts()
    file = tmp_path_factory.mktemp("links") / "states.json"
    asked = {
        "defaults": LabState().model_dump(mode="json"),
        "states": [state.model_dump(mode="json") for state in states],
        "links": [state.encode() for state in states],
    }
    file.write_text(json.dumps(asked), encoding="utf-8")
    done = subprocess.run([node, LINKER, file], capture_output=True, check=False, encoding="utf-8")
    assert done.returncode == 0, done.stderr
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer


def test_the_server_reads_the_links_of_a_page(made: dict[str, Any]) -> None:
    assert [LabState.decode(link) for link in made["links"]] == all_sorts()


def test_a_page_reads_the_links_of_the_server(made: dict[str, Any]) -> None:
    for read, state in zip(made["states"], all_sorts(), strict=True):
        wanted = state.model_dump(mode="json")
        if state.synthetic:  # pages that read links have no generated worlds
            read["synthetic"] = wanted["synthetic"]
        assert read == wanted
