"""A doctrine in a file of its own: named by its path, and part of what is written, so that it loads again."""

import tomllib
from pathlib import Path

import pytest

from greatpowers import GreatPowersError, load_doctrine, load_scenario, simulate, synthetic
from greatpowers.scenario.library import configs_directory
from greatpowers.scenario.load import read_scenario

DOCTRINE = """
format = 1
name = "merchant-empire"
title = "Merchant empire"
weights = { power = 0.8, order = 0.1, welfare = 1.0, fear = 0.1 }
"""

WORLD = """
format = 1
name = "border"
title = "A border"
[[state]]
id = "Empire"
doctrine = "own/merchant.toml"
economy = 6.0
capability = 6.0
lat = 50.0
lon = 40.0
[[state]]
id = "Neighbour"
doctrine = "trading-state"
economy = 1.0
capability = 0.7
lat = 50.0
lon = 30.0
[[theatre]]
id = "border"
challenger = "Empire"
host = "Neighbour"
salience = 0.7
"""

GENERATED = """
format = 1
name = "islands"
title = "Islands"
[synthetic]
states = 6
power_maximizers = 0.5
maximizer_doctrine = "own/merchant.toml"
"""


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A scenario, its doctrine in a folder beside it; the user is elsewhere."""
    (tmp_path / "files" / "own").mkdir(parents=True)
    (tmp_path / "files" / "own" / "merchant.toml").write_text(DOCTRINE)
    (tmp_path / "files" / "border.toml").write_text(WORLD)
    (tmp_path / "files" / "islands.toml").write_text(GENERATED)
    monkeypatch.chdir(tmp_path)
    return tmp_path / "files"


def test_a_state_follows_the_doctrine_in_a_file_beside_the_scenario(here: Path) -> None:
    world = load_scenario(here / "border.toml")
    assert world.states[0].doctrine == "merchant-empire"
    assert world.doctrines == (load_doctrine(here / "own" / "merchant.toml"),)
    table = tomllib.loads(WORLD.replace("own/merchant.toml", "merchant-empire"))
    spelled_out = read_scenario({**table, "doctrine": [tomllib.loads(DOCTRINE)]})
    played = [simulate(scenario, "containment", 3, 8).track.metrics.tobytes() for scenario in (world, spelled_out)]
    assert played[0] == played[1]


def test_what_is_written_loads_again_without_the_file(here: Path) -> None:
    history = simulate(here / "border.toml", "containment", 3, 8)
    place = history.save(here / "kept")
    (here / "own" / "merchant.toml").unlink()
    again = simulate(place / "config.toml", "containment", 3, 8)
    assert again.scenario == history.scenario
    assert again.track.metrics.tobytes() == history.track.metrics.tobytes()
    assert tomllib.loads((place / "config.toml").read_text())["doctrine"][0]["name"] == "merchant-empire"


def test_a_generated_world_takes_a_doctrine_by_path(here: Path) -> None:
    world = load_scenario(here / "islands.toml")
    assert {state.doctrine for state in world.states} == {"merchant-empire", "order-preserving"}
    made = synthetic(states=6, power_maximizers=0.5, maximizer_doctrine="files/own/merchant.toml")
    assert {state.doctrine for state in made.states} == {"merchant-empire", "order-preserving"}
    assert made.doctrines == world.doctrines


def test_two_states_may_name_one_file_and_a_shipped_one_may_be_named_by_path(here: Path) -> None:
    (here / "border.toml").write_text(WORLD.replace("trading-state", "own/merchant.toml"))
    assert len(load_scenario(here / "border.toml").doctrines) == 1
    shipped = (configs_directory() / "doctrines" / "insecure.toml").as_posix()
    (here / "border.toml").write_text(WORLD.replace("trading-state", shipped))
    assert load_scenario(here / "border.toml").states[1].doctrine == "insecure"


@pytest.mark.parametrize(
    ("before", "after", "says"),
    [
        ("own/merchant.toml", "own/merchants.toml", "border.toml, state 'Empire': there is no file '.*merchants.toml'"),
        (
            "own/merchant.toml",
            "border.toml",
            "border.toml, state 'Empire': .*this looks like a scenario; expected a doc",
        ),
        ("trading-state", "insecure.toml", "'insecure.toml' has the name of a shipped one, 'insecure', and differs"),
        ("trading-state", "twin.toml", "state 'Neighbour': .* another doctrine here is called 'merchant-empire' too"),
    ],
)
def test_a_file_that_will_not_do_is_told_in_one_sentence(here: Path, before: str, after: str, says: str) -> None:
    (here / "insecure.toml").write_text(DOCTRINE.replace("merchant-empire", "insecure"))
    (here / "twin.toml").write_text(DOCTRINE.replace("0.8", "0.9"))
    (here / "border.toml").write_text(WORLD.replace(before, after, 1))
    with pytest.raises(GreatPowersError, match=says) as caught:
        load_scenario(here / "border.toml")
    assert len(str(caught.value).splitlines()) == 1


def test_a_doctrine_of_the_file_itself_keeps_its_name(here: Path) -> None:
    (here / "border.toml").write_text(WORLD + DOCTRINE.replace("\nformat = 1", "[[doctrine]]"))
    with pytest.raises(GreatPowersError, match="another doctrine here is called 'merchant-empire' too"):
        load_scenario(here / "border.toml")


def test_a_text_that_somebody_sent_names_no_files(here: Path) -> None:
    table = tomllib.loads(WORLD.replace("own/merchant.toml", str(here / "own" / "merchant.toml")))
    with pytest.raises(GreatPowersError, match="state 'Empire': 'doctrine' is .*letters, digits"):
        read_scenario(table)
