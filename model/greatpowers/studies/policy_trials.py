"""Playing many policies in a sample of uncertain worlds, every policy on the same luck in the same world."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from greatpowers.core.declare import Floats
from greatpowers.core.parameters import Parameters, pack
from greatpowers.core.world import World
from greatpowers.dictionary import place_columns
from greatpowers.experiments.load import read_experiment
from greatpowers.experiments.sampling import samples
from greatpowers.scenario.build import build_parameters, build_policy, build_world
from greatpowers.scenario.schema import PolicyPreset, Scenario
from greatpowers.simulation.ensemble import play_and_read
from greatpowers.simulation.parallel import Progress, run_jobs
from greatpowers.simulation.run import play_matched
from greatpowers.simulation.setup import Setup, checked_rounds, resolved
from greatpowers.simulation.summary import SUMMARY_COLUMNS, summarise

ALL_PARAMETERS = {"all": {"from": 0.5, "to": 2.0}}
"""Every parameter from half to twice its default, within what it is declared for."""


@dataclass(frozen=True, eq=False)
class UncertainWorld:
    """One world: parameters, and the scenario at round 0 under them."""

    parameters: Parameters
    world: World
    packed: Parameters


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
        self.rounds, self.seeds, self.metrics = checked_rounds(rounds), tuple(seeds), tuple(metrics)
        self._scenario = resolved(scenario, build_parameters(scenario))
        known = [*SUMMARY_COLUMNS, *place_columns(scenario.theatre_index())]
        self._columns = [known.index(name) for name in metrics]
        self._of_places = any(column >= len(SUMMARY_COLUMNS) for column in self._columns)
        self.worlds = [_world(scenario, drawn) for drawn in sample_of(worlds, sample_seed, uncertainties)]

    def runs(self, policies: int) -> int:
        """How many histories it takes to try so many policies."""
        return policies * len(self.worlds) * len(self.seeds)

    def play(self, policies: Sequence[PolicyPreset], workers: int | None, progress: Progress | None) -> Floats:
        """Means over seeds, shape [policies, worlds, metrics]; the same whatever the number of workers."""
        levers = [build_policy(self._scenario, policy) for policy in policies]
        values = np.empty((len(self.worlds), len(self.seeds), len(policies), len(self.metrics)))

        def work(job: int) -> None:
            which, seed = divmod(job, len(self.seeds))
            found = self.worlds[which]
            setups = [
                Setup(self._scenario, policy, found.parameters, self.rounds, found.world, table, found.packed)
                for policy, table in zip(policies, levers, strict=True)
            ]
            for row, found_of in enumerate(self._read(setups, self.seeds[seed])):
                values[which, seed, row] = found_of[self._columns]

        told = None if progress is None else _in_histories(progress, len(policies))
        run_jobs(len(self.worlds) * len(self.seeds), work, workers, told)
        means: Floats = values.mean(axis=1).transpose(1, 0, 2)
        return means

    def _read(self, setups: Sequence[Setup], seed: int) -> list[Floats]:
        """Summary of one history for each setup, followed by what becomes of places if that is asked for."""
        if not self._of_places:
            return [summarise(metrics) for metrics in play_matched(setups, seed)]
        readings = [play_and_read(setup, seed) for setup in setups]
        return [np.append(found.values, found.places) for found in readings]


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
    found = samples(experiment)
    return [found[number] for number in range(worlds)]


def _world(scenario: Scenario, drawn: Mapping[str, float]) -> UncertainWorld:
    parameters = build_parameters(scenario, drawn)
    return UncertainWorld(parameters, build_world(scenario, parameters), pack(parameters))


def _in_histories(progress: Progress, policies: int) -> Progress:
    return lambda done, total: progress(done * policies, total * policies)
