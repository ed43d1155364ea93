"""Figures of the statistics: one a method, drawn from the table that the method gives."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from matplotlib.ticker import NullLocator

from greatpowers.core.declare import Floats
from greatpowers.presentation.style import FAINT, INK, PALETTE, RULE, colours, count, dress, heading, label, new_figure
from greatpowers.scenario.errors import GreatPowersError
from greatpowers.statistics.checks import describe_factor, describe_metric, need_columns, need_rows
from greatpowers.statistics.outcomes import Matched, Runs, matched, more_is_better, records
from greatpowers.statistics.scenario_discovery import Bools, Box, aligned_cases
from greatpowers.statistics.sensitivity import METHODS, strongest
from greatpowers.statistics.survival import kaplan_meier, restricted_mean
from greatpowers.statistics.war_sizes import Tail, rival_curves

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
    axes.xaxis.set_major_formatter(lambda share, _: f"{share * 100:.0f}%")


def sized(worlds: int, seeds: int) -> str:
    """How many worlds and seeds, for a caption."""
    return f"n = {count(worlds, 'world')} x {count(seeds, 'seed')}, the same for every policy."


def steps(times: Floats, values: Floats) -> tuple[Floats, Floats]:
    """A step function as a line that can be filled under: values hold from their time to the next."""
    return np.repeat(times, 2)[1:], np.repeat(values, 2)[:-1]


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


def best_figure(table: pd.DataFrame, better: bool | None = None) -> Figure:
    """How often each policy is best; `table` is of :func:`~..robustness.best_shares`, `better` as there."""
    need_columns(table, ["policy", "worlds_best", "runs_best", "metric"], "the shares")
    need_rows(table, "shares")
    first = table.iloc[0]
    caption = (
        f"{sized(first['worlds'], first['seeds'])} Left: a world counts for the policy with the best mean over seeds. "
        "Right: every history counts by itself. Ties are divided; bars are 95% intervals (bootstrap over worlds and "
        "seeds, or score, whichever is wider)."
    )
    best = "highest" if more_is_better(first["metric"], better) else "lowest"
    subtitle = f"By {describe_metric(table, first['metric']).label.lower()}, {best} is best"
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
    title = f"Regret in {found.described.label.lower()} over worlds"
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
    axes.yaxis.set_major_formatter(lambda share, _: f"{share * 100:.0f}%")
    unit = f" ({found.described.unit})" if found.described.unit else ""
    label(axes, x=f"regret: {found.described.label}{unit}", y="share of worlds with more regret")
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
        f"Kaplan-Meier; bands are pointwise 95% intervals. Runs without {event} are censored at their end, not left "
        f"out. n = {count(len(spells), 'spell')}, {int(spells['observed'].sum()):,} of which end in {event}. "
        f"In brackets: mean time without {event} within {horizon:g} rounds, with its 95% interval. Below: spells "
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
    axes.yaxis.set_major_formatter(lambda share, _: f"{share * 100:.0f}%")
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
        f"Cox's proportional hazards: above 1, {event} comes sooner. Bars are 95% intervals. "
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
    return f"density {density:.0f}%, coverage {box.coverage.mean * 100:.0f}%; held out, density {honest:.0f}%"
