"""What the model is held against: forecasts that are fitted on the past alone, anew at every start year.

Each sees what the model's world sees, the first days of the start year, and is fitted for one lead: on every earlier
year's pairs, and on whether a dispute began between them that many years on, as far as that was known by then.
"""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from greatpowers.core.declare import Floats
from greatpowers.hindcast.panel import MEMORIES, DyadPanel
from greatpowers.statistics.checks import fetch
from greatpowers.validation.observed import Flags

EXTRA = "calibration"
SETTINGS = {
    "learning_rate": 0.05, "max_iter": 100, "max_leaf_nodes": 8, "min_samples_leaf": 50, "l2_regularization": 1.0,
    "early_stopping": False, "random_state": 0,
}  # fmt: skip
"""Small steps and small trees, as rare events want them."""


def trees(past: Floats, outcome: Floats, asked: Floats) -> Floats:
    """Probabilities for rows [m, k], by trees grown on those of the past [n, k] and their outcomes [n], both occurring.

    Histogram-based gradient boosting  (Friedman 2001; Ke et al. 2017).
    """
    with fetch("threadpoolctl", EXTRA).threadpool_limits(1):  # sums in another order have other last digits
        grown = _booster()(**SETTINGS).fit(past, outcome)
        return np.asarray(grown.predict_proba(asked)[:, 1], dtype=np.float64)


def _booster() -> Any:
    return fetch("sklearn.ensemble", EXTRA).HistGradientBoostingClassifier


LEAST_ONSETS = 10
"""Disputes that must have begun before anything is fitted."""

PRIOR_SPREAD = 1.0
"""Standard deviation of the normal prior of each slope, of regressors scaled to one: it keeps early fits finite where
few disputes have begun, and is nothing beside later ones  (Gelman, Jakulin, Pittau & Su 2008)."""

LEAST_SALIENCE = 0.01
"""Added to salience where its logarithm is taken: pairs without a theatre have none."""

LOGIT = ("land border", "water border", "log distance", "one major", "both majors", "log capability ratio", "pact")
HISTORY = (*LOGIT, "log years of quiet", "log years of dispute")
SALIENCE = ("salience", "log salience")
REMEMBERED = tuple(f"{kind}_{memory}" for kind in ("own", "others_high", "others_low") for memory in MEMORIES)
MEMORY = tuple(
    f"log {kind} disputes, memory {memory}" for kind in ("own", "others' high", "others' low") for memory in MEMORIES
)
STRONGEST = (
    *(f"contiguity {kind}" for kind in range(1, 6)), "log distance", "one major", "both majors",
    "log capability ratio", "log higher share", "log lower share", "pact", "higher regime", "lower regime",
    "regimes known", "log years of quiet", *MEMORY, *SALIENCE,
)  # fmt: skip


class BenchmarkModel(NamedTuple):
    """One forecast: its name, its regressors (none: the mean of the past), what it is, whether trees are half of it."""

    name: str
    regressors: Sequence[str]
    meaning: str
    trees: bool = False


RIVALS = (
    BenchmarkModel("base", (), "the share of earlier pair-years in which a dispute began"),
    BenchmarkModel(
        "salience", SALIENCE,
        "logistic regression on the salience of the pair's theatres alone, by which the worlds are made, fitted on the "
        "theatres that worlds of earlier years would have",
    ),
    BenchmarkModel(
        "logit", LOGIT,
        "logistic regression on borders, distance, major powers, capability ratio and defence pacts (Bremer 1992; "
        "Oneal & Russett 1997), fitted on earlier years",
    ),
    BenchmarkModel(
        "history", HISTORY,
        "the same with past disputes of the pair: years of quiet, and years with a new dispute among the last 15 "
        "(Beck, Katz & Tucker 1998)",
    ),
    BenchmarkModel(
        "strongest", STRONGEST,
        "the mean of a regularised logistic regression and of boosted trees (Friedman 2001) on all of this and more: "
        "disputes of the pair and of either state with others, forgotten over 3, 10 and 30 years, capabilities, kinds "
        "of contiguity, regimes where a file has them, salience",
        trees=True,
    ),
)  # fmt: skip


class LogisticFit(NamedTuple):
    """A fitted regression: centre and scale of the regressors [k], and coefficients [1 + k], the constant first."""

    centre: Floats
    scale: Floats
    coefficients: Floats

    def predict(self, regressors: Floats) -> Floats:
        """Probabilities [n] at `regressors` [n, k]."""
        return _logistic(_with_constant((regressors - self.centre) / self.scale) @ self.coefficients)


class Forecasters:
    """The rivals over one panel: what they are fitted on is put into tables once.

    Raises :class:`GreatPowersError` where scikit-learn is not installed.
    """

    def __init__(self, panel: DyadPanel) -> None:
        _booster()  # before anything takes time
        self.panel, self._years = panel, panel.rows["year"].to_numpy(dtype=np.int64)
        self._tables = {rival.name: regressors(panel.rows, rival.regressors) for rival in RIVALS}
        self._outcomes: dict[int, Floats] = {}

    def forecasts(self, year: int, lead: int) -> dict[str, Floats]:
        """By rival, its probabilities for the pairs of a start year in its `lead`-th year; NaN before it can be fitted.

        Nothing of the start year's outcomes or of later years is looked at.
        """
        asked, past, outcome = self._years == year, self._past(year, lead), self._outcome(lead)
        if not self.can_forecast(year, lead):
            return {name: np.full(asked.sum(), np.nan) for name in self._tables}
        return {rival.name: self._forecast(rival, past, outcome[past], asked) for rival in RIVALS}

    def can_forecast(self, year: int, lead: int) -> bool:
        """Whether enough disputes had begun before a year to fit anything on."""
        return bool(self._outcome(lead)[self._past(year, lead)].sum() >= LEAST_ONSETS)

    def _forecast(self, rival: BenchmarkModel, past: Flags, outcome: Floats, asked: Flags) -> Floats:
        """Probabilities for the rows asked for, from what is fitted on those of the past."""
        if not rival.regressors:
            return np.full(asked.sum(), outcome.mean())
        table = self._tables[rival.name]
        linear = fit(table[past], outcome).predict(table[asked])
        return (linear + trees(table[past], outcome, table[asked])) / 2 if rival.trees else linear

    def _past(self, year: int, lead: int) -> Flags:
        """Rows whose outcome was known when the year began."""
        return (self._years <= year - lead) & np.isfinite(self._outcome(lead))

    def _outcome(self, lead: int) -> Floats:
        if lead not in self._outcomes:
            self._outcomes[lead] = self.panel.outcomes(self.panel.rows, lead)
        return self._outcomes[lead]


def regressors(rows: pd.DataFrame, names: Sequence[str]) -> Floats:
    """The named regressors of rows of a panel: [n, k]."""
    border, majors = rows["border"].to_numpy(), rows["majors"].to_numpy()
    known = rows["regime_low"].notna().to_numpy()
    columns: Mapping[str, NDArray[Any]] = {
        "land border": border == 1,
        "water border": border > 1,
        "log distance": np.log1p(rows["distance"].to_numpy(dtype=np.float64)),
        "one major": majors == 1,
        "both majors": majors == 2,
        "log capability ratio": rows["ratio"].to_numpy(dtype=np.float64),
        "pact": rows["pact"].to_numpy(),
        "log years of quiet": np.log1p(rows["quiet"].to_numpy(dtype=np.float64)),
        "log years of dispute": np.log1p(rows["recent"].to_numpy(dtype=np.float64)),
        "salience": rows["salience"].to_numpy(dtype=np.float64),
        "log salience": np.log(rows["salience"].to_numpy(dtype=np.float64) + LEAST_SALIENCE),
        **{f"contiguity {kind}": border == kind for kind in range(1, 6)},
        "log higher share": np.log(rows["share_high"].to_numpy(dtype=np.float64)),
        "log lower share": np.log(rows["share_low"].to_numpy(dtype=np.float64)),
        "higher regime": np.where(known, rows["regime_high"], 0.0),
        "lower regime": np.where(known, rows["regime_low"], 0.0),
        "regimes known": known,
        **dict(zip(MEMORY, (np.log1p(rows[name].to_numpy(dtype=np.float64)) for name in REMEMBERED), strict=True)),
    }
    chosen = [columns[name].astype(np.float64) for name in names]
    return np.column_stack(chosen) if chosen else np.zeros((len(rows), 0))


def fit(table: Floats, outcome: Floats, prior_spread: float = PRIOR_SPREAD) -> LogisticFit:
    """Logistic regression of `outcome` [n] (0 or 1, both occur) on `table` [n, k], by Newton's method.

    The most probable coefficients under normal priors of standard deviation `prior_spread` on the slopes of regressors
    scaled to mean 0 and standard deviation 1, and none on the constant.
    """
    spread = table.std(axis=0)
    centre, scale = table.mean(axis=0), np.where(spread > 0, spread, 1.0)
    rows = _with_constant((table - centre) / scale)
    precision = np.full(rows.shape[1], prior_spread**-2)
    precision[0] = 0.0
    beta = np.zeros(rows.shape[1])
    beta[0] = np.log(outcome.mean() / (1 - outcome.mean()))
    for _ in range(100):
        step = _newton_step(rows, outcome, beta, precision)
        beta = beta + step
        if np.abs(step).max() < 1e-10:
            break
    return LogisticFit(centre, scale, beta)


def _newton_step(rows: Floats, outcome: Floats, beta: Floats, precision: Floats) -> Floats:
    chance = _logistic(rows @ beta)
    curvature = (rows.T * (chance * (1 - chance))) @ rows + np.diag(precision)
    slope = rows.T @ (outcome - chance) - precision * beta
    step = np.linalg.solve(curvature, slope)
    return np.asarray(step / max(1.0, np.abs(step).max()), dtype=np.float64)


def _with_constant(table: Floats) -> Floats:
    return np.column_stack([np.ones(len(table)), table])


def _logistic(x: Floats) -> Floats:
    return 1 / (1 + np.exp(-x))
