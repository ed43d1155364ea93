"""One history in the shape that measurements need: arrays of who, where and when, and nothing that is not recorded."""

from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from greatpowers.core.declare import Floats, Ints
from greatpowers.core.history import StateColumn, TheatreColumn
from greatpowers.core.log import Column, Event
from greatpowers.historical.derived_tables import BUILT, country_numbers, is_major
from greatpowers.scenario.build import build_world
from greatpowers.simulation.history import History

Flags = NDArray[np.bool_]

ROUNDS_PER_YEAR = 4
DAYS_PER_ROUND = 365.25 / ROUNDS_PER_YEAR

SETTLING_IN = 8
"""Rounds at the start of a history that are not measured: every theatre of a made world starts at peace."""


@dataclass(frozen=True, eq=False)
class MeasuredHistory:
    """The record of one history. R rounds, N states, T theatres, E events.

    `challenger`, `host` and `landless` [T]; `contiguous` (by land or up to 400 miles of water), `distance` (km) and
    `treaty` [N, N] and `nuclear` [N] as the world began; `majors` [R, N] are the great powers; `metrics` [R, Metric],
    `states` [R, N, StateColumn], `theatres` [R, T, TheatreColumn]; `codes` [E, Column] and `numbers` [E, 5] the event
    log; `leader` is the coalition's (-1: nobody). Rounds before `first` are seen but not counted.
    """

    challenger: Ints
    host: Ints
    landless: Flags
    contiguous: Flags
    distance: Floats
    treaty: Floats
    nuclear: Floats
    majors: Flags
    leader: int
    metrics: Floats
    states: Floats
    theatres: Floats
    codes: Ints
    numbers: Floats
    first: int = SETTLING_IN

    @property
    def rounds(self) -> int:
        """Rounds played."""
        return len(self.states)

    @property
    def size(self) -> int:
        """Number of states."""
        return len(self.nuclear)

    @property
    def years(self) -> int:
        """Whole years that are measured."""
        return (self.rounds - self.first) // ROUNDS_PER_YEAR

    @property
    def last(self) -> int:
        """The round after the last one measured."""
        return self.first + self.years * ROUNDS_PER_YEAR

    @property
    def state_years(self) -> float:
        """State-years measured."""
        return float(self.size * self.years)

    @cached_property
    def great(self) -> Flags:
        """Which states are great powers at the start of each measured year: [years, N]."""
        return self.majors[self.first : self.last : ROUNDS_PER_YEAR]

    def yearly(self, column: StateColumn) -> Floats:
        """A column of the states at the start of each measured year: [years, N]."""
        by_year: Floats = self.states[self.first : self.last : ROUNDS_PER_YEAR, :, column]
        return by_year

    def year_of(self, rounds: Ints) -> Ints:
        """The measured year each round falls in, -1 outside."""
        inside = (rounds >= self.first) & (rounds < self.last)
        years: Ints = np.where(inside, (rounds - self.first) // ROUNDS_PER_YEAR, -1)
        return years

    def events(self, kind: Event) -> tuple[Ints, Floats]:
        """Codes and numbers of the events of one kind, in order."""
        rows = self.codes[:, Column.KIND] == kind
        return self.codes[rows], self.numbers[rows]

    def theatre(self, column: TheatreColumn) -> Floats:
        """A column of the theatres: [R, T]."""
        by_theatre: Floats = self.theatres[:, :, column]
        return by_theatre

    @cached_property
    def dyads(self) -> Ints:
        """The pairs of states that share a theatre, the lower index first: [P, 2]."""
        return np.unique(self._ends, axis=0)

    @cached_property
    def dyad_of_theatre(self) -> Ints:
        """Which row of `dyads` each theatre belongs to: [T]."""
        keys = self.dyads[:, 0] * self.size + self.dyads[:, 1]
        return np.searchsorted(keys, self._ends[:, 0] * self.size + self._ends[:, 1]).astype(np.int64)

    @property
    def _ends(self) -> Ints:
        return np.sort(np.column_stack([self.challenger, self.host]), axis=1)


def observe(history: History, first: int = SETTLING_IN) -> MeasuredHistory:
    """What a recorded history offers to measurements; raises :class:`GreatPowersError` if only metrics were kept."""
    history.require_record("measuring a history against the record")
    world = build_world(history.scenario, history.parameters)
    n, index = len(history.scenario.states), history.scenario.state_index()
    contiguous = np.zeros((n, n), dtype=np.bool_)
    distances = history.scenario.distances
    for one, other in (*distances.contiguous, *distances.across_water):
        contiguous[index[one], index[other]] = contiguous[index[other], index[one]] = True
    with np.errstate(divide="ignore"):
        distance = -history.parameters.distance_decay * np.log(np.minimum(world.pairs.reach, world.pairs.reach.T))
    return MeasuredHistory(
        challenger=world.theatres.challenger.copy(),
        host=world.theatres.host.copy(),
        landless=world.theatres.landless > 0,
        contiguous=contiguous,
        distance=distance,
        treaty=world.pairs.treaty.copy(),
        nuclear=world.states.nuclear.copy(),
        majors=_majors(history),
        leader=int(world.system.leader[0]),
        metrics=history.track.metrics,
        states=history.track.states,
        theatres=history.track.theatres,
        codes=history.codes,
        numbers=history.numbers,
        first=first,
    )


def _majors(history: History) -> Flags:
    """Which states are great powers in each round [R, N].

    In a world of the record those are the major powers that the record itself lists for the year, or facts about them
    would be counted over other states: by its share of power China is one long before 1950 and India is, Italy is not.
    """
    if not history.scenario.name.startswith(BUILT):
        flags: Flags = history.track.states[:, :, StateColumn.GREAT_POWER] > 0
        return flags
    start, numbers = int(history.scenario.start[:4]), country_numbers()
    years = range(start, start + -(-history.rounds // ROUNDS_PER_YEAR))
    listed = [[is_major(numbers.get(state.id, -1), year) for state in history.scenario.states] for year in years]
    return np.repeat(np.array(listed, dtype=np.bool_), ROUNDS_PER_YEAR, axis=0)[: history.rounds]


class Spells(NamedTuple):
    """Row, first and last round of each run, and the number of the run at every place of the table."""

    row: Ints
    begin: Ints
    end: Ints
    at: Ints  # [rows, R], -1 where there is none


def spells_of(active: Flags, quiet: int = 1) -> Spells:
    """Runs of True in each row of `active` [rows, R], ended by at least `quiet` rounds of False."""
    rows, rounds = active.shape
    padded = np.zeros((rows, rounds + 2), dtype=np.int8)
    padded[:, 1:-1] = active
    change = np.diff(padded, axis=1)
    row, begin = np.nonzero(change == 1)
    _, end = np.nonzero(change == -1)
    if row.size == 0:
        return Spells(row, begin, end, np.full((rows, rounds), -1, dtype=np.int64))
    fresh = np.ones(row.size, dtype=np.bool_)
    fresh[1:] = (row[1:] != row[:-1]) | (begin[1:] - end[:-1] >= quiet)
    last = np.append(np.nonzero(fresh)[0][1:] - 1, row.size - 1)
    row, begin, end = row[fresh], begin[fresh], end[last] - 1
    at = np.full((rows, rounds), -1, dtype=np.int64)
    for number, (r, b, e) in enumerate(zip(row.tolist(), begin.tolist(), end.tolist(), strict=True)):
        at[r, b : e + 1] = number
    return Spells(row, begin, end, at)
