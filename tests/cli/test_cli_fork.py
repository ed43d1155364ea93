"""`greatpowers fork`: what if, from a run on disk or from a scenario."""

from pathlib import Path

import pytest

from greatpowers import divergence, fork, fork_beliefs, load_history, simulate
from greatpowers.cli import main


def test_it_tells_what_the_library_tells_and_writes_both_histories(
    greatpowers, saved_run: Path, tmp_path: Path
) -> None:
    finished = greatpowers("fork", saved_run, "--at", "2002Q1", "--policy", "containment", "--out", "it", cwd=tmp_path)
    assert finished.returncode == 0, finished.stderr
    forked = fork(load_history(saved_run), 8, "containment")
    assert finished.stdout.startswith(f"{divergence(forked)}\n\nFiles written:\n")
    assert finished.stderr == "", "nobody watches"
    there = {path.name for path in (tmp_path / "it").iterdir()}
    wanted = {"original", "counterfactual", "series.csv", "series.parquet", "explanation.txt", "manifest.json"}
    assert there == {*wanted, "divergence.png"}
    other = load_history(tmp_path / "it" / "counterfactual")
    assert other.track.metrics.tobytes() == forked.counterfactual.track.metrics.tobytes()


def test_a_scenario_is_played_first(capsys: pytest.CaptureFixture[str]) -> None:
    line = ["fork", "template", "--original", "containment", "--seed", "4", "--rounds", "12", "--at", "5"]
    assert main([*line, "--policy", "appeasement"]) == 0
    history = simulate("template", "containment", 4, 12)
    assert capsys.readouterr().out == f"{divergence(fork(history, 5, 'appeasement'))}\n"
    assert main([*line, "--true-beliefs"]) == 0
    assert capsys.readouterr().out == f"{divergence(fork_beliefs(history, 5))}\n"


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("RUN", "--at", "24", "--policy", "containment"), "--at is 24, which is not in this run; expected 0 to 23"),
        (("RUN", "--at", "soon", "--policy", "containment"), "--at is 'soon'; expected a round from 0, or a quarter"),
        (("RUN", "--at", "3", "--policy", "contanment"), "Did you mean 'containment'?"),
        (("RUN", "--at", "3"), "either --policy or --true-beliefs; neither is given"),
        (("RUN", "--at", "3", "--policy", "containment", "--true-beliefs"), "both are given"),
        (("RUN", "--policy", "containment"), "--at is missing"),
        (("RUN", "--at", "3", "--policy", "containment", "--seed", "1"), "--seed is for a scenario"),
        (("EMPTY", "--at", "3", "--policy", "containment"), "there is no run here"),
        (("no/such/run", "--at", "3", "--policy", "containment"), "there is no such directory"),
        (("2018", "--at", "3", "--policy", "containment"), "there is no scenario '2018'"),
    ],
)
def test_wrong_use_is_one_sentence_and_code_2(
    saved_run: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], words: tuple[str, ...], sentence: str
) -> None:
    places = {"RUN": str(saved_run), "EMPTY": str(tmp_path)}
    assert main(["fork", *(places.get(word, word) for word in words)]) == 2
    captured = capsys.readouterr()
    assert captured.out == "" and sentence in captured.err
    assert len(captured.err.strip().splitlines()) == 1


def test_a_comparison_and_a_fork_are_no_runs(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = str(tmp_path / "fork")
    line = ["--at", "2", "--policy", "containment"]
    assert main(["fork", "template", "--rounds", "4", *line, "--out", out, "--no-figures"]) == 0
    capsys.readouterr()
    assert main(["fork", out, *line]) == 2
    assert "this holds a fork; expected a single run" in capsys.readouterr().err
    assert main(["fork", f"{out}/original", *line]) == 0
