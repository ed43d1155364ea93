"""What the facts say of each parameter: how much narrower it is, which facts inform it, what goes together."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from greatpowers.calibration.history_matching import Match
from greatpowers.core.declare import Floats

UNIFORM_SD = 12**-0.5
PROBES = 48
"""States of the posterior at which parameters are moved, to see which facts follow."""

LOW, HIGH = 0.1, 0.9
"""How far a parameter is moved: over the middle four fifths of its prior."""

UNMOVED = 0.9
"""Ratio of widths above which the facts count as having left a parameter where the prior put it."""

INFORMING, PAIRS = 3, 12
"""Facts named for each parameter, and pairs of parameters named."""


def identifiability(match: Match, names: Sequence[str], states: Floats) -> dict[str, Any]:
    """What is known of each parameter, from states of the emulated posterior [n, parameters], as plain data.

    `width` is the posterior's s.d. over the prior's, on the prior's scale; `facts` are those that move most, in their
    own s.d., when the parameter goes over most of its prior and the others stay as the posterior has them.
    """
    widths = states.std(axis=0) / UNIFORM_SD
    moves = sensitivity(match, states[:: max(1, len(states) // PROBES)][:PROBES])
    facts = [match.aims[k].id for k in match.used]
    return {
        "parameters": {
            name: {"width": round(float(widths[k]), 4), "facts": _most(facts, moves[k])} for k, name in enumerate(names)
        },
        "unmoved": [name for name, width in zip(names, widths, strict=True) if width > UNMOVED],
        "correlations": _correlations(names, states),
    }


def _most(facts: Sequence[str], moves: Floats) -> dict[str, float]:
    chosen = np.argsort(-np.abs(moves), kind="stable")[:INFORMING]
    return {facts[k]: round(float(moves[k]), 4) for k in chosen}


def sensitivity(match: Match, states: Floats) -> Floats:
    """How far each fact moves when each parameter does, on average, in s.d. of the fact: [parameters, facts]."""
    errors = np.array([match.aims[k].error for k in match.used])
    rows = []
    for parameter in range(states.shape[1]):
        low, high = states.copy(), states.copy()
        low[:, parameter], high[:, parameter] = LOW, HIGH
        moved = match.emulators.means(high) - match.emulators.means(low)
        rows.append(moved[:, match.used].mean(axis=0) / errors)
    return np.array(rows)


def _correlations(names: Sequence[str], states: Floats) -> list[dict[str, Any]]:
    """The pairs of parameters that go together most in the posterior."""
    if len(names) < 2:
        return []
    found = np.asarray(np.corrcoef(states.T))
    above = np.array(np.triu_indices(len(names), 1)).T
    strength = np.array([found[i, j] for i, j in above])
    chosen = np.argsort(-np.abs(strength), kind="stable")[:PAIRS]
    return [
        {"one": names[above[k, 0]], "other": names[above[k, 1]], "correlation": round(float(strength[k]), 4)}
        for k in chosen
    ]
