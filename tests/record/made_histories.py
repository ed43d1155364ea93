"""Histories made by hand: who challenges whom on which rung when, and what the log says."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType

import numpy as np

from greatpowers.core.history import StateColumn, TheatreColumn
from greatpowers.core.log import Column, Event
from greatpowers.core.metrics import Metric
from greatpowers.validation.observed import MeasuredHistory

Happening = tuple[int, Event, int, int, int, tuple[float, ...]]
"""Round, kind, theatre, actor, other, and up to five numbers."""


def made(
    rungs: Sequence[Sequence[int]],
    pairs: Sequence[tuple[int, int]],
    states: int = 4,
    events: Sequence[Happening] = (),
    great: Sequence[int] = (),
    first: int = 0,
) -> MeasuredHistory:
    """A history in which theatre k, between `pairs[k]`, stands on `rungs[k][r]` in round r; all else is nothing."""
    rung = np.array(rungs, dtype=np.float64).T
    rounds, theatres = rung.shape
    track = np.zeros((rounds, theatres, len(TheatreColumn)))
    track[:, :, TheatreColumn.RUNG] = rung
    people = np.zeros((rounds, states, len(StateColumn)))
    people[:, :, StateColumn.POWER] = people[:, :, StateColumn.CAPABILITY] = 1.0 / states
    people[:, list(great), StateColumn.GREAT_POWER] = 1.0
    majors = people[:, :, StateColumn.GREAT_POWER] > 0
    codes = np.full((len(events), len(Column)), -1, dtype=np.int64)
    numbers = np.zeros((len(events), 5))
    for row, (now, kind, theatre, actor, other, given) in enumerate(events):
        codes[row] = now, kind, theatre, actor, other
        numbers[row, : len(given)] = given
    ends = np.array(pairs, dtype=np.int64)
    square = np.zeros((states, states))
    return MeasuredHistory(
        challenger=ends[:, 0].copy(),
        host=ends[:, 1].copy(),
        landless=np.zeros(len(pairs), dtype=np.bool_),
        contiguous=square.astype(np.bool_),
        distance=square.copy(),
        treaty=square.copy(),
        nuclear=np.zeros(states),
        majors=majors,
        leader=0,
        metrics=np.zeros((rounds, len(Metric))),
        states=people,
        theatres=track,
        codes=codes,
        numbers=numbers,
        first=first,
    )


def war_in(
    theatre: int,
    pair: tuple[int, int],
    begin: int,
    end: int,
    outcome: float,
    deaths: float,
    spread: float = 0.0,
    calls: Mapping[int, int] = MappingProxyType({}),
) -> list[Happening]:
    """A war in one theatre, from its outbreak to its end; deaths in thousands, `calls` the side each treaty calls to.

    That side is 1 for the host's and -1 for the challenger's.
    """
    c, h = pair
    called = [(begin, Event.CALL, theatre, g, h if side > 0 else c, (0.0, float(side))) for g, side in calls.items()]
    return [
        (begin, Event.WAR, theatre, c, h, (0, 0, 0.5, spread, 0.5)),
        *called,
        (end, Event.WAR_END, theatre, c, h, (7, np.nan, outcome, 0.5, deaths)),
    ]


def in_order(*groups: list[Happening]) -> list[Happening]:
    """Events of several wars, round by round, outbreaks first."""
    return sorted((event for group in groups for event in group), key=lambda event: (event[0], event[1]))
