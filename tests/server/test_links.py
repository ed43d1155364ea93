"""A link holds all that is set: it opens to the same bytes, and what it names that is not there is said."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from greatpowers import load_scenario, simulate
from greatpowers.cli import main
from greatpowers.server.state import Change, LabState, Settings, pack
from greatpowers.server.worlds import policy_object, scenario_object
from greatpowers.studies.question import policies_asked

STATE = LabState().changed(
    policy="containment",
    elsewhere={"sanctions": 0.4},
    scaled={"presence": 0.1},
    levers={"aid": 0.7},
    places={"donbas": {"deal": 1.0}},
    changes=(Change(from_round=16, policy="half-a-loaf", levers={"red_line": 5.0}),),
    against_set=Settings(levers={"aid": 0.25}),
    doctrines={"CHN": "trading-state"},
    resolve="committed",
    seed=9,
    rounds=24,
    cursor=20,
)
HELD = "['a', 'b'].map((which) => JSON.stringify({...window.greatpowers.payload(which), key: ''}))"


def state_in(address: str) -> LabState:
    return LabState.decode(parse_qs(urlsplit(address).query)["s"][0])


def test_a_link_opens_the_same_histories_in_another_browser(
    open_page: Callable[..., Any], server: Any, played: Callable[..., None]
) -> None:
    """Also from the link that the page itself has written."""
    first, second = open_page(), open_page()
    first.goto(f"{server.address}?s={STATE.encode()}")
    played(first)
    assert first.evaluate("window.greatpowers.cursor()") == 20
    first.evaluate("window.greatpowers.setCursor(19)")
    first.wait_for_url(lambda address: state_in(address) == STATE.changed(cursor=19))
    second.goto(first.url)
    played(second)
    assert first.evaluate(HELD) == second.evaluate(HELD)
    assert second.evaluate("window.greatpowers.cursor()") == 19
    history = simulate(scenario_object(STATE), policy_object(STATE), STATE.seed, STATE.rounds)
    rungs = history.theatres.pivot(index="round", columns="theatre", values="rung").astype(int)
    ids = second.evaluate("window.greatpowers.payload('a').theatres.map(({ id }) => id)")
    assert second.evaluate("window.greatpowers.payload('a').theatre.rung") == rungs[ids].to_numpy().tolist()


def test_the_button_copies_the_address(open_page: Callable[..., Any], server: Any, played: Callable[..., None]) -> None:
    page = open_page(permissions=["clipboard-read", "clipboard-write"])
    page.goto(server.address)
    played(page)
    page.get_by_test_id("copy-link").click()
    page.get_by_text("The link is copied").wait_for()
    assert page.evaluate("navigator.clipboard.readText()") == page.url
    assert state_in(page.url).view == "question"


def test_where_the_cursor_is_goes_into_the_address(page: Any, wait: Any) -> None:
    page.evaluate("window.greatpowers.pause(); window.greatpowers.setCursor(33)")
    wait.linked(page, lambda state: state == LabState().changed(cursor=33))


def test_tabs_are_in_the_address(page: Any, wait: Any) -> None:
    page.get_by_test_id("tab-compare").click()
    wait.linked(page, lambda state: state.view == "compare")
    page.reload()
    page.wait_for_selector("html[data-history]", state="attached")
    assert page.get_by_role("tab", selected=True).inner_text() == "Compare"


def test_an_address_in_plain_words_opens_the_same(
    open_page: Callable[..., Any], server: Any, played: Callable[..., None]
) -> None:
    page = open_page()
    for words, expected in {
        "view=compare&scenario=2017&policy=containment&against=appeasement": ("compare", "containment", "appeasement"),
        "view=results&scenario=1913": ("results", *(policies_asked(load_scenario("1913")) or ())),
    }.items():
        page.goto(f"{server.address}?{words}")
        played(page)
        chosen = [page.get_by_test_id(name).input_value() for name in ("policy", "against")]
        assert (page.get_by_role("tab", selected=True).inner_text().lower(), *chosen) == expected


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"policy": "contanment"}, "Did you mean 'containment'?"),
        ({"scenario": "2071"}, "Did you mean '2017'?"),
        ({"changes": [{"from_round": 3, "policy": "nowhere"}]}, "there is no policy 'nowhere'"),
        ({"levers": {"ade": 1}}, "Did you mean 'aid'?"),
        ({"places": {"nowhere": {"aid": 1}}}, "there is no theatre 'nowhere'"),
        ({"doctrines": {"XXX": "greedy"}}, "there is no state 'XXX'"),
    ],
)
def test_a_name_in_a_link_that_is_not_known_is_said_until_it_is_put_away(
    open_page: Callable[..., Any], server: Any, played: Callable[..., None], fields: dict[str, Any], said: str
) -> None:
    """The page opens as usual, and its first history does not take the sentence away."""
    page = open_page()
    page.goto(f"{server.address}?s={pack(json.dumps(fields))}")
    played(page)
    page.get_by_test_id("tab-world").click()
    page.locator("gp-map svg.gw-map-svg").wait_for()
    notice = page.get_by_test_id("notice")
    assert said in notice.inner_text() and "here is the start instead" in notice.inner_text()
    page.get_by_role("button", name="Put this notice away").click()
    assert notice.is_hidden()


def test_a_change_after_the_end_of_the_history_is_listed_and_changes_nothing(
    open_page: Callable[..., Any], server: Any, played: Callable[..., None]
) -> None:
    """A link may be of a longer history than the one that is played now."""
    page = open_page()
    state = LabState().changed(rounds=8, changes=(Change(from_round=30, policy="containment"),))
    page.goto(f"{server.address}?s={state.encode()}")
    played(page)
    assert "follow Containment" in page.get_by_role("list", name="Changes of policy").inner_text()
    plain = simulate("2017", "half-a-loaf", seed=state.seed, rounds=8).metrics["order"].tolist()
    assert page.evaluate("window.greatpowers.payload('a').metrics.order") == pytest.approx(plain, rel=1e-3)


@pytest.mark.parametrize(
    ("state", "said"),
    [
        (LabState(places={"atlantis": {"aid": 1.0}}), "this page has no place 'atlantis'"),
        (LabState(resolve="reluctant"), "it changes the world itself"),
    ],
)
def test_a_link_that_a_file_cannot_show_is_said_there(
    open_page: Callable[..., Any], played: Callable[..., None], tmp_path: Path, state: LabState, said: str
) -> None:
    """A page on its own has nobody who checks what is in its address."""
    file = tmp_path / "page.html"
    assert main(["publish", "2017", "--policies", "half-a-loaf,laissez-faire", "--no-answer", "--out", str(file)]) == 0
    page = open_page(own=True)
    page.watched.allowed += ["^request to file:"]
    page.goto(f"{file.as_uri()}#s={state.encode()}")
    played(page)
    assert said in page.get_by_test_id("notice").inner_text()
    assert page.get_by_test_id("undo").is_disabled(), "nothing was set"
