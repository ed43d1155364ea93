"""Figure of the tail of war sizes."""

import numpy as np
from matplotlib.figure import Figure

from greatpowers.core.declare import Floats
from greatpowers.presentation.style import FAINT, PALETTE, count, dress, label, new_figure
from greatpowers.statistics.war_sizes import Tail, rival_curves


def tail_figure(sizes: Floats, tail: Tail, unit: str = "thousands of battle deaths") -> Figure:
    """The share of wars at least so large, the power law fitted to the tail, and its rivals, on log axes."""
    values = np.sort(np.asarray(sizes, dtype=np.float64))
    caption = f"{tail.sentence()} p from {count(tail.resamples, 'sample')} of the fitted law; shaded: the tail."
    figure = new_figure(
        7.5, 5.6, "How large wars are", f"n = {count(tail.n, 'war')}, {tail.tail:,} in the tail", caption
    )
    axes = dress(figure.add_subplot(), grid="both")
    at_least = 1 - np.arange(values.size) / values.size
    axes.plot(values, at_least, ".", color=PALETTE[0], markersize=4, label="wars", zorder=3)
    axes.axvspan(tail.start, values[-1], color=PALETTE[0], alpha=0.07, linewidth=0)
    grid = np.geomspace(tail.start, values[-1], 200)
    share = tail.tail / tail.n
    lines = {"power law": (grid / tail.start) ** (1 - tail.exponent.mean), **rival_curves(values, tail.start, grid)}
    for (name, curve), colour, line in zip(
        lines.items(), (PALETTE[1], PALETTE[2], FAINT), ("-", "--", ":"), strict=True
    ):
        shown = share * curve
        above = shown > 0.3 / values.size
        axes.plot(grid[above], shown[above], line, color=colour, linewidth=2, label=name)
    axes.set_xscale("log")
    axes.set_yscale("log")
    label(axes, x=f"size ({unit})", y="share of wars at least so large")
    axes.legend(frameon=False, fontsize=9, loc="lower left")
    return figure
