"""Forecasts by place, from question to answer: histories played, chances counted, both put beside what happened."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import pandas as pd

from greatpowers.core.declare import Floats, Ints
from greatpowers.hindcast.forecast_scoring import OUTCOMES, RESAMPLES, places, rungs_reached, scores, surprise, window
from greatpowers.hindcast.run import OWN_WEIGHT
from greatpowers.scenario.errors import GreatPowersError
from greatpowers.scenario.kinds import repeated
from greatpowers.scenario.load import compared
from greatpowers.scenario.schema import Scenario
from greatpowers.simulation.ensemble import Progress, run_jobs
from greatpowers.simulation.run import play
from greatpowers.simulation.setup import ScenarioLike, Seeds, Setup, checked_seeds, given_scenario, prepare_all

SCENARIOS = ("2017", "1913", "1936", "1978")
SEEDS = 200

MEAN = "mean"
"""Stands for the policy where chances are the mean over several: the scenario does not say which was followed."""


class PlayedScenario(NamedTuple):
    """A scenario that was played: its policies, histories of each, and in how many of them each outcome came.

    `reached` counts histories: [policies, outcomes, T], outcomes in the order of :data:`OUTCOMES`.
    """

    scenario: Scenario
    policies: tuple[str, ...]
    histories: int
    reached: Ints


class ForecastScenario(NamedTuple):
    """What was asked of one scenario: its name, start, last quarter covered, and the policies played."""

    name: str
    start: str
    to: str
    policies: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class Forecast:
    """What was forecast by place and what happened.

    `places` has a row a theatre: scenario, theatre, place, rung (at the start), salience, policy (its name, or "mean"
    over several), histories; for each outcome whether it came (NaN where it was so at the start) and its probability
    (p_war, p_force); and surprise, the mean log score of the place. `policies` has the probabilities under each policy
    by itself. `scores` has a row an outcome, group of places and forecast: see :func:`scoring.scores`.
    """

    worlds: tuple[ForecastScenario, ...]
    seeds: tuple[int, ...]
    parameters: Mapping[str, float]
    resamples: int
    places: pd.DataFrame
    policies: pd.DataFrame
    scores: pd.DataFrame


def forecast(
    scenarios: ScenarioLike | Sequence[ScenarioLike] = SCENARIOS,
    seeds: Seeds = SEEDS,
    parameters: Mapping[str, float] | None = None,
    workers: int | None = None,
    progress: Progress | None = None,
    resamples: int = RESAMPLES,
) -> Forecast:
    """Play scenarios that say what happened, and score by place how likely they held it.

    Each is played from its start to the last quarter its chronicle covers, under the policy that was followed; where it
    names none, under each of the policies it compares, whose mean is the forecast. `parameters` override those of the
    scenarios; `progress` is called with (histories played, all). Equal arguments give equal results, whatever the
    number of `workers`.

    Raises:
        GreatPowersError: if a scenario does not say what happened, or is given twice
    """
    chosen = checked_seeds(seeds)
    played = play_scenarios(_given(scenarios), chosen, parameters, workers, progress)
    return judge(played, chosen, parameters or {}, resamples)


def _given(scenarios: ScenarioLike | Sequence[ScenarioLike]) -> list[Scenario]:
    asked = [scenarios] if isinstance(scenarios, ScenarioLike) else scenarios
    given = [given_scenario(scenario) for scenario in asked]
    if not given:
        raise GreatPowersError("scenarios: there are none; expected at least one.")
    for name in repeated([scenario.name for scenario in given]):
        raise GreatPowersError(f"scenarios: '{name}' is given more than once; expected each once.")
    return given


def policies_of(scenario: Scenario) -> tuple[str, ...]:
    """The policy that was followed; where the scenario names none, those that it compares."""
    return (scenario.happened_under,) if scenario.happened_under else tuple(compared(scenario))


def play_scenarios(
    scenarios: Sequence[Scenario],
    seeds: Sequence[int],
    parameters: Mapping[str, float] | None = None,
    workers: int | None = None,
    progress: Progress | None = None,
) -> list[PlayedScenario]:
    """What came to each place in histories of each scenario, under the policies of :func:`policies_of`."""
    setups = [prepare_all(scenario, policies_of(scenario), window(scenario), parameters) for scenario in scenarios]
    counts = _counts([setup for group in setups for setup in group], seeds, workers, progress)
    played = []
    for scenario, group in zip(scenarios, setups, strict=True):
        reached, counts = counts[: len(group)], counts[len(group) :]
        played.append(PlayedScenario(scenario, policies_of(scenario), len(seeds), np.stack(reached)))
    return played


def _counts(
    setups: Sequence[Setup], seeds: Sequence[int], workers: int | None, progress: Progress | None
) -> list[Ints]:
    """For each setup, the number of histories in which each outcome came to each theatre: [outcomes, T]."""
    reached = [np.zeros((len(seeds), len(OUTCOMES), setup.sizes[1]), dtype=np.int64) for setup in setups]

    def work(job: int) -> None:
        which, number = divmod(job, len(seeds))
        track = play(setups[which], seeds[number], record=True)
        highest = rungs_reached(track).max(axis=0)
        reached[which][number] = [highest >= outcome.rung for outcome in OUTCOMES]

    run_jobs(len(setups) * len(seeds), work, workers, progress)
    return [runs.sum(axis=0) for runs in reached]


def judge(
    played: Sequence[PlayedScenario], seeds: Sequence[int], parameters: Mapping[str, float], resamples: int
) -> Forecast:
    """Put what was played beside what happened."""
    table = pd.concat([_places(found) for found in played], ignore_index=True)
    by_policy = pd.concat([_by_policy(found) for found in played], ignore_index=True)
    return Forecast(
        worlds=tuple(
            ForecastScenario(one.scenario.name, one.scenario.start, str(one.scenario.happened_to), one.policies)
            for one in played
        ),
        seeds=tuple(seeds),
        parameters=dict(parameters),
        resamples=resamples,
        places=table.assign(surprise=surprise(table)),
        policies=by_policy,
        scores=scores(table, by_policy, resamples),
    )


def _places(played: PlayedScenario) -> pd.DataFrame:
    """What happened, and what was forecast: under the policy that was followed, or over all that were played."""
    policy = played.policies[0] if len(played.policies) == 1 else MEAN
    histories = played.histories * len(played.policies)
    table = places(played.scenario).assign(policy=policy, histories=histories)
    return table.assign(**_chances(table, played.reached.sum(axis=0), histories))


def _by_policy(played: PlayedScenario) -> pd.DataFrame:
    table = places(played.scenario)
    named, pairs = table[["scenario", "theatre"]], zip(played.policies, played.reached, strict=True)
    return pd.concat(
        [named.assign(policy=policy, **_chances(table, reached, played.histories)) for policy, reached in pairs]
    )


def _chances(table: pd.DataFrame, reached: Ints, histories: int) -> dict[str, Floats]:
    """Probabilities by column: those of places whose outcome was open at the start, NaN for the others."""
    chances = {}
    for outcome, count in zip(OUTCOMES, reached, strict=True):
        is_open = table[outcome.name].notna().to_numpy()
        chances[f"p_{outcome.name}"] = np.full(len(table), np.nan)
        chances[f"p_{outcome.name}"][is_open] = smoothed(count[is_open], histories)
    return chances


def smoothed(count: Ints, histories: int) -> Floats:
    """Probabilities from counts among so many histories, drawn to the mean over places, so that none is 0 or 1.

    The mean counts as much as :data:`OWN_WEIGHT` histories more; it is taken with half a case of each kind added
    (Jeffreys' prior), for an outcome may have come to no place in any history, or to all in all.
    """
    mean = (count.sum() + 0.5) / (len(count) * histories + 1)
    shrunk: Floats = (count + OWN_WEIGHT * mean) / (histories + OWN_WEIGHT)
    return shrunk
