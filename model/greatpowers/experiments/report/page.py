"""From results to the finished page."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from greatpowers.experiments.report import figures, origin, tables, words
from greatpowers.experiments.report.findings import (
    GOALS,
    Driver,
    Verdict,
    designed_factors,
    levels,
    lever_drivers,
    verdict,
    world_drivers,
)
from greatpowers.experiments.report.options import NEEDED, PolicyOptions, build_study
from greatpowers.experiments.report.robust import discovered, robust
from greatpowers.experiments.results import Results, open_results, read_cube
from greatpowers.presentation.figures import own_style
from greatpowers.presentation.html import GENERATOR, PAGE, HtmlTable, rendered
from greatpowers.scenario.errors import GreatPowersError
from greatpowers.simulation.summary import HEADLINES
from greatpowers.statistics.resampling import is_partial
from greatpowers.storage.files import checked_path, disk_faults, write_text, write_whole

REPORT = "report.html"


def write_report(directory: str | Path, out: str | Path | None = None) -> Path:
    """Write the report of an experiment, complete or not, and return its path: ``report.html`` beside the data.

    Raises :class:`GreatPowersError` if there is nothing to report, or if `out` is a file of somebody else.
    """
    results = open_results(directory)
    path = checked_path(out if out is not None else results.directory / REPORT)
    _refuse_foreign(path)
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
    if path.is_file() and path.stat().st_size and GENERATOR not in path.read_bytes()[:4000].decode("utf-8", "replace"):
        raise GreatPowersError(f"{path}: this file is not a report of ours; it is left alone, choose another name.")


def render(results: Results) -> str:
    """The page as text; equal results give equal text."""
    study = build_study(results, read_cube(results, _needed(results)))
    verdicts = [verdict(study, metric) for metric in words.goal_metrics(study)]
    return rendered(PAGE, generator=GENERATOR, **_content(study, verdicts))


def _needed(results: Results) -> list[str]:
    recorded = results.metrics
    if not set(GOALS) & set(recorded):
        wanted = " or ".join(f"'{name}'" for name in GOALS)
        raise GreatPowersError(
            f"{results.directory}: a report needs {wanted}, and neither was recorded; "
            f"run the experiment again with one of them among its metrics."
        )
    wanted_names = (*HEADLINES, *tables.FURTHER, *NEEDED, *figures.ALONG)
    return [name for name in dict.fromkeys(wanted_names) if name in recorded]


def _content(study: PolicyOptions, verdicts: list[Verdict]) -> dict[str, Any]:
    experiment, results = study.results.experiment, study.results
    main = next((found for found in verdicts if not found.constant), verdicts[0])
    factors = designed_factors(study) if len(study.options) > 1 else []
    parts = [(name, levels(study, name, main.metric)) for name in factors]
    return {
        "name": results.name,
        "title": str(experiment.get("title") or results.name),
        "question": str(experiment.get("question", "")),
        "summary": str(experiment.get("summary", "")),
        "noun": study.noun,
        "answer": words.answer(study, verdicts),
        "details": words.details(study, verdicts),
        "flips": words.flips(study, verdicts),
        "notes": origin.notes(study),
        "basis": origin.basis(study),
        "tables": _tables(study, verdicts),
        "figures": _figures(study, verdicts),
        "robust": [part for part in (robust(study, one) for one in verdicts) if part is not None],
        "discovered": discovered(study, main),
        "level_figures": list(figures.all_of([figures.along(study, name) for name in factors])),
        "level_tables": [tables.levels_table(name, found, main.metric, study) for name, found in parts],
        "driver_sections": _driver_sections(study, main),
        "facts": origin.facts(study),
        "experiment_text": results.experiment_text,
        "caveats": origin.caveats(study),
        "commands": origin.commands(results),
        "worth": origin.worth_a_look(study, main),
        "origin": origin.origin(results),
    }


def _tables(study: PolicyOptions, verdicts: list[Verdict]) -> list[HtmlTable]:
    found = [tables.means_table(study, verdicts)]
    return [*found, tables.differences_table(study, verdicts)] if len(study.options) > 1 else found


def _figures(study: PolicyOptions, verdicts: list[Verdict]) -> list[figures.ReportFigure]:
    told = [found for found in verdicts if not found.constant]
    found: list[figures.ReportFigure | None] = []
    if told and study.lever_names:
        found += [figures.heat(study, one.metric) for one in told]
    if told and len(study.options) > 1:
        found += [figures.differences(study, told), figures.wins(study, told)]
    found.append(figures.outcomes(study, verdicts))
    found += [figures.over_time(study, one.metric) for one in verdicts]
    if told and len(study.options) > 1:
        found.append(figures.costs(study))
    return list(figures.all_of(found))


@dataclass(frozen=True)
class Section:
    """A figure and a table on what drives one outcome."""

    figure: figures.ReportFigure
    table: HtmlTable


def _driver_sections(study: PolicyOptions, main: Verdict) -> list[Section]:
    sections = []
    if found := lever_drivers(study, main.metric):
        noun = words.QUANTITY[main.metric]
        sections.append(_section("levers", f"Which levers move {noun}", found, noun, len(study.options), len(found)))
    for other in _others(study, main):
        if found := world_drivers(study, main.metric, main.best, other):
            best, held = study.options[main.best].label, study.options[other].label
            title = f"What moves the difference of {best} from {held}"
            outcome = f"difference in {words.QUANTITY[main.metric]}"
            count = len(study.factors)
            sections.append(_section(f"drivers-{other}", title, found, outcome, len(study.worlds), count))
    return sections


def _others(study: PolicyOptions, main: Verdict) -> list[int]:
    """Whom the best is held against: the baseline, and the one that follows it."""
    wanted = (study.baseline, main.runner_up)
    return [other for other in dict.fromkeys(wanted) if other is not None and other != main.best]


def _section(name: str, title: str, found: Sequence[Driver], outcome: str, cases: int, factors: int) -> Section:
    how = "partial rank correlation" if is_partial(cases, factors) else "rank correlation"
    sure = sum(np.sign(driver.correlation.low) == np.sign(driver.correlation.high) for driver in found)
    caption = (
        f"The strongest {len(found)} of {factors} that vary, by {how} with the {outcome}; for {sure} of them the "
        "95 % interval leaves out zero. Low and high: the mean in the lowest and the highest third of its values."
    )
    drawn = figures.drivers(found, name, title, f"the {outcome}", how)
    return Section(drawn, tables.drivers_table(found, outcome, caption))
