"""Figures of a history, of an ensemble and of a comparison: over time, by theatre, outcomes, and what policies cost."""

from math import ceil
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.colorbar import Colorbar
from matplotlib.colors import BoundaryNorm, ListedColormap
from matplotlib.figure import Figure
from matplotlib.image import AxesImage
from matplotlib.ticker import MaxNLocator

from greatpowers.core.declare import Floats
from greatpowers.core.history import TheatreColumn
from greatpowers.core.ladder import SEVERITY
from greatpowers.core.log import Column, Event
from greatpowers.dictionary import describe
from greatpowers.presentation import style
from greatpowers.scenario.errors import GreatPowersError
from greatpowers.scenario.kinds import RUNG_NAMES
from greatpowers.scenario.schema import PolicyPreset
from greatpowers.simulation import frames
from greatpowers.simulation.intervals import BANDS
from greatpowers.simulation.summary import OUTCOMES

if TYPE_CHECKING:
    from greatpowers.simulation.comparison import Comparison
    from greatpowers.simulation.ensemble import Ensemble
    from greatpowers.simulation.history import History

COLUMNS = 3
READABLE = 0.045
"""Share of a bar below which a number does not fit in it."""


def escalation_over_time(comparison: "Comparison") -> Figure:
    """Mean severity by round: a panel for each policy, median and bands, the others' medians behind."""
    return _over_time(comparison, "mean_severity", "Escalation under each policy")


def order_over_time(comparison: "Comparison") -> Figure:
    """Order by round, drawn like escalation."""
    return _over_time(comparison, "order", "The order under each policy")


def outcome_distribution(comparison: "Comparison") -> Figure:
    """Share of runs by their worst outcome: one bar a policy."""
    shares, names = comparison.outcomes, comparison.names
    titles = [_title(policy) for policy in comparison.policies]
    caption = (
        f"{_matched(comparison)} Each run counts once, by the worst that happened in it: crisis is "
        "a display or use of force (levels 3 and 4), war is level 5, great-power war has great powers on both sides."
    )
    figure = style.new_figure(
        9.0, 2.3 + 0.42 * len(names), "How it ended: the worst of each run", _setting(comparison), caption
    )
    axes = style.dress(figure.add_subplot(), grid="x")
    left = np.zeros(len(names))
    for outcome, colour in zip(OUTCOMES, style.OUTCOME_COLOURS, strict=True):
        values = shares[outcome].to_numpy()
        axes.barh(titles, values, left=left, color=colour, height=0.66, label=outcome, edgecolor="white", linewidth=0.8)
        _write_shares(axes, left, values, "white" if outcome in OUTCOMES[3:] else style.INK)
        left += values
    axes.invert_yaxis()
    axes.set_xlim(0, 1)
    axes.xaxis.set_major_formatter(lambda share, _: f"{share:.0%}")
    axes.spines["left"].set_visible(False)
    axes.tick_params(axis="y", length=0, labelsize=9.5, labelcolor=style.INK)
    style.label(axes, x="share of runs")
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


def cost_against_escalation(comparison: "Comparison") -> Figure:
    """Escalation against what it costs senders and targets: a point for each policy with its intervals."""
    caption = (
        f"{_matched(comparison)} Crosses are 95% t intervals of the mean over runs. "
        "Cost: output lost or spent, in per cent of the world's output at the start, mean over rounds."
    )
    figure = style.new_figure(9.5, 5.2, "What lower escalation costs", _setting(comparison), caption)
    panels = figure.subplots(1, 2, sharey=True)
    for axes, metric, title in zip(
        panels, ("sender_cost", "target_cost"), ("Cost to senders", "Cost to targets"), strict=True
    ):
        _scatter(style.dress(axes, grid="both"), comparison, metric)
        style.heading(axes, title)
        style.label(axes, x=describe(metric).unit)
    style.label(panels[0], x=describe("sender_cost").unit, y=_axis("mean_severity"))
    handles, texts = panels[0].get_legend_handles_labels()
    figure.legend(handles, texts, loc="outside right center", frameon=False, fontsize=9)
    return figure


def _scatter(axes: Axes, comparison: "Comparison", metric: str) -> None:
    tint = style.colours(comparison.names)
    for index, name in enumerate(comparison.names):
        cost, severity = comparison.estimate(name, metric), comparison.estimate(name, "mean_severity")
        axes.errorbar(
            cost.mean,
            severity.mean,
            xerr=[[cost.mean - cost.low], [cost.high - cost.mean]],
            yerr=[[severity.mean - severity.low], [severity.high - severity.mean]],
            fmt=style.MARKERS[index % len(style.MARKERS)], color=tint[name], markersize=11 - min(index, 4),
            elinewidth=1.6, markeredgecolor="white", markeredgewidth=0.8, label=_title(comparison.policies[index]),
        )  # fmt: skip
    axes.margins(0.1, 0.15)
    axes.set_xlim(left=-0.04 * axes.get_xlim()[1])
    axes.set_ylim(bottom=max(0.0, axes.get_ylim()[0]))


def _over_time(comparison: "Comparison", metric: str, title: str) -> Figure:
    rows = ceil(len(comparison.names) / COLUMNS)
    across = min(COLUMNS, len(comparison.names))
    caption = (
        f"{_matched(comparison)} Line: median over runs. Dark band: 25th to 75th percentile. Light band: 5th to 95th. "
        "Grey lines: medians of the other policies."
    )
    figure = style.new_figure(max(6.0, 3.4 * across), 1.5 + 2.3 * rows, title, _setting(comparison), caption)
    panels = figure.subplots(rows, across, sharex=True, sharey=True, squeeze=False)
    bands = comparison.bands(metric).set_index("policy")
    tint, when = style.colours(comparison.names), frames.years(comparison.scenario.start, comparison.rounds)
    for index, axes in enumerate(panels.flat):
        if index >= len(comparison.names):
            axes.set_visible(False)
            continue
        name = comparison.names[index]
        for other in comparison.names:
            axes.plot(when, bands.loc[[other], "median"], color="#b5b5b5", linewidth=0.9, zorder=1)
        _fan(style.dress(axes), when, bands.loc[[name]], tint[name])
        style.heading(axes, _title(comparison.policies[index]), tint[name])
        style.time_axis(axes, when)
        axes.tick_params(axis="x", labelbottom=index + across >= len(comparison.names))  # the lowest of its column
    for row in panels:
        style.label(row[0], y=_axis(metric))
    if describe(metric).unit.endswith("[0, 1]"):
        highest = ceil(float(bands["p95"].max()) * 21) / 20  # a round number at or above what is drawn
        panels[0, 0].set_ylim(0, min(1.0, max(0.1, highest)))
    return figure


def _fan(axes: Axes, when: Floats, band: pd.DataFrame, colour: str) -> None:
    low, q1, middle, q3, high = (band[name] for name in BANDS)
    axes.fill_between(when, low, high, color=colour, alpha=0.16, linewidth=0, zorder=2)
    axes.fill_between(when, q1, q3, color=colour, alpha=0.32, linewidth=0, zorder=3)
    axes.plot(when, middle, "o" if len(when) == 1 else "-", color=colour, linewidth=2, zorder=4, clip_on=len(when) > 1)


def _write_shares(axes: Axes, left: Floats, shares: Floats, ink: str) -> None:
    for row, (start, share) in enumerate(zip(left, shares, strict=True)):
        if share >= READABLE:
            axes.text(start + share / 2, row, f"{share:.0%}", ha="center", va="center", fontsize=8.5, color=ink)


def _axis(metric: str) -> str:
    described = describe(metric)
    return f"{described.label} ({described.unit})"


def _matched(comparison: "Comparison") -> str:
    n = style.count(len(comparison.seeds), "run")
    return f"n = {n} per policy of {style.count(comparison.rounds, 'round')}, every policy on the same luck."


def _title(policy: PolicyPreset) -> str:
    return style.legible(policy.title, policy.name)


def _setting(comparison: "Comparison") -> str:
    scenario, last = comparison.scenario, frames.quarter_of(comparison.scenario.start, comparison.rounds - 1)
    return f"{style.legible(scenario.title, scenario.name)}  ·  {scenario.start} to {last}"


MOST_THEATRES = 40
PANELS = (
    ("mean_severity",),
    ("wars_under_way",),
    ("order",),
    ("revision",),
    ("sanctions",),
    ("credibility", "true_credibility"),
)
TITLES = ("Escalation", "Wars under way", "Order", "Revision", "Sanctions", "Credibility: believed and true")
MARKS = (
    (Event.WAR, "*", "#111111", "war begins"),
    (Event.DEAL, "o", "#0072B2", "deal signed"),
    (Event.DEAL_BROKEN, "X", "#0072B2", "deal broken"),
)


def ladder(history: "History") -> Figure:
    """What each challenger did, round by round: one strip a theatre, coloured by rung, with wars and deals marked."""
    history.require_record("this figure")
    shown = _most_troubled(history)
    total = len(history.scenario.theatres)
    which = f"The {len(shown)} most troubled of {total:,} theatres. " if len(shown) < total else ""
    caption = f"{which}One history, seed {history.seed}: an example, not an estimate. A round is a quarter of a year."
    height = 2.2 + 0.27 * max(6, len(shown))
    figure = style.new_figure(10.5, height, "The ladder, theatre by theatre", setting_of_history(history), caption)
    axes = figure.add_subplot()
    if not shown:
        _say(axes, "This scenario has no theatres.")
        return figure
    _draw_strips(figure, axes, history, shown)
    _draw_marks(axes, history, shown)
    return figure


def key_metrics(history: "History") -> Figure:
    """Six metrics by round."""
    caption = f"One history, seed {history.seed}: an example, not an estimate."
    figure = style.new_figure(10.5, 6.0, "Key metrics", setting_of_history(history), caption)
    when = frames.years(history.scenario.start, history.rounds)
    panels = figure.subplots(2, 3, sharex=True)
    for axes, names, title in zip(panels.flat, PANELS, TITLES, strict=True):
        _draw_metric(style.dress(axes), history, when, names)
        finish_panel(axes, when, names[0], title, history.metrics[list(names)].to_numpy())
    return figure


def _draw_metric(axes: Axes, history: "History", when: Floats, names: tuple[str, ...]) -> None:
    for name, colour, dash in zip(names, style.PALETTE, ("-", "--"), strict=False):
        kind = dash if len(when) > 1 else "o"
        axes.plot(when, history.metrics[name], kind, color=colour, linewidth=1.8, drawstyle=steps_of(names[0]))
    if len(names) > 1:
        axes.legend(frameon=False, fontsize=8, loc="best", labels=["believed", "true"])


def steps_of(metric: str) -> Literal["steps-post", "default"]:
    """How a metric is drawn over rounds: wars are counted, and stay until they end."""
    return "steps-post" if describe(metric).unit == "wars" else "default"


def finish_panel(axes: Axes, when: Floats, metric: str, title: str, drawn: Floats) -> None:
    """Heading, unit and limits of a panel in which a metric was `drawn` over time."""
    unit = describe(metric).unit
    if unit == "wars":
        axes.yaxis.set_major_locator(MaxNLocator(integer=True))
    axes.set_ylim(0, max(1.0 if unit in ("wars", "share in [0, 1]") else 0.02, float(np.nanmax(drawn)) * 1.08))
    style.heading(axes, title)
    style.label(axes, y=unit)
    style.time_axis(axes, when)


def _draw_strips(figure: Figure, axes: Axes, history: "History", shown: list[int]) -> None:
    rungs = history.track.theatres[:, shown, TheatreColumn.RUNG]
    palette, edges = ListedColormap(list(style.LADDER_COLOURS)), np.arange(-0.5, 8)
    norm, when = BoundaryNorm(edges, len(style.LADDER_COLOURS)), frames.years(history.scenario.start, history.rounds)
    image = strips(axes, rungs, when, [_row_name(history, k) for k in shown], 8.5, 2.5, cmap=palette, norm=norm)
    axes.tick_params(axis="x", colors=style.FAINT)
    words = [f"{rung} {name.replace('-', ' ')}" for rung, name in enumerate(RUNG_NAMES)]
    key(figure.colorbar(image, ax=axes, ticks=range(len(RUNG_NAMES)), fraction=0.025, pad=0.01, aspect=18), words, 8)


def strips(
    axes: Axes, values: Floats, when: Floats, names: list[str], letters: float, apart: float, **colours: Any
) -> AxesImage:
    """A strip for each column of `values` [R, strips], coloured round by round, its name in `letters` points."""
    extent = (when[0], when[-1] + 0.25, len(names) - 0.5, -0.5)
    image = axes.imshow(values.T, aspect="auto", extent=extent, interpolation="nearest", **colours)
    axes.set_yticks(range(len(names)), names)
    axes.set_yticks(np.arange(len(names) + 1) - 0.5, minor=True)
    axes.grid(which="minor", axis="y", color="white", linewidth=apart)
    axes.tick_params(which="both", length=0, labelsize=letters, colors=style.INK)
    for spine in axes.spines.values():
        spine.set_visible(False)
    style.time_axis(axes, np.append(when, when[-1] + 0.25))
    return image


def key(bar: Colorbar, words: list[str], letters: float) -> None:
    """What the colours of strips mean."""
    bar.ax.set_yticklabels(words, fontsize=letters, color=style.FAINT)
    bar.ax.tick_params(which="both", length=0)
    bar.minorticks_off()
    bar.outline.set_edgecolor(style.RULE)


def _draw_marks(axes: Axes, history: "History", shown: list[int]) -> None:
    rows = {k: row for row, k in enumerate(shown)}
    when = frames.years(history.scenario.start, history.rounds) + 0.125
    for kind, marker, colour, text in MARKS:
        happened = history.codes[history.codes[:, Column.KIND] == kind]
        spots = [
            (when[code[Column.ROUND]], rows[code[Column.THEATRE]]) for code in happened if code[Column.THEATRE] in rows
        ]
        if spots:
            x, y = zip(*spots, strict=True)
            axes.scatter(
                x, y, marker=marker, s=52, color=colour, edgecolors="white", linewidths=0.7, label=text, zorder=3
            )
    if axes.get_legend_handles_labels()[0]:
        axes.legend(loc="lower left", bbox_to_anchor=(0, 1.0), ncols=3, frameon=False, fontsize=8.5, borderaxespad=0.2)


def _most_troubled(history: "History") -> list[int]:
    """Theatres in the scenario's order, at most :data:`MOST_THEATRES`, those with the greatest severity over time."""
    severity = SEVERITY[history.track.theatres[..., TheatreColumn.RUNG].astype(int)].sum(axis=0)
    return sorted(np.argsort(-severity, kind="stable")[:MOST_THEATRES].tolist())


def _row_name(history: "History", k: int) -> str:
    theatre = history.scenario.theatres[k]
    return f"{style.legible(theatre.label, theatre.id)}  ({theatre.challenger} → {theatre.host})"


def _say(axes: Axes, text: str) -> None:
    axes.set_axis_off()
    axes.text(0.5, 0.5, text, ha="center", va="center", fontsize=11, color=style.FAINT, transform=axes.transAxes)


def setting_of_history(history: "History") -> str:
    """The line below a heading: world, policy, from when to when."""
    last = frames.quarter_of(history.scenario.start, history.rounds - 1)
    length = style.count(history.rounds, "round")
    world, policy = history.scenario, style.legible(history.policy.title, history.policy.name)
    return f"{style.legible(world.title, world.name)}  ·  {policy}  ·  {world.start} to {last}, {length}"


BINS = 24


def distribution(ensemble: "Ensemble", metric: str) -> Figure:
    """How many runs have which value of a column of `runs`, and their mean; raises for a column there is none of."""
    described = describe(metric)
    values = ensemble.runs[metric].dropna().to_numpy(dtype=np.float64)
    if not values.size:
        raise GreatPowersError(f"{metric}: no run of {ensemble!r} has a value of it.")
    subtitle = f"{ensemble.scenario.title}, {ensemble.policy.title}, {ensemble.rounds} rounds"
    runs = f"n = {style.count(len(values), 'run')}; dashed: the mean, {values.mean():.3g}"
    caption = f"{runs}. {described.label}: {described.formula}."
    figure = style.new_figure(7.5, 4.4, described.label, subtitle, caption)
    axes = style.dress(figure.subplots())
    axes.hist(values, bins=BINS, color="#0072B2")
    axes.axvline(float(values.mean()), color=style.INK, linestyle="--", linewidth=1)
    style.label(axes, x=described.unit, y="runs")
    return figure
