"""`greatpowers mechanisms`: the ranks that turn and the inert on the terminal, the tables on disk."""

import json

import pandas as pd
import pytest

SMALL = ("mechanisms", "template", "--policies", "laissez-faire,containment", "--seeds", 3, "--rounds", 8)


@pytest.fixture(scope="module")
def kept(greatpowers, tmp_path_factory: pytest.TempPathFactory):
    """A small panel of mechanisms, and the directory it was written to."""
    directory = tmp_path_factory.mktemp("panels") / "mechanisms"
    return greatpowers(*SMALL, "--out", directory), directory


def test_what_turns_the_order_comes_first_and_the_inert_last(kept) -> None:
    finished, directory = kept
    assert finished.returncode == 0, finished.stderr
    table, ranks = pd.read_csv(directory / "mechanisms.csv"), pd.read_csv(directory / "ranks.csv")
    before, _, after = finished.stdout.partition("\nInert: ")
    inert = list(table.loc[table["inert"], "mechanism"])
    assert after.startswith(f"{len(inert)} of {len(table)} ")
    assert inert and all(name in after for name in inert)
    for name in ranks.loc[ranks["reversed"] > 0, "mechanism"]:
        assert f"\n {name} " in before
    assert "true_beliefs" in before.partition("Neither switched off nor doubled")[2]


def test_files_hold_the_same_tables_as_csv_and_json(kept) -> None:
    _, directory = kept
    for name in ("effects", "ranks", "mechanisms"):
        table, records = pd.read_csv(directory / f"{name}.csv"), json.loads((directory / f"{name}.json").read_text())
        assert list(table) == list(records[0]) and len(table) == len(records)
    manifest = json.loads((directory / "manifest.json").read_text())
    assert manifest["kind"] == "mechanisms" and set(manifest["files"]) == {p.name for p in directory.iterdir()}


def test_one_seed_is_refused_before_anything_is_played(greatpowers) -> None:
    finished = greatpowers(*SMALL[:-4], "--seeds", 1)
    assert finished.returncode == 2 and not finished.stdout
    assert "--seeds is 1; expected a whole number from 2 to" in finished.stderr
