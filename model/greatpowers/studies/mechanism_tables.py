"""Tables of what switching mechanisms off and doubling them does, from the outcomes of matched histories."""

from collections.abc import Sequence
from itertools import combinations

import numpy as np
import pandas as pd

from greatpowers.core.declare import Floats
from greatpowers.core.parameters import Parameters
from greatpowers.dictionary import describe
from greatpowers.studies.mechanism_setups import Variation
from greatpowers.studies.neutral_values import levers, neutral_lever, neutral_parameter, parameters

OUTCOMES = (
    "mean_severity",
    "wars_begun",
    "great_power_wars_begun",
    "battle_deaths",
    "order",
    "sender_cost",
    "target_cost",
    "revision",
)
"""What is measured of each history: columns of its summary."""

RANKED = ("mean_severity", "wars_begun", "battle_deaths", "sender_cost")
"""Outcomes by which policies are put in order, the least first."""

TOLD_APART = 2.0
"""|z| of a difference between policies from which on they count as told apart."""

MOVED = 3.0
"""|z| from which on an outcome counts as moved; more than for one comparison, because there are many."""

EFFECTS = (
    *("kind", "mechanism", "change", "value", "policy", "outcome", "unit"),
    *("baseline", "changed", "difference", "error", "z"),
)
RANKS = ("kind", "mechanism", "outcome", "order", "distance", "holds", "reversed", "reversed_pairs")
INERT = ("kind", "mechanism", "default", "neutral", "meaning", "off_z", "doubled_z", "inert")

BEFORE = " < "
"""Between policies in order."""


def paired(differences: Floats) -> tuple[Floats, Floats, Floats]:
    """Mean, standard error and z over the first axis of matched differences [n, ...]; z is 0 where nothing differs."""
    mean = differences.mean(axis=0)
    error = differences.std(axis=0, ddof=1) / np.sqrt(len(differences))
    signed = np.where(mean == 0.0, 0.0, np.copysign(np.inf, mean))
    return mean, error, np.divide(mean, error, out=signed, where=error > 0.0)


def effects_table(changes: Sequence[Variation], policies: Sequence[str], values: Floats) -> pd.DataFrame:
    """One row per change, policy and outcome; `values` [1 + changes, policies, seeds, outcomes], baseline first."""
    rows = []
    for change, changed in zip(changes, values[1:], strict=True):
        mean, error, z = paired(np.moveaxis(changed - values[0], 1, 0))
        before, after = values[0].mean(axis=1), changed.mean(axis=1)
        for p, policy in enumerate(policies):
            for o, outcome in enumerate(OUTCOMES):
                named = (change.kind, change.name, change.change, change.value, policy, outcome, describe(outcome).unit)
                rows.append((*named, before[p, o], after[p, o], mean[p, o], error[p, o], z[p, o]))
    return pd.DataFrame(rows, columns=list(EFFECTS)).astype({"value": "float64"})


def ranks_table(changes: Sequence[Variation], policies: Sequence[str], values: Floats) -> pd.DataFrame:
    """One row per mechanism switched off and ranked outcome: the order of policies and what of the baseline's holds."""
    off = [(change, changed) for change, changed in zip(changes, values[1:], strict=True) if change.change == "off"]
    rows = []
    for change, changed in off:
        for outcome in RANKED:
            column = OUTCOMES.index(outcome)
            rows.append(
                (change.kind, change.name, outcome, *_held(policies, values[0, ..., column], changed[..., column]))
            )
    return pd.DataFrame(rows, columns=list(RANKS))


def _held(policies: Sequence[str], before: Floats, after: Floats) -> tuple[str, int, bool, int, str]:
    """Order of the policies after, its distance from before, whether it holds, and which pairs changed places."""
    distance, turned = kendall_distance(before, after), reversed_pairs(before, after)
    pairs = "; ".join(BEFORE.join(policies[place] for place in pair) for pair in turned)
    order = BEFORE.join(policies[place] for place in order_of(after))
    return order, distance, distance == 0, len(turned), pairs


def order_of(values: Floats) -> list[int]:
    """Policies by their mean, the least first, ties as they stand, from values [policies, seeds]."""
    return [int(place) for place in np.argsort(values.mean(axis=1), kind="stable")]


def kendall_distance(before: Floats, after: Floats) -> int:
    """Pairs of policies that the two orders put the other way round  (Kendall 1938)."""
    first, second = order_of(before), order_of(after)
    return sum(second.index(a) > second.index(b) for a, b in combinations(first, 2))


def reversed_pairs(before: Floats, after: Floats) -> list[tuple[int, int]]:
    """Pairs told apart before and after, but the other way round: each as (least, other) after the change."""
    found = []
    for a, b in combinations(range(len(before)), 2):
        was, now = float(paired(before[b] - before[a])[2]), float(paired(after[b] - after[a])[2])
        if min(abs(was), abs(now)) >= TOLD_APART and was * now < 0.0:
            found.append((a, b) if now > 0.0 else (b, a))
    return found


def inert_table(effects: pd.DataFrame, now: Parameters) -> pd.DataFrame:
    """One row per parameter and lever: its default and neutral value, and the largest |z| of either change.

    |z| is empty for a change that was not made, because there is no neutral value or the value is neutral already.
    What was not changed at all is not inert: nothing is known of it.
    """
    largest = effects["z"].abs().groupby([effects["kind"], effects["mechanism"], effects["change"]]).max()
    rows: list[tuple[str, str, float | None, float | None, str]] = []
    for declared in parameters():
        neutral = neutral_parameter(declared)
        rows.append(("parameter", declared.name, float(getattr(now, declared.name)), neutral.value, neutral.meaning))
    for declared in levers():
        neutral = neutral_lever(declared)
        rows.append(("lever", declared.name, None, neutral.value, neutral.meaning))
    found = [
        (*row, *_judged(*(largest.get((*row[:2], change), np.nan) for change in ("off", "doubled")))) for row in rows
    ]
    return pd.DataFrame(found, columns=list(INERT)).astype({"default": "float64", "neutral": "float64"})


def _judged(off: float, doubled: float) -> tuple[float, float, bool]:
    known = [z for z in (off, doubled) if not np.isnan(z)]
    return off, doubled, bool(known) and max(known) < MOVED
