"""The scenario, policies and parameters that were asked for, checked before anything is computed."""

from collections.abc import Sequence

from greatpowers.scenario import GreatPowersError, Scenario, build_parameters, load_scenario


def chosen_scenario(name: str, overrides: Sequence[tuple[str, float]]) -> tuple[Scenario, dict[str, float]]:
    """The scenario and the parameters given with ``--param``; raises :class:`GreatPowersError`."""
    scenario = load_scenario(name)
    parameters: dict[str, float] = {}
    for key, value in overrides:
        if key in parameters:
            raise GreatPowersError(f"--param gives '{key}' twice; expected each parameter once.")
        parameters[key] = value
    build_parameters(scenario, parameters)
    return scenario, parameters
