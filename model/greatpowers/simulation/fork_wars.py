"""How many wars are owed to misperception: the same luck, with beliefs set to the truth."""

from collections.abc import Iterable, Mapping

import pandas as pd

from greatpowers.simulation.ensemble import play_all, runs_frame
from greatpowers.simulation.parallel import Progress
from greatpowers.simulation.setup import PolicyLike, ScenarioLike, checked_seeds, prepare

TRUE_BELIEFS = "true_beliefs"


def wars_by_misperception(
    scenario: ScenarioLike,
    policy: PolicyLike,
    seeds: Iterable[int],
    rounds: int | None = None,
    parameters: Mapping[str, float] | None = None,
    workers: int | None = None,
    progress: Progress | None = None,
) -> pd.DataFrame:
    """Wars begun on each seed as beliefs are, and with every belief about resolve and force set to the truth.

    One row a seed: `wars`, `wars_true_beliefs`, and `vanished`, their difference (below 0 where error kept a peace).
    """
    given = dict(parameters or {})
    setups = [prepare(scenario, policy, rounds, given | {TRUE_BELIEFS: truth}) for truth in (0.0, 1.0)]
    chosen = checked_seeds(seeds)
    values = play_all(setups, chosen, workers, progress, None)
    as_is, true = (runs_frame(part, chosen)["wars_begun"] for part in values)
    return pd.DataFrame({"wars": as_is, "wars_true_beliefs": true, "vanished": as_is - true})
