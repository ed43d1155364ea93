"""The site says what validate, calibrate and hindcast found: same words, and a history that plays out the same."""

import json
from typing import Any

import pytest
from record_findings import (
    KEPT,
    KINDS,
    LEADS,
    MEASURES,
    PAGE,
    block_of,
    blocks,
    calibration_words,
    hindcast_words,
    scorecard_words,
    trial,
)

from greatpowers.validation.scorecard import scored_facts

FOUND: dict[str, Any] = json.loads(KEPT.read_text())
RENEW = "run validate and hindcast, then: python tests/docs/record_findings.py DIR ..."


@pytest.mark.parametrize("name", sorted(KINDS))
def test_the_site_says_it_in_the_same_words(name: str) -> None:
    assert block_of(PAGE.read_text(encoding="utf-8"), name) == blocks(FOUND)[name]


@pytest.fixture(scope="module")
def today() -> dict[str, list[float]]:
    return trial()


@pytest.mark.parametrize("name", ["scorecard", "hindcast"])
def test_a_history_of_the_record_plays_out_the_same_today(name: str, today: dict[str, list[float]]) -> None:
    for fact, expected in FOUND[name]["trial"].items():
        assert today[fact] == pytest.approx(expected, rel=1e-9), RENEW


def test_the_lines_that_travel_with_the_package_are_those_of_the_same_scorecard() -> None:
    lines = {line.fact.id: line for line in scored_facts()}
    for name, row in FOUND["scorecard"]["contrast"].items():
        assert (lines[name].fact.value, lines[name].value) == (row["record"], row["model"])
        assert lines[name].verdict == row["verdict"]


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
    line = scorecard_words(figures | {"not_expressed": 8}).splitlines()[0]
    assert line == (
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
    assert "the last wave left 0.4% of the prior at a cut-off of 3.5; of 100 draws 50 were kept. No par" in words


def test_a_lead_is_said_where_its_interval_leaves_out_nothing() -> None:
    score = {"group": "all", "cases": 10_000, "events": 2}
    score |= {f"{name}{end}": at for name in MEASURES for end, at in (("", -0.01), ("_low", -0.02), ("_high", 0.03))}
    leads = {"model": (0, 0), "salience": (-1, 1), "logit": (0.01, 0.1), "history": (-0.1, -0.01), "strongest": (-1, 0)}
    scores = [
        score
        | {"forecast": name}
        | {f"{lead}{end}": at for lead in LEADS for end, at in (("_low", low), ("_high", high))}
        for name, (low, high) in leads.items()
    ]
    next(one for one in scores if one["forecast"] == "history")["log_lead_high"] = 0.2
    added = {"model": 0.126, "z": -3.86, "gain": 0.0002, "gain_low": -0.0001, "gain_high": 0.0005}
    words = hindcast_words({"from": 1816, "to": 2010, "every": 10, "runs": 20, "scores": scores, "added": added})
    assert (
        "Start years every 10 years from 1816 to 2006, 20 histories of each; 10,000 pair-years, in 2 of which a"
        in words
    )
    every = "*AUC*, *Brier skill*, *average precision*, *log score*"
    assert f"Against the logit the model is better by {every} and worse by no score." in words
    assert "with history the model is better by no score and worse by *AUC*, *Brier skill*, *average prec" in words
    assert "Against the strongest rival the model is better by no score and worse by no score." in words
    assert "on the log-odds of both, the model's coefficient beside the strongest rival is 0.126 (z = −3.86" in words
    assert "falls by 0.2 (−0.1 to 0.5) thousandths" in words
    assert words.count("| −0.010 (−0.020 to 0.030) |") == 5 * 3  # five forecasts, five figures between shared bars
    assert "| all | 10,000 | 2 | −0.010 |" in words
