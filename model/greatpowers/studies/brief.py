"""A brief: one question of a scenario answered for one place and for the world, with its doubt.

The answer is data. Whether one policy does better than another follows from two intervals of the paired difference by
rules that are stated here, and by nothing else.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
import pandas as pd

from greatpowers.core.declare import Floats
from greatpowers.core.history import TheatreColumn
from greatpowers.core.ladder import Rung
from greatpowers.core.levers import SWITCH
from greatpowers.core.log import Column, Event
from greatpowers.dictionary import PLACE_OUTCOMES, describe
from greatpowers.narrative.chronicle import chronicle
from greatpowers.scenario.build import policy_differences
from greatpowers.scenario.errors import GreatPowersError, first_of, need_known
from greatpowers.scenario.posterior import SHIPPED
from greatpowers.scenario.schema import Scenario
from greatpowers.simulation import intervals
from greatpowers.simulation.comparison import Comparison, PosteriorLike, compare, given_posterior
from greatpowers.simulation.ensemble import Progress
from greatpowers.simulation.events import in_a_sentence
from greatpowers.simulation.frames import quarter_of
from greatpowers.simulation.history import History
from greatpowers.simulation.panels import FOR_AN_ERROR, Panel
from greatpowers.simulation.places import Anchor, anchors, is_at_war
from greatpowers.simulation.run import simulate
from greatpowers.simulation.setup import PolicyLike, ScenarioLike, Seeds, checked_seeds, given_policy, given_scenario
from greatpowers.storage.files import check_can_be_written, checked_path, write_new
from greatpowers.studies import brief_reasons, brief_words

POSTERIOR_SEEDS = 16
"""Histories of each policy on each draw of a posterior: twice a comparison's, since only two policies are played."""

DEEP_SEEDS = 4
"""Histories in each world of deep uncertainty."""

OF_PLACE = ("war", "severity", "quarters_of_force", "battle_deaths", "control", "signed", "target_cost")
OF_WORLD = ("mean_severity", "wars_begun", "battle_deaths", "great_power_war", "order", "sender_cost", "target_cost")
"""What the brief tells of: outcomes of the place, and columns of a history's summary."""

FINDING_COLUMNS = [
    *("where", "outcome", "label", "unit"),
    *("asked", "asked_low", "asked_high", "against", "against_low", "against_high"),
    *("difference", "low", "high", "together_low", "together_high", "open_low", "open_high", "deep_low", "deep_high"),
    *("other_way", "other_way_deep", "needed", "verdict"),
]


@dataclass(frozen=True)
class Story:
    """One history of a kind: how likely the kind is under the policy, and what happened in the place.

    `decisive` is which of the sentences makes the history one of its kind: that of its first war or use of force.
    """

    kind: str
    share: intervals.Interval
    seed: int
    told: tuple[tuple[str, str], ...]  # quarter, sentence
    decisive: int = 0


@dataclass(frozen=True, eq=False, repr=False)
class Brief(Panel):
    """A question answered.

    `findings` has one row per outcome of the place and of the world: both policies with their intervals, and the
    paired difference (asked less against) with three intervals. The first is of luck, by itself and, as `together_`,
    so that those of all rows hold together; `open_` what the parameter sets of the posterior leave open; `deep_` holds
    both and worlds with every parameter from half to twice its default. `other_way` and `other_way_deep` count the
    sets and worlds whose difference has the other sign, NaN without any. `needed` are the histories of each policy
    that it takes where an event is too rare in these, else NaN.

    `hangs` has a row per parameter of the posterior (rank correlation of its value with the difference in escalation at
    the place, over its sets), `levers` one per lever in which the policies differ, `places` one per theatre, `record`
    one per thing that is held against the record, `anchors` one per world that a reader knows. `fought` says
    who fights in wars between great powers, place by place, and what brought each in.
    """

    kind: ClassVar[str] = "brief"

    title: str
    place: str
    findings: pd.DataFrame
    stories: tuple[Story, ...]
    hangs: pd.DataFrame
    levers: pd.DataFrame
    places: pd.DataFrame
    record: pd.DataFrame
    differs: pd.DataFrame
    posterior: str | None
    draws: int
    deep_draws: int
    fought: pd.DataFrame
    anchors: tuple[Anchor, ...]

    @property
    def label(self) -> str:
        """The place in words, as it stands inside a sentence."""
        return in_a_sentence(next(theatre.label for theatre in self.scenario.theatres if theatre.id == self.place))

    @property
    def at_war(self) -> bool:
        """Whether there is war in the place at the start, so that what is asked is whether it comes again."""
        return is_at_war(self.scenario, self.place)

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
            "levers": self.levers,
            "places": self.places,
            "record": self.record,
            "differs": self.differs,
            "great-power-wars": self.fought,
            "anchors": pd.DataFrame(self.anchors, columns=list(Anchor._fields)),
        }

    @property
    def facts(self) -> dict[str, Any]:
        """What is asked, and of what."""
        return {"question": self.title, "place": self.place, "posterior": self.posterior, "draws": self.draws}

    @property
    def pages(self) -> dict[str, str]:
        """The two printable pages."""
        from greatpowers.studies.brief_page import render

        return {"brief.html": render(self)}

    @property
    def documents(self) -> dict[str, bytes]:
        """The same as PDF."""
        from greatpowers.studies.brief_page import pdf

        return {"brief.pdf": pdf(self)}

    def write(self, path: str | Path) -> Path:
        """Write the two pages to one file, as PDF or as HTML by the ending of its name, and return its path.

        Raises :class:`GreatPowersError` for another ending, and where there is a file that says something else.
        """
        place = checked_path(path)
        kind = place.suffix.lower()
        if kind not in (".pdf", ".html"):
            raise GreatPowersError(f"{path}: expected the name of a file that ends in .pdf or .html.")
        if not place.exists():
            check_can_be_written(place)
        write_new(place, self.documents["brief.pdf"] if kind == ".pdf" else self.pages["brief.html"].encode())
        return place

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
    posterior: PosteriorLike | None = SHIPPED,
) -> Brief:
    """Answer a question for one place: the first of the scenario's question, and its two policies, if None are given.

    Every policy meets the same luck on `seeds`; a posterior is played as in :func:`compare`, on
    :data:`POSTERIOR_SEEDS` seeds a draw. Raises :class:`GreatPowersError` where nothing is asked, and on what cannot be
    run.
    """
    base, numbers = given_scenario(scenario), checked_seeds(seeds)
    if len(numbers) < FOR_AN_ERROR:
        raise GreatPowersError(f"seeds: {len(numbers)} gives no standard error; expected at least {FOR_AN_ERROR}.")
    where = _asked_place(base, place)
    pair = _asked_policies(base, policy, against)
    drawn = None if posterior is None else given_posterior(posterior)
    compared = compare(base, pair, numbers, rounds, parameters, workers, progress, drawn, POSTERIOR_SEEDS)
    worlds, few = brief_reasons.deep_uncertainty(), numbers[:DEEP_SEEDS]
    deep = compare(base, pair, few, rounds, parameters, workers, None, worlds, DEEP_SEEDS)
    differs = pd.DataFrame(policy_differences(compared.scenario, *compared.policies))
    asked, other = compared.names
    moved = compared.difference_by_draw(asked, other, "severity", where)
    return Brief(
        scenario=compared.scenario,
        policies=compared.policies,
        parameters=compared.parameters,
        rounds=compared.rounds,
        seeds=numbers,
        origin=compared.origin,
        title=base.question.title if base.question else base.title,
        place=where,
        findings=findings_of(compared, deep, where),
        stories=stories_of(compared, where, parameters),
        hangs=brief_reasons.hangs_of(drawn.names if drawn else (), np.array(drawn.draws if drawn else ()), moved),
        levers=brief_reasons.levers_of(compared, where, differs, parameters, workers),
        places=brief_reasons.places_of(compared),
        record=brief_reasons.record_of(base, where, differs, parameters, workers),
        differs=differs,
        posterior=drawn.name if drawn else None,
        draws=moved.size,
        deep_draws=len(worlds.draws),
        fought=compared.great_power_wars([theatre.id for theatre in compared.scenario.theatres]),
        anchors=anchors(base),
    )


def _asked_place(scenario: Scenario, place: str | None) -> str:
    ids = scenario.theatre_index()
    if place is None:
        if scenario.question is None or not scenario.question.places:
            raise GreatPowersError(
                f"scenario '{scenario.name}' asks nothing of any place; name a theatre with --question. "
                f"There are {first_of(list(ids)) or 'none'}."
            )
        return scenario.question.places[0]
    need_known(place, ids, f"question: no theatre has the id '{place}'.")
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


def findings_of(compared: Comparison, deep: Comparison, place: str) -> pd.DataFrame:
    """One row per outcome, columns :data:`FINDING_COLUMNS`: those of the place, then those of the world.

    `deep` has the same policies under deep uncertainty for a posterior.
    """
    asked, against = compared.names
    outcomes = sorted((o for o in PLACE_OUTCOMES if o.name in OF_PLACE), key=lambda o: OF_PLACE.index(o.name))
    measures = [(brief_words.PLACE, *outcome) for outcome in outcomes]
    if is_at_war(compared.scenario, place):
        measures = [
            (where, name, "War again" if name == "war" else label, unit) for where, name, label, unit in measures
        ]
    measures += [(brief_words.WORLD, name, describe(name).label, describe(name).unit) for name in OF_WORLD]
    rows = []
    for where, name, label, unit in measures:
        at = place if where == brief_words.PLACE else None
        values = [compared.values(policy, name, at) for policy in (asked, against)]
        luck, left_open = compared.versus(asked, against, name, at)
        widest = _hull(deep.versus(asked, against, name, at)[1], left_open, luck)
        ways = [_other_way(part.difference_by_draw(asked, against, name, at), luck.mean) for part in (compared, deep)]
        means = [bound for part in values for bound in intervals.interval_of(part, unit)]
        together = intervals.difference_of(values[0], values[1], unit, intervals.simultaneous(len(measures)))
        spans = (*luck, *together[1:], *left_open[1:], *widest)
        rows.append((where, name, label, unit, *means, *spans, *ways, *intervals.judged(values, unit, luck, left_open)))
    return pd.DataFrame(rows, columns=FINDING_COLUMNS)


def _hull(*parts: intervals.Interval) -> tuple[float, float]:
    """Bounds of all of these intervals together, without those that are not known."""
    return float(np.nanmin([part.low for part in parts])), float(np.nanmax([part.high for part in parts]))


def _other_way(differences: Floats, sign: float) -> float:
    """How many differences have the other sign; NaN if there are none."""
    return float((differences * sign < 0).sum()) if differences.size else math.nan


def kinds_of(compared: Comparison, policy: str, place: str) -> list[str]:
    """The kind of each history under a policy, by the worst that happens in the place; at war already, by war again."""
    war = compared.place_values(policy, place, "war") > 0
    force = compared.place_values(policy, place, "highest_rung") >= Rung.LIMITED_INTERVENTION
    if is_at_war(compared.scenario, place):
        force[:] = False
    return [
        brief_words.WAR if one else brief_words.FORCE if two else brief_words.QUIET
        for one, two in zip(war, force, strict=True)
    ]


def stories_of(compared: Comparison, place: str, parameters: Mapping[str, float] | None) -> tuple[Story, ...]:
    """Of each kind that occurs under the first policy, the history in the middle of its kind by escalation there."""
    policy = compared.policies[0]
    kinds = np.array(kinds_of(compared, policy.name, place))
    severity = compared.place_values(policy.name, place, "severity")
    stories = []
    for kind in brief_words.KINDS:
        rows = np.flatnonzero(kinds == kind)
        if rows.size:
            row = rows[np.argsort(severity[rows], kind="stable")[rows.size // 2]]
            share = intervals.interval_of((kinds == kind).astype(np.float64), SWITCH)
            seed = compared.seeds[row]
            history = simulate(compared.scenario, policy, seed, compared.rounds, parameters)
            entries = [
                entry
                for entry in chronicle(history, "headlines" if kind == brief_words.WAR else "main").entries
                if entry.theatre == place
            ]
            lines = [(entry.quarter, " ".join(entry.sentences)) for entry in entries]
            decisive = next((at for at, entry in enumerate(entries) if _is_of(kind, history, entry.events)), 0)
            index = compared.scenario.theatre_index()[place]
            if history.track.theatres[-1, index, TheatreColumn.WAR]:
                last = quarter_of(compared.scenario.start, history.rounds - 1)
                lines.append((last, "The war is not over when the history ends."))
            stories.append(Story(kind, share, seed, tuple(lines), decisive))
    return tuple(stories)


def _is_of(kind: str, history: History, events: Sequence[int]) -> bool:
    """Whether one of these rows of the event log makes a history one of war, or of open force."""
    rows = [history.codes[row, Column.KIND] for row in events]
    if kind == brief_words.WAR:
        return Event.WAR in rows
    up = [row for row, code in zip(events, rows, strict=True) if code == Event.RUNG]
    return kind == brief_words.FORCE and any(history.numbers[row, 1] >= Rung.LIMITED_INTERVENTION for row in up)
