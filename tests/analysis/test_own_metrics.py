"""Metrics of the user's own: columns like any other, the same from every worker, and refused in one sentence."""

import pickle
import subprocess
import sys
from importlib import metadata
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest

from greatpowers import GreatPowersError, History, compare, load_posterior, simulate
from greatpowers.simulation.own import own_metrics

POLICIES = ["laissez-faire", "containment"]

FILE = '''
def quarters_of_force(history):
    """Rounds in which somebody uses force, over all theatres."""
    return (history.theatres["rung"] >= 4).sum()


quarters_of_force.label = "Quarters of force"
quarters_of_force.unit = "theatre rounds"


def any_force(history):
    return bool((history.theatres["rung"] >= 4).any())


any_force.unit = "0 or 1"


def fails(history):
    return 1 / (len(history.events) * 0)


def gives_a_table(history):
    return history.metrics


def gives_none(history):
    pass


def gives_nan(history):
    return float("nan")


def half(history):
    return 0.5


half.unit = "0 or 1"


def order(history):
    return 1.0


number = 3
'''


def last_order(history: History) -> float:
    return float(history.metrics["order"].iloc[-1])


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "force.py"
    path.write_text(FILE, encoding="utf-8")
    return path


def test_a_function_becomes_a_column_of_everything_a_comparison_gives(tmp_path: Path) -> None:
    comparison = compare("template", POLICIES, seeds=6, rounds=8, metrics=[last_order])
    assert comparison.runs["last_order"].to_numpy().tobytes() == comparison.runs["order"].to_numpy().tobytes()
    assert comparison.runs.columns[-1] == "last_order"
    for table in (comparison.table, comparison.differences):
        assert table["last_order"].equals(table["order"])
    assert comparison.describe("last_order")[:3] == ("last_order", "Last order", "")
    assert "Last order" in comparison._repr_html_()
    place = comparison.save(tmp_path / "kept")
    saved = pd.read_csv(place / "table.csv").set_index(["metric", "policy"])
    difference = comparison.differences.loc["containment", ("last_order", "mean")]
    assert saved.loc[("last_order", "containment"), "difference_mean"] == pytest.approx(difference)
    assert pd.read_parquet(place / "runs.parquet")["last_order"].equals(
        comparison.runs["last_order"].reset_index(drop=True)
    )


def test_a_function_in_a_file_says_its_label_and_unit(file: Path, tmp_path: Path) -> None:
    comparison = compare("template", POLICIES, seeds=3, rounds=8, metrics=f"{file}:quarters_of_force")
    history = simulate("template", "containment", 2, 8)
    assert comparison.runs.loc[("containment", 2), "quarters_of_force"] == (history.theatres["rung"] >= 4).sum()
    assert comparison.describe("quarters_of_force")[1:3] == ("Quarters of force", "theatre rounds")
    place = comparison.save(tmp_path / "kept")
    field = pq.read_schema(place / "runs.parquet").field("quarters_of_force")
    assert field.metadata[b"unit"] == b"theatre rounds"
    assert comparison.manifest["own_metrics"][0]["formula"] == "Rounds in which somebody uses force, over all theatres."
    assert list(file.parent.glob("__pycache__")) == []


def test_what_is_true_or_false_is_a_share_of_runs(file: Path) -> None:
    comparison = compare("template", "containment", seeds=4, rounds=4, metrics=f"{file}:any_force")
    low, high = comparison.table.loc["containment", "any_force"][["low", "high"]]
    assert 0.0 <= low < high <= 1.0


def test_workers_do_not_change_own_metrics(file: Path) -> None:
    asked = [f"{file}:quarters_of_force", last_order]
    one, three = (compare("template", POLICIES, 8, 8, workers=n, metrics=asked) for n in (1, 3))
    assert one.runs.to_numpy().tobytes() == three.runs.to_numpy().tobytes()
    assert one.runs.iloc[:, :-2].equals(compare("template", POLICIES, 8, 8).runs)


def test_a_posterior_is_asked_for_own_metrics_too() -> None:
    posterior = load_posterior("record")
    few = posterior.model_copy(update={"draws": posterior.draws[:2]})
    comparison = compare("template", POLICIES, 2, 4, posterior=few, posterior_seeds=2, metrics=[last_order])
    assert comparison.posterior is not None
    columns = list(comparison.runs.columns)
    drawn = comparison.posterior.values
    assert drawn[..., columns.index("last_order")].tobytes() == drawn[..., columns.index("order")].tobytes()
    assert comparison.posterior_table["last_order"].equals(comparison.posterior_table["order"])


def test_a_module_and_an_entry_point_are_names_as_well(monkeypatch: pytest.MonkeyPatch) -> None:
    target = "greatpowers.simulation.own:own_as_data"
    (named,) = own_metrics(target)
    point = metadata.EntryPoint("as-data", target, "greatpowers.metrics")
    monkeypatch.setattr("greatpowers.simulation.own.entry_points", lambda group: {point})
    (offered,) = own_metrics("as-data")
    assert (named.name, named.sha256) == (offered.name, offered.sha256) and named.name == "own_as_data"
    with pytest.raises(GreatPowersError, match="Did you mean 'as-data'"):
        own_metrics("as-dat")


def test_another_process_imports_the_function_by_its_name(file: Path) -> None:
    (metric,) = own_metrics("force.py:quarters_of_force", beside=file.parent)
    sent = pickle.dumps(metric)
    code = (
        "import pickle, sys; metric = pickle.loads(bytes.fromhex(sys.argv[1]));"
        "from greatpowers import simulate; print(metric.value(simulate('template', 'containment', 2, 4)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, sent.hex()], cwd=Path.home(), capture_output=True, text=True, check=False
    )
    assert done.stdout.strip() == str(metric.value(simulate("template", "containment", 2, 4))), done.stderr
    file.write_text(FILE.replace(">= 4", ">= 3"), encoding="utf-8")
    with pytest.raises(GreatPowersError, match="its file is not the one that the work was begun with"):
        pickle.loads(sent).value(simulate("template", "containment", 2, 4))


@pytest.mark.parametrize(
    ("name", "says"),
    [
        (
            "fails",
            r"^metric 'fails' under policy 'containment', seed 5: it fails with ZeroDivisionError: .*line 19\)\.$",
        ),
        ("gives_a_table", "it gives DataFrame; expected a finite number"),
        ("gives_none", "seed 5: it gives nothing; expected a finite number"),
        ("gives_nan", "it gives nan; expected a finite number"),
        ("half", "it gives 0.5, and its unit is '0 or 1'"),
        ("order", "metric 'order': results have a column of this name already"),
        ("any_forces", "there is no function 'any_forces' in '.*'. Did you mean 'any_force'"),
        ("number", "there is no function 'number'"),
    ],
)
def test_what_gives_no_number_is_told_in_one_sentence(file: Path, name: str, says: str) -> None:
    with pytest.raises(GreatPowersError, match=says):
        compare("template", "containment", seeds=[5], rounds=2, metrics=f"{file}:{name}")


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("nowhere.py:x", "'.*nowhere.py' cannot be read"),
        ("no_such_module:x", "cannot be imported, ModuleNotFoundError: No module named 'no_such_module'"),
        ("revision", "this is a metric of the model"),
        ("nothing", "no installed package offers it; expected FILE.py:FUNCTION"),
        ("a/b:c", "this names no function; expected FILE.py:FUNCTION"),
    ],
)
def test_what_names_no_function_is_refused(text: str, says: str) -> None:
    with pytest.raises(GreatPowersError, match=says):
        own_metrics(text)


def test_a_file_that_is_no_program_is_refused(tmp_path: Path) -> None:
    (tmp_path / "wrong.py").write_text("def x(:\n")
    with pytest.raises(GreatPowersError, match="cannot be imported, SyntaxError: .*line 1"):
        own_metrics("wrong.py:x", beside=tmp_path)


def test_a_function_without_a_name_and_a_name_given_twice_are_refused() -> None:
    with pytest.raises(GreatPowersError, match="'<lambda>' is no function with a name"):
        own_metrics(lambda history: 1.0)
    with pytest.raises(GreatPowersError, match="metric 'last_order': results have a column of this name already"):
        own_metrics([last_order, last_order])


def test_own_metrics_do_not_change_the_models(file: Path) -> None:
    without = compare("template", POLICIES, 3, 6)
    asked = compare("template", POLICIES, 3, 6, metrics=f"{file}:any_force")
    assert np.array_equal(asked.runs.to_numpy()[:, :-1], without.runs.to_numpy(), equal_nan=True)
    assert "own_metrics" not in without.manifest
