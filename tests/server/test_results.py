"""Results explored: what the page ranks, draws and plays again is what the library says of the same runs."""

import inspect
import json
import math
import shutil
from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pytest

pytest.importorskip("playwright.sync_api")

from greatpowers import (
    Comparison,
    GreatPowersError,
    Results,
    compare,
    load_policy,
    open_results,
    rerun,
    run_batch,
    simulate,
)
from greatpowers.experiments.results import open_comparison
from greatpowers.server.results import opening, results_request
from greatpowers.server.results_explorer import RESAMPLES, Explorer, ranking_of
from greatpowers.server.start import start_from, state_of_row
from greatpowers.server.state import LabState
from greatpowers.server.worlds import policy_object, scenario_object
from greatpowers.statistics.robustness import best_shares, paired_differences

if TYPE_CHECKING:
    from playwright.sync_api import Page

UNCERTAIN = """
format = 1
name = "few-worlds"
title = "A few worlds"
question = "Does firmness pay where sanctions bite?"
scenarios = ["2017"]
policies = ["laissez-faire", "containment", "half-a-loaf"]
baseline = "laissez-faire"
rounds = 10
replicates = 3
metrics = ["mean_severity", "order", "sender_cost", "wars_begun", "rounds_to_war"]
[uncertainties]
sanction_bite = { from = 0.5, to = 2.0 }
choice_noise = { from = 0.5, to = 2.0 }
[sample]
size = 12
"""

GRID = """
format = 1
name = "few-cells"
title = "A few cells"
scenarios = ["2017"]
policies = ["containment", "half-a-loaf"]
rounds = 10
replicates = 2
metrics = ["mean_severity", "order"]
[levers]
sanctions = [0.0, 1.0]
deal = [0, 1]
"""


def played(place: Path, text: str) -> Results:
    place.mkdir()
    file = place / "experiment.toml"
    file.write_text(text, encoding="utf-8")
    run_batch(file, place / "results")
    return open_results(place / "results")


@pytest.fixture(scope="session")
def few_worlds(tmp_path_factory: pytest.TempPathFactory) -> Results:
    return played(tmp_path_factory.mktemp("results") / "worlds", UNCERTAIN)


@pytest.fixture(scope="session")
def few_cells(tmp_path_factory: pytest.TempPathFactory) -> Results:
    return played(tmp_path_factory.mktemp("results") / "cells", GRID)


@pytest.fixture(scope="session")
def results_address(few_worlds: Results, server: Any) -> Iterator[str]:
    """A server of the experiment for all tests, started as the shared one was."""
    start = vars(inspect.getmodule(type(server)))["start_server"]
    started = start(str(few_worlds.directory), "--port", "0")
    yield started.address
    started.stop()


AT_REST = f"?s={LabState(view='results', rounds=4).encode()}"
"""The results, and as little else as may be."""


@pytest.fixture
def results_page(results_address: str, open_page: Callable[..., "Page"]) -> "Page":
    page = open_page()
    page.goto(f"{results_address}{AT_REST}")
    page.wait_for_selector("gp-results[data-runs='108']")
    return page


@pytest.fixture(scope="module")
def shared(results_address: str, shared_page: Callable[..., "Page"]) -> "Page":
    page = shared_page(AT_REST, results_address)
    page.wait_for_selector("gp-results[data-runs='108']")
    for chart in ("parallel", "scatter"):
        page.wait_for_selector(f".gr-{chart} canvas")
    return page


def test_the_columns_are_those_of_the_experiment(few_worlds: Results) -> None:
    explorer, runs = Explorer(few_worlds), few_worlds.runs()
    assert explorer.total == len(runs) == 108
    assert [name for name, column in explorer.columns.items() if column.group == "factor"] == [
        "choice_noise", "sanction_bite",
    ]  # fmt: skip
    points = few_worlds.points.set_index("point")
    assert np.array_equal(explorer.values("sanction_bite"), points["sanction_bite"].loc[runs["point"]])
    assert np.array_equal(explorer.values("rounds_to_war"), runs["rounds_to_war"], equal_nan=True)
    order = explorer.columns["order"]
    assert (order.low, order.high) == (runs["order"].min(), runs["order"].max())


@pytest.fixture(scope="module")
def compared(tmp_path_factory: pytest.TempPathFactory) -> tuple[Comparison, Path]:
    comparison = compare(
        "2017", ["laissez-faire", "half-a-loaf"], seeds=[3, 5, 8], rounds=4, parameters={"clash": 40.0}
    )
    return comparison, comparison.save(tmp_path_factory.mktemp("compared") / "it")


def test_what_compare_wrote_opens_as_results_of_one_world(compared: tuple[Comparison, Path]) -> None:
    comparison, directory = compared
    start = start_from(str(directory))
    assert start.state.view == "results" and start.results is not None
    payload, explorer = opening(Explorer(start.results)), Explorer(start.results)
    assert (payload["done"], payload["total"], payload["worlds"], payload["seeds"]) == (6, 6, 1, 3)
    assert payload["question"] == comparison.scenario.question.title  # type: ignore[union-attr]
    for metric in ("mean_severity", "great_power_war"):
        ranks = {rank.policy: rank for rank in ranking_of(explorer, explorer.select({}), metric).ranks}
        assert ranks["half-a-loaf"].mean == comparison.estimate("half-a-loaf", metric).mean
        rank = ranks["half-a-loaf"]
        assert (rank.difference, rank.low, rank.high) == pytest.approx(comparison.difference("half-a-loaf", metric))
    base, deal = (comparison.values(name, "mean_severity") for name in comparison.names)
    best = {rank.policy: rank.best for rank in ranking_of(explorer, explorer.select({}), "mean_severity").ranks}
    assert best["half-a-loaf"] == pytest.approx(np.mean((deal < base) + 0.5 * (deal == base)))


def test_a_history_of_a_comparison_plays_again_as_it_stands_in_the_table(
    compared: tuple[Comparison, Path], tmp_path: Path
) -> None:
    comparison, directory = compared
    again = rerun(directory, 4)
    assert (again.history.policy.name, again.history.seed) == ("half-a-loaf", 5)
    assert again.history.summary.equals(comparison.runs.loc[("half-a-loaf", 5)].rename(5))
    with pytest.raises(GreatPowersError, match="there is no row 6; expected 0 to 5"):
        rerun(directory, 6)
    state = state_of_row(open_comparison(directory), 4)
    assert (state.policy, state.seed, state.rounds) == ("half-a-loaf", 5, 4)
    shutil.copytree(directory, tmp_path / "changed")
    runs = pd.read_parquet(directory / "runs.parquet").assign(order=0.5)
    runs.to_parquet(tmp_path / "changed" / "runs.parquet")
    with pytest.raises(GreatPowersError, match="row 4 comes out differently"):
        rerun(tmp_path / "changed", 4)
    runs.drop(columns=["seed"]).to_parquet(tmp_path / "changed" / "runs.parquet")
    with pytest.raises(GreatPowersError, match=r"runs.parquet cannot be used \(it is not the table of its histories\)"):
        rerun(tmp_path / "changed", 4)
    manifest = json.loads((directory / "manifest.json").read_text())
    (tmp_path / "changed" / "manifest.json").write_text(json.dumps({**manifest, "policies": []}))
    with pytest.raises(GreatPowersError, match=r"manifest.json cannot be used \(it does not say which policies were"):
        open_comparison(tmp_path / "changed").experiment  # noqa: B018


def test_columns_are_read_when_they_are_asked_for(few_worlds: Results) -> None:
    explorer = Explorer(few_worlds)
    opening(explorer)
    assert "wars_begun" not in explorer._kept and "rounds_to_war" not in explorer._kept
    explorer.values("wars_begun")
    assert "wars_begun" in explorer._kept


def test_the_ranking_under_a_filter_is_the_librarys(few_worlds: Results) -> None:
    explorer, runs = Explorer(few_worlds), few_worlds.runs()
    bites = few_worlds.points.set_index("point")["sanction_bite"]
    low, high = float(bites.median()), float(bites.max())
    selected = explorer.select({"sanction_bite": (low, high)})
    filtered = runs[runs["point"].map(bites).between(low, high)]
    assert (selected.runs, selected.worlds, selected.whole) == (len(filtered), 6, 6)
    for metric in ("mean_severity", "order"):
        ranking = ranking_of(explorer, selected, metric)
        pairs = paired_differences(filtered, metric, baseline="laissez-faire").set_index("policy")
        shares = best_shares(filtered, metric, resamples=RESAMPLES).set_index("policy")
        assert (ranking.worlds, ranking.seeds, ranking.baseline) == (6, 3, "laissez-faire")
        for rank in ranking.ranks:
            assert rank.mean == pytest.approx(filtered[filtered["policy"] == rank.policy][metric].mean())
            assert (rank.best, rank.best_low, rank.best_high) == tuple(
                shares.loc[rank.policy, ["worlds_best", "worlds_low", "worlds_high"]]
            )
            if rank.policy != "laissez-faire":
                interval = (rank.difference, rank.low, rank.high)
                assert interval == tuple(pairs.loc[rank.policy, ["difference", "low", "high"]])
        means = [rank.mean for rank in ranking.ranks]
        assert means == sorted(means, reverse=metric == "order"), "the best stands first"


def test_a_filter_on_outcomes_compares_only_worlds_that_are_whole(few_worlds: Results) -> None:
    explorer, runs = Explorer(few_worlds), few_worlds.runs()
    limit = float(runs.groupby("point")["mean_severity"].max().median())
    selected = explorer.select({"mean_severity": (0.0, limit)})
    filtered = runs[runs["mean_severity"] <= limit]
    whole = filtered.groupby("point").size().eq(9)
    assert (selected.runs, selected.worlds, selected.whole) == (len(filtered), len(whole), int(whole.sum()))
    assert ranking_of(explorer, selected, "order").worlds == int(whole.sum()) > 0
    nothing = explorer.select({"mean_severity": (2.0, 3.0)})
    assert (nothing.runs, nothing.worlds, explorer.sample(nothing).size) == (0, 0, 0)


def test_a_filter_on_policies_leaves_worlds_whole(few_worlds: Results) -> None:
    explorer = Explorer(few_worlds)
    selected = explorer.select({"policy": ("containment", "half-a-loaf")})
    assert (selected.runs, selected.worlds, selected.whole) == (72, 12, 12)
    assert [rank.policy for rank in ranking_of(explorer, selected, "order").ranks if math.isnan(rank.difference)] == [
        "containment"
    ]
    one = ranking_of(explorer, explorer.select({"policy": ("containment",)}), "order")
    assert "at least 2" in one.note and one.ranks[0].runs == 36


def test_a_metric_that_is_neither_good_nor_bad_is_ranked_only_when_somebody_says_which(few_worlds: Results) -> None:
    explorer = Explorer(few_worlds)
    every = explorer.select({})
    assert all(math.isnan(rank.best) for rank in ranking_of(explorer, every, "rounds_to_war").ranks)
    assert ranking_of(explorer, every, "wars_begun", better=True).ranks[0].mean >= (
        ranking_of(explorer, every, "wars_begun", better=False).ranks[0].mean
    )


def test_the_sample_is_of_the_selected_runs_and_the_list_is_in_order(few_worlds: Results) -> None:
    explorer, runs = Explorer(few_worlds), few_worlds.runs()
    selected = explorer.select({"policy": ("containment",)})
    drawn = explorer.sample(selected, most=10)
    assert drawn.size == 10 and (runs["policy"].iloc[drawn] == "containment").all()
    assert np.array_equal(drawn, explorer.sample(selected, most=10))
    listed = explorer.listed(explorer.select({}), "order", descending=True)
    assert np.array_equal(runs["order"].iloc[listed], runs["order"].sort_values(ascending=False).iloc[: listed.size])


ASK = {"do": "ask", "axes": ["policy", "sanction_bite"], "x": "sanction_bite", "y": "order", "metric": "order"}


def answered(results: Results | None, message: object) -> dict[str, Any]:
    """What a page gets for a message, by way of JSON as over the network."""
    said = results_request(results, json.loads(json.dumps({"message": message})))
    read: dict[str, Any] = json.loads(json.dumps(said, allow_nan=False))
    return read


def test_a_request_is_answered_by_what_the_library_says_of_the_runs(few_worlds: Results) -> None:
    runs = few_worlds.runs()
    assert answered(few_worlds, {"do": "begin"}) == {"show": json.loads(json.dumps(opening(Explorer(few_worlds))))}
    low = float(runs["mean_severity"].median())
    said = answered(few_worlds, {**ASK, "filters": {"mean_severity": [low, 1.0]}, "descending": True})["answer"]
    left = runs[runs["mean_severity"] >= low].set_index("row")
    assert said["runs"] == said["drawn"] == len(left) and said["rows"] == left.index.tolist()
    assert list(said["columns"]) == ["policy", "sanction_bite", "order"]
    assert said["columns"]["order"] == pytest.approx(left["order"].tolist(), rel=1e-3)
    assert [few_worlds.policies[at] for at in said["columns"]["policy"]] == left["policy"].tolist()
    listed = left.sort_values("order", ascending=False, kind="stable").index[:40]
    assert [run["row"] for run in said["list"]] == listed.tolist()
    ranked = left.groupby("policy")["order"].mean().sort_values(ascending=False)
    assert [rank["policy"] for rank in said["ranking"]["ranks"]] == ranked.index.tolist()
    nothing = answered(few_worlds, {**ASK, "filters": {"mean_severity": [2.0, 3.0]}})["answer"]
    assert (nothing["runs"], nothing["rows"], nothing["ranking"], nothing["list"]) == (0, [], None, [])
    card = answered(few_worlds, {"do": "run", "row": 7})["run"]
    numbers = {number["name"]: number["value"] for number in card["numbers"]}
    wanted = runs.set_index("row").loc[7]
    assert (card["policy"], card["point"], card["seed"]) == (wanted["policy"], wanted["point"], wanted["seed"])
    assert numbers == {name: None if math.isnan(wanted[name]) else wanted[name] for name in few_worlds.metrics}


def test_a_run_is_replayed_by_the_fields_of_its_state(few_worlds: Results) -> None:
    said = answered(few_worlds, {"do": "replay", "row": 40})
    assert said["row"] == 40 and not {"view", "cursor", "game"} & said["state"].keys()
    assert LabState().changed(**said["state"]) == state_of_row(few_worlds, 40).changed(view="world")


def test_without_results_every_request_says_that_there_are_none() -> None:
    for message in ({"do": "begin"}, ASK, {"do": "run", "row": 0}, {"do": "replay", "row": 0}):
        assert answered(None, message) == {"show": {"phase": "empty"}}


def test_what_cannot_be_asked_is_refused_in_a_sentence(few_worlds: Results) -> None:
    with pytest.raises(GreatPowersError, match="'odrer' was not recorded in this experiment. Did you mean 'order'"):
        Explorer(few_worlds).select({"odrer": (0.0, 1.0)})
    for sent in (
        None, {}, {"do": "ask"}, {"do": "run", "row": -1}, {"do": "run", "row": "1; drop"},
        {"do": "replay", "row": 1.5},
        {"do": "open", "path": "/etc"}, {**ASK, "axes": ["a"] * 40}, {**ASK, "filters": {"a": [1, float("nan")]}},
    ):  # fmt: skip
        with pytest.raises(GreatPowersError, match="cannot be asked"):
            results_request(few_worlds, {"message": sent})
    for body in (None, [], {}, {"message": ASK, "more": 1}):
        with pytest.raises(GreatPowersError, match="cannot be asked"):
            results_request(few_worlds, body)
    with pytest.raises(GreatPowersError, match="no run 999"):
        answered(few_worlds, {"do": "run", "row": 999})
    with pytest.raises(GreatPowersError, match="there is no row 999"):
        answered(few_worlds, {"do": "replay", "row": 999})
    with pytest.raises(GreatPowersError, match="'nothing' was not recorded"):
        answered(few_worlds, {**ASK, "axes": ["nothing"]})


@pytest.mark.parametrize("row", [0, 40, 107])
def test_a_run_of_sampled_parameters_is_played_again_by_a_link(few_worlds: Results, row: int) -> None:
    _plays_again(few_worlds, row)


@pytest.mark.parametrize("row", [0, 7, 15])
def test_a_run_of_a_grid_over_levers_is_played_again_by_a_link(few_cells: Results, row: int) -> None:
    _plays_again(few_cells, row)


def _plays_again(results: Results, row: int) -> None:
    state = state_of_row(results, row)
    assert len(state.encode()) < 48_000
    history = simulate(scenario_object(state), policy_object(state), state.seed, state.rounds)
    wanted = rerun(results.directory, row).history
    assert history.track.metrics.tobytes() == wanted.track.metrics.tobytes()
    assert history.track.theatres.tobytes() == wanted.track.theatres.tobytes()


def test_results_open_on_their_tab(results_address: str, open_page: Callable[..., "Page"]) -> None:
    page = open_page()
    page.goto(results_address)
    tab = page.get_by_role("tab", selected=True)
    tab.wait_for()
    assert tab.inner_text() == "Results"


def test_the_page_ranks_as_the_library_does_under_a_filter(results_page: "Page", few_worlds: Results) -> None:
    page, runs = results_page, few_worlds.runs()
    bites = few_worlds.points.set_index("point")["sanction_bite"]
    page.get_by_test_id("results-add-filter").select_option("sanction_bite")
    least = page.locator("[data-filter=sanction_bite] input").first
    least.fill(f"{float(bites.median()):.6f}")
    least.press("Tab")
    page.wait_for_selector("gp-results[data-runs='54']")
    assert "54 runs in 6 worlds" in page.get_by_test_id("results-selected").inner_text()
    filtered = runs[runs["point"].map(bites) >= float(bites.median())]
    pairs = paired_differences(filtered, "mean_severity", baseline="laissez-faire").set_index("policy")
    shares = best_shares(filtered, "mean_severity", resamples=RESAMPLES).set_index("policy")
    for policy in ("containment", "half-a-loaf"):
        cells = page.locator(f"[data-testid=results-ranking] tr[data-policy={policy}] td").all_inner_texts()
        mean, best, difference = (cell.replace("−", "-").split() for cell in cells)
        assert float(mean[0]) == pytest.approx(
            filtered[filtered["policy"] == policy]["mean_severity"].mean(), rel=0.005
        )
        assert float(best[0].strip("%")) == pytest.approx(100 * shares.loc[policy, "worlds_best"], abs=0.5)
        numbers = [float(difference[0]), float(difference[1]), float(difference[3])]
        assert numbers == pytest.approx(pairs.loc[policy, ["difference", "low", "high"]].tolist(), rel=0.006)
    page.get_by_role("button", name="Clear all").click()
    page.wait_for_selector("gp-results[data-runs='108']")


def test_a_question_asked_meanwhile_takes_the_place_of_the_one_before(results_page: "Page", wait: Any) -> None:
    page, picker = results_page, results_page.get_by_test_id("results-metric")
    held: list[Any] = []
    asked: list[str] = []

    def hold_the_first(route: Any) -> None:
        asked.append(route.request.post_data_json["message"]["metric"])
        if len(asked) == 1:
            held.append(route)
        else:
            route.continue_()

    page.route("**/results", hold_the_first)
    for metric in ("order", "sender_cost", "wars_begun"):
        picker.select_option(metric)
        wait.until(page, lambda: bool(held))
    held[0].continue_()
    page.wait_for_selector("gp-results:not([aria-busy])")
    assert page.locator("[data-testid=results-list] thead th").all_inner_texts()[4] == "Wars begun"
    assert asked == ["order", "wars_begun"]
    page.unroute("**/results")


def test_dragging_along_an_axis_filters(results_page: "Page", few_worlds: Results) -> None:
    page = results_page
    chart = page.get_by_test_id("results-parallel")
    chart.scroll_into_view_if_needed()
    page.wait_for_selector(".gr-parallel[data-drawn]")
    box = chart.bounding_box()
    assert box is not None
    x = box["x"] + 132  # the first axis is that of policies
    page.mouse.move(x, box["y"] + 70)
    page.mouse.down()
    page.mouse.move(x, box["y"] + 120, steps=6)
    page.mouse.up()
    page.wait_for_selector("gp-results[data-runs='36']")
    assert page.locator("[data-filter=policy] input:checked").count() == 1


OPTION = """async (name) => {
  const {getInstanceByDom} = await import('/assets/echarts.min.js');
  const chart = getInstanceByDom(document.querySelector(`[data-testid=results-${name}]`));
  return chart.getOption().series.map((series) => [series.name, series.data.map((each) => each.value ?? each)]);
}"""
"""What a chart is drawn from, policy by policy."""


def test_lines_and_points_are_the_runs(shared: "Page", few_worlds: Results) -> None:
    page, runs = shared, few_worlds.runs()
    points = few_worlds.points.set_index("point")
    runs["choice_noise"] = runs["point"].map(points["choice_noise"])
    runs["sanction_bite"] = runs["point"].map(points["sanction_bite"])
    for chart in ("parallel", "scatter"):
        page.wait_for_selector(f".gr-{chart}[data-drawn]")
    lines = dict(page.evaluate(OPTION, "parallel"))
    assert list(lines) == few_worlds.policies
    axes = ["choice_noise", "sanction_bite", "mean_severity", "order", "sender_cost"]
    for policy, drawn in lines.items():
        wanted = runs[runs["policy"] == policy][axes].to_numpy()
        assert np.array(drawn)[:, 1:] == pytest.approx(wanted, rel=1e-3)
    page.get_by_test_id("results-x").select_option("sanction_bite")
    page.get_by_test_id("results-y").select_option("order")
    page.wait_for_selector("[data-testid=results-scatter][aria-label*='Order by Sanction bite']")
    page.wait_for_selector(".gr-scatter[data-drawn='sanction_bite order']")
    rows = runs.set_index("row")
    for policy, drawn in page.evaluate(OPTION, "scatter"):
        wanted = rows.loc[[row for _, _, row in drawn]]
        assert set(wanted["policy"]) == {policy} and len(drawn) == 36
        assert [y for _, y, _ in drawn] == pytest.approx(wanted["order"].tolist(), rel=1e-3)
        apart = float(rows["sanction_bite"].max() - rows["sanction_bite"].min()) / 60
        assert [x for x, _, _ in drawn] == pytest.approx(wanted["sanction_bite"].tolist(), abs=apart)
    page.get_by_test_id("results-y").select_option("mean_severity")
    page.wait_for_selector("[data-testid=results-scatter][aria-label*='Escalation by Sanction bite']")


def test_what_an_axis_means_is_said_under_its_name(shared: "Page", few_worlds: Results) -> None:
    page, columns = shared, Explorer(few_worlds).columns
    for axis, names in (("x", ("choice_noise", "sanction_bite")), ("y", ("order", "mean_severity"))):
        picker = page.get_by_test_id(f"results-{axis}")
        for name in names:
            picker.select_option(name)
            description = page.locator(f"#{picker.get_attribute('aria-describedby')}")
            assert description.text_content() == columns[name].meaning != ""


def test_a_click_on_a_point_shows_its_run(shared: "Page", few_worlds: Results) -> None:
    page = shared
    page.wait_for_selector(".gr-scatter canvas")
    page.get_by_test_id("results-scatter").scroll_into_view_if_needed()
    x, y, row = page.evaluate(
        """async () => {
        const {getInstanceByDom} = await import('/assets/echarts.min.js');
        const place = document.querySelector('[data-testid=results-scatter]');
        const chart = getInstanceByDom(place);
        const [x, y, row] = chart.getOption().series.at(-1).data.at(-1).value;
        const [left, top] = chart.convertToPixel({seriesIndex: 0}, [x, y]);
        const box = place.getBoundingClientRect();
        return [box.x + left, box.y + top, row]; }"""
    )
    page.mouse.click(x, y)
    page.wait_for_selector("#gr-replay")
    shown_row = int((page.locator("[data-testid=results-run] h3").text_content() or "").split()[-1])
    values = few_worlds.runs().set_index("row")["mean_severity"]
    assert values[shown_row] == pytest.approx(values[row], abs=0.02), "another point may lie over it"
    shown = page.locator("[data-testid=results-run] dd[data-metric=mean_severity]").get_attribute("data-value")
    assert float(shown or "nan") == values[shown_row]


@pytest.mark.parametrize("chart", ["parallel", "scatter"])
def test_charts_can_be_taken_along(shared: "Page", few_worlds: Results, chart: str) -> None:
    page, files = shared, {}
    page.wait_for_selector(f".gr-{chart} canvas")
    for kind in ("png", "svg", "csv"):
        with page.expect_download() as waiting:
            page.get_by_test_id(f"save-results-{chart}-{kind}").click()
        assert waiting.value.suggested_filename == f"greatpowers-few-worlds-{chart}.{kind}"
        files[kind] = Path(waiting.value.path()).read_bytes()
    assert files["png"].startswith(b"\x89PNG\r\n") and b"<svg" in files["svg"]
    table, runs = pd.read_csv(BytesIO(files["csv"])), few_worlds.runs().set_index("row")
    assert len(table) == 108
    assert table["policy"].tolist() == runs.loc[table["row"], "policy"].tolist()
    assert table["mean_severity"].tolist() == pytest.approx(runs.loc[table["row"], "mean_severity"].tolist(), rel=1e-3)


def test_policies_are_called_by_their_titles(shared: "Page") -> None:
    page = shared
    page.wait_for_selector("[data-testid=results-ranking] tbody tr")
    for name in ("laissez-faire", "containment", "half-a-loaf"):
        title = load_policy(name).title
        row = page.locator(f"[data-testid=results-ranking] tr[data-policy={name}] th")
        assert row.inner_text() == title
        assert page.locator(".gr-legend").get_by_text(title, exact=True).is_visible()


def test_a_click_on_a_run_shows_and_plays_its_numbers(results_page: "Page", few_worlds: Results, wait: Any) -> None:
    page = results_page
    first = page.locator("[data-testid=results-list] tbody tr").first
    row = int(first.get_attribute("data-row") or -1)
    wanted = rerun(few_worlds.directory, row).history
    first.get_by_role("button", name=f"Numbers of run {row}").click()
    page.wait_for_selector("#gr-replay")
    for metric in ("mean_severity", "order", "sender_cost"):
        shown = page.locator(f"[data-testid=results-run] dd[data-metric={metric}]").get_attribute("data-value")
        assert float(shown or "nan") == float(wanted.summary[metric])
    page.locator("#gr-replay").click()
    wait.until(page, lambda: page.evaluate("window.greatpowers.payload()?.rounds") == 10)
    payload = page.evaluate("window.greatpowers.payload()")
    assert (payload["seed"], payload["rounds"]) == (wanted.seed, 10)
    assert payload["metrics"]["order"] == pytest.approx(wanted.metrics["order"].tolist(), rel=1e-3)
    assert payload["theatre"]["rung"] == wanted.track.theatres[..., 0].astype(int).tolist()
    assert page.get_by_test_id("tab-world").get_attribute("aria-selected") == "true"


def test_without_results_the_tab_says_how_to_make_some(page: "Page") -> None:
    page.get_by_role("tab", name="Results").click()
    page.wait_for_selector("[data-testid=results-empty]")
    assert "greatpowers batch" in page.get_by_test_id("results-empty").inner_text()


def test_results_fit_a_telephone_in_the_dark(results_address: str, open_page: Callable[..., "Page"]) -> None:
    page = open_page(width=390, scheme="dark")
    page.goto(f"{results_address}{AT_REST}")
    page.wait_for_selector("gp-results[data-runs='108']")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_results_can_be_read_by_everybody(shared: "Page", serious: Callable[..., dict[str, list[str]]]) -> None:
    page = shared
    page.wait_for_selector(".gr-parallel canvas")
    page.get_by_test_id("results-add-filter").select_option("sanction_bite")
    page.locator("[data-testid=results-list] tbody tr button").first.click()
    page.wait_for_selector("#gr-replay")
    assert serious(page, ".gp-panel") == {}
