"""Random histories, played round by round, for the properties that every history must have."""

import itertools
from collections.abc import Callable
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np
from core_worlds import rows_of, rows_of_track
from hypothesis import given, seed as seeded, settings, strategies as st
from random_worlds import Dice, random_luck, random_parameters, random_policy, random_world

from greatpowers.core.declare import Floats, Ints
from greatpowers.core.history import Track, new_track, play_rounds
from greatpowers.core.levers import Policy
from greatpowers.core.log import Event, Log
from greatpowers.core.luck import Luck
from greatpowers.core.parameters import Parameters, pack
from greatpowers.core.workspace import new_workspace
from greatpowers.core.world import World, copy_world

LOG_CAPACITY = 5_000


class Story(NamedTuple):
    """A history and all that went into it; `worlds` has one more entry than there were rounds."""

    worlds: list[World]
    policy: Policy
    parameters: Parameters
    luck: Luck
    track: Track
    log: Log
    seed: int
    extreme: float

    @property
    def sizes(self) -> tuple[int, int]:
        """Numbers of states and theatres."""
        return self.worlds[0].states.size, self.worlds[0].theatres.size

    def __repr__(self) -> str:
        """The call that tells this story again."""
        n, t = self.sizes
        return f"tell({n}, {t}, {len(self.worlds) - 1}, {self.seed}, {self.extreme}, {self.policy.starts.size})"

    def steps(self) -> list[tuple[World, World]]:
        """The world before and after each round."""
        return list(zip(self.worlds[:-1], self.worlds[1:], strict=True))

    def rows(self, kind: Event, round_number: int | None = None) -> Ints:
        """Rows of the log with events of this kind, of one round or of all."""
        codes = self.log.codes[: self.log.happened[0]]
        chosen = codes[:, 1] == kind
        if round_number is not None:
            chosen &= codes[:, 0] == round_number
        return np.flatnonzero(chosen)

    def per_theatre(self, kind: Event, round_number: int) -> Ints:
        """Events of this kind in a round, by theatre."""
        theatres = self.log.codes[self.rows(kind, round_number), 2]
        return np.bincount(theatres, minlength=self.sizes[1])

    def per_round(self, kind: Event) -> Floats:
        """Events of this kind, by round."""
        return np.bincount(self.log.codes[self.rows(kind), 0], minlength=len(self.worlds) - 1).astype(float)


@lru_cache(maxsize=128)
def tell(n: int, t: int, rounds: int, seed: int, extreme: float, segments: int = 1) -> Story:
    """A random history, which is a pure function of these numbers, and only looked at."""
    dice = Dice(seed, extreme)
    world, policy = random_world(dice, n, t), random_policy(dice, t, segments)
    parameters, luck = random_parameters(dice), random_luck(dice, rounds, n, t)
    workspace, track = new_workspace(n, t, LOG_CAPACITY), new_track(rounds, n, t, full=True)
    story = Story([copy_world(world)], policy, parameters, luck, track, workspace.log, seed, extreme)
    for now in range(rounds):
        one = slice(now, now + 1)
        play_rounds(world, policy, pack(parameters), rows_of(luck, one), now, workspace, rows_of_track(track, one))
        story.worlds.append(copy_world(world))
    assert workspace.log.happened[0] <= LOG_CAPACITY
    for table in (*itertools.chain(*story.worlds), *policy, *luck, *track, *workspace.log):
        table.setflags(write=False)  # several tests look at one story
    return story


@st.composite
def stories(draw: st.DrawFn, least_theatres: int = 0) -> Story:
    """Histories of 1 to 8 states and 0 to 10 theatres over 1 to 25 rounds."""
    n = draw(st.integers(2 if least_theatres else 1, 8), label="states")
    return tell(
        n,
        draw(st.integers(least_theatres, 10 if n > 1 else 0), label="theatres"),
        draw(st.integers(1, 25), label="rounds"),
        draw(st.integers(0, 2**20), label="seed"),
        draw(st.sampled_from([0.0, 0.3, 0.8]), label="extreme"),
        draw(st.integers(1, 3), label="segments"),
    )


def given_stories(least_theatres: int = 0) -> Callable[[Callable[[Story], None]], Any]:
    """Makes a property of a test: it sees the same stories as others of its kind, each of which is told once.

    Where a profile draws new stories every time, every test has its own.
    """

    def decorate(test: Callable[[Story], None]) -> Any:
        held = given(stories(least_theatres))(test)
        return seeded(0)(held) if settings.default and settings.default.derandomize else held

    return decorate
