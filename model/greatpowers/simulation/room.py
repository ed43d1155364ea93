"""Memory that histories are played in one after another: to clear it takes less time than to lay it out anew."""

import contextlib
from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from greatpowers.core.declare import Ints
from greatpowers.core.workspace import Workspace, new_workspace
from greatpowers.core.world import World, copy_world


class Room(NamedTuple):
    """A copy of a world and a workspace in which nothing has been played."""

    world: World
    workspace: Workspace


Needs = tuple[int, int, int, bool]
"""What a room is made for: states, theatres, events, and whether what challengers weighed is logged."""


class Rooms:
    """Rooms that stand empty; any thread may be lent one, and keeps nothing of it."""

    def __init__(self) -> None:
        self._empty: dict[Needs, list[_UsedRoom]] = {}

    @contextlib.contextmanager
    def lent(self, world: World, needs: Needs, rules: Ints) -> Iterator[Room]:
        """A room with a copy of this world, and rules that lie ready, until the block ends."""
        empty = self._empty.setdefault(needs, [])
        try:
            used = empty.pop()
        except IndexError:
            used = _UsedRoom(world, needs)
        yield used.cleared(world, rules)
        empty.append(used)


class _UsedRoom:
    """A room, and how its workspace was before anything was played there.

    Of the log only what counts is cleared: rows are written whole, and nobody reads more of them than were written.
    """

    def __init__(self, world: World, needs: Needs) -> None:
        states, theatres, capacity, traces = needs
        self._room = Room(copy_world(world), new_workspace(states, theatres, capacity, None, traces))
        log = self._room.workspace.log
        rows = {id(log.codes), id(log.numbers)}
        self._world = [_bytes(part) for part in _arrays(self._room.world)]
        cleared = [_bytes(part) for part in _arrays(self._room.workspace) if id(part) not in rows]
        self._workspace = [(now, bytes(now)) for now in cleared]

    def cleared(self, world: World, rules: Ints) -> Room:
        for memory, part in zip(self._world, _arrays(world), strict=True):
            memory[:] = _bytes(part)
        for memory, before in self._workspace:
            memory[:] = before
        return self._room._replace(workspace=self._room.workspace._replace(rules=rules))


def _arrays(parts: tuple[Any, ...]) -> Iterator[NDArray[Any]]:
    for part in parts:
        if isinstance(part, tuple):
            yield from _arrays(part)
        elif part.size:
            yield part


def _bytes(array: NDArray[Any]) -> memoryview:
    """The memory of an array; NumPy would hand the interpreter to other threads at each copy, and wait for it after."""
    return np.frombuffer(array, dtype=np.uint8).data
