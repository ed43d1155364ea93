"""What the answer rests on: every parameter and lever switched off and doubled, under every policy, on matched luck."""

import copy
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal

import numpy as np
import pandas as pd

from greatpowers.core.declare import Declared, Floats
from greatpowers.core.parameters import Parameters, pack
from greatpowers.scenario.build import build_world
from greatpowers.scenario.errors import GreatPowersError
from greatpowers.scenario.schema import PolicyPreset, Scenario
from greatpowers.simulation.ensemble import play_all
from greatpowers.simulation.parallel import Progress
from greatpowers.simulation.setup import (
    PolicyLike,
    ScenarioLike,
    Setup,
    checked_count,
    given_policies,
    given_scenario,
    prepare,
)
from greatpowers.simulation.summary import SUMMARY_COLUMNS
from greatpowers.storage.configuration import configuration, digest
from greatpowers.storage.provenance import provenance
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
from greatpowers.validation.panel_files import save_panel

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


LEAST_SEEDS = 2
"""A standard error needs two differences."""

AT_A_TIME = 8
"""Variations whose worlds are kept at the same time; a seed's luck is drawn once for all of them."""


@dataclass(frozen=True, eq=False, repr=False)
class Mechanisms:
    """What one scenario's results rest on; every variation and every policy was played on the same seeds.

    `effects` has one row per variation, policy and outcome: mean of the baseline, mean with the change, their paired
    difference with its standard error and z. `ranks` has one row per mechanism switched off and ranked outcome: the
    order of the policies, its Kendall distance from that of the baseline, and the pairs of policies that are told apart
    (|z| of 2 or more) in both and the other way round. `inert` has one row per mechanism: the largest |z| over all
    outcomes and policies when it is switched off and when it is doubled, and whether neither reaches 3.
    """

    scenario: Scenario
    policies: tuple[PolicyPreset, ...]
    parameters: Parameters
    rounds: int
    seeds: int
    effects: pd.DataFrame
    ranks: pd.DataFrame
    inert: pd.DataFrame
    origin: Mapping[str, Any]

    def __repr__(self) -> str:
        names = ", ".join(policy.name for policy in self.policies)
        return f"Mechanisms({self.scenario.name}, {names}, seeds={self.seeds}, rounds={self.rounds})"

    @property
    def inert_names(self) -> list[str]:
        """Names of what moves nothing at all."""
        return list(self.inert.loc[self.inert["inert"], "mechanism"])

    @property
    def manifest(self) -> dict[str, Any]:
        """What was played, with which software, on what: plain data."""
        return {
            **self.origin,
            "kind": "mechanisms",
            "scenario": self.scenario.name,
            "policies": [policy.name for policy in self.policies],
            "seeds": self.seeds,
            "rounds": self.rounds,
            "outcomes": list(OUTCOMES),
            "ranked": list(RANKED),
            "inert": self.inert_names,
            "config_sha256": digest(configuration(self.scenario, self.policies)),
        }

    def save(self, directory: str | Path) -> Path:
        """Write the tables to a directory and return its path; see :mod:`greatpowers.validation.panel_files`."""
        tables = {"effects": self.effects, "ranks": self.ranks, "mechanisms": self.inert}
        return save_panel(directory, tables, self.scenario, self.policies, self.manifest)


def mechanisms(
    scenario: ScenarioLike = "2017",
    policies: Sequence[PolicyLike] | None = None,
    seeds: int = 60,
    rounds: int | None = None,
    parameters: Mapping[str, float] | None = None,
    workers: int | None = None,
    progress: Progress | None = None,
) -> Mechanisms:
    """Switch every parameter and lever off, and double it, under every policy on seeds 0 to `seeds - 1`.

    `progress` is told (histories done, in all). Results do not depend on `workers`. Raises :class:`GreatPowersError` on
    what cannot be run.
    """
    if checked_count("seeds", seeds) < LEAST_SEEDS:
        raise GreatPowersError(f"seeds: {seeds} gives no standard error; expected a whole number of at least 2.")
    found = given_scenario(scenario)
    chosen = given_policies(found, policies)
    setups = [prepare(found, policy, rounds, parameters) for policy in chosen]
    changes = variations(setups)
    values = play_variations(setups, changes, seeds, workers, progress)
    names = [policy.name for policy in chosen]
    effects = effects_table(changes, names, values)
    return Mechanisms(
        scenario=setups[0].scenario,
        policies=chosen,
        parameters=setups[0].parameters,
        rounds=setups[0].rounds,
        seeds=int(seeds),
        effects=effects,
        ranks=ranks_table(changes, names, values),
        inert=inert_table(effects, setups[0].parameters),
        origin=provenance(),
    )


def play_variations(
    setups: Sequence[Setup],
    changes: Sequence[Variation],
    seeds: int,
    workers: int | None,
    progress: Progress | None,
) -> Floats:
    """Outcomes of the baseline and of each change: [1 + changes, policies, seeds, outcomes]."""
    columns = [SUMMARY_COLUMNS.index(name) for name in OUTCOMES]
    values = np.empty((1 + len(changes), len(setups), seeds, len(columns)))
    for first in range(0, len(values), AT_A_TIME):
        rows = range(first, min(first + AT_A_TIME, len(values)))
        batch = [setup for row in rows for setup in (varied(setups, changes[row - 1]) if row else setups)]
        told = _in_histories(progress, first * len(setups) * seeds, len(batch), values.shape[:3])
        played = play_all(batch, range(seeds), workers, told, None)[..., columns]
        values[first : first + len(rows)] = played.reshape(len(rows), len(setups), seeds, len(columns))
    return values


def _in_histories(progress: Progress | None, before: int, together: int, shape: tuple[int, ...]) -> Progress | None:
    """Jobs are seeds of a batch; people count histories."""
    if progress is None:
        return None
    return lambda done, _: progress(before + done * together, int(np.prod(shape)))
