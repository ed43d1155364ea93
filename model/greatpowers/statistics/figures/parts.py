"""What the figures of the methods have in common: rows with intervals, names of rows, worlds in words."""

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes

from greatpowers.core.declare import Floats
from greatpowers.dictionary import describe
from greatpowers.presentation.style import FAINT, INK, count

ROW_INCHES, FRAME_INCHES = 0.36, 1.9
MOST_ROWS = 12


def tall(rows: int, least: float = 3.0) -> float:
    """Height in inches of a figure with so many rows."""
    return max(least, FRAME_INCHES + ROW_INCHES * rows)


def dot(axes: Axes, row: float, value: float, low: float, high: float, colour: str, marker: str = "o") -> None:
    """A value with its interval, in its row."""
    arms = np.array([[max(0.0, value - low)], [max(0.0, high - value)]])
    axes.errorbar(value, row, xerr=arms, fmt=marker, color=colour, markersize=6.5, elinewidth=2.0, capsize=0)


def name_rows(axes: Axes, names: Sequence[str]) -> None:
    """Names along the left, first on top."""
    axes.set_yticks(range(len(names)), list(names))
    axes.set_ylim(len(names) - 0.45, -0.55)
    axes.spines["left"].set_visible(False)
    axes.tick_params(axis="y", length=0, labelsize=9.5, labelcolor=INK)


def zero_line(axes: Axes, where: float = 0.0) -> None:
    """A line to hold values against."""
    axes.axvline(where, color=FAINT, linewidth=0.9, linestyle=(0, (4, 3)), zorder=1)


def percent_axis(axes: Axes) -> None:
    """A horizontal axis of shares, in per cent."""
    axes.set_xlim(-0.02, 1.02)
    axes.set_xticks(np.linspace(0, 1, 5))
    axes.xaxis.set_major_formatter(lambda share, _: f"{share * 100:.0f} %")


def axis_of(metric: str) -> str:
    """A metric with its unit, for an axis."""
    found = describe(metric)
    return f"{found.label} ({found.unit})"


def sized(worlds: int, seeds: int) -> str:
    """How many worlds and seeds, for a caption.""" ""
    return f"n = {count(worlds, 'world')} x {count(seeds, 'seed')}, the same for every policy."


def steps(times: Floats, values: Floats) -> tuple[Floats, Floats]:
    """A step function as a line that can be filled under: values hold from their time to the next."""
    return np.repeat(times, 2)[1:], np.repeat(values, 2)[:-1]
