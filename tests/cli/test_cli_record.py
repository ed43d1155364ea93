"""The published record on the command line: what was found, and the world of a year as a file that runs."""

from pathlib import Path

import pytest

from greatpowers import cli, load_scenario

NMC = "ccode,year,milex,milper,irst,pec,tpop,upop,cinc"
FILES = {
    "NMC-60-abridged.csv": [NMC, *(f"{c},{y},10,10,10,10,10,10,0.2" for y in (1900, 2016) for c in (2, 200, 220, 255))],
    "MIDB 5.0.csv": [
        "dispnum,ccode,styear,endyear,sidea,revstate,hostlev,orig",
        *("1,255,1890,1890,1,1,4,1", "1,220,1890,1890,0,0,4,1", "2,2,2014,2014,1,1,4,1"),
    ],
    "atop5_1ddyr.csv": ["stateA,stateB,year,defense,offense,consul", "220,200,1900,0,0,1", "2,200,2018,1,0,0"],
    "contdir.csv": ["statelno,statehno,conttype,begin,end", "220,255,1,181601,201612"],
}


@pytest.fixture
def downloads(tmp_path: Path) -> Path:
    place = tmp_path / "downloads"
    place.mkdir()
    for name, lines in FILES.items():
        (place / name).write_text("\n".join(lines) + "\n")
    return place


def test_data_says_what_was_found_and_what_is_missing(
    downloads: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "120")
    assert cli.main(["data", str(downloads)]) == 0
    text = capsys.readouterr().out
    for line in (["capabilities", "NMC-60-abridged.csv", "6.0", "1900-2016", "8", "yes"], ["dyadic", "trade"]):
        assert any(words[: len(line)] == line for words in map(str.split, text.splitlines())), line
    assert text.splitlines()[-2:] == [
        "The disputes before 2016 are not known to the end; worlds of then can be built without them.",
        "'greatpowers scenario build' can build the year 1900 from these.",
    ]
    (downloads / "contdir.csv").unlink()
    assert cli.main(["data", str(downloads)]) == 0
    assert "No scenario can be built without files on contiguity." in capsys.readouterr().out


def test_a_built_world_runs_in_every_command(
    downloads: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "1900.toml"
    arguments = ["scenario", "build", "--year", "1900", "--data", str(downloads), "--out", str(file), "--rounds", "6"]
    assert cli.main(arguments) == 0
    assert load_scenario(file).rounds == 6
    assert cli.main(["show", str(file), "--policy", "containment"]) == 0
    assert "GMY-FRN" in capsys.readouterr().out
    assert cli.main(["run", str(file), "--out", str(tmp_path / "run"), "--no-figures"]) == 0
    assert cli.main(["explain", str(tmp_path / "run"), "--theatre", "GMY-FRN", "--round", "0"]) == 0
    compared = ["compare", str(file), "--seeds", "2", "--no-figures", "--out", str(tmp_path / "c")]
    assert cli.main(compared) == 0
    assert "maximum-pressure" in capsys.readouterr().out


def test_a_world_that_a_user_wrote_or_changed_is_not_replaced(
    downloads: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "1900.toml"
    line = ["scenario", "build", "--year", "1900", "--data", str(downloads), "--out", str(file), "--rounds", "6"]
    file.write_text("# mine\n", encoding="utf-8")
    assert cli.main(line) == 2
    assert f"{file}: this file is there already, and is left alone" in capsys.readouterr().err
    assert file.read_text(encoding="utf-8") == "# mine\n"
    file.unlink()
    assert cli.main(line) == cli.main(line) == 0
    built = file.read_text(encoding="utf-8")
    file.write_text(f"{built}# changed\n", encoding="utf-8")
    assert cli.main(line) == 2
    assert file.read_text(encoding="utf-8") == f"{built}# changed\n"


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["scenario", "biuld"], "there is nothing called 'biuld' to do with a scenario. Did you mean 'build'?"),
        (["scenario", "build", "--year", "1815"], "--year is 1815; expected a whole number from 1816 to 2016."),
        (
            ["scenario", "build", "--year", "1900", "--data", "x"],
            "--out is missing; see 'greatpowers scenario --help'.",
        ),
        (
            ["scenario", "build", "--year", "1900", "--data", "x", "--out", "y"],
            "--out is 'y'; expected the name of a file that ends in .toml.",
        ),
        (
            ["scenario", "build", "--year", "1900", "--data", "x", "--out", "no/y.toml"],
            ("--out is 'no/y.toml', and there is no directory 'no' to write it in."),
        ),
        (
            ["scenario", "build", "--year", "1900", "--data", "x", "--out", "y.toml"],
            ("there is no directory 'x'; expected the one with the files downloaded."),
        ),
        (["scenario", "build", "--yaer", "1900"], "--year is missing; see 'greatpowers scenario --help'."),
        (["data"], "DIR is missing; see 'greatpowers data --help'."),
        (["data", "nowhere"], "there is no directory 'nowhere'; expected the one with the files downloaded."),
    ],
)
def test_each_mistake_gets_one_sentence(
    arguments: list[str],
    sentence: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    assert cli.main(arguments) == 2
    assert capsys.readouterr().err == f"greatpowers: {sentence}\n"


def test_a_directory_without_results_says_what_is_read(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "200")  # wide enough for a file's name on one line
    assert cli.main(["data", str(tmp_path)]) == 2
    captured = capsys.readouterr()
    assert (
        "no file that greatpowers can read; expected files such as 'NMC-60-abridged.csv', 'MIDB 5.0.csv'"
        in captured.err
    )
    for word in ("NMC_Documentation-6.0.zip", "atopdata.org", "DirectContiguity320.zip", "GPL-2;", "the article"):
        assert word in " ".join(captured.out.split()), word
