"""Rules for challengers with a memory: they do to others what was done to them, not what their weights say.

Strategies of the iterated prisoner's dilemma (Axelrod 1984) on the ladder of escalation: what counts is how grave the
last acts were, and the answer is as grave (Goldstein & Freeman 1990 find states to reciprocate so). A challenger that
follows one is never the first, is provoked by the host or by whoever answers for it, and forgives once they stop.
"""

import numba

from greatpowers.core.context import Case
from greatpowers.core.ladder import SEVERITY
from greatpowers.core.world import World

Chances = tuple[float, float, float]


@numba.njit  # type: ignore[untyped-decorator]
def done_to(world: World, case: Case, rounds: int) -> float:
    """Severity in [0, 1] of what was done to the challenger in each of the last one or two rounds.

    The gravest act of the host in places where it challenges the challenger itself, or the answer to the challenger's
    own act here (sanctions, forces, aid, a strike; only that of the last round is known).
    """
    gravest = case.theatre.answered
    for k in range(world.theatres.size):
        other = world.theatres[k]
        if other.challenger == case.theatre.host and other.host == case.theatre.challenger:
            rung = other.rung if rounds < 2 else min(other.rung, other.previous_rung)
            gravest = max(gravest, SEVERITY[rung])
    return float(gravest)


@numba.njit  # type: ignore[untyped-decorator]
def answer_in_kind(case: Case, severity: float) -> Chances:
    """Down, hold or up, for sure: whichever rung is nearest to this severity, the lower of two as near."""
    rung, best, nearest = case.theatre.rung, -1, 2.0
    for move in (-1, 0, 1):
        if 0 <= rung + move <= case.theatre.ceiling:
            gap = abs(SEVERITY[rung + move] - severity)
            if gap < nearest:
                best, nearest = move, gap
    return 1.0 if best == -1 else 0.0, 1.0 if best == 0 else 0.0, 1.0 if best == 1 else 0.0


@numba.njit  # type: ignore[untyped-decorator]
def tit_for_tat(world: World, case: Case, _chances: Chances) -> Chances:
    """As grave as what was done to it in the last round, one rung at a time  (Axelrod 1984)."""
    chances: Chances = answer_in_kind(case, done_to(world, case, 1))
    return chances


@numba.njit  # type: ignore[untyped-decorator]
def tit_for_two_tats(world: World, case: Case, _chances: Chances) -> Chances:
    """The same, provoked by a host's act only once it has lasted two rounds  (Axelrod 1984)."""
    chances: Chances = answer_in_kind(case, done_to(world, case, 2))
    return chances
