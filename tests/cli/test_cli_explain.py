"""`greatpowers explain`: the reasons behind a step, from a record on disk."""

from pathlib import Path

import pytest

from greatpowers import explain, load_history


def test_it_explains_the_most_important_step_as_the_library_does(greatpowers, saved_run: Path) -> None:
    finished = greatpowers("explain", saved_run)
    assert finished.returncode == 0, finished.stderr
    assert finished.stdout == f"{explain(load_history(saved_run))}\n"
    assert "What Arda weighed" in finished.stdout


@pytest.mark.parametrize(("asked", "number"), [("5", 5), ("2001Q2", 5), ("2001q2", 5), ("0", 0), ("2005Q4", 23)])
def test_a_round_is_a_number_or_its_quarter(greatpowers, saved_run: Path, asked: str, number: int) -> None:
    finished = greatpowers("explain", saved_run, "--theatre", "borderland", "--round", asked)
    assert finished.returncode == 0, finished.stderr
    assert finished.stdout == f"{explain(load_history(saved_run), theatre='borderland', round=number)}\n"


def test_a_theatre_alone_is_enough(greatpowers, saved_run: Path) -> None:
    finished = greatpowers("explain", saved_run, "--theatre", "election")
    assert finished.returncode == 0, finished.stderr
    assert "Elections in Dale" in finished.stdout


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("--theatre", "borderlands"), "Did you mean 'borderland'?"),
        (("--round", "24"), "--round is 24, which is not in this run; expected 0 to 23, or 2000Q1 to 2005Q4."),
        (("--round", "1999Q4"), "--round is 1999Q4, which is not in this run"),
    ],
)
def test_what_the_run_does_not_have_is_refused(
    greatpowers, saved_run: Path, arguments: tuple[str, str], sentence: str
) -> None:
    finished = greatpowers("explain", saved_run, *arguments)
    assert finished.returncode == 2
    assert finished.stdout == ""
    assert sentence in finished.stderr


def test_a_comparison_is_no_run(greatpowers, tmp_path: Path) -> None:
    made = greatpowers("compare", "template", "--seeds", 1, "--rounds", 2, "--no-figures", "--out", "it", cwd=tmp_path)
    assert made.returncode == 0, made.stderr
    finished = greatpowers("explain", "it", cwd=tmp_path)
    assert finished.returncode == 2
    assert "comparison" in finished.stderr


def test_a_damaged_record_is_said_to_be_damaged(greatpowers, saved_run: Path, tmp_path: Path) -> None:
    for path in saved_run.iterdir():
        (tmp_path / path.name).write_bytes(path.read_bytes())
    (tmp_path / "events.parquet").write_bytes(b"not a table")
    finished = greatpowers("explain", tmp_path)
    assert finished.returncode == 2
    assert finished.stderr.startswith("greatpowers: ")
    assert "Traceback" not in finished.stderr
