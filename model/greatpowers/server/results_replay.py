"""A row of an experiment as the state of a page that plays it again, with the same numbers."""

from dataclasses import replace
from typing import Any

import numpy as np

from greatpowers.core.levers import Policy
from greatpowers.experiments.results import Results
from greatpowers.scenario.build import build_policy
from greatpowers.scenario.errors import GreatPowersError
from greatpowers.scenario.kinds import LEVERS
from greatpowers.scenario.library import names
from greatpowers.scenario.load import load_policy
from greatpowers.server.replay import state_of_run
from greatpowers.server.state import LabState
from greatpowers.server.worlds import policy_object, scenario_object
from greatpowers.simulation.history import History

CELL = "lever_"


def state_of_row(results: Results, row: int) -> LabState:
    """The state whose page plays the run of a row; its numbers are checked against the table first.

    Raises :class:`GreatPowersError` if there is no such row, if it comes out differently, or if no page can play it.
    """
    from greatpowers.experiments.rerun import rerun

    found = rerun(results.directory, row)
    cell = {name.removeprefix(CELL): float(value) for name, value in found.labels.items() if name.startswith(CELL)}
    return _of_cell(found.history, cell) if cell else state_of_run(found.history)


def _of_cell(history: History, cell: dict[str, Any]) -> LabState:
    """A run of a grid over levers: the shipped policy, and the cell over it in every theatre."""
    if history.policy.name not in names("policies"):
        raise GreatPowersError(f"policy '{history.policy.name}' does not ship, so the page cannot play this run.")
    plain = state_of_run(replace(history, policy=load_policy(history.policy.name)))
    state = plain.changed(levers={**plain.levers, **cell})
    asked = build_policy(history.scenario, history.policy)
    if not _equal(asked, build_policy(scenario_object(state), policy_object(state))):
        raise GreatPowersError("the levers of this run differ from place to place, which the page cannot play again.")
    return state


def _equal(one: Policy, other: Policy) -> bool:
    return np.array_equal(one.starts, other.starts) and all(
        np.array_equal(getattr(one.levers, name), getattr(other.levers, name)) for name in LEVERS
    )
