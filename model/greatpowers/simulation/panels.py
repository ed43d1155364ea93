"""Panels: tables about a scenario under some policies on matched seeds, and what all of them have in common.

What is asked is checked and prepared here, and every panel is described and written in the same way.
"""

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

import pandas as pd

from greatpowers.core.parameters import Parameters
from greatpowers.presentation.tables import table_shown
from greatpowers.scenario.errors import GreatPowersError
from greatpowers.scenario.schema import PolicyPreset, Scenario
from greatpowers.simulation.setup import (
    PoliciesLike,
    ScenarioLike,
    Setup,
    given_policies,
    given_scenario,
    prepare_all,
    seeds_as_data,
)
from greatpowers.storage.checkpoint import csv_text
from greatpowers.storage.manifest import configuration, digest, provenance, save_whole

EXACT = 15
"""Decimals in JSON: as many as pandas writes."""

FOR_AN_ERROR = 2
"""A standard error needs two histories."""


@dataclass(frozen=True, eq=False, repr=False)
class Panel(ABC):
    """Tables about one scenario under several policies, every policy on the same seeds."""

    kind: ClassVar[str]

    scenario: Scenario
    policies: tuple[PolicyPreset, ...]
    parameters: Parameters
    rounds: int
    seeds: tuple[int, ...]
    origin: Mapping[str, Any]

    def __repr__(self) -> str:
        names = ", ".join(policy.name for policy in self.policies)
        return f"{type(self).__name__}({self.scenario.name}, {names}, seeds={len(self.seeds)}, rounds={self.rounds})"

    def _repr_html_(self) -> str:
        name, table = next(iter(self.tables.items()))
        return table_shown(f"{self!r}: {name}", table)

    @property
    @abstractmethod
    def tables(self) -> dict[str, pd.DataFrame]:
        """Every table by the name of its file."""

    @property
    @abstractmethod
    def facts(self) -> dict[str, Any]:
        """What the manifest says besides what every panel says."""

    @property
    def pages(self) -> dict[str, str]:
        """Pages by the name of their file, as text; none unless a panel has some."""
        return {}

    @property
    def documents(self) -> dict[str, bytes]:
        """Pages that are no text, by the name of their file; none unless a panel has some."""
        return {}

    @property
    def manifest(self) -> dict[str, Any]:
        """What was played, with which software, on what: plain data."""
        return {
            **self.origin,
            "kind": self.kind,
            "scenario": self.scenario.name,
            "policies": [policy.name for policy in self.policies],
            "seeds": seeds_as_data(self.seeds),
            "rounds": self.rounds,
            **self.facts,
            "config_sha256": digest(configuration(self.scenario, self.policies)),
        }

    def save(self, directory: str | Path) -> Path:
        """Write everything to a directory, whole or not at all, and return its path.

        Each table as CSV and as JSON records (what is not known is empty, or null), pages, ``config.toml`` with the
        policies beside it, and ``manifest.json``. Refuses and raises like
        :meth:`greatpowers.simulation.history.History.save`.
        """
        content: dict[str, bytes | str] = {
            **self.pages,
            **configuration(self.scenario, self.policies),
            **self.documents,
        }
        for name, table in self.tables.items():
            content[f"{name}.csv"] = csv_text(table)
            content[f"{name}.json"] = table.to_json(
                orient="records", indent=2, double_precision=EXACT, force_ascii=False
            )
        return save_whole(directory, self.manifest, content)


def setups_for(
    scenario: ScenarioLike,
    policies: PoliciesLike | None,
    seeds: Sequence[int],
    rounds: int | None,
    parameters: Mapping[str, float] | None,
    least: int = 1,
) -> list[Setup]:
    """One setup a policy (by default the scenario's, or the presets), checked; `least` is the fewest seeds that do.

    Raises :class:`GreatPowersError` on what cannot be run.
    """
    if len(seeds) < least:
        raise GreatPowersError(f"seeds: {len(seeds)} gives no standard error; expected at least {least}.")
    loaded_scenario = given_scenario(scenario)
    return prepare_all(loaded_scenario, given_policies(loaded_scenario, policies), rounds, parameters)


def described(setups: Sequence[Setup], seeds: Sequence[int]) -> dict[str, Any]:
    """The fields that every panel has, of what was played."""
    return {
        "scenario": setups[0].scenario,
        "policies": tuple(setup.policy for setup in setups),
        "parameters": setups[0].parameters,
        "rounds": setups[0].rounds,
        "seeds": tuple(seeds),
        "origin": provenance(),
    }
