"""Play: requests make the library's moves, a few rounds by clicks are its rounds, and the link holds the game."""

import json
import re
from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd
import pytest
import tomli_w

pytest.importorskip("playwright.sync_api")

from greatpowers import GreatPowersError, compare, load_policy, load_scenario
from greatpowers.game.briefing import alarming, briefing, sight_of
from greatpowers.game.chair import Chair
from greatpowers.game.record import Record, score
from greatpowers.scenario.library import locate
from greatpowers.scenario.load import parse_toml
from greatpowers.server.play import OTHER_WORLD, play_request, result, table
from greatpowers.server.state import LabState
from greatpowers.server.worlds import scenario_object

if TYPE_CHECKING:
    from playwright.sync_api import Page

DESK, OVER = "gp-play[data-phase=play]", "gp-play[data-phase=over]"


START = {"do": "start", "rounds": 20, "inherited": "containment", "seed": 7}


def answered(state: LabState, message: object = None, since: int = 0) -> dict[str, Any]:
    """What a page gets for a message, by way of JSON as over the network."""
    body = json.dumps({"state": state.model_dump(mode="json"), "since": since, "message": message})
    answer: dict[str, Any] = json.loads(json.dumps(play_request(json.loads(body)), allow_nan=False))
    return answer


def as_json(payload: dict[str, Any]) -> dict[str, Any]:
    """A payload as a page reads it."""
    read: dict[str, Any] = json.loads(json.dumps(payload))
    return read


def test_a_request_makes_the_move_that_the_library_makes() -> None:
    state, since = LabState(), 0
    chair = Chair.taken(load_scenario("2017"), "containment", 20, 7)
    moves: list[tuple[dict[str, Any], Callable[[Chair], Chair], int]] = [
        ({"do": "set", "levers": {"aid": 0.9}}, lambda game: game.decide({"aid": 0.9}), 0),
        ({"do": "advance", "rounds": 4}, lambda game: game.advance(4), 0),
        ({"do": "set", "theatre": "donbas", "levers": {"deal": 1}}, lambda game: game.decide({"deal": 1}, "donbas"), 0),
        ({"do": "advance", "rounds": 1}, lambda game: game.advance(1), 4),
        ({"do": "read", "challenger": "RUS", "motive": "gain"}, lambda game: game.read("RUS", "gain", None), 4),
        ({"do": "weigh", "weights": {"cost": 2.0}}, lambda game: game.weigh({"cost": 2.0}), 4),
        ({"do": "back"}, lambda game: game.take_back(), 3),
        ({"do": "advance", "rounds": None}, lambda game: game.advance_until(alarming), 4),
    ]
    answer = answered(state, START)
    assert answer["game"] == chair.record.encode()
    for message, move, told_from in moves:
        state, chair = state.changed(game=answer["game"]), move(chair)
        answer = answered(state, message, since)
        since = answer["since"]
        assert (answer["game"], since) == (chair.record.encode(), told_from), message
        assert answer["payload"] == as_json(table(chair, since)), message
    assert answered(state.changed(game=answer["game"]), {"do": "leave"})["game"] == ""


def test_what_has_become_known_is_told_from_the_round_that_is_asked_for() -> None:
    chair = Chair.taken(load_scenario("2017"), "containment", 20, 7).advance(8)
    assert chair.history is not None
    state = LabState().changed(game=chair.record.encode())
    for since in (2, 7):
        texts = [report["text"] for report in answered(state, since=since)["payload"]["reports"]]
        wanted = [report.text for report in briefing(chair.history, since, 7)]
        assert texts == wanted[: len(texts)] and texts
    assert answered(state, since=20)["payload"] == answered(state, since=7)["payload"], "else from the last round"


def test_without_a_move_a_request_shows_the_game_and_changes_nothing() -> None:
    lobby = answered(LabState().changed(policy="containment"))
    assert (lobby["game"], lobby["payload"]["phase"], lobby["payload"]["inherited"]) == ("", "lobby", "containment")
    played = Chair.taken(load_scenario("2017"), "containment", 4, 7).advance(4)
    text = played.record.encode()
    assert answered(LabState().changed(game=text)) == {"game": text, "since": 0, "payload": as_json(result(played))}


def test_a_finished_game_is_compared_on_matched_luck_in_other_worlds() -> None:
    running = Chair.taken(load_scenario("2017"), "laissez-faire", 4, 7)
    compare_it = {"do": "compare"}
    with pytest.raises(GreatPowersError, match="not over yet"):
        answered(LabState().changed(game=running.record.encode()), compare_it)
    with pytest.raises(GreatPowersError, match="no game to continue"):
        answered(LabState(), compare_it)
    standing = answered(LabState().changed(game=running.advance(4).record.encode()), compare_it)["standing"]
    assert {len(row["scores"]) for row in standing["scores"]} == {100}
    same = next(row for row in standing["difference"] if row["policy"] == "laissez-faire")
    assert same["mean"] == 0.0, "choosing nothing under laissez-faire is laissez-faire in every world"


def test_a_game_of_another_world_is_put_aside_and_no_move_is_made_in_it() -> None:
    text = Chair.taken(load_scenario("2017"), "containment", 20, 7).record.encode()
    elsewhere = LabState().changed(game=text, resolve="committed")
    answer = answered(elsewhere)
    assert (answer["game"], answer["payload"]["phase"], answer["payload"]["notice"]) == (text, "lobby", OTHER_WORLD)
    with pytest.raises(GreatPowersError, match="no game to continue"):
        answered(elsewhere, {"do": "advance", "rounds": 1})
    begun = answered(elsewhere, START)
    assert begun["game"] == Chair.taken(scenario_object(elsewhere), "containment", 20, 7).record.encode() != text


def test_what_cannot_be_played_is_said_and_can_be_left() -> None:
    damaged = LabState().changed(game="<script>alert(1)</script>")
    shown = answered(damaged)["payload"]
    assert (shown["phase"], shown["game"]) == ("broken", True) and "damaged" in shown["notice"]
    with pytest.raises(GreatPowersError, match="damaged"):
        answered(damaged, {"do": "advance", "rounds": 1})
    left = answered(damaged, {"do": "leave"})
    assert (left["game"], left["payload"]["phase"]) == ("", "lobby")


def test_a_world_without_places_or_a_leader_has_no_chair() -> None:
    path, name = locate("scenarios", "template")
    small = parse_toml(path, name)
    about = {"question", "happened", "terms"}
    nothing = {name: part for name, part in small.items() if name not in {"theatre", *about}}
    led = {name: part for name, part in small.items() if name not in {"coalition", *about}}
    alone = {**led, "state": [{**state, "doctrine": "greedy", "weights": {}} for state in led["state"]]}
    for world, sentence in ((nothing, "no contested places"), (alone, "Nobody leads a coalition")):
        shown = answered(LabState().changed(scenario="own", upload=tomli_w.dumps(world)))["payload"]
        assert shown["phase"] == "broken" and sentence in shown["notice"]


def test_what_a_page_sends_is_checked() -> None:
    state = LabState().model_dump(mode="json")
    for sent in (
        [], "start", {}, {"do": "eat"}, {**START, "rounds": 10**9}, {**START, "seed": -1}, {**START, "seed": "1"},
        {**START, "inherited": "../etc"}, {**START, "more": 1}, {"do": "set", "theatre": "x y", "levers": {}},
        {"do": "set", "levers": {"__class__": 1}}, {"do": "advance", "rounds": 0}, {"do": "weigh", "weights": 3},
    ):  # fmt: skip
        with pytest.raises(GreatPowersError, match="not possible in this game"):
            play_request({"state": state, "message": sent})
    for body in (None, [], {}, {"state": 3}, {"state": state, "since": -1}, {"state": state, "more": 1}):
        with pytest.raises(GreatPowersError, match="not possible in this game"):
            play_request(body)
    with pytest.raises(GreatPowersError, match="there is no scenario 'nowhere'"):
        play_request({"state": {**state, "scenario": "nowhere"}})
    with pytest.raises(GreatPowersError, match="there is no policy 'nothing'"):
        play_request({"state": state, "message": {**START, "inherited": "nothing"}})


@pytest.fixture(scope="module")
def shared(shared_page: Callable[..., "Page"]) -> "Page":
    return shared_page(f"?s={LabState().changed(rounds=4, view='play').encode()}")


@pytest.fixture
def page(shared: "Page") -> "Iterator[Page]":
    """One page for the tests of this file, the chair empty; what the other views show does not matter here."""
    yield shared
    shared.evaluate("async () => (await import('/assets/store.js')).lab.change({game: ''})")
    shared.wait_for_selector("gp-play[data-phase=lobby]")


def take_the_chair(page: "Page", rounds: int = 20, seed: int = 7, inherited: str = "containment") -> None:
    page.get_by_role("tab", name="Play").click()
    page.wait_for_selector("gp-play[data-phase=lobby]")
    page.locator(f"input[name=rounds][value='{rounds}']").check()
    page.locator("select[name=inherited]").select_option(inherited)
    page.locator("input[name=seed]").fill(str(seed))
    page.get_by_role("button", name="Take the chair").click()
    page.wait_for_selector(f"{DESK}[data-round='0']")


def advance(page: "Page", button: str, played: int) -> None:
    page.locator(f"#gg-{button}").click()
    page.wait_for_selector(f"{DESK}[data-round='{played}']")


def set_dial(page: "Page", name: str, value: float) -> None:
    """Set a slider as a keyboard does, and wait until the order is in the list of what is new."""
    page.locator(f"#gg-{name}").evaluate(
        "(dial, value) => { dial.value = value; dial.dispatchEvent(new Event('change', {bubbles: true})) }", value
    )
    page.wait_for_selector(f"[data-testid=value-gg-{name}]:text-is('{round(100 * value)}%')")


def rungs_shown(page: "Page") -> dict[str, int]:
    rows = page.locator("[data-testid=play-situation] tbody tr")
    cells = rows.evaluate_all("rows => rows.map(row => [row.dataset.place, row.querySelector('.gg-rung').textContent])")
    return {place: int(text.split()[0]) for place, text in cells}


def test_a_game_played_by_clicks_is_the_librarys(
    page: "Page", rungs_to_show: Callable[..., list[int]], wait: Any
) -> None:
    take_the_chair(page)
    assert rungs_shown(page) == {theatre.id: theatre.rung for theatre in load_scenario("2017").theatres}
    set_dial(page, "aid", 0.9)
    advance(page, "one", 1)
    page.locator("[data-testid=play-situation] tr[data-place=donbas] button").click()
    set_dial(page, "sanctions", 0.2)
    page.locator("#gg-deal").check()
    page.wait_for_selector(".gg-given:has-text('conditional deal yes')")
    assert page.locator(".gm-disc").count() == len(load_scenario("2017").theatres)
    assert page.locator(".gm-name").text_content() == "Donbas"
    assert "Containment: 80%" in page.locator(".gg-dial", has=page.locator("#gg-sanctions")).inner_text()
    advance(page, "year", 5)
    game = Chair.taken(load_scenario("2017"), "containment", 20, 7).decide({"aid": 0.9}).advance(1)
    game = game.decide({"sanctions": 0.2}, "donbas").decide({"deal": 1.0}, "donbas").advance(4)
    assert game.history is not None
    rungs = rungs_to_show(game.history, 4)
    assert rungs_shown(page) == dict(zip((theatre.id for theatre in game.base.theatres), rungs, strict=True))
    wait.linked(page, lambda state: state.game == game.record.encode())
    seen = sight_of(game)
    assert page.get_by_role("heading", level=2, name=seen.quarter).is_visible()
    assert seen.home is not None and f"{seen.home.order:.0%}" in page.locator(".gg-facts").inner_text()


def test_the_end_of_a_game_shows_the_score_of_the_library_and_where_it_stands(page: "Page") -> None:
    take_the_chair(page, inherited="laissez-faire", seed=3)
    for played in (4, 8, 12, 16):
        advance(page, "year", played)
    page.locator("#gg-year").click()
    page.wait_for_selector(OVER)
    assert "You gave no order" in page.get_by_test_id("play-orders").inner_text()
    runs = compare("2017", seeds=[3], rounds=20).runs
    wanted = {name: score(runs.xs(name).iloc[0]).score for name in runs.index.get_level_values("policy").unique()}
    assert page.locator("[data-testid=play-score]").inner_text() == f"{wanted['laissez-faire']:.1f}"
    shown = page.locator("[data-testid=play-rivals] li").evaluate_all(
        "rows => rows.map(row => [row.dataset.policy, row.querySelector('b').textContent])"
    )
    assert {name: float(text) for name, text in shown if name != "chair"} == {
        name: pytest.approx(value, abs=0.051) for name, value in wanted.items()
    }
    lost = [
        page.locator(f"[data-testid=play-points-{name}]").inner_text().replace("−", "-")
        for name in ("escalation", "order", "revision", "cost", "war")
    ]
    assert 100 + sum(map(float, lost)) == pytest.approx(wanted["laissez-faire"], abs=0.3)
    page.wait_for_selector(".gg-strip")
    same = page.locator(".gg-diff tr[data-policy='laissez-faire'] td").first.inner_text()
    assert same == "+0.0", "choosing nothing under laissez-faire is laissez-faire in every world"
    challengers = {theatre.challenger for theatre in load_scenario("2017").theatres}
    assert page.locator("[data-testid=play-judged] tbody tr").count() == len(challengers)
    files = {}
    for kind in ("png", "svg", "csv"):
        with page.expect_download() as waiting:
            page.get_by_test_id(f"save-scores-{kind}").click()
        files[kind] = Path(waiting.value.path()).read_bytes()
    assert files["png"].startswith(b"\x89PNG\r\n") and b"<svg" in files["svg"]
    table = pd.read_csv(BytesIO(files["csv"]), index_col="world")
    assert len(table) == 100
    assert table["Your choices"].tolist() == table[load_policy("laissez-faire").title].tolist()


def test_weights_change_the_score_of_everybody(page: "Page") -> None:
    take_the_chair(page)
    for played in (4, 8, 12, 16):
        advance(page, "year", played)
    page.locator("#gg-year").click()
    page.wait_for_selector(OVER)
    page.locator("#gg-weight-cost").evaluate("dial => { dial.value = 3; dial.dispatchEvent(new Event('change')) }")
    summary = compare("2017", ["containment"], seeds=[7], rounds=20).runs.iloc[0]
    page.wait_for_selector(f"[data-testid=play-score]:text-is('{score(summary, {'cost': 3.0}).score:.1f}')")
    assert page.locator("#gg-weight-cost").input_value() == "3"
    page.wait_for_selector(".gg-strip")


def test_the_link_holds_the_game_and_taking_back_marks_it(
    page: "Page", open_page: Callable[..., "Page"], wait: Any
) -> None:
    take_the_chair(page, seed=11)
    advance(page, "one", 1)
    advance(page, "one", 2)
    page.locator("#gg-back").click()
    page.wait_for_selector(f"{DESK}[data-round='1']")
    assert "1 taken back" in page.locator(".gg-mark").first.inner_text()
    wait.linked(page, lambda state: bool(state.game) and Record.decode(state.game).taken_back == 1)
    other = open_page(width=390, scheme="dark")
    other.goto(page.url)
    other.wait_for_selector(f"{DESK}[data-round='1']")
    assert rungs_shown(other) == rungs_shown(page)
    assert other.evaluate("document.documentElement.scrollWidth") <= 390, "nothing sticks out sideways"
    advance(other, "one", 2)
    assert page.locator("gp-play").get_attribute("data-round") == "1", "tabs are isolated"


def test_orders_in_quick_succession_are_all_made_and_rounds_are_played_once(page: "Page", wait: Any) -> None:
    take_the_chair(page)
    page.evaluate(
        """() => {
        for (const [name, value] of [["aid", 0.9], ["sanctions", 0.2]]) {
            const dial = document.querySelector(`#gg-${name}`);
            dial.value = value;
            dial.dispatchEvent(new Event("change"));
        }
        for (let press = 0; press < 2; press++) document.querySelector("#gg-one").click();
        }"""
    )
    game = Chair.taken(load_scenario("2017"), "containment", 20, 7).decide({"aid": 0.9}).decide({"sanctions": 0.2})
    wait.linked(page, lambda state: state.game == game.advance(1).record.encode())
    page.wait_for_selector(f"{DESK}[data-round='1']:not([aria-busy])")


def test_what_the_server_refuses_is_said_and_the_game_continues(server: Any, open_page: Callable[..., "Page"]) -> None:
    page = open_page()
    page.watched.allowed.append("400")
    page.goto(f"{server.address}?s={LabState().changed(rounds=4, view='play').encode()}")
    take_the_chair(page)
    page.route("**/play", lambda route: route.fulfill(status=400, body="Not today."), times=1)
    page.locator("#gg-one").click()
    page.wait_for_selector("gp-play [role=alert]:text-is('Not today.')")
    assert page.locator("gp-play").get_attribute("data-round") == "0"
    advance(page, "one", 1)
    assert page.locator("gp-play [role=alert]").count() == 0


def test_until_something_happens_stops_where_the_library_does(page: "Page") -> None:
    take_the_chair(page, rounds=80)
    wanted = Chair.taken(load_scenario("2017"), "containment", 80, 7).advance_until(alarming).record.played
    advance(page, "event", wanted)
    assert page.locator(".gg-grave").count() > 0


def test_the_desk_can_be_worked_by_keyboard(page: "Page") -> None:
    take_the_chair(page)
    page.locator("#gg-aid").focus()
    page.keyboard.press("ArrowRight")
    page.wait_for_selector("[data-testid=value-gg-aid]:text-is('55%')")
    assert page.evaluate("document.activeElement.id") == "gg-aid", "the keyboard stays where it was"
    page.locator("#gg-one").focus()
    page.keyboard.press("Enter")
    page.wait_for_selector(f"{DESK}[data-round='1']")
    assert page.evaluate("document.activeElement.id") == "gg-one"


def test_a_changed_world_puts_the_game_aside_in_a_sentence(
    page: "Page", open_page: Callable[..., "Page"], server: Any, wait: Any
) -> None:
    take_the_chair(page)
    state = wait.linked(page, lambda state: bool(state.game))
    other = open_page()
    other.goto(f"{server.address}?s={state.changed(resolve='committed').encode()}")
    other.wait_for_selector("gp-play[data-phase=lobby]")
    assert "world has been changed" in other.get_by_role("alert").first.inner_text()
    damaged = open_page()
    damaged.goto(f"{server.address}?s={state.changed(game='<script>alert(1)</script>').encode()}")
    damaged.wait_for_selector("gp-play[data-phase=broken]")
    assert "damaged" in damaged.locator("gp-play").inner_text()
    damaged.get_by_role("button", name="Abandon this game").click()
    damaged.wait_for_selector("gp-play[data-phase=lobby]")


def test_the_lobby_offers_every_policy_that_ships(page: "Page") -> None:
    page.get_by_role("tab", name="Play").click()
    page.wait_for_selector("gp-play[data-phase=lobby]")
    offered = page.locator("select[name=inherited] option").evaluate_all("found => found.map(one => one.value)")
    assert {load_policy(name).name for name in offered} == set(offered) >= {"containment", "laissez-faire"}
    assert json.loads(page.locator("input[name=rounds]:checked").get_attribute("value") or "0") == 40
    assert re.search("24 places", page.locator("gp-play").inner_text())
