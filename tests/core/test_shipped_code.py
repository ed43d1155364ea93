"""The package brings code of the rounds along: it plays what the text says, and is used only where it fits."""

import json
import os
import subprocess
import sys
import zlib
from pathlib import Path
from typing import Any

import llvmlite.binding as llvm
import numba
import pytest
from numba.core.compiler_lock import global_compiler_lock
from numba.core.registry import cpu_target

from greatpowers.browser.layout import SIZES, arguments
from greatpowers.core import kernel

pytestmark = pytest.mark.skipif(not kernel.is_compiled(), reason="as plain Python nothing is compiled")

FOUND = """
import json
from pathlib import Path
from greatpowers.core import kernel
from greatpowers.core.history import play_each_round
{before}
from fingerprints import fingerprints
print(json.dumps([fingerprints(), sum(play_each_round.stats.cache_hits.values())]))
"""


def types() -> tuple[Any, ...]:
    return tuple(numba.typeof(value) for value in arguments(*(1 for _ in SIZES)))


def fits_here() -> bool:
    header = json.loads(kernel.SHIPPED.read_bytes().partition(b"\n")[0])
    return bool(header["purpose"] == kernel.purpose(types()))


def played(cache: Path, before: str = "") -> Any:
    """Hashes of histories in a new process, and how often it found its code in the package."""
    done = subprocess.run(
        [sys.executable, "-c", FOUND.format(before=before)], cwd=Path(__file__).parent,
        env={**os.environ, "NUMBA_CACHE_DIR": str(cache)}, capture_output=True, encoding="utf-8", check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


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


def test_it_plays_what_the_text_plays(tmp_path: Path) -> None:
    shipped, used = played(tmp_path / "shipped")
    text, unused = played(tmp_path / "text", "kernel.SHIPPED = Path('nowhere')")
    assert (used, unused) == (int(fits_here()), 0)
    assert shipped == text


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
