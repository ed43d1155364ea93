"""Histories that several files read."""

import pytest

from greatpowers import History, simulate
from greatpowers.core.log import Column, Event

# Fire as likely and as grave as can be, among challengers to whom war is no loss: others would keep away.
UNDER_FIRE = {"clash": 1000.0, "clash_war": 1.0, "horizon": 40.0, "war_loss": 0.0}


@pytest.fixture(scope="session")
def war_after_fire() -> History:
    """The first history whose first war came of an exchange of fire, after which leaders chose war."""
    for seed in range(50):
        history = simulate("template", "containment", seed, parameters=UNDER_FIRE)
        wars = history.codes[history.codes[:, Column.KIND] == Event.WAR]
        first = wars[:1, [Column.ROUND, Column.THEATRE]].tolist()
        if first and tuple(first[0]) in _spots(history, Event.DECISION):
            return history
    raise AssertionError("no seed in fifty has a war that came of fire")


@pytest.fixture(scope="session")
def fire_without_war() -> History:
    """The first history in which fire was exchanged and no war came of it."""
    for seed in range(50):
        history = simulate("template", "containment", seed, parameters=UNDER_FIRE | {"clash_war": 0.3})
        if _spots(history, Event.CLASH) - _spots(history, Event.WAR):
            return history
    raise AssertionError("no seed in fifty has fire without war")


def _spots(history: History, kind: Event) -> set[tuple[int, int]]:
    """Rounds and theatres of the events of a kind."""
    rows = history.codes[history.codes[:, Column.KIND] == kind]
    return set(map(tuple, rows[:, [Column.ROUND, Column.THEATRE]].tolist()))
