"""What the answer of a brief hangs on, where it flips, and how the model stands against the record of such places."""

import math
from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import pandas as pd
from scipy.stats import spearmanr

from greatpowers.core.declare import Floats, Ints
from greatpowers.core.levers import SWITCH, Levers, Policy
from greatpowers.dictionary import PLACE_OUTCOMES
from greatpowers.hindcast.forecast import forecast
from greatpowers.hindcast.forecast_scoring import OUTCOMES
from greatpowers.scenario.posterior import Posterior
from greatpowers.scenario.schema import Scenario
from greatpowers.simulation.comparison import Comparison
from greatpowers.simulation.ensemble import play_all
from greatpowers.simulation.intervals import mean_interval, simultaneous
from greatpowers.simulation.places import PLACE_NAMES
from greatpowers.simulation.setup import Setup, prepare_all
from greatpowers.studies.brief_words import PLACE
from greatpowers.studies.search_settings import ALL_PARAMETERS, sample_of
from greatpowers.validation.facts import agrees
from greatpowers.validation.scorecard import scored_facts

DEEP = "deep-uncertainty"
DEEP_DRAWS = 48
"""Worlds in which every parameter lies anywhere from a half to twice its default."""

FEW = 100
"""Histories on which each lever is set back, and on which places are forecast: enough for what is told of them."""

FAMILIES = {
    "sanctions": ("sanctions", "secondary", "relief", "snapback", "tranches"),
    "deals": ("deal", "keep", "neutrality", "monitors", "peacekeepers", "carve_out", "spoiler_limit", "relief"),
    "recurrence": ("deal", "keep", "monitors", "peacekeepers"),
    "alliances": ("standing", "presence", "red_line", "strike", "aid"),
    "deterrence": ("standing", "presence", "red_line", "strike"),
}
"""Families of facts of the record, and the levers whose use they tell of; those below bear on every question."""

ALWAYS = ("escalation", "severity")


def deep_uncertainty(size: int = DEEP_DRAWS, seed: int = 1) -> Posterior:
    """Worlds in which every parameter lies anywhere from half to twice its default, as far as its range allows.

    A Latin hypercube; switches, whose default has no multiples, stay as they are.
    """
    drawn = sample_of(size, seed, ALL_PARAMETERS)
    return Posterior(
        name=DEEP, title="Every parameter from half to twice its default", names=tuple(drawn[0]),
        draws=tuple(tuple(world.values()) for world in drawn), parameters={},
    )  # fmt: skip


def hangs_of(names: tuple[str, ...], draws: Floats, difference: Floats) -> pd.DataFrame:
    """Rank correlation of each parameter with the difference over draws, strongest first  (Spearman 1904).

    `draws` [draws, parameters] holds the values. `beyond` says whether it exceeds what 95% of unrelated parameters
    would, after all of them were tried (Bonferroni).
    """
    columns = ["parameter", "rank_correlation", "beyond"]
    if difference.size < 4 or np.ptp(difference) == 0:
        return pd.DataFrame(columns=columns)
    rows = []
    for k, name in enumerate(names):
        if np.ptp(draws[:, k]) > 0:
            correlation = spearmanr(draws[:, k], difference)
            rows.append((name, float(correlation.statistic), float(correlation.pvalue) * len(names) < 0.05))
    rows.sort(key=lambda row: (-abs(row[1]), row[0]))
    return pd.DataFrame(rows, columns=columns)


LEVER_COLUMNS = ["lever", "change", "low", "high", "beyond"]


def levers_of(
    compared: Comparison, place: str, differs: pd.DataFrame, parameters: Mapping[str, float] | None,
    workers: int | None,
) -> pd.DataFrame:  # fmt: skip
    """What each lever in which the policies differ does to escalation in the place, largest change first.

    The first policy is played again with that lever as the second has it: the paired change, with an interval that
    holds for all levers together; `beyond` where it leaves out 0.
    """
    asked, against = prepare_all(compared.scenario, compared.policies, compared.rounds, parameters)
    names = list(dict.fromkeys(differs["lever"])) if len(differs) else []
    setups = [asked, *(_set_back(asked, against, name) for name in names)]
    seeds = compared.seeds[:FEW]
    at = np.empty((len(setups), len(seeds), asked.sizes[1], len(PLACE_OUTCOMES)))
    if names:
        play_all(setups, seeds, workers, places=at)
    severity = at[:, :, compared.scenario.theatre_index()[place], PLACE_NAMES.index("severity")]
    changes = [mean_interval(row - severity[0], simultaneous(len(names))) for row in severity[1:]]
    rows = [(name, *change, change.leaves_out_zero) for name, change in zip(names, changes, strict=True)]
    rows.sort(key=lambda row: (-abs(row[1]), row[0]))
    return pd.DataFrame(rows, columns=LEVER_COLUMNS)


def _set_back(asked: Setup, against: Setup, lever: str) -> Setup:
    """The first setup with one lever as the second has it, in every segment of either."""
    starts = np.union1d(asked.levers.starts, against.levers.starts)
    levers, other = (_in_force(setup.levers, starts) for setup in (asked, against))
    getattr(levers, lever)[...] = getattr(other, lever)
    return replace(asked, levers=Policy(starts, levers))


def _in_force(policy: Policy, starts: Ints) -> Levers:
    """A copy of the levers in force from each of some rounds on."""
    return policy.levers[np.searchsorted(policy.starts, starts, side="right") - 1]


PLACE_COLUMNS = ["place", "label", "difference", "low", "high", "beyond"]


def places_of(compared: Comparison) -> pd.DataFrame:
    """Difference in escalation of every place, with an interval that holds for all places together."""
    asked, against = compared.names
    theatres = compared.scenario.theatres
    rows = []
    for theatre in theatres:
        one, other = (compared.place_values(name, theatre.id, "severity") for name in (asked, against))
        difference = mean_interval(one - other, simultaneous(len(theatres)))
        rows.append((theatre.id, theatre.label, *difference, difference.leaves_out_zero))
    return pd.DataFrame(rows, columns=PLACE_COLUMNS)


RECORD_COLUMNS = ["about", "description", "period", "unit", "record", "model", "low", "high", "agrees"]


def record_of(
    scenario: Scenario, place: str, differs: pd.DataFrame, parameters: Mapping[str, float] | None, workers: int | None
) -> pd.DataFrame:
    """How the model stands against what happened in this place, and against facts that bear on such a question.

    Rows about "place" have what came of it (0 or 1) and the probability that histories gave it, under the policy that
    was followed, or over those that the scenario compares; those about a family of facts are of the shipped scorecard.
    """
    rows: list[tuple[str | float | bool, ...]] = []
    if scenario.happened_to is not None:
        forecasts = forecast(scenario, FEW, parameters, workers, resamples=2).places
        here = forecasts[forecasts["theatre"] == place].iloc[0].to_dict()
        for outcome in OUTCOMES:
            came, chance = here[outcome.name], here[f"p_{outcome.name}"]
            if not math.isnan(came):
                right, period = (chance > 0.5) == (came > 0.5), f"to {scenario.happened_to}"
                rows.append((PLACE, outcome.words, period, SWITCH, came, chance, math.nan, math.nan, right))
    levers = set(differs["lever"]) if len(differs) else set()
    chosen = {*ALWAYS, *(family for family, uses in FAMILIES.items() if levers & set(uses))}
    for line in scored_facts():
        fact, figures = line.fact, (line.fact.value, line.value, line.low, line.high)
        if fact.family in chosen:
            rows.append((fact.family, fact.description, fact.period, fact.unit, *figures, agrees(line.verdict)))
    return pd.DataFrame(rows, columns=RECORD_COLUMNS)
