"""A brief: one question of a scenario answered for one place and for the world, with its doubt.

The answer is data. Whether one policy does better than another follows from two intervals of the paired difference by
rules that are stated here, and by nothing else.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
import pandas as pd
from scipy.stats import spearmanr

from greatpowers.core.declare import Floats
from greatpowers.core.ladder import SEVERITY, Rung
from greatpowers.core.levers import SWITCH
from greatpowers.dictionary import describe
from greatpowers.narrative.chronicle import chronicle
from greatpowers.scenario.errors import GreatPowersError, suggestion
from greatpowers.scenario.schema import Scenario
from greatpowers.scenario.tables import policy_differences
from greatpowers.simulation.comparison import Comparison, PosteriorLike, compare, given_posterior
from greatpowers.simulation.intervals import Interval, interval_of
from greatpowers.simulation.panels import FOR_AN_ERROR, Panel
from greatpowers.simulation.parallel import Progress
from greatpowers.simulation.places import PLACE_OUTCOMES
from greatpowers.simulation.run import simulate
from greatpowers.simulation.setup import PolicyLike, ScenarioLike, Seeds, checked_seeds, given_policy, given_scenario
from greatpowers.studies.brief_page import (
    FORCE,
    HIGHER,
    KINDS,
    LOWER,
    MAYBE_HIGHER,
    MAYBE_LOWER,
    NO_TELLING,
    PLACE,
    QUIET,
    WAR,
    WORLD,
    render,
)

POSTERIOR_SEEDS = 16
"""Histories of each policy on each draw of a posterior: twice a comparison's, since only two policies are played."""

OF_PLACE = ("war", "severity", "quarters_of_force", "battle_deaths", "control", "signed", "target_cost")
OF_WORLD = ("mean_severity", "wars_begun", "battle_deaths", "great_power_war", "order", "sender_cost", "target_cost")
"""What the brief tells of: outcomes of the place, and columns of a history's summary."""

FINDING_COLUMNS = [
    *("where", "outcome", "label", "unit"),
    *("asked", "asked_low", "asked_high", "against", "against_low", "against_high"),
    *("difference", "low", "high", "open_low", "open_high", "verdict"),
]


@dataclass(frozen=True)
class Story:
    """One history of a kind: how likely the kind is under the policy, and what happened in the place."""

    kind: str
    share: Interval
    seed: int
    told: tuple[tuple[str, str], ...]  # quarter, sentence


@dataclass(frozen=True, eq=False, repr=False)
class Brief(Panel):
    """A question answered.

    `findings` has one row per outcome of the place and of the world: both policies with their intervals, the paired
    difference (asked less against) with its interval by luck, the interval that the posterior leaves open, and the
    verdict. `hangs` has a row per parameter of the posterior: the rank correlation of its value with the difference in
    escalation at the place, over draws. `other_way` counts draws whose difference has the other sign than the mean.
    """

    kind: ClassVar[str] = "brief"

    title: str
    place: str
    findings: pd.DataFrame
    stories: tuple[Story, ...]
    hangs: pd.DataFrame
    differs: pd.DataFrame
    posterior: str | None
    draws: int
    other_way: int
    start: float

    @property
    def label(self) -> str:
        """The place in words."""
        return next(theatre.label for theatre in self.scenario.theatres if theatre.id == self.place)

    @property
    def tables(self) -> dict[str, pd.DataFrame]:
        """Every table by the name of its file."""
        stories = [
            (story.kind, *story.share, story.seed, quarter, sentence)
            for story in self.stories
            for quarter, sentence in story.told
        ]
        columns = ["kind", "share", "low", "high", "seed", "quarter", "sentence"]
        return {
            "findings": self.findings,
            "stories": pd.DataFrame(stories, columns=columns),
            "hangs": self.hangs,
            "differs": self.differs,
        }

    @property
    def facts(self) -> dict[str, Any]:
        """What is asked, and of what."""
        return {"question": self.title, "place": self.place, "posterior": self.posterior, "draws": self.draws}

    @property
    def pages(self) -> dict[str, str]:
        """The two printable pages."""
        return {"brief.html": render(self)}

    def finding(self, where: str, outcome: str) -> Mapping[str, Any]:
        """One row of `findings`."""
        rows = self.findings[(self.findings["where"] == where) & (self.findings["outcome"] == outcome)]
        return {str(name): value for name, value in rows.iloc[0].items()}


def brief(
    scenario: ScenarioLike = "2017",
    place: str | None = None,
    policy: PolicyLike | None = None,
    against: PolicyLike | None = None,
    seeds: Seeds = 500,
    rounds: int | None = None,
    parameters: Mapping[str, float] | None = None,
    workers: int | None = None,
    progress: Progress | None = None,
    posterior: PosteriorLike | None = "record",
) -> Brief:
    """Answer a question for one place: the first of the scenario's question, and its two policies, if None are given.

    Every policy meets the same luck on `seeds`; a posterior is played as in :func:`compare`, on
    :data:`POSTERIOR_SEEDS` seeds a draw. Raises
    :class:`GreatPowersError` where nothing is asked, and on what cannot be run.
    """
    found, numbers = given_scenario(scenario), checked_seeds(seeds)
    if len(numbers) < FOR_AN_ERROR:
        raise GreatPowersError(f"seeds: {len(numbers)} gives no standard error; expected at least {FOR_AN_ERROR}.")
    where = _asked_place(found, place)
    pair = _asked_policies(found, policy, against)
    drawn = None if posterior is None else given_posterior(posterior)
    compared = compare(found, pair, numbers, rounds, parameters, workers, progress, drawn, POSTERIOR_SEEDS)
    by_draw = _differences_by_draw(compared, where)
    mean = float(by_draw.mean()) if by_draw.size else 0.0
    return Brief(
        scenario=compared.scenario,
        policies=compared.policies,
        parameters=compared.parameters,
        rounds=compared.rounds,
        seeds=numbers,
        origin=compared.origin,
        title=found.question.title if found.question else found.title,
        place=where,
        findings=findings_of(compared, where),
        stories=stories_of(compared, where, parameters),
        hangs=hangs_of(drawn.names if drawn else (), np.array(drawn.draws if drawn else ()), by_draw),
        differs=pd.DataFrame(policy_differences(compared.scenario, *compared.policies)),
        posterior=drawn.name if drawn else None,
        draws=by_draw.size,
        other_way=int((by_draw * mean < 0).sum()),
        start=float(np.mean([SEVERITY[theatre.rung] for theatre in found.theatres])),
    )


def _asked_place(scenario: Scenario, place: str | None) -> str:
    ids = scenario.theatre_index()
    if place is None:
        if scenario.question is None or not scenario.question.places:
            raise GreatPowersError(
                f"scenario '{scenario.name}' asks nothing of any place; name a theatre with --question. "
                f"There are {', '.join(ids) or 'none'}."
            )
        return scenario.question.places[0]
    if place not in ids:
        raise GreatPowersError(f"question: no theatre has the id '{place}'. {suggestion(place, ids)}")
    return place


def _asked_policies(scenario: Scenario, policy: PolicyLike | None, against: PolicyLike | None) -> list[PolicyLike]:
    declared = scenario.question.policies if scenario.question else ()
    chosen = [given or (declared[k] if declared else None) for k, given in enumerate((policy, against))]
    if None in chosen:
        raise GreatPowersError(
            f"scenario '{scenario.name}' does not say which policy is asked about and against which; name both, with "
            "--policy and --against."
        )
    return [given_policy(name) for name in chosen if name is not None]


def verdict(luck: Interval, left_open: Interval) -> str:
    """What two intervals of a difference say, one of :data:`VERDICTS`.

    Lower or higher where both leave out 0; a reservation where that of luck does and the posterior's does not; else no
    telling. Without a posterior the first is luck's alone.
    """
    if not (luck.low > 0 or luck.high < 0):
        return NO_TELLING
    lower = luck.mean < 0
    agrees = np.isnan(left_open.low) or (left_open.high < 0 if lower else left_open.low > 0)
    if agrees:
        return LOWER if lower else HIGHER
    return MAYBE_LOWER if lower else MAYBE_HIGHER


def findings_of(compared: Comparison, place: str) -> pd.DataFrame:
    """One row per outcome, columns :data:`FINDING_COLUMNS`: those of the place, then those of the world."""
    asked, against = compared.names
    outcomes = sorted((o for o in PLACE_OUTCOMES if o.name in OF_PLACE), key=lambda o: OF_PLACE.index(o.name))
    told = [(PLACE, *outcome) for outcome in outcomes]
    told += [(WORLD, name, describe(name).label, describe(name).unit) for name in OF_WORLD]
    rows = []
    for where, name, label, unit in told:
        at = place if where == PLACE else None
        values = [
            compared.place_values(policy, place, name) if at else compared.values(policy, name)
            for policy in (asked, against)
        ]
        luck, left_open = compared.versus(asked, against, name, at)
        means = [bound for part in values for bound in interval_of(part, unit)]
        rows.append((where, name, label, unit, *means, *luck, *left_open[1:], verdict(luck, left_open)))
    return pd.DataFrame(rows, columns=FINDING_COLUMNS)


def kinds_of(compared: Comparison, policy: str, place: str) -> list[str]:
    """The kind of each history under a policy, by the worst that happens in the place."""
    war = compared.place_values(policy, place, "war") > 0
    force = compared.place_values(policy, place, "highest_rung") >= Rung.LIMITED_INTERVENTION
    return [WAR if one else FORCE if two else QUIET for one, two in zip(war, force, strict=True)]


def stories_of(compared: Comparison, place: str, parameters: Mapping[str, float] | None) -> tuple[Story, ...]:
    """Of each kind that occurs under the first policy, the history in the middle of its kind by escalation there."""
    policy = compared.policies[0]
    kinds = np.array(kinds_of(compared, policy.name, place))
    severity = compared.place_values(policy.name, place, "severity")
    found = []
    for kind in KINDS:
        rows = np.flatnonzero(kinds == kind)
        if rows.size:
            row = rows[np.argsort(severity[rows], kind="stable")[rows.size // 2]]
            share = interval_of((kinds == kind).astype(np.float64), SWITCH)
            seed = compared.seeds[row]
            history = simulate(compared.scenario, policy, seed, compared.rounds, parameters)
            told = [
                (entry.quarter, " ".join(entry.sentences))
                for entry in chronicle(history, "headlines" if kind == WAR else "main").entries
                if entry.theatre == place
            ]
            found.append(Story(kind, share, seed, tuple(told)))
    return tuple(found)


def _differences_by_draw(compared: Comparison, place: str) -> Floats:
    """Mean difference in escalation at the place on each draw [draws]."""
    one, other = (compared.drawn_values(name, "severity", place) for name in compared.names)
    return np.empty(0) if one is None or other is None else (one - other).mean(axis=1)


def hangs_of(names: tuple[str, ...], draws: Floats, difference: Floats) -> pd.DataFrame:
    """Rank correlation of each parameter with the difference over draws, strongest first  (Spearman 1904).

    `draws` [draws, parameters] holds the values. `beyond` says whether it exceeds what 95 % of unrelated parameters
    would, after all of them were tried (Bonferroni).
    """
    columns = ["parameter", "rank_correlation", "beyond"]
    if difference.size < 4 or np.ptp(difference) == 0:
        return pd.DataFrame(columns=columns)
    rows = []
    for k, name in enumerate(names):
        if np.ptp(draws[:, k]) > 0:
            found = spearmanr(draws[:, k], difference)
            rows.append((name, float(found.statistic), float(found.pvalue) * len(names) < 0.05))
    rows.sort(key=lambda row: (-abs(row[1]), row[0]))
    return pd.DataFrame(rows, columns=columns)
