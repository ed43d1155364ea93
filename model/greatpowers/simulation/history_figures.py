"""Figures of one history: the ladder in every theatre, and the key metrics."""

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import BoundaryNorm, ListedColormap
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from greatpowers.core.declare import Floats
from greatpowers.core.history import TheatreColumn
from greatpowers.core.ladder import SEVERITY
from greatpowers.core.log import Column, Event
from greatpowers.dictionary import describe
from greatpowers.presentation.letters import legible
from greatpowers.presentation.style import (
    FAINT,
    INK,
    LADDER_COLOURS,
    PALETTE,
    RULE,
    count,
    dress,
    heading,
    label,
    new_figure,
    time_axis,
)
from greatpowers.scenario.kinds import RUNG_NAMES
from greatpowers.simulation import frames
from greatpowers.simulation.history import History

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


def ladder(history: History) -> Figure:
    """What each challenger did, round by round: one strip a theatre, coloured by rung, with wars and deals marked."""
    history.require_record("this figure")
    shown = _most_troubled(history)
    total = len(history.scenario.theatres)
    which = f"The {len(shown)} most troubled of {total:,} theatres. " if len(shown) < total else ""
    caption = f"{which}One history, seed {history.seed}: an example, not an estimate. A round is a quarter of a year."
    height = 2.2 + 0.27 * max(6, len(shown))
    figure = new_figure(10.5, height, "The ladder, theatre by theatre", _setting(history), caption)
    axes = figure.add_subplot()
    if not shown:
        _say(axes, "This scenario has no theatres.")
        return figure
    _draw_strips(figure, axes, history, shown)
    _draw_marks(axes, history, shown)
    return figure


def key_metrics(history: History) -> Figure:
    """Six metrics by round."""
    caption = f"One history, seed {history.seed}: an example, not an estimate."
    figure = new_figure(10.5, 6.0, "Key metrics", _setting(history), caption)
    when = frames.years(history.scenario.start, history.rounds)
    panels = figure.subplots(2, 3, sharex=True)
    for axes, names, title in zip(panels.flat, PANELS, TITLES, strict=True):
        _draw_metric(dress(axes), history, when, names)
        heading(axes, title)
        time_axis(axes, when)
        label(axes, y=describe(names[0]).unit)
    return figure


def _draw_metric(axes: Axes, history: History, when: Floats, names: tuple[str, ...]) -> None:
    unit = describe(names[0]).unit
    counted = unit == "wars"
    for name, colour, dash in zip(names, PALETTE, ("-", "--"), strict=False):
        kind = dash if len(when) > 1 else "o"
        steps = "steps-post" if counted else "default"
        axes.plot(when, history.metrics[name], kind, color=colour, linewidth=1.8, drawstyle=steps)
    if len(names) > 1:
        axes.legend(frameon=False, fontsize=8, loc="best", labels=["believed", "true"])
    if counted:
        axes.yaxis.set_major_locator(MaxNLocator(integer=True))
    top = float(np.nanmax(history.metrics[list(names)].to_numpy()))
    axes.set_ylim(0, max(1.0 if unit in ("wars", "share in [0, 1]") else 0.02, top * 1.08))


def _draw_strips(figure: Figure, axes: Axes, history: History, shown: list[int]) -> None:
    rungs = history.track.theatres[:, shown, TheatreColumn.RUNG].T
    palette, norm = ListedColormap(list(LADDER_COLOURS)), BoundaryNorm(np.arange(-0.5, 8), len(LADDER_COLOURS))
    when = frames.years(history.scenario.start, history.rounds)
    extent = (when[0], when[-1] + 0.25, len(shown) - 0.5, -0.5)
    image = axes.imshow(rungs, aspect="auto", cmap=palette, norm=norm, extent=extent, interpolation="nearest")
    axes.set_yticks(range(len(shown)), [_row_name(history, k) for k in shown], fontsize=8.5, color=INK)
    axes.set_yticks(np.arange(len(shown) + 1) - 0.5, minor=True)
    axes.grid(which="minor", axis="y", color="white", linewidth=2.5)
    axes.tick_params(which="both", length=0, labelsize=8.5)
    axes.tick_params(axis="x", colors=FAINT)
    for spine in axes.spines.values():
        spine.set_visible(False)
    time_axis(axes, np.append(when, when[-1] + 0.25))
    bar = figure.colorbar(image, ax=axes, ticks=range(len(RUNG_NAMES)), fraction=0.025, pad=0.01, aspect=18)
    bar.ax.set_yticklabels(
        [f"{rung} {name.replace('-', ' ')}" for rung, name in enumerate(RUNG_NAMES)], fontsize=8, color=FAINT
    )
    bar.ax.tick_params(which="both", length=0)
    bar.minorticks_off()
    bar.outline.set_edgecolor(RULE)


def _draw_marks(axes: Axes, history: History, shown: list[int]) -> None:
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


def _most_troubled(history: History) -> list[int]:
    """Theatres in the scenario's order, at most :data:`MOST_THEATRES`, those with the greatest severity over time."""
    severity = SEVERITY[history.track.theatres[..., TheatreColumn.RUNG].astype(int)].sum(axis=0)
    return sorted(np.argsort(-severity, kind="stable")[:MOST_THEATRES].tolist())


def _row_name(history: History, k: int) -> str:
    theatre = history.scenario.theatres[k]
    return f"{legible(theatre.label, theatre.id)}  ({theatre.challenger} → {theatre.host})"


def _say(axes: Axes, text: str) -> None:
    axes.set_axis_off()
    axes.text(0.5, 0.5, text, ha="center", va="center", fontsize=11, color=FAINT, transform=axes.transAxes)


def _setting(history: History) -> str:
    last = frames.quarter_of(history.scenario.start, history.rounds - 1)
    length = count(history.rounds, "round")
    world, policy = history.scenario, legible(history.policy.title, history.policy.name)
    return f"{legible(world.title, world.name)}  ·  {policy}  ·  {world.start} to {last}, {length}"
