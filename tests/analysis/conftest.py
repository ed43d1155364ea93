"""Histories that several files read."""

import pytest

from greatpowers.analysis import History, simulate
from greatpowers.core.log import Column, Event

# Fire as likely and as grave as can be, among challengers to whom war is no loss: others would keep away.
UNDER_FIRE = {"clash": 1000.0, "clash_war": 1.0, "horizon": 40.0, "war_loss": 0.0}


@pytest.fixture(scope="session")
def war_after_fire() -> History:
    """The first history whose first war came of an exchange of fire, after which leaders chose war."""
    for seed in range(50):
        history = simulate("template", "containment", seed, parameters=UNDER_FIRE)
        wars = history.codes[history.codes[:, Column.KIND] == Event.WAR]
        decisions = history.codes[history.codes[:, Column.KIND] == Event.DECISION]
        spots = {(decision[Column.ROUND], decision[Column.THEATRE]) for decision in decisions}
        if len(wars) and (wars[0][Column.ROUND], wars[0][Column.THEATRE]) in spots:
            return history
    raise AssertionError("no seed in fifty has a war that came of fire")
