"""States in which policies are set in every way that a page knows."""

import random
from typing import Any

from greatpowers.scenario.kinds import LEVERS
from greatpowers.server.labels import is_switch
from greatpowers.server.state import LabState

REACHES = ("elsewhere", "scaled", "levers")


def settings(luck: random.Random, places: list[str]) -> dict[str, Any]:
    """Some levers in some reaches, and in some places; often none."""

    def some(most: int) -> dict[str, float]:
        chosen = luck.sample(sorted(LEVERS), luck.randint(0, most))
        return {name: value_of(luck, name) for name in chosen}

    tables = {reach: some(4) if luck.random() < 0.5 else {} for reach in REACHES}
    chosen = luck.sample(places, luck.randint(0, min(3, len(places)))) if luck.random() < 0.5 else []
    return {**tables, "places": {place: some(3) for place in chosen}}


def value_of(luck: random.Random, name: str) -> float:
    """An end of a lever's range, a step of its slider, or anything between."""
    low, high = LEVERS[name].low, LEVERS[name].high
    if is_switch(name):
        return luck.choice([low, high])
    return luck.choice([low, high, round(luck.uniform(low, high), 2), luck.uniform(low, high)])


def states_of(world: LabState, policies: list[str], places: list[str], count: int, seed: int) -> list[LabState]:
    """So many states of a world, equal for equal seeds."""
    luck = random.Random(seed)
    return [a_state(luck, world, policies, places) for _ in range(count)]


def a_state(luck: random.Random, world: LabState, policies: list[str], places: list[str]) -> LabState:
    """Two policies, each with something set over it or not, and changes of the first at later rounds."""
    changes = tuple(
        {**settings(luck, places), "from_round": start, "policy": luck.choice([None, luck.choice(policies)])}
        for start in luck.sample(range(1, 40), luck.randint(0, 3))
    )
    return world.changed(
        **settings(luck, places),
        policy=luck.choice(policies),
        against=luck.choice(policies),
        against_set=settings(luck, places),
        changes=changes,
    )
