"""One round, as a list. Nothing is computed here.

Within a phase everybody decides from one snapshot, then everything resolves: the order of states and theatres in
the arrays means nothing.
"""

from greatpowers.core.declare import Floats, Table
from greatpowers.core.desk import Desk
from greatpowers.core.kernel import inlined
from greatpowers.core.levers import Lever
from greatpowers.core.luck import RoundLuck
from greatpowers.core.parameters import Parameters
from greatpowers.core.phases.appraisal import appraise
from greatpowers.core.phases.challenge import challenge
from greatpowers.core.phases.economy import produce
from greatpowers.core.phases.fighting import fight
from greatpowers.core.phases.hostility import remember
from greatpowers.core.phases.leadership import lead
from greatpowers.core.phases.learning import learn
from greatpowers.core.phases.order import align, keep_order
from greatpowers.core.phases.record import record
from greatpowers.core.phases.response import respond
from greatpowers.core.phases.settlement import settle
from greatpowers.core.world import World


@inlined
def play_round(
    world: World, levers: Table[Lever], p: Parameters, luck: RoundLuck, now: int, desk: Desk, metrics: Floats
) -> None:
    """Play round `now`: the world's tables change in place, and `metrics` [Metric] is filled."""
    lead(world, p, luck, now, desk)  # 1 leaderships turn, leaders talk
    appraise(world, p, levers, luck, desk)  # 2 challengers weigh their rungs
    challenge(world, levers, luck, now, desk)  # 3 down, hold or up
    respond(world, p, levers, luck, now, desk)  # 4 hosts and guardians answer
    learn(world, p, levers, luck, desk)  #   deeds move beliefs
    fight(world, p, levers, luck, now, desk)  # 5 clashes, wars, control
    settle(world, p, levers, luck, now, desk)  # 6 deals kept, broken, made
    remember(world, p, desk)  #   pairs remember, or are reconciled
    produce(world, p, luck, desk)  # 7 growth, drag, arms
    keep_order(world, p, desk)  # 8 norms erode or hold
    align(world, p, now, desk)  #   the threatened seek protection
    record(world, levers, desk, metrics)  # 9 what the round leaves on paper
