"""What the model knows beyond the strongest rival: a logit of what happened on the log-odds of both."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from greatpowers.core.declare import Floats, Ints
from greatpowers.hindcast.benchmarks import fit
from greatpowers.hindcast.scoring import MODEL, RESAMPLES, Estimate, draws, estimate, mean_of, pairs
from greatpowers.hindcast.skill import log_losses, log_odds

RIVAL = "strongest"
WIDE = 10.0
"""Spread of the priors here: nothing beside the record, and finite where a forecast tells all."""


@dataclass(frozen=True)
class Added:
    """The model's part beside :data:`RIVAL`'s in a logit of the outcome on the log-odds of both.

    `rival` and `model` are the coefficients, `error` the standard error of the model's, robust to what the years of a
    pair have in common, `z` their ratio. `gain` is by how much the mean log loss falls (nats a pair-year) when the
    model joins the rival, each start year judged by what was fitted on all others, with its interval over pairs;
    `better` of `starts` start years have a lower loss. NaN where there is one start year, or nothing to fit on.
    """

    rival: float
    model: float
    error: float
    z: float
    gain: Estimate
    better: int
    starts: int


def added(table: pd.DataFrame, resamples: int = RESAMPLES) -> Added:
    """What the model adds on the scored rows of a hindcast."""
    outcome, pair = table["outcome"].to_numpy(dtype=np.float64), pairs(table)
    start = table["start"].to_numpy(dtype=np.int64)
    odds = np.column_stack([log_odds(table[f"p_{name}"].to_numpy(dtype=np.float64)) for name in (RIVAL, MODEL)])
    rival, model, error = _joint(odds, outcome, pair)
    gains = _losses(odds[:, :1], outcome, start) - _losses(odds, outcome, start)
    by_start = pd.Series(gains).groupby(start).mean()
    return Added(
        rival=rival,
        model=model,
        error=error,
        z=model / error if error > 0 else np.nan,
        gain=estimate(mean_of(gains, draws(int(pair.max()) + 1, resamples), pair)),
        better=int((by_start > 0).sum()),
        starts=len(by_start),
    )


def _joint(odds: Floats, outcome: Floats, pair: Ints) -> tuple[float, float, float]:
    """Coefficients of both columns, and the standard error of the second, clustered by pair  (Liang & Zeger 1986)."""
    if not _tells(outcome):
        return np.nan, np.nan, np.nan
    found = fit(odds, outcome, WIDE)
    chance = found.predict(odds)
    rows = np.column_stack([np.ones(len(odds)), (odds - found.centre) / found.scale])
    bread = np.linalg.pinv((rows.T * (chance * (1 - chance))) @ rows)
    scores = np.column_stack([np.bincount(pair, part) for part in (rows * (outcome - chance)[:, None]).T])
    groups = len(scores)
    cover = bread @ (scores.T @ scores) @ bread * groups / max(groups - 1, 1)
    rival, model = (found.coefficients[1:] / found.scale).tolist()
    return rival, model, float(np.sqrt(cover[2, 2]) / found.scale[1])


def _losses(odds: Floats, outcome: Floats, start: Ints) -> Floats:
    """Log loss of each row by a logit on `odds` [n, k] fitted on the other start years; NaN if none can be: [n]."""
    found = np.full(len(outcome), np.nan)
    for year in np.unique(start):
        here = start == year
        if _tells(outcome[~here]):
            found[here] = log_losses(fit(odds[~here], outcome[~here], WIDE).predict(odds[here]), outcome[here])
    return found


def _tells(outcome: Floats) -> bool:
    """Whether there are both outcomes to fit on."""
    return bool(outcome.size and 0 < outcome.mean() < 1)
