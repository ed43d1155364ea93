"""Policies compared over many worlds: paired differences, who is best how often, regret and robustness.

Everything rests on matched runs: each policy met the same worlds (points) and the same luck (seeds). Worlds count
equally, as nobody knows which is ours (principle of insufficient reason). Measures of robustness differ in how much
they fear the worst world, and in whether a policy is held to itself, to the best of each world (regret) or to a
threshold (McPhail et al. 2018).
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Literal, NamedTuple

import numpy as np
import pandas as pd

from greatpowers.core.declare import Floats
from greatpowers.dictionary import OWN
from greatpowers.simulation.intervals import LEVEL
from greatpowers.simulation.summary import SUMMARY_COLUMNS
from greatpowers.statistics import outcomes
from greatpowers.statistics.checks import need_choice, need_count, need_share, need_spread, need_whole


@dataclass(frozen=True, eq=False)
class Gains:
    """Outcomes `values` [policies, worlds, seeds] in the metric's unit, whether more is better, and what satisfies."""

    values: Floats
    more: bool
    threshold: float

    @property
    def sign(self) -> float:
        """1 where more is better, else -1: what makes a gain of an outcome, and an outcome of a gain."""
        return 1.0 if self.more else -1.0

    @cached_property
    def worlds(self) -> Floats:
        """Mean over seeds, [policies, worlds]."""
        means: Floats = self.values.mean(axis=2)
        return means

    @cached_property
    def gains(self) -> Floats:
        """The same with more always better."""
        signed: Floats = self.sign * self.worlds
        return signed

    @cached_property
    def regret(self) -> Floats:
        """Distance from the best policy of each world, [policies, worlds]."""
        distance: Floats = self.gains.max(axis=0) - self.gains
        return distance


Kind = Literal["outcome", "distance", "share", "combined"]


class RobustnessMeasure(NamedTuple):
    """A measure: its name for people, where it comes from, what kind of number it gives, and how it is computed.

    Kinds: `outcome` and `combined` are better the way the metric is, `distance` is better low, `share` high.
    """

    label: str
    source: str
    kind: Kind
    compute: Callable[[Gains], Floats]

    @property
    def phrase(self) -> str:
        """Its name within a sentence."""
        return self.label if self.label.startswith("Starr") else self.label[:1].lower() + self.label[1:]

    def more(self, metric_more: bool) -> bool:
        """Whether more of the measure is more robust."""
        return metric_more if self.kind in ("outcome", "combined") else self.kind == "share"

    def unit(self, metric_unit: str) -> str:
        """Unit of the measure for a metric of this unit."""
        return {"share": "share in [0, 1]", "combined": "index"}.get(self.kind, metric_unit)


def _mean_variance(of: Gains) -> Floats:
    """Mean and spread over worlds in one: (m + 1)(s + 1) where less is better, (m + 1)/(s + 1) where more is."""
    mean, spread = of.worlds.mean(axis=1), of.worlds.std(axis=1)
    return np.asarray((mean + 1) / (spread + 1) if of.more else (mean + 1) * (spread + 1), dtype=np.float64)


def _undesirable_deviations(of: Gains) -> Floats:
    """Mean distance below the policy's own middle world, in the worlds below it."""
    short = np.maximum(0.0, np.median(of.gains, axis=1, keepdims=True) - of.gains)
    return np.asarray(short.sum(axis=1) / np.maximum(1, (short > 0).sum(axis=1)), dtype=np.float64)


MEASURES = {
    "maximin": RobustnessMeasure("Worst world", "Wald 1950", "outcome", lambda of: of.sign * of.gains.min(axis=1)),
    "hurwicz": RobustnessMeasure(  # halfway between worst and best: an optimism of a half
        "Worst and best", "Hurwicz 1951", "outcome",
        lambda of: of.sign * (of.gains.min(axis=1) + of.gains.max(axis=1)) / 2,
    ),
    "laplace": RobustnessMeasure("Mean", "Laplace", "outcome", lambda of: of.worlds.mean(axis=1)),
    "minimax_regret": RobustnessMeasure("Largest regret", "Savage 1951", "distance", lambda of: of.regret.max(axis=1)),
    "regret_90": RobustnessMeasure(  # what nine worlds in ten stay below
        "90th percentile regret", "Kasprzyk et al. 2013", "distance", lambda of: np.quantile(of.regret, 0.9, axis=1)
    ),
    "mean_variance": RobustnessMeasure("Mean-variance", "Hamarat et al. 2014", "combined", _mean_variance),
    "undesirable_deviations": RobustnessMeasure(
        "Undesirable deviations", "Kwakkel, Eker & Pruyt 2016", "distance", _undesirable_deviations
    ),
    "satisficing": RobustnessMeasure(  # share of single histories that reach the threshold
        "Satisficing histories", "Simon 1956", "share",
        lambda of: (of.sign * of.values >= of.sign * of.threshold).mean(axis=(1, 2)),
    ),
    "starr_domain": RobustnessMeasure(  # share of worlds whose mean does
        "Starr's domain", "Starr 1963", "share", lambda of: (of.gains >= of.sign * of.threshold).mean(axis=1)
    ),
}  # fmt: skip
"""Measures of robustness, by name."""


__all__ = ["MEASURES", "best_shares", "paired_differences", "regret", "robustness"]

TIE = 1e-9


def paired_differences(
    runs: outcomes.Runs,
    metric: str,
    baseline: str | None = None,
    method: str = "t",
    level: float = LEVEL,
    resamples: int = 2000,
    seed: int = 0,
) -> pd.DataFrame:
    """Mean difference of each policy from the baseline on the same worlds and luck.

    `method` is "t" (two-way clustering over worlds and seeds; Cameron, Gelbach & Miller 2011; of what is 0 or 1 at
    least the interval of paired shares, which never shrinks to nothing; Agresti & Min 2005) or "bootstrap"
    (percentiles over worlds and seeds drawn again; Owen 2007), which asks nothing of the shape of the differences.

    Columns: policy, baseline, metric, unit, difference, low, high (in the metric's unit), worlds, seeds (counts).
    Raises :class:`GreatPowersError` for one policy, a metric not recorded, missing values or fewer than two runs.
    """
    need_choice(method, "method", ("t", "bootstrap"))
    need_share(level, "level")
    matched_runs = outcomes.matched(runs, metric)
    base = matched_runs.baseline(baseline)
    _need_runs(matched_runs)
    change = matched_runs.values - matched_runs.values[base]
    if method == "bootstrap":
        low, high = outcomes.bootstrap(change, _overall, need_whole(resamples, "resamples", 100), seed, level)
    else:
        unit, values = matched_runs.described.unit, matched_runs.values
        low, high = np.array([outcomes.crossed_difference(part, values[base], unit, level)[1:] for part in values]).T
    rows = [
        (
            name,
            matched_runs.policies[base],
            metric,
            matched_runs.described.unit,
            float(change[i].mean()),
            float(low[i]),
            float(high[i]),
        )
        for i, name in enumerate(matched_runs.policies)
        if i != base
    ]
    columns = ["policy", "baseline", "metric", "unit", "difference", "low", "high"]
    return _counted(pd.DataFrame(rows, columns=columns), matched_runs)


def best_shares(
    runs: outcomes.Runs,
    metric: str,
    better: bool | None = None,
    level: float = LEVEL,
    resamples: int = 1000,
    seed: int = 0,
) -> pd.DataFrame:
    """How often each policy is best; ties are divided.

    `worlds_best` is the share of worlds in which its mean over seeds is best, `runs_best` the share of single
    histories (its probability of being best in one world and one run of luck), each with the wider of two intervals:
    bootstrap, which knows what runs share, and score, which does not shrink to nothing at 0 or 1 (Wilson 1927).
    `mean_best` is the share of resamples in which its mean over everything is best, so how sure the ranking is. On
    few seeds, luck alone makes losers win some worlds.

    Columns: policy, metric, worlds_best, worlds_low, worlds_high, runs_best, runs_low, runs_high, mean_best (all
    shares in [0, 1]), worlds, seeds (counts). Errors as in :func:`paired_differences`, and for a metric that is the
    same everywhere.
    """
    need_share(level, "level")
    matched_runs = outcomes.matched(runs, metric)
    _need_runs(matched_runs)
    need_spread(matched_runs.values, metric, "no policy can be the best")
    sign = 1.0 if outcomes.more_is_better(metric, better) else -1.0

    def shares(values: Floats) -> Floats:
        return np.array([
            winners(values.mean(axis=2)).mean(axis=1),
            winners(values).mean(axis=(1, 2)),
            winners(_overall(values)),
        ])  # fmt: skip

    drawn: list[Floats] = []

    def kept(values: Floats) -> Floats:
        drawn.append(shares(values))
        return drawn[-1]

    gains = sign * matched_runs.values
    now = shares(gains)
    low, high = outcomes.bootstrap(gains, kept, need_whole(resamples, "resamples", 100), seed, level)
    cases = len(matched_runs.worlds) if len(matched_runs.worlds) > 1 else len(matched_runs.seeds)
    score_low, score_high = outcomes.score_interval(now, cases, level)
    low, high = np.minimum(low, score_low), np.maximum(high, score_high)
    table = pd.DataFrame({"policy": matched_runs.policies, "metric": metric})
    for row, name in enumerate(("worlds", "runs")):
        table[f"{name}_best"], table[f"{name}_low"], table[f"{name}_high"] = now[row], low[row], high[row]
    table["mean_best"] = np.mean([one[2] for one in drawn], axis=0)
    return _counted(table, matched_runs)


def regret(table: pd.DataFrame, more: bool) -> pd.DataFrame:
    """How far each policy is from the best one of the same world: shaped like `table` (rows worlds, columns policies).

    In the metric's unit, 0 for the best of a world  (Savage 1951).
    """
    gains = table if more else -table
    return gains.sub(gains.max(axis=1), axis=0).mul(-1.0).abs()


def robustness(
    runs: outcomes.Runs,
    metric: str,
    better: bool | None = None,
    threshold: float | None = None,
    baseline: str | None = None,
    level: float = LEVEL,
    resamples: int = 500,
    seed: int = 0,
) -> pd.DataFrame:
    """Measures of robustness of each policy over worlds  (McPhail et al. 2018; see :data:`MEASURES`).

    `threshold` is the value that satisfies; by default the middle world's under the baseline. Intervals are by
    bootstrap over worlds and seeds. What rests on a worst world (maximin, minimax regret) says nothing of worlds
    worse than those drawn, and its interval cannot either; on few seeds, luck makes it look worse than it is.

    Columns: policy, measure, label, value, low, high (in `unit`), rank (1 is the most robust), metric, unit,
    threshold, worlds, seeds (counts), source. Errors as in :func:`best_shares`, and with fewer than two worlds.
    """
    need_share(level, "level")
    matched_runs = outcomes.matched(runs, metric)
    need_count(len(matched_runs.worlds), 2, "worlds", "robustness")
    need_spread(matched_runs.values, metric, "no policy is more robust than another")
    more = outcomes.more_is_better(metric, better)
    limit = (
        float(np.median(matched_runs.means[matched_runs.baseline(baseline)])) if threshold is None else float(threshold)
    )

    def measured(values: Floats) -> Floats:
        gains = Gains(values, more, limit)
        return np.array([measure.compute(gains) for measure in MEASURES.values()])

    now = measured(matched_runs.values)
    low, high = outcomes.bootstrap(matched_runs.values, measured, need_whole(resamples, "resamples", 100), seed, level)
    parts = []
    for row, (name, measure) in enumerate(MEASURES.items()):
        descending = measure.more(more)
        part = pd.DataFrame({"policy": matched_runs.policies, "measure": name, "label": measure.label})
        part["value"], part["low"], part["high"] = now[row], low[row], high[row]
        part["rank"] = part["value"].rank(method="min", ascending=not descending).astype(int)
        part["metric"], part["unit"], part["threshold"] = metric, measure.unit(matched_runs.described.unit), limit
        part["source"] = measure.source
        parts.append(part)
    return _counted(pd.concat(parts, ignore_index=True), matched_runs)


def winners(gains: Floats) -> Floats:
    """1 for the best policy of each case, shared among equals: [policies, ...]."""
    wins = gains >= gains.max(axis=0) - TIE
    shares: Floats = wins / wins.sum(axis=0)
    return shares


def _overall(values: Floats) -> Floats:
    means: Floats = values.mean(axis=(1, 2))
    return means


def _need_runs(matched_runs: outcomes.Matched) -> None:
    cases = len(matched_runs.worlds) * len(matched_runs.seeds)
    need_count(cases, 2, "runs of each policy", f"an interval of {matched_runs.described.label.lower()}")


def _counted(table: pd.DataFrame, matched_runs: outcomes.Matched) -> pd.DataFrame:
    table["worlds"], table["seeds"] = len(matched_runs.worlds), len(matched_runs.seeds)
    if matched_runs.metric not in SUMMARY_COLUMNS:
        table.attrs[OWN] = {matched_runs.metric: matched_runs.described._asdict()}
    return table
