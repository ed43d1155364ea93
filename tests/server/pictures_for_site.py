"""The site's pictures of the laboratory, taken anew: `python tests/server/pictures_for_site.py [DIRECTORY]`.

Each is taken where there is most to see: the answer to the world's question, the quarter in which it is hottest, the
one in which two policies differ in most places, the desk after a year of a game; and a class.
"""

import random
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib.util import module_from_spec, spec_from_file_location
from io import BytesIO
from pathlib import Path
from typing import Any

from PIL import Image
from playwright.sync_api import sync_playwright

from greatpowers.server.state import LabState

ROOT = Path(__file__).parents[2]
SIZE = {"width": 1280, "height": 860}
TELEPHONE = {"width": 390, "height": 844}
HOTTEST = """() => {
  const p = greatpowers.payload('a');
  const heat = (round) =>
    p.theatre.rung[round].reduce((sum, rung, k) => sum + (p.theatre.war[round][k] ? 7 : rung) ** 2, 0);
  const rounds = [...p.quarters.keys()];
  greatpowers.setCursor(rounds.reduce((best, round) => (heat(round) > heat(best) ? round : best), 0)); }"""
FURTHEST_APART = """() => {
  const [a, b] = ['a', 'b'].map((which) => greatpowers.payload(which).theatre.rung);
  const apart = (round) => a[round].filter((rung, k) => rung !== b[round][k]).length;
  greatpowers.setCursor([...a.keys()].reduce((best, round) => (apart(round) > apart(best) ? round : best), 0)); }"""


def question(page: Any) -> None:
    """The answer, whole; it is played first where it is not kept."""
    page.wait_for_selector("gp-question[data-last]", timeout=900_000)


def world(page: Any) -> None:
    """One history where it is hottest, with the story of its hottest place."""
    page.wait_for_selector("html[data-effects]", state="attached")
    page.evaluate(HOTTEST)
    page.locator(".gw-hot-place").first.click()


def compare(page: Any) -> None:
    """Two policies where they differ in most places."""
    page.wait_for_selector("html[data-effects]", state="attached")
    page.wait_for_selector("gp-parting[data-state=told]", state="attached")
    page.evaluate(FURTHEST_APART)
    page.evaluate("document.querySelector('gp-versus').scrollIntoView(); scrollBy(0, -70)")  # what stays above


def play(page: Any) -> None:
    """The desk after a year."""
    page.wait_for_selector("gp-play[data-phase=lobby]")
    page.locator("input[name=seed]").fill("7")
    page.get_by_role("button", name="Take the chair").click()
    page.wait_for_selector("gp-play[data-round='0']")
    page.locator("#gg-year").click()
    page.wait_for_selector("gp-play[data-round='4']")
    page.mouse.move(5, 5)


PICTURES: dict[str, tuple[LabState, Callable[[Any], None]]] = {
    "question": (LabState(view="question", against="containment"), question),
    "world": (LabState(), world),
    "compare": (LabState(view="compare", against="laissez-faire"), compare),
    "play": (LabState(view="play"), play),
}


def small(picture: bytes) -> Image.Image:
    """A picture of few colours, which are those that it has most of."""
    return Image.open(BytesIO(picture)).convert("RGB").quantize(256, dither=Image.Dither.NONE)


def in_columns(picture: Image.Image, count: int, gap: int = 30) -> Image.Image:
    """A long picture in columns side by side."""
    high = -(-picture.height // count)
    sheet = Image.new("RGB", (count * picture.width + (count - 1) * gap, high), "white")
    for at in range(count):
        sheet.paste(picture.crop((0, at * high, picture.width, (at + 1) * high)), (at * (picture.width + gap), 0))
    return sheet.quantize(256, dither=Image.Dither.NONE)


def loaded(name: str, path: Path) -> Any:
    """A file of fixtures, as a module."""
    spec = spec_from_file_location(name, path)
    assert spec is not None and spec.loader is not None
    module = sys.modules[name] = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def in_class(address: str, telephone: Any, page: Any, place: Path) -> None:
    """A class of 24 on the luck of seed 12: a telephone in the third year, and the debrief on the screen in front."""
    classroom = loaded("classroom", Path(__file__).parent / "test_classroom.py")
    teacher, rng = classroom.Telephone(address), random.Random(1)
    state = teacher.ask("teacher/state")
    teacher.ask("teacher/settings", {**state["settings"], "seed": 12})
    others = [classroom.Telephone(address, f"Student {number}") for number in range(23)]
    for one in others:
        one.ask("join", {"code": state["code"], "name": one.name})
    telephone.goto(f"{address}#{state['code']}")
    telephone.get_by_label("Your name").fill("Ada")
    telephone.keyboard.press("Enter")
    telephone.wait_for_selector("body[data-stage=gathering]")
    teacher.ask("teacher/next", {"stage": "gathering"})
    for one in others:
        guess = rng.choice(["containment", "half-a-loaf", "maximum-pressure", "appeasement"])
        one.ask("predict", {"policy": guess, "war": rng.choice([0.05, 0.1, 0.2, 0.3, 0.5])})
    teacher.ask("teacher/next", {"stage": "predict"})
    for turn in range(5):
        for one in others[1:]:
            levers = {"": {"sanctions": rng.random(), "aid": rng.random()}, "donbas": {"deal": rng.choice([0, 1])}}
            one.ask("orders", {"turn": turn, "order": {"levers": levers}})
        telephone.wait_for_selector(f"body[data-thought='{turn}']", timeout=60_000)
        if turn == 2:
            in_columns(small(telephone.screenshot(full_page=True)), 3).save(
                place / "class-telephone.png", optimize=True
            )
        telephone.get_by_label("Sanctions for a breach").press("PageDown")
        telephone.locator(".give .main").press("Enter")
    telephone.wait_for_selector("body[data-turn='5']")
    for stage in ("play", "scores"):
        teacher.ask("teacher/next", {"stage": stage})
    page.goto(f"{address}teacher")
    page.get_by_role("heading", name="Choices or luck?").wait_for(timeout=60_000)
    page.get_by_role("heading", name="What you predicted").wait_for(timeout=60_000)
    small(page.screenshot()).save(place / "class-debrief.png", optimize=True)


@contextmanager
def opened(*arguments: str) -> Iterator[tuple[str, Any, Any]]:
    """The address of a server, a function that opens a page, and the waits of the tests."""
    here = Path(__file__).parent
    fixtures, shared = loaded("server_fixtures", here / "conftest.py"), loaded("fixtures", here.parent / "conftest.py")
    server = fixtures.start_server("2017", "--port", "0", *arguments)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shared.chromium(), args=list(shared.CHROMIUM_FLAGS))
        yield (
            server.address,
            lambda size=SIZE: fixtures.new_page(browser, viewport=size, color_scheme="light"),
            fixtures.Wait,
        )
        browser.close()
    server.stop()


def main(place: Path) -> None:
    """Take every picture."""
    with opened() as (address, new_page, wait):
        for name, (state, prepare) in PICTURES.items():
            page = new_page()
            page.goto(f"{address}?s={state.encode()}")
            page.wait_for_selector("html[data-history]", state="attached")
            prepare(page)
            wait.still(page)
            small(page.screenshot()).save(place / f"laboratory-{name}.png", optimize=True)
            print(place / f"laboratory-{name}.png")
    with (
        tempfile.TemporaryDirectory() as directory,
        opened("--class", "--class-file", f"{directory}/class.json") as (address, new, _),
    ):
        in_class(address, new(TELEPHONE), new(), place)


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "model" / "docs" / "figures")
