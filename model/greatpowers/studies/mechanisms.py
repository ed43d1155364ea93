"""What the answer rests on: every parameter and lever off and doubled, under every policy, on matched luck; and tables.

A parameter or lever is off at its neutral value: 0, unless ``mechanisms.toml`` declares another. A multiplier is
neutral at 1, a speed where there is no delay, a scale of chance where there is hardly any chance left. Levels and
thresholds that something must have are declared to have none: they can only be doubled.
"""

import copy
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from pathlib import Path
from typing import Any, ClassVar, Literal, NamedTuple

import numpy as np
import pandas as pd

from greatpowers.core.declare import Declared, Floats, fields_of
from greatpowers.core.levers import Levers
from greatpowers.core.parameters import Parameters, pack
from greatpowers.dictionary import describe
from greatpowers.presentation.tables import table_shown
from greatpowers.scenario.build import build_world
from greatpowers.scenario.load import parse_toml
from greatpowers.simulation.ensemble import Progress, in_histories, play_all
from greatpowers.simulation.panels import FOR_AN_ERROR, Panel, described, setups_for
from greatpowers.simulation.setup import PoliciesLike, ScenarioLike, Seeds, Setup, checked_seeds
from greatpowers.simulation.summary import SUMMARY_COLUMNS


class Neutral(NamedTuple):
    """A value that switches something off, None where there is none; and what it means, or why there is none."""

    value: float | None
    meaning: str


ZERO = Neutral(0.0, "nothing of it")

NEUTRAL = parse_toml(Path(__file__).with_suffix(".toml"), "mechanisms.toml")
"""By "parameters" and "levers", those of which 0 would mean something else, or nothing."""

Kind = Literal["parameter", "lever"]
MECHANISMS: Mapping[Kind, type] = {"parameter": Parameters, "lever": Levers}


def neutral(kind: Kind, declared: Declared) -> Neutral:
    """What switches a parameter or lever off: what the table says, else 0, and nothing where 0 is out of range."""
    if declaration := NEUTRAL[f"{kind}s"].get(declared.name):
        return Neutral(declaration.get("value"), declaration["meaning"])
    if declared.field.low <= 0.0 <= declared.field.high:
        return ZERO
    return Neutral(None, "0 is out of its range, and no other value is declared")


OUTCOMES = (
    "mean_severity",
    "wars_begun",
    "great_power_wars_begun",
    "battle_deaths",
    "order",
    "sender_cost",
    "target_cost",
    "revision",
)
"""What is measured of each history: columns of its summary."""

RANKED = ("mean_severity", "wars_begun", "battle_deaths", "sender_cost")
"""Outcomes by which policies are put in order, the least first."""

TOLD_APART = 2.0
"""|z| of a difference between policies from which on they count as told apart."""

MOVED = 3.0
"""|z| from which on an outcome counts as moved; more than for one comparison, because there are many."""

EFFECTS = (
    *("kind", "mechanism", "change", "value", "policy", "outcome", "unit"),
    *("baseline", "changed", "difference", "error", "z"),
)
RANKS = ("kind", "mechanism", "outcome", "order", "distance", "holds", "reversed", "reversed_pairs")
INERT = ("kind", "mechanism", "default", "neutral", "meaning", "off_z", "doubled_z", "inert")

BEFORE = " < "
"""Between policies in order."""


def paired(differences: Floats) -> tuple[Floats, Floats, Floats]:
    """Mean, standard error and z over the first axis of matched differences [n, ...]; z is 0 where nothing differs."""
    mean = differences.mean(axis=0)
    error = differences.std(axis=0, ddof=1) / np.sqrt(len(differences))
    signed = np.where(mean == 0.0, 0.0, np.copysign(np.inf, mean))
    return mean, error, np.divide(mean, error, out=signed, where=error > 0.0)


def effects_table(changes: Sequence["Variation"], policies: Sequence[str], values: Floats) -> pd.DataFrame:
    """One row per change, policy and outcome; `values` [1 + changes, policies, seeds, outcomes], baseline first."""
    rows = []
    for change, changed in zip(changes, values[1:], strict=True):
        mean, error, z = paired(np.moveaxis(changed - values[0], 1, 0))
        before, after = values[0].mean(axis=1), changed.mean(axis=1)
        for p, policy in enumerate(policies):
            for o, outcome in enumerate(OUTCOMES):
                named = (change.kind, change.name, change.change, change.value, policy, outcome, describe(outcome).unit)
                rows.append((*named, before[p, o], after[p, o], mean[p, o], error[p, o], z[p, o]))
    return pd.DataFrame(rows, columns=list(EFFECTS)).astype({"value": "float64"})


def ranks_table(changes: Sequence["Variation"], policies: Sequence[str], values: Floats) -> pd.DataFrame:
    """One row per mechanism switched off and ranked outcome: the order of policies and what of the baseline's holds."""
    columns = {outcome: OUTCOMES.index(outcome) for outcome in RANKED}
    rows = [
        (change.kind, change.name, outcome, *_held(policies, values[0, ..., column], changed[..., column]))
        for change, changed in zip(changes, values[1:], strict=True)
        if change.change == "off"
        for outcome, column in columns.items()
    ]
    return pd.DataFrame(rows, columns=list(RANKS))


def _held(policies: Sequence[str], before: Floats, after: Floats) -> tuple[str, int, bool, int, str]:
    """Order of the policies after, its distance from before, whether it holds, and which pairs changed places."""
    distance, turned = kendall_distance(before, after), reversed_pairs(before, after)
    pairs = "; ".join(BEFORE.join(policies[place] for place in pair) for pair in turned)
    order = BEFORE.join(policies[place] for place in order_of(after))
    return order, distance, distance == 0, len(turned), pairs


def order_of(values: Floats) -> list[int]:
    """Policies by their mean, the least first, ties as they stand, from values [policies, seeds]."""
    return [int(place) for place in np.argsort(values.mean(axis=1), kind="stable")]


def kendall_distance(before: Floats, after: Floats) -> int:
    """Pairs of policies that the two orders put the other way round  (Kendall 1938)."""
    first, second = order_of(before), order_of(after)
    return sum(second.index(a) > second.index(b) for a, b in combinations(first, 2))


def reversed_pairs(before: Floats, after: Floats) -> list[tuple[int, int]]:
    """Pairs told apart before and after, but the other way round: each as (least, other) after the change."""
    pairs = []
    for a, b in combinations(range(len(before)), 2):
        was, now = float(paired(before[b] - before[a])[2]), float(paired(after[b] - after[a])[2])
        if min(abs(was), abs(now)) >= TOLD_APART and was * now < 0.0:
            pairs.append((a, b) if now > 0.0 else (b, a))
    return pairs


def inert_table(effects: pd.DataFrame, now: Parameters) -> pd.DataFrame:
    """One row per parameter and lever: its default and neutral value, and the largest |z| of either change.

    |z| is empty for a change that was not made, because there is no neutral value or the value is neutral already.
    What was not changed at all is not inert: nothing is known of it.
    """
    largest = effects["z"].abs().groupby([effects["kind"], effects["mechanism"], effects["change"]]).max()
    rows = []
    for kind, declared in ((kind, one) for kind, table in MECHANISMS.items() for one in fields_of(table)):
        default = float(getattr(now, declared.name)) if kind == "parameter" else None
        changed = (largest.get((kind, declared.name, change), np.nan) for change in ("off", "doubled"))
        rows.append((kind, declared.name, default, *neutral(kind, declared), *_judged(*changed)))
    return pd.DataFrame(rows, columns=list(INERT)).astype({"default": "float64", "neutral": "float64"})


def _judged(off: float, doubled: float) -> tuple[float, float, bool]:
    known = [z for z in (off, doubled) if not np.isnan(z)]
    return off, doubled, bool(known) and max(known) < MOVED


Change = Literal["off", "doubled"]


@dataclass(frozen=True)
class Variation:
    """One change of one parameter or lever; `value` is None for a lever doubled, whose values differ by place."""

    kind: Kind
    name: str
    change: Change
    value: float | None


def variations(setups: Sequence[Setup]) -> list[Variation]:
    """Everything that can be switched off and doubled, in the order of the core; what would change nothing is left out.

    `setups` are those of the baseline, one a policy, which share their parameters.
    """
    changes = [change for declared in fields_of(Parameters) for change in _of_parameter(declared, setups[0].parameters)]
    for declared in fields_of(Levers):
        changes += [
            change for change in _of_lever(declared) if any(_moves(setup, change, declared) for setup in setups)
        ]
    return changes


def _of_parameter(declared: Declared, now: Parameters) -> list[Variation]:
    value, off = float(getattr(now, declared.name)), neutral("parameter", declared).value
    doubled = float(np.clip(2.0 * value, declared.field.low, declared.field.high))
    changes: tuple[tuple[Change, float | None], ...] = (("off", off), ("doubled", doubled))
    return [Variation("parameter", declared.name, c, v) for c, v in changes if v is not None and v != value]


def _of_lever(declared: Declared) -> list[Variation]:
    off = neutral("lever", declared).value
    changes = [] if off is None else [Variation("lever", declared.name, "off", off)]
    return [*changes, Variation("lever", declared.name, "doubled", None)]


def _moves(setup: Setup, variation: Variation, declared: Declared) -> bool:
    before = getattr(setup.levers.levers, declared.name)
    return not np.array_equal(before, getattr(_with_lever(setup, variation).levers.levers, declared.name))


def varied(setups: Sequence[Setup], variation: Variation) -> list[Setup]:
    """The setups of the baseline with one change; the world is built anew where a parameter changes."""
    if variation.kind == "lever":
        return [_with_lever(setup, variation) for setup in setups]
    values = {**setups[0].parameters._asdict(), variation.name: variation.value}
    chosen, scenario = Parameters(**values), setups[0].scenario.model_copy(update={"parameters": values})
    world, packed = build_world(scenario, chosen), pack(chosen)
    return [replace(s, scenario=scenario, parameters=chosen, world=world, packed=packed) for s in setups]


def _with_lever(setup: Setup, variation: Variation) -> Setup:
    table = copy.copy(setup.levers.levers)
    declared = next(entry for entry in fields_of(Levers) if entry.name == variation.name)
    values = getattr(table, variation.name)
    low, high = declared.field.low, declared.field.high
    values[:] = np.clip(2.0 * values, low, high) if variation.value is None else variation.value
    return replace(setup, levers=setup.levers._replace(levers=table))


AT_A_TIME = 8
"""Variations whose worlds are kept at the same time; a seed's luck is drawn once for all of them."""


@dataclass(frozen=True, eq=False, repr=False)
class Mechanisms(Panel):
    """What one scenario's results rest on; every variation and every policy was played on the same seeds.

    `effects` has one row per variation, policy and outcome: mean of the baseline, mean with the change, their paired
    difference with its standard error and z. `ranks` has one row per mechanism switched off and ranked outcome: the
    order of the policies, its Kendall distance from that of the baseline, and the pairs of policies that are told apart
    (|z| of 2 or more) in both and the other way round. `inert` has one row per mechanism: the largest |z| over all
    outcomes and policies when it is switched off and when it is doubled, and whether neither reaches 3.
    """

    kind: ClassVar[str] = "mechanisms"

    effects: pd.DataFrame
    ranks: pd.DataFrame
    inert: pd.DataFrame

    def _repr_html_(self) -> str:
        return table_shown(f"{self!r}: what moves nothing", self.inert[self.inert["inert"]])

    @property
    def inert_names(self) -> list[str]:
        """Names of what moves nothing at all."""
        return list(self.inert.loc[self.inert["inert"], "mechanism"])

    @property
    def tables(self) -> dict[str, pd.DataFrame]:
        """Every table by the name of its file."""
        return {"effects": self.effects, "ranks": self.ranks, "mechanisms": self.inert}

    @property
    def facts(self) -> dict[str, Any]:
        """What was measured, by what policies were ranked, and what is inert."""
        return {"outcomes": list(OUTCOMES), "ranked": list(RANKED), "inert": self.inert_names}


def mechanisms(
    scenario: ScenarioLike = "2017",
    policies: PoliciesLike | None = None,
    seeds: Seeds = 60,
    rounds: int | None = None,
    parameters: Mapping[str, float] | None = None,
    workers: int | None = None,
    progress: Progress | None = None,
) -> Mechanisms:
    """Switch every parameter and lever off, and double it, under every policy on `seeds`, a number or the seeds.

    `progress` is called with (histories done, in all). Results do not depend on `workers`. Raises
    :class:`GreatPowersError` on what cannot be run.
    """
    numbers = checked_seeds(seeds)
    setups = setups_for(scenario, policies, numbers, rounds, parameters, FOR_AN_ERROR)
    changes = variations(setups)
    values = play_variations(setups, changes, numbers, workers, progress)
    names = [setup.policy.name for setup in setups]
    effects = effects_table(changes, names, values)
    ranks, inert = ranks_table(changes, names, values), inert_table(effects, setups[0].parameters)
    return Mechanisms(**described(setups, numbers), effects=effects, ranks=ranks, inert=inert)


def play_variations(
    setups: Sequence[Setup],
    changes: Sequence[Variation],
    seeds: Sequence[int],
    workers: int | None,
    progress: Progress | None,
) -> Floats:
    """Outcomes of the baseline and of each change: [1 + changes, policies, seeds, outcomes]."""
    columns = [SUMMARY_COLUMNS.index(name) for name in OUTCOMES]
    values = np.empty((1 + len(changes), len(setups), len(seeds), len(columns)))
    for first in range(0, len(values), AT_A_TIME):
        rows = range(first, min(first + AT_A_TIME, len(values)))
        batch = [setup for row in rows for setup in (varied(setups, changes[row - 1]) if row else setups)]
        before, left = (count * len(setups) * len(seeds) for count in (first, len(values) - first - len(rows)))
        batch_progress = in_histories(progress, len(batch), before, left)
        played = play_all(batch, seeds, workers, batch_progress)[..., columns]
        values[first : first + len(rows)] = played.reshape(len(rows), len(setups), len(seeds), len(columns))
    return values
