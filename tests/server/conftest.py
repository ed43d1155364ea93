"""A real server and a real browser: whatever is shown, requested or complained about in it is the test's business."""

import os
import re
import shutil
import signal
import subprocess
import sys
import tarfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest

from greatpowers.core.kernel import is_cached

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page, Request

pytest.importorskip("nicegui")

MODEL = Path(__file__).parents[2] / "model"
START_SECONDS = 90
CHROMIUM_FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
PAGE_SECONDS = 20


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
    """Start `greatpowers serve` with these arguments and wait until it says where it is."""
    environment = {**os.environ, "PYTHONPATH": str(MODEL), "PYTHONUNBUFFERED": "1"}
    command = [sys.executable, "-m", "greatpowers", "serve", "--no-browser", *arguments]
    process = subprocess.Popen(command, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True, env=environment)
    said: list[str] = []
    assert process.stderr is not None
    for line in process.stderr:
        said.append(line)
        if found := re.search(r"http://\S+", line):
            return Server(process, found[0], said)
    raise AssertionError(f"the server ended with {process.wait()}: {''.join(said)}")


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    """One server of the 2017 scenario for all tests, with the engine compiled."""
    if not is_cached():
        subprocess.run(
            [sys.executable, "-m", "greatpowers", "warmup"], env={**os.environ, "PYTHONPATH": str(MODEL)}, check=True,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
    found = start_server("2017", "--port", "0")
    yield found
    found.stop()


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


@pytest.fixture(scope="session")
def browser() -> Iterator["Browser"]:
    """Debian's Chromium, without a window."""
    api = pytest.importorskip("playwright.sync_api")
    program = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if program is None:
        pytest.skip("there is no Chromium")
    with api.sync_playwright() as playwright:
        found = playwright.chromium.launch(executable_path=program, args=list(CHROMIUM_FLAGS))
        yield found
        found.close()


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


def watch(page: "Page") -> Watched:
    """Note every console error, every page error, and every request that leaves the machine or fails."""
    seen = Watched()

    def on_request(request: "Request") -> None:
        parts = urlsplit(request.url)
        if parts.scheme not in ("data", "blob") and parts.hostname not in ("127.0.0.1", "localhost"):
            seen.foreign.append(f"request to {request.url}")

    page.on("request", on_request)
    page.on("websocket", lambda socket: seen.foreign.append(socket.url) if "127.0.0.1" not in socket.url else None)
    page.on(
        "console", lambda message: seen.console.append(message.text) if message.type in ("error", "warning") else None
    )
    page.on("pageerror", lambda error: seen.console.append(f"page error: {error}"))
    page.on(
        "response",
        lambda response: seen.failed.append(f"{response.status} {response.url}") if response.status >= 400 else None,
    )
    return seen


NO_TOUR = "try { localStorage.setItem('greatpowers-tour', 'seen') } catch {}"


@pytest.fixture(scope="session")
def first_room(browser: "Browser") -> "BrowserContext":
    """The context of the first page of every test: what the page is made of is then in its cache."""
    return browser.new_context(accept_downloads=True)


@pytest.fixture
def open_page(browser: "Browser", first_room: "BrowserContext") -> Iterator[Callable[..., "Page"]]:
    """A function that opens a page of its own context; a complaint of any of them fails the test at its end.

    `page.watched.allowed` takes patterns of complaints that are expected.
    """
    opened: list[Page] = []

    def open_one(
        width: int = 1280, height: int = 900, scheme: str = "light", tour: bool = False, **settings: object
    ) -> "Page":
        fresh = bool(opened or settings)
        page = (browser.new_context(**settings) if fresh else first_room).new_page()
        opened.append(page)
        page.set_viewport_size({"width": width, "height": height})
        page.emulate_media(color_scheme=scheme, reduced_motion=settings.get("reduced_motion"))
        page.set_default_timeout(PAGE_SECONDS * 1000)
        if not tour:
            page.add_init_script(NO_TOUR)
        page.watched = watch(page)
        return page

    yield open_one
    complaints = [text for page in opened for text in page.watched.complaints()]
    for page in opened:
        leave(page, first_room)
    assert not complaints, complaints


def leave(page: "Page", room: "BrowserContext") -> None:
    """Close a page and its context, but for the room of all tests, which is left as it was found."""
    if page.context is not room:
        page.context.close()
    elif not page.is_closed():
        if page.url.startswith("http"):
            page.evaluate("localStorage.clear()")
        page.close()


@pytest.fixture(scope="module")
def shared_page(browser: "Browser", server: Server) -> Iterator[Callable[..., "Page"]]:
    """A function that opens a page of the server for all tests of a file; its complaints fail the last of them."""
    opened: list[Page] = []

    def open_one(link: str = "") -> "Page":
        page = browser.new_context(viewport={"width": 1280, "height": 900}).new_page()
        page.set_default_timeout(PAGE_SECONDS * 1000)
        page.add_init_script(NO_TOUR)
        page.watched = watch(page)
        opened.append(page)
        page.goto(f"{server.address}{link}")
        wait_until_played(page)
        return page

    yield open_one
    complaints = [text for page in opened for text in page.watched.complaints()]
    for page in opened:
        page.context.close()
    assert not complaints, complaints


@pytest.fixture
def page(open_page: Callable[..., "Page"], server: Server) -> "Page":
    """The laboratory at 1280 px in light colours, its first history shown; no tour."""
    found = open_page()
    found.goto(server.address)
    wait_until_played(found)
    return found


def wait_until_played(page: "Page", ensemble: bool = False) -> None:
    """Wait until the page shows the history of its state, and with `ensemble` all runs of both policies."""
    page.wait_for_selector("html[data-history]", state="attached")
    page.wait_for_selector("html:not([data-stale])", state="attached")
    if ensemble:
        page.wait_for_selector("html:not([data-busy])", state="attached")


@pytest.fixture
def played() -> Callable[..., None]:
    """The function that waits for a page to show its history, for tests that open pages themselves."""
    return wait_until_played


AXE = "axe-core@4.10.3"


@pytest.fixture(scope="session")
def axe_source(pytestconfig: pytest.Config) -> str:
    """The text of axe-core, fetched from npm once and kept in pytest's cache."""
    place = pytestconfig.cache.mkdir("axe")
    script = place / AXE / "axe.min.js"
    if not script.is_file():
        npm = shutil.which("npm")
        if npm is None:
            pytest.skip("there is no npm to fetch axe-core with")
        fetched = subprocess.run([npm, "pack", AXE, "--silent"], cwd=place, capture_output=True, text=True)
        assert fetched.returncode == 0, fetched.stderr
        with tarfile.open(place / fetched.stdout.strip().splitlines()[-1]) as archive:
            member = archive.extractfile("package/axe.min.js")
            assert member is not None
            script.parent.mkdir(exist_ok=True)
            script.write_bytes(member.read())
    return script.read_text(encoding="utf-8")


@pytest.fixture
def axe(axe_source: str) -> Callable[..., list[str]]:
    """A function that has axe-core look at a page, or `within` part of it, `without` another: what is serious."""

    def look(page: "Page", within: str = "body", without: str = "") -> list[str]:
        page.evaluate(axe_source)
        context = {"include": [within], "exclude": [without] if without else []}
        found = page.evaluate("context => axe.run(context, {resultTypes: ['violations']})", context)
        return [
            f"{rule['id']} ({rule['impact']}): {node['html'][:200]} {node['failureSummary'][:200]}"
            for rule in found["violations"]
            if rule["impact"] in ("serious", "critical")
            for node in rule["nodes"]
        ]

    return look
