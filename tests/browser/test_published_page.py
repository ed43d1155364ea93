"""A published page plays by itself: from disk, the same bytes as the library, with no request to anybody."""

import base64
import hashlib
import json
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import yaml
from recorded import RECORDED

from greatpowers import HEADLINES, History, chronicle, compare, ensemble, explain, explore, load_policy, load_scenario
from greatpowers.browser.layout import plain_data
from greatpowers.cli import main
from greatpowers.core.history import TheatreColumn
from greatpowers.core.kernel import core_fingerprint, is_compiled
from greatpowers.core.ladder import TOP_RUNG
from greatpowers.scenario.schema import PolicyPreset
from greatpowers.server.explanations import explanation_data, parting
from greatpowers.server.published import CITATION
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


@pytest.fixture
def page(browser: "Browser") -> Iterator["Page"]:
    """A page of which nothing may complain, and which may ask for nothing but its file and its own worker."""
    tab, complaints = browser.new_page(), []
    tab.on("console", lambda message: complaints.append(message.text))
    tab.on("pageerror", lambda error: complaints.append(str(error)))
    tab.on(
        "request",
        lambda one: complaints.append(one.url) if not one.url.startswith(("file:", "blob:null/")) else None,
    )
    yield tab
    tab.close()
    assert complaints == []


@pytest.mark.parametrize("scenario", ["template", "2017"])
def test_it_plays_the_bytes_of_the_library(page: "Page", files: dict[str, Path], scenario: str) -> None:
    page.goto(files[scenario].as_uri())
    encoded = page.evaluate(PLAYED, ["half-a-loaf", 7, list(RECORDED)])
    history = simulate(scenario, "half-a-loaf", 7)
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
    story, shown = json.loads(line_of_story), simulate("2017", "half-a-loaf", 0)
    explanation = explanation_data(explain(shown, story["theatre"], int(story["round"])))
    assert (story["marks"], story["countries"] > 100) == (len(shown.scenario.theatres), True)
    parts = {"happened": explanation["happened"], "chosen": explanation["reasons"], "believed": explanation["believed"]}
    assert story["parts"] == {f"story-{name}": " ".join(sentences) for name, sentences in parts.items()}


def numbers_of(page: "Page", column: str) -> dict[str, list[float]]:
    """Mean, low and high of every row of the table of matched runs."""
    found = page.evaluate(
        """(column) => [...document.querySelectorAll("#compared tbody tr")].map((row) => [row.dataset.metric,
            JSON.parse(row.querySelector(`[data-of-row=${column}]`).dataset.values)])""",
        column,
    )
    return dict(found)


def test_it_compares_what_the_library_compares(page: "Page", files: dict[str, Path]) -> None:
    """In the table, and below in the drawings of all histories, one click down."""
    page.goto(files["template"].as_uri())
    page.select_option("#policy", "half-a-loaf")
    page.select_option("#other", "containment")
    page.wait_for_selector("body[data-compared='half-a-loaf containment']", timeout=120_000)
    found = compare("template", ["containment", "half-a-loaf"], seeds=200)
    for metric in HEADLINES:
        expected = {
            "difference": found.versus("half-a-loaf", "containment", metric)[0],
            "a": found.estimate("half-a-loaf", metric),
            "b": found.estimate("containment", metric),
        }
        for column, values in expected.items():
            assert numbers_of(page, column)[metric] == pytest.approx(list(values), rel=1e-9, abs=1e-15), metric
    _, low, high = numbers_of(page, "difference")["mean_severity"]
    verdict = "no detectable difference" if low <= 0 <= high else "better" if high < 0 else "worse"
    assert page.locator("#compared tr[data-metric=mean_severity]").get_attribute("data-verdict") == verdict
    page.locator("#compare > summary").press("Enter")
    page.locator("gp-odds[data-runs='200']").wait_for()
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
    page.goto(files[scenario].as_uri())
    page.select_option("#policy", "containment")
    page.select_option("#other", "laissez-faire")
    page.locator("#compare > summary").click()
    for seed, policy in ((0, load_policy("containment")), (2, changed(sanctions=0.1))):  # on luck 1 no choice differs
        if seed:
            page.locator("#lever-sanctions").fill("0.1")
            page.locator("#told", has_text="Containment, changed").wait_for()
            page.click("#next", click_count=seed)
        ours, theirs = (simulate(scenario, played, seed) for played in (policy, "laissez-faire"))
        wanted = parting(theirs, ours)
        told = page.get_by_test_id("parting")
        first = wanted["paragraphs"][-1].replace(policy.title, f"{policy.title}, changed" if seed else policy.title)
        told.locator("p", has_text=first).wait_for()
        assert told.get_attribute("data-round") == str(wanted["round"])
        at, places = wanted["decision"], [theatre.id for theatre in ours.scenario.theatres]
        assert told.get_attribute("data-decision") == (at and f"{places[at['theatre']]} {at['round']}")
        assert chronicle_on(page, "gp-compare gp-chronicle[which=a]") == chronicle_of(ours)
        assert chronicle_on(page, "gp-compare gp-chronicle[which=b]") == chronicle_of(theirs)
    page.get_by_test_id("parting-b").click()
    page.wait_for_selector("[data-testid=story][data-state=told]")
    assert "Under Laissez-faire" in page.get_by_test_id("story").inner_text()


def test_a_moved_lever_changes_the_history_until_it_is_put_back(page: "Page", files: dict[str, Path]) -> None:
    page.goto(files["template"].as_uri())
    page.select_option("#policy", "half-a-loaf")
    page.wait_for_selector("body[data-played='half-a-loaf 0']")
    text = page.inner_text("#told")
    page.locator("#lever-sanctions").fill("0")
    # A function to wait for would need `eval`, which the page forbids.
    page.locator("#told", has_text="Half a loaf, changed").wait_for()
    page.click("#back")
    page.locator("#told", has_not_text="changed").wait_for()
    assert page.inner_text("#told") == text


def test_the_answer_stands_first_and_leads_to_history_and_levers(page: "Page", files: dict[str, Path]) -> None:
    """It is the answer of the page that is served; the choice of place and the ways on are those of its element."""
    page.goto(files["template"].as_uri())
    scenario = load_scenario("template")
    pair = policies_asked(scenario)
    assert pair is not None
    answer = list(answers(scenario, pair))[-1]
    assert page.get_by_test_id("verdict").inner_text() == answer["places"][0]["verdict"]
    assert page.locator(".gq-row").count() == sum(
        len(panel["rows"]) + 1 for panel in (*answer["places"][0]["panels"], *answer["world"])
    )
    page.get_by_test_id("what-if").click()
    assert page.evaluate("document.activeElement.id") == "lever-sanctions"
    page.set_viewport_size({"width": 390, "height": 844})
    widths = "[...document.querySelectorAll('figure svg')].map((drawing) => drawing.getBoundingClientRect().width)"
    assert max(page.evaluate(widths)) < 390, "curves end where a telephone does"
    page.goto(files["2017"].as_uri())
    assert page.locator("gp-question").count() == 0, "it was made without"


def test_each_lever_says_how_far_it_moves_outcomes(page: "Page", files: dict[str, Path]) -> None:
    page.goto(files["template"].as_uri())
    page.select_option("#policy", "containment")
    page.wait_for_selector("body[data-effects=containment]", timeout=120_000)
    high, low = (ensemble("template", changed(sanctions=value), 20).runs["mean_severity"] for value in (1.0, 0.0))
    apart = high - low
    half = 2.0930241 * apart.std() / 20**0.5
    text = page.locator("#effect-sanctions").inner_text().replace("−", "-")
    assert text.startswith("From 0% to 100%: escalation ")
    numbers = [float(number) for number in re.findall(r"[-+]?\d\.\d+", text)][:2]
    assert numbers == pytest.approx([apart.mean(), half], abs=half / 19), "two digits of the half"


def test_a_history_follows_the_hand_and_shows_where_it_was(page: "Page", files: dict[str, Path]) -> None:
    page.goto(files["template"].as_uri())
    page.wait_for_selector("body[data-compared]", timeout=120_000)
    drawn, ghost = (page.locator(f"gp-series .gw-{kind}").nth(1) for kind in ("line", "ghost"))
    before = drawn.get_attribute("d")
    assert before and not ghost.get_attribute("d")
    page.evaluate("""const slider = document.getElementById("lever-sanctions");
        for (const value of [0.9, 0.6, 0.3, 0.1]) {
            slider.value = value;
            slider.dispatchEvent(new Event("input"));
        }""")
    page.wait_for_selector("body[data-compared]", timeout=120_000)
    assert ghost.get_attribute("d") not in ("", drawn.get_attribute("d"))
    assert "Containment, changed" in page.locator("#compared thead").inner_text()
    levers = {"sanctions": 0.1}
    assert page.evaluate(PLAYED, ["containment", 0, ["track.metrics"], levers]) != page.evaluate(
        PLAYED, ["containment", 0, ["track.metrics"]]
    )


def changed(**levers: float) -> PolicyPreset:
    """Containment with levers that hold everywhere."""
    return load_policy("containment").model_copy(update={"everywhere": levers})


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


def test_the_world_on_the_page_is_that_of_the_library(page: "Page", files: dict[str, Path]) -> None:
    page.goto(files["2017"].as_uri())
    page.wait_for_selector("body[data-played='half-a-loaf 0']")
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
            shown = float(row.locator("[data-column=sanctions]").text_content())
            assert shown == pytest.approx(now[k, TheatreColumn.SANCTIONS], rel=1e-3)
            mark = page.get_by_test_id(f"theatre-{place}")
            rung = TOP_RUNG if now[k, TheatreColumn.WAR] else now[k, TheatreColumn.RUNG]
            assert mark.get_attribute("data-rung") == f"{rung:.0f}"
    page.get_by_test_id("theatre-donbas").press("Enter")
    assert page.locator("gp-panel[data-theatre=donbas] .gw-weighs").count() == 1


@pytest.mark.parametrize("scenario", ["template", "2017"])
def test_a_step_is_explained_in_the_librarys_words(page: "Page", files: dict[str, Path], scenario: str) -> None:
    """By keys alone; levers that were moved are part of the history that is explained."""
    page.goto(files[scenario].as_uri())
    page.select_option("#policy", "containment")
    page.locator("#lever-sanctions").fill("0.1")
    page.locator("gp-world").locator("gp-panel").wait_for()
    history = simulate(scenario, changed(sanctions=0.1), 0)
    page.locator("#told", has_text="Containment, changed").wait_for()
    page.wait_for_selector("body[data-compared]", timeout=120_000)
    assert chronicle_on(page) == chronicle_of(history)
    entry = page.locator("gp-chronicle button.gs-entry").first
    entry.press("Enter")
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
    page.goto(files["template"].as_uri())
    page.wait_for_selector("body[data-played]")
    page.get_by_test_id("why").click()
    page.locator("[data-testid=time-play][data-playing=true]").wait_for()
    assert page.evaluate("document.activeElement.dataset.testid") == "time-play"
    assert 0 <= page.locator("gp-map").bounding_box()["y"] < 400
    page.keyboard.press("Space")
    page.locator("[data-testid=time-play][data-playing=false]").wait_for()


def test_the_map_can_be_taken_along(page: "Page", files: dict[str, Path]) -> None:
    page.goto(files["2017"].as_uri())
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
    inside.locator("body[data-compared='containment laissez-faire']").wait_for(timeout=120_000)
    expected = simulate("template", "containment", 0).track.metrics
    assert f"order {expected[-1, 14]:.3g} at the end" in inside.locator("#told").inner_text()


def test_other_luck_is_another_history_and_a_wrong_seed_is_told(page: "Page", files: dict[str, Path]) -> None:
    page.goto(files["template"].as_uri())
    page.select_option("#policy", "half-a-loaf")
    page.click("#next")
    page.wait_for_selector("body[data-played='half-a-loaf 1']")
    expected = simulate("template", "half-a-loaf", 1).track.metrics
    assert f"order {expected[-1, 14]:.3g} at the end" in page.inner_text("#told")
    page.fill("#seed", "-1")
    page.press("#seed", "Tab")
    page.locator("#told", has_text="expected a whole number").wait_for()


def test_it_is_small_strict_and_says_what_it_is(files: dict[str, Path]) -> None:
    text = files["2017"].read_text(encoding="utf-8")
    assert len(text.encode()) < 2_000_000
    (policy,) = re.findall(r'Content-Security-Policy" content="([^"]+)"', text)
    assert policy.startswith("default-src 'none'; script-src 'sha256-") and "unsafe-inline" not in policy
    cited = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    assert CITATION.startswith(f"{cited['authors'][0]['name']}: {cited['title']}.")
    assert core_fingerprint() in text and CITATION.format(cited["version"]) in text


@pytest.mark.parametrize("width", [1280, 390])
def test_it_fits(page: "Page", files: dict[str, Path], width: int) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    page.goto(files["2017"].as_uri())
    page.wait_for_selector("gp-strip svg")
    page.locator("#compare > summary").click()
    page.wait_for_selector("gp-odds[data-runs='200']")
    assert page.evaluate("document.documentElement.scrollWidth") <= width


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
