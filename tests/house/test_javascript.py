"""The page's JavaScript: linted and formatted by Biome, its modules tested by Node's own runner."""

import subprocess
from pathlib import Path

import pytest

MODEL = Path(__file__).parents[2] / "model"


@pytest.mark.parametrize("script", ["lint", "test"])
def test_the_javascript_of_the_page(npm_tools: str, script: str) -> None:
    """With the tools that model/package-lock.json pins."""
    finished = subprocess.run([npm_tools, "run", "--silent", script], cwd=MODEL, capture_output=True, text=True)
    assert finished.returncode == 0, f"npm run {script}, in model:\n{finished.stdout}{finished.stderr}"
