"""Compare in a real browser, held against the library: intervals, theatres that differ, the parting, and its files."""

import csv
import json
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from partings import parting

import greatpowers as gp
from greatpowers import HEADLINES, Comparison, History, load_policy
from greatpowers.core.trace import Trace
from greatpowers.server.state import LabState
from greatpowers.server.worlds import against_object, policy_object, scenario_object
from greatpowers.simulation.intervals import BANDS, quantiles
from greatpowers.statistics.outcomes import MORE_IS_BETTER

FOLLOWED, AGAINST = "maximum-pressure", "laissez-faire"
"""Policies so far apart that histories under them part, whatever the luck."""
STATE = LabState(view="compare", policy=FOLLOWED, against=AGAINST, cursor=30, rounds=40)
TITLES = tuple(load_policy(name).title for name in (FOLLOWED, AGAINST))
PNG = b"\x89PNG\r\n\x1a\n"


@pytest.fixture(scope="module")
def shared(shared_page: Callable[..., Any]) -> Any:
    """One page for the tests that only look."""
    tab = shared_page(f"?s={STATE.encode()}", matched=True)
    tab.wait_for_selector("gp-odds[data-runs='200']", state="attached")
    tab.wait_for_selector("gp-parting[data-state=told]", state="attached")
    tab.wait_for_selector("gp-headlines[data-open]", state="attached")
    return tab


@pytest.fixture(scope="module")
def histories() -> tuple[History, History]:
    """The policy followed and the one compared with, on the same luck."""
    ours, theirs = (gp.simulate("2017", policy, STATE.seed, STATE.rounds) for policy in (FOLLOWED, AGAINST))
    return ours, theirs


@pytest.fixture(scope="module")
def comparison() -> Comparison:
    """What the library says of the same seeds, and of draws of the parameters."""
    return gp.compare("2017", [AGAINST, FOLLOWED], seeds=200, rounds=STATE.rounds, posterior="record")


def intervals(page: Any, column: str = "difference") -> dict[str, list[float]]:
    """Mean, low and high of every headline metric, as the page has them."""
    by_metric: dict[str, list[float]] = page.evaluate(
        """(column) => Object.fromEntries([...document.querySelectorAll('[data-testid=headlines] tbody tr')].map(
            (row) => [row.dataset.metric, JSON.parse(row.querySelector(`[data-of-row=${column}]`).dataset.values)]))""",
        column,
    )
    return by_metric


def scrub(page: Any, to: int) -> None:
    page.evaluate(f"greatpowers.pause(); greatpowers.setCursor({to})")
    page.wait_for_selector(f"gp-apart[data-round='{to}']", state="attached")


def assert_the_librarys(page: Any, comparison: Comparison) -> None:
    """The page's own engine plays the library's runs; sums of 200 numbers may differ in their last digit."""
    against, followed = comparison.names
    for metric in HEADLINES:
        expected = {
            "difference": comparison.versus(followed, against, metric)[0],
            "a": comparison.estimate(followed, metric),
            "b": comparison.estimate(against, metric),
        }
        for column, estimate in expected.items():
            assert intervals(page, column)[metric] == pytest.approx(list(estimate), rel=1e-9, abs=1e-15), (
                metric,
                column,
            )


def test_intervals_are_the_librarys(shared: Any, comparison: Comparison) -> None:
    assert_the_librarys(shared, comparison)
    shown = intervals(shared, "open")
    for metric in HEADLINES:
        left_open = comparison.versus(FOLLOWED, AGAINST, metric)[1]
        width = left_open.high - left_open.low
        assert shown[metric] == pytest.approx(list(left_open), abs=1e-5 * width + 1e-12), metric


def test_numbers_are_read_as_they_are(shared: Any) -> None:
    for row in shared.locator("[data-testid=headlines] tbody tr").all():
        cell = row.locator("[data-of-row=difference]")
        metric, verdict = row.get_attribute("data-metric"), row.get_attribute("data-verdict")
        factor = 100 if metric in ("great_power_war", "revision") else 1  # shares, in per cent
        _, low, high = (factor * value for value in json.loads(cell.get_attribute("data-values")))
        shown = [
            float(text.replace("\N{MINUS SIGN}", "-")) for text in cell.locator("small").text_content().split(" to ")
        ]
        assert shown == pytest.approx([low, high], abs=(high - low) / 20 + 1e-6)
        least, most = intervals(shared, "open")[metric][1:]
        certain = least > 0 if low > 0 else most < 0
        if low <= 0 <= high:
            wanted = "no detectable difference"
        elif metric in MORE_IS_BETTER:
            wanted = "better" if (low > 0) == MORE_IS_BETTER[metric] else "worse"
        else:
            wanted = "higher" if low > 0 else "lower"
        assert verdict == (wanted if certain or low <= 0 <= high else f"{wanted}, not certain"), metric


@pytest.mark.parametrize("cursor", [0, 30, 39])
def test_highlighted_theatres_are_those_that_differ(
    shared: Any, histories: tuple[History, History], rungs_to_show: Callable[..., list[int]], cursor: int
) -> None:
    scrub(shared, cursor)
    ours, theirs = (rungs_to_show(history, cursor) for history in histories)
    expected = [
        history_id.id for history_id, a, b in zip(histories[0].scenario.theatres, ours, theirs, strict=True) if a != b
    ]
    for which in ("a", "b"):
        marked = shared.evaluate(
            """(which) => [...document.querySelectorAll(`gp-map[which=${which}] .gc-differs`)].map(
                (each) => each.dataset.testid)""",
            which,
        )
        assert sorted(marked) == sorted(f"theatre-{name}" for name in expected)
    assert shared.locator("gp-apart .gc-chip").count() == len(expected)


def test_the_two_maps_show_the_two_histories(
    shared: Any, histories: tuple[History, History], rungs_to_show: Callable[..., list[int]]
) -> None:
    scrub(shared, 30)
    for which, history in zip("ab", histories, strict=True):
        shown = shared.evaluate(
            """(which) => Object.fromEntries([...document.querySelectorAll(`gp-map[which=${which}] .gw-theatre`)].map(
                (each) => [each.dataset.testid.slice(8), Number(each.dataset.rung)]))""",
            which,
        )
        ids = [theatre.id for theatre in history.scenario.theatres]
        assert shown == dict(zip(ids, rungs_to_show(history, 30), strict=True))


def test_the_parting_is_where_two_simulations_first_differ(shared: Any, histories: tuple[History, History]) -> None:
    ours, theirs = (history.track for history in histories)
    apart = (ours.theatres != theirs.theatres).any(axis=2) | (ours.traces != theirs.traces).any(axis=2)
    chose = ours.traces[..., Trace.MOVE] != theirs.traces[..., Trace.MOVE]
    first, choice = int(np.flatnonzero(apart.any(axis=1))[0]), int(np.flatnonzero(chose.any(axis=1))[0])
    ids = [theatre.id for theatre in histories[0].scenario.theatres]
    parting = shared.get_by_test_id("parting")
    assert parting.get_attribute("data-round") == str(first)
    assert parting.get_attribute("data-theatres").split() == [ids[k] for k in np.flatnonzero(apart[first])]
    place, number = parting.get_attribute("data-decision").split()
    assert int(number) == choice
    assert chose[choice, ids.index(place)]
    assert histories[0].metrics["quarter"][choice] in parting.locator("h2").text_content()


def test_the_parting_names_policies_and_not_sides(histories: tuple[History, History]) -> None:
    ours, theirs = histories
    text = " ".join(parting(theirs, ours)["paragraphs"])
    for title in TITLES:
        assert f"under {title}" in text
    assert "original" not in text
    same = parting(ours, ours)
    assert (same["round"], same["decision"]) == (None, None)
    assert "Nothing differs" in same["paragraphs"][0]


def test_series_read_both_histories_and_their_difference(shared: Any, histories: tuple[History, History]) -> None:
    scrub(shared, 37)
    ours, theirs = (float(history.metrics["order"].iloc[37]) for history in histories)
    shown = [shared.get_by_test_id(f"both-1-{which}").text_content() for which in ("a", "b", "difference")]
    values = [float(text.replace("\N{MINUS SIGN}", "-")) for text in shown]
    assert values == pytest.approx([ours, theirs, ours - theirs], abs=2e-3)
    assert f"at {histories[0].metrics['quarter'].iloc[37]}" in shared.get_by_test_id("figure-both-1").locator(
        "svg"
    ).first.get_attribute("aria-label")


def test_fans_and_shares_are_those_of_the_ensemble(shared: Any, comparison: Comparison) -> None:
    def rows(figure: str) -> list[list[str]]:
        cells: list[list[str]] = (
            shared.get_by_test_id(f"figure-{figure}")
            .locator("table tr")
            .evaluate_all("all => all.map((row) => [...row.cells].map((cell) => cell.textContent))")
        )
        return cells

    column = comparison.series[1, ..., comparison.series_metrics.index("order")]
    expected = quantiles(column, tuple(BANDS.values()))
    head, *read = rows("fan-order")
    assert head[1:6] == [f"{TITLES[0]}: {name}" for name in BANDS]
    for number, row in enumerate(read):
        assert [float(cell) for cell in row[1:6]] == pytest.approx(expected[:, 8 * number].tolist(), rel=1e-9)
    for row, policy in zip(rows("outcomes")[1:], (FOLLOWED, AGAINST), strict=True):
        assert [float(cell) for cell in row[1:]] == pytest.approx(comparison.outcomes.loc[policy].tolist())
    wars = rows("spread-wars_begun")[1:]
    for place, policy in ((2, FOLLOWED), (3, AGAINST)):
        values = comparison.values(policy, "wars_begun")
        assert [int(row[place]) for row in wars] == [int((values == float(row[0]) + 0.5).sum()) for row in wars]


def test_figures_can_be_taken_along(shared: Any, histories: tuple[History, History]) -> None:
    files = {}
    for kind in ("png", "svg", "csv"):
        with shared.expect_download() as waiting:
            shared.get_by_test_id(f"save-both-1-{kind}").click()
        assert waiting.value.suggested_filename.endswith(f".{kind}")
        files[kind] = waiting.value.path().read_bytes()
    assert files["png"].startswith(PNG)
    assert b"<svg" in files["svg"]
    assert TITLES[0].encode() in files["svg"]
    head, *rows = csv.reader(files["csv"].decode().splitlines())
    assert head == ["quarter", *TITLES, "difference"]
    assert [row[0] for row in rows] == histories[0].metrics["quarter"].tolist()
    assert [float(row[1]) for row in rows] == pytest.approx(histories[0].metrics["order"].tolist(), rel=1e-3)


def test_a_lever_moves_the_interval_to_the_librarys_own(open_page: Callable[..., Any], server: Any) -> None:
    state = STATE.changed(rounds=12, cursor=0)
    page = open_page(matched=True)
    page.goto(f"{server.address}?s={state.encode()}")
    page.wait_for_selector("gp-odds[data-runs='200']", state="attached")
    before, key = intervals(page), page.get_attribute("gp-odds", "data-key")
    slider = page.get_by_test_id("slider-sanctions")
    slider.fill("0.1")
    page.wait_for_selector(f"gp-odds[data-runs='200']:not([data-key='{key}'])", state="attached")
    changed = state.changed(levers={"sanctions": 0.1})
    policies = [against_object(changed), policy_object(changed)]
    expected = gp.compare(scenario_object(changed), policies, seeds=200, rounds=changed.rounds)
    assert_the_librarys(page, expected)
    assert intervals(page) != before


def test_narrow_screens_show_one_map_and_a_switch(open_page: Callable[..., Any], server: Any) -> None:
    page = open_page(width=390, height=844)
    page.goto(f"{server.address}?s={STATE.encode()}")
    page.wait_for_selector("gp-apart[data-round='30']", state="attached")
    maps = [page.locator(f"gp-map[which={which}]") for which in ("a", "b")]
    assert [world_map.is_visible() for world_map in maps] == [True, False]
    page.get_by_test_id("side-b").click()
    assert [world_map.is_visible() for world_map in maps] == [False, True]
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_a_click_on_both_histories_moves_the_cursor_of_all(shared: Any, histories: tuple[History, History]) -> None:
    scrub(shared, 0)
    drawing = shared.get_by_test_id("figure-both-2").locator("svg.gc-drawing")
    drawing.scroll_into_view_if_needed()
    box = drawing.bounding_box()
    drawing.click(position={"x": 38 + (box["width"] - 46) * (25.5 / 40), "y": 60})
    shared.wait_for_selector("gp-apart[data-round='25']", state="attached")
    quarter = histories[0].metrics["quarter"][25]
    for chart in range(1, 5):
        label = shared.get_by_test_id(f"figure-both-{chart}").locator("svg.gc-drawing").get_attribute("aria-label")
        assert f"at {quarter}" in label
    assert shared.get_by_test_id("quarter").first.text_content() == quarter


def test_the_dashed_line_of_the_other_policy_is_seen_where_both_are_the_same(shared: Any) -> None:
    order = shared.evaluate(
        """[...document.querySelectorAll('[data-testid=figure-both-1] .gc-line')].map((line) => line.classList[1])"""
    )
    assert order == ["gc-line-a", "gc-line-b"]


def test_theatres_fade_only_beside_others_that_differ(open_page: Callable[..., Any], server: Any) -> None:
    same = LabState(view="compare", policy="containment", against="containment", rounds=4)
    page = open_page(matched=True)
    page.goto(f"{server.address}?s={same.encode()}")
    page.wait_for_selector("gp-parting[data-state=told]", state="attached")
    assert page.locator(".gc-alike").count() == page.locator(".gc-differs").count() == 0
    assert "are the same" in page.get_by_test_id("parting").text_content()
    page.wait_for_selector("gp-odds[data-runs='200']", state="attached")
    by_metric = intervals(page)
    assert by_metric.pop("great_power_war")[0] == 0.0, "a share that was not seen to differ may yet"
    assert {tuple(values) for values in by_metric.values()} == {(0.0, 0.0, 0.0)}


def test_a_network_is_seen_whole_on_a_telephone_under_either_policy(
    open_page: Callable[..., Any], server: Any, wait: Any
) -> None:
    page = open_page(width=390, height=844)
    page.goto(f"{server.address}?s={LabState(scenario='1913', view='compare', rounds=4).encode()}")
    page.wait_for_selector("gp-apart[data-round='0']", state="attached")
    for which in ("a", "b"):
        page.get_by_test_id(f"side-{which}").click()
        wait.true(
            page,
            """(which) => {
            const map = document.querySelector(`gp-map[which=${which}]`);
            const room = map.querySelector('.gw-map-svg').getBoundingClientRect();
            return room.width > 300 && [...map.querySelectorAll('.gw-node')].every((node) => {
              const box = node.getBoundingClientRect();
              return box.left >= room.left && box.right <= room.right
                && box.top >= room.top && box.bottom <= room.bottom;
            }); }""",
            which,
        )
