"""Names in any script: written in figures where a font on this machine has their letters, else by what stands for them.

Fonts are chosen for a figure at a time (:func:`any_script`), so that nothing global stays changed.
"""

import contextlib
import warnings
from collections.abc import Iterator
from functools import cache


def legible(text: str, instead: str) -> str:
    """`text` if its letters can be drawn, else `instead`, such as an id or a name that is ASCII.

    A dollar is a dollar, and not the beginning of mathematics.
    """
    return (text if text.isascii() or _is_drawn(text) else instead).replace("$", r"\$")


def _is_drawn(text: str) -> bool:
    """Whether some font has all its letters; that font is among those of the figure then."""
    import matplotlib as mpl

    missing = {letter for letter in text if not letter.isspace()} - _letters(tuple(mpl.rcParams["font.family"]))
    if not missing:
        return True
    font = _font_with(frozenset(missing)) if _choosing else None
    if font is not None:
        mpl.rcParams["font.family"] = [*mpl.rcParams["font.family"], font]
    return font is not None


_choosing: list[bool] = []
"""Not empty while settings will be put back as they were."""


@contextlib.contextmanager
def any_script() -> Iterator[None]:
    """Within, fonts of this machine may be added to those that figures are drawn in."""
    _choosing.append(True)
    try:
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", message=r"Glyph \d+")  # in texts that have nothing to stand for them
            yield
    finally:
        _choosing.pop()


@cache
def _letters(families: tuple[str, ...]) -> frozenset[str]:
    """Every letter that one of the families has."""
    from matplotlib.font_manager import FontProperties, fontManager, get_font

    files = {fontManager.findfont(FontProperties(family=[name])) for name in families}
    return frozenset(chr(code) for file in files for code in get_font(file).get_charmap())


@cache
def _font_with(letters: frozenset[str]) -> str | None:
    """The first installed font, by name, that has all of some letters."""
    from matplotlib.font_manager import fontManager, get_font

    plain = [entry for entry in fontManager.ttflist if (entry.style, entry.weight) == ("normal", 400)]
    for name, file in sorted(
        (entry.name, entry.fname) for entry in plain if "Last Resort" not in entry.name
    ):  # which has boxes for all
        with contextlib.suppress(OSError, RuntimeError):  # a font that cannot be read is none
            font = get_font(file)
            if all(font.get_char_index(ord(letter)) for letter in letters):
                return name
    return None
