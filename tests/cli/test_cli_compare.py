"""`greatpowers compare`: the table, the files, the same numbers however it is run."""

import json
import os
from pathlib import Path

import pandas as pd
import pytest

from greatpowers import HEADLINES, compare, describe, presets
from greatpowers.cli.compare import decimals_for

SMALL = ("compare", "template", "--seeds", 6, "--rounds", 12)


@pytest.fixture(scope="module")
def compared(greatpowers, tmp_path_factory: pytest.TempPathFactory):
    """A small comparison of all presets with its figures, and the directory it was made in."""
    here = tmp_path_factory.mktemp("compared")
    return greatpowers(*SMALL, cwd=here), here


def test_it_prints_every_preset_and_every_headline_with_its_unit(compared) -> None:
    finished, _ = compared
    assert finished.returncode == 0, finished.stderr
    means, rest = finished.stdout.split("Difference from laissez-faire", 1)
    differences = rest.split("(borderland)")[0]
    words = means.split()
    for metric in HEADLINES:
        described = describe(metric)
        assert set(described.label.replace("-", "- ").split()) <= set(words)
        if described.unit != "0 or 1":
            assert set(described.unit.split()) <= set(words)
    for policy in presets():
        assert f"\n{policy} " in means
        assert (f"\n{policy} " in differences) == (policy != "laissez-faire")
    assert "95% interval over 6 seeds" in means
    assert "±" in means and "±" in differences
    assert "Great-power war is too rare to rank by in so few histories; that takes about " in " ".join(rest.split())


def test_printed_means_are_those_of_the_library(compared) -> None:
    finished, _ = compared
    table = compare("template", ["containment"], seeds=6, rounds=12).table
    means = finished.stdout.split("Difference from laissez-faire", 1)[0]
    rows = [line.split()[1:] for line in means.splitlines() if line.startswith("containment ")]
    for metric, text in zip(HEADLINES, (cell for row in rows for cell in row), strict=True):
        decimals = len(text.partition(".")[2])
        assert float(text) == pytest.approx(table.loc["containment", (metric, "mean")], abs=0.51 * 10**-decimals)


def test_the_doubt_of_the_posterior_stands_below_that_of_luck(compared, greatpowers, tmp_path: Path) -> None:
    finished, _ = compared
    assert "parameter sets that agree with the record about equally well" in " ".join(finished.stdout.split())
    comparison = compare("template", ["containment"], seeds=6, rounds=12, posterior="record")
    low, high = comparison.posterior_table.loc["containment", "order"][["low", "high"]]
    lines = finished.stdout.splitlines()
    row = next(number for number, line in enumerate(lines) if line.startswith("containment "))
    assert f"{low:.3f}-{high:.3f}" in lines[row + 2]
    plain = greatpowers(*SMALL, "--no-figures", "--posterior", "none", cwd=tmp_path)
    assert "parameter sets" not in plain.stdout and not list(tmp_path.rglob("posterior.parquet"))


def test_places_are_told_that_are_asked_for(greatpowers, tmp_path: Path) -> None:
    line = (*SMALL, "--no-figures", "--posterior", "none", "--place")
    text = greatpowers(*line, "borderland", cwd=tmp_path).stdout
    assert "(borderland)" in text and "(election)" not in text and "Held at" in text
    assert " do great powers fight each other over " in text or "Great powers fight over " in text
    wrong = greatpowers(*line, "border", cwd=tmp_path)
    assert wrong.returncode == 2 and "Did you mean 'borderland'?" in wrong.stderr


def test_a_metric_of_the_users_own_is_one_more_column(greatpowers, tmp_path: Path) -> None:
    (tmp_path / "own.py").write_text("def events_told(history):\n    return len(history.events)\n")
    words = (*SMALL, "--policies", "laissez-faire,containment", "--no-figures", "--posterior", "none", "--out", "kept")
    finished = greatpowers(*words, "--metric", "own.py:events_told", cwd=tmp_path)
    assert finished.returncode == 0, finished.stderr
    means, differences = finished.stdout.split("Difference from laissez-faire", 1)
    assert {"Events", "told"} <= set(means.split()) and {"Events", "told"} <= set(differences.split())
    mean = compare("template", "containment", 6, 12, metrics=f"{tmp_path / 'own.py'}:events_told").table.iloc[0, -3]
    table = pd.read_csv(tmp_path / "kept" / "table.csv").set_index(["policy", "metric"])
    assert table.loc[("containment", "events_told"), "mean"] == pytest.approx(mean)


def test_a_metric_that_fails_is_told_in_a_sentence_and_nothing_is_written(greatpowers, tmp_path: Path) -> None:
    (tmp_path / "own.py").write_text("def fails(history):\n    return history.nothing\n")
    finished = greatpowers(*SMALL, "--metric", "own.py:fails", "--out", "kept", cwd=tmp_path)
    lines = finished.stderr.strip().splitlines()
    assert finished.returncode == 2 and len(lines) == 1
    assert lines[0].startswith("greatpowers: metric 'fails' under policy 'laissez-faire', seed 0: it fails with")
    assert not (tmp_path / "kept").exists()


def test_files_go_under_the_working_directory_and_are_listed(compared) -> None:
    finished, here = compared
    place = here / "greatpowers-results" / "compare-template"
    listed = [line.strip() for line in finished.stdout.split("Files written:\n")[1].splitlines()]
    assert sorted(listed) == sorted(os.path.relpath(path, here) for path in place.iterdir())
    assert len(list(place.glob("*.png"))) >= 4
    assert {"table.csv", "table.parquet", "runs.parquet", "config.toml", "manifest.json"} <= {
        path.name for path in place.iterdir()
    }
    assert [path.name for path in here.iterdir()] == ["greatpowers-results"]


def test_the_output_is_plain_and_fits_a_hundred_columns(compared) -> None:
    finished, _ = compared
    assert not [character for character in finished.stdout if not character.isprintable() and character != "\n"]
    assert max(len(line) for line in finished.stdout.splitlines()) <= 100


def test_nothing_is_said_on_stderr_once_the_engine_is_compiled(greatpowers, compared, tmp_path: Path) -> None:
    finished = greatpowers(*SMALL, "--no-figures", cwd=tmp_path, anew=True)
    assert finished.stderr == ""


def test_it_replaces_its_own_results_and_leaves_figures_out_when_told(greatpowers, compared, tmp_path: Path) -> None:
    first = greatpowers(*SMALL, "--policies", "containment", "--out", "here", "--no-figures", cwd=tmp_path)
    again = greatpowers(*SMALL, "--policies", "appeasement", "--out", "here", "--no-figures", cwd=tmp_path)
    assert (first.returncode, again.returncode) == (0, 0), again.stderr
    assert not list((tmp_path / "here").glob("*.png"))
    assert json.loads((tmp_path / "here" / "manifest.json").read_text())["policies"] == ["appeasement"]


def test_one_policy_has_no_differences_and_one_seed_no_intervals(greatpowers, tmp_path: Path) -> None:
    arguments = ("compare", "template", "--seeds", 1, "--rounds", 4, "--policies", "containment", "--no-figures")
    finished = greatpowers(*arguments, cwd=tmp_path)
    assert finished.returncode == 0, finished.stderr
    assert "Difference" not in finished.stdout
    assert "One seed: there are no intervals." in finished.stdout
    assert "1 history of 4 rounds for each policy." in finished.stdout
    assert "nan" not in finished.stdout


def test_without_laissez_faire_the_first_policy_is_the_baseline(greatpowers, tmp_path: Path) -> None:
    finished = greatpowers(*SMALL, "--policies", "containment, half-a-loaf", "--no-figures", cwd=tmp_path)
    assert "Mean difference from containment on the same seeds" in finished.stdout


def test_a_policy_and_a_scenario_may_be_files_and_a_parameter_may_change(greatpowers, tmp_path: Path) -> None:
    (tmp_path / "mine.toml").write_text(
        'format = 1\nname = "mine"\ntitle = "Mine"\n[levers]\nsanctions = 0.5\naid = 0.2\n'
    )
    arguments = ("--policies", "laissez-faire,mine.toml", "--param", "choice_noise=0.02", "--no-figures")
    finished = greatpowers(*SMALL, *arguments, "--out", "out", cwd=tmp_path)
    assert finished.returncode == 0, finished.stderr
    assert "\nmine " in finished.stdout
    assert "choice_noise = 0.02" in (tmp_path / "out" / "config.toml").read_text()


def test_the_number_of_workers_changes_nothing(greatpowers, tmp_path: Path) -> None:
    for workers in (1, 3):
        finished = greatpowers(*SMALL, "--workers", workers, "--no-figures", "--out", f"w{workers}", cwd=tmp_path)
        assert finished.returncode == 0, finished.stderr
    one, three = (pd.read_parquet(tmp_path / name / "runs.parquet") for name in ("w1", "w3"))
    pd.testing.assert_frame_equal(one, three, check_exact=True)


def test_a_scenario_without_theatres_runs_quietly(greatpowers, tmp_path: Path) -> None:
    (tmp_path / "calm.toml").write_text(
        'format = 1\nname = "calm"\ntitle = "Calm"\n[[state]]\nid = "A"\ndoctrine = "order-preserving"\n'
        "economy = 1\ncapability = 1\nlat = 0\nlon = 0\n"
    )
    finished = greatpowers("compare", "calm.toml", "--seeds", 2, "--rounds", 4, cwd=tmp_path)
    assert finished.returncode == 0, finished.stderr
    assert "nan" not in finished.stdout
    assert finished.stderr == ""


@pytest.mark.parametrize(
    ("sizes", "decimals"),
    [
        ([0.012, 0.05, 0.3], 3),
        ([17.0, 19.0], 0),
        ([0.00002, 0.0007, 0.002], 5),
        ([1e-9, 0.5], 3),
        ([0.0, float("nan")], 0),
        ([1e-12], 8),
    ],
)
def test_decimals_follow_the_width_of_the_intervals(sizes: list[float], decimals: int) -> None:
    assert decimals_for(sizes) == decimals


def test_a_narrow_terminal_gets_the_table_in_two_halves(greatpowers, tmp_path: Path) -> None:
    finished = greatpowers(*SMALL, "--no-figures", cwd=tmp_path, COLUMNS="70")
    assert finished.returncode == 0, finished.stderr
    assert max(len(line) for line in finished.stdout.partition("Files written")[0].splitlines()) <= 70
    assert "…" not in finished.stdout
    assert "What comes of each policy, continued" in finished.stdout
