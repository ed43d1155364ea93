"""Plain words beside the field's terms, the colours of doctrines, and short numbers: what the page shows."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from greatpowers.core.declare import Floats
from greatpowers.core.ladder import SEVERITY, TOP_RUNG
from greatpowers.core.metrics import METRICS
from greatpowers.scenario.kinds import rung_name

RUNGS = (
    "no hostile act",
    "meddling: propaganda, hacking, elections",
    "provocation: airspace, border incidents",
    "arming others to fight",
    "own forces, in small numbers",
    "open use of own forces",
    "taking land",
    "war between states",
)
"""What each rung looks like, 0 to 7."""

METRIC_WORDS = {
    "highest_level": "How hostile the most hostile place is",
    "highest_rung": "How far up the ladder the hottest place is",
    "mean_severity": "How grave things are, on average over all places",
    "level_1": "Places at peace",
    "level_2": "Places with threats or meddling",
    "level_3": "Places with shows of force or armed proxies",
    "level_4": "Places where force is used",
    "level_5": "Places at war",
    "new_crises": "Places that became a crisis this quarter",
    "wars_begun": "Wars that began this quarter",
    "wars_under_way": "Places at war now",
    "great_power_wars_begun": "Wars that came to have great powers on both sides",
    "nuclear_uses": "Nuclear weapons used this quarter",
    "battle_deaths": "People killed in battle this quarter",
    "war_cost": "What wars cost those who fight them",
    "order": "How far the rules against conquest still hold",
    "revision": "How much of the world's power challengers have taken",
    "concentration": "How far power is gathered in few hands",
    "effective_powers": "How many equal powers the world amounts to",
    "followers_kept": "States that live by the rules and have not been taken over",
    "alliance_cohesion": "How ready allies are to stand together",
    "capability_churn": "How fast military strength changes hands",
    "peace": "Whether no place is at war",
    "sanctions": "How hard sanctions are, on average",
    "sanctions_imposed": "States that joined sanctions this quarter",
    "breadth": "How much of the trade sanctions reach",
    "target_cost": "What sanctions cost those they hit, and war those who challenge",
    "sender_cost": "What sanctions, troops, aid and war at a host's side cost those who give them",
    "deterrence_tries": "Places close to a red line",
    "deterrence_failures": "Red lines crossed this quarter",
    "deals_offered": "Deals offered this quarter",
    "deals_accepted": "Deals signed this quarter",
    "deals_in_force": "Deals that stand",
    "deals_broken_by_challenger": "Deals broken by the challenger",
    "deals_broken_by_guardians": "Deals broken by the coalition",
    "deals_broken_by_spoilers": "Deals broken by spoilers on the ground",
    "relief_paid": "How much relief has been paid under deals",
    "credibility": "How far challengers believe the coalition's word",
    "true_credibility": "How far the coalition would really keep its word",
    "misperception": "By how much challengers misjudge the coalition",
}
"""What a metric says to somebody who does not know the field."""

PALETTE = ("#0072B2", "#D55E00", "#E69F00", "#CC79A7", "#009E73", "#7f5539", "#56B4E9", "#8c8c8c")
"""The palette of all figures (Okabe & Ito 2008), in the order doctrines take their colours."""

DOCTRINE_ORDER = (
    "order-preserving",
    "nineteenth-century",
    "stakeholder-revisionist",
    "insecure",
    "trading-state",
    "greedy",
)
"""Shipped doctrines keep the same colour in every scenario."""


def metric_labels() -> dict[str, dict[str, str]]:
    """Label and unit of each metric as the registry has them, and the same in plain words."""
    return {
        entry.name: {"label": entry.label, "unit": entry.unit, "plain": METRIC_WORDS[entry.name]} for entry in METRICS
    }


def ladder() -> list[dict[str, object]]:
    """The rungs 0 to 7: number, name, plain words, severity in [0, 1]."""
    return [
        {
            "rung": rung,
            "name": rung_name(rung).replace("-", " "),
            "plain": RUNGS[rung],
            "severity": float(SEVERITY[rung]),
        }
        for rung in range(TOP_RUNG + 1)
    ]


def doctrine_colours(doctrines: Sequence[str]) -> dict[str, str]:
    """A colour for each doctrine: its own if it is shipped, else the next of the palette that is free."""
    own = {name: PALETTE[place] for place, name in enumerate(DOCTRINE_ORDER)}
    spare = [colour for colour in PALETTE if colour not in {own.get(name) for name in doctrines}]
    others = [name for name in doctrines if name not in own]
    return {name: own.get(name) or spare[others.index(name) % len(spare)] for name in doctrines}


DIGITS = 4


def significant(values: Floats, digits: int = DIGITS) -> Floats:
    """The values rounded to so many significant digits; zeros and what is not finite stay as they are."""
    values = np.asarray(values, dtype=np.float64)
    size = np.abs(values)
    usual = (size > 0) & np.isfinite(size)
    places = digits - 1 - np.floor(np.log10(np.where(usual, size, 1.0)))
    # Dividing by a whole power of ten gives the double that prints shortest; multiplying by a fraction does not.
    up, down = 10.0 ** np.maximum(places, 0.0), 10.0 ** np.maximum(-places, 0.0)
    rounded: Floats = np.round(values * up / down) * down / up
    return np.where(usual, rounded, values)


def short(values: Floats, digits: int = DIGITS) -> list[Any]:
    """Nested lists of rounded numbers; whole columns of whole numbers are written without a point."""
    rounded = significant(values, digits)
    whole = rounded.size > 0 and bool(np.all(np.isfinite(rounded))) and bool(np.all(rounded == np.round(rounded)))
    lists: list[Any] = (rounded.astype(np.int64) if whole else rounded).tolist()
    return lists
