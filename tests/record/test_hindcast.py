"""The hindcast as a whole: on a made record where everything is known, and on a little of the real one."""

import csv
import gzip
import html
import json
import math
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hindcast_worlds import QUIET, SHARES, made_disputes, write_record

from greatpowers import GreatPowersError, Records
from greatpowers.cli import main
from greatpowers.hindcast import run
from greatpowers.hindcast.benchmarks import Forecasters
from greatpowers.hindcast.histories import Kept
from greatpowers.hindcast.page import details, save_hindcast, verdict, what_it_adds
from greatpowers.hindcast.panel import DyadPanel, onsets
from greatpowers.hindcast.run import (
    COLUMNS,
    Hindcast,
    ReliabilityCheck,
    added,
    hindcast,
    judge,
    play,
    read_past,
    smoothed,
)
from greatpowers.hindcast.scoring import auc, log_score
from greatpowers.hindcast.settings import HindcastSettings, covered, policy_of
from greatpowers.historical.dyads import relevant
from greatpowers.simulation.run import COMPILING
from greatpowers.storage.manifest import check_place
from greatpowers.validation.play import Estimate

SMALL = HindcastSettings(first=1816, last=1846, every=10, ahead=2, runs=3)
FILES = [
    "added.csv", "calibration.csv", "groups.png", "hindcast.csv", "hindcast.html", "kinds.csv", "manifest.json",
    "reliability.png", "roc.png", "scores.csv", "scores.json",
]  # fmt: skip


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_record(tmp_path_factory.mktemp("record"), made_disputes())


@pytest.fixture(scope="module")
def past(made: Path) -> Forecasters:
    """What there is to compare with."""
    return read_past(Records(made), SMALL)


@pytest.fixture(scope="module")
def small_hindcast(made: Path) -> Hindcast:
    return hindcast(Records(made), SMALL)


@pytest.fixture(scope="module")
def saved(small_hindcast: Hindcast, made: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Its files."""
    return save_hindcast(small_hindcast, Records(made), tmp_path_factory.mktemp("saved") / "one")


FEW = 10
"""Resamples for intervals that nobody looks at."""


def test_the_table_has_a_row_for_every_start_lead_and_pair(small_hindcast: Hindcast, made: Path) -> None:
    table = small_hindcast.table
    assert list(table.columns) == list(COLUMNS)
    assert sorted(set(zip(table["start"], table["lead"], strict=True))) == [
        (start, lead) for start in (1816, 1826, 1836, 1846) for lead in (1, 2)
    ]
    assert (table["year"] == table["start"] + table["lead"] - 1).all()
    one = table[(table["start"] == 1836) & (table["lead"] == 2)]
    assert list(zip(one["ccode1"], one["ccode2"], strict=True)) == relevant(Records(made), 1836, SHARES)
    happened = {(low, high) for low, high, year in onsets(Records(made)).to_numpy().tolist() if year == 1837}
    onset_rows = one[one["outcome"] == 1]
    assert set(zip(onset_rows["ccode1"], onset_rows["ccode2"], strict=True)) == happened & set(
        zip(one["ccode1"], one["ccode2"], strict=True)
    )
    assert one["state1"].iloc[0] == "USA"


def test_only_what_every_forecast_was_made_for_is_scored(small_hindcast: Hindcast) -> None:
    assert small_hindcast.table.loc[small_hindcast.table["start"] == 1816, "p_logit"].isna().all()
    assert small_hindcast.table["p_model"].between(0, 1).all()
    assert sorted(set(small_hindcast.scored["start"])) == [1826, 1836, 1846]
    assert {score.cases for score in small_hindcast.scores if score.group == "all"} == {len(small_hindcast.scored)}
    model = small_hindcast.score("model")
    assert model.auc.value == auc(
        small_hindcast.scored["p_model"].to_numpy(), small_hindcast.scored["outcome"].to_numpy()
    )
    assert small_hindcast.score("base").skill.value == 0.0


def test_the_model_s_probability_is_the_mean_of_its_histories_drawn_to_that_of_all_pairs(
    made: Path, past: Forecasters
) -> None:
    records = Records(made)
    [played] = play(records, HindcastSettings(first=1836, last=1836, ahead=1, runs=4))
    table = judge(records, SMALL, past, [played], FEW).table
    chance = played.halves.sum(axis=0)[:, 0] / 4
    assert table["p_model"].to_numpy() == pytest.approx((4 * chance + chance.mean()) / 5)
    assert table["begun"].tolist() == played.begun[:, 0].tolist()
    assert smoothed(np.array([0.0, 0.5]), 1).tolist() == [0.125, 0.375]


def test_a_pair_without_a_theatre_has_the_least_chance_and_not_none(small_hindcast: Hindcast) -> None:
    one = small_hindcast.table[(small_hindcast.table["start"] == 1836) & (small_hindcast.table["lead"] == 1)]
    [without] = np.flatnonzero(one["salience"].isna())
    assert tuple(one[["ccode1", "ccode2"]].iloc[without]) == QUIET
    assert one["p_model"].iloc[without] == one["p_model"].min() > 0


def test_more_histories_go_on_from_the_same_ones(made: Path) -> None:
    records = Records(made)
    few, more = (play(records, HindcastSettings(first=1836, last=1836, ahead=1, runs=n))[0] for n in (2, 4))
    [later] = play(records, HindcastSettings(first=1836, last=1836, ahead=1, runs=2, seed=2))
    assert few.halves + later.halves == pytest.approx(more.halves)
    assert (few.begun + later.begun == more.begun).all()


def test_equal_questions_have_equal_answers_whatever_the_workers(saved: Path, made: Path, tmp_path: Path) -> None:
    places = [saved, save_hindcast(hindcast(Records(made), SMALL, workers=1), Records(made), tmp_path / "other")]
    for name in FILES:
        one, other = ((place / name).read_bytes() for place in places)
        assert name == "manifest.json" or one == other, name
    manifests = [json.loads((place / "manifest.json").read_text()) for place in places]
    assert {**manifests[0], "created": ""} == {**manifests[1], "created": ""}


def test_another_seed_and_other_parameters_give_other_probabilities(
    small_hindcast: Hindcast, past: Forecasters, made: Path
) -> None:
    for other in (
        HindcastSettings(**{**vars(SMALL), "seed": 7}),
        HindcastSettings(**{**vars(SMALL), "parameters": {"clash": 0.9}}),
    ):
        table = judge(Records(made), other, past, play(Records(made), other), FEW).table
        assert (table["p_model"] != small_hindcast.table["p_model"]).any()
        assert table["p_logit"].equals(small_hindcast.table["p_logit"])


def test_an_interrupted_hindcast_resumes_where_it_stopped(
    small_hindcast: Hindcast, past: Forecasters, made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    records, store = Records(made), Kept.beside(tmp_path / "out")
    monkeypatch.setattr(run, "read_past", lambda *_: past)

    def stop(done: int, total: int) -> None:
        assert total == 12
        if done == 8:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        hindcast(records, SMALL, store, progress=stop)
    assert store.years == {1816, 1826}
    assert not (tmp_path / "out").exists()
    started, original = [], run.play_start
    monkeypatch.setattr(run, "play_start", lambda *given: started.append(given[2]) or original(*given))
    counts: list[tuple[int, int]] = []
    again = hindcast(records, SMALL, Kept.beside(tmp_path / "out"), progress=lambda *count: counts.append(count))
    assert started == [1836, 1846]
    assert counts[:2] == [(3, 12), (6, 12)] and counts[-1] == (12, 12)
    assert again.table.equals(small_hindcast.table)
    assert again.scores == small_hindcast.scores or any(math.isnan(s.auc.value) for s in small_hindcast.scores)


def test_start_years_are_kept_beside_the_results_or_in_a_directory_that_must_stay(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = tmp_path / "out"
    place.mkdir()
    assert Kept.beside(place).directory == tmp_path / ".out.unfinished"
    monkeypatch.chdir(place)  # where somebody stands, as on a disk of its own, nothing is moved
    within = Kept.beside(place).directory
    assert within.parent == place
    within.mkdir()
    check_place(place, "hindcast")  # what is kept does not make it a directory of others
    with pytest.raises(GreatPowersError, match="~nobody-has-this-name/it: cannot be written"):
        Kept.beside(Path("~nobody-has-this-name/it"))


@pytest.mark.parametrize("change", [{"runs": 4}, {"seed": 1}, {"ahead": 1}, {"parameters": {"clash": 0.5}}])
def test_what_was_kept_under_other_settings_is_not_used(change: dict[str, object], made: Path, tmp_path: Path) -> None:
    records, store = Records(made), Kept(tmp_path)
    settings = HindcastSettings(first=1836, last=1836, ahead=2, runs=2)
    play(records, settings, store)
    [world] = [run.world_of(records, 1836, 2)]
    assert store.load(world, 1836, settings) is not None
    other = HindcastSettings(**{**vars(settings), **change})
    assert store.load(run.world_of(records, 1836, other.ahead), 1836, other) is None
    [file] = tmp_path.iterdir()
    file.write_text(file.read_text()[:100])  # cut short: played again
    assert Kept(tmp_path).load(world, 1836, settings) is None


def test_the_files_say_what_the_hindcast_says(small_hindcast: Hindcast, saved: Path) -> None:
    assert sorted(path.name for path in saved.iterdir()) == FILES
    with (saved / "hindcast.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert [float(row["p_model"]) for row in rows] == pytest.approx(small_hindcast.table["p_model"].tolist(), rel=1e-5)
    assert [row["outcome"] for row in rows] == [str(int(x)) for x in small_hindcast.table["outcome"]]
    assert rows[0]["p_logit"] == ""
    document = json.loads((saved / "scores.json").read_text())
    assert document["settings"] == {
        "from": 1816, "to": 1846, "every": 10, "ahead": 2, "runs": 3, "seed": 0, "parameters": {},
    }  # fmt: skip
    assert document["policies"] == dict.fromkeys(("1816", "1826", "1836", "1846"), "laissez-faire")
    assert [file["subject"] for file in document["files"]] == ["capabilities", "disputes", "alliances", "contiguity"]
    assert all(len(file["sha256"]) == 64 for file in document["files"])
    first = document["scores"][0]
    assert (first["group"], first["forecast"], first["cases"]) == ("all", "model", len(small_hindcast.scored))
    assert first["auc"] == small_hindcast.score("model").auc.value
    assert document["check"]["begun"] == small_hindcast.check.begun == int(small_hindcast.table["begun"].sum())
    assert str(saved.parent) not in (saved / "scores.json").read_text() + (saved / "hindcast.html").read_text()
    kinds = pd.read_csv(saved / "kinds.csv")
    ratios = kinds.loc[kinds["factor"] == "capability ratio", "kind"].tolist()
    assert ratios == ["below 2", "2 to 5", "5 to 20"]
    assert (kinds.groupby("factor")["cases"].sum() == len(small_hindcast.scored)).all()


def test_the_page_needs_nothing_else(small_hindcast: Hindcast, saved: Path) -> None:
    page = (saved / "hindcast.html").read_text()
    assert "http" not in page.replace("http://www.w3.org", "").replace("http-equiv", "")
    assert page.count("<svg") == 3
    assert "logit with history" in page and "Where the model is off" in page
    for words in ("strongest rival", "logit on salience", "Average precision", "AUC within start years", "Log loss"):
        assert words in page
    # a row of scores for every forecast, and one of leads for each of the four that the model is held against
    assert page.count('<td class="whole">all pair-years</td>') == 6 + 4


def test_it_is_said_if_chances_are_no_longer_what_happens(small_hindcast: Hindcast) -> None:
    sums = small_hindcast.check.expected, small_hindcast.check.begun
    assert not any("not to be trusted" in line for line in details(small_hindcast))
    broken = replace(small_hindcast, check=ReliabilityCheck(1100.0, 1000, math.nan))
    assert "add up to 1,100 disputes, and 1,000 began" in details(broken)[-1]
    assert sums[0] == pytest.approx(sums[1], abs=4 * math.sqrt(sums[1]))


def test_what_the_model_adds_is_told_everywhere(small_hindcast: Hindcast, saved: Path) -> None:
    assert small_hindcast.added == added(small_hindcast.scored)
    assert (small_hindcast.added.starts, math.isfinite(small_hindcast.added.gain.value)) == (3, True)
    sentence = what_it_adds(small_hindcast)
    assert sentence in details(small_hindcast) and f"in {small_hindcast.added.better} of 3 start years" in sentence
    assert html.escape(sentence) in (saved / "hindcast.html").read_text()
    entry = json.loads((saved / "scores.json").read_text())["added"]
    [row] = csv.DictReader((saved / "added.csv").read_text().splitlines())
    for name, value in {
        **vars(small_hindcast.added),
        "gain": small_hindcast.added.gain.value,
        "gain_low": small_hindcast.added.gain.low,
    }.items():
        assert entry[name] == value and float(row[name]) == pytest.approx(value, rel=1e-5)


def test_every_score_and_lead_is_in_the_files(small_hindcast: Hindcast, saved: Path) -> None:
    rows = pd.read_csv(saved / "scores.csv")
    names = ("auc", "auc_within", "skill", "precision", "log_loss", "log_skill", "auc_lead", "auc_within_lead",
             "skill_lead", "precision_lead", "log_lead")  # fmt: skip
    assert {f"{name}{end}" for name in names for end in ("", "_low", "_high")} <= set(rows.columns)
    one = rows[(rows["group"] == "all") & (rows["forecast"] == "strongest")].iloc[0]
    score = small_hindcast.score("strongest")
    for name in names:
        written = [one[f"{name}{end}"] for end in ("", "_low", "_high")]
        assert written == pytest.approx(list(getattr(score, name)), rel=1e-5), name
    assert one["within"] == pytest.approx(score.parts.within, rel=1e-5)
    assert score.log_loss.value == pytest.approx(log_score(small_hindcast.scored, "strongest"), rel=1e-12)


@pytest.mark.parametrize(
    ("lead", "expected"),
    [((0.1, 0.01, 0.2), "better"), ((-0.1, -0.2, -0.01), "worse"), ((0.1, -0.1, 0.3), "no telling"),
     ((0.1, math.nan, math.nan), "no telling")],
)  # fmt: skip
def test_the_model_wins_where_the_interval_of_its_lead_leaves_out_nothing(
    lead: tuple[float, float, float], expected: str
) -> None:
    assert verdict(Estimate(*lead)) == expected


@pytest.mark.parametrize(
    ("year", "policy"), [(1816, "laissez-faire"), (1918, "laissez-faire"), (1919, "league-sanctions"),
                         (1946, "containment"), (2014, "containment")]
)  # fmt: skip
def test_worlds_have_the_policy_of_their_time(year: int, policy: str) -> None:
    assert policy_of(year) == policy


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"first": 1850, "last": 1846}, "the start years go from 1850 to 1846; expected a first one"),
        ({"last": 1866}, "year 1866: the files in .* from 1816 to 2014; expected start years of which all are known"),
        ({"last": 1816}, "the last start year is 1816, before which fewer than 10 disputes began"),
        ({"runs": 0}, "runs is 0; expected a whole number from 1"),
        ({"seed": 2**63 - 1, "runs": 2}, "seed: 9223372036854775808 is out of range"),
        ({"ahead": 6}, "ahead is 6; expected a whole number from 1 to 5"),
        ({"parameters": {"clach": 0.1}}, "Did you mean 'clash'"),
    ],
)
def test_a_question_that_cannot_be_asked_is_refused(change: dict[str, object], sentence: str, made: Path) -> None:
    with pytest.raises(GreatPowersError, match=sentence):
        read_past(Records(made), HindcastSettings(**{**vars(SMALL), **change}))


ARGUMENTS = ["--to", "1846", "--ahead", "2", "--runs", "2"]


def test_the_command_plays_tells_and_writes(made: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "out"
    assert main(["hindcast", "--data", str(made), "--out", str(out), *ARGUMENTS]) == 0
    captured = capsys.readouterr()
    assert captured.err in ("", f"{COMPILING}\n")
    tables = captured.out[: captured.out.index("AUC is ")].splitlines()
    assert max(map(len, tables)) <= 100
    for words in (
        "All pair-years",
        "all pair-years",
        "strongest rival",
        "Model against logit: ranking",
        "(z = ",
        "from start year 1826 on",
        str(out / "roc.png"),
    ):
        assert words in " ".join(captured.out.split())  # a line may be broken within them
    assert [path.name for path in tmp_path.iterdir()] == ["out"]  # nothing is left of what was kept


def test_an_interrupt_says_what_is_kept_and_writes_nothing_else(
    made: Path, past: Forecasters, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    original = run.play_start
    monkeypatch.setattr(run, "read_past", lambda *_: past)

    def stop_at_1836(*given: object) -> object:
        if given[2] == 1836:
            raise KeyboardInterrupt
        return original(*given)  # type: ignore[arg-type]

    monkeypatch.setattr(run, "play_start", stop_at_1836)
    command = ["hindcast", "--data", str(made), "--out", str(tmp_path / "out"), *ARGUMENTS]
    assert main(command) == 130
    captured = capsys.readouterr()
    unfinished = tmp_path / ".out.unfinished"
    assert f"stopped; 2 of 4 start years are kept in {unfinished}, and the same command goes on" in captured.err
    assert captured.out == "" and [path.name for path in tmp_path.iterdir()] == [unfinished.name]
    monkeypatch.setattr(run, "play_start", original)
    assert main(command) == 0
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ([], "--data is missing; see 'greatpowers hindcast --help'."),
        (["--data", "nowhere"], "there is no directory 'nowhere'; expected the one with the files downloaded."),
        (["--from", "1815"], "--from is 1815; expected a whole number from 1816 to 2016."),
        (["--from", "1900", "--to", "1850"], "the start years go from 1900 to 1850; expected a first one (--from)"),
        (["--to", "2016"], "the files in"),
        (["--every", "0"], "--every is 0; expected a whole number from 1 to 200."),
        (["--ahead", "6"], "--ahead is 6; expected a whole number from 1 to 5."),
        (["--runs", "many"], "--runs is 'many'; expected a whole number from 1 to 1000000."),
        (["--seed", "-1"], "--seed is -1; expected a whole number of at least 0."),
        (["--param", "clash=-1"], "--param: parameter 'clash' is -1"),
        (["--param", "clach=0.1"], "Did you mean 'clash'?"),
        (["--parameters", "nowhere.toml"], "there is no file 'nowhere.toml'"),
        (["--fats"], "Did you mean '--fast'?"),
        (["--out", ""], "--out is empty; expected the name of a directory."),
    ],
)
def test_wrong_use_gets_one_sentence_before_anything_is_played(
    words: list[str], sentence: str, made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("greatpowers.hindcast.run.play", lambda *_, **__: pytest.fail("something was played"))
    data = [] if not words or "--data" in words else ["--data", str(made)]
    assert main(["hindcast", *data, *words]) == 2
    stderr = capsys.readouterr().err
    assert sentence in stderr
    assert stderr.count("\n") == 1
    assert not list(tmp_path.iterdir())


def test_without_scikit_learn_it_is_said_before_anything_is_played(
    made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(sys.modules, "sklearn.ensemble", None)
    monkeypatch.setattr("greatpowers.hindcast.run.play", lambda *_, **__: pytest.fail("something was played"))
    assert main(["hindcast", "--data", str(made), "--out", str(tmp_path / "out"), *ARGUMENTS]) == 2
    stderr = capsys.readouterr().err
    assert 'sklearn is not installed; install it with: pip install "greatpowers[calibration]".' in stderr
    assert stderr.count("\n") == 1 and not list(tmp_path.iterdir())


@pytest.mark.parametrize(("first", "last"), [(1816, 2006), (1821, 2001), (1823, 2003), (1824, 2004)])
def test_start_years_can_end_in_any_digit(first: int, last: int) -> None:
    starts = HindcastSettings(first=first).starts
    assert (starts[0], starts[-1], len(starts)) == (first, last, (last - first) // 10 + 1)


def test_the_help_says_which_start_years_are_held_for_validation(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["hindcast", "--help"]) == 0
    text = " ".join(capsys.readouterr().out.split())
    assert "in 6, 1 and 8 were looked at during development; those in 6 serve calibration" in text
    assert "those in 2, 3, 4 and 9 were looked at once each, those in 0 three times, those in 5 and 7 are kept" in text


def test_files_that_are_missing_are_named(made: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for file in made.iterdir():
        if not file.name.startswith("MIDB"):
            (tmp_path / file.name).write_bytes(file.read_bytes())
    assert main(["hindcast", "--data", str(tmp_path), "--out", str(tmp_path / "out")]) == 2
    assert "there is no file on disputes (who has challenged whom); expected 'MIDB 5.0.csv'" in capsys.readouterr().err


@pytest.fixture(scope="module")
def panel(records: Records) -> DyadPanel:
    """That of the real record."""
    return DyadPanel(records, 2010)


def test_the_record_is_asked_about_as_the_derived_table_has_it(records: Records, panel: DyadPanel, raw: Path) -> None:
    text = gzip.decompress((raw / "dyad_year_relevant.csv.gz").read_bytes()).decode().splitlines()
    derived = {
        (int(r["ccode1"]), int(r["ccode2"]), int(r["year"])): int(r["mid_onsets_orig"]) > 0
        for r in csv.DictReader(text)
        if int(r["year"]) <= 2010
    }
    outcome = panel.outcomes(panel.rows, 1)
    ours = dict(zip(map(tuple, panel.rows[["ccode1", "ccode2", "year"]].to_numpy().tolist()), outcome, strict=True))
    # they count a state, or a major, all the year in which it becomes or ceases to be one; ours has to be there as the
    # year begins
    assert set(ours) <= set(derived)
    assert len(ours) > 0.98 * len(derived)
    # they take onsets from the dyadic file, which parts and joins some sides otherwise
    differing = sum(bool(ours[key]) != derived[key] for key in ours)
    assert differing < 0.001 * len(ours)
    assert sum(ours.values()) == pytest.approx(sum(derived[key] for key in ours), rel=0.03)
    assert covered(records) == (1816, 2014)


def test_on_the_record_past_disputes_tell_more_than_borders_and_power(panel: DyadPanel) -> None:
    forecasters, years = Forecasters(panel), range(1946, 1987, 10)
    forecasts = [forecasters.forecasts(year, 1) for year in years]
    outcomes = np.concatenate([panel.outcomes(panel.at(year), 1) for year in years])
    areas = {
        name: auc(np.concatenate([chances[name] for chances in forecasts]), outcomes)
        for name in ("logit", "history", "strongest")
    }
    assert 0.7 < areas["logit"] < areas["history"] - 0.03 < 0.95
    assert areas["logit"] < areas["strongest"]


def test_a_start_year_of_the_record_is_forecast_and_scored(records: Records) -> None:
    one_year = hindcast(records, HindcastSettings(first=1906, last=1906, ahead=2, runs=3))
    assert (one_year.score("model").cases, one_year.score("model").events) == (
        len(one_year.table),
        one_year.table["outcome"].sum(),
    )
    assert len(one_year.table) > 700
    assert one_year.files[0].startswith("National Material Capabilities")
    assert one_year.check.begun > 0
    assert one_year.check.expected == pytest.approx(one_year.check.begun, rel=0.5)
