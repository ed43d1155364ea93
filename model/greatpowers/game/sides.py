"""Two chairs in one world: orders of the coalition are levers, those of its main challenger rungs to go to.

An order holds for a turn, which is a year. The challenger goes towards a rung by one step a quarter, as any challenger
does; all else about it (whether wars break out and end, what deals it accepts, what it believes) stays the model's.
Where nothing is ordered, the default policy or the challenger's own doctrine decides.
"""

from collections.abc import Mapping
from functools import cached_property
from typing import Literal

import numpy as np

from greatpowers.core.declare import Floats, Ints
from greatpowers.core.history import StateColumn, TheatreColumn, new_track, play_rounds
from greatpowers.core.levers import Levers, Policy
from greatpowers.core.luck import luck_of
from greatpowers.core.workspace import FREE
from greatpowers.core.world import copy_world
from greatpowers.game.record import GameScore, challenger_score, score
from greatpowers.scenario.errors import GreatPowersError
from greatpowers.scenario.schema import Scenario
from greatpowers.simulation.history import History
from greatpowers.simulation.run import first_capacity, history_of, simulate
from greatpowers.simulation.setup import prepare
from greatpowers.simulation.summary import SUMMARY_COLUMNS, summarise

Side = Literal["coalition", "challenger"]
SIDES: tuple[Side, ...] = ("coalition", "challenger")

TURN = 4
"""Rounds of a turn: a year."""

EVERYWHERE = ""
LeverOrders = Mapping[int, Mapping[str, Mapping[str, float]]]
"""By turn and place (EVERYWHERE: all places, which others go before), the levers that are set."""

AimOrders = Mapping[int, Mapping[str, int]]
"""By turn and place, the rung to go to."""


class Sides:
    """A world in which two chairs can be taken, for so many turns; raises :class:`GreatPowersError` where none can."""

    def __init__(self, scenario: Scenario, default: str, turns: int) -> None:
        self.scenario, self.turns, self.rounds = scenario, turns, turns * TURN
        self.setup = prepare(scenario, default, self.rounds, None)
        self.leader = int(self.setup.world.system.leader[0])
        if not scenario.theatres:
            raise GreatPowersError(f"{scenario.name}: there are no contested places, so there is nothing to decide.")
        if self.leader < 0:
            raise GreatPowersError(f"{scenario.name}: nobody leads a coalition, so there is no chair to take.")
        self.asked = scenario.question.places if scenario.question else ()
        self.asked = self.asked or (scenario.theatres[0].id,)
        index = scenario.state_index()
        self.challenger = index[scenario.theatres[scenario.theatre_index()[self.asked[0]]].challenger]
        self.own = [k for k, one in enumerate(scenario.theatres) if index[one.challenger] == self.challenger]
        self.hosts = [index[scenario.theatres[k].host] for k in self.own]

    def chair(self, side: Side) -> str:
        """The state whose chair it is."""
        return self.scenario.states[self.leader if side == "coalition" else self.challenger].label

    def levers(self, orders: LeverOrders) -> Policy:
        """The default policy with what is ordered over it: one segment a round."""
        given, theatres = self.setup.levers, len(self.scenario.theatres)
        rounds = np.arange(self.rounds, dtype=np.int64)
        levers: Levers = given.levers[np.searchsorted(given.starts, rounds, side="right") - 1]
        places = self.scenario.theatre_index()
        for turn, by_place in orders.items():
            for place in sorted(by_place, key=lambda place: place != EVERYWHERE):
                where = range(theatres) if place == EVERYWHERE else (places[place],)
                for name, value in by_place[place].items():
                    for k in where:
                        levers[name][turn * TURN : (turn + 1) * TURN, k] = value
        return Policy(rounds, levers)

    def aims(self, orders: AimOrders) -> Ints:
        """The rung to go to by round and place, -1 where the challenger chooses for itself."""
        rungs = np.full((self.rounds, len(self.scenario.theatres)), -1, dtype=np.int64)
        places = self.scenario.theatre_index()
        for turn, by_place in orders.items():
            for place, rung in by_place.items():
                rungs[turn * TURN : (turn + 1) * TURN, places[place]] = rung
        return rungs

    def play(self, levers: LeverOrders, aims: AimOrders, seed: int, turns: int | None = None) -> History:
        """The history of these orders, for all turns or some: here the same as in a browser."""
        capacity = first_capacity(self.setup)
        rounds = self.rounds if turns is None else turns * TURN
        while True:
            world, workspace = copy_world(self.setup.world), self.setup.new_workspace(capacity)
            track = new_track(rounds, *self.setup.sizes, full=True)
            luck, policy, rungs = luck_of(seed, *self.setup.sizes), self.levers(levers), self.aims(aims)
            at_once = 1 if aims else rounds
            for now in range(0, rounds, at_once):
                steps = np.sign(rungs[now] - world.theatres.rung)
                workspace.marks.forced_move[:] = np.where(rungs[now] < 0, FREE, steps)
                play_rounds(
                    world, policy, self.setup.packed, luck, now, workspace, track.part(slice(now, now + at_once))
                )
            if workspace.log.happened[0] <= capacity:
                return history_of(self.setup, seed, track, workspace.log)
            capacity = int(workspace.log.happened[0])

    @cached_property
    def prizes(self) -> Floats:
        """Power of the host of each of the challenger's places, as shares of its own at the start: array [own]."""
        power = simulate(self.scenario, self.setup.policy, rounds=1).track.states[0, :, StateColumn.POWER]
        shares: Floats = power[self.hosts] / power[self.challenger]
        return shares

    def score(self, history: History, side: Side) -> GameScore:
        """The score of one side."""
        if side == "coalition":
            summary = summarise(history.track.metrics).tolist()
            return score(dict(zip(SUMMARY_COLUMNS, summary, strict=True)))
        states, places = history.track.states, history.track.theatres[:, self.own]
        start = self.setup.world.theatres[np.array(self.own)]
        at_war = np.vstack([start.war, places[..., TheatreColumn.WAR]])
        return challenger_score(
            {
                "gain": 100.0 * float((places[-1, :, TheatreColumn.CONTROL] - start.control) @ self.prizes),
                "target_cost": 100.0 * float(states[:, self.challenger, StateColumn.TARGET_COST].mean()),
                "wars": float((np.diff(at_war, axis=0) > 0).sum()),
            }
        )


def split(scores: Floats) -> tuple[float, float, float]:
    """Shares of the variance of scores [games, seeds] that are of the games' choices, of luck, and of both together.

    The two-way table of an analysis of variance: means of games, means of seeds, and what neither explains.
    """
    choices, luck = scores.mean(axis=1), scores.mean(axis=0)
    rest = scores - choices[:, None] - luck[None, :] + scores.mean()
    parts = np.array([choices.var(), luck.var(), rest.var()])
    total = float(parts.sum())
    if total <= 0.0:
        return 0.0, 0.0, 0.0
    choices_share, luck_share, both = (parts / total).tolist()
    return choices_share, luck_share, both
