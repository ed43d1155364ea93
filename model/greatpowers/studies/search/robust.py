"""One number for a policy over many uncertain worlds, objective by objective. Less is better throughout."""

from collections.abc import Sequence
from math import ceil
from typing import NamedTuple

import numpy as np

from greatpowers.core.declare import Floats
from greatpowers.scenario.errors import GreatPowersError, suggestion

WORST = 0.1
"""Share of worlds that are the worst."""


class Rule(NamedTuple):
    """A rule: its meaning in words, and after whom."""

    meaning: str
    source: str


RULES = {
    "mean": Rule("mean over worlds", "Laplace's principle of insufficient reason"),
    "worst-decile": Rule("mean over the worst tenth of worlds", "Rockafellar & Uryasev 2000"),
    "regret": Rule(
        "90th percentile over worlds of the regret to the best preset in each", "Savage 1951; Herman et al. 2015"
    ),
}


def checked_rule(name: str) -> str:
    """The name, if there is such a rule; raises :class:`GreatPowersError`."""
    if name not in RULES:
        raise GreatPowersError(f"robustness: there is no rule '{name}'. {suggestion(name, RULES)}")
    return name


def robust(values: Floats, rules: Sequence[str], presets: Floats) -> Floats:
    """Values [policies, worlds, objectives] as [policies, objectives], each objective by its rule.

    `presets`, [presets, worlds, objectives], are what regret is measured from: in each world the best of them.
    """
    found: Floats = np.stack([_one(values[..., k], rule, presets[..., k]) for k, rule in enumerate(rules)], axis=-1)
    return found


def _one(values: Floats, rule: str, presets: Floats) -> Floats:
    """Values [policies, worlds] of one objective as [policies]."""
    if rule == "mean":
        found: Floats = values.mean(axis=1)
    elif rule == "worst-decile":
        found = np.sort(values, axis=1)[:, -ceil(WORST * values.shape[1]) :].mean(axis=1)
    else:
        found = np.quantile(values - presets.min(axis=0), 1.0 - WORST, axis=1)
    return found
