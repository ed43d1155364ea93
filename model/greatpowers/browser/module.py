"""The engine that browsers run, as it is shipped: a WebAssembly module that says what it was made of."""

import json
from pathlib import Path
from typing import Any

from greatpowers.core.kernel import core_fingerprint
from greatpowers.scenario.errors import GreatPowersError

ASSETS = Path(__file__).parent / "assets"
MODULE = ASSETS / "engine.wasm"
REMEDY = "python -m greatpowers.browser.build"

SECTION = b"greatpowers"
"""Name of the custom section with the description."""


def shipped_engine() -> bytes:
    """The module; raises :class:`GreatPowersError` if it was made from another text of the core than this one."""
    try:
        content = MODULE.read_bytes()
        made = described(content)["core"]
    except (OSError, ValueError, KeyError):
        raise GreatPowersError(f"{MODULE}: there is no engine for browsers here; build it: {REMEDY}") from None
    if made != core_fingerprint():
        raise GreatPowersError(
            f"{MODULE}: the engine for browsers was made from other rules (core {made}, now {core_fingerprint()}); "
            f"build it anew: {REMEDY}"
        )
    return content


def with_description(content: bytes, told: dict[str, Any]) -> bytes:
    """A module with its description in a custom section at its end."""
    text = json.dumps(told, separators=(",", ":")).encode()
    section = _number(len(SECTION)) + SECTION + text
    return content + b"\0" + _number(len(section)) + section


def described(content: bytes) -> dict[str, Any]:
    """What a module says of itself; raises :class:`ValueError` where it says nothing, or is none."""
    at = 8  # behind the mark and the version
    while at < len(content):
        kind = content[at]
        size, start = _read_number(content, at + 1)
        length, name = _read_number(content, start)
        if kind == 0 and content[name : name + length] == SECTION:
            found: dict[str, Any] = json.loads(content[name + length : start + size])
            return found
        at = start + size
    raise ValueError("this is no engine of greatpowers")


def _number(value: int) -> bytes:
    """A whole number as WebAssembly writes it, seven bits a byte (LEB128)."""
    found = bytearray()
    while value >= 0x80:
        found.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes([*found, value])


def _read_number(content: bytes, at: int) -> tuple[int, int]:
    """A number, and where what follows it begins."""
    value = shift = 0
    while True:
        value |= (content[at] & 0x7F) << shift
        at, shift = at + 1, shift + 7
        if content[at - 1] < 0x80:
            return value, at
