"""Figures of two histories: where a fork and its original part, and wars owed to misperception, seed by seed."""

from typing import TYPE_CHECKING

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import BoundaryNorm
from matplotlib.figure import Figure, SubFigure
from matplotlib.ticker import MaxNLocator

from greatpowers.core.declare import Floats
from greatpowers.dictionary import describe
from greatpowers.presentation import style
from greatpowers.simulation import frames
from greatpowers.simulation.drawing import finish_panel, key, setting_of_history, steps_of, strips

if TYPE_CHECKING:
    from greatpowers.simulation.fork import Fork
    from greatpowers.simulation.misperception import MisperceivedWars

SERIES = ("mean_severity", "wars_under_way", "order", "revision", "sanctions", "credibility")
MOST_THEATRES = 30
LARGEST = 3
"""Rungs of difference from which on the colour no longer changes."""

ORIGINAL, OTHER = "#4d4d4d", "#D55E00"
MAP = "PuOr_r"
"""Purple to orange: told apart with any colour vision (Brewer)."""


def divergence_figure(fork: "Fork") -> Figure:
    """Six metrics of both histories by round, and the difference in rungs theatre by theatre."""
    shown = _differing_most(fork)
    height = 5.6 + 0.24 * max(4, len(shown))
    subtitle = setting_of_history(fork.original)
    figure = style.new_figure(10.5, height, _title(fork), subtitle, _caption(fork, len(shown)))
    heights = [3.6, 1.0 + 0.24 * max(4, len(shown))]
    upper, lower = figure.subfigures(2, 1, squeeze=False, height_ratios=heights)[:, 0]
    when = frames.years(fork.original.scenario.start, fork.original.rounds)
    panels = upper.subplots(2, 3, sharex=True)
    for axes, metric in zip(panels.flat, SERIES, strict=True):
        _draw_series(style.dress(axes), fork, when, metric)
    upper.legend(
        *(part[:2] for part in panels[0, 0].get_legend_handles_labels()),
        loc="outside lower center",
        ncols=2,
        frameon=False,
        fontsize=9,
    )
    _draw_difference(lower, fork, when, shown)
    return figure


def _draw_series(axes: Axes, fork: "Fork", when: Floats, metric: str) -> None:
    steps = steps_of(metric)
    marker = "o" if len(when) == 1 else "None"
    ours, theirs = (history.metrics[metric].to_numpy() for history in (fork.original, fork.counterfactual))
    axes.plot(when, ours, marker=marker, color=ORIGINAL, linewidth=1.8, drawstyle=steps, label="original")
    since = slice(max(0, fork.at_round - 1), None)
    axes.plot(
        when[since], theirs[since], marker=marker, linestyle=(0, (4, 1.5)), color=_colour(fork), linewidth=1.9,
        drawstyle=steps, label=fork.change if fork.of_beliefs else f"{fork.change} from {fork.quarter}",
    )  # fmt: skip
    axes.axvline(when[fork.at_round], color=style.INK, linewidth=0.9, linestyle=":")
    if fork.first_decision is not None:
        _diamond(axes, when[fork.first_decision.round], 0.0)
    finish_panel(axes, when, metric, describe(metric).label, np.stack([ours, theirs]))


def _draw_difference(place: SubFigure, fork: "Fork", when: Floats, shown: list[int]) -> None:
    axes = place.subplots()
    if not shown:
        axes.set_axis_off()
        axes.text(
            0.5, 0.5, "No challenger stood on another rung in any round.", ha="center", color=style.FAINT, fontsize=10
        )
        return
    change, edges = np.clip(fork.rung_difference[:, shown], -LARGEST, LARGEST), np.arange(-LARGEST - 0.5, LARGEST + 1)
    theatres = fork.original.scenario.theatres
    names = [f"{style.legible(theatres[k].label, theatres[k].id)}  ({theatres[k].challenger})" for k in shown]
    image = strips(axes, change, when, names, 8, 2.0, cmap=MAP, norm=BoundaryNorm(edges, 256))
    axes.axvline(when[fork.at_round], color=style.INK, linewidth=0.9, linestyle=":")
    _mark_decision(axes, fork, when, shown)
    style.heading(axes, "Rungs higher (orange) or lower (purple) than in the original")
    bar = axes.figure.colorbar(image, ax=axes, ticks=range(-LARGEST, LARGEST + 1), fraction=0.025, pad=0.01, aspect=12)
    words = [f"{step:+d}" if step else "same" for step in range(-LARGEST, LARGEST + 1)]
    key(bar, [f"{words[0]} or lower", *words[1:-1], f"{words[-1]} or higher"], 7.5)


def _mark_decision(axes: Axes, fork: "Fork", when: Floats, shown: list[int]) -> None:
    at = fork.first_decision
    if at is None or at.theatre not in shown:
        return
    _diamond(axes, when[at.round] + 0.125, shown.index(at.theatre))
    axes.legend(loc="lower right", bbox_to_anchor=(1.0, 1.0), frameon=False, fontsize=8.5, borderaxespad=0.2)


def _diamond(axes: Axes, x: float, y: float) -> None:
    axes.scatter(
        x, y, marker="D", s=36, color="white", edgecolors=style.INK, linewidths=1.2, zorder=5, clip_on=False,
        label="first decision that differs",
    )  # fmt: skip


def _differing_most(fork: "Fork") -> list[int]:
    """Theatres whose rung differs in some round, in the scenario's order; of many, those where it differs most."""
    amount = np.abs(fork.rung_difference).sum(axis=0)
    at = fork.first_decision
    ranked = [int(k) for k in np.argsort(-amount, kind="stable") if amount[k] > 0][:MOST_THEATRES]
    if at is not None and at.theatre not in ranked:
        ranked.append(at.theatre)
    return sorted(ranked)


def _colour(fork: "Fork") -> str:
    chosen = style.PRESET_COLOURS.get(fork.change, OTHER)
    return OTHER if chosen == ORIGINAL else chosen


def _title(fork: "Fork") -> str:
    change = "beliefs equal to the truth" if fork.of_beliefs else fork.change
    return f"The same luck, with {change} from {fork.quarter}"


def _caption(fork: "Fork", shown: int) -> str:
    total = len(fork.original.scenario.theatres)
    first = (
        "Nothing ever differs."
        if fork.first_round is None
        else f"They differ from {fork.quarter_of(fork.first_round)} on."
    )
    below = f" Below: the {shown} of {total:,} theatres whose rung ever differs." if shown else ""
    return (
        f"One history, seed {fork.original.seed}, played twice on the same luck: an example, not an estimate. {first} "
        f"Dotted line: the fork; diamond: the first decision that differs.{below}"
    )


AS_IS, TRUE = style.PALETTE[1], style.PALETTE[0]
NAMES = ("as beliefs are", "with true beliefs")


def misperception_figure(estimate: "MisperceivedWars") -> Figure:
    """Wars a history in both with intervals, and how many more or fewer each seed has."""
    caption = (
        f"{estimate.sentence()} Left: means with 95% t intervals. Right: each history against itself on the same luck; "
        "wars that misperception prevented count against those it brought."
    )
    subtitle = f"{estimate.scenario}  ·  {estimate.policy}  ·  {style.count(len(estimate.runs), 'seed')}"
    figure = style.new_figure(9.5, 4.4, "Wars as beliefs are, and had everybody known", subtitle, caption)
    left, right = figure.subplots(1, 2, width_ratios=[1, 1.6])
    _draw_means(style.dress(left), estimate)
    _draw_seeds(style.dress(right), estimate)
    return figure


def _draw_means(axes: Axes, estimate: "MisperceivedWars") -> None:
    for place, (value, colour) in enumerate(((estimate.wars, AS_IS), (estimate.wars_true_beliefs, TRUE))):
        low, high = value.mean - max(0.0, value.low), value.high - value.mean
        axes.bar(place, value.mean, width=0.55, color=colour)
        axes.errorbar(place, value.mean, yerr=[[low], [high]], color=style.INK, linewidth=1.4, capsize=4)
    axes.set_xticks([0, 1], NAMES, fontsize=9, color=style.INK)
    axes.set_xlim(-0.6, 1.6)
    axes.set_ylim(0, None)
    style.heading(axes, "Wars begun")
    style.label(axes, y="wars a history")


def _draw_seeds(axes: Axes, estimate: "MisperceivedWars") -> None:
    steps = estimate.runs["vanished"].to_numpy().astype(int)
    values = np.arange(min(-1, steps.min()), max(1, steps.max()) + 1)
    counts = [int((steps == value).sum()) for value in values]
    tints = [TRUE if value > 0 else AS_IS if value < 0 else "#b5b5b5" for value in values]
    axes.bar(values, counts, width=0.7, color=tints)
    for value, number in zip(values, counts, strict=True):
        axes.text(value, number, f"{number:,}", ha="center", va="bottom", fontsize=8.5, color=style.INK)
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    axes.margins(y=0.1)
    style.heading(axes, "Wars that vanish with true beliefs (below 0: that appear)")
    style.label(axes, x="wars in one history", y="histories")
