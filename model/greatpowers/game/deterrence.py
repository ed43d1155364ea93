"""Red lines put to the test: where they held, where they were crossed, and why."""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

import numpy as np

from greatpowers.core.declare import Floats
from greatpowers.core.history import TheatreColumn
from greatpowers.core.trace import Trace
from greatpowers.dictionary import option_of
from greatpowers.game.chair import Chair
from greatpowers.narrative.explanation import explain
from greatpowers.scenario.kinds import rung_name
from greatpowers.simulation import frames
from greatpowers.simulation.events import Stage, percent
from greatpowers.simulation.fork import fork_beliefs
from greatpowers.simulation.history import History

MOST_FAILURES = 12
"""Crossings told in full; each takes playing the history again."""

SWEPT = "Swept along: it did not choose the step; a war carried it across."

UNLUCKY = 0.2
"""Chance below which a step that was taken counts as bad luck."""


class Failure(NamedTuple):
    """A red line that was crossed: where, when, with what chance, and the chance had the challenger known the truth."""

    round: int
    quarter: str
    theatre: str
    place: str
    rung: str
    line: str
    believed: float
    true: float
    chance: float
    chance_true: float
    why: str
    explanation: str


class LineTest(NamedTuple):
    """A line with troops behind it that was put to the test: the challenger stood just below it, or crossed it.

    `stepped` says whether its own step took it across, and not a war that broke out below the line.
    """

    round: int
    theatre: int
    rung: int
    line: int
    crossed: bool
    stepped: bool


def lines_tested(chair: Chair, history: History) -> Iterator[LineTest]:
    """Every test of a line, as the metrics of deterrence count them  (Huth & Russett 1984)."""
    rungs = history.track.theatres[..., TheatreColumn.RUNG].astype(int)
    begun = np.vstack([[[theatre.rung for theatre in chair.base.theatres]], rungs[:-1]])
    chosen = begun + history.track.traces[..., Trace.MOVE].astype(int)
    for number in range(history.rounds):
        for k, lever in enumerate(_in_force(chair, number)):
            before, now, line = int(begun[number, k]), int(rungs[number, k]), int(lever["red_line"])
            if lever["presence"] > 0 and before < line and (now >= line or before + 1 >= line):
                yield LineTest(number, k, now, line, now >= line, int(chosen[number, k]) >= line)


def _in_force(chair: Chair, round_number: int) -> list[dict[str, float]]:
    return [rows for start, rows in chair.segments.items() if start <= round_number][-1]


def failures(stage: Stage, history: History, tests: Iterable[LineTest]) -> list[Failure]:
    """The crossings among some tests, the highest rung reached first, at most :data:`MOST_FAILURES`."""
    crossings = sorted((test for test in tests if test.crossed), key=lambda test: (-test.rung, test.round))
    return [_failure(stage, history, test) for test in crossings[:MOST_FAILURES]]


def _failure(stage: Stage, history: History, test: LineTest) -> Failure:
    trace = history.track.traces[test.round, test.theatre]
    option = Trace.PROBABILITY_ + option_of(trace[Trace.MOVE])
    known = fork_beliefs(history, test.round).counterfactual.track.traces[test.round, test.theatre]
    theatre = stage.theatres[test.theatre]
    return Failure(
        round=test.round,
        quarter=frames.quarter_of(history.scenario.start, test.round),
        theatre=theatre.id,
        place=theatre.label,
        rung=_words(test.rung),
        line=_words(test.line),
        believed=float(trace[Trace.BELIEVED_CREDIBILITY]),
        true=float(trace[Trace.TRUE_CREDIBILITY]),
        chance=float(trace[option]),
        chance_true=float(known[option]),
        why=_why(trace, float(trace[option]), float(known[option])) if test.stepped else SWEPT,
        explanation=explain(history, theatre.id, test.round),
    )


def _why(trace: Floats, chance: float, chance_true: float) -> str:
    """The likeliest reason for a step across a line, from what was weighed and what knowing the truth would change."""
    if chance < UNLUCKY:
        return f"Bad luck: a step as unlikely as this ({percent(chance)}) was taken all the same."
    if chance_true < 0.5 * chance:
        change = f"{percent(chance)} to {percent(chance_true)}"
        return f"Misjudged: had it known what you would really do, the chance would have fallen from {change}."
    up, hold = 2, 1
    gain = trace[Trace.GAIN_ + up] - trace[Trace.GAIN_ + hold]
    price = sum(
        trace[column + up] - trace[column + hold]
        for column in (Trace.SANCTION_LOSS_, Trace.CLASH_LOSS_, Trace.NORM_COST_, Trace.CHEATING_LOSS_)
    )
    if gain > price > 0:
        return "Outbid: it understood you, but what it hoped to win outweighed all that you threatened."
    if price <= 0:
        return "Nothing was added: what you threatened past the line was no more than what it bore already."
    return "Close: gain and threat were about even, and it took the chance."


def _words(rung: float) -> str:
    return rung_name(int(rung)).replace("-", " ")
