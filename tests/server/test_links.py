"""A shared link restores the same bytes."""

from collections.abc import Callable
from typing import Any

from greatpowers import simulate
from greatpowers.server.state import Change, LabState
from greatpowers.server.worlds import policy_object, scenario_object

STATE = LabState().changed(
    policy="containment",
    levers={"aid": 0.7},
    changes=(Change(from_round=16, policy="half-a-loaf"),),
    doctrines={"CHN": "trading-state"},
    seed=9,
    rounds=24,
    cursor=20,
)


def test_a_link_opens_the_same_history_in_another_browser(open_page: Callable[..., Any], server: Any) -> None:
    payloads = []
    for _ in range(2):
        page = open_page()
        page.goto(f"{server.address}?s={STATE.encode()}")
        page.wait_for_selector("html[data-history]", state="attached")
        payload = page.evaluate("JSON.stringify({...window.greatpowers.payload('a'), key: ''})")
        payloads.append(payload)
        assert page.evaluate("window.greatpowers.cursor()") == 20
        assert page.url.endswith(f"?s={STATE.encode()}")
    assert payloads[0] == payloads[1]
    history = simulate(scenario_object(STATE), policy_object(STATE), STATE.seed, STATE.rounds)
    assert page.evaluate("window.greatpowers.payload('a').rounds") == history.rounds == 24


def test_the_button_copies_the_address(open_page: Callable[..., Any], server: Any, wait: Any) -> None:
    page = open_page(permissions=["clipboard-read", "clipboard-write"])
    page.goto(server.address)
    page.wait_for_selector("html[data-history]", state="attached")
    at = page.evaluate("window.greatpowers.pause(); window.greatpowers.cursor()")
    wait.linked(page, lambda state: state.cursor == at)
    page.get_by_test_id("copy-link").click()
    page.get_by_text("The link is copied").wait_for()
    assert page.evaluate("navigator.clipboard.readText()") == page.url
    assert "?s=" in page.url


def test_where_the_cursor_is_goes_into_the_address(page: Any) -> None:
    page.evaluate("window.greatpowers.pause(); window.greatpowers.setCursor(33)")
    expected = LabState().changed(cursor=33).encode()
    page.wait_for_url(f"**/?s={expected}")


def test_tabs_are_in_the_address(page: Any, wait: Any) -> None:
    page.get_by_test_id("tab-compare").click()
    wait.linked(page, lambda state: state.view == "compare")
    page.reload()
    page.wait_for_selector("html[data-history]", state="attached")
    assert page.get_by_role("tab", selected=True).inner_text() == "Compare"


def test_sessions_are_isolated(open_page: Callable[..., Any], server: Any, wait: Any) -> None:
    one, two = open_page(), open_page()
    for page in (one, two):
        page.goto(server.address)
        page.wait_for_selector("html[data-history]", state="attached")
    before = two.evaluate("document.documentElement.dataset.history")
    one.get_by_test_id("another-world").click()
    one.wait_for_function("window.greatpowers.payload('a').seed !== 12")
    two.evaluate("window.greatpowers.pause(); window.greatpowers.setCursor(33)")
    wait.linked(two, lambda state: state.cursor == 33)  # whatever the server had to say before has arrived
    assert two.evaluate("document.documentElement.dataset.history") == before
    assert two.evaluate("window.greatpowers.payload('a').seed") == LabState().seed


def test_an_address_in_plain_words_opens_the_same_and_a_wrong_one_says_so(
    open_page: Callable[..., Any], server: Any, wait: Any
) -> None:
    page = open_page()
    page.goto(f"{server.address}?view=compare&scenario=2017&policy=containment&against=appeasement")
    wait.linked(
        page, lambda state: (state.view, state.policy, state.against) == ("compare", "containment", "appeasement")
    )
    page.goto(f"{server.address}?view=results&scenario=1913")
    wait.linked(page, lambda state: (state.view, state.policy) == ("results", "entente-commitment"))
    page.goto(f"{server.address}?scenario=2017&policy=contanment")
    page.get_by_text("Did you mean 'containment'").first.wait_for()
