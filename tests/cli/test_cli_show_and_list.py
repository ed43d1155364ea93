"""What is configured can be read before anything runs, at 100 columns, in plain text."""

from pathlib import Path

import pytest

from greatpowers import load_scenario, names
from greatpowers.core.metrics import METRICS
from greatpowers.core.parameters import Parameters
from greatpowers.scenario.library import configs_directory
from greatpowers.scenario.tables import state_table


def test_show_has_every_state_theatre_policy_and_parameter_of_2017(greatpowers) -> None:
    finished = greatpowers("show", "2017")
    assert finished.returncode == 0
    assert finished.stderr == ""
    scenario = load_scenario("2017")
    words = set(finished.stdout.split())
    assert {state.id for state in scenario.states} <= words
    assert {theatre.id for theatre in scenario.theatres} <= words
    assert set(Parameters._fields) <= words
    for policy in names("policies"):
        assert f"Policy {policy}: " in finished.stdout
    assert "Source" in words
    assert "Leeds" in finished.stdout


def test_show_one_policy_gives_its_terms_by_theatre_and_no_other_policy(greatpowers) -> None:
    text = greatpowers("show", "2017", "--policy", "half-a-loaf").stdout
    assert "Policy half-a-loaf: Half a loaf" in text
    assert "Policy containment" not in text
    _, terms = text.split("Policy half-a-loaf")
    assert "donbas" in terms and "keep 0" in terms and "Russia gives" in terms


def test_show_tells_in_what_two_policies_differ(greatpowers) -> None:
    line = ("show", "2017", "--policy", "half-a-loaf", "--against")
    text = greatpowers(*line, "half-a-loaf-without-offer").stdout
    assert "donbas, syria-russia, iran-nuclear" in text and "red_line" not in text
    assert "are the same policy" in greatpowers(*line, "half-a-loaf").stdout
    finished = greatpowers("show", "2017", "--against", "containment")
    assert finished.returncode == 2 and "name the first with --policy" in finished.stderr


def test_show_marks_a_parameter_that_is_not_at_its_default(greatpowers) -> None:
    lines = greatpowers("show", "template", "--param", "clash=0.123").stdout.splitlines()
    assert "Default" in next(line for line in lines if line.startswith(" Parameter"))
    row = next(line for line in lines if line.startswith(" clash "))
    assert "0.123" in row


def test_show_takes_a_path_from_another_directory(greatpowers, tmp_path: Path) -> None:
    text = (configs_directory() / "scenarios" / "template.toml").read_text().replace("Arda", "Ruritania")
    (tmp_path / "mine.toml").write_text(text)
    finished = greatpowers("show", "mine.toml", cwd=tmp_path)
    assert finished.returncode == 0, finished.stderr
    assert "Ruritania" in finished.stdout


KINDS = ("scenarios", "policies", "doctrines", "experiments", "posteriors", "metrics", "parameters")


@pytest.mark.parametrize(
    "arguments", [["show", "2017"], ["show", "synthetic"], *(["list", kind] for kind in KINDS)], ids=" ".join
)
def test_piped_output_is_plain_and_fits_a_hundred_columns(greatpowers, arguments: list[str]) -> None:
    finished = greatpowers(*arguments)
    assert finished.returncode == 0
    assert not [character for character in finished.stdout if not character.isprintable() and character != "\n"]
    paths = str(configs_directory())
    assert max(len(line) for line in finished.stdout.splitlines() if not line.startswith(paths)) <= 100


def test_output_for_an_old_terminal_is_ascii_enough(greatpowers) -> None:
    finished = greatpowers("show", "template", PYTHONIOENCODING="ascii")
    assert finished.returncode == 0
    assert finished.stdout.isascii()


@pytest.mark.parametrize("kind", ["scenarios", "policies", "doctrines", "posteriors"])
def test_list_names_what_ships(greatpowers, kind: str) -> None:
    words = greatpowers("list", kind).stdout.split()
    assert set(names(kind)) <= set(words)


def test_list_says_where_the_template_is(greatpowers) -> None:
    path = greatpowers("list", "scenarios").stdout.splitlines()[-1]
    assert path.endswith("template.toml")
    assert Path(path).is_file()


def test_list_metrics_has_each_with_its_unit(greatpowers) -> None:
    finished = greatpowers("list", "metrics", COLUMNS="300")
    for entry in METRICS:
        row = next(line for line in finished.stdout.splitlines() if line.startswith(f" {entry.name} "))
        assert entry.unit.split()[0] in row
        assert entry.source.split()[0] in row


def test_list_parameters_has_each_with_its_source(greatpowers) -> None:
    finished = greatpowers("list", "parameters", COLUMNS="200")
    listed = [line.split()[0] for line in finished.stdout.splitlines() if line.startswith(" ") and line.strip()]
    assert set(Parameters._fields) <= set(listed)


def test_a_narrow_terminal_loses_no_digit(greatpowers) -> None:
    wide, narrow = (greatpowers("show", "2017", COLUMNS=str(width)).stdout for width in (200, 60))
    for row in state_table(load_scenario("2017")):
        number = f"{row['power']:.4g}"
        for text in (wide, narrow):
            assert any(line.split()[:1] == [row["id"]] and number in line.split() for line in text.splitlines())
    assert "…" not in narrow
