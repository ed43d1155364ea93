"""The report says what the numbers say, no more, on whole, partial and degenerate results."""

import hashlib
import json
import re
import warnings
from collections.abc import Mapping
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from batch_lab import one_sentence, write_experiment
from made_results import made, ordinary
from nursery import Nursery

from greatpowers import GreatPowersError, open_results, run_batch
from greatpowers.cli import main
from greatpowers.experiments.report import figures
from greatpowers.experiments.report.findings import verdict
from greatpowers.experiments.report.options import build_study
from greatpowers.experiments.report.page import bounds, doubt_table, write_report
from greatpowers.experiments.report.words import half_width
from greatpowers.experiments.results import read_cube
from greatpowers.scenario.errors import PartMissing
from greatpowers.simulation.intervals import mean_interval

VOID = {"meta", "link", "br", "img", "hr", "input", "use", "path", "image", "rect", "line", "circle", "stop"}


class Checker(HTMLParser):
    """Follows which elements are open, and collects addresses and ids."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.faults: list[str] = []
        self.addresses: list[str] = []
        self.ids: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = dict(attrs)
        self.addresses += [str(v) for k, v in attrs if k in ("src", "href", "xlink:href") and v]
        self.ids += [str(attributes["id"])] if "id" in attributes else []
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.open.pop()

    def handle_endtag(self, tag: str) -> None:
        if tag in VOID:
            return
        if not self.open or self.open.pop() != tag:
            self.faults.append(tag)


def page_of(directory: Path) -> str:
    return write_report(directory).read_text(encoding="utf-8")


def said(page: str) -> str:
    match = re.search(r'<p class="said">(.*?)</p>', page, re.DOTALL)
    assert match
    return match[1]


def test_the_answer_has_the_difference_and_its_interval(tmp_path: Path) -> None:
    place = made(tmp_path / "r", ordinary, replicates=40)
    runs = open_results(place).runs(["mean_severity"]).set_index(["policy", "seed"])["mean_severity"]
    gain = mean_interval((runs["containment"] - runs["laissez-faire"]).to_numpy())
    mean, low, high = (f"−{-value:.3f}" for value in gain)
    answer = said(page_of(place))
    assert answer.startswith("Containment keeps escalation lowest and the order strongest: mean severity 0.")
    assert f"under Laissez-faire (difference {mean}, 95% interval {low} to {high})" in answer


def test_policies_that_cannot_be_told_apart_are_called_so(tmp_path: Path) -> None:
    policies = ["laissez-faire", "containment", "half-a-loaf"]
    answer = said(page_of(made(tmp_path / "r", ordinary, policies=policies)))
    assert "cannot be told apart from" in answer
    assert "Half a loaf" in answer and "Containment" in answer


def test_the_page_is_whole_and_fetches_nothing(tmp_path: Path) -> None:
    points = [{"sample": i, "extraction": 0.2 + i / 100} for i in range(12)]
    settings = {"uncertainties": {"extraction": [0.2, 0.6]}, "sample": {"size": 12}}
    page = page_of(made(tmp_path / "r", ordinary, points=points, rounds=4, **settings))
    checker = Checker()
    checker.feed(page)
    assert not checker.faults and not checker.open
    assert all(address.startswith(("#", "data:")) for address in checker.addresses)
    assert len(set(checker.ids)) == len(checker.ids)
    assert not re.search(r"(?:url\(|@import|<script)\s*[\"']?http", page)


def test_text_of_the_experiment_is_escaped(tmp_path: Path) -> None:
    page = page_of(made(tmp_path / "r", ordinary))
    assert "Is &lt;b&gt;this&lt;/b&gt; &amp; that so?" in page
    assert "<b>" not in page and "<i>" not in page


def test_equal_results_give_equal_pages(tmp_path: Path) -> None:
    place = made(tmp_path / "r", ordinary)
    assert page_of(place) == page_of(place)


def test_the_page_says_how_to_reproduce_it(tmp_path: Path) -> None:
    page = page_of(made(tmp_path / "r", ordinary))
    for text in ("greatpowers batch experiment.toml --out made", "greatpowers rerun made --row", "0123abcd", "0.1.0"):
        assert text in page


def test_drivers_are_found_where_something_varies(tmp_path: Path) -> None:
    def outcome(point: Mapping[str, Any], policy: str, seed: int) -> dict[str, float]:
        gain = 0.1 * point["extraction"] if policy == "containment" else 0.0
        return {"mean_severity": 0.5 - gain + 0.001 * np.sin(seed + 7 * point["point"]), "order": 0.5}

    luck = np.random.default_rng(0)
    points = [{"sample": i, "extraction": e, "clash": c} for i, (e, c) in enumerate(luck.random((60, 2)))]
    settings = {"uncertainties": {"all": {"from": 0.5, "to": 2.0}}, "sample": {"size": 60}}
    page = page_of(made(tmp_path / "r", outcome, points=points, **settings))
    drivers = page.split("What drives it")[1]
    assert drivers.index("Extraction") < drivers.index("Clash")
    assert "partial rank correlation" in drivers
    assert "The answer does not flip in any of the 60 worlds" in page


SAMPLED = [{"sample": i, "extraction": 0.2 + i / 40} for i in range(12)]


@pytest.mark.parametrize(
    ("settings", "left_open", "missing"),
    [
        ({"uncertainties": {"all": {"from": 0.5, "to": 2.0}}}, "by deep uncertainty", "that agree with the record"),
        ({"parameters": "posterior"}, "by the record", "deep uncertainty is not in its intervals"),
    ],
)
def test_doubts_are_nested_and_the_page_says_which_it_has(
    tmp_path: Path, settings: dict[str, Any], left_open: str, missing: str
) -> None:
    def outcome(point: Mapping[str, Any], policy: str, seed: int) -> dict[str, float]:
        gain = point["extraction"] if policy == "containment" else 0.0
        luck = np.random.default_rng([seed, int(point["point"]), len(policy)]).normal(0, 0.05)
        return {"mean_severity": 0.5 - gain + luck}

    results = open_results(made(tmp_path / "r", outcome, points=SAMPLED, replicates=8, **settings))
    study = build_study(results, read_cube(results, ["mean_severity"]))
    kinds = [kind("mean_severity", 1, 0) for kind in (study.by_luck, study.difference, study.left_open)]
    for narrow, wide in pairwise(kinds):
        assert wide.mean == pytest.approx(narrow.mean) and wide.low < narrow.low and narrow.high < wide.high
    table = doubt_table(study, [verdict(study, "mean_severity")], verdict(study, "mean_severity"))
    assert [head.unit for head in table.headings] == ["", "", "in these worlds", "by itself", left_open]
    assert [cell.value for cell in table.rows[0].cells[2:]] == [bounds(kind, half_width(kinds[0])) for kind in kinds]
    page = page_of(results.directory)
    assert table.caption in page and missing in page


def test_comparisons_are_counted_and_hold_together_beside_each_by_itself(tmp_path: Path) -> None:
    policies = ["laissez-faire", "containment", "half-a-loaf"]
    place = made(tmp_path / "r", ordinary, policies=policies, replicates=20)
    page, results = page_of(place), open_results(place)
    assert "4 differences from the baseline are examined" in page and "all 4 together" in page
    study = build_study(results, read_cube(results, ["mean_severity", "order"]))
    difference = study.difference("mean_severity", 1, 0, 1 - 0.05 / 4)
    assert bounds(difference, half_width(study.difference("mean_severity", 1, 0))) in page


def test_a_rare_event_is_not_ranked_and_has_an_interval(tmp_path: Path) -> None:
    def outcome(point: Mapping[str, Any], policy: str, seed: int) -> dict[str, float]:
        return {**ordinary(point, policy, seed), "great_power_war": float(policy == "containment" and seed % 30 == 0)}

    page = page_of(made(tmp_path / "r", outcome, replicates=300))
    assert "in 3.3% of runs under Containment, in 0% under Laissez-faire: too rare to rank policies by in 300" in page
    assert "brings more great-power wars" not in page
    never = page_of(made(tmp_path / "never", ordinary, replicates=300))
    table = never.split("Paired differences from")[0]
    assert "Nuclear uses" not in table, "what is the same in every run has no column"


def test_intervals_stay_within_what_is_possible(tmp_path: Path) -> None:
    def outcome(point: Mapping[str, Any], policy: str, seed: int) -> dict[str, float]:
        return {"order": 1.0 - 0.3 * (seed == 0), "wars_begun": float(seed == 0), "mean_severity": 0.01 * (seed == 1)}

    results = open_results(made(tmp_path / "r", outcome, replicates=6))
    study = build_study(results, read_cube(results, ["order", "wars_begun", "mean_severity"]))
    estimates = {name: study.estimate(name, 0) for name in study.values}
    assert mean_interval(study.values["order"][0, 0]).high > 1.0 == estimates["order"].high
    for name in ("wars_begun", "mean_severity"):
        assert mean_interval(study.values[name][0, 0]).low < 0.0 == estimates[name].low


def test_nothing_drives_what_does_not_vary(tmp_path: Path) -> None:
    assert "What drives it" not in page_of(made(tmp_path / "r", ordinary))


def test_a_grid_of_levers_is_judged_setting_by_setting(tmp_path: Path) -> None:
    def outcome(point: Mapping[str, Any], policy: str, seed: int) -> dict[str, float]:
        return {"mean_severity": 0.5 - 0.2 * point["lever_sanctions"] + 0.001 * (seed % 3), "order": 0.5}

    points = [{"lever_sanctions": s, "lever_relief": r} for s in (0.0, 0.5, 1.0) for r in (0.0, 1.0)]
    page = page_of(made(tmp_path / "r", outcome, policies=["half-a-loaf"], points=points))
    assert "at sanctions 1, where relief makes no difference that can be told" in said(page)
    assert "sanctions from 0 to 1: −0.2" in page
    assert "Escalation over the grid" in page


def test_a_cell_of_the_grid_without_a_run_is_left_blank(tmp_path: Path) -> None:
    def outcome(point: Mapping[str, Any], policy: str, seed: int) -> dict[str, float]:
        return {"mean_severity": 0.5 - 0.2 * point["lever_sanctions"] + 0.001 * (seed % 3), "order": 0.5}

    points = [{"lever_sanctions": s, "lever_relief": r} for s in (0.0, 0.5, 1.0) for r in (0.0, 1.0)]
    place = made(tmp_path / "r", outcome, policies=["half-a-loaf"], points=points, keep=50)
    with pytest.warns(PartMissing, match="10 of 60 runs are missing"):
        page = page_of(place)
    assert "Escalation over the grid" in page and page.count(">.301<") == 1 and ">.000<" not in page


def test_policies_that_are_level_at_the_same_levers_are_told_so(tmp_path: Path) -> None:
    def outcome(point: Mapping[str, Any], policy: str, seed: int) -> dict[str, float]:
        luck = np.random.default_rng([seed, len(policy)]).normal(0, 0.01)
        return {"mean_severity": 0.5 - 0.2 * point["lever_sanctions"] + luck, "order": 0.5}

    page = page_of(made(tmp_path / "r", outcome, points=[{"lever_sanctions": s} for s in (0.0, 1.0)]))
    assert "at sanctions 1, where policy makes no difference that can be told" in said(page)


@pytest.mark.parametrize("keep", [3, 25, 30, 39])
def test_an_incomplete_experiment_is_reported_as_such(tmp_path: Path, keep: int) -> None:
    place = made(tmp_path / "r", ordinary, points=[{"clash": 0.1}, {"clash": 0.2}], keep=keep)
    with pytest.warns(PartMissing, match=f"r: {40 - keep} of 40 runs are missing, and this rests on the others; the"):
        page = page_of(place)
    assert f"This experiment is not complete: {keep} of 40 runs are there" in page
    assert f"{40 - keep} are missing" in page


@pytest.mark.parametrize("lost", [0, 1])
def test_rounds_that_are_missing_are_told_on_the_page_and_in_a_warning(tmp_path: Path, lost: int) -> None:
    place = made(tmp_path / "r", ordinary, rounds=3)
    (place / "rounds" / "part-000001.parquet").write_bytes((place / "rounds" / "part-000000.parquet").read_bytes())
    manifest = json.loads((place / "manifest.json").read_text())
    (place / "manifest.json").write_text(json.dumps({**manifest, "series": ["order"]}))
    with warnings.catch_warnings():
        warnings.simplefilter("error", PartMissing)
        assert "are missing" not in page_of(place)
    (place / "rounds" / f"part-{lost:06d}.parquet").unlink()
    with pytest.warns(PartMissing, match=r"r: the rounds of 1 of 2 parts are missing"):
        assert "Of this experiment, the rounds of 1 of 2 parts are missing." in page_of(place)


def test_a_figure_that_cannot_be_drawn_costs_the_page_itself_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(share: float) -> str:
        raise RuntimeError("no ink.\nMore about ink.")

    place = made(tmp_path / "r", ordinary)
    whole = page_of(place)
    monkeypatch.setattr(figures, "percent", broken)
    with pytest.warns(PartMissing, match=r"^a figure of the report, 'Wins', could not be drawn \(no ink\); everything"):
        page = page_of(place)
    assert page.count("<svg") == whole.count("<svg") - 1 and page.count("<figure>") == whole.count("<figure>")
    assert re.search(r"<h3>Wins</h3>\s*<figcaption>This figure could not be drawn.</figcaption>", page)


@pytest.mark.parametrize("table", ["runs", "rounds"])
def test_a_part_that_is_not_as_it_was_written_is_named_and_not_reported(tmp_path: Path, table: str) -> None:
    place = made(tmp_path / "r", ordinary, rounds=3)
    part = place / table / "part-000000.parquet"
    sums = {f"{table}/{part.name}": hashlib.sha256(part.read_bytes()).hexdigest()}
    (place / "done.json").write_text(json.dumps({"files": sums}))
    assert write_report(place).is_file()
    part.write_bytes(part.read_bytes() + b" ")
    with pytest.raises(GreatPowersError, match=r"part-000000.parquet: this file is not as it was written; the command"):
        write_report(place)


@pytest.mark.parametrize("part", [0, 1])
def test_a_part_that_cannot_be_read_is_a_sentence(tmp_path: Path, part: int) -> None:
    place = made(tmp_path / "r", ordinary)
    (place / "runs" / f"part-{part:06d}.parquet").write_bytes(b"")
    with pytest.raises(GreatPowersError, match=rf"part-{part:06d}.parquet.*; the command of .*, given again, makes it"):
        write_report(place)


def test_the_exit_code_says_whether_a_part_is_missing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["report", str(made(tmp_path / "whole", ordinary))]) == 0
    assert capsys.readouterr().err == ""
    assert main(["report", str(made(tmp_path / "part", ordinary, keep=12))]) == 3
    assert one_sentence(capsys.readouterr().err)
    assert (tmp_path / "part" / "report.html").is_file()


def test_one_policy_is_described_without_comparison(tmp_path: Path) -> None:
    answer = said(page_of(made(tmp_path / "r", ordinary, policies=["containment"])))
    assert answer.startswith("Under Containment, the only one here, mean severity is 0.")


def test_one_run_has_no_interval(tmp_path: Path) -> None:
    answer = said(page_of(made(tmp_path / "r", ordinary, policies=["containment"], replicates=1)))
    assert "(one run: no interval)" in answer


def test_constant_outcomes_are_called_the_same(tmp_path: Path) -> None:
    def outcome(point: Mapping[str, Any], policy: str, seed: int) -> dict[str, float]:
        return {"mean_severity": 0.25, "order": 0.5}

    answer = said(page_of(made(tmp_path / "r", outcome)))
    assert answer.startswith("Nothing here tells the policies apart: every run has the same outcome")


def test_one_of_the_two_metrics_is_enough(tmp_path: Path) -> None:
    def outcome(point: Mapping[str, Any], policy: str, seed: int) -> dict[str, float]:
        return {"order": ordinary(point, policy, seed)["order"]}

    page = page_of(made(tmp_path / "r", outcome))
    assert said(page).startswith("Containment keeps the order strongest")
    assert "was not recorded, so the report leaves it out" in page


def test_without_either_metric_there_is_no_report(tmp_path: Path) -> None:
    place = made(tmp_path / "r", lambda point, policy, seed: {"wars_begun": 1.0})
    with pytest.raises(GreatPowersError, match="needs 'mean_severity' or 'order', and neither was recorded"):
        write_report(place)


def test_a_file_of_somebody_else_is_left_alone(tmp_path: Path) -> None:
    place = made(tmp_path / "r", ordinary)
    other = tmp_path / "mine.html"
    other.write_text("<p>mine</p>")
    with pytest.raises(GreatPowersError, match="not a report that greatpowers wrote"):
        write_report(place, other)
    assert other.read_text() == "<p>mine</p>"


def test_what_the_runner_wrote_is_reported(tmp_path: Path) -> None:
    run_batch(write_experiment(tmp_path / "files"), tmp_path / "out")
    page = page_of(tmp_path / "out")
    assert "A small experiment" in page
    assert "Order over time" not in page  # a grid of levers is shown as such
    assert "sanctions" in said(page)


def test_the_command_writes_the_page_and_says_where(nursery: Nursery, tmp_path: Path) -> None:
    made(tmp_path / "r", ordinary)
    done = nursery.run(["report", "r"], cwd=tmp_path)
    assert (done.returncode, done.stdout) == (0, "File written:\n  r/report.html\n")
    assert nursery.run(["report", "r", "--out", "page.html"], cwd=tmp_path).returncode == 0
    assert (tmp_path / "page.html").read_bytes() == (tmp_path / "r" / "report.html").read_bytes()


@pytest.mark.parametrize(
    "words", [("nowhere",), ("empty",), (), ("r", "--out", "empty"), ("r", "--out", "no/such/x.html")]
)
def test_the_command_complains_in_one_sentence(nursery: Nursery, tmp_path: Path, words: tuple[str, ...]) -> None:
    (tmp_path / "empty").mkdir()
    made(tmp_path / "r", ordinary)
    done = nursery.run(["report", *words], cwd=tmp_path)
    assert done.returncode == 2
    assert one_sentence(done.stderr), done.stderr
