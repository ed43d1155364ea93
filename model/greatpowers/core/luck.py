"""Luck is an input: every random number of a run is drawn here, outside the kernel, in blocks of fixed shape.

A round uses the same block whatever happens in it and whatever the policy, so two policies on one seed meet the
same luck at the same place (common random numbers). Each block has a stream of its own, drawn round after round:
drawing 80 rounds at once, or one round 80 times, gives the same numbers.
"""

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from greatpowers.core.declare import Floats


class StateLuck:
    """Uniform draws in [0, 1) for a state: a table of shape [R, N]."""

    turn: Floats
    talk: Floats
    renege: Floats


class TheatreLuck:
    """Uniform draws in [0, 1) for a theatre: a table of shape [R, T]."""

    choice: Floats
    host: Floats
    appeal: Floats
    strike: Floats
    clash: Floats
    clash_war: Floats
    war_growth: Floats
    war_stop: Floats
    war_outcome: Floats
    nuclear: Floats
    proposal: Floats
    challenger_accepts: Floats
    host_accepts: Floats
    coalition_accepts: Floats
    detection: Floats
    ceasefire: Floats
    answer: Floats
    bargain: Floats


class IntelligenceLuck:
    """Standard normal errors about either side's force in a theatre: a table of shape [R, T]."""

    own: Floats
    other: Floats


class GuardianLuck:
    """Uniform draws in [0, 1) for a state as guardian of a theatre: a table of shape [R, T, N]."""

    sanctions: Floats
    war: Floats
    casus: Floats


# A record array of one of the classes above.
Draws = Any


class Luck(NamedTuple):
    """The luck of some rounds (R): everything the kernel does not decide."""

    state: Draws  # [R, N] StateLuck, uniform
    growth: Floats  # [R, N] standard normal
    theatre: Draws  # [R, T] TheatreLuck, uniform
    intelligence: Draws  # [R, T] IntelligenceLuck, standard normal
    guardian: Draws  # [R, T, N] GuardianLuck, uniform
    arms: Floats  # [R, N] standard normal


Draw = Callable[[tuple[int, ...]], Floats]


def _table(draw: Draw, layout: type, shape: tuple[int, ...]) -> Draws:
    names = list(layout.__annotations__)
    rows = np.dtype([(name, np.float64) for name in names])
    return draw((*shape, len(names))).view(rows).reshape(shape).view(np.recarray)


class LuckStream:
    """The luck of one run, drawn as it is needed.

    `seed` is any non-negative integer; two streams with equal seed and sizes give equal luck for equal rounds,
    however the rounds are divided over calls of :meth:`draw`.
    """

    def __init__(self, seed: int, states: int, theatres: int) -> None:
        children = np.random.SeedSequence(seed).spawn(len(Luck._fields))
        self._streams = [np.random.Generator(np.random.SFC64(child)) for child in children]
        self._states, self._theatres = states, theatres

    def draw(self, rounds: int) -> Luck:
        """The luck of the next `rounds` rounds."""
        state, growth, theatre, intelligence, guardian, arms = self._streams
        n, t = self._states, self._theatres
        return Luck(
            _table(state.random, StateLuck, (rounds, n)),
            growth.standard_normal((rounds, n)),
            _table(theatre.random, TheatreLuck, (rounds, t)),
            _table(intelligence.standard_normal, IntelligenceLuck, (rounds, t)),
            _table(guardian.random, GuardianLuck, (rounds, t, n)),
            arms.standard_normal((rounds, n)),
        )


def draw_luck(seed: int, rounds: int, states: int, theatres: int) -> Luck:
    """The luck of the first `rounds` rounds of a run with this seed."""
    return LuckStream(seed, states, theatres).draw(rounds)
