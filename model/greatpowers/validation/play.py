"""Histories of the worlds of the record, played and measured: what each leaves for every measure.

A history of an era is played in stretches, each from the capabilities, alliances and theatres of its first year, for as
long as it stands for. Where a fact covers several eras all are measured together; as many histories of each give about
the record's own proportion of state-years.
"""

import math
from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np

from greatpowers.core.declare import Floats, Ints
from greatpowers.historical.derived_tables import era_world
from greatpowers.simulation.ensemble import Progress, run_jobs
from greatpowers.simulation.run import simulate
from greatpowers.simulation.setup import ScenarioLike
from greatpowers.validation.disputes import read
from greatpowers.validation.measures.estimators import ratio
from greatpowers.validation.measures.registry import (
    BARGAINED,
    BIPOLAR,
    HALVES,
    INTERWAR,
    MEASURES,
    NINETEENTH,
    OTHER_MEASURES,
    PRESENT,
    SANCTIONED,
    UNIPOLAR,
    Measure,
)
from greatpowers.validation.observed import ROUNDS_PER_YEAR, SETTLING_IN

RESAMPLES = 400
LEVEL = 0.95


class Stretch(NamedTuple):
    """A stretch of a world: the world of a year of the record (a number) or a scenario, and how many years of it."""

    scenario: int | ScenarioLike
    years: int

    def load(self) -> ScenarioLike:
        """The scenario itself."""
        return era_world(self.scenario) if isinstance(self.scenario, int) else self.scenario

    @property
    def rounds(self) -> int:
        """Rounds to play: those to settle in, and those to measure."""
        return SETTLING_IN + self.years * ROUNDS_PER_YEAR


class EraWorld(NamedTuple):
    """A world to play: its stretches, the policy, and how many histories a full and a fast scorecard take."""

    name: str
    parts: tuple[Stretch, ...]
    policy: str
    runs: int
    fast_runs: int
    meaning: str


WORLDS: tuple[EraWorld, ...] = (
    EraWorld(
        NINETEENTH, (Stretch(1816, 24), Stretch(1840, 30), Stretch(1870, 30), Stretch(1900, 14)),
        "laissez-faire", 24, 6,
        "1816-1913: every state a power-maximizer, and no order; nobody leads a coalition, so no policy is declared",
    ),
    EraWorld(
        BIPOLAR, (Stretch(1950, 16), Stretch(1962, 13), Stretch(1975, 10), Stretch(1985, 5)), "containment", 24, 6,
        "1946-1989: most states preserve the order, a few maximize power; containment",
    ),
    EraWorld(
        INTERWAR, (Stretch(1920, 10), Stretch(1930, 9)), "league-sanctions", 24, 6,
        "1919-1938: an order outlawed war, with sanctions of the League and nobody in charge",
    ),
    EraWorld(
        UNIPOLAR, (Stretch(1992, 12), Stretch(2004, 11)), "containment", 24, 6,
        "1990-2014: the same order as before, with nobody to balance its leader; containment",
    ),
    EraWorld(PRESENT, (Stretch("2017", 25),), "containment", 24, 6, "2017 and 25 years on; containment"),
    EraWorld(SANCTIONED, (Stretch("2017", 4),), "sanctions-only", 24, 6, "2017 and four years on; sanctions alone"),
    EraWorld(BARGAINED, (Stretch("2017", 25),), "half-a-loaf", 24, 6, "2017 and 25 years on; with a deal on offer"),
)  # fmt: skip
"""What is played. The two eras share every parameter; a policy needs a coalition, and only the second has one."""

Rows = Mapping[tuple[str, str], Sequence[Floats]]
"""What each history of a world leaves for a fact: (fact, world) -> rows, one array a history."""


class Estimate(NamedTuple):
    """A figure with its 95% interval."""

    value: float
    low: float
    high: float


def gather(
    worlds: Sequence[EraWorld],
    runs: Mapping[str, int],
    parameters: Mapping[str, float],
    seed: int,
    workers: int | None = None,
    progress: Progress | None = None,
    facts: Sequence[str] | None = None,
) -> Rows:
    """What every history leaves for every fact about all years (or for `facts` only), measured as soon as it is played.

    Worlds in which none of them is measured are not played.
    """
    known = MEASURES | OTHER_MEASURES
    wanted = {name: (known | HALVES)[name] for name in (known if facts is None else facts)}
    left: dict[tuple[str, str], list[Floats]] = {
        (name, world.name): [np.zeros((0, 1))] * runs[world.name]
        for world in worlds
        for name, measure in wanted.items()
        if world.name in measure.worlds
    }
    needed = {name for _, name in left}
    jobs = [(world, number) for world in worlds if world.name in needed for number in range(runs[world.name])]

    def work(job: int) -> None:
        world, number = jobs[job]
        here = {name: measure for name, measure in wanted.items() if world.name in measure.worlds}
        rows: dict[str, list[Floats]] = {name: [] for name in here}
        for part in world.parts:
            reading = read(simulate(part.load(), world.policy, seed + number, part.rounds, parameters))
            counted = {function: function(reading) for function in {measure.rows for measure in here.values()}}
            for name, measure in here.items():
                rows[name].append(counted[measure.rows])
        for name, parts in rows.items():
            left[name, world.name][number] = together(parts)

    run_jobs(len(jobs), work, workers, progress)
    return left


def together(rows: Sequence[Floats]) -> Floats:
    """Rows of several histories, or stretches of one, under each other; [0, 2] if there are none."""
    filled = [part for part in rows if len(part)]
    return np.concatenate(filled) if filled else np.zeros((0, 2))


def figures_of(measure: Measure, rows: Rows, name: str, resamples: int) -> Floats:
    """The figure of a measure for all histories, and for each of `resamples` draws of as many with replacement.

    Shape [1 + resamples].
    """
    luck, pieces = np.random.default_rng(0), [rows[name, world] for world in measure.worlds if (name, world) in rows]
    if not pieces:
        return np.full(1 + resamples, math.nan)
    if measure.estimate is ratio:  # sums of histories are enough, and much faster
        pieces = [[part.sum(axis=0, keepdims=True) for part in world] for world in pieces]
    sizes = [len(world) for world in pieces]
    draws: list[list[Ints]] = [[np.arange(size, dtype=np.int64) for size in sizes]]
    draws += [[luck.integers(0, size, size) for size in sizes] for _ in range(resamples)]
    chosen = ([world[i] for world, taken in zip(pieces, draw, strict=True) for i in taken.tolist()] for draw in draws)
    return np.array([measure.estimate(together(rows)) for rows in chosen])


def estimated(figures: Floats) -> Estimate:
    """The first figure with the middle 95% of the others; NaN where too many of those are not finite."""
    value, drawn = float(figures[0]), figures[1:][np.isfinite(figures[1:])]
    enough = math.isfinite(value) and drawn.size > figures.size / 2
    low, high = np.quantile(drawn, (0.5 - LEVEL / 2, 0.5 + LEVEL / 2)) if enough else (math.nan, math.nan)
    return Estimate(value, float(low), float(high))
