"""Figures of a search: the policies found beside the presets, objective by objective and pair by pair."""

from functools import partial
from itertools import combinations
from math import ceil

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from greatpowers.core.declare import Floats
from greatpowers.presentation.figures import Drawers
from greatpowers.presentation.letters import legible
from greatpowers.presentation.style import FAINT, INK, MARKERS, RULE, colours, count, dress, label, new_figure
from greatpowers.studies.policy_search import Found
from greatpowers.studies.search.robust import RULES
from greatpowers.studies.search_settings import FRESH, SearchSettings
from greatpowers.studies.search_tables import SearchTables, objective, shown_signs

FOUND, ACROSS = "#9a9a9a", 3


def search_figures(found: Found, tables: SearchTables) -> Drawers:
    """What draws the figures of a search."""
    return {
        "front": partial(front_figure, found, tables),
        "parallel": partial(parallel_figure, found, tables),
        "growth": partial(growth_figure, found, tables),
    }


def front_figure(found: Found, tables: SearchTables) -> Figure:
    """Every pair of objectives: policies found as dots, presets in their colours."""
    settings = found.settings
    pairs = list(combinations(settings.objectives, 2))
    rows, across = ceil(len(pairs) / ACROSS), min(ACROSS, len(pairs))
    figure = new_figure(
        max(6.5, 3.7 * across) + 1.4, 1.9 + 2.75 * rows, "Policies found and presets, pair by pair", _setting(settings),
        _caption(found) + " Arrows point to what is better. Dots: policies found, hollow if another dominates them.",
    )  # fmt: skip
    panels = figure.subplots(rows, across, squeeze=False)
    for place, (x, y) in zip(panels.flat, pairs, strict=False):
        _scatter(dress(place, grid="both"), found, tables, x, y)
    for spare in list(panels.flat)[len(pairs) :]:
        spare.set_visible(False)
    handles, names = panels[0, 0].get_legend_handles_labels()
    figure.legend(handles, names, loc="outside right center", frameon=False, fontsize=9)
    return figure


def _scatter(axes: Axes, found: Found, tables: SearchTables, x: str, y: str) -> None:
    settings, table = found.settings, tables.policies
    kept = table["undominated"].to_numpy(dtype=bool)
    axes.scatter(table[x][~kept], table[y][~kept], s=16, facecolors="none", edgecolors=FOUND, linewidths=0.8)
    axes.scatter(table[x][kept], table[y][kept], s=20, color=FOUND, edgecolors="none", label="found")
    shipped = _shipped(found, tables)
    tint = colours(shipped["policy"].tolist())
    for number, row in enumerate(shipped.to_dict("records")):
        name = str(row["policy"])
        axes.scatter(
            row[x], row[y], s=62, marker=MARKERS[number % len(MARKERS)], color=tint[name], edgecolors="white",
            linewidths=0.8, label=name, zorder=3,
        )  # fmt: skip
    axes.margins(0.08)
    label(axes, x=_axis(settings, x, "x"), y=_axis(settings, y, "y"))


def parallel_figure(found: Found, tables: SearchTables) -> Figure:
    """One line a policy over all objectives, each scaled from the worst at the bottom to the best at the top."""
    settings = found.settings
    figure = new_figure(
        10.5, 5.6, "What each policy trades for what", _setting(settings),
        _caption(found) + " Up is better on every axis; numbers are the best and worst value shown. "
        "Grey: policies found that none dominates.",
    )  # fmt: skip
    axes = figure.add_subplot()
    names, shipped = list(settings.objectives), _shipped(found, tables)
    lines = tables.policies[tables.policies["undominated"]]
    everything = pd.concat([lines[names], shipped[names]])
    signs = shown_signs(settings)
    losses = everything.to_numpy() * signs
    best, worst = losses.min(axis=0), losses.max(axis=0)
    heights = (worst - losses) / np.where(worst > best, worst - best, 1.0)
    for row in heights[: len(lines)]:
        axes.plot(row, color=FOUND, linewidth=0.9, alpha=0.65, zorder=1)
    tint = colours(shipped["policy"].tolist())
    for number, (name, row) in enumerate(zip(shipped["policy"], heights[len(lines) :], strict=True)):
        axes.plot(row, color=tint[name], marker=MARKERS[number % len(MARKERS)], linewidth=2.2, label=name, zorder=2)
    _dress_parallel(axes, settings, best * signs, worst * signs)
    axes.legend(loc="center left", bbox_to_anchor=(1.02, 0.5), frameon=False, fontsize=9)
    return figure


def _dress_parallel(axes: Axes, settings: SearchSettings, best: Floats, worst: Floats) -> None:
    for k in range(len(settings.objectives)):
        axes.axvline(k, color=RULE, linewidth=1.0, zorder=0)
        axes.text(k, 1.04, f"{best[k]:.3g}", ha="center", va="bottom", fontsize=8.5, color=INK)
        axes.text(k, -0.04, f"{worst[k]:.3g}", ha="center", va="top", fontsize=8.5, color=FAINT)
    labels = [objective(settings, name).label for name in settings.objectives]
    axes.set_xticks(range(len(labels)), labels, fontsize=9.5, color=INK)
    axes.set_yticks([])
    axes.set_ylim(-0.13, 1.13)
    axes.tick_params(length=0)
    for spine in axes.spines.values():
        spine.set_visible(False)


def growth_figure(found: Found, tables: SearchTables) -> Figure:
    """Share of the space of objectives covered, generation by generation."""
    settings = found.settings
    caption = (
        f"{len(found.tried):,} policies on {settings.worlds} worlds and {settings.seeds} seeds. Hypervolume between "
        "the worst and best value of each objective seen in the search; a flat end means that more generations add "
        "little."
    )
    figure = new_figure(7.5, 4.2, "How the front grew", _setting(settings), caption)
    axes = dress(figure.add_subplot())
    table = tables.growth
    axes.plot(table["generation"] + 1, table["covered"], color="#0072B2", linewidth=2, marker="o", markersize=3)
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    axes.set_ylim(0, max(0.05, float(table["covered"].max()) * 1.1))
    label(axes, x="generation", y="share of the space covered")
    return figure


def _shipped(found: Found, tables: SearchTables) -> pd.DataFrame:
    """The presets as they ship, with their local terms."""
    return tables.presets.iloc[: len(found.presets)]


def _axis(settings: SearchSettings, name: str, side: str) -> str:
    entry = objective(settings, name)
    up = shown_signs(settings)[settings.objectives.index(name)] < 0
    arrow = {"x": ("←", "→"), "y": ("↓", "↑")}[side][int(up)]
    return f"{arrow} {entry.label}\n({entry.unit})"


def _setting(settings: SearchSettings) -> str:
    title = legible(settings.scenario.title, settings.scenario.name)
    return f"{title}  ·  {count(settings.length, 'round')}  ·  {RULES[settings.robustness].meaning}"


def _caption(found: Found) -> str:
    settings = found.settings
    return (
        f"n = {FRESH * settings.worlds} fresh worlds x {FRESH * settings.seeds} fresh seeds a policy, all on the same "
        f"luck; {len(found.policies)} policies of {len(found.tried):,} tried. Presets with their "
        "local terms. Risks are shares of all histories."
    )
