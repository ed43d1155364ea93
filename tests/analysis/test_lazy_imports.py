"""Importing the package fetches nothing heavy, and every exported name is there when asked for."""

import json
import os
import pydoc
import subprocess
import sys
from pathlib import Path

import pytest

import greatpowers

HEAVY = ("numba", "numpy", "pandas", "pyarrow", "scipy", "matplotlib", "pydantic", "mesa")


def modules_after(code: str) -> set[str]:
    script = f"import sys, json; {code}; print(json.dumps(list(sys.modules)))"
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, env=environment)
    return set(json.loads(done.stdout.splitlines()[-1]))


def test_importing_the_package_is_light() -> None:
    assert not modules_after("import greatpowers") & set(HEAVY)


def test_a_run_needs_neither_figures_nor_mesa() -> None:
    assert not modules_after("from greatpowers import simulate, chronicle, explain") & {"matplotlib", "mesa"}


def test_commands_load_what_draws_only_to_draw() -> None:
    modules = ("cli.run", "cli.fork", "cli.compare", "presentation.figures")
    assert "matplotlib" not in modules_after("; ".join(f"import greatpowers.{name}" for name in modules))


def test_a_comparison_answers_without_what_briefs_need(tmp_path: Path) -> None:
    least = ["--policies", "containment,half-a-loaf", "--seeds", "2", "--rounds", "2", "--no-figures"]
    words = ["compare", "2017", *least, "--out", str(tmp_path)]
    loaded = modules_after(f"from greatpowers.cli import main; main({words})")
    assert "greatpowers.studies.question" in loaded
    assert not loaded & {"greatpowers.studies.brief", "scipy.stats"}


def test_histories_can_be_played_before_what_measures_them_is_loaded() -> None:
    loaded = modules_after("import greatpowers.simulation.comparison")
    assert not loaded & {"scipy.special", "matplotlib"}


def test_every_exported_name_can_be_fetched() -> None:
    assert set(greatpowers.__all__) < set(dir(greatpowers))
    for name in dir(greatpowers):
        assert getattr(greatpowers, name) is not None


def test_help_is_a_page_or_two() -> None:
    text = pydoc.plain(pydoc.render_doc(greatpowers))
    assert len(text) < 10_000
    for name in ("simulate", "compare", "explain", "GreatPowersError", "seeds"):
        assert name in text


def test_functions_are_not_hidden_by_modules() -> None:
    for name in ("simulate", "ensemble", "compare", "chronicle", "explain"):
        assert callable(getattr(greatpowers, name))


def test_unknown_names_are_attribute_errors() -> None:
    with pytest.raises(AttributeError, match="simulat"):
        greatpowers.simulat  # noqa: B018


def test_the_version_is_a_text() -> None:
    assert greatpowers.__version__ == "0.1.0"
