"""What the numbers say: which option is best, by how much, where, and what drives it."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from greatpowers.core.declare import Floats
from greatpowers.experiments.report.options import PolicyOptions
from greatpowers.simulation.intervals import Interval, simultaneous
from greatpowers.statistics.checks import bare_name, describe_factor
from greatpowers.statistics.outcomes import bootstrap_spread, rank_correlations
from greatpowers.statistics.robustness import winners

GOALS = {"mean_severity": False, "order": True}
"""The two metrics an answer is about, and whether more is better."""

SAME = 1e-9
MOST_DRIVERS = 8
FEW_LEVELS = 12
MOST_DESIGNED = 3
FEWEST_WORLDS = 8
TWO_SIDED = 1.96


@dataclass(frozen=True)
class Verdict:
    """The best option by one metric: its mean, against the baseline and against the one that follows it.

    `level_with` are options that cannot be told apart from the best: their interval of the difference, widened for
    the number of comparisons (Bonferroni), holds zero. `share` is how often it is best, over worlds or else seeds.
    """

    metric: str
    best: int
    mean: Interval
    against_baseline: Interval
    runner_up: int | None
    against_runner_up: Interval | None
    level_with: tuple[int, ...]
    shares: tuple[float, ...]
    constant: bool


def verdict(study: PolicyOptions, metric: str) -> Verdict:
    """Which option is best by `metric`, one of :data:`GOALS`."""
    values, more = study.values[metric], GOALS[metric]
    means = np.array([study.estimate(metric, i).mean for i in range(len(study.options))])
    ranked = np.argsort(-means if more else means, kind="stable")
    cases = values.mean(axis=2) if values.shape[1] > 1 else values[:, 0]
    best, rest = int(ranked[0]), ranked[1:]
    level = simultaneous(len(rest))
    near = tuple(int(i) for i in rest if not study.difference(metric, best, int(i), level).leaves_out_zero)
    return Verdict(
        metric=metric,
        best=best,
        mean=study.estimate(metric, best),
        against_baseline=study.difference(metric, best, study.baseline),
        runner_up=int(rest[0]) if rest.size else None,
        against_runner_up=study.difference(metric, best, int(rest[0])) if rest.size else None,
        level_with=near,
        shares=tuple(winners(cases if more else -cases).mean(axis=1)),
        constant=bool(np.ptp(values, axis=0).max() <= SAME),
    )


def comparisons(study: PolicyOptions, verdicts: Sequence[Verdict]) -> int:
    """How many differences from the baseline an answer looks at: of every other option, by every metric that varies."""
    return (len(study.options) - 1) * sum(not one.constant for one in verdicts)


@dataclass(frozen=True)
class Driver:
    """One thing that differs, how closely an outcome goes with it, and the outcome where it is low and high."""

    label: str
    meaning: str
    correlation: Interval
    low: float
    high: float
    where_low: float
    where_high: float


def world_drivers(study: PolicyOptions, metric: str, option: int, other: int) -> list[Driver]:
    """What in the world goes with the paired difference of two options, strongest first; none if nothing varies."""
    names = numeric_factors(study)
    difference = (study.values[metric][option] - study.values[metric][other]).mean(axis=1)
    if not names or len(difference) < FEWEST_WORLDS or np.ptp(difference) <= SAME:
        return []
    factors = study.worlds[names].to_numpy(dtype=np.float64)
    spread = bootstrap_spread(factors, difference)
    return _drivers(names, factors, difference, spread)


def lever_drivers(study: PolicyOptions, metric: str) -> list[Driver]:
    """Which levers of the grid go with a metric, strongest first; none without a grid."""
    names = study.lever_names
    if not names:
        return []
    factors = np.array([[value for _, value in option.cell] for option in study.options])
    outcomes = study.values[metric].mean(axis=1)
    if np.ptp(outcomes.mean(axis=1)) <= SAME:
        return []
    return _drivers(names, factors, outcomes.mean(axis=1), bootstrap_spread(factors, outcomes))


def _drivers(names: Sequence[str], factors: Floats, outcome: Floats, spread: Floats) -> list[Driver]:
    strength = rank_correlations(factors, outcome)
    ranked = np.argsort(-np.abs(strength), kind="stable")[:MOST_DRIVERS]
    return [_driver(names[j], factors[:, j], outcome, strength[j], TWO_SIDED * spread[j]) for j in ranked]


def _driver(name: str, factor: Floats, outcome: Floats, strength: float, half: float) -> Driver:
    low, high = np.quantile(factor, [1 / 3, 2 / 3])
    lowest, highest = factor <= low, factor >= high
    entry = describe_factor(name)
    return Driver(
        label=entry.label,
        meaning=entry.formula,
        correlation=Interval(strength, max(-1.0, strength - half), min(1.0, strength + half)),
        low=float(low),
        high=float(high),
        where_low=float(outcome[lowest].mean()),
        where_high=float(outcome[highest].mean()),
    )


def numeric_factors(study: PolicyOptions) -> list[str]:
    """Factors that are numbers and mean something as such: not the seed of a generated world."""
    worlds = study.worlds
    return [n for n in study.factors if pd.api.types.is_numeric_dtype(worlds[n]) and bare_name(n)[1] != "seed"]


def designed_factors(study: PolicyOptions) -> list[str]:
    """Factors with few values, chosen by design, by which results can be told apart value by value."""
    names = [n for n in study.factors if bare_name(n)[1] != "seed"]
    return [n for n in names if 1 < study.worlds[n].nunique() <= FEW_LEVELS][:MOST_DESIGNED]


@dataclass(frozen=True)
class Level:
    """Results in the worlds where a factor has one value."""

    value: str
    worlds: int
    best: str
    difference: Interval
    study: PolicyOptions


def levels(study: PolicyOptions, factor: str, metric: str) -> list[Level]:
    """The best option by `metric`, and its paired difference from the baseline, at each value of a factor."""
    by_value = []
    for value in sorted(study.worlds[factor].unique()):
        part = study.of_worlds(np.flatnonzero((study.worlds[factor] == value).to_numpy()))
        means = part.values[metric].mean(axis=(1, 2))
        if np.ptp(means) <= SAME:
            best, name = part.baseline, "no difference"
        else:
            best = int(means.argmax() if GOALS[metric] else means.argmin())
            name = part.options[best].label
        text = f"{value:g}" if isinstance(value, int | float | np.number) else str(value)
        by_value.append(Level(text, len(part.worlds), name, part.difference(metric, best, part.baseline), part))
    return by_value
