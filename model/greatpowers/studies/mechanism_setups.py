"""A scenario under each policy with one parameter or lever changed: switched off, or doubled."""

import copy
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from greatpowers.core.declare import Declared
from greatpowers.core.parameters import Parameters, pack
from greatpowers.scenario.build import build_world
from greatpowers.simulation.setup import Setup
from greatpowers.studies.neutral_values import levers, neutral_lever, neutral_parameter, parameters

Kind = Literal["parameter", "lever"]
Change = Literal["off", "doubled"]


@dataclass(frozen=True)
class Variation:
    """One change of one parameter or lever; `value` is None for a lever doubled, whose values differ by place."""

    kind: Kind
    name: str
    change: Change
    value: float | None


def variations(setups: Sequence[Setup]) -> list[Variation]:
    """Everything that can be switched off and doubled, in the order of the core; what would change nothing is left out.

    `setups` are those of the baseline, one a policy, which share their parameters.
    """
    found = [change for declared in parameters() for change in _of_parameter(declared, setups[0].parameters)]
    for declared in levers():
        found += [change for change in _of_lever(declared) if any(_moves(setup, change, declared) for setup in setups)]
    return found


def _of_parameter(declared: Declared, now: Parameters) -> list[Variation]:
    value, off = float(getattr(now, declared.name)), neutral_parameter(declared).value
    doubled = _doubled(declared, value)
    changes: tuple[tuple[Change, float | None], ...] = (("off", off), ("doubled", doubled))
    return [Variation("parameter", declared.name, c, v) for c, v in changes if v is not None and v != value]


def _of_lever(declared: Declared) -> list[Variation]:
    off = neutral_lever(declared).value
    found = [] if off is None else [Variation("lever", declared.name, "off", off)]
    return [*found, Variation("lever", declared.name, "doubled", None)]


def _doubled(declared: Declared, value: float) -> float:
    return float(np.clip(2.0 * value, declared.field.low, declared.field.high))


def _moves(setup: Setup, variation: Variation, declared: Declared) -> bool:
    before = getattr(setup.levers.levers, declared.name)
    return not np.array_equal(before, getattr(_with_lever(setup, variation).levers.levers, declared.name))


def varied(setups: Sequence[Setup], variation: Variation) -> list[Setup]:
    """The setups of the baseline with one change; the world is built anew where a parameter changes."""
    if variation.kind == "lever":
        return [_with_lever(setup, variation) for setup in setups]
    values = {**setups[0].parameters._asdict(), variation.name: variation.value}
    chosen, scenario = Parameters(**values), setups[0].scenario.model_copy(update={"parameters": values})
    world, packed = build_world(scenario, chosen), pack(chosen)
    return [replace(s, scenario=scenario, parameters=chosen, world=world, packed=packed) for s in setups]


def _with_lever(setup: Setup, variation: Variation) -> Setup:
    table = copy.copy(setup.levers.levers)
    declared = next(found for found in levers() if found.name == variation.name)
    values = getattr(table, variation.name)
    low, high = declared.field.low, declared.field.high
    values[:] = np.clip(2.0 * values, low, high) if variation.value is None else variation.value
    return replace(setup, levers=setup.levers._replace(levers=table))
