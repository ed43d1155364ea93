"""Phase 3, challenge: every challenger moves down, holds or moves up by one rung."""

from greatpowers.core.context import Case, Round, open_case
from greatpowers.core.kernel import inlined, kernel
from greatpowers.core.ladder import AT_WAR, Rung
from greatpowers.core.log import Event, write
from greatpowers.core.luck import TheatreDraw, uniform
from greatpowers.core.metrics import Metric
from greatpowers.core.workspace import FREE


@kernel
def drawn_move(down: float, up: float, luck: float) -> int:
    """Move -1, 0 or 1 whose cumulated probability the luck falls in; never one of probability 0."""
    if luck < down:
        return -1
    return 1 if luck >= 1.0 - up else 0


@inlined
def move_of(case: Case) -> int:
    """The move in a theatre: imposed by war or withdrawal, forced from outside, or drawn from the logit.

    A war that is over leaves the ladder at once, other withdrawals go rung by rung.
    """
    theatre, row = case.theatre, case.trace
    if theatre.war == 1:
        return 0
    if theatre.standing_down == 1:
        return -AT_WAR if theatre.rung == Rung.WAR else -min(1, theatre.rung)
    if case.mark.forced_move != FREE:
        return max(-theatre.rung, min(theatre.ceiling - theatre.rung, case.mark.forced_move))
    return drawn_move(row.probability[0], row.probability[2], uniform(case.luck, TheatreDraw.CHOICE))


@inlined
def keep_crisis_calendar(case: Case) -> bool:
    """Start (True), age or close the crisis in a theatre; a crisis is a rung of at least provocation."""
    theatre = case.theatre
    if theatre.rung == 0:
        theatre.standing_down = 0
    if theatre.rung >= Rung.PROVOCATION:
        theatre.crisis_age += 1
        return bool(theatre.crisis_age == 1)
    theatre.crisis_age, theatre.resisted, theatre.appealed = 0, 0, 0
    return False


@kernel
def challenge(r: Round) -> None:
    """Each challenger takes its step; all were weighed from the same snapshot."""
    workspace = r.workspace
    for k in range(r.world.theatres.size):
        case = open_case(r, k)
        theatre, row = case.theatre, case.trace
        before, move = theatre.rung, move_of(case)
        row.luck, row.move = uniform(case.luck, TheatreDraw.CHOICE), move
        theatre.previous_rung = before
        theatre.rung = before + move
        if keep_crisis_calendar(case):
            workspace.log.flows[Metric.NEW_CRISES] += 1.0
        if move != 0:
            event = write(
                workspace.log, r.now, Event.RUNG, k, theatre.challenger, theatre.host, 1.0 * before,
                1.0 * (before + move), row.believed_credibility, row.true_credibility, row.luck,
            )  # fmt: skip
            if 0 <= event < workspace.log.trace_rows.size:
                workspace.log.trace_rows[event] = row
