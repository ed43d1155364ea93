"""What the model says was likely, beside what really happened: dated events of a scenario found again in histories."""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from greatpowers.core.declare import Ints
from greatpowers.core.history import TheatreColumn, Track
from greatpowers.core.ladder import TOP_RUNG
from greatpowers.scenario.checks import quarter_number
from greatpowers.scenario.errors import GreatPowersError
from greatpowers.scenario.schema import Scenario
from greatpowers.simulation.run import simulate
from greatpowers.simulation.setup import PolicyLike, ScenarioLike, Seeds, checked_seeds, given_scenario


def hindsight(
    scenario: ScenarioLike,
    policy: PolicyLike,
    seeds: Seeds = 100,
    slack: int = 4,
    parameters: Mapping[str, float] | None = None,
) -> pd.DataFrame:
    """For each dated event on a rung above peace: in what share of histories its theatre came as far.

    Columns: quarter, theatre, rung, text; `near`, the share of histories in which the theatre was on that rung or above
    within `slack` rounds of the date; `ever`, the share in which it was at any time; `usual`, the mean share, over all
    theatres, that reached that rung within the same rounds: what could be said without knowing the place.

    Raises:
        GreatPowersError: if the scenario tells of no such event
    """
    found = given_scenario(scenario)
    events = [entry for entry in found.happened if entry.theatre is not None and entry.rung]
    if not events:
        raise GreatPowersError(f"{found.name}: it does not say what happened; expected [[happened]] with a rung.")
    chosen = checked_seeds(seeds)
    rungs = np.stack([rungs_reached(simulate(found, policy, seed, parameters=parameters).track) for seed in chosen])
    index = found.theatre_index()
    rows = []
    for entry in events:
        when, place, rung = _round(found, entry.quarter), index[str(entry.theatre)], int(entry.rung or 0)
        window = rungs[:, max(0, when - slack) : when + slack + 1]
        reached = np.any(window >= rung, axis=1)
        rows.append(
            {
                "quarter": entry.quarter,
                "theatre": entry.theatre,
                "rung": rung,
                "text": entry.text,
                "near": float(reached[:, place].mean()),
                "ever": float(np.any(rungs[:, :, place] >= rung, axis=1).mean()),
                "usual": float(reached.mean()),
            }
        )
    return pd.DataFrame(rows)


def rungs_reached(track: Track) -> Ints:
    """The rung of each theatre at the end of each round of one history [R, T]; that of war while there is one."""
    at_war = track.theatres[:, :, TheatreColumn.WAR] > 0
    found: Ints = np.where(at_war, TOP_RUNG, track.theatres[:, :, TheatreColumn.RUNG]).astype(np.int64)
    return found


def _round(scenario: Scenario, quarter: str) -> int:
    return quarter_number(quarter) - quarter_number(scenario.start)
