"""What a hindcast found: in sentences, drawn (ROC, reliability, both by group), as files, and as one HTML page."""

import math
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

import numpy as np
import pandas as pd

from greatpowers.hindcast.benchmarks import LEAST_ONSETS, PRIOR_SPREAD, RIVALS, SETTINGS
from greatpowers.hindcast.histories import EVERY_DYAD
from greatpowers.hindcast.run import OWN_WEIGHT, RIVAL, Added, Hindcast
from greatpowers.hindcast.scoring import ALL, FORECASTS, Bin, Off, Score, flat, roc
from greatpowers.hindcast.settings import POLICIES, policy_of
from greatpowers.historical.published.records import Records
from greatpowers.presentation.figures import page, pictures
from greatpowers.presentation.html import Cell, Cells, Heading, Headings, TableRow, blank, rendered, row_of, shown, svg
from greatpowers.presentation.style import FAINT, INK, PALETTE, RULE, dress, heading, label, listed, new_figure
from greatpowers.storage.checkpoint import csv_text
from greatpowers.storage.files import json_text
from greatpowers.storage.manifest import provenance, save_whole
from greatpowers.validation.observed import SETTLING_IN
from greatpowers.validation.play import Estimate
from greatpowers.validation.scorecard_page import interval, number

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

Verdict = Literal["better", "worse", "no telling"]

NAMES = {
    "model": "model", "base": "base rate", "salience": "logit on salience", "logit": "logit",
    "history": "logit with history", "strongest": "strongest rival",
}  # fmt: skip
COMPARED = ("salience", "logit", "history", "strongest")
"""Whom the sentences are about; the base rate ranks nothing, and is what skill is measured from."""

BIAS, LEAST_BEGUN = 0.05, 400
"""Share by which chances and counts of disputes may differ before it is said; of fewer disputes, luck explains more."""


def verdict(lead: Estimate) -> Verdict:
    """Whether the model is ahead by more than luck with the pairs explains."""
    if lead.low > 0:
        return "better"
    return "worse" if lead.high < 0 else "no telling"


def group_name(group: str) -> str:
    """A group as it stands in a table."""
    return "all pair-years" if group == ALL else group


def estimate(figure: Estimate) -> str:
    """A figure with its interval."""
    return f"{number(figure.value)} ({number(figure.low)} to {number(figure.high)})"


def answer(hindcast: Hindcast) -> str:
    """The result in a sentence."""
    model, rivals = hindcast.score("model"), [hindcast.score(name) for name in COMPARED]
    figures = ", ".join(f"{number(rival.auc.value)} for the {NAMES[rival.forecast]}" for rival in rivals)
    return f"AUC is {estimate(model.auc)} for the model, {figures}."


def basis(hindcast: Hindcast) -> str:
    """What the figures are of."""
    model, rows = hindcast.score("model"), hindcast.scored
    return (
        f"{model.cases:,} pair-years from {rows['year'].min()} to {rows['year'].max()}, in {model.events:,} of which a "
        f"dispute began; {len(hindcast.settings.starts)} start years, {hindcast.settings.runs} histories of each; "
        "every forecast on the same pair-years, intervals 95%."
    )


def details(hindcast: Hindcast) -> list[str]:
    """Who wins where, and what to know about the figures."""
    return [
        *(_who_wins(hindcast, name) for name in COMPARED),
        what_it_adds(hindcast),
        *_unscored(hindcast),
        *_checks(hindcast),
    ]


def what_it_adds(hindcast: Hindcast) -> str:
    """What the model knows beyond the strongest rival."""
    added = hindcast.added
    return (
        f"In a logit on the log-odds of both, the model beside the {NAMES[RIVAL]} has a coefficient of "
        f"{number(added.model)} (z = {number(added.z)}, clustered by pair). With it the mean log loss of start years "
        f"left out falls by {estimate(added.gain)} nats; it falls in {added.better} of {added.starts} start years."
    )


def _who_wins(hindcast: Hindcast, rival: str) -> str:
    """The model against one rival: overall in every score, then in which groups it ranks better or worse."""
    score = hindcast.score(rival)
    return (
        f"Model against {NAMES[rival]}: ranking {verdict(score.auc_lead)} (within start years "
        f"{verdict(score.auc_within_lead)}), Brier skill {verdict(score.skill_lead)}, average precision "
        f"{verdict(score.precision_lead)}, log score {verdict(score.log_lead)}. Ranking better in "
        f"{_where(hindcast, rival, 'better')}; worse in {_where(hindcast, rival, 'worse')}."
    )


def _where(hindcast: Hindcast, rival: str, kind: Verdict) -> str:
    groups = [
        group for group in hindcast.groups if group != ALL and verdict(hindcast.score(rival, group).auc_lead) == kind
    ]
    return listed(groups, len(groups)) if groups else "no era and no lead"


def _unscored(hindcast: Hindcast) -> list[str]:
    """From when there is something to compare with, if not from the first start year on."""
    first = int(hindcast.scored["start"].min())
    if first == hindcast.settings.first:
        return []
    return [f"The rivals can be fitted from start year {first} on; earlier forecasts are in the table and not scored."]


def _checks(hindcast: Hindcast) -> list[str]:
    check, whole = hindcast.check, number(hindcast.score("model").auc.value)
    lines = []
    if math.isfinite(check.half_auc):
        lines.append(f"Half the histories give an AUC of {number(check.half_auc)} instead of {whole}.")
    if abs(check.expected - check.begun) > BIAS * max(check.begun, LEAST_BEGUN):
        lines.append(
            f"Chances read off the histories add up to {check.expected:,.0f} disputes, and {check.begun:,} began: they "
            "no longer say what the engine does, and the model's figures are not to be trusted."
        )
    return lines


COLOURS = {
    "model": PALETTE[1], "base": PALETTE[7], "salience": PALETTE[4], "logit": PALETTE[0], "history": PALETTE[2],
    "strongest": PALETTE[3],
}  # fmt: skip
DRAWN = ("model", *COMPARED)


class Drawing(NamedTuple):
    """One figure: size in inches, title, what it shows for those who do not see it, caption, and how it is drawn."""

    width: float
    height: float
    title: str
    text: str
    caption: str
    draw: "Callable[[Figure, Hindcast], None]"


def draw_roc(figure: "Figure", hindcast: Hindcast) -> None:
    """Share of pair-years with a dispute above each threshold, against that of the others."""
    axes = dress(figure.add_subplot(), "both")
    outcome = hindcast.scored["outcome"].to_numpy(dtype=np.float64)
    axes.plot([0, 1], [0, 1], color=RULE, linewidth=1)
    for name in FORECASTS:
        false, true = roc(hindcast.scored[f"p_{name}"].to_numpy(dtype=np.float64), outcome)
        area = hindcast.score(name).auc.value
        axes.plot(false, true, color=COLOURS[name], linewidth=1.8, label=f"{NAMES[name]}, AUC {area:.3f}")
    axes.set_aspect("equal")
    axes.set_xlim(0, 1)
    axes.set_ylim(0, 1)
    label(axes, "share of quiet pair-years above the threshold", "share of those with a new dispute")
    axes.legend(frameon=False, fontsize=8.5, labelcolor=INK, loc="lower right")


def draw_reliability(figure: "Figure", hindcast: Hindcast) -> None:
    """Share of pair-years with a dispute against the probability that was forecast, by quantile bins, on log axes."""
    axes = dress(figure.add_subplot(), "both")
    curves = {name: hindcast.curves[name] for name in DRAWN}
    low, high = _bounds(curves)
    axes.plot([low, high], [low, high], color=RULE, linewidth=1)
    for name, bins in curves.items():
        x, y = [b.chance for b in bins], [max(b.share, low) for b in bins]
        axes.vlines(x, [max(b.low, low) for b in bins], [b.high for b in bins], color=COLOURS[name], linewidth=1.1)
        axes.plot(x, y, "o-", color=COLOURS[name], linewidth=1.2, markersize=4, label=NAMES[name])
    axes.set_xscale("log")
    axes.set_yscale("log")
    axes.set_xlim(low, high)
    axes.set_ylim(low, high)
    axes.set_aspect("equal")
    label(axes, "probability forecast", "share with a new dispute")
    axes.legend(frameon=False, fontsize=8.5, labelcolor=INK, loc="upper left")


def _bounds(curves: Mapping[str, list[Bin]]) -> tuple[float, float]:
    values = [value for bins in curves.values() for b in bins for value in (b.chance, b.share) if value > 0]
    return 10.0 ** np.floor(np.log10(min(values))), min(1.0, 10.0 ** np.ceil(np.log10(max(values))))


def draw_groups(figure: "Figure", hindcast: Hindcast) -> None:
    """AUC and Brier skill of the model and its rivals, overall, by era and by lead."""
    panels = figure.subplots(1, 2, sharey=True)
    for axes, (title, of) in zip(panels, PANELS, strict=True):
        dress(axes, "x")
        heading(axes, title)
        for shift, name in zip(np.linspace(-0.3, 0.3, len(DRAWN)), DRAWN, strict=True):
            for place, group in enumerate(hindcast.groups):
                _dot(axes, of(hindcast.score(name, group)), place + shift, name, place == 0)
        axes.set_yticks(range(len(hindcast.groups)), [group_name(group) for group in hindcast.groups])
    axes.axvline(0, color=RULE, linewidth=1.4, zorder=0)
    axes.set_ylim(len(hindcast.groups) + 0.9, -0.8)  # room for the legend below the last group
    panels[0].legend(frameon=False, fontsize=8.5, labelcolor=FAINT, loc="lower left", ncols=2)


PANELS: "tuple[tuple[str, Callable[[Score], tuple[float, float, float]]], ...]" = (
    ("AUC: do disputes get the higher probabilities?", lambda score: score.auc),
    ("Brier skill over the base rate of earlier years", lambda score: score.skill),
)


def _dot(axes: "Axes", figures: tuple[float, float, float], height: float, name: str, named: bool) -> None:
    value, low, high = figures
    axes.plot([low, high], [height] * 2, color=COLOURS[name], linewidth=1.6, solid_capstyle="butt")
    axes.plot(value, height, "o", color=COLOURS[name], markersize=5, label=NAMES[name] if named else None)


FIGURES: Mapping[str, Drawing] = {
    "roc": Drawing(
        5.6, 5.0, "Ranking", "receiver operating characteristic of the model and its rivals",
        "How many of the disputes are found, against how many false alarms that costs, threshold by threshold.",
        draw_roc,
    ),
    "reliability": Drawing(
        5.6, 5.0, "Reliability", "share of disputes against the probability forecast, for the model and its rivals",
        "Bins hold a quarter of the pair-years at the bottom and a hundredth at the top; bars are 95% intervals. On "
        "the line, what is forecast is what happens; below it, too much is forecast. Bins without any dispute lie on "
        "the lower edge.",
        draw_reliability,
    ),
    "groups": Drawing(
        9.6, 6.4, "By era and by lead", "AUC and Brier skill by era and by lead, for the model and its rivals",
        "Eras are those of the start year, whose rules its world has. Bars are 95% intervals by bootstrap over pairs.",
        draw_groups,
    ),
}  # fmt: skip
"""The figures, by the stem of their files."""


def png(hindcast: Hindcast, stem: str) -> "Figure":
    """A figure to be saved by itself, with its heading and caption."""
    drawing = FIGURES[stem]
    settings = hindcast.settings
    subtitle = f"Disputes of {hindcast.scored['year'].min()} to {hindcast.scored['year'].max()}; "
    subtitle += f"{len(settings.starts)} start years x {settings.runs} histories"
    figure = new_figure(drawing.width, drawing.height + 1.2, drawing.title, subtitle, drawing.caption)
    drawing.draw(figure, hindcast)
    return figure


MEASURES = {
    "auc": "AUC", "auc_within": "AUC within start years", "skill": "Brier skill", "precision": "Average precision",
    "log_loss": "Log loss", "log_skill": "Log skill",
}  # fmt: skip
LEADS = {
    "auc_lead": "AUC", "auc_within_lead": "AUC within start years", "skill_lead": "Brier skill",
    "precision_lead": "Average precision", "log_lead": "Log loss",
}  # fmt: skip

SCORES = (
    "AUC: chance that a pair-year with a new dispute has the higher probability; within start years: the mean of "
    "theirs, each counting with its disputes. Skill: Brier or log score against that of the base rate. Average "
    "precision: share of new disputes among pair-years at or above the probability of each. Log loss in nats, less is "
    "better."
)
AHEAD = (
    "By how much the model is better, on the same draws of pairs; better or worse where the interval leaves out 0. Log "
    "loss: the rival's less the model's, in nats."
)
OFF = "Share of pair-years with a new dispute, and mean probabilities, by kind of pair at the start."

WHO, FORECAST = Heading("Pair-years", text=True), Heading("Forecast", text=True)
SCORE_HEADS: Headings = (
    WHO, FORECAST, "Number", "Disputes", "Mean probability", *MEASURES.values(),
    Heading("Reliability", "less is better"), Heading("Resolution", "more is better"),
)  # fmt: skip
AHEAD_HEADS: Headings = (
    WHO,
    Heading("Rival", text=True),
    *LEADS.values(),
    Heading("Model ranks", text=True),
)
OFF_HEADS: Headings = (
    Heading("Pairs by", text=True), Heading("Kind", text=True), "Pair-years", "Disputes", "Record", "Model", "Logit",
    "Model over record",
)  # fmt: skip

GENERATOR = "greatpowers hindcast"


def render(hindcast: Hindcast) -> str:
    """The page as text; equal hindcasts give equal text."""
    return rendered(
        "hindcast/page.html",
        generator=GENERATOR,
        answer=answer(hindcast),
        basis=basis(hindcast),
        details=details(hindcast),
        figures=[_figure(hindcast, stem) for stem in FIGURES],
        scores=shown(SCORES, SCORE_HEADS, [_score(score) for score in hindcast.scores]),
        ahead=shown(AHEAD, AHEAD_HEADS, [_ahead(score) for score in hindcast.scores if score.forecast in COMPARED]),
        adds=what_it_adds(hindcast),
        added=_added(hindcast.added),
        off=shown(OFF, OFF_HEADS, [_off(row) for row in hindcast.off]),
        settling=SETTLING_IN,
        years=hindcast.settings.ahead,
        rivals=[(NAMES[rival.name], rival.meaning) for rival in RIVALS],
        least=LEAST_ONSETS,
        facts=_facts(hindcast),
    )


def _figure(hindcast: Hindcast, stem: str) -> dict[str, Any]:
    drawing = FIGURES[stem]
    figure = blank(drawing.width, drawing.height)
    drawing.draw(figure, hindcast)
    return {"title": drawing.title, "caption": drawing.caption, "svg": svg(figure, stem, drawing.text)}


def _score(score: Score) -> TableRow:
    cells: Cells = (
        *_names(score), f"{score.cases:,}", f"{score.events:,}", number(score.mean),
        *(measured(*getattr(score, name)) for name in MEASURES),
        f"{score.parts.reliability:.5f}", f"{score.parts.resolution:.5f}",
    )  # fmt: skip
    return row_of(cells, base=score.forecast == "model")


def _ahead(score: Score) -> TableRow:
    leads = (measured(*getattr(score, name)) for name in LEADS)
    return row_of((*_names(score), *leads, Cell(verdict(score.auc_lead), kind="text")))


def _names(score: Score) -> tuple[Cell, Cell]:
    return Cell(group_name(score.group), kind="whole"), Cell(NAMES[score.forecast], kind="text")


def measured(value: float, low: float, high: float) -> Cell:
    """A figure with its interval below it."""
    return Cell(number(value), interval(low, high))


def _added(added: Added) -> list[tuple[str, str]]:
    return [
        (f"coefficient of the {NAMES[RIVAL]}'s log-odds", number(added.rival)),
        ("coefficient of the model's log-odds", f"{number(added.model)} (standard error {number(added.error)})"),
        ("z", number(added.z)),
        ("fall of the mean log loss", f"{number(added.gain.value)} ({interval(added.gain.low, added.gain.high)})"),
        ("start years in which it falls", f"{added.better} of {added.starts}"),
    ]


def _off(row: Off) -> TableRow:
    ratio = row.model / row.share if row.share else float("nan")
    figures = (number(value) for value in (row.share, row.model, row.logit, ratio))
    return row_of((row.factor, Cell(row.kind, kind="text"), f"{row.cases:,}", f"{row.events:,}", *figures))


def _facts(hindcast: Hindcast) -> list[tuple[str, str]]:
    plain = hindcast.settings.plain()
    parameters = ", ".join(f"{name} = {value:g}" for name, value in plain.pop("parameters").items())
    return [
        *((name, f"{value}") for name, value in plain.items()),
        ("parameters", parameters or "the defaults"),
        ("policies", "; ".join(f"{name} to {last}" for last, name in POLICIES)),
        ("files", "; ".join(hindcast.files)),
    ]


DIGITS = 6


def save_hindcast(hindcast: Hindcast, records: Records, directory: str | Path) -> Path:
    """Write a hindcast to a directory, whole or not at all, and return its path.

    ``hindcast.csv`` (a row a start year, lead and pair), ``scores.csv``, ``added.csv``, ``calibration.csv``,
    ``kinds.csv``, ``scores.json`` (scores and everything needed to repeat them), ``hindcast.html``, and the figures as
    PNG. Raises :class:`GreatPowersError` for a directory that holds anything else or cannot be written.
    """
    content: dict[str, bytes | str] = {
        **{f"{name}.csv": csv_text(table, digits=DIGITS) for name, table in _tables(hindcast).items()},
        "scores.json": json_text(document(hindcast, records)),
        **page("hindcast.html", partial(render, hindcast)),
        **pictures({stem: partial(png, hindcast, stem) for stem in FIGURES}),
    }
    manifest = {**provenance(), "kind": "hindcast", "settings": hindcast.settings.plain()}
    return save_whole(directory, manifest, content)


def _tables(hindcast: Hindcast) -> dict[str, pd.DataFrame]:
    curves = [{"forecast": name, **b._asdict()} for name, bins in hindcast.curves.items() for b in bins]
    return {
        "hindcast": hindcast.table.astype({"outcome": int}),
        "scores": pd.DataFrame([flat(score._asdict()) for score in hindcast.scores]),
        "added": pd.DataFrame([flat(vars(hindcast.added))]),
        "calibration": pd.DataFrame(curves),
        "kinds": pd.DataFrame([row._asdict() for row in hindcast.off]),
    }


def document(hindcast: Hindcast, records: Records) -> dict[str, Any]:
    """The hindcast without its table, as plain data."""
    return {
        "settings": hindcast.settings.plain(),
        "policies": {str(year): policy_of(year) for year in hindcast.settings.starts},
        "rules": {
            "settling_in_rounds": SETTLING_IN,
            "theatre_for_every_pair": EVERY_DYAD,
            "weight_of_the_mean_in_histories": OWN_WEIGHT,
            "onsets_before_fitting": LEAST_ONSETS,
            "prior_spread_of_slopes": PRIOR_SPREAD,
        },
        "rivals": {rival.name: {"regressors": list(rival.regressors), "is": rival.meaning} for rival in RIVALS},
        "trees": SETTINGS,
        "files": records.files(),
        "first_start_scored": int(hindcast.scored["start"].min()),
        "added": flat(vars(hindcast.added)),
        "check": hindcast.check._asdict(),
        "scores": [flat(score._asdict()) for score in hindcast.scores],
        "calibration": {name: [b._asdict() for b in bins] for name, bins in hindcast.curves.items()},
        "kinds": [row._asdict() for row in hindcast.off],
    }
