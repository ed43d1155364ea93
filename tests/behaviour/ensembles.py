"""Ensembles for the tests of behaviour: runs on seeds 0..n-1, differences with one-sided 99% bounds, small worlds.

A behaviour is tested as a difference on matched luck: both sides of a pair have the same seed, so what differs is
what was changed. The smallest effect that counts is stated in the test. Seeds and worlds are numbered from the start
and never chosen by their results.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
from scipy import stats
from scipy.stats import qmc

from greatpowers import PolicyPreset, Scenario, ensemble, synthetic
from greatpowers.scenario.load import read_policy, read_scenario

Floats = NDArray[np.float64]

Show = Callable[[object], None]
"""What the fixture `show` gives: prints a statistic and records it."""

CONFIDENCE = 0.99
"""Of every one-sided bound."""


def play(
    scenario: Scenario | str,
    policy: PolicyPreset | str,
    runs: int,
    rounds: int,
    parameters: Mapping[str, float] | None = None,
) -> pd.DataFrame:
    """Summaries of runs on seeds 0..runs-1, one row a run."""
    return ensemble(scenario, policy, range(runs), rounds, parameters).runs


@dataclass(frozen=True)
class Mean:
    """A mean, its standard error, and the bounds it is above, or below, with 99% confidence (Student's t)."""

    label: str
    mean: float
    error: float
    n: int

    @property
    def slack(self) -> float:
        """Distance of the one-sided bounds from the mean."""
        return float(stats.t.ppf(CONFIDENCE, self.n - 1)) * self.error

    @property
    def above(self) -> float:
        """What the true mean is above."""
        return self.mean - self.slack

    @property
    def below(self) -> float:
        """What the true mean is below."""
        return self.mean + self.slack

    def __str__(self) -> str:
        bounds = f"99%: above {self.above:.4g}, below {self.below:.4g}"
        return f"{self.label}: {self.mean:.4g} (s.e. {self.error:.2g}, n = {self.n}; {bounds})"


def mean_of(label: str, values: ArrayLike) -> Mean:
    """The mean of independent values with its uncertainty."""
    sample = np.asarray(values, dtype=np.float64)
    return Mean(label, float(sample.mean()), float(sample.std(ddof=1) / sample.size**0.5), sample.size)


def change(label: str, before: ArrayLike, after: ArrayLike) -> Mean:
    """Mean of the paired differences after - before, on the seeds that both have (0 and up)."""
    paired = min(np.size(before), np.size(after))
    first, second = (np.asarray(values, dtype=np.float64)[:paired] for values in (before, after))
    return mean_of(label, second - first)


def by_world(tables: Sequence[pd.DataFrame], column: str) -> Floats:
    """Mean over the runs of each world: worlds are the units where a claim is about worlds of a kind."""
    return np.array([table[column].mean() for table in tables])


def mixed_worlds(count: int, **settings: Any) -> Iterator[Scenario]:
    """Generated worlds of generator seeds 1..count."""
    for seed in range(1, count + 1):
        yield synthetic(seed=seed, **settings)


def policy_of(**levers: float) -> PolicyPreset:
    """A policy that is nothing but these levers."""
    return read_policy(
        {"format": 1, "name": "trial", "title": "Trial", "summary": "One lever.", "source": "test", "levers": levers}
    )


# Challenger's capability and the host's size (shares of the world's), salience of the prize, basing of the leader.
LEAST, MOST = (0.06, 0.03, 0.4, 0.2), (0.2, 0.1, 0.9, 0.9)


def contests(count: int, seed: int = 0) -> Floats:
    """Settings of `count` small worlds, shape [count, 4], by Latin hypercube between `LEAST` and `MOST`.

    From a challenger weaker than its victim to one more than six times as strong; from a leader whose force hardly
    arrives to one that is based next door. What holds on their average does not hang on a happy choice of one world.
    """
    sample: Floats = qmc.scale(qmc.LatinHypercube(len(LEAST), rng=seed).random(count), LEAST, MOST)
    return sample


def contested_world(setting: Sequence[float], doctrine: str, **challenger: Any) -> Scenario:
    """One challenger and two small neighbours, an order-preserving leader with an ally far away, and a trading state.

    The hosts have no allies, so that a guardian's troops are the only thing that comes and goes.
    """
    capability, size, salience, basing = (float(value) for value in setting)
    far = {"doctrine": "order-preserving", "lat": 0.0}
    states = [
        {"id": "LEADER", "economy": 0.3, "capability": 0.35, "lon": 0.0, **far},
        {"id": "ALLY", "economy": 0.15, "capability": 0.1, "lon": 25.0, **far},
        {"id": "BOLD", "economy": 0.15, "capability": capability, "lat": 0.0, "lon": 50.0, "doctrine": doctrine},
        {"id": "TRADER", "economy": 0.2, "capability": 0.1, "lat": 0.0, "lon": 90.0, "doctrine": "trading-state"},
    ]
    states[2] |= challenger
    hosts = ("NORTH", "SOUTH")
    for latitude, host in zip((10.0, -10.0), hosts, strict=True):
        place = {"lat": latitude, "lon": 45.0, "doctrine": "order-preserving"}
        states.append({"id": host, "economy": size, "capability": size, **place})
    return read_scenario(
        {
            "format": 1,
            "name": "contest",
            "title": "One challenger, two hosts",
            "order": {"initial": 0.7},
            "coalition": {"leader": "LEADER"},
            "distances": {"contiguous": [["BOLD", host] for host in hosts]},
            "state": states,
            "theatre": [{"id": host, "challenger": "BOLD", "host": host, "salience": salience} for host in hosts],
            "base": [{"state": "LEADER", "host": host, "strength": basing} for host in hosts],
        }
    )
