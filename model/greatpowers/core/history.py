"""Many rounds: the loop that every entry point shares."""

from enum import IntEnum
from typing import NamedTuple

import numpy as np

from greatpowers.core.context import Round
from greatpowers.core.declare import Floats
from greatpowers.core.desk import Desk, Guard
from greatpowers.core.equations.belief import past_actions
from greatpowers.core.kernel import entry, kernel
from greatpowers.core.layout import lay_out
from greatpowers.core.levers import Policy, levers_in_force
from greatpowers.core.luck import Luck, luck_of_round
from greatpowers.core.metrics import N_METRICS
from greatpowers.core.parameters import Parameters
from greatpowers.core.round import play_round
from greatpowers.core.trace import TraceRows, as_columns, trace_rows
from greatpowers.core.world import World


class StateColumn(IntEnum):
    """Columns of :attr:`Track.states`: what is kept of each state each round."""

    ECONOMY = 0
    CAPABILITY = 1
    POWER = 2
    GREAT_POWER = 3
    RESOLVE = 4
    CLAIMED = 5
    CREDIBILITY_BELIEVED = 6
    TRUST = 7
    BURDEN = 8
    TARGET_COST = 9
    SENDER_COST = 10
    WAR_EFFORT = 11


class TheatreColumn(IntEnum):
    """Columns of :attr:`Track.theatres`: what is kept of each theatre each round."""

    RUNG = 0
    CONTROL = 1
    RECOGNISED = 2
    SANCTIONS = 3
    BREADTH = 4
    AID = 5
    PRESENCE = 6
    ANSWERED = 7
    WAR = 8
    INTENSITY = 9
    GREAT_POWER_WAR = 10
    DEAL = 11
    RELIEF_PAID = 12
    SPOILERS = 13
    ANNEXED = 14
    RESISTED = 15


class Track(NamedTuple):
    """What is recorded of a history of R rounds; a track with no rows keeps nothing of its kind."""

    metrics: Floats  # [R, Metric]
    states: Floats  # [R or 0, N, StateColumn] at the end of each round
    theatres: Floats  # [R or 0, T, TheatreColumn] at the end of each round
    trace_rows: TraceRows  # [R or 0, T] what each challenger weighed; none if states are kept without

    @property
    def traces(self) -> Floats:
        """What each challenger weighed, as an array [R or 0, T, Trace]."""
        return as_columns(self.trace_rows)

    def part(self, rounds: slice) -> "Track":
        """The same memory for some of the rounds; of a full track only."""
        return Track(self.metrics[rounds], self.states[rounds], self.theatres[rounds], self.trace_rows[rounds])


def new_track(rounds: int, states: int, theatres: int, full: bool, traces: bool = True) -> Track:
    """Room for the record of `rounds` rounds: metrics only, or everything if `full`, with `traces` or without."""
    kept = rounds if full else 0
    return Track(
        np.zeros((rounds, N_METRICS)),
        np.zeros((kept, states, len(StateColumn))),
        np.zeros((kept, theatres, len(TheatreColumn))),
        trace_rows((kept if traces else 0, theatres)),
    )


@kernel
def track_states(world: World, desk: Desk, rows: Floats) -> None:
    """Copy the states' columns into rows of shape [N, StateColumn]."""
    for i in range(world.states.size):
        state, row = world.states[i], rows[i]
        row[StateColumn.ECONOMY], row[StateColumn.CAPABILITY] = state.economy, state.capability
        row[StateColumn.POWER], row[StateColumn.GREAT_POWER] = desk.standing[i].power, desk.standing[i].great
        row[StateColumn.RESOLVE], row[StateColumn.CLAIMED] = state.resolve, state.claimed
        row[StateColumn.CREDIBILITY_BELIEVED] = past_actions(state.answered_count, state.unanswered_count)
        row[StateColumn.TRUST], row[StateColumn.BURDEN] = state.trust, state.burden
        row[StateColumn.TARGET_COST], row[StateColumn.SENDER_COST] = state.target_cost, state.sender_cost
        row[StateColumn.WAR_EFFORT] = state.war_effort


@kernel
def track_theatres(world: World, desk: Desk, rows: Floats) -> None:
    """Copy the theatres' columns into rows of shape [T, TheatreColumn]."""
    for k in range(world.theatres.size):
        theatre, row = world.theatres[k], rows[k]
        row[TheatreColumn.RUNG], row[TheatreColumn.CONTROL] = theatre.rung, theatre.control
        row[TheatreColumn.RECOGNISED], row[TheatreColumn.SANCTIONS] = theatre.recognised, theatre.sanctions
        row[TheatreColumn.BREADTH], row[TheatreColumn.AID] = theatre.breadth, theatre.aid
        row[TheatreColumn.ANSWERED], row[TheatreColumn.WAR] = theatre.answered, theatre.war
        here, presence = desk.guard[k, Guard.HERE], 0.0
        for g in range(here.size):
            presence += here[g]
        row[TheatreColumn.PRESENCE] = presence
        row[TheatreColumn.INTENSITY], row[TheatreColumn.GREAT_POWER_WAR] = theatre.intensity, theatre.great_power_war
        row[TheatreColumn.DEAL], row[TheatreColumn.ANNEXED] = theatre.deal, theatre.annexed
        row[TheatreColumn.RELIEF_PAID] = theatre.deal * theatre.deal_relief * theatre.deal_paid
        row[TheatreColumn.SPOILERS], row[TheatreColumn.RESISTED] = theatre.spoilers, theatre.resisted


@entry
def play_rounds(world: World, policy: Policy, p: Parameters, luck: Luck, first: int, desk: Desk, track: Track) -> None:
    """Play as many rounds as `track` holds, the first of them numbered `first`.

    The world changes in place; calling this for rounds 0-9 and then 10-19 is the same as once for 0-19.
    """
    lay_out(world, p, desk)
    for row in range(track.metrics.shape[0]):
        now = first + row
        levers = levers_in_force(policy, now)
        drawn = luck_of_round(
            luck, row, now, desk.state_dice, desk.theatre_dice, desk.state_room[:2], desk.theatre_room[:2]
        )
        play_round(Round(world, p, levers, drawn, now, desk), track.metrics[row])
        if track.states.shape[0] > 0:
            track_states(world, desk, track.states[row])
            track_theatres(world, desk, track.theatres[row])
        for k in range(world.theatres.size if track.trace_rows.size > 0 else 0):
            track.trace_rows[row, k] = desk.trace_rows[k]
