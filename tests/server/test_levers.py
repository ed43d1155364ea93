"""Every control of the page does what it says, and what is shown then is what the library says."""

import base64
import json
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from recorded import RECORDED

from greatpowers import History, load_policy, load_scenario, simulate
from greatpowers.scenario.kinds import LEVERS
from greatpowers.scenario.load import load_doctrine
from greatpowers.server.labels import DIALS_OF, WORDS, is_switch
from greatpowers.server.start import start_from
from greatpowers.server.state import Change, LabState
from greatpowers.server.worlds import against_object, base_scenario, policy_object, scenario_object
from greatpowers.studies.question import policies_asked

SHORT = LabState().changed(rounds=32)
"""Histories that are long enough for what is changed in them."""
NAMES = {theatre.id: theatre.label for theatre in load_scenario("2017").theatres}


@pytest.fixture(scope="module")
def shared(shared_page: Callable[..., Any]) -> Any:
    return shared_page(f"?s={SHORT.encode()}")


@pytest.fixture
def page(shared: Any) -> Iterator[Any]:
    """One page for the tests of this file; what a test has changed is undone."""
    shared.evaluate("window.greatpowers.pause(); window.greatpowers.setCursor(0)")
    scope(shared, "start")
    yield shared
    while set_on(shared) != SHORT:
        changed(shared, lambda: shared.get_by_test_id("undo").click())


def state_in(address: str) -> LabState:
    return LabState.decode(parse_qs(urlsplit(address).query)["s"][0])


def set_on(page: Any) -> LabState:
    """The state in the page's address, wherever the cursor is."""
    return state_in(page.url).changed(cursor=0)


def history_of(state: LabState) -> History:
    return simulate(scenario_object(state), policy_object(state), state.seed, state.rounds)


def changed(page: Any, act: Callable[[], None]) -> LabState:
    """Do something, wait for the history that comes of it and for the address that says so; the state then."""
    before, number = set_on(page), page.evaluate("document.documentElement.dataset.history")
    act()
    page.wait_for_selector(f"html:not([data-history='{number}'], [data-stale])", state="attached")
    page.wait_for_url(lambda address: state_in(address).changed(cursor=0) != before)
    return set_on(page)


def scope(page: Any, name: str) -> None:
    """Choose what levers are set for: the policy from the "start", from "here" on, or the policy compared "against"."""
    page.locator(f"[data-testid=scope] [data-scope={name}]").click()


def value_of(page: Any, name: str) -> str:
    """What a lever is set to, as a screen reader says it."""
    control = page.get_by_test_id(f"slider-{name}")
    if is_switch(name):
        return "yes" if control.is_checked() else "no"
    if DIALS_OF[name].kind == "line":
        return control.evaluate("(choice) => choice.selectedOptions[0].textContent")
    assert control.get_attribute("aria-valuetext") == page.get_by_test_id(f"value-lever-{name}").text_content()
    return control.get_attribute("aria-valuetext")


def choose(page: Any, control: str, option: str) -> None:
    page.get_by_test_id(control).select_option(label=option)


def choose_reach(page: Any, name: str, option: str) -> None:
    """Say what becomes of places with a value of their own when a lever is moved everywhere."""
    page.get_by_test_id(f"own-{name}").evaluate("(each) => { each.open = true }")
    choose(page, f"reach-{name}", option)


def choose_place(page: Any, place: str, on: bool) -> None:
    """Have levers set only in this place, or everywhere again."""
    page.get_by_test_id("where").evaluate("(each) => { each.open = true }")
    page.locator(f"[data-testid=where] input[value={place}]").set_checked(on)
    said = f"only in {NAMES[place]}." if on else "Places with their own setting keep it"
    page.get_by_test_id("reach").get_by_text(said).wait_for()


def reset(page: Any, name: str) -> None:
    page.get_by_role("button", name=f"{WORDS[name].plain}: back to the policy's own").click()


def shown(name: str, value: float) -> str:
    """A value of a lever with its unit, as people say it."""
    dial = DIALS_OF[name]
    return dial.names[int(value)] if value in dial.names else f"{value * dial.factor:.3g}{dial.unit}"


def shown_of(page: Any, which: str = "a") -> dict[str, Any]:
    """All that the page has of a history, but for its number."""
    payload: dict[str, Any] = json.loads(page.evaluate(f"JSON.stringify(window.greatpowers.payload('{which}'))"))
    return {**payload, "key": ""}


def assert_shown(page: Any, which: str, history: History) -> None:
    """The page holds this very history: rungs of every theatre and the metrics of every round."""
    payload = shown_of(page, which)
    rungs = history.theatres.pivot(index="round", columns="theatre", values="rung")
    ids = [theatre["id"] for theatre in payload["theatres"]]
    assert payload["theatre"]["rung"] == rungs[ids].astype(int).to_numpy().tolist()
    assert payload["metrics"]["order"] == pytest.approx(history.metrics["order"].tolist(), rel=1e-3)
    assert (payload["policyTitle"], payload["seed"]) == (history.policy.title, history.seed)


RECORD = """async ([policy, seed, levers, parts]) => {
    const record = await greatpowers.play(policy, seed, levers);
    return parts.map((part) => {
        const { buffer, byteOffset, byteLength } = record[part];
        const bytes = new Uint8Array(buffer, byteOffset, byteLength);
        return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""));
    });
}"""


def assert_same_bytes(page: Any, state: LabState) -> None:
    """What the page's console plays of this state is what the library plays, to the last byte."""
    assert state.changed(levers={}).empty, "the console takes levers that hold everywhere"
    told = page.evaluate(RECORD, [state.policy, state.seed, state.levers, list(RECORDED)])
    history = history_of(state)
    expected = [*history.track[:3], history.track.trace_rows, history.codes, history.numbers]
    assert [base64.b64decode(part) for part in told] == [part.tobytes() for part in expected]


def test_the_page_shows_the_history_of_its_state(
    open_page: Callable[..., Any], server: Any, played: Callable[..., None], wait: Any
) -> None:
    page = open_page()
    page.goto(server.address)
    played(page)
    page.get_by_test_id("tab-world").click()
    state = wait.linked(page, lambda state: state.view == "world")
    assert state.changed(cursor=0, view="question") == start_from(None).state
    assert_shown(page, "a", simulate("2017", "half-a-loaf", seed=state.seed))
    assert_shown(page, "b", simulate("2017", "containment", seed=state.seed))


def test_policy_and_luck_can_be_chosen(page: Any) -> None:
    state = changed(page, lambda: choose(page, "policy", load_policy("maximum-pressure").title))
    assert state.policy == "maximum-pressure"
    assert_shown(page, "a", simulate("2017", "maximum-pressure", seed=state.seed, rounds=state.rounds))
    state = changed(page, lambda: choose(page, "against", load_policy("appeasement").title))
    assert_shown(page, "b", simulate("2017", "appeasement", seed=state.seed, rounds=state.rounds))
    state = changed(page, lambda: page.get_by_test_id("another-world").click())
    assert state.seed != LabState().seed
    assert_shown(page, "a", simulate("2017", "maximum-pressure", seed=state.seed, rounds=state.rounds))


def test_another_world_comes_with_the_policies_of_its_question_and_undo_brings_yours_back(page: Any) -> None:
    changed(page, lambda: choose(page, "policy", load_policy("maximum-pressure").title))
    page.get_by_test_id("slider-aid").focus()
    mine = changed(page, lambda: page.keyboard.press("ArrowRight"))
    state = changed(page, lambda: choose(page, "scenario", "1913"))
    assert (state.policy, state.against) == policies_asked(base_scenario(state)) and state.empty
    assert page.get_by_text("This world opens with the policies of its own question").is_visible()
    assert page.get_by_test_id("policy").input_value() == state.policy
    assert_shown(page, "a", simulate("1913", state.policy, seed=state.seed))
    back = changed(page, lambda: page.get_by_test_id("undo").click())
    assert back == mine
    assert [page.get_by_test_id(name).input_value() for name in ("scenario", "policy")] == ["2017", mine.policy]
    assert_shown(page, "a", history_of(mine))


def test_a_world_without_a_question_keeps_the_policies(page: Any) -> None:
    state = changed(page, lambda: choose(page, "scenario", "synthetic"))
    assert (state.policy, state.against) == (SHORT.policy, SHORT.against)
    assert_shown(page, "a", simulate("synthetic", SHORT.policy, seed=state.seed, rounds=state.rounds))


def test_a_seed_can_be_typed_and_what_is_none_is_put_back(page: Any) -> None:
    seed = page.get_by_test_id("seed")
    seed.fill("77")
    state = changed(page, lambda: seed.press("Enter"))
    assert state.seed == 77
    assert_shown(page, "a", history_of(state))
    for wrong in ("-1", "1.5", "", "99999999999999999999"):
        seed.fill(wrong)
        seed.press("Enter")
        assert (seed.input_value(), set_on(page).seed) == ("77", 77), wrong


def test_every_lever_is_there_with_its_term_range_and_value(page: Any) -> None:
    policy = load_policy("half-a-loaf")
    for name in LEVERS:
        text = page.get_by_test_id(f"lever-{name}").text_content()
        assert WORDS[name].plain in text and WORDS[name].term in text
        value = policy.levers.get(name, {"red_line": 9, "tranches": 4, "carve_out": 1, "spoiler_limit": 1}.get(name, 0))
        assert value_of(page, name) == shown(name, value), name


def test_a_lever_moved_by_keyboard_plays_again_and_is_undone_in_one_step(page: Any) -> None:
    page.get_by_test_id("slider-sanctions").focus()
    for _ in range(3):
        state = changed(page, lambda: page.keyboard.press("ArrowLeft"))
    assert state.elsewhere == {"sanctions": pytest.approx(0.77)}
    assert value_of(page, "sanctions") == "77%"
    assert_shown(page, "a", history_of(state))
    assert changed(page, lambda: page.get_by_test_id("undo").click()) == SHORT
    assert value_of(page, "sanctions") == "80%"
    assert changed(page, lambda: page.get_by_test_id("redo").click()) == state
    assert value_of(page, "sanctions") == "77%"


def test_a_switch_and_its_reset(page: Any) -> None:
    state = changed(page, lambda: page.get_by_role("checkbox", name=WORDS["deal"].plain).click())
    assert state.elsewhere == {"deal": 0.0}
    assert_shown(page, "a", history_of(state))
    state = changed(page, lambda: reset(page, "deal"))
    assert state.empty and value_of(page, "deal") == "yes"


def test_a_lever_moved_there_and_back_is_the_policy_as_it_was(page: Any) -> None:
    """No place loses its own setting, and nothing is left in the link."""
    for name in ("sanctions", "red_line", "relief"):
        page.get_by_test_id(f"slider-{name}").focus()
        moved = changed(page, lambda: page.keyboard.press("ArrowRight"))
        assert moved.elsewhere.keys() == {name}
        back = changed(page, lambda: page.keyboard.press("ArrowLeft"))
        assert back == SHORT
        assert policy_object(back) == load_policy("half-a-loaf")
    assert_same_bytes(page, back)


EVERYWHERE, IN_PROPORTION = "become the same as everywhere", "change in proportion"


@pytest.mark.parametrize("where", ["everywhere", "elsewhere", "in proportion", "in one place"])
def test_a_lever_set_somewhere_is_in_the_link_and_undo_gives_the_same_history(
    page: Any, open_page: Callable[..., Any], played: Callable[..., None], where: str
) -> None:
    """Its link opens to the same levers and history; undone, state and history are what they were, to the last byte."""
    before = shown_of(page)
    if where == "in one place":
        choose_place(page, "donbas", True)
    slider = page.get_by_test_id("slider-sanctions")
    steps = [lambda: slider.fill("0.3")]
    if where in ("everywhere", "in proportion"):
        reach = EVERYWHERE if where == "everywhere" else IN_PROPORTION
        steps.append(lambda: choose_reach(page, "sanctions", reach))
    for step in steps:
        state = changed(page, step)
    expected = {
        "everywhere": {"levers": {"sanctions": 0.3}},
        "elsewhere": {"elsewhere": {"sanctions": 0.3}},
        "in proportion": {"scaled": {"sanctions": 0.3}},
        "in one place": {"places": {"donbas": {"sanctions": 0.3}}},
    }
    assert state == SHORT.changed(**expected[where])
    assert_shown(page, "a", history_of(state))
    if where == "everywhere":
        assert_same_bytes(page, state)
    there = shown_of(page)
    assert there != before
    other = open_page()
    other.goto(page.url)
    played(other)
    assert shown_of(other) == there
    if where == "in one place":
        choose_place(other, "donbas", True)
    assert value_of(other, "sanctions") == "30%"
    if where != "in one place":
        chosen = other.get_by_test_id("reach-sanctions").evaluate("(choice) => choice.selectedOptions[0].textContent")
        assert chosen == {"everywhere": EVERYWHERE, "in proportion": IN_PROPORTION}.get(where, "keep their own setting")
    for _ in steps:
        back = changed(page, lambda: page.get_by_test_id("undo").click())
    assert back == SHORT and shown_of(page) == before
    assert_same_bytes(page, back)
    if where == "in one place":
        choose_place(page, "donbas", False)


def test_places_with_their_own_setting_are_named_and_keep_it_unless_told_otherwise(page: Any) -> None:
    own = page.get_by_test_id("own-sanctions")
    own.evaluate("(each) => { each.open = true }")
    assert own.locator("summary").inner_text() == "4 of 24 places have their own setting"
    for place in ("kashmir", "line-of-control", "qatar", "karabakh"):
        assert f"{NAMES[place]} 10%" in own.inner_text()
    page.get_by_test_id("slider-sanctions").focus()
    state = changed(page, lambda: page.keyboard.press("ArrowLeft"))
    assert state.elsewhere == {"sanctions": 0.79} and f"{NAMES['kashmir']} 10%" in own.inner_text()
    state = changed(page, lambda: choose_reach(page, "sanctions", EVERYWHERE))
    assert state.levers == {"sanctions": 0.79} and not state.elsewhere
    assert f"{NAMES['kashmir']} 79% (the policy's own: 10%)" in own.inner_text()
    state = changed(page, lambda: choose_reach(page, "sanctions", IN_PROPORTION))
    assert state.scaled == {"sanctions": 0.79} and not state.levers
    state = changed(page, lambda: page.get_by_test_id("undo").click())
    assert state.levers == {"sanctions": 0.79} and not state.scaled, "undo gives the reach back"


def test_the_reach_of_a_lever_can_be_chosen_by_keyboard(page: Any) -> None:
    page.get_by_test_id("own-sanctions").evaluate("(each) => { each.open = true }")
    page.get_by_test_id("slider-sanctions").focus()
    changed(page, lambda: page.keyboard.press("ArrowLeft"))
    page.get_by_test_id("reach-sanctions").focus()
    state = changed(page, lambda: page.keyboard.press("ArrowDown"))
    assert state.scaled == {"sanctions": 0.79}
    assert page.evaluate("document.activeElement.dataset.testid") == "reach-sanctions", "focus stays where it was"


def test_a_lever_can_be_set_in_the_places_chosen_and_reset_there(page: Any) -> None:
    choose_place(page, "donbas", True)
    assert "from the first round on, only in Donbas." in page.get_by_test_id("reach").inner_text()
    assert page.get_by_test_id("where").locator("summary").inner_text() == "Only in Donbas"
    assert value_of(page, "relief") == "80%"
    page.get_by_test_id("slider-relief").focus()
    state = changed(page, lambda: page.keyboard.press("Home"))
    assert state.places == {"donbas": {"relief": 0.0}} and not state.elsewhere
    choose_place(page, "donbas", False)
    assert value_of(page, "relief") != "0%", "elsewhere it is what it was"
    choose_place(page, "donbas", True)
    state = changed(page, lambda: reset(page, "relief"))
    assert state.empty
    choose_place(page, "donbas", False)


def test_from_the_round_shown_a_lever_is_a_change_in_the_schedule(page: Any) -> None:
    page.evaluate("window.greatpowers.setCursor(24)")
    scope(page, "here")
    page.get_by_text("Moving a lever changes Half a loaf from 2023Q1 on.").wait_for()
    page.get_by_test_id("slider-aid").focus()
    state = changed(page, lambda: page.keyboard.press("End"))
    assert state.changes == (Change(from_round=24, elsewhere={"aid": 1.0}),)
    assert_shown(page, "a", history_of(state))
    entry = page.get_by_role("list", name="Changes of policy").get_by_role("listitem")
    assert "2023Q1" in entry.inner_text() and WORDS["aid"].plain.lower() in entry.inner_text()
    page.evaluate("window.greatpowers.setCursor(3)")
    entry.get_by_role("button", name="2023Q1").click()
    assert page.evaluate("window.greatpowers.cursor()") == 24, "an entry leads to its round"
    state = changed(page, lambda: entry.get_by_role("button", name="Remove").click())
    assert state.changes == ()


def test_from_this_round_the_deal_is_offered_and_withdrawn(page: Any) -> None:
    """The first thing that is offered at the cursor; a later change is shown beside an earlier one, in order."""
    changed(page, lambda: choose(page, "policy", load_policy("containment").title))
    drop = page.get_by_test_id("drop-change")
    assert drop.is_hidden(), "from the first round on another policy is chosen above"
    for cursor, name, value in ((20, "withdraw", 0.0), (12, "offer", 1.0)):
        page.evaluate(f"window.greatpowers.setCursor({cursor})")
        page.get_by_role("combobox", name=f"Change course from {2017 + cursor // 4}Q1").wait_for()
        assert drop.locator("option").nth(1).inner_text() == "offer the deal everywhere"
        drop.select_option(name)
        state = changed(page, page.get_by_test_id("drop-set").click)
        assert Change(from_round=cursor, levers={"deal": value}) in state.changes
    assert [change.from_round for change in state.changes] == [12, 20]
    assert_shown(page, "a", history_of(state))
    texts = page.get_by_role("list", name="Changes of policy").get_by_role("listitem").all_inner_texts()
    assert [text.split()[0] for text in texts] == ["2020Q1", "2022Q1"]


def test_another_policy_can_be_followed_from_the_cursor_on(page: Any) -> None:
    page.evaluate("window.greatpowers.setCursor(30)")
    page.get_by_test_id("drop-change").select_option("follow containment")
    state = changed(page, page.get_by_test_id("drop-set").click)
    assert state.changes == (Change(from_round=30, policy="containment"),)
    assert_shown(page, "a", history_of(state))
    order = shown_of(page)["metrics"]["order"]
    plain = simulate("2017", "half-a-loaf", seed=state.seed, rounds=state.rounds).metrics["order"].tolist()
    assert order[:30] == pytest.approx(plain[:30], rel=1e-3), "nothing before the change may differ"


def test_levers_of_the_policy_compared_with(page: Any) -> None:
    scope(page, "against")
    assert value_of(page, "aid") == "0%"
    page.get_by_test_id("slider-aid").focus()
    state = changed(page, lambda: page.keyboard.press("End"))
    assert state.against_set.elsewhere == {"aid": 1.0} and state.empty
    assert_shown(page, "b", simulate(scenario_object(state), against_object(state), state.seed, state.rounds))


def test_doctrines_and_the_leaders_resolve(page: Any) -> None:
    page.get_by_test_id("powers").evaluate("(each) => { each.open = true }")
    state = changed(page, lambda: choose(page, "resolve", "committed at the start"))
    assert state.resolve == "committed"
    state = changed(page, lambda: choose(page, "doctrine-CHN", load_doctrine("greedy").title))
    assert state.doctrines == {"CHN": "greedy"}
    assert_shown(page, "a", history_of(state))


def test_a_generated_world_can_be_made_otherwise(open_page: Callable[..., Any], server: Any) -> None:
    page = open_page()
    page.goto(f"{server.address}?s={LabState(scenario='synthetic', rounds=16).encode()}")
    page.wait_for_selector("html[data-history]", state="attached")
    page.get_by_test_id("powers").evaluate("(each) => { each.open = true }")
    page.get_by_test_id("synthetic-states").focus()
    state = changed(page, lambda: page.keyboard.press("ArrowRight"))
    assert state.synthetic.states == 21
    assert len(shown_of(page)["states"]) == 21
    state = changed(page, lambda: page.keyboard.press("ArrowRight"))
    assert state.synthetic.states == 22, "the keyboard stays where it was"


FOLLOWS = """async ([name, value]) => {
    const slider = document.querySelector(`[data-testid=slider-${name}]`);
    const flown = (before) => new Promise((done) => {
        const off = greatpowers.on("flight", () => {
            const which = ["a", "b"].find((one) => greatpowers.flight(one));
            if (!which || greatpowers.flight(which) === before) return;
            off();
            done([which, greatpowers.flight(which)]);
        });
    });
    let [which, flight] = ["", null];
    for (const to of [0.3, value]) {
        slider.value = to;
        slider.dispatchEvent(new Event("input", {bubbles: true}));
        [which, flight] = await flown(flight);
    }
    const { metrics, theatre } = flight;
    const pathOf = (each) => document.querySelector(`gp-series ${each}`).getAttribute("d");
    return [which, metrics, theatre.rung, [pathOf(".gw-ghost"), pathOf(".gw-line")]];
}"""
"""Drag a lever and do not let go: what the page then shows, in whose history."""


@pytest.mark.parametrize(
    ("of", "reach", "name", "at"),
    [
        ("start", "", "sanctions", 0),
        ("start", IN_PROPORTION, "sanctions", 0),
        ("start", EVERYWHERE, "sanctions", 0),
        ("start", "donbas", "sanctions", 0),
        ("here", "", "aid", 12),
        ("against", "", "presence", 0),
    ],
)
def test_the_history_follows_the_hand_and_is_the_one_that_the_library_plays(
    page: Any, of: str, reach: str, name: str, at: int
) -> None:
    """Before the hand lets go nothing is set; then the page shows the numbers that its own engine has played."""
    page.evaluate(f"window.greatpowers.setCursor({at})")
    scope(page, of)
    if reach in NAMES:
        choose_place(page, reach, True)
    elif reach:
        choose_reach(page, name, reach)
        changed(page, lambda: page.get_by_test_id(f"slider-{name}").fill("0.5"))
    before, line = set_on(page), page.locator("gp-series .gw-line").first.get_attribute("d")
    which, metrics, rungs, (ghost, drawn) = page.evaluate(FOLLOWS, [name, 0.77])
    assert set_on(page) == before and which == "ab"[of == "against"]
    if which == "a":
        assert ghost and drawn not in (line, ghost)
    state = changed(page, lambda: page.get_by_test_id(f"slider-{name}").dispatch_event("change"))
    policy = policy_object(state) if which == "a" else against_object(state)
    history = simulate(scenario_object(state), policy, state.seed, state.rounds)
    columns = history.metrics.drop(columns=["quarter"])
    assert {each: metrics[each] for each in columns} == {each: columns[each].tolist() for each in columns}
    ids = [theatre.id for theatre in history.scenario.theatres]
    assert rungs == history.theatres.pivot(index="round", columns="theatre", values="rung")[ids].to_numpy().tolist()
    assert_shown(page, which, history)
    assert page.evaluate("[greatpowers.flight('a'), greatpowers.flight('b')]") == [None, None]
    if reach in NAMES:
        choose_place(page, reach, False)


def test_a_lever_put_back_changes_nothing(page: Any, wait: Any) -> None:
    before = page.get_by_test_id("slider-aid").input_value()
    page.evaluate(FOLLOWS, ["aid", 0.9])
    page.get_by_test_id("slider-aid").evaluate(
        """(slider, value) => {
            slider.value = value;
            for (const kind of ["input", "change"]) slider.dispatchEvent(new Event(kind, {bubbles: true}));
        }""",
        before,
    )
    wait.true(page, "greatpowers.flight('a') === null")
    assert set_on(page) == SHORT


def test_matched_histories_are_played_by_the_page(
    open_page: Callable[..., Any], server: Any, played: Callable[..., None]
) -> None:
    """The server is asked for the world, and for nothing else; then levers say how far they move outcomes."""
    asked: list[str] = []
    page = open_page(matched=True)
    page.on("request", lambda request: asked.append(urlsplit(request.url).path) if request.method == "POST" else None)
    page.goto(f"{server.address}?s={SHORT.changed(rounds=6).encode()}")
    played(page, ensemble=True)
    assert page.get_by_test_id("status").text_content() == "200 matched histories of each policy"
    page.wait_for_selector("html[data-effects]", state="attached")
    assert page.locator("#effect-sanctions").inner_text().startswith("From 0% to 100%: escalation ")
    assert asked == ["/world"]
