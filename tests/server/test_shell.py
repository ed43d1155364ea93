"""The frame of the page: reachable, readable and steady in both themes and at both widths."""

from collections.abc import Callable
from typing import Any

import pytest

from greatpowers.server.labels import TOLD
from greatpowers.server.state import LabState

ORDER = (
    "Skip to the view", "Skip to playing the history", "World", "Policy", "Compared with", "Luck (seed)",
    "New random draw of luck", "Copy the link to this page", "Export run, figures and data", "Light or dark",
    "About this page", "Guided tour", "From the start", "From the round shown", "Compared with", "Everywhere; or name",
    "Sticks", "Sanctions for a breach",
)  # fmt: skip
"""What the Tab key reaches, in this order; nothing can be undone yet."""
FOCUSED = """() => {
    const at = document.activeElement;
    const { outlineStyle, outlineWidth } = getComputedStyle(at);
    const { width, height } = at.getBoundingClientRect();
    const name = at.getAttribute("aria-label") || at.labels?.[0]?.textContent || at.textContent || at.tagName;
    return [name.trim(), outlineStyle !== "none" && outlineWidth !== "0px" && width * height > 0];
}"""
WIDTHS = {"wide": (1280, 900), "narrow": (390, 844)}
GROUND = "getComputedStyle(document.body).backgroundColor.match(/\\d+/g).map(Number).reduce((a, b) => a + b)"


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
    assert page.evaluate("document.activeElement.dataset.testid") == "tour"


def test_whoever_asks_why_finds_a_history_playing(
    open_page: Callable[..., Any], server: Any, played: Callable[..., None], wait: Any
) -> None:
    page = opened(open_page, server, played, tour=True)
    page.get_by_test_id("tour-skip").click()
    page.get_by_test_id("why").click()
    wait.true(page, "window.greatpowers.cursor() > 2")
    assert page.evaluate("window.greatpowers.playing()")


def test_whoever_asks_what_if_finds_the_levers(
    open_page: Callable[..., Any], server: Any, played: Callable[..., None], size: tuple[int, int]
) -> None:
    page = open_page(width=size[0], height=size[1])
    page.goto(server.address)
    played(page)
    assert page.get_by_role("complementary", name="Levers").is_hidden(), "the answer does not depend on them"
    page.get_by_test_id("what-if").click()
    page.get_by_role("complementary", name="Levers").wait_for()
    page.wait_for_selector(".gp-levers :focus")


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
    other = {"light": "dark", "dark": "light"}[scheme]
    assert (page.evaluate(GROUND) < 300) == (scheme == "dark")
    page.emulate_media(color_scheme=other)
    page.wait_for_selector(f"body{'.body--dark' if other == 'dark' else ':not(.body--dark)'}")
    page.emulate_media(color_scheme=scheme)
    page.get_by_test_id("theme").click()
    assert (page.evaluate(GROUND) < 300) == (other == "dark")
    page.reload()
    played(page)
    assert (page.evaluate(GROUND) < 300) == (other == "dark")
    page.get_by_test_id("theme").click()
    assert (page.evaluate(GROUND) < 300) == (scheme == "dark")


def test_everything_can_be_reached_by_keyboard_in_order_with_a_visible_focus(page: Any) -> None:
    page.locator("body > * :is(a, button)").first.focus()
    for expected in ORDER:
        name, seen = page.evaluate(FOCUSED)
        assert name.startswith(expected) and seen, (expected, name, seen)
        page.keyboard.press("Tab")


def test_play_is_reached_within_ten_stops(page: Any) -> None:
    page.locator("body > * :is(a, button)").first.focus()
    for _ in range(10):
        if page.evaluate(FOCUSED)[0] == "Skip to playing the history":
            page.keyboard.press("Enter")
            page.wait_for_selector("[data-testid=time-play]:focus")
            break
        page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.dataset.testid") == "time-play"
    page.keyboard.press("Enter")
    page.wait_for_selector("[data-testid=time-play][data-playing=true]")
    page.keyboard.press("Enter")
    page.wait_for_selector("[data-testid=time-play][data-playing=false]")
    page.evaluate("window.greatpowers.setCursor(0)")


def test_tabs_go_by_arrow_keys(page: Any) -> None:
    """One of them is a stop of the keyboard; the others are reached from it, round and round."""
    tabs = page.get_by_role("tablist", name="Views").get_by_role("tab")
    page.get_by_test_id("tab-world").click()
    for key, name in (
        ("ArrowRight", "compare"), ("End", "results"), ("ArrowRight", "question"), ("ArrowLeft", "results"),
        ("Home", "question"), ("ArrowRight", "world"),
    ):  # fmt: skip
        page.keyboard.press(key)
        assert page.evaluate("document.activeElement.dataset.testid") == f"tab-{name}", key
        chosen = [tab.get_attribute("aria-selected") == "true" for tab in tabs.all()]
        stops = [tab.get_attribute("tabindex") == "0" for tab in tabs.all()]
        assert chosen == stops and sum(chosen) == 1 and page.get_by_test_id(f"tab-{name}").get_attribute("tabindex")
        assert page.get_by_role("tabpanel", name=name.capitalize()).is_visible()
        assert page.get_by_role("tabpanel").count() == 1


def test_tabs_show_their_view_and_keep_it(page: Any) -> None:
    for name in ("Compare", "Play", "Results", "Question", "World"):
        page.get_by_role("tab", name=name).click()
        panel = page.get_by_role("tabpanel", name=name)
        panel.locator("> *").wait_for()
        panel.evaluate("(each) => { each.firstElementChild.kept = true }")
    for name in ("Compare", "World"):
        page.get_by_role("tab", name=name).click()
        assert page.get_by_role("tabpanel", name=name).evaluate("(each) => each.firstElementChild.kept"), name


def test_a_history_that_cannot_be_played_is_said_and_the_next_one_is_shown(
    open_page: Callable[..., Any], server: Any, played: Callable[..., None]
) -> None:
    page = open_page(own=True)
    page.watched.allowed += ["503"]
    page.route("**/world", lambda route: route.fulfill(status=503, body="The server is full."))
    page.goto(f"{server.address}?s={LabState().encode()}")
    page.get_by_test_id("notice").get_by_text("The server is full.").wait_for()
    assert page.get_by_test_id("status").inner_text() == "not played"
    page.wait_for_selector("html[data-lost]:not([data-busy])", state="attached")
    page.unroute("**/world")
    page.get_by_test_id("another-world").click()
    played(page)
    assert page.get_by_test_id("notice").is_hidden()
    assert page.locator("html[data-lost]").count() == 0


def test_where_there_is_no_engine_it_is_said(open_page: Callable[..., Any], server: Any) -> None:
    page = open_page(own=True)
    page.route("**/world", lambda route: route.fulfill(json={**route.fetch().json(), "core": "another"}))
    page.goto(f"{server.address}?s={LabState(rounds=8).encode()}")
    page.get_by_test_id("notice").get_by_text("The engine plays by the rules of core").wait_for()
    page.wait_for_selector("html:not([data-busy])", state="attached")


def test_of_several_worlds_chosen_the_last_one_is_shown(
    open_page: Callable[..., Any], server: Any, played: Callable[..., None], wait: Any
) -> None:
    """However long the server takes for one of them; one that it refuses is not shown as chosen."""
    page = open_page(own=True)
    page.watched.allowed += ["503"]
    held: list[Any] = []
    page.goto(f"{server.address}?s={LabState(rounds=8).encode()}")
    played(page)
    page.route("**/world", lambda route: held.append(route))
    world = page.get_by_test_id("scenario")
    for name in ("1913", "1978"):
        world.select_option(name)
    wait.until(page, lambda: len(held) == 2)
    held[1].continue_()
    wait.linked(page, lambda state: state.scenario == "1978")
    held[0].continue_()
    played(page)
    world.select_option("synthetic")
    wait.until(page, lambda: len(held) == 3)
    held[2].fulfill(status=503, body="The server is full.")
    page.get_by_test_id("notice").get_by_text("The server is full.").wait_for()
    assert (world.input_value(), page.evaluate("window.greatpowers.payload('a').scenario")) == ("1978", "1978")


def test_until_there_is_a_history_its_place_says_so(open_page: Callable[..., Any], server: Any, wait: Any) -> None:
    page = open_page(own=True, width=390, height=844)
    held: list[Any] = []
    page.route("**/world", lambda route: held.append(route))
    page.goto(f"{server.address}?s={LabState().encode()}")
    wait.true(page, "getComputedStyle(document.querySelector('gp-map'), '::before').content.includes('Playing')")
    assert page.get_by_test_id("status").is_visible() and page.get_by_test_id("status").inner_text() == "playing…"
    wait.until(page, lambda: len(held) == 1)
    held[0].continue_()
    page.wait_for_selector("html[data-history]", state="attached")
    assert page.locator("gp-map svg.gw-map-svg").is_visible()


def test_what_is_said_of_histories_is_not_said_of_games_and_experiments(
    open_page: Callable[..., Any], server: Any, played: Callable[..., None]
) -> None:
    page = opened(open_page, server, played)
    status = page.get_by_test_id("status")
    assert status.is_visible()
    for name, visible in (("play", False), ("results", False), ("question", False), ("compare", True)):
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
    assert page.evaluate("document.documentElement.lang") == "en"


def test_the_page_runs_only_files_that_this_server_sends(page: Any) -> None:
    """Scripts and styles come from files; text becomes neither. (That nothing is asked of others is watched always.)"""
    policy = page.request.get(page.url).headers["content-security-policy"]
    said = dict(part.strip().split(" ", 1) for part in policy.split(";"))
    assert said["default-src"] == "'none'"
    assert said["script-src"] == "'self' 'wasm-unsafe-eval'" and said["style-src"] == "'self'"
    assert page.locator("script:not([src]):not([type='application/json']), style, [onclick]").count() == 0


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
    page.goto(f"{server.address}?s={LabState(rounds=8).encode()}")
    played(page, ensemble=True)
    page.wait_for_selector(f"html{'[data-effects]' if size[0] > 1000 else ''}", state="attached")
    shifts = page.evaluate("window.shifts")
    assert sum(value for value, _ in shifts) < 0.1, shifts


SMALL_TARGETS = """(except) => [...document.querySelectorAll(
        "a[href], button, input, select, textarea, summary, [tabindex]:not([tabindex='-1'])")]
    .filter((each) => each.checkVisibility({ visibilityProperty: true }) && !each.matches(except))
    .map((each) => {
        const boxes = [each, ...(each.labels ?? [])].map((part) => part.getBoundingClientRect());
        const size = ["width", "height"].map((name) => Math.max(...boxes.map((box) => box[name])));
        return [each.outerHTML.slice(0, 120), ...size];
    })
    .filter(([, ...size]) => Math.min(...size) < 39.5)"""
MARKS = "g.gw-theatre, .gw-strip-name, .gs-when"
"""Marks on the map, names beside their rows of a drawing, and quarters at the head of their paragraphs."""


def test_targets_are_large_enough_for_a_finger(
    open_page: Callable[..., Any], server: Any, played: Callable[..., None]
) -> None:
    page = open_page(width=390, height=844)
    page.goto(f"{server.address}?s={LabState(rounds=12, cursor=6).encode()}")
    played(page)
    for name in ("question", "world", "compare", "play", "results"):
        page.get_by_test_id(f"tab-{name}").click()
        page.get_by_role("tabpanel", name=name.capitalize()).locator("> *").wait_for()
        page.evaluate("document.querySelectorAll('main details').forEach((each) => { each.open = true })")
        assert page.evaluate(SMALL_TARGETS, MARKS) == [], name
        assert page.evaluate("document.documentElement.scrollWidth") <= 390, name
    page.get_by_test_id("tab-world").click()
    page.get_by_test_id("open-levers").click()
    page.get_by_test_id("drop-change").select_option("withdraw")
    page.get_by_test_id("drop-set").click()
    page.get_by_test_id("slider-sanctions").fill("0.5")
    page.evaluate("document.querySelectorAll('.gp-levers details').forEach((each) => { each.open = true })")
    assert page.evaluate(SMALL_TARGETS, MARKS) == [], "levers"
    page.keyboard.press("Escape")
    for opener in ("export", "about", "tour"):
        page.get_by_test_id(opener).click()
        assert page.evaluate(SMALL_TARGETS, MARKS) == [], opener
        page.keyboard.press("Escape")
    page.get_by_test_id("scenario").select_option(label="Own file…")
    assert page.evaluate(SMALL_TARGETS, MARKS) == [], "own file"


def test_nothing_is_wider_than_the_smallest_window(
    open_page: Callable[..., Any], server: Any, played: Callable[..., None]
) -> None:
    page = open_page(width=320, height=700)
    page.goto(f"{server.address}?s={LabState(rounds=12).encode()}")
    played(page)
    for name in ("question", "world", "compare", "play", "results"):
        page.get_by_test_id(f"tab-{name}").click()
        page.get_by_role("tabpanel", name=name.capitalize()).locator("> *").wait_for()
        assert page.evaluate("document.documentElement.scrollWidth") <= 320, name


def test_levers_are_a_sheet_on_a_telephone(
    open_page: Callable[..., Any], server: Any, played: Callable[..., None], wait: Any
) -> None:
    page = opened(open_page, server, played, width=390, height=844)
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


def test_what_the_page_is_can_be_read_and_put_away(page: Any) -> None:
    page.get_by_test_id("about").click()
    dialog = page.get_by_role("dialog", name="About this page")
    assert "claims about a model, not forecasts" in dialog.inner_text()
    dialog.get_by_role("button", name="Close").click()
    assert dialog.is_hidden()
    assert page.evaluate("document.activeElement.dataset.testid") == "about"
