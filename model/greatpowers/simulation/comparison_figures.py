"""Figures of a comparison: over time, outcomes, and what each policy costs."""

from math import ceil

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from greatpowers.core.declare import Floats
from greatpowers.dictionary import describe
from greatpowers.presentation.letters import legible
from greatpowers.presentation.style import (
    INK,
    MARKERS,
    OUTCOME_COLOURS,
    colours,
    count,
    dress,
    heading,
    label,
    new_figure,
    time_axis,
)
from greatpowers.scenario.schema import PolicyPreset
from greatpowers.simulation import frames
from greatpowers.simulation.comparison import BANDS, OUTCOMES, Comparison

COLUMNS = 3
READABLE = 0.045
"""Share of a bar below which a number does not fit in it."""


def escalation_over_time(comparison: Comparison) -> Figure:
    """Mean severity by round: a panel for each policy, median and bands, the others' medians behind."""
    return _over_time(comparison, "mean_severity", "Escalation under each policy")


def order_over_time(comparison: Comparison) -> Figure:
    """Order by round, drawn like escalation."""
    return _over_time(comparison, "order", "The order under each policy")


def outcome_distribution(comparison: Comparison) -> Figure:
    """Share of runs by their worst outcome: one bar a policy."""
    shares, names = comparison.outcomes, comparison.names
    titles = [_title(policy) for policy in comparison.policies]
    caption = (
        f"{_matched(comparison)} Each run counts once, by the worst that happened in it: crisis is "
        "a display or use of force (levels 3 and 4), war is level 5, great-power war has great powers on both sides."
    )
    figure = new_figure(
        9.0, 2.3 + 0.42 * len(names), "How it ended: the worst of each run", _setting(comparison), caption
    )
    axes = dress(figure.add_subplot(), grid="x")
    left = np.zeros(len(names))
    for outcome, colour in zip(OUTCOMES, OUTCOME_COLOURS, strict=True):
        values = shares[outcome].to_numpy()
        axes.barh(titles, values, left=left, color=colour, height=0.66, label=outcome, edgecolor="white", linewidth=0.8)
        _write_shares(axes, left, values, "white" if outcome in OUTCOMES[3:] else INK)
        left += values
    axes.invert_yaxis()
    axes.set_xlim(0, 1)
    axes.xaxis.set_major_formatter(lambda share, _: f"{share:.0%}")
    axes.spines["left"].set_visible(False)
    axes.tick_params(axis="y", length=0, labelsize=9.5, labelcolor=INK)
    label(axes, x="share of runs")
    axes.legend(
        loc="lower left",
        bbox_to_anchor=(0, 1.0),
        ncols=5,
        frameon=False,
        fontsize=8.5,
        handlelength=1,
        borderaxespad=0.2,
    )
    return figure


def cost_against_escalation(comparison: Comparison) -> Figure:
    """Escalation against what it costs senders and targets: a point for each policy with its intervals."""
    caption = (
        f"{_matched(comparison)} Crosses are 95% t intervals of the mean over runs. "
        "Cost: output lost or spent, as a share of the world's output at the start, mean over rounds."
    )
    figure = new_figure(9.5, 5.2, "What lower escalation costs", _setting(comparison), caption)
    panels = figure.subplots(1, 2, sharey=True)
    for axes, metric, title in zip(
        panels, ("sender_cost", "target_cost"), ("Cost to senders", "Cost to targets"), strict=True
    ):
        _scatter(dress(axes, grid="both"), comparison, metric)
        heading(axes, title)
        label(axes, x="% of world output per round")
    label(panels[0], x="% of world output per round", y=_axis("mean_severity"))
    handles, texts = panels[0].get_legend_handles_labels()
    figure.legend(handles, texts, loc="outside right center", frameon=False, fontsize=9)
    return figure


def _scatter(axes: Axes, comparison: Comparison, metric: str) -> None:
    scale = 100.0 / comparison.rounds
    tint = colours(comparison.names)
    for index, name in enumerate(comparison.names):
        cost, severity = comparison.estimate(name, metric), comparison.estimate(name, "mean_severity")
        axes.errorbar(
            cost.mean * scale,
            severity.mean,
            xerr=[[(cost.mean - cost.low) * scale], [(cost.high - cost.mean) * scale]],
            yerr=[[severity.mean - severity.low], [severity.high - severity.mean]],
            fmt=MARKERS[index % len(MARKERS)], color=tint[name], markersize=11 - min(index, 4), elinewidth=1.6,
            markeredgecolor="white", markeredgewidth=0.8, label=_title(comparison.policies[index]),
        )  # fmt: skip
    axes.margins(0.1, 0.15)
    axes.set_xlim(left=-0.04 * axes.get_xlim()[1])
    axes.set_ylim(bottom=max(0.0, axes.get_ylim()[0]))


def _over_time(comparison: Comparison, metric: str, title: str) -> Figure:
    rows = ceil(len(comparison.names) / COLUMNS)
    across = min(COLUMNS, len(comparison.names))
    caption = (
        f"{_matched(comparison)} Line: median over runs. Dark band: 25th to 75th percentile. Light band: 5th to 95th. "
        "Grey lines: medians of the other policies."
    )
    figure = new_figure(max(6.0, 3.4 * across), 1.5 + 2.3 * rows, title, _setting(comparison), caption)
    panels = figure.subplots(rows, across, sharex=True, sharey=True, squeeze=False)
    bands = comparison.bands(metric).set_index("policy")
    tint, when = colours(comparison.names), frames.years(comparison.scenario.start, comparison.rounds)
    for index, axes in enumerate(panels.flat):
        if index >= len(comparison.names):
            axes.set_visible(False)
            continue
        name = comparison.names[index]
        for other in comparison.names:
            axes.plot(when, bands.loc[[other], "median"], color="#b5b5b5", linewidth=0.9, zorder=1)
        _fan(dress(axes), when, bands.loc[[name]], tint[name])
        heading(axes, _title(comparison.policies[index]), tint[name])
        time_axis(axes, when)
    for row in panels:
        label(row[0], y=_axis(metric))
    if describe(metric).unit.endswith("[0, 1]"):
        panels[0, 0].set_ylim(0, _ceiling(float(bands["p95"].max())))
    return figure


def _fan(axes: Axes, when: Floats, band: pd.DataFrame, colour: str) -> None:
    low, q1, middle, q3, high = (band[name] for name in BANDS)
    axes.fill_between(when, low, high, color=colour, alpha=0.16, linewidth=0, zorder=2)
    axes.fill_between(when, q1, q3, color=colour, alpha=0.32, linewidth=0, zorder=3)
    axes.plot(when, middle, "o" if len(when) == 1 else "-", color=colour, linewidth=2, zorder=4, clip_on=len(when) > 1)


def _ceiling(highest: float) -> float:
    """A round number at or above the highest value, at most 1."""
    return min(1.0, max(0.1, ceil(highest * 21) / 20))


def _write_shares(axes: Axes, left: Floats, shares: Floats, ink: str) -> None:
    for row, (start, share) in enumerate(zip(left, shares, strict=True)):
        if share >= READABLE:
            axes.text(start + share / 2, row, f"{share:.0%}", ha="center", va="center", fontsize=8.5, color=ink)


def _axis(metric: str) -> str:
    found = describe(metric)
    return f"{found.label} ({found.unit})"


def _matched(comparison: Comparison) -> str:
    n = count(len(comparison.seeds), "run")
    return f"n = {n} per policy of {count(comparison.rounds, 'round')}, every policy on the same luck."


def _title(policy: PolicyPreset) -> str:
    return legible(policy.title, policy.name)


def _setting(comparison: Comparison) -> str:
    scenario, last = comparison.scenario, frames.quarter_of(comparison.scenario.start, comparison.rounds - 1)
    return f"{legible(scenario.title, scenario.name)}  ·  {scenario.start} to {last}"
