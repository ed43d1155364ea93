"""Figures of policies compared over many worlds."""

from collections.abc import Mapping

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from greatpowers.dictionary import describe
from greatpowers.presentation.style import INK, colours, dress, heading, label, new_figure
from greatpowers.statistics.checks import need_columns, need_rows
from greatpowers.statistics.figures.parts import axis_of, dot, name_rows, percent_axis, sized, tall, zero_line
from greatpowers.statistics.outcomes import Matched, Runs, matched, more_is_better
from greatpowers.statistics.records import records

LINES = ("-", "--", "-.", ":")


def differences_figure(table: pd.DataFrame) -> Figure:
    """Paired differences from the baseline; `table` is of :func:`~..robustness.paired_differences`."""
    need_columns(table, ["policy", "baseline", "difference", "low", "high", "metric"], "the differences")
    need_rows(table, "differences")
    first = table.iloc[0]
    better = "more" if more_is_better(first["metric"]) else "less"
    caption = (
        f"Mean paired difference from {first['baseline']} with its 95 % interval; {better} is better. "
        f"{sized(first['worlds'], first['seeds'])}"
    )
    title = f"{describe(first['metric']).label}: difference from {first['baseline']}"
    figure = new_figure(7.5, tall(len(table)), title, "Same worlds, same luck", caption)
    axes = dress(figure.add_subplot(), grid="x")
    zero_line(axes)
    tint = colours([*table["policy"]])
    for row, part in enumerate(records(table)):
        dot(axes, row, part.difference, part.low, part.high, tint[part.policy])
    name_rows(axes, [*table["policy"]])
    label(axes, x=f"difference ({first['unit']})")
    return figure


def best_figure(table: pd.DataFrame) -> Figure:
    """How often each policy is best; `table` is of :func:`~..robustness.best_shares`."""
    need_columns(table, ["policy", "worlds_best", "runs_best", "metric"], "the shares")
    need_rows(table, "shares")
    first = table.iloc[0]
    caption = (
        f"{sized(first['worlds'], first['seeds'])} Left: a world counts for the policy with the best mean over seeds. "
        "Right: every history counts by itself. Ties are divided; bars are 95 % intervals (bootstrap over worlds and "
        "seeds, or score, whichever is wider)."
    )
    best = "highest" if more_is_better(first["metric"]) else "lowest"
    subtitle = f"By {describe(first['metric']).label.lower()}, {best} is best"
    figure = new_figure(9.0, tall(len(table)), "How often each policy is best", subtitle, caption)
    panels = figure.subplots(1, 2, sharey=True)
    tint = colours([*table["policy"]])
    for axes, name, title in zip(panels, ("worlds", "runs"), ("Share of worlds", "Share of histories"), strict=True):
        dress(axes, grid="x")
        for row, part in enumerate(records(table)):
            value, low, high = (getattr(part, f"{name}_{end}") for end in ("best", "low", "high"))
            dot(axes, row, value, low, high, tint[part.policy])
        heading(axes, title)
        percent_axis(axes)
    name_rows(panels[0], [*table["policy"]])
    return figure


def regret_figure(
    runs: Runs, metric: str, better: bool | None = None, option: str = "policy", world: str = "point"
) -> Figure:
    """Regret of each policy over worlds: the share of worlds in which it is larger than so much."""
    found = matched(runs, metric, option, world)
    more = more_is_better(metric, better)
    caption = (
        f"{sized(len(found.worlds), len(found.seeds))} Regret: how far a policy is from the best one of the same world "
        "(means over seeds). Dots: largest regret; crosses: regret that nine worlds in ten stay below. Lower and "
        "further left is more robust."
    )
    title = f"Regret in {describe(metric).label.lower()} over worlds"
    figure = new_figure(8.5, 5.0, title, "How much worse than the best policy of each world", caption)
    draw_regret(dress(figure.add_subplot(), grid="both"), found, more, colours(found.policies))
    return figure


def draw_regret(axes: Axes, found: Matched, more: bool, tint: Mapping[str, str]) -> None:
    """The curves of :func:`regret_figure`, in colours by policy."""
    gains = found.means if more else -found.means
    regret = gains.max(axis=0) - gains
    levels = 1 - np.arange(1, len(found.worlds) + 1) / len(found.worlds)
    for index, name in enumerate(found.policies):
        values = np.sort(regret[index])
        line = LINES[index % len(LINES)]
        axes.plot(values, levels, line, color=tint[name], linewidth=1.8, drawstyle="steps-post", label=name)
        axes.plot(values[-1], 0.0, "o", color=tint[name], clip_on=False, markersize=5)
        axes.plot(np.quantile(values, 0.9), 0.1, "x", color=tint[name], markersize=7, markeredgewidth=2)
    axes.set_ylim(0, 1)
    axes.set_xlim(left=0)
    axes.yaxis.set_major_formatter(lambda share, _: f"{share * 100:.0f} %")
    label(axes, x=f"regret: {axis_of(found.metric)}", y="share of worlds with more regret")
    axes.legend(frameon=False, fontsize=9, loc="upper right", labelcolor=INK)
