"""Policies compared on matched luck: the main job."""

import itertools
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pandas as pd

from greatpowers.core.declare import Floats, Ints
from greatpowers.core.parameters import Parameters
from greatpowers.dictionary import METRIC_NAMES, PLACE_OUTCOMES, Described, describe, metric_units
from greatpowers.presentation.figures import Drawers, figure_of, save_pictures
from greatpowers.presentation.tables import table_shown
from greatpowers.scenario.build import policy_differences
from greatpowers.scenario.errors import GreatPowersError, need_known
from greatpowers.scenario.library import path_of
from greatpowers.scenario.posterior import Posterior, load_posterior
from greatpowers.scenario.schema import PolicyPreset, Scenario
from greatpowers.simulation import frames
from greatpowers.simulation.ensemble import (
    Progress,
    Series,
    in_histories,
    play_all,
    play_and_read,
    run_jobs,
    runs_frame,
)
from greatpowers.simulation.intervals import (
    BANDS,
    Interval,
    differences_of,
    expected_differences_of,
    expected_of_each,
    intervals_of,
    matching_gain,
    quantiles,
    share_interval,
)
from greatpowers.simulation.own import (
    NO_RULES,
    MetricsLike,
    OwnMetric,
    Rules,
    RulesLike,
    own_as_data,
    own_metrics,
    own_rules,
)
from greatpowers.simulation.places import PLACE_NAMES, Belligerent
from greatpowers.simulation.setup import (
    PoliciesLike,
    ScenarioLike,
    Seeds,
    checked_count,
    checked_seeds,
    given_policies,
    given_scenario,
    prepare_all,
    seeds_as_data,
)
from greatpowers.simulation.summary import HEADLINES, OUTCOMES, SUMMARY_COLUMNS, codebook, worst_outcome
from greatpowers.storage.checkpoint import csv_text, parquet_bytes, write_csv, write_parquet
from greatpowers.storage.manifest import configuration, digest, provenance, whole_directory

if TYPE_CHECKING:
    from matplotlib.figure import Figure

ESTIMATES = [
    *("mean", "low", "high", "median", "posterior_mean", "posterior_low", "posterior_high"),
    *("difference_mean", "difference_low", "difference_high"),
    *("posterior_difference_mean", "posterior_difference_low", "posterior_difference_high"),
]
LONG_COLUMNS = ["policy", "metric", "label", "unit", *ESTIMATES, "runs", "baseline"]
"""Columns of the same table with a row per policy and metric."""

PLACE_COLUMNS = ["place", "policy", "outcome", "label", "unit", *ESTIMATES]
"""Columns of the table of places, with a row per place, policy and outcome."""

TOO_MANY = "places: there are too many histories to keep what became of each; use fewer seeds."

FOUGHT_COLUMNS = ["place", "policy", "state", "how", "by", "histories", "share", "low", "high", "world"]
"""Columns of the table of wars between great powers, with a row per place, policy, state and way to come in."""

DIFFERENCE_COLUMNS = ["policy", "baseline", "from_round", "lever", "theatres", "one", "other", "unit", "meaning"]

NOTHING = Interval(math.nan, math.nan, math.nan)

DRAWN = ("mean_severity", "order")
"""Metrics whose rounds are always kept, because figures show them."""

SERIES_BYTES = 256 * 2**20
"""Size up to which the rounds of every metric are kept, and what became of every place in every history."""

BASELINE = "laissez-faire"


@dataclass(frozen=True, eq=False, repr=False)
class PosteriorRuns:
    """The same comparison in the worlds of a posterior: every policy on every draw of the parameters.

    `values` [policies, draws, seeds, columns] and `places` [policies, draws, seeds, T, PLACE_OUTCOMES] are the columns
    of `runs` and what became of each place. `seeds` [draws, seeds] are each draw's own: were they shared, all draws
    would err by the luck of the same few histories, and no interval over draws would show it.
    """

    name: str
    seeds: Ints
    values: Floats
    places: Floats

    @property
    def draws(self) -> int:
        """How many draws were played."""
        return int(self.values.shape[1])


@dataclass(frozen=True, eq=False, repr=False)
class Comparison:
    """Histories of one scenario under several policies, every policy on the same seeds.

    `runs` is indexed by (policy, seed) and has the columns of a history's summary, then those of `own_metrics`;
    `places` holds what became of each place, shape [policies, runs, T, PLACE_OUTCOMES], and is None where that would be
    too large; `series` holds the metrics named in `series_metrics` by round, float32, shape [policies, runs, R,
    series_metrics]. `posterior` has the same under a posterior's draws, if asked for. `fought` [policies][runs] lists
    who fought in wars between great powers, and is empty without `places`.
    """

    scenario: Scenario
    policies: tuple[PolicyPreset, ...]
    parameters: Parameters
    rounds: int
    seeds: tuple[int, ...]
    runs: pd.DataFrame
    series: Series
    series_metrics: tuple[str, ...]
    origin: Mapping[str, Any]
    places: Floats | None = None
    posterior: PosteriorRuns | None = None
    own_metrics: tuple[OwnMetric, ...] = ()
    rules: Rules = NO_RULES
    fought: Sequence[Sequence[Sequence[Belligerent]]] = ()

    def __repr__(self) -> str:
        return (
            f"Comparison({self.scenario.name}, {', '.join(self.names)}, seeds={len(self.seeds)}, rounds={self.rounds})"
        )

    def _repr_html_(self) -> str:
        return table_shown(f"{self!r}: mean and 95 % interval", self.table.T.rename(self._label, level=0))

    def figures(self) -> Drawers:
        """What draws the four figures, by name."""
        from greatpowers.simulation import drawing

        return {
            "escalation": partial(drawing.escalation_over_time, self),
            "order": partial(drawing.order_over_time, self),
            "outcomes": partial(drawing.outcome_distribution, self),
            "cost": partial(drawing.cost_against_escalation, self),
        }

    def plot(self, which: str = "escalation") -> "Figure":
        """One of the figures: escalation, order, outcomes or cost."""
        return figure_of(self, which)

    @property
    def names(self) -> list[str]:
        """Names of the policies, in order."""
        return [policy.name for policy in self.policies]

    @property
    def baseline(self) -> str:
        """The policy others are held against: laissez-faire if it takes part, else the first."""
        return BASELINE if BASELINE in self.names else self.names[0]

    @property
    def metrics(self) -> tuple[str, ...]:
        """Metrics that tables show: the headlines, and those of the user's own."""
        return (*HEADLINES, *(metric.name for metric in self.own_metrics))

    def describe(self, metric: str) -> Described:
        """The entry for a column of `runs`."""
        own = {own_metric.name: own_metric.described for own_metric in self.own_metrics}
        return own[metric] if metric in own else describe(metric)

    def _label(self, metric: str) -> str:
        return self.describe(metric).label

    @cached_property
    def table(self) -> pd.DataFrame:
        """Mean and 95 % interval of each of `metrics`: rows policies, columns (metric, mean | low | high).

        Intervals are of Student's t; of Wilson for the share of runs with great-power war.
        """
        return self._table({metric: self._column(metric).means() for metric in self.metrics})

    @cached_property
    def differences(self) -> pd.DataFrame:
        """Mean paired difference from the baseline with its 95 % t interval: shaped like `table`, baseline left out."""
        return self._table_of_differences()

    @cached_property
    def posterior_table(self) -> pd.DataFrame:
        """Mean over the posterior's draws and the interval they leave open: shaped like `table`; NaN without any."""
        return self._table({metric: self._column(metric).means(over_draws=True) for metric in self.metrics})

    @cached_property
    def posterior_differences(self) -> pd.DataFrame:
        """The same of paired differences from the baseline: shaped like `differences`."""
        return self._table_of_differences(over_draws=True)

    def _table_of_differences(self, over_draws: bool = False) -> pd.DataFrame:
        base = self.names.index(self.baseline)
        by_metric = {metric: self._column(metric).differences(base, over_draws) for metric in self.metrics}
        return self._table(by_metric).drop(index=self.baseline)

    def _table(self, estimates: Mapping[str, Sequence[Interval]]) -> pd.DataFrame:
        """A table with a row a policy and columns (metric, mean | low | high), of intervals by metric and policy."""
        columns = pd.MultiIndex.from_product([list(estimates), Interval._fields], names=["metric", "estimate"])
        rows = [[bound for interval in row for bound in interval] for row in zip(*estimates.values(), strict=True)]
        return pd.DataFrame(rows, index=pd.Index(self.names, name="policy"), columns=columns)

    @cached_property
    def outcomes(self) -> pd.DataFrame:
        """Share of runs by their worst outcome: rows policies, columns peace to nuclear use, each row sums to 1."""
        worst = worst_outcome(self.runs)
        shares = {name: [float((worst.xs(name) == outcome).mean()) for outcome in OUTCOMES] for name in self.names}
        return pd.DataFrame.from_dict(shares, orient="index", columns=list(OUTCOMES)).rename_axis("policy")

    @property
    def manifest(self) -> dict[str, Any]:
        """What was compared, with which software, on what: plain data."""
        return {
            **self.origin,
            "kind": "comparison",
            "scenario": self.scenario.name,
            "policies": self.names,
            "baseline": self.baseline,
            "seeds": seeds_as_data(self.seeds),
            "rounds": self.rounds,
            "config_sha256": digest(self._texts),
            **({"own_metrics": own_as_data(self.own_metrics)} if self.own_metrics else {}),
            **self.rules.manifest,
        }

    @cached_property
    def _texts(self) -> dict[str, str]:
        return configuration(self.scenario, self.policies)

    def values(self, policy: str, metric: str, place: str | None = None) -> Floats:
        """One column of `runs`, or one of :data:`PLACE_OUTCOMES` of a theatre, for one policy, in order of seeds."""
        column: Floats = self._column(metric, place).values[self.names.index(policy)]
        return column

    def estimate(self, policy: str, metric: str, place: str | None = None) -> Interval:
        """Mean and 95 % interval of any column of `runs`, or of an outcome of a place, under one policy."""
        return self._column(metric, place).means()[self.names.index(policy)]

    def difference(self, policy: str, metric: str) -> Interval:
        """Mean paired difference of any column of `runs` from the baseline, with its 95 % interval.

        Of Student's t; for what is 0 or 1 that of two paired shares.
        """
        return self.versus(policy, self.baseline, metric)[0]

    def policy_differences(self) -> pd.DataFrame:
        """Everything in which each policy differs from the baseline as built, place by place."""
        base = self.policies[self.names.index(self.baseline)]
        rows = [
            {"policy": policy.name, "baseline": base.name, **row}
            for policy in self.policies
            for row in policy_differences(self.scenario, policy, base)
        ]
        return pd.DataFrame(rows, columns=DIFFERENCE_COLUMNS)

    def posterior_estimate(self, policy: str, metric: str, place: str | None = None) -> Interval:
        """Mean over the posterior's draws, and the interval that they leave open; NaN if none were played."""
        return self._column(metric, place).means(over_draws=True)[self.names.index(policy)]

    def posterior_difference(self, policy: str, metric: str) -> Interval:
        """Paired difference from the baseline over the posterior's draws; NaN if none were played."""
        return self.versus(policy, self.baseline, metric)[1]

    def versus(self, policy: str, against: str, outcome: str, place: str | None = None) -> tuple[Interval, Interval]:
        """Paired difference between two policies of an outcome of the world, or of a place: by luck, and over draws.

        The second is NaN if no posterior was played.
        """
        column, one, other = self._column(outcome, place), self.names.index(policy), self.names.index(against)
        return column.differences(other)[one], column.differences(other, over_draws=True)[one]

    def _column(self, outcome: str, place: str | None = None) -> "_Column":
        """An outcome of the world, or of a place."""
        drawn = self.posterior
        if place is None:
            unit = self.describe(outcome).unit
            values = self.runs[outcome].to_numpy(dtype=np.float64).reshape(len(self.names), -1)
            column = list(self.runs.columns).index(outcome)
            return _Column(values, None if drawn is None else drawn.values[..., column], unit)
        if self.places is None:
            raise GreatPowersError(TOO_MANY)
        at = (..., self._place(place), _outcome(outcome))
        return _Column(self.places[at], None if drawn is None else drawn.places[at], PLACE_OUTCOMES[at[-1]].unit)

    def _place(self, name: str) -> int:
        index = self.scenario.theatre_index()
        need_known(name, index, f"places: no theatre has the id '{name}'.")
        return index[name]

    def _estimates(self, outcome: str, place: str | None = None) -> list[tuple[float, ...]]:
        """The columns :data:`ESTIMATES` of a column of `runs`, or of an outcome of a place, under each policy."""
        column, base = self._column(outcome, place), self.names.index(self.baseline)
        further, further_open = column.differences(base), column.differences(base, over_draws=True)
        further[base] = further_open[base] = NOTHING
        medians = np.median(column.values, axis=-1).tolist()
        parts = zip(column.means(), medians, column.means(over_draws=True), further, further_open, strict=True)
        return [(*one, median, *of_record, *more, *more_open) for one, median, of_record, more, more_open in parts]

    def by_place(self, places: Sequence[str] | None = None) -> pd.DataFrame:
        """What becomes of places: a row per place, policy and outcome, columns :data:`PLACE_COLUMNS`.

        `places` are ids of theatres; those of the scenario's question, or else all, if None.
        """
        rows: list[tuple[Any, ...]] = []
        for place in self.asked_places if places is None else places:
            estimates = [self._estimates(outcome.name, place) for outcome in PLACE_OUTCOMES]
            for which, policy in enumerate(self.names):
                parts = zip(PLACE_OUTCOMES, estimates, strict=True)
                rows += [(place, policy, *outcome, *intervals[which]) for outcome, intervals in parts]
        return pd.DataFrame(rows, columns=PLACE_COLUMNS)

    def great_power_wars(self, places: Sequence[str] | None = None) -> pd.DataFrame:
        """Who fights in wars between great powers, place by place: columns :data:`FOUGHT_COLUMNS`, most often first.

        `how` a state came in: it began the war or was attacked, or a treaty with `by`, or its own choice beside `by`,
        brought it in. `share` of histories with its score interval; `world`: the part of these in which that became a
        world war, with at least three great powers and two thirds of them (Levy 1983). `places` as in `by_place`.
        """
        if self.places is None:
            raise GreatPowersError(TOO_MANY)
        asked = [self._place(name) for name in (self.asked_places if places is None else places)]
        ids, theatres = [state.id for state in self.scenario.states], self.scenario.theatres
        rows = []
        for name, histories in zip(self.names, self.fought, strict=True):
            came: dict[tuple[int, int, str, int], list[bool]] = {}
            for history in histories:
                wars = {entry[:4]: False for entry in history}
                for entry in history:
                    wars[entry[:4]] |= entry.world
                for key, world in wars.items():
                    came.setdefault(key, []).append(world)
            for (k, state, how, by), worlds in came.items():
                if k in asked:
                    seen = np.repeat([1.0, 0.0], [len(worlds), len(histories) - len(worlds)])
                    numbers = (len(worlds), *share_interval(seen), sum(worlds) / len(worlds))
                    rows.append((theatres[k].id, name, ids[state], how, ids[by] if by >= 0 else "", *numbers))
        table = pd.DataFrame(rows, columns=FOUGHT_COLUMNS)
        order = ["place", "policy", "histories", "state"]
        return table.sort_values(order, ascending=[True, True, False, True], kind="stable", ignore_index=True)

    def place_tables(self, place: str) -> tuple[pd.DataFrame, pd.DataFrame]:
        """What becomes of one place: shaped like `table` and `posterior_table`, with its outcomes for metrics."""
        columns = {name: self._column(name, place) for name in PLACE_NAMES}
        by_luck = self._table({name: column.means() for name, column in columns.items()})
        return by_luck, self._table({name: column.means(over_draws=True) for name, column in columns.items()})

    @property
    def asked_places(self) -> tuple[str, ...]:
        """The places that the scenario's question is about, or else all."""
        question = self.scenario.question
        return question.places if question and question.places else tuple(t.id for t in self.scenario.theatres)

    def place_values(self, policy: str, place: str, outcome: str) -> Floats:
        """One of :data:`PLACE_OUTCOMES` of one theatre under one policy, in order of seeds."""
        return self.values(policy, outcome, place)

    def drawn_values(self, policy: str, outcome: str, place: str | None = None) -> Floats | None:
        """An outcome of the world, or of a place, on the posterior's draws [draws, seeds]; None if none were played."""
        drawn = self._column(outcome, place).drawn
        return None if drawn is None else drawn[self.names.index(policy)]

    def difference_by_draw(self, policy: str, against: str, outcome: str, place: str | None = None) -> Floats:
        """Mean paired difference between two policies on each draw of the posterior; empty if none were played."""
        one, other = (self.drawn_values(name, outcome, place) for name in (policy, against))
        return np.empty(0) if one is None or other is None else (one - other).mean(axis=1)

    def gain_of_matching(self, policy: str, metric: str, against: str | None = None) -> float:
        """How many times the runs independent seeds would need for the same interval of a difference between policies.

        `against` is the baseline unless given; NaN where the difference does not vary.
        """
        return matching_gain(self.values(policy, metric), self.values(against or self.baseline, metric))

    def bands(self, metric: str) -> pd.DataFrame:
        """Spread over runs by round: columns policy, round, quarter, p5, p25, median, p75, p95."""
        need_known(metric, self.series_metrics, f"there are no bands for '{metric}'.")
        column = self.series_metrics.index(metric)
        return self._bands(slice(column, column + 1)).drop(columns="metric")

    def _bands(self, columns: slice = slice(None)) -> pd.DataFrame:
        """The same of several metrics, one after the other, with the name of each in a last column."""
        levels = tuple(BANDS.values())
        cut_points = np.stack(
            [quantiles(part[..., columns], levels) for part in self.series]
        )  # [policy, level, R, metric]
        rows = cut_points.transpose(1, 3, 0, 2).reshape(len(levels), -1)
        quarters = [frames.quarter_of(self.scenario.start, r) for r in range(self.rounds)]
        named = pd.MultiIndex.from_product(
            [self.series_metrics[columns], self.names, range(self.rounds)], names=["metric", "policy", "round"]
        )
        table = named.to_frame(index=False)
        quarter = np.tile(np.array(quarters, dtype=object), len(table) // self.rounds)
        bands = dict(zip(BANDS, rows, strict=True))
        return table[["policy", "round"]].assign(quarter=quarter, **bands, metric=table["metric"])

    def save(
        self, directory: str | Path, figures: Drawers | None = None, made: Mapping[str, bytes] | None = None
    ) -> Path:
        """Write the comparison to a directory, whole or not at all, and return its path.

        ``table.csv`` and ``table.parquet`` (one row per policy and metric), ``places.csv`` (one row per place,
        policy and outcome), ``great-power-wars.csv`` (who fights in them, and what brought each in),
        ``runs.parquet`` and ``runs.csv`` (one row per history), ``codebook.csv`` (label, unit and
        meaning of every column), ``places.parquet``, ``bands.parquet``, ``outcomes.csv``,
        ``policies.csv`` (in what each policy differs from the baseline, place by place), ``posterior.parquet`` (the
        histories on its draws, if any), ``config.toml`` with the policies beside it, ``manifest.json``, and `figures`
        as PNG. Files that are `made` already, by name, are written as they are: pictures, and those of
        :meth:`files_of_luck`. Refuses and raises like :meth:`greatpowers.simulation.history.History.save`.
        """
        table, ready, of_luck = long_table(self), made or {}, self._of_luck()
        with whole_directory(directory, self.manifest) as place:
            write_csv(table, place / "table.csv")
            write_parquet(table, place / "table.parquet", {})
            write_csv(codebook(self.runs.columns, self.describe, self.posterior is not None), place / "codebook.csv")
            if self.places is not None:
                write_csv(self.by_place(self._everywhere), place / "places.csv")
            if self.posterior is not None:
                write_parquet(_posterior_runs(self, self.posterior), place / "posterior.parquet", self._units)
            for name, make in of_luck.items():
                (place / name).write_bytes(ready[name] if name in ready else make())
            save_pictures(place, figures or {}, {name: ready[name] for name in ready if name not in of_luck})
        return path_of(directory)

    def files_of_luck(self) -> dict[str, bytes]:
        """Files that :meth:`save` writes and that a posterior changes nothing in: made while that is played."""
        return {name: make() for name, make in self._of_luck().items()}

    def _of_luck(self) -> dict[str, Callable[[], bytes]]:
        """What makes each of them."""
        runs, places = self.runs.reset_index(), self.places
        made = {
            "runs.parquet": lambda: parquet_bytes(runs, self._units),
            "runs.csv": lambda: csv_text(runs).encode(),
            "policies.csv": lambda: csv_text(self.policy_differences()).encode(),
            "bands.parquet": lambda: parquet_bytes(self._bands(), metric_units()),
            "outcomes.csv": lambda: csv_text(self.outcomes, index=True).encode(),
            **{name: text.encode for name, text in self._texts.items()},
        }
        if places is not None:
            made["places.parquet"] = lambda: parquet_bytes(_place_runs(self, places), PLACE_UNITS)
            made["great-power-wars.csv"] = lambda: csv_text(self.great_power_wars(self._everywhere)).encode()
        return made

    @property
    def _everywhere(self) -> list[str]:
        return [theatre.id for theatre in self.scenario.theatres]

    @property
    def _units(self) -> dict[str, tuple[str, str]]:
        """Meaning and unit of each column of `runs`."""
        columns = [self.describe(name) for name in self.runs.columns]
        return {column.name: (column.formula, column.unit) for column in columns}


class _Column(NamedTuple):
    """One outcome: `values` [policies, runs], `drawn` [policies, draws, seeds] or None, and its unit."""

    values: Floats
    drawn: Floats | None
    unit: str

    def means(self, over_draws: bool = False) -> list[Interval]:
        """The mean under each policy, with its interval by luck, or with what the draws leave open."""
        if not over_draws:
            return intervals_of(self.values, self.unit)
        return [NOTHING] * len(self.values) if self.drawn is None else expected_of_each(self.drawn, self.unit)

    def differences(self, base: int, over_draws: bool = False) -> list[Interval]:
        """The same of the paired difference of each policy from the one at `base`."""
        if not over_draws:
            return differences_of(self.values, self.values[base], self.unit)
        if self.drawn is None:
            return [NOTHING] * len(self.values)
        return expected_differences_of(self.drawn, self.drawn[base], self.unit)


PosteriorLike = Posterior | str | Path


def given_posterior(posterior: PosteriorLike) -> Posterior:
    """The posterior itself, loaded if it is named."""
    return posterior if isinstance(posterior, Posterior) else load_posterior(posterior)


def compare(
    scenario: ScenarioLike,
    policies: PoliciesLike | None = None,
    seeds: Seeds = 200,
    rounds: int | None = None,
    parameters: Mapping[str, float] | None = None,
    workers: int | None = None,
    progress: Progress | None = None,
    posterior: PosteriorLike | None = None,
    posterior_seeds: int = 8,
    metrics: MetricsLike = (),
    rules: RulesLike | None = None,
    meanwhile: "Callable[[Comparison], None] | None" = None,
    first: Callable[[], None] | None = None,
) -> Comparison:
    """Play one policy or several (by default the scenario's, or the presets) on `seeds`, a number or the seeds.

    A seed brings every policy the same luck, so differences are paired. `posterior`, an object, a shipped name or a
    path, is played as well: every draw on `posterior_seeds` seeds of its own, the lowest that are still unused.
    `parameters` replace those of the draw.
    `metrics` are functions from a :class:`History` to a number, or their names (``"crises.py:length"``). Each becomes a
    column with the name of the function; its attributes `label` and `unit` are shown. `rules` are functions, or their
    names, by the choice that they replace. Each receives the probability that the model gives and returns another:
    ``host(world, case, chance)`` that a host gives way, ``guardian(world, case, guardian, chance)`` that it takes part
    in sanctions, ``deal(world, case, party, chance)`` that it accepts, ``challenger(world, case, chances)`` those of
    going down, holding and going up. Rules compiled by Numba are fast. `progress` is called with (histories done, in
    all). `meanwhile` gets the comparison without its posterior while that is still being played, for instance to draw
    figures; what is done `first`, while all else is played, may load what that needs. Raises
    :class:`GreatPowersError` on what cannot be run.
    """
    loaded_scenario = given_scenario(scenario)
    chosen, own, ruled = given_policies(loaded_scenario, policies), own_metrics(metrics), own_rules(rules)
    numbers = checked_seeds(seeds)
    setups = prepare_all(loaded_scenario, chosen, rounds, parameters, ruled)
    drawn = None if posterior is None else given_posterior(posterior)
    draws = 0 if drawn is None else len(drawn.draws)
    few = _further_seeds(numbers, draws, checked_count("posterior_seeds", posterior_seeds))
    metric_series, columns = _room_for_series(len(chosen), len(numbers), setups[0].rounds)
    places = _room_for_places(len(chosen), len(numbers), setups[0].sizes[1])
    fought: list[list[list[Belligerent]]] = [[[] for _ in numbers] for _ in chosen] if places is not None else []
    later, now = len(chosen) * few.size, len(chosen) * len(numbers)
    history_progress = in_histories(progress, len(chosen), after=later)
    values = play_all(
        setups, numbers, workers, history_progress, metric_series, columns, places, own, fought or None, first
    )
    tables = [runs_frame(part, numbers, [metric.name for metric in own]) for part in values]
    runs = pd.concat(tables, keys=[p.name for p in chosen], names=["policy"])
    by_luck = Comparison(
        scenario=setups[0].scenario,
        policies=chosen,
        parameters=setups[0].parameters,
        rounds=setups[0].rounds,
        seeds=numbers,
        runs=runs,
        series=metric_series,
        series_metrics=tuple(METRIC_NAMES[column] for column in columns),
        origin=provenance(),
        places=places,
        own_metrics=own,
        rules=ruled,
        fought=fought,
    )
    meantime = None if meanwhile is None else partial(meanwhile, by_luck)
    if drawn is None:
        if meantime is not None:
            meantime()
        return by_luck
    history_progress = in_histories(progress, len(chosen) * few.shape[1], before=now)
    return replace(
        by_luck,
        posterior=_play_posterior(
            drawn, by_luck, loaded_scenario, parameters, few, workers, history_progress, meantime
        ),
    )


def _further_seeds(seeds: Sequence[int], draws: int, each: int) -> Ints:
    """Seeds of each draw [draws, each]: the first from 0 on that are not among `seeds`."""
    taken = set(seeds)
    free = (seed for seed in itertools.count() if seed not in taken)
    return np.array(list(itertools.islice(free, draws * each)), dtype=np.int64).reshape(draws, each)


def _play_posterior(
    posterior: Posterior,
    comparison: Comparison,
    scenario: Scenario,
    parameters: Mapping[str, float] | None,
    seeds: Ints,
    workers: int | None,
    progress: Progress | None,
    meanwhile: Callable[[], None] | None,
) -> PosteriorRuns:
    """Every policy on every draw; a job is a draw, and gives the same whoever does it.

    The `scenario` is that which was compared, without the parameters that it was played on.
    """
    size, theatres, own = (len(comparison.policies), *seeds.shape), len(scenario.theatres), comparison.own_metrics
    values = np.empty((*size, len(SUMMARY_COLUMNS) + len(own)))
    places = np.empty((*size, theatres, len(PLACE_OUTCOMES)))

    def work(draw: int) -> None:
        chosen = {**posterior.draw(draw), **(parameters or {})}
        setups = prepare_all(scenario, comparison.policies, comparison.rounds, chosen, comparison.rules)
        for number, seed in enumerate(seeds[draw].tolist()):
            for which, setup in enumerate(setups):
                reading = play_and_read(setup, seed, own)
                values[which, draw, number], places[which, draw, number] = reading.values, reading.places

    run_jobs(len(posterior.draws), work, workers, progress, meanwhile)
    return PosteriorRuns(posterior.name, seeds, values, places)


def long_table(comparison: Comparison) -> pd.DataFrame:
    """Means and paired differences, one row per policy and metric, with labels and units.

    The baseline has no difference from itself: its cells are empty.
    """
    by_metric = {metric: (comparison.describe(metric), comparison._estimates(metric)) for metric in comparison.metrics}
    last = (len(comparison.seeds), comparison.baseline)
    rows = [
        (policy, metric, described.label, described.unit, *estimates[which], *last)
        for which, policy in enumerate(comparison.names)
        for metric, (described, estimates) in by_metric.items()
    ]
    return pd.DataFrame(rows, columns=LONG_COLUMNS)


def _room_for_series(policies: int, runs: int, rounds: int) -> tuple[Series, list[int]]:
    """An array for the series and the metrics it holds: all of them if they fit, else those that figures show."""
    columns = list(range(len(METRIC_NAMES)))
    if policies * runs * rounds * len(columns) * np.dtype(np.float32).itemsize > SERIES_BYTES:
        columns = [METRIC_NAMES.index(name) for name in DRAWN]
    return np.empty((policies, runs, rounds, len(columns)), dtype=np.float32), columns


def _room_for_places(policies: int, runs: int, theatres: int) -> Floats | None:
    """An array for what becomes of each place, if it is not too large."""
    shape = (policies, runs, theatres, len(PLACE_OUTCOMES))
    return np.empty(shape) if math.prod(shape) * np.dtype(np.float64).itemsize <= SERIES_BYTES else None


def _outcome(name: str) -> int:
    need_known(name, PLACE_NAMES, f"places: there is no outcome '{name}'.")
    return PLACE_NAMES.index(name)


PLACE_UNITS = {outcome.name: (outcome.label, outcome.unit) for outcome in PLACE_OUTCOMES}


def _place_runs(comparison: Comparison, places: Floats) -> pd.DataFrame:
    """What became of each place in each history: a row per policy, seed and place."""
    ids = [theatre.id for theatre in comparison.scenario.theatres]
    index = pd.MultiIndex.from_product([comparison.names, comparison.seeds, ids], names=["policy", "seed", "place"])
    return pd.DataFrame(places.reshape(-1, len(PLACE_NAMES)), index, list(PLACE_NAMES)).reset_index()


def _posterior_runs(comparison: Comparison, drawn: PosteriorRuns) -> pd.DataFrame:
    """Summaries of the histories on a posterior's draws: a row per policy, draw and seed."""
    columns, each = list(comparison.runs.columns), drawn.seeds.shape[1]
    index = pd.MultiIndex.from_product(
        [comparison.names, range(drawn.draws), range(each)], names=["policy", "draw", "seed"]
    )
    table = pd.DataFrame(drawn.values.reshape(-1, len(columns)), index, columns).reset_index()
    return table.assign(seed=np.tile(drawn.seeds.reshape(-1), len(comparison.names)))
