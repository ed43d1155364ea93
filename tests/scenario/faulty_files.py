"""Faulty files, each a good one with one change, and what holds for the message about every one of them."""

from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest

from greatpowers import GreatPowersError


class Case(NamedTuple):
    """`old` in a good file becomes `new`; the message holds every one of `fragments`."""

    name: str
    old: str
    new: str
    fragments: tuple[str, ...]


def named(case: Case) -> str:
    return case.name


def message_of(error: pytest.ExceptionInfo[GreatPowersError]) -> str:
    """The message, after checking what holds for every one."""
    text = str(error.value)
    assert type(error.value) is GreatPowersError
    for leak in ("pydantic", "Traceback", "http", "validation error", "type=", "Input should"):
        assert leak not in text
    return text


def changed(good: str, case: Case) -> str:
    assert case.old in good, "the case changes nothing"
    return good.replace(case.old, case.new, 1)


def expect(load: Callable[[Path], object], text: str, case: Case, tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(GreatPowersError) as error:
        load(path)
    message = message_of(error)
    assert "mine.toml" in message
    for fragment in case.fragments:
        assert fragment in message, message
