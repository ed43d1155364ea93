"""Boosted trees for the strongest rival, by scikit-learn, in one thread and without chance so that bytes repeat."""

from typing import Any

import numpy as np

from greatpowers.core.declare import Floats
from greatpowers.statistics.checks import fetch

EXTRA = "calibration"
SETTINGS = {
    "learning_rate": 0.05, "max_iter": 100, "max_leaf_nodes": 8, "min_samples_leaf": 50, "l2_regularization": 1.0,
    "early_stopping": False, "random_state": 0,
}  # fmt: skip
"""Small steps and small trees, as rare events want them."""


def need_trees() -> None:
    """Raise :class:`GreatPowersError` with how to install what is lacking, before anything takes time."""
    _booster()


def trees(past: Floats, outcome: Floats, asked: Floats) -> Floats:
    """Probabilities for rows [m, k], by trees grown on those of the past [n, k] and their outcomes [n], both occurring.

    Histogram-based gradient boosting  (Friedman 2001; Ke et al. 2017).
    """
    with fetch("threadpoolctl", EXTRA).threadpool_limits(1):  # sums in another order have other last digits
        grown = _booster()(**SETTINGS).fit(past, outcome)
        return np.asarray(grown.predict_proba(asked)[:, 1], dtype=np.float64)


def _booster() -> Any:
    return fetch("sklearn.ensemble", EXTRA).HistGradientBoostingClassifier
