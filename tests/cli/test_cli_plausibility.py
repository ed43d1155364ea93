"""`greatpowers plausibility`: the panel on the terminal and on disk, and exit code 0 whatever it says."""

import json
import re
from pathlib import Path

import pandas as pd
import pytest

from greatpowers.validation.plausibility_checks import checks_for

SMALL = ("plausibility", "template", "--policies", "laissez-faire,containment", "--seeds", 4, "--rounds", 12)


@pytest.fixture(scope="module")
def kept(greatpowers, tmp_path_factory: pytest.TempPathFactory):
    """A small panel of a world of one's own, and the directory it was written to."""
    directory = tmp_path_factory.mktemp("panels") / "panel"
    return greatpowers(*SMALL, "--out", directory), directory


def test_the_last_line_counts_what_fails_and_the_exit_code_is_0(kept) -> None:
    finished, directory = kept
    assert finished.returncode == 0, finished.stderr
    table = pd.read_csv(directory / "table.csv")
    judged, failing = int(table["holds"].notna().sum()), int(table["holds"].eq(False).sum())
    assert failing > 0
    assert finished.stdout.splitlines()[-1] == f"{failing} of {judged} checks fail."


def test_it_prints_each_general_check_with_a_column_a_policy(kept) -> None:
    finished, _ = kept
    text = " ".join(finished.stdout.split())
    for check in checks_for("template"):
        assert check.label.split()[0] in text
    assert "containment" in text and "Korea" not in text
    assert re.search(r"Guards beside .*≤ 0", text)


def test_files_hold_the_same_tables_as_csv_and_json(kept) -> None:
    _, directory = kept
    for name in ("table", "places"):
        table, records = pd.read_csv(directory / f"{name}.csv"), json.loads((directory / f"{name}.json").read_text())
        assert len(table) == len(records)
        assert list(table) == list(records[0])
    manifest = json.loads((directory / "manifest.json").read_text())
    assert manifest["kind"] == "plausibility" and set(manifest["files"]) == {p.name for p in directory.iterdir()}


def test_without_out_nothing_is_written(greatpowers, tmp_path: Path) -> None:
    assert greatpowers(*SMALL, cwd=tmp_path).returncode == 0
    assert not list(tmp_path.iterdir())


def test_what_others_wrote_is_left_alone_before_anything_is_played(greatpowers, tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine")
    finished = greatpowers(*SMALL, "--out", tmp_path)
    assert finished.returncode == 2 and not finished.stdout
    assert "files that greatpowers did not write" in finished.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]
