"""Compiled code is kept where it can be, and an edited rule is never answered from an old cache."""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

import greatpowers
from greatpowers.core import kernel

PACKAGE = Path(greatpowers.__file__).parent
ASK = "from greatpowers.core.asking import ask; print(ask(3.0))"
ASKING = """
from greatpowers.core.equations.belief import forget
from greatpowers.core.kernel import entry

@entry
def ask(x: float) -> float:
    return forget(x, 1.0, 0.5)
"""


@pytest.fixture
def copied(tmp_path: Path) -> Path:
    """A copy of the core with one more kernel, which calls an equation written in another file."""
    core = tmp_path / "copy" / "greatpowers" / "core"
    shutil.copytree(PACKAGE / "core", core, ignore=shutil.ignore_patterns("__pycache__"))
    (core.parent / "__init__.py").write_text("")
    (core / "asking.py").write_text(ASKING)
    return core


def answer(core: Path, cache: Path) -> float:
    """What a new process answers, compiling if the cache does not."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("NUMBA_", "COV_"))}
    environment = {**kept, "PYTHONPATH": str(core.parents[1]), "NUMBA_CACHE_DIR": str(cache)}
    done = subprocess.run([sys.executable, "-c", ASK], env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return float(done.stdout)


def test_an_edited_rule_is_never_answered_by_a_stale_cache(copied: Path, tmp_path: Path) -> None:
    cache, rule = tmp_path / "cache", copied / "equations" / "belief.py"
    assert answer(copied, cache) == 2.0  # 1 + .5 x 2
    assert answer(copied, cache) == 2.0
    assert len(list(cache.iterdir())) == 1
    rule.write_text(rule.read_text().replace("return prior + memory", "return 10.0 + prior + memory"))
    assert answer(copied, cache) == 12.0
    assert len(list(cache.iterdir())) == 2


def test_an_installation_that_cannot_be_written_to_works_as_well(copied: Path, tmp_path: Path) -> None:
    for path in [copied, *copied.rglob("*")]:
        path.chmod(0o555 if path.is_dir() else 0o444)
    before = sorted(copied.rglob("*"))
    assert answer(copied, tmp_path / "cache") == 2.0
    unwanted = [path for path in set(copied.rglob("*")) - set(before) if path.suffix in (".nbi", ".nbc")]
    assert unwanted == []


def places(monkeypatch: pytest.MonkeyPatch, chosen: Path | None, home: Path, temporary: Path) -> Path:
    """The cache directory found with these places on offer."""
    monkeypatch.delenv("NUMBA_CACHE_DIR", raising=False)
    if chosen is not None:
        monkeypatch.setenv("NUMBA_CACHE_DIR", str(chosen))
    monkeypatch.setenv("XDG_CACHE_HOME", str(home))
    monkeypatch.setattr(tempfile, "gettempdir", lambda: str(temporary))
    return kernel._find_cache_directory()


def test_the_cache_goes_where_it_is_told_else_home_else_somewhere_temporary(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    blocked = tmp_path / "a-file"
    blocked.write_text("not a directory")
    good = tmp_path / "good"
    assert places(monkeypatch, good / "chosen", good, good).is_relative_to(good / "chosen")
    assert places(monkeypatch, blocked, good / "home", good).is_relative_to(good / "home")
    assert places(monkeypatch, None, good / "home", good).is_relative_to(good / "home")
    assert places(monkeypatch, None, blocked, good / "temporary").is_relative_to(good / "temporary")


def test_without_any_place_to_keep_it_compiled_code_lives_for_the_session(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    blocked = tmp_path / "a-file"
    blocked.write_text("not a directory")
    monkeypatch.setattr(tempfile, "mkdtemp", lambda prefix: str(tmp_path / f"{prefix}once"))
    assert places(monkeypatch, blocked, blocked, blocked) == tmp_path / "greatpowers-once"


def test_a_cache_is_known_by_the_compiled_rounds_in_it(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(kernel, "CACHE_DIRECTORY", tmp_path)
    assert not kernel.is_cached()
    (tmp_path / "core_123").mkdir()
    (tmp_path / "core_123" / "history.play_rounds-117.py311.nbi").write_bytes(b"")
    assert kernel.is_cached()
