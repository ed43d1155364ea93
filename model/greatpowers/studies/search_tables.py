"""What a search found, as tables: the final set, where the presets lie, and how the front grew."""

from typing import NamedTuple

import numpy as np
import pandas as pd

from greatpowers.core.declare import Floats
from greatpowers.core.levers import SWITCH
from greatpowers.dictionary import Described, describe
from greatpowers.studies.policy_search import Found
from greatpowers.studies.search.fronts import covered, dominates, nearest, undominated
from greatpowers.studies.search.robust import RULES
from greatpowers.studies.search_settings import SearchSettings

RESAMPLES = 500


class SearchTables(NamedTuple):
    """Tables of a search, everything on fresh worlds and seeds unless said otherwise.

    `policies`: policy, generation, `undominated` (by each other and the presets), the objectives, and `*_search`, what
    the search itself had made of them; then levers. `presets`: policy, `dominated`, `share` of resamples of the worlds
    in which it is, `nearest` policy found, and for each objective its value and the `*_gap` of the nearest to it.
    `growth`: generation, tried, `covered` (share of the space of objectives that what was tried betters).
    """

    policies: pd.DataFrame
    presets: pd.DataFrame
    growth: pd.DataFrame


def search_tables(found: Found) -> SearchTables:
    """The tables of a search."""
    return SearchTables(_policies(found), _presets(found), _growth(found))


def shown_signs(settings: SearchSettings) -> Floats:
    """What losses are multiplied by to be shown: metrics in their own direction, regrets as losses."""
    pairs = zip(settings.rules, settings.signs, strict=True)
    return np.array([1.0 if rule == "regret" else sign for rule, sign in pairs])


def objective(settings: SearchSettings, name: str) -> Described:
    """How an objective is called on axes and in tables, in the unit of its metric."""
    entry, rule = describe(name), settings.rules[settings.objectives.index(name)]
    label = f"Regret in {entry.label.lower()}" if rule == "regret" else entry.label
    unit = "share of histories" if entry.unit == SWITCH else entry.unit
    return entry._replace(label=label, unit=unit, formula=f"{RULES[rule].meaning}: {entry.formula}")


def _policies(found: Found) -> pd.DataFrame:
    settings, count, signs = found.settings, len(found.policies), shown_signs(found.settings)
    fresh = found.fresh()
    table = pd.DataFrame({"policy": [policy.name for policy in found.policies], "generation": found.born[found.chosen]})
    table["undominated"] = undominated(fresh)[:count]
    values, before = fresh[:count] * signs, found.searched[found.chosen] * signs
    for k, name in enumerate(settings.objectives):
        table[name], table[f"{name}_search"] = values[:, k], before[:, k]
    for k, name in enumerate(settings.space.names):
        table[f"lever_{name}"] = found.tried[found.chosen][:, k]
    return table


def _presets(found: Found) -> pd.DataFrame:
    settings, count, signs = found.settings, len(found.policies), shown_signs(found.settings)
    fresh = found.fresh()
    ours, theirs = fresh[:count], fresh[count:]
    share, scale = _dominated_share(found), np.ptp(fresh, axis=0)
    rows = []
    for k, policy in enumerate(found.rivals):
        near = nearest(ours, theirs[k], scale)
        gap = (ours[near] - theirs[k]) * signs
        row: dict[str, object] = {
            "policy": policy.name,
            "dominated": bool(dominates(ours, theirs[k]).any()),
            "share": share[k],
            "nearest": found.policies[near].name,
        }
        for j, name in enumerate(settings.objectives):
            row[name], row[f"{name}_gap"] = theirs[k, j] * signs[j], gap[j]
        rows.append(row)
    return pd.DataFrame(rows)


def _dominated_share(found: Found) -> Floats:
    """Share of bootstrap resamples of the fresh worlds in which some policy found dominates each rival: [rivals]."""
    luck, worlds, count = np.random.default_rng(0), found.judged.shape[1], len(found.policies)
    hits = np.zeros(len(found.rivals))
    for _ in range(RESAMPLES):
        fresh = found.fresh(np.asarray(luck.integers(0, worlds, worlds)))
        hits += [dominates(fresh[:count], row).any() for row in fresh[count:]]
    return hits / RESAMPLES


def _growth(found: Found) -> pd.DataFrame:
    losses = found.searched
    best, worst = losses.min(axis=0), losses.max(axis=0)
    rows = []
    for generation in range(found.settings.generations):
        so_far = losses[found.born <= generation]
        rows.append((generation, len(so_far), covered(so_far[undominated(so_far)], best, worst)))
    return pd.DataFrame(rows, columns=["generation", "tried", "covered"])
