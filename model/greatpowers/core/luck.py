"""Luck is an input: a pure function of the run's seed, the round, the mechanism that draws and whom it concerns.

There is no stream. A draw is one call of a counter-based generator, Threefry2x64-20 (Salmon, Moraes, Dror & Shaw
2011), whose key is the seed and whose counter says which draw is meant. So it can be made where it is needed and
only there, and is the same whatever else happens or is drawn: two policies on one seed meet the same luck at the same
place (common random numbers), and 80 rounds at once or one round 80 times are the same.

A table may be handed in instead, with draws of one's own choosing.
"""

from enum import IntEnum
from typing import Annotated, Any, NamedTuple, cast

import numpy as np
from numpy.typing import NDArray

from greatpowers.core.declare import Floats, Table, rows
from greatpowers.core.kernel import entry, kernel
from greatpowers.core.mathematics import normal_quantile, normal_quantiles

Words = NDArray[np.uint64]
Word = int | np.uint64
WORD = np.dtype(np.uint64)


class StateDraw(IntEnum):
    """Draws for a state, the first two standard normal. A new one goes to the end, so that the others stay the same."""

    GROWTH = 0
    ARMS = 1
    TURN = 2
    TALK = 3
    RENEGE = 4


class TheatreDraw(IntEnum):
    """Draws for a theatre, the first two standard normal: errors about either side's force."""

    OWN = 0
    OTHER = 1
    CHOICE = 2
    HOST = 3
    APPEAL = 4
    STRIKE = 5
    CLASH = 6
    CLASH_WAR = 7
    WAR_GROWTH = 8
    WAR_STOP = 9
    WAR_OUTCOME = 10
    NUCLEAR = 11
    PROPOSAL = 12
    CHALLENGER_ACCEPTS = 13
    HOST_ACCEPTS = 14
    COALITION_ACCEPTS = 15
    DETECTION = 16
    CEASEFIRE = 17
    ANSWER = 18
    BARGAIN = 19
    FRONT = 20


class GuardianDraw(IntEnum):
    """Draws for a state as guardian of a theatre."""

    SANCTIONS = 0
    WAR = 1
    CASUS = 2


# Draws that every round makes, of each state and of each theatre: the first ones, of which two are normal.
OFTEN_OF_STATES, OFTEN_OF_THEATRES = (cast(int, np.int64(last + 1)) for last in (StateDraw.TALK, TheatreDraw.CHOICE))
NORMAL_ONES = 2

NORMAL = (StateDraw.GROWTH, StateDraw.ARMS, TheatreDraw.OWN, TheatreDraw.OTHER)


def is_normal(draw: IntEnum) -> bool:
    """Whether a draw is standard normal; all others are uniform in (0, 1)."""
    return any(draw is other for other in NORMAL)  # as numbers, draws of different kinds are equal


# In place of a state or a theatre where a draw concerns none.
NOBODY = 2**32 - 1
ALL_BITS = 2**64 - 1
ALL_STATES = NOBODY << 32  # what stands above the name of a state in its counter
PARITY = 0x1BD11BDAA9FC1A22  # of Threefry's key schedule


class Luck(NamedTuple):
    """The luck of a run: everything the kernel does not decide.

    States and theatres are known to the generator by a number below 2^32 - 1; renumber them together with the world,
    and each keeps its luck. A table with columns is used in place of the generator: its rows are the rounds of one call
    of `play_rounds`, or one row stands for all of them.
    """

    key: Words  # [2] the seed
    states: Words  # [N]
    theatres: Words  # [T]
    by_state: Floats  # [R or 1, N, StateDraw or 0]
    by_theatre: Floats  # [R or 1, T, TheatreDraw or 0]
    by_guardian: Floats  # [R or 1, T, N, GuardianDraw or 0]

    @property
    def state(self) -> Any:
        """The table of states by name of the draw, for reading and writing: `luck.state.turn[0, 2] = 0.5`."""
        return _named(self.by_state, StateDraw)

    @property
    def theatre(self) -> Any:
        """The same of theatres."""
        return _named(self.by_theatre, TheatreDraw)

    @property
    def guardian(self) -> Any:
        """The same of states as guardians of theatres."""
        return _named(self.by_guardian, GuardianDraw)


def _named(drawn: Floats, draws: type[IntEnum]) -> Any:
    rows = np.dtype([(draw.name.lower(), np.float64) for draw in draws])
    return drawn.view(rows).reshape(drawn.shape[:-1]).view(np.recarray)


def luck_of(seed: int, states: int, theatres: int) -> Luck:
    """The luck of a seed, from 0 to 2^128 - 1, for a world of this size, however many rounds are played on it."""
    if not 0 <= seed < 2**128:
        raise ValueError(f"the seed is {seed}; expected a whole number from 0 to 2^128 - 1.")
    return Luck(
        np.array([int(seed) & ALL_BITS, int(seed) >> 64], dtype=np.uint64),  # also of NumPy's integers
        np.arange(states, dtype=np.uint64),
        np.arange(theatres, dtype=np.uint64),
        np.zeros((1, states, 0)),
        np.zeros((1, theatres, 0)),
        np.zeros((1, theatres, states, 0)),
    )


def tabulated(luck: Luck, rounds: int) -> Luck:
    """The same luck of rounds 0 to `rounds` - 1 in tables, to look at or to change."""
    n, t = luck.states.size, luck.theatres.size
    tables = luck._replace(
        by_state=np.zeros((rounds, n, len(StateDraw))),
        by_theatre=np.zeros((rounds, t, len(TheatreDraw))),
        by_guardian=np.zeros((rounds, t, n, len(GuardianDraw))),
    )
    state, theatre, room = new_dice(n), new_dice(t), (np.empty((2, n)), np.empty((2, t)))
    for now in range(rounds):
        of_round = tables.by_state[now], tables.by_theatre[now], tables.by_guardian[now]
        _tabulate(luck, now, state, theatre, *room, *of_round)
    return tables


# --- The generator ----------------------------------------------------------------------------------------------------
#
# Compiled, words are of 64 bits; as Python they are whole numbers of any size, cut to 64 bits where they outgrow them.


@kernel
def _mix(a: int, b: int, turn: int) -> tuple[int, int]:
    a = (a + b) & ALL_BITS
    return a, (((b << turn) & ALL_BITS) | (b >> (64 - turn))) ^ a


@kernel
def _even(a: int, b: int) -> tuple[int, int]:
    a, b = _mix(a, b, 16)
    a, b = _mix(a, b, 42)
    a, b = _mix(a, b, 12)
    return _mix(a, b, 31)


@kernel
def _odd(a: int, b: int) -> tuple[int, int]:
    a, b = _mix(a, b, 16)
    a, b = _mix(a, b, 32)
    a, b = _mix(a, b, 24)
    return _mix(a, b, 21)


@kernel
def _plus(a: int, b: int, count: int) -> int:
    return (a + b + int(np.uint64(count))) & ALL_BITS


@entry
def threefry(key: int, other: int, a: int, b: int) -> tuple[int, int]:
    """Threefry2x64 of 20 rounds: two words from a key of two words and a counter of two words."""
    third = key ^ other ^ int(np.uint64(PARITY))
    a, b = _even(_plus(a, key, 0), _plus(b, other, 0))
    a, b = _odd(_plus(a, other, 0), _plus(b, third, 1))
    a, b = _even(_plus(a, third, 0), _plus(b, key, 2))
    a, b = _odd(_plus(a, key, 0), _plus(b, other, 3))
    a, b = _even(_plus(a, other, 0), _plus(b, third, 4))
    return _plus(a, third, 0), _plus(b, key, 5)


@kernel
def _uniform(key: Word, other: Word, when: Word, who: Word) -> float:
    """The middle of one of 2^52 equal parts of (0, 1)."""
    word, _ = threefry(int(key), int(other), int(when), int(who))
    return (float(np.int64(word >> 12)) + 0.5) * 2.0**-52


# --- Draws ------------------------------------------------------------------------------------------------------------


class Dice:
    """What somebody draws with in one round: key and counter, and draws to be used in their place, if any are given.

    A record, because a row of a table is one pointer to Numba.
    """

    key: Annotated[Word, WORD]
    other: Annotated[Word, WORD]
    now: Annotated[Word, WORD]  # the round, in the upper half
    who: Annotated[Word, WORD]  # theatre and state, in the upper and lower half
    given: Annotated[int, np.dtype(np.int64)]  # how many of the draws, from the first on, are given
    drawn: Annotated[Floats, np.dtype((np.float64, (max(len(StateDraw), len(TheatreDraw)),)))]


def new_dice(holders: int) -> Table[Dice]:
    """Room for what so many states or theatres draw with."""
    return rows(Dice, (holders,))


class RoundLuck(NamedTuple):
    """The luck of one round."""

    state: Table[Dice]  # [N]
    theatre: Table[Dice]  # [T]
    names: Words  # [N] of the states
    by_guardian: Floats  # [T, N, GuardianDraw or 0]


@kernel
def _who(theatre: int, state: int) -> int:
    return int((np.uint64(theatre) << np.uint64(32)) | np.uint64(state))


@kernel
def _hand_out(dice: Dice, key: Words, now: int, who: int, given: Floats) -> None:
    """Fill a row of dice for round `now`."""
    dice.key, dice.other, dice.now, dice.who = key[0], key[1], np.uint64(now) << np.uint64(32), who
    dice.given = given.size
    for draw in range(given.size):
        dice.drawn[draw] = given[draw]


@kernel
def _draw_of_all(key: Words, when: Word, names: Words, place: Word, rest: Word, drawn: Floats) -> None:
    """A draw of all states or theatres, into `drawn`: together, for that makes it vector instructions."""
    first, second = key[0], key[1]
    for i in range(drawn.size):
        drawn[i] = _uniform(first, second, when, (names[i] << place) | rest)


@kernel
def _draw_ahead(
    dice: Table[Dice], count: int, key: Words, now: int, names: Words, place: Word, rest: Word, room: Floats
) -> None:
    """Give everybody its first `count` draws, two of them normal; its name stands at `place` in the counter."""
    drawn, quantiles = room[0], room[1]
    for draw in range(count):
        _draw_of_all(key, (np.uint64(now) << np.uint64(32)) | np.uint64(draw), names, place, rest, drawn)
        if draw < NORMAL_ONES:
            normal_quantiles(drawn, quantiles)
        for i in range(dice.size):
            one = dice[i]
            one.given = count
            one.drawn[draw] = quantiles[i] if draw < NORMAL_ONES else drawn[i]


@kernel
def luck_of_round(
    luck: Luck, row: int, now: int, state: Table[Dice], theatre: Table[Dice], state_room: Floats, theatre_room: Floats
) -> RoundLuck:
    """The luck of round `now`, with row `row` of the tables; `state` [N] and `theatre` [T] are filled.

    `state_room` [2, N] and `theatre_room` [2, T] are to work in.
    """
    by_state = luck.by_state[row if luck.by_state.shape[0] > 1 else 0]
    by_theatre = luck.by_theatre[row if luck.by_theatre.shape[0] > 1 else 0]
    for i in range(state.size):
        _hand_out(state[i], luck.key, now, _who(NOBODY, luck.states[i]), by_state[i])
    for k in range(theatre.size):
        _hand_out(theatre[k], luck.key, now, _who(luck.theatres[k], NOBODY), by_theatre[k])
    if by_state.shape[1] == 0:
        _draw_ahead(state, OFTEN_OF_STATES, luck.key, now, luck.states, np.uint64(0), np.uint64(ALL_STATES), state_room)
    if by_theatre.shape[1] == 0:
        _draw_ahead(
            theatre, OFTEN_OF_THEATRES, luck.key, now, luck.theatres, np.uint64(32), np.uint64(NOBODY), theatre_room
        )
    by_guardian = luck.by_guardian[row if luck.by_guardian.shape[0] > 1 else 0]
    return RoundLuck(state, theatre, luck.states, by_guardian)


@kernel
def uniform(dice: Dice, draw: int) -> float:
    """A draw of a state or in a theatre, uniform in (0, 1)."""
    if draw < dice.given:
        return float(dice.drawn[draw])
    return _uniform(dice.key, dice.other, dice.now | np.uint64(draw), dice.who)


@kernel
def normal(dice: Dice, draw: int) -> float:
    """A draw, standard normal: the quantile of a uniform one."""
    if draw < dice.given:
        return float(dice.drawn[draw])
    return normal_quantile(_uniform(dice.key, dice.other, dice.now | np.uint64(draw), dice.who))


@kernel
def _as_guardian(theatre: Word, state: Word) -> int:
    """The counter of a guardian, from that of the theatre."""
    return int((theatre & ~np.uint64(NOBODY)) | state)


@kernel
def uniform_of_guardian(luck: RoundLuck, k: int, g: int, draw: int) -> float:
    """A draw of state g as guardian of theatre k, uniform in (0, 1)."""
    if luck.by_guardian.shape[2] > 0:
        return float(luck.by_guardian[k, g, draw])
    dice = luck.theatre[k]
    return _uniform(dice.key, dice.other, dice.now | np.uint64(draw), _as_guardian(dice.who, luck.names[g]))


@kernel
def draw_guardians(luck: RoundLuck, k: int, draw: int, found: Floats) -> None:
    """One draw of all guardians of theatre k, into `found` [N]: together, for that makes it vector instructions."""
    if luck.by_guardian.shape[2] > 0:
        for g in range(found.size):
            found[g] = luck.by_guardian[k, g, draw]
        return
    dice = luck.theatre[k]
    key, other, when, who = dice.key, dice.other, dice.now | np.uint64(draw), dice.who
    for g in range(found.size):
        found[g] = _uniform(key, other, when, _as_guardian(who, luck.names[g]))


@entry
def _tabulate(
    luck: Luck,
    now: int,
    state: Table[Dice],
    theatre: Table[Dice],
    state_room: Floats,
    theatre_room: Floats,
    by_state: Floats,
    by_theatre: Floats,
    by_guardian: Floats,
) -> None:
    drawn = luck_of_round(luck, 0, now, state, theatre, state_room, theatre_room)
    for i in range(state.size):
        for draw in range(by_state.shape[1]):
            one = drawn.state[i]
            by_state[i, draw] = uniform(one, draw) if draw > StateDraw.ARMS else normal(one, draw)
    for k in range(theatre.size):
        for draw in range(by_theatre.shape[1]):
            here = drawn.theatre[k]
            by_theatre[k, draw] = uniform(here, draw) if draw > TheatreDraw.OTHER else normal(here, draw)
        for g in range(state.size):
            for draw in range(by_guardian.shape[2]):
                by_guardian[k, g, draw] = uniform_of_guardian(drawn, k, g, draw)
