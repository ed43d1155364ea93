"""Great powers: a simulation of revisionist powers, rules-based order, and the policies between them.

Everything here is fetched when it is first used, so that importing the package costs next to nothing.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from greatpowers.analysis import (
        Comparison,
        Ensemble,
        History,
        chronicle,
        compare,
        ensemble,
        explain,
        load_history,
        simulate,
    )
    from greatpowers.core.parameters import Parameters
    from greatpowers.experiments.results import Results, open_results
    from greatpowers.mesa_model import GreatPowersModel
    from greatpowers.scenario import (
        Doctrine,
        GreatPowersError,
        PolicyPreset,
        Scenario,
        load_doctrine,
        load_policy,
        load_scenario,
        names,
        presets,
    )
    from greatpowers.scenario.synthetic import synthetic

__version__ = "0.1.0"

__all__ = [
    "Comparison",
    "Doctrine",
    "Ensemble",
    "GreatPowersError",
    "GreatPowersModel",
    "History",
    "Parameters",
    "PolicyPreset",
    "Results",
    "Scenario",
    "__version__",
    "chronicle",
    "compare",
    "ensemble",
    "explain",
    "load_doctrine",
    "load_history",
    "load_policy",
    "load_scenario",
    "names",
    "open_results",
    "presets",
    "simulate",
    "synthetic",
]

_HOMES = {
    "greatpowers.analysis": (
        "Comparison",
        "Ensemble",
        "History",
        "chronicle",
        "compare",
        "ensemble",
        "explain",
        "load_history",
        "simulate",
    ),
    "greatpowers.core.parameters": ("Parameters",),
    "greatpowers.experiments.results": ("Results", "open_results"),
    "greatpowers.mesa_model": ("GreatPowersModel",),
    "greatpowers.scenario": (
        "Doctrine",
        "GreatPowersError",
        "PolicyPreset",
        "Scenario",
        "load_doctrine",
        "load_policy",
        "load_scenario",
        "names",
        "presets",
        "synthetic",
    ),
}


def __getattr__(name: str) -> Any:
    """Fetch an exported name from the room it lives in."""
    for home, exported in _HOMES.items():
        if name in exported:
            value = globals()[name] = getattr(import_module(home), name)
            return value
    raise AttributeError(f"module 'greatpowers' has no attribute '{name}'")


def __dir__() -> list[str]:
    return sorted(__all__)
