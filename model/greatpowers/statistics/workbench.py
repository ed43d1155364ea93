"""PRIM and CART of the EMA workbench, fed with tables of ours, in the releases that Python 3.11 and 3.12 get."""

import inspect

import numpy as np
import pandas as pd

from greatpowers.statistics.boxes import Bools
from greatpowers.statistics.checks import fetch

Ends = dict[str, tuple[float, float]]
"""Lowest and highest value of the factors that are restricted; an infinite end is open."""


def peel(x: pd.DataFrame, y: Bools, min_mass: float) -> list[Ends]:
    """Limits of every box along PRIM's peeling and pasting.

    Releases of the workbench before 3.0 want a threshold of density; 0 lets every box pass, as later ones do.
    """
    module = fetch("ema_workbench.analysis.prim")
    extra = {"threshold": 0.0} if "threshold" in inspect.signature(module.Prim.__init__).parameters else {}
    found = module.Prim(x, y.astype(np.int64), mass_min=min_mass, **extra).find_box()
    return [restrictions(x, frame) for frame in found.box_lims]


def split(x: pd.DataFrame, y: Bools, depth: int, min_mass: float, seed: int) -> list[Ends]:
    """Limits of the leaves of a tree, grown here because the workbench's own draws from NumPy's hidden stream."""
    grower = fetch("sklearn.tree").DecisionTreeClassifier
    found = fetch("ema_workbench.analysis.cart").CART(x, y, mass_min=min_mass)
    least = max(1, int(min_mass * len(x)))
    found.clf = grower(min_samples_leaf=least, max_depth=depth, random_state=seed).fit(x.to_numpy(), y)
    if found.clf.tree_.node_count == 1:
        return []
    return [restrictions(x, frame) for frame in found.boxes]


def restrictions(x: pd.DataFrame, frame: pd.DataFrame) -> Ends:
    """The workbench's table of limits (row 0 the lower, row 1 the upper) without those that restrict nothing."""
    found = {}
    for name in x.columns:
        low, high = float(frame[name].iloc[0]), float(frame[name].iloc[1])
        ends = (low if low > x[name].min() else -np.inf, high if high < x[name].max() else np.inf)
        if np.isfinite(ends).any():
            found[str(name)] = ends
    return found
