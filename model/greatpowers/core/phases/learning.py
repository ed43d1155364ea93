"""Phase 4b, learning: deeds move beliefs a lot; the rest is forgotten by degrees."""

from greatpowers.core.context import Case, Round, open_case
from greatpowers.core.equations.belief import forget
from greatpowers.core.equations.economy import contest_share
from greatpowers.core.equations.response import answered
from greatpowers.core.kernel import inlined, kernel
from greatpowers.core.ladder import SEVERITY, Rung
from greatpowers.core.phases.assessment import challenger_force, most_under_deal
from greatpowers.core.workspace import Guardian, GuardianHere, StateRoom, zeros
from greatpowers.core.world import TheatreRow

# Nothing was declared that could be done or left undone, as a float beside shares.
UNDECLARED = -1.0


@inlined
def presence_delivered(r: Round, k: int, declared: float) -> float:
    """Share of the presence due in theatre k (declared x camp) that is delivered, power-weighted, in [0, 1]."""
    workspace = r.workspace
    if workspace.marks[k].weight <= 0.0 or declared <= 0.0:
        return 0.0
    guards, guardians = workspace.guard[k], workspace.guardians
    delivered = 0.0
    for g in range(guards.shape[1]):
        m = guards[GuardianHere.CAMP, g]
        if m > 0.0:
            delivered += m * guardians[Guardian.POWER, g] * min(1.0, guards[GuardianHere.HERE, g] / (declared * m))
    return float(delivered / workspace.marks[k].weight)


@inlined
def judge_answer(case: Case) -> None:
    """Note how far the breach in a theatre is answered this round."""
    theatre, force = case.theatre, case.mark.force
    facing = contest_share(force, challenger_force(case, theatre.rung), case.p.contest_exponent) if force > 0.0 else 0.0
    sanctioned = min(1.0, theatre.sanctions / SEVERITY[theatre.rung]) * theatre.breadth
    # Assumed: a strike is half of a full answer, for it is over in a night.
    theatre.answered = answered(sanctioned, facing, theatre.aid, 0.5 * case.mark.struck)


@kernel
def sanctions_due(theatre: TheatreRow, declared: float) -> float:
    """Level of sanctions that keeps the word given: what was declared, less the relief that a deal has promised."""
    due = declared * SEVERITY[theatre.rung]
    if theatre.deal == 1:
        due = min(due, most_under_deal(theatre))
    return float(due)


@inlined
def done_of_declared(case: Case, delivered: float) -> float:
    """How much of what was declared against this breach was done, in [0, 1]; UNDECLARED where nothing was.

    Only what was declared, by somebody, can be kept or broken.
    """
    theatre, lever = case.theatre, case.lever
    rung = theatre.rung
    done = promises = 0.0
    if case.system.leader < 0:
        return UNDECLARED
    if lever.sanctions > 0.0:
        promises += 1.0
        due = sanctions_due(theatre, lever.sanctions)
        done += min(1.0, theatre.sanctions / due) if due > 0.0 else 1.0
    if lever.presence > 0.0 and rung >= lever.red_line:
        promises += 1.0
        done += delivered
    if lever.aid > 0.0 and rung >= Rung.PROVOCATION:
        promises += 1.0
        done += min(1.0, theatre.aid / lever.aid)
    if lever.strike > 0.0 and rung >= Rung.OPEN_INTERVENTION:
        promises += 1.0
        done += case.mark.struck
    return done / promises if promises > 0.0 else UNDECLARED


@kernel
def learn(r: Round) -> None:
    """Everybody updates its belief from every breach: fully from its own theatres, partly from those of others."""
    world, p = r.world, r.p
    n = world.states.size
    own_kept, own_broken = (
        zeros(r.workspace.state_room[StateRoom.KEPT]),
        zeros(r.workspace.state_room[StateRoom.BROKEN]),
    )
    all_kept = all_broken = 0.0
    for k in range(world.theatres.size):
        theatre = world.theatres[k]
        theatre.answered = 0.0
        severity = SEVERITY[theatre.rung]
        if severity <= 0.0:
            continue
        case = open_case(r, k)
        judge_answer(case)
        due = case.lever.presence if theatre.rung >= case.lever.red_line else 0.0
        done, weight = done_of_declared(case, presence_delivered(r, k, due)), p.belief_gain * severity
        if done != UNDECLARED:
            own_kept[theatre.challenger] += weight * done
            own_broken[theatre.challenger] += weight * (1.0 - done)
            all_kept += weight * done
            all_broken += weight * (1.0 - done)
    prior, o = p.prior_credibility * p.prior_weight, p.observation
    for i in range(n):
        state = world.states[i]
        kept, broken = o * all_kept + (1.0 - o) * own_kept[i], o * all_broken + (1.0 - o) * own_broken[i]
        state.answered_count = forget(state.answered_count, prior, p.belief_memory) + kept
        state.unanswered_count = forget(state.unanswered_count, p.prior_weight - prior, p.belief_memory) + broken
