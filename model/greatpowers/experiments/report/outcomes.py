"""How runs ended, from the columns of an experiment."""

import numpy as np
import pandas as pd

from greatpowers.core.declare import Floats
from greatpowers.experiments.report.options import Study
from greatpowers.simulation.comparison import OUTCOMES, worst_outcome

NEEDED = ("highest_level", "wars_begun", "great_power_war", "nuclear_uses")


def outcome_shares(study: Study) -> Floats | None:
    """Share of runs [options, outcomes] by their worst outcome, or None where what it takes was not recorded."""
    if not set(NEEDED) <= set(study.values):
        return None
    found = np.zeros((len(study.options), len(OUTCOMES)))
    for i in range(len(study.options)):
        worst = worst_outcome(pd.DataFrame({name: study.values[name][i].reshape(-1) for name in NEEDED}))
        found[i] = [float((worst == name).mean()) for name in OUTCOMES]
    return found
