"""`greatpowers run`: a chronicle for people, a document for programs, a record on disk."""

import json
import math
from pathlib import Path

import pytest

from greatpowers import chronicle, describe, load_history, simulate
from greatpowers.simulation.run import COMPILING

TOLD = ("run", "template", "--policy", "half-a-loaf", "--seed", 1, "--rounds", 24)


@pytest.fixture(scope="module")
def printed(greatpowers) -> str:
    """What a run of 24 rounds prints."""
    finished = greatpowers(*TOLD)
    assert finished.returncode == 0, finished.stderr
    return finished.stdout


def test_it_tells_the_chronicle_of_the_library(printed: str) -> None:
    assert printed.startswith(str(chronicle(simulate("template", "half-a-loaf", seed=1, rounds=24))))


def test_it_sums_up_every_metric_with_its_unit(printed: str) -> None:
    summary = simulate("template", "half-a-loaf", seed=1, rounds=24).summary
    table = printed.split("The run as a whole")[1]
    for name, value in summary.items():
        row = next(line for line in table.splitlines() if line.rstrip().endswith(f" {name}"))
        assert row.startswith(f" {describe(str(name)).label} ")
        assert describe(str(name)).unit.split()[0] in row
        if math.isnan(value):
            assert " none " in row
    assert "nan" not in table


def test_the_output_is_plain_and_fits_a_hundred_columns(printed: str) -> None:
    assert not [character for character in printed if not character.isprintable() and character != "\n"]
    assert max(len(line.rstrip()) for line in printed.splitlines()) <= 100 + len("In all: ")


def test_nothing_is_written_unless_asked(greatpowers, tmp_path: Path) -> None:
    assert greatpowers("run", "template", "--rounds", 2, cwd=tmp_path).returncode == 0
    assert not list(tmp_path.iterdir())


def test_the_same_seed_gives_the_same_history_and_another_one_another(greatpowers, printed: str) -> None:
    assert greatpowers(*TOLD).stdout == printed
    other = greatpowers("run", "template", "--policy", "half-a-loaf", "--seed", 2, "--rounds", 24)
    assert other.stdout != printed


def test_json_is_one_document_and_nothing_else(greatpowers) -> None:
    finished = greatpowers(*TOLD, "--json")
    assert finished.returncode == 0, finished.stderr
    document = json.loads(finished.stdout, parse_constant=pytest.fail)
    history = simulate("template", "half-a-loaf", seed=1, rounds=24)
    assert set(document) == {"summary", "manifest", "events"}
    for name, value in history.summary.items():
        assert document["summary"][name] == (None if math.isnan(value) else value)
    assert document["manifest"]["seed"] == 1
    assert document["manifest"]["policy"] == "half-a-loaf"
    assert len(document["events"]) == len(history.events)
    first = document["events"][0]
    assert first["quarter"] == "2000Q1"
    assert first["numbers"] == json.loads(history.events["numbers"][0])


def test_json_with_out_names_the_files_on_stderr(greatpowers, tmp_path: Path) -> None:
    arguments = ("run", "template", "--rounds", 3, "--json", "--out", "kept", "--no-figures")
    finished = greatpowers(*arguments, cwd=tmp_path)
    assert finished.returncode == 0
    json.loads(finished.stdout)
    assert "kept/events.parquet" in finished.stderr


def test_out_keeps_a_record_with_figures_that_loads_again(greatpowers, tmp_path: Path) -> None:
    finished = greatpowers(*TOLD, "--out", "deep/down", cwd=tmp_path)
    assert finished.returncode == 0, finished.stderr
    place = tmp_path / "deep" / "down"
    assert len(list(place.glob("*.png"))) >= 2
    listed = [line.strip() for line in finished.stdout.split("Files written:\n")[1].splitlines()]
    assert sorted(listed) == sorted(f"deep/down/{path.name}" for path in place.iterdir())
    history = load_history(place)
    assert history.metrics.equals(simulate("template", "half-a-loaf", seed=1, rounds=24).metrics)


def test_a_user_s_parameters_and_policies_count(greatpowers, tmp_path: Path) -> None:
    (tmp_path / "mine.toml").write_text('format = 1\nname = "mine"\ntitle = "My policy"\n[levers]\naid = 0.2\n')
    arguments = ("run", "template", "--policy", "mine.toml", "--param", "clash=0", "--rounds", 2)
    finished = greatpowers(*arguments, cwd=tmp_path)
    assert finished.returncode == 0, finished.stderr
    assert "My policy" in finished.stdout


def test_2017_runs(greatpowers) -> None:
    finished = greatpowers("run", "2017", "--policy", "containment", "--rounds", 8)
    assert finished.returncode == 0, finished.stderr
    assert "2017Q1" in finished.stdout


def test_warmup_leaves_a_compiled_engine(greatpowers) -> None:
    finished = greatpowers("warmup", anew=True)
    assert finished.returncode == 0, finished.stderr
    assert "compiled" in finished.stdout
    again = greatpowers("warmup", anew=True)
    assert again.stdout == "The engine had been compiled already.\n"
    assert again.stderr == ""


def test_warmup_says_when_there_is_nothing_to_compile(greatpowers) -> None:
    finished = greatpowers("warmup", NUMBA_DISABLE_JIT="1")
    assert finished.returncode == 0
    assert "NUMBA_DISABLE_JIT" in finished.stdout


def test_the_first_compilation_is_announced(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from greatpowers.cli import main

    monkeypatch.setattr("greatpowers.core.kernel.is_compiled", lambda: True)
    monkeypatch.setattr("greatpowers.core.kernel.is_cached", lambda: False)
    assert main(["run", "template", "--rounds", "2", "--json"]) == 0
    captured = capsys.readouterr()
    assert captured.err == f"{COMPILING}\n"
    json.loads(captured.out)
