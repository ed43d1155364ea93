"""Many rounds: what no round changes is laid out in the workspace once, then the loop that every entry point shares."""

from enum import IntEnum
from typing import NamedTuple

import numpy as np

from greatpowers.core.context import Round
from greatpowers.core.declare import Floats
from greatpowers.core.equations.belief import past_actions
from greatpowers.core.equations.choice import gravity, matter_of_war, notice
from greatpowers.core.equations.economy import mobilised
from greatpowers.core.equations.response import mean_left
from greatpowers.core.kernel import entry, inlined, kernel, shipped
from greatpowers.core.ladder import COMMITMENT, SEVERITY
from greatpowers.core.levers import Policy, levers_in_force
from greatpowers.core.luck import Luck, luck_of_round
from greatpowers.core.metrics import N_METRICS
from greatpowers.core.parameters import Parameters
from greatpowers.core.round import play_round
from greatpowers.core.trace import TraceRows, as_columns, trace_rows
from greatpowers.core.workspace import ByRung, Guardian, GuardianHere, PairColumn, Workspace
from greatpowers.core.world import World


@inlined
def lay_out_pairs(world: World, workspace: Workspace) -> None:
    """Ties with each state side by side, whose alliances have left their treaties, rivals and trade."""
    pairs, towards = world.pairs, workspace.towards
    for j in range(world.states.size):
        standing = workspace.standing[j]
        standing.adrift, standing.contested, standing.rivals, standing.trade = 0, 0, 0, 0.0
        for i in range(world.states.size):
            tie = pairs[i, j]
            towards[PairColumn.ALLIANCE, j, i], towards[PairColumn.TREATY, j, i] = tie.alliance, tie.treaty
            towards[PairColumn.TRADE, j, i], towards[PairColumn.RIVALRY, j, i] = tie.trade, tie.rivalry
            towards[PairColumn.REACH, j, i], towards[PairColumn.HOSTILITY, j, i] = tie.reach, tie.hostility
            towards[PairColumn.CUSTOM, j, i] = pairs[j, i].trade
            if tie.alliance != tie.treaty:
                standing.adrift = 1
            if pairs[j, i].rivalry > 0.0:
                workspace.rivals[j, standing.rivals] = i
                standing.rivals += 1
            standing.trade += pairs[j, i].trade


@inlined
def lay_out_foes(world: World, workspace: Workspace) -> None:
    """Who has a past with whom, or may come to have one: the parties of a theatre."""
    parties, hostilities = workspace.pressing, workspace.towards[PairColumn.HOSTILITY]
    for k in range(world.theatres.size):
        c, h = world.theatres[k].challenger, world.theatres[k].host
        parties[c, h] = parties[h, c] = 1
    for i in range(world.states.size):
        standing = workspace.standing[i]
        standing.foes = 0
        for j in range(world.states.size):
            if parties[i, j] == 1 or hostilities[i, j] != 0.0 or hostilities[j, i] != 0.0:
                workspace.foes[i, standing.foes] = j
                standing.foes += 1
    for k in range(world.theatres.size):
        c, h = world.theatres[k].challenger, world.theatres[k].host
        parties[c, h] = parties[h, c] = 0


@inlined
def lay_out_theatres(world: World, p: Parameters, workspace: Workspace) -> None:
    """What each theatre is worth a look, and what states do there as the call begins."""
    for k in range(world.theatres.size):
        guards, stances = workspace.guard[k], world.stances[k]
        workspace.standing[world.theatres[k].host].contested = 1
        workspace.marks[k].noticed = notice(world.theatres[k].salience, p.attention_salience)
        for g in range(world.states.size):
            guards[GuardianHere.HERE, g], guards[GuardianHere.JOINED, g] = stances[g].presence, stances[g].sanctioning


@inlined
def lay_out_guardians(world: World, workspace: Workspace) -> None:
    """What is known of each guardian for good."""
    leader = world.system[0].leader
    led = leader >= 0
    for g in range(world.states.size):
        state = world.states[g]
        workspace.guardians[Guardian.NUCLEAR, g], workspace.guardians[Guardian.OPENNESS, g] = (
            state.nuclear,
            state.openness,
        )
        workspace.guardians[Guardian.ORDER_WEIGHT, g] = state.order_weight
        workspace.guardians[Guardian.LEADER_TRADE, g] = world.pairs[g, leader].trade if led else 0.0


@inlined
def lay_out_rungs(p: Parameters, workspace: Workspace) -> None:
    """What each rung means under these parameters."""
    for rung in range(SEVERITY.size):
        workspace.by_rung[ByRung.MOBILISED, rung] = mobilised(COMMITMENT[rung], p.mobilisation)
        workspace.by_rung[ByRung.GRAVITY, rung] = gravity(SEVERITY[rung], p.norm_convexity)
        workspace.by_rung[ByRung.MATTER, rung] = matter_of_war(p.clash_war, SEVERITY[rung], p.war_gravity)
        workspace.by_rung[ByRung.SANCTIONS_LEFT, rung] = mean_left(p.sanctions_fall, p.horizon)


@kernel
def lay_out(world: World, p: Parameters, workspace: Workspace) -> None:
    """Fill the parts of the workspace that hold for every round of the call."""
    lay_out_pairs(world, workspace)
    lay_out_foes(world, workspace)
    lay_out_theatres(world, p, workspace)
    lay_out_guardians(world, workspace)
    lay_out_rungs(p, workspace)


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
def track_states(world: World, workspace: Workspace, rows: Floats) -> None:
    """Copy the states' columns into rows of shape [N, StateColumn]."""
    for i in range(world.states.size):
        state, row = world.states[i], rows[i]
        row[StateColumn.ECONOMY], row[StateColumn.CAPABILITY] = state.economy, state.capability
        row[StateColumn.POWER], row[StateColumn.GREAT_POWER] = workspace.standing[i].power, workspace.standing[i].great
        row[StateColumn.RESOLVE], row[StateColumn.CLAIMED] = state.resolve, state.claimed
        row[StateColumn.CREDIBILITY_BELIEVED] = past_actions(state.answered_count, state.unanswered_count)
        row[StateColumn.TRUST], row[StateColumn.BURDEN] = state.trust, state.burden
        row[StateColumn.TARGET_COST], row[StateColumn.SENDER_COST] = state.target_cost, state.sender_cost
        row[StateColumn.WAR_EFFORT] = state.war_effort


@kernel
def track_theatres(world: World, workspace: Workspace, rows: Floats) -> None:
    """Copy the theatres' columns into rows of shape [T, TheatreColumn]."""
    for k in range(world.theatres.size):
        theatre, row = world.theatres[k], rows[k]
        row[TheatreColumn.RUNG], row[TheatreColumn.CONTROL] = theatre.rung, theatre.control
        row[TheatreColumn.RECOGNISED], row[TheatreColumn.SANCTIONS] = theatre.recognised, theatre.sanctions
        row[TheatreColumn.BREADTH], row[TheatreColumn.AID] = theatre.breadth, theatre.aid
        row[TheatreColumn.ANSWERED], row[TheatreColumn.WAR] = theatre.answered, theatre.war
        here, presence = workspace.guard[k, GuardianHere.HERE], 0.0
        for g in range(here.size):
            presence += here[g]
        row[TheatreColumn.PRESENCE] = presence
        row[TheatreColumn.INTENSITY], row[TheatreColumn.GREAT_POWER_WAR] = theatre.intensity, theatre.great_power_war
        row[TheatreColumn.DEAL], row[TheatreColumn.ANNEXED] = theatre.deal, theatre.annexed
        row[TheatreColumn.RELIEF_PAID] = theatre.deal * theatre.deal_relief * theatre.deal_paid
        row[TheatreColumn.SPOILERS], row[TheatreColumn.RESISTED] = theatre.spoilers, theatre.resisted


@shipped
def play_each_round(
    world: World, policy: Policy, p: Parameters, luck: Luck, first: int, workspace: Workspace, track: Track
) -> None:
    """Play as many rounds as `track` holds: what :func:`play_rounds` is the door to."""
    lay_out(world, p, workspace)
    for row in range(track.metrics.shape[0]):
        now = first + row
        levers = levers_in_force(policy, now)
        drawn = luck_of_round(
            luck,
            row,
            now,
            workspace.state_dice,
            workspace.theatre_dice,
            workspace.state_room[:2],
            workspace.theatre_room[:2],
        )
        play_round(Round(world, p, levers, drawn, now, workspace), track.metrics[row])
        if track.states.shape[0] > 0:
            track_states(world, workspace, track.states[row])
            track_theatres(world, workspace, track.theatres[row])
        for k in range(world.theatres.size if track.trace_rows.size > 0 else 0):
            track.trace_rows[row, k] = workspace.trace_rows[k]


@entry
def play_rounds(
    world: World, policy: Policy, p: Parameters, luck: Luck, first: int, workspace: Workspace, track: Track
) -> None:
    """Play as many rounds as `track` holds, the first of them numbered `first`.

    The world changes in place; calling this for rounds 0-9 and then 10-19 is the same as once for 0-19.
    """
    play_each_round(world, policy, p, luck, first, workspace, track)
