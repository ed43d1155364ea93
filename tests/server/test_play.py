"""Play in a real browser: a few rounds by clicks are the library's rounds, and the link holds the game."""

import json
import re
from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

import pandas as pd
import pytest

pytest.importorskip("playwright.sync_api")

from greatpowers import GreatPowersError, compare, load_policy, load_scenario
from greatpowers.game.briefing import sight_of
from greatpowers.game.chair import Chair
from greatpowers.game.record import Record, score
from greatpowers.server.play_data import read_message
from greatpowers.server.state import LabState

if TYPE_CHECKING:
    from playwright.sync_api import Page

DESK, OVER = "gp-play[data-phase=play]", "gp-play[data-phase=over]"


@pytest.fixture(scope="module")
def shared(shared_page: Callable[..., "Page"]) -> "Page":
    return shared_page(f"?s={LabState().changed(rounds=4, view='play').encode()}")


@pytest.fixture
def page(shared: "Page") -> "Iterator[Page]":
    """One page for the tests of this file, the chair empty; what the other views show does not matter here."""
    yield shared
    shared.evaluate("emitEvent('greatpowers-play', {do: 'leave'})")
    shared.wait_for_selector("gp-play[data-phase=lobby]")


def take_the_chair(page: "Page", rounds: int = 20, seed: int = 7, inherited: str = "containment") -> None:
    page.get_by_role("tab", name="Play").click()
    page.wait_for_selector("gp-play[data-phase=lobby]")
    page.locator(f"input[name=rounds][value='{rounds}']").check()
    page.locator("select[name=inherited]").select_option(inherited)
    page.locator("input[name=seed]").fill(str(seed))
    page.get_by_role("button", name="Take the chair").click()
    page.wait_for_selector(f"{DESK}[data-round='0']")


def advance(page: "Page", button: str, played: int) -> None:
    page.locator(f"#gg-{button}").click()
    page.wait_for_selector(f"{DESK}[data-round='{played}']")


def set_dial(page: "Page", name: str, value: float) -> None:
    """Set a slider as a keyboard does, and wait until the order is in the list of what is new."""
    page.locator(f"#gg-{name}").evaluate(
        "(dial, value) => { dial.value = value; dial.dispatchEvent(new Event('change', {bubbles: true})) }", value
    )
    page.wait_for_function(
        "([name, text]) => document.querySelector(`[data-testid=value-gg-${name}]`).textContent === text",
        arg=[name, f"{round(100 * value)}%"],
    )


def rungs_shown(page: "Page") -> dict[str, int]:
    rows = page.locator("[data-testid=play-situation] tbody tr")
    cells = rows.evaluate_all("rows => rows.map(row => [row.dataset.place, row.querySelector('.gg-rung').textContent])")
    return {place: int(text.split()[0]) for place, text in cells}


def kept(page: "Page") -> str:
    """The game in the page's address."""
    return LabState.decode(parse_qs(urlsplit(page.url).query)["s"][0]).game


def test_a_game_played_by_clicks_is_the_librarys(page: "Page", rungs_to_show: Callable[..., list[int]]) -> None:
    take_the_chair(page)
    assert rungs_shown(page) == {theatre.id: theatre.rung for theatre in load_scenario("2017").theatres}
    set_dial(page, "aid", 0.9)
    advance(page, "one", 1)
    page.locator("[data-testid=play-situation] tr[data-place=donbas] button").click()
    set_dial(page, "sanctions", 0.2)
    page.locator("#gg-deal").check()
    page.wait_for_function("document.querySelector('.gg-given').textContent.includes('conditional deal yes')")
    assert page.locator(".gm-disc").count() == len(load_scenario("2017").theatres)
    assert page.locator(".gm-name").text_content() == "Donbas"
    assert "Containment: 80%" in page.locator(".gg-dial", has=page.locator("#gg-sanctions")).inner_text()
    advance(page, "year", 5)
    game = Chair.taken(load_scenario("2017"), "containment", 20, 7).decide({"aid": 0.9}).advance(1)
    game = game.decide({"sanctions": 0.2}, "donbas").decide({"deal": 1.0}, "donbas").advance(4)
    assert game.history is not None
    rungs = rungs_to_show(game.history, 4)
    assert rungs_shown(page) == dict(zip((theatre.id for theatre in game.base.theatres), rungs, strict=True))
    page.wait_for_function("game => location.search.length > 20", arg="")
    assert kept(page) == game.record.encode()
    seen = sight_of(game)
    assert page.get_by_role("heading", level=2, name=seen.quarter).is_visible()
    assert seen.home is not None and f"{seen.home.order:.0%}" in page.locator(".gg-facts").inner_text()


def test_the_end_of_a_game_shows_the_score_of_the_library_and_where_it_stands(page: "Page") -> None:
    take_the_chair(page, inherited="laissez-faire", seed=3)
    for played in (4, 8, 12, 16):
        advance(page, "year", played)
    page.locator("#gg-year").click()
    page.wait_for_selector(OVER)
    assert "You gave no order" in page.get_by_test_id("play-orders").inner_text()
    runs = compare("2017", seeds=[3], rounds=20).runs
    wanted = {name: score(runs.xs(name).iloc[0]) for name in runs.index.get_level_values("policy").unique()}
    assert page.locator("[data-testid=play-score]").inner_text() == f"{wanted['laissez-faire']:.1f}"
    shown = page.locator("[data-testid=play-rivals] li").evaluate_all(
        "rows => rows.map(row => [row.dataset.policy, row.querySelector('b').textContent])"
    )
    assert {name: float(text) for name, text in shown if name != "chair"} == {
        name: pytest.approx(value, abs=0.051) for name, value in wanted.items()
    }
    lost = [
        page.locator(f"[data-testid=play-points-{name}]").inner_text().replace("−", "-")
        for name in ("escalation", "order", "revision", "cost", "war")
    ]
    assert 100 + sum(map(float, lost)) == pytest.approx(wanted["laissez-faire"], abs=0.3)
    page.wait_for_selector(".gg-strip")
    same = page.locator(".gg-diff tr[data-policy='laissez-faire'] td").first.inner_text()
    assert same == "+0.0", "choosing nothing under laissez-faire is laissez-faire in every world"
    challengers = {theatre.challenger for theatre in load_scenario("2017").theatres}
    assert page.locator("[data-testid=play-judged] tbody tr").count() == len(challengers)
    files = {}
    for kind in ("png", "svg", "csv"):
        with page.expect_download() as waiting:
            page.get_by_test_id(f"save-scores-{kind}").click()
        files[kind] = Path(waiting.value.path()).read_bytes()
    assert files["png"].startswith(b"\x89PNG\r\n") and b"<svg" in files["svg"]
    table = pd.read_csv(BytesIO(files["csv"]), index_col="world")
    assert len(table) == 100
    assert table["Your choices"].tolist() == table[load_policy("laissez-faire").title].tolist()


def test_weights_change_the_score_of_everybody(page: "Page") -> None:
    take_the_chair(page)
    for played in (4, 8, 12, 16):
        advance(page, "year", played)
    page.locator("#gg-year").click()
    page.wait_for_selector(OVER)
    page.locator("#gg-weight-cost").evaluate("dial => { dial.value = 3; dial.dispatchEvent(new Event('change')) }")
    page.wait_for_function(
        "document.querySelector('#gg-weight-cost').value === '3' && !document.querySelector('gp-play[aria-busy]')"
    )
    summary = compare("2017", ["containment"], seeds=[7], rounds=20).runs.iloc[0]
    wanted = score(summary, {"cost": 3.0})
    page.wait_for_function(
        "text => document.querySelector('[data-testid=play-score]').textContent === text", arg=f"{wanted:.1f}"
    )
    page.wait_for_selector(".gg-strip")


def test_the_link_holds_the_game_and_taking_back_marks_it(
    page: "Page", open_page: Callable[..., "Page"], wait: Any
) -> None:
    take_the_chair(page, seed=11)
    advance(page, "one", 1)
    advance(page, "one", 2)
    page.locator("#gg-back").click()
    page.wait_for_selector(f"{DESK}[data-round='1']")
    assert "1 taken back" in page.locator(".gg-mark").first.inner_text()
    wait.linked(page, lambda state: bool(state.game) and Record.decode(state.game).taken_back == 1)
    other = open_page(width=390, scheme="dark")
    other.goto(page.url)
    other.wait_for_selector(f"{DESK}[data-round='1']")
    assert rungs_shown(other) == rungs_shown(page)
    assert other.evaluate("document.documentElement.scrollWidth") <= 390, "nothing sticks out sideways"
    advance(other, "one", 2)
    assert page.locator("gp-play").get_attribute("data-round") == "1", "tabs are isolated"


def test_until_something_happens_stops_where_the_library_does(page: "Page") -> None:
    from greatpowers.game.briefing import alarming

    take_the_chair(page, rounds=80)
    wanted = Chair.taken(load_scenario("2017"), "containment", 80, 7).advance_until(alarming).record.played
    advance(page, "event", wanted)
    assert page.locator(".gg-grave").count() > 0


def test_the_desk_can_be_worked_by_keyboard(page: "Page") -> None:
    take_the_chair(page)
    page.locator("#gg-aid").focus()
    page.keyboard.press("ArrowRight")
    page.wait_for_function("document.querySelector('[data-testid=value-gg-aid]').textContent === '55%'")
    assert page.evaluate("document.activeElement.id") == "gg-aid", "the keyboard stays where it was"
    page.locator("#gg-one").focus()
    page.keyboard.press("Enter")
    page.wait_for_selector(f"{DESK}[data-round='1']")
    assert page.evaluate("document.activeElement.id") == "gg-one"


def test_a_changed_world_puts_the_game_aside_in_a_sentence(
    page: "Page", open_page: Callable[..., "Page"], server: Any, wait: Any
) -> None:
    take_the_chair(page)
    state = wait.linked(page, lambda state: bool(state.game))
    other = open_page()
    other.goto(f"{server.address}?s={state.changed(resolve='committed').encode()}")
    other.wait_for_selector("gp-play[data-phase=lobby]")
    assert "world has been changed" in other.get_by_role("alert").first.inner_text()
    damaged = open_page()
    damaged.goto(f"{server.address}?s={state.changed(game='<script>alert(1)</script>').encode()}")
    damaged.wait_for_selector("gp-play[data-phase=broken]")
    assert "damaged" in damaged.locator("gp-play").inner_text()
    damaged.get_by_role("button", name="Abandon this game").click()
    damaged.wait_for_selector("gp-play[data-phase=lobby]")


def test_what_the_page_sends_is_checked() -> None:
    good = {"do": "start", "rounds": 20, "inherited": "containment", "seed": 1}
    assert read_message(good).do == "start"
    for sent in (
        None, [], "start", {}, {"do": "eat"}, {**good, "rounds": 10**9}, {**good, "seed": -1}, {**good, "seed": "1"},
        {**good, "inherited": "../etc"}, {**good, "more": 1}, {"do": "set", "theatre": "x y", "levers": {}},
        {"do": "set", "levers": {"__class__": 1}}, {"do": "advance", "rounds": 0}, {"do": "weigh", "weights": 3},
    ):  # fmt: skip
        with pytest.raises(GreatPowersError, match="not possible in this game"):
            read_message(sent)


def test_the_lobby_offers_every_policy_that_ships(page: "Page") -> None:
    page.get_by_role("tab", name="Play").click()
    page.wait_for_selector("gp-play[data-phase=lobby]")
    offered = page.locator("select[name=inherited] option").evaluate_all("found => found.map(one => one.value)")
    assert {load_policy(name).name for name in offered} == set(offered) >= {"containment", "laissez-faire"}
    assert json.loads(page.locator("input[name=rounds]:checked").get_attribute("value") or "0") == 40
    assert re.search("24 places", page.locator("gp-play").inner_text())
