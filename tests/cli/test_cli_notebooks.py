"""The notebooks can be had from an installation, and nobody loses work over it."""

from pathlib import Path

from greatpowers.scenario.library import notebooks_directory

SHIPPED = {path.name: path.read_bytes() for path in notebooks_directory().glob("*.ipynb")}


def test_every_notebook_is_copied_as_it_ships(greatpowers, tmp_path: Path) -> None:
    finished = greatpowers("notebooks", "here/and-there", cwd=tmp_path)
    assert finished.returncode == 0, finished.stderr
    place = tmp_path / "here" / "and-there"
    assert SHIPPED and {path.name: path.read_bytes() for path in place.iterdir()} == SHIPPED
    assert all(name in finished.stdout for name in SHIPPED)


def test_a_second_time_changes_nothing_and_brings_back_what_was_deleted(greatpowers, tmp_path: Path) -> None:
    greatpowers("notebooks", tmp_path)
    (tmp_path / min(SHIPPED)).unlink()
    finished = greatpowers("notebooks", tmp_path)
    assert finished.stdout.startswith(f"Notebooks copied: 1; there already: {len(SHIPPED) - 1}.")
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == SHIPPED


def test_a_notebook_that_was_changed_is_left_alone_and_so_is_everything_else(greatpowers, tmp_path: Path) -> None:
    changed = tmp_path / max(SHIPPED)
    changed.write_text("mine")
    finished = greatpowers("notebooks", tmp_path)
    assert finished.returncode == 2
    assert finished.stderr.count("\n") == 1 and changed.name in finished.stderr and "left alone" in finished.stderr
    assert [path.name for path in tmp_path.iterdir()] == [changed.name] and changed.read_text() == "mine"


def test_a_file_is_no_place_for_them(greatpowers, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("mine")
    finished = greatpowers("notebooks", tmp_path / "file")
    assert finished.returncode == 2 and "is a file; expected a directory" in finished.stderr
