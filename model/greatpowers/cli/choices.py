"""The scenario, policies and parameters that were asked for, checked before anything is computed."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from greatpowers.scenario.build import build_parameters
from greatpowers.scenario.errors import GreatPowersError
from greatpowers.scenario.load import load_scenario
from greatpowers.scenario.schema import Scenario

if TYPE_CHECKING:
    from greatpowers.simulation.history import History


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


def chosen_round(history: "History", asked: int | str, option: str) -> int:
    """The round meant by a number or a quarter; raises :class:`GreatPowersError` if the history does not have it."""
    quarters = history.metrics["quarter"].tolist()
    number = quarters.index(asked) if asked in quarters else asked
    if not isinstance(number, int) or number >= len(quarters):
        last = len(quarters) - 1
        raise GreatPowersError(
            f"{option} is {asked}, which is not in this run; expected 0 to {last}, or {quarters[0]} to {quarters[-1]}."
        )
    return number
