"""Figures of the statistics: one a method, drawn from the table that the method gives."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from greatpowers.core.declare import Floats
from greatpowers.presentation.style import FAINT, INK, PALETTE, RULE, colours, count, dress, heading, label, new_figure
from greatpowers.scenario.errors import GreatPowersError
from greatpowers.simulation.intervals import Interval
from greatpowers.statistics.checks import describe_factor, describe_metric, need_columns, need_rows
from greatpowers.statistics.outcomes import Matched, more_is_better, records
from greatpowers.statistics.scenario_discovery import Bools, Box, aligned_cases
from greatpowers.statistics.sensitivity import METHODS, strongest

ROW_INCHES, FRAME_INCHES = 0.36, 1.9
MOST_ROWS = 12


def tall(rows: int, least: float = 3.0) -> float:
    """Height in inches of a figure with so many rows."""
    return max(least, FRAME_INCHES + ROW_INCHES * rows)


def arms(value: float, low: float, high: float) -> Floats | None:
    """Lengths of the arms of an interval [2, 1], None without one."""
    return np.array([[max(0.0, value - low)], [max(0.0, high - value)]]) if np.isfinite(low) else None


def dot(
    axes: Axes, row: float, value: float, low: float, high: float, colour: str, marker: str = "o", width: float = 2.0
) -> None:
    """A value with its interval, a line of some `width` in points, in its row."""
    axes.errorbar(
        value, row, xerr=arms(value, low, high), fmt=marker, color=colour, markersize=6.5, elinewidth=width, capsize=0
    )


def name_rows(axes: Axes, names: Sequence[str]) -> None:
    """Names along the left, first on top."""
    axes.set_yticks(range(len(names)), list(names))
    axes.set_ylim(len(names) - 0.45, -0.55)
    axes.spines["left"].set_visible(False)
    axes.tick_params(axis="y", length=0, labelsize=9.5, labelcolor=INK)


def zero_line(axes: Axes, where: float = 0.0) -> None:
    """A line to hold values against."""
    axes.axvline(where, color=FAINT, linewidth=0.9, linestyle=(0, (4, 3)), zorder=1)


def sized(worlds: int, seeds: int) -> str:
    """How many worlds and seeds, for a caption."""
    return f"n = {count(worlds, 'world')} x {count(seeds, 'seed')}, the same for every policy."


LINES = ("-", "--", "-.", ":")


def differences_figure(table: pd.DataFrame, better: bool | None = None) -> Figure:
    """Paired differences from the baseline; `table` is of :func:`~..robustness.paired_differences`.

    `better` says whether more is better, where the metric does not.
    """
    need_columns(table, ["policy", "baseline", "difference", "low", "high", "metric"], "the differences")
    need_rows(table, "differences")
    first = table.iloc[0]
    wanted = "more" if more_is_better(first["metric"], better) else "less"
    caption = (
        f"Mean paired difference from {first['baseline']} with its 95% interval; {wanted} is better. "
        f"{sized(first['worlds'], first['seeds'])}"
    )
    title = f"{describe_metric(table, first['metric']).label}: difference from {first['baseline']}"
    figure = new_figure(7.5, tall(len(table)), title, "Same worlds, same luck", caption)
    axes = dress(figure.add_subplot(), grid="x")
    zero_line(axes)
    tint = colours([*table["policy"]])
    for row, part in enumerate(records(table)):
        dot(axes, row, part.difference, part.low, part.high, tint[part.policy])
    name_rows(axes, [*table["policy"]])
    label(axes, x=f"difference ({first['unit']})")
    return figure


def draw_regret(axes: Axes, matched_runs: Matched, more: bool, tint: Mapping[str, str]) -> None:
    """How much worse than the best of the same world each policy is: the share of worlds with more regret than so much.

    In colours by policy; dots are the largest regret, crosses what nine worlds in ten stay below.
    """
    gains = matched_runs.means if more else -matched_runs.means
    regret = gains.max(axis=0) - gains
    levels = 1 - np.arange(1, len(matched_runs.worlds) + 1) / len(matched_runs.worlds)
    for index, name in enumerate(matched_runs.policies):
        values = np.sort(regret[index])
        line = LINES[index % len(LINES)]
        axes.plot(values, levels, line, color=tint[name], linewidth=1.8, drawstyle="steps-post", label=name)
        axes.plot(values[-1], 0.0, "o", color=tint[name], clip_on=False, markersize=5)
        axes.plot(np.quantile(values, 0.9), 0.1, "x", color=tint[name], markersize=7, markeredgewidth=2)
    axes.set_ylim(0, 1)
    axes.set_xlim(left=0)
    axes.yaxis.set_major_formatter(lambda share, _: f"{share * 100:.0f}%")
    unit = f" ({matched_runs.described.unit})" if matched_runs.described.unit else ""
    label(axes, x=f"regret: {matched_runs.described.label}{unit}", y="share of worlds with more regret")
    axes.legend(frameon=False, fontsize=9, loc="upper right", labelcolor=INK)


FIRST, TOTAL = PALETTE[0], PALETTE[1]
DOWN, UP = PALETTE[0], PALETTE[1]


def sobol_figure(table: pd.DataFrame, outcome: str) -> Figure:
    """First and total order indices, strongest on top; `table` is of :func:`~..sensitivity.sobol`."""
    need_columns(table, ["factor", "label", "index", "value", "low", "high", "n", "runs"], "the indices")
    need_rows(table, "indices")
    names = strongest(table, MOST_ROWS)
    caption = (
        "First order: share of the variance that goes when the factor alone is known. Total: share that goes with it "
        "and all its combinations; the gap between the two is combinations. Bars are 95% bootstrap intervals. "
        f"n = {table['n'].iloc[0]:,} base samples, {table['runs'].iloc[0]:,} points.{_left_out(table, names)}"
    )
    figure = new_figure(8.0, tall(len(names)), f"What drives {outcome}", "Sobol indices", caption)
    axes = dress(figure.add_subplot(), grid="x")
    zero_line(axes)
    for row, name in enumerate(names):
        for index, shift, colour, marker in (("S1", -0.14, FIRST, "o"), ("ST", 0.14, TOTAL, "D")):
            part = table[(table["factor"] == name) & (table["index"] == index)].iloc[0]
            dot(axes, row + shift, part["value"], part["low"], part["high"], colour, marker)
    for index, colour, marker in (("first order", FIRST, "o"), ("total order", TOTAL, "D")):
        axes.plot([], [], marker, color=colour, label=index)
    name_rows(axes, _labels(table, names))
    label(axes, x="share of variance")
    axes.legend(frameon=False, fontsize=9, loc="lower right", labelcolor=INK)
    return figure


def morris_figure(table: pd.DataFrame, outcome: str) -> Figure:
    """Mean absolute effects with their spread; `table` is of :func:`~..sensitivity.morris`."""
    need_columns(table, ["factor", "label", "mu_star", "low", "high", "sigma", "n", "runs"], "the effects")
    need_rows(table, "effects")
    names = strongest(table, MOST_ROWS)
    caption = (
        "Left: mean absolute change when one factor goes over its whole range, with 95% bootstrap intervals. Right: "
        "standard deviation of that change from place to place, which is large where effects bend or depend on other "
        f"factors. n = {table['n'].iloc[0]:,} trajectories, {table['runs'].iloc[0]:,} points.{_left_out(table, names)}"
    )
    figure = new_figure(9.0, tall(len(names)), f"What moves {outcome}", "Morris's elementary effects", caption)
    left, right = figure.subplots(1, 2, sharey=True, width_ratios=(3, 2))
    ranked = table.set_index("factor")
    for row, name in enumerate(names):
        part: Any = ranked.loc[name]
        dot(left, row, part["mu_star"], part["low"], part["high"], UP if part["mu"] > 0 else DOWN)
        right.barh(row, part["sigma"], height=0.5, color=FAINT)
    for axes, title in ((left, "Mean effect (orange: upward, blue: downward)"), (right, "Spread of effects")):
        dress(axes, grid="x")
        heading(axes, title)
        axes.set_xlim(left=0)
        label(axes, x=f"{outcome}, over the range")
    name_rows(left, _labels(table, names))
    return figure


def given_data_figure(table: pd.DataFrame, outcome: str, rows: int = MOST_ROWS) -> Figure:
    """Importance by three methods, each above its noise floor; `table` is of :func:`~..sensitivity.given_data`."""
    need_columns(table, ["factor", "label", "method", "value", "low", "high", "floor", "n"], "the importances")
    need_rows(table, "importances")
    names = strongest(table, rows)
    caption = (
        "Grey: what a shuffled outcome gives nineteen times in twenty; inside it a value is noise. Bars are 95% "
        "bootstrap intervals. Rank correlation sees what moves the outcome steadily, the forest also bends and "
        "combinations, delta any shift of its distribution. "
        f"n = {count(int(table['n'].iloc[0]), 'point')}.{_left_out(table, names)}"
    )
    figure = new_figure(
        10.0, tall(len(names)), f"What drives {outcome}", "Sensitivity from the sample as it is", caption
    )
    panels = figure.subplots(1, len(METHODS), sharey=True)
    for axes, method in zip(panels, METHODS, strict=True):
        dress(axes, grid="x")
        part = table[table["method"] == method].set_index("factor")
        floor = float(part["floor"].iloc[0])
        axes.axvspan(-floor if method == METHODS[0] else 0.0, floor, color=RULE, alpha=0.7, linewidth=0, zorder=0)
        for row, name in enumerate(names):
            value, low, high = (float(x) for x in part.loc[name, ["value", "low", "high"]].to_numpy())
            colour = UP if value > 0 and method == METHODS[0] else DOWN
            dot(axes, row, value, low, high, colour if abs(value) > floor else FAINT)
        heading(axes, method.capitalize())
    for axes, unit in zip(panels, ("correlation", "share of what is explained", "shift of distribution"), strict=True):
        label(axes, x=unit)
    zero_line(panels[0])
    name_rows(panels[0], _labels(table, names))
    return figure


def _labels(table: pd.DataFrame, names: list[str]) -> list[str]:
    labels = table.drop_duplicates("factor").set_index("factor")["label"]
    return [str(labels[name]) for name in names]


def _left_out(table: pd.DataFrame, names: list[str]) -> str:
    total = table["factor"].nunique()
    return f" The strongest {len(names)} of {total} factors." if total > len(names) else ""


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
        "Each circle is a box along the search, darker with more restrictions. Diamond: the chosen box with 95% score "
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
        _cross(axes, box.held_out.coverage, box.held_out.density, INK, "s", "on worlds held out")
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


def _cross(axes: Axes, across: Interval, up: Interval, colour: str, marker: str, name: str) -> None:
    axes.errorbar(
        across.mean, up.mean, xerr=arms(*across), yerr=arms(*up), fmt=marker, color=colour, markersize=8,
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
    described = describe_factor(name)
    return f"{described.label} ({described.unit})" if described.unit else described.label


def _short(box: Box) -> str:
    density, honest = box.density.mean * 100, box.held_out.density.mean * 100
    return f"density {density:.0f}%, coverage {box.coverage.mean * 100:.0f}%; held out, density {honest:.0f}%"
