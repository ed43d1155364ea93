"""The scores of a hindcast: every forecast on the same pair-years, overall, by era and by lead, with intervals.

Intervals are 95 % by bootstrap over pairs of states, which are drawn with all their years: years of a pair are alike.
All forecasts are drawn together, so that the interval of a difference is that of matched cases.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from greatpowers.core.declare import Floats, Ints
from greatpowers.hindcast.benchmarks import RIVALS
from greatpowers.hindcast.skill import (
    LEVEL,
    Bin,
    Parts,
    RankedScores,
    calibration,
    log_losses,
    parts,
    quantile_bins,
    skill,
)
from greatpowers.historical import rules

MODEL, BASE = "model", "base"
FORECASTS = (MODEL, *(rival.name for rival in RIVALS))
RESAMPLES = 400
ALL = "all"


class Estimate(NamedTuple):
    """A figure with its 95 % interval."""

    value: float
    low: float
    high: float


class Score(NamedTuple):
    """One forecast on the pair-years of one group.

    `auc_within` is the AUC within start years, the mean over them, each counting with its disputes; `precision` the
    average precision; `log_loss` the mean log loss in nats. `skill` and `log_skill` are over the base rate. Each
    `_lead` is by how much the model is better than this forecast, above 0 where it is: in `log_lead` this forecast's
    loss less the model's, in the others the model's figure less this forecast's.
    """

    group: str
    forecast: str
    cases: int
    events: int
    mean: float
    auc: Estimate
    auc_within: Estimate
    brier: Estimate
    skill: Estimate
    precision: Estimate
    log_loss: Estimate
    log_skill: Estimate
    auc_lead: Estimate
    auc_within_lead: Estimate
    skill_lead: Estimate
    precision_lead: Estimate
    log_lead: Estimate
    parts: Parts


class Off(NamedTuple):
    """What the record and two forecasts say of one kind of pair: cases, share of them with a dispute, mean chances."""

    factor: str
    kind: str
    cases: int
    events: int
    share: float
    model: float
    logit: float


def groups(table: pd.DataFrame) -> Iterator[tuple[str, pd.DataFrame]]:
    """All pair-years; those by the era of the start year, whose rules its world has; those by lead."""
    yield ALL, table
    eras = table["start"].map(lambda year: f"{rules.era_of(year).first}-{rules.era_of(year).last}")
    for era, rows in table.groupby(eras, sort=True):
        yield f"era {era}", rows
    for lead, rows in table.groupby("lead", sort=True):
        yield f"year {lead}", rows


def scores(table: pd.DataFrame, resamples: int = RESAMPLES) -> tuple[Score, ...]:
    """Scores of every forecast in every group of the pair-years that all of them forecast."""
    return tuple(score for name, rows in groups(table) for score in _scores(name, rows, resamples))


def log_score(found: pd.DataFrame, forecast: str = MODEL) -> float:
    """Mean log loss of a forecast over the rows of a table of a hindcast, in nats; less is better.

    `found` has the columns outcome and p_ with the name of the forecast, such as :attr:`Hindcast.scored`.
    """
    chance, outcome = (found[name].to_numpy(dtype=np.float64) for name in (f"p_{forecast}", "outcome"))
    return float(log_losses(chance, outcome).mean())


def _scores(group: str, rows: pd.DataFrame, resamples: int) -> list[Score]:
    outcome = rows["outcome"].to_numpy(dtype=np.float64)
    chances = {name: rows[f"p_{name}"].to_numpy(dtype=np.float64) for name in FORECASTS}
    pair, start = pairs(rows), rows["start"].to_numpy(dtype=np.int64)
    times = draws(int(pair.max()) + 1, resamples)
    drawn = {name: _drawn(times, pair, start, outcome, chance) for name, chance in chances.items()}
    return [_score(group, name, outcome, chances[name], drawn) for name in FORECASTS]


def pairs(rows: pd.DataFrame) -> Ints:
    """Number of each row's pair of states: [n]."""
    _, found = np.unique(rows["ccode1"].to_numpy() * 1000 + rows["ccode2"].to_numpy(), return_inverse=True)
    return found.astype(np.int64)


def draws(size: int, resamples: int = RESAMPLES) -> Floats:
    """How often each of `size` pairs is drawn, in the first draw each once: [1 + resamples, size]."""
    luck, times = np.random.default_rng(0), np.ones((1 + resamples, size))
    for draw in times[1:]:
        draw[:] = np.bincount(luck.integers(0, size, size), minlength=size)
    return times


class ResampledScores(NamedTuple):
    """Figures of one forecast on all rows, and on each draw of pairs: [1 + resamples] each."""

    auc: Floats
    auc_within: Floats
    precision: Floats
    brier: Floats
    log_loss: Floats


def _drawn(times: Floats, pair: Ints, start: Ints, outcome: Floats, chance: Floats) -> ResampledScores:
    whole, apart = RankedScores(chance, outcome), RankedScores(chance, outcome, start)
    area, within, precision = ranked = np.empty((3, len(times)))
    for number, draw in enumerate(times):
        weights = draw[pair]
        ranked[:, number] = whole.auc(weights), apart.auc(weights), whole.precision(weights)
    errors, losses = (chance - outcome) ** 2, log_losses(chance, outcome)
    return ResampledScores(area, within, precision, mean_of(errors, times, pair), mean_of(losses, times, pair))


def mean_of(values: Floats, times: Floats, pair: Ints) -> Floats:
    """Mean of `values` [n] in each draw of pairs: [draws]."""
    found: Floats = (times @ np.bincount(pair, values)) / (times @ np.bincount(pair))
    return found


def _score(group: str, name: str, outcome: Floats, chance: Floats, drawn: Mapping[str, ResampledScores]) -> Score:
    own, model, base = drawn[name], drawn[MODEL], drawn[BASE]
    skills, model_skills = skill(own.brier, base.brier), skill(model.brier, base.brier)
    return Score(
        group=group,
        forecast=name,
        cases=len(outcome),
        events=int(outcome.sum()),
        mean=float(chance.mean()),
        auc=estimate(own.auc),
        auc_within=estimate(own.auc_within),
        brier=estimate(own.brier),
        skill=estimate(skills),
        precision=estimate(own.precision),
        log_loss=estimate(own.log_loss),
        log_skill=estimate(skill(own.log_loss, base.log_loss)),
        auc_lead=estimate(model.auc - own.auc),
        auc_within_lead=estimate(model.auc_within - own.auc_within),
        skill_lead=estimate(model_skills - skills),
        precision_lead=estimate(model.precision - own.precision),
        log_lead=estimate(own.log_loss - model.log_loss),
        parts=parts(chance, outcome, quantile_bins(chance)),
    )


def estimate(figures: Floats) -> Estimate:
    """The first of the figures, with the interval of the others; NaN where there are too few."""
    known = figures[1:][np.isfinite(figures[1:])]
    if known.size <= figures.size / 2:
        return Estimate(float(figures[0]), np.nan, np.nan)
    low, high = np.quantile(known, ((1 - LEVEL) / 2, (1 + LEVEL) / 2))
    return Estimate(float(figures[0]), float(low), float(high))


def curves(table: pd.DataFrame) -> dict[str, list[Bin]]:
    """The calibration curve of each forecast."""
    outcome = table["outcome"].to_numpy(dtype=np.float64)
    return {name: calibration(table[f"p_{name}"].to_numpy(dtype=np.float64), outcome) for name in FORECASTS}


def _bands(values: "pd.Series[float]", edges: Sequence[float], words: Sequence[str]) -> "pd.Series[Any]":
    """The word for the band each value falls in, in order; the first word is for what is missing."""
    place = np.where(values.isna(), 0, np.searchsorted(edges, values.fillna(0.0), side="right") + 1)
    return pd.Series(
        pd.Categorical([words[i] for i in place], categories=list(words), ordered=True), index=values.index
    )


BORDERS = {0: "none", 1: "land", 2: "water", 3: "water", 4: "water", 5: "water"}
RATIOS = ("unknown", "below 2", "2 to 5", "5 to 20", "20 to 150", "150 and more")
SALIENCES = ("no theatre", "below .1", ".1 to .2", ".2 to .35", ".35 and more")


def kinds(table: pd.DataFrame) -> dict[str, "pd.Series[Any]"]:
    """Grouping variables of the error breakdown, and the group of each row."""
    return {
        "border": table["border"].map(BORDERS),
        "major powers": table["majors"].astype(str),
        "capability ratio": _bands(table["capability_ratio"], (2.0, 5.0, 20.0, 150.0), RATIOS),
        "defence pact": table["pact"].map({0: "no", 1: "yes"}),
        "years with a new dispute in 15": table["recent"]
        .clip(upper=4)
        .map(lambda n: "4 and more" if n == 4 else f"{n}"),
        "salience": _bands(table["salience"], (0.1, 0.2, 0.35), SALIENCES),
        "doctrines": table["doctrines"],
    }


def where_off(table: pd.DataFrame) -> list[Off]:
    """The record beside the model and the logit, by kind of pair."""
    found = []
    for factor, kind in kinds(table).items():
        for name, rows in table.groupby(kind, sort=True, observed=True):
            means = rows[["outcome", "p_model", "p_logit"]].mean()
            found.append(Off(factor, str(name), len(rows), int(rows["outcome"].sum()), *(float(m) for m in means)))
    return found
