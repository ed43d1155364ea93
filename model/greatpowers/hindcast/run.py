"""A hindcast from question to answer: worlds played, rivals fitted, both put beside what happened.

Also what the model knows beyond the strongest rival: a logit of what happened on the log-odds of both.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np
import pandas as pd

from greatpowers.core.declare import Floats, Ints
from greatpowers.hindcast import scoring
from greatpowers.hindcast.benchmarks import LEAST_ONSETS, Forecasters, fit
from greatpowers.hindcast.histories import Kept, PlayedYear, play_start, world_of
from greatpowers.hindcast.panel import DyadPanel
from greatpowers.hindcast.settings import HindcastSettings, check
from greatpowers.historical.build_world import sources
from greatpowers.historical.derived_tables import state_names
from greatpowers.historical.published.records import Records
from greatpowers.scenario.errors import GreatPowersError
from greatpowers.simulation.ensemble import Progress, in_histories
from greatpowers.validation.play import Estimate, estimated

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


def added(table: pd.DataFrame, resamples: int = scoring.RESAMPLES) -> Added:
    """What the model adds on the scored rows of a hindcast."""
    outcome, pair = table["outcome"].to_numpy(dtype=np.float64), scoring.pairs(table)
    start = table["start"].to_numpy(dtype=np.int64)
    odds = np.column_stack(
        [scoring.log_odds(table[f"p_{name}"].to_numpy(dtype=np.float64)) for name in (RIVAL, scoring.MODEL)]
    )
    rival, model, error = _joint(odds, outcome, pair)
    gains = _losses(odds[:, :1], outcome, start) - _losses(odds, outcome, start)
    by_start = pd.Series(gains).groupby(start).mean()
    return Added(
        rival=rival,
        model=model,
        error=error,
        z=model / error if error > 0 else np.nan,
        gain=estimated(scoring.mean_of(gains, scoring.draws(int(pair.max()) + 1, resamples), pair)),
        better=int((by_start > 0).sum()),
        starts=len(by_start),
    )


def _joint(odds: Floats, outcome: Floats, pair: Ints) -> tuple[float, float, float]:
    """Coefficients of both columns, and the standard error of the second, clustered by pair  (Liang & Zeger 1986)."""
    if not _has_both_outcomes(outcome):
        return np.nan, np.nan, np.nan
    logit = fit(odds, outcome, WIDE)
    chance = logit.predict(odds)
    rows = np.column_stack([np.ones(len(odds)), (odds - logit.centre) / logit.scale])
    bread = np.linalg.pinv((rows.T * (chance * (1 - chance))) @ rows)
    scores = np.column_stack([np.bincount(pair, part) for part in (rows * (outcome - chance)[:, None]).T])
    groups = len(scores)
    cover = bread @ (scores.T @ scores) @ bread * groups / max(groups - 1, 1)
    rival, model = (logit.coefficients[1:] / logit.scale).tolist()
    return rival, model, float(np.sqrt(cover[2, 2]) / logit.scale[1])


def _losses(odds: Floats, outcome: Floats, start: Ints) -> Floats:
    """Log loss of each row by a logit on `odds` [n, k] fitted on the other start years; NaN if none can be: [n]."""
    losses = np.full(len(outcome), np.nan)
    for year in np.unique(start):
        here = start == year
        if _has_both_outcomes(outcome[~here]):
            losses[here] = scoring.log_losses(fit(odds[~here], outcome[~here], WIDE).predict(odds[here]), outcome[here])
    return losses


def _has_both_outcomes(outcome: Floats) -> bool:
    """Whether there are both outcomes to fit on."""
    return bool(outcome.size and 0 < outcome.mean() < 1)


OWN_WEIGHT = 1.0
"""Prior weight, in histories, of the mean probability over pairs: it keeps each estimate above zero."""

COLUMNS = (
    "year", "start", "lead", "ccode1", "ccode2", "state1", "state2", "border", "majors", "pact", "capability_ratio",
    "recent", "salience", "doctrines", "histories", "begun", *(f"p_{name}" for name in scoring.FORECASTS), "outcome",
)  # fmt: skip
"""Columns of the table of forecasts."""


class ReliabilityCheck(NamedTuple):
    """Whether chances are what happens in histories, and whether there were enough.

    `expected` and `begun`: disputes by the sum of chances, and counted; `half_auc`: mean AUC of the two halves of the
    histories, each on its own (NaN with one history): what it lacks to all of them is about what more would add.
    """

    expected: float
    begun: int
    half_auc: float


@dataclass(frozen=True, eq=False)
class Hindcast:
    """What was forecast and what happened.

    `table` has the columns of :data:`COLUMNS`, a row a start year, lead and pair of which the outcome is known;
    forecasts that could not be fitted yet are NaN. `scores`, `curves`, `off` and `added` are of :attr:`scored` alone.
    """

    settings: HindcastSettings
    files: Sequence[str]
    table: pd.DataFrame
    scores: tuple[scoring.Score, ...]
    curves: dict[str, list[scoring.Bin]]
    off: list[scoring.Off]
    added: Added
    check: ReliabilityCheck

    @cached_property
    def scored(self) -> pd.DataFrame:
        """The rows that every forecast could be made for."""
        return complete(self.table)

    def score(self, forecast: str, group: str = scoring.ALL) -> scoring.Score:
        """The score of a forecast in a group."""
        return next(score for score in self.scores if (score.forecast, score.group) == (forecast, group))

    @property
    def groups(self) -> list[str]:
        """The groups that were scored, in order."""
        return list(dict.fromkeys(score.group for score in self.scores))


def hindcast(
    records: Records,
    settings: HindcastSettings,
    store: Kept | None = None,
    workers: int | None = None,
    progress: Progress | None = None,
) -> Hindcast:
    """Play, forecast and score.

    Equal files and settings give equal results, whatever the number of workers and however often it was interrupted:
    start years that `store` holds are not played again. Raises :class:`GreatPowersError` on what cannot be done.
    """
    past = read_past(records, settings)
    return judge(records, settings, past, play(records, settings, store, workers, progress))


def read_past(records: Records, settings: HindcastSettings) -> Forecasters:
    """What there is to compare with; raises :class:`GreatPowersError` if these files cannot answer."""
    check(settings, records)
    rivals = Forecasters(DyadPanel(records, settings.starts[-1]))
    if not rivals.can_forecast(settings.starts[-1], 1):
        raise GreatPowersError(
            f"the last start year is {settings.starts[-1]}, before which fewer than {LEAST_ONSETS} disputes began: "
            "nothing can be fitted to compare with; expected a later one."
        )
    return rivals


def play(
    records: Records,
    settings: HindcastSettings,
    store: Kept | None = None,
    workers: int | None = None,
    progress: Progress | None = None,
) -> list[PlayedYear]:
    """The histories of every start year, played or as they were kept."""
    found, starts, runs = [], settings.starts, settings.runs
    for number, year in enumerate(starts):
        told = in_histories(progress, 1, number * runs, (len(starts) - number - 1) * runs)
        scenario = world_of(records, year, settings.ahead)
        played = store.load(scenario, year, settings) if store is not None else None
        if played is None:
            played = play_start(records, scenario, year, settings, workers, told)
            if store is not None:
                store.save(played, scenario, settings)
        elif told is not None:
            told(runs, runs)
        found.append(played)
    return found


def judge(
    records: Records,
    settings: HindcastSettings,
    past: Forecasters,
    played: Sequence[PlayedYear],
    resamples: int = scoring.RESAMPLES,
) -> Hindcast:
    """Put what was played and what is simple beside what happened."""
    wide = pd.concat([_rows(past, one) for one in played], ignore_index=True)
    scored = complete(wide)
    return Hindcast(
        settings=settings,
        files=sources(records),
        table=wide[list(COLUMNS)],
        scores=scoring.scores(scored, resamples),
        curves=scoring.curves(scored),
        off=scoring.where_off(scored),
        added=added(scored, resamples),
        check=_check(played, scored),
    )


def complete(table: pd.DataFrame) -> pd.DataFrame:
    """The rows with every forecast."""
    return table[table[[f"p_{name}" for name in scoring.FORECASTS]].notna().all(axis=1)]


def _rows(past: Forecasters, played: PlayedYear) -> pd.DataFrame:
    """The rows of a start year: every lead below the other."""
    known = past.panel.at(played.year).reset_index(drop=True)
    parts = []
    for lead in range(1, played.chance.shape[1] + 1):
        rivals = {f"p_{name}": part for name, part in past.forecasts(played.year, lead).items()}
        own = {"p_model": smoothed(played.chance[:, lead - 1], played.runs)}
        halves = {f"half{number}": played.halves[number, :, lead - 1] for number in (0, 1)}
        outcome = past.panel.outcomes(known, lead)
        rows = _facts(known, played, lead).assign(**own, **rivals, **halves, outcome=outcome)
        parts.append(rows[np.isfinite(outcome)])
    return pd.concat(parts, ignore_index=True)


def _facts(known: pd.DataFrame, played: PlayedYear, lead: int) -> pd.DataFrame:
    names = {code: name for code, (name, _) in state_names().items()}
    return known.assign(
        start=played.year,
        lead=lead,
        year=played.year + lead - 1,
        state1=known["ccode1"].map(names),
        state2=known["ccode2"].map(names),
        capability_ratio=np.exp(known["ratio"].to_numpy(dtype=np.float64)),
        salience=played.salience,
        doctrines=list(played.doctrines),
        histories=played.runs,
        begun=played.begun[:, lead - 1],
    )


def smoothed(chance: Floats, runs: int) -> Floats:
    """Mean chances over so many histories, drawn to the mean over pairs as by :data:`OWN_WEIGHT` histories more."""
    shrunk: Floats = (runs * chance + OWN_WEIGHT * chance.mean()) / (runs + OWN_WEIGHT)
    return shrunk


def _check(played: Sequence[PlayedYear], scored: pd.DataFrame) -> ReliabilityCheck:
    expected = sum(float(one.chance.sum()) * one.runs for one in played)
    begun = sum(int(one.begun.sum()) for one in played)
    outcome = scored["outcome"].to_numpy(dtype=np.float64)
    first, second = (scoring.auc(scored[name].to_numpy(dtype=np.float64), outcome) for name in ("half0", "half1"))
    half = (first + second) / 2 if played[0].runs > 1 else np.nan
    return ReliabilityCheck(expected, begun, half)
