"""Verdicts, the scorecard of whole histories, its files, its page and its exit code."""

import csv
import json
import math
import re
from pathlib import Path

import numpy as np
import pytest

from greatpowers import GreatPowersError, synthetic
from greatpowers.cli import main
from greatpowers.validation import facts, scorecard
from greatpowers.validation.facts import Interval, Target, judge, load_targets, target
from greatpowers.validation.measures.registry import BIPOLAR, MEASURES, NINETEENTH
from greatpowers.validation.play import EraWorld, Stretch, gather
from greatpowers.validation.scorecard import Scorecard, Scored, score, scored
from greatpowers.validation.scorecard_page import answer, details, read_parameters, read_until, render, save_scorecard

SMALL = synthetic(states=8, seed=3)
WORLDS = tuple(
    EraWorld(name, (Stretch(SMALL, 6), Stretch("2017", 1)), "containment", 3, 2, "a small world")
    for name in dict.fromkeys(name for measure in MEASURES.values() for name in measure.worlds)
)


@pytest.fixture(scope="module")
def card() -> Scorecard:
    return score(worlds=WORLDS, workers=2, resamples=60)


def fact(value: float, low: float = math.nan, high: float = math.nan, interval: Interval = "error") -> Target:
    return target("mid.reciprocated")._replace(value=value, low=low, high=high, interval=interval)


@pytest.mark.parametrize(
    ("about", "value", "verdict"),
    [
        (fact(1.0, 0.9, 1.3), 1.29, "within"),
        (fact(1.0, 0.9, 1.3), 0.89, "miss"),
        (fact(1.0, 0.9), 50.0, "within"),
        (fact(1.0), 1.25, "close"),
        (fact(1.0), 0.74, "miss"),
        (fact(-1.0), -0.8, "close"),
        (fact(-1.0), 0.8, "miss"),
        (fact(1.0, 0.9, 1.3), math.nan, "unmeasured"),
        (fact(1.0, 0.9), math.inf, "unmeasured"),
        (fact(1.0, 0.1, 9.0, "spread"), 1.25, "close"),
        (fact(1.0, 0.1, 9.0, "spread"), 1.26, "miss"),
        (fact(1.0, 0.9, 1.1, "spread"), 0.8, "close"),
    ],
)
def test_a_figure_agrees_within_the_interval_or_within_a_quarter_where_there_is_none(
    about: Target, value: float, verdict: str
) -> None:
    assert judge(about, value) == verdict


def test_the_agreed_set_names_facts_that_are_measured() -> None:
    assert set(facts.AGREED) <= set(MEASURES) | {"mid.rate_ratio"}


def test_every_fact_that_can_be_expressed_has_a_line(card: Scorecard) -> None:
    expressed = [entry.id for entry in load_targets().values() if not entry.left_out]
    assert [row.fact.id for row in card.rows] == expressed
    assert len(card.among()) == 55
    assert len(card.among("given")) == 7
    assert len(card.left_out) == 8


def test_a_figure_is_that_of_the_rows_of_all_histories_together(card: Scorecard) -> None:
    rows = gather(WORLDS, {world.name: 3 for world in WORLDS}, {}, 0)
    total = sum(part.sum(axis=0) for world in (NINETEENTH, BIPOLAR) for part in rows["mid.reciprocated", world])
    assert card.row("mid.reciprocated").value == total[0] / total[1]
    onsets, years = sum(part.sum(axis=0) for part in rows["mid.per_100_state_years.1816-1913", NINETEENTH])
    assert years * 100 == 3 * (8 * 6 + 56 * 1)
    assert card.row("mid.per_100_state_years.1816-1913").value == onsets / years


def test_intervals_hold_the_figure_and_narrow_with_more_histories() -> None:
    luck = np.random.default_rng(1)
    widths = []
    for runs in (10, 90):
        pieces = [np.array([[luck.poisson(20), 100.0]]) for _ in range(runs)]
        lines = scored({("war.onset_per_1000_state_years.1816-1913", NINETEENTH): pieces}, 300)
        line = next(row for row in lines if row.fact.id == "war.onset_per_1000_state_years.1816-1913")
        assert line.low < line.value < line.high
        widths.append(line.high - line.low)
    # the standard error of a rate of .2 from counts of 20 in 100 is .2 / sqrt(20 n)
    assert widths[0] == pytest.approx(2 * 1.96 * 0.2 / math.sqrt(200), rel=0.5)
    assert widths[0] / widths[1] == pytest.approx(3.0, rel=0.4)


def test_equal_arguments_give_equal_scorecards_whatever_the_workers(card: Scorecard) -> None:
    again = score(worlds=WORLDS, workers=1, resamples=60)
    assert render(again) == render(card)


def test_the_files_say_what_the_scorecard_says(card: Scorecard, tmp_path: Path) -> None:
    place = save_scorecard(card, tmp_path / "card")
    with (place / "scorecard.csv").open(encoding="utf-8", newline="") as file:
        lines = list(csv.DictReader(file))
    assert [line["id"] for line in lines] == [row.fact.id for row in card.rows]
    document = json.loads((place / "scorecard.json").read_text(encoding="utf-8"))
    for basis in ("found", "given"):
        core = [row for row in card.rows if row.fact.core and row.fact.basis == basis]
        agreeing = sum(row.verdict in ("within", "close") for row in core)
        assert document[basis] == {"agreeing": agreeing, "all": len(core)}
    parts = [document[f"found_{split}"] for split in ("fitted", "held_apart")]
    assert {key: sum(part[key] for part in parts) for key in ("agreeing", "all")} == document["found"]
    for line, entry, row in zip(lines, document["facts"], card.rows, strict=True):
        assert (entry["model"] is None) == (line["model"] == "") == (not math.isfinite(row.value))
        assert entry["record"] == float(line["record"]) == row.fact.value
        assert entry["verdict"] == line["verdict"] == row.verdict
        assert entry["basis"] == line["basis"] == row.fact.basis
        assert entry["record_interval"] == line["record_interval"] == row.fact.interval
        assert bool(line["given_by"]) == (row.fact.basis == "given")
    assert sorted(path.name for path in place.iterdir()) == [
        "manifest.json", "others.csv", "scorecard.csv", "scorecard.html", "scorecard.json", "two-rule-books.png",
    ]  # fmt: skip


def test_the_page_shows_every_fact_and_needs_nothing_else(card: Scorecard) -> None:
    page = render(card)
    assert page.count('class="strip"') == len(card.rows)
    assert all(fact.left_out.partition(":")[0] in page for fact in card.left_out)
    assert "http" not in page.replace("http://www.w3.org", "").replace("http-equiv", "")
    found, given = card.count(), card.count("given")
    assert f"{found.agreeing} of {found.all} facts found in histories agree" in page
    assert f"{given.agreeing} of {given.all} that inputs give." in page
    assert page.count("Given: ") == given.all
    assert page.count("(spread)") == sum(row.fact.interval == "spread" for row in card.rows) == 4


def test_facts_are_fitted_held_apart_or_predicted_and_counted_apart(tmp_path: Path) -> None:
    past = score(fast=True, worlds=WORLDS, workers=1, resamples=20, until=1945)
    years = {row.fact.id: [int(year) for year in re.findall(r"\d{4}", row.fact.period)] for row in past.rows}
    uses = {row.fact.id: past.use(row.fact) for row in past.rows}
    later = [name for name, covered in years.items() if covered and min(covered) > 1945]
    assert {name for name, use in uses.items() if use == "predicted"} == set(later) and len(later) > 30
    assert all(max(years[name]) <= 1945 for name, use in uses.items() if use in ("fitted", "held-apart"))
    assert uses["war.onset_per_1000_state_years"] == "none" and uses["mid.hostlev.5.1816-1945"] == "fitted"
    document = json.loads((save_scorecard(past, tmp_path / "past") / "scorecard.json").read_text(encoding="utf-8"))
    tallies = document["fitted_until"]
    assert tallies["until"] == 1945
    for use in ("fitted", "held-apart", "predicted"):
        for basis in ("found", "given"):
            rows = [row for row in past.rows if uses[row.fact.id] == use and row.fact.basis == basis]
            agreeing = sum(row.verdict in ("within", "close") for row in rows)
            assert tallies[f"{use.replace('-', '_')}_{basis}"] == {"agreeing": agreeing, "all": len(rows)}
            assert past.count(basis, core=False, use=use) == (agreeing, len(rows))
    assert {entry["id"]: entry["use"] for entry in document["facts"]} == uses
    assert render(past).count('<span class="more">predicted') == len(later)
    lines = details(past)
    assert lines[0] == "The parameters were fitted to the record up to 1945 alone."
    assert [" fitted: " in lines[1], " held apart: " in lines[2], " predicted: " in lines[3]] == [True] * 3


def test_a_fit_to_all_of_the_record_predicts_nothing(card: Scorecard) -> None:
    assert {card.use(row.fact) for row in card.rows} == {"fitted", "held-apart"}
    assert len(card.rows) == len([fact for fact in load_targets().values() if not fact.left_out])
    assert not any("alone" in line for line in details(card))


def test_a_file_says_up_to_when_its_parameters_saw_the_record(tmp_path: Path) -> None:
    (tmp_path / "set.toml").write_text("[parameters]\nclash = 20.0\n[provenance.arguments]\nuntil = 1945\n")
    (tmp_path / "plain.toml").write_text("[parameters]\nclash = 20.0\n")
    (tmp_path / "wrong.toml").write_text('[parameters]\nclash = 20.0\n[provenance.arguments]\nuntil = "then"\n')
    assert (read_until(tmp_path / "set.toml"), read_until(tmp_path / "plain.toml")) == (1945, None)
    with pytest.raises(GreatPowersError, match="'until' of its provenance is .*then.*; expected a year, such as 1945"):
        read_until(tmp_path / "wrong.toml")


def measured(name: str, value: float) -> Scored:
    about = target(name)
    return Scored(about, value, value, value, judge(about, value), MEASURES[name].worlds, "")


@pytest.mark.parametrize(("value", "code"), [(0.49, 0), (0.9, 1)])
def test_the_exit_code_says_whether_the_agreed_set_holds(
    value: float, code: int, card: Scorecard, monkeypatch: pytest.MonkeyPatch, tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    rows = tuple(measured(row.fact.id, value) if row.fact.id == "mid.reciprocated" else row for row in card.rows)
    made = Scorecard(rows, card.others, card.worlds, card.runs, {})
    monkeypatch.setattr("greatpowers.validation.scorecard.score", lambda *_, **__: made)
    for module in (scorecard, "greatpowers.validation.scorecard_page"):
        monkeypatch.setattr(f"{module}.AGREED" if isinstance(module, str) else f"{module.__name__}.AGREED",
                            ("mid.reciprocated",))  # fmt: skip
    assert main(["validate", "--fast", "--out", str(tmp_path / "card")]) == code
    stdout = capsys.readouterr().out
    assert ("1 of the 1 agreed facts do not hold: mid.reciprocated." in stdout) == bool(code)
    assert ("The agreed set of 1 facts holds." in stdout) != bool(code)
    assert answer(made) in " ".join(stdout.split())
    assert f"Found facts that are held apart from it: {made.count(use='held-apart').agreeing} of" in stdout
    assert "4.94 to 13.9 (spread)" in stdout
    assert stdout.count(", given") == len(made.among("given"))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[parameters]\nclach = 0.1\n", "Did you mean 'clash'?"),
        ("[parameters]\nwar_stop = 7\n", "expected a number from 0 to 1"),
        ('[parameters]\nwar_stop = "much"\n', "expected a number from 0 to 1"),
        ("clash = 0.1\n", "expected a table [parameters]"),
        ("[parameters\n", "parameters"),
    ],
)
def test_a_file_of_parameters_that_is_wrong_is_refused_in_one_sentence(
    text: str, message: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "set.toml").write_text(text)
    assert main(["validate", "--parameters", str(tmp_path / "set.toml"), "--out", str(tmp_path / "card")]) == 2
    stderr = capsys.readouterr().err
    assert message in stderr
    assert stderr.count("\n") == 1
    assert not (tmp_path / "card").exists()


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--parameters", "nowhere.toml"], "there is no file 'nowhere.toml'"),
        (["--param", "clash=0.1", "--param", "clash=0.2"], "twice"),
        (["--param", "clach=0.1"], "Did you mean 'clash'?"),
        (["--param", "clash"], "expected NAME=VALUE"),
        (["--fats"], "Did you mean '--fast'?"),
        (["2017"], "one argument too many"),
        (["--workers", "0"], "expected a whole number"),
    ],
)
def test_wrong_use_is_refused_before_anything_is_played(
    words: list[str], message: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("greatpowers.validation.scorecard.score", lambda *_, **__: pytest.fail("something was played"))
    assert main(["validate", *words]) == 2
    assert message in capsys.readouterr().err


def test_a_file_of_parameters_may_say_more_and_single_ones_override_it(tmp_path: Path) -> None:
    (tmp_path / "set.toml").write_text('[source]\nfrom = "a calibration"\n[parameters]\nclash = 0.02\nhorizon = 6\n')
    assert read_parameters(tmp_path / "set.toml") == {"clash": 0.02, "horizon": 6.0}
    with pytest.raises(GreatPowersError, match="there is no file"):
        read_parameters(tmp_path / "other.toml")
