"""Metrics of the user's own in an experiment: named in its file, kept with its runs, read without the function."""

import os
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from batch_lab import batch, data_of, one_sentence, write_experiment

from greatpowers import GreatPowersError, compare, open_results, rerun, run_batch
from greatpowers.experiments.report.page import write_report

FILE = '''
def quarters_of_force(history):
    """Rounds in which somebody uses force, over all theatres."""
    return (history.theatres["rung"] >= LEAST).sum()


LEAST = 4
quarters_of_force.label = "Quarters of force"
quarters_of_force.unit = "theatre rounds"


def fails_later(history):
    return 1 / (history.seed - 4)
'''

EXPERIMENT = """
format = 1
name = "own"
title = "Metrics of one's own"
scenarios = ["islands.toml"]
policies = ["laissez-faire", "containment"]
rounds = 12
replicates = 6
part_rows = 4
metrics = ["mean_severity", "order"]
own_metrics = ["force.py:quarters_of_force"]
"""


def written(place: Path, text: str = EXPERIMENT) -> Path:
    """The experiment, its world and its metrics in a directory."""
    path = write_experiment(place, text)
    (place / "force.py").write_text(FILE)
    return path


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("own")
    run_batch(written(place), place / "results", workers=1)
    (place / "force.py").unlink()
    return place / "results"


def test_the_numbers_are_those_of_a_comparison(results: Path, tmp_path: Path) -> None:
    written(tmp_path)
    asked = ["laissez-faire", "containment"]
    compared = compare(tmp_path / "islands.toml", asked, 6, 12, metrics=f"{tmp_path / 'force.py'}:quarters_of_force")
    runs = open_results(results).runs()
    assert list(runs.columns) == ["row", "point", "policy", "seed", "mean_severity", "order", "quarters_of_force"]
    assert runs["quarters_of_force"].tolist() == compared.runs["quarters_of_force"].tolist()


def test_results_know_label_and_unit_without_the_function(results: Path) -> None:
    found = open_results(results)
    assert found.describe("quarters_of_force")[1:3] == ("Quarters of force", "theatre rounds")
    assert found.describe("order").label == "Order"
    assert "Quarters of force" in found._repr_html_()
    assert found.xarray("quarters_of_force")["quarters_of_force"].attrs["units"] == "theatre rounds"
    schema = pq.read_schema(sorted((results / "runs").glob("*.parquet"))[0])
    assert schema.field("quarters_of_force").metadata[b"unit"] == b"theatre rounds"
    assert (
        "| `quarters_of_force` | Quarters of force | theatre rounds |" in (results / "data-dictionary.md").read_text()
    )


def test_the_report_has_a_column_of_it(results: Path, tmp_path: Path) -> None:
    page = write_report(results, tmp_path / "report.html").read_text(encoding="utf-8")
    assert page.count("Quarters of force") >= 2 and "theatre rounds" in page


def test_a_run_is_played_again_without_running_what_came_with_the_data(results: Path) -> None:
    assert rerun(results, 7).row["quarters_of_force"] == open_results(results).runs()["quarters_of_force"][7]


def test_threads_and_a_cluster_give_the_same_bytes(results: Path, tmp_path: Path) -> None:
    pytest.importorskip("distributed")
    path = written(tmp_path)
    run_batch(path, tmp_path / "threads", workers=3)
    run_batch(path, tmp_path / "cluster", workers=1, dask="local")
    assert data_of(tmp_path / "threads") == data_of(results)
    assert data_of(tmp_path / "cluster") == data_of(results)


def test_an_experiment_goes_on_with_the_same_function_only(tmp_path: Path) -> None:
    path = written(tmp_path)
    run_batch(path, tmp_path / "results", workers=1)
    (tmp_path / "force.py").write_text(FILE.replace("LEAST = 4", "LEAST = 3"))
    with pytest.raises(GreatPowersError, match="the content of metric 'quarters_of_force' has changed"):
        run_batch(path, tmp_path / "results")


def test_a_function_that_fails_stops_the_experiment_with_a_sentence(tmp_path: Path) -> None:
    path = written(tmp_path, EXPERIMENT.replace("quarters_of_force", "fails_later"))
    done = batch(path, tmp_path / "results", "--workers", "1")
    assert done.returncode == 2 and one_sentence(done.stderr.splitlines()[-1] + os.linesep)
    assert "metric 'fails_later' under policy 'laissez-faire', seed 4: it fails with ZeroDivisionError" in done.stderr
    parts = sorted((tmp_path / "results" / "runs").iterdir())
    assert [pq.read_table(part).num_rows for part in parts] == [4]


def test_a_function_that_fails_at_once_leaves_no_directory(tmp_path: Path) -> None:
    path = written(tmp_path, EXPERIMENT.replace("quarters_of_force", "fails_later") + "seed_base = 4\n")
    with pytest.raises(GreatPowersError, match="seed 4: it fails"):
        run_batch(path, tmp_path / "results")
    assert not (tmp_path / "results").exists()


def test_a_function_that_is_not_there_is_told_with_the_file(tmp_path: Path) -> None:
    path = written(tmp_path, EXPERIMENT.replace("quarters_of_force", "quarters_of_farce"))
    with pytest.raises(GreatPowersError, match="small.toml, 'own_metrics': .* Did you mean 'quarters_of_force'"):
        run_batch(path, tmp_path / "results")
