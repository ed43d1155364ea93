"""The frame of the page: reachable, readable and steady in both themes and at both widths."""

from collections.abc import Callable
from typing import Any

import pytest

from greatpowers.server.labels import TOLD
from greatpowers.server.state import LabState

STOPS = (
    "Skip to the view",
    "World",
    "Policy",
    "Compared with",
    "New random draw",
    "Copy the link",
    "Export",
    "Light or dark",
    "Guided tour",
    "From the start",
    "Sanctions for a breach",
    "Offer a deal",
)
WIDTHS = {"wide": (1280, 900), "narrow": (390, 844)}


def opened(open_page: Callable[..., Any], server: Any, played: Callable[..., None], **settings: Any) -> Any:
    page = open_page(**settings)
    page.goto(server.address if settings.get("tour") else f"{server.address}?s={LabState().encode()}")
    played(page)
    return page


@pytest.fixture(scope="module")
def page(shared_page: Callable[..., Any]) -> Any:
    """One page for the tests of this file that only look."""
    return shared_page()


@pytest.fixture(params=["light", "dark"])
def scheme(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(params=list(WIDTHS))
def size(request: pytest.FixtureRequest) -> tuple[int, int]:
    return WIDTHS[request.param]


def test_the_tour_is_offered_once_and_goes_by_keyboard(
    open_page: Callable[..., Any], server: Any, played: Callable[..., None], axe: Callable[..., list[str]]
) -> None:
    page = opened(open_page, server, played, tour=True)
    card = page.get_by_test_id("tour-card")
    for step in TOLD["tour"]:
        card.get_by_role("heading", name=step["title"]).wait_for()
        assert page.evaluate("document.activeElement.dataset.testid") == "tour-next"
        assert page.locator(".gp-tour-target").count() == 1, step["title"]
        assert axe(page, ".gp-tour") == []
        page.keyboard.press("Enter")
    card.wait_for(state="detached")
    page.goto(server.address)
    played(page)
    page.wait_for_selector("html[data-tour=seen]", state="attached")
    assert card.count() == 0
    page.get_by_test_id("tour").click()
    page.get_by_test_id("tour-next").wait_for()
    page.keyboard.press("Escape")
    page.get_by_test_id("tour-next").wait_for(state="detached")


def test_whoever_asks_why_finds_a_history_playing(
    open_page: Callable[..., Any], server: Any, played: Callable[..., None]
) -> None:
    page = opened(open_page, server, played, tour=True)
    page.get_by_test_id("tour-skip").click()
    page.get_by_test_id("why").click()
    page.wait_for_function("window.greatpowers.cursor() > 2")
    assert page.evaluate("window.greatpowers.playing()")


def test_nothing_moves_by_itself_for_those_who_asked_for_less_motion(
    open_page: Callable[..., Any], server: Any, played: Callable[..., None]
) -> None:
    page = open_page(motion="reduce")
    page.goto(server.address)
    played(page)
    page.get_by_test_id("why").click()
    page.locator("gp-map").first.wait_for()
    assert page.evaluate("[window.greatpowers.playing(), window.greatpowers.cursor()]") == [False, 0]


def test_light_and_dark_follow_the_system_and_then_the_button(
    open_page: Callable[..., Any], server: Any, played: Callable[..., None], scheme: str
) -> None:
    page = opened(open_page, server, played, scheme=scheme)
    ground = "getComputedStyle(document.body).backgroundColor.match(/\\d+/g).map(Number).reduce((a, b) => a + b)"
    assert (page.evaluate(ground) < 300) == (scheme == "dark")
    page.get_by_test_id("theme").click()
    page.wait_for_function(f"({ground} < 300) === {str(scheme == 'light').lower()}")
    page.reload()
    played(page)
    page.wait_for_function(f"({ground} < 300) === {str(scheme == 'light').lower()}")


def test_everything_can_be_reached_by_keyboard_with_a_visible_focus(page: Any) -> None:
    page.evaluate("window.greatpowers.pause(); document.activeElement.blur()")
    reached: list[str] = []
    for _ in range(45):
        page.keyboard.press("Tab")
        where = page.evaluate(
            """() => {
            const e = document.activeElement, style = getComputedStyle(e), box = e.getBoundingClientRect();
            const field = e.closest('.q-field')?.classList.contains('q-field--focused');
            const seen = field || style.outlineStyle !== 'none' || style.boxShadow !== 'none';
            return [e.getAttribute('aria-label') || e.textContent || e.id, seen, box.width * box.height > 0]; }"""
        )
        assert where[1], f"no focus to be seen on {where[0]}"
        reached.append(where[0].strip())
    text = " | ".join(reached)
    for name in STOPS:
        assert name in text, (name, text)


def test_a_history_that_does_not_arrive_is_said_with_a_way_out(open_page: Callable[..., Any], server: Any) -> None:
    page = open_page(own=True)
    page.watched.allowed += ["404"]
    page.route("**/histories/**", lambda route: route.fulfill(status=404, body="gone"))
    page.goto(server.address)
    page.get_by_text("This history did not arrive.").wait_for()
    page.unroute("**/histories/**")
    page.get_by_role("button", name="Load again").click()
    page.wait_for_selector("html[data-history]:not([data-lost])", state="attached")


def test_until_there_is_a_history_its_place_says_so(open_page: Callable[..., Any], server: Any, wait: Any) -> None:
    page = open_page(own=True, width=390, height=844)
    held: list[Any] = []
    page.route("**/histories/**", lambda route: held.append(route))
    page.goto(f"{server.address}?s={LabState().encode()}")
    page.wait_for_function("getComputedStyle(document.querySelector('gp-map'), '::before').content.includes('Playing')")
    assert page.get_by_role("status").first.is_visible()
    wait.until(page, lambda: len(held) == 2)  # both policies'
    for route in held:
        route.continue_()
    page.wait_for_selector("html[data-history]", state="attached")
    assert page.locator("gp-map svg.gw-map-svg").is_visible()


def test_what_is_said_of_histories_is_not_said_of_games_and_experiments(
    open_page: Callable[..., Any], server: Any, played: Callable[..., None]
) -> None:
    page = opened(open_page, server, played)
    status = page.get_by_test_id("status")
    assert status.is_visible()
    for name, visible in (("play", False), ("results", False), ("compare", True)):
        page.get_by_test_id(f"tab-{name}").click()
        page.wait_for_selector(f"[data-testid={name}]")
        assert status.is_visible() == visible, name


def test_landmarks_and_headings(page: Any) -> None:
    assert page.get_by_role("banner").count() == 1
    assert page.get_by_role("main").count() == 1
    assert page.get_by_role("complementary", name="Levers").count() == 1
    assert page.get_by_role("heading", level=1).text_content() == "greatpowers"
    assert page.get_by_role("tablist").count() == 1
    assert page.title() == "greatpowers: the laboratory"
    assert page.evaluate("document.documentElement.lang") == "en-US"


def test_nothing_jumps_while_the_page_comes_to_be(
    open_page: Callable[..., Any], server: Any, played: Callable[..., None], size: tuple[int, int]
) -> None:
    page = open_page(width=size[0], height=size[1], own=True, matched=True)
    page.add_init_script(
        """window.shifts = [];
        const note = (entry) => [entry.value, entry.sources.map((s) => s.node?.className || s.node?.nodeName)];
        new PerformanceObserver((list) => {
          window.shifts.push(...list.getEntries().filter((entry) => !entry.hadRecentInput).map(note));
        }).observe({type: 'layout-shift', buffered: true})"""
    )
    page.goto(f"{server.address}?s={LabState().encode()}")
    played(page, ensemble=True)
    shifts = page.evaluate("window.shifts")
    assert sum(value for value, _ in shifts) < 0.1, shifts


def test_nothing_is_wider_than_a_telephone(
    open_page: Callable[..., Any], server: Any, played: Callable[..., None], wait: Any
) -> None:
    page = opened(open_page, server, played, width=390, height=844)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    levers = page.get_by_role("complementary", name="Levers")
    assert not levers.is_visible()
    page.get_by_test_id("open-levers").click()
    levers.wait_for()
    wait.still(page)
    box = levers.bounding_box()
    assert box["x"] == 0 and box["width"] == 390 and box["y"] + box["height"] <= 845
    assert page.evaluate("document.querySelector('.gp-levers').contains(document.activeElement)")
    page.keyboard.press("Escape")
    levers.wait_for(state="hidden")
    assert page.evaluate("document.activeElement.dataset.testid") == "open-levers"


def test_tabs_show_their_view_and_keep_it(page: Any) -> None:
    for name in ("Compare", "Play", "Results", "Question", "World"):
        page.get_by_role("tab", name=name).click()
        panel = page.get_by_role("tabpanel")
        panel.wait_for()
        assert panel.text_content().strip()
