"""The scorecard: histories of the worlds of the record, measured as the record was, fact by fact.

A history of an era is played in stretches, each from the capabilities, alliances and theatres of its first year, for as
long as it stands for. Where a fact covers both eras both are measured together; as many histories of each give about
the record's own proportion of state-years.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from greatpowers.analysis import simulate
from greatpowers.analysis.crew import Progress, work_off
from greatpowers.analysis.inputs import ScenarioLike
from greatpowers.core.declare import Floats, Ints
from greatpowers.record.eras import era_world
from greatpowers.record.measures_estimators import ratio
from greatpowers.record.measures_registry import (
    BARGAINED,
    BIPOLAR,
    INTERWAR,
    MEASURES,
    NINETEENTH,
    PRESENT,
    RATE_RATIO,
    SANCTIONED,
    UNIPOLAR,
    Measure,
)
from greatpowers.record.observed import ROUNDS_PER_YEAR, SETTLING_IN
from greatpowers.record.reading import read
from greatpowers.record.targets import Target, load_targets
from greatpowers.record.verdicts import AGREED, Verdict, agrees, judge

RESAMPLES = 400
LEVEL = 0.95


class Part(NamedTuple):
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


class World(NamedTuple):
    """A world to play: its stretches, the policy, and how many histories a full and a fast scorecard take."""

    name: str
    parts: tuple[Part, ...]
    policy: str
    runs: int
    fast_runs: int
    meaning: str


WORLDS: tuple[World, ...] = (
    World(
        NINETEENTH, (Part(1816, 24), Part(1840, 30), Part(1870, 30), Part(1900, 14)), "laissez-faire", 24, 6,
        "1816-1913: every state a power-maximizer, and no order; nobody leads a coalition, so no policy is declared",
    ),
    World(
        BIPOLAR, (Part(1950, 16), Part(1962, 13), Part(1975, 10), Part(1985, 5)), "containment", 24, 6,
        "1946-1989: most states preserve the order, a few maximize power; containment",
    ),
    World(
        INTERWAR, (Part(1920, 10), Part(1930, 9)), "league-sanctions", 24, 6,
        "1919-1938: an order outlawed war, with sanctions of the League and nobody in charge",
    ),
    World(
        UNIPOLAR, (Part(1992, 12), Part(2004, 11)), "containment", 24, 6,
        "1990-2014: the same order as before, with nobody to balance its leader; containment",
    ),
    World(PRESENT, (Part("2017", 25),), "containment", 24, 6, "2017 and 25 years on; containment"),
    World(SANCTIONED, (Part("2017", 4),), "sanctions-only", 24, 6, "2017 and four years on; sanctions alone"),
    World(BARGAINED, (Part("2017", 25),), "half-a-loaf", 24, 6, "2017 and 25 years on; with a deal on offer"),
)  # fmt: skip
"""What is played. The two eras share every parameter; a policy needs a coalition, and only the second has one."""

Rows = Mapping[tuple[str, str], Sequence[Floats]]
"""What each history of a world leaves for a fact: (fact, world) -> rows, one array a history."""


class Scored(NamedTuple):
    """One line of the scorecard: the fact, the model's figure with its interval, and the verdict."""

    fact: Target
    value: float
    low: float
    high: float
    verdict: Verdict
    worlds: tuple[str, ...]
    definition: str


@dataclass(frozen=True)
class Scorecard:
    """Every fact that is measured, in the order of the table, and what it was measured on."""

    rows: tuple[Scored, ...]
    worlds: tuple[World, ...]
    runs: Mapping[str, int]
    parameters: Mapping[str, float]

    @property
    def left_out(self) -> list[Target]:
        """Facts that the model cannot express; each says why."""
        return [found for found in load_targets().values() if found.left_out]

    def agreeing(self, *, core: bool = True, split: str | None = None) -> list[Scored]:
        """Those of :meth:`among` that agree with the record."""
        return [row for row in self.among(core=core, split=split) if agrees(row.verdict)]

    def among(self, *, core: bool = True, split: str | None = None) -> list[Scored]:
        """Lines of the short list (all if `core` is false), and of one split if given."""
        return [row for row in self.rows if row.fact.core >= core and split in (None, row.fact.split)]

    @property
    def broken(self) -> list[Scored]:
        """Lines of the agreed set that do not agree."""
        return [row for row in self.rows if row.fact.id in AGREED and not agrees(row.verdict)]

    def row(self, fact: str) -> Scored:
        """The line of a fact."""
        return next(row for row in self.rows if row.fact.id == fact)


def score(
    parameters: Mapping[str, float] | None = None,
    fast: bool = False,
    worlds: Sequence[World] = WORLDS,
    seed: int = 0,
    workers: int | None = None,
    progress: Progress | None = None,
    resamples: int = RESAMPLES,
) -> Scorecard:
    """Play the worlds and measure every fact.

    Equal arguments give equal scorecards, whatever the number of workers. `parameters` override those of the scenarios.
    Raises :class:`GreatPowersError` on what cannot be run.
    """
    runs = {world.name: world.fast_runs if fast else world.runs for world in worlds}
    rows = gather(worlds, runs, parameters or {}, seed, workers, progress)
    return Scorecard(scored(rows, resamples), tuple(worlds), runs, dict(parameters or {}))


def gather(
    worlds: Sequence[World],
    runs: Mapping[str, int],
    parameters: Mapping[str, float],
    seed: int,
    workers: int | None = None,
    progress: Progress | None = None,
    facts: Sequence[str] | None = None,
) -> Rows:
    """What every history leaves for every fact (or for `facts` only), measured as soon as it is played."""
    jobs = [(world, number) for world in worlds for number in range(runs[world.name])]
    wanted = {name: MEASURES[name] for name in (MEASURES if facts is None else facts)}
    left: dict[tuple[str, str], list[Floats]] = {
        (name, world.name): [np.zeros((0, 1))] * runs[world.name]
        for world in worlds
        for name, measure in wanted.items()
        if world.name in measure.worlds
    }

    def work(job: int) -> None:
        world, number = jobs[job]
        here = {name: measure for name, measure in wanted.items() if world.name in measure.worlds}
        found: dict[str, list[Floats]] = {name: [] for name in here}
        for part in world.parts:
            reading = read(simulate(part.load(), world.policy, seed + number, part.rounds, parameters))
            for name, measure in here.items():
                found[name].append(measure.rows(reading))
        for name, rows in found.items():
            left[name, world.name][number] = together(rows)

    work_off(len(jobs), work, workers, progress)
    return left


def together(rows: Sequence[Floats]) -> Floats:
    """Rows of several histories, or stretches of one, under each other; [0, 2] if there are none."""
    filled = [part for part in rows if len(part)]
    return np.concatenate(filled) if filled else np.zeros((0, 2))


def scored(rows: Rows, resamples: int = RESAMPLES) -> tuple[Scored, ...]:
    """The lines of the scorecard from what histories left."""
    found = []
    for fact in load_targets().values():
        if fact.id in MEASURES:
            measure = MEASURES[fact.id]
            figures = _figures(measure, _pieces(rows, fact.id), resamples)
            found.append(_line(fact, measure.worlds, figures, measure.definition))
        elif fact.id == RATE_RATIO[0]:
            found.append(_ratio_line(fact, rows, resamples))
    return tuple(found)


def _pieces(rows: Rows, fact: str) -> list[Sequence[Floats]]:
    return [rows[fact, world] for world in MEASURES[fact].worlds if (fact, world) in rows]


def _figures(measure: Measure, pieces: list[Sequence[Floats]], resamples: int) -> Floats:
    """The figure for all histories, and for each of `resamples` draws of as many with replacement: [1 + resamples]."""
    luck = np.random.default_rng(0)
    if not pieces:
        return np.full(1 + resamples, math.nan)
    if measure.estimate is ratio:  # sums of histories are enough, and much faster
        pieces = [[part.sum(axis=0, keepdims=True) for part in world] for world in pieces]
    sizes = [len(world) for world in pieces]
    draws: list[list[Ints]] = [[np.arange(size, dtype=np.int64) for size in sizes]]
    draws += [[luck.integers(0, size, size) for size in sizes] for _ in range(resamples)]
    return np.array([measure.estimate(_drawn(pieces, draw)) for draw in draws])


def _drawn(pieces: list[Sequence[Floats]], draw: list[Ints]) -> Floats:
    return together([world[i] for world, chosen in zip(pieces, draw, strict=True) for i in chosen.tolist()])


def _line(fact: Target, worlds: tuple[str, ...], figures: Floats, definition: str) -> Scored:
    value, drawn = float(figures[0]), figures[1:][np.isfinite(figures[1:])]
    enough = math.isfinite(value) and drawn.size > figures.size / 2
    low, high = np.quantile(drawn, (0.5 - LEVEL / 2, 0.5 + LEVEL / 2)) if enough else (math.nan, math.nan)
    return Scored(fact, value, float(low), float(high), judge(fact, value), worlds, definition)


def _ratio_line(fact: Target, rows: Rows, resamples: int) -> Scored:
    """The ratio of two facts' figures; their worlds are drawn apart, so resamples pair at random."""
    _, above, below = RATE_RATIO
    figures = [_figures(MEASURES[name], _pieces(rows, name), resamples) for name in (above, below)]
    with np.errstate(divide="ignore", invalid="ignore"):
        quotient = figures[0] / figures[1]
    worlds = (*MEASURES[above].worlds, *MEASURES[below].worlds)
    return _line(fact, worlds, quotient, "Disputes per state-year of the second era over those of the first.")
