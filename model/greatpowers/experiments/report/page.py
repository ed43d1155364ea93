"""From results to the finished page."""

import math
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from markupsafe import Markup

from greatpowers.core.levers import SWITCH
from greatpowers.dictionary import describe, place_columns
from greatpowers.experiments.report import figures, findings, origin, words
from greatpowers.experiments.report.figures import shown_options
from greatpowers.experiments.report.options import NEEDED, PolicyOptions, build_study
from greatpowers.experiments.report.robust import discovered, robust
from greatpowers.experiments.report.words import bounds, half_width, scaled
from greatpowers.experiments.results import Results, open_results, read_cube
from greatpowers.experiments.store import describe_column
from greatpowers.presentation.figures import own_style
from greatpowers.presentation.html import Cell, Cells, Heading, Headings, HtmlTable, rendered, row_of, shown
from greatpowers.presentation.style import count as number_of, number
from greatpowers.scenario.errors import GreatPowersError
from greatpowers.scenario.library import first_of
from greatpowers.simulation.intervals import LEVEL, Interval, simultaneous
from greatpowers.simulation.summary import HEADLINES
from greatpowers.statistics.outcomes import is_partial
from greatpowers.storage.files import check_can_be_written, checked_path, disk_faults, write_text, write_whole

REPORT = "report.html"
GENERATOR = "greatpowers report"


def write_report(directory: str | Path, out: str | Path | None = None) -> Path:
    """Write the report of an experiment, complete or not, and return its path: ``report.html`` beside the data.

    Raises :class:`GreatPowersError` if there is nothing to report, or, before anything is read and drawn, if `out` is a
    file of another origin or cannot be written.
    """
    results = open_results(directory)
    path = checked_path(out if out is not None else results.directory / REPORT)
    _refuse_foreign(path)
    check_can_be_written(path)
    results.check_whole()
    with own_style():
        text = render(results)
    with disk_faults(path, kept=False):
        if path.exists() and not path.is_file():  # a pipe or a terminal
            write_text(path, text)
        else:
            write_whole(path.resolve(), text)
    return path


def _refuse_foreign(path: Path) -> None:
    if path.is_dir():
        raise GreatPowersError(f"{path}: this is a directory; expected the name of a file.")
    if path.is_file() and path.stat().st_size and GENERATOR.encode() not in first_of(path, 4000):
        raise GreatPowersError(
            f"{path}: this file is not a report that greatpowers wrote; it is left alone, choose another name."
        )


def render(results: Results) -> str:
    """The page as text; equal results give equal text."""
    study = build_study(results, read_cube(results, _needed(results)))
    verdicts = [findings.verdict(study, metric) for metric in findings.GOALS if metric in study.values]
    return rendered("experiments/report/page.html", generator=GENERATOR, **_content(study, verdicts))


def _needed(results: Results) -> list[str]:
    recorded = results.metrics
    if not set(findings.GOALS) & set(recorded):
        wanted = " or ".join(f"'{name}'" for name in findings.GOALS)
        raise GreatPowersError(
            f"{results.directory}: a report needs {wanted}, and neither was recorded; "
            f"run the experiment again with one of them among its metrics."
        )
    own = (entry.name for entry in results.own_metrics)
    wanted_names = (*HEADLINES, *FURTHER, *NEEDED, *figures.ALONG, *own, *place_columns(results.places))
    return [name for name in dict.fromkeys(wanted_names) if name in recorded]


def _content(study: PolicyOptions, verdicts: list[findings.Verdict]) -> dict[str, Any]:
    experiment, results = study.results.experiment, study.results
    main = next((verdict for verdict in verdicts if not verdict.constant), verdicts[0])
    factors = findings.designed_factors(study) if len(study.options) > 1 else []
    parts = [(name, findings.levels(study, name, main.metric)) for name in factors]
    return {
        "name": results.name,
        "title": str(experiment.get("title") or results.name),
        "question": str(experiment.get("question", "")),
        "summary": coded(str(experiment.get("summary", ""))),
        "noun": study.noun,
        "answer": words.answer(study, verdicts),
        "details": words.details(study, verdicts),
        "flips": words.flips(study, verdicts),
        "notes": origin.notes(study),
        "basis": [origin.basis(study), *origin.doubts(study, findings.comparisons(study, verdicts))],
        "tables": _tables(study, verdicts),
        "figures": _figures(study, verdicts),
        "robust": [part for part in (robust(study, one) for one in verdicts) if part is not None],
        "discovered": discovered(study, main),
        "level_figures": [drawn for name in factors if (drawn := figures.along(study, name)) is not None],
        "level_tables": [levels_table(name, levels, main.metric, study) for name, levels in parts],
        "driver_sections": _driver_sections(study, main),
        "facts": origin.facts(study),
        "experiment_text": results.experiment_text,
        "caveats": origin.caveats(study),
        "commands": origin.commands(results),
        "worth": origin.worth_a_look(study, main),
        "origin": origin.origin(results),
    }


def coded(text: str) -> Markup:
    """The text with what stands between backticks set as code."""
    parts = (Markup("<code>{}</code>" if k % 2 else "{}").format(part) for k, part in enumerate(text.split("`")))
    return Markup("").join(parts)


def _tables(study: PolicyOptions, verdicts: list[findings.Verdict]) -> list[HtmlTable]:
    tables = [means_table(study, verdicts)]
    if len(study.options) > 1:
        tables.append(differences_table(study, verdicts))
        tables += [doubt_table(study, verdicts, one) for one in verdicts if not one.constant]
    return [*tables, *(place_table(study, verdicts, place) for place in study.results.places)]


def _figures(study: PolicyOptions, verdicts: list[findings.Verdict]) -> list[figures.ReportFigure]:
    varying = [verdict for verdict in verdicts if not verdict.constant]
    drawn: list[figures.ReportFigure | None] = []
    if varying and study.lever_names:
        drawn += [figures.heat(study, verdict.metric) for verdict in varying]
    if varying and len(study.options) > 1:
        drawn += [figures.differences(study, varying), figures.wins(study, varying)]
    drawn.append(figures.outcomes(study, verdicts))
    drawn += [figures.over_time(study, verdict.metric) for verdict in verdicts]
    if varying and len(study.options) > 1:
        drawn.append(figures.costs(study))
    return [figure for figure in drawn if figure is not None]


DriverSection = tuple[figures.ReportFigure, HtmlTable]
"""What drives one outcome."""


def _driver_sections(study: PolicyOptions, main: findings.Verdict) -> list[DriverSection]:
    sections = []
    if drivers := findings.lever_drivers(study, main.metric):
        noun = words.QUANTITY[main.metric]
        sections.append(
            _section("levers", f"Which levers move {noun}", drivers, noun, len(study.options), len(drivers))
        )
    against = dict.fromkeys((study.baseline, main.runner_up))  # the baseline, and the one that follows the best
    for other in (option for option in against if option is not None and option != main.best):
        if drivers := findings.world_drivers(study, main.metric, main.best, other):
            best, held = study.options[main.best].label, study.options[other].label
            title = f"What moves the difference of {best} from {held}"
            outcome = f"difference in {words.QUANTITY[main.metric]}"
            count = len(findings.numeric_factors(study))
            sections.append(_section(f"drivers-{other}", title, drivers, outcome, len(study.worlds), count))
    return sections


def _section(
    name: str, title: str, drivers: Sequence[findings.Driver], outcome: str, cases: int, factors: int
) -> DriverSection:
    how = "partial rank correlation" if is_partial(cases, factors) else "rank correlation"
    sure = sum(driver.correlation.leaves_out_zero for driver in drivers)
    which = f"The strongest {len(drivers)} of {factors} that vary" if len(drivers) < factors else "What varies"
    caption = (
        f"{which}, by {how} with the {outcome}; the 95% interval leaves out zero for {sure} of {len(drivers)}. "
        "Low and high: the mean in the lowest and the highest third of its values."
    )
    drawn = figures.drivers(drivers, name, title, f"the {outcome}", how)
    return drawn, drivers_table(drivers, outcome, caption)


FURTHER = ("nuclear_uses", "peace", "effective_powers", "concentration", "battle_deaths")
MOST_COLUMNS = 8


def tabled_metrics(study: PolicyOptions) -> list[str]:
    """Metrics that get a column: the headlines recorded, some more where there is room, and all of the user's own.

    Those that are the same in every run are left out, unless all are.
    """
    names = [name for name in (*HEADLINES, *FURTHER) if name in study.values][:MOST_COLUMNS]
    names += [entry.name for entry in study.results.own_metrics if entry.name in study.values]
    return [name for name in names if not same_everywhere(study, name)] or names


def same_everywhere(study: PolicyOptions, metric: str) -> bool:
    """Whether a metric is the same in every run."""
    values = study.values[metric]
    return bool((values == values.flat[0]).all())


def means_table(study: PolicyOptions, verdicts: Sequence[findings.Verdict]) -> HtmlTable:
    """Mean of every metric under every option."""
    metrics = tabled_metrics(study)
    best = {verdict.metric: verdict.best for verdict in verdicts if not verdict.constant and len(study.options) > 1}
    chosen = shown_options(study, verdicts)
    columns = [
        _column([study.estimate(metric, option) for option in chosen], _unit(study, metric)) for metric in metrics
    ]
    rows = []
    for place, option in enumerate(chosen):
        cells = (
            replace(column[place], kind="best" if best.get(metric) == option else "")
            for metric, column in zip(metrics, columns, strict=True)
        )
        base = option == study.baseline and len(study.options) > 1
        rows.append(row_of((study.options[option].label, *cells), base))
    caption = "Means, with 95% intervals; a star marks the best by escalation and by order, shading the baseline."
    if len(rows) < len(study.options):
        caption += f" The best {len(rows)} of {len(study.options)} {study.noun}; all are in the data."
    noun = study.noun.capitalize()[:-1].replace("ie", "y")
    return shown(caption, (noun, *_heads(study, metrics)), rows)


def place_table(study: PolicyOptions, verdicts: Sequence[findings.Verdict], place: str) -> HtmlTable:
    """What becomes of one place under every option: outcomes that are the same in every run are left out."""
    columns = [name for name in place_columns([place]) if not same_everywhere(study, name)]
    chosen = shown_options(study, verdicts)
    cells = [_column([study.estimate(name, option) for option in chosen], _unit(study, name)) for name in columns]
    rows = [
        row_of((study.options[option].label, *(column[row] for column in cells)), option == study.baseline)
        for row, option in enumerate(chosen)
    ]
    heads = [Heading(head.label.removesuffix(f", {place}"), head.unit) for head in _heads(study, columns)]
    caption = f"What becomes of {place}: means, with 95% intervals. What is the same in every run is left out."
    return shown(caption, (place, *heads), rows)


def differences_table(study: PolicyOptions, verdicts: Sequence[findings.Verdict]) -> HtmlTable:
    """Paired difference of every option from the baseline."""
    metrics = tabled_metrics(study)
    chosen = [option for option in shown_options(study, verdicts) if option != study.baseline]
    columns = [
        _column([study.difference(metric, option, study.baseline) for option in chosen], _unit(study, metric), True)
        for metric in metrics
    ]
    rows: list[Cells] = [
        (study.options[option].label, *(column[place] for column in columns)) for place, option in enumerate(chosen)
    ]
    base = study.options[study.baseline].label
    caption = f"Paired differences from {base} on the same worlds and the same luck, with 95% intervals."
    return shown(caption, (f"Against {base}", *_heads(study, metrics)), rows)


def doubt_table(study: PolicyOptions, verdicts: Sequence[findings.Verdict], verdict: findings.Verdict) -> HtmlTable:
    """Every kind of doubt there is about each difference from the baseline by one metric."""
    many, metric = findings.comparisons(study, verdicts), verdict.metric
    chosen = [option for option in shown_options(study, verdicts) if option != study.baseline]
    columns: dict[Heading, list[Interval]] = {}

    def add(heading: str, unit: str, interval: Callable[[int], Interval]) -> None:
        columns[Heading(heading, unit)] = [interval(option) for option in chosen]

    def difference(option: int, level: float = LEVEL) -> Interval:
        return study.difference(metric, option, study.baseline, level)

    if study.sampled:
        add("Luck", "in these worlds", lambda option: study.by_luck(metric, option, study.baseline))
    add("Luck and worlds" if study.sampled else "Luck", "by itself", difference)
    if many > 1:
        together = "both together" if many == 2 else f"all {many} together"
        add("The same", together, lambda option: difference(option, simultaneous(many)))
    if study.sampled:
        add("Left open", f"by {study.drawn_from}", lambda option: study.left_open(metric, option, study.baseline))
    half = typical_half(next(iter(columns.values())))
    rows = [
        (study.options[option].label, number(spans[0].mean, half, True), *(bounds(one, half, True) for one in spans))
        for option, spans in zip(chosen, zip(*columns.values(), strict=True), strict=True)
    ]
    entry, base = study.results.describe(metric), study.options[study.baseline].label
    caption = f"{entry.label}: differences from {base} ({entry.unit}) and their 95% intervals by kind of doubt."
    return shown(caption, (f"Against {base}", "Difference", *columns), rows)


def levels_table(factor: str, levels: Sequence[findings.Level], metric: str, study: PolicyOptions) -> HtmlTable:
    """The best option and its gain at each value of a factor; how many worlds, if that is not always the same."""
    title = describe_column(factor, "points").label
    base, unit = study.options[study.baseline].label, _unit(study, metric)
    counts = {level.worlds for level in levels}
    many = ["Worlds"] if len(counts) > 1 else []
    rows: list[Cells] = [
        (level.value, *(f"{level.worlds:,}" for _ in many), Cell(level.best, kind="text"), gain)
        for level, gain in zip(levels, _column([level.difference for level in levels], unit, True), strict=True)
    ]
    heads: Headings = (title, *many, Heading("Best", text=True), Heading(f"Difference from {base}", unit))
    each = f", over {number_of(counts.pop(), 'world')} each" if not many else ""
    return shown(f"Best by {describe(metric).label.lower()} at each value of: {title.lower()}{each}.", heads, rows)


CORRELATION = 0.05
"""How finely rank correlations are told."""


def drivers_table(drivers: Sequence[findings.Driver], outcome: str, caption: str) -> HtmlTable:
    """What drives an outcome, and the outcome where each driver is low and high, as finely as these differ."""
    apart = sorted(abs(driver.where_high - driver.where_low) for driver in drivers)
    fine = apart[len(apart) // 2] / 5
    rows = [
        (
            f"{driver.label}: {driver.meaning}",
            _cell(driver.correlation, True, CORRELATION),
            Cell(number(driver.where_low, fine), f"up to {driver.low:.3g}"),
            Cell(number(driver.where_high, fine), f"from {driver.high:.3g}"),
        )
        for driver in drivers
    ]
    ends = (Heading(f"Where it is {end}", outcome) for end in ("low", "high"))
    return shown(caption, ("What varies", "Rank correlation", *ends), rows)


def _unit(study: PolicyOptions, metric: str) -> str:
    return study.results.describe(metric).unit


def _column(intervals: Sequence[Interval], unit: str, signed: bool = False) -> list[Cell]:
    """Cells with as many decimals as their intervals bear, the narrowest of them one; shares of runs in per cent."""
    scale = 100.0 if unit == SWITCH else 1.0
    values = [scaled(one, scale) for one in intervals]
    half = typical_half(values)
    return [_cell(one, signed, half / (10 if scale > 1 else 1)) for one in values]


def typical_half(intervals: Sequence[Interval]) -> float:
    """Half the middling interval, or of the narrowest if that takes no more than one decimal more; NaN without any."""
    halves = sorted(half for one in intervals if (half := half_width(one)) > 0)
    return max(halves[0], halves[len(halves) // 2] / 10) if halves else math.nan


def _cell(interval: Interval, signed: bool = False, half: float = math.nan) -> Cell:
    own = half_width(interval)
    half = half if math.isfinite(half) else own
    span = bounds(interval, half, signed) if math.isfinite(own) and own else ""
    return Cell(number(interval.mean, half, signed), span)


def _heads(study: PolicyOptions, metrics: Sequence[str]) -> list[Heading]:
    entries = [study.results.describe(name) for name in metrics]
    return [Heading(entry.label, "% of runs" if entry.unit == SWITCH else entry.unit) for entry in entries]
