"""The record room: published files read, and worlds built from them for any year from 1816 to 2016."""

from greatpowers.record.building import build_scenario
from greatpowers.record.dyads import claims, contests, hostilities, maximizers, relevant
from greatpowers.record.eras import BIPOLAR, ERA_YEARS, NINETEENTH_CENTURY, era_path, era_world
from greatpowers.record.hindsight import hindsight
from greatpowers.record.published import Records
from greatpowers.record.quantities import has_output, quantities
from greatpowers.record.writing import scenario_text

__all__ = [
    "BIPOLAR",
    "ERA_YEARS",
    "NINETEENTH_CENTURY",
    "Records",
    "build_scenario",
    "claims",
    "contests",
    "era_path",
    "era_world",
    "has_output",
    "hindsight",
    "hostilities",
    "maximizers",
    "quantities",
    "relevant",
    "scenario_text",
]
