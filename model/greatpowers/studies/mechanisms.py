"""What the answer rests on: every parameter and lever switched off and doubled, under every policy, on matched luck."""

import copy
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, ClassVar, Literal

import numpy as np
import pandas as pd

from greatpowers.core.declare import Declared, Floats
from greatpowers.core.parameters import Parameters, pack
from greatpowers.presentation.tables import table_shown
from greatpowers.scenario.build import build_world
from greatpowers.simulation.ensemble import play_all
from greatpowers.simulation.panels import FOR_AN_ERROR, Panel, described, setups_for
from greatpowers.simulation.parallel import Progress
from greatpowers.simulation.setup import PoliciesLike, ScenarioLike, Seeds, Setup, checked_seeds
from greatpowers.simulation.summary import SUMMARY_COLUMNS
from greatpowers.studies.mechanism_tables import (
    OUTCOMES,
    RANKED,
    effects_table,
    inert_table,
    levers,
    neutral_lever,
    neutral_parameter,
    parameters,
    ranks_table,
)

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


AT_A_TIME = 8
"""Variations whose worlds are kept at the same time; a seed's luck is drawn once for all of them."""


@dataclass(frozen=True, eq=False, repr=False)
class Mechanisms(Panel):
    """What one scenario's results rest on; every variation and every policy was played on the same seeds.

    `effects` has one row per variation, policy and outcome: mean of the baseline, mean with the change, their paired
    difference with its standard error and z. `ranks` has one row per mechanism switched off and ranked outcome: the
    order of the policies, its Kendall distance from that of the baseline, and the pairs of policies that are told apart
    (|z| of 2 or more) in both and the other way round. `inert` has one row per mechanism: the largest |z| over all
    outcomes and policies when it is switched off and when it is doubled, and whether neither reaches 3.
    """

    kind: ClassVar[str] = "mechanisms"

    effects: pd.DataFrame
    ranks: pd.DataFrame
    inert: pd.DataFrame

    def _repr_html_(self) -> str:
        return table_shown(f"{self!r}: what moves nothing", self.inert[self.inert["inert"]])

    @property
    def inert_names(self) -> list[str]:
        """Names of what moves nothing at all."""
        return list(self.inert.loc[self.inert["inert"], "mechanism"])

    @property
    def tables(self) -> dict[str, pd.DataFrame]:
        """Every table by the name of its file."""
        return {"effects": self.effects, "ranks": self.ranks, "mechanisms": self.inert}

    @property
    def facts(self) -> dict[str, Any]:
        """What was measured, by what policies were ranked, and what is inert."""
        return {"outcomes": list(OUTCOMES), "ranked": list(RANKED), "inert": self.inert_names}


def mechanisms(
    scenario: ScenarioLike = "2017",
    policies: PoliciesLike | None = None,
    seeds: Seeds = 60,
    rounds: int | None = None,
    parameters: Mapping[str, float] | None = None,
    workers: int | None = None,
    progress: Progress | None = None,
) -> Mechanisms:
    """Switch every parameter and lever off, and double it, under every policy on `seeds`, a number or the seeds.

    `progress` is told (histories done, in all). Results do not depend on `workers`. Raises :class:`GreatPowersError` on
    what cannot be run.
    """
    numbers = checked_seeds(seeds)
    setups = setups_for(scenario, policies, numbers, rounds, parameters, FOR_AN_ERROR)
    changes = variations(setups)
    values = play_variations(setups, changes, numbers, workers, progress)
    names = [setup.policy.name for setup in setups]
    effects = effects_table(changes, names, values)
    ranks, inert = ranks_table(changes, names, values), inert_table(effects, setups[0].parameters)
    return Mechanisms(**described(setups, numbers), effects=effects, ranks=ranks, inert=inert)


def play_variations(
    setups: Sequence[Setup],
    changes: Sequence[Variation],
    seeds: Sequence[int],
    workers: int | None,
    progress: Progress | None,
) -> Floats:
    """Outcomes of the baseline and of each change: [1 + changes, policies, seeds, outcomes]."""
    columns = [SUMMARY_COLUMNS.index(name) for name in OUTCOMES]
    values = np.empty((1 + len(changes), len(setups), len(seeds), len(columns)))
    for first in range(0, len(values), AT_A_TIME):
        rows = range(first, min(first + AT_A_TIME, len(values)))
        batch = [setup for row in rows for setup in (varied(setups, changes[row - 1]) if row else setups)]
        told = _in_histories(progress, first * len(setups) * len(seeds), len(batch), values.shape[:3])
        played = play_all(batch, seeds, workers, told, None)[..., columns]
        values[first : first + len(rows)] = played.reshape(len(rows), len(setups), len(seeds), len(columns))
    return values


def _in_histories(progress: Progress | None, before: int, together: int, shape: tuple[int, ...]) -> Progress | None:
    """Jobs are seeds of a batch; people count histories."""
    if progress is None:
        return None
    return lambda done, _: progress(before + done * together, int(np.prod(shape)))
