"""A parameter set scored in seconds: worlds built once, no rivals, one figure, as an aim for calibration."""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

import numpy as np
import pandas as pd

from greatpowers.core.declare import Floats, Ints
from greatpowers.hindcast.histories import PlayedYear, play_start, world_of
from greatpowers.hindcast.panel import DyadPanel
from greatpowers.hindcast.run import smoothed
from greatpowers.hindcast.scoring import log_score
from greatpowers.hindcast.settings import HindcastSettings, check
from greatpowers.historical.published.records import Records
from greatpowers.scenario.errors import GreatPowersError
from greatpowers.scenario.schema import Scenario


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
    found = pd.DataFrame(
        {
            "start": world.year,
            "lead": np.repeat([lead + 1 for lead in leads], len(world.pairs)),
            "ccode1": np.tile(world.pairs[:, 0], len(leads)),
            "ccode2": np.tile(world.pairs[:, 1], len(leads)),
            "p_model": chance,
            "outcome": world.outcome.T.ravel(),
        }
    )
    return found[found["outcome"].notna()]
