"""Where a posterior comes from."""

from typing import Any

import greatpowers
from greatpowers.calibration.checkpoint import LEARNER
from greatpowers.calibration.problem import digest
from greatpowers.calibration.result import Calibrated
from greatpowers.storage.provenance import environment, fingerprint, version_of


def provenance(found: Calibrated) -> dict[str, Any]:
    """Software, rules, libraries, arguments, priors and facts of a posterior; no dates."""
    ran_on = {**environment(), **{name: version_of(name) for name in ("scipy", LEARNER)}}
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
