"""`greatpowers sensitivity`, `discover` and `search`: answers printed and written, gone on with, refused."""

from pathlib import Path

import pandas as pd
import pytest

from greatpowers.cli import main

PARAMETERS = ("--parameters", "clash,horizon,operations")
SENSITIVITY = ["sensitivity", "template", *PARAMETERS]
SENSITIVITY += ["--samples", "4", "--replicates", "2", "--rounds", "8"]
SEARCH = ["search", "template", "--population", "6", "--worlds", "2", "--seeds", "1", "--rounds", "6"]

EXPERIMENT = """
format = 1
name = "worlds"
title = "Worlds"
scenarios = ["template"]
policies = ["containment", "laissez-faire"]
rounds = 20
replicates = 2
metrics = ["mean_severity", "order"]
[uncertainties]
clash = { from = 0.5, to = 2.0 }
horizon = { from = 0.2, to = 4.0 }
operations = { from = 0.5, to = 150.0 }  # where they cost the most nobody acts, and no policy loses
[sample]
method = "lhs"
size = 80
"""


def files_in(place: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in place.iterdir() if path.is_file()}


def test_sensitivity_prints_and_writes_and_is_complete_the_second_time(greatpowers, tmp_path: Path) -> None:
    finished = greatpowers(*SENSITIVITY, "--out", "it", cwd=tmp_path)
    assert finished.returncode == 0, finished.stderr
    assert finished.stderr == "", "nobody watches"
    assert finished.stdout.startswith("Escalation under containment depends most on: ")
    assert f"{finished.stdout.splitlines()[0]}\n" == (tmp_path / "it" / "answer.txt").read_text()
    table = pd.read_csv(tmp_path / "it" / "sensitivity.csv")
    assert set(table["factor"]) == {"clash", "horizon", "operations"}
    before = files_in(tmp_path / "it")
    assert {"sensitivity.parquet", "sensitivity.png", "manifest.json", "experiment.toml", "done.json"} <= set(before)
    assert main([*SENSITIVITY, "--out", str(tmp_path / "it")]) == 0
    assert files_in(tmp_path / "it") == before


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (("--samples", "6"), "'sample.size' was 4 and is 6 now"),
        (("--seed", "2"), "'sample.seed' was 1 and is 2 now"),
        (("--policy", "appeasement"), "'policies' was"),
        (("--metric", "order"), "'metrics' was"),
    ],
)
def test_another_sensitivity_study_is_refused_by_name(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], change: tuple[str, ...], sentence: str
) -> None:
    line = [*SENSITIVITY, "--out", str(tmp_path), "--no-figures"]
    assert main(line) == 0
    capsys.readouterr()
    assert main([*line, *change]) == 2
    captured = capsys.readouterr()
    assert sentence in captured.err and captured.out == ""


def test_too_few_samples_for_sobol_are_refused_before_anything_is_played(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([*SENSITIVITY, "--method", "sobol", "--out", str(tmp_path / "it")]) == 2
    captured = capsys.readouterr()
    assert (
        len(captured.err.strip().splitlines()) == 1 and "4 base points are too few for Sobol's indices" in captured.err
    )
    assert not (tmp_path / "it").exists()


def test_discover_prints_and_writes_beside_the_results(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "worlds.toml").write_text(EXPERIMENT)
    results = tmp_path / "results"
    assert main(["batch", str(tmp_path / "worlds.toml"), "--out", str(results)]) == 0
    capsys.readouterr()
    line = ["discover", str(results), "--loser", "laissez-faire", "--winner", "containment", "--method", "cart"]
    assert main([*line, "--metric", "order"]) in (0, 2)
    capsys.readouterr()
    assert main(line) == 0, capsys.readouterr().err
    stdout = capsys.readouterr().out
    place = results / "discover-laissez-faire-containment-mean_severity-cart"
    assert stdout.splitlines()[0] == (place / "answer.txt").read_text().splitlines()[0]
    assert (place / "box.png").is_file() and (place / "limits.csv").is_file()
    assert main([*line[:-1], "tree"]) == 2
    assert "there is no method 'tree'" in capsys.readouterr().err


@pytest.mark.parametrize("command", ["fork", "sensitivity", "discover", "search"])
def test_every_command_has_help_with_an_example(capsys: pytest.CaptureFixture[str], command: str) -> None:
    assert main([command, "--help"]) == 0
    text = capsys.readouterr().out
    assert f"\n  greatpowers {command} " in text
    assert max(len(line) for line in text.splitlines()) <= 100


@pytest.mark.parametrize("place", ["run", "nothing"])
def test_discover_wants_an_experiment(
    saved_run: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], place: str
) -> None:
    directory = saved_run if place == "run" else tmp_path / "nothing"
    assert main(["discover", str(directory), "--loser", "a", "--winner", "b"]) == 2
    stderr = capsys.readouterr().err
    assert len(stderr.strip().splitlines()) == 1 and "greatpowers batch" in stderr


def test_search_prints_and_writes_policies_that_can_be_run(greatpowers, tmp_path: Path) -> None:
    finished = greatpowers(*SEARCH, "--generations", "2", "--out", "it", cwd=tmp_path)
    assert finished.returncode == 0, finished.stderr
    assert finished.stderr == "", "nobody watches"
    assert "policies were tried in 2 generations" in finished.stdout
    place = tmp_path / "it"
    assert finished.stdout.startswith((place / "answer.txt").read_text())
    assert {"front.png", "parallel.png", "growth.png", "policies.csv", "presets.csv"} <= set(files_in(place))
    policy = min((place / "policies").iterdir())
    played = greatpowers("run", "template", "--policy", policy, "--rounds", 4)
    assert played.returncode == 0, played.stderr


def test_another_search_is_refused_by_name(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    line = [*SEARCH, "--generations", "1", "--out", str(tmp_path), "--no-figures"]
    assert main(line) == 0
    capsys.readouterr()
    assert main([*line, "--worlds", "3"]) == 2
    captured = capsys.readouterr()
    assert "'worlds' was 2 and is 3 now" in captured.err and captured.out == ""
