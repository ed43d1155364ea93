"""The figures of a report, each with a heading and a caption that says what is shown and how sure it is."""

import html
from collections.abc import Callable, Sequence
from functools import wraps
from typing import Any, NamedTuple, ParamSpec, TypeVar

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from greatpowers.core.declare import Floats
from greatpowers.core.levers import SWITCH
from greatpowers.dictionary import describe
from greatpowers.experiments.report.findings import Driver, Verdict, levels
from greatpowers.experiments.report.options import PolicyOptions, outcome_shares
from greatpowers.experiments.results import read_rounds
from greatpowers.experiments.store import describe_column
from greatpowers.presentation.figures import made
from greatpowers.presentation.html import NEUTRAL, PAPER, blank, svg
from greatpowers.presentation.style import (
    INK,
    MARKERS,
    OUTCOME_COLOURS,
    colours,
    dress,
    heading,
    label,
    percent,
    time_axis,
)
from greatpowers.scenario.errors import GreatPowersError
from greatpowers.scenario.load import load_scenario
from greatpowers.simulation import frames
from greatpowers.simulation.summary import OUTCOMES
from greatpowers.statistics.figures import arms, dot, name_rows

MOST_OPTIONS = 10
READABLE = 0.05
WIDTH, BAR = 9.4, 2.2
"""Of figures in inches, and of the bars of intervals in points."""


class ReportFigure(NamedTuple):
    """A figure as the page shows it."""

    title: str
    svg: str
    caption: str


P = ParamSpec("P")
Figured = TypeVar("Figured", ReportFigure, ReportFigure | None)


def by_itself(draw: Callable[P, Figured]) -> Callable[P, Figured]:
    """Put a sentence in the place of a figure that cannot be drawn, and warn of it; the rest of the page stays."""

    @wraps(draw)
    def drawn_or_replaced(*args: P.args, **kwargs: P.kwargs) -> Figured:
        title = draw.__name__.replace("_", " ").capitalize()
        figure = made(f"a figure of the report, '{title}',", lambda: (draw(*args, **kwargs),))
        return figure[0] if figure else ReportFigure(title, "", "This figure could not be drawn.")

    return drawn_or_replaced


def drawn(name: str, title: str, figure: Figure, caption: str) -> ReportFigure:
    """The figure, ready for the page."""
    return ReportFigure(title, svg(figure, name, html.escape(title, quote=True)), caption)


def tints(study: PolicyOptions) -> list[str]:
    """A colour for each option: of its policy, or of its own where there is one policy with many cells."""
    if study.lever_names:
        return ["#0072B2"] * len(study.options)
    chosen = colours([option.policy for option in study.options])
    return [chosen[option.policy] for option in study.options]


def shown_options(study: PolicyOptions, verdicts: Sequence[Verdict]) -> list[int]:
    """Options that fit in a figure or table: all, or the best by the first verdict and the baseline, best first."""
    if len(study.options) <= MOST_OPTIONS:
        return list(range(len(study.options)))
    first = verdicts[0]
    means = study.values[first.metric].mean(axis=(1, 2))
    ranked = [int(i) for i in np.argsort(-means if first.metric == "order" else means, kind="stable")]
    best = ranked[: MOST_OPTIONS - 1]
    return best if study.baseline in best else [*best, study.baseline]


@by_itself
def differences(study: PolicyOptions, verdicts: Sequence[Verdict]) -> ReportFigure:
    """Paired differences from the baseline, one panel a metric."""
    rows = [i for i in shown_options(study, verdicts) if i != study.baseline]
    figure = blank(WIDTH, 1.1 + 0.36 * len(rows))
    panels = figure.subplots(1, len(verdicts), sharey=True, squeeze=False)[0]
    tint = tints(study)
    for axes, verdict in zip(panels, verdicts, strict=True):
        dress(axes, grid="x")
        axes.axvline(0, color=NEUTRAL, linewidth=1)
        for height, option in enumerate(rows):
            change = study.difference(verdict.metric, option, study.baseline)
            dot(axes, height, *change, tint[option], width=BAR)
        heading(axes, f"{describe(verdict.metric).label}: {'more' if verdict.metric == 'order' else 'less'} is better")
        label(axes, x=f"difference ({describe(verdict.metric).unit})")
    name_rows(panels[0], [study.options[i].label for i in rows])
    base = study.options[study.baseline].label
    caption = f"Mean paired difference from {base} on the same worlds and luck; bars are 95% intervals."
    return drawn("differences", f"Against {base}", figure, caption)


@by_itself
def outcomes(study: PolicyOptions, verdicts: Sequence[Verdict]) -> ReportFigure | None:
    """Shares of runs by the worst that happened; None where that was not recorded."""
    shares = outcome_shares(study)
    if shares is None:
        return None
    rows = shown_options(study, verdicts)
    figure = blank(WIDTH, 1.0 + 0.38 * len(rows))
    axes = dress(figure.add_subplot(), grid="x")
    left = np.zeros(len(rows))
    for index, (name, colour) in enumerate(zip(OUTCOMES, OUTCOME_COLOURS, strict=True)):
        part = shares[rows, index]
        if not part.any():
            continue
        axes.barh(range(len(rows)), part, left=left, color=colour, height=0.68, label=name, edgecolor=PAPER)
        for row, (start, share) in enumerate(zip(left, part, strict=True)):
            if share >= READABLE:
                ink = "#ffffff" if index >= 3 else "#1c1c1c"
                axes.text(start + share / 2, row, f"{share:.0%}", ha="center", va="center", fontsize=8.5, color=ink)
        left += part
    axes.set_xlim(0, 1)
    axes.xaxis.set_major_formatter(lambda share, _: f"{share:.0%}")
    label(axes, x="share of runs")
    name_rows(axes, [study.options[i].label for i in rows])
    axes.legend(
        loc="lower left", bbox_to_anchor=(0, 1.0), ncols=6, frameon=False, fontsize=9, handlelength=1, labelcolor=INK
    )
    caption = (
        "Each run counts once, by the worst that happened in it: crisis is a display or use of force "
        "(levels 3 and 4), war is level 5, great-power war has great powers on both sides."
    )
    return drawn("outcomes", "How it ended", figure, caption)


@by_itself
def wins(study: PolicyOptions, verdicts: Sequence[Verdict]) -> ReportFigure:
    """How often each option is best, over worlds, or over seeds where there is one world."""
    rows = [i for i in shown_options(study, verdicts) if any(verdict.shares[i] > 0 for verdict in verdicts)]
    figure = blank(WIDTH, 1.1 + 0.36 * len(rows))
    panels = figure.subplots(1, len(verdicts), sharey=True, squeeze=False)[0]
    tint = tints(study)
    for axes, verdict in zip(panels, verdicts, strict=True):
        dress(axes, grid="x")
        shares = [verdict.shares[i] for i in rows]
        axes.barh(range(len(rows)), shares, color=[tint[i] for i in rows], height=0.62)
        for row, share in enumerate(shares):
            axes.text(share + 0.015, row, percent(share), va="center", fontsize=8.5, color=INK)
        axes.set_xlim(0, 1.18)
        axes.set_xticks([0, 0.25, 0.5, 0.75, 1])
        axes.xaxis.set_major_formatter(lambda share, _: f"{share:.0%}")
        heading(axes, "lowest escalation" if verdict.metric == "mean_severity" else "strongest order")
    name_rows(panels[0], [study.options[i].label for i in rows])
    many = len(study.worlds) > 1
    over = (
        f"{len(study.worlds):,} worlds (each by its mean over {study.seeds} seeds)" if many else f"{study.seeds} seeds"
    )
    caption = f"Share of {over} in which each is best; ties are divided. "
    if len(rows) < len(study.options):
        caption += f"{study.noun.capitalize()} that are never best, or come far behind, are left out."
    return drawn("wins", "How often each is best", figure, caption)


@by_itself
def costs(study: PolicyOptions) -> ReportFigure | None:
    """What lower escalation costs: a point an option; None where costs were not recorded."""
    metrics = [name for name in ("sender_cost", "target_cost") if name in study.values]
    if not metrics or "mean_severity" not in study.values:
        return None
    figure = blank(WIDTH, 4.0)
    panels = figure.subplots(1, len(metrics), sharey=True, squeeze=False)[0]
    tint = tints(study)
    for axes, metric in zip(panels, metrics, strict=True):
        dress(axes, grid="both")
        for i, option in enumerate(study.options):
            cost, severity = study.estimate(metric, i), study.estimate("mean_severity", i)
            axes.errorbar(
                cost.mean, severity.mean, xerr=arms(*cost), yerr=arms(*severity), fmt=MARKERS[i % len(MARKERS)],
                color=tint[i], markersize=8, elinewidth=1.4, markeredgecolor=PAPER, label=option.label,
            )  # fmt: skip
        axes.margins(0.1, 0.14)
        heading(axes, describe(metric).label)
        label(axes, x=describe(metric).unit)
    label(panels[0], x=describe(metrics[0]).unit, y="Escalation (mean severity)")
    if len(study.options) <= MOST_OPTIONS and not study.lever_names:
        figure.legend(
            *panels[0].get_legend_handles_labels(),
            loc="outside right center",
            frameon=False,
            fontsize=9,
            labelcolor=INK,
        )
    caption = "Crosses are 95% intervals of the mean. Costs are on average over the rounds of a run."
    return drawn("costs", "What lower escalation costs", figure, caption)


@by_itself
def drivers(strongest: Sequence[Driver], name: str, title: str, outcome: str, how: str) -> ReportFigure:
    """Rank correlations, strongest on top."""
    figure = blank(WIDTH, 1.0 + 0.34 * len(strongest))
    axes = dress(figure.add_subplot(), grid="x")
    axes.axvline(0, color=NEUTRAL, linewidth=1)
    for height, driver in enumerate(strongest):
        colour = "#0072B2" if driver.correlation.mean < 0 else "#D55E00"
        dot(axes, height, *driver.correlation, colour, width=BAR)
    axes.set_xlim(-1.02, 1.02)
    name_rows(axes, [driver.label for driver in strongest])
    label(axes, x=f"{how} with {outcome}")
    return drawn(name, title, figure, f"{how.capitalize()}; bars are 95% intervals by bootstrap (200 resamples).")


ALONG = ("mean_severity", "order", "great_power_war", "revision", "peace", "effective_powers", "concentration")
MOST_PANELS, COLUMNS = 6, 3
SHADE = 0.55
"""Place on a heat map's scale above which letters are white."""


@by_itself
def along(study: PolicyOptions, factor: str) -> ReportFigure | None:
    """Outcomes at each value of a factor that was set by design, a line an option."""
    metrics = [name for name in ALONG if name in study.values][:MOST_PANELS]
    if len(study.options) > MOST_OPTIONS or not metrics:
        return None
    parts = levels(study, factor, next(name for name in ("mean_severity", "order") if name in study.values))
    rows = -(-len(metrics) // COLUMNS)
    figure = blank(WIDTH, 0.5 + 2.5 * rows)
    panels = figure.subplots(rows, min(COLUMNS, len(metrics)), squeeze=False, sharex=True)
    title = describe_column(factor, "points").label
    numeric = all(part.value.replace(".", "", 1).isdigit() for part in parts)
    places = [float(part.value) for part in parts] if numeric else list(range(len(parts)))
    for axes, metric in zip(panels.flat, metrics, strict=False):
        _lines(dress(axes), [part.study for part in parts], places, metric)
        heading(axes, describe(metric).label)
        unit = describe(metric).unit
        label(axes, x=title, y="share of runs" if unit == SWITCH else unit)
        if not numeric:
            axes.set_xticks(places, [part.value for part in parts])
    for axes in panels.flat[len(metrics) :]:
        axes.set_visible(False)
    names = [option.label for option in study.options]
    figure.legend(
        panels[0, 0].get_lines()[: len(names)], names, loc="outside upper left", ncols=4, frameon=False, labelcolor=INK
    )
    caption = f"Means over the worlds and seeds at each value, with 95% intervals, along: {title.lower()}."
    return drawn(f"along-{factor.replace('.', '-')}", f"Along {title.lower()}", figure, caption)


def _lines(axes: Axes, parts: Sequence[PolicyOptions], places: Sequence[float], metric: str) -> None:
    tint = tints(parts[0])
    for i in range(len(parts[0].options)):
        estimates = [part.estimate(metric, i) for part in parts]
        low, high = ([getattr(one, end) for one in estimates] for end in ("low", "high"))
        axes.plot(
            places, [one.mean for one in estimates], marker=MARKERS[i % len(MARKERS)], color=tint[i], markersize=4.5
        )
        axes.fill_between(places, low, high, color=tint[i], alpha=0.18, linewidth=0)


@by_itself
def heat(study: PolicyOptions, metric: str) -> ReportFigure | None:
    """A metric over two levers of a grid, a panel for each value of the third (others averaged)."""
    names = study.lever_names
    if len(names) < 2:
        return None
    frame = pd.DataFrame([dict(option.cell) for option in study.options])
    across, down, *third = sorted(names, key=lambda name: -frame[name].nunique())[:3]
    frame["value"] = study.values[metric].mean(axis=(1, 2))
    parts: list[tuple[Any, pd.DataFrame]] = list(frame.groupby(third[0])) if third else [(None, frame)]
    columns, rows = (sorted(frame[name].unique().tolist()) for name in (across, down))
    figure = blank(WIDTH, 1.1 + 0.42 * len(rows))
    panels = figure.subplots(1, len(parts), sharey=True, squeeze=False)[0]
    low, high = float(frame["value"].min()), float(frame["value"].max())
    for axes, (fixed, part) in zip(panels, parts, strict=True):
        table = part.pivot_table("value", down, across).reindex(index=rows, columns=columns)
        axes.imshow(table.to_numpy(), cmap="cividis_r", vmin=low, vmax=high, aspect="auto")
        _write(axes, table.to_numpy(), low, high)
        _ticks(axes, columns, rows)
        label(axes, x=across.replace("_", " "))
        if third:
            heading(axes, f"{third[0].replace('_', ' ')} {fixed:g}")
    label(panels[0], x=across.replace("_", " "), y=down.replace("_", " "))
    entry = describe(metric)
    caption = f"Mean of {entry.label.lower()} ({entry.unit}) over {study.seeds} seeds a cell; the same luck in all."
    return drawn(f"heat-{metric}", f"{entry.label} over the grid", figure, caption)


def _write(axes: Axes, table: Floats, low: float, high: float) -> None:
    for (row, column), value in np.ndenumerate(table):
        if np.isnan(value):  # no run of this cell is there yet
            continue
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


@by_itself
def over_time(study: PolicyOptions, metric: str) -> ReportFigure | None:
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
    return np.nanquantile(values.reshape(-1, values.shape[-1]), (0.05, 0.25, 0.5, 0.75, 0.95), axis=0)


def _when(scenarios: Sequence[str], rounds: int) -> Floats:
    """Years along the axis: of the scenario if there is one, else from 2000."""
    try:
        start = load_scenario(scenarios[0]).start if len(scenarios) == 1 else "2000Q1"
    except GreatPowersError:
        start = "2000Q1"
    return frames.years(start, rounds)
