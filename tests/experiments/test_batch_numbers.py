"""The numbers of an experiment are those of every other way to run the model."""

import inspect
import json
import shutil
from pathlib import Path
from typing import Any

import mesa
import numpy as np
import pandas as pd
import pytest
from batch_lab import EXPERIMENT, PARTS, ROWS, data_of, write_experiment

from greatpowers import (
    SUMMARY_COLUMNS,
    GreatPowersError,
    GreatPowersModel,
    Plan,
    compare,
    ensemble,
    load_history,
    load_scenario,
    load_study,
    rerun,
    run_batch,
    synthetic,
)
from greatpowers.core.metrics import METRICS
from greatpowers.core.parameters import Parameters
from greatpowers.experiments.plan import seeds_of
from greatpowers.experiments.play import setups_of
from greatpowers.scenario.errors import GreatPowersWarning
from greatpowers.storage.manifest import variants

PLAIN = """
format = 1
name = "plain"
title = "Without variation"
scenarios = ["islands.toml"]
policies = ["laissez-faire", "containment", "half-a-loaf"]
rounds = 12
replicates = 7
seed_base = 3
"""


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("numbers")
    run_batch(write_experiment(place), place / "results", workers=2)
    return place / "results"


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> pd.DataFrame:
    place = tmp_path_factory.mktemp("plain")
    run_batch(write_experiment(place, PLAIN), place / "results", workers=2)
    return pd.read_parquet(place / "results" / "runs")


@pytest.fixture(scope="module")
def islands(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("islands")
    write_experiment(place)
    return place / "islands.toml"


def test_rows_are_in_canonical_order_and_complete(results: Path) -> None:
    runs = pd.read_parquet(results / "runs")
    assert runs["row"].tolist() == list(range(ROWS))
    keys = list(zip(runs["point"], runs["policy"] == "containment", runs["seed"], strict=True))
    assert keys == sorted(keys)
    assert len(set(keys)) == ROWS
    assert list(runs.columns) == ["row", "point", "policy", "seed", *SUMMARY_COLUMNS]


def test_runs_equal_an_ensemble_on_the_same_seeds(plain: pd.DataFrame, islands: Path) -> None:
    for policy in ("laissez-faire", "containment", "half-a-loaf"):
        runs = ensemble(islands, policy, range(3, 10), rounds=12).runs
        rows = plain[plain["policy"] == policy].set_index("seed")[list(SUMMARY_COLUMNS)]
        pd.testing.assert_frame_equal(rows, runs, check_exact=True)


def test_runs_equal_a_comparison(plain: pd.DataFrame, islands: Path) -> None:
    comparison = compare(islands, ["laissez-faire", "containment", "half-a-loaf"], range(3, 10), rounds=12)
    rows = plain.set_index(["policy", "seed"])[list(SUMMARY_COLUMNS)]
    pd.testing.assert_frame_equal(rows, comparison.runs, check_exact=True)


def test_runs_equal_mesas_batch_run(plain: pd.DataFrame, islands: Path) -> None:
    asked: dict[str, Any] = {"scenario": [load_scenario(islands)], "policy": "containment", "rounds": 12}
    seeds = [3, 4, 5]
    if "rng" in inspect.signature(mesa.batch_run).parameters:  # from Mesa 3.5 on
        rows = mesa.batch_run(GreatPowersModel, asked, rng=seeds, data_collection_period=1, display_progress=False)
    else:
        asked["rng"] = seeds
        rows = mesa.batch_run(GreatPowersModel, asked, data_collection_period=1, display_progress=False)
    by_run = pd.DataFrame(rows).groupby("RunId")
    rule = {"mean": np.mean, "max": np.max, "sum": np.sum, "last": lambda values: values[-1]}
    for seed, (_, rounds) in zip(seeds, by_run, strict=True):
        row = plain[(plain["policy"] == "containment") & (plain["seed"] == seed)].iloc[0]
        for entry in METRICS:
            assert rule[entry.whole_run](rounds[entry.name].to_numpy()) == row[entry.name], entry.name


def test_bytes_do_not_depend_on_the_number_of_workers(results: Path, tmp_path: Path) -> None:
    run_batch(write_experiment(tmp_path), tmp_path / "results", workers=1)
    assert data_of(tmp_path / "results") == data_of(results)


def test_rounds_are_those_of_the_run_again(results: Path) -> None:
    rounds = pd.read_parquet(results / "rounds")
    assert len(rounds) == ROWS * 12
    again = rerun(results, 321).history
    recorded = rounds[rounds["row"] == 321].drop(columns=["row", "round"]).to_numpy()
    assert np.array_equal(recorded, again.track.metrics)


@pytest.mark.parametrize("row", [0, 137, 321, ROWS - 1])
def test_any_row_comes_out_again_in_full(results: Path, tmp_path: Path, row: int) -> None:
    replay = rerun(results, row)
    recorded = pd.read_parquet(results / "runs").iloc[row]
    assert recorded["seed"] == replay.history.seed
    assert recorded["policy"] == replay.history.policy.name
    loaded = load_history(replay.history.save(tmp_path / "again"))
    for name in SUMMARY_COLUMNS:
        assert recorded[name] == loaded.summary[name] or np.isnan(recorded[name]), name
    point = pd.read_parquet(results / "points.parquet").iloc[recorded["point"]]
    assert point[list(Parameters._fields)].tolist() == list(loaded.parameters)
    assert set(loaded.policy.levers.items()) >= {("sanctions", point["lever_sanctions"])}


def test_a_row_needs_nothing_but_the_directory(results: Path, tmp_path: Path) -> None:
    moved = shutil.copytree(results, tmp_path / "moved")
    shutil.rmtree(moved / "rounds")
    assert repr(rerun(moved, 5).row) == repr(rerun(results, 5).row)


def test_a_table_that_was_changed_does_not_pass_for_the_run(results: Path, tmp_path: Path) -> None:
    moved = shutil.copytree(results, tmp_path / "moved")
    (moved / "runs" / "part-000000.parquet").write_bytes((moved / "runs" / "part-000001.parquet").read_bytes())
    with pytest.raises(GreatPowersError, match="row 0 comes out differently: "):
        rerun(moved, 0)


@pytest.mark.parametrize("row", [-1, ROWS, 10**20])
def test_a_row_that_is_not_there_is_a_sentence(results: Path, row: int) -> None:
    with pytest.raises(GreatPowersError, match=f"there is no row {row}; expected one from 0 to {ROWS - 1}"):
        rerun(results, row)


CHANGES = {
    "replicates": ("replicates = 10", "replicates = 12", "'replicates' was 10 and is 12 now"),
    "a sample": ("seed = 1", "seed = 2", "'uncertainties.sample.seed' was 1 and is 2 now"),
    "policies": ('"containment"]', '"half-a-loaf"]', "'policies' was"),
    "what is new": ("rounds = 12", "rounds = 12\nseed_base = 7", "'seed_base' was not set and is 7 now"),
}


@pytest.mark.parametrize("case", CHANGES)
def test_a_changed_experiment_is_refused_and_the_change_named(results: Path, tmp_path: Path, case: str) -> None:
    old, new, difference = CHANGES[case]
    before = data_of(results)
    with pytest.raises(GreatPowersError, match="cannot continue this experiment") as error:
        run_batch(write_experiment(tmp_path, EXPERIMENT.replace(old, new)), results)
    assert difference in str(error.value)
    assert data_of(results) == before


def test_a_changed_remark_is_no_change(results: Path, tmp_path: Path) -> None:
    path = write_experiment(tmp_path, f"# Remark\n{EXPERIMENT}")
    assert run_batch(path, results).rows_before == ROWS


def test_a_changed_scenario_is_refused(results: Path, tmp_path: Path) -> None:
    path = write_experiment(tmp_path)
    world = tmp_path / "islands.toml"
    world.write_text(world.read_text().replace("seed = 9", "seed = 8"))
    with pytest.raises(GreatPowersError, match="the content of scenario 'islands' has changed"):
        run_batch(path, results)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('"version": "', '"version": "0', "begun with greatpowers 0"),
        ('"core": "', '"core": "0', "the rules of the model have changed"),
        ('"pyarrow": "', '"pyarrow": "0', "begun with pyarrow 0"),
    ],
)
def test_another_version_is_refused(results: Path, tmp_path: Path, old: str, new: str, message: str) -> None:
    moved = shutil.copytree(results, tmp_path / "moved")
    manifest = moved / "manifest.json"
    manifest.write_text(manifest.read_text().replace(old, new))
    with pytest.raises(GreatPowersError, match=message):
        run_batch(write_experiment(tmp_path), moved)


@pytest.mark.parametrize("name", list(variants()))
def test_another_processor_or_variant_of_a_library_is_recorded_and_warned_of(
    name: str, results: Path, tmp_path: Path
) -> None:
    moved = shutil.copytree(results, tmp_path / "moved")
    manifest = json.loads((moved / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["machine"][name] == variants()[name]
    manifest["machine"][name] = "another"
    (moved / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    with pytest.warns(GreatPowersWarning, match=f"begun on another machine: '{name}' was \"another\" and is .* now"):
        run_batch(write_experiment(tmp_path), moved)
    assert data_of(moved) == data_of(results)


def test_the_record_of_a_machine_names_processor_and_variants() -> None:
    assert set(variants()) == {"architecture", "processor", "simd", "blas"}
    assert variants()["architecture"] and variants()["processor"]


@pytest.mark.parametrize("name", ["greatpowers", "core", "numpy", "numba", "architecture"])
def test_a_dask_worker_with_other_libraries_is_refused(name: str, tmp_path: Path) -> None:
    pytest.importorskip("distributed")
    from greatpowers.experiments.dask import libraries_here, play_remotely

    job, here = Plan(load_study(write_experiment(tmp_path))).job(0), libraries_here()
    assert play_remotely(job, here)[0].shape[0] == job.rows
    with pytest.raises(GreatPowersError, match=f"a Dask worker has {name} .*; expected {name} other, as where"):
        play_remotely(job, {**here, name: "other"})


def test_a_directory_of_others_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "thesis.tex").write_text("mine")
    with pytest.raises(GreatPowersError, match="greatpowers did not write, such as 'thesis.tex'"):
        run_batch(write_experiment(tmp_path), tmp_path / "out")
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["thesis.tex"]


@pytest.mark.parametrize("part_rows", [1, 3, 7, 13, 20, 21, 50, 1000])
def test_parts_hold_every_row_once_whatever_their_size(tmp_path: Path, part_rows: int) -> None:
    text = EXPERIMENT.replace("part_rows = 20", f"part_rows = {part_rows}")
    plan = Plan(load_study(write_experiment(tmp_path, text)))
    ranges = [plan.range_of(part) for part in range(plan.parts)]
    assert [low for low, _ in ranges] == [0, *(high for _, high in ranges[:-1])]
    assert ranges[-1][1] == ROWS
    for part in range(min(plan.parts, 9)):
        job = plan.job(part)
        assert job.rows == ranges[part][1] - ranges[part][0]
        assert plan.units(part) == sum(len(seeds_of(segment, job.replicates)) for segment in job.segments)


def test_parts_that_cut_through_points_hold_the_same_numbers(results: Path, tmp_path: Path) -> None:
    path = write_experiment(tmp_path, EXPERIMENT.replace("part_rows = 20", "part_rows = 13"))
    run_batch(path, tmp_path / "results")
    for table in ("runs", "rounds"):
        pd.testing.assert_frame_equal(
            pd.read_parquet(tmp_path / "results" / table), pd.read_parquet(results / table), check_exact=True
        )
    assert len(list((results / "runs").iterdir())) == PARTS


def test_cells_of_levers_hold_in_every_theatre_and_segment(tmp_path: Path) -> None:
    text = PLAIN.replace('"islands.toml"', '"2017"').replace('"containment"', '"reluctant-then-containment"')
    path = write_experiment(tmp_path, text + "[levers]\nkeep = [0.25, 0.75]\nsanctions = [0.1, 0.9]\n")
    plan = Plan(load_study(path))
    assert plan.points == 4
    for setup in setups_of(plan.point(1)):
        assert np.all(setup.levers.levers.keep == 0.25)
        assert np.all(setup.levers.levers.sanctions == 0.9)


def test_assigned_doctrines_change_the_states_named_and_no_others(tmp_path: Path) -> None:
    text = PLAIN.replace('"islands.toml"', '"2017"')
    path = write_experiment(tmp_path, text + '[doctrines]\nbase = {}\ntough = { RUS = "nineteenth-century" }\n')
    plan = Plan(load_study(path))
    base, tough = (plan.point(number).scenario for number in range(2))
    changed = {a.id for a, b in zip(base.states, tough.states, strict=True) if a != b}
    assert changed <= {"RUS"}
    assert next(state for state in tough.states if state.id == "RUS").doctrine == "nineteenth-century"
    assert [plan.labels(number)["doctrines"] for number in range(2)] == ["base", "tough"]


def test_generated_worlds_are_those_of_the_generator(tmp_path: Path) -> None:
    plan = Plan(load_study(write_experiment(tmp_path)))
    scenario = plan.point(plan.points - 1).scenario
    wanted = synthetic(states=6, power_maximizers=0.5, seed=9)
    assert (scenario.states, scenario.theatres) == (wanted.states, wanted.theatres)


@pytest.mark.parametrize("method", ["lhs", "sobol", "grid"])
def test_samples_lie_within_the_ranges_and_are_the_same_each_time(tmp_path: Path, method: str) -> None:
    text = PLAIN + f'[uncertainties]\nclash = [0.01, 0.03]\nsample = {{ method = "{method}", size = 4, seed = 5 }}\n'
    one, two = (Plan(load_study(write_experiment(tmp_path, text))) for _ in range(2))
    values = [one.point(number).parameters["clash"] for number in range(one.points)]
    assert values == [two.point(number).parameters["clash"] for number in range(two.points)]
    assert all(0.01 <= value <= 0.03 for value in values)
    assert len(set(values)) == one.points == (2 if method == "grid" else 4)


MERCHANT = (
    'format = 1\nname = "merchant"\ntitle = "Merchant"\nweights = { power = 1, order = 0, welfare = 1, fear = 0 }\n'
)


def test_an_experiment_takes_doctrines_by_path_and_its_results_hold_them(tmp_path: Path) -> None:
    text = PLAIN.replace("replicates = 7", "replicates = 2")
    asked = '[synthetic]\nother_doctrine = ["order-preserving", "merchant.toml"]\n'
    asked += '[doctrines]\none = { S1 = "merchant.toml" }\n'
    path = write_experiment(tmp_path, text + asked)
    (tmp_path / "merchant.toml").write_text(MERCHANT)
    plan = Plan(load_study(path))
    assert plan.points == 2
    assert [{state.doctrine for state in plan.point(n).scenario.states} for n in (0, 1)] == [
        {"merchant", "nineteenth-century", "order-preserving"},
        {"merchant", "nineteenth-century"},
    ]
    run_batch(path, tmp_path / "results", workers=1)
    (tmp_path / "merchant.toml").write_text(MERCHANT.replace("order = 0", "order = 1"))
    with pytest.raises(GreatPowersError, match="the content of scenario 'islands' has changed"):
        run_batch(path, tmp_path / "results")
    (tmp_path / "merchant.toml").unlink()
    again = rerun(tmp_path / "results", 7)
    assert again.history.scenario.states[0].doctrine == "merchant"
