"""The scenario room: what people write in TOML, checked and turned into what the core runs."""

from greatpowers.scenario.build import build_parameters, build_policy, build_world
from greatpowers.scenario.checks import check_scenario
from greatpowers.scenario.errors import GreatPowersError, nearest
from greatpowers.scenario.library import configs_directory, names
from greatpowers.scenario.load import (
    compared,
    load_doctrine,
    load_policy,
    load_scenario,
    presets,
    read_doctrine,
    read_policy,
    read_scenario,
)
from greatpowers.scenario.posterior import Posterior, load_posterior, read_posterior
from greatpowers.scenario.preset_schema import Doctrine, PolicyPreset
from greatpowers.scenario.schema import Scenario
from greatpowers.scenario.synthetic import synthetic
from greatpowers.scenario.tables import parameter_table, policy_table, state_table, theatre_table

__all__ = [
    "Doctrine",
    "GreatPowersError",
    "PolicyPreset",
    "Posterior",
    "Scenario",
    "build_parameters",
    "build_policy",
    "build_world",
    "check_scenario",
    "compared",
    "configs_directory",
    "load_doctrine",
    "load_policy",
    "load_posterior",
    "load_scenario",
    "names",
    "nearest",
    "parameter_table",
    "policy_table",
    "presets",
    "read_doctrine",
    "read_policy",
    "read_posterior",
    "read_scenario",
    "state_table",
    "synthetic",
    "theatre_table",
]
