"""The quick score: the same figure as the hindcast's, from worlds that are built once."""

import numpy as np
import pandas as pd
import pytest
from hindcast_worlds import made_disputes, write_record

from greatpowers import GreatPowersError, Records
from greatpowers.calibration.pairs import Worlds, build_worlds, quick_score, quick_table
from greatpowers.hindcast import histories
from greatpowers.hindcast.run import hindcast
from greatpowers.hindcast.scoring import log_score
from greatpowers.hindcast.settings import HindcastSettings

STARTS = (1836, 1846)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Records:
    return Records(write_record(tmp_path_factory.mktemp("record"), made_disputes()))


@pytest.fixture(scope="module")
def worlds(made: Records) -> Worlds:
    return build_worlds(made, STARTS, ahead=2)


def test_the_log_score_by_hand() -> None:
    rows = pd.DataFrame({"p_model": [0.2, 0.5], "p_base": [0.1, 0.1], "outcome": [1.0, 0.0]})
    assert log_score(rows) == pytest.approx((np.log(5) + np.log(2)) / 2)
    assert log_score(rows, "base") == pytest.approx((np.log(10) + np.log(10 / 9)) / 2)


@pytest.mark.parametrize("parameters", [{}, {"clash": 0.5}])
def test_it_is_the_hindcast_s_own(parameters: dict[str, float], made: Records, worlds: Worlds) -> None:
    full = hindcast(made, HindcastSettings(first=1836, last=1846, ahead=2, runs=3, seed=5, parameters=parameters))
    table = quick_table(worlds, parameters, 3, seed=5, workers=1)
    same = ["start", "lead", "ccode1", "ccode2", "p_model", "outcome"]
    assert table.to_numpy().tolist() == full.table[same].to_numpy().tolist()
    score = quick_score(worlds, parameters, 3, seed=5)
    assert score == log_score(full.scored) == pytest.approx(full.score("model").log_loss.value, rel=1e-12)


def test_worlds_are_not_built_again_and_start_years_can_be_chosen(
    worlds: Worlds, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(histories, "build_scenario", lambda *_, **__: pytest.fail("a world was built"))
    assert set(quick_table(worlds, {}, 1, [1846])["start"]) == {1846}
    both, one, other = (quick_score(worlds, {}, 2, starts) for starts in (None, [1836], [1846]))
    assert min(one, other) < both < max(one, other)
    assert quick_score(worlds, {"clash": 0.9}, 2) != both


def test_what_cannot_be_scored_is_refused(made: Records, worlds: Worlds) -> None:
    with pytest.raises(GreatPowersError, match="starts holds 1826; expected start years of which worlds were built: 1"):
        quick_score(worlds, {}, 1, [1826])
    with pytest.raises(GreatPowersError, match="starts holds no year"):
        build_worlds(made, [])
    with pytest.raises(GreatPowersError, match="year 1866: the files in"):
        build_worlds(made, [1836, 1866])
    with pytest.raises(GreatPowersError, match="Did you mean 'clash'"):
        quick_score(worlds, {"clach": 0.1}, 1)
    with pytest.raises(GreatPowersError, match="runs is 0"):
        quick_score(worlds, {}, 0)
