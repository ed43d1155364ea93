"""The package brings code of the rounds along: it plays what the text says, and is used only where it fits."""

import json
import os
import subprocess
import sys
import zlib
from pathlib import Path
from typing import Any

import llvmlite.binding as llvm
import pytest
from engines import PLAYER, cases_in, in_node
from fingerprints import fingerprints
from numba.core.compiler_lock import global_compiler_lock
from numba.core.registry import cpu_target
from shipped import fits_here, types

from greatpowers.browser.build import tools
from greatpowers.browser.layout import MODULE, described
from greatpowers.core import kernel

pytestmark = pytest.mark.skipif(not kernel.is_compiled(), reason="as plain Python nothing is compiled")

BUILD = """
import gc, json, runpy
gc.disable()  # it would search what Numba builds while it compiles, an eighth of that time
try:
    runpy.run_module("greatpowers.browser.build", run_name="__main__")
except SystemExit as leaving:
    assert not leaving.code
from fingerprints import fingerprints
print(json.dumps(fingerprints()))
"""
"""Builds what ships, and plays the code that it has just compiled from the text for that."""


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, dict[str, str]]]:
    """What is built from nothing but the text, and hashes of histories that the compiled text plays."""
    place = tmp_path_factory.mktemp("built")
    done = subprocess.run(
        [sys.executable, "-c", BUILD, "--out", str(place)], cwd=Path(__file__).parent,
        env={**os.environ, "NUMBA_CACHE_DIR": str(place / "cache")}, capture_output=True, encoding="utf-8", check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return place, json.loads(done.stdout.splitlines()[-1])


def test_it_was_made_from_this_text_of_the_core() -> None:
    header = json.loads(kernel.SHIPPED.read_bytes().partition(b"\n")[0])
    here = kernel.purpose(types())
    assert {**header["purpose"], "numba": here["numba"], "machine": here["machine"]} == here, (
        "python -m greatpowers.browser.build makes it anew"
    )


def test_it_holds_no_path_of_where_it_was_made() -> None:
    """As Numba writes one into the code of an exception of its own, and then no two machines make the same bytes."""
    code = zlib.decompress(kernel.SHIPPED.read_bytes().partition(b"\n")[2])
    text = str(llvm.parse_bitcode(code))
    assert "define" in text and ".py" not in text and "site-packages" not in text


def test_built_from_nothing_it_is_the_same(
    built: tuple[Path, Any], request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    """And so is the engine for browsers: to the byte with the versions that it names; with others it plays the same."""
    place, _ = built
    if described(MODULE.read_bytes())["made_with"] == tools():
        assert (place / MODULE.name).read_bytes() == MODULE.read_bytes()
        assert (place / kernel.SHIPPED.name).read_bytes() == kernel.SHIPPED.read_bytes()
    else:
        cases, expected = cases_in(tmp_path)
        assert in_node(request.getfixturevalue("node"), PLAYER, place / MODULE.name, cases) == expected


def test_it_plays_what_the_text_plays(built: tuple[Path, Any]) -> None:
    """Code from the package is what runs here; that a cache holds nothing else, processes on old processors say."""
    _, by_the_text = built
    assert fingerprints() == by_the_text


def loaded(content: bytes | None, place: Path, monkeypatch: pytest.MonkeyPatch, of: tuple[Any, ...]) -> Any:
    if content is not None:
        (place / "rounds").write_bytes(content)
    monkeypatch.setattr(kernel, "SHIPPED", place / "rounds")
    with global_compiler_lock:
        return kernel._ShippedCode().load_overload(of, cpu_target.target_context)


def test_what_does_not_fit_is_compiled_from_the_text(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    if not fits_here():
        pytest.skip("it was made for another release of Numba")
    content, asked = kernel.SHIPPED.read_bytes(), types()
    assert loaded(content, tmp_path, monkeypatch, asked).signature.args == asked
    header, _, code = content.partition(b"\n")
    spoilt = bytearray(code)
    spoilt[len(code) // 2] ^= 1
    for other in (b"", header, header + b"\n" + code[:-1], header + b"\n" + spoilt, b"{}\n" + code):
        assert loaded(other, tmp_path, monkeypatch, asked) is None
    assert loaded(content, tmp_path, monkeypatch, asked[::-1]) is None
    (tmp_path / "rounds").unlink()
    assert loaded(None, tmp_path, monkeypatch, asked) is None
    monkeypatch.setattr(kernel, "core_fingerprint", lambda: "another")
    assert loaded(content, tmp_path, monkeypatch, asked) is None
