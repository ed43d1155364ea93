"""Time in a real browser: what the page shows at a round is what the library computed for it."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import greatpowers as gp
from greatpowers import History, chronicle
from greatpowers.core.history import TheatreColumn
from greatpowers.dictionary import METRIC_NAMES
from greatpowers.server.state import LabState


@pytest.fixture(scope="module")
def shared(shared_page: Callable[..., Any]) -> Any:
    """One page for the tests of this file that only look."""
    tab = shared_page(f"?s={LabState().encode()}")
    tab.wait_for_selector("[data-testid=state-USA]", state="attached")
    return tab


@pytest.fixture
def page(shared: Any) -> Any:
    """That page as it was at first."""
    shared.evaluate("greatpowers.pause(); greatpowers.setSpeed(6); greatpowers.select(-1); greatpowers.setCursor(0)")
    shared.wait_for_selector("gp-table[data-round='0']", state="attached")
    shared.get_by_test_id("colour-doctrine").click()
    shared.get_by_test_id("region-World").click()
    shared.mouse.move(2, 2)
    return shared


@pytest.fixture(scope="module")
def history() -> History:
    """What the page shows when nothing has been chosen."""
    state = LabState()
    return gp.simulate(state.scenario, state.policy, seed=state.seed)


def scrub(page: Any, to: int) -> None:
    page.get_by_test_id("scrubber").fill(str(to))
    at_round(page, to)


def at_round(page: Any, number: int) -> None:
    page.wait_for_selector(f"gp-table[data-round='{number}']", state="attached")


def cursor(page: Any) -> int:
    return int(page.evaluate("greatpowers.cursor()"))


def column(page: Any, name: str) -> list[float]:
    cells = page.locator(f"[data-testid=rungs] td[data-column={name}]")
    return [float(text) for text in cells.all_text_contents()]


def rungs(history: History, number: int) -> list[int]:
    by_theatre: list[int] = history.track.theatres[number, :, TheatreColumn.RUNG].astype(int).tolist()
    return by_theatre


@pytest.mark.parametrize("number", [0, 3, 41, 79])
def test_after_scrubbing_rungs_and_metrics_are_the_engines(page: Any, history: History, number: int) -> None:
    scrub(page, number)
    assert column(page, "rung") == rungs(history, number)
    assert page.get_by_test_id("quarter").text_content() == history.metrics["quarter"][number]
    for name in METRIC_NAMES:
        shown = page.locator(f"[data-metric={name}] td").first.text_content()
        assert float(shown) == pytest.approx(history.metrics[name][number], rel=6e-4), name
    order = page.get_by_test_id("value-order").locator("b").text_content()
    assert float(order) == pytest.approx(history.metrics["order"][number], rel=6e-3)


def test_the_same_holds_of_another_world_and_policy(open_page: Callable[..., Any], server: Any) -> None:
    page = open_page()
    page.goto(f"{server.address}?s={LabState(policy='maximum-pressure', seed=11, rounds=30).encode()}")
    page.wait_for_selector("html[data-history]", state="attached")
    history = gp.simulate("2017", "maximum-pressure", seed=11, rounds=30)
    scrub(page, 17)
    assert column(page, "rung") == rungs(history, 17)
    assert column(page, "sanctions") == pytest.approx(history.track.theatres[17, :, TheatreColumn.SANCTIONS], rel=6e-4)


def test_map_and_strip_say_the_same_rungs(page: Any, history: History, rungs_to_show: Callable[..., list[int]]) -> None:
    scrub(page, 5)
    for theatre, rung in zip(history.scenario.theatres, map(str, rungs_to_show(history, 5)), strict=True):
        assert page.get_by_test_id(f"theatre-{theatre.id}").get_attribute("data-rung") == rung
        assert page.get_by_test_id(f"strip-{theatre.id}").get_attribute("data-rung") == rung
        assert f"rung {rung}" in page.get_by_test_id(f"theatre-{theatre.id}").get_attribute("aria-label")


def test_a_war_is_shown_at_the_top_of_the_ladder_from_its_first_round(
    open_page: Callable[..., Any], server: Any
) -> None:
    state, history, number, k = war_from_a_low_rung()
    theatre = history.scenario.theatres[k].id
    page = open_page()
    page.goto(f"{server.address}?s={state.changed(cursor=number).encode()}")
    at_round(page, number)
    assert column(page, "rung") == rungs(history, number)
    assert column(page, "rung")[k] == 7
    marker, name = (page.get_by_test_id(f"{kind}-{theatre}") for kind in ("theatre", "strip"))
    assert marker.get_attribute("data-rung") == name.get_attribute("data-rung") == "7"
    marker.press("Enter")
    assert page.get_by_test_id("panel-rung").text_content() in ("7 war", "7 war between great powers")


def war_from_a_low_rung() -> tuple[LabState, History, int, int]:
    """The first round, in the first world that has one, at whose end there is a war that broke out from a low rung."""
    for seed in range(60):
        state = LabState().changed(scenario="1978", seed=seed, rounds=40)
        history = gp.simulate(state.scenario, state.policy, seed=seed, rounds=40)
        theatres = history.track.theatres
        war, rung = theatres[..., TheatreColumn.WAR] > 0, theatres[..., TheatreColumn.RUNG]
        outbreaks = np.argwhere(war[1:] & (rung[:-1] < 5)) + np.array([1, 0])
        if len(outbreaks):
            return state, history, int(outbreaks[0, 0]), int(outbreaks[0, 1])
    raise AssertionError("no seed in sixty has a war that broke out from a low rung")


def test_playing_goes_on_by_itself_until_paused(page: Any, wait: Any) -> None:
    scrub(page, 2)
    page.get_by_test_id("time-play").click()
    wait.true(page, "greatpowers.cursor() >= 5")
    page.get_by_test_id("time-play").click()
    assert page.evaluate("greatpowers.playing()") is False


def test_playing_ends_at_the_last_round_and_begins_anew(page: Any, wait: Any) -> None:
    scrub(page, 77)
    page.keyboard.press("Space")
    wait.true(page, "!greatpowers.playing() && greatpowers.cursor() === 79")
    page.keyboard.press("Space")
    wait.true(page, "greatpowers.cursor() < 20")
    page.keyboard.press("Space")
    assert page.evaluate("greatpowers.playing()") is False


def test_speed_is_what_was_chosen(page: Any, wait: Any) -> None:
    scrub(page, 0)
    page.get_by_test_id("speed").select_option("24")
    waits = page.evaluate(
        """() => {
            const [waits, own] = [[], window.setInterval];
            window.setInterval = (step, wait) => { waits.push(wait); return own(step, wait); };
            greatpowers.toggle();
            window.setInterval = own;
            return waits;
        }"""
    )
    assert waits == [pytest.approx(1000 / 24)]
    wait.true(page, "greatpowers.cursor() >= 24")


def test_keys_step_and_jump_to_the_ends(page: Any) -> None:
    scrub(page, 10)
    page.locator("body").click(position={"x": 5, "y": 5})
    for key, expected in (
        ("ArrowRight", 11), ("ArrowLeft", 10), ("ArrowLeft", 9), ("Shift+ArrowRight", 13), ("End", 79), ("Home", 0),
    ):  # fmt: skip
        page.keyboard.press(key)
        at_round(page, expected)


def test_keys_leave_fields_that_need_them_alone(page: Any) -> None:
    scrub(page, 10)
    page.get_by_test_id("speed").focus()
    page.keyboard.press("ArrowDown")
    assert cursor(page) == 10
    page.get_by_test_id("colour-doctrine").focus()
    page.keyboard.press("ArrowRight")
    assert cursor(page) == 10
    assert page.get_by_test_id("colour-power").get_attribute("aria-checked") == "true"


def test_next_event_goes_to_the_next_round_that_the_chronicle_tells(page: Any, history: History) -> None:
    rounds = sorted({entry.round for entry in chronicle(history, "main").entries})
    scrub(page, 0)
    page.get_by_test_id("time-next").click()
    at_round(page, next(number for number in rounds if number > 0))
    scrub(page, 30)
    page.keyboard.press("n")
    following = next(number for number in rounds if number > 30)
    at_round(page, following)
    entry = next(entry for entry in chronicle(history, "main").entries if entry.round == following)
    assert entry.sentences[0] in page.get_by_test_id("news").text_content()
    page.keyboard.press("p")
    at_round(page, max(number for number in rounds if number < following))


def test_a_click_on_the_strip_goes_to_that_quarter_and_place(page: Any, history: History) -> None:
    cells, row, number = page.locator(".gw-strip-cells"), 7, 52
    box = cells.bounding_box()
    x = (number + 0.5) / history.rounds * box["width"]
    y = (row + 0.5) / len(history.scenario.theatres) * box["height"]
    cells.click(position={"x": x, "y": y})
    at_round(page, number)
    assert page.get_by_test_id("panel").get_attribute("data-theatre") == history.scenario.theatres[row].id


def test_strip_rectangles_cover_every_rung_of_every_quarter(
    page: Any, history: History, rungs_to_show: Callable[..., list[int]]
) -> None:
    drawn = page.evaluate(
        """() => [...document.querySelectorAll('.gw-strip-cells [data-rung]')].flatMap((path) =>
            [...path.getAttribute('d').matchAll(/M(\\d+),(\\d+)h(\\d+)/g)].map(([, x, y, wide]) => [
                Math.floor(y / 16), Number(x), Number(wide), path.style.fill]))"""
    )
    shown = [[None] * history.rounds for _ in history.scenario.theatres]
    for row, start, width, fill in drawn:
        for number in range(int(start), int(start + width)):
            shown[row][number] = fill
    for number in range(history.rounds):
        assert [row[number] for row in shown] == [f"var(--gw-rung-{rung})" for rung in rungs_to_show(history, number)]


def test_a_click_on_a_chart_moves_the_cursor_of_all(page: Any, history: History) -> None:
    plot = page.locator(".gw-plot").nth(2)
    plot.scroll_into_view_if_needed()
    box = plot.bounding_box()
    plot.click(position={"x": box["width"] * 62.5 / 80, "y": 40})
    at_round(page, 62)
    for metric in ("order", "mean_severity", "credibility", "true_credibility", "sender_cost", "target_cost"):
        shown = page.get_by_test_id(f"value-{metric}").locator("b").text_content()
        scale = 100 if shown.endswith("%") else 1
        assert float(shown.rstrip("%")) / scale == pytest.approx(history.metrics[metric][62], rel=6e-3), metric


def test_charts_say_in_plain_words_what_they_show(page: Any) -> None:
    captions = page.locator(".gw-chart").evaluate_all(
        "all => all.map((each) => [each.querySelector('.gw-chart-title').textContent,"
        " each.querySelector('.gw-plainly').textContent])"
    )
    assert [title for title, _ in captions] == ["Order", "Escalation", "Credibility", "Costs"]
    for title, plain in captions:
        assert len(plain.split()) > 6 and title.lower() not in plain.lower(), (title, plain)


def test_the_link_remembers_the_round(page: Any, wait: Any) -> None:
    scrub(page, 33)
    wait.linked(page, lambda state: state == LabState(cursor=33))


def test_the_ensemble_lies_behind_the_lines(open_page: Callable[..., Any], server: Any) -> None:
    page = open_page(matched=True)
    page.goto(f"{server.address}?s={LabState(rounds=12, view='world').encode()}")
    page.wait_for_selector("html:not([data-busy])", state="attached")
    page.wait_for_selector(".gw-chart[data-band='200']")
    assert page.locator(".gw-chart").first.locator(".gw-band").count() == 2


def test_nothing_moves_while_scrubbing(page: Any) -> None:
    def boxes() -> list[Any]:
        rectangles: list[Any] = page.evaluate(
            "[...document.querySelectorAll('gp-map, gp-panel, gp-transport, gp-series, gp-strip, .gw-plot')]"
            ".map((each) => { const b = each.getBoundingClientRect(); return [b.x, b.y, b.width, b.height] })"
        )
        return rectangles

    page.get_by_test_id("strip-donbas").click()
    scrub(page, 0)
    before = boxes()
    for number in (3, 4, 20, 60, 79):
        scrub(page, number)
        assert boxes() == before
