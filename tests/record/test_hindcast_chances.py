"""The chance of a dispute read off histories: by hand, and against the disputes that begin."""

from types import SimpleNamespace
from typing import cast

import numpy as np
import pytest
from made_histories import Happening, made

from greatpowers import History, simulate
from greatpowers.core.history import TheatreColumn
from greatpowers.core.log import Event
from greatpowers.core.trace import N_TRACE, Trace
from greatpowers.hindcast.histories import UP, quarterly_chances, yearly_beginnings, yearly_chances
from greatpowers.historical.derived_tables import era_world
from greatpowers.validation.disputes import read, reading_of
from greatpowers.validation.observed import SETTLING_IN, MeasuredHistory

ONE = [(0, 1)]


def chosen(seen: MeasuredHistory, up: float) -> History:
    """A history whose challengers go up with one probability whenever they may choose."""
    traces = np.zeros((*seen.theatres.shape[:2], N_TRACE))
    traces[:, :, UP] = up
    return cast(History, SimpleNamespace(track=SimpleNamespace(traces=traces)))


def chances(
    rungs: list[list[int]], pairs: list[tuple[int, int]] = ONE, events: list[Happening] | None = None, up: float = 0.1
) -> list[list[float]]:
    seen = made(rungs, pairs, events=events or [])
    return quarterly_chances(chosen(seen, up), reading_of(seen)).tolist()


def test_the_probability_is_that_of_going_up() -> None:
    assert UP == Trace.PROBABILITY_ + 2


def test_only_from_interference_can_a_dispute_begin_and_only_after_half_a_year_of_quiet() -> None:
    #           0  1  2  3  4  5  6  7  8  9
    rungs = [0, 1, 1, 2, 1, 1, 1, 1, 0, 0]
    # rounds 2, 3: stood at 1 before; 4: stood at 2; 5: the dispute ended one quarter ago; 6 to 8: quiet again
    assert chances([rungs])[0] == pytest.approx([0, 0, 0.1, 0.1, 0, 0, 0.1, 0.1, 0.1, 0])


def test_either_of_two_may_begin() -> None:
    both = chances([[0, 1, 1, 0], [0, 0, 1, 1]], [(0, 1), (1, 0)])[0]
    assert both == pytest.approx([0, 0, 0.1, 1 - 0.9**2])


def test_nobody_begins_while_standing_down_or_at_war() -> None:
    given_in = (2, Event.YIELD, 0, 1, 0, (2.0, 2.0, 0.9, 0.5, 0.1))
    rungs = [[0, 1, 2, 1, 1, 1, 0, 1, 1, 1, 1]]
    quarterly = chances(rungs, events=[given_in])[0]
    assert quarterly == pytest.approx([0, 0, 0.1, 0, 0, 0, 0, 0, 0.1, 0.1, 0.1])
    joined = (1, Event.WAR, 0, 0, 1, (0, 0, 0.5, 1.0, 0))
    seen = made([[0, 1, 1, 1]], ONE, events=[joined])
    seen.theatres[1:3, 0, TheatreColumn.WAR] = 1
    assert quarterly_chances(chosen(seen, 0.1), reading_of(seen)).tolist() == [[0, 0, 0, 0]]


def test_a_year_adds_its_quarters_until_a_dispute_has_begun() -> None:
    rungs = [[0, 1, 1, 1, 1, 1, 2, 0, 0, 1, 1, 1]]
    seen = made(rungs, ONE)
    reading = reading_of(seen)
    assert yearly_beginnings(reading).tolist() == [[False, True, False]]
    assert yearly_chances(chosen(seen, 0.1), reading)[0] == pytest.approx([0.2, 0.3, 0.2])


def test_rounds_of_settling_in_are_in_no_year() -> None:
    seen = made([[1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1]], ONE, first=8)
    assert yearly_chances(chosen(seen, 0.1), reading_of(seen)).tolist() == [pytest.approx([0.4])]


@pytest.mark.slow
def test_chances_add_up_to_the_disputes_that_begin_and_vary_less() -> None:
    sums = []
    for seed in range(40):
        history = simulate(era_world(1870), "laissez-faire", seed, SETTLING_IN + 20)
        reading = read(history)
        sums.append((yearly_chances(history, reading).sum(axis=0), yearly_beginnings(reading).sum(axis=0)))
    expected, begun = (np.array(part, dtype=np.float64).sum(axis=1) for part in zip(*sums, strict=True))
    assert begun.sum() > 200
    error = (expected - begun).std(ddof=1) / np.sqrt(len(begun))
    assert abs((expected - begun).mean()) < max(4 * error, 0.05 * begun.mean())
    assert expected.std() < begun.std()
