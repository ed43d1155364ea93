"""Figures of scenario discovery: the box among the worlds, and what it was chosen from."""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from greatpowers.presentation.style import FAINT, INK, PALETTE, count, dress, label, new_figure
from greatpowers.scenario.errors import GreatPowersError
from greatpowers.statistics.boxes import Bools, Box
from greatpowers.statistics.factors import describe_factor
from greatpowers.statistics.scenario_discovery import aligned_cases

CASE, OTHER, EDGE = PALETTE[1], "#9aa5ad", PALETTE[0]
LUCK, MOST_PANELS = 0, 2


def box_figure(points: pd.DataFrame, cases: "pd.Series[bool] | Bools", box: Box, what: str) -> Figure:
    """The worlds by the factors the box restricts, with the box drawn; `what` says what happens in the cases."""
    if not box.found:
        raise GreatPowersError("there is no box to draw: none tells the cases from the other worlds.")
    caption = f"n = {count(box.counts.n, 'world')}, of which {box.counts.cases:,} are cases. {box.sentence(what)}"
    width = 6.6 if len(box.ends) < 3 else 10.0
    figure = new_figure(width, 5.6, f"Where {what}", f"A box by {box.method}: {_short(box)}", caption)
    table, flags = aligned_cases(points, cases)
    draw_box(figure, table, flags, box)
    return figure


def draw_box(figure: Figure, points: pd.DataFrame, flags: Bools, box: Box) -> None:
    """Panels of :func:`box_figure`: the surest restriction across, and each of the next two upwards."""
    names = [*box.limits["factor"]]
    pairs = [(names[0], other) for other in names[1 : MOST_PANELS + 1]] or [(names[0], None)]
    panels = figure.subplots(1, len(pairs), squeeze=False)[0]
    for axes, (across, up) in zip(panels, pairs, strict=True):
        _scatter(dress(axes, grid=""), points, flags, box, across, up)
    handles, texts = panels[0].get_legend_handles_labels()
    panels[0].legend(handles, texts, frameon=False, fontsize=9, loc="lower left", bbox_to_anchor=(0, 1.0), ncols=3)


def tradeoff_figure(box: Box, what: str) -> Figure:
    """Coverage and density of every box along the search, and of the one chosen, with its intervals."""
    if box.trajectory.empty:
        raise GreatPowersError("there is no search to draw: it ended before it began, for want of anything to split.")
    caption = (
        "Each circle is a box along the search, darker with more restrictions. Diamond: the chosen box with 95 % score "
        f"intervals; square: boxes found in the same way, on worlds held out. n = {count(box.counts.n, 'world')}, "
        f"{box.counts.cases:,} cases; dashed: density without a box."
    )
    figure = new_figure(
        7.0, 5.4, f"How well a box says where {what}", f"{box.method}: coverage against density", caption
    )
    axes = dress(figure.add_subplot(), grid="both")
    steps = box.trajectory
    drawn = axes.scatter(
        steps["coverage"], steps["density"], c=steps["restrictions"], cmap="Blues", vmin=-1, s=34,
        edgecolors=FAINT, linewidths=0.5, zorder=2,
    )  # fmt: skip
    axes.axhline(box.base_rate, color=FAINT, linewidth=0.9, linestyle=(0, (4, 3)))
    if box.found:
        _cross(axes, box.coverage, box.density, CASE, "D", "chosen")
        _cross(axes, box.held_out_coverage, box.held_out_density, INK, "s", "on worlds held out")
        axes.legend(frameon=False, fontsize=9, loc="upper right")
    for which in (axes.set_xlim, axes.set_ylim):
        which(-0.02, 1.04)
    most = int(steps["restrictions"].max())
    bar = figure.colorbar(drawn, ax=axes, ticks=np.arange(most + 1))
    bar.ax.set_ylim(0, max(most, 1))
    bar.ax.tick_params(labelsize=8.5, colors=FAINT)
    bar.set_label("restrictions", fontsize=9, color=FAINT)
    bar.outline.set_visible(False)
    label(axes, x="coverage: share of the cases inside", y="density: share of cases among those inside")
    return figure


def _cross(axes: Axes, across: tuple[float, ...], up: tuple[float, ...], colour: str, marker: str, name: str) -> None:
    (x, x0, x1), (y, y0, y1) = across, up
    axes.errorbar(
        x, y, xerr=[[x - x0], [x1 - x]], yerr=[[y - y0], [y1 - y]], fmt=marker, color=colour, markersize=8,
        elinewidth=1.6, markeredgecolor="white", label=name, zorder=4,
    )  # fmt: skip


def _scatter(axes: Axes, table: pd.DataFrame, flags: Bools, box: Box, across: str, up: str | None) -> None:
    x = table[across].to_numpy(dtype=np.float64)
    # With one restriction height says nothing; it only keeps points apart.
    y = table[up].to_numpy(dtype=np.float64) if up else np.random.default_rng(LUCK).random(len(table))
    for chosen, colour, marker, name in ((~flags, OTHER, "o", "other worlds"), (flags, CASE, "D", "cases")):
        axes.scatter(x[chosen], y[chosen], s=20, color=colour, marker=marker, linewidths=0, alpha=0.85, label=name)
    (low, high), (bottom, top) = _span(box, across, x), _span(box, up, y) if up else (-0.03, 1.03)
    axes.add_patch(
        Rectangle((low, bottom), high - low, top - bottom, fill=False, edgecolor=EDGE, linewidth=2.2, label="box")
    )
    label(axes, x=_axis(across), y=_axis(up) if up else "")
    if not up:
        axes.set_yticks([])


def _span(box: Box, name: str, values: "np.ndarray[tuple[int], np.dtype[np.float64]]") -> tuple[float, float]:
    margin = 0.03 * float(np.ptp(values))
    low, high = box.ends[name]
    return max(low, float(values.min()) - margin), min(high, float(values.max()) + margin)


def _axis(name: str) -> str:
    found = describe_factor(name)
    return f"{found.label} ({found.unit})" if found.unit else found.label


def _short(box: Box) -> str:
    density, honest = box.density.mean * 100, box.held_out_density.mean * 100
    return f"density {density:.0f} %, coverage {box.coverage.mean * 100:.0f} %; held out, density {honest:.0f} %"
