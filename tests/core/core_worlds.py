"""Worlds, policies and luck for the tests of the core, and a way to play them.

Nothing here knows scenarios or presets: a test says in numbers what it needs, the rest is a calm default.
"""

from typing import Any, NamedTuple

import numpy as np

from greatpowers.core.declare import Floats, fields_of, table
from greatpowers.core.history import Track, new_track, play_rounds
from greatpowers.core.levers import Levers, Policy
from greatpowers.core.log import Event, Log
from greatpowers.core.luck import GuardianDraw, Luck, StateDraw, TheatreDraw, luck_of
from greatpowers.core.metrics import Metric
from greatpowers.core.parameters import Parameters, pack
from greatpowers.core.trace import Trace
from greatpowers.core.workspace import Workspace, new_workspace
from greatpowers.core.world import World, copy_world, empty_world

CALM_STATE: dict[str, float] = {
    "economy": 1.0, "capability": 1.0, "openness": 0.2, "committed": 1, "resolve_committed": 0.9,
    "resolve_reluctant": 0.3, "resolve": 0.9, "answered_count": 1.0, "unanswered_count": 1.0, "trust": 0.5,
    "burden": 0.02, "burden_custom": 0.02, "arms_yield": 1.0,
}  # fmt: skip
CALM_LEVERS: dict[str, float] = {"red_line": 9, "tranches": 4, "carve_out": 1, "spoiler_limit": 1}

# Luck with which nothing happens that is not certain.
NEVER = np.nextafter(1.0, 0.0)
ALWAYS = 0.0


class Game(NamedTuple):
    """A world played for some rounds: the world as it ended, what was recorded, the log and the workspace."""

    world: World
    track: Track
    workspace: Workspace

    @property
    def log(self) -> Log:
        return self.workspace.log

    def metric(self, column: Metric) -> Floats:
        return self.track.metrics[:, column]

    def trace(self, column: Trace, option: int = 0, theatre: int = 0, row: int = 0) -> float:
        """A column of the trace; of those that come in threes, option 0 is down, 1 hold, 2 up."""
        return float(self.track.traces[row, theatre, column + option])

    def events(self, kind: Event) -> list[int]:
        """Rows of the log with events of this kind."""
        written = self.log.codes[: self.log.happened[0]]
        return [int(row) for row in np.flatnonzero(written[:, 1] == kind)]


def world_of(states: list[dict[str, float]], theatres: list[dict[str, float]], order: float = 0.7) -> World:
    """A world of states that differ from the calm one as told, neighbours that trade evenly, led by nobody."""
    world = empty_world(len(states), len(theatres))
    for i, chosen in enumerate(states):
        for name, value in {**CALM_STATE, **chosen}.items():
            getattr(world.states, name)[i] = value
    world.states.economy /= world.states.economy.sum()
    world.states.capability /= world.states.capability.sum()
    world.pairs.reach[:] = 1.0
    world.pairs.trade[:] = (1.0 - np.eye(len(states))) / max(1, len(states) - 1)
    for k, chosen in enumerate(theatres):
        for name, value in {"salience": 0.5, "ceiling": 7, "deal_tranches": 1, **chosen}.items():
            getattr(world.theatres, name)[k] = value
    world.theatres.previous_rung[:] = world.theatres.rung
    world.theatres.war[:] = world.theatres.rung == 7
    world.theatres.intensity[:] = world.theatres.war
    for k in np.flatnonzero(world.theatres.war).tolist():
        world.stances.side[k, world.theatres.challenger[k]] = -1
        world.stances.side[k, world.theatres.host[k]] = 1
    world.system.order[0], world.system.leader[0] = order, -1
    return world


def policy_of(theatres: int, **levers: float) -> Policy:
    """One policy for all time and every theatre; levers not named are off."""
    rows = table(Levers, (1, theatres))
    for name, value in {**CALM_LEVERS, **levers}.items():
        getattr(rows, name)[:] = value
    return Policy(np.zeros(1, dtype=np.int64), rows)


def tables_of_luck(rounds: int, states: int, theatres: int) -> Luck:
    """Luck of which every draw is a number in a table, to be filled in."""
    return luck_of(0, states, theatres)._replace(
        by_state=np.zeros((rounds, states, len(StateDraw))),
        by_theatre=np.zeros((rounds, theatres, len(TheatreDraw))),
        by_guardian=np.zeros((rounds, theatres, states, len(GuardianDraw))),
    )


def still_luck(rounds: int, world: World, **chosen: float) -> Luck:
    """Luck with which nothing happens but what is named: `choice=0`, `war_stop=0`, `turn=0`, `own=1.5`, ..."""
    luck = tables_of_luck(rounds, world.states.size, world.theatres.size)
    for part in (luck.by_state, luck.by_theatre, luck.by_guardian):
        part[:] = NEVER
    luck.state.growth = luck.state.arms = 0.0
    luck.theatre.own = luck.theatre.other = 0.0
    luck.guardian.war = 0.5  # 0 joins the host, 1 the challenger
    luck.guardian.sanctions = 0.5
    parts = [luck.state, luck.theatre, luck.guardian]
    for name, value in chosen.items():
        next(part for part in parts if name in part.dtype.names)[name] = value
    return luck


def play(
    world: World, policy: Policy | None = None, luck: Luck | int = 0, rounds: int = 1,
    parameters: Parameters | None = None, first: int = 0, order: int | None = None, capacity: int = 4000,
) -> Game:  # fmt: skip
    """Play a copy of `world`; `luck` may be a seed, `order` forces every challenger's move (-1, 0 or 1).

    Luck in tables is played as long as it lasts.
    """
    n, t = world.states.size, world.theatres.size
    drawn = luck_of(luck, n, t) if isinstance(luck, int) else luck
    rounds = drawn.by_state.shape[0] if drawn.by_state.shape[2] > 0 else rounds
    played, workspace, track = copy_world(world), new_workspace(n, t, capacity), new_track(rounds, n, t, full=True)
    if order is not None:
        workspace.marks.forced_move[:] = order
    play_rounds(played, policy or policy_of(t), pack(parameters or Parameters()), drawn, first, workspace, track)
    return Game(played, track, workspace)


def rows_of(luck: Luck, rows: slice) -> Luck:
    """Luck in tables, of some of the rounds."""
    return luck._replace(
        by_state=luck.by_state[rows], by_theatre=luck.by_theatre[rows], by_guardian=luck.by_guardian[rows]
    )


def rows_of_track(track: Track, rows: slice) -> Track:
    """Room for some of the rounds."""
    return track.part(rows)


def columns_of(world: World) -> dict[str, Any]:
    """Every array of a world, by table and field."""
    layouts = World.__annotations__
    return {
        f"{name}.{field.name}": getattr(part, field.name)
        for (name, layout), part in zip(layouts.items(), world, strict=True)
        for field in fields_of(layout)
    }
