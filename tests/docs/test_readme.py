"""README is true: its commands run, its Python runs, and the figures in it are those the software gives."""

import re
import shlex
from pathlib import Path

import matplotlib
import pytest
from nursery import Nursery
from readme_parts import PARTS, block_of

ROOT = Path(__file__).resolve().parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def blocks(language: str) -> list[str]:
    """The fenced code blocks in one language."""
    return re.findall(rf"```{language}\n(.*?)```", README, re.S)


def test_the_set_up_commands_are_the_ones_ci_and_newcomers_run() -> None:
    main_job, tests = blocks("bash")
    assert main_job.strip().endswith("greatpowers compare 2017 --out results")
    assert tests.strip().endswith(".venv/bin/pytest -n auto")
    for command in (main_job, tests):
        assert "python3 -m venv .venv && .venv/bin/pip install -q" in command


@pytest.mark.parametrize(("page", "name"), PARTS, ids=lambda part: getattr(part, "stem", part))
def test_the_figures_are_those_that_the_software_gives(page: Path, name: str) -> None:
    written = block_of(page.read_text(encoding="utf-8"), name)
    assert written == PARTS[page, name](), "run: python tests/docs/readme_parts.py"


def test_the_commands_to_look_inside_run(nursery: Nursery, tmp_path: Path) -> None:
    for block in blocks("console"):
        for line in block.strip().splitlines():
            program, *arguments = shlex.split(line, comments=True)
            assert program == "greatpowers"
            done = nursery.run(arguments, cwd=tmp_path)
            assert done.returncode == 0, f"{line}\n{done.stderr}"
            assert done.stdout.strip(), line


@pytest.mark.parametrize("block", blocks("python"))
def test_the_python_runs(block: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    matplotlib.use("Agg")
    exec(compile(block, "README.md", "exec"), {})


def test_links_and_figures_exist() -> None:
    targets = re.findall(r"\]\(([^)#]+)\)", README)
    missing = [target for target in targets if "://" not in target and not (ROOT / target).exists()]
    assert not missing
    assert any(target.endswith(".png") for target in targets)
