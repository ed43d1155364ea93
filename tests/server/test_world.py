"""The map and a theatre's panel in a real browser, held against the library."""

import csv
import re
from collections import Counter
from collections.abc import Callable
from itertools import combinations
from typing import Any
from xml.etree import ElementTree

import numpy as np
import pytest
from telling import stances_of

import greatpowers as gp
from greatpowers import History, chronicle
from greatpowers.core.history import StateColumn, TheatreColumn
from greatpowers.core.trace import Trace
from greatpowers.scenario.schema import SyntheticSettings
from greatpowers.server.labels import doctrine_colours
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
    shared.set_viewport_size({"width": 1280, "height": 900})
    shared.emulate_media(color_scheme="light")
    shared.evaluate("greatpowers.pause(); greatpowers.setSpeed(6); greatpowers.select(-1); greatpowers.setCursor(0)")
    shared.wait_for_selector("gp-table[data-round='0']", state="attached")
    shared.get_by_test_id("colour-doctrine").click()
    shared.get_by_test_id("region-World").click()
    shared.mouse.move(2, 2)
    return shared


@pytest.fixture(scope="module")
def history() -> History:
    state = LabState()
    return gp.simulate(state.scenario, state.policy, seed=state.seed)


def scrub(page: Any, to: int) -> None:
    page.get_by_test_id("scrubber").fill(str(to))
    page.wait_for_selector(f"gp-table[data-round='{to}']", state="attached")


def fills(page: Any) -> dict[str, str]:
    """The colour of every state on the map, by id."""
    page.wait_for_selector("[data-testid=state-USA]", state="attached")
    colours: dict[str, str] = page.evaluate(
        """() => Object.fromEntries([...document.querySelectorAll('gp-map .gw-state')].map(
            (shape) => [shape.dataset.testid.slice(6), shape.dataset.fill]))"""
    )
    return colours


def test_states_are_coloured_by_their_doctrine(page: Any, history: History) -> None:
    shown = fills(page)
    colours = doctrine_colours(list(dict.fromkeys(state.doctrine for state in history.scenario.states)))
    assert shown == {state.id: colours[state.doctrine] for state in history.scenario.states}


def test_colouring_by_power_orders_states_as_their_power_does(page: Any, history: History) -> None:
    page.get_by_test_id("colour-power").click()
    scrub(page, 25)
    shown = fills(page)
    legend = page.locator(".gw-legend .gw-swatch").evaluate_all("all => all.map((each) => each.style.background)")
    steps = {hex_of(colour): step for step, colour in enumerate(legend)}
    power = dict(
        zip([s.id for s in history.scenario.states], history.track.states[25, :, StateColumn.POWER], strict=True)
    )
    by_power = sorted(power, key=lambda state: power[state])
    shown_steps = [steps[shown[state]] for state in by_power]
    assert shown_steps == sorted(shown_steps)
    assert steps[shown["USA"]] == 5  # more than an eighth of the world's power
    assert steps[shown["EST"]] == 0


def hex_of(colour: str) -> str:
    return "#" + "".join(f"{int(part):02x}" for part in re.findall(r"\d+", colour)[:3])


def test_colouring_by_alignment_sets_the_camps_apart(page: Any, history: History) -> None:
    page.get_by_test_id("colour-alignment").click()
    shown = fills(page)
    alignment = stances_of(history).alignment[0]
    index = history.scenario.state_index()
    assert alignment[index["USA"]] == 1
    assert shown["USA"] == "#1b5f97"
    assert shown["RUS"] == "#b35806"
    camps = {state: shown[state] for state in ("GBR", "JPN", "BLR")}
    assert camps["GBR"] in ("#5b9bc9", "#1b5f97")
    assert camps["BLR"] in ("#b35806", "#e0913a", "#f6c88c")


def test_a_click_on_a_theatre_tells_its_story(
    page: Any, history: History, rungs_to_show: Callable[..., list[int]]
) -> None:
    k = history.scenario.theatre_index()["donbas"]
    scrub(page, 6)
    page.get_by_test_id("strip-donbas").click()
    panel = page.get_by_test_id("panel")
    assert panel.get_by_test_id("panel-rung").text_content().startswith(f"{rungs_to_show(history, 6)[k]} ")
    power = history.track.states[6, history.scenario.state_index()["RUS"], StateColumn.POWER]
    stake = 100 * history.track.traces[6, k, Trace.VALUE] * power
    assert panel.get_by_test_id("panel-stake").text_content().startswith(f"{stake:.1f}% of world power")
    assert "chance that it looks here" in panel.get_by_test_id("panel-hostility").text_content()
    text = panel.text_content()
    assert "Russia against Ukraine" in text
    assert f"{100 * history.track.theatres[6, k, TheatreColumn.CONTROL]:.0f}% of Ukraine" in text


def test_markers_open_the_panel_by_mouse_and_by_key_and_close_it_again(page: Any) -> None:
    panel = page.get_by_test_id("panel")
    page.get_by_test_id("theatre-taiwan").locator(".gw-disc").click(force=True)
    assert panel.get_attribute("data-theatre") == "taiwan"
    page.get_by_role("button", name="Close", exact=True).click()
    assert panel.get_attribute("data-theatre") == ""
    page.get_by_test_id("theatre-korea").focus()
    page.keyboard.press("Enter")
    assert panel.get_attribute("data-theatre") == "korea"
    assert page.get_by_test_id("theatre-korea").get_attribute("aria-pressed") == "true"


def test_the_panel_follows_the_cursor_and_tells_only_what_has_happened(page: Any, history: History) -> None:
    entries = [entry for entry in chronicle(history, "main").entries if entry.theatre]
    place, _ = Counter(entry.theatre for entry in entries).most_common(1)[0]
    rounds = [entry.round for entry in entries if entry.theatre == place]
    page.get_by_test_id(f"strip-{place}").click()
    story = page.get_by_test_id("panel").locator(".gw-story li")
    for number in (rounds[1], rounds[-1]):
        scrub(page, number)
        assert story.count() == sum(when <= number for when in rounds) > 1
        quarters = [text.split()[0] for text in story.all_inner_texts()]
        assert quarters == sorted(quarters, reverse=True)
        assert all(quarter <= history.metrics["quarter"][number] for quarter in quarters)


def test_who_stands_behind_whom_is_what_the_engine_says(page: Any, history: History) -> None:
    stances = stances_of(history)
    under_sanctions = history.track.theatres[..., TheatreColumn.SANCTIONS] >= 0.02
    senders = stances.sanctioning.sum(axis=2) * under_sanctions
    troops = (stances.presence > 0.0025).sum(axis=2)
    for most in (senders, troops):
        number, k = np.unravel_index(most.argmax(), most.shape)
        scrub(page, int(number))
        page.evaluate(f"greatpowers.select({k})")
        assert page.locator(".gw-backing-sanctions").count() == senders[number, k]
        assert page.locator(".gw-backing-presence").count() >= min(10, troops[number, k])
        assert most[number, k] > 1, "there is something to be drawn"


def test_signs_are_drawn_where_their_levels_say(page: Any, history: History) -> None:
    scrub(page, 12)
    for k, theatre in enumerate(history.scenario.theatres):
        for sign, column, least in (
            ("sanctions", TheatreColumn.SANCTIONS, 0.02), ("aid", TheatreColumn.AID, 0.02),
            ("presence", TheatreColumn.PRESENCE, 0.002), ("deal", TheatreColumn.DEAL, 0.5),
        ):  # fmt: skip
            drawn = page.get_by_test_id(f"theatre-{theatre.id}").locator(f".gw-sign-{sign}")
            shown = drawn.evaluate("each => each.style.display !== 'none'")
            assert shown == bool(history.track.theatres[12, k, column] >= least), (theatre.id, sign)


def test_a_states_card_says_what_it_believes_and_wants(page: Any, history: History) -> None:
    scrub(page, 20)
    index = history.scenario.state_index()["CHN"]
    page.get_by_test_id("state-picker").select_option(str(index))
    card = page.locator(".gw-card")
    belief = history.track.states[20, index, StateColumn.CREDIBILITY_BELIEVED]
    assert card.get_by_role("img", name=f"The coalition keeps its word: {100 * belief:.0f}%").is_visible()
    assert card.get_by_role("img", name="Minds its purse: 0.8").is_visible()
    page.get_by_test_id("state-picker").select_option("-1")
    assert card.is_hidden()


def test_hovering_a_state_opens_its_card(page: Any) -> None:
    page.get_by_test_id("state-BRA").hover()
    assert page.locator(".gw-card h3").text_content() == "Brazil"


@pytest.mark.parametrize("width", [1280, 390])
def test_all_of_a_card_can_be_read(page: Any, history: History, wait: Any, width: int) -> None:
    """The card of who challenges most is the longest; it may cover the legend, but nothing covers it or cuts it off."""
    page.set_viewport_size({"width": width, "height": 844})
    challengers = Counter(theatre.challenger for theatre in history.scenario.theatres)
    state = challengers.most_common(1)[0][0]
    page.get_by_test_id("state-picker").select_option(str(history.scenario.state_index()[state]))
    card = page.locator(".gw-card")
    card.evaluate("(each) => each.scrollIntoView({block: 'center'})")
    wait.settled(page)
    wait.still(page)
    box, room = card.bounding_box(), page.locator("gp-map").bounding_box()
    assert room["y"] <= box["y"] and box["y"] + box["height"] <= room["y"] + room["height"]
    assert room["x"] <= box["x"] and box["x"] + box["width"] <= room["x"] + room["width"]
    for title in ("Believes", "Fears and wants"):
        assert card.get_by_role("heading", name=title).is_visible()
    names = card.locator(".gw-bar-name").all_text_contents()
    assert len(set(names)) == len(names), "no two lines of it are called the same"
    covered = page.evaluate(
        """() => {
        const card = document.querySelector('.gw-card');
        card.style.pointerEvents = 'auto';
        const found = [...card.children].filter((part) => {
          const box = part.getBoundingClientRect();
          const top = document.elementFromPoint(box.x + 4, box.y + box.height / 2);
          return box.bottom < innerHeight && !card.contains(top);
        });
        card.style.pointerEvents = '';
        return found.map((part) => part.textContent); }"""
    )
    assert covered == []
    page.get_by_test_id("state-picker").select_option("-1")


def test_what_a_challenger_has_to_fear_is_the_engines(page: Any, history: History) -> None:
    scrub(page, 20)
    page.get_by_test_id("state-picker").select_option(str(history.scenario.state_index()["RUS"]))
    places = [k for k, theatre in enumerate(history.scenario.theatres) if theatre.challenger == "RUS"]
    most = float(history.track.traces[20, places, Trace.ENCROACHMENT].max())
    bar = page.locator(".gw-card").get_by_role("img", name="Hostile forces near, now")
    assert bar.locator(".gw-bar-value").text_content() == f"{100 * most:.0f}%"
    page.get_by_test_id("state-picker").select_option("-1")


def test_the_map_can_be_taken_along(page: Any, history: History) -> None:
    scrub(page, 9)
    files = {kind: taken(page, f"save-map-{kind}") for kind in ("png", "svg", "csv")}
    assert files["png"].startswith(b"\x89PNG\r\n")
    drawing = ElementTree.fromstring(files["svg"])
    assert len(drawing.findall(".//{*}circle[@class='gw-disc']")) == len(history.scenario.theatres)
    assert "var(" not in files["svg"].decode(), "colours are written out"
    rows = list(csv.DictReader(files["csv"].decode().splitlines()))
    rungs = {row["id"]: float(row["rung"]) for row in rows if row["kind"] == "theatre"}
    ids = [theatre.id for theatre in history.scenario.theatres]
    assert rungs == dict(zip(ids, history.track.theatres[9, :, TheatreColumn.RUNG], strict=True))
    power = [float(row["power"]) for row in rows if row["kind"] == "state"]
    assert power == pytest.approx(history.track.states[9, :, StateColumn.POWER], rel=1e-3)


def taken(page: Any, button: str) -> bytes:
    with page.expect_download() as waiting:
        page.get_by_test_id(button).click()
    content: bytes = waiting.value.path().read_bytes()
    return content


def test_looking_at_europe_brings_its_theatres_apart(page: Any) -> None:
    page.wait_for_selector("[data-testid=state-USA]", state="attached")
    before = page.locator(".gw-place:visible").count()
    page.get_by_test_id("region-Europe").click()
    ids = ("estonia", "latvia", "lithuania", "kaliningrad", "donbas", "crimea", "moldova", "georgia")
    boxes = [page.get_by_test_id(f"theatre-{name}").locator(".gw-disc").bounding_box() for name in ids]
    for i, one in enumerate(boxes):
        for other in boxes[:i]:
            apart = abs(one["x"] - other["x"]) > one["width"] * 0.8 or abs(one["y"] - other["y"]) > one["height"] * 0.8
            assert apart
    names = page.locator(".gw-place:visible").all_text_contents()
    assert {"Estonia", "Latvia", "Lithuania"} <= set(names)
    assert before > 3


def test_names_on_the_map_do_not_cover_one_another(page: Any) -> None:
    page.wait_for_selector("[data-testid=state-USA]", state="attached")
    boxes = [name.bounding_box() for name in page.locator(".gw-place:visible").all()]
    for i, one in enumerate(boxes):
        for other in boxes[:i]:
            across = min(one["x"] + one["width"], other["x"] + other["width"]) - max(one["x"], other["x"])
            down = min(one["y"] + one["height"], other["y"] + other["height"]) - max(one["y"], other["y"])
            assert across < 6 or down < 4, (one, other)


@pytest.mark.parametrize(("scenario", "width"), [("1913", 390), ("1936", 1280), ("1978", 390), ("1978", 1280)])
def test_worlds_of_other_borders_are_a_network_that_can_be_read(
    open_page: Callable[..., Any], server: Any, scenario: str, width: int
) -> None:
    page = open_page(width=width, height=844)
    page.goto(f"{server.address}?s={LabState(scenario=scenario, rounds=4).encode()}")
    page.wait_for_selector("html[data-history]", state="attached")
    history = gp.simulate(scenario, "half-a-loaf", seed=LabState().seed, rounds=4)
    assert page.locator("gp-map").get_attribute("data-layout") == "plane"
    assert page.locator("gp-map .gw-node").count() == len(history.scenario.states)
    discs, names = (
        page.locator(f"gp-map {kind}").evaluate_all(
            """all => all.filter((each) => each.style.display !== 'none').map((each) => {
            const b = each.getBoundingClientRect(); return [b.x, b.y, b.right, b.bottom, each.textContent]; })"""
        )
        for kind in ("circle.gw-node", ".gw-node-name")
    )
    assert not [pair for pair in combinations(discs, 2) if covers(*pair, by=2)], "discs of states lie apart"
    shown = {name[4] for name in names}
    power = history.track.states[0, :, StateColumn.POWER]
    for i in power.argsort()[-3:]:
        assert history.scenario.states[i].label in shown, "the greatest powers are named"
    clear = [name for name in names if not any(covers(name, other, by=4) for other in names if other is not name)]
    assert len(clear) >= len(names) - 2, "names of all but the greatest, which must be seen, leave each other room"


def covers(one: list[Any], other: list[Any], by: float) -> bool:
    """Whether two boxes overlap by more than so many pixels both ways."""
    return all(min(one[2 + i], other[2 + i]) - max(one[i], other[i]) > by for i in (0, 1))


@pytest.mark.parametrize("geography", ["plane", "ring"])
def test_generated_worlds_get_a_network(open_page: Callable[..., Any], server: Any, geography: Any) -> None:
    page = open_page()
    settings = SyntheticSettings(states=12, geography=geography, seed=5)
    page.goto(f"{server.address}?s={LabState(scenario='synthetic', synthetic=settings).encode()}")
    page.wait_for_selector("html[data-history]", state="attached")
    assert page.locator("gp-map").first.get_attribute("data-layout") == geography
    nodes = page.locator("gp-map circle.gw-node")
    assert nodes.count() == 12
    assert page.locator("gp-map .gw-node-name").all_text_contents() == [f"S{i + 1:02d}" for i in range(12)]
    assert page.locator("gp-map .gw-arc").count() == 24
    assert page.locator("gp-map .gw-other").count() == 0


@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_fits_wide_and_narrow_in_light_and_dark(page: Any, width: int, scheme: str) -> None:
    page.set_viewport_size({"width": width, "height": 844})
    page.emulate_media(color_scheme=scheme)
    page.wait_for_selector("body.body--dark" if scheme == "dark" else "body:not(.body--dark)")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    ink, card = page.locator(".gw-sheet").first.evaluate(
        "each => [getComputedStyle(each).color, getComputedStyle(each).backgroundColor]"
    )
    assert contrast(ink, card) > 7


def contrast(one: str, other: str) -> float:
    """Ratio of luminances (WCAG 2.2, success criterion 1.4.3)."""

    def luminance(colour: str) -> float:
        parts = [int(part) / 255 for part in re.findall(r"\d+", colour)[:3]]
        red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def test_nothing_turns_for_those_who_ask_for_stillness(open_page: Callable[..., Any], server: Any) -> None:
    page = open_page(motion="reduce")
    page.goto(f"{server.address}?s={LabState().encode()}")
    page.wait_for_selector("[data-testid=state-USA]", state="attached")
    moving = page.evaluate(
        "document.getAnimations().filter((each) => each.effect.target.closest?.('.gw-world')).length"
    )
    assert moving == 0
