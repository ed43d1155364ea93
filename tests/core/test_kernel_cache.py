"""Compiled code is kept where it can be, and an edited rule is never answered from an old cache."""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import pytest

import greatpowers
from greatpowers.core import kernel
from greatpowers.core.phases.challenge import drawn_move
from greatpowers.core.round import play_round

PACKAGE = Path(greatpowers.__file__).parent
ASK = """
import importlib, os, sys
from greatpowers.core import asking
for cache in sys.argv[1:]:
    os.environ["NUMBA_CACHE_DIR"] = cache
    kernel.cache_directory.cache_clear()
    print(importlib.reload(asking).ask(3.0))
"""
ASKING = """
from greatpowers.core.equations.belief import forget
from greatpowers.core.kernel import entry

@entry
def ask(x: float) -> float:
    return forget(x, 1.0, 0.5)
"""


def copy_of_core(place: Path) -> Path:
    """A copy of the core with one more kernel, which calls an equation written in another file."""
    core = place / "copy" / "greatpowers" / "core"
    shutil.copytree(PACKAGE / "core", core, ignore=shutil.ignore_patterns("__pycache__"))
    (core.parent / "__init__.py").write_text("")
    (core / "asking.py").write_text(ASKING)
    return core


@pytest.fixture
def copied(tmp_path: Path) -> Path:
    """Such a copy of a test's own."""
    return copy_of_core(tmp_path)


@pytest.fixture(scope="module")
def compiled(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Such a copy, and the cache of its compiled code."""
    place = tmp_path_factory.mktemp("compiled")
    core = copy_of_core(place)
    assert answers(core, place / "cache") == [2.0]
    return core, place / "cache"


def asked(core: Path, text: str, *arguments: Path, before: str = "", **variables: str) -> str:
    """What a new process prints; `before` is carried out before the kernel is imported."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(("NUMBA_", "COV_"))}
    environment = {**inherited, "PYTHONPATH": str(core.parents[1]), "PYTHONDONTWRITEBYTECODE": "1", **variables}
    done = subprocess.run(
        [sys.executable, "-c", f"{before}from greatpowers.core import kernel\n{text}", *map(str, arguments)],
        env=environment, capture_output=True, encoding="utf-8", check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def answers(core: Path, *caches: Path) -> list[float]:
    """What a new process answers with one cache after the other, compiling where that does not."""
    return [float(line) for line in asked(core, ASK, *caches).splitlines()]


def test_an_edited_rule_is_never_answered_by_a_stale_cache(copied: Path, tmp_path: Path) -> None:
    cache, rule = tmp_path / "cache", copied / "equations" / "belief.py"
    assert answers(copied, cache, cache) == [2.0, 2.0]  # 1 + .5 x 2
    assert len(list(cache.iterdir())) == 1
    rule.write_text(rule.read_text().replace("return prior + memory", "return 10.0 + prior + memory"))
    assert answers(copied, cache) == [12.0]
    assert len(list(cache.iterdir())) == 2


def test_an_installation_that_cannot_be_written_to_works_as_well(copied: Path, tmp_path: Path) -> None:
    for path in [copied, *copied.rglob("*")]:
        path.chmod(0o555 if path.is_dir() else 0o444)
    before = sorted(copied.rglob("*"))
    assert answers(copied, tmp_path / "cache") == [2.0]
    unwanted = [path for path in set(copied.rglob("*")) - set(before) if path.suffix in (".nbi", ".nbc")]
    assert unwanted == []


def places(monkeypatch: pytest.MonkeyPatch, chosen: Path | None, home: Path, temporary: Path) -> Path:
    """The cache directory found with these places on offer."""
    monkeypatch.delenv("NUMBA_CACHE_DIR", raising=False)
    if chosen is not None:
        monkeypatch.setenv("NUMBA_CACHE_DIR", str(chosen))
    monkeypatch.setenv("XDG_CACHE_HOME", str(home))
    monkeypatch.setattr(tempfile, "gettempdir", lambda: str(temporary))
    monkeypatch.setattr(kernel, "_SESSION", [])  # a directory of this test's own must not be this process's
    directory = kernel._find_cache_directory()
    assert directory is not None
    return directory


@pytest.fixture
def blocked(tmp_path: Path) -> Path:
    """Where no directory can be made."""
    (tmp_path / "a-file").write_text("not a directory")
    return tmp_path / "a-file"


def test_the_cache_goes_where_it_is_told_else_to_the_users_own(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, blocked: Path
) -> None:
    good = tmp_path / "good"
    assert places(monkeypatch, good / "chosen", good, good).is_relative_to(good / "chosen")
    assert places(monkeypatch, blocked, good / "home", good).is_relative_to(good / "home")
    assert places(monkeypatch, None, good / "home", good).is_relative_to(good / "home")


POSIX = pytest.mark.skipif(not hasattr(os, "getuid"), reason="the system does not say whose a directory is")


@POSIX
def test_a_shared_temporary_directory_holds_one_of_this_user_alone(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, blocked: Path
) -> None:
    directory = places(monkeypatch, None, blocked, tmp_path)
    assert directory.parent == tmp_path / f"greatpowers-{os.getuid()}"
    assert [place.stat().st_mode & 0o777 for place in (directory.parent, directory)] == [0o700, 0o700]
    assert places(monkeypatch, None, blocked, tmp_path) == directory


def may_write(place: Path) -> None:
    place.chmod(0o777)


def foreign(place: Path) -> None:
    if os.getuid() != 0:
        pytest.skip("only root may give files away")
    os.chown(place, 65534, -1)


def a_link(place: Path) -> None:
    elsewhere = place.with_name("elsewhere")
    place.rename(elsewhere)
    place.symlink_to(elsewhere, target_is_directory=True)


def replaceable(place: Path) -> None:
    place.parent.chmod(0o777)


@POSIX
@pytest.mark.parametrize("change", [may_write, foreign, a_link, replaceable])
@pytest.mark.parametrize("within", [False, True], ids=["the user's", "the core's"])
def test_a_temporary_directory_in_which_others_could_lay_code_is_not_used(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, blocked: Path, change: Callable[[Path], None], within: bool
) -> None:
    shared = tmp_path / "shared"
    shared.mkdir()
    directory = places(monkeypatch, None, blocked, shared)
    change(directory if within else directory.parent)
    other = places(monkeypatch, None, blocked, shared)
    assert other != directory
    assert other.parent == shared
    assert list(other.iterdir()) == []
    assert other.stat().st_mode & 0o777 == 0o700


@POSIX
@pytest.mark.parametrize("change", [may_write, foreign, a_link])
@pytest.mark.parametrize("named", [True, False], ids=["named", "the user's own"])
def test_no_place_is_trusted_once_others_could_lay_code_there(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, change: Callable[[Path], None], named: bool
) -> None:
    chosen, temporary = tmp_path / "chosen" if named else None, tmp_path / "temporary"
    temporary.mkdir()
    directory = places(monkeypatch, chosen, tmp_path / "home", temporary)
    assert directory.is_relative_to(tmp_path / ("chosen" if named else "home"))
    assert directory.stat().st_mode & 0o777 == 0o700
    change(directory)
    other = places(monkeypatch, chosen, tmp_path / "home", temporary)
    assert other.is_relative_to(tmp_path / "home" if named else temporary)
    assert list(other.iterdir()) == []


def test_without_any_place_to_keep_it_compiled_code_lives_for_the_session(copied: Path, blocked: Path) -> None:
    nobody, temporary = "import os, platformdirs\nos.__dict__.pop('getuid', None)\n", copied.parents[1]
    printed = asked(
        copied, "print(kernel.cache_directory().is_dir(), kernel.is_cached(), kernel.cache_directory())", before=nobody,
        NUMBA_CACHE_DIR=str(blocked), XDG_CACHE_HOME=str(blocked), HOME=str(blocked), TMPDIR=str(temporary),
    )  # fmt: skip
    assert printed.startswith(f"True False {temporary / 'greatpowers-'}")
    assert not list(temporary.glob("greatpowers-*"))


def test_where_nothing_at_all_can_be_written_code_is_compiled_and_not_kept(copied: Path) -> None:
    text = "def none(*a, **b): raise FileNotFoundError\nimport tempfile; tempfile.gettempdir = none\n"
    printed = asked(copied, "from greatpowers.core.asking import ask; print(kernel.cache_directory(), ask(3.0))",
                  before=text, NUMBA_CACHE_DIR="/dev/null", XDG_CACHE_HOME="/dev/null", HOME="/dev/null")  # fmt: skip
    assert printed == "None 2.0"


DAMAGES: dict[str, Callable[[bytes], bytes]] = {
    "empty": lambda _: b"",
    "shortened": lambda content: content[: len(content) // 2],
    "one bit": lambda content: bytes([*content[: (at := len(content) // 2)], content[at] ^ 1, *content[at + 1 :]]),
    "of an older version": lambda content: content[:-32],
}


def test_what_is_damaged_is_compiled_again_and_kept(compiled: tuple[Path, Path], tmp_path: Path) -> None:
    core, original = compiled
    broken: dict[Path, bytes] = {}
    for ending in (".nbi", ".nbc"):
        for number, damage in enumerate(DAMAGES.values()):
            cache = shutil.copytree(original, tmp_path / f"{ending}-{number}")
            files = sorted(cache.rglob(f"*{ending}"))
            assert files
            broken |= {path: damage(path.read_bytes()) for path in files}
    for path, content in broken.items():
        path.write_bytes(content)
    caches = sorted(tmp_path.iterdir())
    assert answers(core, *caches) == [2.0] * len(caches)
    assert not [path for path, content in broken.items() if path.read_bytes() == content]
    mended = {path: path.stat().st_mtime_ns for path in broken}
    assert answers(core, *caches) == [2.0] * len(caches)
    assert {path: path.stat().st_mtime_ns for path in broken} == mended


def test_a_cache_that_cannot_be_written_any_more_costs_time_only(copied: Path, tmp_path: Path) -> None:
    text = "import numba.core.caching as c, contextlib\ndef full(*a): raise OSError(28, 'No space left on device')\n"
    text += "c.IndexDataCacheFile._open_for_write = full\n"
    ask = "from greatpowers.core.asking import ask; print(ask(3.0))"
    assert asked(copied, ask, before=text, NUMBA_CACHE_DIR=str(tmp_path)) == "2.0"


def test_a_cache_is_known_by_the_compiled_rounds_in_it(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(kernel, "cache_directory", lambda: tmp_path)
    monkeypatch.setattr(kernel, "_SESSION", [])
    assert not kernel.is_cached()
    (tmp_path / "core_123").mkdir()
    version = f"py{sys.version_info.major}{sys.version_info.minor}"
    (tmp_path / "core_123" / f"history.play_rounds-117.{version}.nbi").write_bytes(b"")
    assert kernel.is_cached()


def test_importing_makes_no_directory_and_compiling_does(copied: Path, tmp_path: Path) -> None:
    cache = tmp_path / "cache"
    text = "import os, greatpowers.core.asking as a, greatpowers.core.history; place = os.environ['NUMBA_CACHE_DIR']\n"
    text += "print(os.path.exists(place), a.ask(3.0), os.path.isdir(place))"
    assert asked(copied, text, NUMBA_CACHE_DIR=str(cache)) == "False 2.0 True"


@pytest.mark.skipif(not kernel.is_compiled(), reason="uncompiled, a kernel is a function like any other")
@pytest.mark.parametrize("refused", [drawn_move, play_round], ids=lambda refused: str(refused.__name__))
def test_a_kernel_called_from_python_says_who_may_call_it(refused: Callable[..., object]) -> None:
    with pytest.raises(TypeError, match=rf"{refused.__name__} can only be called from other kernels.*JIT=1"):
        refused(0.2, 0.3, 0.5)


@pytest.mark.skipif(not kernel.is_compiled(), reason="nothing is compiled")
def test_a_kernel_that_has_been_compiled_for_another_still_refuses_python() -> None:
    @kernel.kernel
    def doubled(x: float) -> float:
        return 2.0 * x

    @kernel.entry
    def four_times(x: float) -> float:
        return doubled(doubled(x))

    assert four_times(1.5) == 6.0
    with pytest.raises(TypeError, match="doubled can only be called from other kernels"):
        doubled(1.5)
