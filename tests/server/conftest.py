"""A real server and a real browser: whatever is shown, requested or complained about in it is the test's business."""

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

import numpy as np
import pytest
from quiet_pages import NO_MATCHED_RUNS, STILL_LIGHT

from greatpowers import History
from greatpowers.core.history import TheatreColumn
from greatpowers.core.kernel import is_cached
from greatpowers.core.ladder import TOP_RUNG
from greatpowers.server.state import LabState

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page, Request, Response

pytest.importorskip("fastapi")

MODEL = Path(__file__).parents[2] / "model"
PAGE_SECONDS = 180  # far more than a page takes: a machine with other work is slow, and what never comes still fails
AT_REST = f"?s={LabState().encode()}"
"""What a visit without a link shows, but for the tour and the playing."""


@dataclass(eq=False)
class Server:
    """A running `greatpowers serve`."""

    process: subprocess.Popen[str]
    address: str
    said: list[str] = field(default_factory=list)

    @property
    def port(self) -> int:
        return urlsplit(self.address).port or 80

    def stop(self, how: int = signal.SIGINT) -> int:
        """End it, and return its exit code."""
        if self.process.poll() is None:
            self.process.send_signal(how)
            try:
                self.process.wait(10)
            except subprocess.TimeoutExpired:
                self.process.kill()
        return self.process.wait(10)


def start_server(*arguments: str) -> Server:
    """Start `greatpowers serve` with these arguments and wait until it says where it is; no token unless by a host."""
    environment = {**os.environ, "PYTHONPATH": str(MODEL), "PYTHONUNBUFFERED": "1"}
    open_to_all = [] if "--host" in arguments else ["--no-token"]
    command = [sys.executable, "-m", "greatpowers", "serve", "--no-browser", *open_to_all, *arguments]
    process = subprocess.Popen(command, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True, env=environment)
    lines: list[str] = []
    assert process.stderr is not None
    for line in process.stderr:
        lines.append(line)
        if match := re.search(r"http://\S+", line):
            return Server(process, match[0], lines)
    raise AssertionError(f"the server ended with {process.wait()}: {''.join(lines)}")


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    """One server of the 2017 scenario for all tests, with the engine compiled."""
    if not is_cached():
        subprocess.run(
            [sys.executable, "-m", "greatpowers", "warmup"], env={**os.environ, "PYTHONPATH": str(MODEL)}, check=True,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
    started = start_server("2017", "--port", "0")
    yield started
    started.stop()


@pytest.fixture
def another_server() -> Iterator[Callable[..., Server]]:
    """A function that starts a server of one's own; each is ended with the test."""
    started: list[Server] = []

    def start(*arguments: str) -> Server:
        started.append(start_server(*arguments))
        return started[-1]

    yield start
    for one in started:
        one.stop()


@dataclass(eq=False)
class Watched:
    """What a page said and asked for."""

    console: list[str] = field(default_factory=list)
    foreign: list[str] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)
    allowed: list[str] = field(default_factory=list)
    """Regular expressions of complaints that a test expects."""

    def complaints(self) -> list[str]:
        every = [*self.console, *self.foreign, *self.failed]
        return [text for text in every if not any(re.search(pattern, text) for pattern in self.allowed)]


def watch(page: "Page") -> None:
    """Note in `page.watched` all that the console says, page errors, sockets, requests to elsewhere and that fail."""
    page.watched = Watched()

    def on_request(request: "Request") -> None:
        parts = urlsplit(request.url)
        if parts.scheme not in ("data", "blob") and parts.hostname not in ("127.0.0.1", "localhost"):
            page.watched.foreign.append(f"request to {request.url}")

    def on_response(response: "Response") -> None:
        if response.status >= 400:
            page.watched.failed.append(f"{response.status} {response.url}")

    page.on("request", on_request)
    page.on("websocket", lambda socket: page.watched.foreign.append(f"socket to {socket.url}"))
    page.on("console", lambda message: page.watched.console.append(message.text))
    page.on("pageerror", lambda error: page.watched.console.append(f"page error: {error}"))
    page.on("response", on_response)


NO_TOUR = "try { localStorage.setItem('greatpowers-tour', 'seen') } catch {}"


def new_page(browser: "Browser", tour: bool = False, matched: bool = True, **settings: object) -> "Page":
    """A page in a browser's context of its own, which has seen the tour or not.

    Without `matched` it waits for its matched runs for ever.
    """
    page = browser.new_context(**settings).new_page()
    page.set_default_timeout(PAGE_SECONDS * 1000)
    page.add_init_script(STILL_LIGHT)
    if not tour:
        page.add_init_script(NO_TOUR)
    if not matched:
        page.add_init_script(NO_MATCHED_RUNS)
    watch(page)
    return page


class Tabs:
    """Tabs that are used again and again: a new one costs a browser four times as much as another page in an old one.

    Each has a context of its own.
    """

    def __init__(self, browser: "Browser") -> None:
        self._browser = browser
        self._kept: dict[str, Page] = {}

    def take(self, name: str, matched: bool) -> "Page":
        """The tab of this name, with nothing in it; pages in it play their matched runs or not."""
        name = f"{name}, with runs" if matched else name
        if name not in self._kept or self._kept[name].is_closed():
            self._kept[name] = new_page(self._browser, matched=matched)
        page = self._kept[name]
        page.watched = Watched()
        page.set_viewport_size({"width": 1280, "height": 900})
        page.emulate_media(color_scheme="light", reduced_motion="no-preference")
        return page

    def leave(self, page: "Page") -> None:
        """Have nothing left of what was shown; a page that is not kept goes with its context."""
        if page.is_closed() or page not in self._kept.values():
            page.context.close()
            return
        page.unroute_all(behavior="ignoreErrors")
        if page.url.startswith("http"):  # a blank page that it goes to by itself keeps its process for the next one
            page.evaluate("localStorage.clear(); sessionStorage.clear(); location.replace('about:blank')")
            page.wait_for_url("about:blank")
        else:
            page.goto("about:blank")


@pytest.fixture(scope="session")
def tabs(browser: "Browser") -> Tabs:
    """The tabs of all tests."""
    return Tabs(browser)


def left_without_complaint(tabs: Tabs, opened: "list[Page]") -> None:
    """Leave the pages; whatever they complained of fails the test."""
    complaints = [text for page in opened for text in page.watched.complaints()]
    for page in opened:
        tabs.leave(page)
    assert not complaints, complaints


@pytest.fixture
def open_page(browser: "Browser", tabs: Tabs) -> Iterator[Callable[..., "Page"]]:
    """A function that opens a page; a complaint of any of them fails the test at its end.

    Pages that are to see the tour, that have settings, or are the third of a test are in a new context, with `own` any.
    Those that are looked at for their `matched` runs say so, others play none. `page.watched.allowed` takes patterns of
    complaints that are expected.
    """
    opened: list[Page] = []

    def open_one(
        width: int = 1280,
        height: int = 900,
        scheme: str = "light",
        motion: str = "no-preference",
        tour: bool = False,
        own: bool = False,
        matched: bool = False,
        **settings: object,
    ) -> "Page":
        fresh = own or tour or settings or len(opened) > 1
        name = f"page {len(opened)} of a test"
        page = new_page(browser, tour, matched, **settings) if fresh else tabs.take(name, matched)
        opened.append(page)
        page.set_viewport_size({"width": width, "height": height})
        page.emulate_media(color_scheme=scheme, reduced_motion=motion)
        return page

    yield open_one
    left_without_complaint(tabs, opened)


@pytest.fixture(scope="module")
def shared_page(tabs: Tabs, server: Server) -> Iterator[Callable[..., "Page"]]:
    """A function that opens the page that all tests of a file look at; its complaints fail the last of them.

    It is of the server, or of another at an address, and plays its matched runs if asked to.
    """
    opened: list[Page] = []

    def open_one(link: str = AT_REST, address: str = "", matched: bool = False) -> "Page":
        page = tabs.take("page of a file", matched)
        opened.append(page)
        page.goto(f"{address or server.address}{link}")
        wait_until_played(page)
        return page

    yield open_one
    left_without_complaint(tabs, opened)


@pytest.fixture
def page(open_page: Callable[..., "Page"], server: Server) -> "Page":
    """The laboratory at 1280 px in light colours, its first history shown; no tour, and nothing plays."""
    tab = open_page()
    tab.goto(f"{server.address}{AT_REST}")
    wait_until_played(tab)
    return tab


def wait_until_played(page: "Page", ensemble: bool = False) -> None:
    """Wait until the page shows the history of its state, and with `ensemble` all runs of both policies."""
    page.wait_for_selector("html[data-history]", state="attached")
    page.wait_for_selector("html:not([data-stale])", state="attached")
    if ensemble:
        page.wait_for_selector("html:not([data-busy])", state="attached")


@pytest.fixture(scope="session")
def rungs_to_show() -> Callable[[History, int], list[int]]:
    """A function that says on which rung each theatre is to be shown in a round: the engine's, and the top in a war."""

    def of_round(history: History, number: int) -> list[int]:
        theatres = history.track.theatres[number]
        at_war = theatres[:, TheatreColumn.WAR] > 0
        rungs: list[int] = np.where(at_war, TOP_RUNG, theatres[:, TheatreColumn.RUNG]).astype(int).tolist()
        return rungs

    return of_round


@pytest.fixture
def played() -> Callable[..., None]:
    """The function that waits for a page to show its history, for tests that open pages themselves."""
    return wait_until_played


@pytest.fixture(scope="session")
def axe_source(npm_tools: str) -> str:
    """The text of axe-core, the rules of accessibility; it is among the tools that npm installs."""
    return (MODEL / "node_modules/axe-core/axe.min.js").read_text(encoding="utf-8")


@pytest.fixture
def axe(axe_source: str) -> Callable[..., list[str]]:
    """A function that has axe-core look at a page, or `within` part of it, `without` another: what is serious.

    Of all rules, or of some.
    """

    def look(page: "Page", within: str = "body", without: str = "", rules: tuple[str, ...] = ()) -> list[str]:
        Wait.still(page)
        if not page.evaluate("Boolean(window.axe)"):
            page.evaluate(axe_source)
        context = {"include": [within], "exclude": [without] if without else []}
        options = {"resultTypes": ["violations"], **({"runOnly": list(rules)} if rules else {})}
        report = page.evaluate("([context, options]) => axe.run(context, options)", [context, options])
        return [
            f"{rule['id']} ({rule['impact']}): {node['html'][:200]} {node['failureSummary'][:200]}"
            for rule in report["violations"]
            if rule["impact"] in ("serious", "critical")
            for node in rule["nodes"]
        ]

    return look


class Wait:
    """Waits for states, never for times."""

    @staticmethod
    def until(page: "Page", reached: Callable[[], bool]) -> None:
        """Wait for something that is seen from outside the page."""
        deadline = time.monotonic() + PAGE_SECONDS
        while not reached():
            assert time.monotonic() < deadline, f"not reached within {PAGE_SECONDS} s"
            page.wait_for_timeout(20)

    @staticmethod
    def true(page: "Page", expression: str, arg: object = None) -> None:
        """Wait until an expression is true; the page's own policy keeps Playwright from waiting in it."""
        Wait.until(page, lambda: bool(page.evaluate(expression, arg)))

    @staticmethod
    def linked(page: "Page", wanted: Callable[[LabState], bool]) -> LabState:
        """Wait until the state in the page's address is as wanted, and give it."""
        states: list[LabState] = []

        def reached() -> bool:
            link = parse_qs(urlsplit(page.url).query).get("s")
            states[:] = [LabState.decode(link[0])] if link else []
            return bool(states) and wanted(states[0])

        Wait.until(page, reached)
        return states[0]

    @staticmethod
    def still(page: "Page") -> None:
        """Wait until nothing fades or slides any more; what turns for ever goes on."""
        Wait.true(
            page,
            """() => document.getAnimations().every((moving) => moving.playState !== 'running'
                || moving.effect.getComputedTiming().iterations === Infinity)""",
        )

    @staticmethod
    def settled(page: "Page") -> None:
        """Wait until every map that is shown has taken the size of its window."""
        Wait.true(
            page,
            """() => [...document.querySelectorAll('gp-map')].every(
                (map) => !map.svg?.clientWidth || map.view?.width === map.svg.clientWidth)""",
        )


@pytest.fixture(scope="session")
def wait() -> type[Wait]:
    """The waits for states that tests share."""
    return Wait


SIZES = {1280: 900, 390: 844}
"""Widths at which the page is looked at, each with a height."""


def put(page: "Page", scheme: str, width: int) -> None:
    """Show the page in light or dark colours, wide or narrow."""
    page.set_viewport_size({"width": width, "height": SIZES[width]})
    page.emulate_media(color_scheme=scheme)
    page.wait_for_selector("body.body--dark" if scheme == "dark" else "body:not(.body--dark)")


@pytest.fixture
def serious(axe: Callable[..., list[str]]) -> Callable[..., dict[str, list[str]]]:
    """A function that has axe-core look at part of a page wide and narrow, light and dark: what is serious, by look.

    Contrast is looked at in all four; what else there is to find does not depend on colours.
    """

    def find(page: "Page", within: str = "body", without: str = "") -> dict[str, list[str]]:
        by_look = {}
        for width in SIZES:
            for scheme, rules in (("light", ()), ("dark", ("color-contrast",))):
                put(page, scheme, width)
                by_look[f"{scheme} at {width} px"] = axe(page, within, without, rules)
        put(page, "light", 1280)
        return {look: findings for look, findings in by_look.items() if findings}

    return find
