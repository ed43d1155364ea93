"""Who stands behind whom in every round, and the past between them: what a history's record adds up or leaves out.

The record keeps the sum of all guardians' presence. To know whose it is, the same rounds are played once more, one
at a time, and the stances are read after each: one engine, so the result is that of the history.
"""

from typing import NamedTuple

import numpy as np

from greatpowers.core.declare import Floats
from greatpowers.core.desk import new_desk
from greatpowers.core.history import new_track, play_rounds
from greatpowers.core.luck import luck_of
from greatpowers.core.world import World, copy_world
from greatpowers.server.numerals import significant
from greatpowers.simulation.history import History
from greatpowers.simulation.setup import Setup, prepare

NEWS, LEAST_NEWS = 0.1, 0.002
"""Change of a stance that is worth telling: relative, and at least."""

FIELDS = ("presence", "sanctioning", "side")


class Stances(NamedTuple):
    """What each of S states does in each of T theatres at the end of each of R rounds."""

    presence: Floats  # [R, T, S] share of the state's force beside the host
    sanctioning: Floats  # [R, T, S] whether it takes part in the sanctions
    side: Floats  # [R, T, S] 1 the host's side of a war, -1 the challenger's, 0 none
    hostility: Floats  # [R, T] hostility that past disputes left between challenger and host
    alignment: Floats  # [R, S] from -1 (tied to the leader's rivals) to 1 (tied to the leader)


def setup_of(history: History) -> Setup:
    """What the history was played from."""
    return prepare(history.scenario, history.policy, history.rounds, None)


def stances_of(history: History, setup: Setup | None = None) -> Stances:
    """The stances of a history, from playing it again on the same luck."""
    setup = setup or setup_of(history)
    states, theatres = setup.sizes
    rounds, room = history.rounds, (history.rounds, theatres, states)
    presence, sanctioning, side = np.zeros((3, *room))
    found = Stances(presence, sanctioning, side, np.zeros(room[:2]), np.zeros((rounds, states)))
    world, desk, nothing = copy_world(setup.world), new_desk(states, theatres, 0), new_track(1, states, theatres, False)
    luck = luck_of(history.seed, states, theatres)
    for now in range(rounds):
        play_rounds(world, setup.levers, setup.packed, luck, now, desk, nothing)
        _note(found, world, now)
    return found


def _note(found: Stances, world: World, now: int) -> None:
    for name in FIELDS:
        getattr(found, name)[now] = world.stances[name]
    theatres = world.theatres
    found.hostility[now] = world.pairs.hostility[theatres.challenger, theatres.host]
    found.alignment[now] = alignment(world)


def alignment(world: World) -> Floats:
    """Ties to the leader less ties to its strongest rivals, [S]: the leader is 1, a rival that leads a camp -1.

    A tie is the stronger of the two commitments between two states. Rivals are the states that value power above the
    order and that the leader sees as rivals at least half-way. Without a leader everybody is at 0.
    """
    leader = int(world.system.leader[0])
    states, pairs = world.states, world.pairs
    if leader < 0:
        return np.zeros(states.size)
    ties = np.maximum(pairs.alliance, pairs.alliance.T)
    rivals = (pairs.rivalry[leader] >= 0.5) & (states.power_weight > states.order_weight)
    rivals[leader] = False
    against = np.where(rivals, 1.0, ties[:, rivals].max(axis=1, initial=0.0))
    towards = ties[:, leader].copy()
    towards[leader], against[leader] = 1.0, 0.0
    return np.asarray(towards - against, dtype=np.float64)


def changes(values: Floats) -> list[list[list[float]]]:
    """Stances [R, T, S] as rows (round, state, value from then on), a list of rows a theatre; all start at 0.

    Forces swell and shrink a little every round: a value counts as new when it ends or has moved far enough.
    """
    rows: list[list[list[float]]] = [[] for _ in range(values.shape[1])]
    last = np.zeros(values.shape[1:])
    for now, found in enumerate(significant(values, 2)):
        moved = np.abs(found - last) > np.maximum(NEWS * np.abs(last), LEAST_NEWS)
        moved |= (found == 0.0) & (last != 0.0)
        for k, s in np.argwhere(moved).tolist():
            rows[k].append([now, s, float(found[k, s])])
        last = np.where(moved, found, last)
    return rows
