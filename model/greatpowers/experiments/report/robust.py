"""How the options hold over many worlds: regret, worst worlds, how often each is best, and where the best is beaten."""

import math
from dataclasses import dataclass

import numpy as np
import pandas as pd

from greatpowers.dictionary import describe
from greatpowers.experiments.report.figures import WIDTH, ReportFigure, by_itself, drawn, shown_options, tints
from greatpowers.experiments.report.findings import GOALS, SAME, Verdict
from greatpowers.experiments.report.options import Bools, PolicyOptions
from greatpowers.experiments.report.words import NOUNS
from greatpowers.presentation.html import Cell, Heading, HtmlTable, blank, row_of, shown
from greatpowers.presentation.style import dress, listed, number, percent
from greatpowers.scenario.errors import GreatPowersError
from greatpowers.statistics.checks import varied_factors
from greatpowers.statistics.figures import draw_box, draw_regret
from greatpowers.statistics.outcomes import Matched
from greatpowers.statistics.robustness import MEASURES, best_shares, robustness
from greatpowers.statistics.scenario_discovery import LEAST_CASES, Box, prim

TABLED = ("laplace", "maximin", "minimax_regret", "regret_90", "starr_domain")
FEWEST_WORLDS = 10
MOST_WORK, FEWEST_RESAMPLES, MOST_RESAMPLES = 10**8, 100, 400
"""Values that are drawn again in all, and bounds of how often."""


@dataclass(frozen=True)
class Robust:
    """A paragraph, a table and a figure by one metric."""

    text: str
    table: HtmlTable
    figure: ReportFigure


def robust(study: PolicyOptions, verdict: Verdict) -> Robust | None:
    """The options by measures of robustness; None where there is one option, few worlds, or nothing between them."""
    if len(study.options) < 2 or len(study.worlds) < FEWEST_WORLDS or verdict.constant:
        return None
    chosen = shown_options(study, [verdict])
    labels = [study.options[i].label for i in chosen]
    values = study.values[verdict.metric][chosen]
    case = Matched(
        verdict.metric,
        labels,
        list(range(len(study.worlds))),
        list(range(study.seeds)),
        values,
        describe(verdict.metric),
    )
    base = study.options[study.baseline].label
    resamples = int(np.clip(MOST_WORK // values.size, FEWEST_RESAMPLES, MOST_RESAMPLES))
    measured = robustness(case, verdict.metric, GOALS[verdict.metric], baseline=base, resamples=resamples)
    shares = best_shares(case, verdict.metric, GOALS[verdict.metric], resamples=resamples)
    return Robust(
        _text(measured, verdict, study), _table(measured, shares, study, verdict, base), regret(study, case, chosen)
    )


def _text(measured: pd.DataFrame, verdict: Verdict, study: PolicyOptions) -> str:
    """Which option each way of being careful prefers."""
    first = measured[measured["measure"].isin(TABLED) & (measured["rank"] == 1)]
    names = {str(m): list(part["policy"]) for m, part in first.groupby("measure", sort=False)}
    winners = list(dict.fromkeys(name for part in names.values() for name in part))
    metric = describe(verdict.metric).label.lower()
    if len(winners) == 1:
        return f"By {metric}, {winners[0]} is the most robust by every measure in the table."
    phrases = {name: [MEASURES[m].phrase for m, part in names.items() if name in part] for name in winners}
    clauses = [f"{name} by {listed(parts, len(parts))}" for name, parts in phrases.items()]
    return (
        f"Which is the most robust by {metric} depends on what one fears: {'; '.join(clauses)}. "
        "Where intervals in the table overlap, this order is not sure."
    )


def _table(
    measured: pd.DataFrame, shares: pd.DataFrame, study: PolicyOptions, verdict: Verdict, base: str
) -> HtmlTable:
    unit = describe(verdict.metric).unit
    decimals = {name: _finest(measured[measured["measure"] == name]) for name in TABLED}
    rows = []
    for share in shares.to_dict("records"):
        own = measured[measured["policy"] == share["policy"]].set_index("measure")
        cells = [_share(share["worlds_best"], share["worlds_low"], share["worlds_high"])]
        for name in TABLED:
            value, low, high = (float(x) for x in own.loc[name, ["value", "low", "high"]].to_numpy())
            part = MEASURES[name].kind == "share"
            cell = _share(value, low, high) if part else _value(value, low, high, decimals[name])
            cells.append(Cell(cell.value, cell.range, "best" if own.loc[name, "rank"] == 1 else ""))
        rows.append(row_of((str(share["policy"]), *cells), share["policy"] == base))
    limit = number(float(measured["threshold"].iloc[0]))
    caption = (
        f"{describe(verdict.metric).label} over {len(study.worlds):,} worlds, each by its mean over {study.seeds} "
        "seeds, with 95% intervals by bootstrap; a star marks the most robust. Regret: how far from the best of the "
        "same world. Starr's domain: share of worlds that do at least as well as the middle one under "
        f"{base} ({limit}). Worst worlds are the worst of those drawn, and partly bad luck. (McPhail et al. 2018)"
    )
    heads = [Heading("Best", "share of worlds")]
    heads += [
        Heading(MEASURES[name].label, "share of worlds" if MEASURES[name].kind == "share" else unit) for name in TABLED
    ]
    return shown(caption, ("Policy" if not study.lever_names else "Setting", *heads), rows)


@by_itself
def regret(study: PolicyOptions, case: Matched, chosen: list[int]) -> ReportFigure:
    """How far each option is from the best of the same world."""
    figure = blank(WIDTH, 4.2)
    tint = tints(study)
    axes = dress(figure.add_subplot(), grid="both")
    draw_regret(axes, case, GOALS[case.metric], {study.options[i].label: tint[i] for i in chosen})
    caption = (
        f"Regret over {len(case.worlds):,} worlds: how far each is from the best one of the same world. Dots: the "
        "largest; crosses: what nine worlds in ten stay below. Further left and lower is more robust."
    )
    title = f"Regret in {describe(case.metric).label.lower()}"
    return drawn(f"regret-{case.metric}", title, figure, caption)


def _share(value: float, low: float, high: float) -> Cell:
    return Cell(percent(value), f"{percent(low)} to {percent(high)}")


def _value(value: float, low: float, high: float, half: float) -> Cell:
    return Cell(number(value, half), f"{number(low, half)} to {number(high, half)}")


def _finest(column: pd.DataFrame) -> float:
    """Half the narrowest interval of a column, by which all of it is rounded."""
    halves = (column["high"] - column["low"]) / 2
    return float(halves[halves > 0].min()) if (halves > 0).any() else math.nan


FEWEST_WORLDS_OF_A_BOX = 100


def discovered(study: PolicyOptions, verdict: Verdict) -> tuple[str, ReportFigure | None] | None:
    """The worlds in which another option does better than the best: a paragraph, and a figure where there is a box.

    None where worlds are few or nothing varies.
    """
    factors = varied_factors(study.worlds)
    if len(study.options) < 2 or len(study.worlds) < FEWEST_WORLDS_OF_A_BOX or not factors or verdict.constant:
        return None
    cases, best = _beaten(study, verdict), study.options[verdict.best].label
    what = f"another one does better than {best} by {NOUNS[verdict.metric]}"
    hits = int(cases.sum())
    if min(hits, len(cases) - hits) < LEAST_CASES:
        text = f"{what[:1].upper()}{what[1:]} in {hits:,} of {len(cases):,} worlds, which leaves nothing to tell apart."
        return text, None
    try:
        box = prim(study.worlds, cases, factors)
    except GreatPowersError as error:  # the library that looks for boxes is not installed
        return f"In which worlds {what} was not looked for: {error}", None
    return box.sentence(what), limits(study.worlds, cases, box, what) if box.trusted else None


def _beaten(study: PolicyOptions, verdict: Verdict) -> Bools:
    means = study.values[verdict.metric].mean(axis=2)
    gains = means if GOALS[verdict.metric] else -means
    others = np.delete(gains, verdict.best, axis=0).max(axis=0)
    beaten: Bools = others > gains[verdict.best] + SAME
    return beaten


@by_itself
def limits(worlds: pd.DataFrame, cases: Bools, box: Box, what: str) -> ReportFigure:
    """The worlds, and the box in which another option does better."""
    figure = blank(WIDTH, 4.4)
    draw_box(figure, worlds, cases, box)
    caption = f"Each mark is a world. Diamonds: {what}. The frame is the box of the sentence above, found by PRIM."
    return drawn("box", "Where the answer changes", figure, caption)
