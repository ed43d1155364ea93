"""README is true: its commands run, its Python runs, and the figures in it are those the software gives."""

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import matplotlib
import pytest

import greatpowers
from greatpowers.simulation.summary import SUMMARY_COLUMNS

ROOT = Path(__file__).resolve().parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")

COLUMNS = {
    "mean_severity": ("Escalation", "{:.3f}"),
    "wars_begun": ("Wars", "{:.2f}"),
    "great_power_war": ("Great-power war", "{:.3f}"),
    "order": ("Order", "{:.3f}"),
    "revision": ("Revision", "{:.3f}"),
    "target_cost": ("Cost to targets", "{:.4f}"),
    "sender_cost": ("Cost to senders", "{:.4f}"),
    "deals_kept": ("Deals kept", "{:.2f}"),
}


def blocks(language: str) -> list[str]:
    """The fenced code blocks in one language."""
    return re.findall(rf"```{language}\n(.*?)```", README, re.S)


def comparison_table() -> str:
    """README's table of the main job: means over 200 seeds and 80 rounds, as the software gives them."""
    table = greatpowers.compare("2017").table
    lines = ["| policy | " + " | ".join(label for label, _ in COLUMNS.values()) + " |"]
    lines.append("| --- |" + " ---: |" * len(COLUMNS))
    for policy in table.index:
        shown = [form.format(table.loc[policy, (metric, "mean")]) for metric, (_, form) in COLUMNS.items()]
        lines.append(f"| `{policy}` | " + " | ".join(shown) + " |")
    return "\n".join(lines)


def test_the_set_up_commands_are_the_ones_ci_and_newcomers_run() -> None:
    main_job, tests = blocks("bash")
    assert main_job.strip().endswith("greatpowers compare 2017 --out results")
    assert tests.strip().endswith(".venv/bin/pytest")
    for command in (main_job, tests):
        assert "python3 -m venv .venv && .venv/bin/pip install -q" in command


def test_the_table_is_what_compare_gives() -> None:
    written = README.split("<!-- generated: comparison -->\n")[1].split("<!-- end -->")[0].strip()
    expected = comparison_table()
    assert written.startswith(expected), f"write this into README.md:\n{expected}"


def test_the_commands_to_look_inside_run(tmp_path: Path) -> None:
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    for block in blocks("console"):
        for line in block.strip().splitlines():
            command = shlex.split(line, comments=True)
            assert command[0] == "greatpowers"
            done = subprocess.run(
                [sys.executable, "-m", *command],
                cwd=tmp_path, env=environment, capture_output=True, text=True, stdin=subprocess.DEVNULL, check=False,
            )  # fmt: skip
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


def test_the_columns_shown_are_metrics() -> None:
    assert set(COLUMNS) <= set(SUMMARY_COLUMNS)
