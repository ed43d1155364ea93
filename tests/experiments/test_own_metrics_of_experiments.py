"""Metrics of the user's own in an experiment: named in its file, kept with its runs, read without the function."""

import os
from pathlib import Path

import pandas as pd
import pyarrow.parquet as pq
import pytest
from batch_lab import batch, data_of, one_sentence, write_experiment
from matplotlib.text import Text
from nursery import Nursery

from greatpowers import GreatPowersError, compare, ensemble, open_results, rerun, run_batch
from greatpowers.core.parameters import Parameters
from greatpowers.experiments.report.page import write_report
from greatpowers.experiments.results import Results
from greatpowers.statistics.figures import differences_figure
from greatpowers.statistics.robustness import paired_differences
from greatpowers.studies.discovery import discover
from greatpowers.studies.sensitivity import SensitivityQuestion, read_sensitivity, sensitivity_study

FILE = '''
def quarters_of_force(history):
    """Rounds in which somebody shows or uses force, over all theatres."""
    return (history.theatres["rung"] >= LEAST).sum()


LEAST = 2
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
    opened = open_results(results)
    assert opened.describe("quarters_of_force")[1:3] == ("Quarters of force", "theatre rounds")
    assert opened.describe("order").label == "Order"
    assert "Quarters of force" in opened._repr_html_()
    assert opened.xarray("quarters_of_force")["quarters_of_force"].attrs["units"] == "theatre rounds"
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


def test_an_experiment_resumes_with_the_same_function_only(tmp_path: Path) -> None:
    path = written(tmp_path)
    run_batch(path, tmp_path / "results", workers=1)
    (tmp_path / "force.py").write_text(FILE.replace("LEAST = 2", "LEAST = 3"))
    with pytest.raises(GreatPowersError, match="the content of metric 'quarters_of_force' has changed"):
        run_batch(path, tmp_path / "results")


def test_a_function_that_fails_stops_the_experiment_with_a_sentence(nursery: Nursery, tmp_path: Path) -> None:
    path = written(tmp_path, EXPERIMENT.replace("quarters_of_force", "fails_later"))
    done = batch(nursery, path, tmp_path / "results", "--workers", "1")
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


# --- Methods on results -----------------------------------------------------------------------------------------------

UNCERTAIN = """
format = 1
name = "uncertain"
title = "A metric of which the answer is known"
scenarios = ["islands.toml"]
policies = ["laissez-faire", "containment"]
rounds = 2
replicates = 2
own_metrics = ["known.py:calm"]

[uncertainties]
clash = { from = 0.5, to = 2.0 }
operations = { from = 0.5, to = 2.0 }

[sample]
method = "lhs"
size = 60
"""

KNOWN = '''
def calm(history):
    """Less than without it where containment meets much of a parameter, else more."""
    if history.policy.name == "laissez-faire":
        return 1.0 + history.seed
    return history.seed + (0.0 if history.parameters.clash > LIMIT else 2.0)


LIMIT = {limit}
calm.label, calm.unit = "Calm of one's own", "calms"
'''


@pytest.fixture(scope="module")
def uncertain(tmp_path_factory: pytest.TempPathFactory) -> Results:
    place = tmp_path_factory.mktemp("uncertain")
    limit = 1.2 * Parameters._field_defaults["clash"]
    (place / "known.py").write_text(KNOWN.format(limit=limit), encoding="utf-8")
    run_batch(write_experiment(place, UNCERTAIN), place / "results", workers=1)
    return open_results(place / "results")


def test_worlds_are_discovered_by_a_user_s_metric(uncertain: Results) -> None:
    with pytest.raises(GreatPowersError, match="'calm' is neither good nor bad in itself"):
        discover(uncertain, "containment", "laissez-faire", "calm")
    discovery = discover(uncertain, "containment", "laissez-faire", "calm", better=True)
    assert (
        discovery.cases.to_numpy().tolist()
        == (uncertain.points["clash"] > 1.2 * Parameters._field_defaults["clash"]).tolist()
    )
    assert [limit["factor"] for limit in discovery.box.limits.to_dict("records")] == ["clash"]
    assert discovery.what == "containment loses to laissez-faire on calm of one's own"


def test_differences_and_their_figure_know_label_and_unit(uncertain: Results) -> None:
    table = paired_differences(uncertain.runs(["calm"]), "calm")
    assert table.loc[0, "unit"] == "calms"
    drawn = differences_figure(table, better=True)
    assert any("Calm of one's own" in text.get_text() for text in drawn.findobj(Text))


def test_a_metric_nobody_describes_goes_by_its_name(uncertain: Results) -> None:
    runs = uncertain.runs(["calm"])
    bare = pd.DataFrame({column: runs[column].to_numpy() for column in runs.columns})
    assert paired_differences(bare, "calm").loc[0, "unit"] == ""


def test_sensitivity_of_a_user_s_metric(tmp_path: Path) -> None:
    known = tmp_path / "known.py"
    known.write_text(KNOWN.format(limit=1.2 * Parameters._field_defaults["clash"]), encoding="utf-8")
    question = SensitivityQuestion(
        "morris", f"{known}:calm", "containment", samples=4, replicates=1, rounds=2, parameters=("clash", "operations")
    )
    study = sensitivity_study("template", question)
    run_batch(study, tmp_path / "results", workers=1)
    sensitivity = read_sensitivity(tmp_path / "results", study, question)
    effects = sensitivity.table.set_index("factor")["mu_star"]
    assert effects["clash"] > 0.0 == effects["operations"]
    assert sensitivity.label == "Calm of one's own under containment"


def test_ensembles_take_a_user_s_metrics(tmp_path: Path) -> None:
    (tmp_path / "force.py").write_text(FILE)
    asked = f"{tmp_path / 'force.py'}:quarters_of_force"
    histories = ensemble("template", "containment", 4, 8, metrics=asked)
    assert histories.runs["quarters_of_force"].equals(
        compare("template", "containment", 4, 8, metrics=asked).runs.xs("containment")["quarters_of_force"]
    )
    assert "Quarters of force" in histories._repr_html_()
