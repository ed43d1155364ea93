"""`greatpowers forecast`: printed, written, the same twice, refused in a sentence."""

import json
from pathlib import Path

import pandas as pd
import pytest

from greatpowers.cli import main
from greatpowers.hindcast.forecast import forecast

LINE = ["forecast", "1913", "1978", "--seeds", "3"]
FILES = {"forecast.csv", "forecast.html", "forecast.json", "manifest.json", "policies.csv", "scores.csv"}


def files_in(place: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in place.iterdir()}


def test_it_prints_and_writes_what_the_library_says(greatpowers, tmp_path: Path) -> None:
    finished = greatpowers(*LINE, "--out", "it", cwd=tmp_path)
    assert finished.returncode == 0, finished.stderr
    assert finished.stderr == "", "nobody watches"
    assert max(map(len, finished.stdout.splitlines())) <= 100
    assert set(files_in(tmp_path / "it")) == FILES
    expected = forecast(["1913", "1978"], range(3))
    table = pd.read_csv(tmp_path / "it" / "forecast.csv", dtype={"scenario": str})
    assert table["theatre"].tolist() == expected.places["theatre"].tolist()
    assert table["p_war"].tolist() == pytest.approx(expected.places["p_war"].tolist(), rel=1e-5, nan_ok=True)
    scores = pd.read_csv(tmp_path / "it" / "scores.csv")
    assert scores["auc"].tolist() == pytest.approx(expected.scores["auc"].tolist(), rel=1e-5, nan_ok=True)
    document = json.loads((tmp_path / "it" / "forecast.json").read_text())
    assert document["places"][0]["p_war"] == expected.places["p_war"].iloc[0]
    assert [world["policies"] for world in document["settings"]["scenarios"]] == [
        ["entente-ambiguity"],
        ["detente-then-containment"],
    ]
    stdout = " ".join(finished.stdout.split())
    assert document["answer"] in stdout and "1978: most and least surprising places" in stdout
    page = (tmp_path / "it" / "forecast.html").read_text()
    assert document["answer"] in page and "Salonica" in page and "http" not in page.replace("http-equiv", "")


def test_the_same_line_writes_the_same_bytes_over_its_own_files_alone(tmp_path: Path) -> None:
    line = [*LINE, "--out", str(tmp_path / "it")]
    assert main(line) == 0
    before = files_in(tmp_path / "it")
    (tmp_path / "it" / "notes.txt").write_text("mine")
    assert main([*line, "--workers", "1"]) == 0
    after = files_in(tmp_path / "it")
    assert after.pop("notes.txt") == b"mine"
    times = [json.loads(files.pop("manifest.json")) for files in (before, after)]
    assert after == before
    assert [{**manifest, "created": ""} for manifest in times] == [{**times[0], "created": ""}] * 2


def test_parameters_reach_the_histories(tmp_path: Path) -> None:
    assert main(["forecast", "1913", "--seeds", "2", "--param", "clash=0", "--out", str(tmp_path / "it")]) == 0
    document = json.loads((tmp_path / "it" / "forecast.json").read_text())
    assert document["settings"]["parameters"] == {"clash": 0.0}
    expected = forecast(["1913"], range(2), {"clash": 0.0})
    assert [place["p_war"] for place in document["places"]] == expected.places["p_war"].tolist()


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["forecast", "1914"], "there is no scenario '1914', neither shipped nor as a file. Did you mean '1913'?"),
        (["forecast", "synthetic"], "synthetic: it does not say up to which quarter it lists what happened; expected"),
        (["forecast", "1913", "1913"], "scenarios: '1913' is given more than once; expected each once."),
        (["forecast", "--seeds", "0"], "--seeds is 0; expected a whole number from 1 to 1000000."),
        (["forecast", "--param", "clahs=1"], "there is no parameter 'clahs'. Did you mean 'clash'?"),
        (["forecast", "--out", ""], "--out is empty; expected the name of a directory."),
        (["forecast", "--seed", "3"], "there is no option '--seed'. Did you mean '--seeds'?"),
    ],
)
def test_each_mistake_gets_one_sentence(
    words: list[str],
    sentence: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(words) == 2
    captured = capsys.readouterr()
    assert captured.out == "" and captured.err.count("\n") == 1 and sentence in captured.err
    assert not list(tmp_path.iterdir())


def test_files_of_others_are_left_alone(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "thesis").mkdir()
    (tmp_path / "thesis" / "chapter.tex").write_text("mine")
    assert main([*LINE, "--out", str(tmp_path / "thesis")]) == 2
    assert "holds files that greatpowers did not write" in capsys.readouterr().err
    assert files_in(tmp_path / "thesis") == {"chapter.tex": b"mine"}
