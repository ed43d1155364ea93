"""The tables of a report, ready for the page."""

import math
from collections.abc import Sequence
from dataclasses import replace

from greatpowers.dictionary import describe
from greatpowers.experiments.columns import describe_column
from greatpowers.experiments.report.figures import shown_options
from greatpowers.experiments.report.findings import Driver, Level, Verdict
from greatpowers.experiments.report.options import PolicyOptions
from greatpowers.experiments.report.words import half_width, number, scaled
from greatpowers.presentation.html import Cell, Heading, HtmlTable, TableRow
from greatpowers.simulation.intervals import Interval, interval_of
from greatpowers.simulation.summary import HEADLINES

FURTHER = ("nuclear_uses", "peace", "effective_powers", "concentration", "battle_deaths")
MOST_COLUMNS = 8
SHARE_OF_RUNS = "0 or 1"


def tabled_metrics(study: PolicyOptions) -> list[str]:
    """Metrics that get a column: the headlines recorded, and some more where there is room."""
    return [name for name in (*HEADLINES, *FURTHER) if name in study.values][:MOST_COLUMNS]


def means_table(study: PolicyOptions, verdicts: Sequence[Verdict]) -> HtmlTable:
    """Mean of every metric under every option."""
    metrics = tabled_metrics(study)
    best = {found.metric: found.best for found in verdicts if not found.constant and len(study.options) > 1}
    chosen = shown_options(study, verdicts)
    columns = [_column([_estimate(study, metric, option) for option in chosen], metric) for metric in metrics]
    rows = []
    for place, option in enumerate(chosen):
        cells = [Cell(study.options[option].label)]
        for metric, column in zip(metrics, columns, strict=True):
            cells.append(replace(column[place], kind="best" if best.get(metric) == option else ""))
        rows.append(TableRow(tuple(cells), option == study.baseline and len(study.options) > 1))
    caption = "Means, with 95 % intervals; a star marks the best by escalation and by order, shading the baseline."
    if len(rows) < len(study.options):
        caption += f" The best {len(rows)} of {len(study.options)} {study.noun}; all are in the data."
    return HtmlTable(caption, (Heading(study.noun.capitalize()[:-1].replace("ie", "y")), *_heads(metrics)), tuple(rows))


def differences_table(study: PolicyOptions, verdicts: Sequence[Verdict]) -> HtmlTable:
    """Paired difference of every option from the baseline."""
    metrics = tabled_metrics(study)
    chosen = [option for option in shown_options(study, verdicts) if option != study.baseline]
    columns = [
        _column([study.difference(metric, option, study.baseline) for option in chosen], metric, signed=True)
        for metric in metrics
    ]
    rows = [
        TableRow((Cell(study.options[option].label), *(column[place] for column in columns)))
        for place, option in enumerate(chosen)
    ]
    base = study.options[study.baseline].label
    caption = f"Paired differences from {base} on the same worlds and the same luck, with 95 % intervals."
    return HtmlTable(caption, (Heading(f"Against {base}"), *_heads(metrics)), tuple(rows))


def levels_table(factor: str, found: Sequence[Level], metric: str, study: PolicyOptions) -> HtmlTable:
    """The best option and its gain at each value of a factor."""
    title = describe_column(factor, "points").label
    base = study.options[study.baseline].label
    rows = tuple(
        TableRow((
            Cell(level.value),
            Cell(f"{level.worlds:,}"),
            Cell(level.best, kind="text"),
            _cell(level.difference, signed=True),
        ))
        for level in found
    )  # fmt: skip
    heads = (
        Heading(title),
        Heading("Worlds"),
        Heading("Best", text=True),
        Heading(f"Difference from {base}", describe(metric).unit),
    )
    return HtmlTable(f"Best by {describe(metric).label.lower()} at each value of: {title.lower()}.", heads, rows)


def drivers_table(found: Sequence[Driver], outcome: str, caption: str) -> HtmlTable:
    """What drives an outcome, and the outcome where each driver is low and high."""
    rows = tuple(
        TableRow((
            Cell(f"{driver.label}: {driver.meaning}"),
            _cell(driver.correlation, signed=True),
            Cell(number(driver.where_low, 0.01), f"up to {driver.low:.3g}"),
            Cell(number(driver.where_high, 0.01), f"from {driver.high:.3g}"),
        ))
        for driver in found
    )  # fmt: skip
    heads = (
        Heading("What varies"),
        Heading("Rank correlation"),
        Heading("Where it is low", outcome),
        Heading("Where it is high", outcome),
    )
    return HtmlTable(caption, heads, rows)


def _estimate(study: PolicyOptions, metric: str, option: int) -> Interval:
    """The mean with its interval; of Wilson for a share of runs in one world."""
    values = study.values[metric][option]
    if len(study.worlds) == 1:
        return interval_of(values[0], describe(metric).unit)
    return study.estimate(metric, option)


def _column(found: Sequence[Interval], metric: str, signed: bool = False) -> list[Cell]:
    """Cells with as many decimals as their middling interval bears; shares of runs in per cent."""
    scale = 100.0 if describe(metric).unit == SHARE_OF_RUNS else 1.0
    values = [scaled(one, scale) for one in found]
    halves = sorted(half for one in values if (half := half_width(one)) > 0)
    return [
        _cell(one, signed, halves[len(halves) // 2] / (10 if scale > 1 else 1) if halves else math.nan)
        for one in values
    ]


def _cell(found: Interval, signed: bool = False, half: float = math.nan) -> Cell:
    own = half_width(found)
    half = half if math.isfinite(half) else own
    if not math.isfinite(own) or own == 0:
        return Cell(number(found.mean, half, signed))
    bounds = f"{number(found.low, half, signed)} to {number(found.high, half, signed)}"
    return Cell(number(found.mean, half, signed), bounds)


def _heads(metrics: Sequence[str]) -> list[Heading]:
    units = [describe(name).unit for name in metrics]
    shown = ["% of runs" if unit == SHARE_OF_RUNS else unit for unit in units]
    return [Heading(describe(name).label, unit) for name, unit in zip(metrics, shown, strict=True)]
