"""The score of a history: points lost to each of five things, from 100, with weights that anybody may change.

Score = 100 - sum over terms of weight x price x quantity. It is linear, so the mean score of many histories is the
score of their means. Prices make the terms comparable over what policies do to the world of 2017; they are a judgement
about what matters, stated here and shown wherever a score is.
"""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import pandas as pd

from greatpowers.scenario.errors import GreatPowersError, is_number_in, shown, suggestion

BEST = 100.0
ROUNDS_PER_YEAR = 4
HEAVIEST = 5.0

Quantity = Callable[[Any, int], Any]


class Term(NamedTuple):
    """One thing that costs points: its quantity from a run's summary and length, and the points for one unit of it."""

    name: str
    label: str
    unit: str
    price: float
    meaning: str
    quantity: Quantity


TERMS = (
    Term("escalation", "Escalation", "mean severity", 200.0, "how grave things were, on average",
         lambda run, rounds: run["mean_severity"]),
    Term("order", "Order lost", "share", 40.0, "how far the rules against conquest have stopped binding by the end",
         lambda run, rounds: 1.0 - run["order"]),
    Term("revision", "Revision", "share of world power", 500.0, "what challengers hold of their neighbours at the end",
         lambda run, rounds: run["revision"]),
    Term("cost", "Cost to senders", "share of world output a year", 1000.0, "what sanctions, troops, aid and wars cost",
         lambda run, rounds: run["sender_cost"] * ROUNDS_PER_YEAR / rounds),
    Term("war", "War", "wars", 8.0, "wars begun; 3 more if great powers fight, 10 for a nuclear use",
         lambda run, rounds: run["wars_begun"] + 3.0 * run["great_power_wars_begun"] + 10.0 * run["nuclear_uses"]),
)  # fmt: skip

WEIGHTS = {term.name: 1.0 for term in TERMS}
SCORED = ("mean_severity", "order", "revision", "sender_cost", "wars_begun", "great_power_wars_begun", "nuclear_uses")
"""Columns of a run's summary that the score is made of."""


class Line(NamedTuple):
    """One line of a score: the quantity of a term in its unit, and the points lost to it."""

    term: Term
    quantity: float
    weight: float
    points: float


def score_lines(summary: Mapping[str, float], rounds: int, weights: Mapping[str, float] | None = None) -> list[Line]:
    """Points lost to each term; `summary` has the columns of a run's summary."""
    chosen = {**WEIGHTS, **checked_weights(weights or {})}
    found = []
    for term in TERMS:
        quantity, weight = float(term.quantity(summary, rounds)), chosen[term.name]
        found.append(Line(term, quantity, weight, weight * term.price * quantity))
    return found


def score(summary: Mapping[str, float], rounds: int, weights: Mapping[str, float] | None = None) -> float:
    """The score of a run: 100 less the points lost; it may fall below 0."""
    return BEST - sum(line.points for line in score_lines(summary, rounds, weights))


def scores(runs: pd.DataFrame, rounds: int, weights: Mapping[str, float] | None = None) -> "pd.Series[float]":
    """The score of every row of a table of runs."""
    chosen = {**WEIGHTS, **checked_weights(weights or {})}
    lost = sum(chosen[term.name] * term.price * term.quantity(runs, rounds) for term in TERMS)
    found: pd.Series[float] = (BEST - lost).rename("score")
    return found


def checked_weights(weights: Mapping[str, float]) -> dict[str, float]:
    """The weights, if each is of a term and from 0 to 5; raises :class:`GreatPowersError`."""
    for name, value in weights.items():
        if name not in WEIGHTS:
            raise GreatPowersError(f"score: there is no term '{name}'. {suggestion(name, WEIGHTS)}")
        if not is_number_in(value, 0.0, HEAVIEST):
            raise GreatPowersError(f"score: the weight of {name} is {shown(value)}; expected a number from 0 to 5.")
    return dict(weights)
