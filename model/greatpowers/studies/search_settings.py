"""What a policy search is asked, as a file: everything its numbers depend on, and the space of policies it searches.

And how it plays: every policy on the same luck in the same sample of uncertain worlds.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple

import numpy as np
import tomli_w

from greatpowers.core.declare import Floats
from greatpowers.core.levers import SWITCH
from greatpowers.dictionary import PLACE_MARK, describe, place_columns
from greatpowers.experiments.load import read_experiment
from greatpowers.experiments.schema import samples
from greatpowers.scenario.build import all_levers, build_policy
from greatpowers.scenario.errors import GreatPowersError, need_known
from greatpowers.scenario.kinds import LEVERS, repeated
from greatpowers.scenario.load import compared, load_policy
from greatpowers.scenario.schema import PolicyPreset, Scenario
from greatpowers.simulation.ensemble import Progress, in_histories, play_and_read, run_jobs
from greatpowers.simulation.places import PLACE_NAMES
from greatpowers.simulation.run import play_matched
from greatpowers.simulation.setup import Setup, checked_count, checked_rounds, checked_seed, prepare
from greatpowers.simulation.summary import SUMMARY_COLUMNS, summarise
from greatpowers.statistics.outcomes import more_is_better
from greatpowers.storage.manifest import plain
from greatpowers.studies.search_algorithm import checked_population, checked_rule

ALL_PARAMETERS = {"all": {"from": 0.5, "to": 2.0}}
"""Every parameter from half to twice its default, within what it is declared for."""


class PolicyTrials:
    """A scenario in several worlds and on several seeds, on which policies are tried.

    Args:
        scenario: what is played.
        rounds: rounds of a history.
        worlds: how many samples of the uncertain parameters, by Latin hypercube.
        sample_seed: seed of the sample.
        seeds: the luck that every policy meets in every world.
        metrics: columns of a history's summary that are kept, or outcomes of places such as ``war.donbas``.
        uncertainties: which parameters vary and how far, as an experiment file says it.
    """

    def __init__(
        self,
        scenario: Scenario,
        rounds: int,
        worlds: int,
        sample_seed: int,
        seeds: Sequence[int],
        metrics: Sequence[str],
        uncertainties: Mapping[str, object],
    ) -> None:
        self.seeds, self.metrics = tuple(seeds), tuple(metrics)
        known = [*SUMMARY_COLUMNS, *place_columns(scenario.theatre_index())]
        self._columns = [known.index(name) for name in metrics]
        self._of_places = any(column >= len(SUMMARY_COLUMNS) for column in self._columns)
        drawn = sample_of(worlds, sample_seed, uncertainties)
        # Whatever is tried takes the place of this policy.
        self.worlds = [prepare(scenario, "laissez-faire", rounds, parameters) for parameters in drawn]

    def runs(self, policies: int) -> int:
        """How many histories it takes to try so many policies."""
        return policies * len(self.worlds) * len(self.seeds)

    def play(self, policies: Sequence[PolicyPreset], workers: int | None, progress: Progress | None) -> Floats:
        """Means over seeds, shape [policies, worlds, metrics]; the same whatever the number of workers."""
        levers = [build_policy(self.worlds[0].scenario, policy) for policy in policies]
        values = np.empty((len(self.worlds), len(self.seeds), len(policies), len(self.metrics)))

        def work(job: int) -> None:
            which, seed = divmod(job, len(self.seeds))
            setups = [
                replace(self.worlds[which], policy=policy, levers=table)
                for policy, table in zip(policies, levers, strict=True)
            ]
            for row, outcomes in enumerate(self._read(setups, self.seeds[seed])):
                values[which, seed, row] = outcomes[self._columns]

        run_jobs(len(self.worlds) * len(self.seeds), work, workers, in_histories(progress, len(policies)))
        means: Floats = values.mean(axis=1).transpose(1, 0, 2)
        return means

    def _read(self, setups: Sequence[Setup], seed: int) -> list[Floats]:
        """Summary of one history for each setup, followed by what becomes of places if that is asked for."""
        if not self._of_places:
            return [summarise(metrics) for metrics in play_matched(setups, seed)]
        readings = [play_and_read(setup, seed) for setup in setups]
        return [np.append(reading.values, reading.places) for reading in readings]


def sample_of(worlds: int, seed: int, uncertainties: Mapping[str, object]) -> list[dict[str, float]]:
    """Parameters of each world: a Latin hypercube over what is uncertain; raises :class:`GreatPowersError`."""
    experiment = read_experiment(
        {
            "format": 1,
            "name": "worlds",
            "title": "Uncertain worlds",
            "scenarios": ["2017"],
            "replicates": 1,
            "uncertainties": dict(uncertainties),
            "sample": {"method": "lhs", "size": worlds, "seed": seed},
        },
        "search",
    )
    draws = samples(experiment)
    return [draws[number] for number in range(worlds)]


SEARCHED = (
    "sanctions", "secondary", "presence", "red_line", "aid",
    "deal", "keep", "relief", "neutrality", "monitors", "peacekeepers", "snapback", "counter_insurgency",
)  # fmt: skip
"""Levers that are moved unless others are named; the rest stays as in the policy that is varied."""

SHARE_STEP = 0.01
WHOLE_UNITS = (SWITCH, "rung", "steps")


class Space(NamedTuple):
    """Levers with the lowest and highest value of each and the step in which it moves."""

    names: tuple[str, ...]
    low: Floats
    high: Floats
    step: Floats

    def rounded(self, points: Floats) -> Floats:
        """Points [n, levers] on the grid of steps, within bounds: whole rungs, and shares a reader can remember."""
        steps = np.round((points - self.low) / self.step)
        return np.clip(np.round(self.low + steps * self.step, 10), self.low, self.high)

    def point(self, policy: PolicyPreset) -> Floats:
        """Where a policy lies, by its levers from the first round on: shape [levers]."""
        levers = all_levers({**policy.levers, **policy.everywhere})
        position: Floats = self.rounded(np.array([[levers[name] for name in self.names]]))[0]
        return position

    def policy(self, point: Floats, name: str, base: PolicyPreset) -> PolicyPreset:
        """The policy at a point: a variant of `base` whose searched levers hold in every theatre."""
        levers = dict(zip(self.names, point.tolist(), strict=True))
        return PolicyPreset(
            name=name,
            title=f"{base.title}, varied: {name}",
            summary=f"Found by search: {base.name} with other levers, the same everywhere.",
            policy=base.policy or base.name,
            terms=base.terms,
            levers=base.levers,
            everywhere={**base.everywhere, **levers},
        )


def space_of(names: Sequence[str] = SEARCHED) -> Space:
    """The space over some levers, each over all it is declared for; raises :class:`GreatPowersError`."""
    if not names:
        raise GreatPowersError("levers: there are none to search over; name one such as sanctions.")
    for name in names:
        need_known(name, LEVERS, f"levers: there is no lever '{name}'.")
    if twice := repeated(names):
        raise GreatPowersError(f"levers: '{twice[0]}' is named more than once.")
    settings = [LEVERS[name] for name in names]
    return Space(
        tuple(names),
        np.array([setting.low for setting in settings]),
        np.array([setting.high for setting in settings]),
        np.array([1.0 if setting.unit in WHOLE_UNITS else SHARE_STEP for setting in settings]),
    )


OBJECTIVES = ("mean_severity", "order", "sender_cost", "great_power_war")
"""Escalation, order, cost to senders and risk of catastrophe."""

IN_A_PLACE = ("severity", "control", "sender_cost", "war")
"""The same for one place: escalation, what the challenger holds and war are of the place, the cost is of the world."""

BASE = "half-a-loaf"
FRESH = 2
"""How many times the worlds and seeds of the search the final set is judged on."""


@dataclass(frozen=True, eq=False)
class SearchSettings:
    """A policy search: over which levers, judged by what, in how many uncertain worlds, for how long.

    `worlds` uncertain worlds and `seeds` matched seeds judge each candidate; `robustness` is one of
    :data:`greatpowers.studies.search_algorithm.RULES`. `base` is the policy that is varied.
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
        checked_population(self.population)
        checked_rule(self.robustness)
        _check_objectives(self.objectives, self.scenario)
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


def in_place(objectives: Sequence[str], place: str) -> tuple[str, ...]:
    """The objectives, of that place where a place has such an outcome; without any, :data:`IN_A_PLACE`."""
    chosen = objectives or IN_A_PLACE
    return tuple(f"{name}{PLACE_MARK}{place}" if name in PLACE_NAMES else name for name in chosen)


def _check_objectives(names: tuple[str, ...], scenario: Scenario) -> None:
    index = scenario.theatre_index()
    for name in names:
        _, mark, place = name.partition(PLACE_MARK)
        if mark:
            need_known(place, index, f"objectives: no theatre has the id '{place}'.")
        else:
            need_known(name, SUMMARY_COLUMNS, f"objectives: there is no metric '{name}'.")
        describe(name)
        more_is_better(name)
    if twice := repeated(names):
        raise GreatPowersError(f"objectives: '{twice[0]}' is named more than once.")
    if len(names) < 2:
        raise GreatPowersError(f"objectives: there are {len(names)}; expected at least two, or there is no front.")
