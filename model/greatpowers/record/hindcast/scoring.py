"""The scores of a hindcast: every forecast on the same pair-years, overall, by era and by lead, with intervals.

Intervals are 95 % by bootstrap over pairs of states, which are drawn with all their years: years of a pair are alike.
All forecasts are drawn together, so that the interval of a difference is that of matched cases.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from greatpowers.core.declare import Floats, Ints
from greatpowers.record import rules
from greatpowers.record.hindcast.rivals import RIVALS
from greatpowers.record.hindcast.skill import (
    LEVEL,
    Bin,
    Parts,
    Ranking,
    brier_skill,
    calibration,
    parts,
    quantile_bins,
)

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

    `auc_lead` is the model's AUC less this forecast's, and `brier_lead` this forecast's Brier score less the model's:
    above 0 the model is better.
    """

    group: str
    forecast: str
    cases: int
    events: int
    mean: float
    auc: Estimate
    brier: Estimate
    skill: Estimate
    auc_lead: Estimate
    brier_lead: Estimate
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


def _scores(group: str, rows: pd.DataFrame, resamples: int) -> list[Score]:
    outcome = rows["outcome"].to_numpy(dtype=np.float64)
    chances = {name: rows[f"p_{name}"].to_numpy(dtype=np.float64) for name in FORECASTS}
    drawn = _drawn(_pairs(rows), outcome, chances, resamples)
    return [_score(group, name, outcome, chances[name], drawn) for name in FORECASTS]


def _pairs(rows: pd.DataFrame) -> Ints:
    """Number of each row's pair of states."""
    _, found = np.unique(rows["ccode1"].to_numpy() * 1000 + rows["ccode2"].to_numpy(), return_inverse=True)
    return found.astype(np.int64)


Drawn = Mapping[str, tuple[Floats, Floats]]
"""By forecast: AUC and Brier score of all rows, and of each draw of pairs: [1 + resamples] each."""


def _drawn(pair: Ints, outcome: Floats, chances: Mapping[str, Floats], resamples: int) -> Drawn:
    luck, size = np.random.default_rng(0), int(pair.max()) + 1
    times = np.ones((1 + resamples, size))  # how often each pair is drawn; the first time each once
    for draw in times[1:]:
        draw[:] = np.bincount(luck.integers(0, size, size), minlength=size)
    areas = _areas(times, pair, [Ranking(chance, outcome) for chance in chances.values()])
    errors = [_errors(times, pair, (chance - outcome) ** 2) for chance in chances.values()]
    return dict(zip(chances, zip(areas, errors, strict=True), strict=True))


def _areas(times: Floats, pair: Ints, rankings: Sequence[Ranking]) -> Floats:
    """AUC of each ranking in each draw: [rankings, draws]."""
    found = np.empty((len(rankings), len(times)))
    for number, draw in enumerate(times):
        weights = draw[pair]
        found[:, number] = [ranking.auc(weights) for ranking in rankings]
    return found


def _errors(times: Floats, pair: Ints, squares: Floats) -> Floats:
    """Mean of `squares` [n] in each draw: [draws]."""
    found: Floats = (times @ np.bincount(pair, squares)) / (times @ np.bincount(pair))
    return found


def _score(group: str, name: str, outcome: Floats, chance: Floats, drawn: Drawn) -> Score:
    area, error = drawn[name]
    return Score(
        group=group,
        forecast=name,
        cases=len(outcome),
        events=int(outcome.sum()),
        mean=float(chance.mean()),
        auc=estimated(area),
        brier=estimated(error),
        skill=estimated(brier_skill(error, drawn[BASE][1])),
        auc_lead=estimated(drawn[MODEL][0] - area),
        brier_lead=estimated(error - drawn[MODEL][1]),
        parts=parts(chance, outcome, quantile_bins(chance)),
    )


def estimated(figures: Floats) -> Estimate:
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
    """By what pairs are told apart where the model is off, and the kind of each row."""
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
