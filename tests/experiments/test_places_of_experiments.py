"""What becomes of places in an experiment: columns like any other, that reports, discovery and search read."""

from pathlib import Path

import duckdb
import numpy as np
import pyarrow.parquet as pq
import pytest
from batch_lab import write_experiment

from greatpowers import GreatPowersError, Results, compare, discover, load_scenario, open_results, run_batch
from greatpowers.dictionary import describe, place_columns
from greatpowers.experiments.report.page import write_report
from greatpowers.studies.discovery import place_column
from greatpowers.studies.search_settings import PolicyTrials, SearchSettings, in_place

EXPERIMENT = """
format = 1
name = "places"
title = "What becomes of a place"
scenarios = ["template"]
policies = ["laissez-faire", "containment"]
rounds = 45
replicates = 2
metrics = ["mean_severity", "order"]
places = ["borderland"]

[uncertainties]
clash = { from = 8.0, to = 64.0 }
yield_point = { from = 0.5, to = 2.0 }

[sample]
size = 120
"""


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> Results:
    place = tmp_path_factory.mktemp("places")
    run_batch(write_experiment(place, EXPERIMENT), place / "results", workers=1)
    return open_results(place / "results")


def test_columns_are_those_of_a_comparison(results: Results) -> None:
    point = results.points.set_index("point").loc[3]
    comparison = compare(
        "template", results.policies, 2, 45, {name: float(point[name]) for name in ("clash", "yield_point")}
    )
    for policy in results.policies:
        rows = results.runs(place_columns(["borderland"]), {"policy": policy, "point": 3})
        for name in place_columns(["borderland"]):
            expected = comparison.place_values(policy, "borderland", name.partition(".")[0])
            np.testing.assert_array_equal(rows[name].to_numpy(), expected, err_msg=name)


def test_they_have_label_and_unit_everywhere(results: Results) -> None:
    assert results.describe("war.borderland").label == "War, borderland"
    part = next((results.directory / "runs").glob("*.parquet"))
    field = pq.read_schema(part).field("battle_deaths.borderland")
    assert field.metadata[b"unit"] == b"thousands"
    assert "`control.borderland`" in (results.directory / "data-dictionary.md").read_text(encoding="utf-8")
    with pytest.raises(GreatPowersError, match="no outcome 'wra' of a place. Did you mean 'war'"):
        describe("wra.borderland")


def test_a_filter_reads_them(results: Results) -> None:
    files = str(results.directory / "runs" / "*.parquet")
    counted = duckdb.sql(f"select count(*) from '{files}' where \"war.borderland\" = 1").fetchall()
    assert counted == [(int(results.runs(["war.borderland"])["war.borderland"].sum()),)]


def test_the_report_has_a_table_of_the_place_without_what_never_changes(results: Results, tmp_path: Path) -> None:
    page = write_report(results.directory, tmp_path / "report.html").read_text(encoding="utf-8")
    table = page[page.index("What becomes of borderland") :]
    table = table[: table.index("</table>")]
    runs = results.runs(place_columns(["borderland"]))
    for name in place_columns(["borderland"]):
        label = describe(name).label.removesuffix(", borderland")
        assert (f">{label}" in table) == (np.ptp(runs[name]) > 0), name


def test_worlds_are_found_by_what_becomes_of_the_place(results: Results) -> None:
    column = place_column(results, "control", "borderland")
    discovery = discover(results, "laissez-faire", "containment", column)
    means = results.runs([column]).groupby(["point", "policy"])[column].mean().unstack()
    assert discovery.cases.to_dict() == (means["laissez-faire"] > means["containment"]).to_dict()
    assert discovery.what == "laissez-faire loses to containment on held at the end, borderland"
    with pytest.raises(GreatPowersError, match="nothing was recorded of the place 'bordrland'"):
        place_column(results, "control", "bordrland")


def test_a_place_that_is_not_there_is_refused(tmp_path: Path) -> None:
    path = write_experiment(tmp_path, EXPERIMENT.replace('["borderland"]', '["bordrland"]'))
    with pytest.raises(GreatPowersError, match="no such theatre. Did you mean 'borderland'"):
        run_batch(path, tmp_path / "results")
    path = write_experiment(tmp_path, EXPERIMENT.replace('["template"]', '["synthetic"]'))
    with pytest.raises(GreatPowersError, match="are generated; leave it out"):
        run_batch(path, tmp_path / "results")


def test_policies_are_judged_by_what_becomes_of_a_place() -> None:
    world = load_scenario("template")
    objectives = in_place((), "borderland")
    assert objectives == ("severity.borderland", "control.borderland", "sender_cost", "war.borderland")
    assert SearchSettings(world, objectives=objectives).signs == [1.0] * 4
    trials = PolicyTrials(world, 12, 1, 0, range(3), objectives, {"clash": {"from": 0.999999, "to": 1.0}})
    comparison = compare(world, ["containment"], 3, 12)
    played = trials.play(list(comparison.policies), 1, None)[0, 0]
    expected = [comparison.place_values("containment", "borderland", name).mean() for name in ("severity", "control")]
    assert played[:2] == pytest.approx(expected, rel=1e-3)
    with pytest.raises(GreatPowersError, match="no theatre has the id 'nowhere'"):
        SearchSettings(world, objectives=in_place((), "nowhere"))
