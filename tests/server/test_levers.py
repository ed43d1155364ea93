"""Every control of the page does what it says, and what is shown then is what the library says."""

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from greatpowers import History, load_policy, load_scenario, simulate
from greatpowers.scenario.kinds import LEVERS
from greatpowers.server.labels import WORDS, shown
from greatpowers.server.run import start_from
from greatpowers.server.state import Change, LabState
from greatpowers.server.worlds import against_object, policy_object, scenario_object

SHORT = LabState().changed(rounds=32)
"""Histories that are long enough for what is changed in them."""


@pytest.fixture(scope="module")
def shared(shared_page: Callable[..., Any]) -> Any:
    return shared_page(f"?s={SHORT.encode()}")


@pytest.fixture
def page(shared: Any) -> Iterator[Any]:
    """One page for the tests of this file; what a test has changed is undone."""
    shared.evaluate("window.greatpowers.pause(); window.greatpowers.setCursor(0)")
    shared.get_by_test_id("scope").get_by_text("From the start").click()
    yield shared
    while state_of(shared).changed(cursor=0) != SHORT:
        changed(shared, lambda: shared.get_by_test_id("undo").click())


def state_of(page: Any) -> LabState:
    """The state in the address, as the page has it now."""
    return LabState.decode(page.evaluate("new URLSearchParams(location.search).get('s')"))


def history_of(state: LabState) -> History:
    return simulate(scenario_object(state), policy_object(state), state.seed, state.rounds)


def changed(page: Any, act: Callable[[], None]) -> LabState:
    """Do something and wait for the history that comes of it; the state then."""
    before = page.evaluate("document.documentElement.dataset.history")
    act()
    page.wait_for_function("before => document.documentElement.dataset.history !== before", arg=before)
    return state_of(page)


def value_of(page: Any, name: str) -> str:
    """The value of a lever's slider as a screen reader says it."""
    return page.get_by_test_id(f"slider-{name}").get_attribute("aria-valuetext")


def choose(page: Any, control: str, option: str) -> None:
    page.get_by_test_id(control).click()
    page.get_by_role("option", name=option, exact=True).click()


def assert_shown(page: Any, which: str, history: History) -> None:
    """The page holds this very history: rungs of every theatre and the metrics of every round."""
    payload = json.loads(page.evaluate(f"JSON.stringify(window.greatpowers.payload('{which}'))"))
    rungs = history.theatres.pivot(index="round", columns="theatre", values="rung")
    ids = [theatre["id"] for theatre in payload["theatres"]]
    assert payload["theatre"]["rung"] == rungs[ids].astype(int).to_numpy().tolist()
    assert payload["metrics"]["order"] == pytest.approx(history.metrics["order"].tolist(), rel=1e-3)
    assert (payload["policy"], payload["seed"]) == (history.policy.name, history.seed)


def test_the_page_shows_the_history_of_its_state(
    open_page: Callable[..., Any], server: Any, played: Callable[..., None]
) -> None:
    page = open_page()
    page.goto(server.address)
    played(page)
    state = state_of(page)
    assert state.changed(cursor=0) == start_from(None).state
    assert_shown(page, "a", simulate("2017", "half-a-loaf", seed=state.seed))
    assert_shown(page, "b", simulate("2017", "containment", seed=state.seed))


def test_policy_world_and_luck_can_be_chosen(page: Any) -> None:
    state = changed(page, lambda: choose(page, "policy", load_policy("maximum-pressure").title))
    assert state.policy == "maximum-pressure"
    assert_shown(page, "a", simulate("2017", "maximum-pressure", seed=state.seed, rounds=state.rounds))
    state = changed(page, lambda: choose(page, "against", load_policy("appeasement").title))
    assert_shown(page, "b", simulate("2017", "appeasement", seed=state.seed, rounds=state.rounds))
    state = changed(page, lambda: page.get_by_test_id("another-world").click())
    assert state.seed != LabState().seed
    assert_shown(page, "a", simulate("2017", "maximum-pressure", seed=state.seed, rounds=state.rounds))
    state = changed(page, lambda: choose(page, "scenario", "synthetic"))
    assert_shown(page, "a", simulate("synthetic", "maximum-pressure", seed=state.seed, rounds=state.rounds))


def test_a_seed_can_be_typed(page: Any) -> None:
    state = changed(page, lambda: page.get_by_test_id("seed").fill("77"))
    assert state.seed == 77
    assert_shown(page, "a", history_of(state))


def test_every_lever_is_there_with_its_term_range_and_value(page: Any) -> None:
    policy = load_policy("half-a-loaf")
    for name in LEVERS:
        row = page.get_by_test_id(f"lever-{name}")
        text = row.text_content()
        assert WORDS[name].plain in text and WORDS[name].term in text
        value = policy.levers.get(name, {"red_line": 9, "tranches": 4, "carve_out": 1, "spoiler_limit": 1}.get(name, 0))
        if LEVERS[name].unit == "0 or 1":
            switch = row.get_by_role("switch", name=WORDS[name].plain, include_hidden=True)
            assert (switch.get_attribute("aria-checked") == "true") == bool(value), name
        else:
            assert value_of(page, name) == shown(name, value), name


def test_a_lever_moved_by_keyboard_plays_again_and_is_undone_in_one_step(page: Any) -> None:
    start = state_of(page)
    slider = page.get_by_test_id("lever-sanctions").get_by_role("slider")
    slider.focus()
    for _ in range(3):
        changed(page, lambda: page.keyboard.press("ArrowLeft"))
    state = state_of(page)
    assert state.elsewhere == {"sanctions": pytest.approx(0.77)}
    assert value_of(page, "sanctions") == "77%"
    assert_shown(page, "a", history_of(state))
    undone = changed(page, lambda: page.get_by_test_id("undo").click())
    assert undone.changed(cursor=0) == start.changed(cursor=0)
    page.wait_for_function("document.querySelector('[data-testid=slider-sanctions]').ariaValueText === '80%'")
    redone = changed(page, lambda: page.get_by_test_id("redo").click())
    assert redone.changed(cursor=0) == state.changed(cursor=0)


def test_a_switch_and_its_reset(page: Any) -> None:
    row = page.get_by_test_id("lever-deal")
    state = changed(page, lambda: row.get_by_role("switch").click())
    assert state.elsewhere == {"deal": 0.0}
    assert_shown(page, "a", history_of(state))
    state = changed(page, lambda: row.get_by_role("button").click())
    assert state.empty


def bytes_of(state: LabState) -> bytes:
    return history_of(state).track.metrics.tobytes()


def test_a_lever_moved_there_and_back_is_the_policy_as_it_was(page: Any) -> None:
    """No place loses its own setting, and nothing is left in the link."""
    start = state_of(page)
    for name in ("sanctions", "red_line", "relief"):
        page.get_by_test_id(f"slider-{name}").focus()
        moved = changed(page, lambda: page.keyboard.press("ArrowRight"))
        assert moved.elsewhere.keys() == {name} and bytes_of(moved) != b""
        back = changed(page, lambda: page.keyboard.press("ArrowLeft"))
        assert back.changed(cursor=0) == start.changed(cursor=0)
        assert policy_object(back) == load_policy("half-a-loaf") and bytes_of(back) == bytes_of(start)


def test_places_with_their_own_setting_are_named_and_keep_it_unless_told_otherwise(page: Any) -> None:
    own = page.get_by_test_id("own-sanctions")
    assert own.locator("summary").inner_text() == "4 of 24 places have their own setting"
    own.locator("summary").click()
    labels = {theatre.id: theatre.label for theatre in load_scenario("2017").theatres}
    for place in ("kashmir", "line-of-control", "qatar", "karabakh"):
        assert f"{labels[place]} 10%" in own.inner_text()
    page.get_by_test_id("slider-sanctions").focus()
    state = changed(page, lambda: page.keyboard.press("ArrowLeft"))
    assert state.elsewhere == {"sanctions": 0.79}
    state = changed(page, lambda: choose(page, "reach-sanctions", "become the same as everywhere"))
    assert state.levers == {"sanctions": 0.79} and not state.elsewhere
    page.wait_for_function(
        "text => document.querySelector('[data-testid=own-sanctions]').innerText.includes(text)",
        arg=f"{labels['kashmir']} 79% (the policy's own: 10%)",
    )
    state = changed(page, lambda: choose(page, "reach-sanctions", "change in proportion"))
    assert state.scaled == {"sanctions": 0.79} and not state.levers
    assert_shown(page, "a", history_of(state))
    state = changed(page, lambda: page.get_by_test_id("undo").click())
    assert state.levers == {"sanctions": 0.79} and not state.scaled, "undo gives the reach back"


def test_a_lever_can_be_set_in_the_places_chosen(page: Any) -> None:
    labels = {theatre.id: theatre.label for theatre in load_scenario("2017").theatres}
    donbas = page.get_by_role("listbox").get_by_role("option", name=labels["donbas"])
    page.get_by_test_id("where").click()
    donbas.click()
    page.get_by_text(f"from the first round on, only in {labels['donbas']}.").wait_for()
    page.keyboard.press("Escape")
    page.wait_for_function("document.querySelector('[data-testid=slider-relief]').ariaValueText === '80%'")
    page.get_by_test_id("slider-relief").focus()
    state = changed(page, lambda: page.keyboard.press("Home"))
    assert state.places == {"donbas": {"relief": 0.0}} and not state.elsewhere
    assert_shown(page, "a", history_of(state))
    state = changed(page, lambda: page.get_by_test_id("lever-relief").get_by_role("button").last.click())
    assert state.empty
    page.get_by_test_id("where").click()
    donbas.click()
    page.get_by_text("Places with their own setting keep it").wait_for()
    page.keyboard.press("Escape")


def test_from_the_round_shown_a_lever_is_a_change_in_the_schedule(page: Any) -> None:
    page.evaluate("window.greatpowers.pause(); window.greatpowers.setCursor(24)")
    page.get_by_test_id("scope").get_by_text("From the round shown").click()
    page.get_by_text("Moving a lever changes Half a loaf from 2023Q1 on.").wait_for()
    slider = page.get_by_test_id("lever-aid").get_by_role("slider")
    slider.focus()
    state = changed(page, lambda: page.keyboard.press("End"))
    assert state.changes == (Change(from_round=24, elsewhere={"aid": 1.0}),)
    assert_shown(page, "a", history_of(state))
    entry = page.get_by_role("list", name="Changes of policy").get_by_role("listitem")
    assert "2023Q1" in entry.inner_text() and WORDS["aid"].plain.lower() in entry.inner_text()
    state = changed(page, lambda: entry.get_by_role("button", name="Remove").click())
    assert state.changes == ()


def test_from_this_round_the_deal_is_offered_and_withdrawn(page: Any) -> None:
    """The first thing that is offered at the cursor; a later change is shown beside an earlier one, in order."""
    changed(page, lambda: choose(page, "policy", load_policy("containment").title))
    for cursor, name, value in ((20, "withdraw", 0.0), (12, "offer", 1.0)):
        page.evaluate(f"window.greatpowers.setCursor({cursor})")
        page.get_by_role("button", name=f"Change course from {2017 + cursor // 4}Q1").click()
        assert "offer the deal" in page.get_by_role("menu").locator(".q-item").first.inner_text()
        state = changed(page, lambda name=name: page.get_by_test_id(f"drop-{name}").click())
        assert Change(from_round=cursor, levers={"deal": value}) in state.changes
    assert [change.from_round for change in state.changes] == [12, 20]
    assert_shown(page, "a", history_of(state))
    texts = page.get_by_role("list", name="Changes of policy").get_by_role("listitem").all_inner_texts()
    assert [text.split()[0] for text in texts] == ["2020Q1", "2022Q1"]


def test_another_policy_can_be_dropped_at_the_cursor(page: Any) -> None:
    page.evaluate("window.greatpowers.pause(); window.greatpowers.setCursor(30)")
    button = page.get_by_test_id("drop-change")
    page.wait_for_function("!document.querySelector('[data-testid=drop-change]').disabled")
    button.click()
    state = changed(page, lambda: page.get_by_test_id("drop-containment").click())
    assert state.changes == (Change(from_round=30, policy="containment"),)
    assert_shown(page, "a", history_of(state))
    order = json.loads(page.evaluate("JSON.stringify(window.greatpowers.payload('a').metrics.order)"))
    plain = simulate("2017", "half-a-loaf", seed=state.seed, rounds=state.rounds).metrics["order"].tolist()
    assert order[:30] == pytest.approx(plain[:30], rel=1e-3), "nothing before the change may differ"


def test_levers_of_the_policy_compared_with(page: Any) -> None:
    page.get_by_test_id("scope").get_by_text("Compared with").click()
    slider = page.get_by_test_id("lever-aid").get_by_role("slider")
    page.wait_for_function("document.querySelector('[data-testid=slider-aid]').ariaValueText === '0%'")
    slider.focus()
    state = changed(page, lambda: page.keyboard.press("End"))
    assert state.against_set.elsewhere == {"aid": 1.0} and state.empty
    assert_shown(page, "b", simulate(scenario_object(state), against_object(state), state.seed, state.rounds))


def test_doctrines_and_the_leaders_resolve(page: Any) -> None:
    page.get_by_test_id("powers").click()
    state = changed(page, lambda: choose(page, "resolve", "committed at the start"))
    assert state.resolve == "committed"
    page.get_by_test_id("doctrine-CHN").click()
    state = changed(page, lambda: page.get_by_role("option", name="Greedy", exact=False).first.click())
    assert state.doctrines == {"CHN": "greedy"}
    assert_shown(page, "a", history_of(state))


def test_a_generated_world_can_be_made_otherwise(open_page: Callable[..., Any], server: Any) -> None:
    page = open_page()
    page.goto(f"{server.address}?s={LabState(scenario='synthetic', rounds=16).encode()}")
    page.wait_for_selector("html[data-history]", state="attached")
    page.get_by_test_id("powers").click()
    slider = page.get_by_test_id("synthetic-states")
    slider.focus()
    state = changed(page, lambda: page.keyboard.press("ArrowRight"))
    assert state.synthetic.states == 21
    assert len(page.evaluate("window.greatpowers.payload('a').states")) == 21


FOLLOWS = """async ([name, value]) => {
    const slider = document.querySelector(`[data-testid=slider-${name}]`);
    for (const to of [0.3, value]) {
        slider.value = to;
        slider.dispatchEvent(new Event("input", {bubbles: true}));
    }
    const which = await new Promise((done) => {
        const off = greatpowers.on("flight", () => {
            const found = ["a", "b"].find((one) => greatpowers.flight(one));
            if (!found) return;
            off();
            done(found);
        });
    });
    const { metrics, theatre } = greatpowers.flight(which);
    const pathOf = (each) => document.querySelector(`gp-series ${each}`).getAttribute("d");
    return [which, metrics, theatre.rung, [pathOf(".gw-ghost"), pathOf(".gw-line")]];
}"""
"""Drag a lever and do not let go: what the page then shows, in whose history."""


@pytest.mark.parametrize(
    ("scope", "reach", "name", "at"),
    [
        ("From the start", "", "sanctions", 0.0),
        ("From the start", "change in proportion", "sanctions", 0.0),
        ("From the round shown", "", "aid", 12),
        ("Compared with", "", "presence", 0.0),
    ],
)
def test_the_history_follows_the_hand_and_is_the_one_that_the_server_plays(
    page: Any, scope: str, reach: str, name: str, at: int
) -> None:
    """Before the hand lets go nothing is set; then the page shows the numbers that its own engine has played."""
    page.evaluate(f"window.greatpowers.setCursor({at})")
    page.get_by_test_id("scope").get_by_text(scope).click()
    if reach:
        page.get_by_test_id(f"own-{name}").evaluate("(each) => { each.open = true }")
        choose(page, f"reach-{name}", reach)
        changed(page, lambda: page.get_by_test_id(f"slider-{name}").fill("0.5"))
    before, line = state_of(page), page.locator("gp-series .gw-line").first.get_attribute("d")
    which, metrics, rungs, (ghost, drawn) = page.evaluate(FOLLOWS, [name, 0.77])
    assert state_of(page).changed(cursor=0) == before.changed(cursor=0) and which == "ab"[scope == "Compared with"]
    if which == "a":
        assert ghost == line != drawn
    slider = page.get_by_test_id(f"slider-{name}")
    state = changed(page, lambda: slider.dispatch_event("change"))
    policy = policy_object(state) if which == "a" else against_object(state)
    history = simulate(scenario_object(state), policy, state.seed, state.rounds)
    columns = history.metrics.drop(columns=["quarter"])
    assert {each: metrics[each] for each in columns} == {each: columns[each].tolist() for each in columns}
    ids = [theatre.id for theatre in history.scenario.theatres]
    assert rungs == history.theatres.pivot(index="round", columns="theatre", values="rung")[ids].to_numpy().tolist()
    assert_shown(page, which, history)
    assert page.evaluate("[greatpowers.flight('a'), greatpowers.flight('b')]") == [None, None]


def test_a_lever_put_back_changes_nothing(page: Any) -> None:
    page.get_by_test_id("scope").get_by_text("From the start").click()
    before = page.get_by_test_id("slider-aid").input_value()
    page.evaluate(FOLLOWS, ["aid", 0.9])
    page.get_by_test_id("slider-aid").evaluate(
        """(slider, value) => {
            slider.value = value;
            for (const kind of ["input", "change"]) slider.dispatchEvent(new Event(kind, {bubbles: true}));
        }""",
        before,
    )
    page.wait_for_function("greatpowers.flight('a') === null")
    assert state_of(page).changed(cursor=0) == SHORT


def test_matched_histories_are_played_by_the_page(
    open_page: Callable[..., Any], server: Any, played: Callable[..., None]
) -> None:
    """The server is asked for the world, and for nothing else."""
    page = open_page(matched=True)
    page.goto(f"{server.address}?s={SHORT.encode()}")
    played(page, ensemble=True)
    assert page.get_by_test_id("status").text_content() == "200 matched histories of each policy"


def test_where_the_page_has_no_engine_the_server_plays_and_the_page_says_so(
    open_page: Callable[..., Any], server: Any
) -> None:
    page = open_page(own=True)
    page.route("**/worlds/**", lambda route: route.fulfill(json={**route.fetch().json(), "core": "another"}))
    page.goto(f"{server.address}?s={SHORT.encode()}")
    page.get_by_test_id("status").get_by_text("No matched histories: The engine plays by the rules of core").wait_for()
    page.wait_for_selector("html:not([data-busy])", state="attached")
    assert_shown(page, "a", history_of(SHORT))
