"""A whole calibration of a toy: it finds the truth, repeats to the byte, and cannot be led by what is held apart."""

import csv
import json
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import brief_chains
import numpy as np
import pytest
import toy_calibration as toy

from greatpowers import GreatPowersError, load_posterior, synthetic
from greatpowers.calibration.checkpoint import Calibrated, Checkpoint, places
from greatpowers.calibration.emulator import FEWEST_POINTS
from greatpowers.calibration.learning import HELD_OUT
from greatpowers.calibration.problem import FEWEST, record_problem
from greatpowers.calibration.run import calibrate
from greatpowers.cli import main
from greatpowers.validation.facts import agrees
from greatpowers.validation.measures.registry import MEASURES
from greatpowers.validation.play import EraWorld, Stretch
from greatpowers.validation.scorecard_page import read_parameters


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> tuple[Calibrated, Path]:
    """The toy calibrated without interruption."""
    place = tmp_path_factory.mktemp("toy") / "results"
    return toy.run(place), place


@pytest.fixture(scope="module")
def brief(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small one, for what is about its bytes."""
    with pytest.MonkeyPatch.context() as patch:
        brief_chains.use(patch)
        place = tmp_path_factory.mktemp("toy") / "brief"
        toy.run(place, **BRIEF)
    return place


BRIEF: dict[str, Any] = {"size": 10, "draws": 4}


# What it finds


def test_history_matching_keeps_the_truth_and_shrinks_the_space(whole: tuple[Calibrated, Path]) -> None:
    calibration, _ = whole
    shares = [report["share_left"] for report in calibration.reports]
    assert 0 < shares[1] <= 1.5 * shares[0] < 0.2
    late = places(calibration.points["wave-2"])
    assert (np.abs(late[:, :3] - toy.TRUTH[:3]) < 0.3).all(axis=1).mean() > 0.5


def test_the_posterior_holds_the_truth_where_facts_tell_and_the_prior_where_they_do_not(
    whole: tuple[Calibrated, Path],
) -> None:
    calibration, _ = whole
    known = calibration.identifiability["parameters"]
    widths = [known[name]["width"] for name in calibration.names]
    informed = [name in ("jolt", "talk", "horizon") for name in calibration.names]
    assert all(width < 0.6 for width, tells in zip(widths, informed, strict=True) if tells)
    assert all(width > 0.85 for width, tells in zip(widths, informed, strict=True) if not tells)
    assert {"operations", "hurting", "war_stop"} <= set(calibration.identifiability["unmoved"])
    drawn = places(calibration.kept)
    truth = toy.PRIORS.place(toy.PRIORS.values(toy.TRUTH))
    low, high = np.quantile(drawn, [0.005, 0.995], axis=0)
    assert ((low <= toy.TRUTH) & (high >= toy.TRUTH)).all(), (low, truth, high)


def test_the_fact_that_informs_a_parameter_is_named(whole: tuple[Calibrated, Path]) -> None:
    calibration, _ = whole
    assert set(calibration.identifiability["parameters"]["horizon"]["facts"]) & {"ratio", "product"}


def test_the_centre_is_near_the_truth_and_predicts_what_was_held_apart(whole: tuple[Calibrated, Path]) -> None:
    calibration, _ = whole
    centre = toy.PRIORS.place(calibration.middle.parameters)
    assert np.abs(centre[:3] - toy.TRUTH[:3]).max() < 0.15
    assert calibration.of("held-apart")[0].centred == calibration.of("held-apart")[0].verdict == "within"
    assert calibration.of("held-apart")[0].prior.high - calibration.of("held-apart")[0].prior.low > 2 * (
        calibration.of("held-apart")[0].posterior.high - calibration.of("held-apart")[0].posterior.low
    )


# What it writes


def test_the_files_say_what_was_found(whole: tuple[Calibrated, Path]) -> None:
    calibration, place = whole
    posterior = load_posterior(place / "posterior.toml")
    assert posterior.names == calibration.names
    assert [posterior.draw(k) for k in range(len(posterior.draws))] == [dict(p.parameters) for p in calibration.kept]
    assert read_parameters(place / "posterior.toml") == posterior.parameters == dict(calibration.middle.parameters)
    assert posterior.provenance["facts_held_apart"] == ["apart"]
    assert posterior.provenance["parameter_sets"] == 2 * 30 + 20 + 8
    document = json.loads((place / "calibration.json").read_text())
    assert [row["id"] for row in document["fitted"]] == [fact.id for fact in toy.FITTED]
    assert document["draws"]["kept"] == len(calibration.kept) <= document["draws"]["asked"] == 20
    with (place / "calibration.csv").open(newline="") as file:
        rows = [(row["use"], row["basis"]) for row in csv.DictReader(file)]
    assert rows == [("fitted", "found")] * 4 + [("held-apart", "given")]
    assert (place / "timing.csv").read_text().startswith("what,minutes,points\n")


def test_the_page_shows_every_parameter_and_fact_and_needs_nothing_else(whole: tuple[Calibrated, Path]) -> None:
    calibration, place = whole
    page = (place / "calibration.html").read_text()
    assert page.count('class="strip"') == len(calibration.names) + len(calibration.predictions)
    assert "http" not in page.replace("http://www.w3.org", "").replace("http-equiv", "")
    assert "Facts held apart" in page and "nan" not in page
    met = sum(agrees(prediction.verdict) for prediction in calibration.of("held-apart"))
    assert f"Among all these facts are 1 that inputs give; the median meets {met} of them." in page


def test_the_ledger_holds_every_point_in_order_with_all_its_figures(whole: tuple[Calibrated, Path]) -> None:
    _, place = whole
    lines = [json.loads(line) for line in (place / "ledger.jsonl").read_text().splitlines()]
    counts = {"wave-1": 30, "wave-2": 30, "draws": 20, "centre": 8}
    assert [(line["stage"], line["point"]) for line in lines] == [
        (stage, point) for stage, count in counts.items() for point in range(count)
    ]
    assert all(set(line["figures"]) == {"sum", "share", "ratio", "product", "apart"} for line in lines)
    assert len({line["seed"] for line in lines}) == len(lines)


# What it repeats


def test_the_same_seed_gives_the_same_bytes_with_one_worker_and_with_two(
    brief: Path, brief_chain: None, tmp_path: Path
) -> None:
    toy.run(tmp_path / "again", workers=1, **BRIEF)
    assert toy.data_of(tmp_path / "again") == toy.data_of(brief)


def test_another_seed_gives_another_posterior(brief: Path, brief_chain: None, tmp_path: Path) -> None:
    toy.run(tmp_path / "other", seed=2, **BRIEF)
    drawn = [load_posterior(place / "posterior.toml").draw(0) for place in (brief, tmp_path / "other")]
    assert drawn[0] != drawn[1]


def test_facts_held_apart_cannot_influence_the_fit(brief: Path, brief_chain: None, tmp_path: Path) -> None:
    def lying(parameters: Mapping[str, float], seed: int, runs: int) -> Mapping[str, Sequence[float]]:
        return {**toy.played(parameters, seed, runs), "apart": [-1e6] * (runs + 1)}

    calibration = toy.run(tmp_path / "lied", play=lying, **BRIEF)
    assert (tmp_path / "lied/posterior.toml").read_bytes() == (brief / "posterior.toml").read_bytes()
    assert calibration.of("held-apart")[0].posterior.median == -1e6


def test_a_torn_line_is_cut_off_and_its_point_played_again(whole: tuple[Calibrated, Path], tmp_path: Path) -> None:
    text = (whole[1] / "ledger.jsonl").read_text()
    (tmp_path / "ledger.jsonl").write_text(text[: text.index("\n", 5000) + 40])
    checkpoint = Checkpoint(toy.settings(), tmp_path)
    assert 0 < len(checkpoint.points) < 20
    assert (tmp_path / "ledger.jsonl").read_text() == text[: text.index("\n", 5000) + 1]


def test_a_complete_calibration_is_read_and_plays_nothing(whole: tuple[Calibrated, Path]) -> None:
    before = toy.data_of(whole[1])
    toy.run(whole[1], play=lambda *_: pytest.fail("something was played"))
    assert toy.data_of(whole[1]) == before


# What it refuses


@pytest.mark.parametrize(
    ("changed", "contents", "difference"),
    [
        ({"size": 31}, None, "'size' was 30 and is 31 now"),
        ({"seed": 5}, None, "'seed' was 1 and is 5 now"),
        ({"priors": toy.priors(discrepancy=0.1)}, None, "'discrepancy' was 0.05 and is 0.1 now"),
        ({}, {"the toy": "2"}, "the content of the toy has changed"),
    ],
)
def test_going_on_with_something_else_is_refused_and_the_difference_named(
    changed: dict[str, object], contents: dict[str, str] | None, difference: str, whole: tuple[Calibrated, Path]
) -> None:
    before = toy.data_of(whole[1])
    with pytest.raises(GreatPowersError, match="cannot continue this calibration") as error:
        calibrate(toy.settings(**changed), whole[1], problem=toy.problem(contents=contents))
    assert difference in str(error.value)
    assert toy.data_of(whole[1]) == before


def test_another_engine_is_refused_and_named(whole: tuple[Calibrated, Path], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("greatpowers.storage.manifest.fingerprint", lambda: "another")
    with pytest.raises(GreatPowersError, match="the rules of the model have changed"):
        calibrate(toy.settings(), whole[1], problem=toy.problem())


def test_other_priors_are_named_to_the_number(whole: tuple[Calibrated, Path]) -> None:
    table = toy.PRIORS.table.model_dump()
    before, table["priors"]["horizon"]["low"] = table["priors"]["horizon"]["low"], 3.0
    other = toy.priors(priors=table["priors"])
    with pytest.raises(GreatPowersError, match=re.escape(f"'priors.horizon.low' was {before:g} and is 3 now")):
        calibrate(toy.settings(priors=other), whole[1], problem=toy.problem())


def test_a_directory_of_something_else_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text("dear")
    with pytest.raises(GreatPowersError, match="holds files that greatpowers did not write"):
        calibrate(toy.settings(), tmp_path, problem=toy.problem())
    assert [path.name for path in tmp_path.iterdir()] == ["letter.txt"]


# Histories


SMALL = synthetic(states=6, seed=3)
WORLDS = tuple(
    EraWorld(name, (Stretch(SMALL, 3),), "containment", 2, 2, "a small world")
    for name in dict.fromkeys(name for measure in MEASURES.values() for name in measure.worlds)
)


def test_the_model_itself_is_played_and_every_fact_measured() -> None:
    problem = record_problem(WORLDS)
    figures = problem.play({"horizon": 6.0}, 7, 2)
    assert {fact.id for fact in problem.facts} <= set(figures)
    assert all(len(values) == 3 for values in figures.values())
    again = problem.play({"horizon": 6.0}, 7, 2)
    assert all(np.array_equal(values, again[name], equal_nan=True) for name, values in figures.items())
    assert {fact.split for fact in problem.fitted} == {"fitted"}
    assert {fact.split for fact in problem.apart} == {"held-apart"}


def test_the_command_calibrates_and_tells(
    brief_chain: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("greatpowers.calibration.run.record_problem", lambda **_: record_problem(WORLDS[:1]))
    (tmp_path / "priors.toml").write_text(
        'format = 1\n[priors]\nhorizon = { low = 4.0, high = 16.0, scale = "log" }\n'
        'bluff = { low = 0.2, high = 0.8, scale = "logit" }\n'
    )
    words = ["--fast", "--waves", "1", "--size", "10", "--draws", "2", "--parameters", str(tmp_path / "priors.toml")]
    assert main(["calibrate", *words, "--out", str(tmp_path / "out")]) == 0
    captured = capsys.readouterr()
    assert "held apart" in captured.out and "posterior.toml" in captured.out and "minutes" in captured.out
    assert captured.err == ""
    posterior = load_posterior(tmp_path / "out/posterior.toml")
    assert set(posterior.names) == {"horizon", "bluff"}
    assert posterior.provenance["arguments"] == {"waves": 1, "size": 10, "runs": 1, "draws": 2, "seed": 1}


def test_a_wave_that_no_emulator_could_learn_from_is_refused() -> None:
    """Four fifths of the fewest points are as many as an emulator takes, and of one less may not be."""
    held = sum(point % HELD_OUT == HELD_OUT - 1 for point in range(FEWEST))
    assert FEWEST - held == FEWEST_POINTS
    assert toy.settings(size=FEWEST).size == FEWEST
    with pytest.raises(GreatPowersError, match=r"size: 9 parameter sets in a wave are too few to learn from; exp"):
        toy.settings(size=FEWEST - 1)


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--parameters", "nowhere.toml"], "there is no file 'nowhere.toml'"),
        (["--waves", "0"], "expected a whole number from 1"),
        (["--size", "many"], "expected a whole number"),
        (["--size", "9"], "size: 9 parameter sets in a wave are too few to learn from; expected at least 10."),
        (["--sized", "4"], "Did you mean '--size'?"),
        (["2017"], "one argument too many"),
        (["--out", " "], "--out is empty"),
    ],
)
def test_wrong_use_is_one_sentence_and_plays_nothing(
    words: list[str], message: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("greatpowers.calibration.run.calibrate", lambda *_, **__: pytest.fail("something was played"))
    assert main(["calibrate", *words]) == 2
    stderr = capsys.readouterr().err
    assert message in stderr and stderr.count("\n") == 1


def test_an_interrupt_leaves_a_sentence_and_what_is_finished(
    brief_chain: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def interrupted(parameters: Mapping[str, float], seed: int, runs: int) -> Mapping[str, Sequence[float]]:
        if len((tmp_path / "out/ledger.jsonl").read_bytes().splitlines()) >= 5:
            raise KeyboardInterrupt
        return toy.played(parameters, seed, runs)

    (tmp_path / "out").mkdir()
    toy.run(tmp_path / "out", size=10, waves=1, draws=4)
    lines = (tmp_path / "out/ledger.jsonl").read_text().splitlines(keepends=True)
    (tmp_path / "out/ledger.jsonl").write_text("".join(lines[:3]))
    monkeypatch.setattr("greatpowers.calibration.run.record_problem", lambda **_: toy.problem(interrupted))
    monkeypatch.setattr("greatpowers.calibration.problem.load_priors", lambda _: toy.PRIORS)
    words = ["--waves", "1", "--size", "10", "--draws", "4", "--workers", "1"]
    assert main(["calibrate", *words, "--out", str(tmp_path / "out")]) == 130
    assert "the same command goes on from there" in capsys.readouterr().err
    assert (tmp_path / "out/ledger.jsonl").read_bytes().count(b"\n") == 5


def test_a_calibration_for_a_user_who_is_not_there_is_refused() -> None:
    with pytest.raises(GreatPowersError, match="~nobody-has-this-name/it: cannot be written"):
        toy.run("~nobody-has-this-name/it")
