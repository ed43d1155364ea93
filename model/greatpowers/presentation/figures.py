"""Figures beside tables: drawn in the house's style alone, and one that cannot be drawn costs nothing but itself."""

import contextlib
import io
import warnings
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from greatpowers.presentation.style import any_script
from greatpowers.scenario.errors import PartMissing, need_known
from greatpowers.storage.files import reason

if TYPE_CHECKING:  # results are saved without the library that draws
    from matplotlib.figure import Figure

T = TypeVar("T")
Drawers = Mapping[str, "Callable[[], Figure]"]
"""What draws a figure, by the stem of its file."""


def pictures(drawers: Drawers) -> dict[str, bytes]:
    """The figures as PNG by file name; for one that cannot be drawn a warning instead."""
    images = {f"{stem}.png": made(f"{stem}.png", partial(_png, draw)) for stem, draw in drawers.items()}
    return {name: picture for name, picture in images.items() if picture is not None}


def save_pictures(place: Path, drawers: Drawers, drawn: Mapping[str, bytes] = MappingProxyType({})) -> None:
    """Write the figures, and pictures that are drawn already, to a directory of results that is being written."""
    for name, picture in {**pictures(drawers), **drawn}.items():
        (place / name).write_bytes(picture)


def page(name: str, render: Callable[[], str]) -> dict[str, str]:
    """A page that figures are drawn in, under its file name; a warning and nothing if it cannot be made."""
    text = made(name, render)
    return {} if text is None else {name: text}


def made(name: str, make: Callable[[], T]) -> T | None:
    """What is drawn, or None and a warning if it cannot be."""
    try:
        with own_style():
            return make()
    except Exception as error:  # of a library
        text = f"{name} could not be drawn ({reason(error)}); everything else is there."
        warnings.warn(text, PartMissing, stacklevel=3)
        return None


def _png(draw: "Callable[[], Figure]") -> bytes:
    from matplotlib.backends.backend_agg import FigureCanvasAgg

    sink = io.BytesIO()
    canvas: Any = FigureCanvasAgg(drawn(draw))
    canvas.print_png(sink)  # the same bytes as by `savefig`, which goes through the whole figure once more before
    return sink.getvalue()


def drawn(draw: "Callable[[], Figure]") -> "Figure":
    """A figure in which the names of rows are in the letters that its other texts are in."""
    import matplotlib as mpl

    figure, families = draw(), mpl.rcParams["font.family"]
    if len(families) > 1:
        for axes in figure.axes:
            axes.tick_params(labelfontfamily=families)
    return figure


@contextlib.contextmanager
def own_style() -> Iterator[None]:
    """Matplotlib's own settings, whatever files for the figures of other projects say."""
    import matplotlib as mpl

    with mpl.rc_context(), any_script():
        mpl.rcdefaults()
        yield


class Drawable(Protocol):
    """A result that can be drawn."""

    def figures(self) -> Drawers:
        """What draws its figures, by name."""
        ...


def figures_of(result: Drawable) -> Drawers:
    """What draws the figures: four of a comparison, two of a history (one if only metrics were kept), one of a fork."""
    return result.figures()


def figure_of(result: Drawable, which: str) -> "Figure":
    """One figure of a result, by its name; raises :class:`GreatPowersError` for a name it has none of."""
    drawers = result.figures()
    need_known(which, drawers, f"there is no figure '{which}' of {result!r}.")
    with own_style():
        return drawn(drawers[which])


def draw_figures(result: Drawable) -> "dict[str, Figure]":
    """The figures of a result, by file stem."""
    with own_style():
        return {stem: drawn(draw) for stem, draw in result.figures().items()}
