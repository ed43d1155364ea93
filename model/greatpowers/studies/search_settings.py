"""What a policy search is asked: everything its numbers depend on, as a file that can be compared with another."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import tomli_w

from greatpowers.core.levers import SWITCH
from greatpowers.dictionary import describe
from greatpowers.scenario.errors import GreatPowersError, suggestion
from greatpowers.scenario.kinds import repeated
from greatpowers.scenario.load import compared, load_policy
from greatpowers.scenario.preset_schema import PolicyPreset
from greatpowers.scenario.schema import Scenario
from greatpowers.simulation.setup import checked_count, checked_rounds, checked_seed
from greatpowers.simulation.summary import SUMMARY_COLUMNS
from greatpowers.statistics.outcomes import more_is_better
from greatpowers.storage.configuration import plain
from greatpowers.studies.policy_trials import ALL_PARAMETERS
from greatpowers.studies.search.robust import checked_rule
from greatpowers.studies.search.space import SEARCHED, Space, space_of

OBJECTIVES = ("mean_severity", "order", "sender_cost", "great_power_war")
"""Escalation, order, cost to senders and risk of catastrophe."""

BASE = "half-a-loaf"
FRESH = 2
"""How many times the worlds and seeds of the search the final set is judged on."""


@dataclass(frozen=True, eq=False)
class SearchSettings:
    """A policy search: over which levers, judged by what, in how many uncertain worlds, for how long.

    `worlds` uncertain worlds and `seeds` matched seeds judge each candidate; `robustness` is one of
    :data:`greatpowers.studies.search.robust.RULES`. `base` is the policy that is varied.
    """

    scenario: Scenario
    generations: int = 40
    population: int = 40
    worlds: int = 16
    seeds: int = 4
    rounds: int | None = None
    robustness: str = "worst-decile"
    objectives: tuple[str, ...] = OBJECTIVES
    levers: tuple[str, ...] = SEARCHED
    base: PolicyPreset = field(default_factory=lambda: load_policy(BASE))
    seed: int = 0
    uncertainties: Mapping[str, Any] = field(default_factory=lambda: ALL_PARAMETERS)

    def __post_init__(self) -> None:
        for name in ("generations", "population", "worlds", "seeds"):
            checked_count(name, getattr(self, name))
        checked_rounds(self.length)
        checked_seed(self.seed)
        checked_rule(self.robustness)
        _check_objectives(self.objectives)
        space_of(self.levers)

    @property
    def length(self) -> int:
        """Rounds of a history."""
        return self.scenario.rounds if self.rounds is None else self.rounds

    @property
    def space(self) -> Space:
        """The space of levers."""
        return space_of(self.levers)

    @property
    def signs(self) -> list[float]:
        """What each objective is multiplied by so that less is better."""
        return [-1.0 if more_is_better(name) else 1.0 for name in self.objectives]

    @property
    def rules(self) -> list[str]:
        """The rule by which each objective is summed up over worlds.

        What a history has or has not is a risk, and is always judged by its share of all histories: the worst of a
        few worlds would be the worst of luck.
        """
        return ["mean" if describe(name).unit == SWITCH else self.robustness for name in self.objectives]

    @property
    def presets(self) -> list[PolicyPreset]:
        """The policies that are held against what is found."""
        return [load_policy(name) for name in compared(self.scenario)]

    def text(self) -> str:
        """Everything but the number of generations, which may be raised later, as TOML."""
        return tomli_w.dumps(
            {
                "scenario": self.scenario.name,
                "population": self.population,
                "worlds": self.worlds,
                "seeds": self.seeds,
                "rounds": self.length,
                "robustness": self.robustness,
                "objectives": list(self.objectives),
                "levers": list(self.levers),
                "base": self.base.name,
                "seed": self.seed,
                "uncertainties": plain(self.uncertainties),
            }
        )


def _check_objectives(names: tuple[str, ...]) -> None:
    for name in names:
        if name not in SUMMARY_COLUMNS:
            raise GreatPowersError(f"objectives: there is no metric '{name}'. {suggestion(name, SUMMARY_COLUMNS)}")
        more_is_better(name)
    if twice := repeated(names):
        raise GreatPowersError(f"objectives: '{twice[0]}' is named more than once.")
    if len(names) < 2:
        raise GreatPowersError(f"objectives: there are {len(names)}; expected at least two, or there is no front.")
