"""A published page plays by itself: from disk, the same bytes as the library, with no request to anybody."""

import base64
import hashlib
import json
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import yaml
from partings import parting
from quiet_pages import NO_MATCHED_RUNS, STILL_LIGHT
from recorded import RECORDED

from greatpowers import (
    HEADLINES,
    History,
    Scenario,
    chronicle,
    compare,
    ensemble,
    explain,
    explore,
    load_scenario,
)
from greatpowers.browser.layout import plain_data
from greatpowers.cli import main
from greatpowers.core.history import TheatreColumn
from greatpowers.core.kernel import core_fingerprint, is_compiled
from greatpowers.core.ladder import TOP_RUNG
from greatpowers.dictionary import METRIC_NAMES
from greatpowers.scenario.schema import PolicyPreset
from greatpowers.server.explanations import explanation_data
from greatpowers.server.page import CITATION
from greatpowers.server.state import Change, LabState, Settings, unpack
from greatpowers.server.worlds import variant
from greatpowers.simulation.intervals import BANDS, quantiles
from greatpowers.simulation.run import simulate
from greatpowers.simulation.setup import prepare
from greatpowers.studies.question import answers, policies_asked

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

HERE, ROOT = Path(__file__).parent, Path(__file__).parents[2]
POLICIES = ("half-a-loaf", "containment", "laissez-faire")
PLAYED = """async ([policy, seed, parts, levers]) => {
    const history = await greatpowers.play(policy, seed, levers);
    return parts.map((part) => {
        const bytes = new Uint8Array(history[part].buffer);
        let text = "";
        for (let at = 0; at < bytes.length; at += 8192) text += String.fromCharCode(...bytes.subarray(at, at + 8192));
        return btoa(text);
    });
}"""

pytestmark = pytest.mark.skipif(not is_compiled(), reason="as plain Python the histories would take long")


def published(scenario: str, path: Path, *options: str) -> Path:
    assert main(["publish", scenario, "--policies", ",".join(POLICIES), "--out", str(path), *options]) == 0
    return path


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    place = tmp_path_factory.mktemp("published")
    return {
        "template": published("template", place / "template.html"),
        "2017": published("2017", place / "2017.html", "--no-answer"),
    }


def new_tab(browser: "Browser") -> Iterator["Page"]:
    """A page of which nothing may complain, and which may ask for nothing but its file and its own worker."""
    tab, complaints = browser.new_page(), []
    tab.add_init_script(STILL_LIGHT)
    tab.set_default_timeout(180_000)
    tab.on("console", lambda message: complaints.append(message.text))
    tab.on("pageerror", lambda error: complaints.append(str(error)))
    tab.on(
        "request",
        lambda one: complaints.append(one.url) if not one.url.startswith(("file:", "blob:null/")) else None,
    )
    yield tab
    tab.close()
    assert complaints == []


@pytest.fixture
def page(browser: "Browser") -> Iterator["Page"]:
    """A page without its matched runs, which few tests look at."""
    for tab in new_tab(browser):
        tab.add_init_script(NO_MATCHED_RUNS)
        yield tab


@pytest.fixture
def matched_page(browser: "Browser") -> Iterator["Page"]:
    """A page that plays its matched runs."""
    yield from new_tab(browser)


def opened(page: "Page", file: Path, view: str = "", link: str = "") -> None:
    """Open a file, with a link or not, and wait for its histories; in a view if one is named."""
    page.goto(f"{file.as_uri()}{link}")
    shown(page)
    if view:
        page.get_by_test_id(f"tab-{view}").click()


def shown(page: "Page") -> None:
    """Wait until what is set is what is shown. A function to wait for would need `eval`, which the page forbids."""
    page.wait_for_selector("html[data-history]:not([data-stale])", state="attached")


def follow(page: "Page", policy: str, against: str = "") -> None:
    """Choose a policy, and one to compare with."""
    page.get_by_test_id("policy").select_option(policy)
    if against:
        page.get_by_test_id("against").select_option(against)
    shown(page)


def move(page: "Page", lever: str, value: float) -> None:
    """Move a lever to a value and let it go."""
    page.get_by_test_id(f"slider-{lever}").fill(str(value))
    shown(page)


def matched(page: "Page") -> None:
    """Wait for all matched runs of what is shown."""
    key = page.locator("html").get_attribute("data-history")
    page.wait_for_selector(f"gp-odds[data-runs='200'][data-key='{key}']")


def varied(scenario: str, policy: str, *changes: Change, **levers: Any) -> tuple[Scenario, PolicyPreset]:
    """A policy with levers set over it and changes at later rounds, in a world that states its single places."""
    world = load_scenario(scenario)
    made = variant(world, policy, Settings(**levers), changes, "changed")
    return world.model_copy(update={"terms": (*world.terms, *made.terms)}), made.policy


def in_link(address: str) -> LabState:
    """What the address of a page holds."""
    return LabState.model_validate_json(unpack(address.partition("#s=")[2]))


def chronicle_on(page: "Page", which: str = "gp-world gp-chronicle") -> list[tuple[int, str]]:
    """What a chronicle on the page says: rounds and texts."""
    entries = page.evaluate(
        """(which) => [...document.querySelector(which).querySelectorAll(".gs-entry")].map(
        (entry) => [Number(entry.closest(".gs-quarter").dataset.round), entry.textContent])""",
        which,
    )
    return [(number, text) for number, text in entries]


def chronicle_of(history: History) -> list[tuple[int, str]]:
    return [(entry.round, f"{entry.place} {' '.join(entry.sentences)}") for entry in chronicle(history).entries]


def assert_shows(page: "Page", history: History, which: str = "a") -> None:
    """The page tells this history, number by number and event by event."""
    told = page.evaluate("(which) => greatpowers.payload(which)", which)
    for at, name in enumerate(METRIC_NAMES):
        assert told["metrics"][name] == pytest.approx(history.track.metrics[:, at], rel=6e-4, abs=1e-12), name
    assert [event["round"] for event in told["events"]] == history.codes[:, 0].tolist()


@pytest.mark.parametrize("scenario", ["template", "2017"])
def test_it_plays_the_bytes_of_the_library(page: "Page", files: dict[str, Path], scenario: str) -> None:
    page.goto(files[scenario].as_uri())
    everywhere = varied(scenario, "half-a-loaf", levers={"sanctions": 0.8})
    for levers, played in (({}, (scenario, "half-a-loaf")), ({"sanctions": 0.8}, everywhere)):
        encoded = page.evaluate(PLAYED, ["half-a-loaf", 7, list(RECORDED), levers])
        history = simulate(*played, 7)
        expected = [*history.track[:3], history.track.trace_rows, history.codes, history.numbers]
        assert [base64.b64decode(part) for part in encoded] == [part.tobytes() for part in expected]


def test_firefox_plays_the_same_bytes_and_tells_the_same_story(npm_tools: str, files: dict[str, Path]) -> None:
    firefox, node = shutil.which("firefox-esr") or shutil.which("firefox"), shutil.which("node")
    if firefox is None or node is None:
        pytest.skip("there is no Firefox; install Debian's firefox-esr")
    histories = [("half-a-loaf", 0), ("containment", 7)]
    line = [
        node,
        str(HERE / "firefox.mjs"),
        firefox,
        files["2017"].as_uri(),
        PLAYED,
        json.dumps([[*each, RECORDED] for each in histories]),
    ]
    done = subprocess.run(line, capture_output=True, encoding="utf-8", check=False)
    assert done.returncode == 0, done.stderr
    *digests, line_of_story = done.stdout.splitlines()
    for digest, (policy, seed) in zip(digests, histories, strict=True):
        history = simulate("2017", policy, seed)
        whole = hashlib.sha256()
        for part in (*history.track[:3], history.track.trace_rows, history.codes, history.numbers):
            whole.update(part.tobytes())
        assert digest == whole.hexdigest()
    story, history = json.loads(line_of_story), simulate("2017", "half-a-loaf", 0)
    explanation = explanation_data(explain(history, story["theatre"], int(story["round"])))
    assert (story["marks"], story["countries"] > 100) == (len(history.scenario.theatres), True)
    parts = {"happened": explanation["happened"], "chosen": explanation["reasons"], "believed": explanation["believed"]}
    assert story["parts"] == {f"story-{name}": " ".join(sentences) for name, sentences in parts.items()}


def numbers_of(page: "Page", column: str) -> dict[str, list[float]]:
    """Mean, low and high of every row of the table of matched runs."""
    found = page.evaluate(
        """(column) => [...document.querySelectorAll("gp-headlines tbody tr")].map((row) => [row.dataset.metric,
            JSON.parse(row.querySelector(`[data-of-row=${column}]`).dataset.values)])""",
        column,
    )
    return dict(found)


def test_it_compares_what_the_library_compares(matched_page: "Page", files: dict[str, Path]) -> None:
    """In the table, and below in the drawings of all histories."""
    page = matched_page
    opened(page, files["template"], "compare")
    follow(page, "half-a-loaf", "containment")
    matched(page)
    found = compare("template", ["containment", "half-a-loaf"], seeds=200)
    for metric in HEADLINES:
        expected = {
            "difference": found.versus("half-a-loaf", "containment", metric)[0],
            "a": found.estimate("half-a-loaf", metric),
            "b": found.estimate("containment", metric),
        }
        for column, values in expected.items():
            assert numbers_of(page, column)[metric] == pytest.approx(list(values), rel=1e-9, abs=1e-15), metric
    shares = page.locator("[data-testid=figure-outcomes] table tr").all()[1:]
    for row, policy in zip(shares, ("half-a-loaf", "containment"), strict=True):
        intervals = [float(cell.text_content() or "") for cell in row.locator("td").all()]
        assert intervals == pytest.approx(found.outcomes.loc[policy].tolist())
    last = page.locator("[data-testid=figure-fan-order] table tr").last.locator("td").all()
    order = found.series[:, ..., found.series_metrics.index("order")]
    for place, run in enumerate(order[::-1]):
        intervals = [float(cell.text_content() or "") for cell in last[5 * place : 5 * place + 5]]
        at = len(run[0]) - 1 - (len(run[0]) - 1) % 8
        assert intervals == pytest.approx(quantiles(run, tuple(BANDS.values()))[:, at].tolist(), rel=1e-9)


@pytest.mark.parametrize("scenario", ["template", "2017"])
def test_two_histories_on_the_same_luck_stand_side_by_side(page: "Page", files: dict[str, Path], scenario: str) -> None:
    """Both are the library's, and so is where they part; a moved lever and other luck are another pair."""
    opened(page, files[scenario], "compare")
    follow(page, "containment", "laissez-faire")
    for seed, sanctions in ((0, None), (2, 0.1)):  # on luck 1 no choice differs
        if sanctions is not None:
            move(page, "sanctions", sanctions)
            page.get_by_test_id("seed").fill(str(seed))
            page.get_by_test_id("seed").press("Tab")
            shown(page)
        played = (scenario, "containment") if sanctions is None else varied(
            scenario, "containment", elsewhere={"sanctions": sanctions}
        )  # fmt: skip
        ours, theirs = simulate(*played, seed), simulate(scenario, "laissez-faire", seed)
        wanted = parting(theirs, ours)
        told = page.get_by_test_id("parting")
        told.locator("p", has_text=wanted["paragraphs"][-1]).wait_for()
        assert told.get_attribute("data-round") == str(wanted["round"])
        at, places = wanted["decision"], [theatre.id for theatre in ours.scenario.theatres]
        assert told.get_attribute("data-decision") == (at and f"{places[at['theatre']]} {at['round']}")
        assert chronicle_on(page, "gp-compare gp-chronicle[which=a]") == chronicle_of(ours)
        assert chronicle_on(page, "gp-compare gp-chronicle[which=b]") == chronicle_of(theirs)
    page.get_by_test_id("parting-b").click()
    page.wait_for_selector("[data-testid=story][data-state=told]")
    assert "Under Laissez-faire" in page.get_by_test_id("story").inner_text()


def test_a_moved_lever_changes_the_history_until_it_is_put_back(page: "Page", files: dict[str, Path]) -> None:
    """By its button, and by undoing; what is set is in the address."""
    opened(page, files["template"], "world")
    follow(page, "half-a-loaf")
    outcome = page.get_by_test_id("outcome")
    text, as_it_was = outcome.inner_text(), simulate("template", "half-a-loaf", 0)
    for put_back in (page.get_by_role("button", name="back to the policy's own"), page.get_by_test_id("undo")):
        move(page, "sanctions", 0)
        assert outcome.inner_text().startswith("Half a loaf (changed), seed 0")
        assert in_link(page.url).elsewhere == {"sanctions": 0}
        assert_shows(page, simulate(*varied("template", "half-a-loaf", elsewhere={"sanctions": 0.0}), 0))
        put_back.click()
        shown(page)
        assert outcome.inner_text() == text
        assert in_link(page.url).elsewhere == {}
        assert_shows(page, as_it_was)
    page.get_by_test_id("redo").click()
    shown(page)
    assert "(changed)" in outcome.inner_text()


def test_levers_act_where_and_from_when_they_are_set(page: "Page", files: dict[str, Path]) -> None:
    """In one place from the start, from the round shown on, and over the policy compared with, whose places scale."""
    opened(page, files["2017"])
    follow(page, "half-a-loaf", "containment")
    scope, where = page.get_by_test_id("scope"), page.get_by_test_id("where")
    where.locator("summary").click()
    where.get_by_label("Estonia").check()
    move(page, "aid", 0.9)
    where.get_by_label("Estonia").uncheck()
    page.get_by_test_id("scrubber").fill("20")
    scope.locator("[data-scope=here]").click()
    move(page, "sanctions", 0.7)
    where.get_by_label("Taiwan").check()
    move(page, "sanctions", 0.2)
    where.get_by_label("Taiwan").uncheck()
    scope.locator("[data-scope=against]").click()
    page.locator("[data-testid=own-sanctions] > summary").click()
    page.get_by_test_id("reach-sanctions").select_option("scaled")
    move(page, "sanctions", 0.4)
    state, in_estonia = in_link(page.url), {"estonia": {"aid": 0.9}}
    assert state.settings == Settings(places=in_estonia)
    later = Change(from_round=20, elsewhere={"sanctions": 0.7}, places={"taiwan": {"sanctions": 0.2}})
    assert state.changes == (later,)
    assert state.against_set == Settings(scaled={"sanctions": 0.4})
    assert_shows(page, simulate(*varied("2017", "half-a-loaf", later, places=in_estonia), 0))
    assert_shows(page, simulate(*varied("2017", "containment", scaled={"sanctions": 0.4}), 0), "b")


def test_a_policy_can_change_at_a_later_round(page: "Page", files: dict[str, Path]) -> None:
    opened(page, files["template"], "world")
    follow(page, "half-a-loaf")
    page.get_by_test_id("scrubber").fill("12")
    page.get_by_test_id("drop-change").select_option("follow laissez-faire")
    page.get_by_test_id("drop-set").click()
    page.get_by_test_id("scrubber").fill("30")
    page.get_by_test_id("drop-change").select_option("withdraw")
    page.get_by_test_id("drop-set").click()
    shown(page)
    listed = page.get_by_role("list", name="Changes of policy").get_by_role("listitem")
    assert [text.split("\n")[0] for text in listed.all_inner_texts()] == ["2003Q1", "2007Q3"]
    changes = (Change(from_round=12, policy="laissez-faire"), Change(from_round=30, levers={"deal": 0.0}))
    assert in_link(page.url).changes == changes
    assert_shows(page, simulate(*varied("template", "half-a-loaf", *changes), 0))
    listed.first.get_by_role("button", name="Remove").click()
    shown(page)
    assert_shows(page, simulate(*varied("template", "half-a-loaf", changes[1]), 0))


EVERYTHING = LabState(
    policy="containment",
    elsewhere={"sanctions": 0.3},
    scaled={"aid": 0.2},
    levers={"deal": 1.0},
    places={"taiwan": {"standing": 0.9}},
    changes=(
        Change(from_round=12, policy="half-a-loaf", levers={"strike": 0.5}),
        Change(from_round=40, places={"donbas": {"aid": 1.0}}),
    ),
    against="half-a-loaf",
    against_set=Settings(levers={"sanctions": 0.9}),
    seed=5,
    view="compare",
    cursor=17,
)


def test_a_link_opens_all_that_is_set(page: "Page", files: dict[str, Path]) -> None:
    """One that the library wrote; and the page's own, which it writes once something has been moved."""
    levers = EVERYTHING.settings.model_dump()
    ours = simulate(*varied("2017", "containment", *EVERYTHING.changes, **levers), 5)
    theirs = simulate(*varied("2017", "half-a-loaf", levers={"sanctions": 0.9}), 5)
    link = f"#s={EVERYTHING.encode()}"
    for cursor in (17, 18):
        opened(page, files["2017"], link=link)
        page.wait_for_selector(f"gp-apart[data-round='{cursor}']")
        assert chronicle_on(page, "gp-compare gp-chronicle[which=a]") == chronicle_of(ours)
        assert chronicle_on(page, "gp-compare gp-chronicle[which=b]") == chronicle_of(theirs)
        assert page.get_by_test_id("notice").is_hidden()
        page.keyboard.press("ArrowRight")
        page.wait_for_selector(f"gp-apart[data-round='{cursor + 1}']")
        after = EVERYTHING.model_copy(update={"cursor": cursor + 1})
        page.wait_for_url(lambda url, after=after: in_link(url) == after)
        link = f"#{page.url.partition('#')[2]}"
        page.goto("about:blank")


def test_another_link_is_opened_where_one_is_open(page: "Page", files: dict[str, Path]) -> None:
    """As when it is put into the address of a page: nothing is loaded anew, and it can be undone."""
    opened(page, files["template"], "world")
    follow(page, "half-a-loaf")
    for link, sentence in ((LabState(policy="detente"), "no policy 'detente'"), (LabState(scenario="template"), "")):
        link = link.model_copy(update={"seed": 4, "cursor": 9})
        page.evaluate("(link) => { location.hash = `s=${link}`; }", link.encode())
        notice = page.get_by_test_id("notice")
        notice.locator("visible=true", has_text=sentence).wait_for() if sentence else notice.wait_for(state="hidden")
        shown(page)
    page.locator("gp-table[data-round='9']").wait_for(state="attached")
    assert_shows(page, simulate("template", "half-a-loaf", 4))
    page.get_by_test_id("undo").click()
    shown(page)
    assert_shows(page, simulate("template", "half-a-loaf", 0))


@pytest.mark.parametrize(
    ("link", "sentence"),
    [
        ("#s=q1ZKL", "could not be opened"),
        (f"#s={LabState(policy='rollback').encode()}", "this page has no policy 'rollback'"),
        (f"#s={LabState(changes=(Change(from_round=3, policy='detente'),)).encode()}", "no policy 'detente'"),
        (f"#s={LabState(scenario='1913').encode()}", "it is of another world, '1913'"),
        (f"#s={LabState(resolve='committed').encode()}", "it changes the world itself"),
        (f"#s={LabState(places={'nowhere': {'aid': 1.0}}).encode()}", "this page has no place 'nowhere'"),
    ],
)
def test_a_link_that_is_not_for_it_is_told(page: "Page", files: dict[str, Path], link: str, sentence: str) -> None:
    opened(page, files["2017"], link=link)
    assert sentence in page.get_by_test_id("notice").inner_text()
    assert_shows(page, simulate("2017", "half-a-loaf", 0))


def test_what_needs_a_server_is_not_there(page: "Page", files: dict[str, Path]) -> None:
    opened(page, files["template"])
    tabs = page.get_by_role("tablist", name="Views").get_by_role("tab")
    assert tabs.all_inner_texts() == ["Question", "World", "Compare"]
    for name in ("export", "scenario", "powers", "upload"):
        assert page.get_by_test_id(name).count() == 0, name
    for view in ("play", "question"):  # it was made without an answer
        page.goto("about:blank")
        opened(page, files["2017"], link=f"#s={LabState(view=view, cursor=3).encode()}")
        assert tabs.all_inner_texts() == ["World", "Compare"]
        assert tabs.first.get_attribute("aria-selected") == "true", "a link to what is not there opens what is"
        page.locator("gp-table[data-round='3']").wait_for(state="attached")


def test_the_answer_stands_first_and_leads_to_history_and_levers(page: "Page", files: dict[str, Path]) -> None:
    """It is the answer of the page that is served; the choice of place and the ways on are those of its element."""
    opened(page, files["template"])
    scenario = load_scenario("template")
    pair = policies_asked(scenario)
    assert pair is not None
    answer = list(answers(scenario, pair))[-1]
    assert page.get_by_test_id("verdict").inner_text() == answer["places"][0]["verdict"]
    assert page.locator(".gq-row").count() == sum(
        len(panel["rows"]) + 1 for panel in (*answer["places"][0]["panels"], *answer["world"])
    )
    page.get_by_test_id("what-if").click()
    page.locator("gp-levers input:focus").wait_for()
    page.get_by_test_id("tab-question").click()
    page.set_viewport_size({"width": 390, "height": 844})
    page.locator(".gq-curve").wait_for()
    widths = "[...document.querySelectorAll('figure svg')].map((drawing) => drawing.getBoundingClientRect().width)"
    assert max(page.evaluate(widths)) < 390, "curves end where a telephone does"
    opened(page, files["2017"])
    assert page.get_by_test_id("tab-world").get_attribute("aria-selected") == "true", "it was made without"


def test_each_lever_says_how_far_it_moves_outcomes(matched_page: "Page", files: dict[str, Path]) -> None:
    page = matched_page
    opened(page, files["template"], "world")
    follow(page, "containment")
    page.wait_for_selector("html[data-effects]", state="attached")
    high, low = (
        ensemble(*varied("template", "containment", elsewhere={"sanctions": value}), 20).runs["mean_severity"]
        for value in (1.0, 0.0)
    )
    apart = high - low
    half = 2.0930241 * apart.std() / 20**0.5
    text = page.locator("#effect-sanctions").inner_text().replace("−", "-")
    assert text.startswith("From 0% to 100%: escalation ")
    numbers = [float(number) for number in re.findall(r"[-+]?\d\.\d+", text)][:2]
    assert numbers == pytest.approx([apart.mean(), half], abs=half / 19), "two digits of the half"


def test_a_history_follows_the_hand_and_shows_where_it_was(page: "Page", files: dict[str, Path]) -> None:
    opened(page, files["template"], "world")
    follow(page, "containment")
    drawn, ghost = (page.locator(f"gp-series .gw-{kind}").nth(1) for kind in ("line", "ghost"))
    before = drawn.get_attribute("d")
    assert before and not ghost.get_attribute("d")
    page.get_by_test_id("slider-sanctions").evaluate(
        """(slider) => {
        for (const value of [0.9, 0.6, 0.3, 0.1]) {
            slider.value = value;
            slider.dispatchEvent(new Event("input"));
        }}"""
    )
    page.wait_for_selector("gp-series .gw-ghost:not([d=''])", state="attached")
    page.locator("[data-testid=value-lever-sanctions]", has_text="10%").wait_for()
    assert page.locator("html").get_attribute("data-stale") is None, "nothing is set while the hand holds it"
    page.get_by_test_id("slider-sanctions").dispatch_event("change")
    shown(page)
    assert_shows(page, simulate(*varied("template", "containment", elsewhere={"sanctions": 0.1}), 0))
    assert drawn.get_attribute("d") != before
    assert ghost.get_attribute("d") not in ("", drawn.get_attribute("d"))


def test_the_world_on_the_page_is_that_of_the_library(page: "Page", files: dict[str, Path]) -> None:
    opened(page, files["2017"])
    history = simulate("2017", "half-a-loaf", 0)
    places = [theatre.id for theatre in history.scenario.theatres]
    marks = page.locator("gp-map .gw-theatre")
    assert {mark.get_attribute("data-testid") for mark in marks.all()} == {f"theatre-{place}" for place in places}
    page.locator("gp-map path.gw-state").nth(40).wait_for()
    assert chronicle_on(page) == chronicle_of(history)
    for number in (0, 37, 79):
        page.get_by_test_id("scrubber").fill(str(number))
        page.locator(f"gp-table[data-round='{number}']").wait_for(state="attached")
        now = history.track.theatres[number]
        for k, place in enumerate(places):
            row = page.locator(f"gp-table [data-theatre='{place}']")
            assert row.locator("[data-column=rung]").text_content() == f"{now[k, TheatreColumn.RUNG]:.0f}"
            sanctions = float(row.locator("[data-column=sanctions]").text_content())
            assert sanctions == pytest.approx(now[k, TheatreColumn.SANCTIONS], rel=1e-3)
            mark = page.get_by_test_id(f"theatre-{place}")
            rung = TOP_RUNG if now[k, TheatreColumn.WAR] else now[k, TheatreColumn.RUNG]
            assert mark.get_attribute("data-rung") == f"{rung:.0f}"
    page.get_by_test_id("theatre-donbas").press("Enter")
    assert page.locator("gp-panel[data-theatre=donbas] .gw-weighs").count() == 1


@pytest.mark.parametrize("scenario", ["template", "2017"])
def test_a_step_is_explained_in_the_librarys_words(page: "Page", files: dict[str, Path], scenario: str) -> None:
    """By keys alone; levers that were moved are part of the history that is explained."""
    opened(page, files[scenario], "world")
    follow(page, "containment")
    move(page, "sanctions", 0.1)
    history = simulate(*varied(scenario, "containment", elsewhere={"sanctions": 0.1}), 0)
    assert chronicle_on(page) == chronicle_of(history)
    page.locator("gp-chronicle button.gs-entry").first.press("Enter")
    page.wait_for_selector("[data-testid=story][data-state=told]")
    dialog = page.get_by_test_id("story")
    theatre, number = dialog.get_attribute("data-theatre"), int(dialog.get_attribute("data-round"))
    for later in (0, 1):
        page.wait_for_selector(f"[data-testid=story][data-round='{number + later}']")
        explanation = explanation_data(explain(history, theatre, number + later))
        assert dialog.locator("h2").inner_text() == explanation["title"]
        assert dialog.get_by_test_id("story-happened").inner_text() == " ".join(explanation["happened"])
        assert dialog.get_by_test_id("story-chosen").inner_text() == " ".join(explanation["reasons"])
        assert dialog.get_by_test_id("story-believed").inner_text() == " ".join(explanation["believed"])
        assert dialog.get_by_test_id("story-followed").locator("li").all_inner_texts() == explanation["followed"]
        utilities = [
            f"{1000 * option['utility']:+.3f}".replace("-", "\N{MINUS SIGN}") for option in explanation["options"]
        ]
        assert dialog.locator("[data-term=utility] td").all_inner_texts() == utilities
        page.get_by_test_id("story-after").press("Enter")
    page.keyboard.press("Escape")
    assert dialog.is_hidden()


def test_the_history_is_one_click_below_the_answer(page: "Page", files: dict[str, Path]) -> None:
    opened(page, files["template"])
    page.get_by_test_id("why").click()
    page.locator("[data-testid=time-play][data-playing=true]:focus").wait_for()
    assert 0 <= page.locator("gp-map").bounding_box()["y"] < 400
    page.keyboard.press("Space")
    page.locator("[data-testid=time-play][data-playing=false]").wait_for()


def test_the_map_can_be_taken_along(page: "Page", files: dict[str, Path]) -> None:
    opened(page, files["2017"])
    page.locator("gp-map path.gw-state").nth(40).wait_for()
    for kind, begins in {"png": b"\x89PNG", "svg": b"<svg", "csv": b"kind,id,name"}.items():
        with page.expect_download() as coming:
            page.get_by_test_id(f"save-map-{kind}").click()
        assert Path(coming.value.path()).read_bytes().startswith(begins)


def test_a_cell_of_a_notebook_plays(page: "Page", tmp_path: Path) -> None:
    cell = tmp_path / "exported.html"
    cell.write_text(f"<!doctype html><p>A cell.</p>{explore('template', POLICIES)._repr_html_()}", encoding="utf-8")
    page.goto(cell.as_uri())
    inside = page.frame_locator("iframe")
    played = inside.locator("html[data-history]:not([data-stale])")
    played.wait_for(state="attached")
    expected = simulate("template", "containment", 0).track.metrics
    assert f"order {expected[-1, 14]:.3g} at the end" in inside.get_by_test_id("outcome").inner_text()
    inside.get_by_test_id("slider-sanctions").fill("0")
    played.wait_for(state="attached")
    expected = simulate(*varied("template", "containment", elsewhere={"sanctions": 0.0}), 0).track.metrics
    assert f"order {expected[-1, 14]:.3g} at the end" in inside.get_by_test_id("outcome").inner_text()
    assert inside.locator(".gp-passing p").count() == 0, "a cell has no address to write to, and says nothing of it"


def test_other_luck_is_another_history_and_no_seed_is_no_luck(page: "Page", files: dict[str, Path]) -> None:
    opened(page, files["template"])
    follow(page, "half-a-loaf")
    seed = page.get_by_test_id("seed")
    seed.fill("1")
    seed.press("Tab")
    shown(page)
    assert_shows(page, simulate("template", "half-a-loaf", 1))
    for wrong in ("-1", "1.5", ""):
        seed.fill(wrong)
        seed.press("Tab")
        assert seed.input_value() == "1"
    page.get_by_test_id("another-world").click()
    shown(page)
    assert_shows(page, simulate("template", "half-a-loaf", in_link(page.url).seed))


def test_it_is_small_strict_and_says_what_it_is(page: "Page", files: dict[str, Path]) -> None:
    text = files["2017"].read_text(encoding="utf-8")
    assert len(text.encode()) < 2_000_000
    (policy,) = re.findall(r'Content-Security-Policy" content="([^"]+)"', text)
    assert policy.startswith("default-src 'none'; script-src 'sha256-") and "unsafe-inline" not in policy
    cited = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    assert CITATION.startswith(f"{cited['authors'][0]['name']}: {cited['title']}.")
    opened(page, files["2017"])
    page.get_by_test_id("about").click()
    about = page.get_by_role("dialog", name="About this page").inner_text()
    scenario = load_scenario("2017")
    for part in (core_fingerprint(), CITATION.format(cited["version"]), scenario.summary, scenario.source):
        assert part in about


def test_it_fits(matched_page: "Page", files: dict[str, Path]) -> None:
    page = matched_page
    for scenario, view in (("template", "question"), ("2017", "world"), ("2017", "compare")):
        opened(page, files[scenario], view)
        if view == "compare":
            matched(page)
        for width in (1280, 390):
            page.set_viewport_size({"width": width, "height": 800})
            assert page.evaluate("document.documentElement.scrollWidth") <= width, (view, width)


def test_what_others_have_written_is_left_alone(
    files: dict[str, Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    mine = tmp_path / "mine.html"
    mine.write_text("<p>mine", encoding="utf-8")
    assert main(["publish", "template", "--out", str(mine)]) == 2
    assert "is there already and was not made by greatpowers publish" in capsys.readouterr().err
    assert mine.read_text(encoding="utf-8") == "<p>mine"
    assert main(["publish", "template", "--policies", "containment", "--out", str(files["template"])]) == 0


def test_a_policy_that_is_not_there_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["publish", "template", "--policies", "contain", "--out", str(tmp_path / "page.html")]) == 2
    assert "containment" in capsys.readouterr().err
    assert not (tmp_path / "page.html").exists()


def test_the_world_in_it_is_the_world_of_the_setup(files: dict[str, Path]) -> None:
    arrays = plain_data([prepare("2017", "half-a-loaf", None, None)])["arrays"]
    assert arrays["world.states"] in files["2017"].read_text(encoding="utf-8")
