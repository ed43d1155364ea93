"""The batch laboratory: experiments that are declared in one file, run in parts, resumed, and read again.

Names are fetched when first used: reading results needs neither the engine nor a cluster.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from greatpowers.experiments.plan import Plan
    from greatpowers.experiments.rerun import rerun
    from greatpowers.experiments.results import Results, open_results
    from greatpowers.experiments.runner import Finished, run_batch
    from greatpowers.experiments.studies.discovery import discover
    from greatpowers.experiments.studies.policy_search import search_policies
    from greatpowers.experiments.studies.settings import SearchSettings
    from greatpowers.experiments.study import Study, load_study

_HOMES = {
    "plan": ("Plan",),
    "rerun": ("rerun",),
    "results": ("Results", "open_results"),
    "runner": ("Finished", "run_batch"),
    "studies.discovery": ("discover",),
    "studies.policy_search": ("search_policies",),
    "studies.settings": ("SearchSettings",),
    "study": ("Study", "load_study"),
}

__all__ = [
    "Finished",
    "Plan",
    "Results",
    "SearchSettings",
    "Study",
    "discover",
    "load_study",
    "open_results",
    "rerun",
    "run_batch",
    "search_policies",
]


def __getattr__(name: str) -> Any:
    """Fetch an exported name from the module it lives in."""
    for home, exported in _HOMES.items():
        if name in exported:
            value = globals()[name] = getattr(import_module(f"{__name__}.{home}"), name)
            return value
    raise AttributeError(f"module '{__name__}' has no attribute '{name}'")


def __dir__() -> list[str]:
    return sorted(__all__)
