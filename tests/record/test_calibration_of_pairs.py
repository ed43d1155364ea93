"""A calibration that asks who disputes with whom, and one that sees the record up to a year alone."""

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import brief_chains
import numpy as np
import pandas as pd
import pytest
import toy_calibration as toy
from hindcast_worlds import made_disputes, write_record

from greatpowers import GreatPowersError, Records, load_posterior
from greatpowers.calibration import pairs
from greatpowers.calibration.checkpoint import Calibrated
from greatpowers.calibration.history_matching import aim_of
from greatpowers.calibration.page import answer, details, render, save_calibration
from greatpowers.calibration.pairs import (
    FACT,
    HISTORIES,
    SCALE,
    Worlds,
    build_worlds,
    log_skill,
    pairs_fact,
    quick_score,
    quick_table,
    with_pairs,
)
from greatpowers.calibration.problem import Problem, record_problem
from greatpowers.calibration.run import calibrate, problem_of
from greatpowers.cli import main
from greatpowers.validation.facts import Target, load_halves, load_targets, side_of, years_of
from greatpowers.validation.measures.registry import BIPOLAR, HALVES, INTERWAR, MEASURES, NINETEENTH, UNIPOLAR
from greatpowers.validation.play import EraWorld, Rows

STARTS = (1836, 1846)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Records:
    return Records(write_record(tmp_path_factory.mktemp("record"), made_disputes()))


@pytest.fixture(scope="module")
def worlds(made: Records) -> Worlds:
    return build_worlds(made, STARTS)


# --- the fact


def test_the_log_skill_is_0_for_the_rate_and_1_for_what_happened() -> None:
    rows = pd.DataFrame({"outcome": [1.0, 0.0, 0.0, 0.0]})
    assert log_skill(rows.assign(p_model=0.25)) == pytest.approx(0.0)
    assert log_skill(rows.assign(p_model=rows["outcome"])) == pytest.approx(1.0)
    rate = -(math.log(0.25) + 3 * math.log(0.75)) / 4
    loss = -(math.log(0.7) + 3 * math.log(0.9)) / 4
    assert log_skill(rows.assign(p_model=[0.7, 0.1, 0.1, 0.1])) == pytest.approx(1 - loss / rate)


def test_the_record_asks_for_what_past_disputes_tell_and_less_costs_by_the_scale(made: Records, worlds: Worlds) -> None:
    fact = pairs_fact(made, worlds)
    assert 0.05 < fact.value < 1.0  # odds of the made-up record differ between pairs
    assert fact.low == pytest.approx(fact.value - 1.96 * SCALE) and math.isnan(fact.high)
    aim = aim_of(fact, 0.0)
    assert aim.below == pytest.approx(SCALE) and math.isinf(aim.above)
    assert aim.deviation(np.array([fact.value - 2 * SCALE, fact.value + 9.0]), 0.0) == pytest.approx([-2.0, 0.0])
    assert years_of(fact) == (1836, 1850)


def test_a_parameter_set_is_scored_on_a_number_of_histories_that_is_the_same_at_every_stage(
    made: Records, worlds: Worlds, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pairs, "STARTS", STARTS)
    problem, changed = with_pairs(toy.problem(), made), {"clash": 0.5}
    assert [fact.id for fact in problem.fitted] == [*(fact.id for fact in toy.FITTED), FACT]
    assert problem.apart == toy.APART
    seen = [problem.play(changed, 5, runs) for runs in (1, 4)]
    table = quick_table(worlds, changed, HISTORIES, seed=5, workers=1)
    rate = table["outcome"].mean()
    of_rate = -(rate * math.log(rate) + (1 - rate) * math.log(1 - rate))
    skill = 1 - quick_score(worlds, changed, HISTORIES, seed=5) / of_rate
    assert [figures[FACT] for figures in seen] == [(pytest.approx(skill),)] * 2
    assert seen[1]["sum"] == toy.played(changed, 5, 4)["sum"]
    assert problem.play({}, 5, 1)[FACT] != seen[0][FACT]


def test_another_record_or_scale_is_another_calibration(
    made: Records, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pairs, "STARTS", STARTS[:1])
    other = Records(write_record(tmp_path / "other", made_disputes(seed=2)))
    named = [with_pairs(toy.problem(), records, scale=scale).contents for records, scale in (
        (made, SCALE), (made, SCALE), (made, 2 * SCALE), (other, SCALE))]  # fmt: skip
    hashes = [contents["who disputes with whom"] for contents in named]
    assert hashes[0] == hashes[1] and len(set(hashes)) == 3


def test_only_start_years_that_end_in_6_are_ever_built(
    made: Records, worlds: Worlds, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Those that end in 3 and 4 are kept for validation: no fit may play one, whatever else it asks for."""
    built: list[int] = []

    def seen(records: Records, starts: Sequence[int], ahead: int) -> Worlds:
        built.extend(starts)
        return worlds

    monkeypatch.setattr(pairs, "build_worlds", seen)
    for until in (None, 1945, 1980):
        problem_of(replace(toy.settings(), until=until), made)
    assert {year % 10 for year in built} == {6} and set(built) == set(pairs.STARTS)


def test_start_years_whose_outcomes_are_later_are_left_out(made: Records, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pairs, "STARTS", STARTS)
    assert with_pairs(toy.problem(), made, until=1849).fitted[-1].period == "1836-1840"
    assert with_pairs(toy.problem(), made, until=1850).fitted[-1].period == "1836-1850"
    with pytest.raises(GreatPowersError, match="until 1839: no start year is left .* expected 1840 or later"):
        with_pairs(toy.problem(), made, until=1839)


# --- what it does to a fit


def skilled(parameters: Mapping[str, float], seed: int, runs: int) -> dict[str, Sequence[float]]:
    """The toy with a skill that hangs on a parameter of which no other fact says anything."""
    at = float(toy.PRIORS.place(parameters)[toy.NAMES.index("operations")])
    luck = np.random.default_rng(seed + 1).standard_normal()
    return {**toy.played(parameters, seed, runs), FACT: (0.3 - (at - 0.8) ** 2 + 0.002 * luck,)}


SKILL = toy.fact("sum", "log skill", 0.0)._replace(id=FACT, value=0.3, low=0.3 - 1.96 * 0.01, high=math.nan)
ASKED = Problem((*toy.FITTED, SKILL), toy.APART, skilled, {"the toy": "2"})


@pytest.fixture(scope="module")
def fitted(tmp_path_factory: pytest.TempPathFactory) -> tuple[Calibrated, Path]:
    place = tmp_path_factory.mktemp("toy") / "pairs"
    calibration = calibrate(toy.settings(), place, 2, problem=ASKED)
    save_calibration(calibration, place)
    return calibration, place


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> Calibrated:
    """The toy without that skill."""
    return calibrate(toy.settings(), tmp_path_factory.mktemp("toy") / "plain", 2, problem=toy.problem())


def test_the_log_score_narrows_what_rates_leave_open(fitted: tuple[Calibrated, Path], plain: Calibrated) -> None:
    calibration, _ = fitted
    narrow, wide = (part.identifiability["parameters"]["operations"]["width"] for part in (calibration, plain))
    assert narrow < 0.7 < wide
    place = toy.NAMES.index("operations")
    assert np.mean([played.at[place] for played in calibration.kept]) == pytest.approx(0.8, abs=0.12)
    assert next(iter(calibration.identifiability["parameters"]["operations"]["facts"])) == FACT
    assert calibration.reports[-1]["ruled_out_by"][FACT] > 0 and FACT in calibration.reports[-1]["accuracy"]


def test_page_and_files_say_how_well_the_posterior_does_pair_by_pair(fitted: tuple[Calibrated, Path]) -> None:
    calibration, place = fitted
    line = next(text for text in details(calibration) if text.startswith(SKILL.description))
    assert "fitted to the outcomes 0.3." in line
    document = json.loads((place / "calibration.json").read_text())
    row = next(row for row in document["fitted"] if row["id"] == FACT)
    assert row["posterior"] > 0.25 and row["record_high"] is None
    assert FACT in document["provenance"]["facts_fitted"] and FACT in render(calibration)


def test_it_repeats_to_the_byte(brief_chain: None, tmp_path: Path) -> None:
    for workers in (1, 2):
        place = tmp_path / str(workers)
        save_calibration(calibrate(toy.settings(size=10, draws=4), place, workers, problem=ASKED), place)
    assert toy.data_of(tmp_path / "1") == toy.data_of(tmp_path / "2") != {}


def test_without_published_files_it_says_that_it_did_not_ask(plain: Calibrated) -> None:
    assert any("not who disputes with whom" in line for line in details(plain))


# --- the past alone


def test_facts_are_divided_by_the_years_they_are_about() -> None:
    problem = record_problem((), until=1945)
    known = {fact.id: fact for fact in (*load_targets().values(), *load_halves().values()) if not fact.left_out}
    past = {name for name, fact in known.items() if ends(fact) <= 1945}
    assert {fact.id for fact in problem.fitted} == {name for name in past if known[name].split == "fitted"}
    assert {fact.id for fact in problem.apart} == {name for name in past if known[name].split == "held-apart"}
    assert all(years_of(fact)[0] > 1945 for fact in problem.predicted) and len(problem.predicted) > 30
    both = set(known) - {fact.id for fact in problem.facts}
    assert {"war.onset_per_1000_state_years", "mid.rate_ratio", "power.growth_autocorr"} <= both
    assert all(side_of(known[name], 1945) == "both" for name in both)
    assert {"sev.q50.1823-1945", "sev.ge_1e6.1823-1945"} <= {fact.id for fact in problem.fitted}
    with pytest.raises(GreatPowersError, match="until 1900: no fact to fit ends by then; expected 1913 or later"):
        record_problem((), until=1900)


def ends(fact: Target) -> float:
    """Last year in the words of its period, read in another way."""
    years = [int(word[:4]) for word in fact.period.replace("-", " ").replace(",", " ").split() if word[:4].isdigit()]
    return max(years) if years and len(str(years[0])) == 4 else math.inf


def test_a_fit_to_the_past_plays_its_worlds_alone_until_it_predicts(monkeypatch: pytest.MonkeyPatch) -> None:
    """Waves play no world of later years, so that nothing of these can be seen; draws and centre do."""
    played: list[str] = []

    def gathered(
        worlds: Sequence[EraWorld], runs: Mapping[str, int], *_: object, facts: Sequence[str], **__: object
    ) -> Rows:
        measured = {name for fact in facts for name in (MEASURES | HALVES)[fact].worlds}
        played.extend(world.name for world in worlds if world.name in measured)
        return {}

    monkeypatch.setattr("greatpowers.calibration.problem.gather", gathered)
    problem = record_problem(until=1945)
    before = problem.figures({}, 1, 1, predicting=False)
    assert set(played) == {NINETEENTH, INTERWAR} and not {fact.id for fact in problem.predicted} & set(before)
    after = problem.figures({}, 1, 1, predicting=True)
    assert {BIPOLAR, UNIPOLAR} <= set(played) and set(after) == {fact.id for fact in problem.facts}


def later(parameters: Mapping[str, float], seed: int, runs: int) -> dict[str, Sequence[float]]:
    """A fact about later years, which the toy gives when it is asked to predict."""
    return {"later": toy.played(parameters, seed, runs)["ratio"]}


LATER = toy.FITTED[2]._replace(id="later", period="1946-1989")
PAST = replace(toy.problem(), predicted=(LATER,), predict=later)


@pytest.fixture(scope="module")
def past_and_all(tmp_path_factory: pytest.TempPathFactory) -> tuple[Calibrated, Path, Calibrated]:
    """The toy fitted to the past, where it is, and without anything to predict: both briefly."""
    place, brief = tmp_path_factory.mktemp("toy"), {"size": 10, "draws": 4}
    with pytest.MonkeyPatch.context() as patch:
        brief_chains.use(patch)
        past = calibrate(toy.settings(until=1945, **brief), place / "past", 2, problem=PAST)
        return past, place / "past", calibrate(toy.settings(**brief), place / "all", 2, problem=toy.problem())


def test_the_posterior_says_up_to_when_it_saw_the_record(past_and_all: tuple[Calibrated, Path, Calibrated]) -> None:
    calibration, place, _ = past_and_all
    save_calibration(calibration, place)
    assert "1 of 1 about the years after 1945, which it did not see" in answer(calibration)
    assert "held apart" in answer(calibration) and "Facts about the years after 1945" in render(calibration)
    posterior = load_posterior(place / "posterior.toml")
    assert posterior.provenance["arguments"]["until"] == 1945 and "1816 to 1945" in posterior.title
    assert posterior.provenance["facts_predicted"] == ["later"]
    (line,) = json.loads((place / "calibration.json").read_text())["predicted"]
    assert line["use"] == "predicted" and line["prior"] is None and line["posterior"] is not None
    with pytest.raises(GreatPowersError, match="cannot continue"):
        calibrate(replace(toy.settings(), until=1913), place, problem=PAST)


def test_what_is_predicted_moves_nothing_in_the_fit(past_and_all: tuple[Calibrated, Path, Calibrated]) -> None:
    calibration, _, plain = past_and_all
    assert [one.parameters for one in calibration.kept] == [one.parameters for one in plain.kept]
    assert (
        calibration.middle.parameters == plain.middle.parameters
        and calibration.of("predicted")
        and not plain.of("predicted")
    )


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--until", "1700"], "--until is 1700; expected a whole number from 1816 to 2016."),
        (["--until", "1850"], "until 1850: no fact to fit ends by then; expected 1913 or later."),
        (["--data", "nowhere"], "nowhere"),
    ],
)
def test_what_cannot_be_asked_is_one_sentence(
    words: list[str], message: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["calibrate", "--fast", *words, "--out", str(tmp_path / "out")]) == 2
    stderr = capsys.readouterr().err
    assert message in stderr and stderr.count("\n") == 1
