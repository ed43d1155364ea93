"""What a search found: in a few sentences, as tables, as figures, and on disk."""

from functools import partial
from itertools import combinations
from math import ceil
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd
import tomli_w
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from greatpowers.core.declare import Floats
from greatpowers.core.levers import SWITCH
from greatpowers.dictionary import Described, describe
from greatpowers.presentation.figures import Drawers, pictures
from greatpowers.presentation.style import FAINT, INK, MARKERS, RULE, colours, count, dress, label, legible, new_figure
from greatpowers.storage.checkpoint import csv_text, parquet_bytes, save_answer
from greatpowers.storage.manifest import plain
from greatpowers.studies.policy_search import SearchResult
from greatpowers.studies.search_algorithm import RULES, covered, dominates, nearest, undominated
from greatpowers.studies.search_settings import FRESH, SearchSettings

RESAMPLES = 500


class SearchTables(NamedTuple):
    """Tables of a search, everything on fresh worlds and seeds unless said otherwise.

    `policies`: policy, generation, `undominated` (by each other and the presets), the objectives, and `*_search`, what
    the search itself had made of them; then levers. `presets`: policy, `dominated`, `share` of resamples of the worlds
    in which it is, `nearest` policy found, and for each objective its value and the `*_gap` of the nearest to it.
    `growth`: generation, tried, `covered` (share of the space of objectives that what was tried betters).
    """

    policies: pd.DataFrame
    presets: pd.DataFrame
    growth: pd.DataFrame


def search_tables(search: SearchResult) -> SearchTables:
    """The tables of a search."""
    return SearchTables(_policies(search), _presets(search), _growth(search))


def shown_signs(settings: SearchSettings) -> Floats:
    """What losses are multiplied by to be shown: metrics in their own direction, regrets as losses."""
    pairs = zip(settings.rules, settings.signs, strict=True)
    return np.array([1.0 if rule == "regret" else sign for rule, sign in pairs])


def objective(settings: SearchSettings, name: str) -> Described:
    """How an objective is called on axes and in tables, in the unit of its metric."""
    entry, rule = describe(name), settings.rules[settings.objectives.index(name)]
    label = f"Regret in {entry.label.lower()}" if rule == "regret" else entry.label
    unit = "share of histories" if entry.unit == SWITCH else entry.unit
    return entry._replace(label=label, unit=unit, formula=f"{RULES[rule]}: {entry.formula}")


def _policies(search: SearchResult) -> pd.DataFrame:
    settings, count, signs = search.settings, len(search.policies), shown_signs(search.settings)
    fresh = search.fresh()
    table = pd.DataFrame(
        {"policy": [policy.name for policy in search.policies], "generation": search.born[search.chosen]}
    )
    table["undominated"] = undominated(fresh)[:count]
    values, before = fresh[:count] * signs, search.searched[search.chosen] * signs
    for k, name in enumerate(settings.objectives):
        table[name], table[f"{name}_search"] = values[:, k], before[:, k]
    for k, name in enumerate(settings.space.names):
        table[f"lever_{name}"] = search.tried[search.chosen][:, k]
    return table


def _presets(search: SearchResult) -> pd.DataFrame:
    settings, count, signs = search.settings, len(search.policies), shown_signs(search.settings)
    fresh = search.fresh()
    ours, theirs = fresh[:count], fresh[count:]
    share, scale = _dominated_share(search), np.ptp(fresh, axis=0)
    rows = []
    for k, policy in enumerate(search.rivals):
        near = nearest(ours, theirs[k], scale)
        gap = (ours[near] - theirs[k]) * signs
        row: dict[str, object] = {"policy": policy.name, "dominated": bool(dominates(ours, theirs[k]).any())}
        row |= {"share": share[k], "nearest": search.policies[near].name}
        for j, name in enumerate(settings.objectives):
            row[name], row[f"{name}_gap"] = theirs[k, j] * signs[j], gap[j]
        rows.append(row)
    return pd.DataFrame(rows)


def _dominated_share(search: SearchResult) -> Floats:
    """Share of bootstrap resamples of the fresh worlds in which some policy found dominates each rival: [rivals]."""
    luck, worlds, count = np.random.default_rng(0), search.judged.shape[1], len(search.policies)
    hits = np.zeros(len(search.rivals))
    for _ in range(RESAMPLES):
        fresh = search.fresh(np.asarray(luck.integers(0, worlds, worlds)))
        hits += [dominates(fresh[:count], row).any() for row in fresh[count:]]
    return hits / RESAMPLES


def _growth(search: SearchResult) -> pd.DataFrame:
    losses = search.searched
    best, worst = losses.min(axis=0), losses.max(axis=0)
    rows = []
    for generation in range(search.settings.generations):
        so_far = losses[search.born <= generation]
        rows.append((generation, len(so_far), covered(so_far[undominated(so_far)], best, worst)))
    return pd.DataFrame(rows, columns=["generation", "tried", "covered"])


POLICIES = "policies"
SETTLED = 0.05
"""Growth of the front over the last fifth of generations below which it has settled."""


def save_search(search: SearchResult, directory: str | Path, figures: Drawers | None = None) -> list[Path]:
    """Write what a search found beside its generations, and return the paths.

    Tables as Parquet and CSV (``policies``, ``presets``, ``growth``), each policy as a TOML file that every command
    accepts, ``answer.txt``, and `figures` as PNG. What others wrote or changed is left alone, with a warning.
    """
    tables = search_tables(search)
    entries = [objective(search.settings, name) for name in search.settings.objectives]
    units = {entry.name: (entry.formula, entry.unit) for entry in entries}
    content: dict[str, bytes | str] = {"answer.txt": answer(search, tables) + "\n"}
    for name, table in tables._asdict().items():
        content[f"{name}.csv"] = csv_text(table)
        content[f"{name}.parquet"] = parquet_bytes(table, units)
    for policy in search.policies:
        content[f"{POLICIES}/{policy.name}.toml"] = tomli_w.dumps(plain(policy))
    return save_answer(directory, content | pictures(figures or {}))


def answer(search: SearchResult, tables: SearchTables) -> str:
    """The answer with its size, what the presets are worth beside it, and whether it has settled."""
    settings = search.settings
    tried, remaining = len(search.tried), int(tables.policies["undominated"].sum())
    aims = ", ".join(objective(settings, name).label.lower() for name in settings.objectives)
    lines = [
        f"{tried:,} policies were tried in {settings.generations} generations on {settings.worlds} uncertain worlds "
        f"and {settings.seeds} seeds, judged by {aims} ({RULES[settings.robustness]}; "
        "risks by their share of all histories). "
        f"{len(search.policies)} were taken from the front and judged again on {FRESH * settings.worlds} other worlds "
        f"and {FRESH * settings.seeds} other seeds: {remaining} of them are still dominated by none.",
        _winners_curse(tables, settings.objectives),
        *_on_presets(search, tables),
        _on_growth(tables),
    ]
    return "\n".join(line for line in lines if line)


def _winners_curse(tables: SearchTables, objectives: tuple[str, ...]) -> str:
    means = [
        f"{name} {tables.policies[f'{name}_search'].mean():.4g} in the search, {tables.policies[name].mean():.4g} anew"
        for name in objectives
    ]
    return f"Their means: {'; '.join(means)}."


def _on_presets(search: SearchResult, tables: SearchTables) -> list[str]:
    settings, lines = search.settings, []
    for row in tables.presets.iloc[: len(search.presets)].to_dict("records"):
        gaps = ", ".join(f"{name} {row[f'{name}_gap']:+.4g}" for name in settings.objectives)
        often = f"in {row['share']:.0%} of resamples of the worlds"
        if row["dominated"]:
            lines.append(f"{row['policy']} is dominated ({often}); {row['nearest']} differs from it by {gaps}.")
        else:
            near = f"nearest is {row['nearest']}, which differs by {gaps}"
            lines.append(f"{row['policy']} is not dominated (it is {often}); {near}.")
    return lines


def _on_growth(tables: SearchTables) -> str:
    growth = tables.growth["covered"].to_numpy()
    back = growth[-1 - max(1, len(growth) // 5)] if len(growth) > 1 else growth[-1]
    if len(growth) < 5 or back <= 0 or not np.isfinite(growth[-1]):
        return "There were too few generations to tell whether the front has settled."
    grown = growth[-1] / back - 1
    settled = "it has settled" if grown < SETTLED else "it was still growing: ask for more generations"
    return f"Over the last fifth of the generations the front grew by {grown:.1%} in hypervolume: {settled}."


FOUND, ACROSS = "#9a9a9a", 3


def search_figures(search: SearchResult, tables: SearchTables) -> Drawers:
    """What draws the figures of a search."""
    return {
        "front": partial(front_figure, search, tables),
        "parallel": partial(parallel_figure, search, tables),
        "growth": partial(growth_figure, search, tables),
    }


def front_figure(search: SearchResult, tables: SearchTables) -> Figure:
    """Every pair of objectives: policies found as dots, presets in their colours."""
    settings = search.settings
    pairs = list(combinations(settings.objectives, 2))
    rows, across = ceil(len(pairs) / ACROSS), min(ACROSS, len(pairs))
    figure = new_figure(
        max(6.5, 3.7 * across) + 1.4, 1.9 + 2.75 * rows, "Policies found and presets, pair by pair", _setting(settings),
        _caption(search) + " Arrows point to what is better. Dots: policies found, hollow if another dominates them.",
    )  # fmt: skip
    panels = figure.subplots(rows, across, squeeze=False)
    for place, (x, y) in zip(panels.flat, pairs, strict=False):
        _scatter(dress(place, grid="both"), search, tables, x, y)
    for spare in list(panels.flat)[len(pairs) :]:
        spare.set_visible(False)
    handles, names = panels[0, 0].get_legend_handles_labels()
    figure.legend(handles, names, loc="outside right center", frameon=False, fontsize=9)
    return figure


def _scatter(axes: Axes, search: SearchResult, tables: SearchTables, x: str, y: str) -> None:
    settings, table = search.settings, tables.policies
    front = table["undominated"].to_numpy(dtype=bool)
    axes.scatter(table[x][~front], table[y][~front], s=16, facecolors="none", edgecolors=FOUND, linewidths=0.8)
    axes.scatter(table[x][front], table[y][front], s=20, color=FOUND, edgecolors="none", label="found")
    shipped = _shipped(search, tables)
    tint = colours(shipped["policy"].tolist())
    for number, row in enumerate(shipped.to_dict("records")):
        name = str(row["policy"])
        axes.scatter(
            row[x], row[y], s=62, marker=MARKERS[number % len(MARKERS)], color=tint[name], edgecolors="white",
            linewidths=0.8, label=name, zorder=3,
        )  # fmt: skip
    axes.margins(0.08)
    label(axes, x=_axis(settings, x, "x"), y=_axis(settings, y, "y"))


def parallel_figure(search: SearchResult, tables: SearchTables) -> Figure:
    """One line a policy over all objectives, each scaled from the worst at the bottom to the best at the top."""
    settings = search.settings
    figure = new_figure(
        10.5, 5.6, "What each policy trades for what", _setting(settings),
        _caption(search) + " Up is better on every axis; numbers are the best and worst value shown. "
        "Grey: policies found that none dominates.",
    )  # fmt: skip
    axes = figure.add_subplot()
    names, shipped = list(settings.objectives), _shipped(search, tables)
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


def growth_figure(search: SearchResult, tables: SearchTables) -> Figure:
    """Share of the space of objectives covered, generation by generation."""
    settings = search.settings
    caption = (
        f"{len(search.tried):,} policies on {settings.worlds} worlds and {settings.seeds} seeds. Hypervolume between "
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


def _shipped(search: SearchResult, tables: SearchTables) -> pd.DataFrame:
    """The presets as they ship, with their local terms."""
    return tables.presets.iloc[: len(search.presets)]


def _axis(settings: SearchSettings, name: str, side: str) -> str:
    entry = objective(settings, name)
    up = shown_signs(settings)[settings.objectives.index(name)] < 0
    arrow = {"x": ("←", "→"), "y": ("↓", "↑")}[side][int(up)]
    return f"{arrow} {entry.label}\n({entry.unit})"


def _setting(settings: SearchSettings) -> str:
    title = legible(settings.scenario.title, settings.scenario.name)
    return f"{title}  ·  {count(settings.length, 'round')}  ·  {RULES[settings.robustness]}"


def _caption(search: SearchResult) -> str:
    settings = search.settings
    return (
        f"n = {FRESH * settings.worlds} fresh worlds x {FRESH * settings.seeds} fresh seeds a policy, all on the same "
        f"luck; {len(search.policies)} policies of {len(search.tried):,} tried. Presets with their "
        "local terms. Risks are shares of all histories."
    )
