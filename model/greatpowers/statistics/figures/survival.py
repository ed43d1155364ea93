"""Figures of when things happen."""

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import NullLocator

from greatpowers.presentation.style import FAINT, INK, colours, count, dress, label, new_figure
from greatpowers.statistics.checks import need_columns, need_rows
from greatpowers.statistics.figures.parts import dot, name_rows, steps, tall, zero_line
from greatpowers.statistics.records import records
from greatpowers.statistics.survival import kaplan_meier, restricted_mean

LINES = ("-", "--", "-.", ":")
MOST_TICKS = 6
RATIOS = (0.01, 0.02, 0.05, 0.1, 0.2, 0.3, 0.5, 0.7, 1.0, 1.5, 2.0, 3.0, 5.0, 10.0, 20.0, 50.0)
BELOW, LINE = -0.19, 0.055
"""Where the numbers under the axis begin, and the distance of their lines, in heights of the axes."""


def survival_figure(spells: pd.DataFrame, by: str = "policy", event: str = "war") -> Figure:
    """The share of runs without the event, by time, with bands and the number still watched under the axis."""
    table, means = kaplan_meier(spells, by), restricted_mean(spells, by).set_index(by)
    names = [*table[by].unique()]
    horizon = float(means["horizon"].iloc[0])
    caption = (
        f"Kaplan-Meier; bands are pointwise 95 % intervals. Runs without {event} are censored at their end, not left "
        f"out. n = {count(len(spells), 'spell')}, {int(spells['observed'].sum()):,} of which end in {event}. "
        f"In brackets: mean time without {event} within {horizon:g} rounds, with its 95 % interval. Below: spells "
        "still watched."
    )
    figure = new_figure(9.0, 5.2 + 0.17 * len(names), f"Time without {event}", f"By {by}", caption)
    axes = dress(figure.add_subplot(), grid="y")
    tint = colours([str(name) for name in names])
    last = float(table["time"].max())
    for index, name in enumerate(names):
        part, mean = table[table[by] == name], means.loc[name]
        text = f"{name} ({mean['mean']:.1f}; {mean['low']:.1f} to {mean['high']:.1f})"
        x, low = steps(part["time"].to_numpy(), part["low"].to_numpy())
        _, high = steps(part["time"].to_numpy(), part["high"].to_numpy())
        _, middle = steps(part["time"].to_numpy(), part["survival"].to_numpy())
        axes.fill_between(x, low, high, color=tint[str(name)], alpha=0.14, linewidth=0)
        axes.plot(x, middle, LINES[index % len(LINES)], color=tint[str(name)], linewidth=1.9, label=text)
    axes.set_xlim(0, last)
    axes.set_ylim(0, 1.01)
    axes.yaxis.set_major_formatter(lambda share, _: f"{share * 100:.0f} %")
    ticks = [round(last * part / (MOST_TICKS - 1)) for part in range(MOST_TICKS)]
    axes.set_xticks(ticks)
    label(axes, x="rounds (quarters of a year)", y=f"share without {event}")
    _write_watched(axes, {str(name): spells[spells[by] == name] for name in names}, ticks)
    axes.legend(frameon=False, fontsize=8.5, loc="lower left", labelcolor=INK)
    return figure


def hazard_figure(table: pd.DataFrame, event: str = "war") -> Figure:
    """Hazard ratios with their intervals, on a log axis; `table` is of :func:`~..hazards.cox`."""
    need_columns(table, ["label", "unit", "hazard_ratio", "low", "high", "events", "n"], "the hazard ratios")
    need_rows(table, "hazard ratios")
    caption = (
        f"Cox's proportional hazards: above 1, {event} comes sooner. Bars are 95 % intervals. "
        f"n = {int(table['n'].iloc[0]):,} spells with {int(table['events'].iloc[0]):,} events."
    )
    figure = new_figure(8.0, tall(len(table)), f"What brings {event} sooner", "Hazard ratios", caption)
    axes = dress(figure.add_subplot(), grid="x")
    zero_line(axes, 1.0)
    for row, part in enumerate(records(table)):
        dot(axes, row, part.hazard_ratio, part.low, part.high, "#0072B2" if part.hazard_ratio < 1 else "#D55E00")
    axes.set_xscale("log")
    low, high = axes.get_xlim()
    axes.set_xticks([tick for tick in RATIOS if low <= tick <= high])
    axes.xaxis.set_major_formatter(lambda value, _: f"{value:g}")
    axes.xaxis.set_minor_locator(NullLocator())
    name_rows(axes, [f"{one.label}, {one.unit}" for one in records(table)])
    label(axes, x="hazard ratio")
    return figure


def _write_watched(axes: Axes, groups: dict[str, pd.DataFrame], ticks: list[int]) -> None:
    """How many spells are still watched at each tick, a row a group, under the axis."""
    # An empty row keeps the last one away from the caption.
    axes.text(0, BELOW - LINE * len(groups), " ", transform=axes.transAxes, va="top", fontsize=8)
    for row, (name, spells) in enumerate(groups.items()):
        height = BELOW - LINE * row
        axes.text(
            -0.02, height, name, transform=axes.transAxes, ha="right", va="top", fontsize=8, color=FAINT
        )  # fmt: skip
        for tick in ticks:
            watched = int((spells["duration"] >= tick).sum())
            axes.text(
                tick, height, f"{watched:,}", transform=axes.get_xaxis_transform(), ha="center", va="top", fontsize=8,
                color=FAINT,
            )  # fmt: skip
