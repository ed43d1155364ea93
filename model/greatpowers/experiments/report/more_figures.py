"""Figures that only some experiments have: along a factor, over a grid of levers, over time."""

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes

from greatpowers.core.declare import Floats
from greatpowers.dictionary import describe
from greatpowers.experiments.columns import describe_column
from greatpowers.experiments.report.figures import MOST_OPTIONS, WIDTH, Drawn, drawn, tints
from greatpowers.experiments.report.findings import levels
from greatpowers.experiments.report.options import Study
from greatpowers.experiments.results import read_rounds
from greatpowers.presentation.style import INK, MARKERS, dress, heading, label, time_axis
from greatpowers.presentation.svg import NEUTRAL, blank
from greatpowers.scenario.errors import GreatPowersError
from greatpowers.scenario.load import load_scenario
from greatpowers.simulation import frames

ALONG = ("mean_severity", "order", "great_power_war", "revision", "peace", "effective_powers", "concentration")
MOST_PANELS, COLUMNS = 6, 3
SHADE = 0.55
"""Place on a heat map's scale above which letters are white."""


def along(study: Study, factor: str) -> Drawn | None:
    """Outcomes at each value of a factor that was set by design, a line an option."""
    metrics = [name for name in ALONG if name in study.values][:MOST_PANELS]
    if len(study.options) > MOST_OPTIONS or not metrics:
        return None
    found = levels(study, factor, next(name for name in ("mean_severity", "order") if name in study.values))
    rows = -(-len(metrics) // COLUMNS)
    figure = blank(WIDTH, 0.5 + 2.5 * rows)
    panels = figure.subplots(rows, min(COLUMNS, len(metrics)), squeeze=False, sharex=True)
    title = describe_column(factor, "points").label
    numeric = all(part.value.replace(".", "", 1).isdigit() for part in found)
    places = [float(part.value) for part in found] if numeric else list(range(len(found)))
    for axes, metric in zip(panels.flat, metrics, strict=False):
        _lines(dress(axes), [part.study for part in found], places, metric)
        heading(axes, describe(metric).label)
        label(axes, x=title, y=describe(metric).unit)
        if not numeric:
            axes.set_xticks(places, [part.value for part in found])
    for axes in panels.flat[len(metrics) :]:
        axes.set_visible(False)
    names = [option.label for option in study.options]
    figure.legend(
        panels[0, 0].get_lines()[: len(names)], names, loc="outside upper left", ncols=4, frameon=False, labelcolor=INK
    )
    caption = f"Means over the worlds and seeds at each value, with 95 % intervals, along: {title.lower()}."
    return drawn(f"along-{factor.replace('.', '-')}", f"Along {title.lower()}", figure, caption)


def _lines(axes: Axes, parts: Sequence[Study], places: Sequence[float], metric: str) -> None:
    tint = tints(parts[0])
    for i in range(len(parts[0].options)):
        found = [part.estimate(metric, i) for part in parts]
        low, high = ([getattr(one, end) for one in found] for end in ("low", "high"))
        axes.plot(places, [one.mean for one in found], marker=MARKERS[i % len(MARKERS)], color=tint[i], markersize=4.5)
        axes.fill_between(places, low, high, color=tint[i], alpha=0.18, linewidth=0)


def heat(study: Study, metric: str) -> Drawn | None:
    """A metric over two levers of a grid, a panel for each value of the third (others averaged)."""
    names = study.lever_names
    if len(names) < 2:
        return None
    axes_of = [sorted({dict(option.cell)[name] for option in study.options}) for name in names]
    order = sorted(range(len(names)), key=lambda j: -len(axes_of[j]))
    down, across, third = order[1], order[0], order[2] if len(order) > 2 else None
    values = study.values[metric].mean(axis=(1, 2))
    slices = axes_of[third] if third is not None else [None]
    tables = [_table(study, values, names, (down, across, third), axes_of, fixed) for fixed in slices]
    figure = blank(WIDTH, 1.1 + 0.42 * len(axes_of[down]))
    panels = figure.subplots(1, len(tables), sharey=True, squeeze=False)[0]
    low, high = float(values.min()), float(values.max())
    for axes, table, fixed in zip(panels, tables, slices, strict=True):
        axes.imshow(table, cmap="cividis_r", vmin=low, vmax=high, aspect="auto")
        _write(axes, table, low, high)
        _ticks(axes, axes_of[across], axes_of[down])
        label(axes, x=names[across].replace("_", " "))
        if third is not None:
            heading(axes, f"{names[third].replace('_', ' ')} {fixed:g}")
    label(panels[0], x=names[across].replace("_", " "), y=names[down].replace("_", " "))
    found = describe(metric)
    caption = f"Mean of {found.label.lower()} ({found.unit}) over {study.seeds} seeds a cell; the same luck in all."
    return drawn(f"heat-{metric}", f"{found.label} over the grid", figure, caption)


def _table(
    study: Study,
    values: Floats,
    names: Sequence[str],
    order: tuple[int, int, int | None],
    axes_of: Sequence[list[float]],
    fixed: float | None,
) -> Floats:
    down, across, third = order
    found = np.zeros((len(axes_of[down]), len(axes_of[across])))
    count = np.zeros_like(found)
    for value, option in zip(values, study.options, strict=True):
        cell = dict(option.cell)
        if third is None or cell[names[third]] == fixed:
            spot = axes_of[down].index(cell[names[down]]), axes_of[across].index(cell[names[across]])
            found[spot] += value
            count[spot] += 1
    filled: Floats = found / np.maximum(count, 1)
    return filled


def _write(axes: Axes, table: Floats, low: float, high: float) -> None:
    for (row, column), value in np.ndenumerate(table):
        dark = (value - low) / (high - low or 1) > SHADE
        text = f"{value:.3f}".replace("0.", ".", 1) if abs(value) < 1 else f"{value:.3g}"
        axes.text(
            column, row, text, ha="center", va="center", fontsize=7.5, color="#ffffff" if dark else "#1c1c1c"
        )  # fmt: skip


def _ticks(axes: Axes, across: list[float], down: list[float]) -> None:
    axes.set_xticks(range(len(across)), [f"{value:g}" for value in across])
    axes.set_yticks(range(len(down)), [f"{value:g}" for value in down])
    axes.tick_params(length=0, labelsize=8.5, labelcolor=INK)
    for spine in axes.spines.values():
        spine.set_visible(False)


def over_time(study: Study, metric: str) -> Drawn | None:
    """Median and spread by round, a panel a policy; None where rounds were not recorded."""
    results = study.results
    if not results.has_rounds or study.lever_names or metric not in results.rounds_dataset.schema.names:
        return None
    names = [option.policy for option in study.options]
    bands = [_quantiles(read_rounds(results, [metric], name)[metric]) for name in names]
    rows, across = -(-len(names) // COLUMNS), min(COLUMNS, len(names))
    figure = blank(WIDTH, 0.4 + 2.1 * rows)
    panels = figure.subplots(rows, across, sharex=True, sharey=True, squeeze=False)
    when = _when(list(results.points["scenario"].unique()), bands[0].shape[1])
    tint = tints(study)
    for index, axes in enumerate(panels.flat):
        axes.set_visible(index < len(names))
        if index < len(names):
            _panel(dress(axes), when, bands, index, tint[index])
            heading(axes, study.options[index].title)
    for row in panels:
        label(row[0], y=describe(metric).label)
    caption = (
        "Line: median over all runs. Dark band: 25th to 75th percentile; light band: 5th to 95th. "
        "Thin lines: medians of the others."
    )
    return drawn(f"time-{metric}", f"{describe(metric).label} over time", figure, caption)


def _panel(axes: Axes, when: Floats, bands: Sequence[Floats], index: int, colour: str) -> None:
    for other in bands:
        axes.plot(when, other[2], color=NEUTRAL, alpha=0.35, linewidth=0.8)
    low, q1, middle, q3, high = bands[index]
    axes.fill_between(when, low, high, color=colour, alpha=0.16, linewidth=0)
    axes.fill_between(when, q1, q3, color=colour, alpha=0.3, linewidth=0)
    axes.plot(when, middle, color=colour, linewidth=2)
    time_axis(axes, when)


def _quantiles(values: Floats) -> Floats:
    found: Floats = np.nanquantile(values.reshape(-1, values.shape[-1]), (0.05, 0.25, 0.5, 0.75, 0.95), axis=0)
    return found


def _when(scenarios: Sequence[str], rounds: int) -> Floats:
    """Years along the axis: of the scenario if there is one, else from 2000."""
    try:
        start = load_scenario(scenarios[0]).start if len(scenarios) == 1 else "2000Q1"
    except GreatPowersError:
        start = "2000Q1"
    return frames.years(start, rounds)
