"""The page opens on the scenario's question, and what it says is what the library says."""

import asyncio
import math
import re
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

import greatpowers as gp
from greatpowers.scenario.library import configs_directory
from greatpowers.server.laboratory import Answers
from greatpowers.server.start import start_from
from greatpowers.simulation.comparison import Comparison
from greatpowers.simulation.intervals import is_rare, verdict
from greatpowers.studies import question
from greatpowers.studies.question import MEASURES, answer_of, in_short, policies_asked, policies_of, verdict_in_words

SCENARIO = gp.load_scenario("1913")
PAIR = ("entente-commitment", "entente-ambiguity")


@pytest.fixture(scope="module")
def compared() -> Comparison:
    return gp.compare(SCENARIO, policies_of(SCENARIO, PAIR), seeds=20, posterior="record", posterior_seeds=1)


@pytest.fixture(scope="module")
def answer(compared: Comparison) -> dict[str, Any]:
    return answer_of(compared, PAIR, last=True)


def test_every_shipped_scenario_opens_on_its_own_question_and_policies() -> None:
    for name in ("1913", "1936", "1978", "2017", "2022"):
        asked = policies_asked(gp.load_scenario(name))
        state = start_from(name).state
        assert asked is not None
        assert (state.view, state.policy, state.against) == ("question", *asked)
    assert start_from("synthetic").state.view == "world"


def test_differences_and_verdicts_are_those_of_the_library(compared: Comparison, answer: dict[str, Any]) -> None:
    assert [place["id"] for place in answer["places"]] == list(SCENARIO.question.places)
    for place in (*answer["places"], {"id": None, "panels": answer["world"]}):
        measures = [measure for measure in MEASURES if measure.at_place == (place["id"] is not None)]
        for measure, panel in zip(measures, place["panels"], strict=True):
            assert [row["policy"] for row in panel["rows"]] == [n for n in compared.names if n != PAIR[1]]
            for row in panel["rows"]:
                luck, left_open = compared.versus(row["policy"], PAIR[1], measure.outcome, place["id"])
                assert row["luck"] == pytest.approx(list(luck), rel=1e-3)
                assert row["open"] == pytest.approx(list(left_open[1:]), rel=1e-3)
                if row["verdict"] >= 0:
                    assert (row["verdict"] == 0) == (verdict(luck, left_open) == "no telling")
                else:
                    values = [compared.place_values(name, place["id"], "war") for name in (row["policy"], PAIR[1])]
                    assert measure.outcome == "war" and is_rare(*values) and "too rare to" in row["doubt"]
                assert row["sign"] == (luck.mean > 0) - (luck.mean < 0)


def test_curves_are_means_over_the_histories(compared: Comparison, answer: dict[str, Any]) -> None:
    for curve in answer["curves"]:
        column = compared.series_metrics.index(curve["metric"])
        for which, name in enumerate(compared.names):
            assert curve["lines"][name] == pytest.approx(compared.series[which, :, :, column].mean(axis=0), rel=1e-3)


def test_a_verdict_claims_no_more_than_its_intervals() -> None:
    def said(number: int, sign: int, left_open: list[float] | None) -> str:
        row = {"verdict": number, "sign": sign, "open": left_open, "alike": 23, "draws": 24}
        return verdict_in_words(row, "One", "Other", "Here")

    assert "cannot be told apart" in said(0, -1, [-1.0, 1.0])
    assert "less escalation" in said(2, -1, [-2.0, -1.0]) and "does so with other parameters" in said(
        2, -1, [-2.0, -1.0]
    )
    reserved = said(1, 1, [-1.0, 1.0])
    assert "more escalation" in reserved and "23 of 24 other sets" in reserved and "could reverse" in reserved
    assert "as far as luck goes" in said(2, -1, None)


def test_what_luck_can_explain_is_told_as_such() -> None:
    def said(verdict: int, other_war: str = "12%", again: bool = False) -> str:
        row = {"verdict": 2, "sign": -1, "value": "0.10", "against": "0.20", "apart": "50%"}
        war = {**row, "verdict": verdict, "value": "14%", "against": other_war}
        return in_short([row, war, *[row] * 5], "One", "Other", again)

    assert said(2).startswith("It averages 0.10 under One and 0.20 under Other, 50% less, on a scale from 0 (peace)")
    assert "War comes in 14% of histories against 12%. The price: 0.10%" in said(2)
    assert "against 12%, a difference that luck can explain." in said(0)
    assert "against 12%, too few to tell." in said(-1)
    assert "War comes again in 14% of histories under both." in said(0, "14%", again=True)


@pytest.fixture
def played_scenarios(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """Answers that are kept in a directory of the test's own, from plays that cost nothing; what was played."""
    played: list[str] = []

    def play(scenario: Any, pair: Any, progress: Any) -> Iterator[dict[str, Any]]:
        played.append(scenario.name)
        yield {"last": False}
        yield {"last": True, "of": scenario.name}

    monkeypatch.setattr(question, "play", play)
    monkeypatch.setattr(question, "cache_directory", lambda: tmp_path)
    yield played


def parts_of(answers: Answers) -> list[Any]:
    """What a page is told of the answer."""

    async def listen() -> list[Any]:
        return [part async for part in answers.of(SCENARIO)]

    with ThreadPoolExecutor(1) as alone:  # a browser's tests may have left a loop running in this thread
        return alone.submit(asyncio.run, listen()).result()


def test_an_answer_is_played_once_and_kept(played_scenarios: list[str], tmp_path: Path) -> None:
    answers = Answers()
    assert parts_of(answers)[-1] == parts_of(answers)[0] == parts_of(Answers())[0] == {"last": True, "of": "1913"}
    assert played_scenarios == ["1913"]
    next(tmp_path.glob("answer-*.json")).write_bytes(b"{damaged")
    assert parts_of(Answers())[-1]["of"] == "1913"
    assert played_scenarios == ["1913", "1913"]


def test_two_who_ask_at_once_are_told_of_one_play(played_scenarios: list[str]) -> None:
    answers = Answers()
    with ThreadPoolExecutor(2) as pages:
        told = list(pages.map(parts_of, [answers] * 2))
    assert [parts[-1] for parts in told] == [{"last": True, "of": "1913"}] * 2
    assert played_scenarios == ["1913"]


def test_an_answer_of_other_policies_or_another_text_is_another(
    played_scenarios: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    parts_of(Answers())
    monkeypatch.setattr(question, "fingerprint_of", lambda *_: "other")
    parts_of(Answers())
    assert len(played_scenarios) == len(list(tmp_path.glob("answer-*.json"))) == 2


CURVE_FILLS_ITS_CARD = """() => {
    const card = document.querySelector(".gq-figure"), curve = card.querySelector(".gq-curve");
    const [, , width, height] = curve.getAttribute("viewBox").split(" ").map(Number);
    const left = card.getBoundingClientRect().bottom - curve.getBoundingClientRect().bottom;
    return height >= 250 && height === curve.clientHeight && (left < 20 || height === 520);
}"""


def test_the_first_screen_says_what_is_asked_what_is_better_by_how_much_and_how_sure(
    another_server: Callable[..., Any],
    open_page: Callable[..., Any],
    serious: Callable[..., dict[str, list[str]]],
    wait: Any,
    tmp_path: Path,
) -> None:
    """Of a world in a file of one's own."""
    page = open_page(height=900)
    world = tmp_path / "mine.toml"
    text = (configs_directory() / "scenarios" / "template.toml").read_text(encoding="utf-8")
    world.write_text(re.sub(r"^rounds = \d+", "rounds = 16", text, flags=re.MULTILINE), encoding="utf-8")
    page.goto(another_server(str(world), "--port", "0").address)
    shown = page.locator("gp-question[data-last]")
    shown.wait_for(timeout=120_000)
    scenario = gp.load_scenario(str(world))
    assert scenario.question is not None
    pair = policies_asked(scenario)
    assert pair is not None
    compared = gp.compare(scenario, policies_of(scenario, pair), seeds=200, posterior="record")
    place = answer_of(compared, pair, last=True)["places"][0]
    title = scenario.question.title
    assert shown.get_by_role("heading", level=2).inner_text() == title
    for width, height in ((1440, 900), (1280, 900), (390, 844)):
        page.set_viewport_size({"width": width, "height": height})
        for text in (title, place["verdict"], place["short"]):
            box = shown.get_by_text(text).bounding_box()
            assert box and box["y"] + box["height"] < height, (width, text)
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        answered, drawn = (shown.locator(part).bounding_box() for part in (".gq-answer", ".gq-top > .gq-group"))
        assert answered and drawn and (drawn["x"] > answered["x"] + answered["width"]) == (width > 390)
        wait.true(page, CURVE_FILLS_ITS_CARD)
    assert not any(serious(page, "gp-question").values())
    page.set_viewport_size({"width": 1280, "height": 900})
    shown.get_by_text("How sure is each number?").click()
    assert shown.get_by_role("listitem").first.inner_text() == place["sentences"][0]
    wait.true(page, CURVE_FILLS_ITS_CARD)
    page.get_by_test_id("what-if").click()
    page.locator("gp-levers input[type=range]:focus").wait_for()
    assert page.evaluate("['scenario', 'rounds'].map((name) => greatpowers.payload('a')[name])") == ["template", 16]


def test_no_number_of_an_answer_is_none(answer: dict[str, Any]) -> None:
    numbers = [value for panel in answer["world"] for row in panel["rows"] for value in row["luck"]]
    assert all(math.isfinite(value) for value in numbers)
