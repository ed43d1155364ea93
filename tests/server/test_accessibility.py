"""What axe-core finds: nothing serious in any view, in both themes, on a desk and on a telephone."""

from collections.abc import Callable
from typing import Any

import pytest

from greatpowers.scenario.library import configs_directory
from greatpowers.server.state import LabState
from greatpowers.server.worlds import state_with

TEMPLATE = (configs_directory() / "scenarios" / "template.toml").read_text(encoding="utf-8")
SMALL = state_with(LabState(), TEMPLATE).changed(rounds=16, cursor=8)
"""A small world: there is less to look at than in others, and nothing of another kind but for their maps."""
COMPARED = SMALL.changed(view="compare", against="laissez-faire", policy="maximum-pressure")
VIEW = ".gp-panel"
"""What views fill; the frame around them is looked at by itself."""


def opened(open_page: Callable[..., Any], address: str, state: LabState, **settings: Any) -> Any:
    page = open_page(**settings)
    page.goto(f"{address}?s={state.encode()}")
    return page


@pytest.fixture
def small(open_page: Callable[..., Any], server: Any, played: Callable[..., None]) -> Any:
    """The World view of the small world."""
    page = opened(open_page, server.address, SMALL)
    played(page)
    return page


def test_the_frame_and_its_dialogs(small: Any, serious: Callable[..., Any], axe: Callable[..., list[str]]) -> None:
    page = small
    assert serious(page, "body", VIEW) == {}
    page.evaluate("document.querySelectorAll('.gp-levers details').forEach((each) => { each.open = true })")
    page.get_by_test_id("drop-change").select_option("withdraw")
    page.get_by_test_id("drop-set").click()
    page.get_by_test_id("resolve").scroll_into_view_if_needed()
    assert axe(page, ".gp-levers") == []
    page.set_viewport_size({"width": 390, "height": 844})
    page.get_by_test_id("open-levers").click()
    assert axe(page, ".gp-levers") == []
    page.keyboard.press("Escape")
    page.set_viewport_size({"width": 1280, "height": 900})
    for opener, dialog in (("export", "Export"), ("about", "About this page"), ("scenario", "A world of your own")):
        if opener == "scenario":
            page.get_by_test_id(opener).select_option(label="Own file…")
        else:
            page.get_by_test_id(opener).click()
        page.get_by_role("dialog", name=dialog).wait_for()
        assert serious(page, "dialog[open]") == {}, dialog
        page.keyboard.press("Escape")
        page.get_by_role("dialog").wait_for(state="hidden")


def test_what_the_page_says_of_itself(
    open_page: Callable[..., Any], server: Any, serious: Callable[..., Any], axe: Callable[..., list[str]]
) -> None:
    page = open_page(permissions=["clipboard-write"])
    page.goto(f"{server.address}?policy=contanment")
    page.get_by_test_id("notice").get_by_text("Did you mean 'containment'?").wait_for()
    assert serious(page, ".gp-notice") == {}
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        page.get_by_test_id("copy-link").click()
        page.locator(".gp-passing p").last.wait_for()
        assert axe(page, ".gp-passing", rules=("color-contrast",)) == [], scheme


def test_the_world_a_theatre_a_state_and_a_story(small: Any, serious: Callable[..., Any]) -> None:
    page = small
    page.evaluate("window.greatpowers.select(1)")
    page.get_by_test_id("state-picker").select_option("0")
    page.locator(".gw-card h3").wait_for()
    assert serious(page, VIEW) == {}
    page.get_by_test_id("chronicle-a-all").click()
    page.locator("gp-chronicle button.gs-entry").first.click()
    page.wait_for_selector("[data-testid=story][data-state=told]")
    assert serious(page, "[data-testid=story]") == {}


@pytest.mark.parametrize("scenario", ["2017", "1913"])
def test_a_map_with_borders_and_a_network_without(
    open_page: Callable[..., Any],
    server: Any,
    played: Callable[..., None],
    serious: Callable[..., Any],
    scenario: str,
) -> None:
    page = opened(open_page, server.address, LabState(scenario=scenario, rounds=2))
    played(page)
    assert serious(page, "gp-map") == {}


def test_compare(open_page: Callable[..., Any], server: Any, serious: Callable[..., Any]) -> None:
    page = opened(open_page, server.address, COMPARED, matched=True)
    page.wait_for_selector("gp-odds[data-runs='200']", state="attached")
    page.wait_for_selector("gp-parting[data-state=told]", state="attached")
    assert serious(page, VIEW) == {}


def test_play_before_during_and_after_a_game(
    open_page: Callable[..., Any], server: Any, serious: Callable[..., Any]
) -> None:
    page = opened(open_page, server.address, SMALL.changed(view="play"))
    page.wait_for_selector("gp-play[data-phase=lobby]")
    assert serious(page, VIEW) == {}
    page.locator("input[name=rounds][value='20']").check()
    page.get_by_role("button", name="Take the chair").click()
    page.wait_for_selector("gp-play[data-phase=play]")
    for number in (4, 8, 12, 16):
        page.locator("#gg-year").click()
        page.wait_for_selector(f"gp-play[data-round='{number}']")
    open_all(page)
    assert serious(page, VIEW) == {}
    page.locator("#gg-year").click()
    page.wait_for_selector(".gg-strip")
    open_all(page)
    assert serious(page, VIEW) == {}


def open_all(page: Any) -> None:
    page.evaluate("document.querySelectorAll('gp-play details').forEach((each) => (each.open = true))")


def test_where_there_are_no_results(open_page: Callable[..., Any], server: Any, serious: Callable[..., Any]) -> None:
    page = opened(open_page, server.address, SMALL.changed(view="results"))
    page.wait_for_selector("[data-testid=results-empty]")
    assert serious(page, VIEW) == {}
