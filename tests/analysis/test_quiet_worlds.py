"""Worlds with nothing in them run through everything without a word of complaint."""

import warnings
from pathlib import Path

import numpy as np
import pytest

from greatpowers import (
    GreatPowersError,
    Scenario,
    chronicle,
    compare,
    ensemble,
    explain,
    figures_of,
    load_history,
    load_scenario,
    simulate,
    wars_by_misperception,
)


def without_theatres() -> Scenario:
    return load_scenario("template").model_copy(update={"theatres": (), "terms": (), "happened": (), "question": None})


def alone() -> Scenario:
    template = load_scenario("template")
    nothing = dict.fromkeys(("alliances", "bases", "rivalries", "hostilities", "theatres", "terms", "happened"), ())
    one = {"states": template.states[2:3], "distances": template.distances.model_copy(update={"contiguous": ()})}
    return template.model_copy(update=nothing | one | {"question": None})


@pytest.mark.parametrize("scenario", [without_theatres(), alone()], ids=["no theatres", "one state"])
def test_nothing_happens_and_nothing_breaks(scenario: Scenario, tmp_path: Path) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        history = simulate(scenario, "half-a-loaf", rounds=6)
        assert np.isfinite(history.track.metrics).all()
        assert history.summary["wars_begun"] == 0
        assert len(history.theatres) == len(history.appraisals) == 0
        assert "0 wars" in str(chronicle(history))
        with pytest.raises(GreatPowersError, match="nothing to explain: this history has no theatres"):
            explain(history)
        loaded = load_history(history.save(tmp_path / "run", figures_of(history)))
        assert loaded.metrics.equals(history.metrics)
        assert (tmp_path / "run" / "ladder.png").exists()
        assert len(ensemble(scenario, "containment", [0, 1], rounds=6).runs) == 2
        assert (wars_by_misperception(scenario, "containment", [0], rounds=2)["vanished"] == 0).all()
        compared = compare(scenario, ["laissez-faire", "half-a-loaf"], seeds=3, rounds=6)
        assert compared.outcomes.loc["half-a-loaf", "peace"] == 1.0
        assert compared.differences.loc["half-a-loaf", ("mean_severity", "mean")] == 0.0
        assert len(list(compared.save(tmp_path / "compared", figures_of(compared)).glob("*.png"))) == 4


def test_a_world_alone_may_be_silent_in_full() -> None:
    text = str(chronicle(simulate(alone(), rounds=1, parameters={"irregular_turn": 0.0, "election_turn": 0.0})))
    assert "Nothing of note happened." in text
