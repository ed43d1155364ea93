"""The site is true: what its pages show runs, what they name exists, and the reference leaves no public name out."""

import os
import re
import shlex
import shutil
import subprocess
import sys
from functools import partial
from pathlib import Path

import matplotlib
import pytest
from matplotlib import pyplot as plt
from pages import PAGES, ROOT, SITE, Block, blocks, named_paths

import greatpowers
from greatpowers.cli import main
from greatpowers.cli.arguments import parse
from greatpowers.cli.entry import COMMANDS, build_parser
from greatpowers.presentation import figures
from greatpowers.scenario.posterior import Posterior
from greatpowers.simulation import comparison
from greatpowers.studies import brief, brief_reasons, question

LANGUAGES = {"python", "console", "toml", "sh", "py", "diff", "bash", "r", "js", "stata", "text"}
"""python and console are run, their files written first; sh is understood but takes long or needs data, py needs a
cluster, r needs R; js is played in tests/browser."""
SHOWN = {page: blocks(page.read_text(encoding="utf-8")) for page in PAGES}
RUNNING = [page for page, shown in SHOWN.items() if any(block.language in ("python", "console") for block in shown)]
GUIDES = [*PAGES, ROOT / "README.md", ROOT / ".github" / "CONTRIBUTING.md"]


def name_of(page: Path) -> str:
    return page.relative_to(ROOT).as_posix()


@pytest.fixture
def played_least(monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> None:
    """What is played without being asked for is played least, and pictures, without which commands end well, are empty.

    What draws is as many sets of parameters; an answer of so few histories is kept where nobody else finds it.
    """
    answers = tmp_path_factory.mktemp("answers")
    monkeypatch.setattr(question, "cache_directory", lambda: answers)
    monkeypatch.setattr(question, "RUNS", 3)
    monkeypatch.setattr(question, "FEW", 2)
    monkeypatch.setattr(figures, "_png", lambda _draw: b"")

    given = comparison.given_posterior

    def few_draws(posterior: comparison.PosteriorLike) -> Posterior:
        asked = given(posterior)
        return asked.model_copy(update={"draws": asked.draws[:4], "misfit": asked.misfit[:4]})

    for module in (comparison, brief):
        monkeypatch.setattr(module, "given_posterior", few_draws)
    monkeypatch.setattr(brief_reasons, "deep_uncertainty", partial(brief_reasons.deep_uncertainty, 4))


@pytest.mark.usefixtures("played_least")
@pytest.mark.parametrize("page", RUNNING, ids=name_of)
def test_what_a_page_shows_runs(
    page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    matplotlib.use("Agg")
    names: dict[str, object] = {}
    for block in SHOWN[page]:
        if block.file and block.language in ("toml", "python"):
            (tmp_path / block.file).write_text(block.text, encoding="utf-8")
        elif block.language == "python":
            exec(compile(block.text, name_of(page), "exec"), names)
        elif block.language == "console":
            for line in block.text.strip().splitlines():
                _play(line, capsys)
    plt.close("all")


def _play(line: str, capsys: pytest.CaptureFixture[str]) -> None:
    program, *arguments = shlex.split(line, comments=True)
    assert program == "greatpowers", line
    capsys.readouterr()
    code = main(arguments)
    printed = capsys.readouterr()
    assert code == 0, f"{line}\n{printed.err}"
    assert printed.out.strip(), line


def test_pages_that_run_are_the_tutorials_and_more() -> None:
    tutorials = set((SITE / "tutorials").glob("*.md")) - {SITE / "tutorials" / "index.md"}
    assert tutorials <= set(RUNNING)


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_every_block_is_of_a_kind_that_is_looked_at(page: Path) -> None:
    assert {block.language for block in SHOWN[page]} <= LANGUAGES


def command_lines(page: Path, language: str) -> list[str]:
    fenced = [block for block in blocks(page.read_text(encoding="utf-8")) if block.language == language]
    lines = [line.replace(".venv/bin/", "") for block in fenced for line in block.text.splitlines()]
    return [line for line in lines if line.startswith("greatpowers ")]


@pytest.mark.parametrize("page", GUIDES, ids=name_of)
def test_commands_that_take_longer_are_understood(page: Path) -> None:
    for line in command_lines(page, "sh"):
        parse(build_parser(), shlex.split(line, comments=True)[1:], COMMANDS)


def test_every_command_is_shown_at_work() -> None:
    lines = [line for page in GUIDES for language in ("sh", "console") for line in command_lines(page, language)]
    assert {line.split()[1] for line in lines} == set(COMMANDS)


def diffs() -> list[tuple[Path, Block]]:
    return [(page, block) for page, shown in SHOWN.items() for block in shown if block.language == "diff"]


@pytest.mark.parametrize(
    ("page", "block"), diffs(), ids=lambda value: name_of(value) if isinstance(value, Path) else ""
)
def test_an_edit_that_is_shown_can_be_made_and_changes_results(page: Path, block: Block, tmp_path: Path) -> None:
    shutil.copytree(ROOT / "model" / "greatpowers", tmp_path / "model" / "greatpowers")
    shutil.copytree(ROOT / "configs", tmp_path / "configs")
    before, after = (
        "".join(line[1:] + "\n" for line in block.text.splitlines() if line[0] == sign) for sign in ("-", "+")
    )
    edited = tmp_path / block.file
    text = edited.read_text(encoding="utf-8")
    assert text.count(before) == 1, f"{page}: {block.file} does not hold what is to be replaced"
    usual = _summary(tmp_path / "model")
    edited.write_text(text.replace(before, after), encoding="utf-8")
    assert _summary(tmp_path / "model") != usual


def _summary(model: Path) -> str:
    ask = "import greatpowers as gp; print(gp.simulate('template', 'containment', 1, 24).summary.to_json())"
    environment = os.environ | {"PYTHONPATH": str(model), "NUMBA_DISABLE_JIT": "1"}
    done = subprocess.run(
        [sys.executable, "-c", ask], env=environment, cwd=model, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.parametrize("page", GUIDES, ids=name_of)
def test_every_path_that_is_named_exists(page: Path) -> None:
    """A notebook's page is made from the notebook when the site is built."""
    missing = [(name, place) for name, place in named_paths(page) if not place.exists()]
    of_notebooks = [name for name, place in missing if (ROOT / "notebooks" / place.name).exists()]
    assert [name for name, _ in missing if name not in of_notebooks] == []


def test_the_reference_describes_every_public_name() -> None:
    described = re.findall(r"auto\w+:: greatpowers\.(\w+)$", (SITE / "reference" / "api.md").read_text(), re.M)
    assert sorted(described) == sorted(set(dir(greatpowers)) - {"__version__"})


def test_the_reference_of_files_describes_every_table_that_files_may_hold() -> None:
    from greatpowers.experiments import schema as experiments
    from greatpowers.scenario import schema
    from greatpowers.scenario.kinds import TomlTable

    shown = re.findall(r"\{keys\} ([\w.]+) (.+)", (SITE / "reference" / "files.md").read_text(encoding="utf-8"))
    described = {(module, name) for module, listed in shown for name in listed.split()}
    declared = {
        (module.__name__, name)
        for module in (schema, experiments)
        for name, value in vars(module).items()
        if isinstance(value, type) and issubclass(value, TomlTable) and value.__module__ == module.__name__
    }
    assert described == declared
