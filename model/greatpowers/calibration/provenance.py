"""Where a posterior comes from."""

from typing import Any

import scipy

import greatpowers
from greatpowers.calibration.problem import digest
from greatpowers.calibration.result import Calibrated
from greatpowers.calibration.store import version_of_learner
from greatpowers.storage.provenance import environment, fingerprint


def provenance(found: Calibrated) -> dict[str, Any]:
    """Software, rules, libraries, arguments, priors and facts of a posterior; no dates."""
    ran_on = {**environment(), "scipy": scipy.__version__, "scikit-learn": version_of_learner()}
    return {
        "software": "greatpowers",
        "version": greatpowers.__version__,
        "core": fingerprint(),
        "arguments": found.settings.arguments(),
        "priors": found.settings.priors.digest(),
        "facts_fitted": [fact.id for fact in found.problem.fitted],
        "facts_held_apart": [fact.id for fact in found.problem.apart],
        "contents": digest(dict(found.problem.contents))[:16],
        "parameter_sets": found.settings.points,
        "histories_of_each_world": found.settings.histories,
        "environment": {name: ran_on[name] for name in ("python", "numpy", "numba", "scipy", "scikit-learn")},
    }
