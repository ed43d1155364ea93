"""Figures of what drives an outcome."""

from typing import Any

import pandas as pd
from matplotlib.figure import Figure

from greatpowers.presentation.style import FAINT, INK, PALETTE, RULE, count, dress, heading, label, new_figure
from greatpowers.statistics.checks import need_columns, need_rows
from greatpowers.statistics.figures.parts import MOST_ROWS, dot, name_rows, tall, zero_line
from greatpowers.statistics.given_data import METHODS
from greatpowers.statistics.sensitivity import strongest

FIRST, TOTAL = PALETTE[0], PALETTE[1]
DOWN, UP = PALETTE[0], PALETTE[1]


def sobol_figure(table: pd.DataFrame, outcome: str) -> Figure:
    """First and total order indices, strongest on top; `table` is of :func:`~..sensitivity.sobol`."""
    need_columns(table, ["factor", "label", "index", "value", "low", "high", "n", "runs"], "the indices")
    need_rows(table, "indices")
    names = strongest(table, MOST_ROWS)
    caption = (
        "First order: share of the variance that goes when the factor alone is known. Total: share that goes with it "
        "and all its combinations; the gap between the two is combinations. Bars are 95 % bootstrap intervals. "
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
        "Left: mean absolute change when one factor goes over its whole range, with 95 % bootstrap intervals. Right: "
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
        "Grey: what a shuffled outcome gives nineteen times in twenty; inside it a value is noise. Bars are 95 % "
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
