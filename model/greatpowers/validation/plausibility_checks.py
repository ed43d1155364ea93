"""The panel's checks: what a specialist would call absurd, each with its range, its reason and its source.

A range is of the value over all histories of a policy. Checks that name places, or count them, are of the worlds of
today, each with a range and a reason for it; the others hold in any world. All but the measures is in
``data/plausibility.toml``.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from scipy import stats

from greatpowers.core.declare import Floats
from greatpowers.scenario.load import parse_toml
from greatpowers.validation.plausibility_reading import BEFORE_THE_RUN, HistoryReading
from greatpowers.validation.wars import War

NAN, INFINITE = float("nan"), float("inf")
THOUSAND = 1000.0
TWENTY_YEARS = 80
RUSSIA_AND_UKRAINE = ("donbas", "crimea", "ukraine")
KOREA = "korea"
WITHOUT_ANSWER = "laissez-faire"
QUARTER, LIKELY = 0.25, 0.01


class HistorySample(NamedTuple):
    """Histories of one policy, or of all of them: ids of the theatres, rounds of each, and the world without breaches.

    `still` holds the same seeds in a world whose challengers never breach anything; it is empty where not played.
    """

    theatres: Sequence[str]
    rounds: int
    readings: Sequence[HistoryReading]
    still: Sequence[HistoryReading] = ()


@dataclass(frozen=True)
class Check:
    """One line of the panel: what is measured, in which unit, what it may be, why, and after whom.

    Without a range it is only reported. `worlds` names the scenarios it is about, empty all of them; `policy` the
    policy, None all of them; `pooled` takes the histories of all policies together. `adapted` holds other ranges and
    reasons, by scenario.
    """

    name: str
    label: str
    unit: str
    low: float
    high: float
    reason: str
    source: str
    measure: Callable[[HistorySample], float]
    worlds: tuple[str, ...] = ()
    policy: str | None = None
    pooled: bool = False
    adapted: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)

    @property
    def has_range(self) -> bool:
        """Whether any value would be out of its range."""
        return self.low > -INFINITE or self.high < INFINITE


def onsets(sample: HistorySample) -> list[War]:
    """Wars that began in the histories."""
    return [war for reading in sample.readings for war in reading.wars if war.begin != BEFORE_THE_RUN]


def onsets_by_place(sample: HistorySample) -> Floats:
    """War onsets in each theatre: [T]."""
    places = np.array([war.theatre for war in onsets(sample)], dtype=np.int64)
    return np.bincount(places, minlength=len(sample.theatres)).astype(np.float64)


def chance_by_place(sample: HistorySample) -> Floats:
    """Share of histories with war in each theatre, begun there or spread: [T]."""
    chance: Floats = np.mean([reading.fought for reading in sample.readings], axis=0)
    return chance


def deaths_of_wars(sample: HistorySample) -> Floats:
    """Battle deaths of each war that began and ended in the histories, in persons."""
    return THOUSAND * np.array([war.deaths for war in onsets(sample) if not war.open])


def median_of(values: Sequence[float] | Floats) -> float:
    """Median; NaN without any."""
    return float(np.median(values)) if len(values) else NAN


def _share_of_first_place(sample: HistorySample) -> float:
    """Share of onsets in the place with most of them; NaN without any."""
    counts = onsets_by_place(sample)
    return float(counts.max() / counts.sum()) if counts.sum() > 0 else NAN


def _rank_of_ukraine(sample: HistorySample) -> float:
    """Rank by chance of war of Russia and Ukraine, whose two theatres count as one place; 1 is the likeliest."""
    ours = [place for place, name in enumerate(sample.theatres) if name in RUSSIA_AND_UKRAINE]
    chance = np.mean([reading.fought[ours].any() for reading in sample.readings])
    return float(1 + (np.delete(chance_by_place(sample), ours) > chance).sum())


def _share_of_wars_above(deaths: float, sample: HistorySample) -> float:
    """Share of wars with more battle deaths; NaN without wars."""
    death_tolls = deaths_of_wars(sample)
    return float((death_tolls > deaths).mean()) if death_tolls.size else NAN


def _fall_of_order(sample: HistorySample) -> float:
    """Mean order at the end without breaches less that with them; NaN where the former was not played."""
    if not sample.still:
        return NAN
    return float(np.mean([r.order for r in sample.still]) - np.mean([r.order for r in sample.readings]))


def _order_and_breaches(sample: HistorySample) -> float:
    """Correlation over histories of final order with summed gravity of breaches; NaN where either does not vary."""
    order = np.array([reading.order for reading in sample.readings])
    breaches = np.array([reading.gravity for reading in sample.readings])
    if len(order) < 3 or np.ptp(order) == 0.0 or np.ptp(breaches) == 0.0:
        return NAN
    return float(stats.pearsonr(order, breaches).statistic)


def _leader_shattered_share(sample: HistorySample) -> float:
    """Share of histories in which the leader is ever below a quarter of what it started with; NaN without a leader."""
    least = np.array([reading.leader_least for reading in sample.readings])
    return float((least < QUARTER).mean()) if not np.isnan(least).any() else NAN


MEASURES: Mapping[str, Callable[[HistorySample], float]] = {
    "first_place": _share_of_first_place,
    "likely_places": lambda sample: float((chance_by_place(sample) >= LIKELY).sum()),
    "onsets": lambda sample: len(onsets(sample)) / len(sample.readings) * TWENTY_YEARS / sample.rounds,
    "land_lost": lambda sample: float(np.mean([reading.land_lost for reading in sample.readings])),
    "korea": lambda sample: float(chance_by_place(sample)[list(sample.theatres).index(KOREA)]),
    "ukraine": _rank_of_ukraine,
    "great_power_war": lambda sample: float(np.mean([any(w.great for w in r.wars) for r in sample.readings])),
    "great_power_places": lambda sample: float(len({w.theatre for r in sample.readings for w in r.wars if w.great})),
    "deaths": lambda sample: median_of(deaths_of_wars(sample)),
    "deaths_100k": partial(_share_of_wars_above, 100_000.0),
    "deaths_1m": partial(_share_of_wars_above, 1_000_000.0),
    "hostile": lambda sample: float(sum(int(reading.hostile.sum()) for reading in sample.readings)),
    "order_falls": _fall_of_order,
    "order_follows": _order_and_breaches,
    "leader": _leader_shattered_share,
}
"""What each check measures: its label in the file says it in words."""

ANY = {"low": -INFINITE, "high": INFINITE}
"""The range of a check that is only reported, and the ends that others do not have."""


def _check(name: str, row: dict[str, Any]) -> Check:
    """A check as the file gives it."""
    worlds, adapted = tuple(row.pop("worlds", ())), row.pop("adapted", {})
    ranges = {world: {**ANY, **other} for world, other in adapted.items()}
    return Check(name=name, measure=MEASURES[name], worlds=worlds, adapted=ranges, **{**ANY, **row})


_FILE = Path(__file__).parent / "data" / "plausibility.toml"
CHECKS = tuple(_check(name, row) for name, row in parse_toml(_FILE, _FILE.name).items())
"""Every check, in the order of the panel."""


def checks_for(world: str) -> list[Check]:
    """Checks that apply to a scenario of this name, with its ranges."""
    asked = [check for check in CHECKS if not check.worlds or world in check.worlds]
    return [replace(check, **check.adapted.get(world, {})) for check in asked]
