"""What the leader of the coalition sees: deeds, its own means, and reports with the error of its intelligence.

Beliefs and intentions of challengers, their doctrine and what they weigh are not among it. Reports err as the model's
own intelligence does: the logarithm of a force is seen with the standard deviation `intelligence_error`. Errors have a
stream of their own, so seeing more or less never changes what happens.
"""

import math
from typing import NamedTuple

import numpy as np

from greatpowers.core.declare import Floats
from greatpowers.core.history import StateColumn, TheatreColumn
from greatpowers.core.metrics import Metric
from greatpowers.core.trace import Trace
from greatpowers.game.chair import Chair
from greatpowers.simulation import frames
from greatpowers.simulation.events import leader_of
from greatpowers.simulation.history import History
from greatpowers.simulation.setup import Setup

REPORTS = 0x5EE
"""Tells the stream of errors in reports from every stream of the engine."""

CONTROL, OWN, OTHER = range(3)
LEAST_ODDS = 1e-6


class TheatreReport(NamedTuple):
    """A theatre as it is reported; shares in [0, 1]. `odds` is None before any report."""

    id: str
    name: str
    challenger: str
    host: str
    rung: int
    before: int
    war: bool
    great_power_war: bool
    annexed: bool
    control: float
    odds: float | None
    sanctions: float
    breadth: float
    presence: float
    aid: float
    deal: bool
    relief_paid: float
    crossed: bool


class Home(NamedTuple):
    """How things stand at home and in the coalition.

    `done` is the share of what is declared that the leadership is ready to do; costs are shares of output in the last
    quarter, `spent` of world output on average so far.
    """

    leader: str
    committed: bool
    done: float
    election_in: int | None
    order: float
    own_cost: float
    coalition_cost: float
    spent: float


class Sight(NamedTuple):
    """Everything the player may look at as a round begins."""

    round: int
    rounds: int
    quarter: str
    home: Home | None
    places: tuple[TheatreReport, ...]


def sight_of(chair: Chair) -> Sight:
    """What is seen as the next round of a game begins; after the last one, how it ended."""
    history, setup, now = chair.history, chair.setup, chair.record.played
    return Sight(
        round=now,
        rounds=chair.record.rounds,
        quarter=frames.quarter_of(chair.base.start, now),
        home=_home(setup, history, now),
        places=tuple(_place(chair, setup, history, k) for k in range(len(chair.base.theatres))),
    )


def report_errors(seed: int, theatres: int, error: float, round_number: int) -> Floats:
    """Errors of the reports that are on the desk as a round begins, as log points: array [theatres, 3]."""
    luck = np.random.Generator(np.random.SFC64(np.random.SeedSequence([REPORTS, seed, round_number])))
    return error * luck.standard_normal((theatres, 3))


def reported_control(control: float, recognised: float, error: float) -> float:
    """Control as reported: what is recognised is known, the rest is seen with an error in log points."""
    return min(1.0, recognised + max(0.0, control - recognised) * math.exp(error))


def reported_odds(balance: float, exponent: float, own: float, other: float) -> float:
    """The challenger's share of the contest, either side's force seen with an error in log points."""
    share = min(1.0 - LEAST_ODDS, max(LEAST_ODDS, balance))
    odds = share / (1.0 - share) * math.exp(exponent * (own - other))
    return odds / (1.0 + odds)


def _place(chair: Chair, setup: Setup, history: History | None, k: int) -> TheatreReport:
    theatre, p, now = chair.base.theatres[k], setup.parameters, chair.record.played
    states = {state.id: state.label for state in chair.base.states}
    row, before = _theatre_row(setup, history, k, now - 1), _theatre_row(setup, history, k, now - 2)
    seen = report_errors(chair.record.seed, len(chair.base.theatres), p.intelligence_error, now)[k]
    balance = None if history is None else float(history.track.traces[-1, k, Trace.TRUE_BALANCE])
    line = _lever(chair, k, now - 1, "red_line")
    rung, last = int(row[TheatreColumn.RUNG]), int(before[TheatreColumn.RUNG])
    control, recognised = row[TheatreColumn.CONTROL], row[TheatreColumn.RECOGNISED]
    return TheatreReport(
        id=theatre.id,
        name=theatre.label,
        challenger=states[theatre.challenger],
        host=states[theatre.host],
        rung=rung,
        before=last,
        war=bool(row[TheatreColumn.WAR] > 0),
        great_power_war=bool(row[TheatreColumn.GREAT_POWER_WAR] > 0),
        annexed=bool(row[TheatreColumn.ANNEXED] > 0),
        control=reported_control(float(control), float(recognised), seen[CONTROL]),
        odds=None if balance is None else reported_odds(balance, p.contest_exponent, seen[OWN], seen[OTHER]),
        sanctions=float(row[TheatreColumn.SANCTIONS]),
        breadth=float(row[TheatreColumn.BREADTH]),
        presence=float(row[TheatreColumn.PRESENCE]),
        aid=float(row[TheatreColumn.AID]),
        deal=bool(row[TheatreColumn.DEAL] > 0),
        relief_paid=float(row[TheatreColumn.RELIEF_PAID]),
        crossed=now > 0 and last < line <= rung,
    )


def _theatre_row(setup: Setup, history: History | None, k: int, round_number: int) -> Floats:
    """A theatre's columns at the end of a round; those of the world before the first one."""
    if history is not None and round_number >= 0:
        row: Floats = history.track.theatres[round_number, k]
        return row
    theatre, found = setup.world.theatres[k], np.zeros(len(TheatreColumn))
    for column in TheatreColumn:
        if column == TheatreColumn.PRESENCE:
            found[column] = setup.world.stances.presence[k].sum()
        elif column == TheatreColumn.RELIEF_PAID:
            found[column] = theatre.deal * theatre.deal_relief * theatre.deal_paid
        else:
            found[column] = getattr(theatre, column.name.lower())
    return found


def _lever(chair: Chair, k: int, round_number: int, name: str) -> float:
    """A lever as it was in a round."""
    started = [rows for start, rows in chair.segments.items() if start <= max(0, round_number)]
    return started[-1][k][name]


def _home(setup: Setup, history: History | None, now: int) -> Home | None:
    leader = int(setup.world.system.leader[0]) if history is None else leader_of(history)
    if leader < 0:
        return None
    state, listed = setup.world.states[leader], setup.scenario.states[leader]
    resolve, order = float(state.resolve), float(setup.world.system.order[0])
    own = coalition = spent = 0.0
    if history is not None:
        resolve = float(history.track.states[-1, leader, StateColumn.RESOLVE])
        own = float(history.track.states[-1, leader, StateColumn.SENDER_COST])
        order = float(history.track.metrics[-1, Metric.ORDER])
        coalition = float(history.track.metrics[-1, Metric.SENDER_COST]) / 100.0
        spent = float(history.track.metrics[:, Metric.SENDER_COST].mean()) / 100.0
    return Home(
        leader=listed.label,
        committed=resolve >= 0.5 * (listed.resolve_committed + listed.resolve_reluctant),
        done=resolve,
        election_in=_election_in(int(state.election_period), int(state.election_offset), now),
        order=order,
        own_cost=own,
        coalition_cost=coalition,
        spent=spent,
    )


def _election_in(period: int, offset: int, now: int) -> int | None:
    """Rounds until the next election, 0 if it is held in the coming one; None where none are held."""
    if period <= 0:
        return None
    return offset - now if now <= offset else (offset - now) % period
