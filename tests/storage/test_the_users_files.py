"""Nothing that a user has put somewhere is ever replaced, removed or lost, and finished results are kept."""

import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from greatpowers import GreatPowersError, fork, load_history, simulate
from greatpowers.cli import main
from greatpowers.storage import manifest

EXPERIMENT = """
format = 1
name = "small"
title = "A small experiment"
scenarios = ["template"]
policies = ["laissez-faire"]
rounds = 2
replicates = 2
"""
SMALL = ("--generations", "1", "--population", "4", "--worlds", "2", "--seeds", "1", "--rounds", "2", "--no-figures")


def contents(directory: Path) -> dict[str, bytes]:
    """Every file below a directory."""
    files = [path for path in directory.rglob("*") if path.is_file()]
    return {path.relative_to(directory).as_posix(): path.read_bytes() for path in files}


@pytest.fixture
def experiment(tmp_path: Path) -> Path:
    path = tmp_path / "small.toml"
    path.write_text(EXPERIMENT, encoding="utf-8")
    return path


def command(name: str, experiment: Path) -> list[str]:
    """A small command line of this name, to be given --out."""
    return {
        "run": ["run", "template", "--rounds", "2", "--no-figures"],
        "compare": ["compare", "template", "--rounds", "2", "--seeds", "2", "--no-figures"],
        "batch": ["batch", str(experiment)],
        "search": ["search", "template", *SMALL],
        "fork": ["fork", "template", "--rounds", "3", "--at", "1", "--policy", "concert", "--no-figures"],
        "sensitivity": ["sensitivity", "template", "--metric", "order", "--policy", "concert", "--rounds", "2",
                        "--parameters", "clash,horizon", "--method", "delta", "--samples", "8", "--no-figures"],
        "plausibility": ["plausibility", "template", "--rounds", "2", "--seeds", "2"],
        "calibrate": ["calibrate", "--fast"],
    }[name]  # fmt: skip


COMMANDS = ("run", "compare", "batch", "search", "fork", "sensitivity", "plausibility", "calibrate")
OWN = ("experiment.toml", "runs/part-000000.parquet", "points.parquet", "journal", "lock", "done.json", "settings.toml",
       "generations/0000.parquet", "ledger.jsonl", "stages/wave-1.json", ".notes", "config.toml")  # fmt: skip


@pytest.mark.parametrize("name", COMMANDS)
@pytest.mark.parametrize("own", OWN)
def test_a_directory_without_a_manifest_of_this_program_is_left_alone(
    name: str, own: str, experiment: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    place = tmp_path / "thesis"
    (place / own).parent.mkdir(parents=True)
    (place / own).write_bytes(b"years of work")
    assert main([*command(name, experiment), "--out", str(place)]) == 2
    stderr = capsys.readouterr().err
    assert "holds files that greatpowers did not write" in stderr and len(stderr.splitlines()) == 1
    assert contents(place) == {own: b"years of work"}


@pytest.mark.parametrize("name", COMMANDS)
def test_a_link_to_nowhere_gets_a_sentence(
    name: str, experiment: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    link = tmp_path / "link"
    link.symlink_to(tmp_path / "nowhere")
    assert main([*command(name, experiment), "--out", str(link)]) == 2
    stderr = capsys.readouterr().err
    assert f"this is a link to '{tmp_path / 'nowhere'}', which is not there" in stderr and len(stderr.splitlines()) == 1
    assert link.is_symlink() and not (tmp_path / "nowhere").exists()


def test_what_a_first_process_left_before_its_manifest_does_not_stand_in_the_way(
    experiment: Path, tmp_path: Path
) -> None:
    place = tmp_path / "out"
    place.mkdir()
    (place / ".greatpowers-partial-points.parquet").write_bytes(b"half")
    (place / ".greatpowers-lock").write_bytes(b"")
    assert main([*command("batch", experiment), "--out", str(place)]) == 0
    assert not [name for name in contents(place) if "greatpowers-" in name]


@pytest.mark.parametrize("key", ["kind", "files", "policy", "policy_file", "environment", "core", "recorded", "seed"])
@pytest.mark.parametrize("value", [None, 3.5, [{}]])
def test_a_run_whose_manifest_says_something_odd_gets_a_sentence(
    key: str, value: object, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    place = simulate("template", rounds=2).save(tmp_path / "run")
    _change(place, key, value)
    for line in (["explain", str(place)], ["fork", str(place), "--at", "1", "--policy", "concert"]):
        code, stderr = main(line), capsys.readouterr().err
        assert code in (0, 2) and "Traceback" not in stderr
        assert code == 0 or len(stderr.splitlines()) == 1
    if (key, value) != ("files", [{}]):
        assert main([*command("run", place), "--out", str(place)]) == 2
        stderr = capsys.readouterr().err
        assert f"manifest.json: '{key}' is" in stderr and len(stderr.splitlines()) == 1


KEYS = ("kind", "format", "experiment_text", "policies", "contents", "environment", "points_sha256", "configuration",
        "columns", "series", "rows", "version", "core", "seeds")  # fmt: skip


@pytest.mark.parametrize("value", [None, True, []])
def test_an_experiment_whose_manifest_says_something_odd_gets_a_sentence(
    value: object, experiment: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    place = tmp_path / "out"
    assert main([*command("batch", experiment), "--out", str(place)]) == 0
    whole = (place / "manifest.json").read_bytes()
    capsys.readouterr()
    for key in KEYS:
        (place / "manifest.json").write_bytes(whole)
        _change(place, key, value)
        for line in ([*command("batch", experiment), "--out", str(place)], ["rerun", str(place), "--row", "0"],
                     ["report", str(place), "--out", str(tmp_path / "report.html")]):  # fmt: skip
            code, stderr = main(line), capsys.readouterr().err
            assert code in (0, 2) and (code == 0 or len(stderr.splitlines()) == 1), (key, line, stderr)


def _change(place: Path, key: str, value: object) -> None:
    path = place / "manifest.json"
    path.write_text(json.dumps({**json.loads(path.read_text(encoding="utf-8")), key: value}), encoding="utf-8")


@pytest.mark.parametrize("name", ["run", "compare", "plausibility"])
def test_results_that_cannot_be_written_are_told_all_the_same(
    name: str, experiment: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    line = [*command(name, experiment), "--out", str(tmp_path / "out")]
    assert main(line) == 0
    stdout = capsys.readouterr().out.partition("Files written:")[0]

    def full_disk(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(manifest, "write_manifest", full_disk)
    assert main(line) == 2
    captured = capsys.readouterr()
    assert captured.out.strip() == stdout.strip() != ""
    assert "No space left on device" in captured.err and len(captured.err.splitlines()) == 1


# Results that take the place of others


def test_a_file_of_others_where_a_result_belongs_stays_and_the_results_come_to_lie_beside(tmp_path: Path) -> None:
    place = simulate("template", "concert", rounds=2).save(tmp_path / "run")
    (place / "containment.toml").write_text("mine", encoding="utf-8")
    before = contents(place)
    later = simulate("template", "containment", rounds=2)
    with pytest.raises(GreatPowersError, match=r"'containment.toml' in it was not written by greatpowers.*run-2\.$"):
        later.save(place)
    assert contents(place) == before
    assert load_history(tmp_path / "run-2").policy == later.policy
    with pytest.raises(GreatPowersError, match=r"run-3\.$"):
        later.save(place)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["run", "run-2", "run-3"]


@pytest.mark.parametrize("how", ["swapped", "in place"])
def test_a_manifest_that_names_files_elsewhere_makes_them_nobodys(
    how: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = simulate("template", "concert", rounds=2).save(tmp_path / "run")
    (tmp_path / "thesis.tex").write_text("years of work", encoding="utf-8")
    _change(place, "files", ["../thesis.tex", str(tmp_path / "thesis.tex"), "..", "", "config.toml", "manifest.json"])
    if how == "in place":
        monkeypatch.chdir(place)
    with pytest.raises(GreatPowersError, match="was not written by greatpowers"):
        simulate("template", "concert", rounds=2).save(place)
    assert (tmp_path / "thesis.tex").read_text(encoding="utf-8") == "years of work"


def test_what_another_command_is_writing_inside_an_experiment_stays(experiment: Path, tmp_path: Path) -> None:
    place = tmp_path / "out"
    assert main([*command("batch", experiment), "--out", str(place)]) == 0
    (place / ".greatpowers-partial-1").mkdir()
    (place / ".greatpowers-partial-1" / "table.csv").write_bytes(b"half of it")
    assert main([*command("batch", experiment), "--out", str(place)]) == 0
    assert (place / ".greatpowers-partial-1" / "table.csv").read_bytes() == b"half of it"


def in_place(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(place)


def swapped(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The directory is moved away and another put in its place."""


@pytest.mark.parametrize("how", [in_place, swapped])
def test_what_others_put_into_and_below_results_stays(
    how: Callable[[Path, pytest.MonkeyPatch], None], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    history = simulate("template", "concert", rounds=3)
    place = fork(history, 1, "containment").save(tmp_path / "it", "told\n")
    own = {"notes.txt": b"1", "original/notes.txt": b"2", "drafts/one/two.txt": b"3", "original/more/three.txt": b"4"}
    for name, content in own.items():
        (place / name).parent.mkdir(parents=True, exist_ok=True)
        (place / name).write_bytes(content)
    how(place, monkeypatch)
    fork(history, 1, "laissez-faire").save(place)
    files = contents(place)
    assert {name: files[name] for name in own} == own
    assert "explanation.txt" not in files and "counterfactual/containment.toml" not in files
    assert load_history(place / "counterfactual").policy.name.startswith("concert")
    assert not [name for name in files if "greatpowers-" in name]


def test_if_results_cannot_be_put_in_place_nothing_of_anybody_is_lost(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = simulate("template", "concert", rounds=2).save(tmp_path / "run")
    (place / "notes.txt").write_text("mine", encoding="utf-8")
    before, rename = contents(place), Path.rename

    def in_use(path: Path, target: Path) -> Path:
        if path == place:
            raise PermissionError(13, "The process cannot access the file because it is being used")
        return rename(path, target)

    monkeypatch.setattr(Path, "rename", in_use)
    later = simulate("template", "containment", rounds=2)
    with pytest.raises(GreatPowersError, match=r"it cannot be replaced \(The process.*run-2\.$"):
        later.save(place)
    assert contents(place) == before
    assert load_history(tmp_path / "run-2").policy == later.policy


@pytest.mark.skipif(os.name == "nt" or os.getuid() == 0, reason="permissions do not bind here")
def test_a_directory_in_one_that_cannot_be_written_is_filled_where_it_is(tmp_path: Path) -> None:
    place = simulate("template", "concert", rounds=2).save(tmp_path / "run")
    tmp_path.chmod(0o555)
    try:
        simulate("template", "containment", rounds=2).save(place)
    finally:
        tmp_path.chmod(0o755)
    assert load_history(place).policy.name == "containment"


@pytest.mark.parametrize("key", ["title", "policies", "scenarios", "rounds", "name"])
def test_a_value_of_five_thousand_characters_is_quoted_in_short(
    key: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    long, place = "x" * 5000, tmp_path / "small.toml"
    lines = [line for line in EXPERIMENT.splitlines() if not line.startswith(f"{key} ")]
    value = f'["{long}"]' if key in ("policies", "scenarios") else f'"{long}"'
    place.write_text("\n".join([*lines, f"{key} = {value}"]), encoding="utf-8")
    code, stderr = main(["batch", str(place), "--out", str(tmp_path / "out")]), capsys.readouterr().err
    assert code in (0, 2) and len(stderr) < 600 and (code == 0 or len(stderr.splitlines()) == 1)
    assert main(["run", long]) == 2
    assert len(capsys.readouterr().err) < 600
