"""Who disputes with whom, pair by pair, as one more fact to fit: the log score of disputes on a few start years.

Rates are met by any model that begins so many disputes between anybody. The log score asks between whom: worlds of a
few years are built from the published record, played some years ahead, and every politically relevant pair gets its
chance of a new dispute (:mod:`greatpowers.hindcast`). The figure is the log skill, 1 - log loss / log loss of the rate
that these pair-years turned out to have, so that 0 is to know how often, and nothing of who.

What the record asks is what borders, capabilities, pacts and past disputes of a pair can tell of these very outcomes:
the skill of the hindcast's logit on past disputes, fitted to them. More is as good; :data:`SCALE` says how much less is
how bad. A parameter set is played as many histories at every stage, because the score rises with their number.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

import numpy as np
import pandas as pd

from greatpowers.calibration.problem import Figures, Play, Problem
from greatpowers.core.declare import Floats, Ints
from greatpowers.hindcast.benchmarks import HISTORY, fit, regressors
from greatpowers.hindcast.histories import PlayedYear, play_start, world_of
from greatpowers.hindcast.panel import DyadPanel
from greatpowers.hindcast.run import smoothed
from greatpowers.hindcast.scoring import log_score
from greatpowers.hindcast.settings import HindcastSettings, check
from greatpowers.historical.published.records import Records
from greatpowers.scenario.errors import GreatPowersError
from greatpowers.scenario.schema import Scenario
from greatpowers.storage.files import checksum_of_data
from greatpowers.storage.manifest import fingerprint_of
from greatpowers.validation.facts import Target

STARTS = (1866, 1906, 1926, 1956, 1976, 1996)
"""Start years, of those that end in 6: the only ones that calibration may see."""

AHEAD = 5
HISTORIES = 3
"""Years ahead, and histories of each start year."""

SCALE = 0.05
"""Log skill that is one standard error below what the record asks. Assumed: a model that was not made to forecast may
lie one or two of them below what was fitted to the outcomes themselves."""

FACT = "pairs.log_skill"
NORMAL_95 = 1.96

SOURCES = (
    "hindcast/histories.py", "hindcast/panel.py", "calibration/pairs.py",
    "historical/*.py", "historical/published/*.py", "historical/published/*.toml",
)  # fmt: skip
"""Modules and tables on which the score depends besides the core."""


class StartYearWorld(NamedTuple):
    """The world of a start year, its P politically relevant pairs, and what happened: [P, ahead], NaN if not known."""

    year: int
    scenario: Scenario
    pairs: Ints  # [P, 2]
    outcome: Floats


class Worlds(NamedTuple):
    """Worlds to score parameters in; building them takes most of the time, and depends on no parameter."""

    records: Records
    ahead: int
    by_year: Mapping[int, StartYearWorld]


def build_worlds(records: Records, starts: Iterable[int], ahead: int = 5) -> Worlds:
    """Build the worlds of start years; raises :class:`GreatPowersError` for years of which the files do not tell."""
    years = sorted(set(starts))
    for year in years:
        check(HindcastSettings(first=year, last=year, ahead=ahead), records)
    if not years:
        raise GreatPowersError("starts holds no year; expected at least one start year.")
    panel = DyadPanel(records, years[-1], only=years)
    return Worlds(records, ahead, {year: _world(records, panel, year, ahead) for year in years})


def _world(records: Records, panel: DyadPanel, year: int, ahead: int) -> StartYearWorld:
    rows = panel.at(year)
    outcome = np.column_stack([panel.outcomes(rows, lead) for lead in range(1, ahead + 1)])
    return StartYearWorld(
        year, world_of(records, year, ahead), rows[["ccode1", "ccode2"]].to_numpy(dtype=np.int64), outcome
    )


def quick_table(
    worlds: Worlds,
    parameters: Mapping[str, float],
    runs: int,
    starts: Iterable[int] | None = None,
    seed: int = 0,
    workers: int | None = None,
) -> pd.DataFrame:
    """What the model forecasts with these parameters, and what happened: start, lead, ccode1, ccode2, p_model, outcome.

    The same probabilities as :func:`hindcast` gives, for all `starts` or those of all the worlds, also for start years
    in which no rival can be fitted yet. Equal arguments give equal tables, whatever the number of workers.
    """
    years = list(worlds.by_year) if starts is None else list(starts)
    for year in years:
        if year not in worlds.by_year:
            known = ", ".join(map(str, worlds.by_year))
            raise GreatPowersError(f"starts holds {year}; expected start years of which worlds were built: {known}.")
    settings = HindcastSettings(min(years), max(years), ahead=worlds.ahead, runs=runs, seed=seed, parameters=parameters)
    check(settings, worlds.records)
    played = [play_start(worlds.records, worlds.by_year[y].scenario, y, settings, workers) for y in years]
    return pd.concat([_rows(worlds.by_year[part.year], part) for part in played], ignore_index=True)


def quick_score(
    worlds: Worlds,
    parameters: Mapping[str, float],
    runs: int,
    starts: Iterable[int] | None = None,
    seed: int = 0,
    workers: int | None = None,
) -> float:
    """Mean log loss a pair-year of :func:`quick_table`, in nats; less is better."""
    return log_score(quick_table(worlds, parameters, runs, starts, seed, workers))


def _rows(world: StartYearWorld, played: PlayedYear) -> pd.DataFrame:
    """The rows of a start year whose outcome is known, every lead below the other."""
    leads = range(world.outcome.shape[1])
    chance = np.concatenate([smoothed(played.chance[:, lead], played.runs) for lead in leads])
    table = pd.DataFrame(
        {
            "start": world.year,
            "lead": np.repeat([lead + 1 for lead in leads], len(world.pairs)),
            "ccode1": np.tile(world.pairs[:, 0], len(leads)),
            "ccode2": np.tile(world.pairs[:, 1], len(leads)),
            "p_model": chance,
            "outcome": world.outcome.T.ravel(),
        }
    )
    return table[table["outcome"].notna()]


def with_pairs(problem: Problem, records: Records, until: int | None = None, scale: float = SCALE) -> Problem:
    """The problem with the log skill of disputes as a fitted fact; with `until`, of outcomes up to that year alone.

    Raises :class:`GreatPowersError` where the files do not tell of a start year, or none of them ends in time.
    """
    starts = [year for year in STARTS if until is None or year + AHEAD - 1 <= until]
    if not starts:
        raise GreatPowersError(
            f"until {until}: no start year is left for disputes pair by pair; expected {STARTS[0] + AHEAD - 1} or "
            "later, or a calibration without --data."
        )
    worlds = build_worlds(records, starts, AHEAD)
    asked = pairs_fact(records, worlds, scale)
    on = [fingerprint_of(*SOURCES), records.files(), list(asked)]
    contents = {**problem.contents, "who disputes with whom": checksum_of_data(on)}
    return replace(problem, fitted=(*problem.fitted, asked), play=with_score(problem.play, worlds), contents=contents)


def with_score(play: Play, worlds: Worlds) -> Play:
    """What plays the facts of a problem, and the worlds of the start years besides."""

    def both(parameters: Mapping[str, float], seed: int, runs: int) -> Figures:
        table = quick_table(worlds, parameters, HISTORIES, seed=seed, workers=1)
        return {**play(parameters, seed, runs), FACT: (log_skill(table),)}

    return both


def log_skill(table: pd.DataFrame, forecast: str = "model") -> float:
    """1 - the log loss of a forecast over that of the share of pair-years with a dispute."""
    share = table.assign(p_rate=table["outcome"].mean())
    return 1.0 - log_score(table, forecast) / log_score(share, "rate")


def pairs_fact(records: Records, worlds: Worlds, scale: float = SCALE) -> Target:
    """What the record asks of the log skill, on the pair-years of these worlds."""
    starts = list(worlds.by_year)
    value = skill_of_history(records, starts)
    pair_years = int(sum(np.isfinite(world.outcome).sum() for world in worlds.by_year.values()))
    named = ", ".join(map(str, starts))
    return Target(
        id=FACT,
        group="pairs",
        value=value,
        low=value - NORMAL_95 * scale,
        high=math.nan,
        interval="error",
        unit="log skill",
        period=f"{starts[0]}-{starts[-1] + worlds.ahead - 1}",
        description=f"Log skill of who begins a dispute with whom, {worlds.ahead} years from {named}",
        computed=f"1 - log loss / log loss of the rate, of a logit on past disputes fitted to {pair_years} pair-years",
        source="Computed from the published files (Good 1952; Beck, Katz & Tucker 1998)",
        split="fitted",
        core=False,
        basis="found",
        given_by="",
        left_out="",
    )


def skill_of_history(records: Records, starts: Sequence[int]) -> float:
    """Log skill of a logit on borders, distance, power, pacts and past disputes, fitted to these pair-years at once."""
    panel = DyadPanel(records, max(starts), only=starts)
    outcome = np.concatenate([panel.outcomes(panel.rows, lead) for lead in range(1, AHEAD + 1)])
    known = np.isfinite(outcome)
    table = np.tile(regressors(panel.rows, HISTORY), (AHEAD, 1))[known]
    chance = fit(table, outcome[known]).predict(table)
    return log_skill(pd.DataFrame({"p_history": chance, "outcome": outcome[known]}), "history")
