"""Histories that several files read."""

import pytest

from greatpowers.analysis import History, simulate
from greatpowers.core.log import Column, Event

# Clashes as likely and as grave as can be, among challengers to whom war is no loss: others would keep away.
CLASHING = {"clash": 1.0, "clash_war": 1.0, "horizon": 40.0, "war_loss": 0.0}


@pytest.fixture(scope="session")
def accidental_war() -> History:
    """The first history whose first war came of a clash, clashes being as likely and as grave as can be."""
    for seed in range(50):
        history = simulate("template", "containment", seed, parameters=CLASHING)
        wars = history.codes[history.codes[:, Column.KIND] == Event.WAR]
        clashes = history.codes[history.codes[:, Column.KIND] == Event.CLASH]
        spots = {(clash[Column.ROUND], clash[Column.THEATRE]) for clash in clashes}
        if len(wars) and (wars[0][Column.ROUND], wars[0][Column.THEATRE]) in spots:
            return history
    raise AssertionError("no seed in fifty has a war by accident")
