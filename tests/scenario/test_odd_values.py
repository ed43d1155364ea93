"""Whatever stands in whichever setting, a file either loads and builds, or gets one clear sentence."""

import copy
import datetime
import math
import random
import tomllib
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

from greatpowers import GreatPowersError, load_policy
from greatpowers.core.declare import fields_of
from greatpowers.core.world import Pairs, Stances, States, System, Theatres, World
from greatpowers.scenario.build import build_parameters, build_policy, build_world
from greatpowers.scenario.library import configs_directory
from greatpowers.scenario.load import read_policy, read_scenario

ODD = [
    0, -1, 1, 2, 0.5, -0.0, 1e-300, 1e300, 10**400, math.nan, math.inf, -math.inf, True, False, "", "x", "Arda",
    "USA\n", "\0", [], [[]], [0], ["Arda"], [["Arda", "Arda"]], {}, {"a": 1}, {"Arda": 0.5}, [{}], [{"id": "q"}],
    datetime.date(2017, 1, 1), None,
]  # fmt: skip


def read(folder: str, name: str) -> dict[str, Any]:
    return tomllib.loads((configs_directory() / folder / f"{name}.toml").read_text(encoding="utf-8"))


def columns(world: World) -> Iterator[tuple[Any, str]]:
    """Every column of every table of a world."""
    for part, layout in zip(world, (States, Pairs, Theatres, Stances, System), strict=True):
        yield from ((part, declared.name) for declared in fields_of(layout))


def places(table: Any) -> Iterator[tuple[Any, Any]]:
    """Every (container, key) in nested tables and lists."""
    keys = list(table) if isinstance(table, dict) else list(range(len(table)))
    for key in keys:
        yield table, key
        if isinstance(table[key], dict | list):
            yield from places(table[key])


def spoiled(good: dict[str, Any], luck: random.Random) -> dict[str, Any]:
    """A copy with one or two values replaced, removed, or repeated."""
    data = copy.deepcopy(good)
    for _ in range(luck.choice((1, 1, 2))):
        container, key = luck.choice(list(places(data)))
        action = luck.random()
        if action < 0.15:
            del container[key]
        elif action < 0.25 and isinstance(container, list):
            container.append(container[key])
        else:
            container[key] = copy.deepcopy(luck.choice(ODD))
        if not data:
            break
    return data


@pytest.mark.parametrize("seed", range(8))
def test_a_spoiled_scenario_builds_or_is_refused(seed: int) -> None:
    luck = random.Random(seed)
    good, policy = read("scenarios", "template"), load_policy("half-a-loaf")
    for _ in range(250):
        data = spoiled(good, luck)
        try:
            scenario = read_scenario(data)
        except GreatPowersError as error:
            assert "pydantic" not in str(error)
            continue
        world = build_world(scenario, build_parameters(scenario, None))
        build_policy(scenario, policy)
        assert all(np.isfinite(getattr(part, name)).all() for part, name in columns(world))


@pytest.mark.parametrize("seed", range(2))
def test_a_spoiled_policy_loads_or_is_refused(seed: int) -> None:
    luck = random.Random(seed)
    good = read("policies", "reluctant-then-containment")
    for _ in range(250):
        try:
            read_policy(spoiled(good, luck))
        except GreatPowersError as error:
            assert "pydantic" not in str(error)
