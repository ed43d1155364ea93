"""The scorecard: the worlds of the record played, and measured as the record was, fact by fact.

A full count takes many minutes (``greatpowers validate``). How the parameters that ship stood when they were last
counted is kept beside the facts (:func:`scored_facts`), for texts on what the model gets right and wrong.
"""

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import NamedTuple, cast

import numpy as np

from greatpowers.core.declare import Floats
from greatpowers.simulation.ensemble import Progress
from greatpowers.validation.facts import (
    AGREED,
    Basis,
    Target,
    Use,
    Verdict,
    agrees,
    facts_for,
    judge,
    load_targets,
    number_of,
    use_of,
)
from greatpowers.validation.measures.registry import HALVES, MEASURES, OTHER_MEASURES, RATE_RATIO
from greatpowers.validation.play import RESAMPLES, WORLDS, EraWorld, Estimate, Rows, estimated, figures_of, gather
from greatpowers.validation.published_results import Replication, answers, collective_security

SCORED_FILE = "scored.csv"


class Scored(NamedTuple):
    """One line of the scorecard: the fact, the model's figure with its interval, and the verdict."""

    fact: Target
    value: float
    low: float
    high: float
    verdict: Verdict
    worlds: tuple[str, ...] = ()
    definition: str = ""


@cache
def scored_facts() -> tuple[Scored, ...]:
    """Facts that histories have to find by themselves and that could be measured, in the order of the record.

    As the parameters that ship stood, without worlds and definitions.
    """
    text = files("greatpowers.validation").joinpath("data", SCORED_FILE).read_text(encoding="utf-8")
    rows = [row for row in csv.DictReader(text.splitlines()) if row["basis"] == "found" and row["model"]]
    figures = [[number_of(row[name]) for name in ("model", "model_low", "model_high")] for row in rows]
    return tuple(
        Scored(load_targets()[row["id"]], value, low, high, cast(Verdict, row["verdict"]))
        for row, (value, low, high) in zip(rows, figures, strict=True)
    )


class Count(NamedTuple):
    """How many facts agree with the record, and how many there are."""

    agreeing: int
    all: int


@dataclass(frozen=True)
class Scorecard:
    """Every fact that is measured, in the order of the table, and what it was measured on.

    `until` is the year up to which the record was seen when the parameters were fitted, where that is not all of it:
    facts about later years alone are then predicted, and facts about all years stand beside the same ones measured on
    either side of that year.
    """

    rows: tuple[Scored, ...]
    others: tuple[Replication, ...]
    worlds: tuple[EraWorld, ...]
    runs: Mapping[str, int]
    parameters: Mapping[str, float]
    until: int | None = None

    @property
    def left_out(self) -> list[Target]:
        """Facts that the model cannot express; each says why."""
        return [target for target in load_targets().values() if target.left_out]

    def use(self, fact: Target) -> Use:
        """What the fit did with a fact: fitted, held apart, predicted, or nothing."""
        return use_of(fact, self.until)

    def among(self, basis: Basis = "found", *, core: bool = True, use: Use | None = None) -> list[Scored]:
        """Lines of the short list (all if `core` is false) that histories find or that inputs give; of one use."""
        return [
            row
            for row in self.rows
            if row.fact.core >= core and row.fact.basis == basis and use in (None, self.use(row.fact))
        ]

    def agreeing(self, basis: Basis = "found", *, core: bool = True, use: Use | None = None) -> list[Scored]:
        """Those of :meth:`among` that agree with the record."""
        return [row for row in self.among(basis, core=core, use=use) if agrees(row.verdict)]

    def count(self, basis: Basis = "found", *, core: bool = True, use: Use | None = None) -> Count:
        """How many of these lines agree with the record, and how many there are."""
        return Count(len(self.agreeing(basis, core=core, use=use)), len(self.among(basis, core=core, use=use)))

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
    worlds: Sequence[EraWorld] = WORLDS,
    seed: int = 0,
    workers: int | None = None,
    progress: Progress | None = None,
    resamples: int = RESAMPLES,
    until: int | None = None,
) -> Scorecard:
    """Play the worlds and measure every fact.

    Equal arguments give equal scorecards, whatever the number of workers. `parameters` override those of the scenarios;
    `until` says up to which year they were fitted, if not to all of the record: facts are then also measured on either
    side of 1945, as far as these lie on one side of that year.
    Raises :class:`GreatPowersError` on what cannot be run.
    """
    runs = {world.name: world.fast_runs if fast else world.runs for world in worlds}
    asked = facts_for(until)
    names = [*(fact.id for fact in asked if fact.id != RATE_RATIO[0]), *OTHER_MEASURES]
    rows = gather(worlds, runs, parameters or {}, seed, workers, progress, names)
    lines = scored(rows, resamples, asked)
    facts = {row.fact.id: Estimate(row.value, row.low, row.high) for row in lines}
    others = answers(rows, facts, collective_security(parameters, workers, progress), resamples)
    return Scorecard(lines, tuple(others), tuple(worlds), runs, dict(parameters or {}), until)


def scored(rows: Rows, resamples: int = RESAMPLES, facts: Sequence[Target] | None = None) -> tuple[Scored, ...]:
    """The lines of the scorecard from what histories left, for every fact about all years or for `facts` only."""
    lines, measures = [], MEASURES | HALVES
    for fact in facts_for(None) if facts is None else facts:
        if fact.id in measures:
            measure = measures[fact.id]
            figures = figures_of(measure, rows, fact.id, resamples)
            lines.append(_line(fact, measure.worlds, figures, measure.definition))
        elif fact.id == RATE_RATIO[0]:
            lines.append(_ratio_line(fact, rows, resamples))
    return tuple(lines)


def _line(fact: Target, worlds: tuple[str, ...], figures: Floats, definition: str) -> Scored:
    interval = estimated(figures)
    return Scored(fact, *interval, judge(fact, interval.value), worlds, definition)


def _ratio_line(fact: Target, rows: Rows, resamples: int) -> Scored:
    """The ratio of two facts' figures; their worlds are drawn apart, so resamples pair at random."""
    _, above, below = RATE_RATIO
    figures = [figures_of(MEASURES[name], rows, name, resamples) for name in (above, below)]
    with np.errstate(divide="ignore", invalid="ignore"):
        quotient = figures[0] / figures[1]
    worlds = (*MEASURES[above].worlds, *MEASURES[below].worlds)
    return _line(fact, worlds, quotient, "Disputes per state-year of the second era over those of the first.")
