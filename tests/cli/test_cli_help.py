"""Help is complete, quick, and costs no heavy import."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from greatpowers.cli.entry import COMMANDS

HEAVY = ("numpy", "numba", "pandas", "matplotlib", "pydantic", "pyarrow", "scipy", "rich")


def test_help_names_every_command_and_shows_examples(greatpowers) -> None:
    finished = greatpowers("--help")
    assert finished.returncode == 0
    assert all(f"\n    {command}" in finished.stdout for command in COMMANDS)
    assert "examples:" in finished.stdout


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_help_with_an_example(greatpowers, command: str) -> None:
    finished = greatpowers(command, "--help")
    assert finished.returncode == 0
    assert f"\n  greatpowers {command}" in finished.stdout
    assert max(len(line) for line in finished.stdout.splitlines()) <= 100


def test_help_of_an_option_says_what_happens_without_it(greatpowers) -> None:
    text = " ".join(greatpowers("compare", "--help").stdout.split())
    assert "200 if not given" in text
    assert "2017 if none" in text
    assert "./greatpowers-results/compare- SCENARIO if not given" in text


def test_no_arguments_means_help(greatpowers) -> None:
    finished = greatpowers()
    assert finished.returncode == 0
    assert "examples:" in finished.stdout


def test_version_is_one_line(greatpowers) -> None:
    finished = greatpowers("--version")
    assert finished.returncode == 0
    assert finished.stdout.startswith("greatpowers ") and finished.stdout.count("\n") == 1


@pytest.mark.parametrize("arguments", [["--help"], ["--version"], ["compare", "--help"]])
def test_nothing_heavy_is_imported_to_help(arguments: list[str], environment: dict[str, str], elsewhere: Path) -> None:
    script = (
        "import json, sys; from greatpowers.cli import main; main(json.loads(sys.argv[1])); "
        f"print('imported:', [name for name in {HEAVY} if name in sys.modules])"
    )
    finished = subprocess.run(
        [sys.executable, "-c", script, json.dumps(arguments)],
        cwd=elsewhere,
        env=environment,
        capture_output=True,
        text=True,
        timeout=600,
    )
    assert finished.returncode == 0, finished.stderr
    assert finished.stdout.splitlines()[-1] == "imported: []"
