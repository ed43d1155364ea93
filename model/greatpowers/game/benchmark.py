"""What others would have made of it: the presets on the same luck, and on the luck of many other worlds."""

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
import pandas as pd

from greatpowers.game.chair import CHAIR, Chair
from greatpowers.game.record import SCORED, Line, score, score_lines, scores
from greatpowers.scenario.load import compared, load_policy
from greatpowers.scenario.schema import Scenario
from greatpowers.simulation.comparison import compare
from greatpowers.simulation.history import History
from greatpowers.simulation.intervals import Interval, mean_interval
from greatpowers.simulation.run import simulate

WORLDS = 100
"""Other worlds that presets, and the player's own choices, are played in."""


class PresetScore(NamedTuple):
    """A preset on the luck of the game: its score, and the points it lost to each term."""

    policy: str
    title: str
    score: float
    lines: list[Line]


class BenchmarkRuns(NamedTuple):
    """Runs on the luck of other worlds: `runs` has policy (CHAIR: the player's), seed and what scores are made of."""

    rounds: int
    runs: pd.DataFrame


class ScoreRank(NamedTuple):
    """Where a score stands among those of the presets in other worlds.

    `better_than` is the share of their histories that score less, ties counted half. For each policy `scores` has the
    scores by world, `difference` the mean of what the player's own choices score more there, with its 95 % interval.
    """

    better_than: float
    histories: int
    scores: dict[str, list[float]]
    difference: dict[str, Interval]


def presets_of(scenario: Scenario) -> list[str]:
    """The policies a game is held against: those that a comparison on its world plays."""
    return compared(scenario)


def rivals(chair: Chair) -> list[PresetScore]:
    """Every preset on the luck of the game, for as many rounds as are played, the best first."""
    played, weights, found = chair.record.played, chair.record.score_weights, []
    for name in presets_of(chair.base):
        summary = _plain(simulate(chair.base, name, chair.record.seed, played, record=False))
        lines = score_lines(summary, weights)
        found.append(PresetScore(name, load_policy(name).title, score(summary, weights), lines))
    return sorted(found, key=lambda rival: -rival.score)


def own_lines(chair: Chair) -> list[Line]:
    """Points the player lost to each term so far; none before the first round."""
    if chair.history is None:
        return []
    return score_lines(_plain(chair.history), chair.record.score_weights)


def own_score(chair: Chair) -> float:
    """The player's score so far; 100 before the first round."""
    if chair.history is None:
        return 100.0
    return score(_plain(chair.history), chair.record.score_weights)


def preset_runs(scenario: Scenario, rounds: int, worlds: int = WORLDS) -> pd.DataFrame:
    """Every preset on the luck of seeds 0 to `worlds`: one more than needed, as one of them may be the game's own."""
    return compare(scenario, presets_of(scenario), worlds + 1, rounds).runs


def field_of(chair: Chair, presets: pd.DataFrame | None = None, worlds: int = WORLDS) -> BenchmarkRuns:
    """The presets and the player's own choices on the luck of other worlds; takes a second or more.

    `presets` is what :func:`preset_runs` gives for the same world and as many rounds as are played.
    """
    played = chair.record.played
    seeds = [seed for seed in range(worlds + 1) if seed != chair.record.seed][:worlds]
    others = preset_runs(chair.base, played, worlds) if presets is None else presets
    own = compare(chair.scenario, [chair.policy], worlds + 1, played).runs
    runs = pd.concat([others, own])[list(SCORED)].reset_index()
    return BenchmarkRuns(played, runs[runs["seed"].isin(seeds)].reset_index(drop=True))


def standing(own: float, field: BenchmarkRuns, weights: Mapping[str, float]) -> ScoreRank:
    """Where a score stands among the presets' in other worlds."""
    table = field.runs.assign(score=scores(field.runs, weights))
    by_world = table.pivot(index="seed", columns="policy", values="score")
    presets = [name for name in by_world.columns if name != CHAIR]
    values = by_world[presets].to_numpy().reshape(-1)
    below = float(np.mean(values < own) + 0.5 * np.mean(values == own))
    return ScoreRank(
        better_than=below,
        histories=values.size,
        scores={name: by_world[name].tolist() for name in by_world.columns},
        difference={name: mean_interval((by_world[CHAIR] - by_world[name]).to_numpy()) for name in presets},
    )


def _plain(history: History) -> dict[str, float]:
    """The summary of a history as numbers by name."""
    return {str(name): float(value) for name, value in history.summary.items()}
