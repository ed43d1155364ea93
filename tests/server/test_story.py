"""The chronicle and the stories behind it, held against the library."""

import json
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import greatpowers as gp
from greatpowers import History, chronicle, explain
from greatpowers.core.log import Event
from greatpowers.core.trace import OPTIONS, Trace
from greatpowers.narrative.sentences import sentence_of
from greatpowers.server.explanations import explanation_data
from greatpowers.server.state import LabState
from greatpowers.simulation.events import EventContext, LogEvent, percent


@pytest.fixture(scope="module")
def history() -> History:
    state = LabState()
    return gp.simulate(state.scenario, state.policy, seed=state.seed)


def test_the_page_is_sent_the_librarys_numbers_and_sentences(history: History) -> None:
    chances = history.track.traces[..., [Trace.PROBABILITY_ + option for option in range(len(OPTIONS))]]
    number, k = map(int, np.argwhere((chances > 0).all(axis=2))[-1])
    explanation = explain(history, history.scenario.theatres[k].id, number)
    data = json.loads(json.dumps(explanation_data(explanation), allow_nan=False))
    trace = history.track.traces[number, k]
    assert [option["utility"] for option in data["options"]] == trace[Trace.UTILITY_ : Trace.UTILITY_ + 3].tolist()
    operations = [option["terms"]["operations"] for option in data["options"]]
    assert operations == (-trace[Trace.OPERATIONS_ : Trace.OPERATIONS_ + 3]).tolist()
    credibility = trace[[Trace.BELIEVED_CREDIBILITY, Trace.TRUE_CREDIBILITY]].tolist()
    assert data["beliefs"]["credibility"] == credibility
    text = " ".join(str(explanation).split())
    for part in (data["title"], *data["happened"], *data["reasons"], *data["believed"], *data["followed"]):
        assert part in text


def first(kind: Event, wanted: Callable[[LogEvent, set[Event]], bool]) -> tuple[History, LogEvent]:
    """The first event of a kind that is wanted, among others of its place and round, in the first world that has one.

    Which seed that is changes with every change of the model's parameters.
    """
    state = LabState()
    for seed in range(60):
        history = gp.simulate(state.scenario, state.policy, seed=seed)
        events = list(EventContext(history).happenings())
        for event in events:
            beside = {each.kind for each in events if (each.round, each.theatre) == (event.round, event.theatre)}
            if event.kind == kind and wanted(event, beside):
                return history, event
    raise AssertionError(f"no seed in sixty has such a {kind.name}")


@pytest.fixture(scope="module", params=[Event.COMPROMISE, Event.CLASH, Event.DECISION], ids=lambda kind: kind.name)
def short_of_war(request: pytest.FixtureRequest) -> tuple[History, LogEvent]:
    """A settlement, an exchange of fire or a decision, none of which led to war."""
    return first(request.param, lambda _, beside: Event.WAR not in beside)


def test_what_ends_short_of_war_is_part_of_its_story(short_of_war: tuple[History, LogEvent]) -> None:
    history, event = short_of_war
    theatre = history.scenario.theatres[event.theatre].id
    assert sentence_of(EventContext(history), event) in explain(history, theatre, event.round).followed


def test_a_war_that_fire_led_to_is_explained_by_the_decision_and_told_once() -> None:
    history, event = first(Event.DECISION, lambda event, _: event.after == 1)
    theatre, ready = history.scenario.theatres[event.theatre].id, event.numbers[:2]
    explanation = explain(history, theatre, event.round)
    for chance in ready:
        assert percent(chance) in explanation.happened[2]
    assert sentence_of(EventContext(history), event) not in explanation.followed
    appraised = history.track.traces[event.round, event.theatre, Trace.WAR_CHANCE]
    assert ready[0] == appraised == explanation.beliefs.war_chance


@pytest.fixture(scope="module")
def world(shared_page: Callable[..., Any]) -> Any:
    """The World view, opened once for the tests of this file."""
    return shared_page(f"?s={LabState().encode()}")


def scrub(page: Any, to: int) -> None:
    page.evaluate(f"greatpowers.pause(); greatpowers.setCursor({to})")
    page.wait_for_selector(f"gp-chronicle[data-round='{to}']", state="attached")


def told(page: Any) -> list[tuple[int, str]]:
    """What the chronicle on the page says: rounds and texts."""
    entries = page.evaluate(
        """() => [...document.querySelectorAll('gp-chronicle .gs-quarter')].flatMap((quarter) =>
            [...quarter.querySelectorAll('.gs-entry')].map(
                (entry) => [Number(quarter.dataset.round), entry.textContent]))"""
    )
    return [(number, text) for number, text in entries]


@pytest.mark.parametrize("level", ["headlines", "main"])
def test_the_chronicle_is_the_librarys(world: Any, history: History, level: Any) -> None:
    world.get_by_test_id(f"chronicle-a-{level}").click()
    expected = [(e.round, f"{e.place} {' '.join(e.sentences)}") for e in chronicle(history, level).entries]
    assert told(world) == expected
    assert len(expected) > 0


def test_all_events_are_told_and_a_place_can_be_chosen(world: Any, history: History) -> None:
    world.get_by_test_id("chronicle-a-all").click()
    assert {number for number, _ in told(world)} == {entry.round for entry in chronicle(history, "all").entries}
    place = history.scenario.theatre_index()["taiwan"]
    world.get_by_test_id("chronicle-a-place").select_option(str(place))
    rounds = [entry.round for entry in chronicle(history, "all").entries if entry.theatre == "taiwan"]
    assert [number for number, _ in told(world)] == rounds
    world.get_by_test_id("chronicle-a-place").select_option("-2")
    world.get_by_test_id("chronicle-a-main").click()


def test_the_chronicle_follows_the_cursor(world: Any, history: History) -> None:
    rounds = sorted({entry.round for entry in chronicle(history, "main").entries})
    for cursor in (45, 12):
        scrub(world, cursor)
        current = world.locator("gp-chronicle [aria-current=true]")
        assert int(current.get_attribute("data-round")) == max(number for number in rounds if number <= cursor)
        box, room = current.bounding_box(), world.locator("gp-chronicle .gs-list").bounding_box()
        assert room["y"] - 1 <= box["y"] < room["y"] + room["height"]


def test_an_entry_opens_its_story_by_key_with_the_engines_numbers(world: Any, history: History) -> None:
    scrub(world, 0)
    entry = world.locator("gp-chronicle button.gs-entry").first
    entry.focus()
    world.keyboard.press("Enter")
    dialog = world.get_by_test_id("story")
    world.wait_for_selector("[data-testid=story][data-state=told]")
    theatre, number = dialog.get_attribute("data-theatre"), int(dialog.get_attribute("data-round"))
    assert entry.get_attribute("data-testid") == f"entry-{number}-{theatre}"
    trace = history.track.traces[number, history.scenario.theatre_index()[theatre]]
    utilities = dialog.locator("[data-term=utility] td").all_text_contents()
    open_ = [option for option in range(len(OPTIONS)) if trace[Trace.PROBABILITY_ + option] > 0]
    assert utilities == [f"{1000 * trace[Trace.UTILITY_ + o]:+.3f}".replace("-", "\N{MINUS SIGN}") for o in open_]
    shown = dialog.get_by_test_id("story-followed").locator("li").all_text_contents()
    assert shown == explanation_data(explain(history, theatre, number))["followed"]
    world.get_by_test_id("story-after").click()
    world.wait_for_selector(f"[data-testid=story][data-round='{number + 1}']")
    after = explain(history, theatre, number + 1)
    assert dialog.get_by_test_id("story-happened").text_content() == " ".join(after.happened)
    world.keyboard.press("Escape")
    assert dialog.is_hidden()
    assert world.evaluate("document.activeElement.dataset.testid") == f"entry-{number}-{theatre}"


def test_what_ends_short_of_war_opens_its_story(
    short_of_war: tuple[History, LogEvent], open_page: Callable[..., Any], server: Any, played: Callable[..., None]
) -> None:
    history, event = short_of_war
    page = open_page()
    page.goto(f"{server.address}?s={LabState().changed(seed=history.seed, cursor=event.round).encode()}")
    played(page)
    page.get_by_test_id("chronicle-a-all").click()
    entry = page.get_by_test_id(f"entry-{event.round}-{history.scenario.theatres[event.theatre].id}")
    sentence = sentence_of(EventContext(history), event)
    assert sentence in entry.text_content()
    entry.click()
    page.wait_for_selector("[data-testid=story][data-state=told]")
    assert sentence in page.get_by_test_id("story-followed").locator("li").all_text_contents()


def test_where_the_engine_does_not_begin_it_is_told(open_page: Callable[..., Any], server: Any) -> None:
    page = open_page()
    page.route("**/engine/engine.wasm", lambda route: route.fulfill(body=b"none"))
    page.goto(f"{server.address}?s={LabState().encode()}")
    notice = page.get_by_test_id("notice")
    notice.filter(has_text="The engine does not begin in this browser: WebAssembly").wait_for()
