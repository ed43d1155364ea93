"""Other people's results: when the model says the same, and how terminal, page and files tell it."""

import csv
import json
import math
from pathlib import Path

import pytest

from greatpowers import ensemble, synthetic
from greatpowers.cli import main
from greatpowers.validation import published_results as others
from greatpowers.validation.measures.registry import MEASURES
from greatpowers.validation.play import Estimate
from greatpowers.validation.published_results import PUBLISHED, Replication, answers, collective_security
from greatpowers.validation.scorecard import Scorecard, scored
from greatpowers.validation.scorecard_page import OTHER_COLUMNS, others_agree, render, save_scorecard

THE_RECORD = {
    "wars_begun": Estimate(-0.5, -0.7, -0.3),
    "order": Estimate(0.2, 0.1, 0.3),
    "followers_kept": Estimate(0.1, 0.05, 0.15),
    "war.annual_dispersion": Estimate(1.0, 0.9, 1.1),
    "war.tail_exponent": Estimate(1.53, 1.46, 1.6),
    "sev.ccdf_slope": Estimate(-0.41, -0.43, -0.39),
    "hse.success": Estimate(0.34, 0.28, 0.4),
    "ties.given_up_under_threat": Estimate(0.43, 0.4, 0.46),
    "ties.success_narrow.imposed": Estimate(0.33, 0.3, 0.36),
    "pub.un_growth": Estimate(-2.9, -3.5, -2.3),
    "pub.us_growth": Estimate(-0.7, -0.9, -0.5),
    "ally.honored.bf.all": Estimate(0.5, 0.47, 0.53),
    "ally.honored.bf.pre1945": Estimate(0.67, 0.63, 0.7),
    "pub.sender_cost_ratio": Estimate(0.79, 0.7, 0.9),
}
"""What was found, as figures that a model might give."""

SECURITY = ("wars_begun", "order", "followers_kept")
UNKNOWN = Estimate(math.nan, math.nan, math.nan)

ODD = (Path(__file__).resolve().parents[2] / "model" / "ODD.md").read_text(encoding="utf-8")


def asked(**changed: Estimate) -> list[Replication]:
    """Every answer on the record's figures, some of them changed."""
    return [result.answer(THE_RECORD | changed) for result in PUBLISHED]


def exactly(value: float) -> Estimate:
    return Estimate(value, value, value)


def test_a_model_that_is_the_record_says_the_same_everywhere() -> None:
    assert len(asked()) == 9
    assert [answer.verdict for answer in asked()] == ["same"] * 9


@pytest.mark.parametrize(
    ("source", "name", "figure"),
    [
        ("Cusack & Stoll 1994", "wars_begun", Estimate(-0.2, -0.5, 0.1)),
        ("Cusack & Stoll 1994", "order", Estimate(0.2, -0.1, 0.5)),
        ("Cusack & Stoll 1994", "followers_kept", Estimate(-0.1, -0.2, -0.05)),
        ("Richardson 1944", "war.annual_dispersion", exactly(0.79)),
        ("Richardson 1944", "war.annual_dispersion", exactly(1.26)),
        ("Clauset 2018", "war.tail_exponent", exactly(1.24)),
        ("Clauset 2018", "war.tail_exponent", exactly(2.01)),
        ("Cederman 2003", "sev.ccdf_slope", exactly(-0.52)),
        ("Cederman 2003", "sev.ccdf_slope", exactly(-0.3)),
        ("Hufbauer, Schott, Elliott & Oegg 2007", "hse.success", exactly(0.24)),
        ("Hufbauer, Schott, Elliott & Oegg 2007", "hse.success", exactly(0.46)),
        ("Drezner 2003; Morgan, Bapat & Kobayashi 2014", "ties.given_up_under_threat", Estimate(0.4, 0.35, 0.45)),
        ("Drezner 2003; Morgan, Bapat & Kobayashi 2014", "ties.success_narrow.imposed", Estimate(0.39, 0.33, 0.41)),
        ("Neuenkirch & Neumeier 2015", "pub.un_growth", exactly(-1.3)),
        ("Neuenkirch & Neumeier 2015", "pub.us_growth", exactly(0.7)),
        ("Berkemeier & Fuhrmann 2018; Leeds, Long & Mitchell 2000", "ally.honored.bf.all", exactly(0.39)),
        ("Berkemeier & Fuhrmann 2018; Leeds, Long & Mitchell 2000", "ally.honored.bf.pre1945", exactly(0.45)),
        ("Crozet & Hinz 2020", "pub.sender_cost_ratio", exactly(0.49)),
        ("Crozet & Hinz 2020", "pub.sender_cost_ratio", exactly(1.01)),
    ],
)
def test_an_answer_turns_with_its_own_figures_and_no_other_does(source: str, name: str, figure: Estimate) -> None:
    verdicts = {answer.source: answer.verdict for answer in asked(**{name: figure})}
    assert verdicts.pop(source) == "different"
    assert set(verdicts.values()) == {"same"}


@pytest.mark.parametrize("name", THE_RECORD)
def test_without_a_figure_there_is_nothing_to_tell_by(name: str) -> None:
    assert sorted(answer.verdict for answer in asked(**{name: UNKNOWN})) == ["same"] * 8 + ["unmeasured"]


def test_intervals_that_are_unknown_are_not_apart() -> None:
    threats = next(
        answer
        for answer in asked(**{"ties.given_up_under_threat": Estimate(0.9, math.nan, math.nan)})
        if answer.claim.startswith("Threats")
    )
    assert threats.verdict == "different"


def test_what_stands_beside_the_facts_is_measured_on_the_same_histories() -> None:
    facts = {name: figure for name, figure in THE_RECORD.items() if name in MEASURES}
    security = {name: THE_RECORD[name] for name in SECURITY}
    verdicts = [answer.verdict for answer in answers({}, facts, security, resamples=2)]
    assert verdicts.count("unmeasured") == 3  # the tail exponent, success, and giving up under a threat


def test_the_description_of_the_model_lists_them_in_the_same_order() -> None:
    table = ODD.partition("**Other people's results.**")[2].partition("**Calibration.**")[0]
    rows = [line.split("|")[1].strip() for line in table.splitlines() if line.startswith("| ")][2:]
    assert rows == [answer.source for answer in asked()]


@pytest.fixture
def few_worlds(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, number in (("WORLDS", 3), ("SEEDS", 2), ("ROUNDS", 12)):
        monkeypatch.setattr(others, name, number)


def test_collective_security_gives_the_same_figures_again_and_with_any_number_of_workers(few_worlds: None) -> None:
    alone = collective_security(workers=1)
    assert set(alone) == set(SECURITY)
    assert alone["order"].low < alone["order"].value < alone["order"].high
    assert collective_security(workers=1) == alone
    assert collective_security(workers=3) == alone
    assert collective_security({"horizon": 2.0}, workers=2) != alone


def test_its_figures_are_means_over_worlds_on_matched_luck(few_worlds: None) -> None:
    changes = []
    for seed in (1, 2, 3):
        world = synthetic(seed=seed, power_maximizers=0.5)
        with_it, without = (
            ensemble(world, policy, range(2), 12, workers=1).runs["order"].mean()
            for policy in ("collective-security", "laissez-faire")
        )
        changes.append(with_it - without)
    effect = collective_security(workers=1)["order"]
    mean = sum(changes) / 3
    error = math.sqrt(sum((change - mean) ** 2 for change in changes) / 2 / 3)
    assert effect == pytest.approx(Estimate(mean, mean - 2 * error, mean + 2 * error))


@pytest.fixture(scope="module")
def card() -> Scorecard:
    """A scorecard on which one published result holds no longer, and one cannot be asked."""
    published = asked(**{"hse.success": exactly(0.9), "war.tail_exponent": UNKNOWN})
    return Scorecard(scored({}, 2), tuple(published), (), {}, {})


def test_the_table_of_others_has_a_line_for_each_figure(card: Scorecard, tmp_path: Path) -> None:
    with (save_scorecard(card, tmp_path / "card") / "others.csv").open(encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file)
        assert tuple(reader.fieldnames or ()) == OTHER_COLUMNS
        lines = list(reader)
    figures = [(answer, name, figure) for answer in card.others for name, figure in answer.figures.items()]
    for line, (answer, name, figure) in zip(lines, figures, strict=True):
        assert (line["claim"], line["verdict"], line["test"]) == (answer.claim, answer.verdict, answer.test)
        assert (line["found"], line["source"], line["figure"]) == (answer.found, answer.source, name)
        known = [str(number) if math.isfinite(number) else "" for number in figure]
        assert [line["model"], line["model_low"], line["model_high"]] == known


def test_the_document_has_them_with_null_for_what_is_unknown(card: Scorecard, tmp_path: Path) -> None:
    place = save_scorecard(card, tmp_path / "card")
    entries = json.loads((place / "scorecard.json").read_text(encoding="utf-8"))["others"]
    assert [entry["claim"] for entry in entries] == [answer.claim for answer in card.others]
    assert [entry["verdict"] for entry in entries].count("same") == 7
    by_source = {entry["source"]: entry for entry in entries}
    assert by_source["Clauset 2018"]["figures"]["exponent"] == {"model": None, "model_low": None, "model_high": None}
    assert by_source["Clauset 2018"]["verdict"] == "unmeasured"
    assert by_source["Richardson 1944"]["figures"] == {
        "variance over mean": {"model": 1.0, "model_low": 0.9, "model_high": 1.1}
    }


def test_the_page_shows_each_with_the_test_that_decides(card: Scorecard) -> None:
    page = render(card)
    section = page.partition("<h2>Other people's results</h2>")[2].partition("<h2>")[0]
    assert section.count("<tr>") == 1 + 9
    for answer in card.others:
        assert answer.test in section
        assert answer.claim.replace("'", "&#39;") in section
        assert answer.source.replace("&", "&amp;") in section
    assert "not the same" in section
    assert "nothing to measure" in section
    assert "exponent: –" in section
    assert others_agree(card) in page.replace("&#39;", "'")


def test_the_terminal_shows_them_in_eighty_columns_of_plain_text(
    card: Scorecard, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.setattr("greatpowers.validation.scorecard.score", lambda *_, **__: card)
    main(["validate", "--out", str(tmp_path / "card")])
    stdout = capsys.readouterr().out
    lines = stdout.partition("Other people's results")[2].partition("facts found in histories")[0].splitlines()
    assert max(map(len, lines)) <= 80
    assert "\x1b" not in stdout
    assert [line.split()[-2:] for line in lines if "-0.5 (-0.7 to -0.3)" in line] == [["to", "-0.3)"]]
    assert sum(line.rstrip().endswith(" same") for line in lines) == 7 + 1  # seven, and one that is not the same
    assert "Other people's results: the model says the same in 7 of 9." in stdout
    assert "others.csv" in stdout
