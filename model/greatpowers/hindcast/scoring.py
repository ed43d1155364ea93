"""The scores of a hindcast: every forecast on the same pair-years, overall, by era and by lead, with intervals.

How good probabilities of rare events are: ranking (AUC, average precision), Brier score and its parts, log score,
calibration. Intervals are 95% by bootstrap over pairs of states, which are drawn with all their years: years of a pair
are alike. All forecasts are drawn together, so that the interval of a difference is that of matched cases.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from scipy.stats import beta

from greatpowers.core.declare import Floats, Ints
from greatpowers.hindcast.benchmarks import RIVALS
from greatpowers.historical import rules
from greatpowers.validation.play import Estimate, estimated

QUANTILES = (0.0, 0.25, 0.5, 0.7, 0.8, 0.9, 0.95, 0.975, 0.99, 1.0)
"""Where the bins of a calibration curve begin and end, finer towards the top, where the events are."""

LEVEL = 0.95


LEAST_CHANCE = 1e-9
"""Probabilities nearer to 0 or 1 count as so near, where a logarithm is taken."""


class RankedScores:
    """Scores in order, ties known, so that measures of ranking can be taken many times with other weights.

    With `strata` [n], cases are ranked among those of their own stratum only.
    """

    def __init__(self, scores: Floats, outcome: Floats, strata: Ints | None = None) -> None:
        apart = np.zeros(len(scores), dtype=np.int64) if strata is None else strata
        _, rank = np.unique(scores, return_inverse=True)
        key = apart * (int(rank.max()) + 1 if len(rank) else 1) + rank
        _, first, place = np.unique(key, return_index=True, return_inverse=True)
        self._place, self._size, self._events = place, len(first), np.flatnonzero(outcome > 0)
        self._begins = np.unique(apart[first], return_index=True)[1]  # where among the places each stratum begins

    def auc(self, weights: Floats | None = None) -> float:
        """Chance that an event scores above a non-event, ties counting half  (Mann & Whitney 1947).

        `weights` [n] say how often each case counts. Over strata it is the mean of theirs, each counting with its
        events. NaN without events or without non-events.
        """
        events, others = self._masses(weights)
        above_all = np.cumsum(others)
        before = above_all[self._begins] - others[self._begins]  # those of earlier strata, below nobody in this one
        below = above_all - others / 2 - np.repeat(before, np.diff([*self._begins, self._size]))
        won, mine, theirs = (np.add.reduceat(part, self._begins) for part in (events * below, events, others))
        known = (mine > 0) & (theirs > 0)
        return float((won[known] / theirs[known]).sum() / mine[known].sum()) if known.any() else float("nan")

    def auc_of_draws(self, times: Floats) -> Floats:
        """:meth:`auc` for many draws at once, `times` [draws, n] saying how often each case counts: [draws].

        Without strata. Counts are whole numbers, so that sums are exact and equal those of one draw at a time.
        """
        place = np.zeros((len(self._place), self._size))
        place[np.arange(len(place)), self._place] = 1.0
        events = times[:, self._events] @ place[self._events]
        others = times @ place - events
        won = (events * (np.cumsum(others, axis=1) - others / 2)).sum(axis=1)
        with np.errstate(divide="ignore", invalid="ignore"):
            areas: Floats = won / others.sum(axis=1) / events.sum(axis=1)
        return areas

    def precision(self, weights: Floats | None = None) -> float:
        """Average precision: mean, over events, of the share of events at or above their score; strata are left aside.

        The area under the curve of precision against recall, by steps; NaN without events.
        """
        events, others = (part[::-1] for part in self._masses(weights))
        hits, flagged = np.cumsum(events), np.cumsum(events + others)
        if not hits.size or hits[-1] <= 0:
            return float("nan")
        share = np.divide(hits, flagged, out=np.zeros_like(hits), where=flagged > 0)
        return float(events @ share / hits[-1])

    def _masses(self, weights: Floats | None) -> tuple[Floats, Floats]:
        """Weight of events and of non-events at each place, from the lowest score up."""
        mass = np.ones(len(self._place)) if weights is None else weights
        events: Floats = np.bincount(self._place[self._events], mass[self._events], self._size).astype(np.float64)
        everybody: Floats = np.bincount(self._place, mass, self._size).astype(np.float64)
        return events, everybody - events


def auc(scores: Floats, outcome: Floats) -> float:
    """Area under the curve of :func:`roc`: see :meth:`RankedScores.auc`."""
    return RankedScores(scores, outcome).auc()


def log_losses(chance: Floats, outcome: Floats) -> Floats:
    """Loss of each case, minus the logarithm of the probability given to what happened  (Good 1952), nats: [n]."""
    clipped = np.clip(chance, LEAST_CHANCE, 1 - LEAST_CHANCE)
    return -np.where(outcome > 0, np.log(clipped), np.log1p(-clipped))


def log_odds(chance: Floats) -> Floats:
    """log(p / (1 - p)) of probabilities: [n]."""
    clipped = np.clip(chance, LEAST_CHANCE, 1 - LEAST_CHANCE)
    return np.log(clipped) - np.log1p(-clipped)


def roc(scores: Floats, outcome: Floats) -> tuple[Floats, Floats]:
    """Shares of non-events and of events at or above each threshold, from none to all: [distinct scores + 1] each."""
    values, place = np.unique(-scores, return_inverse=True)
    counts = (np.bincount(place, part, len(values)).astype(np.float64) for part in (1 - outcome, outcome))
    others, events = map(_shares, counts)
    return others, events


def _shares(counts: Floats) -> Floats:
    shares: Floats = np.concatenate([[0.0], np.cumsum(counts)]) / counts.sum()
    return shares


def brier(chance: Floats, outcome: Floats) -> float:
    """Mean squared difference of probability and outcome, (1/n) Σ (p - y)²  (Brier 1950)."""
    return float(((chance - outcome) ** 2).mean())


def skill(score: Floats, reference: Floats) -> Floats:
    """1 - S / S_reference of Brier or log scores: 1 is perfect, 0 no better than the reference, below 0 worse."""
    with np.errstate(divide="ignore", invalid="ignore"):
        gain: Floats = 1 - score / reference
    return gain


class Parts(NamedTuple):
    """The Brier score taken apart by bins: reliability - resolution + uncertainty + within.

    Reliability is the mean squared distance of each bin's mean probability from its share of events (0 is best),
    resolution that of its share from the share overall (more is better), uncertainty what the share overall leaves
    (Murphy 1973); `within` is what bins that hold several probabilities hide  (Stephenson, Coelho & Jolliffe 2008).
    """

    reliability: float
    resolution: float
    uncertainty: float
    within: float


def parts(chance: Floats, outcome: Floats, bins: Ints) -> Parts:
    """The parts for cases [n] in bins [n]."""
    count, mean, share = _by_bin(chance, outcome, bins)
    overall = outcome.mean()
    reliability = np.average((mean - share) ** 2, weights=count)
    resolution = np.average((share - overall) ** 2, weights=count)
    uncertainty = overall * (1 - overall)
    within = brier(chance, outcome) - (reliability - resolution + uncertainty)
    return Parts(float(reliability), float(resolution), float(uncertainty), float(within))


def _by_bin(chance: Floats, outcome: Floats, bins: Ints) -> tuple[Floats, Floats, Floats]:
    """Cases, mean probability and share of events of each bin that holds any."""
    _, place = np.unique(bins, return_inverse=True)
    count = np.bincount(place).astype(np.float64)
    return count, np.bincount(place, chance) / count, np.bincount(place, outcome) / count


def quantile_bins(chance: Floats) -> Ints:
    """The bin of each case [n] between :data:`QUANTILES` of all cases; equal probabilities are in one bin."""
    _, place, count = np.unique(chance, return_inverse=True, return_counts=True)
    middle = (np.cumsum(count) - count / 2) / len(chance)
    return (np.searchsorted(QUANTILES, middle, side="right") - 1)[place]


class Bin(NamedTuple):
    """One point of a calibration curve: cases, their mean probability, the share of events with its 95% interval."""

    cases: int
    chance: float
    share: float
    low: float
    high: float


def calibration(chance: Floats, outcome: Floats) -> list[Bin]:
    """The calibration curve by quantile bins; intervals of shares are Jeffreys'  (Brown, Cai & DasGupta 2001)."""
    counted = zip(*_by_bin(chance, outcome, quantile_bins(chance)), strict=True)
    return [_bin(int(cases), float(mean), float(share)) for cases, mean, share in counted]


def _bin(cases: int, mean: float, share: float) -> Bin:
    events = round(share * cases)
    ends = (float(beta.ppf(at, events + 0.5, cases - events + 0.5)) for at in ((1 - LEVEL) / 2, (1 + LEVEL) / 2))
    low, high = ends
    return Bin(cases, mean, share, low if events else 0.0, high if events < cases else 1.0)


MODEL, BASE = "model", "base"
FORECASTS = (MODEL, *(rival.name for rival in RIVALS))
RESAMPLES = 400
ALL = "all"


def flat(row: Mapping[str, Any]) -> dict[str, Any]:
    """Figures as one row: the bounds of their intervals beside them."""
    figures: dict[str, Any] = {}
    for name, value in row.items():
        if isinstance(value, Estimate):
            figures |= {name: value.value, f"{name}_low": value.low, f"{name}_high": value.high}
        else:
            figures |= value._asdict() if hasattr(value, "_asdict") else {name: value}
    return figures


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


def log_score(table: pd.DataFrame, forecast: str = MODEL) -> float:
    """Mean log loss of a forecast over the rows of a table of a hindcast, in nats; less is better.

    `table` has the columns outcome and p_ with the name of the forecast, such as :attr:`Hindcast.scored`.
    """
    chance, outcome = (table[name].to_numpy(dtype=np.float64) for name in (f"p_{forecast}", "outcome"))
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
    _, pair = np.unique(rows["ccode1"].to_numpy() * 1000 + rows["ccode2"].to_numpy(), return_inverse=True)
    return pair.astype(np.int64)


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
    return (times @ np.bincount(pair, values)) / (times @ np.bincount(pair))


def _score(group: str, name: str, outcome: Floats, chance: Floats, drawn: Mapping[str, ResampledScores]) -> Score:
    own, model, base = drawn[name], drawn[MODEL], drawn[BASE]
    skills, model_skills = skill(own.brier, base.brier), skill(model.brier, base.brier)
    return Score(
        group=group,
        forecast=name,
        cases=len(outcome),
        events=int(outcome.sum()),
        mean=float(chance.mean()),
        auc=estimated(own.auc),
        auc_within=estimated(own.auc_within),
        brier=estimated(own.brier),
        skill=estimated(skills),
        precision=estimated(own.precision),
        log_loss=estimated(own.log_loss),
        log_skill=estimated(skill(own.log_loss, base.log_loss)),
        auc_lead=estimated(model.auc - own.auc),
        auc_within_lead=estimated(model.auc_within - own.auc_within),
        skill_lead=estimated(model_skills - skills),
        precision_lead=estimated(model.precision - own.precision),
        log_lead=estimated(own.log_loss - model.log_loss),
        parts=parts(chance, outcome, quantile_bins(chance)),
    )


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
    rows_off = []
    for factor, kind in kinds(table).items():
        for name, rows in table.groupby(kind, sort=True, observed=True):
            means = rows[["outcome", "p_model", "p_logit"]].mean()
            rows_off.append(Off(factor, str(name), len(rows), int(rows["outcome"].sum()), *(float(m) for m in means)))
    return rows_off
