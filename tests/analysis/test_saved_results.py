"""Results on disk: they come back as they were, are written whole or not at all, and never over others' files."""

import json
import math
import tomllib
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest

from greatpowers import (
    Comparison,
    GreatPowersError,
    History,
    compare,
    explain,
    figures_of,
    load_history,
    load_policy,
    load_posterior,
    load_scenario,
    simulate,
)
from greatpowers.dictionary import METRIC_NAMES, STATE_NAMES, THEATRE_NAMES, TRACE_NAMES
from greatpowers.storage import manifest

TABLES = ("metrics", "states", "theatres", "appraisals", "events")


@pytest.fixture(scope="module")
def history() -> History:
    return simulate("2017", "half-a-loaf", seed=3, rounds=10)


@pytest.fixture(scope="module")
def compared() -> Comparison:
    return compare("template", ["laissez-faire", "half-a-loaf"], seeds=4, rounds=8)


def contents(directory: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in directory.iterdir()}


def test_files_that_were_made_before_the_posterior_was_there_are_those_that_are_made_after(tmp_path: Path) -> None:
    few = load_posterior("record").model_copy(update={"draws": load_posterior("record").draws[:2]})
    early: dict[str, bytes] = {}

    def meanwhile(partial: Comparison) -> None:
        early.update(partial.files_of_luck())

    comparison = compare("template", ["laissez-faire", "half-a-loaf"], 3, 6, posterior=few, meanwhile=meanwhile)
    whole, made = (
        contents(comparison.save(tmp_path / "whole")),
        contents(comparison.save(tmp_path / "made", made=early)),
    )
    assert whole == made
    assert {"runs.csv", "places.parquet", "bands.parquet", "config.toml"} < set(early)
    assert not {"table.csv", "places.csv", "posterior.parquet", "codebook.csv"} & set(early)
    marked = contents(comparison.save(tmp_path / "marked", made={"runs.csv": b"made", "curve.png": b"drawn"}))
    assert (
        marked["runs.csv"] == b"made" and marked["curve.png"] == b"drawn" and marked["table.csv"] == whole["table.csv"]
    )


def test_a_history_comes_back_as_it_was(history: History, tmp_path: Path) -> None:
    loaded = load_history(history.save(tmp_path / "run"))
    assert loaded.scenario == history.scenario
    assert loaded.policy == history.policy
    assert loaded.parameters == history.parameters
    assert loaded.manifest == history.manifest
    assert np.array_equal(loaded.codes, history.codes)
    for part in ("metrics", "states", "theatres"):
        assert getattr(loaded.track, part).tobytes() == getattr(history.track, part).tobytes()
    for table in (*TABLES, "summary"):
        assert getattr(loaded, table).equals(getattr(history, table))
    assert explain(loaded) == explain(history)


@pytest.mark.parametrize("policy", ["reluctant-then-containment", "laissez-faire"])
def test_schedules_and_bare_records_come_back_too(policy: str, tmp_path: Path) -> None:
    history = simulate("template", policy, rounds=4, record=False)
    loaded = load_history(history.save(tmp_path / "run"))
    assert loaded.policy == history.policy
    assert not loaded.recorded
    assert loaded.metrics.equals(history.metrics)


def test_the_configuration_runs_again(history: History, tmp_path: Path) -> None:
    place = history.save(tmp_path / "run")
    again = simulate(place / "config.toml", place / "half-a-loaf.toml", seed=3, rounds=10)
    assert np.array_equal(again.track.metrics, history.track.metrics)
    assert load_scenario(place / "config.toml") == history.scenario


def test_terms_for_a_user_s_policy_are_read_beside_the_configuration(tmp_path: Path) -> None:
    scenario = load_scenario("template")
    policy = load_policy("half-a-loaf").model_copy(update={"name": "mine", "terms": ("mine",)})
    own = scenario.model_copy(update={"terms": tuple(t.model_copy(update={"policy": "mine"}) for t in scenario.terms)})
    history = simulate(own, policy, rounds=3)
    assert load_history(history.save(tmp_path / "run")).scenario.terms == own.terms


def test_the_manifest_says_what_was_run(history: History, tmp_path: Path) -> None:
    place = history.save(tmp_path / "run")
    manifest = json.loads((place / "manifest.json").read_text())
    assert {"version", "seed", "rounds", "config_sha256", "environment", "created"} <= set(manifest)
    assert (manifest["seed"], manifest["rounds"], manifest["policy"]) == (3, 10, "half-a-loaf")
    assert {"python", "numpy", "numba", "platform"} <= set(manifest["environment"])
    assert manifest["files"] == sorted(path.name for path in place.iterdir())


def test_columns_on_disk_say_their_unit_and_meaning(history: History, tmp_path: Path) -> None:
    place = history.save(tmp_path / "run")
    expected = {"metrics": METRIC_NAMES, "states": STATE_NAMES, "theatres": THEATRE_NAMES, "appraisals": TRACE_NAMES}
    for table, names in expected.items():
        schema = pq.read_schema(place / f"{table}.parquet")
        for name in names:
            metadata = schema.field(name).metadata
            assert metadata[b"unit"], (table, name)
            assert metadata[b"meaning"], (table, name)


def test_results_of_this_program_are_replaced_and_what_others_added_stays(history: History, tmp_path: Path) -> None:
    place = simulate("template", "containment", rounds=2).save(tmp_path / "run")
    (place / "notes.txt").write_text("mine")
    history.save(place)
    assert load_history(place).policy.name == "half-a-loaf"
    assert (place / "notes.txt").read_text() == "mine"
    assert not (place / "containment.toml").exists()
    assert [path.name for path in tmp_path.iterdir()] == ["run"]


def test_a_directory_that_is_not_ours_is_left_alone(history: History, compared: Comparison, tmp_path: Path) -> None:
    (tmp_path / "thesis.tex").write_text("years of work")
    (tmp_path / "manifest.json").write_text('{"version": 3}')
    before = contents(tmp_path)
    for result in (history, compared):
        with pytest.raises(GreatPowersError, match="greatpowers did not write"):
            result.save(tmp_path)
    assert contents(tmp_path) == before


def test_an_empty_directory_is_used(history: History, tmp_path: Path) -> None:
    (tmp_path / "new").mkdir()
    assert load_history(history.save(tmp_path / "new")).seed == 3


def test_the_directory_one_stands_in_is_filled_where_it_is(
    history: History, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    before = tmp_path.stat().st_ino
    simulate("template", rounds=2).save(".")
    history.save(".")
    assert load_history(".").policy.name == "half-a-loaf"
    assert tmp_path.stat().st_ino == before
    assert not (tmp_path / "laissez-faire.toml").exists()
    assert not [path for path in tmp_path.iterdir() if path.name.startswith(".")]


@pytest.mark.parametrize("where", ["file.txt", "file.txt/below", "nul\0byte"])
def test_what_cannot_be_written_is_a_sentence(history: History, tmp_path: Path, where: str) -> None:
    (tmp_path / "file.txt").write_text("a file")
    with pytest.raises(GreatPowersError) as caught:
        history.save(f"{tmp_path}/{where}")
    assert "file.txt" in str(caught.value) or "cannot be written" in str(caught.value)
    assert contents(tmp_path) == {"file.txt": b"a file"}


def test_nothing_is_half_written(history: History, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    place = simulate("template", rounds=2).save(tmp_path / "run")
    before = contents(place)

    def full_disk(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(manifest, "write_manifest", full_disk)
    for target in (place, tmp_path / "other"):
        with pytest.raises(GreatPowersError, match="No space left on device"):
            history.save(target)
    assert contents(place) == before
    assert [path.name for path in tmp_path.iterdir()] == ["run"]


@pytest.mark.parametrize("damage", ["missing", "rubbish", "shortened"])
def test_a_damaged_record_is_a_sentence(history: History, tmp_path: Path, damage: str) -> None:
    path = history.save(tmp_path / "run") / "theatres.parquet"
    if damage == "missing":
        path.unlink()
    elif damage == "rubbish":
        path.write_bytes(b"no parquet")
    else:
        pd.read_parquet(path).iloc[:-1].to_parquet(path)
    with pytest.raises(GreatPowersError):
        load_history(tmp_path / "run")


@pytest.mark.parametrize("seed", [-5, 2**70])
def test_a_seed_that_no_run_can_have_is_quoted(history: History, tmp_path: Path, seed: int) -> None:
    path = history.save(tmp_path / "run") / "manifest.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), "seed": seed}))
    with pytest.raises(GreatPowersError, match="the record is damaged or of another version \\('seed' is (-5|118)"):
        load_history(tmp_path / "run")


def test_where_there_is_no_run_loading_says_so(compared: Comparison, tmp_path: Path) -> None:
    with pytest.raises(GreatPowersError, match="there is no run here"):
        load_history(tmp_path)
    with pytest.raises(GreatPowersError, match="holds a comparison"):
        load_history(compared.save(tmp_path / "compared"))


def test_a_comparison_is_written_with_its_table_runs_and_figures(compared: Comparison, tmp_path: Path) -> None:
    place = compared.save(tmp_path / "compared", figures_of(compared))
    table = pd.read_csv(place / "table.csv")
    row = table[(table["policy"] == "half-a-loaf") & (table["metric"] == "order")].iloc[0]
    assert row["mean"] == pytest.approx(compared.table.loc["half-a-loaf", ("order", "mean")])
    assert row["difference_low"] == pytest.approx(compared.differences.loc["half-a-loaf", ("order", "low")])
    assert table[table["policy"] == "laissez-faire"]["difference_mean"].isna().all()
    assert len(pd.read_parquet(place / "runs.parquet")) == 8
    assert len(pd.read_parquet(place / "table.parquet")) == len(table)
    assert len(list(place.glob("*.png"))) == 4
    manifest = json.loads((place / "manifest.json").read_text())
    seeds = {"first": 0, "last": 3}
    assert (manifest["kind"], manifest["policies"], manifest["seeds"]) == ("comparison", compared.names, seeds)
    for name in compared.names:
        assert tomllib.loads((place / f"{name}.toml").read_text())["name"] == name
    assert load_scenario(place / "config.toml") == compared.scenario


def test_every_column_of_every_file_stands_in_the_codebook(tmp_path: Path) -> None:
    comparison = compare("template", ["laissez-faire", "containment"], 3, 6, posterior="record", posterior_seeds=1)
    place = comparison.save(tmp_path / "saved")
    book = pd.read_csv(place / "codebook.csv")
    assert not book.duplicated(["file", "column"]).any() and book.notna().all().all()
    described = book.groupby("file")["column"].agg(set).to_dict()
    files = [path for path in (*place.glob("*.csv"), *place.glob("*.parquet")) if path.name != "codebook.csv"]
    assert len(files) == 11
    for path in files:
        columns = pq.read_schema(path).names if path.suffix == ".parquet" else list(pd.read_csv(path, nrows=1))
        assert set(columns) == described.get(path.name, described.get(path.stem)), path.name


def test_labels_are_in_the_parquet_file_for_whoever_reads_no_metadata_of_columns(tmp_path: Path) -> None:
    comparison = compare("template", ["containment"], 3, 6)
    schema = pq.read_schema(comparison.save(tmp_path / "saved") / "runs.parquet")
    known = json.loads(schema.metadata[b"codebook"])
    assert set(known) == set(comparison.runs.columns)
    for name, entry in known.items():
        described = comparison.describe(name)
        assert entry == {"meaning": described.formula, "unit": described.unit}
        assert schema.field(name).metadata[b"unit"].decode() == described.unit


def test_a_script_that_knows_nothing_of_us_gets_the_numbers_that_are_printed(tmp_path: Path) -> None:
    """Means, medians and paired differences from runs.parquet and places.parquet with plain SQL and sums."""
    place = tmp_path / "saved"
    compare("template", ["laissez-faire", "containment"], 12, 24, posterior="record", posterior_seeds=2).save(place)
    table = pd.read_csv(place / "table.csv").set_index(["policy", "metric"])
    runs = pd.read_parquet(place / "runs.parquet")
    for (policy, metric), row in table.iterrows():
        values = sorted(runs.loc[runs["policy"] == policy, metric])
        other = runs.loc[runs["policy"] == row["baseline"]].set_index("seed")[metric]
        own = runs.loc[runs["policy"] == policy].set_index("seed")[metric]
        n, mean = len(values), math.fsum(values) / len(values)
        assert row["mean"] == pytest.approx(mean, abs=1e-12) and row["runs"] == n
        assert row["median"] == pytest.approx((values[(n - 1) // 2] + values[n // 2]) / 2, abs=1e-12)
        if policy != row["baseline"]:
            assert row["difference_mean"] == pytest.approx(math.fsum(own - other) / n, abs=1e-12)
        if row["unit"] != "0 or 1":
            spread = math.sqrt(math.fsum((value - mean) ** 2 for value in values) / (n - 1) / n)
            assert row["high"] - row["mean"] == pytest.approx(2.200985 * spread, rel=1e-6, abs=1e-12)
    drawn = pd.read_parquet(place / "posterior.parquet")
    for (policy, metric), row in table.iterrows():
        means = drawn.loc[drawn["policy"] == policy].groupby("draw")[metric].mean()
        assert row["posterior_mean"] == pytest.approx(means.mean(), abs=1e-12)
    places = pd.read_csv(place / "places.csv")
    histories = pd.read_parquet(place / "places.parquet").groupby(["place", "policy"])
    for row in places.to_dict("records"):
        values = histories.get_group((row["place"], row["policy"]))[row["outcome"]]
        assert row["mean"] == pytest.approx(values.mean(), abs=1e-12)
        assert row["median"] == pytest.approx(values.median(), abs=1e-12)


def test_what_is_saved_in_the_users_own_directory_is_where_it_is_said_to_be(
    history: History, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    assert history.save("~/it") == tmp_path / "it"
    assert (tmp_path / "it" / "manifest.json").is_file()
