"""Wars owed to misperception, drawn: how many begin as beliefs are and with true ones, and seed by seed."""

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from greatpowers.presentation.style import INK, PALETTE, count, dress, heading, label, new_figure
from greatpowers.simulation.misperception import MisperceivedWars

AS_IS, TRUE = PALETTE[1], PALETTE[0]
NAMES = ("as beliefs are", "with true beliefs")


def misperception_figure(found: MisperceivedWars) -> Figure:
    """Wars a history in both with intervals, and how many more or fewer each seed has."""
    caption = (
        f"{found.sentence()} Left: means with 95% t intervals. Right: each history against itself on the same luck; "
        "wars that misperception prevented count against those it brought."
    )
    subtitle = f"{found.scenario}  ·  {found.policy}  ·  {count(len(found.runs), 'seed')}"
    figure = new_figure(9.5, 4.4, "Wars as beliefs are, and had everybody known", subtitle, caption)
    left, right = figure.subplots(1, 2, width_ratios=[1, 1.6])
    _draw_means(dress(left), found)
    _draw_seeds(dress(right), found)
    return figure


def _draw_means(axes: Axes, found: MisperceivedWars) -> None:
    for place, (value, colour) in enumerate(((found.wars, AS_IS), (found.wars_true_beliefs, TRUE))):
        low, high = value.mean - max(0.0, value.low), value.high - value.mean
        axes.bar(place, value.mean, width=0.55, color=colour)
        axes.errorbar(place, value.mean, yerr=[[low], [high]], color=INK, linewidth=1.4, capsize=4)
    axes.set_xticks([0, 1], NAMES, fontsize=9, color=INK)
    axes.set_xlim(-0.6, 1.6)
    axes.set_ylim(0, None)
    heading(axes, "Wars begun")
    label(axes, y="wars a history")


def _draw_seeds(axes: Axes, found: MisperceivedWars) -> None:
    steps = found.runs["vanished"].to_numpy().astype(int)
    values = np.arange(min(-1, steps.min()), max(1, steps.max()) + 1)
    counts = [int((steps == value).sum()) for value in values]
    tints = [TRUE if value > 0 else AS_IS if value < 0 else "#b5b5b5" for value in values]
    axes.bar(values, counts, width=0.7, color=tints)
    for value, number in zip(values, counts, strict=True):
        axes.text(value, number, f"{number:,}", ha="center", va="bottom", fontsize=8.5, color=INK)
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    axes.margins(y=0.1)
    heading(axes, "Wars that vanish with true beliefs (below 0: that appear)")
    label(axes, x="wars in one history", y="histories")
