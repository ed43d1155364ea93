"""The server goes away and comes back: the page says so, and restores itself from its link."""

import signal
from collections.abc import Callable
from typing import Any

from greatpowers.server.state import LabState


def test_the_page_comes_back_with_its_state(open_page: Callable[..., Any], another_server: Callable[..., Any]) -> None:
    server = another_server("2017", "--port", "0")
    page = open_page()
    page.watched.allowed += ["WebSocket connection", "ERR_CONNECTION", "Failed to load resource"]
    state = LabState().changed(policy="containment", seed=5, cursor=12, rounds=24)
    page.goto(f"{server.address}?s={state.encode()}")
    page.wait_for_selector("html[data-history]", state="attached")
    before = page.evaluate("JSON.stringify({...window.greatpowers.payload('a'), key: ''})")
    server.stop(signal.SIGKILL)
    page.get_by_text("Trying to reconnect").wait_for()
    again = another_server("synthetic", "--port", str(server.port))
    assert again.port == server.port
    page.wait_for_function("window.greatpowers?.payload('a') && !document.querySelector('#popup[aria-hidden=false]')")
    page.wait_for_selector("html[data-history]", state="attached")
    assert page.evaluate("JSON.stringify({...window.greatpowers.payload('a'), key: ''})") == before
    assert page.evaluate("window.greatpowers.cursor()") == 12
    assert not page.get_by_text("Trying to reconnect").is_visible()
