"""Posteriors as files: what ships, what is read, and what is refused."""

from pathlib import Path

import pytest

from greatpowers import GreatPowersError, load_policy, load_posterior, load_scenario, names
from greatpowers.scenario.kinds import PARAMETERS

GOOD = """
format = 1
name = "mine"
title = "Mine"
names = ["horizon", "bluff"]
draws = [
  [4.0, 0.2],
  [8.0, 0.6],
]
misfit = [1.0, 2.0]
[parameters]
horizon = 6.0
bluff = 0.4
[provenance]
software = "greatpowers"
arguments = { waves = 4 }
"""


def read(directory: Path, text: str = GOOD):  # type: ignore[no-untyped-def]
    (directory / "mine.toml").write_text(text)
    return load_posterior(directory / "mine.toml")


def test_every_posterior_that_ships_reads_and_stays_within_the_ranges_of_parameters() -> None:
    assert "record" in names("posteriors")
    for name in names("posteriors"):
        posterior = load_posterior(name)
        assert posterior.name == name and posterior.provenance["software"] == "greatpowers"
        assert set(posterior.names) == set(posterior.parameters) <= set(PARAMETERS)


def test_a_draw_is_a_set_of_parameters(tmp_path: Path) -> None:
    posterior = read(tmp_path)
    assert posterior.draw(1) == {"horizon": 8.0, "bluff": 0.6}
    assert posterior.parameters == {"horizon": 6.0, "bluff": 0.4}
    assert posterior.provenance["arguments"] == {"waves": 4}


@pytest.mark.parametrize(
    ("old", "new", "wanted"),
    [
        ('"horizon", "bluff"', '"horizn", "bluff"', "Did you mean 'horizon'?"),
        ('"horizon", "bluff"', '"bluff", "bluff"', "'bluff' is named more than once"),
        ("[4.0, 0.2]", "[4.0]", "draw 1: it has 1 numbers, and there are 2 names"),
        ("[8.0, 0.6]", "[8.0, 1.6]", "draw 2: parameter 'bluff' is 1.6; expected a number from 0 to 1"),
        ("[8.0, 0.6]", '[8.0, "much"]', "'draws[2][2]' is \"much\"; expected a list of lists of numbers"),
        ("horizon = 6.0", "horizn = 6.0", "Did you mean 'horizon'?"),
        ("format = 1\n", "", "'format' is missing"),
        ("misfit = ", "misft = ", "Did you mean 'misfit'?"),
        ("[parameters]\nhorizon = 6.0\nbluff = 0.4\n", "", "'parameters' is missing"),
    ],
)
def test_a_faulty_posterior_says_what_is_wrong(old: str, new: str, wanted: str, tmp_path: Path) -> None:
    assert old in GOOD
    with pytest.raises(GreatPowersError) as error:
        read(tmp_path, GOOD.replace(old, new))
    assert wanted in str(error.value)


def test_a_posterior_is_told_from_other_files(tmp_path: Path) -> None:
    read(tmp_path)
    for load in (load_scenario, load_policy):
        with pytest.raises(GreatPowersError, match="this looks like a posterior"):
            load(tmp_path / "mine.toml")
    with pytest.raises(GreatPowersError, match="'2017' is a scenario; expected a posterior"):
        load_posterior("2017")
