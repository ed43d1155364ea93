"""The commands that make a panel: plausibility, mechanisms and deals, on the terminal and on disk."""

import json
import re
from pathlib import Path

import pandas as pd
import pytest

from greatpowers.validation.plausibility_checks import checks_for

TWO = ("--policies", "laissez-faire,containment")
COMMANDS = {
    "plausibility": ("plausibility", "template", *TWO, "--rounds", 12, "--seeds", 4),
    "mechanisms": ("mechanisms", "template", *TWO, "--rounds", 8, "--seeds", 3),
    "deals": ("deals", "template", "--rounds", 40, "--param", "proposal=1", "--param", "hurting=0", "--seeds", 4),
}
TABLES = {
    "plausibility": ("table", "places"),
    "mechanisms": ("effects", "ranks", "mechanisms"),
    "deals": ("places", "worth", "offers", "deals"),
}


@pytest.fixture(scope="module")
def panels(greatpowers, tmp_path_factory: pytest.TempPathFactory):
    """A small panel of each kind, and the directory it was written to."""
    parent = tmp_path_factory.mktemp("panels")
    return {kind: (greatpowers(*command, "--out", parent / kind), parent / kind) for kind, command in COMMANDS.items()}


# --- alike in all of them


@pytest.mark.parametrize("kind", COMMANDS)
def test_files_hold_the_same_tables_as_csv_and_json(panels, kind: str) -> None:
    finished, directory = panels[kind]
    assert finished.returncode == 0, finished.stderr
    for name in TABLES[kind]:
        table, records = pd.read_csv(directory / f"{name}.csv"), json.loads((directory / f"{name}.json").read_text())
        assert list(table) == list(records[0]) and len(table) == len(records)
    manifest = json.loads((directory / "manifest.json").read_text())
    assert manifest["kind"] == kind and set(manifest["files"]) == {p.name for p in directory.iterdir()}
    assert all(f"{directory / name}" in finished.stdout for name in manifest["files"])


@pytest.mark.parametrize("kind", ["mechanisms", "deals"])
def test_one_seed_is_refused_before_anything_is_played(greatpowers, kind: str) -> None:
    finished = greatpowers(*COMMANDS[kind][:-1], 1)
    assert finished.returncode == 2 and not finished.stdout
    assert "--seeds is 1; expected a whole number from 2 to" in finished.stderr


def test_without_out_nothing_is_written(greatpowers, tmp_path: Path) -> None:
    assert greatpowers(*COMMANDS["plausibility"], cwd=tmp_path).returncode == 0
    assert not list(tmp_path.iterdir())


def test_what_others_wrote_is_left_alone_before_anything_is_played(greatpowers, tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine")
    finished = greatpowers(*COMMANDS["deals"], "--out", tmp_path)
    assert finished.returncode == 2 and not finished.stdout
    assert "files that greatpowers did not write" in finished.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


# --- plausibility


def test_the_last_line_counts_what_fails_and_the_exit_code_is_0(panels) -> None:
    finished, directory = panels["plausibility"]
    table = pd.read_csv(directory / "table.csv")
    judged, failing = int(table["holds"].notna().sum()), int(table["holds"].eq(False).sum())
    assert failing > 0
    assert finished.stdout.splitlines()[-1] == f"{failing} of {judged} checks fail."


def test_it_prints_each_general_check_with_a_column_a_policy(panels) -> None:
    text = " ".join(panels["plausibility"][0].stdout.split())
    for check in checks_for("template"):
        assert check.label.split()[0] in text
    assert "containment" in text and "Korea" not in text
    assert re.search(r"Guards beside .*≤ 0", text)


# --- mechanisms


def test_what_turns_the_order_comes_first_and_the_inert_last(panels) -> None:
    finished, directory = panels["mechanisms"]
    table, ranks = pd.read_csv(directory / "mechanisms.csv"), pd.read_csv(directory / "ranks.csv")
    before, _, after = finished.stdout.partition("\nInert: ")
    inert = list(table.loc[table["inert"], "mechanism"])
    assert after.startswith(f"{len(inert)} of {len(table)} ")
    assert inert and all(name in after for name in inert)
    for name in ranks.loc[ranks["reversed"] > 0, "mechanism"]:
        assert f"\n {name} " in before
    assert "true_beliefs" in before.partition("Neither switched off nor doubled")[2]


# --- deals


def test_the_fate_of_the_offer_and_what_terms_add_are_told_as_the_tables_have_them(panels) -> None:
    finished, directory = panels["deals"]
    places, worth = pd.read_csv(directory / "places.csv"), pd.read_csv(directory / "worth.csv")
    text = " ".join(finished.stdout.split())
    for row in places.to_dict("records"):
        assert f"{row['label']} in {row['signed']:.0%}".replace("%", "% of histories") in text
    effect = worth[(worth["term"] == "deal") & (worth["outcome"] == "under_deal") & (worth["difference"] > 0.2)]
    assert len(effect) > 0 and "the offer as a whole" in text
    page = (directory / "deals.html").read_text(encoding="utf-8")
    assert all(label.replace("'", "&#39;") in page for label in places["label"])


def test_a_policy_without_an_offer_is_refused_with_what_would_do(greatpowers) -> None:
    finished = greatpowers("deals", "template", "--policy", "containment")
    assert finished.returncode == 2 and not finished.stdout and "Traceback" not in finished.stderr
    assert "policy 'containment' offers no deal in 'template'" in finished.stderr
