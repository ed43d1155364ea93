"""README says what validate, calibrate and hindcast found: same words, and a history that plays out the same."""

import json
from typing import Any

import pytest
from record_findings import KEPT, README, block_of, blocks, calibration_words, hindcast_words, scorecard_words, trial

FOUND: dict[str, Any] = json.loads(KEPT.read_text())
RENEW = "run validate and hindcast, then: python tests/docs/record_findings.py DIR ..."


@pytest.mark.parametrize("name", ["scorecard", "calibration", "hindcast"])
def test_readme_says_it_in_the_same_words(name: str) -> None:
    assert block_of(README.read_text(encoding="utf-8"), name) == blocks(FOUND)[name]


@pytest.fixture(scope="module")
def today() -> dict[str, list[float]]:
    return trial()


@pytest.mark.parametrize("name", ["scorecard", "hindcast"])
def test_a_history_of_the_record_plays_out_the_same_today(name: str, today: dict[str, list[float]]) -> None:
    for fact, kept in FOUND[name]["trial"].items():
        assert today[fact] == pytest.approx(kept, rel=1e-9), RENEW


def test_a_figure_that_is_unknown_is_a_dash() -> None:
    figures = FOUND["scorecard"] | {
        "others": [
            {
                "claim": "C", "source": "S", "found": "F", "verdict": "unmeasured",
                "figures": {"x": {"model": None, "model_low": None, "model_high": None}},
            }
        ]
    }  # fmt: skip
    assert "| C (S) | F | x – | nothing to measure |" in scorecard_words(figures)


def test_what_inputs_give_is_counted_apart_from_what_histories_find() -> None:
    count = {"found": {"agreeing": 3, "all": 7}, "found_held_apart": {"agreeing": 1, "all": 4}}
    figures = FOUND["scorecard"] | count | {"given": {"agreeing": 2, "all": 5}, "histories": {"a": 6}}
    said = scorecard_words(figures | {"not_expressed": 8}).splitlines()[0]
    assert said == (
        "3 of 7 facts found in histories agree with the record, of those held apart from calibration 1 of 4; 2 of 5 "
        "that inputs give (6 histories of each world). 8 more cannot be expressed."
    )


def test_a_calibration_says_when_the_half_that_fits_best_was_kept() -> None:
    agreeing = {"facts": 34, "posterior_median": 20, "centre": 21}
    figures: dict[str, Any] = {
        "agreeing": {"fitted": agreeing, "held_apart": agreeing | {"facts": 25}}, "parameter_sets": 908,
        "histories_of_each_world": 2064, "share_left": 0.004, "cut_off": 3.5,
        "draws": {"asked": 100, "kept": 50, "rule_relaxed": True},
    }  # fmt: skip
    words = calibration_words(figures)
    assert "Of 34 facts fitted the median of the posterior agrees with 20 and its centre with 21; of 25 held" in words
    assert "the last wave left 0.4 % of the prior at a cut-off of 3.5; of 100 draws 50 were kept. No par" in words


def test_a_lead_is_said_where_its_interval_leaves_out_nothing() -> None:
    score = {"group": "all", "cases": 10, "events": 2, "auc": 0.7, "auc_low": 0.6, "auc_high": 0.8, "skill": -0.01}
    forecasts = (("model", 0, 0), ("logit", 0.01, 0.1), ("history", -0.1, -0.01))
    scores = [score | {"forecast": name, "auc_lead_low": low, "auc_lead_high": high} for name, low, high in forecasts]
    words = hindcast_words({"runs": 20, "scores": scores, "salience": 0.8})
    assert "Against the logit the model ranks better in *all* and worse in no group;" in words
    assert "Against the logit with history the model ranks better in no group and worse in *all*;" in words
    assert "| −0.010 |" in words
