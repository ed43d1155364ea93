"""Results are read lazily, with units, by pandas, pyarrow, polars, DuckDB and xarray, complete or not."""

import csv
import json
import shutil
import time
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from batch_lab import EXPERIMENT, write_experiment
from made_results import made, ordinary

import greatpowers
from greatpowers import GreatPowersError, run_batch
from greatpowers.experiments.results import read_cube, write_data_dictionary


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> greatpowers.Results:
    points = [{"lever_relief": relief} for relief in (0.0, 1.0)]
    place = made(
        tmp_path_factory.mktemp("made") / "r",
        ordinary,
        points=points,
        replicates=5,
        rounds=3,
        levers={"relief": [0, 1]},
    )
    return greatpowers.open_results(place)


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An experiment that was really played."""
    place = tmp_path_factory.mktemp("small")
    text = EXPERIMENT.replace("replicates = 10", "replicates = 1").replace("rounds = 12", "rounds = 2")
    run_batch(write_experiment(place, text), place / "results")
    return place / "results"


def test_runs_are_a_table_in_canonical_order(results: greatpowers.Results) -> None:
    runs = results.runs()
    assert list(runs["row"]) == list(range(20))
    assert list(runs["policy"][:6]) == ["laissez-faire"] * 5 + ["containment"]


def test_only_the_columns_and_runs_asked_for_are_returned(results: greatpowers.Results) -> None:
    runs = results.runs(["order"], {"policy": "containment", "point": [1], "seed": range(2, 4)})
    assert list(runs.columns) == ["row", "point", "policy", "seed", "order"]
    assert list(runs["row"]) == [17, 18]


def test_an_unknown_column_is_answered_with_the_nearest(results: greatpowers.Results) -> None:
    with pytest.raises(GreatPowersError, match="'ordre' was not recorded in this experiment. Did you mean 'order'?"):
        results.runs(["ordre"])


def test_complete_counts_rows(tmp_path: Path, results: greatpowers.Results) -> None:
    assert results.complete == (20, 20)
    assert results.complete.whole
    part = greatpowers.open_results(made(tmp_path / "part", ordinary, keep=7))
    assert part.complete == (7, 20)
    assert not part.complete.whole


@pytest.mark.parametrize("table", ["runs/part-000000.parquet", "runs/part-000001.parquet", "other"])
def test_a_table_of_points_that_is_another_one_is_a_sentence(table: str, tmp_path: Path) -> None:
    place = made(tmp_path / "r", ordinary)
    if table == "other":
        pq.write_table(pa.table({"order": [0.5]}), place / "points.parquet")
    else:
        (place / "points.parquet").write_bytes((place / table).read_bytes())
    with pytest.raises(GreatPowersError, match=r"r: the experiment's points.parquet cannot be used \(it is not"):
        greatpowers.open_results(place).points  # noqa: B018


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"name = ", "Invalid value"),
        (b"\xff\xfe", "'utf-8' codec can't decode byte 0xff"),
        (None, "No such file"),
    ],
)
def test_a_damaged_copy_of_the_experiment_s_file_is_a_sentence(content: bytes | None, why: str, tmp_path: Path) -> None:
    place = made(tmp_path / "r", ordinary)
    (place / "experiment.toml").unlink() if content is None else (place / "experiment.toml").write_bytes(content)
    with pytest.raises(GreatPowersError, match=rf"r: the experiment's experiment.toml cannot be used \({why}"):
        greatpowers.open_results(place).experiment  # noqa: B018


@pytest.mark.parametrize(
    ("key", "value", "why"),
    [
        ("experiment_text", "name = ", "TOMLDecodeError"),
        ("configuration", {}, "KeyError"),
        ("configuration", {"doctrines": [1]}, "AttributeError"),
        ("configuration", {"doctrines": {}, "scenarios": [{"name": 3}]}, "ValidationError"),
        ("configuration", {"scenarios": [], "policies": []}, ""),
    ],
)
def test_a_manifest_that_no_run_can_be_played_again_from_is_named(
    key: str, value: object, why: str, small: Path, tmp_path: Path
) -> None:
    place = shutil.copytree(small, tmp_path / "r")
    manifest = json.loads((place / "manifest.json").read_text())
    (place / "manifest.json").write_text(json.dumps({**manifest, key: value}))
    with pytest.raises(GreatPowersError) as refused:
        greatpowers.rerun(place, 0)
    wrong = f"cannot be read ({why})" if why else "has no scenario or no policy; it is damaged"
    assert str(refused.value).endswith(f"manifest.json: the configuration in the manifest {wrong}.")


def test_a_row_of_another_table_is_not_played_again(small: Path, tmp_path: Path) -> None:
    place = shutil.copytree(small, tmp_path / "r")
    (place / "runs" / "part-000000.parquet").write_bytes((place / "points.parquet").read_bytes())
    with pytest.raises(GreatPowersError, match=r"r: the table does not hold '.*' of row 0; it is damaged"):
        greatpowers.rerun(place, 0)


def test_xarray_has_labelled_dimensions_and_units(results: greatpowers.Results) -> None:
    pytest.importorskip("xarray")
    dataset = results.xarray(["order", "wars_begun"])
    assert dataset["order"].dims == ("point", "policy", "replicate")
    assert dataset["order"].attrs["units"] == "share in [0, 1]"
    assert dataset["wars_begun"].attrs["units"] == "wars per run"
    runs = results.runs().set_index(["point", "policy", "seed"])
    assert float(dataset["order"].sel(point=1, policy="containment")[3]) == runs.loc[(1, "containment", 3), "order"]
    assert list(dataset["lever_relief"].to_numpy()) == [0.0, 1.0]


def test_xarray_by_round(results: greatpowers.Results) -> None:
    pytest.importorskip("xarray")
    array = results.xarray("order", by_round=True)["order"]
    assert array.dims == ("point", "policy", "replicate", "round")
    assert float(array.sel(point=1, policy="laissez-faire", round=2)[4]) == 14.02


def test_missing_runs_are_not_a_number(tmp_path: Path) -> None:
    pytest.importorskip("xarray")
    array = greatpowers.open_results(made(tmp_path / "r", ordinary, keep=12)).xarray("order")["order"]
    assert int(array.isnull().sum()) == 8


def test_without_xarray_a_sentence_says_how_to_get_it(
    results: greatpowers.Results, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(__import__("sys").modules, "xarray", None)
    with pytest.raises(GreatPowersError, match=r"pip install greatpowers\[xarray\]"):
        results.xarray("order")


def test_polars_and_duckdb_read_the_files_directly(results: greatpowers.Results) -> None:
    polars, duckdb = pytest.importorskip("polars"), pytest.importorskip("duckdb")
    pattern = f"{results.directory}/runs/*.parquet"
    mean = float(results.runs()["order"].mean())
    assert polars.scan_parquet(pattern).select(polars.col("order").mean()).collect().item() == pytest.approx(mean)
    assert duckdb.sql(f"select avg(\"order\") from '{pattern}'").fetchall()[0][0] == pytest.approx(mean)


def test_files_carry_meaning_and_unit(results: greatpowers.Results) -> None:
    field = pq.read_schema(results.directory / "runs" / "part-000000.parquet").field("sender_cost")
    assert field.metadata[b"unit"] == b"% of world output"


def test_ten_million_rows_open_in_under_a_second(tmp_path: Path) -> None:
    place = made(tmp_path / "r", ordinary)
    text = (place / "experiment.toml").read_text().replace("replicates = 10", "replicates = 5000000")
    (place / "experiment.toml").write_text(text)
    for old in (place / "runs").iterdir():
        old.unlink()
    rows, parts = 10_000_000, 100
    for part in range(parts):
        numbers = pa.array(np.arange(part * rows // parts, (part + 1) * rows // parts))
        zero = pa.array(np.zeros(len(numbers)))
        pq.write_table(pa.table({"row": numbers, "order": zero}), place / "runs" / f"part-{part:06d}.parquet")
    began = time.perf_counter()
    opened = greatpowers.open_results(place)
    assert opened.complete == (rows, rows)
    assert "order" in opened.metrics
    assert time.perf_counter() - began < 1.0


def test_the_data_dictionary_names_every_column_with_its_unit(tmp_path: Path) -> None:
    write_data_dictionary(
        tmp_path, {"points": ["point", "lever_relief", "extraction"], "runs": ["order", "wars_begun"]}
    )
    rows = list(csv.DictReader((tmp_path / "data-dictionary.csv").open()))
    units = {(row["table"], row["column"]): row["unit"] for row in rows}
    assert units["runs", "wars_begun"] == "wars per run"
    assert units["points", "lever_relief"] == "share in [0, 1]"
    assert all(row["meaning"] for row in rows)
    assert "| `extraction` | Extraction | share in [0, 1] |" in (tmp_path / "data-dictionary.md").read_text()


@pytest.mark.parametrize(
    ("prepare", "sentence"),
    [
        (lambda place: None, "there is no such directory"),
        (lambda place: place.mkdir(), "this directory is empty"),
        (lambda place: (place.mkdir(), (place / "x").write_text("")), "holds nothing that greatpowers wrote"),
        (lambda place: place.write_text(""), "this is a file"),
    ],
)
def test_what_is_no_experiment_is_refused_in_a_sentence(tmp_path: Path, prepare: object, sentence: str) -> None:
    place = tmp_path / "place"
    prepare(place)  # type: ignore[operator]
    with pytest.raises(GreatPowersError, match=f"{sentence}.*greatpowers batch"):
        greatpowers.open_results(place)


def test_a_saved_comparison_is_no_experiment(tmp_path: Path) -> None:
    (tmp_path / "manifest.json").write_text('{"software": "greatpowers", "kind": "comparison"}')
    with pytest.raises(GreatPowersError, match="a saved comparison, not an experiment"):
        greatpowers.open_results(tmp_path)


def test_an_experiment_without_a_run_says_how_to_go_on(tmp_path: Path) -> None:
    results = greatpowers.open_results(made(tmp_path / "r", ordinary, keep=0))
    assert results.complete == (0, 20)
    with pytest.raises(
        GreatPowersError, match="no run is done yet; start or continue the experiment with 'greatpowers batch"
    ):
        results.runs()


def test_what_the_runner_wrote_is_read(tmp_path: Path) -> None:
    experiment = write_experiment(tmp_path / "files")
    run_batch(experiment, tmp_path / "out")
    results = greatpowers.open_results(tmp_path / "out")
    assert results.complete.whole
    cube = read_cube(results, ["order"])
    assert cube.there.all()
    runs = results.runs(["order"])
    assert np.array_equal(cube.values["order"].reshape(-1), runs["order"].to_numpy())
    assert results.rounds_dataset.count_rows() == 12 * len(runs)
    assert isinstance(results.points, pd.DataFrame)
