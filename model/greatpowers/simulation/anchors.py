"""What levels of escalation and order feel like: worlds that a reader knows, measured as histories are."""

import math
from collections.abc import Sequence
from functools import cache
from typing import NamedTuple

import numpy as np

from greatpowers.core.ladder import SEVERITY
from greatpowers.scenario.checks import quarter_number
from greatpowers.scenario.load import load_scenario
from greatpowers.scenario.schema import Scenario
from greatpowers.simulation.run import simulate

GREAT_WAR, ITS_QUARTER = "1913", "1914Q3"
"""The shipped scenario that tells of the First World War, and the quarter in which it began."""


class Anchor(NamedTuple):
    """A world that a reader knows: `severity` and `order` are NaN where it says nothing of them."""

    world: str
    severity: float
    order: float


def anchors(scenario: Scenario) -> tuple[Anchor, ...]:
    """This world at the start; the same if nobody challenged anybody; Europe in 1913, and as its war began.

    Escalation is that of places, from the rungs that the scenario's files give; order without breaches is where it
    stands at the end of a history in which no rung can be climbed.
    """
    calm = simulate(without_breaches(scenario), "laissez-faire")
    return (
        Anchor(f"{scenario.start}, as it begins", _severity(scenario), scenario.order.initial),
        Anchor("the same world without breaches", 0.0, float(calm.metrics["order"].iloc[-1])),
        *_great_war(),
    )


def anchor_words(found: Sequence[Anchor]) -> str:
    """The worlds in a sentence."""
    parts = []
    for anchor in found:
        levels = {"escalation": anchor.severity, "order": anchor.order}
        told = [f"{name} {level:.2f}" for name, level in levels.items() if not math.isnan(level)]
        parts.append(f"{anchor.world}: {' and '.join(told)}")
    return f"Escalation and order run from 0 to 1. {'; '.join(parts)}."


def _severity(scenario: Scenario, until: str | None = None) -> float:
    """Mean severity over places: at the start, or with what really happened up to a quarter."""
    rungs, index = np.array([place.rung for place in scenario.theatres], dtype=np.int64), scenario.theatre_index()
    last = quarter_number(until or scenario.start)
    for entry in scenario.happened if until else ():
        if entry.theatre is not None and entry.rung is not None and quarter_number(entry.quarter) <= last:
            rungs[index[entry.theatre]] = entry.rung
    return float(SEVERITY[rungs].mean()) if rungs.size else math.nan


def without_breaches(scenario: Scenario) -> Scenario:
    """The world at peace everywhere, whose challengers hold nothing and can do nothing, with no chronicle."""
    still = [place.model_copy(update={"rung": 0, "ceiling": 0, "control": 0.0, "recognised": 0.0, "annexed": False,
                                      "sanctions": 0.0, "sanctioning": (), "deal": None, "war": None})
             for place in scenario.theatres]  # fmt: skip
    return scenario.model_copy(update={"theatres": tuple(still), "happened": ()})


@cache
def _great_war() -> tuple[Anchor, ...]:
    europe = load_scenario(GREAT_WAR)
    return (
        Anchor(f"{europe.start}, before the First World War", _severity(europe), europe.order.initial),
        Anchor(f"{ITS_QUARTER}, as it began", _severity(europe, ITS_QUARTER), math.nan),
    )
